"""The runs of notebooks that this server was asked for: queued, followed, cancelled, ended with
the server. They belong to the server, not to the browser tab that asked."""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import msgspec

from nb_refactor.adapters.notebook_runner import Progress
from nb_refactor.adapters.run_times import RunTimes
from nb_refactor.notebook import Notebook
from nb_refactor.reproduce.outcome import CellRun
from nb_refactor.reproduce.report import Report
from nb_refactor.server.messages import RunEvent, RunResponse, RunsResponse, RunSummary

Work = Callable[[Callable[[Progress], None]], Awaitable[Report]]
KEPT = 50
WAITING = 20


class TooManyRuns(Exception):
    """The queue is full; the text is one sentence."""


@dataclass(frozen=True)
class Ran:
    """A run with what it was made of: the document, and what its cells gave (by their ids)."""

    notebook: Notebook
    report: Report
    fresh: Mapping[str, CellRun] | None


@dataclass
class _Run:
    path: str
    notebook: Notebook
    response: RunResponse
    task: asyncio.Task[None] | None = None
    fresh: Mapping[str, CellRun] | None = None
    cell_began: float = 0.0


class Runs:
    """`at_once` runs go on at a time, the others wait in order. `tell` is called with an event at
    each step. The last finished runs stay to be asked for. `times` are those of earlier runs."""

    def __init__(self, at_once: int, tell: Callable[[RunEvent], None], times: RunTimes) -> None:
        self._turn = asyncio.Semaphore(at_once)
        self._tell = tell
        self._times = times
        self._runs: dict[str, _Run] = {}

    def start(self, path: str, work: Work, notebook: Notebook) -> str:
        """Queue a run of the notebook at `path`; answers the run's id. `work` does it, and calls
        what it is given at each step. Raises TooManyRuns."""
        if sum(run.response.state == "queued" for run in self._runs.values()) >= WAITING:
            raise TooManyRuns(f"{WAITING} runs are waiting already: cancel one, or wait.")
        self._forget_old()
        run_id = uuid.uuid4().hex
        for old in self._runs.values():
            if old.path == path:
                old.fresh = None  # outputs take room: those of the last run are enough
        total = len(notebook.code_cells)
        run = _Run(path, notebook, RunResponse(run_id, "queued", 0, total))
        self._runs[run_id] = run
        run.task = asyncio.create_task(self._carry_out(run, work))
        return run_id

    def get(self, run_id: str) -> RunResponse | None:
        """How the run stands; `None` for an id that is not known (any more)."""
        run = self._runs.get(run_id)
        return msgspec.structs.replace(run.response, seconds_left=self._left(run)) if run else None

    def under_way(self, path: str | None) -> RunsResponse:
        """The runs that wait or go on, of the notebook at this path or of all."""
        found = (
            RunSummary(run.response.run_id, run.path, run.response.state)
            for run in self._runs.values()
            if run.response.state in ("queued", "running") and path in (None, run.path)
        )
        return RunsResponse(tuple(found))

    def _left(self, run: _Run) -> float | None:
        """How long the run still takes, if its cells were run before."""
        if run.response.state not in ("queued", "running"):
            return None
        sources = [cell.source for cell in run.notebook.code_cells]
        done = min(run.response.done, len(sources))
        running_for = time.monotonic() - run.cell_began if run.response.running else 0.0
        return self._times.left(sources, done, running_for)

    def ran(self, run_id: str) -> Ran | None:
        """What the run gave so far; `None` where it is not known or has not begun."""
        run = self._runs.get(run_id)
        if run is None or run.response.report is None:
            return None
        return Ran(run.notebook, run.response.report, run.fresh)

    async def cancel(self, run_id: str) -> RunResponse | None:
        """Stop the run and its kernel; of a run that is over nothing changes."""
        run = self._runs.get(run_id)
        if run is None:
            return None
        if run.task is not None and not run.task.done():
            run.task.cancel()
            await asyncio.wait([run.task])
        if run.response.state in ("queued", "running"):  # cancelled before its first step
            self._update(run, state="cancelled", running=None)
        return run.response

    async def close(self) -> None:
        """Stop all runs and their kernels."""
        await asyncio.gather(*(self.cancel(run_id) for run_id in list(self._runs)))

    async def _carry_out(self, run: _Run, work: Work) -> None:
        def on_progress(progress: Progress) -> None:
            run.fresh = progress.fresh if self._is_last(run) else None
            run.cell_began = time.monotonic()
            self._update(
                run,
                done=progress.done,
                total=progress.total,
                running=progress.running,
                report=progress.report,
            )

        try:
            async with self._turn:
                self._update(run, state="running")
                report = await work(on_progress)
            sources = [cell.source for cell in run.notebook.code_cells]
            await asyncio.to_thread(self._times.learn, sources, report)
            done = run.response.total
            self._update(run, state="finished", done=done, running=None, report=report)
        except asyncio.CancelledError:
            self._update(run, state="cancelled", running=None)
        except Exception:
            logging.getLogger(__name__).exception("A run of %s failed", run.path)
            message = "The run failed inside nb_refactor; the server's log says how."
            self._update(run, state="failed", running=None, message=message)

    def _update(self, run: _Run, **changes: object) -> None:
        run.response = msgspec.structs.replace(run.response, **changes)
        now = run.response
        self._tell(RunEvent(now.run_id, run.path, now.state, now.done, now.total, now.running))

    def _is_last(self, run: _Run) -> bool:
        return run is [each for each in self._runs.values() if each.path == run.path][-1]

    def _forget_old(self) -> None:
        over = [name for name, run in self._runs.items() if run.task and run.task.done()]
        for name in over[: max(0, len(over) - KEPT + 1)]:
            del self._runs[name]
