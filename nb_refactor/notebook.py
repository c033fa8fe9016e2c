"""What a notebook is to the core: cells with ids and sources, and places in them."""

from __future__ import annotations

from functools import cached_property
from typing import Literal

from msgspec import Struct

CellKind = Literal["code", "markdown", "raw"]


class Span(Struct, frozen=True):
    """A place in a source: lines count from 1, columns from 0 and in characters (not bytes)."""

    line: int
    column: int
    end_line: int
    end_column: int


class Raised(Struct, frozen=True):
    """The error that a cell's saved outputs show: its class name, and the line (from 1) in the
    cell that raised it where the traceback tells. `undefined_name` is the name that a NameError did
    not find."""

    name: str
    line: int | None = None
    undefined_name: str | None = None


class RowsShown(Struct, frozen=True):
    """The rows of the table or column that a cell's saved outputs show, by its text: all of them
    (`whole`; then there are no more of them than `count`), or some of `count`."""

    count: int
    whole: bool

    def are_the_same_with(self, limit: int) -> bool:
        """Whether they are shown like this where a table of more rows than `limit` is cut short:
        to ten rows, or to the limit if that is less."""
        return self.count <= limit if self.whole else 10 <= limit < self.count


class Cell(Struct, frozen=True):
    """One cell as it stands in the document. `execution_count`, `raised` and `rows_shown` are what
    its last run left behind; they belong to code cells alone."""

    cell_id: str
    source: str
    kind: CellKind = "code"
    execution_count: int | None = None
    raised: Raised | None = None
    tags: tuple[str, ...] = ()
    rows_shown: RowsShown | None = None

    @property
    def lines_of_code(self) -> int:
        """Lines that are neither blank nor a comment."""
        lines = (line.strip() for line in self.source.split("\n"))
        return sum(1 for line in lines if line and not line.startswith("#"))


class Notebook(Struct, frozen=True, dict=True):
    """The document: all its cells from top to bottom, and the language of its kernel."""

    cells: tuple[Cell, ...]
    language: str = "python"

    @cached_property
    def code_cells(self) -> tuple[Cell, ...]:
        return tuple(cell for cell in self.cells if cell.kind == "code")
