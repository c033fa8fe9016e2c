"""Which fields of its parameters a function reads and stores, where its text tells them all.

    def update(table):
        table["unnorm"] = table["prior"] * table["likelihood"]
        table["posterior"] = table["unnorm"] / table["unnorm"].sum()

reads `prior` and `likelihood` of the table that it is given, and what it stores is made of these.
So calling it again changes nothing, and another column of the table is no matter to it.

This holds where the function does nothing else with the parameter, at once or later, and stores
all of these fields, whichever way it goes. A field may also be named by another parameter: the one
that `plot(table, column)` reads as `table[column]` is known where it is called with a text.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from msgspec import Struct

from nb_refactor.dataflow import scope
from nb_refactor.dataflow.literals import literal_key

_LATER = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.GeneratorExp,
)  # fmt: skip
_PLAIN = (ast.Assign, ast.AugAssign, ast.Expr, ast.Return, ast.Pass, ast.Assert)


# A field by its name, or by the parameter that names it.
Field = str | int


class ParameterFields(Struct, frozen=True):
    """The fields that a function reads of a parameter before it stores them, and those that it
    stores. It `gives` the parameter back: then whoever takes that has all of it."""

    reads: tuple[Field, ...]
    stores: tuple[Field, ...]
    gives: bool = False


class Given(Struct, frozen=True):
    """The function that a name is given to, by the function's name; which of its arguments it is,
    by position or keyword; and the arguments that are texts."""

    function: str
    place: int | str
    texts: tuple[tuple[int | str, str], ...] = ()


def named_fields(fields: tuple[Field, ...], texts: Mapping[int, str]) -> tuple[str, ...] | None:
    """The fields by name, where the arguments at these places are texts."""
    names = [texts.get(field) if isinstance(field, int) else field for field in fields]
    told = tuple(name for name in names if name is not None)
    return told if len(told) == len(names) else None


def texts_by_place(
    texts: Iterable[tuple[int | str, str]], parameters: Sequence[str]
) -> dict[int, str]:
    """The arguments that are texts by the places of their parameters."""
    found: dict[int, str] = {}
    for place, text in texts:
        if isinstance(place, int):
            found[place] = text
        elif place in parameters:
            found[parameters.index(place)] = text
    return found


def parameter_fields(
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda,
) -> tuple[ParameterFields | None, ...]:
    """For each parameter, in order; None where more may be done with it."""
    arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    plain = isinstance(node, ast.FunctionDef) and not node.decorator_list
    if not plain or any(isinstance(n, (ast.Yield, ast.YieldFrom)) for n in ast.walk(node)):
        return tuple(None for _ in arguments)
    body = node.body if isinstance(node.body, list) else []
    bound = {*scope.bound_names(body), *_stored_names(body)}
    names = [argument.arg for argument in arguments]
    steady = {name: place for place, name in enumerate(names) if name not in bound}
    return tuple(_fields_of(name, body, steady) if name in steady else None for name in names)


def _stored_names(body: list[ast.stmt]) -> Iterator[str]:
    """The names that the code stores anywhere, those of comprehensions included."""
    for node in (inner for statement in body for inner in ast.walk(statement)):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            yield node.id


def _fields_of(
    name: str, body: list[ast.stmt], parameters: Mapping[str, int]
) -> ParameterFields | None:
    """`parameters` are those that stay what they are, with their places."""
    about = _About(name, parameters)
    reads: dict[Field, None] = {}
    stores: dict[Field, None] = {}
    certain = True
    for statement in body:
        if _is_given_back(statement, name):
            return ParameterFields(tuple(reads), tuple(stores), gives=True)
        if not _is_known(statement, about):
            return None
        # Where the function may be left, what stands below need not come after it.
        certain = certain and not _may_leave(statement)
        loaded, stored = _accessed(statement, about)
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


@dataclass(frozen=True, slots=True)
class _About:
    """The parameter that is looked at, among those that stay what they are."""

    name: str
    parameters: Mapping[str, int]


def _is_known(node: ast.AST, about: _About) -> bool:
    """Whether the code does nothing with the parameter but take fields of it, and store them."""
    if _fields_at(node, about) is not None:
        return True
    match node:
        case ast.Name(id=named) | ast.arg(arg=named) if named == about.name:
            return False
        case ast.Global(names=names) | ast.Nonlocal(names=names) if about.name in names:
            return False
        case ast.comprehension(target=target):
            return (
                _is_known(node.iter, about)
                and all(_is_known(child, about) for child in node.ifs)
                and not _mentions(target, about)
            )
        case ast.Delete():
            return not _mentions(node, about)
    if isinstance(node, _LATER):
        return not _mentions(node, about)
    return all(_is_known(child, about) for child in ast.iter_child_nodes(node))


def _mentions(node: ast.AST, about: _About) -> bool:
    names = (inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name))
    return about.name in names


def _fields_at(node: ast.AST, about: _About) -> tuple[Field, ...] | None:
    """The fields in `table["a"]`, `table[column]` and, of what is read, `table[["a", "b"]]`."""
    match node:
        case ast.Subscript(value=ast.Name(id=named), slice=index, ctx=ctx) if named == about.name:
            several = isinstance(index, ast.List) and isinstance(ctx, ast.Load)
            keys = index.elts if several and isinstance(index, ast.List) else [index]
            found = [_field(key, about) for key in keys]
            told = tuple(field for field in found if field is not None)
            return told if told and len(told) == len(found) else None
        case _:
            return None


def _field(key: ast.expr, about: _About) -> Field | None:
    if isinstance(key, ast.Name) and key.id != about.name:
        return about.parameters.get(key.id)
    return literal_key(key)


def _accessed(statement: ast.stmt, about: _About) -> tuple[list[Field], list[Field]]:
    """The fields that a statement loads, and those that it stores."""
    loaded: list[Field] = []
    stored: list[Field] = []
    for node in ast.walk(statement):
        fields = _fields_at(node, about) or ()
        if isinstance(node, ast.Subscript):
            (loaded if isinstance(node.ctx, ast.Load) else stored).extend(fields)
        if isinstance(node, ast.AugAssign):
            loaded += _fields_at(node.target, about) or ()
    return loaded, stored
