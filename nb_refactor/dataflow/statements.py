"""From statements to their effects: branches, loops and the order of what a statement does."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from msgspec.structs import replace

from nb_refactor.dataflow import magic_actions, scope
from nb_refactor.dataflow.definitions import (
    annotate,
    assign,
    augment,
    bind,
    define_class,
    define_function,
    define_imported,
    delete,
)
from nb_refactor.dataflow.effects import (
    Arm,
    Bind,
    Branch,
    Ending,
    Evaluate,
    Fresh,
    Loop,
    Named,
    Opaque,
    Operand,
    Part,
    Simple,
    Statement,
    Try,
    Unbind,
    With,
)
from nb_refactor.dataflow.ensured_folders import ensured_folder
from nb_refactor.dataflow.expressions import evaluate, operand_of
from nb_refactor.dataflow.literals import always_goes, has_elements, may_have_none
from nb_refactor.dataflow.node_digest import combine, magic_digest
from nb_refactor.dataflow.reading import Reading
from nb_refactor.dataflow.repeatable_statements import repeatable
from nb_refactor.dataflow.syntax import is_irrefutable


def block(reading: Reading, body: Sequence[ast.stmt]) -> tuple[Statement, ...]:
    return tuple(_statement(reading, node) for node in body)


def _statement(reading: Reading, node: ast.stmt) -> Statement:
    making = ensured_folder(node)
    if making is not None:
        return _ensure_folder(reading, node, making)
    match node:
        case ast.If():
            return _if(reading, node)
        case ast.For() | ast.AsyncFor():
            return _for(reading, node)
        case ast.While():
            return _while(reading, node)
        case ast.With() | ast.AsyncWith():
            return _with(reading, node)
        case ast.Try():
            return _try(reading, node)
        case ast.Match():
            return _match(reading, node)
        case _ if type(node).__name__ == "TryStar":
            return _try(reading, node)  # type: ignore[arg-type]
        case _:
            return _simple(reading, node)


def _simple(reading: Reading, node: ast.stmt) -> Simple:
    reading.start()
    ends = _lower_simple(reading, node)
    digest, shape = reading.digests(node)
    magic = reading.magics.get(node.lineno)
    if magic is not None:
        digest, shape = combine(digest, magic_digest(magic)), b""
        reading.actions.extend(magic_actions.of_line(magic, reading.span(node)))
    if any(isinstance(action, Opaque) for action in reading.actions):
        shape = b""
    simple = reading.finish(reading.span(node), digest, ends)
    if reading.inside_function:
        return simple
    return replace(simple, repeatable=repeatable(node), shape=shape)


def _ensure_folder(reading: Reading, node: ast.stmt, making: ast.Call) -> Simple:
    reading.start()
    evaluate(reading, making, discarded=True)
    return reading.finish(reading.span(node), reading.digest(node))


def _if(reading: Reading, node: ast.If) -> Branch:
    digest, at = reading.digest(node), reading.span(node)
    reading.start()
    evaluate(reading, node.test)
    head = reading.finish(reading.span(node.test), reading.digest(node.test))
    ways = [
        body
        for body, taken in ((node.body, True), (node.orelse, False))
        if always_goes(node.test) in (None, taken)
    ]
    return Branch(at, digest, head, tuple(Arm(None, block(reading, w)) for w in ways), True)


def _for(reading: Reading, node: ast.For | ast.AsyncFor) -> Loop:
    digest, at = reading.digest(node), reading.span(node)
    reading.start()
    iterated = reading.temporary()
    operand = operand_of(reading, node.iter)
    reading.actions.append(Bind(iterated, reading.span(node.iter), operand, "loop"))
    head = reading.finish(reading.span(node.iter), reading.digest(node.iter))
    reading.start()
    bind(reading, node.target, Part(Named(iterated)), "loop")
    target = reading.finish(reading.span(node.target), reading.digest(node.target))
    body = Arm(target, block(reading, node.body))
    orelse = Arm(None, block(reading, node.orelse))
    runs = has_elements(node.iter, reading.known_at(node.lineno))
    return Loop(at, digest, head, body, orelse, False, True, runs, may_have_none(node.iter))


def _while(reading: Reading, node: ast.While) -> Loop:
    digest, at = reading.digest(node), reading.span(node)
    reading.start()
    evaluate(reading, node.test)
    head = reading.finish(reading.span(node.test), reading.digest(node.test))
    endless = isinstance(node.test, ast.Constant) and bool(node.test.value)
    body = Arm(None, block(reading, node.body))
    return Loop(at, digest, head, body, Arm(None, block(reading, node.orelse)), endless, False)


def _with(reading: Reading, node: ast.With | ast.AsyncWith) -> With:
    digest, at = reading.digest(node), reading.span(node)
    reading.start()
    for item in node.items:
        operand = operand_of(reading, item.context_expr)
        if item.optional_vars is None:
            reading.actions.append(Evaluate(operand))
        else:
            bind(reading, item.optional_vars, operand, "with")
        reading.works = True  # it is entered
    head = reading.finish(at, reading.digest(*node.items))
    return With(at, digest, head, Arm(None, block(reading, node.body)))


def _try(reading: Reading, node: ast.Try) -> Try:
    digest, at = reading.digest(node), reading.span(node)
    body = Arm(None, block(reading, node.body))
    handlers = tuple(_handler(reading, handler) for handler in node.handlers)
    orelse = Arm(None, block(reading, node.orelse))
    return Try(at, digest, body, handlers, orelse, Arm(None, block(reading, node.finalbody)))


def _handler(reading: Reading, node: ast.ExceptHandler) -> Arm:
    at = reading.span(node)
    reading.start()
    if node.type is not None:
        evaluate(reading, node.type)
    if node.name:
        reading.define(node.name, at, Fresh("unknown"), "except")
    head = reading.finish(at, b"")
    body = block(reading, node.body)
    if not node.name or node.name in reading.local:
        return Arm(head, body)
    tail = Simple(at, b"", (), (Unbind(node.name, at),))
    return Arm(head, body, tail)


def _match(reading: Reading, node: ast.Match) -> Branch:
    digest, at = reading.digest(node), reading.span(node)
    reading.start()
    subject = reading.temporary()
    operand = operand_of(reading, node.subject)
    reading.actions.append(Bind(subject, reading.span(node.subject), operand))
    head = reading.finish(reading.span(node.subject), reading.digest(node.subject))
    arms = tuple(_case(reading, case, Named(subject)) for case in node.cases)
    last = node.cases[-1]
    exhaustive = last.guard is None and is_irrefutable(last.pattern)
    return Branch(at, digest, head, arms, exhaustive)


def _case(reading: Reading, case: ast.match_case, subject: Operand) -> Arm:
    reading.start()
    for node in ast.walk(case.pattern):
        if isinstance(node, (ast.MatchValue, ast.MatchClass)):
            evaluate(reading, node.value if isinstance(node, ast.MatchValue) else node.cls)
    for name in scope.bound_names([case.pattern]):
        reading.define(name, reading.span(case.pattern), Part(subject), "pattern")
    if case.guard is not None:
        evaluate(reading, case.guard)
    return Arm(reading.finish(reading.span(case.pattern), b""), block(reading, case.body))


def _lower_simple(reading: Reading, node: ast.stmt) -> Ending | None:
    match node:
        case ast.Expr():
            _note_made(reading, node.value)
            reading.alone = node.value if node is reading.shown else None
            evaluate(reading, node.value, discarded=node is not reading.shown)
        case ast.Assign():
            _note_made(reading, node.value)
            assign(reading, node.targets, node.value)
        case ast.AnnAssign():
            annotate(reading, node)
        case ast.AugAssign():
            augment(reading, node)
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            define_function(reading, node)
        case ast.ClassDef():
            define_class(reading, node)
        case ast.Import() | ast.ImportFrom():
            define_imported(reading, node)
        case ast.Delete():
            for target in node.targets:
                delete(reading, target)
        case ast.Assert():
            evaluate(reading, node.test)
            if node.msg:
                with reading.uncertain():
                    evaluate(reading, node.msg)
        case ast.Raise():
            for part in (node.exc, node.cause):
                if part is not None:
                    evaluate(reading, part)
            return "raise"
        case ast.Return():
            if node.value is not None:
                operand = operand_of(reading, node.value)
                reading.actions.append(Evaluate(operand))
                reading.returns.append(operand)
            return "return"
        case ast.Break():
            return "break"
        case ast.Continue():
            return "continue"
        case ast.Pass() | ast.Global() | ast.Nonlocal():
            pass
        case _:
            _other(reading, node)
    return None


def _note_made(reading: Reading, value: ast.expr) -> None:
    """`b = K()` makes an instance and does nothing else with it."""
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
        reading.made.add(id(value.func))


def _other(reading: Reading, node: ast.stmt) -> None:
    """`type X = …`; a statement that this version of Python knows and we do not may do
    anything."""
    if type(node).__name__ == "TypeAlias":
        name = node.name.id  # type: ignore[attr-defined]
        parameters = {reading.name for reading in node.type_params}  # type: ignore[attr-defined]
        inner = reading.nested(frozenset(parameters))
        evaluate(inner, node.value)  # type: ignore[attr-defined]
        inner.finish(reading.span(node), b"")
        reading.uses.extend(replace(u, deferred=True, certain=False) for u in inner.free)
        reading.define(name, reading.span(node), Fresh("unknown"), "assignment")
    else:
        reading.actions.append(Opaque(type(node).__name__, reading.span(node), binds=True))
