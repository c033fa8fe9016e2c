"""The answer of a top-to-bottom run: an outcome for each code cell, and the verdict of all."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from nb_refactor.notebook import Span
from nb_refactor.reproduce.dependencies import Dependencies

CellStatus = Literal["same", "different", "unstable", "error", "not_run", "no_saved_output"]
RunVerdict = Literal["reproduced", "different", "error", "timeout", "died", "no_outputs"]
RowKind = Literal["head", "same", "changed", "removed", "added", "gap"]
CauseKind = Literal[
    "missing_package",
    "missing_file",
    "changed_file",
    "network",
    "hidden_state",
    "package_version",
    "upstream",
    "randomness",
    "time",
    "environment",
    "stale",
]


class TableCell(Struct, frozen=True):
    """What stands at one place of two tables: `None` where one of them has no such place."""

    saved: str | None
    fresh: str | None
    is_changed: bool = False


class TableRow(Struct, frozen=True):
    """A row of both tables; a `gap` stands for rows that are the same and left out."""

    kind: RowKind
    cells: tuple[TableCell, ...] = ()


class TableDifference(Struct, frozen=True):
    """Two tables laid over each other, rows and columns that belong together in one place. Only
    the rows around changes are kept; `left_out` counts changed rows beyond those."""

    rows: tuple[TableRow, ...]
    left_out: int = 0


class Difference(Struct, frozen=True):
    """How one output differs: `output` is its index in the cell, `why` a sentence, `diff` a
    unified text diff where there is text, `table` the tables where it is one. `saved` and `fresh`
    hold what to show side by side (text, or base64 of a PNG when `mime` is an image), shortened
    to a bounded length; `marks` is the base64 of a transparent PNG that lies over `saved` and
    marks what changed in the picture. `programs` are the two that made the saved and the
    fresh picture, where the files tell and they differ; else empty."""

    output: int
    mime: str
    why: str
    diff: str = ""
    saved: str | None = None
    fresh: str | None = None
    table: TableDifference | None = None
    marks: str | None = None
    programs: tuple[str, ...] = ()


class Cause(Struct, frozen=True):
    """Why a cell does not give what was saved, as far as it can be told. `message` is a sentence;
    `cell_id` and `at` are the place of the cause, which may be a cell above; `rule` is the rule
    of the hidden-state analysis or the hazard whose finding explains it, or empty."""

    kind: CauseKind
    message: str
    cell_id: str | None = None
    at: Span | None = None
    rule: str = ""


class CellOutcome(Struct, frozen=True):
    """How one cell of the fresh run compares with its saved outputs; `seconds` of its run.
    `error` is one line `Name: message` when the fresh run raised. `notes` are sentences about what
    was let pass: floating point numbers that are close, an output that may differ by a mark.
    `cause` explains a cell that is `different`, `unstable` or `error`, where something does."""

    cell_id: str
    status: CellStatus
    seconds: float = 0.0
    differences: tuple[Difference, ...] = ()
    error: str | None = None
    notes: tuple[str, ...] = ()
    cause: Cause | None = None


class Report(Struct, frozen=True):
    """All of one notebook's outcomes. `message` says in a sentence why, when the verdict is not
    plain from the cells (time out, kernel died). `dependencies` are there where they were recorded:
    in kernels of IPython. `runs` counts the fresh runs that came to an end: after two of them a
    cell that is `different` gave twice the same."""

    path: str
    status: RunVerdict
    seconds: float
    kernel: str
    cells: tuple[CellOutcome, ...]
    message: str = ""
    dependencies: Dependencies | None = None
    runs: int = 1
