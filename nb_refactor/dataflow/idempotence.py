"""What a statement did that changes nothing when it is run a second time on its own result.

A cleaning cell has several of them, and a later one must not undo what is known of an earlier one:
rows that are dropped or put in order leave every cell of the table as it is, so what was converted
stays converted, and what has no gaps has none in another order. Which statements are of this sort,
`repeatable_statements` knows.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from nb_refactor.dataflow.words import words

# What a statement did to a table, a column, an array or a list:
Sort = Literal[
    "elements",  # each element became what it alone tells
    "masked",  # elements that do not meet a condition are gone, or gaps
    "filled",  # the same, or a constant; and pandas looks anew what a column of objects holds
    "rows",  # some rows are gone, for what they hold or because others are equal
    "order",  # the rows are in order
    "cut",  # a number of rows from one end is left
    "along",  # gaps took what stands before or behind them
    "names",  # the columns have other names
    "columns",  # some columns are gone for what they hold
    "chosen",  # some columns are left, by name
    "labels",  # the rows are counted anew
    "labelled",  # some rows are gone for their labels
    "complete",  # rows of a table that have gaps are gone
    "inferred",  # its type or shape is what its elements allow
    "copied",  # it is another object with the same in it
    "listed",  # it is a list of the same, in order
    "member",  # a set has an element, or has not
]
# What statements of a sort leave as it is that others did. Those that are not in here keep nothing.
_KEPT_BY: dict[Sort, frozenset[str]] = {
    "rows": words("elements masked rows labelled complete order cut names chosen copied"),
    "complete": words("elements masked rows labelled complete order cut names chosen copied"),
    "order": words(
        "elements filled rows labelled complete cut names chosen columns inferred copied"
    ),
    "labels": words("elements filled complete cut along names chosen columns"),
}


class Repeatable(Struct, frozen=True):
    """The name, and the field of it, that such a statement works on, and what it did there.
    `rebinds`: it gives the name a new object, which other names then do not share. `by`: the
    dotted name of the function, where it calls one. `kind`: it is so of objects of this kind
    alone."""

    name: str
    field: str | None
    sort: Sort
    rebinds: bool = False
    by: tuple[str, ...] = ()
    kind: str | None = None

    def keeps(self, other: Repeatable) -> bool:
        """Whether this statement leaves alone what the other one achieved. What is done to one
        column may move it against the others."""
        if self.field is not None or (other.field is not None and other.sort == "cut"):
            return False
        return other.sort in _KEPT_BY.get(self.sort, ())


def does_it_once(function: str) -> bool:
    """Whether a function by this canonical name is Python's own, pandas' or NumPy's."""
    return "." not in function or function.startswith(("pandas.", "numpy."))
