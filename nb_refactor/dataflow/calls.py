"""What a call does on the machine: by the tables for library code, by the visible body for the
notebook's own functions and classes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from nb_refactor.dataflow import (
    library_functions,
    library_methods,
    library_options,
    mutation,
    randomness,
)
from nb_refactor.dataflow.aliasing import NOWHERE, Points, Reference, in_order, joined
from nb_refactor.dataflow.bodies import run_body
from nb_refactor.dataflow.class_parts import MAKING
from nb_refactor.dataflow.effects import Call, Function
from nb_refactor.dataflow.evaluated_text import run_given
from nb_refactor.dataflow.machine import Machine
from nb_refactor.dataflow.name_number import BUILTINS

_NO_VALUES = frozenset({"module", "imported", "environment"})
_NO_DATA = _NO_VALUES | {"function", "class"}


def canonical_name(machine: Machine, path: tuple[str, ...]) -> str | None:
    """The dotted name that a path stands for, imports resolved; None where it starts at a
    value of the notebook."""
    if not path or path[0] == "%local":
        return None
    binding = machine.store.names.get(path[0])
    if binding is None:
        return ".".join(path) if path[0] in BUILTINS else None
    if binding.module is None:
        return None
    return ".".join((binding.module, *path[1:]))


def apply(
    machine: Machine,
    call: Call,
    receiver: Points | None,
    callee: Points,
    arguments: Sequence[Points],
) -> Points:
    functions = _functions_called(machine, call, receiver, callee)
    if functions:
        return _apply_functions(machine, call, functions, callee, arguments)
    methods = [r for r in in_order(callee.references) if r[1] is not None]
    if receiver is None and methods:
        return _apply_bound_methods(machine, call, methods, arguments)
    canonical = canonical_name(machine, call.path)
    if receiver is not None and canonical is None:
        effect = mutation.call_effect(call, None, receiver.kind)
    else:
        # A function that nobody knows may still be known by its own name.
        effect = mutation.call_effect(call, canonical or "", None)
    _call_back(machine, arguments, receiver)
    return _library_call(machine, call, effect, receiver, arguments, canonical)


def _call_back(
    machine: Machine, arguments: Sequence[Points], receiver: Points | None = None
) -> None:
    """A function of the notebook that library code is given may be called by it, on whatever else
    it is given, and on what its method was called on."""
    functions = [r for p in arguments for r in in_order(p.references) if _is_function(machine, r)]
    if not functions:
        return
    everything = [*arguments, receiver] if receiver is not None else arguments
    references = frozenset(r for points in everything for r in points.references)
    references |= machine.held_by(references)
    data = frozenset(r for r in references if machine.store.heap[r[0]].kind not in _NO_VALUES)
    for called in functions:
        thing = machine.store.heap[called[0]]
        function = thing.function
        assert function is not None
        given = Points(data - {called}, part=True)
        places = len(function.parameters) + 1
        run_body(machine, function, thing.holds, [given for _ in range(places)], certain=False)


def _is_function(machine: Machine, reference: Reference) -> bool:
    function = machine.store.heap[reference[0]].function
    return function is not None and not function.is_class


def consume(machine: Machine, references: frozenset[Reference]) -> None:
    """Iterators are walked: they change, and so do the iterators that they walk; functions that
    they were given are called."""
    seen: set[int] = set()
    waiting = list(in_order(references))
    while waiting:
        location, _ = waiting.pop()
        if location in seen:
            continue
        seen.add(location)
        machine.change(frozenset({(location, None)}))
        holds = machine.store.heap[location].holds
        _call_back(machine, [Points(holds)])
        waiting += [r for r in in_order(holds) if machine.store.heap[r[0]].kind == "iterator"]


def _apply_bound_methods(
    machine: Machine,
    call: Call,
    methods: Sequence[Reference],
    arguments: Sequence[Points],
) -> Points:
    """`add = rows.append` earlier, `add(3)` now: an attribute that is called is a method."""
    results: list[Points] = []
    for location, method in methods:
        kind = machine.store.heap[location].kind
        receiver = Points(frozenset({(location, None)}), kind, part=True)
        named = replace(call, method=method)
        results.append(apply(machine, named, receiver, Points(), arguments))
    return joined(results)


def _library_call(
    machine: Machine,
    call: Call,
    effect: mutation.CallEffect,
    receiver: Points | None,
    arguments: Sequence[Points],
    canonical: str | None,
) -> Points:
    machine.read_process(effect, call.at)
    method = canonical is None and receiver is not None
    if (call.path and call.path[-1] in randomness.TRAINING) or call.method in randomness.TRAINING:
        trained = [receiver] if method and receiver is not None else list(arguments)
        if any(points.kind == "estimator" and machine.draws(points) for points in trained):
            effect = replace(effect, draws="@numpy.random")
    for i in effect.changed_arguments:
        if i < len(arguments):
            machine.change(arguments[i].references)
    for i, argument in enumerate(arguments):
        if argument.kind == "iterator" and (i in effect.changed_arguments or not effect.shares):
            consume(machine, argument.references)
    if method and receiver is not None and receiver.kind == "iterator":
        consume(machine, receiver.references)
    if method and effect.changes_receiver:
        assert receiver is not None
        entries = _entries_set(machine, call, receiver, arguments)
        if effect.part is not None:
            machine.fill(receiver, effect.part, effect.shrinks)
        elif entries:
            for entry in entries:
                machine.fill(receiver, entry, effect.shrinks)
        else:
            machine.change(receiver.references, shrinks=effect.shrinks)
        if effect.contains:
            held = frozenset(r for a in arguments for r in a.references)
            machine.hold(receiver.references, machine.held_by(held) if entries else held)
    if effect.options_by is not None:
        keys = machine.keys_of(arguments[effect.options_by])
        effect = replace(effect, options=library_options.named_by(effect.options, keys))
    machine.write_process(effect, call.at)
    if effect.shares:
        shared = _shared(machine, receiver if method else None, arguments, effect)
        gives_itself = call.method in library_methods.SELF_METHODS
        return shared if gives_itself else replace(shared, part=True, view=None)
    if method and receiver is not None and call.method in library_methods.TABLE_METHODS:
        effect = replace(effect, element=machine.element_of(receiver))
    if canonical in library_functions.SHALLOW_COPIES:
        arguments = [_elements(machine, points) for points in arguments]
    return _result(machine, call, effect, arguments)


def _entries_set(
    machine: Machine, call: Call, receiver: Points, arguments: Sequence[Points]
) -> tuple[str, ...] | None:
    """The entries that `d.update({"a": 1})` sets, where literals tell them all."""
    if call.method != "update" or receiver.kind != "dict" or len(arguments) != 1:
        return None
    plain = call.arguments[0].keyword is None and not call.arguments[0].starred
    return machine.keys_of(arguments[0]) if plain else None


def _shared(
    machine: Machine,
    receiver: Points | None,
    arguments: Sequence[Points],
    effect: mutation.CallEffect,
) -> Points:
    if receiver is not None:
        elements = machine.held_by(receiver.references)
        return Points(receiver.references | elements, effect.result, receiver.part, receiver.view)
    held = frozenset(r for a in arguments for r in a.references)
    if effect.result == "iterator":
        return machine.make("iterator", held)
    held |= machine.held_by(held)  # `next(walked)` is an element
    return Points(held | machine.make(effect.result).references, effect.result)


def _elements(machine: Machine, points: Points) -> Points:
    """What a copy of a container holds: the elements of the container. Of what may be an iterator
    or anything else, also what it walks itself, and the elements of that."""
    held = machine.held_by(points.references)
    if points.kind not in ("list", "set", "dict"):
        held |= points.references | machine.held_by(held)
    return Points(held, points.kind)


def _result(
    machine: Machine, call: Call, effect: mutation.CallEffect, arguments: Sequence[Points]
) -> Points:
    if effect.result == "scalar":
        return Points(kind="scalar")
    constructs = bool(call.path) and call.path[-1][:1].isupper()
    everything = effect.contains or (constructs and effect.result == "unknown")
    held = frozenset(
        r
        for argument in arguments
        for r in argument.references
        if everything or argument.kind in ("function", "class", "generator", "iterator")
    )
    if effect.result in ("pandas", "array"):
        held = NOWHERE
    made = machine.make(effect.result, held, effect.element)
    if effect.grows:
        ((location, _),) = made.references
        machine.store.heap[location] = replace(machine.store.heap[location], grows=True)
    return made


@dataclass(frozen=True, slots=True)
class _Callee:
    """A function of the notebook that is called: with the object that it takes as first argument,
    if it is a method, and what it holds, which its parameters may have by default."""

    function: Function
    bound_to: Points | None
    holds: frozenset[Reference]

    def defaults(self, machine: Machine) -> Points:
        return Points(
            frozenset(r for r in self.holds if machine.store.heap[r[0]].kind not in _NO_DATA)
        )


def _functions_called(
    machine: Machine, call: Call, receiver: Points | None, callee: Points
) -> list[_Callee]:
    """The notebook's own functions that the call may reach."""
    found: list[_Callee] = []
    if receiver is None:
        for location, own in in_order(callee.references):
            thing = machine.store.heap[location]
            if thing.function is not None:
                found.append(_Callee(thing.function, None, thing.holds))
            elif own is None and thing.kind == "instance":
                found += _methods_called(machine, callee, location, "__call__")
        return found
    for location, _ in in_order(receiver.references):
        found += _methods_called(machine, receiver, location, call.method or "")
    return found


def _methods_called(
    machine: Machine, receiver: Points, location: int, name: str
) -> Iterator[_Callee]:
    for cls, holds in _classes_of(machine, location):
        for method in cls.methods:
            if method.name == name:
                yield _Callee(method, receiver, holds)


def _classes_of(machine: Machine, location: int) -> list[tuple[Function, frozenset[Reference]]]:
    """The notebook's classes that an object may be an instance of, or is; with what each holds."""
    classes: list[tuple[Function, frozenset[Reference]]] = []
    seen: set[int] = set()
    waiting = [location]
    while waiting:
        location = waiting.pop()
        if location in seen:
            continue
        seen.add(location)
        thing = machine.store.heap[location]
        if thing.function is not None and thing.function.is_class:
            classes.append((thing.function, thing.holds))
        if thing.kind in ("instance", "class"):
            waiting += [held for held, _ in reversed(in_order(thing.holds))]
    return classes


def _apply_functions(
    machine: Machine,
    call: Call,
    functions: Sequence[_Callee],
    callee: Points,
    arguments: Sequence[Points],
) -> Points:
    results: list[Points] = []
    for called in functions:
        function = called.function
        if function.opaque:
            run_given(machine, function, call)
        if function.is_class:
            results.append(_instantiate(machine, call, callee, arguments))
            continue
        results.append(_run(machine, called, call, arguments))
    return joined(results)


def _instantiate(
    machine: Machine, call: Call, callee: Points, arguments: Sequence[Points]
) -> Points:
    held = callee.references.union(*(a.references for a in arguments))
    instance = machine.make("instance", held)
    ((location, _),) = instance.references
    for name in MAKING:
        for called in _methods_called(machine, instance, location, name):
            _run(machine, called, call, arguments)
    return instance


def _run(machine: Machine, called: _Callee, call: Call, arguments: Sequence[Points]) -> Points:
    function, defaults = called.function, called.defaults(machine)
    if called.bound_to is None:
        given = _arguments_by_position(function, call, arguments, defaults)
    else:
        given = _shifted(function, call, called.bound_to, arguments, defaults)
    return run_body(machine, function, called.holds, given)


def _arguments_by_position(
    function: Function, call: Call, arguments: Sequence[Points], defaults: Points
) -> list[Points]:
    """What each parameter is given (or has by default); all that the rest parameters take comes
    last."""
    given: dict[int, Points] = {}
    rest: list[Points] = []
    starred: list[Points] = []
    position = 0
    for argument, points in zip(call.arguments, arguments, strict=False):
        if argument.starred:
            starred.append(points)
            rest.append(points)
        elif argument.keyword in function.parameters:
            given[function.parameters.index(argument.keyword)] = points
        elif argument.keyword is None and position < len(function.parameters):
            given[position] = points
            position += 1
        else:
            rest.append(points)
    spread = frozenset(r for points in starred for r in points.references)
    references = frozenset(r for points in rest for r in points.references)
    by_position = [given.get(i, defaults) for i in range(len(function.parameters))]
    if starred:
        by_position = [Points(g.references | spread) for g in by_position]
    return [*by_position, Points(references)]


def _shifted(
    function: Function, call: Call, first: Points, arguments: Sequence[Points], defaults: Points
) -> list[Points]:
    """The same for a method: the object that it is called on comes first."""
    without_first = replace(function, parameters=function.parameters[1:])
    return [first, *_arguments_by_position(without_first, call, arguments, defaults)]
