"""The cells under a heading: from a Markdown cell to the next heading of its rank or above."""

from __future__ import annotations

import re

from nb_refactor.notebook import Cell, Notebook

_HEADING = re.compile(r"^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$")
_FENCE = re.compile(r"^ {0,3}(```|~~~)")


def headings_of(cell: Cell) -> list[tuple[int, str]]:
    """Rank and text of each heading in a Markdown cell."""
    if cell.kind != "markdown":
        return []
    found: list[tuple[int, str]] = []
    fenced = False
    for line in cell.source.split("\n"):
        fenced = fenced != bool(_FENCE.match(line))
        match = _HEADING.match(line)
        if match and not fenced:
            found.append((len(match[1]), match[2]))
    return found


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
