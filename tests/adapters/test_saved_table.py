"""What a cell's saved text tells of the rows of a table, and whether it would look the same where
more, or fewer, rows are shown: tried with real tables."""

from __future__ import annotations

import random
from typing import Any

import pytest

from nb_refactor.adapters.ipynb import notebook_of
from nb_refactor.adapters.saved_table import rows_shown_by
from nb_refactor.hidden_state.check import check
from nb_refactor.hidden_state.history import Execution
from nb_refactor.notebook import RowsShown


def _outputs(text: str) -> list[dict[str, Any]]:
    data = {"text/plain": text.splitlines(keepends=True)}
    return [{"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": 1}]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("   a\n0  1\n1  2", RowsShown(3, whole=True)),
        ("0    1\n1    2\ndtype: int64", RowsShown(3, whole=True)),
        ("0 ..", None),
        ("[1, ..., 3]", None),
        (
            "\n".join([*"01234", "   ..", *"56789", "Length: 203, dtype: int64"]),
            RowsShown(203, False),
        ),
        ("\n".join([*"01234", "   ..", *"56789", "Length: 12, dtype: int64"]), None),
        ("\n".join([*"012", "   ..", *"789", "[203 rows x 3 columns]"]), None),
        (
            "\n".join([*"01234", "..", *"56789", "[99 rows x 3 columns]", "[98 rows x 3 columns]"]),
            None,
        ),
    ],
)
def test_rows_of_a_text(text: str, expected: RowsShown | None) -> None:
    assert rows_shown_by(_outputs(text)) == expected


def test_no_value_at_the_end() -> None:
    assert rows_shown_by(None) is None
    assert rows_shown_by([{"output_type": "stream", "name": "stdout", "text": "1"}]) is None
    assert rows_shown_by([{"output_type": "execute_result", "data": 3}]) is None


def test_a_table_looks_the_same_where_it_is_said_to() -> None:
    pd = pytest.importorskip("pandas")
    random_ = random.Random(5)
    same = 0
    for _ in range(150):
        n = random_.choice([0, 1, 5, 9, 10, 11, 12, 19, 20, 21, 59, 60, 61, 300])
        table = pd.DataFrame({"a": range(n), "b": [random_.choice(["x", "y z"]) for _ in range(n)]})
        if random_.random() < 0.2:
            table = pd.concat([table] * 12, axis=1)
        value = random_.choice([table, table.iloc[:, 0], table.index])
        shown, limit = (random_.choice([2, 5, 10, 11, 20, 60, 100]) for _ in range(2))
        with pd.option_context("display.max_rows", shown):
            then = repr(value)
        rows = rows_shown_by(_outputs(then))
        if rows is not None and rows.are_the_same_with(limit):
            same += 1
            with pd.option_context("display.max_rows", limit):
                assert repr(value) == then
    assert same > 30


OPTION = "import pandas as pd\npd.options.display.max_rows = 20"
TABLE = 'df = pd.read_csv("a.csv")\ndf'
BACK = "pd.options.display.max_rows = int(input())"


def _state(text: str, first: str = OPTION, edited: str | None = None) -> str:
    sources = [first, TABLE, BACK, TABLE]
    cells = [
        {
            "cell_type": "code", "id": name, "source": source, "execution_count": count,
            "outputs": _outputs(text) if name == "b" else [], "metadata": {},
        }
        for name, source, count in (("a", edited or first, 1), ("b", TABLE, 4), ("c", BACK, 3))
    ]  # fmt: skip
    notebook = notebook_of(
        {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}, "n"
    )
    executions = [Execution(source, count) for count, source in enumerate(sources, start=1)]
    return next(r.state for r in check(notebook, executions) if r.cell_id == "b")


SHORT = "   a\n0  1"
CUT = "\n".join([*"01234", "..", *"56789", "[203 rows x 1 columns]"])


def test_an_option_that_does_not_matter_to_what_is_shown() -> None:
    assert _state(SHORT) == "fresh"
    assert _state(CUT) == "fresh"
    assert _state("\n".join(map(str, range(20)))) == "fresh"


def test_an_option_that_may_matter() -> None:
    assert _state("\n".join(map(str, range(40)))) == "hidden"
    assert _state("0 ..") == "hidden"
    assert (
        _state(SHORT, first="import pandas as pd\npd.options.display.max_rows = int(input(1))")
        == "hidden"
    )
    assert _state(CUT, first="import pandas as pd\npd.options.display.max_rows = 5") == "hidden"
    # Another option is another matter.
    wide = f"{OPTION}\npd.options.display.precision = 2"
    assert _state(SHORT, first=OPTION, edited=wide) != "fresh"


def test_the_first_limit_of_pandas() -> None:
    first = "import pandas as pd"
    assert _state(SHORT, first=first) == "fresh"
    assert _state("\n".join(map(str, range(61))), first=first) == "hidden"
