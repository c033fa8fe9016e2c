"""What would make a cell fresh: each mend is tried on the value numbers before it is offered.

Running cells again is tried on the kernel as it is now; changing the document is tried by
numbering the changed document. What does not leave the cell fresh is not offered.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nb_refactor.dataflow.exposure import cell_effects
from nb_refactor.dataflow.sequence import SequenceMemory
from nb_refactor.dataflow.value_numbering import Item
from nb_refactor.hidden_state.difference import Comparison, Judgement, number_document
from nb_refactor.hidden_state.evidence import Evidence, in_words
from nb_refactor.hidden_state.finding import Finding, Mend
from nb_refactor.notebook import Cell, Notebook

# Mends of the document are tried by numbering it anew; beyond this many cells that costs more
# than a person waits.
LARGEST_TRIED = 200


def mends(comparison: Comparison, judgement: Judgement, finding: Finding) -> tuple[Mend, ...]:
    """The mends of a cell whose first finding this is, the smallest first."""
    offered: list[Mend] = []
    offered += _run_again(comparison, judgement, finding.sources)
    if len(comparison.notebook.cells) <= LARGEST_TRIED:
        if finding.rule == "deleted-cell":
            offered += _restore(comparison, judgement, finding)
        if finding.rule == "defined-below":
            offered += _move(comparison, judgement, finding.sources)
    return (*offered, *_restart(comparison, judgement))


def mends_of_edit(comparison: Comparison, judgement: Judgement) -> tuple[Mend, ...]:
    """The mends of a cell that was edited after it ran."""
    return (*_run_again(comparison, judgement, ()), *_restart(comparison, judgement))


def _run_again(
    comparison: Comparison, judgement: Judgement, sources: Sequence[str]
) -> Iterator[Mend]:
    own = judgement.cell.cell_id
    differing = [
        j.cell.cell_id
        for j in comparison.judgements[: judgement.index]
        if not j.equal and j.problem is None
    ]
    near = [cell_id for cell_id in differing if cell_id in sources]
    for before in ([], near, differing):
        cell_ids = (*before, own)
        if _fresh_after(comparison, cell_ids):
            words = in_words(comparison, cell_ids)
            title = "Run this cell again" if not before else f"Run {words} again, in this order"
            yield Mend("run_cells", title, cell_ids)
            return


def _fresh_after(comparison: Comparison, cell_ids: Sequence[str]) -> bool:
    """Whether running the cells now leaves each of them with its fresh number."""
    trial = comparison.now.fork()
    for cell_id in cell_ids:
        judgement = comparison.judgement(cell_id)
        numbered = trial.run(Item(cell_effects(judgement.cell.source)))
        if numbered.number != comparison.fresh[judgement.index]:
            return False
    return comparison.judgement(cell_ids[-1]).stopped_by is None


def _restore(comparison: Comparison, judgement: Judgement, finding: Finding) -> Iterator[Mend]:
    """The deleted cell, with the source that ran, above the first cell that needs it."""
    evidence = [Evidence(comparison, judgement, d) for d in judgement.disagreements]
    source = next(e.gone[-1].source for e in evidence if e.gone and e.name == finding.name)
    restored = Cell("restored cell", source)
    cells = _with_inserted(comparison.notebook, restored, judgement.cell.cell_id)
    if _equal_in(comparison, cells, judgement):
        yield Mend(
            "restore_cell",
            "Bring the deleted cell back above this one",
            (judgement.cell.cell_id,),
            source,
        )


def _move(comparison: Comparison, judgement: Judgement, sources: Sequence[str]) -> Iterator[Mend]:
    for cell_id in sources[:1]:
        moved = comparison.judgement(cell_id).cell
        rest = Notebook(tuple(c for c in comparison.notebook.cells if c.cell_id != cell_id))
        cells = _with_inserted(rest, moved, judgement.cell.cell_id)
        if _equal_in(comparison, cells, judgement):
            words = in_words(comparison, (cell_id,))
            yield Mend(
                "move_cell", f"Move {words} above this one", (cell_id, judgement.cell.cell_id)
            )


def _with_inserted(notebook: Notebook, cell: Cell, above: str) -> tuple[Cell, ...]:
    cells: list[Cell] = []
    for each in notebook.cells:
        if each.cell_id == above:
            cells.append(cell)
        cells.append(each)
    return tuple(cells)


def _equal_in(comparison: Comparison, cells: tuple[Cell, ...], judgement: Judgement) -> bool:
    """Whether the changed document gives the cell what its last execution gave."""
    changed = Notebook(cells)
    numbers = number_document(changed, comparison.raising, SequenceMemory())
    for cell, numbered in zip(changed.code_cells, numbers, strict=True):
        if cell.cell_id == judgement.cell.cell_id:
            return numbered.number == judgement.live_number
    return False


def _restart(comparison: Comparison, judgement: Judgement) -> Iterator[Mend]:
    upto = comparison.judgements[: judgement.index + 1]
    if all(j.stopped_by is None and j.problem is None for j in upto):
        yield Mend(
            "restart_and_run_to",
            "Restart the kernel and run to this cell",
            (judgement.cell.cell_id,),
        )
