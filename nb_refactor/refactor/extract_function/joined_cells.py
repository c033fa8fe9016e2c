"""Several cells that follow each other, taken as one: what they do must not depend on the end of
a cell between them, where a value is shown or a figure is finished."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec.structs import replace

from nb_refactor.change import CellEdit, ChangeSet, Refusal
from nb_refactor.dataflow.exposure import cell_effects
from nb_refactor.notebook import Cell, Notebook
from nb_refactor.refactor.extract_function.cell_facts import cell_facts, with_own_meaning
from nb_refactor.refactor.extract_function.cell_parts import cut
from nb_refactor.refactor.extract_function.free_imports import is_future
from nb_refactor.refactor.extract_function.interactivity import (
    VALUELESS_ROOTS,
    Interactivity,
    assigned_at_end,
    interactivity,
    shows_value,
)
from nb_refactor.refactor.refusal import refusal
from nb_refactor.text import lowered, text

_DRAWS = re.compile(r"\bplt\.|\bsns\.|\.plot\b|\.hist\(|\bpylab\b|\bpyplot\b")
_BY_NUMBER = re.compile(r"Out|In|_oh|_ih|_i?\d+")
_FINISHED = re.compile(r"\bplt\.(show|close)\([^()]*\)\s*;?\s*$")


def join_refusals(notebook: Notebook, chosen: Sequence[Cell]) -> list[Refusal]:
    """Why the cells, in document order, cannot be taken as one."""
    order = [cell.cell_id for cell in notebook.code_cells]
    places = [order.index(cell.cell_id) for cell in chosen]
    if places != list(range(places[0], places[0] + len(places))):
        return [
            refusal(
                "not-contiguous", text("other code stands between the cells: choose neighbours")
            )
        ]
    mode = interactivity([cell.source for cell in notebook.code_cells[: places[0]]])
    below = notebook.code_cells[places[-1] + 1 :]
    if counted := _counted(below, notebook.code_cells):
        return [counted]
    own = with_own_meaning(VALUELESS_ROOTS, notebook.code_cells)
    return [found for cell in chosen[:-1] if (found := _end_matters(cell, mode, own))] + [
        found for cell in chosen if (found := _own_scope(cell) or _begins_anew(cell, chosen[0]))
    ]


def _counted(below: Sequence[Cell], cells: Sequence[Cell]) -> Refusal | None:
    """A cell below takes what another cell showed by its number: with fewer cells it is another."""
    names = [(name, cell) for cell in below for name in sorted(cell_facts(cell.source).mentioned)]
    for name, cell in names:
        if not _BY_NUMBER.fullmatch(name):
            continue
        if any(name in cell_facts(other.source).bound for other in cells):
            continue
        return refusal(
            "session-name",
            text(
                "`{name}` in a cell below (`{code}`) counts the cells that ran: give the value a "
                "name of its own, or extract the cells one by one",
                name=name,
                code=cell.source.strip().split("\n")[0][:60],
            ),
        )
    return None


def _own_scope(cell: Cell) -> Refusal | None:
    translation = cell_effects(cell.source).translation
    if any(magic.kind == "cell" for magic in translation.magics):
        first = cell.source.strip().split("\n")[0]
        return refusal(
            "own-scope",
            text("`{first}` holds for one cell only: extract it by itself", first=first),
        )
    return None


def _begins_anew(cell: Cell, first: Cell) -> Refusal | None:
    """`from __future__ import …` can stand at the beginning only."""
    effects = cell_effects(cell.source)
    parts = () if effects.problem else cut(cell.source, effects.translation).parts
    future = next((part for part in parts if is_future(part)), None)
    if future is None or cell is first:
        return None
    return refusal(
        "own-scope",
        text(
            "`{shown}` must stand at the beginning of its cell: extract the cells one by one",
            shown=future.text.split("\n")[0],
        ),
    )


def _end_matters(cell: Cell, mode: Interactivity | None, own: frozenset[str]) -> Refusal | None:
    effects = cell_effects(cell.source)
    if effects.problem:
        return refusal("syntax-error", lowered(effects.problem))
    parts = cut(cell.source, effects.translation)
    shown = assigned_at_end(cell.source) if mode == "last_expr_or_assign" else None
    if parts.parts and shows_value(parts.parts[-1], parts.quiet, own):
        shown = parts.parts[-1].text.split("\n")[0]
    if shown is not None:
        return refusal(
            "own-scope",
            text(
                "`{shown}` is shown because its cell ends there: write `display({shown})`, "
                "or extract the cells one by one",
                shown=shown,
            ),
        )
    if _DRAWS.search(cell.source) and not _FINISHED.search(cell.source.rstrip()):
        return refusal(
            "own-scope",
            text(
                "a figure is finished where its cell ends: end that cell with `plt.show()`, "
                "or extract the cells one by one"
            ),
        )
    return None


def joined(notebook: Notebook, chosen: Sequence[Cell]) -> tuple[Notebook, Cell]:
    """The notebook with one cell in place of the chosen, and that cell."""
    raised = next((cell.raised for cell in chosen if cell.raised is not None), None)
    source = "\n\n".join(cell.source.strip("\n") for cell in chosen)
    whole = replace(chosen[0], source=source, raised=raised)
    gone = {cell.cell_id for cell in chosen[1:]}
    cells = tuple(
        whole if cell.cell_id == whole.cell_id else cell
        for cell in notebook.cells
        if cell.cell_id not in gone
    )
    return replace(notebook, cells=cells), whole


def apart(changes: ChangeSet, chosen: Sequence[Cell]) -> ChangeSet:
    """The change set of the joined cell as edits of the chosen: the first takes the call. Other
    cells change as they do."""
    after = {edit.cell_id: edit.after for edit in changes.cells}
    edits = tuple(CellEdit(cell.cell_id, cell.source, after.get(cell.cell_id)) for cell in chosen)
    own = {cell.cell_id for cell in chosen}
    others = tuple(edit for edit in changes.cells if edit.cell_id not in own)
    return replace(changes, cells=(*edits, *others))
