"""The verifications that this server was asked for: followed by who asked, cancelled, ended with
the server. They run at once, at most so many at a time."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import msgspec

from nb_refactor.reproduce.verification import Verification
from nb_refactor.server.messages import VerifyResponse
from nb_refactor.server.runs import TooManyRuns

Work = Callable[[Callable[[int, int], None]], Awaitable[Verification]]
KEPT = 20
AT_ONCE = 2
WAITING = 6


@dataclass
class _Entry:
    response: VerifyResponse
    task: asyncio.Task[None] | None = None


class Verifications:
    """Those under way, and the last that are over."""

    def __init__(self) -> None:
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._entries: dict[str, _Entry] = {}

    def start(self, work: Work) -> str:
        """Begin one; answers its id. `work` does it, and calls what it is given at each step.
        Raises TooManyRuns."""
        running = [each for each in self._entries.values() if each.task and not each.task.done()]
        if len(running) >= AT_ONCE + WAITING:
            raise TooManyRuns("Too many verifications are going on already: cancel one, or wait.")
        over = [name for name, each in self._entries.items() if each not in running]
        for name in over[: max(0, len(over) - KEPT + 1)]:
            del self._entries[name]
        run_id = uuid.uuid4().hex
        entry = _Entry(VerifyResponse(run_id, "queued", 0, 0))
        self._entries[run_id] = entry
        entry.task = asyncio.create_task(self._carry_out(entry, work))
        return run_id

    def get(self, run_id: str) -> VerifyResponse | None:
        entry = self._entries.get(run_id)
        return entry.response if entry else None

    async def cancel(self, run_id: str) -> VerifyResponse | None:
        """Stop it and its kernels; of one that is over nothing changes."""
        entry = self._entries.get(run_id)
        if entry is None:
            return None
        if entry.task is not None and not entry.task.done():
            entry.task.cancel()
            await asyncio.wait([entry.task])
        if entry.response.state in ("queued", "running"):  # cancelled before its first step
            self._update(entry, state="cancelled")
        return entry.response

    async def close(self) -> None:
        await asyncio.gather(*(self.cancel(run_id) for run_id in list(self._entries)))

    async def _carry_out(self, entry: _Entry, work: Work) -> None:
        def on_progress(done: int, total: int) -> None:
            self._update(entry, done=done, total=total)

        try:
            async with self._turn:
                self._update(entry, state="running")
                verification = await work(on_progress)
            self._update(entry, state="finished", verification=verification)
        except asyncio.CancelledError:
            self._update(entry, state="cancelled")
        except Exception:
            logging.getLogger(__name__).exception("A verification failed")
            message = "The verification failed inside nb_refactor; the server's log says how."
            self._update(entry, state="failed", message=message)

    def _update(self, entry: _Entry, **changes: object) -> None:
        entry.response = msgspec.structs.replace(entry.response, **changes)
