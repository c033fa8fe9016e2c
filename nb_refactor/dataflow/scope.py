"""Which names a scope binds: Python decides that before anything runs.

A function's local names are those that its own body binds anywhere (parameters, stores,
imports, `except as`, patterns, a walrus in a comprehension), less those declared `global` or
`nonlocal`. Comprehensions have a scope of their own that only their targets belong to; a class
body's names are seen by the body itself and by no function in it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from nb_refactor.dataflow.syntax import children

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_WITH_BLOCKS = (ast.stmt, ast.ExceptHandler, ast.match_case)
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


def local_names(node: FunctionNode) -> frozenset[str]:
    """The names that belong to the function itself."""
    body = [node.body] if isinstance(node, ast.Lambda) else node.body
    declared = frozenset(declared_names(body, ast.Global)) | frozenset(
        declared_names(body, ast.Nonlocal)
    )
    return (frozenset(parameter_names(node.args)) | frozenset(bound_names(body))) - declared


def parameter_names(arguments: ast.arguments) -> tuple[str, ...]:
    """All parameters in the order in which they are written."""
    plain = [*arguments.posonlyargs, *arguments.args]
    rest = [arguments.vararg] if arguments.vararg else []
    last = [arguments.kwarg] if arguments.kwarg else []
    return tuple(a.arg for a in [*plain, *rest, *arguments.kwonlyargs, *last])


def declared_names(
    body: Iterable[ast.AST], kind: type[ast.Global] | type[ast.Nonlocal]
) -> Iterator[str]:
    """The names that `global` (or `nonlocal`) declares in this scope, not in nested ones."""
    for node in _own_statements(body):
        if isinstance(node, kind):
            yield from node.names


def _own_statements(body: Iterable[ast.AST]) -> Iterator[ast.stmt]:
    """The statements among the nodes and in them, those of nested scopes left out."""
    for node in body:
        if isinstance(node, ast.stmt):
            yield node
        if isinstance(node, _WITH_BLOCKS) and not isinstance(node, _SCOPES):
            for block in ("body", "handlers", "cases", "orelse", "finalbody"):
                yield from _own_statements(getattr(node, block, ()))


def bound_names(body: Iterable[ast.AST]) -> Iterator[str]:
    """The names that this scope's own code binds or unbinds, nested scopes left out."""
    for node in own_nodes(body):
        match node:
            case ast.Name(ctx=ast.Store() | ast.Del()):
                yield node.id
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield node.name
            case ast.Import() | ast.ImportFrom():
                yield from (imported_name(alias) for alias in node.names if alias.name != "*")
            case ast.ExceptHandler(name=str(name)):
                yield name
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                yield name
            case ast.MatchMapping(rest=str(name)):
                yield name


def bound_by(node: ast.AST) -> Iterator[str]:
    """The names that this node of a tree binds by itself."""
    match node:
        case ast.Name(ctx=ast.Store() | ast.Del()):
            yield node.id
        case ast.expr() | ast.expr_context():
            return
        case ast.arg():
            yield node.arg
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield node.name
        case ast.alias():
            yield node.asname or node.name.partition(".")[0]
        case ast.ExceptHandler() | ast.MatchAs() | ast.MatchStar():
            if node.name:
                yield node.name
        case ast.MatchMapping(rest=str(name)):
            yield name
        case ast.Global():
            yield from node.names


def imported_name(alias: ast.alias) -> str:
    """The name that `import a.b` (`a`) or `import a.b as c` (`c`) binds."""
    return alias.asname or alias.name.split(".")[0]


def own_nodes(body: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """All nodes that belong to this scope: nested functions and classes are yielded but not
    entered (their decorators, defaults and bases are); of a comprehension only what runs or
    binds out here. Contexts (`Load`, `Store`) and operators are left out."""
    for node in body:
        yield node
        if isinstance(node, _SCOPES):
            yield from own_nodes(outer_parts(node))
        elif isinstance(node, _COMPREHENSIONS):
            yield from _walrus_nodes(node)
        else:
            yield from own_nodes(children(node))


def outer_parts(node: ast.AST) -> list[ast.AST]:
    """The parts of a function or class that its surrounding scope evaluates."""
    match node:
        case ast.Lambda():
            return _defaults(node.args)
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return [*node.decorator_list, *_defaults(node.args), *_annotations(node)]
        case ast.ClassDef():
            keywords = [keyword.value for keyword in node.keywords]
            return [*node.decorator_list, *node.bases, *keywords]
        case _:
            return []


def _defaults(arguments: ast.arguments) -> list[ast.AST]:
    return [d for d in [*arguments.defaults, *arguments.kw_defaults] if d is not None]


def _annotations(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.AST]:
    a = node.args
    rest = [p for p in (a.vararg, a.kwarg) if p]
    parameters = [*a.posonlyargs, *a.args, *a.kwonlyargs, *rest]
    found = [p.annotation for p in parameters] + [node.returns]
    return [annotation for annotation in found if annotation is not None]


def _walrus_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """The targets of `:=` in a comprehension: they belong to the scope around it."""
    for child in ast.walk(node):
        if isinstance(child, ast.NamedExpr):
            yield child.target
