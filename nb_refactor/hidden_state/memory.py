"""What is remembered of a notebook from one check to the next.

Most of a notebook is what it was at the last check. Where a cell or an execution equals the one
that was there, the very same value is used again, so that whatever was made of it is found at
once. A memory is a value of whoever holds it; without one, everything is worked out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from nb_refactor.dataflow.sequence import SequenceMemory
from nb_refactor.dataflow.value_numbering import Item
from nb_refactor.hidden_state.hazards import HazardMemory
from nb_refactor.hidden_state.history import Execution, History
from nb_refactor.hidden_state.trial import Trials
from nb_refactor.notebook import Cell, Notebook

if TYPE_CHECKING:
    from nb_refactor.dataflow.sequence import NumberedSequence
    from nb_refactor.hidden_state.difference import Judgement, Sides
    from nb_refactor.hidden_state.finding import CellReport, Finding
    from nb_refactor.notebook import Raised

T = TypeVar("T")


@dataclass(slots=True)
class Memory:
    """Of the document and the executions, as they came; of both sequences, numbered; and of what
    was said of each cell, by its id. The history is numbered twice where something in it raised:
    `history` knows of no statement that raises, `known` of those that are known to. A memory that
    serves `once` need not hold both sequences where they are the same."""

    once: bool = False
    notebook: Notebook | None = None
    executions: tuple[Execution, ...] = ()
    joined: tuple[tuple[str, ...], History] | None = None
    history: SequenceMemory = field(default_factory=SequenceMemory)
    known: SequenceMemory | None = None
    document: SequenceMemory = field(default_factory=SequenceMemory)
    ran: tuple[History, Mapping[int, Raised], NumberedSequence] | None = None
    ran_items: dict[int, tuple[Execution, Item]] = field(default_factory=dict)
    cell_items: dict[str, tuple[Cell, Item]] = field(default_factory=dict)
    trials: Trials | None = None
    judged: dict[str, tuple[Sides, Judgement]] = field(default_factory=dict)
    hazards: HazardMemory = field(default_factory=HazardMemory)
    reported: dict[str, tuple[Judgement, tuple[Finding, ...], CellReport]] = field(
        default_factory=dict
    )

    def familiar_notebook(self, notebook: Notebook) -> Notebook:
        """The notebook with the cells that are known already."""
        known = self.notebook
        if known is not None:
            notebook = Notebook(_familiar(known.cells, notebook.cells), notebook.language)
            if notebook == known:
                return known
        self.notebook = notebook
        return notebook

    def familiar_executions(self, executions: Sequence[Execution]) -> tuple[Execution, ...]:
        """The executions, those that are known already as they were."""
        given = tuple(executions)
        if given == self.executions:
            return self.executions
        known = self.executions
        begin = tuple(_same(old, new) for old, new in zip(known, given, strict=False))
        self.executions = begin + given[len(begin) :]
        return self.executions


def _familiar(known: tuple[Cell, ...], given: tuple[Cell, ...]) -> tuple[Cell, ...]:
    """The cells, those that are known already as they were. Most often they are in their places."""
    moved: dict[str, Cell] | None = None
    cells = list(given)
    for place, cell in enumerate(given):
        old = known[place] if place < len(known) else None
        if old is cell:
            continue
        if old is None or old.cell_id != cell.cell_id:
            moved = moved or {one.cell_id: one for one in known}
            old = moved.get(cell.cell_id)
        cells[place] = _same(old, cell)
    return tuple(cells)


def _same(known: T | None, given: T) -> T:
    return known if known is not None and known == given else given
