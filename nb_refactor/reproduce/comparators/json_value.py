"""JSON: values by structure, numbers within the tolerance, random ids renamed.

Plotly, Vega and Bokeh describe a plot as JSON; its parts refer to each other by ids that are new
in every run. Ids are renamed in the order in which they appear, so that who refers to whom counts
and what the ids are called does not.
"""

from __future__ import annotations

import array
import base64
import binascii
import json
import re
from collections.abc import Iterator
from typing import Any

from nb_refactor.reproduce.comparators.comparison import Comparison, text_differs
from nb_refactor.reproduce.comparators.text import closeness_notes
from nb_refactor.reproduce.masking import UUID, masked
from nb_refactor.reproduce.tokens import compare_tokens
from nb_refactor.reproduce.tolerance import Tolerance

ID_KEYS = frozenset(
    (
        "id",
        "uid",
        "uuid",
        "guid",
        "docid",
        "elementid",
        "notebook_comms_target",
        "model_id",
        "div_id",
    )
)
ID_LIST_KEYS = frozenset(("root_ids", "roots"))
WHOLE_UUID = re.compile(UUID)
ARRAY_CODES = {"f8": "d", "f4": "f", "float64": "d", "float32": "f"}


def compare_json(saved: Any, fresh: Any, tolerance: Tolerance) -> Comparison:
    """Plots: the same when equal in structure but for ids, and numbers within the tolerance."""
    return _compare(_with_own_ids(_parsed(saved)), _with_own_ids(_parsed(fresh)), tolerance)


def compare_json_data(saved: Any, fresh: Any, tolerance: Tolerance) -> Comparison:
    """JSON that is shown as such: what is called an id there is data like all else."""
    return _compare(_parsed(saved), _parsed(fresh), tolerance)


def _compare(old: Any, new: Any, tolerance: Tolerance) -> Comparison:
    worst = 0.0
    for path, a, b in _leaves(old, new):
        relative = _distance(a, b, tolerance)
        if relative is None:
            return text_differs(_why(path, a, b), _pretty(old), _pretty(new))
        worst = max(worst, relative)
    return Comparison(notes=closeness_notes(worst))


def _parsed(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value


def _with_own_ids(value: Any) -> Any:
    names = {name: f"<id {n}>" for n, name in enumerate(dict.fromkeys(_ids(value)), 1)}
    return _renamed(value, names)


def _ids(value: Any, key: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for name, item in value.items():
            if WHOLE_UUID.fullmatch(name):
                yield name
            yield from _ids(item, name)
    elif isinstance(value, list):
        for item in value:
            yield from _ids(item, "id" if key in ID_LIST_KEYS else "")
    elif isinstance(value, str) and (key in ID_KEYS or WHOLE_UUID.fullmatch(value)):
        yield value


def _renamed(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {names.get(key, key): _renamed(item, names) for key, item in value.items()}
    if isinstance(value, list):
        return [_renamed(item, names) for item in value]
    return names.get(value, value) if isinstance(value, str) else value


MISSING = object()


def _leaves(old: Any, new: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Pairs of what stands at the same place on both sides, where it is not equal."""
    if isinstance(old, dict) and isinstance(new, dict):
        if isinstance(old.get("bdata"), str) and isinstance(new.get("bdata"), str):
            old, new = _with_numbers(old), _with_numbers(new)
        for key in dict.fromkeys((*old, *new)):
            yield from _leaves(old.get(key, MISSING), new.get(key, MISSING), f"{path}.{key}")
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for n, (a, b) in enumerate(zip(old, new, strict=True)):
            yield from _leaves(a, b, f"{path}[{n}]")
    elif old is MISSING or new is MISSING or old != new or type(old) is not type(new):
        yield path.lstrip("."), old, new


def _with_numbers(typed: dict[str, Any]) -> dict[str, Any]:
    """Plotly packs arrays of numbers as base64: unpacked they can be compared as numbers."""
    code = ARRAY_CODES.get(str(typed.get("dtype")))
    if code is None:
        return typed
    try:
        numbers = array.array(code, base64.b64decode(typed["bdata"], validate=True))
    except (binascii.Error, ValueError):
        return typed
    return {**typed, "bdata": list(numbers)}


def _distance(a: Any, b: Any, tolerance: Tolerance) -> float | None:
    """How far apart two leaves are, relative; `None` for different."""
    if isinstance(a, bool) or isinstance(b, bool):
        return None
    if isinstance(a, (int, float)) and isinstance(b, (int, float)):
        if isinstance(a, int) and isinstance(b, int):
            return None
        closeness = compare_tokens(repr(float(a)), repr(float(b)), tolerance)
        return closeness.relative if closeness.same else None
    if isinstance(a, str) and isinstance(b, str):
        closeness = compare_tokens(masked(a), masked(b), tolerance)
        return closeness.relative if closeness.same else None
    return None


def _why(path: str, a: Any, b: Any) -> str:
    place = f" at {path}" if path else ""
    if a is MISSING:
        return f"{path} is new."
    if b is MISSING:
        return f"{path} is gone."
    if isinstance(a, list) and isinstance(b, list):
        return f"The list{place} had {len(a)} items and now has {len(b)}."
    return f"The value{place} differs."


def _pretty(value: Any) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False, default=str)
