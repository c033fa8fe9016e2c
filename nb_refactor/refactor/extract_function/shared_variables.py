"""Variables of the notebook that its own functions read or rebind when they are called.

A function that stays in the notebook looks its global names up there, at the moment of the call.
If the cell that calls it rebinds such a name, the rebinding must stay in the notebook as well.
Which functions can a cell call? Those that its names may hold: the name of a function, of a
class, of an object made by the class, of a list of functions, of what a library made out of one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

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
from nb_refactor.dataflow.exposure import calls_in, inner_operands, roots
from nb_refactor.dataflow.liveness import functions_made, simples

# For each name, in order, what it may come to hold.
Flows = tuple[tuple[str, Operand], ...]

# Calls that use the function which they are given while they run, and keep it no longer.
TRANSIENT = frozenset(
    [
        "apply",
        "applymap",
        "agg",
        "aggregate",
        "all",
        "any",
        "assign",
        "filter",
        "groupby",
        "len",
        "map",
        "max",
        "mean",
        "min",
        "pipe",
        "print",
        "reduce",
        "sort",
        "sort_values",
        "str",
        "sum",
        "transform",
    ]
)
# Calls that go through what they are given at once, and those whose result does it later.
_EXHAUSTING = frozenset({"list", "tuple", "set", "dict", "sorted"})
_LAZY = frozenset({("map",), ("filter",)})
# Code that looks up names of its own choice.
LOOKING_UP = frozenset({"eval()", "exec()", "globals()", "locals()", "vars()"})


@dataclass(frozen=True)
class Shared:
    """The names of the notebook that a call may read and rebind behind the cell's back.
    `everything`: it runs code of its own choice (`eval(text)`), which may read any."""

    reads: frozenset[str]
    writes: frozenset[str]
    everything: bool = False


@dataclass(frozen=True)
class Holders:
    """For each name: the functions that its value may hold, the names whose values may be in
    it, and the names that generators in it read while they are gone through."""

    functions: Mapping[str, frozenset[Function]]
    names: Mapping[str, frozenset[str]]
    lazily: Mapping[str, frozenset[str]]

    def shared(self, names: Iterable[str]) -> Shared:
        """What calls through these names may read and rebind, transitively: what a function reads
        when it is called can be called as well."""
        reads: set[str] = set()
        writes: set[str] = set()
        everything = False
        pending, seen = list(names), set[str]()
        while pending:
            name = pending.pop()
            if name in seen:
                continue
            seen.add(name)
            pending.extend(self.names.get(name, ()))
            found = set(self.lazily.get(name, ()))
            for function in self.functions.get(name, frozenset()):
                for each in with_inner(function):
                    found.update(each.free_names)
                    writes.update(each.global_writes)
                    everything |= any(o.what in LOOKING_UP for o in each.opaque)
            pending.extend(found)
            reads |= found
        return Shared(frozenset(reads), frozenset(writes), everything)

    def classes(self, names: Iterable[str]) -> frozenset[str]:
        """The classes whose objects these names may hold."""
        functions = (f for n in self.with_held(names) for f in self.functions.get(n, ()))
        return frozenset(function.name for function in functions if function.is_class)

    def with_held(self, names: Iterable[str]) -> frozenset[str]:
        """The names, and those whose values may be in what they stand for."""
        pending, seen = list(names), set[str]()
        while pending:
            name = pending.pop()
            if name not in seen:
                seen.add(name)
                pending.extend(self.names.get(name, ()))
        return frozenset(seen)


def with_inner(function: Function) -> Iterator[Function]:
    """The function or class, its methods, and the functions that are made when it is called."""
    yield function
    for method in function.methods:
        yield from with_inner(method)
    for made in functions_made(function):
        yield from with_inner(made)


def holders(cells: Sequence[Flows]) -> Holders:
    """What the names of a document may hold, over all its cells (their flows) and whatever their
    order."""
    functions: dict[str, set[Function]] = {}
    names: dict[str, set[str]] = {}
    lazily: dict[str, set[str]] = {}
    known: dict[str, list[Function]] = {}
    for flows in cells:
        for target, value in flows:
            if isinstance(value, Closure):
                known.setdefault(target, []).append(value.function)
    for place, flows in enumerate(cells):
        for target, value in flows:
            content = held(value, known)
            own = _own(target, place)
            functions.setdefault(own, set()).update(content.functions)
            names.setdefault(own, set()).update(_own(name, place) for name in content.names)
            lazily.setdefault(own, set()).update(_own(name, place) for name in content.lazily)
    return Holders(
        {name: frozenset(found) for name, found in functions.items()},
        {name: frozenset(found) for name, found in names.items()},
        {name: frozenset(found) for name, found in lazily.items()},
    )


def _own(name: str, place: int) -> str:
    """Temporaries (`%1`) belong to their cell."""
    return f"{name} of {place}" if name.startswith("%") else name


def flows_in(statements: Sequence[Statement]) -> Flows:
    """The flows in one cell's statements."""
    return tuple(
        flow
        for simple in simples(statements)
        for action in simple.actions
        for flow in _flows(action)
        if not isinstance(flow[1], Fresh) or flow[1].parts
    )


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


def _named_in(operand: Operand) -> Iterator[str]:
    return (inner.name for inner in inner_operands(operand) if isinstance(inner, Named))


@dataclass
class _Content:
    functions: set[Function] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    lazily: set[str] = field(default_factory=set)


def held(operand: Operand, known: Mapping[str, Sequence[Function]]) -> _Content:
    """What the operand's value may hold; `known` are the functions that names stand for."""
    content = _Content()
    followed: set[Function] = set()

    def gather(value: Operand) -> None:
        match value:
            case Named():
                content.names.add(value.name)
            case Closure():
                content.functions.add(value.function)
                # Decorators put it into functions that they make; bases have methods.
                for inner in (*value.operands, *value.function.bases):
                    content.names.update(_named_in(inner))
            case Fresh():
                for part in value.parts:
                    gather(part)
                    if value.kind == "iterator":
                        content.lazily.update(_named_in(part))
            case Part():
                gather(value.base)
            case Either():
                for option in value.options:
                    gather(option)
            case Call():
                _gather_call(value)

    def _gather_call(call: Call) -> None:
        name = call.path[0] if len(call.path) == 1 else None
        functions = known.get(name, ()) if name else ()
        last = call.path[-1] if call.path else call.method
        if functions and not any(function.is_class for function in functions):
            # Functions may call themselves and each other.
            for function in set(functions) - followed:
                followed.add(function)
                for returned in function.returns:
                    gather(returned)
                # What it gives may be a function that it has made, or be its own code going on.
                content.functions.update(each for each in with_inner(function) if each != function)
                if function.is_generator or function.is_async:
                    content.lazily.update(function.free_names)
        elif last in TRANSIENT and call.path not in _LAZY:
            return
        elif name is not None:
            content.names.add(name)
        if call.receiver is not None:
            gather(call.receiver)
        for argument in call.arguments:
            exhausted = isinstance(argument.value, Call) and argument.value.path in _LAZY
            if not (last in _EXHAUSTING and exhausted):
                gather(argument.value)

    gather(operand)
    return content
