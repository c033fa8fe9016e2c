"""How far a reproduction has come: the document's cells, and what they did in a fresh run."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import nbformat

from nb_refactor.adapters.fresh_kernel import KernelWish, wish_of
from nb_refactor.reproduce.compare import shows_something
from nb_refactor.reproduce.dependencies import Dependencies
from nb_refactor.reproduce.outcome import (
    SKIPPED,
    CellRun,
    SavedCell,
    Stop,
    judge,
    judge_again,
    not_run,
    stop_after,
)
from nb_refactor.reproduce.output import joined
from nb_refactor.reproduce.report import CellOutcome, Report
from nb_refactor.reproduce.tolerance import Tolerance
from nb_refactor.reproduce.verdict import summary, verdict_of
from nb_refactor.text import joined as joined_texts


@dataclass(frozen=True)
class Progress:
    """Where a run stands: `done` of `total` code cells, the id of the cell now `running`, and the
    report so far (cells not reached yet are `not_run`). `fresh` is what the cells gave in the first
    fresh run, by their ids; it grows with the run."""

    done: int
    total: int
    running: str | None
    report: Report
    fresh: Mapping[str, CellRun]


@dataclass(frozen=True)
class Document:
    """The notebook's code cells with their saved outputs, and what its metadata say of its
    kernel."""

    cells: tuple[SavedCell, ...]
    own_wish: KernelWish

    @classmethod
    def read(cls, content: dict[str, Any]) -> Document:
        notebook = notebook_nodes(content)
        codes = (cell for cell in notebook.cells if cell.cell_type == "code")
        cells = tuple(_saved_cell(cell, n) for n, cell in enumerate(codes, 1))
        return cls(cells, wish_of(notebook.get("metadata") or {}, None))

    def wish(self, kernel: str | None) -> KernelWish:
        """The kernel to start: `kernel` where it must be that one, else the notebook's own."""
        own = self.own_wish
        return KernelWish(kernel or own.name, own.language, kernel is not None)

    @property
    def has_saved(self) -> bool:
        return any(shows_something(cell.outputs) for cell in self.cells)


class Course:
    """How far a reproduction has come: it takes in what the cells did and answers reports."""

    def __init__(
        self,
        document: Document,
        path: str,
        tolerance: Tolerance,
        on_progress: Callable[[Progress], None] | None,
        runs: int,
    ) -> None:
        self.document = document
        self.kernel = document.own_wish.name or ""
        self.stop: Stop | None = None
        self.note = ""
        self.dependencies: Dependencies | None = None
        self._path = path
        self._tolerance = tolerance
        self._on_progress = on_progress
        self._runs = runs
        self._started = time.monotonic()
        self._done = 0
        self._is_second = False
        self._outcomes = [not_run(cell) for cell in document.cells]
        self._first: dict[int, tuple[CellOutcome, CellRun]] = {}
        self._fresh: dict[str, CellRun] = {}

    @property
    def is_second(self) -> bool:
        """Is it the second fresh run that goes on?"""
        return self._is_second

    @property
    def has_differences(self) -> bool:
        return any(outcome.status == "different" for outcome in self._outcomes)

    def begin_again(self) -> None:
        """From now on a second fresh run is reported."""
        self._is_second = True
        self._done = len(self.document.cells)

    def cannot_start(self, message: str) -> None:
        if not self._is_second:
            self.stop = Stop("error", message)

    def started(self, place: int) -> None:
        self._tell(self.document.cells[place].cell_id)

    def passed_over(self, place: int) -> None:
        self._outcomes[place] = not_run(self.document.cells[place], SKIPPED)
        self._done += 1
        self._tell(None)

    async def finished(self, place: int, run: CellRun) -> Stop | None:
        """Take in what a cell did; answers why the run must stop here, if it must."""
        stop = stop_after(self.document.cells[place], run)
        if not self._is_second:
            self.stop = stop
        await self.updated(place, run)
        self._done += 1
        self._tell(None)
        return stop

    async def updated(self, place: int, run: CellRun) -> None:
        """Judge a cell by what it shows now: later cells can update an earlier one's displays."""
        if not self._is_second:
            self._fresh[self.document.cells[place].cell_id] = run
        # Comparing pictures takes long enough to be felt by whoever else uses the event loop.
        self._outcomes[place] = await asyncio.to_thread(self._judged, place, run)
        if not self._is_second and self._runs > 1:
            self._first.pop(place, None)
            if self._outcomes[place].status == "different":
                self._first[place] = self._outcomes[place], run

    def _judged(self, place: int, run: CellRun) -> CellOutcome:
        if not self._is_second:
            cell, has_saved = self.document.cells[place], self.document.has_saved
            return judge(cell, run, self._tolerance, has_saved=has_saved)
        if place not in self._first:
            return self._outcomes[place]
        outcome, first = self._first[place]
        return judge_again(outcome, first, run, self._tolerance)

    def report(self) -> Report:
        verdict = self.stop.verdict if self.stop else None
        messages = (self.note, self.stop.message if self.stop else "", summary(self._outcomes))
        return Report(
            path=self._path,
            status=verdict or verdict_of(self._outcomes, has_saved=self.document.has_saved),
            seconds=time.monotonic() - self._started,
            kernel=self.kernel,
            cells=tuple(self._outcomes),
            message=joined_texts(filter(None, messages), " "),
            runs=self._done // len(self.document.cells) if self._is_second else 1,
            dependencies=self.dependencies,
        )

    def _tell(self, running: str | None) -> None:
        if self._on_progress is not None:
            total = len(self.document.cells) * self._runs
            self._on_progress(Progress(self._done, total, running, self.report(), self._fresh))


def notebook_nodes(content: dict[str, Any]) -> Any:
    """The notebook as nbclient wants it: in nbformat 4, a copy with each source in one piece."""
    if content.get("nbformat", 4) < 4:
        return nbformat.reads(json.dumps(content), as_version=4)
    notebook = nbformat.from_dict(content)
    for cell in notebook.cells:
        cell.source = joined(cell.get("source", ""))
        cell.setdefault("metadata", nbformat.NotebookNode())
    return notebook


def _saved_cell(cell: Any, number: int) -> SavedCell:
    tags: Sequence[Any] = cell.metadata.get("tags") or ()
    return SavedCell(
        cell_id=str(cell.get("id") or f"#{number}"),
        source=cell.source,
        tags=tuple(map(str, tags)),
        outputs=tuple(cell.get("outputs") or ()),
        execution_count=cell.get("execution_count"),
    )
