"""What calling a function of the notebook may change, read off its body once.

Flow inside the body is not followed: every local name may stand for whatever is assigned to it
anywhere in the body. The result names *roots*, parameters and names of the notebook, which the
call site translates into its own objects. Calls in the body are kept as they are: what they do
depends on what their names are bound to when the function is called.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from nb_refactor.dataflow.effects import (
    Action,
    AugmentName,
    Bind,
    Call,
    Closure,
    Either,
    Fresh,
    Function,
    Named,
    Operand,
    Part,
    StoreInto,
)
from nb_refactor.dataflow.exposure import calls_in, closures_in
from nb_refactor.dataflow.library_methods import SHARING_METHODS
from nb_refactor.dataflow.liveness import simples

# So many levels of parts are told apart.
DEEPEST_PART = 3


class ResultOf(Struct, frozen=True):
    """What a call in a body gave back; the call by its place among the body's calls."""

    place: int


class HeldBy(Struct, frozen=True):
    """The elements of what a root is, if it is a list, without it itself: what `rows + more`
    holds."""

    root: int | str | ResultOf


class PartOf(Struct, frozen=True):
    """An element or an attribute of what a root is, or of an element of it, so many levels down
    (at the deepest, and below)."""

    root: int | str | ResultOf | HeldBy
    levels: int = 1


# A parameter by its position, a name of the notebook, what a call gave, or a part of one of them.
Root = int | str | ResultOf | HeldBy | PartOf
Roots = frozenset[Root]
NONE: Roots = frozenset()


class InnerCall(Struct, frozen=True):
    """A call in the body, with the roots of its receiver and arguments. `callee` are the roots of
    what is called. `plain` are the names among them that stand for what the function was given, and
    for all of it."""

    call: Call
    receiver: Roots
    arguments: tuple[Roots, ...]
    callee: Roots
    plain: frozenset[str]


class Summary(Struct, frozen=True):
    """`changed`: roots that the body changes in place; `walked` those that it walks. `stores`: what
    it stores into, and what is kept there. `rebinds`: names of the notebook that it binds, and what
    to. `returned`: roots that its value may be or hold."""

    changed: Roots
    walked: Roots
    stores: tuple[tuple[Roots, Roots], ...]
    rebinds: tuple[tuple[str, Roots], ...]
    calls: tuple[InnerCall, ...]
    returned: Roots
    returns_functions: tuple[Function, ...]


@lru_cache(maxsize=4096)
def summarize(function: Function) -> Summary:
    """The summary of one function's body (of a class: of what making an instance runs)."""
    actions = list(_actions(function))
    # What is called for an argument is called first.
    inner = [call for action in actions for call in reversed(tuple(calls_in(action)))]
    known = {id(call): ResultOf(place) for place, call in enumerate(inner)}
    local = _Local(_local_roots(function, actions, known), known)
    changed: set[Root] = set()
    for action in actions:
        if isinstance(action, StoreInto):
            changed |= roots(action.base, local)
        elif isinstance(action, AugmentName):
            changed |= {r for r in local.names.get(action.name, NONE) if not isinstance(r, str)}
    bound = {a.name for a in actions if isinstance(a, (Bind, AugmentName))}
    methods = [m for call in inner for m in _methods_looked_up(call, actions)]
    calls = tuple(_inner_call(call, local, bound) for call in [*inner, *methods])
    returned = frozenset(r for value in function.returns for r in roots(value, local))
    made = tuple(
        c.function for value in function.returns for c in _returned_closures(value, actions)
    )
    stores = tuple(
        (roots(action.base, local), roots(action.value, local))
        for action in actions
        if isinstance(action, StoreInto) and action.value is not None
    )
    rebinds = tuple((name, _bound_to(name, actions, local)) for name in function.global_writes)
    walked = frozenset(
        root
        for action in actions
        if isinstance(action, Bind) and action.form == "loop" and action.name.startswith("%")
        for root in roots(action.value, local)
    )
    return Summary(frozenset(changed), walked, stores, rebinds, calls, returned, made)


def _bound_to(name: str, actions: list[Action], local: _Local) -> Roots:
    values = [a.value for a in actions if isinstance(a, Bind) and a.name == name]
    return frozenset(root for value in values for root in roots(value, local))


def _actions(function: Function) -> Iterator[Action]:
    """All that the body does, functions defined in it included: they may be called there."""
    for simple in simples(function.body):
        for action in simple.actions:
            yield action
            for closure in closures_in(action):
                yield from _actions(closure.function)
                for method in closure.function.methods:
                    yield from _actions(method)


class _Local(Struct, frozen=True, eq=False):
    """What the names of a function may be, and what its calls give, by their identity."""

    names: Mapping[str, Roots]
    calls: Mapping[int, ResultOf]


def _local_roots(
    function: Function, actions: list[Action], calls: Mapping[int, ResultOf]
) -> Mapping[str, Roots]:
    local: dict[str, Roots] = {name: frozenset({i}) for i, name in enumerate(function.parameters)}
    variadic = len(function.parameters)
    local.update({name: frozenset({variadic}) for name in function.variadic})
    binds = [a for a in actions if isinstance(a, Bind) and a.name not in function.global_writes]
    for bind in binds:
        local.setdefault(bind.name, NONE)
    changed = True
    while changed:
        changed = False
        for bind in binds:
            found = local[bind.name] | roots(bind.value, _Local(local, calls))
            if found != local[bind.name]:
                local[bind.name] = found
                changed = True
    return local


def roots(operand: Operand, local: _Local) -> Roots:
    """The parameters and names of the notebook that the operand may be, be a part of, or hold."""
    match operand:
        case Named():
            return local.names.get(operand.name, frozenset({operand.name}))
        case Part():
            return NONE if operand.copies else frozenset(map(_part_of, roots(operand.base, local)))
        case Either():
            return _union(operand.options, local)
        case Fresh():
            joined = operand.operands if operand.joined else ()
            return _union(operand.parts, local).union(*(_elements(o, local) for o in joined))
        case Call():
            shares = operand.receiver is not None and operand.method in SHARING_METHODS
            shared = roots(operand.receiver, local) if shares and operand.receiver else NONE
            given = local.calls.get(id(operand))
            return shared | {given} if given is not None else shared
        case Closure():
            return NONE


def _part_of(root: Root) -> PartOf:
    if not isinstance(root, PartOf):
        return PartOf(root)
    return PartOf(root.root, min(root.levels + 1, DEEPEST_PART))


def _elements(operand: Operand, local: _Local) -> Roots:
    found = roots(operand, local)
    if isinstance(operand, Fresh):  # known by what it holds
        return found
    return frozenset(map(_element_of, found))


def _element_of(root: Root) -> Root:
    """The elements of a part are parts one level further down: a finite number of roots can be
    told apart, however often a loop takes elements of what it put together of elements."""
    match root:
        case HeldBy():
            return root
        case PartOf():
            return _part_of(root)
        case _:
            return HeldBy(root)


def _union(operands: tuple[Operand, ...], local: _Local) -> Roots:
    return frozenset(root for operand in operands for root in roots(operand, local))


def _inner_call(call: Call, local: _Local, bound: set[str]) -> InnerCall:
    receiver = roots(call.receiver, local) if call.receiver is not None else NONE
    arguments = tuple(roots(argument.value, local) for argument in call.arguments)
    callee = roots(call.callee, local) if isinstance(call.callee, Named) else NONE
    operands = [call.receiver, *(argument.value for argument in call.arguments)]
    named = {operand.name for operand in operands if isinstance(operand, Named)}
    return InnerCall(call, receiver, arguments, callee, frozenset(named - bound))


def _methods_looked_up(call: Call, actions: list[Action]) -> Iterator[Call]:
    """`add = rows.append` in the body, and `add(3)`: the call as one of the method."""
    if not isinstance(call.callee, Named):
        return
    for action in actions:
        match action:
            case Bind(name=name, value=Part(base=base, field=str(method), attribute=True)) if (
                name == call.callee.name
            ):
                yield replace(call, path=(), receiver=base, method=method)


def _returned_closures(value: Operand, actions: list[Action]) -> Iterator[Closure]:
    if isinstance(value, Closure):
        yield value
    elif isinstance(value, Fresh):
        for part in value.parts:
            yield from _returned_closures(part, actions)
    elif isinstance(value, Named):
        for action in actions:
            if isinstance(action, Bind) and action.name == value.name:
                yield from (c for c in (action.value,) if isinstance(c, Closure))
