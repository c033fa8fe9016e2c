"""Does a changed notebook do what it did? Both versions ran from top to bottom in fresh kernels;
their outputs and the variables that they left are compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from msgspec import Struct

from nb_refactor.change import CellEdit
from nb_refactor.reproduce.compare import compare_cell
from nb_refactor.reproduce.outcome import CellRun
from nb_refactor.reproduce.report import Difference
from nb_refactor.reproduce.tolerance import Tolerance
from nb_refactor.reproduce.variables import (
    Expected,
    Fingerprints,
    VariableOutcome,
    compare_variables,
)
from nb_refactor.text import text

CellSameness = Literal["same", "different", "unstable", "not_run"]


class VerifiedCell(Struct, frozen=True):
    """How a cell compares between the two versions. `unstable`: it differs between two fresh runs
    of one version already. `not_run`: both versions stop at an error above it."""

    cell_id: str
    status: CellSameness
    differences: tuple[Difference, ...] = ()


class Verification(Struct, frozen=True):
    """The answer: `same` if nothing differs that does not differ from itself. `cells` has the
    original's cells; one that was joined with others is told with the one that stayed. `message`
    is a sentence: the first difference, or how far the comparison reached. `notes` are sentences
    about what to know beside it. `seconds` is how long all of it took."""

    same: bool
    message: str
    cells: tuple[VerifiedCell, ...] = ()
    variables: tuple[VariableOutcome, ...] = ()
    notes: tuple[str, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True)
class WholeRun:
    """One version, run from top to bottom: what each cell did, in order and as far as it came, the
    variables at the end (`None`: they could not be read), and why it stopped early, if it did."""

    cells: Mapping[str, CellRun]
    variables: Fingerprints | None = None
    stopped: str | None = None


@dataclass(frozen=True)
class Change:
    """What was changed: the code cells of the original in their order, the edits of the cells, and
    the names that come and go with them."""

    cell_ids: tuple[str, ...]
    edits: tuple[CellEdit, ...]
    expected: Expected


def needs_second_runs(before: WholeRun, after: WholeRun, change: Change, how: Tolerance) -> bool:
    """Whether there is a difference at all: only then is it asked whether it is one of chance."""
    return not verified([before], [after], change, how).same


def verified(
    before: Sequence[WholeRun], after: Sequence[WholeRun], change: Change, how: Tolerance
) -> Verification:
    """Compare the first run of either version; the further runs, if there are any, tell what
    differs between two runs of the same version."""
    cells = tuple(_cells(before, after, change, how))
    variables: tuple[VariableOutcome, ...] = ()
    old = [run.variables for run in before if run.variables is not None]
    new = [run.variables for run in after if run.variables is not None]
    compared = len(old) == len(before) and len(new) == len(after)
    if compared:
        variables = compare_variables(old, new, change.expected)
    first = next(_reasons(cells, variables, before[0], after[0]), "")
    notes = tuple(_notes(before[0], cells, variables, compared))
    return Verification(not first, first or _good_news(cells), cells, variables, notes)


def _cells(
    before: Sequence[WholeRun], after: Sequence[WholeRun], change: Change, how: Tolerance
) -> Iterator[VerifiedCell]:
    for kept, members in _groups(change).items():
        old = [_joined(run, members) for run in before]
        new = [_joined(run, [kept]) for run in after]
        yield _verified_cell(kept, old, new, how)


def _groups(change: Change) -> dict[str, list[str]]:
    """The cells of the original by the cell that stands for them in the changed notebook: those
    that were joined follow each other, and one of them stays."""
    edits = {edit.cell_id: edit for edit in change.edits}
    kept = [edit.cell_id for edit in change.edits if edit.after is not None]
    groups: dict[str, list[str]] = {}
    for cell_id in change.cell_ids:
        edit = edits.get(cell_id)
        is_dropped = edit is not None and edit.after is None and bool(kept)
        groups.setdefault(kept[0] if is_dropped else cell_id, []).append(cell_id)
    return groups


def _joined(run: WholeRun, members: Sequence[str]) -> CellRun | None:
    """What the cells did together; `None` where not all of them were run."""
    runs = [run.cells[cell_id] for cell_id in members if cell_id in run.cells]
    if len(runs) < len(members) and not any(each.raised for each in runs):
        return None
    outputs = tuple(output for each in runs for output in each.outputs)
    raised = next((each.raised for each in runs if each.raised), None)
    return CellRun(outputs, sum(each.seconds for each in runs), raised)


def _verified_cell(
    cell_id: str, old: Sequence[CellRun | None], new: Sequence[CellRun | None], how: Tolerance
) -> VerifiedCell:
    if old[0] is None and new[0] is None:
        return VerifiedCell(cell_id, "not_run")
    differences = _differences(old[0], new[0], how)
    if not differences:
        return VerifiedCell(cell_id, "same")
    is_restless = any(_differences(old[0], run, how) for run in old[1:])
    comes_and_goes = any(_differences(new[0], run, how) for run in new[1:]) and any(
        not _differences(old[0], run, how) for run in new[1:]
    )
    if is_restless or comes_and_goes:
        return VerifiedCell(cell_id, "unstable", differences)
    return VerifiedCell(cell_id, "different", differences)


def _differences(
    old: CellRun | None, new: CellRun | None, how: Tolerance
) -> tuple[Difference, ...]:
    if old is None or new is None:
        if old is new:
            return ()
        why = text("It was run before, and is not any more: a cell above it stops.")
        if old is None:
            why = text("It is run now, and was not before: a cell above it stopped.")
        return (Difference(0, "text/plain", why),)
    if (old.raised is None) != (new.raised is None):
        name, message = old.raised or new.raised or ("", "")
        was = text("It raised, and does not any more") if old.raised else text("It raises now")
        return (
            Difference(
                0,
                "text/plain",
                text("{was}: {name}: {message}", was=was, name=name, message=message),
            ),
        )
    return compare_cell(old.outputs, new.outputs, how).differences


def _reasons(
    cells: Sequence[VerifiedCell],
    variables: Sequence[VariableOutcome],
    before: WholeRun,
    after: WholeRun,
) -> Iterator[str]:
    """What differs, the first first."""
    for number, cell in enumerate(cells, start=1):
        if cell.status == "different":
            why = cell.differences[0].why if cell.differences else text("its outputs differ.")
            yield text(
                "Cell {number} ({cell_id}) differs: {why}",
                number=number,
                cell_id=cell.cell_id,
                why=why,
            )
    for variable in variables:
        if variable.status == "different":
            yield variable.why
    if after.stopped and not before.stopped:
        yield after.stopped


def _good_news(cells: Sequence[VerifiedCell]) -> str:
    same = sum(cell.status == "same" for cell in cells)
    if same < len(cells):
        return text(
            "Same in the {same} of {count} cells that can be compared.", same=same, count=len(cells)
        )
    return (
        text("Same in its one cell.")
        if len(cells) == 1
        else text("Same in all {count} cells.", count=len(cells))
    )


def _notes(
    before: WholeRun,
    cells: Sequence[VerifiedCell],
    variables: Sequence[VariableOutcome],
    compared: bool,
) -> Iterator[str]:
    if before.stopped:
        yield text("The original does not run to its end either: {stopped}", stopped=before.stopped)
    if not compared:
        yield text("The variables could not be compared, the outputs were.")
    count = sum(cell.status == "unstable" for cell in cells)
    if count:
        which = (
            text("One cell differs") if count == 1 else text("{count} cells differ", count=count)
        )
        yield text("{which} between two fresh runs of the original: they say nothing.", which=which)
    for status, words in _STATUS_NOTES:
        names = [each.name for each in variables if each.status == status]
        if names:
            yield words(_listed(names))


_STATUS_NOTES: tuple[tuple[str, Callable[[str], str]], ...] = (
    (
        "unstable",
        lambda names: text("Between two runs of one version differ already: {names}.", names=names),
    ),
    (
        "not_comparable",
        lambda names: text("What these are worth cannot be compared: {names}.", names=names),
    ),
    (
        "gone",
        lambda names: text(
            "No variables of the notebook any more, since no later cell reads them: {names}.",
            names=names,
        ),
    ),
    (
        "outdated",
        lambda names: text(
            "Left with the value from before, since no later cell reads them: {names}.",
            names=names,
        ),
    ),
)


def _listed(names: Sequence[str], most: int = 8) -> str:
    shown = ", ".join(f"`{name}`" for name in names[:most])
    return (
        shown
        if len(names) <= most
        else text("{shown} and {more} more", shown=shown, more=len(names) - most)
    )
