"""What a cell shows at its end: prints, plots, and the value of its last expression.

It stays in the notebook, where people look, if it only shows what the function hands out and what
the notebook has anyway; a plot does so in one piece or not at all. A value that must be shown and
cannot stay is handed out by the function."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from nb_refactor.dataflow import scope
from nb_refactor.dataflow.exposure import cell_effects
from nb_refactor.refactor.extract_function.cell_parts import Part
from nb_refactor.refactor.extract_function.free_imports import is_import
from nb_refactor.refactor.extract_function.rewrite import Shown
from nb_refactor.refactor.module_edit import ImportBinding

# Functions that are called to show something, by the name that they are called by.
_SHOWING = frozenset({"print", "display", "pprint"})

# Packages of which a call as a statement draws, or sets up what is drawn.
_PLOTTING = frozenset({"matplotlib", "pylab", "seaborn", "plotly", "bokeh", "altair", "plotnine"})

# Methods that draw, or say how a drawing looks: of tables, axes and figures.
_DRAWING = frozenset(
    {
        *("plot", "hist", "boxplot", "bar", "barh", "scatter", "pie", "imshow", "contour"),
        *("contourf", "fill_between", "errorbar", "axhline", "axvline", "annotate", "legend"),
        *("grid", "set_title", "set_xlabel", "set_ylabel", "set_xlim", "set_ylim", "suptitle"),
        *("tight_layout", "show", "tick_params", "set_xticks", "set_yticks", "set_xticklabels"),
        *("set_yticklabels", "set_xscale", "set_yscale"),
    }
)


@dataclass(frozen=True)
class Names:
    """The names around the body: `needed` are read behind the cell, of `taken` a new name must keep
    clear, `modules` are bound by imports, and `plotting` are those of them that draw."""

    needed: frozenset[str]
    taken: frozenset[str]
    modules: frozenset[str]
    plotting: frozenset[str]


@dataclass(frozen=True)
class Division:
    """The body, and what of its end stays behind the call in the notebook."""

    body: tuple[Part, ...]
    behind: tuple[Part, ...]
    shown: Shown


def divide(body: Sequence[Part], names: Names, shows: bool, chosen: bool) -> Division:
    """Decides for a body whose last expression the cell shows (`shows`). `chosen`: somebody chose
    these statements of the cell, and wants them in the function."""
    if shows and body and not _value_stays(body, names):
        bound = set(scope.bound_names(node for part in body for node in part.nodes))
        if not bound & names.needed:
            return Division(tuple(body), (), Shown("returned"))
        return Division(tuple(body), (), Shown("named", _free_name("shown", names.taken)))
    end = len(body) - 1 if shows and body else len(body)
    begin = end if chosen else _first_that_only_shows(body, end, names)
    return Division(tuple(body[:begin]), tuple(body[begin:]), Shown("none"))


def plotting_names(imports: Iterable[tuple[str, Iterable[ImportBinding]]]) -> frozenset[str]:
    """The names that stand for a package that draws, or for something of it."""
    return frozenset(
        name
        for name, bindings in imports
        if any(binding.module.partition(".")[0] in _PLOTTING for binding in bindings)
    )


def _value_stays(body: Sequence[Part], names: Names) -> bool:
    """Whether the last expression, whose value is shown, can stay in the notebook."""
    last, rest = body[-1], body[:-1]
    assert isinstance(last.node, ast.Expr)
    if not rest or not _may_stand_alone(last.node):
        return False
    effects = cell_effects("\n".join(part.code for part in rest)).whole
    handed_out = {d.name for d in effects.definitions if d.name in names.needed}
    made = _used(last) & _bound(rest)
    root = _root(last.node.value)
    changed = {update.name for update in effects.updates} - made
    only_shows = made <= handed_out or (root in made and len(made - handed_out) == 1)
    if root in names.modules:
        only_shows = only_shows and not any(_root_of(part) == root for part in rest)
        changed = set()
    return bool(handed_out and only_shows) or (not made and root in changed)


def _first_that_only_shows(body: Sequence[Part], end: int, names: Names) -> int:
    """Where the parts begin that stay, before those from `end` on, which stay anyway."""
    begin = end
    while begin and _only_shows(body[begin - 1], body[: begin - 1], names):
        begin -= 1
    if all(is_import(part) for part in body[:begin]):
        # It all shows something: that is what the function is for.
        return end
    if any(_draws(part, names.plotting) for part in body[:begin]):
        drawn = [i + 1 for i in range(begin, end) if _draws(body[i], names.plotting)]
        return max([begin, *drawn])
    return begin


def _only_shows(part: Part, rest: Sequence[Part], names: Names) -> bool:
    """Whether the part shows something, and of what the `rest` above it makes only what the
    function hands out in any case."""
    node = part.node
    if not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Call) or part.magics:
        return False
    shows = _draws(part, names.plotting) or ast.unparse(node.value.func) in _SHOWING
    return shows and _may_stand_alone(node) and _used(part) & _bound(rest) <= names.needed


def _draws(part: Part, plotting: frozenset[str]) -> bool:
    """Whether some of the part draws."""
    return bool(_used(part) & plotting) or any(
        isinstance(node, ast.Attribute) and node.attr in _DRAWING
        for statement in part.nodes
        for node in ast.walk(statement)
    )


def _used(part: Part) -> set[str]:
    return {use.name for use in cell_effects(part.code).whole.uses}


def _bound(parts: Sequence[Part]) -> set[str]:
    return set(scope.bound_names(node for part in parts for node in part.nodes))


def _may_stand_alone(node: ast.Expr) -> bool:
    return not any(isinstance(child, (ast.NamedExpr, ast.Await)) for child in ast.walk(node))


def _root_of(part: Part) -> str | None:
    value = getattr(part.node, "value", None)
    return _root(value) if isinstance(value, ast.expr) else None


def _root(node: ast.expr) -> str | None:
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else None


def _free_name(wish: str, taken: frozenset[str]) -> str:
    number = 2
    name = wish
    while name in taken:
        name = f"{wish}_{number}"
        number += 1
    return name
