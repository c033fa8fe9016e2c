"""A notebook file is written back with nothing changed but what was asked."""

import json
from pathlib import Path
from typing import Any

import pytest

from nb_refactor.adapters.cell_swap import CellConflict, swapped
from nb_refactor.adapters.ipynb import read_notebook
from nb_refactor.change import CellEdit

CONTENT: dict[str, Any] = {
    "cells": [
        {"cell_type": "markdown", "id": "m", "metadata": {}, "source": ["é\n", "ü"]},
        {
            "cell_type": "code",
            "execution_count": 1,
            "id": "a",
            "metadata": {"z": 1.50, "a": [1, 2]},
            "outputs": [{"name": "stdout", "output_type": "stream", "text": ["1\n"]}],
            "source": ["x = 1\n", "x"],
        },
        {
            "cell_type": "code",
            "execution_count": None,
            "id": "b",
            "metadata": {},
            "outputs": [],
            "source": [],
        },
    ],
    "metadata": {},
    "nbformat": 4,
    "nbformat_minor": 5,
}
STYLES: dict[str, dict[str, Any]] = {
    "Jupyter": {"indent": 1, "ensure_ascii": False},
    "four blanks": {"indent": 4, "ensure_ascii": False},
    "tabs": {"indent": "\t", "ensure_ascii": False},
    "escaped": {"indent": 1, "ensure_ascii": True},
    "sorted": {"indent": 2, "ensure_ascii": False, "sort_keys": True},
    "on one line": {"ensure_ascii": False},
    "compact": {"separators": (",", ":"), "ensure_ascii": False},
}
NEW = 'y = "ñ"\n\ny'


def expected() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(json.dumps(CONTENT))
    content["cells"][1].update(source=['y = "ñ"\n', "\n", "y"], outputs=[], execution_count=None)
    return content


def swap(path: Path, *edits: CellEdit) -> str:
    return swapped(read_notebook(path), edits)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("end", ["", "\n"])
def test_only_the_cell_changes_in_every_style_of_file(tmp_path: Path, style: str, end: str) -> None:
    path = tmp_path / "a.ipynb"
    path.write_text(json.dumps(CONTENT, **STYLES[style]) + end, encoding="utf-8")
    text = swap(path, CellEdit("a", "x = 1\nx", NEW))
    assert text == json.dumps(expected(), **STYLES[style]) + end


@pytest.mark.parametrize("style", STYLES)
def test_cells_are_taken_out_with_their_comma(tmp_path: Path, style: str) -> None:
    path = tmp_path / "a.ipynb"
    path.write_text(json.dumps(CONTENT, **STYLES[style]), encoding="utf-8")
    edits = {"m": CellEdit("m", "é\nü", None), "a": CellEdit("a", "x = 1\nx", None)}
    edits["b"] = CellEdit("b", "", None)
    for gone in ("m", "a", "b", "ma", "ab", "mb"):
        content = json.loads(json.dumps(CONTENT))
        content["cells"] = [cell for cell in content["cells"] if cell["id"] not in gone]
        assert swap(path, *(edits[name] for name in gone)) == json.dumps(
            content, **STYLES[style]
        ), gone
    assert json.loads(swap(path, *edits.values()))["cells"] == []


def test_line_ends_bom_odd_spacing_and_numbers_are_kept(tmp_path: Path) -> None:
    text = (
        '{\r\n "nbformat" :4, "cells": [ {"cell_type":"code",\r\n  "source" :"x\\n", "z": 1e5,\r\n'
        '   "outputs":[ ],"execution_count":null} ]\r\n}\r\n\r\n'
    )
    path = tmp_path / "a.ipynb"
    path.write_bytes(text.encode("utf-8-sig"))
    file = read_notebook(path)
    assert file.bom
    assert file.data == path.read_bytes()
    assert swapped(file, [CellEdit("cell-1", "x\n", "y")]) == text.replace('"x\\n"', '"y"')


def test_crlf_in_the_list_of_lines(tmp_path: Path) -> None:
    text = json.dumps(CONTENT, **STYLES["Jupyter"]).replace("\n", "\r\n")
    path = tmp_path / "a.ipynb"
    path.write_bytes(text.encode())
    assert swap(path, CellEdit("a", "x = 1\nx", NEW)) == json.dumps(
        expected(), **STYLES["Jupyter"]
    ).replace("\n", "\r\n")


def test_worksheets_of_nbformat_3(tmp_path: Path) -> None:
    cell = {"cell_type": "code", "input": ["x"], "outputs": [1], "prompt_number": 3}
    content = {"nbformat": 3, "worksheets": [{"cells": [cell]}, {}, {"cells": [cell]}]}
    path = tmp_path / "a.ipynb"
    path.write_text(json.dumps(content, indent=1))
    second = {**cell, "input": ["y\n", "z"], "outputs": [], "prompt_number": None}
    content["worksheets"] = [{"cells": [cell]}, {}, {"cells": [second]}]
    assert swap(path, CellEdit("cell-2", "x", "y\nz")) == json.dumps(content, indent=1)


def test_a_cell_without_a_source_gets_one(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    path.write_text('{"nbformat": 4, "cells": [{"cell_type": "code"}, {}]}')
    cells = json.loads(swap(path, CellEdit("cell-1", "", "y"), CellEdit("cell-2", "", "z")))[
        "cells"
    ]
    assert cells == [{"source": "y", "cell_type": "code"}, {"source": "z"}]


def test_a_cell_that_is_not_as_expected_is_a_conflict(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    path.write_text(json.dumps(CONTENT))
    for edit in (CellEdit("a", "other", "y"), CellEdit("none", "", "y")):
        with pytest.raises(CellConflict):
            swap(path, edit)
