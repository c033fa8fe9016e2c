"""The report of runs as one HTML page that needs nothing but itself: no script, no file beside it,
no network. What came from notebooks is shown as text, never as markup."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from nb_refactor import __version__
from nb_refactor.notebook import Notebook
from nb_refactor.reproduce.report import CellOutcome, Difference, Report
from nb_refactor.text import Text, joined, text

Say = Callable[[str], str]

_WORDS = {
    "same": text("same"),
    "different": text("different"),
    "unstable": text("differs from run to run"),
    "error": text("error"),
    "not_run": text("not run"),
    "no_saved_output": text("no saved output"),
    "reproduced": text("reproduced"),
    "timeout": text("time limit"),
    "died": text("kernel died"),
    "no_outputs": text("ran; no outputs were saved"),
}

_KINDS = {
    "missing_package": text("Missing package"),
    "missing_file": text("Missing file"),
    "changed_file": text("Changed file"),
    "network": text("Network"),
    "hidden_state": text("Hidden state"),
    "package_version": text("Another version"),
    "upstream": text("From above"),
    "randomness": text("Randomness"),
    "time": text("Time"),
    "environment": text("Environment"),
    "stale": text("Old outputs"),
}

_LABELS = {
    "language": text("en"),
    "title": text("Reproduction"),
    "question": text("Do the notebooks give what is saved in them?"),
    "nothing": text("no notebooks"),
    "notebook": text("notebook"),
    "verdict": text("verdict"),
    "cells": text("cells"),
    "time": text("time"),
    "saved": text("Saved"),
    "fresh": text("Fresh run"),
    "marks": text("What changed"),
    "no_output": text("no output"),
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


def report_page(reported: Sequence[Reported], say: Say = str) -> str:
    """The page, with a section for each notebook; `say` says texts in the language of the page."""
    sections = [_section(one) for one in reported]
    statuses = Counter(_WORDS[one.report.status] for one in reported)
    return _template(say).render(
        sections=sections,
        summary=_counted(statuses),
        version=__version__,
        words=_WORDS,
        kinds=_KINDS,
        labels=_LABELS,
    )


def _section(one: Reported) -> _Section:
    sources = {cell.cell_id: cell.source for cell in one.notebook.code_cells}
    cells = tuple(
        _Cell(number, sources.get(outcome.cell_id, ""), outcome)
        for number, outcome in enumerate(one.report.cells, start=1)
    )
    counts = _counted(Counter(_WORDS[outcome.status] for outcome in one.report.cells))
    return _Section(one.report, cells, counts)


def _counted(words: Counter[Text]) -> Text:
    counts = (text("{count} {word}", count=count, word=word) for word, count in words.most_common())
    return joined(counts, ", ")


def _template(say: Say) -> Any:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("nb_refactor", "adapters"),
        autoescape=True,
        finalize=lambda value: _said(value, say),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["picture_address"] = _picture_address
    environment.filters["prose"] = lambda sentence: _prose(_said(sentence, say))
    environment.filters["line_kind"] = _line_kind
    environment.filters["seconds"] = _in_seconds
    environment.globals["output_of"] = _output_of
    environment.globals["run_in"] = _run_in
    environment.globals["more_rows"] = _more_rows
    return environment.get_template("report_page.html")


def _said(value: Any, say: Say) -> Any:
    return say(value) if isinstance(value, Text) else value


def _prose(sentence: str) -> Any:
    """The sentence as markup, with what stands between backticks as code."""
    from markupsafe import Markup, escape

    pieces = sentence.split("`")
    if len(pieces) % 2 == 0:  # a lone backtick is no mark
        return escape(sentence)
    marked = [Markup("<code>{}</code>").format(p) if n % 2 else p for n, p in enumerate(pieces)]
    return Markup("").join(marked)


def _in_seconds(seconds: float, decimals: int) -> Text:
    return text("{seconds} s", seconds=f"{seconds:.{decimals}f}")


def _output_of(difference: Difference) -> Text:
    number = difference.output + 1
    return text("(output {number}, {mime})", number=number, mime=difference.mime)


def _run_in(report: Report) -> Text:
    seconds = _in_seconds(report.seconds, 1)
    return text("in a fresh kernel ({kernel}), {seconds}", kernel=report.kernel, seconds=seconds)


def _more_rows(count: int) -> Text:
    return text("{count} more rows differ.", count=count)


# What a picture begins with in base64.
_PICTURES = (
    ("iVBORw0KGgo", "image/png"),
    ("/9j/", "image/jpeg"),
    ("R0lGOD", "image/gif"),
    ("UklGR", "image/webp"),
)


def _picture_address(content: str, mime: str) -> str | None:
    """The address of a picture; `None` for text: where one side is a picture, the other may be
    an error."""
    kind = next((kind for start, kind in _PICTURES if content.startswith(start)), None)
    if kind is None or not mime.startswith("image/"):
        return None
    return f"data:{kind};base64,{''.join(content.split())}"


def _line_kind(line: str) -> str:
    """The class of a line of a unified diff."""
    if line.startswith(("--- ", "+++ ", "@@")):
        return "place"
    return {"-": "saved", "+": "fresh"}.get(line[:1], "both")
