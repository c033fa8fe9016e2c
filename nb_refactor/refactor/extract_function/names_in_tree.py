"""The names in a piece of code, in whatever scope."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator


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


def bound_by(node: ast.AST) -> Iterator[str]:
    """The names that this node of a tree binds by itself."""
    match node:
        case ast.Name(ctx=ast.Store() | ast.Del()):
            yield node.id
        case ast.expr() | ast.expr_context():
            return
        case ast.arg():
            yield node.arg
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield node.name
        case ast.alias():
            yield node.asname or node.name.partition(".")[0]
        case ast.ExceptHandler() | ast.MatchAs() | ast.MatchStar():
            if node.name:
                yield node.name
        case ast.MatchMapping(rest=str(name)):
            yield name
        case ast.Global():
            yield from node.names
