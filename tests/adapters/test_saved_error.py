"""What a cell's saved outputs tell of the error that it raised."""

from __future__ import annotations

import pytest

from nb_refactor.adapters.saved_error import raised_by
from nb_refactor.notebook import Raised

FRAME = [
    "-" * 75,
    "NameError  Traceback (most recent call last)",
    "Cell In[3], line 2\n      1 a = 1",
]


@pytest.mark.parametrize(
    ("name", "value", "undefined"),
    [
        ("NameError", "name 'df' is not defined", "df"),
        ("NameError", "name 'df' is not defined. Did you mean: 'd'?", "df"),
        ("NameError", "global name 'df' is not defined", "df"),
        ("UnboundLocalError", "cannot access local variable 'df'", None),
        ("ValueError", "name 'df' is not defined", None),
        ("NameError", None, None),
    ],
)
def test_the_name_that_was_not_defined(name: str, value: str | None, undefined: str | None) -> None:
    error = {"output_type": "error", "ename": name, "evalue": value, "traceback": FRAME}
    assert raised_by([error]) == Raised(name, 2, undefined)
