"""Whole runs in real kernels: each way a run can end, and that it leaves nothing behind."""

from __future__ import annotations

import asyncio
import copy
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from processes import kernels_below
from small_notebooks import code, error, notebook, printed, shown

from nb_refactor.adapters.fresh_kernel import FreshKernel, KernelWish
from nb_refactor.adapters.notebook_runner import (
    Limits,
    Progress,
    local_kernels,
    reproduce_notebook,
)
from nb_refactor.reproduce.report import Report

Reproduce = Callable[..., Report]

pytestmark = pytest.mark.usefixtures("no_process_left")


def statuses(report: Any) -> list[str]:
    return [cell.status for cell in report.cells]


def test_equal_outputs_are_reproduced(reproduce: Reproduce) -> None:
    content = notebook(
        code("x = 20", cell_id="a"),
        code("print(x)\nx + 1", printed("20\n"), shown("21"), cell_id="b"),
    )
    before = copy.deepcopy(content)
    report = reproduce(content)
    assert (report.status, report.kernel, report.path) == ("reproduced", "python3", "a.ipynb")
    assert [(cell.cell_id, cell.status) for cell in report.cells] == [("a", "same"), ("b", "same")]
    assert content == before


def test_another_value_is_different_and_shown(reproduce: Reproduce) -> None:
    report = reproduce(notebook(code("print('a')\n3", printed("a\n"), shown("2"))))
    assert report.status == "different"
    (difference,) = report.cells[0].differences
    assert (difference.output, difference.mime) == (1, "text/plain")
    assert (difference.saved, difference.fresh) == ("2", "3")


def test_the_run_stops_at_an_unexpected_error(reproduce: Reproduce) -> None:
    content = notebook(code("1", shown("1")), code("lost + 1", shown("2")), code("3", shown("3")))
    report = reproduce(content)
    assert (report.status, statuses(report)) == ("error", ["same", "error", "not_run"])
    assert report.cells[1].error == "NameError: name 'lost' is not defined"
    assert "NameError" in report.message


def test_the_run_goes_on_past_an_error_shown_on_purpose(reproduce: Reproduce) -> None:
    content = notebook(
        code("1 / 0", error("ZeroDivisionError", "division by zero")),
        code("lost", tags=["raises-exception"]),
        code("int('x')", error("ZeroDivisionError", "division by zero")),
        code("4", shown("4")),
    )
    report = reproduce(content)
    assert statuses(report) == ["same", "different", "different", "same"]
    assert report.status == "different"


def test_an_error_that_is_gone_is_a_difference(reproduce: Reproduce) -> None:
    report = reproduce(notebook(code("1", error("NameError", "name 'x' is not defined"))))
    assert statuses(report) == ["different"]


def test_a_cell_that_runs_too_long_ends_the_run(reproduce: Reproduce) -> None:
    content = notebook(code("1", shown("1")), code("while True: pass"), code("2", shown("2")))
    report = reproduce(content, limits=Limits(cell_seconds=1))
    assert (report.status, statuses(report)) == ("timeout", ["same", "error", "not_run"])
    assert "longer than 1 second" in report.message


def test_a_run_that_takes_too_long_ends(reproduce: Reproduce) -> None:
    cells = [code(f"import time; time.sleep(0.7); {n}") for n in range(9)]
    report = reproduce(notebook(*cells), limits=Limits(total_seconds=3))
    assert report.status == "timeout"
    assert statuses(report)[-1] == "not_run"
    assert report.message == "The run took longer than 3 seconds."


@pytest.mark.parametrize("way", ["os._exit(1)", "os.kill(os.getpid(), 9)"])
def test_a_kernel_that_dies_is_reported(reproduce: Reproduce, way: str) -> None:
    report = reproduce(notebook(code("1", shown("1")), code(f"import os; {way}"), code("2")))
    assert (report.status, statuses(report)) == ("died", ["same", "error", "not_run"])


def test_a_cell_that_asks_for_input_is_an_error_at_once(reproduce: Reproduce) -> None:
    report = reproduce(
        notebook(code("name = input('Your name? ')")), limits=Limits(cell_seconds=30)
    )
    assert report.status == "error"
    assert report.cells[0].error is not None
    assert "StdinNotImplementedError" in report.cells[0].error


def test_endless_output_ends_and_is_not_kept(reproduce: Reproduce) -> None:
    content = notebook(code("while True: print('x' * 1000)"))
    report = reproduce(content, limits=Limits(output_bytes=100_000))
    assert (report.status, statuses(report)) == ("error", ["error"])
    assert "wrote far more" in report.message


def test_endless_output_obeys_the_time_limit(reproduce: Reproduce) -> None:
    content = notebook(code("while True: print('x')"))
    report = reproduce(content, limits=Limits(cell_seconds=1.5))
    assert report.status == "timeout"


def test_output_over_the_limit_is_told(reproduce: Reproduce) -> None:
    content = notebook(code("for _ in range(300): print('x' * 1000)", printed("x" * 1000)))
    report = reproduce(content, limits=Limits(output_bytes=100_000))
    assert statuses(report) == ["different"]
    assert "more than is kept" in report.cells[0].differences[-1].why


def test_a_missing_kernelspec_falls_back_with_a_note(reproduce: Reproduce) -> None:
    spec = {"name": "my-old-env", "display_name": "My env", "language": "python"}
    report = reproduce(notebook(code("1", shown("1")), kernelspec=spec))
    assert (report.status, report.kernel) == ("reproduced", "python3")
    assert "'my-old-env' is not installed" in report.message


@pytest.mark.parametrize(
    ("metadata", "options"),
    [
        ({"kernelspec": {"name": "ir", "language": "R"}}, {}),
        ({"kernelspec": {"name": "julia-1.9"}, "language_info": {"name": "julia"}}, {}),
        ({}, {"kernel": "no-such-kernel"}),
    ],
)
def test_no_kernel_is_told_in_a_sentence(
    reproduce: Reproduce, metadata: dict[str, Any], options: dict[str, Any]
) -> None:
    report = reproduce(notebook(code("1", shown("1")), **metadata), **options)
    assert (report.status, statuses(report)) == ("error", ["not_run"])
    assert report.message.endswith(" here.")


def test_metadata_of_any_shape_is_survived(reproduce: Reproduce) -> None:
    content = notebook(code("1", shown("1")))
    content["metadata"] = {}
    del content["cells"][0]["id"]
    content["cells"][0]["source"] = ["(1\n", "+ 0)"]
    report = reproduce(content)
    assert [(cell.cell_id, cell.status) for cell in report.cells] == [("#1", "same")]


def test_twice_tells_unstable_from_different(reproduce: Reproduce) -> None:
    content = notebook(
        code("import random; random.random()", shown("0.123")),
        code("2", shown("1")),
        code("3", shown("3")),
    )
    report = reproduce(content, twice=True)
    assert (report.status, statuses(report)) == ("different", ["unstable", "different", "same"])
    assert "between two fresh runs" in report.message


def test_nothing_saved_is_its_own_verdict(reproduce: Reproduce) -> None:
    cell = code("1") | {"execution_count": None}
    report = reproduce(notebook(cell))
    assert (report.status, statuses(report)) == ("no_outputs", ["no_saved_output"])


def test_marked_cells_may_differ_or_are_passed_over(reproduce: Reproduce) -> None:
    content = notebook(
        code("1", shown("2"), tags=["nb-refactor: ignore-output"]),
        code("# nb-refactor: ignore-output\n3", shown("2")),
        code("4", shown("2"), tags=["nbval-ignore-output"]),
        code("1/0", shown("2"), tags=["nbval-skip"]),
        code("5", shown("5")),
    )
    report = reproduce(content)
    assert statuses(report) == ["same", "same", "same", "not_run", "same"]
    assert report.status == "reproduced"


def test_displays_are_updated_and_cleared(reproduce: Reproduce) -> None:
    source = (
        "from IPython.display import clear_output, display\n"
        "display('old'); clear_output()\n"
        "handle = display('first', display_id=True); handle.update('second')"
    )
    saved = {"output_type": "display_data", "metadata": {}, "data": {"text/plain": "'second'"}}
    assert statuses(reproduce(notebook(code(source, saved)))) == ["same"]


def test_a_later_cell_updates_what_an_earlier_one_shows(reproduce: Reproduce) -> None:
    shows = {"output_type": "display_data", "metadata": {}, "data": {"text/plain": "'new'"}}
    content = notebook(
        code("from IPython.display import display\nh = display('old', display_id=True)", shows),
        code("h.update('new')"),
    )
    assert statuses(reproduce(content)) == ["same", "same"]
    stale = copy.deepcopy(content)
    stale["cells"][0]["outputs"][0]["data"]["text/plain"] = "'other'"
    assert statuses(reproduce(stale, twice=True)) == ["different", "same"]


def test_the_kernel_works_in_the_notebooks_folder(reproduce: Reproduce, tmp_path: Path) -> None:
    (tmp_path / "data.txt").write_text("here")
    report = reproduce(notebook(code("print(open('data.txt').read())", printed("here\n"))))
    assert report.status == "reproduced"


def test_threads_of_libraries_wait_asleep_unless_the_user_says_otherwise(
    reproduce: Reproduce, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The notebook sees of it what the user has set, and libraries all."""
    monkeypatch.setenv("OMP_WAIT_POLICY", "ACTIVE")
    monkeypatch.delenv("OPENBLAS_THREAD_TIMEOUT", raising=False)
    asked = (
        "import ctypes, os\n"
        "held = ctypes.CDLL(None).getenv\n"
        "held.restype = ctypes.c_char_p\n"
        "for name in ('OMP_WAIT_POLICY', 'OPENBLAS_THREAD_TIMEOUT'):\n"
        "    print(os.environ.get(name), held(name.encode()).decode())"
    )
    shown = printed("ACTIVE ACTIVE\nNone 20\n")
    report = reproduce(notebook(code(asked, shown)))
    assert [cell.differences for cell in report.cells] == [()]


def test_progress_tells_each_start_and_end(reproduce: Reproduce) -> None:
    seen: list[Progress] = []
    reproduce(
        notebook(code("1", shown("1"), cell_id="a"), code("2", shown("3"), cell_id="b")),
        on_progress=seen.append,
    )
    assert [(step.done, step.total, step.running) for step in seen] == [
        (0, 2, "a"),
        (1, 2, None),
        (1, 2, "b"),
        (2, 2, None),
    ]
    assert statuses(seen[1].report) == ["same", "not_run"]
    assert statuses(seen[-1].report) == ["same", "different"]


@pytest.mark.parametrize("source", ["while True: pass", "!sleep 300", "while True: print('x')"])
def test_cancelling_leaves_no_process(tmp_path: Path, source: str) -> None:
    async def cancelled() -> None:
        is_running = asyncio.Event()
        task = asyncio.ensure_future(
            reproduce_notebook(
                notebook(code(source)),
                local_kernels(str(tmp_path)),
                path="a.ipynb",
                on_progress=lambda step: is_running.set() if step.running else None,
            )
        )
        await is_running.wait()
        await asyncio.sleep(0.5)
        assert kernels_below(os.getpid())
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancelled())


@pytest.mark.parametrize("delay", [0.0, 0.02, 0.3])
def test_cancelling_while_the_kernel_starts_leaves_no_process(tmp_path: Path, delay: float) -> None:
    async def cancelled() -> None:
        start = local_kernels(str(tmp_path))
        task = asyncio.ensure_future(reproduce_notebook(notebook(code("1")), start, path="a.ipynb"))
        await asyncio.sleep(delay)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancelled())


def test_cancelling_in_the_moment_that_the_kernel_has_started_leaves_no_process(
    tmp_path: Path,
) -> None:
    """A launch does not yield: a cancellation that comes meanwhile meets a start that is over."""

    async def cancelled() -> None:
        start = local_kernels(str(tmp_path))

        async def start_and_cancel(wish: KernelWish) -> FreshKernel:
            kernel = await start(wish)
            asyncio.get_running_loop().call_soon(task.cancel)
            return kernel

        run = reproduce_notebook(notebook(code("1")), start_and_cancel, path="a.ipynb")
        task = asyncio.ensure_future(run)
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancelled())


def test_cancelling_while_the_kernel_is_being_stopped_leaves_no_process(tmp_path: Path) -> None:
    async def cancelled() -> None:
        start = local_kernels(str(tmp_path))

        async def start_kernel(wish: KernelWish) -> FreshKernel:
            kernel = await start(wish)

            async def stop(now: bool) -> None:
                task.cancel()
                await kernel.stop(now)

            return replace(kernel, stop=stop)

        run = reproduce_notebook(notebook(code("1")), start_kernel, path="a.ipynb")
        task = asyncio.ensure_future(run)
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancelled())


INTERRUPTED = """
import asyncio, sys
from nb_refactor.adapters.notebook_runner import local_kernels, reproduce_notebook

content = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [
    {"cell_type": "code", "source": "import time; time.sleep(300)", "outputs": [], "metadata": {}}
]}
def tell(step):
    print("running", flush=True)
asyncio.run(reproduce_notebook(content, local_kernels("."), path="a", on_progress=tell))
"""


def test_an_interrupt_from_the_terminal_leaves_no_kernel(tmp_path: Path) -> None:
    command = [sys.executable, "-c", INTERRUPTED]
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == b"running\n"
        kernels = kernels_below(program.pid)
        assert kernels
        program.send_signal(signal.SIGINT)
        assert program.wait(timeout=60) != 0
    assert not [pid for pid in kernels if Path(f"/proc/{pid}").exists()]
