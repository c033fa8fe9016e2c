"""The state that a cell runs on: what it has touched itself, over what the cells before it left.

A store is a thin layer. What the running cell reads comes from its *past* and is kept in the layer;
what it binds or changes stays in the layer. So a copy of a store costs what the cell has touched,
not what the notebook holds, and the past is told of everything that the cell depends on.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any, Final, Protocol, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from nb_refactor.dataflow.aliasing import Binding, Number, Object, ProcessState, digest
from nb_refactor.dataflow.forms import made_of, merged_form
from nb_refactor.dataflow.idempotence import Repeatable

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

# A name, the location of an object, a piece of the process's state (they begin with `@`), or one of
# the marks below.
Key = Hashable
ABSENT: Final[Any] = object()
WILDCARDS: Final = "*"


def repeats_of(name: str) -> Key:
    """The key of the repeatable statements that ran on a name."""
    return ("repeats", name)


def module_key(name: str) -> Key:
    """The key of the location of a module's object."""
    return ("module", name)


def is_under(key: str, domain: str) -> bool:
    """Whether a piece of the process's state belongs to a domain."""
    return key == domain or key.startswith(domain + ":")


class Past(Protocol):
    """What the items before left."""

    def at(self, key: Key) -> Any:
        """The value of the key, or ABSENT."""

    def gathered(self, key: Key) -> frozenset[Any]:
        """All that the items before have added under the key."""

    def names(self) -> frozenset[str]:
        """All names that are bound."""

    def under(self, domain: str) -> frozenset[str]:
        """The pieces of the process's state that belong to the domain."""


class Repeat(Struct, frozen=True):
    """A statement that changes nothing when it runs on its own result: what it works on, its number
    when it ran, and the number of its result."""

    on: Repeatable
    statement: Number
    result: Number


class Layer(dict[K, V]):
    """A dictionary over the past. It notes which keys were set or removed since the note was last
    taken, so that whoever joins two copies of it looks at those keys alone. What it holds itself
    are the keys that were read or set; `everything` is all of it."""

    __slots__ = ("_gone", "_past", "changed")

    def __init__(self, past: Past) -> None:
        super().__init__()
        self.changed: set[K] = set()
        self._gone: set[K] = set()
        self._past = past

    def __missing__(self, key: K) -> V:
        value = self._look(key)
        if value is ABSENT:
            raise KeyError(key)
        return value  # type: ignore[no-any-return]

    def _look(self, key: K) -> Any:
        if key in self._gone:
            return ABSENT
        value = self._past.at(key)
        if value is not ABSENT:
            super().__setitem__(key, value)
        return value

    def get(self, key: K, default: Any = None, /) -> Any:
        value = super().get(key, ABSENT)
        if value is ABSENT:
            value = self._look(key)
        return default if value is ABSENT else value

    def __contains__(self, key: object) -> bool:
        return super().__contains__(key) or self._look(key) is not ABSENT  # type: ignore[arg-type]

    def __setitem__(self, key: K, value: V) -> None:
        self.changed.add(key)
        self._gone.discard(key)
        super().__setitem__(key, value)

    def __delitem__(self, key: K) -> None:
        if key not in self:
            raise KeyError(key)
        super().__delitem__(key)
        self.changed.add(key)
        self._gone.add(key)

    def remove(self, key: K) -> None:
        """Remove the key if it is there."""
        if key in self:
            del self[key]

    def copied(self) -> Layer[K, V]:
        copy: Layer[K, V] = Layer(self._past)
        copy.update(self)
        copy.changed = set(self.changed)
        copy._gone = set(self._gone)
        return copy

    def written(self) -> Iterator[tuple[K, Any]]:
        """What was set, and ABSENT for what was removed, since the note was last taken."""
        for key in self.changed:
            yield key, super().get(key, ABSENT)


class Names(Layer[str, Binding]):
    """All names."""

    __slots__ = ()

    def copied(self) -> Names:
        copy = Names(self._past)
        copy.update(self)
        copy.changed = set(self.changed)
        copy._gone = set(self._gone)
        return copy

    def everything(self) -> set[str]:
        """All names that are bound."""
        return (set(self) | self._past.names()) - self._gone

    def remove_all(self) -> None:
        for name in self.everything():
            self.remove(name)


class Process(Layer[str, ProcessState]):
    """All pieces of the process's state."""

    __slots__ = ()

    def copied(self) -> Process:
        copy = Process(self._past)
        copy.update(self)
        copy.changed = set(self.changed)
        copy._gone = set(self._gone)
        return copy

    def under(self, domain: str) -> list[str]:
        """The pieces that belong to the domain, in order."""
        own = {key for key in self if is_under(key, domain)}
        return sorted((own | self._past.under(domain)) - self._gone)


class Store:
    """All names, objects and pieces of process state at one point of a sequence. `marks` hold what
    is known beside: the repeatable statements that ran, the modules, the wildcards."""

    __slots__ = ("heap", "marks", "names", "process")

    def __init__(
        self,
        names: Names,
        heap: Layer[int, Object],
        process: Process,
        marks: Layer[Key, Any],
    ) -> None:
        self.names, self.heap, self.process, self.marks = names, heap, process, marks

    @classmethod
    def over(cls, past: Past) -> Store:
        """What the items before left, untouched."""
        return cls(Names(past), Layer(past), Process(past), Layer(past))

    @property
    def wildcards(self) -> frozenset[Number]:
        """The numbers of the code that may have bound any name."""
        return self.marks.get(WILDCARDS, frozenset())  # type: ignore[no-any-return]

    @wildcards.setter
    def wildcards(self, numbers: frozenset[Number]) -> None:
        if numbers != self.wildcards:
            self.marks[WILDCARDS] = numbers

    def repeats(self, name: str) -> Mapping[Number, Repeat]:
        """The repeatable statements that ran on the name, by their digests."""
        return self.marks.get(repeats_of(name), {})  # type: ignore[no-any-return]

    def note_repeat(self, statement: Number, repeat: Repeat) -> None:
        name = repeat.on.name
        self.marks[repeats_of(name)] = {**self.repeats(name), statement: repeat}

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
            self.names.copied(), self.heap.copied(), self.process.copied(), self.marks.copied()
        )

    def written(self) -> dict[Key, Any]:
        """All that was set, with ABSENT for what was removed."""
        written: dict[Key, Any] = {}
        for layer in (self.names, self.heap, self.process, self.marks):
            written.update(layer.written())
        return written


def merge(stores: Sequence[Store]) -> Store:
    """What may hold where several ways meet. The ways began as snapshots of one store whose
    journals have been kept since."""
    first, *others = stores
    merged = first.snapshot()
    for other in others:
        _merge_names(merged.names, other.names)
        _merge_heap(merged.heap, other.heap)
        _merge_process(merged.process, other.process)
        _merge_marks(merged.marks, other.marks)
    return merged


def _merge_names(mine: Names, theirs: Names) -> None:
    for name in mine.changed | theirs.changed:
        own, other = mine.get(name), theirs.get(name)
        if own is other or own == other:
            mine.changed.add(name)
        elif own is None or other is None:
            only = own or other
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
                part=own.part or other.part,
            )


def _merge_process(mine: Process, theirs: Process) -> None:
    for key in mine.changed | theirs.changed:
        own = mine.get(key, ProcessState(b""))
        other = theirs.get(key, ProcessState(b""))
        if own != other:
            number = digest("phi", own.number, other.number)
            stamp = max(own.stamp, other.stamp)
            mine[key] = ProcessState(number, own.origins | other.origins, stamp)


def _merge_marks(mine: Layer[Key, Any], theirs: Layer[Key, Any]) -> None:
    """A module that one way has imported has its object; repeatable statements of another way are
    forgotten."""
    for key in theirs.changed:
        if key == WILDCARDS:
            mine[key] = mine.get(key, frozenset()) | theirs[key]
        elif isinstance(key, tuple) and key[0] == "module" and key not in mine:
            mine[key] = theirs[key]


def _merge_heap(mine: Layer[int, Object], theirs: Layer[int, Object]) -> None:
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
        given=own.given or other.given,
        form=merged_form(own, other),
        made=made_of(own) if made_of(own) == made_of(other) else None,
        grows=own.grows or other.grows,
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
