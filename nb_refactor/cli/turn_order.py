"""In which order several notebooks are run."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from nb_refactor.adapters.ipynb import NotebookFile

if TYPE_CHECKING:
    from nb_refactor.adapters.run_times import RunTimes

_USUAL_SECONDS = 0.2  # of a cell that nothing is known of
_STARTED, _ENDED = "iopub.execute_input", "shell.execute_reply"


def longest_first(files: Sequence[NotebookFile], times: RunTimes) -> list[int]:
    """The places of the files, so that what takes longest begins first: at the end no long one is
    left that the others are waited with for."""
    seconds = [_seconds(file, times) for file in files]
    return sorted(range(len(files)), key=lambda place: -seconds[place])


def _seconds(file: NotebookFile, times: RunTimes) -> float:
    """About how long a notebook will run: as long as in earlier runs, or when it was saved."""
    sources = [cell.source for cell in file.notebook.code_cells]
    known = times.left(sources, 0)
    if known is not None:
        return known
    return max(sum(_saved_seconds(file.content)), _USUAL_SECONDS * len(sources))


def _saved_seconds(content: Mapping[str, Any]) -> Iterator[float]:
    """What JupyterLab noted in the cells, where it is told to note times."""
    for cell in content.get("cells") or ():
        noted = (cell.get("metadata") or {}).get("execution") or {}
        try:
            began, ended = (
                datetime.datetime.fromisoformat(str(noted[key]).replace("Z", "+00:00"))
                for key in (_STARTED, _ENDED)
            )
            yield max(0.0, (ended - began).total_seconds())
        except (KeyError, ValueError, TypeError):
            continue
