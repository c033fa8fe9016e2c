"""Variables of the notebook that its own functions read or rebind when they are called.

A function that stays in the notebook looks its global names up there, at the moment of the call.
If the cell that calls it rebinds such a name, the rebinding must stay in the notebook as well.
Which functions can a cell call? Those that its names may hold: the name of a function, of a
class, of an object made by the class, of a list of functions, of what a library made out of one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

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
    Statement,
    StoreInto,
)
from nb_refactor.dataflow.exposure import calls_in, roots
from nb_refactor.dataflow.liveness import simples

# Calls that use the function which they are given while they run, and keep it no longer.
TRANSIENT = frozenset(
    "apply applymap agg aggregate all any assign filter groupby len map max mean min "
    "pipe print reduce sort sort_values str sum transform".split()
)
# Calls that go through what they are given at once, and those whose result does it later.
_EXHAUSTING = frozenset({"list", "tuple", "set", "dict", "sorted"})
_LAZY = frozenset({("map",), ("filter",)})


@dataclass(frozen=True)
class Shared:
    """The names of the notebook that a call may read and rebind behind the cell's back."""

    reads: frozenset[str]
    writes: frozenset[str]


@dataclass(frozen=True)
class Holders:
    """For each name: the functions that its value may hold, and the names whose values may be
    in it."""

    functions: Mapping[str, frozenset[Function]]
    names: Mapping[str, frozenset[str]]

    def held_by(self, names: Iterable[str]) -> frozenset[Function]:
        """The functions that can be called through these names, transitively: what a function
        reads when it is called can be called as well."""
        found: set[Function] = set()
        pending, seen = list(names), set[str]()
        while pending:
            name = pending.pop()
            if name in seen:
                continue
            seen.add(name)
            pending.extend(self.names.get(name, ()))
            for function in self.functions.get(name, frozenset()):
                for each in with_methods(function):
                    found.add(each)
                    pending.extend(each.free_names)
        return frozenset(found)

    def shared(self, names: Iterable[str]) -> Shared:
        held = self.held_by(names)
        return Shared(
            frozenset(name for function in held for name in function.free_names),
            frozenset(name for function in held for name in function.global_writes),
        )


def with_methods(function: Function) -> Iterator[Function]:
    yield function
    for method in function.methods:
        yield from with_methods(method)


def holders(cells: Sequence[Sequence[Statement]]) -> Holders:
    """What the names of a document may hold, over all its cells and whatever their order."""
    functions: dict[str, set[Function]] = {}
    names: dict[str, set[str]] = {}
    actions = [
        (place, action)
        for place, statements in enumerate(cells)
        for simple in simples(statements)
        for action in simple.actions
    ]
    known = {
        action.name: action.value.function
        for _, action in actions
        if isinstance(action, Bind) and isinstance(action.value, Closure)
    }
    for place, action in actions:
        for target, value in _flows(action):
            held_functions, held_names = held(value, known)
            own = _own(target, place)
            functions.setdefault(own, set()).update(held_functions)
            names.setdefault(own, set()).update(_own(name, place) for name in held_names)
    return Holders(
        {name: frozenset(found) for name, found in functions.items()},
        {name: frozenset(found) for name, found in names.items()},
    )


def _own(name: str, place: int) -> str:
    """Temporaries (`%1`) belong to their cell."""
    return f"{name} of {place}" if name.startswith("%") else name


def _flows(action: Action) -> Iterator[tuple[str, Operand]]:
    """Which value may come to be held by which name."""
    if isinstance(action, (Bind, AugmentName)):
        yield action.name, action.value
    elif isinstance(action, StoreInto) and action.value is not None:
        for name in roots(action.base):
            yield name, action.value
    for call in calls_in(action):
        if call.receiver is not None and call.method not in TRANSIENT:
            for name in roots(call.receiver):
                for argument in call.arguments:
                    yield name, argument.value


def held(operand: Operand, known: Mapping[str, Function]) -> tuple[set[Function], set[str]]:
    """The functions and the names whose values the operand's value may hold."""
    functions: set[Function] = set()
    names: set[str] = set()

    def gather(value: Operand) -> None:
        match value:
            case Named():
                names.add(value.name)
            case Closure():
                functions.add(value.function)
            case Fresh():
                for part in value.parts:
                    gather(part)
            case Part():
                gather(value.base)
            case Either():
                for option in value.options:
                    gather(option)
            case Call():
                _gather_call(value)

    def _gather_call(call: Call) -> None:
        name = call.path[0] if len(call.path) == 1 else None
        function = known.get(name) if name else None
        last = call.path[-1] if call.path else call.method
        if function is not None and not function.is_class:
            for returned in function.returns:
                gather(returned)
        elif last in TRANSIENT and call.path not in _LAZY:
            return
        elif name is not None:
            names.add(name)
        if call.receiver is not None:
            gather(call.receiver)
        for argument in call.arguments:
            exhausted = isinstance(argument.value, Call) and argument.value.path in _LAZY
            if not (last in _EXHAUSTING and exhausted):
                gather(argument.value)

    gather(operand)
    return functions, names
