"""The report of runs as one HTML page that needs nothing but itself: no script, no file beside it,
no network. What came from notebooks is shown as text, never as markup."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from nb_refactor import __version__
from nb_refactor.notebook import Notebook
from nb_refactor.reproduce.report import CellOutcome, Difference, Report

_WORDS = {
    "same": "same",
    "different": "different",
    "unstable": "differs from run to run",
    "error": "error",
    "not_run": "not run",
    "no_saved_output": "no saved output",
    "reproduced": "reproduced",
    "timeout": "time limit",
    "died": "kernel died",
    "no_outputs": "ran; no outputs were saved",
}

_KINDS = {
    "missing_package": "Missing package",
    "missing_file": "Missing file",
    "changed_file": "Changed file",
    "network": "Network",
    "hidden_state": "Hidden state",
    "package_version": "Another version",
    "upstream": "From above",
    "randomness": "Randomness",
    "time": "Time",
    "environment": "Environment",
    "stale": "Old outputs",
}


@dataclass(frozen=True)
class Reported:
    """A notebook with the report of its run."""

    notebook: Notebook
    report: Report


@dataclass(frozen=True)
class _Cell:
    """What the page shows of a cell; `number` is its place among the code cells, from 1."""

    number: int
    source: str
    outcome: CellOutcome

    @property
    def first_line(self) -> str:
        lines = (line.strip() for line in self.source.splitlines())
        return next((line for line in lines if line), "")

    @property
    def has_details(self) -> bool:
        outcome = self.outcome
        return bool(outcome.differences or outcome.error or outcome.notes or outcome.cause)


@dataclass(frozen=True)
class _Section:
    report: Report
    cells: tuple[_Cell, ...]
    counts: str


def report_page(reported: Sequence[Reported]) -> str:
    """The page, with a section for each notebook."""
    sections = [_section(one) for one in reported]
    statuses = Counter(_WORDS[one.report.status] for one in reported)
    return _template().render(
        sections=sections,
        summary=_counted(statuses),
        version=__version__,
        words=_WORDS,
        kinds=_KINDS,
    )


def _section(one: Reported) -> _Section:
    sources = {cell.cell_id: cell.source for cell in one.notebook.code_cells}
    cells = tuple(
        _Cell(number, sources.get(outcome.cell_id, ""), outcome)
        for number, outcome in enumerate(one.report.cells, start=1)
    )
    counts = _counted(Counter(_WORDS[outcome.status] for outcome in one.report.cells))
    return _Section(one.report, cells, counts)


def _counted(words: Counter[str]) -> str:
    return ", ".join(f"{count} {word}" for word, count in words.most_common())


@lru_cache(maxsize=1)
def _template() -> Any:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("nb_refactor", "adapters"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["picture"] = _is_picture
    environment.filters["line_kind"] = _line_kind
    return environment.get_template("report_page.html")


def _is_picture(difference: Difference) -> bool:
    """Are `saved` and `fresh` pixels in base64, and not text?"""
    return difference.mime.startswith("image/") and difference.mime != "image/svg+xml"


def _line_kind(line: str) -> str:
    """The class of a line of a unified diff."""
    if line.startswith(("--- ", "+++ ", "@@")):
        return "place"
    return {"-": "saved", "+": "fresh"}.get(line[:1], "both")
