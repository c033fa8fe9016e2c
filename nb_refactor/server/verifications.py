"""The verifications that this server was asked for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from nb_refactor.reproduce.verification import Verification
from nb_refactor.server.jobs import Changes, Job, Jobs, Limits, new_id
from nb_refactor.server.messages import VerifyResponse

Work = Callable[[Callable[[int, int], None]], Awaitable[Verification]]
LIMITS = Limits(at_once=2, waiting=6, kept=20)


class Verifications:
    """Those under way, and the last that are over."""

    def __init__(self) -> None:
        self._jobs: Jobs[Job[VerifyResponse]] = Jobs("verification", LIMITS)

    def start(self, work: Work) -> str:
        """Begin one; answers its id. `work` does it, and calls what it is given at each step.
        Raises TooManyJobs."""
        self._jobs.admit()
        job = Job(VerifyResponse(new_id(), "queued", 0, 0))

        def on_progress(done: int, total: int) -> None:
            self._jobs.update(job, done=done, total=total)

        async def carried_out() -> Changes:
            return {"verification": await work(on_progress)}

        return self._jobs.start(job, carried_out)

    def get(self, run_id: str) -> VerifyResponse | None:
        job = self._jobs.get(run_id)
        return job.response if job else None

    async def cancel(self, run_id: str) -> VerifyResponse | None:
        """Stop it and its kernels; of one that is over nothing changes."""
        job = await self._jobs.cancel(run_id)
        return job.response if job else None

    async def close(self) -> None:
        await self._jobs.close()
