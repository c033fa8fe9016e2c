"""Runs of notebooks in kernels of this machine, several at once."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Sequence

from nb_refactor import use_cases
from nb_refactor.adapters.ipynb import NotebookFile
from nb_refactor.cli.notebook_paths import shown
from nb_refactor.cli.run_display import Lines
from nb_refactor.cli.run_order import RunOrder
from nb_refactor.reproduce.report import Report


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
    _stop_on_terminate()
    room = asyncio.Semaphore(at_once)

    async def run_one(file: NotebookFile) -> Report:
        async with room:
            report = await use_cases.reproduce(
                shown(file.path),
                file.content,
                str(file.path.absolute().parent),
                kernel=order.kernel,
                limits=order.limits,
                twice=order.twice,
                on_progress=display.step,
            )
        display.finished(report)
        return report

    runs = [asyncio.create_task(run_one(file)) for file in files]
    try:
        return await asyncio.gather(*runs)
    finally:
        for task in runs:
            task.cancel()
        await asyncio.gather(*runs, return_exceptions=True)


def _stop_on_terminate() -> None:
    """A polite kill stops the kernels too."""
    task = asyncio.current_task()
    if task is not None:
        with contextlib.suppress(NotImplementedError, RuntimeError):
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
