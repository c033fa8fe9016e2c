"""What would make a cell fresh: each mend is tried on the value numbers before it is offered.

Running cells again is tried on the kernel as it is now; changing the document is tried by
numbering the changed document. What does not leave the cell fresh is not offered.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nb_refactor.dataflow.exposure import cell_effects
from nb_refactor.hidden_state.difference import Comparison, Judgement, number_document
from nb_refactor.hidden_state.evidence import Evidence, in_words
from nb_refactor.hidden_state.finding import Finding, Mend
from nb_refactor.hidden_state.memory import Memory
from nb_refactor.notebook import Cell, Notebook
from nb_refactor.text import text

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
    if judgement.stopped_by is not None:
        return
    above = comparison.differing[: comparison.differing.index(own)]
    near = [cell_id for cell_id in above if cell_id in sources]
    for before in ([], near):
        if _fresh_after(comparison, (*before, own)):
            yield _run(comparison, (*before, own))
            return
    if own in comparison.mended_in_turn:
        yield _run(comparison, (*above, own))


def _run(comparison: Comparison, cell_ids: tuple[str, ...]) -> Mend:
    words = in_words(comparison, cell_ids)
    alone = len(cell_ids) == 1
    title = (
        text("Run this cell again")
        if alone
        else text("Run {cells} again, in this order", cells=words)
    )
    return Mend("run_cells", title, cell_ids)


def _fresh_after(comparison: Comparison, cell_ids: Sequence[str]) -> bool:
    """Whether running the cells now leaves each of them with its fresh number."""
    judgements = [comparison.judgement(cell_id) for cell_id in cell_ids]
    effects = [cell_effects(judgement.cell.source) for judgement in judgements]
    return all(
        comparison.trials.number_after(effects[: i + 1]) == comparison.fresh[judgement.index]
        for i, judgement in enumerate(judgements)
    )


def _restore(comparison: Comparison, judgement: Judgement, finding: Finding) -> Iterator[Mend]:
    """The deleted cell, with the source that ran, above the first cell that needs it."""
    evidence = [Evidence(comparison, judgement, d) for d in judgement.disagreements]
    source = next(e.gone[-1].source for e in evidence if e.gone and e.name == finding.name)
    restored = Cell("restored cell", source)
    cells = _with_inserted(comparison.notebook, restored, judgement.cell.cell_id)
    if _equal_in(comparison, cells, judgement):
        yield Mend(
            "restore_cell",
            text("Bring the deleted cell back above this one"),
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
                "move_cell",
                text("Move {cells} above this one", cells=words),
                (cell_id, judgement.cell.cell_id),
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
    numbers = number_document(changed, comparison.ran, Memory()).numbers
    for index, cell in enumerate(changed.code_cells):
        if cell.cell_id == judgement.cell.cell_id:
            return numbers[index].number == judgement.live_number
    return False


def _restart(comparison: Comparison, judgement: Judgement) -> Iterator[Mend]:
    if judgement.index < comparison.runs_through:
        yield Mend(
            "restart_and_run_to",
            text("Restart the kernel and run to this cell"),
            (judgement.cell.cell_id,),
        )
