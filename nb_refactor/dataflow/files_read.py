"""Which files code reads, as far as its text tells."""

from __future__ import annotations

import ast
from collections.abc import Iterator

_READING = frozenset({"open", "load", "loadtxt", "genfromtxt", "imread", "ExcelFile", "loadmat"})


def files_read(tree: ast.AST) -> Iterator[str]:
    """The paths that the code gives as literals to calls that read files."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        name = node.func.id if isinstance(node.func, ast.Name) else name
        first = node.args[0]
        writes = any(
            isinstance(a, ast.Constant) and isinstance(a.value, str) and a.value[:1] in "wax"
            for a in node.args[1:2]
        )
        reads = not writes and (name.startswith("read_") or name in _READING)
        if reads and isinstance(first, ast.Constant) and isinstance(first.value, str):
            yield first.value
