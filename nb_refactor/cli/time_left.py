"""How long the runs of `reproduce` still take, from what their cells took before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nb_refactor.adapters.run_times import RunTimes


class TimeLeft:
    """The estimate for notebooks (by path, the sources of their code cells) of which `at_once` run
    at a time."""

    def __init__(
        self, notebooks: Mapping[str, Sequence[str]], at_once: int, times: RunTimes
    ) -> None:
        self._notebooks = notebooks
        self._at_once = at_once
        self._times = times
        self._left = {path: times.left(sources, 0) for path, sources in notebooks.items()}

    def step(self, path: str, done: int) -> None:
        """So many cells of the notebook have run."""
        self._left[path] = self._times.left(self._notebooks[path], done)

    def finished(self, path: str) -> None:
        self._left[path] = 0.0

    def seconds(self) -> float | None:
        """The seconds left of all, `None` where a notebook is not known well enough."""
        known = [left for left in self._left.values() if left is not None]
        if len(known) < len(self._left):
            return None
        return max([*known, sum(known) / self._at_once], default=0.0)
