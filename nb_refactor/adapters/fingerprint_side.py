"""Runs in a fresh kernel, as text that is sent to it: standard library only, for Python 3.8 and up,
and nothing of nb_refactor. Says of each variable what its value is, so that the variables of two
runs can be compared without their values leaving the kernels.

What a value is made of goes into its digest, part by part, down to what has no parts. Parts of
which nobody can say what they are worth (open files, generators, objects of compiled code) are told
as opaque: two of them are never taken for equal.
"""

from __future__ import annotations

import collections
import contextlib
import datetime
import decimal
import enum
import fractions
import functools
import hashlib
import json
import pathlib
import random
import re
import struct
import time
import types
import uuid
from collections.abc import Iterator
from typing import Any

MOST_PARTS = 300_000
MOST_SECONDS = 10.0
MOST_DEPTH = 60
SHOWN = 80
OWN_NAMES = frozenset(("In", "Out", "exit", "quit", "get_ipython", "open"))
ATOMS = (int, float, complex, str, bytes, bool, type(None), type(Ellipsis), type(NotImplemented))
TOLD_BY_REPR = (
    datetime.date, datetime.time, datetime.timedelta, datetime.tzinfo, decimal.Decimal,
    fractions.Fraction, uuid.UUID, pathlib.PurePath, range, slice, re.Pattern, bytearray,
)  # fmt: skip
# Their objects hold locks, callbacks and counters of the whole process.
OPAQUE_MODULES = frozenset(
    ("matplotlib", "mpl_toolkits", "IPython", "ipykernel", "ipywidgets", "comm", "zmq", "tornado",
     "traitlets", "threading", "_thread", "asyncio", "logging", "socket", "_io", "io", "weakref",
     "_weakref", "multiprocessing", "concurrent", "subprocess", "sqlite3", "ctypes", "contextvars")
)  # fmt: skip


class TooMuch(Exception):
    """The value has more parts than anyone would wait for."""


class Walk:
    """One walk through the parts of a variable's value: its digest, whether some part is opaque,
    and the objects that can change which it reaches."""

    def __init__(self, ends: float) -> None:
        self.ends = ends
        self.parts = 0
        self.seen: dict[int, int] = {}
        self.kept: list[Any] = []  # so that no number is given twice
        self.reached: dict[int, str] = {}
        self.is_opaque = False
        self.path = ""
        self.depth = 0

    def digest(self, value: Any, path: str = "") -> bytes:
        """What the value is. A part that is met again is told by when it was first met."""
        self.parts += 1
        if self.parts > MOST_PARTS or (self.parts % 256 == 0 and time.monotonic() > self.ends):
            raise TooMuch
        if isinstance(value, ATOMS) and type(value) in ATOMS:
            return atom(value)
        if id(value) in self.seen:
            return digest_of("again", self.seen[id(value)])
        self.seen[id(value)] = len(self.seen)
        self.kept.append(value)
        if path and is_changeable(value):
            self.reached.setdefault(id(value), path)
        if self.depth > MOST_DEPTH:
            return self.opaque(value)
        self.depth += 1
        try:
            return self.composed(value, path)
        finally:
            self.depth -= 1

    def composed(self, value: Any, path: str) -> bytes:
        kind = type(value)
        top = kind.__module__.partition(".")[0]
        if isinstance(value, types.ModuleType):
            return digest_of("module", value.__name__)
        if isinstance(value, enum.Enum):
            return digest_of("enum", kind.__qualname__, value.name)
        if isinstance(value, type):
            return self.of_class(value, path)
        if isinstance(value, types.FunctionType):
            return self.of_function(value, path)
        if isinstance(value, (types.BuiltinFunctionType, types.MethodType)):
            owner = getattr(value, "__self__", None)
            parts = [] if isinstance(owner, types.ModuleType) else [self.digest(owner, path)]
            function = getattr(value, "__func__", None)
            parts += [self.digest(function, path)] if function is not None else []
            return digest_of("method", value.__qualname__, *parts)
        if isinstance(value, functools.partial):
            inside = (value.func, value.args, value.keywords)
            return digest_of("partial", *(self.digest(part, path) for part in inside))
        if top == "numpy":
            return self.of_numpy(value, path)
        if top == "pandas":
            return self.of_pandas(value, path)
        if top == "torch" and hasattr(value, "detach"):
            return digest_of(kind.__qualname__, self.digest(value.detach().cpu().numpy(), path))
        if isinstance(value, random.Random):
            return digest_of("random", self.digest(value.getstate()))
        if isinstance(value, TOLD_BY_REPR):
            return digest_of(kind.__qualname__, repr(value))
        if top in OPAQUE_MODULES:
            return self.opaque(value)
        return self.of_container(value, path)

    def of_container(self, value: Any, path: str) -> bytes:
        kind = type(value)
        parts: list[bytes] = []
        if isinstance(value, dict):
            for key, item in dict.items(value):
                parts += [self.digest(key), self.digest(item, f"{path}[{short(key)}]")]
            factory = getattr(value, "default_factory", None)
            parts += [self.digest(factory)] if factory is not None else []
        elif isinstance(value, (list, tuple, collections.deque)):
            parts += [self.digest(item, f"{path}[{place}]") for place, item in enumerate(value)]
        elif isinstance(value, (set, frozenset)):
            parts += sorted(self.apart(item) for item in value)
        elif isinstance(value, ATOMS):
            plain: Any = next(kind for kind in ATOMS if isinstance(value, kind))
            parts.append(atom(plain(value)))
        elif isinstance(value, (memoryview,)):
            return self.opaque(value)
        else:
            state = list(state_of(value))
            if not state and kind.__module__ != "__main__" and not is_plain(kind):
                return self.opaque(value)
            for name, item in state:
                parts += [digest_of(name), self.digest(item, f"{path}.{name}")]
            return digest_of("object", kind.__qualname__, *parts)
        for name, item in state_of(value):
            parts += [digest_of(name), self.digest(item, f"{path}.{name}")]
        return digest_of(kind.__qualname__, len(parts), *parts)

    def apart(self, item: Any) -> bytes:
        """A set has no order: what is met first in it must not count."""
        before = dict(self.seen)
        told = self.digest(item)
        self.seen = before
        return told

    def of_class(self, value: type, path: str) -> bytes:
        if value.__module__ in ("builtins", "typing"):
            return digest_of("class", value.__qualname__)
        parts = [digest_of(base.__qualname__) for base in value.__mro__[1:]]
        for name, item in sorted(vars(value).items()):
            if name not in UNTOLD_OF_CLASSES and isinstance(
                item, (types.FunctionType, property, staticmethod, classmethod, *ATOMS)
            ):
                function = getattr(item, "__func__", None) or getattr(item, "fget", None) or item
                parts += [digest_of(name), self.digest(function, path)]
        return digest_of("class", value.__qualname__, *parts)

    def of_function(self, value: types.FunctionType, path: str) -> bytes:
        cells = value.__closure__ or ()
        parts = [code_digest(value.__code__), self.digest(value.__defaults__, path)]
        parts.append(self.digest(value.__kwdefaults__, path))
        for cell in cells:
            try:
                parts.append(self.digest(cell.cell_contents, path))
            except ValueError:
                parts.append(b"empty")
        return digest_of("function", value.__name__, *parts)

    def of_numpy(self, value: Any, path: str) -> bytes:
        import numpy

        kind = type(value).__qualname__
        if isinstance(value, numpy.ma.MaskedArray):
            data, mask = numpy.asarray(value.data), numpy.ma.getmaskarray(value)
            return digest_of(kind, self.digest(data), self.digest(mask))
        if isinstance(value, numpy.ndarray):
            if path:
                self.reached.setdefault(id(root_of(value)), path)
                self.kept.append(root_of(value))
            if value.dtype.hasobject:
                parts = [self.digest(item, path) for item in value.ravel().tolist()]
                return digest_of(kind, str(value.dtype), value.shape, *parts)
            content = hashlib.sha256(numpy.ascontiguousarray(value).tobytes()).digest()
            return digest_of(kind, str(value.dtype), value.shape, content)
        if isinstance(value, numpy.generic):
            return digest_of(kind, str(value.dtype), value.tobytes())
        if isinstance(value, numpy.dtype):
            return digest_of("dtype", str(value))
        if hasattr(value, "bit_generator"):
            return digest_of(kind, self.digest(value.bit_generator.state))
        if isinstance(value, numpy.random.RandomState):
            return digest_of(kind, self.digest(value.get_state()))
        if isinstance(value, numpy.ufunc):
            return digest_of("ufunc", value.__name__)
        return self.of_container(value, path)

    def of_pandas(self, value: Any, path: str) -> bytes:
        import pandas

        kind = type(value).__qualname__
        if isinstance(value, pandas.DataFrame):
            parts = [self.digest(value.columns), self.digest(value.index)]
            for place in range(value.shape[1]):
                parts.append(self.column(value.iloc[:, place], path))
            return digest_of(kind, value.shape, self.digest(value.attrs), *parts)
        if isinstance(value, pandas.Series):
            parts = [self.digest(value.index), self.column(value, path), self.digest(value.name)]
            return digest_of(kind, *parts)
        if isinstance(value, pandas.MultiIndex):
            levels = [value.get_level_values(place) for place in range(value.nlevels)]
            return digest_of(kind, *(self.digest(level) for level in levels))
        if isinstance(value, pandas.Index):
            return digest_of(kind, self.digest(list(value.names)), self.column(value, path))
        if isinstance(value, (pandas.Timestamp, pandas.Timedelta, pandas.Period, pandas.Interval)):
            return digest_of(kind, repr(value))
        if isinstance(value, pandas.api.extensions.ExtensionDtype):
            return digest_of("dtype", repr(value))
        if isinstance(value, pandas.api.extensions.ExtensionArray):
            return digest_of(kind, self.column(pandas.Series(value), path))
        if value is pandas.NA or value is pandas.NaT:
            return digest_of(kind)
        return self.of_container(value, path)

    def column(self, values: Any, path: str) -> bytes:
        """The values of a Series or an Index, with their type; without its own index."""
        import numpy
        import pandas

        told = [str(values.dtype), len(values)]
        if path and isinstance(values.dtype, numpy.dtype):
            memory = root_of(values.to_numpy())
            self.reached.setdefault(id(memory), path)
            self.kept.append(memory)
        if isinstance(values.dtype, pandas.CategoricalDtype):
            told += [bool(values.dtype.ordered), self.digest(values.dtype.categories)]
        elif values.dtype == object:
            return digest_of(*told, *(self.digest(item, path) for item in values.tolist()))
        hashes = pandas.util.hash_pandas_object(values, index=False, categorize=False)
        return digest_of(*told, hashes.to_numpy().tobytes())

    def opaque(self, value: Any) -> bytes:
        self.is_opaque = True
        return digest_of("opaque", type(value).__qualname__)


UNTOLD_OF_CLASSES = frozenset(
    ("__module__", "__dict__", "__weakref__", "__doc__", "__qualname__", "__firstlineno__",
     "__static_attributes__", "__annotate__", "__annotate_func__", "__match_args__")
)  # fmt: skip


def fingerprints(namespace: dict[str, Any]) -> dict[str, Any]:
    """For each variable its digest, its type as a person knows it, how it is written where that is
    short, whether it is opaque in some part; and which variables share objects that can change."""
    ends = time.monotonic() + MOST_SECONDS
    variables: dict[str, Any] = {}
    reached: dict[int, dict[str, str]] = {}
    kept: list[Any] = []
    for name in sorted(name for name in namespace if is_told(name)):
        value = namespace[name]
        walk = Walk(ends)
        try:
            told = walk.digest(value, name).hex()
        except Exception:
            told, walk.is_opaque = "", True
        kind, text = type(value).__name__, ""
        with contextlib.suppress(Exception):
            kind, text = kind_of(value), shown(value)
        variables[name] = {
            "digest": told,
            "kind": kind,
            "shown": text,
            "is_opaque": walk.is_opaque,
            "is_code": issubclass(type(value), (type, types.FunctionType)),
        }
        kept += walk.kept
        for number, path in walk.reached.items():
            reached.setdefault(number, {})[name] = path
    return {"variables": variables, "shared": shared_groups(reached)}


def shared_groups(reached: dict[int, dict[str, str]]) -> list[list[str]]:
    """Where variables meet in one object: the paths that lead to it. Of what lies below an object
    that is told already nothing is told."""
    groups = {tuple(sorted(paths.values())) for paths in reached.values() if len(paths) > 1}
    tops = [
        group for group in groups
        if not any(other != group and is_below(group, other) for other in groups)
    ]  # fmt: skip
    return sorted(list(group) for group in tops)[:1000]


def is_below(group: tuple[str, ...], other: tuple[str, ...]) -> bool:
    return len(group) == len(other) and all(
        path.startswith(above) and path[len(above) : len(above) + 1] in ("", "[", ".")
        for path, above in zip(group, other)  # noqa: B905 (new in Python 3.10)
    )


def is_told(name: str) -> bool:
    return not name.startswith("_") and name not in OWN_NAMES


def is_changeable(value: Any) -> bool:
    if isinstance(value, (type, types.ModuleType, types.FunctionType, types.BuiltinFunctionType)):
        return False
    if isinstance(value, (tuple, frozenset, enum.Enum, *TOLD_BY_REPR)):
        return isinstance(value, bytearray)
    return not isinstance(value, ATOMS)


def is_plain(kind: type) -> bool:
    """Is it a class written in Python, so that what it holds is all there is?"""
    heap = 1 << 9
    return bool(kind.__flags__ & heap) and all(
        base is object or base.__flags__ & heap for base in kind.__mro__
    )


def state_of(value: Any) -> Iterator[tuple[str, Any]]:
    own = getattr(value, "__dict__", None)
    if isinstance(own, dict):
        yield from sorted(own.items(), key=lambda item: str(item[0]))
    for kind in type(value).__mro__:
        slots = kind.__dict__.get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            if name in ("__dict__", "__weakref__"):
                continue
            if name.startswith("__") and not name.endswith("__"):
                name = f"_{kind.__name__.lstrip('_')}{name}"
            with contextlib.suppress(AttributeError):
                yield name, object.__getattribute__(value, name)


def root_of(array: Any) -> Any:
    """Whose memory an array looks at."""
    while getattr(array, "base", None) is not None:
        array = array.base
    return array


def atom(value: Any) -> bytes:
    if isinstance(value, float):
        return digest_of("float", "nan" if value != value else struct.pack("<d", value))
    if isinstance(value, int) and not isinstance(value, bool):
        return digest_of("int", hex(value))
    return digest_of(type(value).__name__, value if isinstance(value, bytes) else repr(value))


def digest_of(*parts: Any) -> bytes:
    """One digest of several parts, each with its length."""
    whole = hashlib.blake2b(digest_size=16)
    for part in parts:
        data = part if isinstance(part, bytes) else str(part).encode("utf-8", "surrogatepass")
        whole.update(b"%d:" % len(data))
        whole.update(data)
    return whole.digest()


def code_digest(code: types.CodeType) -> bytes:
    """What a function does, not where it is written."""
    parts = [
        code_digest(part) if isinstance(part, types.CodeType) else constant(part)
        for part in code.co_consts
    ]
    names = (code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars)
    return digest_of(code.co_code, names, code.co_flags & KINDS_OF_CODE, *parts)


# Of a code object's flags: *args, **kwargs, generator, coroutine, asynchronous generator.
KINDS_OF_CODE = 0x04 | 0x08 | 0x20 | 0x80 | 0x200


def constant(value: Any) -> str:
    if isinstance(value, frozenset):
        return f"frozenset {sorted(map(repr, value))}"
    return repr(value)


def kind_of(value: Any) -> str:
    kind = type(value).__name__
    shape = getattr(value, "shape", None)
    if isinstance(shape, tuple) and all(isinstance(size, int) for size in shape):
        return f"{kind} of shape {shape}" if shape else kind
    if isinstance(value, (list, tuple, set, frozenset, dict, str, bytes)):
        return f"{kind} of {len(value)}"
    return kind


def shown(value: Any) -> str:
    """How a value is written, where that is short and Python itself writes it."""
    if isinstance(value, (list, tuple, set, dict)) and len(value) <= 20:
        inside = [*value, *value.values()] if isinstance(value, dict) else list(value)
        if not all(type(item) in ATOMS for item in inside):
            return ""
    elif type(value) not in ATOMS and not isinstance(value, TOLD_BY_REPR):
        return ""
    text = short(value)
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def short(value: Any) -> str:
    if isinstance(value, (str, bytes)) and len(value) > SHOWN:
        value = value[:SHOWN]
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > 10**SHOWN:
        return f"int of {value.bit_length()} bits"
    return (
        repr(value) if isinstance(value, (*ATOMS, *TOLD_BY_REPR, list, tuple, set, dict)) else "…"
    )


def told(namespace: dict[str, Any]) -> str:
    return json.dumps(fingerprints(namespace))
