"""`nb-refactor extract --with-test` writes a test of what a fresh run gave: it passes, and it fails
once the function gives something else. Real kernels, real pytest."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from .notebooks import nb_refactor, write

PYPROJECT = """\
[project]
name = "proj"
version = "1"

[tool.pytest.ini_options]
pythonpath = ["src"]
"""


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text(PYPROJECT)
    (tmp_path / "src" / "proj").mkdir(parents=True)
    (tmp_path / "src" / "proj" / "__init__.py").touch()
    return tmp_path


def notebook(repo: Path, sources: Sequence[str]) -> None:
    cells = [
        {"cell_type": "code", "id": f"c{place}", "metadata": {}, "source": source,
         "outputs": [], "execution_count": None}
        for place, source in enumerate(sources)
    ]  # fmt: skip
    kernel = {"kernelspec": {"display_name": "", "language": "python", "name": "python3"}}
    content = {"nbformat": 4, "nbformat_minor": 5, "metadata": kernel, "cells": cells}
    write(repo / "work" / "a.ipynb", content)


def extracted(repo: Path, cell: str = "c1", *options: str) -> dict[str, Any]:
    """Extract the cell with a test; answers the JSON."""
    to = ["--cell", cell, "--to", "proj.steps:step", "--with-test", "--json", *options]
    done = nb_refactor("extract", "work/a.ipynb", *to, cwd=repo)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def pytest_says(repo: Path) -> str:
    """`passed`, or what pytest tells of a test that does not pass."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=repo, capture_output=True, encoding="utf-8", timeout=120, check=False,
    )  # fmt: skip
    return "passed" if done.returncode == 0 else done.stdout


def text_of_tests(repo: Path) -> str:
    return (repo / "tests" / "test_steps.py").read_text()


IMPORTS = """\
import asyncio, datetime, random, subprocess, time
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
class Model:
    pass
"""
# A function, how the notebook calls it first, and a mutation that its test has to notice.
NOTICED = {
    "total": ("def total(xs):\n    return sum(xs)", "total([3, 1])", ("sum(xs)", "max(xs)")),
    "mean": ("def mean(xs):\n    return sum(xs) / 3", "mean([0.1, 0.2])", ("/ 3", "/ 3.001")),
    "bounds": (
        "def bounds(xs):\n    low = min(xs)\n    high = 'no'\n    return low, high",
        "bounds([2, 1])",
        ("high = 'no'", "high = 'on'"),
    ),
    "in_place": (
        "def in_place(xs, rows):\n    xs.sort()\n    rows['n'] = len(xs)",
        "in_place([3, 1], {})",
        ("xs.sort()", "pass"),
    ),
    "printed": (
        "def printed(xs):\n    for x in xs:\n        print('item', x)",
        "printed([1, 2])",
        ("'item'", "'thing'"),
    ),
    "reports": (
        "def reports(xs):\n    print(f'mean {sum(xs) / len(xs):.1f}')\n    return len(xs)",
        "reports([1, 2])",
        (":.1f", ":.2f"),
    ),
    "times": (
        "def times(n):\n    print('at', time.time())\n    return n + 1",
        "times(1)",
        ("n + 1", "n + 2"),
    ),
    "splits": (
        "def splits(df):\n    return df.iloc[:10], df.iloc[10:]",
        "splits(pd.DataFrame({'v': range(900)}))",
        ("df.iloc[:10]", "df.iloc[:11]"),
    ),
    "truth": ("def truth(xs):\n    return all(xs)", "truth([1])", ("all(xs)", "1")),
    "twins": (
        "def twins(a, b):\n    a.append(1)\n    return len(b)",
        "xs = []\ntwins(xs, xs)",
        ("len(b)", "len(b) + 1"),
    ),
    "area": (
        "def area(r, *more, scale=1):\n    return r * r * scale + len(more)",
        "area(2, 5, scale=3)",
        ("len(more)", "0"),
    ),
    "plain_later": (
        "def plain_later(x):\n    return isinstance(x, int)",
        "plain_later(Model())\nplain_later(4)",
        ("isinstance(x, int)", "not x"),
    ),
    "waits": (
        "async def waits(n):\n    await asyncio.sleep(0)\n    return n * 2",
        "await waits(2)",
        ("n * 2", "n * 3"),
    ),
    "reads": (
        "def reads(name):\n    with open(name) as file:\n        return file.read().split()",
        "reads('data.txt')",
        (".split()", ".split(',')"),
    ),
    "array": (
        "def array(a):\n    return (a - a.mean(axis=0)) / 7",
        "array(np.arange(6.0).reshape(2, 3))",
        ("/ 7", "/ 7.1"),
    ),
    "large_arrays": (
        "def large_arrays(a, b):\n    return a.cumsum(axis=0) * b[:, None]",
        "large_arrays(np.arange(60000.0).reshape(-1, 3), np.arange(20000))",
        ("cumsum", "cumprod"),
    ),
    "groups": (
        "def groups(df):\n    df['w'] = df['v'] * 2\n    return df.groupby('k')['w'].mean()",
        "groups(pd.DataFrame({'k': list('abab'), 'v': [1, 2, 3, 4.5]}))",
        ("['w'].mean()", "['w'].sum()"),
    ),
    "new_column": (
        "def new_column(df):\n    df['w'] = df['v'] * 4",
        "new_column(pd.DataFrame({'v': range(2000)}))",
        ("* 4", "* 5"),
    ),
    "makes_many": (
        "def makes_many(n):\n    return pd.DataFrame({'v': range(n)})",
        "makes_many(900)",
        ("range(n)", "range(n - 1)"),
    ),
    "rolls": (
        "def rolls(s):\n    return s.rolling(7).mean().dropna()",
        "rolls(pd.Series([float(n) for n in range(500)]))",
        ("rolling(7)", "rolling(8)"),
    ),
}  # fmt: skip

# A function, how the notebook calls it, and words of the reason why there is no test.
REASONS = {
    "model": ("def model(m):\n    return 1", "model(Model())", "`m` (Model) cannot be written as"),
    "large": ("def large(d):\n    return len(d)", "large({n: n for n in range(1000)})",
              "its argument `d` (dict of 1,000) is too large"),
    "draws": ("def draws(n):\n    return [random.random() for _ in range(n)]", "draws(3)",
              "it gives something else when it is called again"),
    "order": ("def order(text):\n    return list(set(text.split()))",
              "order('ab cd ef gh ij kl mn')", "it gives something else when it is called again"),
    "clock": ("def clock(n):\n    return datetime.date.today().year + n", "clock(1)",
              "it reads the clock"),
    "files": ("def files(n):\n    with open('out.txt', 'w') as out:\n        out.write(str(n))\n"
              "    return 1", "files(3)", "it writes files (`out.txt`)"),
    "programs": ("def programs(n):\n    return subprocess.run(['echo', n], capture_output=True)"
                 ".stdout", "programs('hi')", "it starts programs"),
    "figure": ("def figure(xs):\n    plt.plot(xs)\n    plt.show()", "figure([1, 2])",
               "it gives nothing that a test could compare"),
    "elsewhere": ("def elsewhere(name):\n    return name.split('/')",
                  "elsewhere('/home/nobody/data.csv')", "has an absolute path"),
    "lazy": ("def lazy(xs):\n    return (x * x for x in xs)", "lazy([1, 2])",
             "what it gives (generator) cannot be written as a literal"),
    "few": ("def few(a):\n    assert len(a) > 100\n    return a.sum()", "few(np.arange(200))",
            "it raises, given the first 40 rows only, AssertionError"),
    "uncalled": ("def uncalled(n):\n    return n", "pass", "the notebook does not call it"),
}  # fmt: skip


def test_each_function_that_moves_is_tested_or_it_says_why(repo: Path) -> None:
    """All in one run of the notebook. The tests pass, and each notices another answer."""
    cases = {**NOTICED, **REASONS}
    definitions = "\n\n".join(definition for definition, _, _ in cases.values())
    notebook(repo, [IMPORTS, definitions, *(call for _, call, _ in cases.values())])
    (repo / "work" / "data.txt").write_text("a b c")
    change = extracted(repo)
    reasons = {test["function"]: test["why"] for test in change["tests"]}
    assert {name: reasons.pop(name) for name in NOTICED} == dict.fromkeys(NOTICED, "")
    for name, (_, _, words) in REASONS.items():
        assert words in reasons[name], name
        assert reasons[name] in change["warnings"]
    assert text_of_tests(repo) == change["files"][-1]["after"]
    assert text_of_tests(repo).count("def test_") == len(NOTICED)
    assert "area(r, more_1, scale=3)" in text_of_tests(repo)
    assert pytest_says(repo) == "passed", text_of_tests(repo)
    module = repo / "src" / "proj" / "steps.py"
    text = module.read_text()
    for definition, _, (was, other) in NOTICED.values():
        assert definition in text
        text = text.replace(definition, definition.replace(was, other))
    module.write_text(text)
    said = pytest_says(repo)
    assert f"{len(NOTICED)} failed" in said, said
    assert "passed" not in said


def test_a_cell_that_becomes_a_call_is_tested(repo: Path) -> None:
    cell = "wide = df['v'] * 2\ndf['w'] = wide\nmost = wide.max()\nprint(most)\ndf.head(2)"
    notebook(repo, ["import pandas as pd\ndf = pd.DataFrame({'v': range(900)})", cell,
                    "print(wide, most, df)"])  # fmt: skip
    change = extracted(repo)
    assert change["tests"] == [
        {"function": "step", "name": "test_step", "path": "tests/test_steps.py", "why": ""}
    ]
    text = text_of_tests(repo)
    assert "Given the first 5 rows of what it gets in work/a.ipynb." in text
    assert "wide, most = step(df)" in text
    assert pytest_says(repo) == "passed"
    module = repo / "src" / "proj" / "steps.py"
    module.write_text(module.read_text().replace("= wide\n", "= wide + 1\n"))
    assert "1 failed" in pytest_says(repo)


@pytest.mark.parametrize(
    ("sources", "words"),
    [
        (["xs = [1, 2]\nopen('gone.txt')", "total = sum(xs)", "total"],
         "a fresh run does not get to its call"),
        (["import beside\nn = 1", "def f(n):\n    return beside.double(n)", "f(n)"],
         "it cannot be imported outside of the notebook's folder: No module named 'beside'"),
        (["x = 1", "class A:\n    n = 1", "print(A.n)"], "only functions get one"),
    ],
)  # fmt: skip
def test_where_there_can_be_no_test_it_says_why(repo: Path, sources: list[str], words: str) -> None:
    notebook(repo, sources)
    (repo / "work" / "beside.py").write_text("def double(n):\n    return n * 2\n")
    change = extracted(repo)
    (test,) = change["tests"]
    assert words in test["why"]
    assert test["why"] in change["warnings"]
    assert not any("test_" in edit["path"] for edit in change["files"])
    assert not (repo / "tests").exists()


NUMBERS = ["xs = [3, 1, 2]", "total = sum(xs)", "print(total)"]


def test_a_dry_run_writes_nothing(repo: Path) -> None:
    notebook(repo, NUMBERS)
    to = ["--cell", "c1", "--to", "proj.steps:step", "--with-test", "--dry-run"]
    done = nb_refactor("extract", "work/a.ipynb", *to, cwd=repo)
    assert "+++ b/tests/test_steps.py" in done.stdout
    assert "+    assert total == 6" in done.stdout
    assert not (repo / "tests").exists()


def test_an_existing_file_is_completed(repo: Path) -> None:
    """What it has stays, byte for byte; names that it uses otherwise are not taken from it."""
    own = (
        b"# ours\r\nimport pytest\r\nfrom collections import OrderedDict as np\r\n\r\n\r\n"
        b"def test_step():\r\n    assert np\r\n"
    )
    (repo / "tests").mkdir()
    (repo / "tests" / "test_steps.py").write_bytes(own)
    notebook(repo, ["import numpy as np\na = np.arange(3.0)", "b = a * 2", "b"])
    change = extracted(repo)
    assert change["tests"][0]["name"] == "test_step_2"
    after = (repo / "tests" / "test_steps.py").read_bytes()
    first, rest = own.split(b"\r\n\r\n\r\n")
    assert after.startswith(first)
    assert rest.rstrip() in after
    assert b"\n" not in after.replace(b"\r\n", b"")
    assert pytest_says(repo) == "passed"


def test_the_tests_of_all_cells_go_to_one_file(repo: Path) -> None:
    cell = "# {0} things\n{0} = []\nfor x in xs:\n    {0}.append(x * {1})\n{0}.sort()"
    notebook(repo, ["xs = [3, 1, 2]", cell.format("many", 2), cell.format("most", 3), "many, most"])
    to = ["--all", "--to", "proj.steps", "--with-test", "--json"]
    done = nb_refactor("extract", "work/a.ipynb", *to, cwd=repo)
    change = json.loads(done.stdout)
    assert len([test for test in change["tests"] if test["name"]]) == 2, change["tests"]
    assert text_of_tests(repo).count("def test_") == 2
    assert pytest_says(repo) == "passed"


def test_a_new_project_is_found_by_pytest(tmp_path: Path) -> None:
    notebook(tmp_path, NUMBERS)
    to = ["--cell", "c1", "--to", "fresh.steps:step", "--with-test", "--json", "--root", "."]
    done = nb_refactor("extract", "work/a.ipynb", *to, cwd=tmp_path)
    assert json.loads(done.stdout)["warnings"] == []
    assert pytest_says(tmp_path) == "passed"


def test_a_package_that_pytest_does_not_find_is_told(repo: Path) -> None:
    (repo / "pyproject.toml").write_text('[project]\nname = "proj"\nversion = "1"\n')
    notebook(repo, NUMBERS)
    change = extracted(repo)
    assert change["tests"][0]["name"] == "test_step"
    assert "pytest does not find `proj` yet" in change["warnings"][-1]


def test_a_test_that_says_little_is_told(repo: Path) -> None:
    notebook(repo, ["xs = list(range(900))", "first, last = xs[:-91], xs[-91:]", "first, last"])
    change = extracted(repo)
    assert "given the first 5 rows only, some of what it returns is empty" in change["warnings"][-1]
    assert pytest_says(repo) == "passed"


def test_what_cannot_be_compared_beside_what_can_is_told(repo: Path) -> None:
    notebook(repo, ["n = 2", "lock = __import__('threading').Lock()\nm = n * 2", "print(lock, m)"])
    change = extracted(repo, "c1", "--verify")
    assert change["verification"]["same"]
    assert "does not look at all that it gives: lock" in change["warnings"][-1]
    assert "_, m = step(n)" in text_of_tests(repo)
    assert pytest_says(repo) == "passed"
