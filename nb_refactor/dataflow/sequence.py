"""Sequences that are numbered again and again while they change a little.

A person edits one cell, and the notebook is numbered anew; a cell runs, and the history is one
longer. Everything before the change comes out as it did, so the numbering goes on from the last
checkpoint before it. Two sequences agree as far as their items are the same: the very same effects
(which `cell_effects` gives for the same source) and the same knowledge of errors.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from nb_refactor.dataflow.aliasing import Number
from nb_refactor.dataflow.value_numbering import Item, Numbered, Numbering

# A checkpoint is a copy of the whole store; so many items are numbered again at most.
STRIDE = 16
MOST_CHECKPOINTS = 48


@dataclass(slots=True)
class SequenceMemory:
    """What is known of one sequence since it was last numbered."""

    raising: frozenset[Number] = frozenset()
    items: list[Item] = field(default_factory=list)
    results: dict[int, Numbered] = field(default_factory=dict)
    checkpoints: dict[int, Numbering] = field(default_factory=dict)

    def number(
        self,
        items: Sequence[Item],
        raising: frozenset[Number],
        wanted: Collection[int] | None = None,
    ) -> tuple[dict[int, Numbered], Numbering]:
        """The numbers of the items at the `wanted` positions (`None`: of all), and the numbering
        after the last item."""
        begin = self._known(items, raising, wanted)
        numbering = self.checkpoints[begin].fork() if begin else Numbering(raising)
        self._forget_from(begin)
        stride = max(STRIDE, len(items) // MOST_CHECKPOINTS)
        for position in range(begin, len(items)):
            if position and position % stride == 0:
                self.checkpoints[position] = numbering.fork()
            numbered = numbering.run(items[position])
            if wanted is None or position in wanted:
                self.results[position] = numbered
        self.items, self.raising = list(items), raising
        self.checkpoints[len(items)] = numbering.fork()
        return dict(self.results), numbering

    def _known(
        self, items: Sequence[Item], raising: frozenset[Number], wanted: Collection[int] | None
    ) -> int:
        """The position of the last checkpoint from which the numbering can go on."""
        if raising != self.raising:
            return 0
        same = 0
        for mine, theirs in zip(self.items, items, strict=False):
            if mine.effects is not theirs.effects or mine != theirs:
                break
            same += 1
        begin = max((at for at in self.checkpoints if at <= same), default=0)
        before = range(begin) if wanted is None else (i for i in wanted if i < begin)
        return begin if all(i in self.results for i in before) else 0

    def _forget_from(self, begin: int) -> None:
        self.results = {at: number for at, number in self.results.items() if at < begin}
        self.checkpoints = {at: kept for at, kept in self.checkpoints.items() if at <= begin}
