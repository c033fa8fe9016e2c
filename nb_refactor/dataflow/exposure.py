"""What a run of statements reads from outside and leaves behind.

A read is *upward exposed* when some way through the statements reaches it before the name is
bound. Each name stands, at each point, for a set of possibilities: still what it was on entry,
bound in here, unbound in here. A statement maps the state; at a branch the state is copied, each
arm goes its own way, and the results are joined by union. A way that ends in `raise` joins
nothing. (The scheme of ruff's use-def map: snapshot, restore, merge; "unbound" is a definition.)

    if a:              x: {entry}
        x = 1          x: {bound}
    print(x)           x: {entry, bound}   -> the read is exposed, the definition uncertain
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from msgspec import Struct

from nb_refactor.dataflow import mutation
from nb_refactor.dataflow.displayed import Shows
from nb_refactor.dataflow.effects import (
    Action,
    Arm,
    AugmentName,
    Bind,
    Branch,
    Call,
    ClearAll,
    Closure,
    Definition,
    Effects,
    Either,
    Evaluate,
    Fresh,
    ImportStar,
    Loop,
    Named,
    Opaque,
    Operand,
    Part,
    Simple,
    Statement,
    StoreInto,
    Try,
    Unbind,
    Update,
    Use,
    With,
)
from nb_refactor.dataflow.lowering import Constants, lower
from nb_refactor.dataflow.magics import Translation

ENTRY, BOUND, UNBOUND = 1, 2, 4
# Contexts that are there to swallow an exception: their body may stop anywhere.
SWALLOWING = frozenset({"suppress", "raises", "assertRaises", "assert_raises", "ignored"})

State = Mapping[str, int]


class CellEffects(Struct, frozen=True, eq=False):
    """A cell's code: its Python translation, its statements, and what they do as a whole.
    `problem` says why the code could not be read; then there are no statements."""

    translation: Translation
    statements: tuple[Statement, ...]
    whole: Effects
    problem: str | None
    digest: bytes
    shows: Shows = "nothing"


@lru_cache(maxsize=8192)
def cell_effects(source: str, constants: Constants = ()) -> CellEffects:
    """The effects of one cell's source; they depend on nothing else. `constants` are names that
    stand for a literal where it begins."""
    lowered = lower(source, constants)
    whole = effects_of(lowered.statements)
    return CellEffects(
        lowered.translation,
        lowered.statements,
        whole,
        lowered.problem,
        lowered.digest,
        lowered.shows,
    )


def effects_of(statements: Sequence[Statement], loops_run: bool = False) -> Effects:
    """What the statements do as a whole, seen from outside; with `loops_run` where each loop goes
    through its body."""
    walk = _Walk(loops_run)
    end = join([walk.block({}, statements), *walk.left])
    end = {} if end is None else end
    walk.expose_functions(end)
    uses = {(use.name, use.field): use for use in reversed(walk.uses)}
    in_order = [use for use in walk.uses if uses[(use.name, use.field)] is use]
    return Effects(
        uses=tuple(in_order),
        definitions=tuple(_definitions(walk, end)),
        updates=tuple({update.name: update for update in reversed(walk.updates)}.values()),
        kills=tuple(name for name, status in end.items() if status & UNBOUND),
        opaque=tuple(walk.opaque),
        stars=tuple(walk.stars),
    )


def _definitions(walk: _Walk, end: State) -> Iterator[Definition]:
    for name, bind in walk.definitions.items():
        status = end.get(name, BOUND if walk.stopped else ENTRY)
        if status & BOUND and not name.startswith("%"):
            yield Definition(name, bind.at, status == BOUND, bind.form, bind.module)


def join(states: Iterable[State | None]) -> State | None:
    """The union of what may hold; a way that does not come out (`None`) adds nothing."""
    reached = [state for state in states if state is not None]
    if not reached:
        return None
    first = reached[0]
    if all(state is first for state in reached):
        return first
    names = {name for state in reached for name in state}
    return {name: _union(state.get(name, ENTRY) for state in reached) for name in names}


def _union(statuses: Iterable[int]) -> int:
    result = 0
    for status in statuses:
        result |= status
    return result


@dataclass(slots=True)
class _Walk:
    """What one walk gathers on its way; the state itself is passed along as a value. `left` are the
    ways out of a loop's body that is walked alone."""

    loops_run: bool = False
    uses: list[Use] = field(default_factory=list)
    definitions: dict[str, Bind] = field(default_factory=dict)
    updates: list[Update] = field(default_factory=list)
    opaque: list[Opaque] = field(default_factory=list)
    stars: list[str] = field(default_factory=list)
    functions: dict[str, tuple[Use, ...]] = field(default_factory=dict)
    breaks: list[list[State]] = field(default_factory=list)
    continues: list[list[State]] = field(default_factory=list)
    raised: list[list[State]] = field(default_factory=list)
    left: list[State] = field(default_factory=list)
    stopped: bool = False

    def block(self, state: State, statements: Sequence[Statement]) -> State | None:
        reached: State | None = state
        for statement in statements:
            if reached is None:
                self.stopped = True
                return None
            reached = self._statement(reached, statement)
        return reached

    def _statement(self, state: State, statement: Statement) -> State | None:
        match statement:
            case Simple():
                return self._simple(state, statement)
            case Branch():
                return self._branch(state, statement)
            case Loop():
                return self._loop(state, statement)
            case With():
                return self._with(state, statement)
            case Try():
                return self._try(state, statement)

    def _arm(self, state: State, arm: Arm) -> State | None:
        if arm.head is not None:
            state = self._simple(state, arm.head) or state
        reached = self.block(state, arm.body)
        if reached is not None and arm.tail is not None:
            reached = self._simple(reached, arm.tail)
        return reached

    def _branch(self, state: State, branch: Branch) -> State | None:
        state = self._simple(state, branch.head) or state
        ends = [self._arm(state, arm) for arm in branch.arms]
        return join(ends if branch.exhaustive else [*ends, state])

    def _loop(self, state: State, loop: Loop) -> State | None:
        state = self._simple(state, loop.head) or state
        self.breaks.append([])
        self.continues.append([])
        once = self._arm(state, loop.body)
        through = [once, *self.continues.pop()]
        breaks = self.breaks.pop()
        if loop.endless:
            return join(breaks)
        after = join(through if loop.runs or self.loops_run else [state, *through])
        if after is None:
            return join(breaks)
        return join([self._arm(after, loop.orelse), *breaks])

    def _with(self, state: State, statement: With) -> State | None:
        state = self._simple(state, statement.head) or state
        if not swallows(statement.head):
            return self._arm(state, statement.body)
        self.raised.append([state])
        end = self._arm(state, statement.body)
        return join([end, *self.raised.pop()])

    def _try(self, state: State, statement: Try) -> State | None:
        self.raised.append([state])
        tried = self._arm(state, statement.body)
        stopped = join(self.raised.pop())
        assert stopped is not None
        ends = [self._arm(stopped, handler) for handler in statement.handlers]
        if tried is not None:
            tried = self._arm(tried, statement.orelse)
        out = join([tried, *ends])
        if not statement.final.body:
            return out
        through = self._arm(join([out, stopped]) or stopped, Arm(None, ()))
        before_final = out if out is not None else through
        assert before_final is not None
        end = self._arm(before_final, statement.final)
        return end if out is not None else None

    def _simple(self, state: State, simple: Simple) -> State | None:
        for use in simple.uses:
            if not use.deferred:
                self._expose(state, use)
        after = dict(state)
        for action in simple.actions:
            self._act(after, action)
        for raised in self.raised:
            raised.append(after)
        if simple.ends == "break":
            (self.breaks[-1] if self.breaks else self.left).append(after)
        if simple.ends == "continue":
            (self.continues[-1] if self.continues else self.left).append(after)
        return None if simple.ends else after

    def _expose(self, state: State, use: Use, seen: frozenset[str] = frozenset()) -> None:
        if state.get(use.name, ENTRY) & ENTRY:
            self.uses.append(use)
        if use.name in self.functions and use.name not in seen:
            for free in self.functions[use.name]:
                self._expose(state, free, seen | {use.name})

    def expose_functions(self, state: State) -> None:
        """A function that outlives the statements may be called after them."""
        for name, free in self.functions.items():
            if state.get(name, ENTRY) & BOUND:
                for use in free:
                    self._expose(state, use, frozenset({name}))

    def _act(self, state: dict[str, int], action: Action) -> None:
        match action:
            case Bind():
                before = 0 if action.certain else state.get(action.name, ENTRY)
                state[action.name] = before | BOUND
                self.definitions.setdefault(action.name, action)
                closures = tuple(use for f in closures_in(action.value) for use in f.function.free)
                if closures:
                    self.functions[action.name] = closures + self.functions.get(action.name, ())
            case AugmentName():
                bind = Bind(action.name, action.at, action.value)
                self.updates.append(Update(action.name, action.at))
                self.definitions.setdefault(action.name, bind)
                state[action.name] = BOUND
            case Unbind():
                state[action.name] = UNBOUND
            case StoreInto():
                self._update(action.base, action)
            case ImportStar():
                self.stars.append(action.module)
            case Opaque():
                self.opaque.append(action)
            case ClearAll():
                state.update(dict.fromkeys([*state, *self.definitions], UNBOUND))
            case Evaluate():
                pass
        for call in calls_in(action):
            self._updates_of(call)

    def _update(self, base: Operand, action: StoreInto) -> None:
        self.updates.extend(Update(name, action.at) for name in roots(base))

    def _updates_of(self, call: Call) -> None:
        for changed in mutation.syntactically_changed(call):
            self.updates.extend(Update(name, call.at) for name in roots(changed))
        for closure in closures_in(call):
            for name in closure.function.global_writes:
                self.updates.append(Update(name, call.at))


def swallows(head: Simple) -> bool:
    """Whether the context that a `with` enters is there to swallow an exception."""
    paths = [call.path for action in head.actions for call in calls_in(action)]
    return any(path and path[-1] in SWALLOWING for path in paths)


def roots(operand: Operand) -> Iterator[str]:
    """The names whose objects the operand may be (or be a part of)."""
    match operand:
        case Named():
            if not operand.name.startswith("%"):
                yield operand.name
        case Part():
            yield from roots(operand.base)
        case Either():
            for option in operand.options:
                yield from roots(option)
        case _:
            return


def operands_of(action: Action) -> tuple[Operand, ...]:
    """The operands that an action evaluates itself."""
    match action:
        case Evaluate() | Bind() | AugmentName():
            return (action.value,)
        case StoreInto():
            return (action.base, action.value) if action.value is not None else (action.base,)
        case _:
            return ()


def inner_operands(operand: Operand) -> Iterator[Operand]:
    """The operand and all that it is made of."""
    yield operand
    for child in _children(operand):
        yield from inner_operands(child)


def _children(operand: Operand) -> tuple[Operand, ...]:
    match operand:
        case Named():
            return ()
        case Fresh():
            return operand.parts + operand.operands
        case Part():
            return (operand.base, *operand.operands)
        case Either():
            return operand.options
        case Closure():
            return operand.operands
        case Call():
            receiver = operand.receiver if operand.receiver is not None else operand.callee
            return (receiver, *(argument.value for argument in operand.arguments))


def calls_in(action: Action | Operand) -> Iterator[Call]:
    """The calls that happen when the action does."""
    for operand in _operands(action):
        yield from (inner for inner in inner_operands(operand) if isinstance(inner, Call))


def closures_in(action: Action | Operand) -> Iterator[Closure]:
    """The functions that are made when the action happens."""
    for operand in _operands(action):
        yield from (inner for inner in inner_operands(operand) if isinstance(inner, Closure))


def _operands(action: Action | Operand) -> tuple[Operand, ...]:
    if isinstance(action, (Fresh, Named, Part, Either, Call, Closure)):
        return (action,)
    return operands_of(action)
