"""Contexts of the notebook's own that may swallow an exception: behind `with Guard():` nobody can
tell how far the block has come."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from nb_refactor.dataflow import scope
from nb_refactor.dataflow.effects import (
    Arm,
    AugmentName,
    Bind,
    Branch,
    Evaluate,
    Loop,
    Named,
    Part,
    Simple,
    Statement,
    Try,
    With,
)
from nb_refactor.dataflow.exposure import SWALLOWING, CellEffects, calls_in, effects_of
from nb_refactor.dataflow.liveness import simples
from nb_refactor.refactor.extract_function.made_by import last_word
from nb_refactor.refactor.module_edit import BOM

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_LEAVING = frozenset({"__exit__", "__aexit__"})
_MAKING_CONTEXTS = frozenset({"contextmanager", "asynccontextmanager"})
# Contexts that swallow what another one does which they are given later.
_STACKS = frozenset({"ExitStack", "AsyncExitStack"})


def swallowing_in(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """The classes and functions, by their names, that make such a context."""
    for node in nodes:
        match node:
            case ast.ClassDef(name=name) if any(_may_swallow(member) for member in node.body):
                yield name
            case ast.ClassDef(name=name, bases=bases) if any(map(_swallows_anyway, bases)):
                yield name
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                if _makes_context(node) and any(map(_goes_on, scope.own_nodes(node.body))):
                    yield name


def module_swallowing(text: str | None) -> frozenset[str]:
    """What the module makes that the code goes to."""
    if not text or not ("__exit__" in text or "contextmanager" in text):
        return frozenset()
    try:
        tree = ast.parse(text.removeprefix(BOM))
    except (SyntaxError, ValueError):
        return frozenset()
    return frozenset(swallowing_in(ast.walk(tree)))


def seen_with(effects: CellEffects, swallowing: frozenset[str]) -> CellEffects:
    """The effects where blocks of such contexts may end early: `try` that goes on in any case."""
    if not swallowing or not any(_blocks_ending_early(effects.statements, swallowing)):
        return effects
    statements = tuple(_apart(effects.statements, swallowing))
    return replace(effects, statements=statements, whole=effects_of(statements))


def binds_what_may_end_early(statements: Iterable[Statement], swallowing: frozenset[str]) -> bool:
    """Whether the statements have such a block, and it gives names a value."""
    return any(
        isinstance(action, (Bind, AugmentName))
        for block in _blocks_ending_early(statements, swallowing)
        for simple in simples(block.body.body)
        for action in simple.actions
    )


def _blocks_ending_early(
    statements: Iterable[Statement], swallowing: frozenset[str]
) -> Iterator[With]:
    for statement in statements:
        if isinstance(statement, With) and _may_end_early(statement, swallowing):
            yield statement
        for arm in _arms(statement):
            yield from _blocks_ending_early(arm.body, swallowing)


def _may_end_early(block: With, swallowing: frozenset[str]) -> bool:
    """Of a context that a name stands for nobody knows, where the notebook has such contexts."""
    words = set(_words([block.head]))
    if words & _STACKS:
        return bool(swallowing.union(SWALLOWING).intersection(_words(simples(block.body.body))))
    values = (a.value for a in block.head.actions if isinstance(a, (Bind, Evaluate)))
    return bool(words & swallowing) or any(isinstance(value, (Named, Part)) for value in values)


def _words(statements: Iterable[Simple]) -> Iterator[str]:
    """The last names of what is called."""
    for simple in statements:
        for call in (call for action in simple.actions for call in calls_in(action)):
            yield from call.path[-1:]


def _arms(statement: Statement) -> tuple[Arm, ...]:
    match statement:
        case Branch(arms=arms):
            return arms
        case Loop(body=body, orelse=orelse):
            return (body, orelse)
        case With(body=body):
            return (body,)
        case Try(body=body, handlers=handlers, orelse=orelse, final=final):
            return (body, *handlers, orelse, final)
        case _:
            return ()


def _apart(statements: Iterable[Statement], swallowing: frozenset[str]) -> Iterator[Statement]:
    """The statements with `try` for the blocks that may end early."""

    def inside(arm: Arm) -> Arm:
        return replace(arm, body=tuple(_apart(arm.body, swallowing)))

    nothing = Arm(None, ())
    for statement in statements:
        match statement:
            case Branch(arms=arms):
                yield replace(statement, arms=tuple(map(inside, arms)))
            case Loop(body=body, orelse=orelse):
                yield replace(statement, body=inside(body), orelse=inside(orelse))
            case With(at=at, digest=digest, head=head, body=body):
                block = replace(statement, body=inside(body))
                if _may_end_early(statement, swallowing):
                    yield head
                    yield Try(at, digest, block.body, (nothing,), nothing, nothing)
                else:
                    yield block
            case Try(body=body, handlers=handlers, orelse=orelse, final=final):
                yield replace(
                    statement,
                    body=inside(body),
                    handlers=tuple(map(inside, handlers)),
                    orelse=inside(orelse),
                    final=inside(final),
                )
            case _:
                yield statement


def _may_swallow(member: ast.stmt) -> bool:
    """`__exit__` that answers anything but `False` or nothing."""
    if not isinstance(member, _FUNCTIONS) or member.name not in _LEAVING:
        return False
    answers = (n.value for n in scope.own_nodes(member.body) if isinstance(n, ast.Return))
    return any(
        answer is not None and not (isinstance(answer, ast.Constant) and not answer.value)
        for answer in answers
    )


def _swallows_anyway(base: ast.expr) -> bool:
    return last_word(base) in SWALLOWING


def _makes_context(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(last_word(decorator) in _MAKING_CONTEXTS for decorator in node.decorator_list)


def _goes_on(node: ast.AST) -> bool:
    """Whether something around a `yield` may take an exception away."""
    if isinstance(node, ast.Try) or type(node).__name__ == "TryStar":
        caught = bool(node.handlers)  # type: ignore[attr-defined]
        return caught and any(map(_yields, node.body))  # type: ignore[attr-defined]
    if isinstance(node, (ast.With, ast.AsyncWith)):
        parts = (part for item in node.items for part in ast.walk(item.context_expr))
        words = {last_word(part) for part in parts if isinstance(part, ast.expr)}
        return bool(words & SWALLOWING) and any(map(_yields, node.body))
    return False


def _yields(node: ast.AST) -> bool:
    return any(isinstance(inner, ast.Yield) for inner in ast.walk(node))
