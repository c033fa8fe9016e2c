"""What was written can be imported in a live kernel at once, without harm to what lives there."""

import json
import os
import subprocess
import venv
from collections.abc import Iterator
from pathlib import Path

import pytest
from live_kernel import Kernel

from nb_refactor.adapters.kernel_refresh import (
    PROBE_NAME,
    install_source,
    refresh_source,
    types_source,
)

START = """\
import math

LIMIT = 3


class Point:
    def area(self):
        return 1 / 0


def kept(x):
    return x / 0


def changed(x):
    return x + 1


def gone():
    return 0
"""
THEN = '''\
from __future__ import annotations

import math
import statistics as st

LIMIT = 3
RATE = 2


class Point:
    def area(self):
        return 1 / 0


def kept(x):
    return x / 0


def changed(x):
    return x + 2


def added(data: list[Nowhere]) -> float:
    """New."""
    return st.mean(data) * RATE
'''


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "work").mkdir()
    (tmp_path / "repo" / "src" / "pkg").mkdir(parents=True)
    (tmp_path / "repo" / "src" / "pkg" / "__init__.py").touch()
    (tmp_path / "repo" / "src" / "pkg" / "steps.py").write_text(START)
    return tmp_path / "repo"


@pytest.fixture
def kernel(root: Path) -> Iterator[Kernel]:
    kernel = Kernel(root.parent / "work")
    yield kernel
    kernel.stop()


def refresh(root: Path, before: str | None, after: str | None) -> str:
    path = root / "src" / "pkg" / "steps.py"
    if after is None:
        path.unlink()
    else:
        path.write_text(after)
    return refresh_source(root, "src", "pkg.steps", "src/pkg/steps.py", before, after)


IMPORTABLE = {"importable": True, "package": "pkg", "obstacle": "", "detail": ""}


def test_the_probe_tells_where_the_package_comes_from(root: Path, kernel: Kernel) -> None:
    answer = kernel.probe(root, "src", "pkg")
    assert answer == {
        "importable": False,
        "package": "pkg",
        "obstacle": "off_path",
        "detail": str(root / "src"),
    }
    assert kernel.value("'pkg' in __import__('sys').modules") == "False"
    kernel.run(f"import sys; sys.path.append({str(root / 'src')!r})")
    assert kernel.probe(root, "src", "pkg") == IMPORTABLE
    assert kernel.probe(root, "src", "to_be_made")["importable"] is True
    other = root.parent / "other"
    (other / "pkg").mkdir(parents=True)
    another = kernel.probe(other, "", "pkg")
    assert another["obstacle"] == "another_package"
    assert another["detail"] == os.path.realpath(root / "src" / "pkg")
    unseen = kernel.probe(root / "none", "src", "pkg")
    assert (unseen["obstacle"], unseen["detail"]) == ("folder_unseen", str(root / "none"))
    kernel.run("import sys, types; sys.modules['made'] = types.ModuleType('made')")
    assert kernel.probe(root, "src", "made")["obstacle"] == "no_files"
    assert kernel.value(f"{PROBE_NAME!r} in globals()") == "False"


def test_the_module_can_be_imported_after_a_refresh(root: Path, kernel: Kernel) -> None:
    names = kernel.value("sorted(globals())")
    kernel.silently(refresh(root, START, THEN))
    assert kernel.value("sorted(globals())") == names
    kernel.run("from pkg.steps import added; total = added([1, 3])")
    assert kernel.value("total") == "4"
    assert kernel.probe(root, "src", "pkg")["importable"] is True
    kernel.silently(refresh(root, THEN, THEN))
    assert kernel.value(f"__import__('sys').path.count({str(root / 'src')!r})") == "1"


def test_a_loaded_module_gets_what_is_new_and_keeps_what_lives(root: Path, kernel: Kernel) -> None:
    kernel.run(f"import sys; sys.path.append({str(root / 'src')!r})")
    kernel.run("import pkg.steps as s; from pkg.steps import *; p = s.Point(); k = s.kept")
    kernel.run("s.LIMIT = 99")
    names = kernel.value("sorted(globals())")
    kernel.silently(refresh(root, START, THEN))
    assert kernel.value("sorted(globals())") == names
    assert kernel.value("s.added([1, 3])") == "4"
    assert kernel.value("s.changed(1)") == "3"
    assert kernel.value("isinstance(p, s.Point) and k is s.kept") == "True"
    assert kernel.value("s.LIMIT") == "99"
    assert kernel.value("hasattr(s, 'gone')") == "False"
    kernel.run("import inspect; found = [*map(inspect.getsource, (s.added, s.kept, s.Point.area))]")
    sources = "".join(eval(kernel.value("found")))
    assert "def added" in sources
    assert "def kept" in sources
    assert "def area" in sources
    kernel.run("import sys, traceback\ntry: k(1)\nexcept Exception: trace = sys.exc_info()[2]")
    kernel.run("at = traceback.extract_tb(trace)[-1]")
    assert kernel.value("at.line") == "'return x / 0'"


def test_what_a_kernel_with_an_older_copy_lacks_is_added(root: Path, kernel: Kernel) -> None:
    (root / "src" / "pkg" / "steps.py").write_text("import math\n")
    kernel.run(f"import sys; sys.path.append({str(root / 'src')!r}); import pkg.steps as s")
    kernel.silently(refresh(root, START, THEN))
    assert kernel.value("s.kept.__name__") == "'kept'"
    assert kernel.value("s.added([1, 3])") == "4"


def test_taking_a_change_back_takes_the_names_back(root: Path, kernel: Kernel) -> None:
    kernel.run(f"import sys; sys.path.append({str(root / 'src')!r})")
    (root / "src" / "pkg" / "steps.py").write_text(THEN)
    kernel.run("import pkg.steps as s")
    kernel.silently(refresh(root, THEN, START))
    assert kernel.value("s.changed(1)") == "2"
    assert kernel.value("hasattr(s, 'added')") == "False"
    assert kernel.value("s.gone()") == "0"
    kernel.silently(refresh(root, START, None))
    assert kernel.value("hasattr(s, 'kept')") == "False"


def test_a_user_who_hides_builtins_is_not_harmed(root: Path, kernel: Kernel) -> None:
    kernel.run("exec = eval = open = None; probe = refresh = sys = ast = 'mine'")
    kernel.silently(refresh(root, START, THEN))
    assert kernel.probe(root, "src", "pkg")["importable"] is True
    assert kernel.value("[probe, refresh, sys, ast]") == "['mine', 'mine', 'mine', 'mine']"


TYPES = """
import collections, datetime, pathlib
import numpy as np, pandas as pd
from sklearn.linear_model import LinearRegression
class Own: pass
n, x, s, flag, none = 1, 1.5, "a", True, None
df, series, index = pd.DataFrame({"a": [1]}), pd.Series([1]), pd.Index([1])
array, scalar, model = np.arange(3), np.float64(1), LinearRegression()
words, mixed, empty = ["a", "b"], [1, "a"], []
table = {"a": df, "b": df}
pair, rows, deep = (1, "a"), [{"a": 1}], [[[[1]]]]
path, day, count = pathlib.Path("."), datetime.date.today(), collections.Counter("a")
own, function, module, kind = Own(), len, np, int
"""
KNOWN = {
    "n": "int", "x": "float", "s": "str", "flag": "bool", "df": "pandas.DataFrame",
    "series": "pandas.Series", "index": "pandas.Index", "array": "numpy.ndarray",
    "scalar": "numpy.float64", "model": "sklearn.linear_model.LinearRegression",
    "words": "list[str]", "mixed": "list", "empty": "list",
    "table": "dict[str, pandas.DataFrame]", "pair": "tuple[int, str]",
    "rows": "list[dict[str, int]]", "deep": "list[list[list]]", "day": "datetime.date",
    "count": "collections.Counter", "path": "pathlib.Path",
}  # fmt: skip


def test_the_types_of_variables_as_one_would_write_them(kernel: Kernel) -> None:
    kernel.run(TYPES)
    names = kernel.value("sorted(globals())")
    asked = [*KNOWN, "none", "own", "function", "module", "kind", "gone"]
    answer = kernel.silently("", told=f"({types_source()})({json.dumps(asked)})")["told"]
    assert json.loads(eval(answer["data"]["text/plain"])) == KNOWN
    assert kernel.value("sorted(globals())") == names


def test_an_installed_repository_is_importable_at_once_and_for_good(root: Path) -> None:
    """In an environment of its own, with its own pip."""
    (root / "pyproject.toml").write_text(
        '[build-system]\nrequires = ["setuptools>=61"]\nbuild-backend = "setuptools.build_meta"\n'
        '[project]\nname = "pkg"\nversion = "1"\n'
    )
    venv.create(root.parent / "env", with_pip=True, symlinks=True)
    python = root.parent / "env" / "bin" / "python"
    code = f"{install_source(root, 'src', 'pkg')}\nprint({PROBE_NAME})\nimport pkg.steps as s\n"
    done = subprocess.run(
        [python, "-c", code + "print(s.changed(1))"], capture_output=True, text=True, check=True
    )
    told, value = done.stdout.splitlines()
    assert (json.loads(told), value) == (IMPORTABLE, "2")
    again = [python, "-c", "import pkg.steps as s; print(s.changed(1))"]
    assert subprocess.run(again, capture_output=True, text=True, check=True).stdout == "2\n"
    (root / "pyproject.toml").write_text("[build-system\n")
    code = f"{install_source(root, 'src', 'other')}\nprint({PROBE_NAME})"
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True)
    answer = json.loads(done.stdout)
    assert (answer["importable"], answer["obstacle"]) == (False, "not_installed")
    assert answer["detail"]
