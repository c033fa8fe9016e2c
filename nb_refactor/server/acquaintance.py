"""Getting to know a notebook that is looked at, once nobody changes it for a moment: who types is
not to share the processor with it."""

from __future__ import annotations

import asyncio

from nb_refactor import use_cases
from nb_refactor.notebook import Notebook

PAUSE = 0.5


class Acquaintance:
    """Plans for each notebook's path, and for each only the last; `pause` is in seconds."""

    def __init__(self, pause: float = PAUSE) -> None:
        self._pause = pause
        self._planned: dict[str, asyncio.TimerHandle] = {}

    def plan(self, path: str, notebook: Notebook) -> None:
        """Has the cells of the notebook at this path worked out after a pause, in place of what was
        planned for it. To be called on the event loop."""
        if path in self._planned:
            self._planned.pop(path).cancel()
        loop = asyncio.get_running_loop()
        self._planned[path] = loop.call_later(self._pause, self._begin, path, notebook)

    def _begin(self, path: str, notebook: Notebook) -> None:
        del self._planned[path]
        asyncio.get_running_loop().run_in_executor(None, use_cases.acquaint, notebook)
