"""Which names are still needed after a cell: read by a later cell before it binds them again.

A name is needed also where a later cell uses a function that reads it when called: the global
`k` of `def f(): return k` is live wherever `f` is. Such *call-time reads* are closed over all
functions of the document, since the text does not say which of them a call reaches.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from nb_refactor.dataflow.effects import (
    Action,
    Arm,
    Bind,
    Branch,
    Call,
    Closure,
    Fresh,
    Function,
    Loop,
    Named,
    Operand,
    Part,
    Simple,
    Statement,
    StoreInto,
    Try,
    With,
)
from nb_refactor.dataflow.exposure import CellEffects, inner_operands, operands_of, swallows

CallTimeReads = Mapping[str, frozenset[str]]


def live_after(cells: Sequence[CellEffects], index: int) -> frozenset[str]:
    """The names that the cells below `index` read before they bind them for certain. `cells` are
    all code cells of the document, from top to bottom."""
    call_time = call_time_reads(cells)
    live: frozenset[str] = frozenset()
    for cell in reversed(cells[index + 1 :]):
        bound = frozenset(d.name for d in cell.whole.definitions if d.certain)
        live = (live - bound) | reads_of(cell, call_time)
    return live


def reads_of(cell: CellEffects, call_time: CallTimeReads) -> frozenset[str]:
    """The names that running the cell may read from outside, call-time reads included: the call
    may stand above the cell's own binding of the name."""
    direct = frozenset(use.name for use in cell.whole.uses)
    return direct | call_time_closure(all_names(cell), call_time)


def call_time_closure(names: Iterable[str], call_time: CallTimeReads) -> frozenset[str]:
    """What the functions among (or inside) the named objects read when they are called."""
    reached: set[str] = set()
    waiting = list(names)
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        found = call_time.get(name, frozenset())
        reached |= found
        waiting.extend(found)
    return frozenset(reached)


@lru_cache(maxsize=8192)
def all_names(cell: CellEffects) -> frozenset[str]:
    """All names of the notebook that the cell's own code mentions in a read."""
    return frozenset(
        use.name for simple in simples(cell.statements) for use in simple.uses if not use.deferred
    )


@dataclass(frozen=True, slots=True)
class _Held:
    """What is bound to the `names`: what the functions in it read when called (`reads`), and what
    is still read behind a call of it (`lasting`). `objects` are the names whose objects it may
    hold, `parts` all those that it is made of."""

    names: tuple[str, ...]
    reads: frozenset[str]
    lasting: frozenset[str]
    objects: tuple[str, ...]
    parts: tuple[str, ...]


def call_time_reads(cells: Sequence[CellEffects]) -> CallTimeReads:
    """For each name of the document, what functions that it may hold read when called."""
    held = [each for cell in cells for each in _held_in(cell)]
    lasting = _spread((each.names, each.lasting, each.parts) for each in held)
    if not lasting:
        return _spread((each.names, each.reads, each.objects) for each in held)

    def read(each: _Held) -> frozenset[str]:
        return each.reads.union(*(lasting.get(name, _NOTHING) for name in each.parts))

    return _spread((each.names, read(each), each.objects) for each in held)


_NOTHING: frozenset[str] = frozenset()


def _spread(
    held: Iterable[tuple[tuple[str, ...], frozenset[str], tuple[str, ...]]],
) -> CallTimeReads:
    """For each name what is said of what is bound to it (names, what is said, the names whose
    own it gets as well)."""
    found: dict[str, frozenset[str]] = {}
    getting: dict[str, list[str]] = {}
    for names, said, others in held:
        for name in names:
            if said:
                found[name] = found.get(name, _NOTHING) | said
            for other in others:
                getting.setdefault(other, []).append(name)
    waiting = list(found)
    while waiting:
        giver = waiting.pop()
        for name in getting.get(giver, ()):
            more = found.get(name, _NOTHING) | found[giver]
            if more != found.get(name):
                found[name] = more
                waiting.append(name)
    return found


@lru_cache(maxsize=8192)
def _held_in(cell: CellEffects) -> tuple[_Held, ...]:
    """What the cell's code binds to names."""
    return tuple(
        _held(action, names)
        for simple in simples(cell.statements)
        for action in simple.actions
        if isinstance(action, (Bind, StoreInto)) and (names := _names_bound(action))
    )


def _held(action: Bind | StoreInto, names: tuple[str, ...]) -> _Held:
    if action.value is None:
        return _Held(names, _NOTHING, _NOTHING, (), ())
    parts = list(inner_operands(action.value))
    reads, objects = set[str](), []
    for operand in _holding(action.value):
        if isinstance(operand, Closure):
            reads.update(operand.function.free_names)
        elif isinstance(operand, Named):
            objects.append(operand.name)
    lasting = (_read_behind(o.function) for o in parts if isinstance(o, Closure))
    return _Held(
        names,
        frozenset(reads),
        _NOTHING.union(*lasting),
        tuple(objects),
        tuple(operand.name for operand in parts if isinstance(operand, Named)),
    )


def _read_behind(function: Function) -> Iterator[str]:
    """What a function that the call makes still reads, or the function's own code that goes on
    (`yield`, `async`)."""
    if function.is_generator or function.is_async:
        yield from function.free_names
    for method in function.methods:
        yield from _read_behind(method)
    for made in functions_made(function):
        yield from made.free_names


def functions_made(function: Function) -> Iterator[Function]:
    """The functions and classes that are made when the function is called."""
    done = (o for s in simples(function.body) for a in s.actions for o in operands_of(a))
    for made in (inner for o in (*done, *function.returns) for inner in inner_operands(o)):
        if isinstance(made, Closure):
            yield made.function


def _names_bound(action: Action) -> tuple[str, ...]:
    if isinstance(action, Bind):
        return (action.name,)
    if isinstance(action, StoreInto) and isinstance(action.base, Named):
        return (action.base.name,)
    return ()


def _holding(operand: Operand) -> Iterable[Operand]:
    """The operands whose objects the value may still hold: not a call's callee, whose value is
    something else, unless it is named like a class."""
    match operand:
        case Call():
            if operand.path and operand.path[-1][:1].isupper():
                yield operand.callee
            for argument in operand.arguments:
                yield from _holding(argument.value)
        case Fresh():
            for part in operand.parts:
                yield from _holding(part)
        case Part():
            yield from _holding(operand.base)
        case _:
            yield from inner_operands(operand)


def simples(statements: Iterable[Statement]) -> Iterable[Simple]:
    """All simple statements in the statements, heads and arms included, in textual order."""
    for statement in statements:
        match statement:
            case Simple():
                yield statement
            case Branch():
                yield statement.head
                for arm in statement.arms:
                    yield from _in_arm(arm)
            case Loop():
                yield statement.head
                yield from _in_arm(statement.body)
                yield from _in_arm(statement.orelse)
            case With():
                yield statement.head
                yield from _in_arm(statement.body)
            case Try():
                for arm in (
                    statement.body,
                    *statement.handlers,
                    statement.orelse,
                    statement.final,
                ):
                    yield from _in_arm(arm)


def _in_arm(arm: Arm) -> Iterable[Simple]:
    if arm.head is not None:
        yield arm.head
    yield from simples(arm.body)
    if arm.tail is not None:
        yield arm.tail


def sure_simples(statements: Iterable[Statement]) -> Iterator[Simple]:
    """The simple statements that every run to the end comes through: not those of branches, of
    loops that may run no times, and of blocks that may stop anywhere."""
    for statement in statements:
        match statement:
            case Simple():
                yield statement
            case Branch():
                yield statement.head
            case Loop():
                yield statement.head
                if statement.runs:
                    yield from _sure_at_first(statement.body)
            case With():
                yield statement.head
                if not swallows(statement.head):
                    yield from sure_simples(statement.body.body)
            case Try():
                if not statement.handlers:
                    yield from sure_simples(statement.body.body)
                yield from sure_simples(statement.final.body)


def _sure_at_first(arm: Arm) -> Iterator[Simple]:
    """What the first round of a loop comes through: nothing behind what may end it."""
    if arm.head is not None:
        yield arm.head
    for statement in arm.body:
        if not isinstance(statement, Simple):
            return
        yield statement
