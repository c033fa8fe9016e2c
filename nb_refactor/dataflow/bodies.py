"""What running the visible body of a function does: its statements are followed on the machine,
with a frame for the names that are the function's own.

A body is followed more loosely than a cell. Its own names keep to the order of its statements and
are joined where ways meet, but whatever it changes is changed in addition to what was there: it
may come to that line or not. One statement of a cell may lead to many calls; the same function on
the same objects is followed once. Where that is still too much (functions that call each other
crosswise on ever new objects), all that can be reached is taken to be changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from msgspec.structs import replace

from nb_refactor.dataflow.aliasing import NOWHERE, Object, Points, Reference, in_order, joined
from nb_refactor.dataflow.effects import (
    Action,
    Arm,
    AugmentName,
    Bind,
    Branch,
    Evaluate,
    Function,
    Loop,
    Named,
    Opaque,
    Simple,
    Statement,
    StoreInto,
    Try,
    Unbind,
    With,
)
from nb_refactor.dataflow.evaluated_text import run_opaque
from nb_refactor.dataflow.exposure import closures_in, inner_operands, operands_of
from nb_refactor.dataflow.liveness import simples
from nb_refactor.dataflow.machine import Calls, Followed, Frame, Machine
from nb_refactor.dataflow.name_number import name_number
from nb_refactor.dataflow.randomness import RANDOM_STATES

# So many bodies are followed for one call of a cell, so deep into each other.
MOST_BODIES = 150
DEEPEST = 30
# So often a call is followed until it is known what a function gives where it calls itself.
MOST_ROUNDS = 4


# A function, the environments of the functions around it, and what it is given.
_Key = tuple[Function, frozenset[Reference], tuple[Points, ...]]


def run_body(
    machine: Machine,
    function: Function,
    holds: frozenset[Reference],
    given: Sequence[Points],
    certain: bool = True,
) -> Points:
    """Call a function that holds these objects, with what its parameters are given, and last what
    its rest parameters take. Not `certain`: it need not be called. The answer is what it gives
    back."""
    around = frozenset(r for r in holds if machine.store.heap[r[0]].kind == "environment")
    key = (function, around, tuple(given))
    if machine.step.frames:
        return _called(machine, key, certain and machine.step.frames[-1].certain)
    calls = machine.step.calls = Calls(machine.last_location())
    back = _called_until_known(machine, key, certain)
    for location, stand_in in calls.stood_for.items():
        machine.hold({(location, None)}, machine.held_by({stand_in}))
    return back


def _called_until_known(machine: Machine, key: _Key, certain: bool) -> Points:
    """A call, followed again until it is known what it gives where it calls itself."""
    calls = machine.step.calls
    for _ in range(MOST_ROUNDS):
        before = calls.given_earlier()
        calls.begin_round()
        back = _called(machine, key, certain)
        if not calls.inside_itself or before == calls.given_earlier():
            return back
    return _anything(machine, key)


def _called(machine: Machine, key: _Key, certain: bool) -> Points:
    step, calls = machine.step, machine.step.calls
    if any(frame.function is key[0] for frame in step.frames):
        key = (*key[:2], _stood_in(machine, key))
    known = calls.followed.get(key)
    if known is None and key in calls.followed:  # it is being followed
        calls.inside_itself = True
        return calls.earlier.get(key, Points())
    if known is not None and calls.is_told(known):
        return known.back
    calls.count += 1
    if len(step.frames) >= DEEPEST or calls.count > MOST_BODIES:
        return _anything(machine, key)
    calls.followed[key] = None
    back = _followed(machine, key, certain)
    reached = _new_objects(machine, key)
    calls.followed[key] = Followed(calls.shape, calls.time, reached, back)
    return back


def _new_objects(machine: Machine, key: _Key) -> frozenset[int]:
    """The objects that a call can reach, of those that are new."""
    _, around, given = key
    calls = machine.step.calls
    waiting = [r[0] for references in (around, *(p.references for p in given)) for r in references]
    reached: set[int] = set()
    while waiting:
        location = waiting.pop()
        if location not in reached and not calls.is_seen(location):
            reached.add(location)
            waiting += [held for held, _ in machine.store.heap[location].holds]
    return frozenset(reached)


def _stood_in(machine: Machine, key: _Key) -> tuple[Points, ...]:
    """What a function is given that calls itself: one object stands for all new ones."""
    function, _, given = key
    calls = machine.step.calls
    return tuple(_with_stand_in(machine, calls, (function, i), p) for i, p in enumerate(given))


def _with_stand_in(
    machine: Machine, calls: Calls, place: tuple[Function, int], points: Points
) -> Points:
    heap = machine.store.heap
    new = [r for r in in_order(points.references) if r[0] > calls.first and _is_data(heap[r[0]])]
    stand_in = calls.stand_ins.get(place)
    if not new or new == [stand_in]:
        return points
    if stand_in is None:
        (stand_in,) = machine.make(points.kind).references
        calls.stand_ins[place] = stand_in
    for location, _ in new:
        calls.stood_for[location] = stand_in
        machine.hold({stand_in}, heap[location].holds)
    references = points.references.difference(new) | {stand_in}
    return Points(references, points.kind, part=True)


def _is_data(thing: Object) -> bool:
    return thing.function is None and thing.kind != "environment"


def _followed(machine: Machine, key: _Key, certain: bool) -> Points:
    function, around, given = key
    step = machine.step
    frame = Frame(function, around, _parameters(function, given))
    frame.ever.update(frame.local)
    frame.certain = certain and not function.is_generator
    made = _functions_made(function)
    if made:
        frame.shared = any(inner.stateful for inner in made)
        environment = machine.make("environment", around)
        frame.environment = environment.references
        for name, points in frame.local.items():
            machine.bind_in(frame.environment, name, points)
    value = step.value
    step.frames.append(frame)
    _block(machine, frame, function.body)
    if function.is_generator:
        frame.local = frame.ever
        frame.given_back += [machine.evaluate(operand) for operand in function.returns]
    step.frames.pop()
    step.value = value
    if function.is_generator:
        return _generator(machine, key, frame)
    return joined(frame.given_back) if frame.given_back else Points(kind="scalar")


def _parameters(function: Function, given: Sequence[Points]) -> dict[str, Points]:
    local = dict(zip(function.parameters, given, strict=False))
    rest = given[len(function.parameters)] if len(given) > len(function.parameters) else Points()
    return local | dict.fromkeys(function.variadic, replace(rest, part=True, view=None))


@lru_cache(maxsize=4096)
def _functions_made(function: Function) -> tuple[Function, ...]:
    """The functions that are made in the body."""
    actions = [action for simple in simples(function.body) for action in simple.actions]
    return tuple(c.function for top in (*actions, *function.returns) for c in closures_in(top))


@lru_cache(maxsize=4096)
def outer_temporaries(function: Function) -> tuple[str, ...]:
    """What the body reads of the comprehension around it."""
    actions = [action for simple in simples(function.body) for action in simple.actions]
    own = {action.name for action in actions if isinstance(action, Bind)}
    read = [
        operand.name
        for top in (*(o for action in actions for o in operands_of(action)), *function.returns)
        for operand in inner_operands(top)
        if isinstance(operand, Named) and operand.name.startswith("%")
    ]
    inner = [c.function for action in actions for c in closures_in(action)]
    read += [name for function in inner for name in outer_temporaries(function)]
    return tuple(dict.fromkeys(name for name in read if name not in own))


def _generator(machine: Machine, key: _Key, frame: Frame) -> Points:
    """What a call of a generator gives: it runs when it is walked."""
    function, around, given = key
    held = NOWHERE.union(*(points.references for points in (*given, *frame.given_back)))
    resumed = machine.make_function(function, around)
    return machine.make("iterator", held | resumed.references)


def _anything(machine: Machine, key: _Key) -> Points:
    """A call that is not followed: it changes all that there is."""
    function, _, given = key
    if machine.step.calls.anything is not None:
        return machine.step.calls.anything
    names = machine.store.names
    references: set[Reference] = set().union(*(points.references for points in given))
    for name in names.everything():
        references |= names[name].references
    reached: set[Reference] = set()
    while references:
        reached |= references
        references = set(machine.held_by(references)) - reached
    everything = frozenset(reached)
    machine.change(everything)
    made = machine.make("unknown", everything)
    machine.hold(everything, made.references)
    for _, state in RANDOM_STATES:
        if state in machine.store.process:
            machine.write_state(state, machine.store.process[state])
    run_opaque(machine, Opaque(f"{function.name}()", machine.step.at, binds=True))
    machine.step.calls.anything = Points(everything | made.references, part=True)
    return machine.step.calls.anything


# ---- statements ----------------------------------------------------------------------------------


def _block(machine: Machine, frame: Frame, statements: Iterable[Statement]) -> None:
    for statement in statements:
        match statement:
            case Simple():
                _simple(machine, frame, statement)
            case Branch():
                _simple(machine, frame, statement.head)
                _either(machine, frame, statement.arms, statement.exhaustive)
            case Loop():
                _simple(machine, frame, statement.head)
                # Twice, so that what is made at the end of the body is known at its start.
                for _ in range(2):
                    _either(machine, frame, (statement.body,), False)
                    _simple(machine, frame, statement.head)
                _either(machine, frame, (statement.orelse,), False)
            case With():
                _simple(machine, frame, statement.head)
                _arm(machine, frame, statement.body)
            case Try():
                _try(machine, frame, statement)


def _arm(machine: Machine, frame: Frame, arm: Arm) -> None:
    if arm.head is not None:
        _simple(machine, frame, arm.head)
    _block(machine, frame, arm.body)
    if arm.tail is not None:
        _simple(machine, frame, arm.tail)


def _either(machine: Machine, frame: Frame, arms: Sequence[Arm], exhaustive: bool) -> None:
    """One of the arms is taken, or none."""
    before, certain = frame.local, frame.certain
    frame.certain = False
    ends = [] if exhaustive else [before]
    for arm in arms:
        frame.local = dict(before)
        _arm(machine, frame, arm)
        ends.append(frame.local)
    frame.local = _met(ends)
    # Behind an arm that may leave the function nothing is certain.
    frame.certain = certain and not any(_leaves(arm) for arm in arms)


@lru_cache(maxsize=4096)
def _leaves(arm: Arm) -> bool:
    return any(simple.ends is not None for simple in simples(arm.body))


def _try(machine: Machine, frame: Frame, statement: Try) -> None:
    before, certain = frame.local, frame.certain
    frame.local, frame.certain = dict(before), False
    _arm(machine, frame, statement.body)
    tried = frame.local
    # The body may have stopped anywhere.
    frame.local = stopped = _met([before, tried, {n: frame.ever[n] for n in tried}])
    _either(machine, frame, statement.handlers, False)
    handled = frame.local
    frame.local = tried
    _arm(machine, frame, statement.orelse)
    frame.local = _met([frame.local, handled, stopped])
    arms = (statement.body, *statement.handlers, statement.orelse)
    frame.certain = certain and not any(_leaves(arm) for arm in arms)
    _arm(machine, frame, statement.final)


def _met(ways: Sequence[dict[str, Points]]) -> dict[str, Points]:
    names = dict.fromkeys(name for way in ways for name in way)
    return {name: joined([way[name] for way in ways if name in way]) for name in names}


def _simple(machine: Machine, frame: Frame, simple: Simple) -> None:
    for action in simple.actions:
        _act(machine, frame, action)
    if simple.ends == "return" and not frame.function.is_generator:
        frame.given_back.append(machine.step.value if simple.actions else Points(kind="scalar"))


def _act(machine: Machine, frame: Frame, action: Action) -> None:
    match action:
        case Evaluate():
            machine.step.value = machine.evaluate(action.value)
        case Bind():
            points = machine.evaluate(action.value)
            if action.form == "loop" and action.name.startswith("%"):
                machine.walk(points)
            if not action.certain and action.name in frame.local:
                points = joined([frame.local[action.name], points])
            _bind(machine, frame, action.name, points)
        case AugmentName():
            points = machine.named(action.name)
            added = machine.evaluate(action.value)
            machine.change(points.references)
            if not points.references:
                points = machine.make(points.kind if points.kind != "scalar" else added.kind)
            _bind(machine, frame, action.name, points)
        case StoreInto():
            value = machine.evaluate(action.value) if action.value is not None else Points()
            base = machine.evaluate(action.base)
            machine.change(base.references)
            if base.kind not in ("pandas", "array"):
                machine.hold(base.references, value.references)
        case Unbind():
            frame.local.pop(action.name, None)


def _bind(machine: Machine, frame: Frame, name: str, points: Points) -> None:
    if frame.owns(name):
        frame.local[name] = points
        frame.ever[name] = joined([frame.ever[name], points]) if name in frame.ever else points
        if frame.environment:
            machine.bind_in(frame.environment, name, points)
    elif name in frame.function.global_writes:
        _rebind(machine, name, points)
    else:  # `nonlocal`
        machine.change(frame.around)
        machine.bind_in(frame.around, name, points)


def _rebind(machine: Machine, name: str, points: Points) -> None:
    """`global name` in a function that is called: it may bind the name."""
    step = machine.step
    old = machine.store.names.get(name)
    step.log.append(name_number(machine.store, name))
    machine.name(name, points)
    if old is not None:
        new = machine.store.names[name]
        machine.store.names[name] = replace(
            new,
            references=new.references | old.references,
            kind=new.kind if new.kind == old.kind else "unknown",
            origins=new.origins | old.origins,
            part=True,
        )
