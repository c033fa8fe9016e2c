"""Fresh runs for a change that is looked at: verifications of it, and runs that record its unit
tests."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Generic, TypeVar

from nb_refactor.server.jobs import Changes, Job, Jobs, Limits, new_id
from nb_refactor.server.messages import UnitTestsResponse, VerifyResponse

Response = TypeVar("Response", VerifyResponse, UnitTestsResponse)
Work = Callable[[Callable[[int, int], None]], Awaitable[Any]]
LIMITS = Limits(at_once=2, waiting=6, kept=20)


class ChangeRuns(Generic[Response]):
    """Those under way, and the last that are over. `name` (a noun) is what the log calls one, and
    `gains` the field of its response that its work fills."""

    def __init__(self, name: str, response: type[Response], gains: str) -> None:
        self._response: Callable[..., Response] = response
        self._gains = gains
        self._jobs: Jobs[Job[Response]] = Jobs(name, LIMITS)

    def start(self, work: Work) -> str:
        """Begin one; answers its id. `work` does it, and calls what it is given at each step.
        Raises TooManyJobs."""
        self._jobs.admit()
        job = Job(self._response(new_id(), "queued", 0, 0))

        def on_progress(done: int, total: int) -> None:
            self._jobs.update(job, done=done, total=total)

        async def carried_out() -> Changes:
            return {self._gains: await work(on_progress)}

        return self._jobs.start(job, carried_out)

    def get(self, run_id: str) -> Response | None:
        job = self._jobs.get(run_id)
        return job.response if job else None

    async def cancel(self, run_id: str) -> Response | None:
        """Stop it and its kernels; of one that is over nothing changes."""
        job = await self._jobs.cancel(run_id)
        return job.response if job else None

    async def close(self) -> None:
        await self._jobs.close()


def verifications() -> ChangeRuns[VerifyResponse]:
    return ChangeRuns("verification", VerifyResponse, "verification")


def unit_test_runs() -> ChangeRuns[UnitTestsResponse]:
    return ChangeRuns("run for unit tests", UnitTestsResponse, "unit_tests")
