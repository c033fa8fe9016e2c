"""What takes longest begins first, by earlier runs, by noted times, or by the number of cells."""

import json
from pathlib import Path
from typing import Any

from nb_refactor.adapters.ipynb import NotebookFile, read_notebook
from nb_refactor.adapters.run_times import RunTimes
from nb_refactor.cli.turn_order import longest_first
from nb_refactor.reproduce.report import CellOutcome, Report


def file(folder: Path, name: str, *sources: str, noted: Any = None) -> NotebookFile:
    metadata = {"execution": noted} if noted else {}
    cells = [
        {"cell_type": "code", "id": f"c{place}", "metadata": metadata, "source": source,
         "outputs": [], "execution_count": None}
        for place, source in enumerate(sources)
    ]  # fmt: skip
    path = folder / name
    path.write_text(
        json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells})
    )
    return read_notebook(path)


def test_longest_first(tmp_path: Path) -> None:
    times = RunTimes(tmp_path / "times.json")
    outcome = CellOutcome("c0", "same", 30.0)
    times.learn(["slow()"], Report("s", "reproduced", 30.0, "python3", (outcome,)))
    times.learn(
        ["quick()"], Report("q", "reproduced", 0.1, "python3", (CellOutcome("c0", "same"),))
    )
    noted = {
        "iopub.execute_input": "2024-01-01T10:00:00.000000Z",
        "shell.execute_reply": "2024-01-01T10:00:09.500000Z",
    }
    files = [
        file(tmp_path, "quick.ipynb", "quick()"),
        file(tmp_path, "many.ipynb", *(f"a{n} = 1" for n in range(20))),
        file(tmp_path, "noted.ipynb", "b = 1", noted=noted),
        file(tmp_path, "slow.ipynb", "slow()"),
        file(tmp_path, "odd.ipynb", "c = 1", noted={"iopub.execute_input": 7}),
    ]
    assert longest_first(files, times) == [3, 2, 1, 4, 0]
