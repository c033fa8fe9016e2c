"""Two tables laid over each other: what belongs together, and what is marked."""

from __future__ import annotations

import pandas as pd
import pytest

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


FRAME = pd.DataFrame({"k": list("aabb"), "g": list("xyxy"), "v": [1, 2, 3, 4], "w": [5, 6, 7, 8]})
SUMS = FRAME.groupby("k").agg({"v": ["min", "max"], "w": ["mean", "sum"]})


@pytest.mark.parametrize(
    ("frame", "place", "told"),
    [
        (SUMS, (1, 3), "at row 'b', column 'w, sum': '15'"),
        (FRAME.set_index(["k", "g"]), (1, 1), "at row 'a, y', column 'w': '6'"),
        (FRAME.pivot(index="k", columns="g"), (1, 2), "at row 'b', column 'w, x': '7'"),
        (FRAME, (3, 2), "at row '3', column 'v': '4'"),
    ],
)
def test_a_cell_is_named_by_all_levels_of_its_row_and_column(
    frame: pd.DataFrame, place: tuple[int, int], told: str
) -> None:
    other = frame.copy()
    other.iloc[place] = 99
    found = compare_html(frame.to_html(), other.to_html(), Tolerance())
    assert found.why == f"One cell of the table differs {told} is now '99'."


def test_cells_that_span_rows_or_columns_stand_at_each_place_that_they_cover() -> None:
    other = SUMS.copy()
    other.loc["b", ("w", "sum")] = 99
    assert drawn(difference(SUMS.to_html(), other.to_html())) == [
        "head:  v v w w",
        "head:  min max mean sum",
        "head: k    ",
        "same: a 1 2 5.5 11",
        "changed: b 3 4 7.5 15>99",
    ]
    pairs = FRAME.set_index(["k", "g"])
    changed = pairs.copy()
    changed.iloc[1, 1] = 99
    assert "changed: a y 2 6>99" in drawn(difference(pairs.to_html(), changed.to_html()))


@pytest.mark.parametrize("span", ["100000", "0", "-1", "x", "", "99999999999999"])
def test_a_span_of_any_size_is_survived(span: str) -> None:
    page = (
        f"<table><tr><td colspan='{span}' rowspan='{span}'>%s</td></tr><tr><td>b</td></tr></table>"
    )
    found = compare_html(page % "a", page % "c", Tolerance())
    assert found.why == "One cell of the table differs at row 'a', column 1: 'a' is now 'c'."


def test_tables_that_span_otherwise_are_told() -> None:
    one = "<table class='dataframe'><tr><td colspan='2'>1.5</td></tr></table>"
    two = one.replace("colspan='2'", "colspan='3'")
    assert compare_html(one, two, Tolerance()).why is not None


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
