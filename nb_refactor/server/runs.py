"""The runs of notebooks that this server was asked for, and what their cells gave."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import msgspec

from nb_refactor.adapters.notebook_runner import Progress
from nb_refactor.adapters.run_times import RunTimes
from nb_refactor.notebook import Notebook
from nb_refactor.reproduce.outcome import CellRun
from nb_refactor.reproduce.report import Report
from nb_refactor.server.jobs import Changes, Job, Jobs, Limits, new_id
from nb_refactor.server.messages import RunEvent, RunResponse, RunsResponse, RunSummary

Work = Callable[[Callable[[Progress], None]], Awaitable[Report]]
KEPT = 50
WAITING = 20


@dataclass(frozen=True)
class Ran:
    """A run with what it was made of: the document, and what its cells gave (by their ids)."""

    notebook: Notebook
    report: Report
    fresh: Mapping[str, CellRun] | None


@dataclass(kw_only=True)
class _Run(Job[RunResponse]):
    path: str
    notebook: Notebook
    fresh: Mapping[str, CellRun] | None = None
    cell_began: float = 0.0

    def update(self, **changes: object) -> None:
        super().update(**changes)
        if self.is_over:
            super().update(running=None)


class Runs:
    """`at_once` runs go on at a time, the others wait in order. `tell` is called with an event at
    each step. The last finished runs stay to be asked for. `times` are those of earlier runs."""

    def __init__(self, at_once: int, tell: Callable[[RunEvent], None], times: RunTimes) -> None:
        self._jobs: Jobs[_Run] = Jobs(
            "run", Limits(at_once, WAITING, KEPT), lambda run: tell(_event(run))
        )
        self._times = times

    def start(self, path: str, work: Work, notebook: Notebook) -> str:
        """Queue a run of the notebook at `path`; answers the run's id. `work` does it, and calls
        what it is given at each step. Raises TooManyJobs."""
        self._jobs.admit()
        for old in self._jobs:
            if old.path == path:
                old.fresh = None  # outputs take room: those of the last run are enough
        response = RunResponse(new_id(), "queued", 0, len(notebook.code_cells))
        run = _Run(response, path=path, notebook=notebook)
        return self._jobs.start(run, lambda: self._carry_out(run, work))

    def get(self, run_id: str) -> RunResponse | None:
        """How the run stands; `None` for an id that is not known (any more)."""
        run = self._jobs.get(run_id)
        return msgspec.structs.replace(run.response, seconds_left=self._left(run)) if run else None

    def under_way(self, path: str | None) -> RunsResponse:
        """The runs that wait or go on, of the notebook at this path or of all."""
        found = (
            RunSummary(run.response.run_id, run.path, run.response.state)
            for run in self._jobs
            if not run.is_over and path in (None, run.path)
        )
        return RunsResponse(tuple(found))

    def _left(self, run: _Run) -> float | None:
        """How long the run still takes, if its cells were run before."""
        if run.is_over:
            return None
        sources = [cell.source for cell in run.notebook.code_cells]
        done = min(run.response.done, len(sources))
        running_for = time.monotonic() - run.cell_began if run.response.running else 0.0
        return self._times.left(sources, done, running_for)

    def ran(self, run_id: str) -> Ran | None:
        """What the run gave so far; `None` where it is not known or has not begun."""
        run = self._jobs.get(run_id)
        if run is None or run.response.report is None:
            return None
        return Ran(run.notebook, run.response.report, run.fresh)

    async def cancel(self, run_id: str) -> RunResponse | None:
        """Stop the run and its kernel; of a run that is over nothing changes."""
        run = await self._jobs.cancel(run_id)
        return run.response if run else None

    async def close(self) -> None:
        """Stop all runs and their kernels."""
        await self._jobs.close()

    async def _carry_out(self, run: _Run, work: Work) -> Changes:
        def on_progress(progress: Progress) -> None:
            run.fresh = progress.fresh if self._is_last(run) else None
            run.cell_began = time.monotonic()
            self._jobs.update(
                run,
                done=progress.done,
                total=progress.total,
                running=progress.running,
                report=progress.report,
            )

        report = await work(on_progress)
        sources = [cell.source for cell in run.notebook.code_cells]
        await asyncio.to_thread(self._times.learn, sources, report)
        return {"done": run.response.total, "report": report}

    def _is_last(self, run: _Run) -> bool:
        return run is [each for each in self._jobs if each.path == run.path][-1]


def _event(run: _Run) -> RunEvent:
    now = run.response
    return RunEvent(now.run_id, run.path, now.state, now.done, now.total, now.running)
