"""Tables, cell by cell, and the two of them laid over each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from functools import cache
from itertools import zip_longest

from nb_refactor.reproduce.comparators.comparison import SAME, Comparison, text_differs
from nb_refactor.reproduce.comparators.decimals import is_rewritten, rewritten
from nb_refactor.reproduce.comparators.table_grid import CellShape, Grid, Row, grid
from nb_refactor.reproduce.comparators.text import closeness_notes
from nb_refactor.reproduce.masking import masked
from nb_refactor.reproduce.report import RowKind, TableCell, TableDifference, TableRow
from nb_refactor.reproduce.tokens import compare_tokens, is_clock, is_dated
from nb_refactor.reproduce.tolerance import Tolerance
from nb_refactor.text import text

SHOWN_ROWS = 40
SHOWN_CHARACTERS = 200
AROUND = 1
ANOTHER_COUNT = text("The same numbers are written with another count of decimals.")
MOST_ALIGNED = 2_000  # rows or columns; beyond, difflib takes too long
IsSame = Callable[[str, str], bool]
Pair = tuple[int | None, int | None]


@dataclass
class Table:
    """A table's rows of texts; the first `heads` rows are its column names. `looks` tells beside
    each text how it looks, as far as the cell's own markup does: colours, bars, spans; `shapes`
    what it covers. `is_exact`:
    blanks around a text are its own, as in a data frame, and no layout of the page's source."""

    rows: list[list[str]] = field(default_factory=list)
    looks: list[list[str]] = field(default_factory=list)
    shapes: list[list[CellShape]] = field(default_factory=list)
    heads: int = 0
    is_exact: bool = False

    def begin_row(self) -> None:
        self.rows.append([])
        self.looks.append([])
        self.shapes.append([])

    def add_cell(self, text: str, look: str, shape: CellShape) -> None:
        if not self.rows:
            self.begin_row()
        self.rows[-1].append(text)
        self.looks[-1].append(look)
        self.shapes[-1].append(shape)

    @property
    def grid(self) -> Grid:
        """Where its cells lie."""
        return grid(self.rows, self.shapes, self.heads)


def compare_table(saved: Table, fresh: Table, tolerance: Tolerance) -> Comparison:
    """Cell by cell; the answer names the first cell that differs by its row and column."""
    if saved.rows == fresh.rows and saved.looks == fresh.looks:
        return SAME
    worst = 0.0

    @cache
    def is_of_today() -> bool:
        return any(is_dated(text, tolerance.today) for row in fresh.rows for text in row)

    def is_same(a: str, b: str) -> bool:
        nonlocal worst
        closeness = compare_tokens(masked(a), masked(b), tolerance)
        worst = max(worst, closeness.relative)
        if closeness.same:
            return True
        # A summary gives the day of the run in one cell and the time of day in another.
        return is_clock(a) and is_clock(b) and is_of_today()

    old_shape, new_shape = _shape(saved), _shape(fresh)
    if old_shape != new_shape:
        was, now = _sized(old_shape), _sized(new_shape)
        shapes = text("The table had {saved} and now has {fresh}.", saved=was, fresh=now)
        return _differs(shapes, saved, fresh, is_same)
    changed = _changed(saved.rows, fresh.rows, is_same)
    if changed:
        return _differs(_cells_why(saved, fresh, changed), saved, fresh, is_same)
    is_frame = saved.is_exact and fresh.is_exact and saved.shapes == fresh.shapes
    columns = _rewritten_columns(saved, fresh) if is_frame else {}
    if columns:
        texts = frozenset(pair for pairs in columns.values() for pair in pairs)
        why = _dtype_why(saved, columns)
        return _differs(why, saved, fresh, lambda a, b: (a, b) not in texts and is_same(a, b))
    restyled = _changed(saved.looks, fresh.looks, is_same)
    if restyled:
        why = _looks_why(saved, restyled)
        return _differs(why, _with_looks(saved, restyled), _with_looks(fresh, restyled), is_same)
    notes = (ANOTHER_COUNT,) if _has_another_count(saved, fresh) else ()
    return Comparison(notes=(*notes, *closeness_notes(worst)))


def _rewritten_columns(saved: Table, fresh: Table) -> dict[int, tuple[tuple[str, str], ...]]:
    """The texts, saved and fresh, of the columns that are written as of another dtype."""
    bodies = (table.grid.rows[table.heads :] for table in (saved, fresh))
    columns = (zip(*body, strict=True) for body in bodies)
    found = {
        n: rewritten(tuple(zip(old, new, strict=True)))
        for n, (old, new) in enumerate(zip(*columns, strict=True))
    }
    return {n: texts for n, texts in found.items() if texts}


def _has_another_count(saved: Table, fresh: Table) -> bool:
    return any(
        is_rewritten(a, b)
        for a_row, b_row in zip(saved.rows, fresh.rows, strict=True)
        for a, b in zip(a_row, b_row, strict=True)
    )


def _changed(
    saved: list[list[str]], fresh: list[list[str]], is_same: IsSame
) -> list[tuple[int, int]]:
    return [
        (r, c)
        for r, (a_row, b_row) in enumerate(zip(saved, fresh, strict=True))
        for c, (a, b) in enumerate(zip(a_row, b_row, strict=True))
        if a != b and not is_same(a, b)
    ]


def _differs(why: str, saved: Table, fresh: Table, is_same: IsSame) -> Comparison:
    answer = text_differs(why, _drawn(saved), _drawn(fresh))
    return answer.with_table(table_difference(saved, fresh, is_same))


def _cells_why(saved: Table, fresh: Table, changed: list[tuple[int, int]]) -> str:
    row, column = changed[0]
    old, new = saved.rows[row][column], fresh.rows[row][column]
    values = {"place": _place(saved, row, column), "saved": _brief(old), "fresh": _brief(new)}
    if len(changed) == 1:
        return text("One cell of the table differs {place}: {saved} is now {fresh}.", **values)
    return text(
        "{count} cells of the table differ, the first {place}: {saved} is now {fresh}.",
        count=len(changed),
        **values,
    )


def _dtype_why(table: Table, columns: dict[int, tuple[tuple[str, str], ...]]) -> str:
    column, texts = next(iter(columns.items()))
    saved, fresh = map(_brief, texts[0])
    values = {"column": _column(table, column), "saved": saved, "fresh": fresh}
    if len(columns) == 1:
        return text(
            "The numbers of {column} are equal, but written as those of another dtype: "
            "{saved} is now {fresh}.",
            **values,
        )
    return text(
        "The numbers of {count} columns are equal, but written as those of another dtype, first "
        "in {column}: {saved} is now {fresh}.",
        count=len(columns),
        **values,
    )


def _looks_why(table: Table, changed: list[tuple[int, int]]) -> str:
    place = _place(table, *changed[0])
    if len(changed) == 1:
        return text("One cell of the table looks different, {place}.", place=place)
    return text(
        "{count} cells of the table look different, the first {place}.",
        count=len(changed),
        place=place,
    )


def _with_looks(table: Table, cells: list[tuple[int, int]]) -> Table:
    """The table with what makes the look of these cells in their texts."""
    rows = [list(row) for row in table.rows]
    for r, c in cells:
        rows[r][c] = f"{rows[r][c]} {table.looks[r][c]}".strip()
    return replace(table, rows=rows)


def _brief(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:60] + "…")


def _place(table: Table, row: int, column: int) -> str:
    if row < table.heads:
        return text("in its head")
    places = table.grid
    labels = places.rows[row][: max(places.labels[row], 1)]
    return text(
        "at row {row}, {column}",
        row=_brief(", ".join(labels)),
        column=_column(table, places.columns[row][column]),
    )


def _column(table: Table, column: int) -> str:
    """What the column of the grid is called: its names from top to bottom."""
    names = [line[column] for line in table.grid.rows[: table.heads]]
    name = ", ".join(dict.fromkeys(filter(None, names)))
    if name:
        return text("column {name}", name=_brief(name))
    return text("column {column}", column=column + 1)


def _shape(table: Table) -> tuple[int, list[int]]:
    return len(table.rows) - table.heads, [len(row) for row in table.rows]


def _sized(shape: tuple[int, list[int]]) -> str:
    rows, widths = shape
    return text("{rows} rows of {width} cells", rows=rows, width=max(widths, default=0))


def _drawn(table: Table) -> str:
    return "\n".join(" | ".join(row) for row in table.rows)


def table_difference(saved: Table, fresh: Table, is_same: IsSame) -> TableDifference:
    """The tables laid over each other: columns belong together by their names, rows by their
    place where there are as many, else by what they hold."""
    old, new = saved.grid.rows, fresh.grid.rows
    heads = min(saved.heads, fresh.heads)
    columns = _pairs(_names(old, heads), _names(new, heads))
    keys = [columns, columns[1:]][_is_counted(old[heads:]) and _is_counted(new[heads:])]
    rows = [
        *((n, n) for n in range(heads)),
        *_shifted(_pairs(_aligned(old[heads:], keys, 0), _aligned(new[heads:], keys, 1)), heads),
    ]
    laid = [
        _row(old[a] if a is not None else None, new[b] if b is not None else None, columns, is_same)
        for a, b in rows
    ]
    laid = [TableRow("head", row.cells) if n < heads else row for n, row in enumerate(laid)]
    return _around_changes(laid)


def _names(rows: Sequence[Row], heads: int) -> list[Row]:
    width = len(rows[0]) if rows else 0
    return [tuple(row[c] for row in rows[:heads]) for c in range(width)]


def _is_counted(rows: Sequence[Row]) -> bool:
    """Whether the first column only counts the rows, as an index does that nobody has set."""
    return [row[0] for row in rows if row] == [str(n) for n in range(len(rows))]


def _aligned(rows: Sequence[Row], columns: Sequence[Pair], side: int) -> list[Row]:
    """What rows are recognised by: their cells in the columns that both tables have."""
    common = [pair[side] for pair in columns if None not in pair]
    return [tuple(row[c] for c in common if c is not None) for row in rows]


def _pairs(old: Sequence[Row], new: Sequence[Row]) -> list[Pair]:
    if len(old) == len(new) or max(len(old), len(new)) > MOST_ALIGNED:
        return list(zip_longest(range(len(old)), range(len(new))))
    found: list[Pair] = []
    for _, i1, i2, j1, j2 in SequenceMatcher(None, old, new, False).get_opcodes():
        found += zip_longest(range(i1, i2), range(j1, j2))
    return found


def _shifted(pairs: Sequence[Pair], by: int) -> Iterator[Pair]:
    for a, b in pairs:
        yield (None if a is None else a + by), (None if b is None else b + by)


def _row(old: Row | None, new: Row | None, columns: Sequence[Pair], is_same: IsSame) -> TableRow:
    cells = []
    for a, b in columns:
        saved = old[a] if old is not None and a is not None else None
        fresh = new[b] if new is not None and b is not None else None
        changed = saved is None or fresh is None or (saved != fresh and not is_same(saved, fresh))
        cells.append(TableCell(_cut(saved), _cut(fresh), changed))
    kind: RowKind = "changed" if any(cell.is_changed for cell in cells) else "same"
    if old is None:
        kind = "added"
    elif new is None:
        kind = "removed"
    return TableRow(kind, tuple(cells))


def _cut(text: str | None) -> str | None:
    if text is None or len(text) <= SHOWN_CHARACTERS:
        return text
    return text[:SHOWN_CHARACTERS] + "…"


def _around_changes(rows: Sequence[TableRow]) -> TableDifference:
    changed = [n for n, row in enumerate(rows) if row.kind not in ("head", "same")]
    shown = changed[:SHOWN_ROWS]
    kept = {n for at in shown for n in range(at - AROUND, at + AROUND + 1)}
    found: list[TableRow] = []
    for n, row in enumerate(rows):
        if row.kind == "head" or n in kept:
            found.append(row)
        elif found and found[-1].kind != "gap":
            found.append(TableRow("gap"))
    return TableDifference(tuple(found), len(changed) - len(shown))
