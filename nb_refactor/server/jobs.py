"""What this server was asked for and takes its time: queued, followed, cancelled, ended with the
server. It belongs to the server, not to the browser tab that asked."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec

from nb_refactor.server.messages import RunResponse, UnitTestsResponse, VerifyResponse
from nb_refactor.text import Problem, text

Response = TypeVar("Response", RunResponse, VerifyResponse, UnitTestsResponse)
Changes = Mapping[str, object]


class TooManyJobs(Problem):
    """The queue is full; the text is one sentence."""


@dataclass
class Job(Generic[Response]):
    """One of them, and how it stands."""

    response: Response
    task: asyncio.Task[None] | None = None

    @property
    def is_over(self) -> bool:
        return self.response.state not in ("queued", "running")

    def update(self, **changes: object) -> None:
        self.response = msgspec.structs.replace(self.response, **changes)


AnyJob = TypeVar("AnyJob", bound=Job[Any])


@dataclass(frozen=True)
class Limits:
    """How many jobs go on at a time, how many may wait, and how many that are over are kept."""

    at_once: int
    waiting: int
    kept: int


def new_id() -> str:
    return uuid.uuid4().hex


class Jobs(Generic[AnyJob]):
    """Jobs of one kind, called `name` (a noun) in the log; those that wait do so in order. `tell`
    is called at each step of one."""

    def __init__(
        self, name: str, limits: Limits, tell: Callable[[AnyJob], None] | None = None
    ) -> None:
        self._name = name
        self._limits = limits
        self._tell = tell
        self._turn = asyncio.Semaphore(limits.at_once)
        self._jobs: dict[str, AnyJob] = {}

    def __iter__(self) -> Iterator[AnyJob]:
        """The jobs that are known, in their order."""
        return iter(list(self._jobs.values()))

    def admit(self) -> None:
        """Raises TooManyJobs where no other may wait; forgets the oldest that are over."""
        waiting = self._limits.waiting
        if sum(job.response.state == "queued" for job in self) >= waiting:
            told = text("{waiting} runs are waiting already: cancel one, or wait.", waiting=waiting)
            raise TooManyJobs(told)
        over = [run_id for run_id, job in self._jobs.items() if job.task and job.task.done()]
        for run_id in over[: max(0, len(over) - self._limits.kept + 1)]:
            del self._jobs[run_id]

    def start(self, job: AnyJob, work: Callable[[], Awaitable[Changes]]) -> str:
        """Queue a job; answers its id. `work` does it, and answers what its response gains."""
        self._jobs[job.response.run_id] = job
        job.task = asyncio.create_task(self._carry_out(job, work))
        return job.response.run_id

    def get(self, run_id: str) -> AnyJob | None:
        """`None` for an id that is not known (any more)."""
        return self._jobs.get(run_id)

    def update(self, job: AnyJob, **changes: object) -> None:
        job.update(**changes)
        if self._tell is not None:
            self._tell(job)

    async def cancel(self, run_id: str) -> AnyJob | None:
        """Stop the job and its kernels; of one that is over nothing changes."""
        job = self._jobs.get(run_id)
        if job is None:
            return None
        if job.task is not None and not job.task.done():
            job.task.cancel()
            await asyncio.wait([job.task])
        if not job.is_over:  # cancelled before its first step
            self.update(job, state="cancelled")
        return job

    async def close(self) -> None:
        """Stop all of them."""
        await asyncio.gather(*(self.cancel(run_id) for run_id in list(self._jobs)))

    async def _carry_out(self, job: AnyJob, work: Callable[[], Awaitable[Changes]]) -> None:
        try:
            async with self._turn:
                self.update(job, state="running")
                gained = await work()
            self.update(job, state="finished", **gained)
        except asyncio.CancelledError:
            self.update(job, state="cancelled")
        except Exception:
            logging.getLogger(__name__).exception("A %s failed", self._name)
            message = text("It failed inside nb_refactor; the server's log says how.")
            self.update(job, state="failed", message=message)
