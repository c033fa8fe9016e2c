"""`reproduce --dask`: the notebooks run on the workers of a cluster."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from .notebooks import content, hear_ctrl_c, nb_refactor, write

distributed = pytest.importorskip("distributed")


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """The address of a cluster of two workers, each a process with one thread."""
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as cluster:
        yield cluster.scheduler_address


def test_the_workers_answer_as_this_machine_does(tmp_path: Path, scheduler: str) -> None:
    """Each of the first two waits for what the other writes: they run at once."""
    wait = """import math, os, time
open('{}', 'w').close()
while not os.path.exists('{}'):
    time.sleep(0.05)
values = [36]"""
    write(tmp_path / "a.ipynb", content(load=wait.format("a", "b")))
    write(tmp_path / "b.ipynb", content(load=wait.format("b", "a")))
    write(tmp_path / "c.ipynb", content("7.0\n"))
    options = ["--dask", scheduler, "--timeout", 60, "--json", "--html", "r.html"]
    done = nb_refactor("reproduce", ".", *options, cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    reports = json.loads(done.stdout)["notebooks"]
    assert [(report["path"], report["status"]) for report in reports] == [
        ("a.ipynb", "reproduced"),
        ("b.ipynb", "reproduced"),
        ("c.ipynb", "different"),
    ]
    assert len(done.stderr.splitlines()) == 3
    assert "c.ipynb" in (tmp_path / "r.html").read_text("utf-8")


def test_ctrl_c_leaves_no_kernel_on_the_workers(tmp_path: Path, scheduler: str) -> None:
    source = "import os, time; open('{}', 'w').write(str(os.getpid())); time.sleep(300)"
    for name in "abc":
        write(tmp_path / f"{name}.ipynb", content(load=source.format(name)))
    process = subprocess.Popen(
        [sys.executable, "-m", "nb_refactor", "reproduce", ".", "--dask", scheduler],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=hear_ctrl_c,
    )

    def kernels() -> list[str]:
        return [pid for name in "abc" if (tmp_path / name).exists()
                for pid in [(tmp_path / name).read_text()] if pid]  # fmt: skip

    while len(kernels()) < 2:
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=120)
    assert (process.returncode, errors) == (130, "nb-refactor: Stopped.\n")
    assert not any(Path("/proc", pid).exists() for pid in kernels())
    assert len(kernels()) == 2


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nonsense:x", ""])
def test_no_scheduler_is_2(tmp_path: Path, address: str) -> None:
    write(tmp_path / "a.ipynb", content())
    done = nb_refactor("reproduce", "a.ipynb", "--dask", address, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr == f"nb-refactor: No Dask scheduler answers at {address}.\n"
