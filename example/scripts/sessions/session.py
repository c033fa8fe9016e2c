"""What a recorded session is: a notebook as it is left behind, and the runs that led to it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Text:
    """A Markdown cell."""

    cell_id: str
    source: str


@dataclass(frozen=True)
class Code:
    """A code cell as it stands in the end."""

    cell_id: str
    source: str


@dataclass(frozen=True)
class Run:
    """One run of a cell; `source` where the cell then held something else than in the end. A cell
    that is only run, and not written, was deleted later."""

    cell_id: str
    source: str | None = None


@dataclass(frozen=True)
class Session:
    """`written` is the notebook from top to bottom, `ran` what the kernel was given, in order."""

    written: tuple[Text | Code, ...]
    ran: tuple[Run, ...]
