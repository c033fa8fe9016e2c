"""Sequences that are numbered again and again while they change a little.

A person edits one cell, and the notebook is numbered anew; a cell runs, and the history is one
longer. An item is numbered again only where it, or something that it read, is not what it was; and
where it leaves what it left before, nobody behind it is asked. The answer is the one that numbering
everything gives: an item's numbers are a function of the item and of what it reads (`timeline`),
its position apart, and positions do not enter a number.

Positions are far apart, so that an item that comes between two others finds one of its own, and
all others keep theirs.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

from msgspec import Struct
from msgspec.structs import replace

from nb_refactor.dataflow.aliasing import Number
from nb_refactor.dataflow.exposure import cell_effects
from nb_refactor.dataflow.timeline import Kept, PastAt, Place, Reading, Timeline
from nb_refactor.dataflow.value_numbering import (
    Item,
    Left,
    Numbered,
    Raise,
    Raising,
    Risk,
    number_item,
)

SPACING = 1 << 48
_NO_ITEM = Item(cell_effects(""))
NONE_RAISING: Raising = {}
Risks = Mapping[Number, Risk]
NO_RISKS: Risks = {}


def raising_of(raised: Collection[Raise]) -> Raising:
    """The statements that are known to raise, from those that did."""
    known: dict[bytes, frozenset[bytes]] = {}
    for statement, number in raised:
        known[statement] = known.get(statement, frozenset()) | {number}
    return known


class Numbering:
    """Numbers items one after another, behind a past or behind nothing."""

    def __init__(self, raising: Raising = NONE_RAISING, before: PastAt | None = None) -> None:
        self.raising = raising
        self._timeline = Timeline(before)
        self._position = before.position if before is not None else 0

    def run(self, item: Item) -> Numbered:
        """Take one more item and answer its numbers."""
        self._position += SPACING
        past = self._timeline.past(self._position)
        numbered, place = _placed(item, self._position, past, self.raising)
        self._timeline.put(place)
        return numbered

    def past(self) -> PastAt:
        """What all items so far left."""
        return self._timeline.past(self._position + 1)


class NumberedSequence(Struct, frozen=True):
    """The numbers of a sequence's items by their index (of those that were wanted), the index of
    each position, the statements that raised, and what the items left all together. `risks` are of
    code that raised when it ran last, by its digest."""

    numbers: Mapping[int, Numbered]
    index: Mapping[int, int]
    raised: frozenset[Raise]
    past: PastAt
    raising: Raising
    risks: Risks = NO_RISKS


@dataclass(slots=True)
class _Slot:
    """An item at its position. `numbered` is dropped where nobody wants it."""

    key: Hashable
    position: int
    item: Item
    left: Left | None = None
    numbered: Numbered | None = None


class SequenceMemory:
    """What is known of one sequence since it was last numbered. `version` counts how often
    anything in it came out otherwise."""

    def __init__(self, before: PastAt | None = None) -> None:
        self.version = 0
        self._before = before
        self._begin()

    def _begin(self) -> None:
        self._timeline = Timeline(self._before)
        self._slots: list[_Slot] = []
        self._at: dict[int, _Slot] = {}
        self._index: dict[int, int] = {}
        self._raised: dict[int, frozenset[Raise]] = {}
        self._raising: Raising = NONE_RAISING
        self._first = self._before.position if self._before is not None else 0

    def number(
        self,
        items: Sequence[Item],
        raising: Raising = NONE_RAISING,
        keys: Sequence[Hashable] | None = None,
        wanted: Collection[int] | None = None,
    ) -> NumberedSequence:
        """The numbers of the items at the `wanted` indices (`None`: of all). `keys` tell which
        item is which since the last time; without them the n-th is the n-th."""
        dirty = self._arranged(items, range(len(items)) if keys is None else keys)
        dirty |= self._raise(raising)
        self._want(wanted, dirty)
        self._renumber(dirty)
        found = {i: s.numbered for i, s in enumerate(self._slots) if s.numbered is not None}
        if wanted is not None:
            self._drop(wanted)
        raised = frozenset().union(*self._raised.values())
        end = self._slots[-1].position + 1 if self._slots else self._first + 1
        return NumberedSequence(found, self._index, raised, self._timeline.past(end), raising)

    def passed(self, index: int) -> frozenset[Number]:
        """The statements that an item ran through, as far as is known."""
        left = self._slots[index].left
        assert left is not None
        return left.tested - {statement for statement, _ in left.raised}

    # ---- what changed ----------------------------------------------------------------------

    def _arranged(self, items: Sequence[Item], keys: Sequence[Hashable]) -> set[int]:
        """Bring the slots into the new order; the answer are the positions to number again."""
        before = self._slots
        same = len(before) == len(items) and all(
            slot.key == key for slot, key in zip(before, keys, strict=True)
        )
        dirty = set() if same else self._reordered(keys)
        for slot, item in zip(self._slots, items, strict=True):
            if slot.left is None:
                slot.item = item
                dirty.add(slot.position)
            elif slot.item is not item and slot.item != item:
                dirty |= self._replaced(slot, item)
        return dirty

    def _replaced(self, slot: _Slot, item: Item) -> set[int]:
        """The item of a slot is another one; where only its count is, no number changes."""
        assert slot.left is not None
        known = slot.item
        slot.item = item
        if known.effects is item.effects and replace(known, count=item.count) == item:
            place = self._timeline.place(slot.position)
            return self._timeline.put(replace(place, count=item.count))
        return {slot.position}

    def _reordered(self, keys: Sequence[Hashable]) -> set[int]:
        unique = _unique(keys)
        known = {slot.key: slot for slot in self._slots}
        staying = _longest_in_order([known[key].position for key in unique if key in known])
        kept = {self._at[position].key for position in staying}
        dirty: set[int] = set()
        for slot in self._slots:
            if slot.key not in kept:
                dirty |= self._removed(slot)
        positions = _spread([known[k].position if k in kept else None for k in unique], self._first)
        if positions is None:
            # No room is left between two items: everything is placed anew.
            self.version += 1
            self._begin()
            return self._reordered(keys)
        self._slots = [
            known[key] if key in kept else _Slot(key, position, _NO_ITEM)
            for key, position in zip(unique, positions, strict=True)
        ]
        self._at = {slot.position: slot for slot in self._slots}
        self._index = {slot.position: i for i, slot in enumerate(self._slots)}
        return {position for position in dirty if position in self._at}

    def _removed(self, slot: _Slot) -> set[int]:
        if slot.left is None:
            return set()
        self.version += 1
        self._raised.pop(slot.position, None)
        return self._timeline.take(slot.position)

    def _raise(self, raising: Raising) -> set[int]:
        """Other statements are known to raise: who looked one of them up is numbered again."""
        if raising == self._raising:
            return set()
        both = raising.keys() | self._raising.keys()
        changed = [n for n in both if raising.get(n) != self._raising.get(n)]
        self._raising = raising
        return self._timeline.readers(changed)

    def _want(self, wanted: Collection[int] | None, dirty: set[int]) -> None:
        indices = range(len(self._slots)) if wanted is None else wanted
        dirty.update(self._slots[i].position for i in indices if self._slots[i].numbered is None)

    def _drop(self, wanted: Collection[int]) -> None:
        for index, slot in enumerate(self._slots):
            if slot.numbered is not None and index not in wanted:
                slot.numbered = None

    # ---- numbering -------------------------------------------------------------------------

    def _renumber(self, dirty: set[int]) -> None:
        waiting = list(dirty)
        heapify(waiting)
        while waiting:
            position = heappop(waiting)
            for affected in self._number(self._at[position]):
                if affected not in dirty:
                    dirty.add(affected)
                    heappush(waiting, affected)

    def _number(self, slot: _Slot) -> set[int]:
        past = self._timeline.past(slot.position)
        slot.numbered, place = _placed(slot.item, slot.position, past, self._raising)
        slot.left = place.left
        self.version += 1
        if place.left.raised:
            self._raised[slot.position] = place.left.raised
        else:
            self._raised.pop(slot.position, None)
        return self._timeline.put(place)


def _placed(item: Item, position: int, past: PastAt, raising: Raising) -> tuple[Numbered, Place]:
    kept = Kept(past, position, item.effects.digest, item.count)
    reading = Reading(past, kept)
    numbered, left = number_item(item, position, reading, raising)
    return numbered, Place(position, item.count, left, left.tested.union(reading.keys))


def _unique(keys: Sequence[Hashable]) -> list[Hashable]:
    """The keys, with a count where one comes more than once."""
    if len(set(keys)) == len(keys):
        return list(keys)
    seen: dict[Hashable, int] = {}
    unique: list[Hashable] = []
    for key in keys:
        seen[key] = seen.get(key, 0) + 1
        unique.append(key if seen[key] == 1 else (key, seen[key]))
    return unique


def _longest_in_order(positions: Sequence[int]) -> list[int]:
    """The most of the positions that stand in order: a longest increasing subsequence (patience
    sorting, Fredman 1975)."""
    tops: list[int] = []
    ends: list[int] = []  # the index that ends the best run of each length
    previous: list[int] = []
    for index, position in enumerate(positions):
        pile = bisect_left(tops, position)
        previous.append(ends[pile - 1] if pile else -1)
        tops[pile : pile + 1] = [position]
        ends[pile : pile + 1] = [index]
    run: list[int] = []
    index = ends[-1] if ends else -1
    while index >= 0:
        run.append(positions[index])
        index = previous[index]
    return run[::-1]


def _spread(positions: Sequence[int | None], first: int) -> list[int] | None:
    """Positions for the items that have none yet, between those that have; None where there is no
    room. More room is left behind a new item than before it: the next one comes there."""
    placed: list[int] = []
    begin = 0
    last = first
    while begin < len(positions):
        known = positions[begin]
        if known is not None:
            placed.append(known)
            last, begin = known, begin + 1
            continue
        end = begin
        while end < len(positions) and positions[end] is None:
            end += 1
        count = end - begin
        upto = positions[end] if end < len(positions) else None
        step = SPACING if upto is None else (upto - last) // (count + 3)
        if step < 1:
            return None
        placed += [last + step * (i + 1) for i in range(count)]
        last, begin = placed[-1], end
    return placed
