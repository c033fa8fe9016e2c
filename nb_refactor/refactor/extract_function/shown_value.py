"""The value that a cell shows: its last expression. It stays in the notebook where it only shows
what the function hands out; else the function hands the value out itself."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from nb_refactor.dataflow import scope
from nb_refactor.dataflow.exposure import cell_effects
from nb_refactor.refactor.extract_function.cell_parts import Part
from nb_refactor.refactor.extract_function.rewrite import Shown


@dataclass(frozen=True)
class Division:
    """The body, and what of its end stays behind the call in the notebook."""

    body: tuple[Part, ...]
    behind: tuple[Part, ...]
    shown: Shown


def divide(
    body: Sequence[Part],
    needed: frozenset[str],
    shows: bool,
    taken: frozenset[str],
    modules: frozenset[str],
) -> Division:
    """Decides for a body whose last expression the cell shows (`shows`). `needed` are the names
    that are read behind the cell, `taken` those that a new name must keep clear of, `modules` those
    that imports bind: a plot stays in one piece."""
    if not shows or not body:
        return Division(tuple(body), (), Shown("none"))
    last, rest = body[-1], tuple(body[:-1])
    assert isinstance(last.node, ast.Expr)
    effects = cell_effects("\n".join(part.code for part in rest)).whole
    handed_out = {d.name for d in effects.definitions if d.name in needed}
    if rest and _may_stand_alone(last.node):
        used = {use.name for use in cell_effects(last.code).whole.uses}
        made = used & set(scope.bound_names(node for part in rest for node in part.nodes))
        root = _root(last.node.value)
        changed = {update.name for update in effects.updates} - made
        only_shows = made <= handed_out or (root in made and len(made - handed_out) == 1)
        if root in modules:
            only_shows = only_shows and not any(_root_of(part) == root for part in rest)
            changed = set()
        if (handed_out and only_shows) or (not made and root in changed):
            return Division(rest, (last,), Shown("none"))
    bound = set(scope.bound_names(node for part in body for node in part.nodes))
    if not bound & needed:
        return Division(tuple(body), (), Shown("returned"))
    return Division(tuple(body), (), Shown("named", _free_name("shown", taken)))


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
