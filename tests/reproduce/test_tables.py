"""Two tables laid over each other: what belongs together, and what is marked."""

from __future__ import annotations

from nb_refactor.reproduce.comparators.html import compare_html
from nb_refactor.reproduce.report import TableDifference
from nb_refactor.reproduce.tolerance import Tolerance


def html(head: list[str], *rows: list[str]) -> str:
    def line(cells: list[str], tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{cell}</{tag}>" for cell in cells) + "</tr>"

    body = "".join(line(row, "td") for row in rows)
    return f"<table><thead>{line(head, 'th')}</thead><tbody>{body}</tbody></table>"


def difference(saved: str, fresh: str) -> TableDifference:
    table = compare_html(saved, fresh, Tolerance()).table
    assert table is not None
    return table


def drawn(table: TableDifference) -> list[str]:
    """A line for each row: its kind, and its cells, changed ones as `saved>fresh`."""
    lines = []
    for row in table.rows:
        cells = [
            f"{c.saved if c.saved is not None else '-'}>{c.fresh if c.fresh is not None else '-'}"
            if c.is_changed
            else str(c.saved)
            for c in row.cells
        ]
        lines.append(" ".join([f"{row.kind}:", *cells]))
    return lines


CITIES = [["0", "Bern", "1.5"], ["1", "Thun", "2.5"], ["2", "Zug", "3.5"]]
HEAD = ["", "city", "price"]


def test_a_changed_cell_is_marked() -> None:
    fresh = [["0", "Bern", "1.5000000001"], ["1", "Thun", "2.5"], ["2", "Zug", "4.5"]]
    table = difference(html(HEAD, *CITIES), html(HEAD, *fresh))
    assert drawn(table) == [
        "head:  city price",
        "gap:",
        "same: 1 Thun 2.5",
        "changed: 2 Zug 3.5>4.5",
    ]


def test_a_row_that_is_gone_does_not_change_those_below() -> None:
    fresh = [["0", "Bern", "1.5"], ["1", "Zug", "3.5"]]
    table = difference(html(HEAD, *CITIES), html(HEAD, *fresh))
    assert drawn(table)[2:] == [
        "removed: 1>- Thun>- 2.5>-",
        "changed: 2>1 Zug 3.5",
    ]


def test_a_new_column_stands_alone() -> None:
    fresh = [[n, city, "7", price] for n, city, price in CITIES]
    table = difference(html(HEAD, *CITIES), html(["", "city", "n", "price"], *fresh))
    assert drawn(table)[:2] == ["head:  city ->n price", "changed: 0 Bern ->7 1.5"]


def test_a_renamed_column_is_marked_in_the_head() -> None:
    table = difference(html(HEAD, *CITIES), html(["", "city", "cost"], *CITIES))
    assert drawn(table)[0] == "head:  city price>cost"


def test_cells_that_span_rows_keep_the_others_in_their_columns() -> None:
    saved = html(["", "", "n"], ["a", "x", "1"], ["y", "2"])
    fresh = html(["", "", "n"], ["a", "x", "1"], ["y", "3"])
    assert drawn(difference(saved, fresh))[-1] == "changed:  y 2>3"


def test_many_changed_rows_are_counted() -> None:
    saved = html(["a"], *([str(n)] for n in range(100)))
    fresh = html(["a"], *([str(n + 0.5)] for n in range(100)))
    table = difference(saved, fresh)
    assert len(table.rows) < 60
    assert table.left_out == 60


def test_large_tables_are_laid_over_each_other_in_time() -> None:
    saved = html(["a"], *([str(n)] for n in range(5000)))
    fresh = html(["a"], *([str(n * 2)] for n in range(4000)))
    assert difference(saved, fresh).left_out > 0
