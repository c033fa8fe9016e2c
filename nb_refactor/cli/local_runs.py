"""Runs of notebooks in kernels of this machine, several at once."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from nb_refactor import use_cases
from nb_refactor.adapters.ipynb import NotebookFile
from nb_refactor.adapters.seen_through import seen_through
from nb_refactor.cli.notebook_paths import shown
from nb_refactor.cli.quick_imports import load_runner
from nb_refactor.cli.run_display import Lines
from nb_refactor.cli.run_order import RunOrder
from nb_refactor.reproduce.report import Report

if TYPE_CHECKING:
    from nb_refactor.adapters.fork_server import ForkServers
    from nb_refactor.adapters.fresh_kernel import StartKernel
    from nb_refactor.adapters.kernel_ahead import KernelAhead
    from nb_refactor.adapters.notebook_runner import Progress


def run_here(
    files: Sequence[NotebookFile], order: RunOrder, at_once: int, display: Lines
) -> list[Report]:
    """The report of each notebook; `at_once` run at a time. Raises KeyboardInterrupt when it is to
    stop, with no kernel left."""
    try:
        return asyncio.run(_run_all(files, order, at_once, display))
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None


async def _run_all(
    files: Sequence[NotebookFile], order: RunOrder, at_once: int, display: Lines
) -> list[Report]:
    """`at_once` notebooks run at a time; several the longest first, since nothing then tells which
    of them comes before which. While one runs, the kernel of the next is started."""
    _stop_on_terminate()
    from nb_refactor.adapters.run_times import RunTimes
    from nb_refactor.cli.turn_order import longest_first

    times = RunTimes()
    turns = longest_first(files, times) if at_once > 1 else list(range(len(files)))
    kernels = _Kernels([files[place] for place in turns], order)
    first = kernels.begin_next()
    if first is not None:
        await first.begun()
    load_runner()  # while the kernel starts
    reports: dict[int, Report] = {}

    async def run(number: int, place: int, turn: _Turn) -> None:
        async with turn:
            report = await _run_one(files[place], order, kernels, number, display, turn)
        reports[place] = report
        display.finished(report)
        sources = [cell.source for cell in files[place].notebook.code_cells]
        await asyncio.to_thread(times.learn, sources, report)

    gate = asyncio.Semaphore(at_once)
    tasks = [
        asyncio.create_task(run(number, place, _Turn(gate, is_lent=at_once > 1)))
        for number, place in enumerate(turns)
    ]
    try:
        await asyncio.gather(*tasks)
        return [reports[place] for place in range(len(files))]
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await seen_through(kernels.close())


class _Turn:
    """One of the places of those that run at a time. `is_lent`: it is given back when the last cell
    is over, and the next notebook does not wait for the end of the kernel. One after the other,
    it does: what a kernel holds, as memory of a graphics card, may be what the next one needs."""

    def __init__(self, gate: asyncio.Semaphore, *, is_lent: bool) -> None:
        self._gate = gate
        self._is_lent = is_lent
        self._is_had = False

    async def __aenter__(self) -> None:
        await self._gate.acquire()
        self._is_had = True

    async def __aexit__(self, *_: object) -> None:
        self._give_back()

    def cells_are_over(self) -> None:
        if self._is_lent:
            self._give_back()

    def _give_back(self) -> None:
        if self._is_had:
            self._is_had = False
            self._gate.release()


async def _run_one(
    file: NotebookFile,
    order: RunOrder,
    kernels: _Kernels,
    number: int,
    display: Lines,
    turn: _Turn,
) -> Report:
    from nb_refactor.adapters.notebook_runner import Workplace

    def step(progress: Progress) -> None:
        if progress.running is not None:
            kernels.begin_next()
        elif progress.done == progress.total:
            turn.cells_are_over()
        display.step(progress)

    return await use_cases.reproduce(
        shown(file.path),
        file.content,
        kernels.of(number),
        place=Workplace(file.path.absolute().parent),
        kernel=order.kernel,
        limits=order.limits,
        twice=order.twice,
        scratch=order.scratch,
        tolerance=order.tolerance,
        on_progress=step,
    )


class _Kernels:
    """The kernels of the notebooks in the order of their turns, the next one started before its
    turn comes."""

    def __init__(self, files: Sequence[NotebookFile], order: RunOrder) -> None:
        self._files = files
        self._order = order
        self._ahead: dict[int, KernelAhead] = {}
        self._next = 0
        self._servers = _fork_servers(len(files), order)

    def of(self, number: int) -> StartKernel:
        """What starts the kernel of the notebook with this number, or has started it already."""
        self._next = max(self._next, number + 1)
        return self._ahead.get(number) or self._starting(number)

    def _starting(self, number: int) -> StartKernel:
        from nb_refactor.adapters.fresh_kernel import local_kernels

        folder = str(self._files[number].path.absolute().parent)
        # The first has nothing to wait for: its server would begin no sooner than itself.
        return local_kernels(folder, self._servers if number > 0 else None)

    def begin_next(self) -> KernelAhead | None:
        """Start the kernel of the notebook whose turn is next, if it is not there yet."""
        from nb_refactor.adapters.fresh_kernel import wish_of
        from nb_refactor.adapters.kernel_ahead import KernelAhead

        number = self._next
        if number < len(self._files) and number not in self._ahead:
            wish = wish_of(_metadata(self._files[number]), self._order.kernel)
            self._ahead[number] = KernelAhead(self._starting(number), wish)
        return self._ahead.get(number)

    async def close(self) -> None:
        await asyncio.gather(*(kernel.close() for kernel in self._ahead.values()))
        if self._servers is not None:
            await asyncio.to_thread(self._servers.close)


def _fork_servers(kernels: int, order: RunOrder) -> ForkServers | None:
    """What begins this number of kernels sooner than they would by themselves. Kernels of one
    server hash alike, and two runs of a notebook must not."""
    if kernels < 3 or order.twice:
        return None
    from nb_refactor.adapters.fork_server import ForkServers, is_possible

    return ForkServers() if is_possible() else None


def _metadata(file: NotebookFile) -> dict[str, Any]:
    metadata = file.content.get("metadata")
    return metadata if isinstance(metadata, dict) else {}


def _stop_on_terminate() -> None:
    """A polite kill stops the kernels too."""
    task = asyncio.current_task()
    if task is not None:
        with contextlib.suppress(NotImplementedError, RuntimeError):
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
