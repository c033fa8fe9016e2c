"""Runs through a real server: found again, begun at once, in a copy, ended by every fault."""

import asyncio
import json
import os
import signal
import tempfile
import time
from pathlib import Path
from typing import Any

import pytest

from .conftest import Post, answered, content
from .test_routes import PATH, SLEEPER, followed


async def finished(post: Post, jp_fetch: Any, cells: dict[str, str], **options: Any) -> Any:
    """What became of a run of the notebook with these sources."""
    body = {"path": PATH, "content": content(**cells), **options}
    status, started = await post("reproduce", body)
    assert status == 202, started
    return await followed(jp_fetch, started["run_id"])


async def until_running(jp_fetch: Any, run_id: str, cell: str = "load") -> Any:
    for _ in range(300):
        _, answer = await answered(jp_fetch("nb-refactor", "reproduce", run_id))
        if answer["running"] == cell:
            return answer
        assert answer["state"] in ("queued", "running"), answer
        await asyncio.sleep(0.1)
    raise AssertionError("the cell was not reached")


async def test_a_tab_that_comes_later_finds_the_runs_under_way(post: Post, jp_fetch: Any) -> None:
    body = {"path": PATH, "content": content(load=SLEEPER)}
    first = (await post("reproduce", body))[1]["run_id"]
    second = (await post("reproduce", body))[1]["run_id"]
    await until_running(jp_fetch, first)
    _, found = await answered(jp_fetch("nb-refactor", "reproduce", params={"path": PATH}))
    assert found["runs"] == [
        {"run_id": first, "path": PATH, "state": "running"},
        {"run_id": second, "path": PATH, "state": "queued"},
    ]
    _, others = await answered(jp_fetch("nb-refactor", "reproduce", params={"path": "x.ipynb"}))
    assert others["runs"] == []
    for run_id in (first, second):
        await jp_fetch("nb-refactor", "reproduce", run_id, method="DELETE")
    _, found = await answered(jp_fetch("nb-refactor", "reproduce"))
    assert found["runs"] == []


async def test_the_time_left_is_that_of_earlier_runs(post: Post, jp_fetch: Any) -> None:
    cells = {"load": "import time; time.sleep(0.3)", "roots": "time.sleep(1.5)"}
    body = {"path": PATH, "content": content("", **cells, show="time.sleep(0.2)")}
    run_id = (await post("reproduce", body))[1]["run_id"]
    answer = await until_running(jp_fetch, run_id)
    assert answer["seconds_left"] is None
    done = await followed(jp_fetch, run_id)
    assert done["seconds_left"] is None
    run_id = (await post("reproduce", body))[1]["run_id"]
    answer = await until_running(jp_fetch, run_id, "roots")
    assert 0.2 <= answer["seconds_left"] <= 2.5
    await followed(jp_fetch, run_id)


async def kernel_ids(jp_serverapp: Any, count: int) -> list[str]:
    """The server's kernels, when there are so many."""
    for _ in range(200):
        ids = list(jp_serverapp.kernel_manager.list_kernel_ids())
        if len(ids) == count:
            return ids
        await asyncio.sleep(0.05)
    raise AssertionError(f"{len(ids)} kernels and not {count}")


LOAD = "import math; values = [1, 4, 9]"


async def test_a_warm_kernel_is_there_before_the_run_and_in_no_two_of_them(
    post: Post, jp_fetch: Any, jp_serverapp: Any, root: Path
) -> None:
    status, _ = await post("warm", {"path": PATH, "kernel": "python3", "language": "python"})
    assert status == 204
    spare = await kernel_ids(jp_serverapp, 1)
    answer = await finished(post, jp_fetch, {"load": f"{LOAD}; here = 1"}, keep_warm=True)
    assert answer["report"]["status"] == "reproduced", answer
    [another] = await kernel_ids(jp_serverapp, 1)
    assert [another] != spare, "a kernel serves one run"
    answer = await finished(post, jp_fetch, {"load": f"{LOAD}; here"}, keep_warm=True)
    assert "NameError" in answer["report"]["message"]

    deep = root / "deep"
    deep.mkdir()
    (deep / "here.py").write_text("place = 'deep'\n")
    await kernel_ids(jp_serverapp, 1)
    body = {
        "path": "repo/deep/other.ipynb",
        "content": content("deep deep 2\n", load="import os, here", roots="",
                           show="print(here.place, os.path.basename(os.getcwd()), "
                                "get_ipython().execution_count - 1)"),
        "keep_warm": True,
    }  # fmt: skip
    run_id = (await post("reproduce", body))[1]["run_id"]
    report = (await followed(jp_fetch, run_id))["report"]
    assert report["status"] == "reproduced", report

    await kernel_ids(jp_serverapp, 1)
    await answered(jp_fetch("nb-refactor", "warm", method="DELETE"))
    await kernel_ids(jp_serverapp, 0)


async def test_a_warm_kernel_that_died_is_replaced(
    post: Post, jp_fetch: Any, jp_serverapp: Any
) -> None:
    await post("warm", {"path": PATH, "kernel": "python3", "language": "python"})
    [kernel_id] = await kernel_ids(jp_serverapp, 1)
    await asyncio.sleep(0.5)
    await jp_serverapp.kernel_manager.shutdown_kernel(kernel_id, now=True)
    answer = await finished(post, jp_fetch, {})
    assert answer["report"]["status"] == "reproduced"
    await kernel_ids(jp_serverapp, 0)


async def test_a_warm_kernel_ends_with_the_server(post: Post, jp_serverapp: Any) -> None:
    await post("warm", {"path": PATH, "kernel": "python3", "language": "python"})
    await kernel_ids(jp_serverapp, 1)
    await jp_serverapp.cleanup_extensions()
    assert list(jp_serverapp.kernel_manager.list_kernel_ids()) == []


async def test_a_scratch_copy_is_written_and_is_gone(
    post: Post, jp_fetch: Any, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (root / "data").mkdir()
    (root / "data" / "in.txt").write_text("6.0")
    writes = "text = open('data/in.txt').read(); open('data/in.txt', 'w').write('other')"
    cells = {"load": writes, "roots": "open('new.txt', 'w').write(text)", "show": "print(text)"}
    answer = await finished(post, jp_fetch, cells, scratch=True)
    report = answer["report"]
    assert report["status"] == "reproduced", report
    written = [(file["path"], file["change"]) for file in report["dependencies"]["files_written"]]
    assert written == [("data/in.txt", "overwritten"), ("new.txt", "created")]
    assert (root / "data" / "in.txt").read_text() == "6.0"
    assert not (root / "new.txt").exists()
    assert list(tmp_path.glob("nb-refactor-scratch-*")) == []


async def test_record_and_requirements_of_a_run(post: Post, jp_fetch: Any, root: Path) -> None:
    (root / "in.txt").write_text("1")
    cells = {"load": "import msgspec; open('in.txt').read()", "roots": "", "show": "print(6.0)"}
    answer = await finished(post, jp_fetch, cells)
    place = ("nb-refactor", "reproduce", answer["run_id"])
    text = (await jp_fetch(*place, "requirements.txt")).body.decode()
    assert text.splitlines()[1].startswith("msgspec==")
    record = json.loads((await jp_fetch(*place, "record.json")).body)
    [file] = record["notebooks"][0]["dependencies"]["files_read"]
    assert (file["path"], file["sha256"][:8]) == ("in.txt", "6b86b273")


FAULTS = {
    "raises": ("1/0", "error", "ZeroDivisionError"),
    "dies": ("import os; os._exit(1)", "died", "The kernel died"),
    "is killed": ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "died", "died"),
    "hangs": ("while True: pass", "timeout", "longer than"),
    "sleeps": ("import time; time.sleep(300)", "timeout", "longer than"),
    "waits for input": ("input()", "error", "StdinNotImplementedError"),
    "waits for a password": ("import getpass; getpass.getpass()", "error", "StdinNot"),
    "shuts itself down": ("exit()", "died", "ended its kernel"),
    "starts a program that stays": ("!sleep 300", "timeout", "longer than"),
    "does not hear an interrupt": (
        "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass",
        "timeout",
        "longer than",
    ),
    "writes without end": ("while True: print('x' * 10_000)", "error", "wrote far more"),
    "writes gigabytes in one line": ("for _ in range(80): print('x' * 20_000_000)", "error", "far"),
}


@pytest.fixture
def jp_server_config(
    jp_server_config: dict[str, Any], request: pytest.FixtureRequest
) -> dict[str, Any]:
    """Little time for a cell; but what ends by itself may take long on a busy machine."""
    is_fault = "name" in request.fixturenames
    fault = FAULTS[request.getfixturevalue("name")] if is_fault else None
    seconds = 60.0 if fault and fault[1] != "timeout" else 8.0
    return jp_server_config | {"NbRefactor": {"cell_seconds": seconds}}


@pytest.mark.parametrize("name", list(FAULTS))
async def test_every_fault_ends_in_an_outcome_and_leaves_nothing(
    post: Post, jp_fetch: Any, jp_serverapp: Any, tmp_path: Path, name: str
) -> None:
    source, status, told = FAULTS[name]
    # Tests of the same process may have started what stays to its end, such as a fork server.
    others = set(children())
    before = memory()
    answer = await finished(post, jp_fetch, {"load": source})
    assert answer["state"] == "finished"
    report = answer["report"]
    assert report["status"] == status, report
    assert told in report["message"] + str(report["cells"][0]["error"])
    assert list(jp_serverapp.kernel_manager.list_kernel_ids()) == []
    assert set(children()) <= others
    assert memory() - before < 400_000_000


def memory() -> int:
    """The bytes that this process has in memory."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def children() -> list[int]:
    """The living processes that this one started, and those that they started."""
    found: list[int] = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
            except OSError:
                continue
            if int(parent) in (os.getpid(), *found) and state != "Z":
                found.append(int(entry.name))
    return found


async def test_widgets_are_run(post: Post, jp_fetch: Any) -> None:
    pytest.importorskip("ipywidgets")
    load = f"{LOAD}\nimport ipywidgets as w\nout = w.Output(); display(out, w.IntSlider(3))"
    show = "with out: print('inside')\nprint(sum(roots))"
    answer = await finished(post, jp_fetch, {"load": load, "show": show})
    cells = answer["report"]["cells"]
    assert [cell["error"] for cell in cells] == [None, None, None]
    assert cells[2]["status"] == "same"


async def test_the_connection_files_of_the_kernels_are_gone(
    post: Post, jp_fetch: Any, jp_runtime_dir: Path
) -> None:
    await finished(post, jp_fetch, {})
    await finished(post, jp_fetch, {"load": "import os; os._exit(1)"})
    assert list(jp_runtime_dir.glob("kernel-*.json")) == []


async def test_a_kernel_that_is_killed_from_outside_is_told(
    post: Post, jp_fetch: Any, tmp_path: Path
) -> None:
    pid = tmp_path / "pid"
    cells = {"load": f"import os; open({str(pid)!r}, 'w').write(str(os.getpid()))\n{SLEEPER}"}
    body = {"path": PATH, "content": content(**cells)}
    run_id = (await post("reproduce", body))[1]["run_id"]
    ends = time.monotonic() + 30
    while not (pid.exists() and pid.read_text()):
        assert time.monotonic() < ends
        await asyncio.sleep(0.05)
    os.kill(int(pid.read_text()), signal.SIGKILL)
    answer = await followed(jp_fetch, run_id)
    assert answer["report"]["status"] == "died"
