"""Places in arrays and lists that literals tell: `x[0]`, `x[2, -1]`, `x[:3]`.

A store at `x[0, 0]` is no matter to whoever reads `x[2, -1]`: whatever the form of `x`, the first
of these is in row 0 and the second in row 2. Counts from the two ends may meet, and so may `x[0]`
and `x[0, 1]`.
"""

from __future__ import annotations

import ast

# Along each axis a count, or the counts from the first up to the second.
Place = tuple[int | tuple[int, int], ...]


def place_of(index: ast.expr) -> Place | None:
    """The place that an index tells."""
    axes = index.elts if isinstance(index, ast.Tuple) else [index]
    found = [_along(axis) for axis in axes]
    told = tuple(axis for axis in found if axis is not None)
    return told if told and len(told) == len(found) else None


def _along(axis: ast.expr) -> int | tuple[int, int] | None:
    match axis:
        case ast.Slice(lower=lower, upper=ast.expr() as upper, step=None):
            begin = _count(lower) if lower is not None else 0
            end = _count(upper)
            known = begin is not None and end is not None and begin >= 0 and end >= 0
            return (begin, end) if known else None  # type: ignore[return-value]
        case _:
            return _count(axis)


def _count(node: ast.expr) -> int | None:
    match node:
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            value = _count(operand)
            return -value if value is not None else None
        case ast.Constant(value=int(value)) if type(value) is int:
            return value
        case _:
            return None


def are_apart(one: Place, other: Place) -> bool:
    """Whether the places have nothing in common, however large the object is."""
    return any(_differ(a, b) for a, b in zip(one, other, strict=False))


def _differ(one: int | tuple[int, int], other: int | tuple[int, int]) -> bool:
    if isinstance(one, int) and isinstance(other, int):
        return one != other and (one < 0) == (other < 0)
    (begin, end), (first, last) = _range(one), _range(other)
    return begin >= 0 and first >= 0 and (end <= first or last <= begin)


def _range(axis: int | tuple[int, int]) -> tuple[int, int]:
    return (axis, axis + 1) if isinstance(axis, int) else axis
