"""Small questions to a syntax tree."""

from __future__ import annotations

import ast
from collections.abc import Iterator

# The fields of nodes that hold names, contexts and operators, and no node that says more.
_WITHOUT_NODES = frozenset(
    {
        *("id", "attr", "arg", "module", "level", "is_async", "conversion", "kind", "type_comment"),
        *("ctx", "op", "ops", "simple"),
    }
)
_BELOW: dict[type[ast.AST], tuple[str, ...]] = {}
_COPYING_INDEX = (ast.Compare, ast.List, ast.ListComp)


def expressions(nodes: object) -> list[ast.expr]:
    return [node for node in nodes if isinstance(node, ast.expr)]  # type: ignore[attr-defined]


def inner_expressions(node: ast.AST) -> Iterator[ast.expr]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            yield child
        else:
            yield from inner_expressions(child)


def children(node: ast.AST) -> list[ast.AST]:
    """The nodes right below a node, in order; contexts (`Load`, `Store`) and operators left out."""
    kind = type(node)
    fields = _BELOW.get(kind)
    if fields is None:
        fields = tuple(name for name in kind._fields if name not in _WITHOUT_NODES)
        _BELOW[kind] = fields
    found: list[ast.AST] = []
    for name in fields:
        value = getattr(node, name, None)
        if type(value) is list:
            found += [each for each in value if isinstance(each, ast.AST)]
        elif isinstance(value, ast.AST):
            found.append(value)
    return found


def pairs_up(target: ast.expr, value: ast.expr) -> bool:
    """Whether `a, b = x, y` can be read as two assignments (all values are taken first)."""
    if not isinstance(target, (ast.Tuple, ast.List)) or not isinstance(
        value, (ast.Tuple, ast.List)
    ):
        return False
    starred = any(isinstance(e, ast.Starred) for e in [*target.elts, *value.elts])
    return len(target.elts) == len(value.elts) and not starred


def shown_before(node: ast.Subscript) -> str | None:
    """`Out[3]` is another way to write `_3`."""
    named = isinstance(node.value, ast.Name) and node.value.id in ("Out", "_oh")
    count = node.slice.value if isinstance(node.slice, ast.Constant) else None
    return f"_{count}" if named and isinstance(count, int) else None


def copies(index: ast.expr) -> bool:
    """A mask or a list as index makes a new object, in numpy as in pandas."""
    if isinstance(index, ast.UnaryOp):
        return isinstance(index.op, ast.Invert)
    if isinstance(index, ast.BinOp):
        return isinstance(index.op, (ast.BitAnd, ast.BitOr))
    return isinstance(index, _COPYING_INDEX)


def dotted(node: ast.expr) -> tuple[str, ...]:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ()
    return (node.id, *reversed(parts))


def decorator_name(node: ast.expr) -> str:
    if isinstance(node, ast.Call):
        node = node.func
    path = dotted(node)
    return path[-1] if path else ""


def stored_names(target: ast.expr) -> list[str]:
    return [n.id for n in ast.walk(target) if isinstance(n, ast.Name)]


def as_load(target: ast.Attribute | ast.Subscript) -> ast.expr:
    copy: ast.expr
    if isinstance(target, ast.Attribute):
        copy = ast.Attribute(target.value, target.attr, ast.Load())
    else:
        copy = ast.Subscript(target.value, target.slice, ast.Load())
    return ast.copy_location(copy, target)


def is_irrefutable(pattern: ast.pattern) -> bool:
    return isinstance(pattern, ast.MatchAs) and (
        pattern.pattern is None or is_irrefutable(pattern.pattern)
    )
