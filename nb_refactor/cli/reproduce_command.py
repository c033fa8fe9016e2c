"""`nb-refactor reproduce`: run from top to bottom, compare with the saved outputs."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nb_refactor import use_cases
from nb_refactor.adapters.ipynb import NotebookFile, UnreadableNotebook, read_notebook
from nb_refactor.adapters.report_page import Reported
from nb_refactor.cli.failure import CANNOT, FINE, NO, Failure
from nb_refactor.cli.notebook_paths import notebook_paths, shown
from nb_refactor.cli.output import print_json, print_text
from nb_refactor.cli.report_files import check_report_files, write_report_files
from nb_refactor.cli.run_display import Lines, run_display
from nb_refactor.reproduce.report import Report

if TYPE_CHECKING:
    from nb_refactor.adapters.notebook_runner import Limits

_YES = ("reproduced", "no_outputs")


@dataclass(frozen=True)
class _Order:
    """What every run is to respect."""

    at_once: asyncio.Semaphore
    limits: Limits
    kernel: str | None
    twice: bool
    display: Lines


def run(options: argparse.Namespace) -> int:
    _check_kernel(options.kernel)
    check_report_files(options)
    files: list[NotebookFile] = []
    unreadable = 0
    for path in notebook_paths(options.notebooks):
        try:
            files.append(read_notebook(path))
        except UnreadableNotebook as error:
            unreadable += 1
            print_text(f"nb-refactor: {error}", to_stderr=True)
    reported = _reported(files, options)
    write_report_files(options, reported)
    reports = [one.report for one in reported]
    if options.json:
        print_json({"version": 1, "notebooks": reports})
    else:
        for report in reports:
            print_text(_summary(report))
    if unreadable:
        return CANNOT
    return FINE if all(report.status in _YES for report in reports) else NO


def _reported(files: Sequence[NotebookFile], options: argparse.Namespace) -> list[Reported]:
    cells = sum(len(file.notebook.code_cells) for file in files)
    with run_display(cells) as display:
        try:
            reports = asyncio.run(_run_all(files, options, display))
        except asyncio.CancelledError:
            raise KeyboardInterrupt from None
    return [Reported(file.notebook, report) for file, report in zip(files, reports, strict=True)]


def _check_kernel(name: str | None) -> None:
    if name is None:
        return
    from jupyter_client.kernelspec import KernelSpecManager

    known = sorted(KernelSpecManager().find_kernel_specs())
    if name not in known:
        raise Failure(f"There is no kernel {name}; there are: {', '.join(known) or 'none'}.")


async def _run_all(
    files: Sequence[NotebookFile], options: argparse.Namespace, display: Lines
) -> list[Report]:
    from nb_refactor.adapters.notebook_runner import Limits  # slow: Jupyter comes with it

    _stop_on_terminate()
    order = _Order(
        asyncio.Semaphore(options.jobs),
        Limits(cell_seconds=options.cell_timeout, total_seconds=options.timeout),
        options.kernel,
        options.twice,
        display,
    )
    runs = [asyncio.create_task(_run_one(file, order)) for file in files]
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


async def _run_one(file: NotebookFile, order: _Order) -> Report:
    async with order.at_once:
        folder = str(file.path.absolute().parent)
        report = await use_cases.reproduce(
            shown(file.path),
            file.content,
            folder,
            kernel=order.kernel,
            limits=order.limits,
            twice=order.twice,
            on_progress=order.display.step,
        )
    order.display.finished(report)
    return report


def _summary(report: Report) -> str:
    same = sum(cell.status == "same" for cell in report.cells)
    lines = [f"{report.path}: {report.status.replace('_', ' ')} ({same} cells the same)"]
    if report.message:
        lines.append(f"  {report.message}")
    for number, cell in enumerate(report.cells, start=1):
        if cell.status in ("different", "unstable", "error"):
            lines.append(f"  cell #{number} ({cell.cell_id}): {cell.status}")
        if cell.error and cell.status == "error":
            lines.append(f"    {cell.error}")
        for difference in cell.differences:
            lines.append(f"    output {difference.output} ({difference.mime}): {difference.why}")
            lines += [f"      {line}" for line in difference.diff.splitlines()]
    return "\n".join(lines)
