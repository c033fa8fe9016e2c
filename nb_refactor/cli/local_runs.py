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
    """`at_once` workers take one notebook after the other. While one runs, the kernel of the next
    is started."""
    _stop_on_terminate()
    kernels = _Kernels(files, order)
    first = kernels.begin_next()
    if first is not None:
        await first.begun()
    load_runner()  # while the kernel starts
    from nb_refactor.adapters.run_times import RunTimes

    times = RunTimes()
    waiting = iter(range(len(files)))
    reports: dict[int, Report] = {}

    async def work() -> None:
        for number in waiting:
            reports[number] = await _run_one(files[number], order, kernels, number, display)
            display.finished(reports[number])
            sources = [cell.source for cell in files[number].notebook.code_cells]
            await asyncio.to_thread(times.learn, sources, reports[number])

    workers = [asyncio.create_task(work()) for _ in range(min(at_once, len(files)))]
    try:
        await asyncio.gather(*workers)
        return [reports[number] for number in range(len(files))]
    finally:
        for task in workers:
            task.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
        await seen_through(kernels.close())


async def _run_one(
    file: NotebookFile, order: RunOrder, kernels: _Kernels, number: int, display: Lines
) -> Report:
    from nb_refactor.adapters.notebook_runner import Workplace

    def step(progress: Progress) -> None:
        if progress.running is not None:
            kernels.begin_next()
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
    """The kernels of the notebooks, the next one started before its turn comes."""

    def __init__(self, files: Sequence[NotebookFile], order: RunOrder) -> None:
        self._files = files
        self._order = order
        self._ahead: dict[int, KernelAhead] = {}
        self._next = 0

    def of(self, number: int) -> StartKernel:
        """What starts the kernel of the notebook with this number, or has started it already."""
        self._next = max(self._next, number + 1)
        return self._ahead.get(number) or self._starting(number)

    def _starting(self, number: int) -> StartKernel:
        from nb_refactor.adapters.fresh_kernel import local_kernels

        folder = str(self._files[number].path.absolute().parent)
        return local_kernels(folder)

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


def _metadata(file: NotebookFile) -> dict[str, Any]:
    metadata = file.content.get("metadata")
    return metadata if isinstance(metadata, dict) else {}


def _stop_on_terminate() -> None:
    """A polite kill stops the kernels too."""
    task = asyncio.current_task()
    if task is not None:
        with contextlib.suppress(NotImplementedError, RuntimeError):
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
