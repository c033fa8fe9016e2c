"""`nb-refactor reproduce`: run from top to bottom, compare with the saved outputs."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from importlib.util import find_spec

from nb_refactor.adapters.ipynb import NotebookFile, UnreadableNotebook, read_notebook
from nb_refactor.adapters.report_page import Reported
from nb_refactor.adapters.run_limits import Limits
from nb_refactor.cli.failure import CANNOT, FINE, NO, Failure
from nb_refactor.cli.local_runs import run_here
from nb_refactor.cli.notebook_paths import notebook_paths, shown
from nb_refactor.cli.output import print_json, print_text
from nb_refactor.cli.report_files import check_report_files, write_report_files
from nb_refactor.cli.run_display import run_display
from nb_refactor.cli.run_order import RunOrder
from nb_refactor.cli.run_summary import run_summary

_YES = ("reproduced", "no_outputs")


def run(options: argparse.Namespace) -> int:
    _check_dask(options.dask)
    if options.dask is None:  # the workers have kernels of their own
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
            print_text(run_summary(report))
    if unreadable:
        return CANNOT
    return FINE if all(report.status in _YES for report in reports) else NO


def _reported(files: Sequence[NotebookFile], options: argparse.Namespace) -> list[Reported]:
    sources = {
        shown(file.path): [cell.source for cell in file.notebook.code_cells] for file in files
    }
    order = _order(options)
    with run_display(sources, options.jobs) as display:
        if options.dask is None:
            reports = run_here(files, order, options.jobs, display)
        else:
            from nb_refactor.cli.dask_runs import run_on_dask

            reports = run_on_dask(files, order, options.dask, display)
    return [Reported(file.notebook, report) for file, report in zip(files, reports, strict=True)]


def _order(options: argparse.Namespace) -> RunOrder:
    limits = Limits(cell_seconds=options.cell_timeout, total_seconds=options.timeout)
    return RunOrder(limits, options.kernel, options.twice, options.scratch, options.tolerance)


def _check_dask(address: str | None) -> None:
    if address is not None and find_spec("distributed") is None:
        raise Failure("--dask takes the package distributed: pip install 'nb_refactor[dask]'.")


def _check_kernel(name: str | None) -> None:
    if name is None:
        return
    from jupyter_client.kernelspec import KernelSpecManager

    known = sorted(KernelSpecManager().find_kernel_specs())
    if name not in known:
        raise Failure(f"There is no kernel {name}; there are: {', '.join(known) or 'none'}.")
