"""A kernel that is started before it is needed."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from nb_refactor.adapters.fresh_kernel import FreshKernel, KernelWish, StartKernel
from nb_refactor.adapters.seen_through import seen_through


class KernelAhead:
    """A kernel whose start begins at once. Called as a `StartKernel` with the wish that it was
    started for, it answers that kernel, once; else it starts another. `close` ends what nobody
    took."""

    def __init__(self, start: StartKernel, wish: KernelWish) -> None:
        self._start = start
        self._wish = wish
        self._starting: asyncio.Future[FreshKernel] | None = asyncio.ensure_future(start(wish))

    async def __call__(self, wish: KernelWish) -> FreshKernel:
        starting, self._starting = self._starting, None
        if starting is None or wish != self._wish:
            await _ended(starting)
            return await self._start(wish)
        try:
            kernel = await asyncio.shield(starting)
        except asyncio.CancelledError:
            await seen_through(_ended(starting))
            raise
        if await _is_alive(kernel):
            return kernel
        await kernel.stop(True)
        return await self._start(wish)

    async def begun(self) -> None:
        """Settles when its process has been started, or cannot be."""
        if self._starting is not None:
            await asyncio.wait({self._starting})

    async def close(self) -> None:
        starting, self._starting = self._starting, None
        await _ended(starting)


async def _ended(starting: asyncio.Future[FreshKernel] | None) -> None:
    if starting is not None:
        with suppress(Exception):
            kernel = await starting
            await kernel.stop(True)


async def _is_alive(kernel: FreshKernel) -> bool:
    from jupyter_core.utils import ensure_async

    return bool(await ensure_async(kernel.manager.is_alive()))
