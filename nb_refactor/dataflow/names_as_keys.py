"""Names of the notebook that are written as keys: `globals()["rows"]` is another way to write it,
and `"rows" in globals()` asks for it.

Where the key is no plain text, a store may bind any name: those that begin as the key does, if the
text tells that much (`globals()[f"df_{i}"] = …`).
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Mapping

from nb_refactor.dataflow import scope
from nb_refactor.dataflow.syntax import stored_names
from nb_refactor.dataflow.words import words

_GLOBALS = words("globals")
_LISTINGS = words("globals locals vars dir")
_MAPPINGS = words("globals locals vars")
_BINDING_METHODS = words("update pop setdefault popitem clear __setitem__ __delitem__")
_LOAD = ast.Load()
_SCOPES = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.ListComp, ast.SetComp,
    ast.DictComp, ast.GeneratorExp,
)  # fmt: skip


class _Plainly(ast.NodeTransformer):
    def __init__(self) -> None:
        self.local: set[str] | None = None  # what a name may be in the functions around

    def visit(self, node: ast.AST) -> ast.AST:
        if not isinstance(node, _SCOPES):
            return super().visit(node)  # type: ignore[no-any-return]
        outer = self.local
        self.local = (outer or set()) | set(_bound_in(node))
        self.generic_visit(node)
        self.local = outer
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        self.generic_visit(node)
        match node.slice:
            case ast.Constant(value=str(name)) if self._is_plain(node, name):
                return ast.copy_location(ast.Name(name, node.ctx), node)
            case _:
                return node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        name = name_asked_for(node) if self.local is None else None
        if name is None or hasattr(builtins, name):
            return node
        # It may be read, or may not be there.
        read = ast.IfExp(ast.Name("__debug__", _LOAD), ast.Name(name, _LOAD), ast.Constant(None))
        for inner in ast.walk(read):
            ast.copy_location(inner, node)
        return read

    def _is_plain(self, node: ast.Subscript, name: str) -> bool:
        known = name.isidentifier() and not hasattr(builtins, name)
        if self.local is None:
            return known and _is_mapping(node.value, _MAPPINGS)
        reads = isinstance(node.ctx, ast.Load) and name not in self.local
        return known and reads and _is_mapping(node.value, _GLOBALS)


def name_asked_for(node: ast.AST) -> str | None:
    """`rows` of `"rows" in globals()`, or `not in`."""
    match node:
        case ast.Compare(ast.Constant(value=str(name)), [ast.In() | ast.NotIn()], [mapping]):
            asked = name.isidentifier() and _is_mapping(mapping, _LISTINGS)
            return name if asked else None
        case _:
            return None


def _bound_in(node: ast.AST) -> Iterable[str]:
    """The names that belong to a scope."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
            return scope.local_names(node)
        case ast.ClassDef(body=body):
            return scope.bound_names(body)
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            return [name for each in node.generators for name in stored_names(each.target)]
        case _:
            return ()


def write_plainly(tree: ast.Module, code: str) -> Mapping[int, str]:
    """Put such names as names into the syntax tree of a cell. The answer are the calls that give
    the mapping of all names and have it bind some there, by identity; with what these names begin
    with."""
    if not any(f"{name}()" in code for name in _LISTINGS):
        return {}
    _Plainly().visit(tree)
    return _binding(tree)


def _binding(tree: ast.Module) -> dict[int, str]:
    found: dict[int, str] = {}
    for node in ast.walk(tree):
        match node:
            case ast.Subscript(value=mapping, slice=key, ctx=ast.Store() | ast.Del()):
                if _is_mapping(mapping, _MAPPINGS):
                    found[id(mapping)] = _beginning(key)
            case ast.Call(func=ast.Attribute(value=mapping, attr=method), args=args):
                if _is_mapping(mapping, _MAPPINGS) and method in _BINDING_METHODS:
                    keyed = args and method not in ("update", "popitem", "clear")
                    found[id(mapping)] = _beginning(args[0]) if keyed else ""
            case ast.Subscript(value=mapping, slice=ast.Constant(value=str(name))):
                if _is_mapping(mapping, _MAPPINGS):  # in a function that has the name for itself
                    found[id(mapping)] = name
    return found


def _is_mapping(node: ast.expr, among: frozenset[str]) -> bool:
    match node:
        case ast.Call(func=ast.Name(id=name), args=[], keywords=[]):
            return name in among
        case _:
            return False


def _beginning(key: ast.expr) -> str:
    match key:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=[ast.Constant(value=str(text)), *_]):
            return text
        case ast.BinOp(left=left, op=ast.Add()):
            return _beginning(left)
        case _:
            return ""
