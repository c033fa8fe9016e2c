"""Work that is waited for to its end, also by who is cancelled meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any


async def seen_through(work: Coroutine[Any, Any, object]) -> None:
    """Do the work whatever happens. `asyncio.shield` alone lets a cancelled caller go on at once,
    and a loop that then ends leaves the work half done; here the cancellation is raised when the
    work is over."""
    doing = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not doing.done():
        try:
            await asyncio.wait({doing})
        except asyncio.CancelledError as problem:
            cancelled = problem
    if cancelled is not None:
        doing.exception()  # taken note of: the cancellation is what is raised
        raise cancelled
    doing.result()
