"""How the plain text of a data frame sets off the names of its columns: it tells their dtype.

pandas leaves room for a sign above numbers, `  count`, and none above objects, ` count`. It shows
where a name is longer than all that stands below it.
"""

from __future__ import annotations

from collections.abc import Mapping

from nb_refactor.reproduce.comparators.html import read_page
from nb_refactor.reproduce.comparators.table import Table

FOR_NUMBERS, FOR_OBJECTS = 2, 1  # blanks before a name
CUT = "..."  # stands for columns that are left out, and for the room of the next one


def are_numbers(html: str, plain: str) -> Mapping[str, bool]:
    """The columns of the frame of which the plain text tells whether they hold numbers, by their
    names; none where it has other columns than the HTML, or not all."""
    tables = read_page(html).tables
    if len(tables) != 1 or tables[0].heads not in (1, 2):  # the second names the index
        return {}
    table = tables[0]
    names = table.rows[0]
    if len({len(row) for row in table.rows}) != 1 or len({CUT, *names}) != len(names) + 1:
        return {}
    index = max(len(row[0]) for row in table.rows)
    places = iter(range(1, len(names)))
    found: dict[str, bool] = {}
    for part in plain.split("\n\n"):  # a wide frame goes on below itself
        line = part.partition("\n")[0].rstrip("\\ ")
        if line[:index].strip() != names[0]:
            continue
        end = index
        while end < len(line):
            place = next(places, None)
            if place is None:
                return {}
            start = line.find(names[place], end)
            if not names[place] or start < 0 or line[end:start].strip():
                return {}
            if start - end in (FOR_NUMBERS, FOR_OBJECTS) and _is_longest(table, place):
                found[names[place]] = start - end == FOR_NUMBERS
            end = start + len(names[place])
    return found if next(places, None) is None else {}


def _is_longest(table: Table, place: int) -> bool:
    """Whether nothing below the name is wider, with room for a sign."""
    cells = (row[place] for row in table.rows[table.heads :])
    widths = (len(cell) + (not cell.startswith("-")) for cell in cells)
    return len(table.rows[0][place]) >= max(widths, default=0)
