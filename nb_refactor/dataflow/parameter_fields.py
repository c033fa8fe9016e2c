"""Which fields of its parameters a function reads and stores, where its text tells them all.

    def update(table):
        table["unnorm"] = table["prior"] * table["likelihood"]
        table["posterior"] = table["unnorm"] / table["unnorm"].sum()

reads `prior` and `likelihood` of the table that it is given, and what it stores is made of these.
So calling it again changes nothing, and another column of the table is no matter to it.

This holds where the function does nothing else with the parameter, at once or later, and stores
all of these fields, whichever way it goes.
"""

from __future__ import annotations

import ast

from msgspec import Struct

from nb_refactor.dataflow import scope
from nb_refactor.dataflow.literals import literal_key

_LATER = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.GeneratorExp,
)  # fmt: skip
_PLAIN = (ast.Assign, ast.AugAssign, ast.Expr, ast.Return, ast.Pass, ast.Assert)


class ParameterFields(Struct, frozen=True):
    """The fields that a function reads of a parameter before it stores them, and those that it
    stores. It `gives` the parameter back: then whoever takes that has all of it."""

    reads: tuple[str, ...]
    stores: tuple[str, ...]
    gives: bool = False


def parameter_fields(
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda,
) -> tuple[ParameterFields | None, ...]:
    """For each parameter, in order; None where more may be done with it."""
    arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    plain = isinstance(node, ast.FunctionDef) and not node.decorator_list
    if not plain or any(isinstance(n, (ast.Yield, ast.YieldFrom)) for n in ast.walk(node)):
        return tuple(None for _ in arguments)
    body = node.body if isinstance(node.body, list) else []
    bound = frozenset(scope.bound_names(body))
    names = [argument.arg for argument in arguments]
    return tuple(_fields_of(name, body) if name not in bound else None for name in names)


def _fields_of(name: str, body: list[ast.stmt]) -> ParameterFields | None:
    reads: dict[str, None] = {}
    stores: dict[str, None] = {}
    certain = True
    for statement in body:
        if _is_given_back(statement, name):
            return ParameterFields(tuple(reads), tuple(stores), gives=True)
        if not _is_known(statement, name):
            return None
        # Where the function may be left, what stands below need not come after it.
        certain = certain and not _may_leave(statement)
        loaded, stored = _accessed(statement, name)
        if stored and not (certain and isinstance(statement, _PLAIN)):
            return None
        reads.update(dict.fromkeys(key for key in loaded if key not in stores))
        stores.update(dict.fromkeys(stored))
        if isinstance(statement, ast.Return):
            break
    return ParameterFields(tuple(reads), tuple(stores))


def _may_leave(statement: ast.stmt) -> bool:
    inner = (node for node in ast.walk(statement) if node is not statement)
    return any(isinstance(node, (ast.Return, ast.Raise)) for node in inner)


def _is_given_back(statement: ast.stmt, name: str) -> bool:
    match statement:
        case ast.Return(value=ast.Name(id=returned)):
            return returned == name
        case _:
            return False


def _is_known(node: ast.AST, name: str) -> bool:
    """Whether the code does nothing with the name but take fields of it, and store them."""
    if _is_field(node, name) is not None:
        return True
    match node:
        case ast.Name(id=named) | ast.arg(arg=named) if named == name:
            return False
        case ast.Global(names=names) | ast.Nonlocal(names=names) if name in names:
            return False
        case ast.comprehension(target=target):
            return (
                _is_known(node.iter, name)
                and all(_is_known(child, name) for child in node.ifs)
                and not _mentions(target, name)
            )
        case ast.Delete():
            return not _mentions(node, name)
    if isinstance(node, _LATER):
        return not _mentions(node, name)
    return all(_is_known(child, name) for child in ast.iter_child_nodes(node))


def _mentions(node: ast.AST, name: str) -> bool:
    return any(isinstance(inner, ast.Name) and inner.id == name for inner in ast.walk(node))


def _is_field(node: ast.AST, name: str) -> str | None:
    match node:
        case ast.Subscript(value=ast.Name(id=named), slice=index) if named == name:
            return literal_key(index)
        case _:
            return None


def _accessed(statement: ast.stmt, name: str) -> tuple[list[str], list[str]]:
    """The fields that a statement loads, and those that it stores."""
    loaded: list[str] = []
    stored: list[str] = []
    for node in ast.walk(statement):
        key = _is_field(node, name)
        if key is not None and isinstance(node, ast.Subscript):
            (loaded if isinstance(node.ctx, ast.Load) else stored).append(key)
        augmented = _is_field(node.target, name) if isinstance(node, ast.AugAssign) else None
        loaded += [augmented] if augmented is not None else []
    return loaded, stored
