"""Statements that change nothing when they are run a second time on their own result.

`df["day"] = pd.to_datetime(df["day"])`, `df = df.dropna()` or `rows.sort()` give the same however
often they run. A value number made of the old value's number would not show that: it grows with
each run. So a statement that is known to be of this sort tells what it works on, and where that is
still what the statement itself made of it, running it again is nothing.
"""

from __future__ import annotations

import ast

from nb_refactor.dataflow.words import words

# Methods f with f(f(x)) = f(x), given the same literal arguments.
IDEMPOTENT_METHODS = words(
    "dropna drop_duplicates fillna sort_values sort_index astype copy round clip abs ffill bfill "
    "rename_axis convert_dtypes infer_objects strip lstrip rstrip lower upper title capitalize "
    "casefold sort unique tolist ravel flatten squeeze normalize"
)
# Functions f of the same sort, by the last part of their name; their module is not looked at, so
# only names that mean one thing are here.
IDEMPOTENT_FUNCTIONS = words(
    "to_datetime to_numeric sorted set list tuple abs round asarray array Categorical nan_to_num"
)

Target = tuple[str, str | None]


def repeatable(node: ast.stmt) -> Target | None:
    """The name (and the field of it) that the statement works on, if it is of this sort."""
    match node:
        case ast.Assign(targets=[target], value=value):
            place = _place(target)
            return place if place is not None and _applied_to(value) == place else None
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=base, attr=method)) as call):
            in_place = method == "sort" or _keyword(call, "inplace") is True
            known = method in IDEMPOTENT_METHODS and in_place and _literal_arguments(call)
            return _place(base) if known else None
        case _:
            return None


def _applied_to(value: ast.expr) -> Target | None:
    """What an idempotent call is applied to."""
    match value:
        case ast.Call(func=ast.Attribute(value=base, attr=method)) if (
            method in IDEMPOTENT_METHODS and _literal_arguments(value)
        ):
            return _place(_without_accessor(base))
        case ast.Call(func=func, args=[first, *rest]) if (
            _last_name(func) in IDEMPOTENT_FUNCTIONS
            and all(isinstance(argument, ast.Constant) for argument in rest)
            and all(isinstance(keyword.value, ast.Constant) for keyword in value.keywords)
        ):
            return _place(first)
        case _:
            return None


def _place(node: ast.expr) -> Target | None:
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
