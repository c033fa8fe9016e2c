"""Runs a notebook from top to bottom in a fresh kernel and compares it with its saved outputs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from nb_refactor.reproduce.report import Report
from nb_refactor.reproduce.tolerance import Tolerance


@dataclass(frozen=True)
class FreshKernel:
    """A kernel that nobody else uses. `name` is its kernelspec, `manager` its kernel manager
    (jupyter_client's, or a gateway's), `stop` ends it (`now`: without asking it first). `note` is
    a sentence when it is not the kernel that the notebook asks for."""

    name: str
    manager: Any
    stop: Callable[[bool], Awaitable[None]]
    note: str = ""


class KernelUnavailable(Exception):
    """No kernel can be started for this notebook; the text is a sentence for people."""


@dataclass(frozen=True)
class KernelWish:
    """Which kernel a run asks for: its kernelspec `name` (`None`: the default one), the language
    (lower case, empty when the notebook does not say), and whether nothing else will do."""

    name: str | None
    language: str
    required: bool


StartKernel = Callable[[KernelWish], Awaitable[FreshKernel]]


def server_kernels(kernels: Any, path: str) -> StartKernel:
    """Kernels from a Jupyter server's own mapping kernel manager, so that its kernelspecs, its
    remote kernels and its limits hold. `path` is the notebook's API path: the kernel works in
    its folder."""
    raise NotImplementedError


def local_kernels(folder: str) -> StartKernel:
    """Kernels of this machine, for the command line; they work in `folder`."""
    raise NotImplementedError


@dataclass(frozen=True)
class Limits:
    """Where a run ends on its own. Seconds for one cell, for the whole run and for the kernel's
    start (`None`: no limit). `output_bytes` of each cell are kept, the rest is dropped and told;
    a cell that goes on to write ten times as much again is stopped."""

    cell_seconds: float | None = None
    total_seconds: float | None = None
    start_seconds: float = 60.0
    output_bytes: int = 10_000_000


@dataclass(frozen=True)
class Progress:
    """Where a run stands: `done` of `total` code cells, the id of the cell now `running`, and the
    report so far (cells not reached yet are `not_run`)."""

    done: int
    total: int
    running: str | None
    report: Report


async def reproduce_notebook(
    content: dict[str, Any],
    start_kernel: StartKernel,
    *,
    path: str,
    kernel: str | None = None,
    limits: Limits | None = None,
    tolerance: Tolerance | None = None,
    twice: bool = False,
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
    - `on_progress` is called in the event loop, when a cell starts and when it is finished; it
      must return quickly. `progress.report` is what a client that asks meanwhile can be shown.

    Outcomes, none of which raises: a cell that raises an error which its saved output does not
    show is `error`, the run stops there and the rest is `not_run` (later results would rest on
    a half-run cell); an error that is saved as well, or a tag `raises-exception`, lets the run go
    on. Time limits give `timeout`, a dead kernel `died`, no kernel to be had `error` with a
    `message`. `asyncio.CancelledError` goes through, after the kernel was stopped: cancel the
    task to cancel the run. In every case no kernel is left running.
    """
    raise NotImplementedError
