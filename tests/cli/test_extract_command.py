"""`nb-refactor extract` writes module and notebook together, or nothing."""

import json
from pathlib import Path

import pytest

from .notebooks import content, nb_refactor, write


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "src" / "proj").mkdir(parents=True)
    (tmp_path / "src" / "proj" / "__init__.py").touch()
    (tmp_path / "src" / "proj" / "steps.py").write_text("def old():\n    return 1\n")
    write(tmp_path / "work" / "a.ipynb", content())
    return tmp_path


def files(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file()
    }


def test_a_dry_run_writes_nothing(repo: Path) -> None:
    before = files(repo)
    to = ["--cell", "roots", "--to", "proj.steps:take_roots", "--dry-run"]
    done = nb_refactor("extract", "work/a.ipynb", *to, "--json", cwd=repo)
    assert (done.returncode, done.stderr) == (0, "")
    change = json.loads(done.stdout)
    assert change["kind"] == "change_set"
    assert change["function"]["name"] == "take_roots"
    assert [edit["path"] for edit in change["files"]] == ["src/proj/steps.py"]
    assert [edit["cell_id"] for edit in change["cells"]] == ["roots"]
    done = nb_refactor("extract", "work/a.ipynb", *to, cwd=repo)
    assert "+++ b/src/proj/steps.py" in done.stdout
    assert "+++ b/cell roots" in done.stdout
    assert files(repo) == before


@pytest.mark.parametrize("cell", ["roots", "#2"])
def test_module_and_cell_are_written_and_nothing_else_changes(repo: Path, cell: str) -> None:
    before = files(repo)
    done = nb_refactor(
        "extract", "work/a.ipynb", "--cell", cell, "--to", "proj.steps:f", "--json", cwd=repo
    )
    assert done.returncode == 0, done.stderr
    change = json.loads(done.stdout)
    after = files(repo)
    assert {name for name in after if after[name] != before.get(name)} == {
        "src/proj/steps.py",
        "work/a.ipynb",
    }
    assert after["src/proj/steps.py"].decode() == change["files"][0]["after"]
    assert b"def old():" in after["src/proj/steps.py"]
    expected = content(roots=change["cells"][0]["after"])
    expected["cells"][1]["execution_count"] = None
    assert after["work/a.ipynb"].decode() == json.dumps(expected, indent=1) + "\n"


def test_what_was_extracted_still_reproduces(repo: Path) -> None:
    to = ["--cell", "#2", "--to", "new_one.deep.steps:f"]
    done = nb_refactor("extract", "work/a.ipynb", *to, "--root", "work", cwd=repo)
    assert done.returncode == 0, done.stderr
    assert (repo / "work" / "pyproject.toml").is_file()
    assert (repo / "work" / "src" / "new_one" / "deep" / "__init__.py").is_file()
    (repo / "work" / "new_one").symlink_to("src/new_one")
    done = nb_refactor("reproduce", "work/a.ipynb", "--json", cwd=repo)
    assert done.returncode == 0, done.stdout


def test_refused_is_1_and_nothing_is_written(repo: Path) -> None:
    write(repo / "work" / "a.ipynb", content(roots="exec('roots = values')"))
    before = files(repo)
    to = ["--cell", "roots", "--to", "proj.steps:f"]
    done = nb_refactor("extract", "work/a.ipynb", *to, "--json", cwd=repo)
    assert (done.returncode, done.stderr) == (1, "")
    answer = json.loads(done.stdout)
    assert answer["kind"] == "refused"
    assert all(refusal["code"] and refusal["message"] for refusal in answer["refusals"])
    done = nb_refactor("extract", "work/a.ipynb", *to, cwd=repo)
    assert done.returncode == 1
    assert "Refused" in done.stdout
    assert files(repo) == before


def test_what_cannot_be_written_changes_nothing(repo: Path) -> None:
    (repo / "src" / "proj" / "deep").touch()
    before = files(repo)
    to = ["--cell", "roots", "--to", "proj.deep.steps:f"]
    done = nb_refactor("extract", "work/a.ipynb", *to, "--json", cwd=repo)
    assert done.returncode == 2
    assert "not a directory" in done.stderr.lower()
    assert done.stdout == ""
    assert files(repo) == before


@pytest.mark.parametrize("data", [b"\xe9 = 1\n", b"# coding: latin-1\nx = 1\n"])
def test_a_module_in_another_encoding_is_refused_in_words(repo: Path, data: bytes) -> None:
    (repo / "src" / "proj" / "steps.py").write_bytes(data)
    done = nb_refactor(
        "extract", "work/a.ipynb", "--cell", "roots", "--to", "proj.steps:f", cwd=repo
    )
    assert done.returncode == 2
    assert "UTF-8" in done.stderr
    assert (repo / "src" / "proj" / "steps.py").read_bytes() == data


def test_verify_runs_both_versions_before_anything_is_written(repo: Path) -> None:
    before = files(repo)
    to = ["--cell", "roots", "--to", "proj.steps:f", "--verify", "--json"]
    done = nb_refactor("extract", "work/a.ipynb", *to, "--dry-run", cwd=repo)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["verification"]["same"] is True
    assert answer["verification"]["message"] == "Same in all 3 cells."
    assert files(repo) == before
    # The module computes with a `math` of its own: what moves there cannot do the same.
    (repo / "src" / "proj" / "steps.py").write_text(
        "import builtins\n\nbuiltins.sum = lambda values: 7\n"
    )
    before = files(repo)
    done = nb_refactor("extract", "work/a.ipynb", *to, cwd=repo)
    assert done.returncode == 1
    answer = json.loads(done.stdout)
    assert (answer["kind"], answer["refusals"][0]["code"]) == ("refused", "not-the-same")
    assert "Cell 3 (show) differs" in answer["refusals"][0]["message"]
    assert answer["verification"]["cells"][2]["differences"][0]["diff"]
    assert files(repo) == before


def test_lines_names_and_order(repo: Path) -> None:
    source = "a = len(values)\nb = math.sqrt(a)\nroots = [b, a]"
    write(repo / "work" / "a.ipynb", content(roots=source))
    to = ["--cell", "roots", "--to", "proj.steps:f", "--json", "--dry-run"]
    chosen = ["--lines", "2-3", "--rename", "a=count", "--parameters", "a"]
    done = nb_refactor("extract", "work/a.ipynb", *to, *chosen, cwd=repo)
    assert done.returncode == 0, done.stderr
    change = json.loads(done.stdout)
    assert change["function"]["parameters"] == ["count"]
    assert change["cells"][0]["after"] == (
        "from proj.steps import f\n\na = len(values)\nroots = f(a)"
    )


@pytest.mark.parametrize(
    "wrong",
    [
        ["--lines", "x"],
        ["--lines", "3-2"],
        ["--rename", "a"],
        ["--all"],
    ],
)
def test_bad_choices_are_one_sentence(repo: Path, wrong: list[str]) -> None:
    to = ["--cell", "roots", "--to", "proj.steps:f"]
    done = nb_refactor("extract", "work/a.ipynb", *to, *wrong, cwd=repo)
    assert done.returncode == 2


def test_all_cells_at_once(repo: Path) -> None:
    loop = "roots = []\nfor value in values:\n    roots.append(math.sqrt(value))"
    write(repo / "work" / "a.ipynb", content(roots=loop))
    done = nb_refactor("extract", "work/a.ipynb", "--all", "--to", "proj.steps", "--json", cwd=repo)
    assert done.returncode == 0, done.stderr
    change = json.loads(done.stdout)
    assert [function["name"] for function in change["functions"]] == ["make_roots"]
    assert files(repo)["src/proj/steps.py"].decode() == change["files"][0]["after"]
    (repo / "work" / "proj").symlink_to("../src/proj")
    again = nb_refactor("reproduce", "work/a.ipynb", cwd=repo)
    assert again.returncode == 0, again.stdout
    wrong = nb_refactor("extract", "work/a.ipynb", "--all", "--to", "proj.steps:f", cwd=repo)
    assert wrong.returncode == 2


def test_missing_data_is_known_also_where_its_reading_has_moved(repo: Path) -> None:
    sources = {
        "load": "values = open('gone.txt').read()",
        "roots": "roots = len(str(1))",
        "show": "print(roots + 1)\nprint(values)",
    }
    write(repo / "work" / "a.ipynb", content(output=None, **sources))
    for cell, code in (("load", 0), ("show", 1)):
        to = ["--cell", cell, "--to", f"proj.steps:{cell}_it", "--json"]
        done = nb_refactor("extract", "work/a.ipynb", *to, cwd=repo)
        assert done.returncode == code, done.stdout
    assert json.loads(done.stdout)["refusals"][0]["code"] == "maybe-unbound"


def test_a_method_that_is_only_looked_up_before_missing_data_is_no_obstacle(repo: Path) -> None:
    """The cell ends with the same error, with nothing done before it, on either side."""
    sources = {
        "load": "values = open('gone.txt').read()",
        "roots": "roots = []",
        "show": "roots.append(values)",
    }
    write(repo / "work" / "a.ipynb", content(output=None, **sources))
    to = ["--cell", "show", "--to", "proj.steps:show_it", "--json"]
    done = nb_refactor("extract", "work/a.ipynb", *to, cwd=repo)
    assert done.returncode == 0, done.stdout
    assert json.loads(done.stdout)["function"]["parameters"] == ["roots", "values"]


@pytest.mark.parametrize(
    ("show", "code"),
    [
        ("pd.DataFrame(roots.coef_, values.columns)", 1),
        ("(roots.size, values)", 1),
        ("roots.fit_(values)", 1),
        ("pd.DataFrame(values)", 0),
        ("roots.append(math.inf + values)", 0),
    ],
)
def test_an_attribute_that_may_not_be_there_is_read_before_missing_data(
    repo: Path, show: str, code: int
) -> None:
    """A model that was not trained has no `coef_`: the cell ends with that error, and would end
    with another one if the missing data were asked for first."""
    sources = {
        "load": "import math\nimport pandas as pd\nvalues = open('gone.txt').read()",
        "roots": "roots = []",
        "show": show,
    }
    write(repo / "work" / "a.ipynb", content(output=None, **sources))
    to = ["--cell", "show", "--to", "proj.steps:show_it", "--json"]
    done = nb_refactor("extract", "work/a.ipynb", *to, cwd=repo)
    assert done.returncode == code, done.stdout
    if code:
        assert json.loads(done.stdout)["refusals"][0]["code"] == "maybe-unbound"


def test_a_module_that_the_notebook_says_where_to_find(repo: Path) -> None:
    (repo / "lib").mkdir()
    (repo / "lib" / "tool.py").write_text("def double(x):\n    return 2 * x\n")
    sources = {
        "load": "import sys\nsys.path.append('../src')\nvalues = [1, 4]\nlargest = max(values)",
        "roots": "sys.path.insert(0, '../lib')\nimport tool\nroots = tool.double(largest)",
        "show": "from tool import double\nprint(double(roots), roots)",
    }
    write(repo / "work" / "a.ipynb", content(output=None, **sources))
    done = nb_refactor("extract", "work/a.ipynb", "--all", "--to", "proj.steps", cwd=repo)
    assert done.returncode == 0, done.stderr
    for cell in ("load", "roots", "show"):
        to = ["--cell", cell, "--to", f"proj.steps:{cell}_it", "--json"]
        done = nb_refactor("extract", "work/a.ipynb", *to, cwd=repo)
        assert done.returncode == 0, done.stdout
    again = nb_refactor("reproduce", "work/a.ipynb", "--json", cwd=repo)
    assert json.loads(again.stdout)["notebooks"][0]["status"] == "no_outputs", again.stdout
