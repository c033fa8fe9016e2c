"""Which names may stand for the same object, and what each object's content depends on.

A name is bound to *references*; a reference is an object's location and, for `df["a"]`, the field
of it. An object has a base number, numbers of the fields that were stored separately (so that
setting one column leaves the others alone), and the references that it holds. Two names that may
share an object share its location, so an update through one is seen through the other.

Locations are counted as they come up; they never enter a value number, since the two sequences
that are compared count differently.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import blake2b

from nb_refactor.dataflow.effects import Function, Kind

Number = bytes
Reference = tuple[int, str | None]
Origins = frozenset[int]

NOWHERE: frozenset[Reference] = frozenset()
NO_ORIGIN: Origins = frozenset()
# Field of an estimator that its last training fills.
FITTED = ".fitted"


def digest(*parts: bytes | str) -> Number:
    """One number of several: a BLAKE2 digest, so that equal numbers mean equal parts."""
    joined = b"\x1f".join(part if isinstance(part, bytes) else part.encode() for part in parts)
    return blake2b(joined, digest_size=16).digest()


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
    and the number that the name had before it."""

    number: Number
    references: frozenset[Reference] = NOWHERE
    kind: Kind = "unknown"
    origins: Origins = NO_ORIGIN
    module: str | None = None
    maybe_unbound: bool = False
    kept: tuple[Number, Number] | None = None


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


@dataclass(slots=True)
class Store:
    """All names, objects and pieces of process state at one point of a sequence."""

    names: dict[str, Binding] = field(default_factory=dict)
    heap: dict[int, Object] = field(default_factory=dict)
    process: dict[str, ProcessState] = field(default_factory=dict)
    wildcards: frozenset[Number] = frozenset()

    def snapshot(self) -> Store:
        return Store(dict(self.names), dict(self.heap), dict(self.process), self.wildcards)


def merge(stores: Iterable[Store]) -> Store:
    """What may hold where several ways meet."""
    first, *others = stores
    merged = first.snapshot()
    for other in others:
        _merge_names(merged.names, other.names)
        _merge_heap(merged.heap, other.heap)
        for key, state in other.process.items():
            if merged.process.get(key) != state:
                mine = merged.process.get(key, ProcessState(b""))
                number = digest("phi", mine.number, state.number)
                merged.process[key] = ProcessState(number, mine.origins | state.origins)
        merged.wildcards |= other.wildcards
    return merged


def _merge_names(mine: dict[str, Binding], theirs: Mapping[str, Binding]) -> None:
    for name in [n for n in mine if n not in theirs]:
        mine[name] = replace(mine[name], maybe_unbound=True)
    for name, binding in theirs.items():
        own = mine.get(name)
        if own is None:
            mine[name] = replace(binding, maybe_unbound=True)
        elif own is not binding and own != binding:
            mine[name] = Binding(
                number=digest("phi", own.number, binding.number),
                references=own.references | binding.references,
                kind=own.kind if own.kind == binding.kind else "unknown",
                origins=own.origins | binding.origins,
                module=own.module if own.module == binding.module else None,
                maybe_unbound=own.maybe_unbound or binding.maybe_unbound,
            )


def _merge_heap(mine: dict[int, Object], theirs: Mapping[int, Object]) -> None:
    for location, other in theirs.items():
        own = mine.get(location)
        if own is None:
            mine[location] = other
        elif own is not other:
            mine[location] = Object(
                base=own.base if own.base == other.base else digest("phi", own.base, other.base),
                kind=own.kind if own.kind == other.kind else "unknown",
                fields={**own.fields, **other.fields}
                if own.fields == other.fields
                else _merged_fields(own, other),
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
