"""How far the runs of `reproduce` have come, on standard error: a bar on a terminal, elsewhere a
line for each notebook."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from nb_refactor.cli.output import print_text
from nb_refactor.reproduce.report import Report

if TYPE_CHECKING:
    from nb_refactor.adapters.notebook_runner import Progress
    from nb_refactor.cli.time_left import TimeLeft

_SIGNS = {"same": ".", "different": "D", "unstable": "U", "error": "E", "no_saved_output": "-"}


class Lines:
    """A line for each notebook when it is finished."""

    def step(self, progress: Progress) -> None:
        """A cell began or ended."""

    def finished(self, report: Report) -> None:
        """A notebook was run to its end."""
        self._say(_line(report))

    def _say(self, line: str) -> None:
        print_text(line, to_stderr=True)


class Bar(Lines):
    """The same lines above a bar that counts the cells of all notebooks."""

    def __init__(self, bar: Any, left: TimeLeft) -> None:
        self._bar = bar
        self._left = left
        self._done: dict[str, int] = {}

    def step(self, progress: Progress) -> None:
        path = progress.report.path
        self._count(path, progress.done)
        self._left.step(path, progress.done)
        self._bar.set_postfix_str(f"left {self._time_left()}, {path}", refresh=False)
        self._bar.refresh()

    def finished(self, report: Report) -> None:
        self._count(report.path, len(report.cells))
        self._left.finished(report.path)
        super().finished(report)

    def _time_left(self) -> str:
        """From earlier runs; where there were none, from how far this one has come."""
        seconds = self._left.seconds()
        done = self._bar.format_dict
        if seconds is None and done["n"]:
            seconds = done["elapsed"] / done["n"] * (done["total"] - done["n"])
        return "?" if seconds is None else str(self._bar.format_interval(seconds))

    def _count(self, path: str, done: int) -> None:
        """Cells of a second run were counted already."""
        self._done[path] = max(done, self._done.get(path, 0))
        self._bar.n = sum(self._done.values())

    def _say(self, line: str) -> None:
        with self._bar.external_write_mode(file=sys.stderr):
            super()._say(line)


@contextmanager
def run_display(notebooks: Mapping[str, Sequence[str]], at_once: int) -> Iterator[Lines]:
    """A display for runs of notebooks (by path, the sources of their code cells), `at_once` at a
    time; the bar is gone at the end."""
    if not sys.stderr.isatty():
        yield Lines()
        return
    from tqdm import tqdm

    from nb_refactor.adapters.run_times import RunTimes
    from nb_refactor.cli.time_left import TimeLeft

    left = TimeLeft(notebooks, at_once, RunTimes())
    cells = sum(map(len, notebooks.values()))
    form = "{n_fmt}/{total_fmt} cells |{bar}| {elapsed}{postfix}"
    with tqdm(
        total=cells, leave=False, file=sys.stderr, bar_format=form, dynamic_ncols=True
    ) as bar:
        yield Bar(bar, left)


def _line(report: Report) -> str:
    signs = "".join(_SIGNS.get(cell.status, " ") for cell in report.cells)
    return f"{report.path} [{signs}] {report.status.replace('_', ' ')}, {report.seconds:.1f} s"
