"""The names in a piece of code, in whatever scope."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from nb_refactor.dataflow.scope import bound_by


def names_bound(tree: ast.AST) -> frozenset[str]:
    """Every name that the tree binds anywhere, in whatever scope."""
    return frozenset(name for node in ast.walk(tree) for name in bound_by(node))


def names_mentioned(nodes: Iterable[ast.AST]) -> frozenset[str]:
    """Every name that these nodes of a tree (`ast.walk`) read or bind."""
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Name):
            found.add(node.id)
        else:
            found.update(bound_by(node))
    return frozenset(found)
