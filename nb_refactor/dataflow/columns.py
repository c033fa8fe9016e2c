"""Which columns of a table an expression reads, as far as its text tells.

`df[df.a > 3]["b"]` takes rows of `df` and of these the column `b`: another column that is added
to the table, or changed in it, is no matter to it. The name that the expression begins with is a
use of these columns then, and of the table's rows. Whether it is a table is known where it is read.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from nb_refactor.dataflow.library_methods import PANDAS_ATTRIBUTES
from nb_refactor.dataflow.literals import literal, literal_key
from nb_refactor.dataflow.row_conditions import row_condition
from nb_refactor.dataflow.words import words

# The rows alone: how many there are, and how they are labelled.
ROWS = ""
# Arguments of plotting functions that name columns of `data`.
COLUMN_KEYWORDS = words("x y hue size style col row units weights vars x_vars y_vars")
# Methods that take rows of a table, by arguments that the text names, and leave the columns.
_ROW_METHODS = words("head tail")
_PIVOTING = words("index columns values")
# Methods of groups that give sizes, whatever the other columns hold.
_COUNTING_ROWS = words("size ngroup cumcount")


@dataclass(frozen=True, slots=True)
class ColumnRead:
    """The name that the expression begins with, and the columns that it reads of its table.
    `unordered`: in whatever order the rows stand; `counted`: of all rows, it reads how many they
    are."""

    table: ast.Name
    columns: tuple[str, ...]
    unordered: bool = False
    counted: bool = False


def columns_read(node: ast.expr) -> ColumnRead | None:
    """The columns that the expression reads, if its text names them all."""
    match node:
        case ast.Subscript(value=ast.Attribute(value=table, attr="shape"), slice=index):
            rows = _rows_of(table) if literal(index) == 0 else None
            return _counted(rows, table)
        case ast.Attribute(value=table, attr="index"):
            return _read(_rows_of(table), (ROWS,))
        case ast.Call(func=ast.Name(id="len"), args=[table], keywords=[]):
            return _counted(_rows_of(table), table)
        case ast.Subscript(value=ast.Attribute(value=ast.Name() as table, attr="loc")):
            return _read(table, _of_location(node.slice))
        case ast.Subscript(value=ast.Call() as grouped):
            return _of_groups(grouped, _keys(node.slice))
        case ast.Attribute(value=ast.Call() as grouped, attr=name) if name not in PANDAS_ATTRIBUTES:
            return _of_groups(grouped, (name,))
        case ast.Subscript(value=ast.Subscript() as table):
            return _read(_rows_of(table), _keys(node.slice))
        case ast.Attribute(value=ast.Subscript() as table, attr=name) if (
            name not in PANDAS_ATTRIBUTES
        ):
            return _read(_rows_of(table), (name,))
        case ast.Call(func=ast.Attribute(value=ast.Name() as table, attr="pivot_table" | "pivot")):
            return _read(table, _of_pivot(node))
        case ast.Call(func=ast.Attribute(value=ast.Call() as grouped, attr=name)):
            return _of_groups(grouped, _aggregated(node, name))
        case _:
            return None


def _read(table: ast.Name | None, columns: tuple[str, ...] | None) -> ColumnRead | None:
    return ColumnRead(table, columns) if table is not None and columns else None


def _counted(table: ast.Name | None, rows: ast.expr) -> ColumnRead | None:
    """How many rows there are. In which order they stand does not matter if each was chosen by what
    it holds itself."""
    if table is None:
        return None
    return ColumnRead(table, (ROWS,), _are_chosen_one_by_one(rows), counted=rows is table)


def _are_chosen_one_by_one(node: ast.expr) -> bool:
    match node:
        case ast.Name():
            return True
        case ast.Subscript(value=table, slice=index):
            begin = _rows_of(table)
            known = begin is not None and row_condition(index, begin.id)
            return known and _are_chosen_one_by_one(table)
        case _:
            return False


def unordered_uses(read: ColumnRead, node: ast.expr) -> Iterator[ast.Name]:
    """The uses of the table in the expression, where the order of its rows does not matter."""
    if read.unordered:
        for each in ast.walk(node):
            if isinstance(each, ast.Name) and each.id == read.table.id:
                yield each


def _rows_of(node: ast.expr) -> ast.Name | None:
    """The table of which the expression takes rows: all, or those that a condition chooses."""
    match node:
        case ast.Name():
            return node
        case ast.Subscript(value=table, slice=index) if _chooses_rows(index):
            return _rows_of(table)
        case _:
            return None


def _chooses_rows(index: ast.expr) -> bool:
    """Whether an index is a condition on rows, which is read for itself."""
    if isinstance(index, ast.UnaryOp):
        return isinstance(index.op, ast.Invert) and _chooses_rows(index.operand)
    if isinstance(index, ast.BinOp):
        return isinstance(index.op, (ast.BitAnd, ast.BitOr))
    if isinstance(index, ast.Call):
        return isinstance(index.func, ast.Attribute) and index.func.attr in _CONDITIONS
    return isinstance(index, ast.Compare)


_CONDITIONS = words("isin isna isnull notna notnull between duplicated contains startswith")


def _keys(index: ast.expr) -> tuple[str, ...] | None:
    """The columns in `["a"]` and in `[["a", "b"]]`."""
    if isinstance(index, ast.List):
        keys = [literal_key(element) for element in index.elts]
        return tuple(key for key in keys if key is not None) if None not in keys else None
    key = literal_key(index)
    return (key,) if key is not None else None


def _of_location(index: ast.expr) -> tuple[str, ...] | None:
    """The columns in `.loc[rows, "a"]`."""
    if isinstance(index, ast.Tuple) and len(index.elts) == 2:
        return _keys(index.elts[1])
    return None


def _of_groups(call: ast.Call, columns: tuple[str, ...] | None) -> ColumnRead | None:
    """`df.groupby(by)` of which these columns are taken."""
    match call:
        case ast.Call(func=ast.Attribute(value=table, attr="groupby"), args=[by]) if all(
            k.arg in ("as_index", "sort", "observed", "dropna") for k in call.keywords
        ):
            keys = _keys(by)
            known = columns is not None and keys is not None
            return _read(_rows_of(table), (*keys, *columns)) if known else None  # type: ignore[misc]
        case ast.Call(func=ast.Attribute(value=table, attr=method)) if method in _ROW_METHODS:
            return _read(_rows_of(table), columns)
        case _:
            return None


def _aggregated(call: ast.Call, method: str) -> tuple[str, ...] | None:
    """The columns that `.agg({"a": "mean"})` takes of groups; those of `.size()` are none."""
    if method in _COUNTING_ROWS and not call.args and not call.keywords:
        return (ROWS,)
    if method not in ("agg", "aggregate"):
        return None
    match call.args:
        case [ast.Dict(keys=keys)] if not call.keywords:
            named = [literal_key(key) if key is not None else None for key in keys]
        case []:
            named = [_named_aggregate(k.value) for k in call.keywords]
        case _:
            return None
    return tuple(n for n in named if n is not None) if named and None not in named else None


def _named_aggregate(value: ast.expr) -> str | None:
    return literal_key(value.elts[0]) if isinstance(value, ast.Tuple) and value.elts else None


def _of_pivot(call: ast.Call) -> tuple[str, ...] | None:
    if call.args or any(k.arg is None for k in call.keywords):
        return None
    named = {k.arg: _keys(k.value) for k in call.keywords if k.arg in _PIVOTING}
    if "values" not in named or None in named.values():
        return None
    return tuple(key for keys in named.values() for key in keys or ())


def stored_column(index: ast.expr) -> str | None:
    """The column that `df.loc[rows, "a"] = …` stores into. Rows that are named by a label may be
    new ones, and a new row is in all columns."""
    if not (isinstance(index, ast.Tuple) and len(index.elts) == 2):
        return None
    rows = index.elts[0]
    known = isinstance(rows, (ast.Slice, ast.List)) or _chooses_rows(rows)
    return literal_key(index.elts[1]) if known else None


def columns_plotted(call: ast.Call) -> tuple[str, ...]:
    """The columns that a plotting call names, if it names all of them by literals."""
    naming = [k.value for k in call.keywords if k.arg in COLUMN_KEYWORDS]
    if any(k.arg is None for k in call.keywords):
        return ()
    literals = [literal(part) for part in [*call.args, *naming]]
    names = tuple(name for name in literals if isinstance(name, str))
    return names if len(names) == len(literals) else ()
