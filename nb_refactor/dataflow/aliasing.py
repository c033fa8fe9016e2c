"""Which names may stand for the same object, and what each object's content depends on.

A name is bound to *references*; a reference is an object's location and, for `df["a"]`, the field
of it. An object has a base number, numbers of the fields that were stored separately (so that
setting one column leaves the others alone), and the references that it holds. Two names that may
share an object share its location, so an update through one is seen through the other.

Locations are counted as they come up; they never enter a value number, since the two sequences
that are compared count differently.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from types import MappingProxyType
from typing import TypeVar

from nb_refactor.dataflow.effects import Function, Kind
from nb_refactor.dataflow.idempotence import Repeatable

Number = bytes
K = TypeVar("K")
V = TypeVar("V")
Reference = tuple[int, str | None]
Origins = frozenset[int]

NOWHERE: frozenset[Reference] = frozenset()
NO_ORIGIN: Origins = frozenset()


def digest(*parts: bytes | str) -> Number:
    """One number of several: a BLAKE2 digest, so that equal numbers mean equal parts."""
    joined = b"\x1f".join(part if isinstance(part, bytes) else part.encode() for part in parts)
    return blake2b(joined, digest_size=16).digest()


def in_order(references: Iterable[Reference]) -> list[Reference]:
    """References in the order in which their objects came up, so that two runs of the same code
    go the same way."""
    return sorted(references, key=lambda reference: (reference[0], reference[1] or ""))


@dataclass(frozen=True, slots=True)
class Points:
    """What an expression may stand for: references and the kind of object they lead to."""

    references: frozenset[Reference] = NOWHERE
    kind: Kind = "unknown"


@dataclass(frozen=True, slots=True)
class Binding:
    """What a name is bound to. `origins` are the positions in the sequence of the code that
    bound it; `module` the dotted name where an import did; `maybe_unbound` that some way leaves
    it unbound; `kept`, after a statement that may have left the name alone, the statement's number
    and the number that the name had before it; `kept_by_ipython` that no code bound it."""

    number: Number
    references: frozenset[Reference] = NOWHERE
    kind: Kind = "unknown"
    origins: Origins = NO_ORIGIN
    module: str | None = None
    maybe_unbound: bool = False
    kept: tuple[Number, Number] | None = None
    kept_by_ipython: bool = False


@dataclass(frozen=True, slots=True)
class Object:
    """One object (or all objects made at one place). `last_store` is the number of the store that
    came last: the same store once more changes nothing. `element` is the kind of its elements
    where that is known; `may_be_empty` that it began without any, or lost some. `origins` are the
    positions of the code that made or changed it."""

    base: Number
    kind: Kind = "unknown"
    fields: Mapping[str, Number] = field(default_factory=dict)
    holds: frozenset[Reference] = NOWHERE
    function: Function | None = None
    last_store: Number | None = None
    element: Kind | None = None
    may_be_empty: bool = False
    origins: Origins = NO_ORIGIN
    field_origins: Mapping[str, Origins] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ProcessState:
    """One piece of the process's state (a random generator's, an option, a file)."""

    number: Number
    origins: Origins = NO_ORIGIN


class Journal(dict[K, V]):
    """A dictionary that notes which keys were set or removed since the note was last taken, so
    that whoever joins two copies of it looks at those keys alone."""

    __slots__ = ("changed",)

    def __init__(self, content: Mapping[K, V] = MappingProxyType({})) -> None:
        super().__init__(content)
        self.changed: set[K] = set()

    def __setitem__(self, key: K, value: V) -> None:
        self.changed.add(key)
        super().__setitem__(key, value)

    def __delitem__(self, key: K) -> None:
        self.changed.add(key)
        super().__delitem__(key)

    def remove(self, key: K) -> None:
        """Remove the key if it is there."""
        if key in self:
            del self[key]

    def remove_all(self) -> None:
        self.changed.update(self)
        self.clear()

    def copied(self) -> Journal[K, V]:
        copy = Journal(self)
        copy.changed = set(self.changed)
        return copy


@dataclass(frozen=True, slots=True)
class Repeat:
    """A statement that changes nothing when it runs on its own result: what it works on, its number
    when it ran, and the number of its result."""

    on: Repeatable
    statement: Number
    result: Number


@dataclass(slots=True)
class Store:
    """All names, objects and pieces of process state at one point of a sequence. `repeats` are the
    repeatable statements that ran, by their digests."""

    names: Journal[str, Binding] = field(default_factory=Journal)
    heap: Journal[int, Object] = field(default_factory=Journal)
    process: Journal[str, ProcessState] = field(default_factory=Journal)
    wildcards: frozenset[Number] = frozenset()
    repeats: dict[Number, Repeat] = field(default_factory=dict)

    def begin_journal(self) -> tuple[set[str], set[int], set[str]]:
        """Begin the journals anew; the answer is what they noted so far."""
        noted = (self.names.changed, self.heap.changed, self.process.changed)
        self.names.changed, self.heap.changed, self.process.changed = set(), set(), set()
        return noted

    def resume_journal(self, noted: tuple[set[str], set[int], set[str]]) -> None:
        """Add what was noted before the journals were begun anew."""
        self.names.changed |= noted[0]
        self.heap.changed |= noted[1]
        self.process.changed |= noted[2]

    def snapshot(self) -> Store:
        return Store(
            self.names.copied(),
            self.heap.copied(),
            self.process.copied(),
            self.wildcards,
            dict(self.repeats),
        )


def merge(stores: Sequence[Store]) -> Store:
    """What may hold where several ways meet. The ways began as snapshots of one store whose
    journals have been kept since."""
    first, *others = stores
    merged = first.snapshot()
    for other in others:
        _merge_names(merged.names, other.names)
        _merge_heap(merged.heap, other.heap)
        _merge_process(merged.process, other.process)
        merged.wildcards |= other.wildcards
    return merged


def _merge_names(mine: Journal[str, Binding], theirs: Journal[str, Binding]) -> None:
    for name in mine.changed | theirs.changed:
        own, other = mine.get(name), theirs.get(name)
        if own is other or own == other:
            mine.changed.add(name)
        elif own is None or other is None:
            only = own or other
            assert only is not None
            number = digest("phi", only.number)
            mine[name] = replace(only, number=number, maybe_unbound=True)
        else:
            mine[name] = Binding(
                number=digest("phi", own.number, other.number),
                references=own.references | other.references,
                kind=own.kind if own.kind == other.kind else "unknown",
                origins=own.origins | other.origins,
                module=own.module if own.module == other.module else None,
                maybe_unbound=own.maybe_unbound or other.maybe_unbound,
            )


def _merge_process(mine: Journal[str, ProcessState], theirs: Journal[str, ProcessState]) -> None:
    for key in mine.changed | theirs.changed:
        own = mine.get(key, ProcessState(b""))
        other = theirs.get(key, ProcessState(b""))
        if own != other:
            number = digest("phi", own.number, other.number)
            mine[key] = ProcessState(number, own.origins | other.origins)


def _merge_heap(mine: Journal[int, Object], theirs: Journal[int, Object]) -> None:
    for location in mine.changed | theirs.changed:
        own, other = mine.get(location), theirs.get(location)
        if own is None and other is not None:
            mine[location] = other
        elif own is not None and other is not None and own is not other:
            mine[location] = _merged_object(own, other)


def _merged_object(own: Object, other: Object) -> Object:
    same_fields = own.fields == other.fields
    return Object(
        base=own.base if own.base == other.base else digest("phi", own.base, other.base),
        kind=own.kind if own.kind == other.kind else "unknown",
        fields=own.fields if same_fields else _merged_fields(own, other),
        holds=own.holds | other.holds,
        function=own.function or other.function,
        element=own.element if own.element == other.element else None,
        may_be_empty=own.may_be_empty or other.may_be_empty,
        origins=own.origins | other.origins,
        field_origins={**own.field_origins, **other.field_origins},
    )


def _merged_fields(own: Object, other: Object) -> dict[str, Number]:
    merged: dict[str, Number] = {}
    for name in dict.fromkeys([*own.fields, *other.fields]):
        mine = own.fields.get(name, digest(own.base, name))
        theirs = other.fields.get(name, digest(other.base, name))
        merged[name] = mine if mine == theirs else digest("phi", mine, theirs)
    return merged
