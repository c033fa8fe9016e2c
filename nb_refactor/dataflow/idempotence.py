"""Statements that change nothing when they are run a second time on their own result.

`df["day"] = pd.to_datetime(df["day"])`, `df = df.dropna()` or `rows.sort()` give the same however
often they run. A value number made of the old value's number would not show that: it grows with
each run. So a statement that is known to be of this sort tells what it works on, and where that is
still what the statement itself made of it, running it again is nothing.

A cleaning cell has several of them, and a later one must not undo what is known of an earlier one:
rows that are dropped or put in order leave every cell of the table as it is, so what was converted
stays converted, and what has no gaps has none in another order.
"""

from __future__ import annotations

import ast
from typing import Literal

from msgspec import Struct

from nb_refactor.dataflow.words import words

# Methods f with f(f(x)) = f(x), given the same literal arguments: on each element for itself, on
# whole rows, on the order of rows.
ELEMENT_METHODS = words(
    "fillna astype round clip abs strip lstrip rstrip lower upper title capitalize casefold "
    "normalize"
)
ROW_METHODS = words("dropna drop_duplicates")
# Of so many elements from one end the same number are left by a second run.
CUTTING_METHODS = words("head tail")
# (Not sort_values by one column: pandas puts rows that compare equal in an order of its own each
# time, unless it is told to be stable. An index that is in order it leaves alone.)
ORDER_METHODS = words("sort sort_index")
OTHER_METHODS = words(
    "copy ffill bfill rename_axis convert_dtypes infer_objects unique tolist ravel flatten squeeze"
)
IDEMPOTENT_METHODS = ELEMENT_METHODS | ROW_METHODS | CUTTING_METHODS | ORDER_METHODS | OTHER_METHODS
# Functions of the same sort, by the last part of their name; their module is not looked at, so
# only names that mean one thing are here.
ELEMENT_FUNCTIONS = words("to_datetime to_numeric abs round nan_to_num")
ORDER_FUNCTIONS = words("sorted")
OTHER_FUNCTIONS = words("set list tuple asarray array Categorical")
IDEMPOTENT_FUNCTIONS = ELEMENT_FUNCTIONS | ORDER_FUNCTIONS | OTHER_FUNCTIONS

Sort = Literal["elements", "rows", "order", "other"]
Place = tuple[str, str | None]


class Repeatable(Struct, frozen=True):
    """The name, and the field of it, that such a statement works on, and what it works on there.
    `rebinds`: it gives the name a new object, which other names then do not share."""

    name: str
    field: str | None
    sort: Sort
    rebinds: bool = False

    def keeps(self, other: Repeatable) -> bool:
        """Whether this statement leaves alone what the other one achieved."""
        if self.sort == "rows":
            return True
        return self.sort == "order" and other.sort != "order"


def repeatable(node: ast.stmt) -> Repeatable | None:
    """What the statement works on, if it is of this sort."""
    match node:
        case ast.Assign(targets=[target], value=ast.Call() as call):
            place, name = _applied_to(call)
            return _repeatable(place, name, True) if place == _place(target) else None
        case ast.Assign(targets=[target], value=ast.Subscript(value=base, slice=index)) if (
            _from_the_start(index)
        ):
            place = _place(base)
            return _repeatable(place, "head", True) if place == _place(target) else None
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=base, attr=method)) as call):
            in_place = method == "sort" or _keyword(call, "inplace") is True
            literal = method in IDEMPOTENT_METHODS and _literal_arguments(call)
            known = in_place and (literal or _sorts_stably(method, call))
            return _repeatable(_place(base), method) if known else None
        case _:
            return None


def _repeatable(place: Place | None, name: str, assigned: bool = False) -> Repeatable | None:
    if place is None:
        return None
    return Repeatable(*place, _sort_of(name), rebinds=assigned and place[1] is None)


def _sort_of(name: str) -> Sort:
    if name in ELEMENT_METHODS | ELEMENT_FUNCTIONS:
        return "elements"
    if name in ROW_METHODS:
        return "rows"
    if name in CUTTING_METHODS:
        return "other"
    ordering = ORDER_METHODS | ORDER_FUNCTIONS | {"sort_values"}
    return "order" if name in ordering else "other"


def _applied_to(call: ast.Call) -> tuple[Place | None, str]:
    """What an idempotent call is applied to, and what it calls."""
    match call:
        case ast.Call(func=ast.Attribute(value=base, attr="sort_values")) if _sorts_stably(
            "sort_values", call
        ):
            return _place(base), "sort_values"
        case ast.Call(func=ast.Attribute(value=base, attr=method)) if (
            method in IDEMPOTENT_METHODS and _literal_arguments(call) and _cuts_once(method, call)
        ):
            return _place(_without_accessor(base)), method
        case ast.Call(func=func, args=[first, *rest]) if (
            _last_name(func) in IDEMPOTENT_FUNCTIONS
            and all(isinstance(argument, ast.Constant) for argument in rest)
            and all(isinstance(keyword.value, ast.Constant) for keyword in call.keywords)
        ):
            return _place(first), _last_name(func)
        case _:
            return None, ""


def _sorts_stably(method: str, call: ast.Call) -> bool:
    """Whether it sorts by several columns, which is stable, or by one in a stable way."""
    by = call.args[0] if call.args else None
    by = next((k.value for k in call.keywords if k.arg == "by"), by)
    several = isinstance(by, ast.List) and len(by.elts) > 1
    stable = _keyword(call, "kind") in ("stable", "mergesort")
    return method == "sort_values" and (several or stable) and _literal_arguments(call)


def _cuts_once(method: str, call: ast.Call) -> bool:
    """`head(-2)` leaves out the last two each time."""
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    return method not in CUTTING_METHODS or not any(isinstance(a, ast.UnaryOp) for a in given)


def _from_the_start(index: ast.expr) -> bool:
    """`x[:7]` of `x[:7]` is `x[:7]`."""
    match index:
        case ast.Slice(
            lower=None | ast.Constant(value=0), upper=ast.Constant(value=int()), step=None
        ):
            return True
        case _:
            return False


def _place(node: ast.expr) -> Place | None:
    match node:
        case ast.Name():
            return node.id, None
        case ast.Subscript(value=ast.Name(id=name), slice=ast.Constant(value=str(field))):
            return name, field
        case ast.Attribute(value=ast.Name(id=name), attr=field):
            return name, field
        case _:
            return None


def _without_accessor(node: ast.expr) -> ast.expr:
    """`df["a"].str` works on `df["a"]`."""
    if isinstance(node, ast.Attribute) and node.attr in ("str", "dt"):
        return node.value
    return node


def _last_name(func: ast.expr) -> str:
    if isinstance(func, ast.Attribute):
        return func.attr if isinstance(func.value, ast.Name) else ""
    return func.id if isinstance(func, ast.Name) else ""


def _literal_arguments(call: ast.Call) -> bool:
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    return all(_is_literal(argument) for argument in given)


def _is_literal(node: ast.expr) -> bool:
    if isinstance(node, (ast.List, ast.Tuple)):
        return all(_is_literal(element) for element in node.elts)
    if isinstance(node, ast.UnaryOp):
        return _is_literal(node.operand)
    return isinstance(node, ast.Constant) or (isinstance(node, ast.Name) and node.id in _TYPES)


_TYPES = words("int float str bool object")


def _keyword(call: ast.Call, name: str) -> object:
    for keyword in call.keywords:
        if keyword.arg == name and isinstance(keyword.value, ast.Constant):
            return keyword.value.value
    return None
