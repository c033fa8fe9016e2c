"""The cells under a heading: from a Markdown cell to the next heading of its rank or above."""

from __future__ import annotations

from nb_refactor.heading import headings_of
from nb_refactor.notebook import Cell, Notebook


def cells_under(notebook: Notebook, cell_id: str) -> tuple[Cell, ...]:
    """The code cells with code in them that stand under the last heading of the Markdown cell;
    none, where it has no heading."""
    order = [cell.cell_id for cell in notebook.cells]
    if cell_id not in order:
        return ()
    at = order.index(cell_id)
    headings = headings_of(notebook.cells[at])
    if not headings:
        return ()
    rank = headings[-1][0]
    found: list[Cell] = []
    for cell in notebook.cells[at + 1 :]:
        if any(other <= rank for other, _ in headings_of(cell)):
            break
        if cell.kind == "code" and cell.source.strip():
            found.append(cell)
    return tuple(found)
