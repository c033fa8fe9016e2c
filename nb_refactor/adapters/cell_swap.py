"""A notebook file's text with some cells changed, and every other character as it was."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nb_refactor.adapters.cell_places import cell_places
from nb_refactor.adapters.ipynb import NotebookFile
from nb_refactor.adapters.json_places import (
    Place,
    elements,
    indentation_before,
    members,
)
from nb_refactor.change import CellEdit
from nb_refactor.text import Problem, text

_NON_ASCII_ESCAPE = re.compile(r"\\u(?:0[1-9a-f]|00[89a-f]|[1-9a-f])", re.IGNORECASE)


class CellConflict(Problem):
    """A cell is not in the file as the edit expects it; the text is one sentence."""


@dataclass(frozen=True)
class _Splice:
    start: int
    end: int
    text: str


def swapped(file: NotebookFile, edits: Sequence[CellEdit]) -> str:
    """The file's text with the cells' sources replaced. A changed code cell loses its outputs and
    its execution count, as in the browser. Raises CellConflict."""
    places = cell_places(file.text)
    by_id = {cell.cell_id: number for number, cell in enumerate(file.notebook.cells)}
    splices: list[_Splice] = []
    dropped: list[int] = []
    for edit in edits:
        number = by_id.get(edit.cell_id)
        if number is None or file.notebook.cells[number].source != edit.before:
            told = text(
                "Cell {cell_id} of {path} is not as it was read.",
                cell_id=edit.cell_id,
                path=file.path,
            )
            raise CellConflict(told)
        if edit.after is None:
            dropped.append(number)
        else:
            splices += _changed(file.text, places[number], edit.after)
    splices += [_without(file.text, places, run) for run in _runs(file.text, places, dropped)]
    return _spliced(file.text, splices)


def _changed(text: str, cell: Place, source: str) -> Iterator[_Splice]:
    inside = members(text, cell.start)
    place = inside.get("source") or inside.get("input")
    if place is None:
        yield _new_member(text, cell, source)
    else:
        yield _Splice(place.start, place.end, _source_value(text, place, source))
    for key, value in (("outputs", "[]"), ("execution_count", "null"), ("prompt_number", "null")):
        if key in inside and "".join(text[inside[key].start : inside[key].end].split()) != value:
            yield _Splice(inside[key].start, inside[key].end, value)


def _new_member(text: str, cell: Place, source: str) -> _Splice:
    comma = ", " if members(text, cell.start) else ""
    return _Splice(cell.start + 1, cell.start + 1, f'"source": {_dumped(text, source)}{comma}')


def _runs(text: str, places: Sequence[Place], numbers: Sequence[int]) -> list[list[int]]:
    """The cells to drop, those together that stand side by side in one array."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][-1] + 1 and _neighbours(text, places, number):
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs


def _neighbours(text: str, places: Sequence[Place], number: int) -> bool:
    """Is this cell in the same array as the one before it?"""
    if not 0 < number < len(places):
        return False
    return text[places[number - 1].end : places[number].start].strip(" \t\r\n") == ","


def _without(text: str, places: Sequence[Place], run: Sequence[int]) -> _Splice:
    """Removes neighbouring cells and one comma beside them. Of the only cell the blanks stay."""
    first, last = run[0], run[-1]
    if _neighbours(text, places, last + 1):
        return _Splice(places[first].start, places[last + 1].start, "")
    if _neighbours(text, places, first):
        return _Splice(places[first - 1].end, places[last].end, "")
    return _Splice(places[first].start, places[last].end, "")


def _source_value(text: str, place: Place, source: str) -> str:
    """The new source written in the way of the old one: a string or a list of lines, the list on
    one line or on many."""
    if text[place.start] != "[":
        return _dumped(text, source)
    lines = [_dumped(text, line) for line in re.findall(r"[^\n]*\n|[^\n]+", source)]
    if not lines:
        return "[]"
    old = text[place.start : place.end]
    indent = indentation_before(text, place.key_start or 0)
    if indent is None or ("\n" not in old and old[1:-1].strip()):
        return f"[{_comma(text).join(lines)}]"
    newline = "\r\n" if "\r\n" in text else "\n"
    inner = _inner_indent(text, place, indent)
    body = f",{newline}".join(inner + line for line in lines)
    return f"[{newline}{body}{newline}{indent}]"


def _inner_indent(text: str, place: Place, indent: str) -> str:
    first = next(elements(text, place.start), None)
    found = indentation_before(text, first.start) if first else None
    if found is not None:
        return found
    step = re.match(r"\s*\{\r?\n([ \t]+)", text)
    return indent + (step[1] if step else " ")


def _comma(text: str) -> str:
    return "," if '","' in text and '", "' not in text else ", "


def _dumped(text: str, value: str) -> str:
    """As the file writes its own characters outside ASCII: plain, or escaped."""
    escaped = text.isascii() and _NON_ASCII_ESCAPE.search(text) is not None
    return json.dumps(value, ensure_ascii=escaped)


def _spliced(text: str, splices: Sequence[_Splice]) -> str:
    parts: list[str] = []
    at = 0
    for splice in sorted(splices, key=lambda splice: splice.start):
        parts += [text[at : splice.start], splice.text]
        at = max(at, splice.end)
    return "".join([*parts, text[at:]])
