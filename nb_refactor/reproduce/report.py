"""The answer of a top-to-bottom run: an outcome for each code cell, and the verdict of all."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from nb_refactor.reproduce.dependencies import Dependencies

CellStatus = Literal["same", "different", "unstable", "error", "not_run", "no_saved_output"]
RunVerdict = Literal["reproduced", "different", "error", "timeout", "died", "no_outputs"]


class Difference(Struct, frozen=True):
    """How one output differs: `output` is its index in the cell, `why` a sentence, `diff` a
    unified text diff where there is text. `saved` and `fresh` hold what to show side by side
    (text, or base64 of a PNG when `mime` is an image), shortened to a bounded length."""

    output: int
    mime: str
    why: str
    diff: str = ""
    saved: str | None = None
    fresh: str | None = None


class CellOutcome(Struct, frozen=True):
    """How one cell of the fresh run compares with its saved outputs; `seconds` of its run.
    `error` is one line `Name: message` when the fresh run raised. `notes` are sentences about what
    was let pass: floating point numbers that are close, an output that may differ by a mark."""

    cell_id: str
    status: CellStatus
    seconds: float = 0.0
    differences: tuple[Difference, ...] = ()
    error: str | None = None
    notes: tuple[str, ...] = ()


class Report(Struct, frozen=True):
    """All of one notebook's outcomes. `message` says in a sentence why, when the verdict is not
    plain from the cells (time out, kernel died). `dependencies` are there where they were recorded:
    in kernels of IPython."""

    path: str
    status: RunVerdict
    seconds: float
    kernel: str
    cells: tuple[CellOutcome, ...]
    message: str = ""
    dependencies: Dependencies | None = None
