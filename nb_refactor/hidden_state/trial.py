"""Running cells on the kernel as it is now, without running them: on its value numbers.

A notebook with many cells that are not fresh asks for many such trials, and most of them begin
alike. So each run is done once, and goes on from where the runs before it ended.
"""

from __future__ import annotations

from collections.abc import Sequence

from nb_refactor.dataflow.aliasing import Number
from nb_refactor.dataflow.exposure import CellEffects
from nb_refactor.dataflow.sequence import NumberedSequence, Numbering, SequenceMemory
from nb_refactor.dataflow.timeline import PastAt
from nb_refactor.dataflow.value_numbering import Item

# Of each shape of trials so many are remembered.
MOST = 4096
_CHUNK = 8


class Trials:
    """The trials on one state of one history."""

    def __init__(self, history: SequenceMemory, ran: NumberedSequence) -> None:
        self._history, self._version = history, history.version
        self._raising, self._risks = ran.raising, ran.risks
        self._now = ran.past
        self._short: dict[tuple[Number, ...], Number] = {}
        self._pasts: dict[tuple[Number, ...], PastAt] = {(): ran.past}
        self._chain = SequenceMemory(ran.past)

    def is_of(self, history: SequenceMemory, ran: NumberedSequence) -> bool:
        """Whether the history is still the one that the trials go on from."""
        same = history is self._history and history.version == self._version
        return same and (ran.raising, ran.risks) == (self._raising, self._risks)

    def _item(self, cell: CellEffects) -> Item:
        return Item(cell, risk=self._risks.get(cell.digest))

    def number_after(self, cells: Sequence[CellEffects]) -> Number:
        """The number of the last of these cells, if they ran now in this order."""
        codes = tuple(cell.digest for cell in cells)
        number = self._short.get(codes)
        if number is None:
            if len(self._short) >= MOST:
                self._short.clear()
            number = self._short[codes] = self._run(cells)
        return number

    def _run(self, cells: Sequence[CellEffects]) -> Number:
        numbering = Numbering(self._raising, self._past_after(cells[:-1]))
        return numbering.run(self._item(cells[-1])).number

    def _past_after(self, cells: Sequence[CellEffects]) -> PastAt:
        codes = tuple(cell.digest for cell in cells)
        past = self._pasts.get(codes)
        if past is None:
            numbering = Numbering(self._raising, self._past_after(cells[:-1]))
            numbering.run(self._item(cells[-1]))
            past = numbering.past()
            if len(self._pasts) >= MOST:
                self._pasts = {(): self._now}
            self._pasts[codes] = past
        return past

    def fresh_in_turn(
        self, ids: Sequence[str], cells: Sequence[CellEffects], fresh: Sequence[Number]
    ) -> int:
        """How many of the cells, run now one after another, come to their fresh numbers before
        the first that does not."""
        upto = 0
        while upto < len(cells):
            upto = min(len(cells), max(_CHUNK, 2 * upto))
            items = [self._item(cell) for cell in cells[:upto]]
            ran = self._chain.number(items, self._raising, ids[:upto])
            for index in range(upto):
                if ran.numbers[index].number != fresh[index]:
                    return index
        return upto
