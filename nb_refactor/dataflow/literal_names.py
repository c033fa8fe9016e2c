"""Names that stand for one and the same literal wherever the code comes to: `N = 10` and
`sizes = [8, 4]`, assigned once and never changed."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator

from nb_refactor.dataflow.literals import has_elements, whole_number
from nb_refactor.dataflow.scope import bound_by

# Calls that only look at what they are given, and methods that only read.
_LOOKING = frozenset(
    {
        *("len", "enumerate", "zip", "range", "sorted", "reversed", "print", "sum", "max", "min"),
        *("tuple", "list", "set", "dict", "str", "repr", "any", "all", "tqdm"),
    }
)
_READING = frozenset({"items", "keys", "values", "get", "index", "count"})


def literal_names(tree: ast.Module) -> dict[str, ast.expr]:
    """The names that the top level of the code assigns such a literal, once, with its value; that
    has a place, behind which they stand for it. Names of lists and dictionaries that something may
    change are not among them."""
    assigned = list(_assigned(tree))
    if not assigned:
        return {}
    nodes = list(ast.walk(tree))
    bound = Counter(name for node in nodes for name in bound_by(node))
    once = {name: value for name, value in assigned if bound[name] == 1}
    found = {name: value for name, value in once.items() if _tells(value, once)}
    changing = {name for name, value in found.items() if not _is_fixed(value)}
    if changing:
        looked = {id(name) for node in nodes for name in _only_looked_at(node)}
        changing &= {
            node.id
            for node in nodes
            if isinstance(node, ast.Name)
            and isinstance(node.ctx, ast.Load)
            and id(node) not in looked
        }
    return {name: value for name, value in found.items() if name not in changing}


def _is_fixed(value: ast.expr) -> bool:
    """Whether nothing can change how many elements it has."""
    match value:
        case ast.Constant() | ast.UnaryOp() | ast.BinOp() | ast.Tuple() | ast.Name():
            return True
        case ast.Call(func=ast.Name("range" | "tuple") | ast.Attribute(ast.Name("np" | "numpy"))):
            return True
        case _:
            return False


def _tells(value: ast.expr, known: dict[str, ast.expr]) -> bool:
    return has_elements(value, known) or whole_number(value, known) is not None


def _assigned(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                yield name, value
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                yield name, value
            case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)) if len(
                names
            ) == len(values):
                yield from (
                    (name.id, value)
                    for name, value in zip(names, values, strict=True)
                    if isinstance(name, ast.Name)
                )
            case _:
                continue


def _only_looked_at(node: ast.AST) -> Iterator[ast.expr]:
    """The parts of the node that are read by it, and neither changed nor handed on."""
    match node:
        case ast.For() | ast.AsyncFor() | ast.comprehension():
            yield node.iter
        case ast.Call(func=ast.Name(id=name)) if name in _LOOKING:
            yield from node.args
        case ast.Call(func=ast.Attribute(of, attribute)) if attribute in _READING:
            yield of
        case ast.Subscript(ctx=ast.Load()):
            yield node.value
        case ast.FormattedValue():
            yield node.value
        case ast.Compare():
            yield from (node.left, *node.comparators)
        case _:
            return
