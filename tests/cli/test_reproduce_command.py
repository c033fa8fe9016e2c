"""`nb-refactor reproduce` runs in real kernels, answers by its contract and leaves none behind."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from .notebooks import content, hear_ctrl_c, nb_refactor, write


def test_equal_and_different_notebooks_side_by_side(tmp_path: Path) -> None:
    same = write(tmp_path / "a.ipynb", content())
    write(tmp_path / "b.ipynb", content("7.0\n"))
    write(tmp_path / "c.ipynb", content(None, show="total = sum(roots)"))
    before = same.read_bytes()
    done = nb_refactor("reproduce", ".", "-j", 2, "--json", "--junit", "r.xml", cwd=tmp_path)
    assert done.returncode == 1
    reports = json.loads(done.stdout)["notebooks"]
    assert [(report["path"], report["status"]) for report in reports] == [
        ("a.ipynb", "reproduced"),
        ("b.ipynb", "different"),
        ("c.ipynb", "no_outputs"),
    ]
    assert reports[0]["kernel"] == "python3"
    assert [cell["cell_id"] for cell in reports[0]["cells"]] == ["load", "roots", "show"]
    assert reports[1]["cells"][2]["differences"][0]["why"]
    assert same.read_bytes() == before
    suites = ElementTree.parse(tmp_path / "r.xml").getroot()
    assert [suite.get("failures") for suite in suites] == ["0", "1", "0"]
    assert len(suites[0]) == 3
    assert "a.ipynb" in done.stderr


def test_notebooks_run_at_once(tmp_path: Path) -> None:
    """Each waits for what the other writes."""
    wait = """import math, os, time
open('{}', 'w').close()
while not os.path.exists('{}'):
    time.sleep(0.05)
values = [36]"""
    write(tmp_path / "a.ipynb", content(load=wait.format("a", "b")))
    write(tmp_path / "b.ipynb", content(load=wait.format("b", "a")))
    done = nb_refactor("reproduce", ".", "-j", 2, "--timeout", 60, cwd=tmp_path)
    assert done.returncode == 0, done.stdout


LINGERS = """import atexit, math, os, time
def last():
    for _ in range(80):
        if os.path.exists('begun'):
            open('met', 'w').close()
            return
        time.sleep(0.05)
atexit.register(last)
values = [36]"""


@pytest.mark.parametrize(("at_once", "meets"), [(1, False), (2, True)])
def test_the_next_notebook_waits_for_the_end_of_a_kernel_only_one_after_the_other(
    tmp_path: Path, at_once: int, meets: bool
) -> None:
    """Beside the kernel that takes its time to end, another one is busy."""
    busy = (
        "import math, os, time\nwhile not os.path.exists('over'): time.sleep(0.05)\nvalues = [36]"
    )
    begun = "import math\nopen('begun', 'w').close()\nopen('over', 'w').close()\nvalues = [36]"
    if at_once > 1:
        write(tmp_path / "a.ipynb", content(load=busy))
    write(tmp_path / "b.ipynb", content(load=LINGERS))
    write(tmp_path / "c.ipynb", content(load=begun))
    done = nb_refactor("reproduce", ".", "-j", at_once, "--timeout", 60, cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    assert (tmp_path / "met").exists() is meets


def test_a_cell_that_differs_from_itself_is_unstable(tmp_path: Path) -> None:
    write(tmp_path / "a.ipynb", content(show="import random\nprint(random.random())"))
    write(tmp_path / "b.ipynb", content("7.0\n"))
    done = nb_refactor("reproduce", ".", "-j", 2, "--twice", "--json", cwd=tmp_path)
    reports = json.loads(done.stdout)["notebooks"]
    statuses = [report["cells"][2]["status"] for report in reports]
    assert (done.returncode, statuses) == (1, ["unstable", "different"])


def test_the_user_says_how_far_numbers_may_be_apart(tmp_path: Path) -> None:
    write(tmp_path / "a.ipynb", content("6.001\n"))
    exact = nb_refactor("reproduce", "a.ipynb", "--tolerance", "1e-6", cwd=tmp_path)
    loose = nb_refactor("reproduce", "a.ipynb", "--tolerance", "1e-3", cwd=tmp_path)
    assert (exact.returncode, loose.returncode) == (1, 0)
    wrong = nb_refactor("reproduce", "a.ipynb", "--tolerance", "much", cwd=tmp_path)
    assert wrong.returncode == 2
    assert "“much”" in wrong.stderr


def test_it_runs_in_the_notebooks_own_folder_and_text_says_what_differs(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "data.txt").write_text("5")
    notebook = content("5\n", show="print(open('data.txt').read())")
    write(tmp_path / "deep" / "a.ipynb", notebook)
    done = nb_refactor("reproduce", "deep/a.ipynb", cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    assert "reproduced" in done.stdout
    (tmp_path / "deep" / "data.txt").write_text("6")
    done = nb_refactor("reproduce", "deep/a.ipynb", cwd=tmp_path)
    assert done.returncode == 1
    assert "cell #3 (show): different" in done.stdout


@pytest.mark.parametrize(
    ("source", "options", "status"),
    [
        ("1 / 0", [], "error"),
        ("import time; time.sleep(60)", ["--cell-timeout", "1"], "timeout"),
        ("import time; time.sleep(60)", ["--timeout", "4"], "timeout"),
        ("import os; os._exit(1)", [], "died"),
    ],
)
def test_what_does_not_come_through_is_1(
    tmp_path: Path, source: str, options: list[str], status: str
) -> None:
    write(tmp_path / "a.ipynb", content(roots=source))
    done = nb_refactor("reproduce", "a.ipynb", "--json", *options, cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    [report] = json.loads(done.stdout)["notebooks"]
    assert report["status"] == status
    assert report["cells"][2]["status"] == "not_run"


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_ctrl_c_leaves_no_kernel(tmp_path: Path, name: str) -> None:
    source = "import os, time; open('pid', 'w').write(str(os.getpid())); time.sleep(60)"
    write(tmp_path / "a.ipynb", content(load=source))
    process = subprocess.Popen(
        [sys.executable, "-m", "nb_refactor", "reproduce", "a.ipynb"],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=hear_ctrl_c,
    )
    pid = tmp_path / "pid"
    while not (pid.exists() and pid.read_text()):
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(getattr(signal, name))
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in errors
    assert not Path(f"/proc/{pid.read_text()}").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.ipynb", "pid"]


def test_what_runs_depend_on_is_told_and_written(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "requirements.txt").write_text("numpy\n")
    (tmp_path / "a" / "old.txt").write_text("4")
    load = "import math, msgspec\nvalues = [1, 4, 9]\nn = open('old.txt', 'w').write('5')"
    write(tmp_path / "a" / "a.ipynb", content(load=load))
    files = ["--record", "record.json", "--requirements", "needs.txt"]
    done = nb_refactor("reproduce", "a/a.ipynb", *files, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "needs, not declared: msgspec" in done.stdout
    assert "changes files that were there: old.txt (overwritten)" in done.stdout
    comment, line = (tmp_path / "needs.txt").read_text().splitlines()
    assert comment.startswith("# As in a run from top to bottom with cpython")
    assert line.startswith("msgspec==")
    [record] = json.loads((tmp_path / "record.json").read_text())["notebooks"]
    assert (record["path"], record["status"]) == ("a/a.ipynb", "reproduced")
    assert record["dependencies"]["files_written"][0]["path"] == "old.txt"


def test_a_scratch_copy_leaves_the_files_as_they_are(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "old.txt").write_text("6.0")
    show = "text = open('../data/old.txt').read(); open('../data/old.txt', 'w').close()\n"
    write(tmp_path / "nb" / "a.ipynb", content(show=show + "open('new', 'w'); print(text)"))
    done = nb_refactor("reproduce", "nb/a.ipynb", "--scratch", "--twice", cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    assert (tmp_path / "data" / "old.txt").read_text() == "6.0"
    assert [path.name for path in (tmp_path / "nb").iterdir()] == ["a.ipynb"]


def test_the_copy_of_a_killed_run_is_removed_by_the_next_one(tmp_path: Path) -> None:
    """But not the copy of one that is still running."""
    place = tmp_path / "project"
    (place / ".git").mkdir(parents=True)
    write(place / "slow.ipynb", content(load="open('begun', 'w'); import time; time.sleep(60)"))
    write(place / "quick.ipynb", content(show="print('6.0')"))
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    environment = {**os.environ, "TMPDIR": str(temporary)}

    def begin() -> tuple[subprocess.Popen[bytes], Path]:
        before = set(temporary.glob("nb-refactor-scratch-*/begun"))
        command = [sys.executable, "-m", "nb_refactor", "reproduce", "slow.ipynb", "--scratch"]
        process = subprocess.Popen(
            command, cwd=place, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        while not (begun := set(temporary.glob("nb-refactor-scratch-*/begun")) - before):
            assert process.poll() is None
            time.sleep(0.05)
        return process, begun.pop().parent

    killed, abandoned = begin()
    killed.kill()
    killed.communicate(timeout=60)
    assert abandoned.exists()
    running, alive = begin()
    try:
        subprocess.run(
            [sys.executable, "-m", "nb_refactor", "reproduce", "quick.ipynb", "--scratch"],
            cwd=place,
            env=environment,
            capture_output=True,
            check=True,
        )
        assert not abandoned.exists()
        assert alive.exists()
    finally:
        running.send_signal(signal.SIGINT)
        running.communicate(timeout=60)
    assert list(temporary.glob("nb-refactor-scratch-*")) == []


@pytest.mark.parametrize("seconds", [0.2, 0.5, 0.8, 1.2, 1.7, 2.5])
def test_ctrl_c_at_any_time_leaves_no_kernel(tmp_path: Path, seconds: float) -> None:
    """Also where the kernel of the next notebook is started ahead."""
    for name in "abc":
        write(tmp_path / f"{name}.ipynb", content(load="import time; time.sleep(60)"))
    process = subprocess.Popen(
        [sys.executable, "-m", "nb_refactor", "reproduce", ".", "-j", "1", "--scratch"],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=hear_ctrl_c,
        env={**os.environ, "TMPDIR": str(tmp_path), "WHOSE": str(tmp_path)},
    )
    time.sleep(seconds)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    if "nb_refactor" in errors or not errors:  # else Python itself had not begun
        assert process.returncode in (130, -signal.SIGINT)
    if process.returncode == 130:
        assert "Traceback" not in errors
    assert with_variable("WHOSE", str(tmp_path)) == []
    assert list(tmp_path.glob("nb-refactor-*")) == []


SAYS = """import math, os
open(f'{os.getpid()}.kernel', 'w').write(str(os.getppid()))
values = [36]"""


@pytest.mark.skipif(sys.platform != "linux", reason="Fork servers are for Linux")
def test_many_kernels_come_from_one_process(tmp_path: Path) -> None:
    for name in "abcd":
        write(tmp_path / f"{name}.ipynb", content(load=SAYS))
    done = nb_refactor("reproduce", ".", "-j", 2, cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    kernels = list(tmp_path.glob("*.kernel"))
    assert len(kernels) == 4
    parents = sorted(Counter(path.read_text() for path in kernels).values())
    assert parents == [1, 3]  # the first does not wait for that process


@pytest.mark.skipif(sys.platform != "linux", reason="Fork servers are for Linux")
def test_a_kill_leaves_no_kernel(tmp_path: Path) -> None:
    for name in "abcd":
        waits = "time.sleep(60)" if name > "a" else ""
        write(tmp_path / f"{name}.ipynb", content(load=f"{SAYS}\nimport time; {waits}"))
    process = subprocess.Popen(
        [sys.executable, "-m", "nb_refactor", "reproduce", ".", "-j", "2"],
        cwd=tmp_path,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "WHOSE": str(tmp_path)},
    )
    wait_for(lambda: len(list(tmp_path.glob("*.kernel"))) >= 3)
    process.kill()
    process.wait()
    wait_for(lambda: not with_variable("WHOSE", str(tmp_path)))


def wait_for(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.05)


def with_variable(name: str, value: str) -> list[int]:
    """The living processes that have this environment variable."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                variables = (entry / "environ").read_bytes().split(b"\0")
            except OSError:
                continue
            if f"{name}={value}".encode() in variables:
                found.append(int(entry.name))
    return found
