"""Which names a module on the path certainly does not have, by reading its source.

`from sklearn.datasets import load_boston` fails where the package is there and the name is not any
more. Nothing is imported to find out, so that only what the source leaves no doubt about is told:
it binds no such name, takes none over from elsewhere, and makes none while it runs.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from nb_refactor.dataflow import scope

_LARGEST = 1_000_000
_MAKERS = frozenset({"exec", "setattr", "vars", "locals", "globals"})
_ASKED = ("__getattr__", "__dir__")


def certainly_lacks(source: Path, name: str) -> bool:
    """Whether the module of this Python file has no attribute of that name that is not a
    submodule; `False` where that cannot be read off it."""
    try:
        standing = source.stat()
    except OSError:
        return False
    # A private name may have been put there by a part of the package that is not Python.
    if source.suffix != ".py" or standing.st_size > _LARGEST or name.startswith("_"):
        return False
    return _lacks(source, standing.st_mtime_ns, name)


@lru_cache(maxsize=1024)
def _lacks(source: Path, _: int, name: str) -> bool:
    try:
        text = source.read_bytes().decode("utf-8")
    except (OSError, ValueError):
        return False
    if "def __getattr__" not in text and re.search(rf"\b{re.escape(name)}\b", text):
        return False
    tree = _parsed(text)
    if tree is None or name in scope.bound_names(tree.body) or _makes_names(tree, name):
        return False
    asked = [n for n in _functions(tree) if n.name == "__getattr__"]
    return all(_answers_nothing(function, name) for function in asked)


@lru_cache(maxsize=16)
def _parsed(text: str) -> ast.Module | None:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    return (node for node in scope.own_nodes(tree.body) if isinstance(node, ast.FunctionDef))


def _makes_names(tree: ast.Module, name: str) -> bool:
    """Whether `name` may come about though no statement of the module binds it."""
    if any(own in scope.bound_names(tree.body) for own in ("__getattr__", "__class__")) and not any(
        function.name == "__getattr__" for function in _functions(tree)
    ):
        return True
    harmless = {id(n) for f in _functions(tree) if f.name in _ASKED for n in ast.walk(f)}
    harmless |= {id(read) for node in ast.walk(tree) for read in _only_read(node)}
    harmless |= {id(call) for node in ast.walk(tree) for call in _stores_of_others(node, name)}
    return any(id(node) not in harmless and _makes(node) for node in ast.walk(tree))


def _only_read(node: ast.AST) -> Iterator[ast.AST]:
    """A call of `globals()` whose result is not changed."""
    match node:
        case ast.Attribute(value=ast.Call() as call, attr="keys" | "values" | "items" | "get"):
            yield call
        case ast.Subscript(value=ast.Call() as call, ctx=ast.Load()):
            yield call


def _stores_of_others(node: ast.AST, name: str) -> Iterator[ast.AST]:
    """`globals()[each]` in a loop over other names that are written out."""
    match node:
        case ast.For(target=ast.Name(id=each), iter=(ast.List() | ast.Tuple()) as names) if all(
            isinstance(other, ast.Constant) and other.value != name for other in names.elts
        ):
            for inner in ast.walk(node):
                if isinstance(inner, ast.Subscript) and ast.unparse(inner.slice) == each:
                    yield inner.value


def _makes(node: ast.AST) -> bool:
    match node:
        case ast.ImportFrom(names=names):
            return any(alias.name == "*" for alias in names)
        case ast.Call(func=ast.Name(id=called)):
            return called in _MAKERS
        case ast.Attribute(attr="modules", value=ast.Name(id="sys")):
            return True
        case ast.Global():
            return True
        case _:
            return False


def _answers_nothing(function: ast.FunctionDef, name: str) -> bool:
    """Whether a module's `__getattr__` raises for the name: what it returns it returns for other
    names, or takes from the module's own."""
    return len(function.args.args) == 1 and _raises(function.body, function.args.args[0].arg, name)


def _raises(body: list[ast.stmt], asked: str, name: str) -> bool:
    for node in body:
        match node:
            case ast.If(test=test, body=then, orelse=other):
                for_others = _is_for_others(test, asked, name)
                if not for_others and not _raises(then, asked, name):
                    return False
                if not _raises(other, asked, name):
                    return False
            case ast.Try(body=tried, handlers=handlers, orelse=other, finalbody=last):
                blocks = [tried, other, last, *(handler.body for handler in handlers)]
                if not all(_raises(block, asked, name) for block in blocks):
                    return False
            case ast.Return(value=value):
                if not _is_own(value, asked):
                    return False
            case _:
                if any(isinstance(inner, ast.Return) for inner in ast.walk(node)):
                    return False
    return True


def _is_for_others(test: ast.expr, asked: str, name: str) -> bool:
    """`attr == "other"`, `attr in {"some", "others"}`."""
    match test:
        case ast.Compare(
            left=ast.Name(id=left), ops=[ast.Eq() | ast.In()], comparators=[compared]
        ) if left == asked:
            try:
                value = ast.literal_eval(compared)
            except ValueError:
                return False
            return value != name if isinstance(value, str) else name not in value
        case _:
            return False


def _is_own(value: ast.expr | None, asked: str) -> bool:
    """`globals()[attr]`, which has what the module's statements bind and no more."""
    match value:
        case ast.Subscript(
            value=ast.Call(func=ast.Name(id="globals"), args=[]), slice=ast.Name(id)
        ):
            return id == asked
        case _:
            return False
