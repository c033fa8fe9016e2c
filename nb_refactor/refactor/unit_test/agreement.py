"""Whether two recordings tell the same value."""

from __future__ import annotations

import math
from typing import Any

import msgspec

from nb_refactor.refactor.unit_test.recorded_value import Value

_RELATIVE = 1e-9
# Of what is recorded by its beginning the rest is not there to be compared.
_EXTENT = frozenset(("length", "whole", "shape"))


def same(one: Value, other: Value, *, extent: bool = True) -> bool:
    """Floating point numbers may differ in their last digits. Without `extent` a value and its
    beginning, both of which were recorded, are the same."""
    return _same(msgspec.to_builtins(one), msgspec.to_builtins(other), extent)


def _same(one: Any, other: Any, extent: bool) -> bool:
    if isinstance(one, dict) and isinstance(other, dict):
        if one.keys() != other.keys():
            return False
        if one.get("kind") == "atom" and one["type"] == other["type"] == "float":
            return _close(float(one["text"]), float(other["text"]))
        if one.get("kind") == "built" and one["number"] is not None:
            return _same(one["number"], other["number"], extent) and one["type"] == other["type"]
        keys = one.keys() if extent else one.keys() - _EXTENT
        return all(_same(one[key], other[key], extent) for key in keys)
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(
            _same(mine, theirs, extent) for mine, theirs in zip(one, other, strict=True)
        )
    return bool(one == other)


def _close(one: float, other: float) -> bool:
    if math.isnan(one) or math.isnan(other):
        return math.isnan(one) and math.isnan(other)
    return math.isclose(one, other, rel_tol=_RELATIVE, abs_tol=1e-12)
