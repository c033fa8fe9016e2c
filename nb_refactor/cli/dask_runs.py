"""Runs of notebooks on the workers of a Dask cluster.

The workers see the notebooks and their data at the same paths as this machine, and have
nb_refactor and the kernels installed.
"""

from __future__ import annotations

import asyncio
import signal
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nb_refactor import use_cases
from nb_refactor.adapters.ipynb import NotebookFile, read_notebook
from nb_refactor.cli.failure import Failure
from nb_refactor.cli.notebook_paths import shown
from nb_refactor.cli.quick_imports import load_runner
from nb_refactor.cli.run_display import Lines
from nb_refactor.cli.run_order import RunOrder
from nb_refactor.reproduce.report import Report

_CONNECT_SECONDS = 15
_STOP_SECONDS = 60


@dataclass(frozen=True)
class _Task:
    """One notebook, as a worker is told of it."""

    path: Path
    shown: str
    order: RunOrder


class _Stopped(Exception):
    """The one who asked for the runs wants no more of them."""


def run_on_dask(
    files: Sequence[NotebookFile], order: RunOrder, address: str, display: Lines
) -> list[Report]:
    """The report of each notebook, run by the cluster whose scheduler is at `address`; each worker
    runs as many at once as it has threads. Raises Failure, and KeyboardInterrupt when it is to
    stop, with no kernel left."""
    from distributed import Event, as_completed, wait

    with _terminate_as_interrupt(), _client(address) as client:
        stop = Event(f"nb-refactor-{uuid.uuid4().hex}", client=client)
        tasks = [_Task(file.path.absolute(), shown(file.path), order) for file in files]
        futures = client.map(_run_there, tasks, stop_name=stop.name, pure=False)
        reports: dict[str, Report] = {}
        try:
            by_key = dict(zip((future.key for future in futures), tasks, strict=True))
            for future in as_completed(futures):
                report = _report(future, by_key[future.key])
                reports[report.path] = report
                display.finished(report)
        except BaseException:
            stop.set()
            wait(futures, timeout=_STOP_SECONDS)
            raise
    return [reports[task.shown] for task in tasks]


@contextmanager
def _client(address: str) -> Iterator[Any]:
    from distributed import Client

    # A client that cannot connect leaves threads behind that complain: first see who is there.
    asyncio.run(_see_scheduler(address))
    client = Client(address, timeout=_CONNECT_SECONDS)
    with client:
        yield client


async def _see_scheduler(address: str) -> None:
    from distributed.comm import connect

    try:
        await (await connect(address, timeout=_CONNECT_SECONDS)).close()
    except (OSError, ValueError, TimeoutError):
        raise Failure(f"No Dask scheduler answers at {address}.") from None


@contextmanager
def _terminate_as_interrupt() -> Iterator[None]:
    """A polite kill stops the kernels too."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _report(future: Any, task: _Task) -> Report:
    """The worker's answer. A worker that was lost, or cannot read the file, gave none."""
    problem = future.exception()
    if problem is None:
        report: Report = future.result()
        return report
    message = f"The Dask worker failed: {type(problem).__name__}: {problem}"
    return Report(task.shown, "error", 0.0, "", (), message)


def _run_there(task: _Task, stop_name: str) -> Report:
    """On a worker: run the notebook, and stop when the one who asked for it says so."""
    from distributed import Event, get_client

    stop = Event(stop_name, client=get_client())
    if stop.is_set():
        raise _Stopped
    return asyncio.run(_run(task, stop))


async def _run(task: _Task, stop: Any) -> Report:
    load_runner()
    from nb_refactor.adapters.notebook_runner import Workplace, local_kernels

    run = asyncio.ensure_future(
        use_cases.reproduce(
            task.shown,
            read_notebook(task.path).content,
            local_kernels(str(task.path.parent)),
            place=Workplace(task.path.parent),
            kernel=task.order.kernel,
            limits=task.order.limits,
            twice=task.order.twice,
            scratch=task.order.scratch,
            tolerance=task.order.tolerance,
        )
    )
    while not run.done():
        await asyncio.wait({run}, timeout=1)
        if not run.done() and await asyncio.to_thread(stop.is_set):
            run.cancel()
            await asyncio.wait({run})
            raise _Stopped
    return run.result()
