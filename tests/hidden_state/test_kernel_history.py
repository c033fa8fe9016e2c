"""What a real kernel tells of itself: its history of the runs of several clients, joined to the
cells of the document."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager, start_new_kernel

from nb_refactor.hidden_state.check import check
from nb_refactor.hidden_state.history import Execution
from nb_refactor.notebook import Cell, Notebook

Found = dict[str, tuple[str, list[str]]]


class Kernel:
    """A kernel with two clients, the notebook's own and another one."""

    def __init__(self) -> None:
        self.manager: KernelManager
        self.own: BlockingKernelClient
        self.manager, self.own = start_new_kernel()
        # With a session of its own: the kernel tells clients apart by it.
        self.other = BlockingKernelClient(connection_file=self.manager.connection_file)
        self.other.load_connection_file()
        self.other.start_channels()
        self.other.wait_for_ready(timeout=60)

    def run(
        self, *sources: str, client: BlockingKernelClient | None = None, **options: Any
    ) -> None:
        """Send all at once, as "Run All" does, and wait for the replies."""
        client = client or self.own
        waited = {client.execute(source, **options) for source in sources}
        while waited:
            waited.discard(_answered(client.get_shell_msg(timeout=60)))

    def executions(self) -> list[Execution]:
        """As the browser asks for them when it was not there."""
        sent = self.own.history(hist_access_type="range", session=0, start=1, stop=10**6, raw=True)
        reply = self.own.get_shell_msg(timeout=60)
        while _answered(reply) != sent:
            reply = self.own.get_shell_msg(timeout=60)
        lines = reply["content"]["history"]
        return [Execution(source, count) for _, count, source in lines if count > 0]

    def restart(self) -> None:
        self.manager.restart_kernel(now=True)
        self.own.wait_for_ready(timeout=60)
        try:
            while True:
                self.own.get_shell_msg(timeout=0)
        except Empty:
            pass

    def stop(self) -> None:
        self.own.stop_channels()
        self.other.stop_channels()
        self.manager.shutdown_kernel(now=True)


def _answered(reply: dict[str, Any]) -> str:
    return str(reply["parent_header"]["msg_id"])


@pytest.fixture
def kernel() -> Iterator[Kernel]:
    kernel = Kernel()
    yield kernel
    kernel.stop()


def judged(kernel: Kernel, **written: tuple[str, int | None]) -> Found:
    cells = tuple(
        Cell(name, source, execution_count=count) for name, (source, count) in written.items()
    )
    reports = check(Notebook(cells), kernel.executions())
    return {r.cell_id: (r.state, [f.rule for f in r.findings]) for r in reports}


def test_a_notebook_reopened_on_a_live_kernel(kernel: Kernel) -> None:
    kernel.run("x = 1", "y = x + 1", "print(y)")
    fresh = judged(kernel, a=("x = 1", 1), b=("y = x + 1", 2), c=("print(y)", 3))
    assert {state for state, _ in fresh.values()} == {"fresh"}
    edited = judged(kernel, a=("x = 5", 1), b=("y = x + 1", 2), c=("print(y)", 3))
    assert edited["a"] == ("hidden", ["edited"])
    assert edited["c"] == ("affected", ["inherited"])


def test_what_another_client_ran_is_seen_and_is_no_cell(kernel: Kernel) -> None:
    kernel.run("x = 1")
    kernel.run("x = 2", client=kernel.other)
    kernel.run("print(x)")
    found = judged(kernel, a=("x = 1", 1), b=("print(x)", 3))
    assert found == {"a": ("fresh", []), "b": ("hidden", ["deleted-cell"])}


def test_silent_and_unstored_runs_leave_nothing_in_the_history(kernel: Kernel) -> None:
    kernel.run("x = 1")
    kernel.run("x", silent=True)
    kernel.run("x", store_history=False)
    kernel.run("print(x)")
    assert [line.execution_count for line in kernel.executions()] == [1, 2]
    found = judged(kernel, a=("x = 1", 1), b=("print(x)", 2))
    assert found == {"a": ("fresh", []), "b": ("fresh", [])}


def test_what_an_error_stopped_has_not_run(kernel: Kernel) -> None:
    kernel.run("x = 1", "raise ValueError(x)", "y = x")
    found = judged(kernel, a=("x = 1", 1), b=("raise ValueError(x)", 2), c=("y = x", None))
    assert found["a"] == ("fresh", [])
    assert found["c"] == ("not_run", [])
    kernel.run("y = x")
    again = judged(kernel, a=("x = 1", 1), b=("raise ValueError(x)", 2), c=("y = x", 3))
    assert again["c"] == ("fresh", [])


def test_a_restart_begins_a_new_history(kernel: Kernel) -> None:
    kernel.run("x = 1", "y = 2", "print(y)")
    kernel.restart()
    kernel.run("y = 2", "print(y)")
    found = judged(kernel, a=("x = 1", 1), b=("y = 2", 1), c=("print(y)", 2))
    assert found == {"a": ("not_run", []), "b": ("fresh", []), "c": ("fresh", [])}


def test_a_script_that_a_magic_ran_is_one_line_of_the_history(
    kernel: Kernel, tmp_path: Path
) -> None:
    """What the script binds is known from nowhere, and a fresh run of the line gives it again."""
    script = tmp_path / "script.py"
    script.write_text("x = 2\n")
    line = f"%run {script}"
    kernel.run("x = 1", line, "print(x)")
    assert [e.source for e in kernel.executions()] == ["x = 1", line, "print(x)"]
    found = judged(kernel, a=("x = 1", 1), b=(line, 2), c=("print(x)", 3))
    assert found == {"a": ("fresh", []), "b": ("fresh", []), "c": ("fresh", [])}
    without = judged(kernel, a=("x = 1", 1), c=("print(x)", 3))
    assert without["c"][0] != "fresh"


def test_a_run_twice(kernel: Kernel) -> None:
    kernel.run("n = 0", "n += 1", "n += 1", "print(n)")
    found = judged(kernel, a=("n = 0", 1), b=("n += 1", 3), c=("print(n)", 4))
    assert found["a"] == ("fresh", [])
    assert found["b"] == ("hidden", ["rerun"])
    assert found["c"] == ("affected", ["inherited"])
