"""Definitions that the notebook looks at so closely that it would see them move to a module:
`help(f)` prints where `f` comes from, and so does an object whose class does not say how it is
shown (`<__main__.Point object at …>`)."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from nb_refactor.refactor.extract_function.shared_variables import Holders

_LOOKING = frozenset(
    [
        "help",
        "dis",
        "getsource",
        "getsourcelines",
        "getmodule",
        "getfile",
        "getsourcefile",
        "inspect_types",
        "disassemble",
        "pinfo",
        "pdoc",
        "print_inspect_types",
        "run_docstring_examples",
    ]
)
_ATTRIBUTES = frozenset({"__module__", "__globals__", "__code__"})
_SHOWING = frozenset({"print", "display", "repr", "str", "type", "pprint", "format"})
_SAYING = frozenset({"__repr__", "__str__", "_repr_html_", "__format__"})
_SAYING_BASES = frozenset(
    [
        "NamedTuple",
        "Enum",
        "IntEnum",
        "StrEnum",
        "Flag",
        "TypedDict",
        "BaseModel",
        "list",
        "dict",
        "tuple",
        "set",
        "str",
        "int",
        "float",
        "Exception",
        "ValueError",
        "DataFrame",
        "Series",
        "ndarray",
        "OrderedDict",
        "defaultdict",
        "Counter",
        "Module",
    ]
)


@dataclass(frozen=True)
class Looks:
    """What one cell looks at, and what it defines that can be looked at. `tests_itself`:
    `doctest.testmod()` and `unittest.main()` look for tests in the notebook itself."""

    defined: frozenset[str] = frozenset()
    silent: frozenset[str] = frozenset()
    looked: frozenset[str] = frozenset()
    shown: frozenset[str] = frozenset()
    tests_itself: bool = False


def looks_in(tree: ast.Module, nodes: Sequence[ast.AST]) -> Looks:
    """The close looks of one cell's code; `nodes` are all those of its tree."""
    return Looks(
        frozenset(_defined(tree)),
        frozenset(_silent_classes(tree)),
        frozenset(_looked_at_in(nodes)),
        frozenset(_shown(tree, nodes)),
        _tests_itself(nodes),
    )


def looked_at(looks: Sequence[Looks], holders: Holders) -> frozenset[str]:
    """Names of functions and classes that must not move; `looks` are those of the document's
    cells."""
    found: set[str] = set()
    silent = frozenset(name for look in looks for name in look.silent)
    for look in looks:
        if look.tests_itself:
            found.update(name for each in looks for name in each.defined)
        found |= look.looked | holders.classes(look.looked)
        if silent:
            found |= silent & (look.shown | holders.classes(look.shown))
    return frozenset(found)


def _defined(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name


def _tests_itself(nodes: Iterable[ast.AST]) -> bool:
    return any(
        isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and (node.value.id, node.attr) in {("doctest", "testmod"), ("unittest", "main")}
        for node in nodes
    )


def _looked_at_in(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Call) and _word(node.func) in _LOOKING:
            for argument in node.args:
                yield from (n.id for n in ast.walk(argument) if isinstance(n, ast.Name))
        if (
            isinstance(node, ast.Attribute)
            and node.attr in _ATTRIBUTES
            and isinstance(node.value, ast.Name)
        ):
            yield node.value.id


def _silent_classes(tree: ast.Module) -> Iterator[str]:
    """Classes whose objects are shown as Python does it: with the name of their module."""
    for node in tree.body:
        if not isinstance(node, ast.ClassDef):
            continue
        methods = {m.name for m in node.body if isinstance(m, ast.FunctionDef)}
        bases = {_word(base) for base in node.bases}
        marked = {_word(decorator) for decorator in node.decorator_list}
        if not (methods & _SAYING or bases & _SAYING_BASES or "dataclass" in marked):
            yield node.name


def _shown(tree: ast.Module, nodes: Iterable[ast.AST]) -> Iterator[str]:
    """The names whose values the cell shows as they are."""
    shown: list[ast.expr] = []
    if tree.body and isinstance(tree.body[-1], ast.Expr):
        shown.append(tree.body[-1].value)
    for node in nodes:
        if isinstance(node, ast.Call) and _word(node.func) in _SHOWING:
            shown += node.args
        elif isinstance(node, ast.FormattedValue):
            shown.append(node.value)
    for expression in shown:
        yield from _roots(expression)


def _roots(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Name():
            yield node.id
        case ast.Subscript() | ast.Starred():
            yield from _roots(node.value)
        case ast.List() | ast.Tuple() | ast.Set():
            for element in node.elts:
                yield from _roots(element)
        case ast.Call() if _word(node.func) in {"list", "type", "sorted", "tuple", "repr", "str"}:
            for argument in node.args:
                yield from _roots(argument)
        case ast.Call(func=ast.Name(id=name)):
            yield name
        case ast.ListComp():
            yield from _roots(node.elt)
        case _:
            return


def _word(node: ast.expr) -> str:
    if isinstance(node, ast.Call):
        return _word(node.func)
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
