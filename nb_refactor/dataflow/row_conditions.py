"""Conditions that tell of each row, or each element, by what it holds itself.

`df[df["a"] > 3]` leaves the rows in which `a` is greater than 3, and in each of them it still is:
the same once more leaves all of them. `df[df["a"] > df["a"].mean()]` is no such condition, since
the mean is another one then.
"""

from __future__ import annotations

import ast

from nb_refactor.dataflow.library_methods import PANDAS_ATTRIBUTES
from nb_refactor.dataflow.syntax import dotted
from nb_refactor.dataflow.words import words

_TESTS = words("isin isna isnull notna notnull between")
_TEXT_TESTS = words(
    "contains startswith endswith isdigit isalpha isnumeric isalnum isupper islower match fullmatch"
)
_TEXT_VALUES = words("len lower upper strip lstrip rstrip title capitalize")
_CONSTANTS = [(module, name) for module in ("np", "numpy") for name in ("inf", "nan")]
_ARITHMETIC = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod)
_ORDER = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq)


def row_condition(node: ast.expr, table: str) -> bool:
    """Whether it tells of each row of the table by its columns alone."""
    return _condition(node, table, cells=False)


def cell_condition(node: ast.expr, table: str) -> bool:
    """Whether it tells of each element of an array, a column or a table by the element alone."""
    return _condition(node, table, cells=True)


def _condition(node: ast.expr, table: str, cells: bool) -> bool:
    match node:
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            sides = [_value(left, table, cells), _value(right, table, cells)]
            return isinstance(op, _ORDER) and None not in sides and "table" in sides
        case ast.BinOp(left=left, op=ast.BitAnd() | ast.BitOr(), right=right):
            return _condition(left, table, cells) and _condition(right, table, cells)
        case ast.UnaryOp(op=ast.Invert(), operand=operand):
            return _condition(operand, table, cells)
        case ast.Call(func=ast.Attribute(value=base, attr=name)) if _literals(node):
            if name in _TESTS:
                return _value(base, table, cells) == "table"
            text = isinstance(base, ast.Attribute) and base.attr == "str" and name in _TEXT_TESTS
            return text and _value(base.value, table, cells) == "table"  # type: ignore[attr-defined]
        case _:
            return False


def _value(node: ast.expr, table: str, cells: bool) -> str | None:
    """`table` for a value that each row (each element) has for itself, `constant` for one that all
    of them share; None for all else."""
    match node:
        case ast.Constant():
            return "constant"
        case ast.Attribute() if dotted(node) in _CONSTANTS:
            return "constant"
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return _value(operand, table, cells)
        case ast.Name(id=name) if name == table:
            return "table" if cells else None
        case ast.Subscript(value=ast.Name(id=name), slice=ast.Constant(value=str())):
            return "table" if name == table and not cells else None
        case ast.Attribute(value=ast.Name(id=name), attr=column) if (
            column not in PANDAS_ATTRIBUTES or column == "index"
        ):
            return "table" if name == table and not cells else None
        case ast.BinOp(left=left, op=op, right=right) if isinstance(op, _ARITHMETIC):
            sides = {_value(left, table, cells), _value(right, table, cells)}
            return None if None in sides else "table" if "table" in sides else "constant"
        case ast.Attribute(value=ast.Attribute(value=base, attr="dt")):
            return _value(base, table, cells)
        case ast.Call(
            func=ast.Attribute(value=ast.Attribute(value=base, attr="str"), attr=name)
        ) if name in _TEXT_VALUES and _literals(node):
            return _value(base, table, cells)
        case _:
            return None


def _literals(call: ast.Call) -> bool:
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    return all(_literal(argument) for argument in given)


def _literal(node: ast.expr) -> bool:
    if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        return all(_literal(element) for element in node.elts)
    if isinstance(node, ast.UnaryOp):
        return _literal(node.operand)
    return isinstance(node, ast.Constant) or dotted(node) in _CONSTANTS
