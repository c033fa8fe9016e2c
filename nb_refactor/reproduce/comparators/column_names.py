"""How the plain text of a data frame sets off the names of its columns: it tells their dtype.

pandas leaves room for a sign above numbers, `  count`, and none above objects, ` count`. It shows
where a name is longer than all that stands below it.
"""

from __future__ import annotations

from collections.abc import Mapping

from nb_refactor.reproduce.comparators.html import read_page
from nb_refactor.reproduce.comparators.table import Table

FOR_NUMBERS, FOR_OBJECTS = 2, 1  # blanks before a name


def are_numbers(html: str, plain: str) -> Mapping[str, bool]:
    """The columns of the frame of which the plain text tells whether they hold numbers, by their
    names; none where it has the columns in several lines, or other columns than the HTML."""
    tables = read_page(html).tables
    if len(tables) != 1 or tables[0].heads != 1:
        return {}
    table, line = tables[0], plain.partition("\n")[0]
    names = table.rows[0]
    if len({len(row) for row in table.rows}) != 1 or len(set(names)) != len(names) or names[0]:
        return {}
    found: dict[str, bool] = {}
    end = _longest(table, 0)
    for place, name in enumerate(names[1:], start=1):
        start = line.find(name, end)
        if not name or start < 0 or line[end:start].strip():
            return {}
        if start - end in (FOR_NUMBERS, FOR_OBJECTS) and len(name) > _longest(table, place):
            found[name] = start - end == FOR_NUMBERS
        end = start + len(name)
    return {} if line[end:].strip() else found


def _longest(table: Table, place: int) -> int:
    return max((len(row[place]) for row in table.rows[1:]), default=0)
