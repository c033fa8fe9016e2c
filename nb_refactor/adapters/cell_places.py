"""Where the cells stand in the text of a notebook file."""

from __future__ import annotations

from nb_refactor.adapters.json_places import Place, elements, first_value, members


def cell_places(text: str) -> list[Place]:
    """The place of each cell in document order, in the text of a readable notebook."""
    top = members(text, first_value(text))
    if "cells" in top:
        return list(elements(text, top["cells"].start))
    sheets = (members(text, sheet.start) for sheet in elements(text, top["worksheets"].start))
    return [
        cell
        for sheet in sheets
        if "cells" in sheet
        for cell in elements(text, sheet["cells"].start)
    ]


def file_line(text: str, cell: Place, line: int) -> int:
    """The line of the file (from 1) that holds this line (from 1) of the cell's source; where the
    file keeps the source on one line, that line."""
    inside = members(text, cell.start)
    source = inside.get("source") or inside.get("input") or cell
    at = source.start
    if text[at] == "[":
        lines = list(elements(text, at))
        if lines:
            at = lines[min(max(line, 1), len(lines)) - 1].start
    return text.count("\n", 0, at) + 1
