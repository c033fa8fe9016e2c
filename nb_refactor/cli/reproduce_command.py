"""`nb-refactor reproduce`: run from top to bottom, compare with the saved outputs."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from nb_refactor import use_cases
from nb_refactor.adapters.ipynb import NotebookFile, UnreadableNotebook, read_notebook
from nb_refactor.adapters.notebook_runner import Limits
from nb_refactor.cli.failure import CANNOT, FINE, NO, Failure
from nb_refactor.cli.notebook_paths import notebook_paths, shown
from nb_refactor.cli.output import print_json, print_text
from nb_refactor.reproduce.report import Report

_YES = ("reproduced", "no_outputs")
_SIGNS = {"same": ".", "different": "D", "unstable": "U", "error": "E", "no_saved_output": "-"}


@dataclass(frozen=True)
class _Order:
    """What every run is to respect."""

    at_once: asyncio.Semaphore
    limits: Limits
    kernel: str | None
    twice: bool


def run(options: argparse.Namespace) -> int:
    _check_kernel(options.kernel)
    _check_junit(options.junit)
    files: list[NotebookFile] = []
    unreadable = 0
    for path in notebook_paths(options.notebooks):
        try:
            files.append(read_notebook(path))
        except UnreadableNotebook as error:
            unreadable += 1
            print_text(f"nb-refactor: {error}", to_stderr=True)
    try:
        reports = asyncio.run(_run_all(files, options))
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None
    if options.junit:
        _write_junit(Path(options.junit), reports)
    if options.json:
        print_json({"version": 1, "notebooks": reports})
    else:
        for report in reports:
            print_text(_summary(report))
    if unreadable:
        return CANNOT
    return FINE if all(report.status in _YES for report in reports) else NO


def _check_kernel(name: str | None) -> None:
    if name is None:
        return
    from jupyter_client.kernelspec import KernelSpecManager

    known = sorted(KernelSpecManager().find_kernel_specs())
    if name not in known:
        raise Failure(f"There is no kernel {name}; there are: {', '.join(known) or 'none'}.")


def _check_junit(name: str | None) -> None:
    """Before hours of work: can the report be written where it is wanted?"""
    if name is not None and (Path(name).is_dir() or not Path(name).absolute().parent.is_dir()):
        raise Failure(f"The JUnit report cannot be written to {name}: no such folder.")


async def _run_all(files: Sequence[NotebookFile], options: argparse.Namespace) -> list[Report]:
    _stop_on_terminate()
    order = _Order(
        asyncio.Semaphore(options.jobs),
        Limits(cell_seconds=options.cell_timeout, total_seconds=options.timeout),
        options.kernel,
        options.twice,
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
        )
    signs = "".join(_SIGNS.get(cell.status, " ") for cell in report.cells)
    progress = f"{report.path} [{signs}] {report.status.replace('_', ' ')}, {report.seconds:.1f} s"
    print_text(progress, to_stderr=True)
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


def _write_junit(path: Path, reports: Sequence[Report]) -> None:
    from nb_refactor.cli.junit import junit

    try:
        path.write_bytes(junit(reports))
    except OSError as error:
        raise Failure(f"The JUnit report {path} cannot be written: {error.strerror}.") from None
