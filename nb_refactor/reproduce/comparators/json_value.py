"""JSON: values by structure, numbers within the tolerance, random ids renamed.

Plotly, Vega and Bokeh describe a plot as JSON; its parts refer to each other by ids that are new
in every run. Each library has its own places for them: elsewhere what is called an id, or
looks like one, is data. Ids are renamed in the order in which they appear, so that who refers to
whom counts and what the ids are called does not.
"""

from __future__ import annotations

import array
import base64
import binascii
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from nb_refactor.reproduce.comparators.comparison import Comparison, text_differs
from nb_refactor.reproduce.comparators.text import closeness_notes
from nb_refactor.reproduce.masking import masked
from nb_refactor.reproduce.tokens import compare_tokens
from nb_refactor.reproduce.tolerance import Tolerance
from nb_refactor.text import text


@dataclass(frozen=True)
class IdPlaces:
    """Where ids stand in a kind of JSON: the values of these keys, the items of the lists under
    those keys, as far as the whole value is of this shape."""

    keys: frozenset[str]
    lists: frozenset[str] = frozenset()
    shape: re.Pattern[str] = re.compile(r".*", re.DOTALL)


NONE = IdPlaces(frozenset())
PLOTLY = IdPlaces(frozenset(("uid",)))
# Altair names a table by a digest of what is in it, and counts parameters and views.
VEGA = IdPlaces(
    frozenset(("name",)),
    shape=re.compile(r"data-[0-9a-f]{32}|(?:selector|param|view|concat)_?[0-9]+"),
)
PLOT = IdPlaces(
    frozenset(
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
    ),
    frozenset(("root_ids", "roots")),
)
ARRAY_CODES = {"f8": "d", "f4": "f", "float64": "d", "float32": "f"}


def compare_plot(saved: Any, fresh: Any, tolerance: Tolerance) -> Comparison:
    """Plots of other libraries than those below, Bokeh's among them."""
    return _compare(saved, fresh, PLOT, tolerance)


def compare_plotly(saved: Any, fresh: Any, tolerance: Tolerance) -> Comparison:
    """Plotly's plots: the same when equal but for the ids of their traces."""
    return _compare(saved, fresh, PLOTLY, tolerance)


def compare_vega(saved: Any, fresh: Any, tolerance: Tolerance) -> Comparison:
    """Vega's and Vega-Lite's plots: the same when equal but for counted and digested names."""
    return _compare(saved, fresh, VEGA, tolerance)


def compare_json(saved: Any, fresh: Any, tolerance: Tolerance) -> Comparison:
    """JSON that is shown as such, and geographic data: ids in it are data like all else."""
    return _compare(saved, fresh, NONE, tolerance)


def _compare(saved: Any, fresh: Any, places: IdPlaces, tolerance: Tolerance) -> Comparison:
    old, new = (_with_own_ids(_parsed(value), places) for value in (saved, fresh))
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


def _with_own_ids(value: Any, places: IdPlaces) -> Any:
    names = {name: f"<id {n}>" for n, name in enumerate(dict.fromkeys(_ids(value, places)), 1)}
    return _renamed(value, names) if names else value


def _ids(value: Any, places: IdPlaces, *, in_place: bool = False) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            if key in places.lists and isinstance(item, list):
                for each in item:
                    yield from _ids(each, places, in_place=True)
            else:
                yield from _ids(item, places, in_place=key in places.keys)
    elif isinstance(value, list):
        for item in value:
            yield from _ids(item, places)
    elif isinstance(value, str) and in_place and places.shape.fullmatch(value):
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
    place = text(" at {path}", path=path) if path else ""
    if a is MISSING:
        return text("{path} is new.", path=path)
    if b is MISSING:
        return text("{path} is gone.", path=path)
    if isinstance(a, list) and isinstance(b, list):
        return text(
            "The list{place} had {saved} items and now has {fresh}.",
            place=place,
            saved=len(a),
            fresh=len(b),
        )
    return text("The value{place} differs.", place=place)


def _pretty(value: Any) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False, default=str)
