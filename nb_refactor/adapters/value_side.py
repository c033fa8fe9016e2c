"""Runs in a fresh kernel, and in a plain process that it starts, as text that is sent there:
standard library only, for Python 3.8 and up, and nothing of nb_refactor. Tells what a value is, so
that a test can have it, as `refactor/unit_test/recorded_value.py` reads it.

Nothing is told that telling could change: iterators, open files and all other objects of unknown
kinds are opaque.
"""

from __future__ import annotations

import collections
import contextlib
import datetime
import decimal
import fractions
import json
import pathlib
import re
import sys
from typing import Any

MOST_PARTS = 3_000
MOST_ROWS = 40
MOST_CELLS = 400
MOST_COLUMNS = 60
WHOLE_ROWS = 10
WHOLE_CELLS = 100
WHOLE_ITEMS = 20
WHOLE_TEXT = 300
SHOWN_TEXT = 60
MOST_DEPTH = 8
ATOMS = (bool, int, float, complex, str, bytes, type(None), type(Ellipsis))
GROUPS = (list, tuple, set, frozenset, dict, collections.deque, collections.Counter,
          collections.OrderedDict)  # fmt: skip
TIMES = (datetime.date, datetime.time, datetime.datetime, datetime.timedelta, datetime.timezone)


class TooMuch(Exception):
    """The value has more parts than a test could show."""


class Opaque(Exception):
    """A part cannot be written; `large`: for its size alone."""

    def __init__(self, what: str, large: bool = False) -> None:
        super().__init__(what)
        self.told = {"kind": "opaque", "what": what, "large": large}


class Telling:
    """One value on its way into the record."""

    def __init__(self) -> None:
        self.parts = 0
        self.above: list[int] = []

    def tell(self, value: Any) -> dict[str, Any]:
        try:
            return self.told(value)
        except Opaque as problem:
            return problem.told

    def told(self, value: Any) -> dict[str, Any]:
        self.parts += 1
        if self.parts > MOST_PARTS:
            raise TooMuch
        kind = type(value)
        if kind in ATOMS:
            return atom(value)
        if id(value) in self.above or len(self.above) > MOST_DEPTH:
            return opaque(value)
        self.above.append(id(value))
        try:
            return self.composed(value, kind)
        finally:
            self.above.pop()

    def composed(self, value: Any, kind: type) -> dict[str, Any]:
        top = kind.__module__.partition(".")[0]
        if kind in GROUPS or kind is collections.defaultdict:
            return self.group(value, kind)
        if kind in TIMES and has_plain_zone(value):
            return built(value, repr(value), ["datetime", None, None])
        if kind in (decimal.Decimal, fractions.Fraction):
            return built(value, repr(value), [kind.__module__.strip("_"), kind.__name__, None])
        if isinstance(value, pathlib.PurePath) and kind.__module__.startswith("pathlib"):
            pure = not isinstance(value, pathlib.Path)
            name = "PurePath" if pure else "Path"
            return built(value, f"{name}({str(value)!r})", ["pathlib", name, None])
        if kind in (range, slice):
            return built(value, repr(value))
        if top == "numpy":
            return self.of_numpy(value)
        if top == "pandas":
            return self.of_pandas(value)
        return named(value) if callable(value) else opaque(value)

    def group(self, value: Any, kind: type) -> dict[str, Any]:
        whole = len(value) <= WHOLE_ITEMS
        most = len(value) if whole else MOST_ROWS
        name = "dict" if kind is collections.defaultdict else kind.__name__
        told: dict[str, Any] = {"kind": "group", "type": name, "length": len(value)}
        told["whole"] = whole
        if isinstance(value, dict):
            if kind is collections.defaultdict:
                raise Opaque("defaultdict")
            first = list(value.items())[:most]
            keys = [self.told(key) for key, _ in first]
            if not all(map(is_key, keys)):
                raise Opaque("dict with such keys")
            return dict(told, keys=keys, items=[self.tell(item) for _, item in first])
        if isinstance(value, (set, frozenset)):
            items = [self.told(item) for item in value] if len(value) <= 1000 else []
            if not all(map(is_key, items)):
                raise Opaque(f"{name} with such items")
            items.sort(key=lambda item: json.dumps(item, sort_keys=True))
            return dict(told, items=items[:most])
        if isinstance(value, collections.deque) and value.maxlen is not None:
            raise Opaque("deque with a limit")
        first = list(value) if whole else [value[place] for place in range(most)]
        return dict(told, items=[self.tell(item) for item in first])

    # ---- NumPy --------------------------------------------------------------------------------

    def of_numpy(self, value: Any) -> dict[str, Any]:
        import numpy

        if isinstance(value, numpy.generic) and type(value).__module__ == "numpy":
            return self.numpy_number(value)
        if type(value) is numpy.ndarray:
            return self.array(value)
        if isinstance(value, numpy.ufunc):
            return {"kind": "built", "type": "ufunc", "text": f"np.{value.__name__}",
                    "imports": [imported("numpy", None, "np")], "number": None}  # fmt: skip
        if callable(value):
            return named(value)
        return opaque(value)

    def numpy_number(self, value: Any) -> dict[str, Any]:
        plain = value.item()
        name = type(value).__name__
        if type(plain) not in (bool, int, float, complex, str):
            text = f'np.{name}({str(value)!r}, "{unit_of(value.dtype)}")'
            if name not in ("datetime64",):
                raise Opaque(name)
            return dict(built(value, text, ["numpy", None, "np"]))
        number = atom(plain)
        if type(plain) is float and plain != plain:
            text = f"np.{name}(np.nan)"
        else:
            text = f"np.{name}({plain!r})".replace("(inf)", "(np.inf)").replace(
                "(-inf)", "(-np.inf)"
            )
        return dict(built(value, text, ["numpy", None, "np"]), number=number)

    def array(self, value: Any) -> dict[str, Any]:
        import numpy

        kind = value.dtype.kind
        if kind not in "biufcUSMmO" or value.dtype.names or (kind == "O" and value.ndim != 1):
            raise Opaque(f"array of {value.dtype}"[:80])
        row = 1
        for size in value.shape[1:]:
            row *= max(1, size)
        if row > MOST_COLUMNS:
            raise Opaque(f"array of shape {value.shape}", True)
        whole = value.size <= WHOLE_ITEMS * 2 or (
            len(value) <= WHOLE_ROWS and value.size <= WHOLE_CELLS
        )
        first = value if whole else value[: max(1, min(MOST_ROWS, MOST_CELLS // row))]
        items = plain_items(first)
        told = self.listed(items) if first.ndim else [self.told(items)]
        plain = kind not in "MmO" and numpy.array(items).dtype == value.dtype
        return {"kind": "array", "dtype": value.dtype.str.lstrip("|") if kind in "US" else
                str(value.dtype), "shape": list(value.shape), "items": told,
                "plain": plain, "whole": whole}  # fmt: skip

    def listed(self, items: Any) -> list[dict[str, Any]]:
        return [
            {"kind": "group", "type": "list", "items": self.listed(item), "length": len(item)}
            if type(item) is list else self.told(item)
            for item in items
        ]  # fmt: skip

    # ---- pandas -------------------------------------------------------------------------------

    def of_pandas(self, value: Any) -> dict[str, Any]:
        import pandas

        kind = type(value)
        if kind is pandas.DataFrame:
            return self.frame(value)
        if kind is pandas.Series:
            return self.series(value)
        if value is pandas.NaT or value is pandas.NA:
            return built(value, f"pd.{'NaT' if value is pandas.NaT else 'NA'}", PANDAS)
        if kind is pandas.Timestamp and value.tzinfo is None:
            return built(value, f'pd.Timestamp("{value.isoformat()}")', PANDAS)
        if kind is pandas.Timedelta:
            return built(value, f'pd.Timedelta("{value.isoformat()}")', PANDAS)
        if callable(value):
            return named(value)
        if isinstance(value, pandas.Index):
            raise Opaque(f"{kind.__name__} of {len(value)}")
        return opaque(value)

    def frame(self, value: Any) -> dict[str, Any]:
        rows, columns = value.shape
        if columns > MOST_COLUMNS:
            raise Opaque(f"DataFrame of shape {value.shape}", True)
        if not value.columns.is_unique or value.attrs:
            raise Opaque("DataFrame with columns of one name")
        whole = rows <= WHOLE_ROWS and rows * columns <= WHOLE_CELLS
        first = value if whole else value.head(max(1, min(MOST_ROWS, MOST_CELLS // (columns or 1))))
        keys = [self.told(key) for key in value.columns.tolist()]
        if not all(map(is_key, keys)):
            raise Opaque("DataFrame with such columns")
        told = [self.column(first.iloc[:, place]) for place in range(columns)]
        index = self.index(first.index, can_count=columns > 0)
        return {"kind": "frame", "keys": keys, "columns": told, "index": index,
                "names": self.names(value.columns), "length": rows, "whole": whole}  # fmt: skip

    def series(self, value: Any) -> dict[str, Any]:
        whole = len(value) <= WHOLE_ITEMS
        first = value if whole else value.head(MOST_ROWS)
        return {"kind": "series", "values": self.column(first), "index": self.index(first.index),
                "name": self.told(value.name), "length": len(value), "whole": whole}  # fmt: skip

    def names(self, index: Any) -> list[Any]:
        if all(name is None for name in index.names):
            return []
        return [self.told(name) for name in index.names]

    def column(self, values: Any) -> dict[str, Any]:
        """The values of a Series or an Index, with what gives them their type."""
        import numpy
        import pandas

        dtype = values.dtype
        told: dict[str, Any] = {"kind": "column", "dtype": str(dtype), "way": "numpy"}
        if isinstance(dtype, pandas.CategoricalDtype):
            if len(dtype.categories) > WHOLE_ITEMS * 2:
                raise Opaque(f"{len(dtype.categories)} categories", True)
            known = [self.told(item) for item in dtype.categories.tolist()]
            held = [self.told(item) for item in values.tolist()]
            return dict(told, way="categories", categories=known, ordered=bool(dtype.ordered),
                        items=held)  # fmt: skip
        if isinstance(dtype, numpy.dtype) and dtype.kind in "Mm":
            listed = plain_items(values.to_numpy())
            return dict(told, items=[self.told(item) for item in listed])
        if isinstance(dtype, pandas.DatetimeTZDtype):
            times = [None if item is pandas.NaT else item.isoformat() for item in values.tolist()]
            return dict(told, way="extension", items=[self.told(item) for item in times])
        items = values.tolist()
        kind = pandas.Index if isinstance(values, pandas.Index) else pandas.Series
        if kind(items).dtype == dtype and items:
            way = "plain"
        elif isinstance(dtype, numpy.dtype):
            way = "numpy"
        else:
            way = "extension"
            items = [None if item is pandas.NA else item for item in items]
            if str(dtype).startswith(("period", "interval", "Sparse")):
                raise Opaque(f"column of {dtype}"[:80])
        return dict(told, way=way, items=[self.told(item) for item in items])

    def index(self, index: Any, can_count: bool = True) -> Any:
        import pandas

        names = self.names(index)
        told: dict[str, Any] = {"kind": "index", "names": names, "length": len(index)}
        if type(index) is pandas.RangeIndex:
            if can_count and (index.start, index.step) == (0, 1) and not names:
                return None
            return dict(told, way="range", start=index.start, step=index.step)
        if isinstance(index, pandas.MultiIndex):
            levels = [index.get_level_values(place) for place in range(index.nlevels)]
            return dict(told, way="levels", levels=[self.column(level) for level in levels])
        if isinstance(index, (pandas.PeriodIndex, pandas.IntervalIndex, pandas.TimedeltaIndex)):
            raise Opaque(type(index).__name__)
        if isinstance(index, pandas.DatetimeIndex):
            return dict(told, way="dates", values=self.column(index), freq=index.freqstr)
        return dict(told, way="values", values=self.column(index))


PANDAS = ["pandas", None, "pd"]


def plain_items(array: Any) -> Any:
    """The items of an array as Python has them: dates as text, spans of time as numbers."""
    if array.dtype.kind == "m":
        return array.astype("int64").tolist()
    if array.dtype.kind != "M" or array.ndim != 1:
        return array.astype(str).tolist() if array.dtype.kind == "M" else array.tolist()
    items = [re.sub(r"\.0+$", "", item) for item in array.astype(str).tolist()]
    if all(item.endswith("T00:00:00") or item == "NaT" for item in items):
        return [item.partition("T")[0] if item != "NaT" else item for item in items]
    return items


def is_key(told: dict[str, Any]) -> bool:
    """Whether another value that is made of what was told finds it: `nan` is not even itself."""
    if told["kind"] == "group":
        return all(is_key(item) for item in told["items"])
    number = told.get("number") or told
    is_nan = number.get("type") == "float" and number.get("text") == "nan"
    return told["kind"] in ("atom", "built") and not is_nan


def record(value: Any) -> dict[str, Any]:
    """The value as it is told. Never raises."""
    try:
        return Telling().tell(value)
    except TooMuch:
        return Opaque(kind_of(value), True).told
    except Exception:
        return opaque(value)


def atom(value: Any) -> dict[str, Any]:
    name = type(value).__name__
    if isinstance(value, (str, bytes)) and len(value) > WHOLE_TEXT:
        return {"kind": "atom", "type": name, "text": repr(value[:SHOWN_TEXT]),
                "length": len(value), "whole": False}  # fmt: skip
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() > 2000:
        raise Opaque(f"int of {value.bit_length()} bits", True)
    return {"kind": "atom", "type": name, "text": repr(value)}


def opaque(value: Any) -> dict[str, Any]:
    return Opaque(kind_of(value)).told


def kind_of(value: Any) -> str:
    name = type(value).__name__
    with contextlib.suppress(Exception):
        if isinstance(value, (list, tuple, dict, set, frozenset)):
            return f"{name} of {len(value)}"
        if type(value).__module__.partition(".")[0] in ("numpy", "pandas"):
            return f"{name} of shape {value.shape}"
    return name


def built(value: Any, text: str, *imports: list[Any]) -> dict[str, Any]:
    return {"kind": "built", "type": type(value).__name__, "text": text, "number": None,
            "imports": [imported(*each) for each in imports]}  # fmt: skip


def imported(module: str, name: Any, alias: Any) -> dict[str, Any]:
    return {"module": module, "name": name, "alias": alias}


def named(value: Any) -> dict[str, Any]:
    """A function or class by the name under which its module has it."""
    module, name = getattr(value, "__module__", None), getattr(value, "__qualname__", None)
    if not isinstance(module, str) or not isinstance(name, str) or "<" in name:
        return opaque(value)
    if module == "__main__" or module.startswith("nb_refactor_"):
        return opaque(value)
    found: Any = sys.modules.get(module)
    for part in name.split("."):
        found = getattr(found, part, None)
    if found is not value:
        return opaque(value)
    return {"kind": "named", "module": "" if module == "builtins" else module, "name": name}


def has_plain_zone(value: Any) -> bool:
    zone = getattr(value, "tzinfo", None)
    return zone is None or type(zone) is datetime.timezone


def unit_of(dtype: Any) -> str:
    return str(dtype).partition("[")[2].rstrip("]")
