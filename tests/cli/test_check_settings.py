"""`[tool.nb_refactor]` in a pyproject.toml, and the options that take its place."""

import json
import re
from pathlib import Path

import pytest

from nb_refactor.hidden_state.selection import CODES

from .notebooks import content, nb_refactor, write

PACKAGE = Path(__file__).parents[2] / "nb_refactor"
SHOW = "print(sum(roots) * scale)\nopen('/home/me/data.csv')"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Two notebooks, each with a name that nothing defines and an absolute path."""
    write(tmp_path / "a.ipynb", content(show=SHOW))
    write(tmp_path / "old" / "deep" / "b.ipynb", content(show=SHOW))
    return tmp_path


def settings(folder: Path, text: str, table: str = "[tool.nb_refactor]") -> None:
    (folder / "pyproject.toml").write_text(f"{table}\n{text}\n", encoding="utf-8")


def found(folder: Path, *options: str) -> tuple[int, dict[str, set[str]]]:
    """The exit code, and the codes that are told of each notebook."""
    done = nb_refactor("check", ".", "--json", *options, cwd=folder)
    assert done.returncode in (0, 1), done.stderr
    notebooks = json.loads(done.stdout)["notebooks"]
    return done.returncode, {
        report["path"]: {f["rule"] for cell in report["cells"] for f in cell["findings"]}
        for report in notebooks
    }


BOTH = {"undefined-name", "absolute-path"}
SETTINGS = [
    ("", 1, BOTH),
    ('ignore = ["absolute-path"]', 1, {"undefined-name"}),
    ('ignore = ["undefined-name"]', 0, {"absolute-path"}),
    ('select = ["undefined-name", "clock"]', 1, {"undefined-name"}),
    ("select = []", 0, set()),
    ('select = ["clock", "absolute-path"]\nignore = ["absolute-path"]', 0, set()),
]


@pytest.mark.parametrize(("text", "code", "told"), SETTINGS)
def test_rules_are_on_and_off(repository: Path, text: str, code: int, told: set[str]) -> None:
    settings(repository, text)
    assert found(repository) == (code, {"a.ipynb": told, "old/deep/b.ipynb": told})


OPTIONS = [
    (["--ignore", "absolute-path"], 1, {"undefined-name"}),
    (["--ignore", "absolute-path, undefined-name"], 0, set()),
    (["--ignore", "absolute-path", "--ignore", "undefined-name"], 0, set()),
    (["--select", "undefined-name"], 1, {"undefined-name"}),
    (["--select", "undefined-name,absolute-path", "--ignore", "clock"], 1, BOTH),
    (["--no-config"], 1, BOTH),
    (["--no-config", "--select", "absolute-path"], 0, {"absolute-path"}),
]


@pytest.mark.parametrize(("options", "code", "told"), OPTIONS)
def test_options_take_the_place_of_settings(
    repository: Path, options: list[str], code: int, told: set[str]
) -> None:
    settings(repository, 'ignore = ["undefined-name"]\nexclude = ["old"]')
    status, answer = found(repository, *options)
    assert (status, answer["a.ipynb"]) == (code, told)
    assert ("old/deep/b.ipynb" in answer) == ("--no-config" in options)


def test_the_nearest_file_with_settings_counts(repository: Path) -> None:
    settings(repository, 'ignore = ["undefined-name"]')
    settings(repository / "old", 'ignore = ["absolute-path"]')
    settings(repository / "old" / "deep", 'name = "nb_refactor"', table="[project]")
    told = {"a.ipynb": {"absolute-path"}, "old/deep/b.ipynb": {"undefined-name"}}
    assert found(repository) == (1, told)


@pytest.mark.parametrize("pattern", ["old", "old/", "old/**", "**/deep", "b.*", "/old/*/b.ipynb"])
def test_paths_are_left_out(repository: Path, pattern: str) -> None:
    settings(repository, f'exclude = ["{pattern}"]')
    assert list(found(repository)[1]) == ["a.ipynb"]
    assert list(found(repository / "old", "--exclude", "nothing")[1]) == ["deep/b.ipynb"]
    assert list(found(repository, "--no-config", "--exclude", pattern)[1]) == ["a.ipynb"]


def test_a_pattern_with_a_folder_is_relative_to_the_file(repository: Path) -> None:
    settings(repository, 'exclude = ["deep/b.ipynb"]')
    assert len(found(repository)[1]) == 2
    settings(repository / "old", 'exclude = ["deep/b.ipynb"]')
    assert list(found(repository)[1]) == ["a.ipynb"]


def test_a_named_notebook_that_is_left_out_is_told(repository: Path) -> None:
    settings(repository, 'exclude = ["a.ipynb"]')
    done = nb_refactor("check", "a.ipynb", "--json", cwd=repository)
    assert (done.returncode, json.loads(done.stdout)["notebooks"]) == (0, [])
    source = repository / "pyproject.toml"
    assert done.stderr == f"nb-refactor: a.ipynb is left out by {source}.\n"


def test_a_state_stays_as_judged(repository: Path) -> None:
    done = nb_refactor("check", "a.ipynb", "--ignore", "undefined-name", "--json", cwd=repository)
    [report] = json.loads(done.stdout)["notebooks"]
    assert (done.returncode, report["cells"][2]["state"]) == (0, "hidden")
    done = nb_refactor("check", "a.ipynb", "--ignore", "undefined-name", cwd=repository)
    assert "1 of 3 cells depends on hidden state by rules that are off" in done.stdout


BAD = [
    ('ignore = ["undefined"]', "no rule “undefined”"),
    ('select = "clock"', "`select` is not a list of texts"),
    ("exclude = [1]", "`exclude` is not a list of texts"),
    ('exclude = ["!"]', "“!” is not a pattern of paths"),
    ('slect = ["clock"]', "no setting “slect”"),
    ("select = [", "is not TOML"),
]


@pytest.mark.parametrize(("text", "reason"), BAD)
def test_bad_settings_are_2_with_one_sentence(repository: Path, text: str, reason: str) -> None:
    settings(repository, text)
    done = nb_refactor("check", "a.ipynb", "--json", cwd=repository)
    assert (done.returncode, done.stdout) == (2, "")
    [line] = done.stderr.splitlines()
    assert reason in line
    assert str(repository / "pyproject.toml") in line
    assert nb_refactor("check", "a.ipynb", "--no-config", cwd=repository).returncode == 1


@pytest.mark.parametrize("option", ["--select", "--ignore"])
def test_an_unknown_code_in_an_option_is_2(repository: Path, option: str) -> None:
    done = nb_refactor("check", "a.ipynb", option, "clock,nonsense", cwd=repository)
    assert done.returncode == 2
    assert "There is no rule “nonsense”" in done.stderr


def test_every_finding_can_be_switched_off() -> None:
    """The list of codes has each that a finding is made with."""
    texts = [path.read_text("utf-8") for path in PACKAGE.glob("hidden_state/**/*.py")]
    made = {code for text in texts for code in re.findall(r'Finding\(\s*"([^"]+)"', text)}
    assert made <= set(CODES)
    assert len(set(CODES)) == len(CODES)
