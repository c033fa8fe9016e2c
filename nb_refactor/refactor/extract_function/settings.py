"""Parameters that are settings: constants of the notebook, which become default values."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from nb_refactor.dataflow.exposure import cell_effects
from nb_refactor.dataflow.magics import parse
from nb_refactor.notebook import Cell
from nb_refactor.refactor.extract_function.surroundings import Surroundings

# Of one or two letters are the names of mathematics: data, not settings.
_SHORTEST_NAME = 3
_LONGEST_VALUE = 40


def settings(
    names: Sequence[str], cells: Sequence[Cell], around: Surroundings, bound: frozenset[str]
) -> dict[str, str]:
    """The values, as source, of those of the names that the notebook gives a literal once, above,
    and never another value. `bound` are the names that the function's own code binds."""
    found: dict[str, str] = {}
    changed = {
        name
        for other in around.cells
        for name in (*(u.name for u in other.effects.whole.updates), *other.effects.whole.kills)
    }
    for name in names:
        places = around.cells_binding(name)
        if name in bound or name in changed or len(places) != 1 or places[0] >= around.index:
            continue
        value = _literal(cells[places[0]], name)
        if value is not None and (len(name) >= _SHORTEST_NAME or name.isupper()):
            found[name] = value
    return found


def _literal(cell: Cell, name: str) -> str | None:
    tree = parse(cell_effects(cell.source).translation.code)
    values = [
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        and [target.id for target in node.targets if isinstance(target, ast.Name)] == [name]
    ]
    mentions = [n for n in ast.walk(tree) if isinstance(n, ast.Name) and n.id == name]
    stores = [n for n in mentions if not isinstance(n.ctx, ast.Load)]
    if len(values) != 1 or len(stores) != 1 or not _is_literal(values[0]):
        return None
    text = ast.unparse(values[0])
    return text.replace("'", '"') if _is_plain_text(values[0]) else text


def _is_literal(node: ast.expr) -> bool:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return isinstance(node.operand, ast.Constant)
    if not isinstance(node, ast.Constant) or isinstance(node.value, bytes) or node.value is ...:
        return False
    return len(ast.unparse(node)) <= _LONGEST_VALUE


def _is_plain_text(node: ast.expr) -> bool:
    """A text that stands in double quotes as it does in single ones."""
    text = node.value if isinstance(node, ast.Constant) else None
    return isinstance(text, str) and not set(text) & {'"', "'", "\\"} and text.isprintable()


def settings_last(names: Sequence[str], values: Mapping[str, str]) -> tuple[str, ...]:
    """Data first, settings last; in each group the order stays."""
    return (*(n for n in names if n not in values), *(n for n in names if n in values))


def at_the_end(names: Sequence[str], values: Mapping[str, str]) -> dict[str, str]:
    """The values of those names that no name without a value follows: only they can have one."""
    found: dict[str, str] = {}
    for name in reversed(names):
        if name not in values:
            break
        found[name] = values[name]
    return found
