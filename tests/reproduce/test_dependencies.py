"""What a run depended on, recorded in real kernels."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from small_notebooks import code, notebook, printed, shown

from nb_refactor.adapters.notebook_runner import Limits, local_kernels, reproduce_notebook
from nb_refactor.adapters.run_recording import Workplace
from nb_refactor.reproduce.dependencies import Dependencies
from nb_refactor.reproduce.report import Report

Record = Callable[..., Dependencies]

pytestmark = pytest.mark.usefixtures("no_process_left")


def run(folder: Path, *cells: dict[str, Any], **options: Any) -> Report:
    start = local_kernels(str(folder))
    place = Workplace(folder)
    content = notebook(*cells)
    return asyncio.run(reproduce_notebook(content, start, path="a", place=place, **options))


@pytest.fixture
def record(tmp_path: Path) -> Record:
    """What cells, called c1, c2 …, depend on when they run in `tmp_path`."""

    def recorded(*sources: str, folder: Path = tmp_path) -> Dependencies:
        cells = [code(source, cell_id=f"c{n}") for n, source in enumerate(sources, 1)]
        found = run(folder, *cells).dependencies
        assert found is not None
        return found

    return recorded


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def test_files_read_and_how_they_stand_with_git(
    record: Record, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    work = tmp_path / "notebooks"
    (tmp_path / "data").mkdir()
    work.mkdir()
    for name in ("kept", "edited", "new", "left"):
        (tmp_path / "data" / f"{name}.txt").write_text(name)
    (tmp_path / ".gitignore").write_text("left.txt\n")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "data/kept.txt", "data/edited.txt")
    git(tmp_path, "commit", "-qm", "x")
    (tmp_path / "data" / "edited.txt").write_text("other")
    far = tmp_path_factory.mktemp("far") / "far.txt"
    far.write_text("far")
    found = record(
        "for name in ('kept', 'edited', 'new', 'left'):\n    open(f'../data/{name}.txt').read()",
        f"from pathlib import Path\nPath({str(far)!r}).read_text(); open('../data/kept.txt')",
        folder=work,
    )
    assert [(file.path, file.cell_id, file.standing) for file in found.files_read] == [
        ("../data/kept.txt", "c1", "tracked"),
        ("../data/edited.txt", "c1", "changed"),
        ("../data/new.txt", "c1", "untracked"),
        ("../data/left.txt", "c1", "ignored"),
        (str(far), "c2", "outside"),
    ]
    assert found.files_read[0].bytes == 4
    assert found.files_written == ()
    assert found.is_complete


def test_files_written_and_what_was_there(record: Record, tmp_path: Path) -> None:
    for name in ("old.txt", "more.txt", "gone.txt", "moved.txt"):
        (tmp_path / name).write_text("before")
    found = record(
        "import os, tempfile\nopen('new.txt', 'w').write('1'); open('old.txt', 'w').write('1')",
        "open('more.txt', 'a').write('1'); os.remove('gone.txt')\n"
        "open('new.txt').read(); os.rename('moved.txt', 'there.txt')",
        "with tempfile.TemporaryFile() as file: file.write(b'1')\n"
        "open('once.txt', 'w').close(); os.remove('once.txt')",
        "os.mkdir('deep'); os.chdir('deep'); open('old.txt', 'w').write('1')",
    )
    assert [(file.path, file.cell_id, file.change) for file in found.files_written] == [
        ("new.txt", "c1", "created"),
        ("old.txt", "c1", "overwritten"),
        ("more.txt", "c2", "overwritten"),
        ("gone.txt", "c2", "deleted"),
        ("moved.txt", "c2", "deleted"),
        ("there.txt", "c2", "created"),
        ("deep/old.txt", "c4", "created"),
    ]
    assert [file.path for file in found.files_read] == ["more.txt", "moved.txt"]
    assert {file.standing for file in found.files_read} == {"unversioned"}


def test_a_file_that_is_missing_is_told(record: Record) -> None:
    found = record("open('/data/of/somebody/else.csv')")
    assert [(f.path, f.found) for f in found.files_read] == [("/data/of/somebody/else.csv", False)]


def test_a_database_is_read_or_written(record: Record, tmp_path: Path) -> None:
    import sqlite3

    for name in ("read.db", "written.db"):
        with sqlite3.connect(tmp_path / name) as connection:
            connection.execute("create table t (a)")
        connection.close()
    found = record(
        "import sqlite3\nfor name in ('read', 'written'):\n"
        "    c = sqlite3.connect(name + '.db'); c.execute('select * from t').fetchall()\n"
        "c.execute('insert into t values (1)'); c.commit(); c.close()"
    )
    assert [file.path for file in found.files_read] == ["read.db", "written.db"]
    changed = [f.path for f in found.files_written if not f.path.endswith("-journal")]
    assert changed == ["written.db"]


def test_packages_with_versions_and_what_the_project_declares(
    record: Record, tmp_path: Path
) -> None:
    (tmp_path / "requirements.txt").write_text("msgspec>=0.1  # fast\njinja2<1\n")
    (tmp_path / "helper.py").write_text("import yaml_of_nobody_else\n")
    (tmp_path / "yaml_of_nobody_else.py").write_text("import pathspec\n")
    found = record("import msgspec, json", "import helper", "import jinja2, traitlets")
    packages = {package.name.lower(): package for package in found.packages}
    assert packages["msgspec"].version == msgspec_version()
    assert (packages["msgspec"].cell_id, packages["msgspec"].declared) == ("c1", ">=0.1")
    assert packages["jinja2"].declared == "<1"
    assert [p.name for p in found.packages if not p.is_satisfied] == [packages["jinja2"].name]
    assert packages["pathspec"].declared is None
    assert packages["pathspec"].is_direct
    assert packages["traitlets"].is_direct, "the notebook asks for what the kernel had loaded"
    assert not packages["markupsafe"].is_direct, "Jinja requires it"
    assert "ipython" not in packages
    assert found.project_files == ("requirements.txt",)
    code_read = [file.path for file in found.files_read if file.is_code]
    assert sorted(code_read) == ["helper.py", "yaml_of_nobody_else.py"]


def msgspec_version() -> str:
    from importlib.metadata import version

    return version("msgspec")


def test_programs_addresses_and_variables(record: Record) -> None:
    found = record(
        "!echo from the shell",
        "import subprocess, os\nsubprocess.run(['true', 'a b']); os.system('true 2')",
        "import socket\ntry: socket.create_connection(('data.invalid', 443), 1)\n"
        "except OSError: pass",
        "import threading, http.server\nserver = socket.create_server(('127.0.0.1', 0))\n"
        "socket.create_connection(server.getsockname()).close(); server.close()",
        "os.environ['MADE'] = '1'\nos.getenv('HOME'); os.environ.get('NOT_THERE')",
    )
    assert [(one.command, one.cell_id) for one in found.subprocesses] == [
        ("echo from the shell", "c1"),
        ("true a b", "c2"),
        ("true 2", "c2"),
    ]
    assert [(a.host, a.port, a.cell_id) for a in found.addresses] == [("data.invalid", 443, "c3")]
    assert [(v.name, v.is_set) for v in found.variables] == [("HOME", True), ("NOT_THERE", False)]


def test_the_environment_is_told(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONHASHSEED", "7")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    environment = record("1").environment
    assert environment is not None
    assert environment.python == f"cpython {'.'.join(map(str, sys.version_info[:3]))}"
    assert (environment.hash_seed, environment.timezone) == ("7", "Asia/Tokyo")


PROBES = [
    "print(sorted(globals()))",
    "In, Out, _, __, _i, get_ipython().execution_count",
    "get_ipython().history_manager.session_number == 0, len(get_ipython().history_manager"
    ".input_hist_raw)",
    "import os, sys; print(os.getcwd() == os.path.realpath('.'), sys.path[0], sys.argv[0])",
    "import os\nprint(type(os.environ), len(dict(os.environ)), sorted(os.environ)[:2])",
    "get_ipython().last_execution_result.success",
    "import linecache, inspect\nprint([name for name in linecache.cache if 'record' in name])",
    "import warnings\nwarnings.warn('here')\n1/0",
    "%whos",
]


@pytest.mark.parametrize("probe", PROBES)
def test_the_notebook_does_not_see_the_recorder(tmp_path: Path, probe: str) -> None:
    """What a plain run shows is saved; a recorded one must show the same."""
    cells = [code(probe, cell_id="a"), code("1", cell_id="b"), code(probe, cell_id="c")]
    saved: dict[str, Any] = notebook(*cells)
    import nbformat
    from nbclient import NotebookClient

    node = nbformat.from_dict(saved)
    NotebookClient(
        node, resources={"metadata": {"path": str(tmp_path)}}, allow_errors=True
    ).execute()
    plain = json.loads(nbformat.writes(node))["cells"]
    report = run(tmp_path, *plain)
    assert [cell.differences for cell in report.cells] == [(), (), ()]
    assert report.dependencies is not None


def test_a_kernel_that_dies_or_hangs_tells_what_it_could(tmp_path: Path) -> None:
    (tmp_path / "in.txt").write_text("1")
    read = code("open('in.txt').read()", shown("'1'"), cell_id="a")
    for last in ("import os; os._exit(1)", "while True: pass"):
        report = run(tmp_path, read, code(last), limits=Limits(cell_seconds=1))
        found = report.dependencies
        assert report.status in ("died", "timeout")
        assert found is not None
        assert [file.path for file in found.files_read] == ["in.txt"]
        assert not found.is_complete


def test_what_forks_and_threads_do_breaks_nothing(tmp_path: Path) -> None:
    source = (
        "import os, threading, multiprocessing as mp\n"
        "def work(n):\n    open(f'{n}.txt', 'w').write('1'); return n\n"
        "threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]\n"
        "[t.start() for t in threads]; [t.join() for t in threads]\n"
        "with mp.get_context('fork').Pool(2) as pool: print(pool.map(work, [10, 11]))"
    )
    report = run(tmp_path, code(source, printed("[10, 11]\n")))
    assert report.status == "reproduced"
    assert report.dependencies is not None
    written = {file.path for file in report.dependencies.files_written}
    assert {f"{n}.txt" for n in range(8)} <= written


def test_no_end_of_files_is_bounded(tmp_path: Path) -> None:
    source = "for n in range(6000): open(f'/nope/{n}', 'w') if n < 0 else None\n" + (
        "import os\nfor n in range(6000):\n    try: open(f'/nope/{n}')\n    except OSError: pass"
    )
    found = run(tmp_path, code(source)).dependencies
    assert found is not None
    assert len(found.files_read) == 5000
    assert not found.is_complete


ECHO_KERNEL = Path(__file__).parents[2] / "ui-tests" / "echo_kernel.py"


def test_another_language_is_run_without_a_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = tmp_path / "kernels" / "echo" / "kernel.json"
    spec.parent.mkdir(parents=True)
    command = [sys.executable, str(ECHO_KERNEL), "-f", "{connection_file}"]
    spec.write_text(json.dumps({"argv": command, "display_name": "Echo", "language": "echo"}))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    report = run(tmp_path, code("1"), kernel="echo")
    assert (report.kernel, report.dependencies) == ("echo", None)
    assert [cell.status for cell in report.cells] != ["not_run"]


def test_a_kernel_that_waited_learns_of_installed_packages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nb_refactor.adapters.kernel_recorder import catch_up

    monkeypatch.setattr(sys, "path", list(sys.path))
    packages, source = tmp_path / "site-packages", tmp_path / "source"
    packages.mkdir()
    source.mkdir()
    old = packages / "old.pth"
    old.write_text(str(tmp_path))
    os.utime(old, (1, 1))
    (packages / "new.pth").write_text(f"{source}\n")
    catch_up(time.time() - 5, [str(packages), str(tmp_path / "none")])
    assert str(source) in sys.path
    assert str(tmp_path) not in sys.path
