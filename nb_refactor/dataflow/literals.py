"""What literals in the source say: keys and columns."""

from __future__ import annotations

import ast


def literal(node: ast.expr) -> object:
    """The value of a literal; None of all else."""
    return node.value if isinstance(node, ast.Constant) else None


def literal_key(node: ast.expr) -> str | None:
    """The key in `d["key"]`."""
    value = literal(node)
    return value if isinstance(value, str) else None


def literal_columns(node: ast.expr) -> tuple[str, ...]:
    """The columns in `df[["a", "b"]]`."""
    if not isinstance(node, ast.List):
        return ()
    keys = [literal_key(element) for element in node.elts]
    return tuple(key for key in keys if key is not None) if None not in keys else ()
