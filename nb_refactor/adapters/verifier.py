"""Runs both versions of a changed notebook top to bottom in fresh kernels, and compares them."""

from __future__ import annotations

import asyncio
import datetime
import re
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import msgspec

from nb_refactor.adapters.changed_notebook import Placed, changed_content, redirecting
from nb_refactor.adapters.fresh_kernel import KernelUnavailable, StartKernel
from nb_refactor.adapters.kernel_text import answer_of, evaluated, text_answer_of
from nb_refactor.adapters.notebook_runner import Limits, connected, run_cell, started_kernel
from nb_refactor.adapters.run_course import Document, notebook_nodes
from nb_refactor.change import CellEdit, FileEdit
from nb_refactor.reproduce.compare import is_skipped
from nb_refactor.reproduce.outcome import CellRun, SavedCell, stop_after
from nb_refactor.reproduce.tolerance import Tolerance
from nb_refactor.reproduce.variables import Expected, Fingerprints
from nb_refactor.reproduce.verification import (
    Change,
    Verification,
    WholeRun,
    needs_second_runs,
    verified,
)
from nb_refactor.text import text

_FINGERPRINT_SECONDS = 60.0
# Code that may change what is outside the kernel: two such runs at a time would meet there.
_MAY_WRITE = re.compile(
    r"^\s*[!%](?!matplotlib|time|config|load_ext)|\bopen\(|\.to_\w+\(|\bsave\w*\(|\bwrite\w*\(|"
    r"\bdump\w*\(|mkdir|makedirs|remove|unlink|rename|shutil|subprocess|os\.system|connect\(|"
    r"urlretrieve|download",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Versions:
    """The notebook's nbformat JSON (cells with ids) before the change, and the change."""

    content: dict[str, Any]
    cells: tuple[CellEdit, ...]
    files: tuple[FileEdit, ...]
    placed: Placed
    expected: Expected


async def verify_change(
    versions: Versions,
    start_kernel: StartKernel,
    *,
    kernel: str | None = None,
    limits: Limits | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> Verification:
    """Run the original and the changed notebook, each in a fresh kernel, at the same time where
    neither writes anything; where they differ both run once more, to tell what differs from
    itself. No file is written by us, and no kernel is left running. `on_progress` is called with
    how many cells have run, and how many there are to run."""
    began = time.monotonic()
    document = Document.read(versions.content)
    counter = _Counter(len(document.cells), on_progress)
    job = _Job(versions, start_kernel, kernel, limits or Limits(), counter)
    change = Change(
        tuple(cell.cell_id for cell in document.cells), versions.cells, versions.expected
    )
    how = Tolerance(today=datetime.date.today())
    try:
        old, new = await _both(job)
        before, after = [old], [new]
        if await asyncio.to_thread(needs_second_runs, old, new, change, how):
            counter.begin_again()
            old, new = await _both(job)
            before, after = [*before, old], [*after, new]
    except KernelUnavailable as problem:
        return Verification(False, problem.sentence, seconds=time.monotonic() - began)
    answer = await asyncio.to_thread(verified, before, after, change, how)
    notes = (*answer.notes, *job.notes)
    return msgspec.structs.replace(answer, notes=notes, seconds=time.monotonic() - began)


class _Counter:
    """How many cells have run, of those that are to run."""

    def __init__(self, cells: int, tell: Callable[[int, int], None] | None) -> None:
        self._done, self._total, self._round = 0, 2 * cells, 2 * cells
        self._tell = tell or (lambda done, total: None)

    def step(self) -> None:
        self._done = min(self._done + 1, self._total)
        self._tell(self._done, self._total)

    def begin_again(self) -> None:
        self._done, self._total = self._round, 2 * self._round


class _Job:
    """What the runs of one verification need, and what they found out beside their results."""

    def __init__(
        self,
        versions: Versions,
        start_kernel: StartKernel,
        kernel: str | None,
        limits: Limits,
        counter: _Counter,
    ) -> None:
        self.versions = versions
        self.start_kernel = start_kernel
        self.kernel = kernel
        self.limits = limits
        self.counter = counter
        self.notes: tuple[str, ...] = ()


async def _both(job: _Job) -> tuple[WholeRun, WholeRun]:
    """One run of either version."""
    original = job.versions.content
    changed = changed_content(original, job.versions.cells)
    sources = "\n".join(cell.source for cell in Document.read(original).cells)
    after = sources + "".join(edit.after or "" for edit in job.versions.files)
    if _MAY_WRITE.search(after):
        return await _run(job, original, False), await _run(job, changed, True)
    runs = [
        asyncio.ensure_future(_run(job, original, False)),
        asyncio.ensure_future(_run(job, changed, True)),
    ]
    try:
        old, new = await asyncio.gather(*runs)
    finally:
        for run in runs:
            run.cancel()
        await asyncio.wait(runs)
    return old, new


async def _run(job: _Job, content: dict[str, Any], is_changed: bool) -> WholeRun:
    document = Document.read(content)
    nodes = notebook_nodes(content)
    wish = document.wish(job.kernel)
    kernel = await started_kernel(job.start_kernel, wish, job.limits.start_seconds)
    async with connected(kernel, nodes, job.limits) as client:
        if is_changed:
            redirection = redirecting(job.versions.files, job.versions.placed)
            await answer_of(client, redirection, _FINGERPRINT_SECONDS)
        runs, stopped = await _cells(client, document.cells, job)
        if client.was_abandoned:
            return WholeRun(runs, None, stopped)
        variables = await _fingerprints(client)
        if is_changed:
            await _look_for_help(client, job)
        return WholeRun(runs, variables, stopped)


async def _cells(
    client: Any, cells: Sequence[SavedCell], job: _Job
) -> tuple[dict[str, CellRun], str | None]:
    runs: dict[str, CellRun] = {}
    limits = job.limits
    ends = time.monotonic() + limits.total_seconds if limits.total_seconds else None
    codes = [(i, cell) for i, cell in enumerate(client.nb.cells) if cell.cell_type == "code"]
    for place, (index, node) in enumerate(codes):
        saved = cells[place]
        if not is_skipped(saved.source, saved.tags):
            run = await run_cell(client, node, index, limits, ends)
            runs[saved.cell_id] = run
            stop = stop_after(saved, run)
            if stop is not None:
                return runs, text(
                    "In cell {cell_id}: {why}", cell_id=saved.cell_id, why=stop.message
                )
        job.counter.step()
    # Later cells may have updated what earlier ones show.
    for place, (_, node) in enumerate(codes):
        name = cells[place].cell_id
        if name in runs:
            runs[name] = CellRun(
                tuple(node.outputs), runs[name].seconds, runs[name].raised, runs[name].dropped
            )
    return runs, None


# ---- what is evaluated in the kernels ---------------------------------------------------------


async def _look_for_help(client: Any, job: _Job) -> None:
    placed = job.versions.placed
    helped = evaluated("redirect_side", f"helped({str(placed.import_folder)!r})")
    if await answer_of(client, helped, _FINGERPRINT_SECONDS) == "True":
        package = min(placed.modules, key=len).split(".")[0]
        note = text(
            "A fresh kernel cannot import `{package}` yet: install the repository with "
            "`pip install -e`, or a fresh run will stop there.",
            package=package,
        )
        job.notes = (note,)


async def _fingerprints(client: Any) -> Fingerprints | None:
    expression = evaluated("fingerprint_side", "told(notebook)")
    answer = await text_answer_of(client, expression, _FINGERPRINT_SECONDS)
    if answer is None:
        return None
    with suppress(msgspec.MsgspecError):
        return msgspec.json.decode(answer.encode(), type=Fingerprints)
    return None
