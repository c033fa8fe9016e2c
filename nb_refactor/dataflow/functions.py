"""A function as a value: its parameters, what it reads when it is called, and its body."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from nb_refactor.dataflow import scope
from nb_refactor.dataflow.effects import Function, Use
from nb_refactor.dataflow.library_methods import MUTATING_ANYWHERE
from nb_refactor.dataflow.parameter_fields import parameter_fields
from nb_refactor.dataflow.reading import Reading


def function_of(
    reading: Reading, node: scope.FunctionNode, name: str, deferred: bool, immediate: bool = False
) -> Function:
    body: list[ast.stmt] = (
        [ast.copy_location(ast.Return(node.body), node.body)]
        if isinstance(node, ast.Lambda)
        else node.body
    )
    inner = reading.nested(scope.local_names(node))
    statements = inner.block(body)
    free = tuple(replace(u, certain=False, deferred=deferred) for u in inner.free)
    reading.uses.extend(free)
    _note_names(reading, inner, free, deferred)
    if reading.inside_function:
        reading.opaque.extend(inner.opaque)
    arguments = node.args
    outer = reading.local if reading.inside_function else frozenset()
    enclosed = tuple(sorted(set(changed_in_place(body)) & outer - scope.local_names(node)))
    return Function(
        name=name,
        digest=reading.digest_always(node),
        parameters=tuple(
            a.arg for a in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        ),
        variadic=tuple(a.arg for a in (arguments.vararg, arguments.kwarg) if a),
        free=tuple(replace(use, deferred=True) for use in free),
        global_writes=tuple(dict.fromkeys(scope.declared_names(body, ast.Global))),
        body=statements,
        returns=tuple(inner.returns),
        is_generator=any(isinstance(n, (ast.Yield, ast.YieldFrom)) for n in scope.own_nodes(body)),
        is_async=isinstance(node, ast.AsyncFunctionDef),
        opaque=tuple(inner.opaque),
        stateful=bool(enclosed) or any(scope.declared_names(body, ast.Nonlocal)),
        enclosed=enclosed,
        fields=parameter_fields(node),
        by_keyword=len(arguments.kwonlyargs),
        immediate=immediate,
    )


def _note_names(reading: Reading, inner: Reading, free: Sequence[Use], deferred: bool) -> None:
    """Of the notebook's names in a function it matters what they stand for: where it stands, or
    when it is called (see `name_number`)."""
    if reading.inside_function:
        reading.free_nodes += inner.free_nodes
        return
    places = {name: place for place, name in enumerate(dict.fromkeys(use.name for use in free))}
    for node in inner.free_nodes:
        if not deferred:
            reading.note_name(node)
        elif node.id in places:
            reading.names[id(node)] = (node, f"%free{places[node.id]}")


def changed_in_place(body: Sequence[ast.stmt]) -> Iterator[str]:
    """The names whose objects the code changes in place, as far as its text alone tells."""
    for node in (inner for statement in body for inner in ast.walk(statement)):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method)):
                if method in MUTATING_ANYWHERE:
                    yield name
            case ast.Call(func=ast.Name(id="next"), args=[ast.Name(id=name), *_]):
                yield name
            case (
                ast.Subscript(ctx=ast.Store() | ast.Del())
                | ast.Attribute(ctx=ast.Store() | ast.Del())
            ):
                yield from _first_name(node)


def _first_name(node: ast.expr) -> Iterator[str]:
    while isinstance(node, (ast.Subscript, ast.Attribute)):
        node = node.value
    if isinstance(node, ast.Name):
        yield node.id
