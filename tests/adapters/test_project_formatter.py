"""What is written into a module is in the style that the repository's pyproject.toml chooses."""

from __future__ import annotations

from pathlib import Path

import pytest

from nb_refactor import use_cases
from nb_refactor.adapters import project_formatter
from nb_refactor.change import ChangeSet
from nb_refactor.notebook import Cell, Notebook

PATH = "src/shop/steps.py"
PROJECT = '[project]\nname = "shop"\nversion = "1"\n'
OLD = "import os\nx = { 'a':1 }\ndef old( a ):\n    return a+1\n"
CELL = "rows=[ 'a','b' ]\ntotal = len( rows )+prices [ 0 ]\ntext = ' two  blanks '"
SOURCES = ("prices = [1, 2]", CELL, "print(rows, total, text)")


def written(root: Path, settings: str, old: str | None = None) -> ChangeSet:
    """Extract the second cell into a repository with these settings and this module."""
    (root / "src/shop").mkdir(parents=True)
    (root / "src/shop/__init__.py").touch()
    (root / "pyproject.toml").write_text(PROJECT + settings)
    if old is not None:
        (root / PATH).write_text(old)
    notebook = Notebook(tuple(Cell(f"c{place}", text) for place, text in enumerate(SOURCES)))
    answer = use_cases.extract(notebook, ("c1",), root, "shop.steps", "step")
    assert isinstance(answer, ChangeSet)
    return answer


def module(changes: ChangeSet) -> str:
    (text,) = (edit.after for edit in changes.files if edit.path == PATH)
    assert text is not None
    return text


def test_what_is_written_is_formatted(tmp_path: Path) -> None:
    text = module(written(tmp_path, "[tool.ruff.format]\n"))
    assert '    rows = ["a", "b"]\n    total = len(rows) + prices[0]\n' in text
    assert '" two  blanks "' in text


def test_the_settings_of_the_repository_hold(tmp_path: Path) -> None:
    text = module(written(tmp_path, '[tool.ruff.format]\nquote-style = "single"\n'))
    assert "    rows = ['a', 'b']\n" in text


def test_what_stood_there_keeps_its_form(tmp_path: Path) -> None:
    text = module(written(tmp_path, "[tool.ruff]\n", OLD))
    assert text.startswith(OLD)
    assert '    rows = ["a", "b"]\n' in text


def test_without_a_formatter_the_code_keeps_its_form(tmp_path: Path) -> None:
    changes = written(tmp_path, "[tool.pytest.ini_options]\n")
    assert "    rows=[ 'a','b' ]\n" in module(changes)
    assert changes.warnings == ()


def test_a_formatter_that_is_not_installed_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(project_formatter.shutil, "which", lambda *_, **__: None)
    changes = written(tmp_path, "[tool.black]\n")
    assert "    rows=[ 'a','b' ]\n" in module(changes)
    assert any("black" in warning for warning in changes.warnings)


@pytest.mark.parametrize(
    ("program", "why"),
    [
        ("#!/bin/sh\nexit 3\n", "it ended with 3"),
        ("#!/bin/sh\necho 'error: no such option' >&2; exit 2\n", "error: no such option"),
        (
            "#!/bin/sh\nprintf 'failed\n  Cause: no settings\n  Cause: no file\n' >&2; exit 2\n",
            "no settings: no file",
        ),
        ("#!/bin/sh\necho 'x = 1'\n", "it would change what the code does"),
        ("#!/bin/sh\necho '('\n", "it would change what the code does"),
        (
            '#!/bin/sh\ncat; printf \'\\n"""more"""\\n\'\n',
            "it would change what the code does",
        ),
        ("#!/bin/sh\nprintf '\\377'\n", "its answer is not text"),
    ],
    ids=[
        "fails",
        "says why",
        "names causes",
        "writes other code",
        "writes no code",
        "adds to it",
        "no text",
    ],
)
def test_a_formatter_that_changes_the_code_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str, why: str
) -> None:
    file = tmp_path / "formatter"
    file.write_text(program)
    file.chmod(0o755)
    monkeypatch.setattr(project_formatter.shutil, "which", lambda *_, **__: str(file))
    changes = written(tmp_path, "[tool.black]\n")
    assert "    rows=[ 'a','b' ]\n" in module(changes)
    (warning,) = changes.warnings
    assert warning.endswith(f"leaves what is written here as it is: {why}")
