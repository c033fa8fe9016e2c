"""Notebook files are read in every shape they have, and refused in one sentence otherwise."""

import json
from pathlib import Path

import pytest

from nb_refactor.adapters.ipynb import UnreadableNotebook, read_notebook, with_ids
from nb_refactor.notebook import Cell, Raised


def written(path: Path, content: object) -> Path:
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def test_every_field_of_a_cell_is_read(tmp_path: Path) -> None:
    content = {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {"language_info": {"name": "Python"}},
        "cells": [
            {"cell_type": "markdown", "id": "m", "metadata": {}, "source": "# Title"},
            {
                "cell_type": "code",
                "id": "c",
                "metadata": {"tags": ["slow"]},
                "execution_count": 7,
                "outputs": [],
                "source": ["x = 1\n", "x"],
            },
        ],
    }
    notebook = read_notebook(written(tmp_path / "a.ipynb", content)).notebook
    assert notebook.language == "python"
    assert notebook.cells == (
        Cell("m", "# Title", "markdown"),
        Cell("c", "x = 1\nx", "code", 7, None, ("slow",)),
    )


def test_cells_without_an_id_or_with_another_cells_id_are_named_by_their_place(
    tmp_path: Path,
) -> None:
    cells = [
        {"cell_type": "code", "source": "", "id": name} if name else {"cell_type": "code"}
        for name in ("", "twice", "twice", "cell-1")
    ]
    path = written(tmp_path / "a.ipynb", {"nbformat": 4, "cells": cells})
    file = read_notebook(path)
    ids = [cell.cell_id for cell in file.notebook.cells]
    assert ids == ["cell-1-", "twice", "cell-3", "cell-1"]
    assert [cell["id"] for cell in with_ids(file.content)["cells"]] == ids
    assert "id" not in file.content["cells"][0]


def test_worksheets_of_nbformat_3(tmp_path: Path) -> None:
    sheet = {
        "cells": [
            {"cell_type": "heading", "level": 1, "source": ["Title"]},
            {"cell_type": "code", "language": "python", "input": ["x"], "prompt_number": 3},
        ]
    }
    content = {"nbformat": 3, "metadata": {}, "worksheets": [sheet, {"cells": sheet["cells"]}]}
    notebook = read_notebook(written(tmp_path / "a.ipynb", content)).notebook
    assert [cell.kind for cell in notebook.cells] == ["markdown", "code"] * 2
    assert notebook.cells[1].source == "x"
    assert notebook.cells[1].execution_count == 3


@pytest.mark.parametrize(
    ("metadata", "language"),
    [
        ({}, "python"),
        ({"kernelspec": {"name": "conda-env-x"}}, "python"),
        ({"kernelspec": {"language": "R", "name": "ir"}}, "r"),
        ({"language_info": {"name": "ipython"}}, "python"),
        ({"language_info": {"name": "julia"}, "kernelspec": {"language": "python"}}, "julia"),
        ([], "python"),
    ],
)
def test_language(tmp_path: Path, metadata: object, language: str) -> None:
    content = {"nbformat": 4, "metadata": metadata, "cells": []}
    assert read_notebook(written(tmp_path / "a.ipynb", content)).notebook.language == language


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"  \n", "is empty"),
        (b"{", "not JSON"),
        (b"print(1)\n", "not JSON"),
        (b"[]", "names no nbformat"),
        (b"{}", "names no nbformat"),
        (b'{"nbformat": true, "cells": []}', "names no nbformat"),
        (b'{"nbformat": 2, "worksheets": []}', "nbformat 2"),
        (b'{"nbformat": 4}', "no list of cells"),
        (b'{"nbformat": 4, "cells": [1]}', "no list of cells"),
        (b'{"nbformat": 4, "cells": {}}', "no list of cells"),
        (b'{"nbformat": 3, "worksheets": [1]}', "no list of cells"),
        (b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": 1}]}', "not text"),
        (b'{"nbformat": 4, "cells": [], "x": "\xe9"}', "not UTF-8"),
        (b"[" * 100_000, "cannot be read"),
    ],
)
def test_what_is_no_notebook_is_refused_in_a_sentence(
    tmp_path: Path, data: bytes, words: str
) -> None:
    path = tmp_path / "a.ipynb"
    path.write_bytes(data)
    with pytest.raises(UnreadableNotebook, match=words) as refused:
        read_notebook(path)
    assert str(path) in str(refused.value)
    assert "\n" not in str(refused.value)


def test_missing_file_and_directory(tmp_path: Path) -> None:
    with pytest.raises(UnreadableNotebook, match="does not exist"):
        read_notebook(tmp_path / "none.ipynb")
    with pytest.raises(UnreadableNotebook, match="is a directory"):
        read_notebook(tmp_path)
    with pytest.raises(UnreadableNotebook, match="cannot be read"):
        read_notebook(tmp_path / "a\0b")


def test_half_surrogates_are_read_as_the_replacement_character(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    path.write_text(
        '{"nbformat": 4, "cells": [{"cell_type": "code", "source": "a = \\"\\ud83d\\""}]}'
    )
    assert read_notebook(path).notebook.cells[0].source == 'a = "\ufffd"'


TRACEBACKS = {
    "IPython 5": (
        "ZeroDivisionErrorTraceback (most recent call last)\n"
        "<ipython-input-3-abc> in <module>()\n      1 def f(): return 1/0\n----> 2 f()\n\n"
        "<ipython-input-3-abc> in f()\n----> 1 def f(): return 1/0",
        2,
    ),
    "IPython 7 with ipykernel 6": (
        "/tmp/ipykernel_12/345.py in <module>\n      2 x\n----> 3 f()\n\nZeroDivisionError: x",
        3,
    ),
    "IPython 8.0": ("Input In [3], in <cell line: 1>()\n----> 2 f()\n      3 y", 2),
    "IPython 8.7": (
        "Cell In[3], line 4\n      3 x\n----> 4 f()\n\nCell In[1], line 2, in f()\n----> 2 1/0",
        4,
    ),
    "syntax error": ('  File "<ipython-input-3-abc>", line 5\n    foo bar\n        ^', 5),
    "new syntax error": ("  Cell In[3], line 6\n    foo bar\n        ^", 6),
    "VS Code": (
        "/x/a.ipynb Cell 24' in <cell line: 1>()\n"
        "----> <a href='vscode-notebook-cell:/x?line=5'>6</a> f()",
        6,
    ),
    "colours": ("\x1b[0;31m<ipython-input-1-a>\x1b[0m in \x1b[0;36m<module>\x1b[0;34m()\x1b[0m\n"
                "\x1b[0;32m----> 2\x1b[0;31m \x1b[0mf\x1b[0m", 2),
    "a chain": (
        "Cell In[3], line 2\n----> 2 g()\n\n"
        "During handling of the above exception, another exception occurred:\n\n"
        "Cell In[3], line 5\n----> 5 h()",
        5,
    ),
    "another cell's function only": ("Cell In[1], line 2, in f()\n----> 2 1/0", None),
    "nothing": ("", None),
}  # fmt: skip


@pytest.mark.parametrize("name", TRACEBACKS)
def test_the_line_that_raised_is_found_in_the_saved_traceback(tmp_path: Path, name: str) -> None:
    traceback, line = TRACEBACKS[name]
    output = {"output_type": "error", "ename": "E", "traceback": traceback.split("\n")}
    cell = {"cell_type": "code", "source": "", "outputs": [{"output_type": "stream"}, output]}
    file = read_notebook(written(tmp_path / "a.ipynb", {"nbformat": 4, "cells": [cell]}))
    assert file.notebook.cells[0].raised == Raised("E", line)
