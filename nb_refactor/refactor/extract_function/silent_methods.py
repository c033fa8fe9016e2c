"""Methods that give None: a cell that ends in a call of one shows nothing."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from nb_refactor.dataflow.exposure import cell_effects
from nb_refactor.dataflow.scope import bound_by
from nb_refactor.notebook import Cell
from nb_refactor.refactor.extract_function.cell_parts import Part, cut

# By the kind of the object.
_METHODS = {
    "file": frozenset({"close", "flush"}),
    "list": frozenset({"append", "extend", "insert", "remove", "clear", "sort", "reverse"}),
    "dict": frozenset({"update", "clear"}),
    "set": frozenset({"add", "update", "discard", "remove", "clear"}),
}


def ends_silently(body: Sequence[Part], cells: Sequence[Cell], builtin_open: bool) -> bool:
    """Whether the last part calls a method that gives None, of an object that the parts above it
    have made, or the cells of the notebook. `builtin_open`: nothing in the notebook gives `open`
    another meaning."""
    match body[-1].node:
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method))):
            if not any(method in methods for methods in _METHODS.values()):
                return False
            made = _values_of(name, body[:-1]) or _values_of(name, _parts_with(name, cells))
            kinds = {_kind(value, builtin_open) for value in made}
            return len(kinds) == 1 and method in _METHODS.get(kinds.pop(), ())
        case _:
            return False


def _parts_with(name: str, cells: Sequence[Cell]) -> list[Part]:
    """The parts of the cells that mention the name."""
    return [
        part
        for cell in cells
        if name in cell.source and not cell_effects(cell.source).problem
        for part in cut(cell.source, cell_effects(cell.source).translation).parts
    ]


def _values_of(name: str, parts: Sequence[Part]) -> list[ast.expr]:
    """What the parts give the name; nothing where that is not plain to see."""
    values = [
        part.node.value
        for part in parts
        if isinstance(part.node, ast.Assign)
        and [getattr(target, "id", None) for target in part.node.targets] == [name]
    ]
    nodes = (node for part in parts for top in part.nodes for node in ast.walk(top))
    bindings = sum(name in bound_by(node) for node in nodes)
    return values if len(values) == bindings else []


def _kind(value: ast.expr, builtin_open: bool) -> str:
    match value:
        case ast.Call(func=ast.Name(id="open")) if builtin_open:
            return "file"
        case ast.List() | ast.ListComp():
            return "list"
        case ast.Dict() | ast.DictComp():
            return "dict"
        case ast.Set() | ast.SetComp():
            return "set"
        case _:
            return ""
