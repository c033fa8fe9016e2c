"""The example's promises: its table is what its script writes, one notebook reproduces, and the
other holds the hidden state that its README tells of."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

EXAMPLE = Path(__file__).parents[2] / "example"
NOTEBOOKS = EXAMPLE / "notebooks"

pytest.importorskip("sklearn", reason="the extra `example` is not installed")
pytest.importorskip("bikes", reason="the example package is not installed")


def nb_refactor(*arguments: str | Path, exit_code: int, example: Path = EXAMPLE) -> Any:
    """The JSON that the command line answers, working on the example in that folder."""
    ran = subprocess.run(
        [sys.executable, "-m", "nb_refactor", *arguments, "--json"],
        cwd=example,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(example / "src")},
    )
    assert ran.returncode == exit_code, ran.stderr
    return json.loads(ran.stdout)


def by_cell(report: Any, key: str) -> dict[str, str]:
    """What a report on one notebook says of its cells."""
    (notebook,) = report["notebooks"]
    return {cell["cell_id"]: cell[key] for cell in notebook["cells"]}


def test_the_table_is_what_its_script_writes(tmp_path: Path) -> None:
    script = tmp_path / "scripts" / "make_rentals.py"
    script.parent.mkdir()
    (tmp_path / "data").mkdir()
    script.write_bytes((EXAMPLE / "scripts" / "make_rentals.py").read_bytes())
    subprocess.run([sys.executable, script], check=True)
    written = (tmp_path / "data" / "rentals.csv").read_bytes()
    assert written == (EXAMPLE / "data" / "rentals.csv").read_bytes()


def test_the_file_alone_shows_the_name_that_nothing_defines() -> None:
    report = nb_refactor("check", NOTEBOOKS / "demand.ipynb", exit_code=1)
    (cell,) = (c for c in report["notebooks"][0]["cells"] if c["cell_id"] == "plot-warm-days")
    assert cell["state"] == "hidden"
    assert "warm" in {finding["name"] for finding in cell["findings"]}


def test_the_history_shows_all_hidden_state() -> None:
    history = NOTEBOOKS / "demand.history.json"
    report = nb_refactor("check", NOTEBOOKS / "demand.ipynb", "--history", history, exit_code=1)
    assert by_cell(report, "state") == {
        "imports": "fresh",
        "load": "fresh",
        "describe": "fresh",
        "gaps": "fresh",
        "add-features": "fresh",
        "features": "fresh",
        "split": "hidden",
        "settings": "fresh",
        "fit": "hidden",
        "error": "hidden",
        "weekly-error": "affected",
        "tune": "affected",
        "plot-weeks": "affected",
        "plot-warm-days": "hidden",
        "summary": "affected",
    }


def test_the_notebook_in_good_order_has_no_finding() -> None:
    history = NOTEBOOKS / "weather.history.json"
    report = nb_refactor("check", NOTEBOOKS / "weather.ipynb", "--history", history, exit_code=0)
    assert set(by_cell(report, "state").values()) == {"fresh"}


def test_a_fresh_run_differs_and_then_fails() -> None:
    report = nb_refactor("reproduce", NOTEBOOKS / "demand.ipynb", exit_code=1)
    status = by_cell(report, "status")
    assert report["notebooks"][0]["status"] == "error"
    assert status["describe"] == "same"
    assert status["split"] == status["fit"] == status["error"] == "different"
    assert status["plot-warm-days"] == "error"


def test_the_notebook_in_good_order_reproduces() -> None:
    report = nb_refactor("reproduce", NOTEBOOKS / "weather.ipynb", exit_code=0)
    assert report["notebooks"][0]["status"] == "reproduced"


def test_what_is_extracted_from_it_still_reproduces(tmp_path: Path) -> None:
    example = tmp_path / "example"
    shutil.copytree(EXAMPLE, example)
    notebook = example / "notebooks" / "weather.ipynb"
    to = ("--to", "bikes.weather:add_kind_of_day", "--root", example)
    change_set = nb_refactor(
        "extract", notebook, "--cell", "kind-of-day", *to, exit_code=0, example=example
    )
    assert change_set["kind"] == "change_set"
    assert "def add_kind_of_day(" in (example / "src" / "bikes" / "weather.py").read_text("utf-8")
    report = nb_refactor("reproduce", notebook, exit_code=0, example=example)
    assert report["notebooks"][0]["status"] == "reproduced"
