"""What the plain text of a data frame tells of its columns is what pandas says of them."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from pandas.api.types import is_numeric_dtype

from nb_refactor.reproduce.comparators.column_names import are_numbers

Draw = random.Random
COLUMNS: dict[str, Callable[[Draw, int], Any]] = {
    "integers": lambda draw, n: [draw.randint(-99, 10 ** draw.randint(1, 7)) for _ in range(n)],
    "floats": lambda draw, n: draw.choices([1.5, float("nan"), 1e9, -3.0, float("-inf")], k=n),
    "texts": lambda draw, n: [name(draw) for _ in range(n)],
    "objects": lambda draw, n: pd.Series([draw.randint(0, 99) for _ in range(n)], dtype=object),
    "truth values": lambda draw, n: [draw.random() < 0.5 for _ in range(n)],
    "categories": lambda draw, n: pd.Categorical(draw.choices(range(9), k=n)),
    "dates": lambda draw, n: pd.date_range("2020", periods=n),
    "all sorts": lambda draw, n: draw.choices([1, "a", None, 2.5], k=n),
    "nullable integers": lambda draw, n: pd.array(draw.choices([1, 2, None], k=n), dtype="Int64"),
}


def name(draw: Draw) -> str:
    return "".join(draw.choices("abcdeXYZ_", k=draw.randint(1, 12)))


def frame(draw: Draw) -> pd.DataFrame:
    rows = draw.randint(1, 8)
    made = pd.DataFrame(
        {name(draw): draw.choice(list(COLUMNS.values()))(draw, rows) for _ in range(9)}
    )
    made.index.name = draw.choice([None, name(draw)])
    made.columns.name = draw.choice([None, name(draw)])
    return made


@pytest.mark.parametrize("width", [40, 80, 200])
@pytest.mark.parametrize("columns", [5, 20])
def test_they_are_numbers_where_pandas_says_so(width: int, columns: int) -> None:
    draw = Draw(width + columns)
    told = 0
    for _ in range(40):
        made = frame(draw)
        with pd.option_context("display.width", width, "display.max_columns", columns):
            html, plain = made.to_html(max_cols=columns), repr(made)
        found = are_numbers(html, plain)
        assert found == {each: is_numeric_dtype(made[each].dtype) for each in found}, plain
        told += len(found)
    assert told > 50 or columns < 9
