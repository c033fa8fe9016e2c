"""The rows of the table that a cell's saved outputs show.

pandas cuts a long table short: dots stand for the rows in between, and the last line tells how many
there are. What the text does not tell for certain is not told.
"""

from __future__ import annotations

import re
from typing import Any

from nb_refactor.notebook import RowsShown

_FOOTER = re.compile(r"\[(?P<rows>\d+) rows x \d+ columns\]|\bLength: (?P<length>\d+)\b")
_LEAST_LINES = 11  # of a table that was cut short to ten rows


def rows_shown_by(outputs: Any) -> RowsShown | None:
    """The rows of the value at the end of a cell, among its saved outputs (nbformat 4)."""
    text = _text_at_the_end(outputs)
    if text is None:
        return None
    lines = len(text.splitlines())
    totals = [int(m["rows"] or m["length"]) for m in _FOOTER.finditer(text)]
    if ".." not in text:
        return RowsShown(lines, whole=True)
    cut = len(totals) == 1 and lines < totals[0] and lines >= _LEAST_LINES
    return RowsShown(totals[0], whole=False) if cut else None


def _text_at_the_end(outputs: Any) -> str | None:
    listed: list[Any] = outputs if isinstance(outputs, list) else []
    for output in reversed(listed):
        if isinstance(output, dict) and output.get("output_type") == "execute_result":
            data: Any = output.get("data")
            text = data.get("text/plain") if isinstance(data, dict) else None
            if isinstance(text, list) and all(isinstance(line, str) for line in text):
                text = "".join(text)
            return text if isinstance(text, str) else None
    return None
