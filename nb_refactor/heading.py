"""The headings of a notebook's Markdown."""

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


def headings_above(notebook: Notebook) -> dict[str, str]:
    """For each code cell, by its id, the last heading between it and the code cell above, or ''."""
    found: dict[str, str] = {}
    heading = ""
    for cell in notebook.cells:
        if cell.kind == "code":
            found[cell.cell_id] = heading
            heading = ""
        else:
            heading = next((text for _, text in reversed(headings_of(cell))), heading)
    return found
