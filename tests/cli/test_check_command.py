"""`nb-refactor check` answers by its contract."""

import json
from pathlib import Path

import pytest

from .notebooks import content, nb_refactor, write


def test_a_clean_notebook_is_0_and_keeps_its_bytes(tmp_path: Path) -> None:
    path = write(tmp_path / "a.ipynb", content())
    before = path.read_bytes()
    done = nb_refactor("check", "a.ipynb", "--json", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    answer = json.loads(done.stdout)
    assert answer["version"] == 1
    [report] = answer["notebooks"]
    assert report["path"] == "a.ipynb"
    assert report["seconds"] >= 0
    assert [(cell["cell_id"], cell["execution_count"]) for cell in report["cells"]] == [
        ("load", 1),
        ("roots", 2),
        ("show", 3),
    ]
    assert path.read_bytes() == before


@pytest.fixture
def hidden(tmp_path: Path) -> Path:
    """A notebook whose last cell reads a name that no cell binds."""
    return write(tmp_path / "h.ipynb", content(show="print(sum(roots) * scale)"))


@pytest.mark.usefixtures("hidden")
def test_hidden_state_is_1_in_every_format(tmp_path: Path) -> None:
    done = nb_refactor("check", "h.ipynb", "--json", cwd=tmp_path)
    assert done.returncode == 1
    cells = json.loads(done.stdout)["notebooks"][0]["cells"]
    findings = [finding for cell in cells for finding in cell["findings"]]
    assert any(finding["name"] == "scale" for finding in findings)

    done = nb_refactor("check", "h.ipynb", cwd=tmp_path)
    assert done.returncode == 1
    assert "h.ipynb: " in done.stdout
    assert "scale" in done.stdout
    assert "#3" in done.stdout

    done = nb_refactor("check", "h.ipynb", "--format", "github", cwd=tmp_path)
    assert done.returncode == 1
    lines = (tmp_path / "h.ipynb").read_text().splitlines()
    at = next(number for number, line in enumerate(lines, start=1) if "scale" in line)
    assert f"file=h.ipynb,line={at}," in done.stdout
    assert done.stdout.startswith("::")

    done = nb_refactor("check", "h.ipynb", "--format", "sarif", cwd=tmp_path)
    assert done.returncode == 1
    log = json.loads(done.stdout)
    assert log["version"] == "2.1.0"
    result = log["runs"][0]["results"][0]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "h.ipynb"
    assert place["region"]["startLine"] == at


@pytest.mark.usefixtures("hidden")
def test_directories_and_unreadable_files(tmp_path: Path) -> None:
    write(tmp_path / "deep" / "er" / "b.ipynb", content())
    write(tmp_path / ".ipynb_checkpoints" / "c.ipynb", content())
    done = nb_refactor("check", ".", "h.ipynb", "--json", cwd=tmp_path)
    paths = [report["path"] for report in json.loads(done.stdout)["notebooks"]]
    assert paths == ["h.ipynb", "deep/er/b.ipynb"]
    (tmp_path / "deep" / "bad.ipynb").write_text("{")
    done = nb_refactor("check", ".", "--json", cwd=tmp_path)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert len(json.loads(done.stdout)["notebooks"]) == 2


def test_history_tells_what_ran(tmp_path: Path) -> None:
    notebook = content(show="print(sum(roots) * scale)")
    for cell in notebook["cells"]:
        cell["execution_count"] += 1
    write(tmp_path / "a.ipynb", notebook)
    sources = ["".join(cell["source"]) for cell in content()["cells"][:2]]
    ran = ["scale = 2", *sources, "print(sum(roots) * scale)"]
    history = [[0, 0, ""], *([0, count, source] for count, source in enumerate(ran, start=1))]
    (tmp_path / "h.json").write_text(json.dumps(history))
    done = nb_refactor("check", "a.ipynb", "--history", "h.json", "--json", cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    states = [cell["state"] for cell in json.loads(done.stdout)["notebooks"][0]["cells"]]
    assert states == ["fresh", "fresh", "hidden"]


@pytest.mark.parametrize("language", ["R", "julia", "bash"])
def test_a_notebook_in_another_language_is_judged_unknown(tmp_path: Path, language: str) -> None:
    notebook = {**content(), "metadata": {"language_info": {"name": language}}}
    write(tmp_path / "a.ipynb", notebook)
    done = nb_refactor("check", "a.ipynb", "--json", cwd=tmp_path)
    cells = json.loads(done.stdout)["notebooks"][0]["cells"]
    assert {cell["state"] for cell in cells} == {"unknown"}
    assert done.returncode == 2
    assert (
        done.stderr == f"nb-refactor: a.ipynb is a notebook in {language.lower()}, not in Python.\n"
    )
    assert nb_refactor("check", ".", cwd=tmp_path).returncode == 0
