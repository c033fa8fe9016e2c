"""Kernels that a fork server begins are those that begin by themselves."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import textwrap
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from nb_refactor.adapters.fork_server import ForkServers, is_possible
from nb_refactor.adapters.fresh_kernel import FreshKernel, KernelWish, local_kernels
from nb_refactor.adapters.notebook_runner import reproduce_notebook

pytestmark = pytest.mark.skipif(not is_possible(), reason="Fork servers are for Linux")

# What a notebook can see of its process. Not what is another in each process.
SEEN = """
import faulthandler, gc, os, resource, signal, sys, threading
def depth(frame):
    return 0 if frame is None else 1 + depth(frame.f_back)
own = {"JPY_PARENT_PID"}
print(*[f"{name}: {value}" for name, value in {
    "modules": sorted(sys.modules),
    "path": sys.path,
    "argv": [a for a in sys.argv if not a.endswith(".json")],
    "orig_argv": [a for a in sys.orig_argv if not a.endswith(".json")],
    "flags": sys.flags,
    "executable": (sys.executable, sys.prefix),
    "options": (sys.warnoptions, sys._xoptions),
    "meta_path": [type(f).__name__ for f in sys.meta_path],
    "environment": sorted((k, v) for k, v in os.environ.items() if k not in own),
    "folder": os.getcwd(),
    "main": sorted(k for k in vars(sys.modules["__main__"]) if k not in ("SEEN",)),
    "depth": depth(sys._getframe()),
    "recursion": sys.getrecursionlimit(),
    "threads": sorted(t.name.rstrip("0123456789") for t in threading.enumerate()),
    "is_main": threading.current_thread() is threading.main_thread(),
    "signals": [(n, str(signal.getsignal(n)).split(" at ")[0]) for n in signal.valid_signals()],
    "blocked": signal.pthread_sigmask(signal.SIG_BLOCK, []),
    "limits": [resource.getrlimit(n) for n in range(8)],
    "umask": os.umask(0o22),
    "leader": (os.getsid(0) == os.getpid(), os.getpgid(0) == os.getpid()),
    "gc": (gc.isenabled(), gc.get_threshold(), gc.get_freeze_count()),
    "files": sorted(os.readlink(f"/proc/self/fd/{n}").split(":")[0] for n in ("0", "1", "2")),
    "faults": faulthandler.is_enabled(),
    "encodings": (sys.getfilesystemencoding(), sys.stdout.encoding, sys.getdefaultencoding()),
    "children": os.listdir(f"/proc/self/task/{os.getpid()}"),
}.items()], sep="\\n")
"""


@pytest.fixture
def servers() -> Iterator[ForkServers]:
    found = ForkServers()
    yield found
    found.close()


def ran(folder: Path, servers: ForkServers | None, source: str) -> str:
    """What the source prints, run as the one cell of a notebook."""
    told = "import contextlib\nwith open('told', 'w') as f, contextlib.redirect_stdout(f):\n"
    cell = told + textwrap.indent(source, "    ")
    report = asyncio.run(
        reproduce_notebook(notebook(cell), local_kernels(str(folder), servers), path="a.ipynb")
    )
    assert report.cells[0].error is None
    return (folder / "told").read_text()


def notebook(*sources: str) -> dict[str, Any]:
    cells = [
        {"cell_type": "code", "source": s, "metadata": {}, "outputs": [], "execution_count": None}
        for s in sources
    ]
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}


def with_kernel(
    folder: Path, servers: ForkServers, act: Callable[[FreshKernel], Awaitable[None]]
) -> None:
    async def run() -> None:
        kernel = await local_kernels(str(folder), servers)(KernelWish(None, "", False))
        try:
            await act(kernel)
        finally:
            await kernel.stop(True)

    asyncio.run(run())


def test_a_notebook_cannot_tell(tmp_path: Path, servers: ForkServers) -> None:
    begun, alone = ran(tmp_path, servers, SEEN), ran(tmp_path, None, SEEN)
    assert begun.split("\n") == alone.split("\n")
    assert "depth: " in begun


def test_kernels_of_one_server_draw_other_numbers(tmp_path: Path, servers: ForkServers) -> None:
    draw = "import random, uuid, os\nprint(random.random(), uuid.uuid4(), os.getppid())"
    first, second = ran(tmp_path, servers, draw).split(), ran(tmp_path, servers, draw).split()
    assert first[2] == second[2]
    assert first[0] != second[0]
    assert first[1] != second[1]


def test_each_works_in_its_folder(tmp_path: Path, servers: ForkServers) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "beside.py").write_text("x = 'of a'")
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "beside.py").write_text("x = 'of b'")
    ask = "import beside\nprint(beside.x)"
    assert ran(tmp_path / "a", servers, ask) == "of a\n"
    assert ran(tmp_path / "b", servers, ask) == "of b\n"


def test_a_search_path_that_hangs_on_the_folder_does(
    tmp_path: Path, servers: ForkServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", f"below{os.pathsep}{os.environ.get('PYTHONPATH', tmp_path)}")
    for name in "ab":
        (tmp_path / name / "below").mkdir(parents=True)
        (tmp_path / name / "below" / "beside.py").write_text(f"x = 'of {name}'")
        assert ran(tmp_path / name, servers, "import beside\nprint(beside.x)") == f"of {name}\n"


def test_what_is_followed_is_left_alone(
    tmp_path: Path, servers: ForkServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As by the measurement of coverage in processes that are started."""
    (tmp_path / "usual").mkdir()
    custom = "import sys\nsys.setprofile(lambda *_: None)"
    (tmp_path / "usual" / "sitecustomize.py").write_text(custom)
    others = os.environ.get("PYTHONPATH", "")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [f"{tmp_path}/usual", others])))
    assert int(ran(tmp_path, servers, "import os\nprint(os.getppid())")) == os.getpid()


def test_what_is_installed_later_is_seen(tmp_path: Path, servers: ForkServers) -> None:
    ran(tmp_path, servers, "1")
    place = tmp_path / "later"
    place.mkdir()
    (place / "installed_later.py").write_text("x = 'there'")
    ask = "import sys\nsys.path.append('later')\nimport installed_later\nprint(installed_later.x)"
    assert ran(tmp_path, servers, ask) == "there\n"


ENDS = """
import atexit, gc, os
class Ends:
    def __init__(self, name): self.name = name
    def __del__(self): open(self.name, 'w').write('ended')
gc.disable()
held, *_ = [Ends('held')]
circle = Ends('circle')
circle.itself = circle
lost = Ends('lost')
lost.itself = lost
lost = None
class Held:
    by_class = Ends('by_class')
open_still = open('open_still', 'w')
open_still.write('ended')
atexit.register(lambda: open('at_exit', 'w').write('ended'))
"""


def test_what_ends_with_a_kernel_ends(tmp_path: Path, servers: ForkServers) -> None:
    told = ("held", "circle", "lost", "by_class", "open_still", "at_exit")
    ends: dict[bool, dict[str, str]] = {}
    for is_begun in (False, True):
        place = tmp_path / str(is_begun)
        place.mkdir()
        start = local_kernels(str(place), servers if is_begun else None)
        asyncio.run(reproduce_notebook(notebook(ENDS), start, path="a.ipynb"))
        ends[is_begun] = {name: (place / name).read_text() for name in told}
    assert ends[True] == ends[False] == dict.fromkeys(told, "ended")


def test_how_a_kernel_ends_is_known(tmp_path: Path, servers: ForkServers) -> None:
    async def act(kernel: FreshKernel) -> None:
        process = kernel.manager.provisioner.process
        assert await kernel.manager.is_alive()
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.01)
        os.kill(process.pid, signal.SIGKILL)
        assert process.wait(10) == -signal.SIGKILL
        assert process.poll() == -signal.SIGKILL
        assert not await kernel.manager.is_alive()
        process.terminate()  # no other process may have got its number

    with_kernel(tmp_path, servers, act)


def test_a_killed_kernel_is_told(tmp_path: Path, servers: ForkServers) -> None:
    dying = notebook("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "1")
    start = local_kernels(str(tmp_path), servers)
    report = asyncio.run(reproduce_notebook(dying, start, path="a.ipynb"))
    assert report.status == "died"
    assert [cell.status for cell in report.cells] == ["error", "not_run"]


def test_where_the_server_ends_its_kernels_do(tmp_path: Path, servers: ForkServers) -> None:
    async def act(kernel: FreshKernel) -> None:
        process = kernel.manager.provisioner.process
        await asyncio.to_thread(servers.close)
        assert process.wait(10) == -signal.SIGKILL

    with_kernel(tmp_path, servers, act)


def test_where_the_server_is_killed_another_way_is_taken(
    tmp_path: Path, servers: ForkServers
) -> None:
    ask = "import os\nprint(os.getppid())"
    (server,) = {int(ran(tmp_path, servers, ask)), int(ran(tmp_path, servers, ask))}
    os.kill(server, signal.SIGKILL)
    time.sleep(0.1)
    assert int(ran(tmp_path, servers, ask)) == os.getpid()


def test_other_commands_are_left_alone(servers: ForkServers, tmp_path: Path) -> None:
    for command in (
        ["R", "--slave", "-e", "IRkernel::main()"],
        ["conda", "run", "python", "-m", "ipykernel_launcher", "-f", "x"],
        ["python", "script.py", "-m", "ipykernel_launcher"],
        ["python", "-m", "bash_kernel"],
        ["here/python", "-m", "ipykernel_launcher", "-f", "x"],
    ):
        assert servers.start(command, {}, str(tmp_path)) is None
    missing = ["python-that-is-not-there", "-m", "ipykernel_launcher", "-f", "x"]
    assert servers.start(missing, {}, str(tmp_path)) is None
