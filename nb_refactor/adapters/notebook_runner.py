"""Runs a notebook from top to bottom in a fresh kernel and compares it with its saved outputs."""

from __future__ import annotations

import asyncio
import datetime
import logging
import signal
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any

from jupyter_client.channels import AsyncZMQSocketChannel
from jupyter_core.utils import ensure_async
from nbclient.exceptions import DeadKernelError

from nb_refactor.adapters.cell_client import CellClient
from nb_refactor.adapters.fresh_kernel import (
    FreshKernel,
    KernelUnavailable,
    KernelWish,
    StartKernel,
    local_kernels,
    server_kernels,
)
from nb_refactor.adapters.recorder_source import finish_source, start_source, unrecorded_source
from nb_refactor.adapters.run_course import Course, Document, Progress, notebook_nodes
from nb_refactor.adapters.run_limits import Limits
from nb_refactor.adapters.run_recording import Record, Workplace, dependencies_of, imports_of
from nb_refactor.adapters.seen_through import seen_through
from nb_refactor.adapters.shell_channel import ShellChannel
from nb_refactor.reproduce.compare import asks_object_ids, is_skipped
from nb_refactor.reproduce.dependencies import Dependencies
from nb_refactor.reproduce.outcome import CellRun, Stop
from nb_refactor.reproduce.report import Report
from nb_refactor.reproduce.tolerance import Tolerance
from nb_refactor.text import Problem, text

__all__ = [
    "KernelUnavailable",
    "Limits",
    "Progress",
    "Workplace",
    "local_kernels",
    "reproduce_notebook",
    "server_kernels",
]


_FINISH_SECONDS = 20


async def reproduce_notebook(
    content: dict[str, Any],
    start_kernel: StartKernel,
    *,
    path: str,
    kernel: str | None = None,
    limits: Limits | None = None,
    tolerance: Tolerance | None = None,
    twice: bool = False,
    place: Workplace | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> Report:
    """Run `content` from top to bottom in a fresh kernel; compare with the outputs it holds.

    How to call it:

    - Server: `start_kernel=server_kernels(self.settings["kernel_manager"], request.path)`.
      Command line: `start_kernel=local_kernels(str(notebook_file.parent))`.
    - `content` is the notebook's nbformat JSON (version 3 or 4) with its saved outputs; it is not
      changed and no file is read or written. Cells are reported under their `id`; a cell without
      one is called `#N`, N counting code cells from 1: give ids first if others are wanted.
    - `path` only goes into the report.
    - `kernel` is a kernelspec name that must be used; `None` takes the notebook's own, and where
      that does not exist the default Python kernel with a note in the report's `message`.
    - `tolerance` defaults to `Tolerance(today=date.today())`.
    - `twice` runs a second fresh kernel when something differs, to tell `unstable` (differs
      between two fresh runs) from `different`.
    - `place` is where the kernel works on this machine; with it the report tells what the run
      depended on. `None`: nobody knows, as behind a gateway.
    - `on_progress` is called in the event loop, when a cell starts and when it is finished; it
      must return quickly. `progress.report` is what a client that asks meanwhile can be shown.

    Outcomes, none of which raises: a cell that raises an error which its saved output does not
    show is `error`, the run stops there and the rest is `not_run` (later results would rest on
    a half-run cell); an error that is saved as well, or a tag `raises-exception`, lets the run go
    on. Time limits give `timeout`, a dead kernel `died`, no kernel to be had `error` with a
    `message`. `asyncio.CancelledError` goes through, after the kernel was stopped: cancel the
    task to cancel the run. In every case no kernel is left running.
    """
    document = Document.read(content)
    if tolerance is None:
        tolerance = Tolerance(today=datetime.date.today())
    ids_shown = tolerance.object_ids or asks_object_ids(cell.source for cell in document.cells)
    tolerance = replace(tolerance, object_ids=ids_shown)
    course = Course(document, path, tolerance, on_progress, runs=2 if twice else 1)
    job = _Job(content, document.wish(kernel), start_kernel, limits or Limits(), place)
    await _run(job, course)
    if twice and course.has_differences:
        course.begin_again()
        await _run(job, course)
    return course.report()


@dataclass(frozen=True)
class _Job:
    """What one fresh run needs."""

    content: dict[str, Any]
    wish: KernelWish
    start_kernel: StartKernel
    limits: Limits
    place: Workplace | None


async def _run(job: _Job, course: Course) -> None:
    """One fresh run; what it gives goes into the course."""
    limits = job.limits
    ends = time.monotonic() + limits.total_seconds if limits.total_seconds else None
    notebook = notebook_nodes(job.content)
    place = None if course.is_second else job.place
    told: asyncio.Future[Dependencies | None] | None = None
    try:
        kernel = await started_kernel(job.start_kernel, job.wish, limits.start_seconds)
        course.kernel, course.note = kernel.name, kernel.note
        async with connected(kernel, notebook, limits) as client:
            is_python = kernel.language == "python"
            if is_python and (kernel.goes_to or kernel.since):
                await _go(client, kernel)
            elif is_python and place:
                client.ask_silently(start_source())
            elif is_python:
                client.ask_silently(unrecorded_source())
            await _run_cells(client, course, limits, ends)
            if is_python and place:
                records = await _records(client, course.document)
                # Git and the project's files are looked at while the kernel is stopped.
                told = asyncio.ensure_future(_dependencies(records, course.document, place))
        if told is not None:
            course.dependencies = await told
    except KernelUnavailable as problem:
        course.cannot_start(problem.sentence)


async def _go(client: CellClient, kernel: FreshKernel) -> None:
    """Let the kernel go to its folder and catch up before anything is run: elsewhere, or behind, it
    must not run."""
    source = start_source(kernel.goes_to, kernel.since)
    if not await client.succeeds_silently(source, _FINISH_SECONDS):
        told = text("The kernel {name!r} cannot work in the folder of the run.", name=kernel.name)
        raise KernelUnavailable(told)


async def _records(client: CellClient, document: Document) -> list[Record]:
    """What the kernel's recorder told, after it was asked for the rest if it still answers."""
    places = [index for index, cell in enumerate(client.nb.cells) if cell.cell_type == "code"]
    ids = {index: cell.cell_id for index, cell in zip(places, document.cells, strict=True)}
    if not client.was_abandoned and not client.has_ended and places:
        imports = imports_of(cell.source for cell in document.cells)
        source = finish_source([*imports, "IPython", "ipykernel"])
        await client.run_silently(source, places[-1], _FINISH_SECONDS)
    return [Record(ids.get(index, ""), content) for index, content in client.records]


async def _dependencies(
    records: list[Record], document: Document, place: Workplace
) -> Dependencies | None:
    sources = [cell.source for cell in document.cells]
    try:
        return await asyncio.to_thread(dependencies_of, records, sources, place)
    except Exception:  # a verdict must not be lost for what comes beside it
        logging.getLogger(__name__).exception("What the run depended on could not be told")
        return None


async def _run_cells(
    client: CellClient, course: Course, limits: Limits, ends: float | None
) -> None:
    codes = [(i, cell) for i, cell in enumerate(client.nb.cells) if cell.cell_type == "code"]
    updatable: dict[int, tuple[int, CellRun]] = {}
    for place, (index, cell) in enumerate(codes):
        saved = course.document.cells[place]
        if is_skipped(saved.source, saved.tags):
            course.passed_over(place)
            continue
        course.started(place)
        run = await run_cell(client, cell, index, limits, ends)
        if client.has_displays(index):
            updatable[index] = place, run
        for touched in client.touched & updatable.keys():
            await course.updated(*updatable[touched])
        if await course.finished(place, run) is not None:
            return


async def run_cell(
    client: CellClient, cell: Any, index: int, limits: Limits, ends: float | None
) -> CellRun:
    """Run one cell to its end, or to a limit. The cell runs in a task of its own, since nbclient
    takes being cancelled for the kernel's death."""
    cell.outputs = []
    cell.metadata = {}  # nbclient has its own meanings for tags; ours are read from the document
    started = time.monotonic()
    seconds, too_long = _time_left(limits, ends)
    execution = asyncio.ensure_future(client.execute_one(cell, index))
    # Where the run ends before it looks, nobody wants to hear what became of the cell.
    execution.add_done_callback(lambda done: done.cancelled() or done.exception())
    flood = asyncio.ensure_future(client.flooded.wait())
    try:
        await asyncio.wait({execution, flood}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        stop = _stop_of(execution, client, limits, too_long)
    finally:
        flood.cancel()
        await _abandoned(execution, client)
    return CellRun(
        outputs=tuple(cell.outputs),
        seconds=time.monotonic() - started,
        raised=client.raised,
        dropped=client.dropped,
        stop=stop,
    )


def _time_left(limits: Limits, ends: float | None) -> tuple[float | None, str]:
    """How long a cell may run from now (seconds, `None`: for ever), and what to say after."""
    left: list[tuple[float, str]] = []
    if limits.cell_seconds is not None:
        most = limits.cell_seconds
        left.append((most, text("The cell ran longer than {seconds:g} seconds.", seconds=most)))
    if ends is not None:
        most = limits.total_seconds or 0
        told = text("The run took longer than {seconds:g} seconds.", seconds=most)
        left.append((max(0.0, ends - time.monotonic()), told))
    return min(left, default=(None, ""))


def _stop_of(
    execution: asyncio.Future[None], client: CellClient, limits: Limits, too_long: str
) -> Stop | None:
    if not execution.done():
        if not client.flooded.is_set():
            return Stop("timeout", too_long)
        told = text(
            "The cell was stopped: it wrote far more than {megabytes:,.0f} MB.",
            megabytes=limits.output_bytes / 1e6,
        )
        return Stop("error", told)
    problem = execution.exception()
    if problem is None:
        return Stop("died", text("The cell ended its kernel.")) if client.has_ended else None
    if isinstance(problem, DeadKernelError):
        return Stop("died", text("The kernel died while it ran this cell."))
    raise problem


async def _abandoned(execution: asyncio.Future[None], client: CellClient) -> None:
    """Make sure that nothing of a cell's execution goes on, however it ended."""
    if execution.done():
        return
    client.was_abandoned = True
    execution.cancel()
    client.abandon()
    await asyncio.wait({execution}, timeout=5)


async def started_kernel(start: StartKernel, wish: KernelWish, seconds: float) -> FreshKernel:
    """A kernel, started within the time. A start that is given up is waited for and taken back:
    half-started kernels would be nobody's. So would one whose start is over when the cancellation
    arrives, since a launch does not yield."""
    starting = asyncio.ensure_future(start(wish))
    is_handed_over = False
    try:
        await asyncio.wait({starting}, timeout=seconds)
        if not starting.done():
            told = text("The kernel did not start within {seconds:g} seconds.", seconds=seconds)
            raise KernelUnavailable(told)
        kernel = starting.result()
        is_handed_over = True
        return kernel
    except KernelUnavailable:
        raise
    except Exception as problem:
        told = text("The kernel could not be started: {why}", why=_words_of(problem))
        raise KernelUnavailable(told) from problem
    finally:
        if not is_handed_over:
            await seen_through(_taken_back(starting))


def _words_of(problem: Exception) -> str:
    return problem.sentence if isinstance(problem, Problem) else str(problem)


async def _taken_back(starting: asyncio.Future[FreshKernel]) -> None:
    with suppress(Exception):
        kernel = await starting
        await kernel.stop(True)


@asynccontextmanager
async def connected(
    kernel: FreshKernel, notebook: Any, limits: Limits
) -> AsyncIterator[CellClient]:
    """A client of the kernel, which is stopped at the end whatever happens."""
    client = CellClient(notebook, kernel.manager, limits.output_bytes)
    try:
        await _connect(client, kernel, limits.start_seconds)
        yield client
    except asyncio.CancelledError:
        client.was_abandoned = True
        raise
    finally:
        await seen_through(_ended(client, kernel))


async def _connect(client: CellClient, kernel: FreshKernel, seconds: float) -> None:
    try:
        client.kc = kernel.manager.client()
        if client.kc.shell_channel_class is AsyncZMQSocketChannel:  # else through a gateway
            client.kc.shell_channel_class = ShellChannel
        # Awaitable for kernels behind a gateway, plain for others.
        await ensure_async(client.kc.start_channels())
        # A cell that asks for input gets an error at once instead of waiting for ever.
        client.kc.allow_stdin = False
        await client.ready(seconds)
    except (RuntimeError, OSError) as problem:
        why = _words_of(problem)
        told = text("The kernel {name!r} does not answer: {why}", name=kernel.name, why=why)
        raise KernelUnavailable(told) from None


async def _ended(client: CellClient, kernel: FreshKernel) -> None:
    """Stop the kernel: politely when it is idle, so that it cleans up after itself, else at once
    and with the programs that it started."""
    client.abandon()
    if client.kc is not None:
        # After a failed start there may be nothing to stop: gateways assert that there is.
        with suppress(Exception):
            await ensure_async(client.kc.stop_channels())
    if client.was_abandoned:
        with suppress(Exception):
            await ensure_async(kernel.manager.signal_kernel(getattr(signal, "SIGKILL", 9)))
    await kernel.stop(client.was_abandoned)
