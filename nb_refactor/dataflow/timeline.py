"""What the items of a sequence leave to each other, as a history of each key.

A key (a name, an object, a piece of the process's state) has its values in the order of the items
that set it, and the set of the items that read it. So when an item is numbered again, and what it
sets has changed, those that hang on it are known at once: the readers of the key up to and with
the next item that sets it anew. Nobody else is looked at.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from msgspec import Struct

from nb_refactor.dataflow.aliasing import Binding, Number
from nb_refactor.dataflow.displayed import Shown, is_kept, keep_shown, keep_source
from nb_refactor.dataflow.store import ABSENT, Key, is_under
from nb_refactor.dataflow.value_numbering import Left

# Read by an item that asks for all names, and by one that asks for what IPython keeps.
ALL_NAMES: Final = ("names",)
KEPT: Final = ("kept",)


class Place(Struct, frozen=True):
    """An item in its sequence: its position, its execution count, what it left, what it read."""

    position: int
    count: int | None
    left: Left
    reads: frozenset[Key] = frozenset()


class Reading:
    """The past as one item sees it; `keys` are what it has read of it."""

    def __init__(self, past: PastAt, kept: Kept) -> None:
        self.keys: set[Key] = set()
        self._past = past
        self._kept = kept

    def at(self, key: Key) -> Any:
        self.keys.add(key)
        value = self._past.at(key)
        if value is ABSENT and _may_be_kept(key):
            self.keys.add(KEPT)
            return self._kept.names().get(str(key), ABSENT)
        return value

    def gathered(self, key: Key) -> frozenset[Any]:
        self.keys.add(key)
        return self._past.gathered(key)

    def names(self) -> frozenset[str]:
        self.keys.update((ALL_NAMES, KEPT))
        return self._past.names() | self._kept.names().keys()

    def under(self, domain: str) -> frozenset[str]:
        self.keys.add(_domain_key(domain))
        return self._past.under(domain)


class Kept:
    """What IPython keeps at the start of an item, worked out if it is asked for."""

    def __init__(self, past: PastAt, position: int, code: Number, count: int | None) -> None:
        self._past, self._position, self._code, self._count = past, position, code, count
        self._names: dict[str, Binding] | None = None

    def names(self) -> Mapping[str, Binding]:
        if self._names is None:
            names = names_kept(self._past.places())
            keep_source(names, Shown(self._code), self._position, self._count)
            self._names = {n: b for n, b in names.items() if b.kept_by_ipython}
        return self._names


def names_kept(places: Iterable[Place]) -> dict[str, Binding]:
    """The names that IPython keeps after these items, and what the notebook itself bound to such
    names: then IPython leaves them alone."""
    names: dict[str, Binding] = {}
    for place in places:
        left = place.left
        keep_source(names, left.shown, place.position, place.count)
        for key in left.written:
            if not _may_be_kept(key):
                continue
            names.pop(str(key), None)
            if left.written[key] is not ABSENT:
                names[str(key)] = left.written[key]
        keep_shown(names, left.shown, place.position, place.count)
    return names


def _may_be_kept(key: Key) -> bool:
    return isinstance(key, str) and key[:1] in ("_", "I", "O") and is_kept(key)


@dataclass(slots=True)
class _Track:
    """The values of one key, and the positions of the items that set them."""

    positions: list[int] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)

    def before(self, position: int) -> Any:
        positions = self.positions
        if positions and positions[-1] < position:
            return self.values[-1]
        at = bisect_left(positions, position)
        return self.values[at - 1] if at else ABSENT

    def put(self, position: int, value: Any) -> None:
        at = bisect_left(self.positions, position)
        if at < len(self.positions) and self.positions[at] == position:
            self.values[at] = value
        else:
            self.positions.insert(at, position)
            self.values.insert(at, value)

    def take(self, position: int) -> None:
        at = bisect_left(self.positions, position)
        del self.positions[at], self.values[at]

    def next(self, position: int) -> int | None:
        at = bisect_left(self.positions, position + 1)
        return self.positions[at] if at < len(self.positions) else None


class Timeline:
    """The items of one sequence with all that they left, over what there was `before` them."""

    def __init__(self, before: PastAt | None = None) -> None:
        self._before = before
        self._order: list[int] = []
        self._places: dict[int, Place] = {}
        self._tracks: dict[Key, _Track] = {}
        self._sums: dict[Key, dict[int, frozenset[Any]]] = {}
        self._readers: dict[Key, set[int]] = {}
        self._pieces: set[str] = set()  # of the process's state, ever

    # ---- reading ---------------------------------------------------------------------------

    def past(self, position: int) -> PastAt:
        """What the items before the position left."""
        return PastAt(self, position)

    def value(self, key: Key, position: int) -> Any:
        track = self._tracks.get(key)
        value = track.before(position) if track is not None else ABSENT
        if value is ABSENT and self._before is not None:
            removed = track is not None and bool(track.positions) and track.positions[0] < position
            return ABSENT if removed else self._before.at(key)
        return value

    def gathered(self, key: Key, position: int) -> frozenset[Any]:
        added = self._sums.get(key)
        earlier = self._before.gathered(key) if self._before is not None else frozenset()
        if added is None:
            return earlier
        return earlier.union(*(value for at, value in added.items() if at < position))

    def names(self, position: int) -> frozenset[str]:
        own = (key for key in self._tracks if isinstance(key, str) and not key.startswith("@"))
        earlier = self._before.names() if self._before is not None else frozenset()
        names = earlier.union(key for key in own if key != "*")
        return frozenset(n for n in names if self.value(n, position) is not ABSENT)

    def under(self, domain: str, position: int) -> frozenset[str]:
        earlier = self._before.under(domain) if self._before is not None else frozenset()
        keys = earlier.union(key for key in self._pieces if is_under(key, domain))
        return frozenset(key for key in keys if self.value(key, position) is not ABSENT)

    def places_before(self, position: int) -> Iterator[Place]:
        """The items before the position, in order."""
        if self._before is not None:
            yield from self._before.places()
        for at in self._order:
            if at >= position:
                return
            yield self._places[at]

    def place(self, position: int) -> Place:
        return self._places[position]

    # ---- writing ---------------------------------------------------------------------------

    def put(self, place: Place) -> set[int]:
        """Put an item at its position, in place of the one that was there. The answer are the
        positions behind it of the items that hang on what is different now."""
        old = self._places.get(place.position)
        if old is None:
            insort(self._order, place.position)
        self._places[place.position] = place
        self._note_readers(place.position, old, place)
        return self._changed(place.position, old, place)

    def take(self, position: int) -> set[int]:
        """Take an item out; the answer is as of `put`."""
        old = self._places.pop(position)
        del self._order[bisect_left(self._order, position)]
        self._note_readers(position, old, None)
        return self._changed(position, old, None)

    def readers(self, keys: Iterable[Key]) -> set[int]:
        """The positions of the items that read one of the keys."""
        return set().union(*(self._readers.get(key, ()) for key in keys))

    def _note_readers(self, position: int, old: Place | None, new: Place | None) -> None:
        before = old.reads if old is not None else frozenset()
        after = new.reads if new is not None else frozenset()
        for key in before - after:
            self._readers[key].discard(position)
        for key in after - before:
            self._readers.setdefault(key, set()).add(position)

    def _changed(self, position: int, old: Place | None, new: Place | None) -> set[int]:
        affected: set[int] = set()
        if old is None or new is None or old.left is not new.left:
            self._write(position, old, new, affected)
            self._add(position, old, new, affected)
        if _kept_differently(old, new):
            affected.update(r for r in self._readers.get(KEPT, ()) if r > position)
        return affected

    def _write(
        self, position: int, old: Place | None, new: Place | None, affected: set[int]
    ) -> None:
        was: Mapping[Key, Any] = old.left.written if old is not None else {}
        now: Mapping[Key, Any] = new.left.written if new is not None else {}
        for key in was.keys() - now.keys():
            self._tracks[key].take(position)
            affected |= self._behind(key, position, True)
        for key, value in now.items():
            before = was.get(key, ABSENT)
            if key not in was or before != value:
                self._track(key).put(position, value)
                affected |= self._behind(key, position, (before is ABSENT) != (value is ABSENT))

    def _track(self, key: Key) -> _Track:
        track = self._tracks.get(key)
        if track is None:
            track = self._tracks[key] = _Track()
            if isinstance(key, str) and key.startswith("@"):
                self._pieces.add(key)
        return track

    def _behind(self, key: Key, position: int, appears: bool) -> set[int]:
        """The readers of a key that was set otherwise here: up to the next item that sets it. Where
        it `appears` or goes, also who asked for all that there is of its sort."""
        readers = self._readers.get(key, ())
        next_ = self._tracks[key].next(position) if readers else None
        found = {r for r in readers if r > position and (next_ is None or r <= next_)}
        for whole in _wholes(key) if appears else ():
            found.update(r for r in self._readers.get(whole, ()) if r > position)
        return found

    def _add(self, position: int, old: Place | None, new: Place | None, affected: set[int]) -> None:
        was: Mapping[Key, Any] = old.left.added if old is not None else {}
        now: Mapping[Key, Any] = new.left.added if new is not None else {}
        for key in was.keys() | now.keys():
            if was.get(key) == now.get(key):
                continue
            if key in now:
                self._sums.setdefault(key, {})[position] = now[key]
            else:
                del self._sums[key][position]
            affected.update(r for r in self._readers.get(key, ()) if r > position)


class PastAt:
    """What the items of a timeline before one position left."""

    __slots__ = ("_timeline", "position")

    def __init__(self, timeline: Timeline, position: int) -> None:
        self._timeline, self.position = timeline, position

    def at(self, key: Key) -> Any:
        return self._timeline.value(key, self.position)

    def gathered(self, key: Key) -> frozenset[Any]:
        return self._timeline.gathered(key, self.position)

    def names(self) -> frozenset[str]:
        return self._timeline.names(self.position)

    def under(self, domain: str) -> frozenset[str]:
        return self._timeline.under(domain, self.position)

    def places(self) -> Iterator[Place]:
        """The items before the position, in order."""
        return self._timeline.places_before(self.position)


def _kept_differently(old: Place | None, new: Place | None) -> bool:
    if old is None or new is None:
        return True
    return old.count != new.count or old.left.shown != new.left.shown


def _domain_key(domain: str) -> Key:
    return ("under", domain)


def _wholes(key: Key) -> Iterator[Key]:
    """What is read when more than this key is asked for at once."""
    if not isinstance(key, str):
        return
    if not key.startswith("@"):
        yield ALL_NAMES
        return
    parts = key.split(":")
    for upto in range(1, len(parts) + 1):
        yield _domain_key(":".join(parts[:upto]))
