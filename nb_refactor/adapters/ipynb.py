"""Notebook files: read into values, and written back with nothing changed but what was asked.

A cell that has no id of its own in the file (nbformat before 4.5), or one that another cell has
already, is called `cell-N`, N being its place among all cells, counted from 1. The file itself is
left without ids.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nb_refactor.adapters.saved_error import raised_by
from nb_refactor.adapters.saved_table import rows_shown_by
from nb_refactor.adapters.system_error import reason_of
from nb_refactor.notebook import Cell, CellKind, Notebook
from nb_refactor.text import Problem, text

OLDEST_NBFORMAT = 3
_KINDS: dict[str, CellKind] = {"code": "code", "markdown": "markdown", "heading": "markdown"}
_LONE_SURROGATES = dict.fromkeys(range(55296, 57344), "�")


class UnreadableNotebook(Problem):
    """The file is not a notebook that can be read; the text is one sentence that says why."""


@dataclass(frozen=True)
class NotebookFile:
    """A notebook as it was read: the file's text (with its own line ends, and `bom` where the
    file begins with one), the JSON in it, and what the core works on."""

    path: Path
    text: str
    bom: bool
    content: dict[str, Any]
    notebook: Notebook

    @property
    def data(self) -> bytes:
        return encoded(self.text, self.bom)


def encoded(text: str, bom: bool) -> bytes:
    """The bytes of a notebook file that holds this text."""
    return text.encode("utf-8-sig" if bom else "utf-8")


def read_notebook(path: Path) -> NotebookFile:
    """Read the notebook at `path`. Raises UnreadableNotebook."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise UnreadableNotebook(text("{name} does not exist.", name=path)) from None
    except IsADirectoryError:
        told = text("{name} is a directory, not a notebook.", name=path)
        raise UnreadableNotebook(told) from None
    except (OSError, ValueError) as error:
        told = text("{name} cannot be read: {why}.", name=path, why=reason_of(error))
        raise UnreadableNotebook(told) from None
    try:
        whole = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        told = text(
            "{name} is not UTF-8 (at byte {byte}), so it is not a notebook.",
            name=path,
            byte=error.start,
        )
        raise UnreadableNotebook(told) from None
    content = _parsed(whole, path)
    notebook = notebook_of(content, str(path))
    return NotebookFile(path, whole, data.startswith(b"\xef\xbb\xbf"), content, notebook)


def notebook_of(content: Any, name: str) -> Notebook:
    """The notebook in the JSON of a notebook file (nbformat 3 and up). `name` is what a sentence
    calls it. Raises UnreadableNotebook. Half surrogate pairs, which are no text, are read as the
    replacement character."""
    cells = _checked_cells(content, name)
    return Notebook(
        tuple(
            _cell(cell, cell_id, number, name)
            for number, (cell, cell_id) in enumerate(
                zip(cells, cell_ids(cells), strict=True), start=1
            )
        ),
        _language(content, cells),
    )


def with_ids(content: dict[str, Any]) -> dict[str, Any]:
    """The same notebook with every cell holding the id that reading gives it; `content` itself is
    not changed."""
    named = iter(cell_ids(list(_cells(content))))
    return {**content, **_lists(content, lambda cell: {**cell, "id": next(named)})}


def cell_ids(cells: Sequence[Any]) -> list[str]:
    """The id of each cell: its own, or `cell-N` by its place."""
    own = [cell.get("id") if isinstance(cell, dict) else None for cell in cells]
    taken = {name for name in own if isinstance(name, str)}
    given: set[str] = set()
    for place, name in enumerate(own):
        if not isinstance(name, str) or not name or name in given:
            name = _free(f"cell-{place + 1}", taken | given)
        own[place] = name
        given.add(name)
    return [name.translate(_LONE_SURROGATES) for name in own if name is not None]


def _free(name: str, taken: set[str]) -> str:
    while name in taken:
        name += "-"
    return name


def _parsed(whole: str, path: Path) -> Any:
    if not whole.strip():
        raise UnreadableNotebook(text("{name} is empty, so it is not a notebook.", name=path))
    try:
        return json.loads(whole)
    except json.JSONDecodeError as error:
        told = text(
            "{name} is not a notebook: it is not JSON (line {line}: {why}).",
            name=path,
            line=error.lineno,
            why=error.msg,
        )
        raise UnreadableNotebook(told) from None
    except (RecursionError, ValueError):
        told = text("{name} is not a notebook: its JSON cannot be read.", name=path)
        raise UnreadableNotebook(told) from None


def _checked_cells(content: Any, name: str) -> list[dict[str, Any]]:
    nbformat = content.get("nbformat") if isinstance(content, dict) else None
    if not isinstance(nbformat, int) or isinstance(nbformat, bool):
        raise UnreadableNotebook(
            text("{name} is JSON, but not a notebook: it names no nbformat.", name=name)
        )
    if nbformat < OLDEST_NBFORMAT:
        told = text(
            "{name} is a notebook of nbformat {nbformat}; {oldest} is the oldest "
            "that can be read. Open it in Jupyter and save it to bring it up to date.",
            name=name,
            nbformat=nbformat,
            oldest=OLDEST_NBFORMAT,
        )
        raise UnreadableNotebook(told)
    cells = list(_cells(content)) if _holds_cells(content) else None
    if cells is None or not all(isinstance(cell, dict) for cell in cells):
        raise UnreadableNotebook(
            text("{name} is not a notebook: it has no list of cells.", name=name)
        )
    return cells


def _holds_cells(content: dict[str, Any]) -> bool:
    if isinstance(content.get("cells"), list):
        return True
    sheets = content.get("worksheets")
    return isinstance(sheets, list) and all(
        isinstance(sheet, dict) and isinstance(sheet.get("cells", []), list) for sheet in sheets
    )


def _cells(content: dict[str, Any]) -> Iterator[Any]:
    if "cells" in content:
        yield from content["cells"]
        return
    for sheet in content.get("worksheets", ()):
        yield from sheet.get("cells", ())


def _lists(content: dict[str, Any], change: Any) -> dict[str, Any]:
    if "cells" in content:
        return {"cells": [change(cell) for cell in content["cells"]]}
    return {
        "worksheets": [
            {**sheet, "cells": [change(cell) for cell in sheet.get("cells", ())]}
            for sheet in content.get("worksheets", ())
        ]
    }


def _cell(cell: dict[str, Any], cell_id: str, number: int, name: str) -> Cell:
    kind = _KINDS.get(str(cell.get("cell_type")), "raw")
    source = _source(cell, number, name)
    if kind != "code":
        return Cell(cell_id, source, kind, tags=_tags(cell))
    count = cell.get("execution_count", cell.get("prompt_number"))
    count = count if isinstance(count, int) and not isinstance(count, bool) else None
    outputs = cell.get("outputs")
    raised, rows = raised_by(outputs), rows_shown_by(outputs)
    return Cell(cell_id, source, kind, count, raised, _tags(cell), rows)


def _source(cell: dict[str, Any], number: int, name: str) -> str:
    value = cell.get("source", cell.get("input", ""))
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        value = "".join(value)
    if not isinstance(value, str):
        told = text(
            "Cell {number} of {name} has a source that is not text.", number=number, name=name
        )
        raise UnreadableNotebook(told)
    return value if value.isascii() else value.translate(_LONE_SURROGATES)


def _tags(cell: dict[str, Any]) -> tuple[str, ...]:
    metadata = cell.get("metadata")
    tags = metadata.get("tags") if isinstance(metadata, dict) else None
    return tuple(str(tag) for tag in tags) if isinstance(tags, list) else ()


def _language(content: dict[str, Any], cells: Sequence[dict[str, Any]]) -> str:
    """The kernel's language in lower case; Python where the file does not say."""
    metadata = content.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    for key, field in (("language_info", "name"), ("kernelspec", "language")):
        part = metadata.get(key)
        if isinstance(part, dict) and isinstance(part.get(field), str) and part[field]:
            return _plain(part[field])
    named = (cell.get("language") for cell in cells if cell.get("cell_type") == "code")
    return _plain(next((name for name in named if isinstance(name, str) and name), "python"))


def saved_python(content: dict[str, Any]) -> str:
    """The version of the Python that ran the notebook last; empty where the file does not say."""
    info = (content.get("metadata") or {}).get("language_info") or {}
    version = info.get("version") if info.get("name") in ("python", "ipython") else ""
    return version if isinstance(version, str) else ""


def _plain(language: str) -> str:
    language = language.lower()
    return "python" if language in ("ipython", "python2", "python3") else language
