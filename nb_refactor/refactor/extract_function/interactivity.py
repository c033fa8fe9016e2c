"""Which values a cell shows besides what it prints, as IPython's `ast_node_interactivity` decides
that the cells above may set."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from typing import Literal, TypeAlias, get_args

from nb_refactor.dataflow import scope
from nb_refactor.dataflow.exposure import cell_effects
from nb_refactor.dataflow.magics import parse
from nb_refactor.refactor.extract_function.cell_parts import Part, cut

# `last_expr`: the last statement, where it is an expression; the others: no matter what it is, of
# every statement, of none, or what the last one assigns.
Interactivity: TypeAlias = Literal["last_expr", "last", "all", "none", "last_expr_or_assign"]

# Calls that are made for what they do: they give None.
_VALUELESS = frozenset(
    {
        *("print", "display", "pprint", "pprint.pprint"),
        *("plt.show", "plt.close", "plt.tight_layout"),
        *("pyplot.show", "pyplot.close", "pyplot.tight_layout", "pylab.show", "pl.show"),
    }
)
# The names that those calls begin with: where the notebook gives one another meaning, there may be
# a value.
VALUELESS_ROOTS = frozenset(path.partition(".")[0] for path in _VALUELESS)
_SETTING = "ast_node_interactivity"
_MAGIC = re.compile(rf"^\s*%config\s+(?:\w+\.)*{_SETTING}\s*=\s*(['\"]?)(\w+)\1\s*$", re.MULTILINE)


def interactivity(above: Sequence[str]) -> Interactivity | None:
    """What is in force below cells of these sources; `None` where one of them sets it in a way that
    cannot be read off its code."""
    found: Interactivity | None = "last_expr"
    for source in above:
        if _SETTING in source:
            found = _set_by(source)
    return found


def sets_interactivity(part: Part) -> bool:
    return _SETTING in part.code


def _set_by(source: str) -> Interactivity | None:
    effects = cell_effects(source)
    if effects.problem:
        return None
    values = [value for _, value in _MAGIC.findall(source)]
    values += list(_assigned_values(parse(effects.translation.code)))
    comments = sum(
        line.lstrip().startswith("#") and _SETTING in line for line in source.split("\n")
    )
    if len(values) != 1 or source.count(_SETTING) - comments != 1:
        return None
    return next((mode for mode in get_args(Interactivity) if mode == values[0]), None)


def _assigned_values(tree: ast.Module) -> Iterator[object]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            target = node.targets[0]
            if isinstance(target, ast.Attribute) and target.attr == _SETTING:
                yield node.value.value


def shows_value(last: Part, quiet: bool, own: frozenset[str]) -> bool:
    """Whether IPython shows the value of a cell that ends in this part (unless it is None). `own`
    are the names of `VALUELESS_ROOTS` that the notebook gives another meaning."""
    return not quiet and not last.magics and _has_value(last.node, own)


def _has_value(node: ast.AST, own: frozenset[str]) -> bool:
    """Whether it is an expression that may give anything but None."""
    if not isinstance(node, ast.Expr):
        return False
    if not isinstance(node.value, ast.Call):
        return not (isinstance(node.value, ast.Constant) and node.value.value is None)
    path = ast.unparse(node.value.func)
    return path not in _VALUELESS or path.partition(".")[0] in own


def shows_inside(part: Part, own: frozenset[str]) -> bool:
    """Whether a statement inside of the part's has a value to show: IPython shows also those in
    loops and branches, where it runs a statement interactively."""
    inside = (node for node in scope.own_nodes(part.nodes) if node not in part.nodes)
    return any(_has_value(node, own) for node in inside)


def shows_any(part: Part, own: frozenset[str]) -> bool:
    """Whether the part's statements, or one inside of them, have a value to show."""
    return shows_inside(part, own) or any(_has_value(node, own) for node in part.nodes)


def assigned_at_end(source: str) -> str | None:
    """The name whose value `last_expr_or_assign` shows of a cell; `None` where that is an
    expression's, or none."""
    effects = cell_effects(source)
    if effects.problem or effects.translation.own_scope:
        return None
    parts = cut(source, effects.translation)
    return None if not parts.parts or parts.quiet else _assigned_name(parts.parts[-1].node)


def _assigned_name(node: ast.stmt) -> str | None:
    match node:
        case (
            ast.Assign(targets=[ast.Name(name)])
            | ast.AugAssign(target=ast.Name(name))
            | ast.AnnAssign(target=ast.Name(name))
        ):
            return name
        case _:
            return None


def showing(source: str, name: str) -> str:
    """The cell with the name as its last line, which shows the same by itself."""
    return f"{source.rstrip()}\n{name}"


def shown_as_before(before: str, mode: Interactivity, after: str, own: frozenset[str]) -> str:
    """The cell's new source `after`, so that it shows no more than `before` did. Where that showed
    what it assigns at its end, the name is the last line of `after`."""
    if mode == "last_expr_or_assign" and (name := assigned_at_end(before)):
        above, _, last = after.rpartition("\n")
        return above if last == name and assigned_at_end(above) == name else after
    old = cut(before, cell_effects(before).translation)
    new = cut(after, cell_effects(after).translation)
    shows = mode == "all" or shows_value(old.parts[-1], old.quiet, own)
    if new.quiet or not new.parts or new.parts[-1].magics or (shows and not old.quiet):
        return after
    node = new.parts[-1].node
    inside = any(ast.dump(node) == ast.dump(part.node) for part in old.parts)
    assigns = mode == "last_expr_or_assign" and _assigned_name(node) is not None
    return (
        _quieted(after, node)
        if assigns or mode == "all" or (inside and _has_value(node, own))
        else after
    )


def _quieted(source: str, last: ast.stmt) -> str:
    """The cell with a `;` behind its last statement, by which IPython shows nothing."""
    lines = source.split("\n")
    end = (last.end_lineno or last.lineno) - 1
    column = len(lines[end].encode()[: last.end_col_offset].decode())
    lines[end] = f"{lines[end][:column]};{lines[end][column:]}"
    return "\n".join(lines)
