"""Where the cells of a table lie, as the rules of HTML for tables have it: cells that span rows or
columns are found at each place that they cover."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Row = tuple[str, ...]
WIDEST = 1_000  # columns that one cell may span: what browsers keep to


@dataclass(frozen=True)
class CellShape:
    """How many `columns` and `rows` a cell covers (0 rows: all that follow in its part of the
    table), and whether it is a label (`th`) and no value."""

    columns: int = 1
    rows: int = 1
    is_label: bool = False


@dataclass(frozen=True)
class Grid:
    """`rows`: the texts by row and column, all rows of one width; `columns`: of each cell as the
    table has it, row by row, the first column that it covers; `labels`: how many columns on the
    left of each row are labels."""

    rows: tuple[Row, ...]
    columns: tuple[tuple[int, ...], ...]
    labels: tuple[int, ...]


@dataclass
class _Above:
    """What reaches down into a column: its text, whether it is a label, in how many more rows
    (`None`: all)."""

    text: str
    is_label: bool
    left: int | None


def grid(rows: Sequence[Sequence[str]], shapes: Sequence[Sequence[CellShape]], heads: int) -> Grid:
    """The places of the cells; what spans rows ends with the head (the first `heads` rows)."""
    above: dict[int, _Above] = {}
    lines: list[dict[int, _Above]] = []
    columns: list[tuple[int, ...]] = []
    for n, (texts, row_shapes) in enumerate(zip(rows, shapes, strict=True)):
        if n == heads:
            above = {}
        line = dict(above)
        columns.append(tuple(_placed(line, texts, row_shapes)))
        lines.append(line)
        above = {at: rest for at, cell in line.items() if (rest := _below(cell)) is not None}
    width = max((max(line, default=-1) + 1 for line in lines), default=0)
    return Grid(
        tuple(tuple(line[at].text if at in line else "" for at in range(width)) for line in lines),
        tuple(columns),
        tuple(_labels(line) for line in lines),
    )


def _placed(
    line: dict[int, _Above], texts: Sequence[str], shapes: Sequence[CellShape]
) -> list[int]:
    """Puts the cells of a row into the places that are free in it, and tells where each begins."""
    found: list[int] = []
    at = 0
    for text, shape in zip(texts, shapes, strict=True):
        while at in line:
            at += 1
        found.append(at)
        left = None if shape.rows == 0 else shape.rows
        for column in range(at, at + min(max(shape.columns, 1), WIDEST)):
            line[column] = _Above(text, shape.is_label, left)
        at += 1
    return found


def _below(cell: _Above) -> _Above | None:
    if cell.left is None:
        return cell
    return _Above(cell.text, cell.is_label, cell.left - 1) if cell.left > 1 else None


def _labels(line: dict[int, _Above]) -> int:
    at = 0
    while at in line and line[at].is_label:
        at += 1
    return at
