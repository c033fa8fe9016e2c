"""Definitions that the notebook looks at so closely that it would see them move to a module:
`help(f)` prints where `f` comes from, and so does an object whose class does not say how it is
shown (`<__main__.Point object at …>`). `Base.__subclasses__()` sees when a class is made."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from nb_refactor.refactor.extract_function.shared_variables import Holders
from nb_refactor.refactor.module_edit import BOM

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
_ATTRIBUTES = frozenset({"__module__", "__globals__", "__code__", "__qualname__"})
_SHOWING_BASES = frozenset({"__mro__", "__bases__"})
_ASKING_FOR_SUBCLASSES = frozenset({"__subclasses__", "__init_subclass__"})
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
        "BaseEstimator",
        "DataFrame",
        "Series",
        "ndarray",
        "OrderedDict",
        "defaultdict",
        "Counter",
        "Module",
    ]
) | frozenset(
    name
    for name, value in vars(builtins).items()
    if isinstance(value, type) and issubclass(value, BaseException)
)
_ADDING = frozenset({"append", "add", "insert", "extend", "appendleft", "setdefault", "update"})


@dataclass(frozen=True)
class Looks:
    """What one cell looks at, and what it defines that can be looked at. `silent` are classes that
    do not say how their objects are shown, with their bases, `saying` those that do. `looked` are
    names whose classes or functions show, `shown` those whose objects do, `itself` those that are
    shown as they are. `inside` tells, by the names of attributes, methods and lists of functions,
    what may be found there, `found` which of them are shown. `sees_all`: `doctest.testmod()`
    and `unittest.main()` look for tests in the notebook itself, `Point.__mro__` at its classes."""

    defined: frozenset[str] = frozenset()
    derived: frozenset[str] = frozenset()
    silent: frozenset[tuple[str, frozenset[str]]] = frozenset()
    saying: frozenset[str] = frozenset()
    looked: frozenset[str] = frozenset()
    shown: frozenset[str] = frozenset()
    itself: frozenset[str] = frozenset()
    inside: frozenset[tuple[str, str]] = frozenset()
    found: frozenset[str] = frozenset()
    asks_for_subclasses: bool = False
    sees_all: bool = False


def looks_in(tree: ast.Module, nodes: Sequence[ast.AST]) -> Looks:
    """The close looks of one cell's code; `nodes` are all those of its tree."""
    expressions = list(_expressions_shown(tree, nodes))
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    return Looks(
        frozenset(_defined(tree)),
        frozenset(node.name for node in classes if node.bases),
        frozenset((n.name, frozenset(map(_word, n.bases))) for n in classes if not _says(n)),
        frozenset(node.name for node in classes if _says(node)),
        frozenset(_looked_at_in(nodes)) | frozenset(n for e in expressions for n in _typed(e)),
        frozenset(name for each in expressions for name in _roots(each)),
        frozenset(name for each in expressions for name in _elements(each)),
        frozenset(_inside(nodes)),
        frozenset(name for each in expressions for name in _attributes(each)),
        any(_attribute(node) in _ASKING_FOR_SUBCLASSES for node in nodes),
        _sees_all(nodes),
    )


def looked_at(looks: Sequence[Looks], holders: Holders) -> frozenset[str]:
    """Names of functions and classes that must not move; `looks` are those of the document's
    cells, and of the module that the code goes to."""
    defined = frozenset(name for look in looks for name in look.defined)
    found: set[str] = set()
    if any(look.sees_all for look in looks):
        found |= defined
    if any(look.asks_for_subclasses for look in looks):
        found.update(name for look in looks for name in look.derived)
    silent = _silent(looks)
    inside = [pair for look in looks for pair in look.inside]
    looked = frozenset(name for look in looks for name in look.looked)
    found |= looked | holders.classes(looked)
    if silent:
        found |= silent & holders.classes(name for look in looks for name in look.shown)
    for look in looks:
        reached = _reached(look.itself, inside)
        found |= reached & defined
        found |= {name for name in look.itself if (name, "lambda") in inside}
        if silent:
            found |= silent & look.shown
            found |= silent & _reached(look.found, inside)
    return frozenset(found)


def module_looks(text: str | None) -> Looks:
    """What the functions of the module look at that the code goes to: what they show of the
    notebook was shown by the notebook itself before."""
    try:
        tree = ast.parse((text or "").removeprefix(BOM))
    except (SyntaxError, ValueError):
        return Looks()
    return looks_in(tree, list(ast.walk(tree)))


def _silent(looks: Sequence[Looks]) -> frozenset[str]:
    """The classes that do not say how they are shown, and do not inherit it either."""
    saying = {name for look in looks for name in look.saying}
    silent = {pair for look in looks for pair in look.silent}
    while heirs := {name for name, bases in silent if bases & saying} - saying:
        saying |= heirs
    return frozenset(name for name, _ in silent) - saying


def _reached(names: Iterable[str], inside: Sequence[tuple[str, str]]) -> frozenset[str]:
    """The names, and what may be found in what they stand for."""
    reached = set(names)
    while more := {inner for outer, inner in inside if outer in reached} - reached:
        reached |= more
    return frozenset(reached)


def _defined(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name


def _sees_all(nodes: Iterable[ast.AST]) -> bool:
    return any(
        isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and (
            (node.value.id, node.attr) in {("doctest", "testmod"), ("unittest", "main")}
            or node.attr in _SHOWING_BASES
        )
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


def _attribute(node: ast.AST) -> str:
    """The name of a method that is defined, or of an attribute that is read."""
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "name", None) or ""


def _says(node: ast.ClassDef) -> bool:
    """Whether the class, or a base that is known, says how its objects are shown; Python says it
    with the name of their module."""
    methods = {m.name for m in node.body if isinstance(m, ast.FunctionDef)}
    bases = {_word(base) for base in node.bases}
    marked = {_word(decorator) for decorator in node.decorator_list}
    known = bases & _SAYING_BASES or any(base.endswith(("Error", "Exception")) for base in bases)
    return bool(methods & _SAYING or known or "dataclass" in marked)


def _expressions_shown(tree: ast.Module, nodes: Iterable[ast.AST]) -> Iterator[ast.expr]:
    """What the cell shows as it is."""
    if tree.body and isinstance(tree.body[-1], ast.Expr):
        yield tree.body[-1].value
    for node in nodes:
        if isinstance(node, ast.Call) and _word(node.func) in _SHOWING:
            yield from node.args
        elif isinstance(node, ast.FormattedValue):
            yield node.value


def _typed(node: ast.expr) -> Iterator[str]:
    """The names whose class is shown: `type(x)`, `x.__class__`."""
    match node:
        case ast.Call(func=ast.Name(id="type"), args=[argument]):
            yield from _roots(argument)
        case ast.Attribute(attr="__class__"):
            yield from _roots(node.value)
        case _:
            return


def _elements(node: ast.expr) -> Iterator[str]:
    """The names that stand for what is shown, alone or in a list."""
    match node:
        case ast.Name():
            yield node.id
        case ast.Starred():
            yield from _elements(node.value)
        case ast.List() | ast.Tuple() | ast.Set():
            for element in node.elts:
                yield from _elements(element)
        case ast.Dict():
            for value in node.values:
                yield from _elements(value)
        case ast.Lambda():
            yield "lambda"
        case _:
            return


def _attributes(node: ast.expr) -> Iterator[str]:
    """The attribute that is shown, or the method whose result is."""
    match node:
        case ast.Attribute():
            yield node.attr
        case ast.Call(func=ast.Attribute(attr=name)):
            yield name
        case ast.Subscript() | ast.Starred():
            yield from _attributes(node.value)
        case _:
            return


def _inside(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, str]]:
    """What may be found where: in attributes what is made for them, in methods what they return,
    in lists and dictionaries of functions these."""
    for node in nodes:
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    if isinstance(target, ast.Attribute):
                        yield from ((target.attr, name) for name in _made(value))
                    elif isinstance(target, ast.Name) and not isinstance(value, ast.Name):
                        yield from ((target.id, name) for name in _elements(value))
            case ast.Call(func=ast.Attribute(value=ast.Attribute(attr=name), attr=method)):
                if method in _ADDING:
                    yield from ((name, made) for each in node.args for made in _made(each))
            case ast.FunctionDef():
                for inner in ast.walk(node):
                    if isinstance(inner, ast.Return) and inner.value is not None:
                        yield from ((node.name, name) for name in _made(inner.value))
                        yield from ((node.name, name) for name in _attributes(inner.value))
            case _:
                continue


def _made(node: ast.expr) -> Iterator[str]:
    """The functions and classes that are called there."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Name):
            yield inner.func.id


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
