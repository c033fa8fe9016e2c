"""What is remembered of notebooks from one check to the next, so that an edit costs little."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager

from nb_refactor.hidden_state.memory import Memory

MOST = 8


class Memories:
    """The memories of the notebooks that were checked last, `most` at most. Each serves one check
    at a time; one that comes meanwhile waits for it, which takes less than to begin with
    nothing."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._kept: OrderedDict[str, Memory] = OrderedDict()
        self._lent: set[str] = set()
        self._returned = threading.Condition()

    @contextmanager
    def of(self, path: str) -> Iterator[Memory]:
        """The memory of the notebook at this path. A check that fails leaves none behind: it may
        be half of one thing and half of another."""
        with self._returned:
            self._returned.wait_for(lambda: path not in self._lent)
            self._lent.add(path)
            memory = self._kept.pop(path, None) or Memory()
        try:
            yield memory
            with self._returned:
                self._kept[path] = memory
                while len(self._kept) > self._most:
                    self._kept.popitem(last=False)
        finally:
            with self._returned:
                self._lent.remove(path)
                self._returned.notify_all()
