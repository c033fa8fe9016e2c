"""A kernel of a Jupyter server that is kept started, so that the next run begins at once."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from nb_refactor.adapters.fresh_kernel import (
    FreshKernel,
    KernelWish,
    StartKernel,
    are_local,
    server_kernels,
)
from nb_refactor.adapters.kernel_ahead import KernelAhead


@dataclass(frozen=True)
class _Spare:
    """A kernel that nobody has used, the folder that it was started in, and when (seconds since the
    epoch)."""

    kernel: KernelAhead
    wish: KernelWish
    folder: Path
    since: float


class WarmKernels:
    """The fresh kernels of a server's kernel manager. At most one spare is kept: for the kernelspec
    that was run last. An idle Python kernel takes about 55 MB of memory. `always`: a spare is kept
    whatever a run asks for."""

    def __init__(self, kernels: Any, always: bool) -> None:
        self._kernels = kernels
        self._always = always
        self._spare: _Spare | None = None
        self._ending: set[asyncio.Future[None]] = set()
        self._is_closed = False

    @property
    def are_here(self) -> bool:
        """Do the kernels run on this machine, and not behind a gateway?"""
        return are_local(self._kernels)

    def kernels(self, path: str, folder: Path, keep: bool) -> StartKernel:
        """What starts a fresh kernel for the notebook at this API path, which lies in `folder`:
        the spare one where it fits. When that kernel ends a new spare is started, if one is to be
        kept."""
        start = server_kernels(self._kernels, path)

        async def begin(wish: KernelWish) -> FreshKernel:
            kernel = await self._taken(wish, folder) or await start(wish)

            async def stop(now: bool) -> None:
                await kernel.stop(now)
                if keep or self._always:
                    self._keep(start, wish, folder)
                else:
                    self._end(self._spare)

            return replace(kernel, stop=stop)

        return begin

    def warm(self, path: str, folder: Path, wish: KernelWish) -> None:
        """Start a spare for the notebook at this API path, if there is none like it."""
        if self._spare is None or self._spare.wish != wish:
            self._keep(server_kernels(self._kernels, path), wish, folder)

    def cool(self) -> None:
        """End the spare."""
        self._end(self._spare)

    async def close(self) -> None:
        """End the spare; no other is started any more."""
        self._is_closed = True
        self._end(self._spare)
        await asyncio.gather(*self._ending, return_exceptions=True)

    async def _taken(self, wish: KernelWish, folder: Path) -> FreshKernel | None:
        spare = self._spare
        if spare is None or spare.wish != wish:
            return None
        self._spare = None
        kernel = await spare.kernel(wish)
        if kernel.language == "python" and self.are_here:
            kernel = replace(kernel, since=spare.since)
        if spare.folder == folder:
            return kernel
        if kernel.language == "python" and self.are_here:
            return replace(kernel, goes_to=folder)
        await kernel.stop(True)
        return None

    def _keep(self, start: StartKernel, wish: KernelWish, folder: Path) -> None:
        self._end(self._spare)
        if not self._is_closed:
            self._spare = _Spare(KernelAhead(start, wish), wish, folder, time.time())

    def _end(self, spare: _Spare | None) -> None:
        """Nobody waits for it: a run begins meanwhile."""
        self._spare = None
        if spare is not None:
            ending = asyncio.ensure_future(spare.kernel.close())
            self._ending.add(ending)
            ending.add_done_callback(self._ending.discard)
