"""Options, bad files and bad options: one sentence and exit code 2."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import nb_refactor as package

from .notebooks import content, nb_refactor, write


def test_version_and_help() -> None:
    assert nb_refactor("--version").stdout == f"nb-refactor {package.__version__}\n"
    for command in ([], ["check"], ["extract"], ["reproduce"]):
        done = nb_refactor(*command, "--help")
        assert done.returncode == 0
        assert "usage: nb-refactor" in done.stdout


BAD = [
    [],
    ["none"],
    ["check"],
    ["check", "a.ipynb", "--format", "xml"],
    ["check", "a.ipynb", "--nonsense"],
    ["check", "none.ipynb"],
    ["check", "bad.ipynb"],
    ["check", "latin.ipynb"],
    ["check", "empty"],
    ["check", "a.ipynb", "--history", "none.json"],
    ["check", "a.ipynb", "--history", "bad.ipynb"],
    ["check", "a.ipynb", "--history", "a.ipynb"],
    ["extract", "a.ipynb"],
    ["extract", "a.ipynb", "--cell", "roots"],
    ["extract", "a.ipynb", "--cell", "none", "--to", "p.m:f"],
    ["extract", "a.ipynb", "--cell", "#0", "--to", "p.m:f"],
    ["extract", "a.ipynb", "--cell", "#9", "--to", "p.m:f"],
    ["extract", "a.ipynb", "--cell", "text", "--to", "p.m:f"],
    ["extract", "a.ipynb", "--cell", "roots", "--to", "p.m"],
    ["extract", "a.ipynb", "--cell", "roots", "--to", "p.m:"],
    ["extract", "a.ipynb", "--cell", "roots", "--to", "p.m:class"],
    ["extract", "a.ipynb", "--cell", "roots", "--to", "../p.m:f"],
    ["extract", "a.ipynb", "--cell", "roots", "--to", "json.m:f"],
    ["extract", "a.ipynb", "--cell", "roots", "--to", "p.m:f", "--root", "none"],
    ["extract", "none.ipynb", "--cell", "roots", "--to", "p.m:f"],
    ["extract", "r.ipynb", "--cell", "#1", "--to", "p.m:f"],
    ["reproduce"],
    ["reproduce", "none.ipynb"],
    ["reproduce", "bad.ipynb"],
    ["reproduce", "a.ipynb", "-j", "0"],
    ["reproduce", "a.ipynb", "-j", "two"],
    ["reproduce", "a.ipynb", "--timeout", "-1"],
    ["reproduce", "a.ipynb", "--cell-timeout", "nan"],
    ["reproduce", "a.ipynb", "--kernel", "no-such-kernel"],
    ["reproduce", "a.ipynb", "--junit", "none/report.xml"],
    ["reproduce", "a.ipynb", "--html", "none/report.html"],
    ["reproduce", "a.ipynb", "--html", "empty"],
]


@pytest.mark.parametrize("arguments", BAD, ids=" ".join)
def test_what_cannot_be_carried_out_ends_in_one_sentence(
    tmp_path: Path, arguments: list[str]
) -> None:
    notebook = content()
    notebook["cells"].append({"cell_type": "markdown", "id": "text", "metadata": {}, "source": []})
    write(tmp_path / "a.ipynb", notebook)
    write(tmp_path / "r.ipynb", {**notebook, "metadata": {"language_info": {"name": "R"}}})
    (tmp_path / "bad.ipynb").write_text("print(1)\n")
    (tmp_path / "latin.ipynb").write_bytes(b'{"nbformat": 4, "cells": [], "x": "\xe9"}')
    (tmp_path / "empty").mkdir()
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    done = nb_refactor(*arguments, "--json", cwd=tmp_path)
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stderr.strip().endswith(".")
    after = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    assert after == before


def test_a_closed_pipe_is_no_error(tmp_path: Path) -> None:
    write(tmp_path / "a.ipynb", content())
    command = f"{sys.executable} -m nb_refactor check a.ipynb --json | true"
    done = subprocess.run(command, shell=True, cwd=tmp_path, capture_output=True, check=False)
    assert b"Traceback" not in done.stderr


def test_check_loads_neither_jupyter_nor_libcst(tmp_path: Path) -> None:
    write(tmp_path / "a.ipynb", content())
    program = (
        "import sys; from nb_refactor.cli import main; main(['check', 'a.ipynb', '--json']);"
        "heavy = {'jupyter_server', 'jupyter_client', 'nbclient', 'nbformat', 'libcst', 'tornado',"
        "'asyncio', 'IPython', 'PIL'};"
        "sys.stderr.write(repr(sorted(heavy & set(sys.modules))))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stderr == "[]"
    assert json.loads(done.stdout)["version"] == 1
