"""A run in a scratch copy of the project: what it writes is gone with the copy."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from nb_refactor.adapters.fresh_kernel import (
    FreshKernel,
    KernelUnavailable,
    KernelWish,
    StartKernel,
)
from nb_refactor.adapters.run_recording import Workplace
from nb_refactor.adapters.scratch_copy import CannotCopy, scratch_copy
from nb_refactor.adapters.seen_through import seen_through
from nb_refactor.reproduce.report import Report
from nb_refactor.text import text

Run = Callable[..., Awaitable[Report]]


async def in_scratch_copy(
    run: Run, path: str, start: StartKernel, place: Workplace | None
) -> Report:
    """`run(start, place=…)` with the kernel in a copy of the project. Where there can be none, the
    report says why and nothing is run."""
    if place is None:
        return _refused(path, text("A kernel elsewhere cannot run in a scratch copy."))
    try:
        async with _copied(place.folder) as workplace:
            return await run(_going_to(start, workplace), place=workplace)
    except CannotCopy as problem:
        return _refused(path, problem.sentence)


@asynccontextmanager
async def _copied(folder: Path) -> AsyncIterator[Workplace]:
    """The copy is made and removed in a thread, and removed also where the one who waits for it is
    cancelled meanwhile."""
    copy = scratch_copy(folder)
    copying = asyncio.ensure_future(asyncio.to_thread(copy.__enter__))
    try:
        yield await asyncio.shield(copying)
    finally:
        await asyncio.wait({copying})
        if copying.exception() is None:
            await seen_through(asyncio.to_thread(copy.__exit__, None, None, None))


def _going_to(start: StartKernel, place: Workplace) -> StartKernel:
    async def begin(wish: KernelWish) -> FreshKernel:
        kernel = await start(wish)
        if kernel.language != "python":
            await kernel.stop(True)
            raise KernelUnavailable(text("Only Python kernels can run in a scratch copy."))
        return replace(kernel, goes_to=place.running)

    return begin


def _refused(path: str, message: str) -> Report:
    return Report(path, "error", 0.0, "", (), message)
