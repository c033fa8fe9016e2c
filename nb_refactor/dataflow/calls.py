"""What a call does on the machine: by the tables for library code, by the visible body for the
notebook's own functions and classes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from nb_refactor.dataflow import (
    library_functions,
    library_methods,
    library_options,
    mutation,
    randomness,
)
from nb_refactor.dataflow.aliasing import (
    NOWHERE,
    Form,
    Number,
    Points,
    Reference,
    digest,
    in_order,
)
from nb_refactor.dataflow.call_arguments import positional_literal
from nb_refactor.dataflow.class_parts import CALLED
from nb_refactor.dataflow.effects import (
    Argument,
    Call,
    Fresh,
    Function,
    Kind,
    Named,
    Opaque,
    Operand,
    Part,
    StoreInto,
)
from nb_refactor.dataflow.evaluated_text import (
    EVALUATORS,
    bind_through,
    run_given,
    run_opaque,
    run_renamed,
)
from nb_refactor.dataflow.forms import form_after, form_given, form_of_each, forms_split
from nb_refactor.dataflow.machine import Machine
from nb_refactor.dataflow.name_number import BUILTINS, name_number
from nb_refactor.dataflow.parameter_fields import named_fields, texts_by_place
from nb_refactor.dataflow.summary import (
    DEEPEST_PART,
    HeldBy,
    InnerCall,
    PartOf,
    ResultOf,
    Root,
    Roots,
    Summary,
    summarize,
)

# How deep calls of the notebook's functions are followed into each other.
CALL_DEPTH = 12
# How many bodies of functions one cell is followed through; ordinary ones take some dozens. Where
# functions hand each other on, there can be any number of ways through them.
MOST_BODIES = 200
NO_TEXTS: Mapping[int, str] = {}
_CONTAINERS = frozenset({"list", "dict", "set", "iterator"})
# Types of Python's own whose methods may be called with their receiver as first argument.
_OWNERS = frozenset({"list", "dict", "set"})
# What gives the mapping of all names.
_NAMESPACES = frozenset({"globals", "locals", "vars"})
# What gives two parts of each of its arguments.
SPLITTING = "sklearn.model_selection.train_test_split"
_COPIED = frozenset({"list", "dict", "set"})
_NO_DATA = frozenset({"module", "imported", "function", "class"})


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


def path_of(operand: Operand) -> tuple[str, ...]:
    """The dotted name that an operand is written as; empty where it is none."""
    names: list[str] = []
    while isinstance(operand, Part) and operand.attribute and operand.field is not None:
        names.append(operand.field)
        operand = operand.base
    return (operand.name, *reversed(names)) if isinstance(operand, Named) else ()


def apply(
    machine: Machine,
    call: Call,
    receiver: Points | None,
    callee: Points,
    arguments: Sequence[Points],
    depth: int,
) -> Points:
    if receiver is None and depth:
        completed = [_completed(machine, call, r, arguments) for r in in_order(callee.references)]
        if any(completed):
            return _apply_completed(machine, completed, depth - 1)
    functions = _functions_called(machine, call, receiver, callee)
    if functions:
        return _apply_functions(machine, call, functions, callee, arguments, depth)
    # What a target took of a tuple is no method of the tuple.
    methods = [r for r in in_order(callee.references) if r[1] is not None and r[1][:1] != "#"]
    if receiver is None and methods and depth:
        return _apply_bound_methods(machine, call, methods, arguments, depth - 1)
    canonical = canonical_name(machine, call.path)
    evaluator = (canonical or "").removeprefix("builtins.")
    if evaluator in EVALUATORS and call.path not in (("exec",), ("eval",)):
        run_renamed(machine, evaluator, call)
    owner, _, method = (canonical or "").rpartition(".")
    if owner in _OWNERS and arguments and not call.arguments[0].starred:  # `list.append(rows, 3)`
        named = replace(call, path=(), method=method, arguments=call.arguments[1:])
        return apply(machine, named, arguments[0], Points(), arguments[1:], depth)
    if receiver is not None and canonical is None:
        effect = mutation.call_effect(call, None, receiver.kind)
    else:
        # A function that nobody knows may still be known by its own name.
        effect = mutation.call_effect(call, canonical or "", None)
    _call_back(machine, arguments, depth)
    if canonical in _NAMESPACES and not call.arguments:
        return machine.make("namespace")
    if receiver is not None and effect.changes_receiver:
        bind_through(machine, receiver.references, call.at)
    return _library_call(machine, call, effect, receiver, arguments, canonical, depth)


def runs_code_of_notebook(
    machine: Machine,
    call: Call,
    receiver: Points | None,
    callee: Points,
    arguments: Sequence[Points],
) -> bool:
    """Whether functions of the notebook run in a call, or iterators are walked: then it may be done
    in part. Of library code it is taken that a call which raises changes nothing."""
    given = [*arguments, callee, *([receiver] if receiver is not None else [])]
    references = frozenset(r for points in given for r in points.references)
    things = [machine.store.heap[location] for location, _ in references]
    return bool(_functions_called(machine, call, receiver, callee)) or any(
        thing.kind in ("iterator", "function") or thing.given is not None for thing in things
    )


# A call with all its arguments: what is called, and what they are.
_Completed = tuple[Call, Points, list[Points]]


def _completed(
    machine: Machine, call: Call, callee: Reference, arguments: Sequence[Points]
) -> _Completed | None:
    """The call of a function that was given some of its arguments before (`functools.partial`)."""
    location, own = callee
    given = machine.store.heap[location].given if own is None else None
    if given is None:
        return None
    making, before = given
    function, *first = making.arguments
    named = function.value
    whole = replace(
        call,
        callee=named,
        path=path_of(named),
        arguments=(*first, *call.arguments),
    )
    return whole, before[0], [*before[1:], *arguments]


def _apply_completed(
    machine: Machine, completed: Sequence[_Completed | None], depth: int
) -> Points:
    results: list[Points] = []
    for call, function, arguments in (each for each in completed if each is not None):
        if machine.step.followed >= MOST_BODIES:
            return _give_up(machine, "partial")
        machine.step.followed += 1
        results.append(apply(machine, call, None, function, arguments, depth))
    references = frozenset(r for result in results for r in result.references)
    part = any(result.part for result in results)
    return Points(references, common_kind([result.kind for result in results]), part)


def _call_back(machine: Machine, arguments: Sequence[Points], depth: int) -> None:
    """A function of the notebook that library code is given may be called by it, on whatever else
    it is given."""
    functions = [f for points in arguments for f in _functions_in(machine, points.references)]
    machine.change(
        (location, None)
        for points in arguments
        for location, own in points.references
        if own is not None
        and library_methods.changes_list_or_set(machine.store.heap[location].kind, own)
    )
    references = frozenset(r for points in arguments for r in points.references)
    heap = machine.store.heap
    given = any(own is None and heap[location].given is not None for location, own in references)
    if not depth or not (functions or given):
        return
    data = Points(references | machine.held_by(references), part=True)
    for function in functions:
        _run_body(machine, function, [data] * (len(function.parameters) + 1), depth - 1)
    if given:
        _call_back_completed(machine, references, data, depth)


def _call_back_completed(
    machine: Machine, references: frozenset[Reference], data: Points, depth: int
) -> None:
    more, at = (Argument(Fresh("unknown")),), machine.step.at
    rest = Call(Fresh("unknown"), (), None, None, more, True, False, at)
    completed = [_completed(machine, rest, r, [data]) for r in in_order(references)]
    if any(completed):
        _apply_completed(machine, completed, depth - 1)


def _functions_in(machine: Machine, references: frozenset[Reference]) -> list[Function]:
    things = [machine.store.heap[location] for location, _ in in_order(references)]
    functions = [thing.function for thing in things if thing.function is not None]
    return [function for function in functions if not function.is_class]


def consume(machine: Machine, references: frozenset[Reference], depth: int = CALL_DEPTH) -> None:
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
        _call_back(machine, [Points(holds)], depth)
        waiting += [r for r in in_order(holds) if machine.store.heap[r[0]].kind == "iterator"]


def _apply_bound_methods(
    machine: Machine,
    call: Call,
    methods: Sequence[Reference],
    arguments: Sequence[Points],
    depth: int,
) -> Points:
    """`add = rows.append` earlier, `add(3)` now: an attribute that is called is a method."""
    results: list[Points] = []
    for location, method in methods:
        kind = machine.store.heap[location].kind
        receiver = Points(frozenset({(location, None)}), kind, part=True)
        named = replace(call, method=method)
        results.append(apply(machine, named, receiver, Points(), arguments, depth))
    references = frozenset(r for result in results for r in result.references)
    part = any(result.part for result in results)
    return Points(references, common_kind([result.kind for result in results]), part)


def _library_call(
    machine: Machine,
    call: Call,
    effect: mutation.CallEffect,
    receiver: Points | None,
    arguments: Sequence[Points],
    canonical: str | None,
    depth: int,
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
            consume(machine, argument.references, depth)
    if method and receiver is not None and receiver.kind == "iterator":
        consume(machine, receiver.references, depth)
    if method and effect.changes_receiver:
        assert receiver is not None
        parts = _parts_after(machine, call, receiver)
        formed = machine.formed(receiver)
        form = form_after(formed, call, call.method or "") if formed is not None else None
        entries = _entries_set(machine, call, receiver, arguments)
        if effect.part == library_methods.ORDER and not receiver.exact:
            machine.change(receiver.references, shrinks=False)
        elif effect.part is not None:
            machine.fill(receiver, effect.part, effect.shrinks)
        elif entries:
            for entry in entries:
                machine.fill(receiver, entry, effect.shrinks)
        elif call.method == "__iadd__":
            _add_in_place(machine, receiver)
        else:
            machine.change(receiver.references, shrinks=effect.shrinks)
        if parts is not None:
            machine.note_parts(receiver, parts)
        if form is not None:
            machine.note_form(receiver, form)
        if effect.contains:
            held = frozenset(r for a in arguments for r in a.references)
            machine.hold(receiver.references, machine.held_by(held) if entries else held)
    if effect.options_by is not None:
        keys = machine.keys_of(arguments[effect.options_by])
        effect = replace(effect, options=library_options.named_by(effect.options, keys))
    machine.write_process(effect, call.at)
    if canonical in library_functions.TRAINING_ITS_PARTS:
        arguments = [_parts_of_steps(machine, points) for points in arguments]
    if effect.shares:
        named_by = positional_literal(call, 1) if canonical == "getattr" else None
        attribute = named_by if isinstance(named_by, str) else None
        shared = _shared(machine, receiver if method else None, arguments, effect, attribute)
        _note_walked(machine, call, canonical, shared, arguments)
        gives_itself = call.method in library_methods.SELF_METHODS
        return shared if gives_itself else replace(shared, part=True, view=None)
    if method and receiver is not None and call.method in library_methods.TABLE_METHODS:
        effect = replace(effect, element=machine.element_of(receiver))
    if canonical in library_functions.SHALLOW_COPIES:
        arguments = [_elements(machine, points) for points in arguments]
    if method and receiver is not None and call.method == "copy" and receiver.kind in _COPIED:
        element = machine.element_of(receiver)
        return machine.make(receiver.kind, machine.held_by(receiver.references), element)
    if canonical == SPLITTING and not any(a.starred for a in call.arguments):
        return _split(machine, call, arguments)
    made = _result(machine, call, effect, arguments, canonical)
    if method and receiver is not None and call.method in library_methods.TABLE_METHODS:
        machine.note_growing(made, receiver)
    form = _form_given(machine, call, receiver if method else None, arguments, canonical)
    if form is not None and made.exact:
        machine.note_form(made, form)
    return made


def _form_given(
    machine: Machine,
    call: Call,
    receiver: Points | None,
    arguments: Sequence[Points],
    canonical: str | None,
) -> Form | None:
    """The form of what a call gives, where that is the form of something else."""
    if receiver is not None:
        formed = machine.formed(receiver)
        return form_given(call, call.method or "", formed) if formed is not None else None
    formed = machine.formed(arguments[0]) if arguments else None
    return form_of_each(call, canonical or "", formed) if formed is not None else None


def _split(machine: Machine, call: Call, arguments: Sequence[Points]) -> Points:
    """`train_test_split(x, y)` gives two parts of each: new objects."""
    slots: list[Points] = []
    for argument, points in zip(call.arguments, arguments, strict=True):
        if argument.keyword is not None:
            continue
        kind: Kind = points.kind if points.kind in ("pandas", "array", "list") else "unknown"
        held = machine.held_by(points.references) if kind == "list" else NOWHERE
        formed = machine.formed(points)
        forms = forms_split(call, formed) if formed is not None else (None, None)
        for form in forms:
            made = machine.make(kind, held)
            machine.note_form(made, form)
            slots.append(made)
    references = frozenset(r for slot in slots for r in slot.references)
    return Points(references, part=True, slots=tuple(slots))


def _add_in_place(machine: Machine, receiver: Points) -> None:
    """An array has the same form after `x[i] += y`."""
    heap = machine.store.heap
    arrays = {r for r in receiver.references if heap[r[0]].kind == "array"}
    machine.change(arrays, formed=True)
    machine.change(receiver.references - arrays)


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
    attribute: str | None,
) -> Points:
    if receiver is not None:
        elements = machine.held_by(receiver.references)
        if receiver.kind == "instance":  # a method that an instance inherits gives no class
            elements = frozenset(r for r in elements if machine.store.heap[r[0]].kind != "class")
        return Points(receiver.references | elements, effect.result, receiver.part, receiver.view)
    held = frozenset(r for a in arguments for r in a.references)
    if attribute is not None:
        held |= {(location, own or attribute) for location, own in held}
    if effect.result == "iterator":
        return machine.make("iterator", held)
    return Points(held | machine.make(effect.result).references, effect.result)


def _parts_of_steps(machine: Machine, points: Points) -> Points:
    """A list of steps with what stands in it: `[("scale", scaler), ("fit", model)]`."""
    references = points.references
    for _ in range(2):
        references |= machine.held_by(references)
    return replace(points, references=references)


def _note_walked(
    machine: Machine,
    call: Call,
    canonical: str | None,
    made: Points,
    arguments: Sequence[Points],
) -> None:
    """What the tuples that `zip(a, b)` and `enumerate(a)` give are made of."""
    if canonical not in ("zip", "enumerate") or any(a.starred for a in call.arguments):
        return
    given = [p for a, p in zip(call.arguments, arguments, strict=True) if a.keyword is None]
    walks = (None, *given[:1]) if canonical == "enumerate" else tuple(given)
    for location, _ in made.references:
        machine.store.heap[location] = replace(machine.store.heap[location], walks=walks)


def _elements(machine: Machine, points: Points) -> Points:
    """What a copy of a container holds: the elements of the container. Of what may be an iterator
    or anything else, also what it walks itself, and the elements of that."""
    held = machine.held_by(points.references)
    if points.kind not in ("list", "set", "dict"):
        held |= points.references | machine.held_by(held)
    return Points(held, points.kind)


def _parts_after(machine: Machine, call: Call, receiver: Points) -> dict[str, Number] | None:
    """The columns of a table once one of them, by its literal name, has become its index."""
    key = positional_literal(call, 0)
    known = receiver.kind == "pandas" and call.method == "set_index" and len(call.arguments) == 2
    parts = machine.parts_of(receiver) if known else None
    if parts is None or not isinstance(key, str) or key not in parts:
        return None
    return {c: digest("by", key, parts[key], n) for c, n in parts.items() if c != key}


def _columns_of(
    machine: Machine, call: Call, arguments: Sequence[Points]
) -> dict[str, Number] | None:
    """The columns of a table that is made of a dictionary of lists, each by its own list: all lists
    are equally long, so a column has its rows of itself."""
    given = {a.keyword or ("data" if i == 0 else "other"): i for i, a in enumerate(call.arguments)}
    if not given.keys() <= {"data", "columns"} or "data" not in given:
        return None
    data = arguments[given["data"]]
    parts = machine.parts_of(data) if data.kind == "dict" else None
    if parts is None:
        return None
    chosen: set[object] = set(parts)
    if "columns" in given:
        named = call.arguments[given["columns"]].value
        if not isinstance(named, Fresh) or named.kind != "list":
            return None
        chosen = {part.literal for part in named.parts if isinstance(part, Fresh)}
    return {name: digest("column", number) for name, number in parts.items() if name in chosen}


def _result(
    machine: Machine,
    call: Call,
    effect: mutation.CallEffect,
    arguments: Sequence[Points],
    canonical: str | None,
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
    if canonical == "functools.partial" and arguments and not call.arguments[0].starred:
        ((location, _),) = made.references
        given = (call, tuple(arguments))
        machine.store.heap[location] = replace(machine.store.heap[location], given=given)
    columns = _columns_of(machine, call, arguments) if canonical == "pandas.DataFrame" else None
    if columns is not None:
        machine.note_parts(made, columns)
    if effect.grows:
        ((location, _),) = made.references
        machine.store.heap[location] = replace(machine.store.heap[location], grows=True)
    return made


@dataclass(frozen=True, slots=True)
class _Callee:
    """A function of the notebook that is called: with the object that it takes as first argument,
    if it is a method, and the objects that its parameters may have by default."""

    function: Function
    bound_to: Points | None
    defaults: Points
    location: int


def _defaults(machine: Machine, holds: frozenset[Reference]) -> Points:
    heap = machine.store.heap
    references = (r for r in holds if heap[r[0]].kind not in _NO_DATA)
    return Points(frozenset(references))


def _functions_called(
    machine: Machine, call: Call, receiver: Points | None, callee: Points
) -> list[_Callee]:
    """The notebook's own functions that the call may reach."""
    found: list[_Callee] = []
    if receiver is None:
        for location, own in in_order(callee.references):
            thing = machine.store.heap[location]
            if thing.function is not None:
                defaults = _defaults(machine, thing.holds)
                found.append(_Callee(thing.function, None, defaults, location))
            elif own is None and thing.kind == "instance":
                found += _methods_called(machine, callee, location, CALLED)
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
                yield _Callee(method, receiver, _defaults(machine, holds), location)


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
    depth: int,
) -> Points:
    results: list[Points] = []
    for called in functions:
        function = called.function
        if function.opaque:
            run_given(machine, function, call)
        if function.stateful:
            kept = machine.store.heap[called.location].holds
            machine.change({(called.location, None), *kept})
        if function.is_class:
            results.append(_instantiate(machine, called, call, callee, arguments, depth))
            continue
        texts: dict[int, str] = {}
        if called.bound_to is None:
            if not any(a.starred for a in call.arguments):
                literals = [(a.keyword or i, a.literal) for i, a in enumerate(call.arguments)]
                told = [(place, text) for place, text in literals if isinstance(text, str)]
                texts = texts_by_place(told, function.parameters)
            given = _arguments_by_position(function, call, arguments, called.defaults)
        else:
            given = _shifted(function, call, called.bound_to, arguments, called.defaults)
        results.append(_run_body(machine, function, given, depth, texts))
    references = frozenset(r for result in results for r in result.references)
    part = any(result.part for result in results)
    return Points(references, common_kind([result.kind for result in results]), part)


def _instantiate(
    machine: Machine,
    called: _Callee,
    call: Call,
    callee: Points,
    arguments: Sequence[Points],
    depth: int,
) -> Points:
    held = callee.references.union(*(a.references for a in arguments))
    instance = machine.make("instance", held)
    ((location, _),) = instance.references
    for method in _methods_called(machine, instance, location, "__init__"):
        given = _shifted(method.function, call, instance, arguments, method.defaults)
        _run_body(machine, method.function, given, depth)
    return instance


def _run_body(
    machine: Machine,
    function: Function,
    given: Sequence[Points],
    depth: int,
    texts: Mapping[int, str] = NO_TEXTS,
) -> Points:
    """What running a function's body does to the objects at the call site. `texts` are those of its
    arguments that are."""
    if depth == 0 or function in machine.step.running:
        return machine.make("unknown")
    if machine.step.followed >= MOST_BODIES:
        return _give_up(machine, function.name)
    summary = summarize(function)
    machine.step.running.append(function)
    machine.step.followed += 1
    results: list[Points] = []
    for inner in summary.calls:
        results.append(_inner_call(machine, inner, given, results, depth - 1))
    walked = _at_call_site(machine, summary.walked, given, results)
    heap = machine.store.heap
    iterators = frozenset(r for r in walked.references if heap[r[0]].kind == "iterator")
    consume(machine, iterators, depth - 1)
    by_field = _store_fields(machine, function, given, texts)
    changed = _at_call_site(machine, summary.changed - by_field, given, results)
    bind_through(machine, changed.references, machine.step.at)
    machine.change(changed.references)
    for base, kept in summary.stores:
        _keep(machine, _at_call_site(machine, base, given, results), kept, given, results)
    for name, value in summary.rebinds:
        _rebind(machine, name, _at_call_site(machine, value, given, results))
    machine.step.running.pop()
    return _returned(machine, function, summary, given, results)


def _store_fields(
    machine: Machine, function: Function, given: Sequence[Points], texts: Mapping[int, str]
) -> set[Root]:
    """The parameters of which the function stores fields that are known, and does nothing else with
    them; store these."""
    known: set[Root] = set()
    for i, (fields, points) in enumerate(zip(function.fields, given, strict=False)):
        stores = named_fields(fields.stores, texts) if fields is not None else None
        if stores is None or points.kind not in ("pandas", "dict") or function.variadic:
            continue
        known.add(i)
        for name in stores:
            store = StoreInto(Named("%"), name, False, Fresh("unknown"), machine.step.at)
            machine.step.made += 1
            number = digest(machine.step.number, f"store {machine.step.made}")
            machine.store_into(points, name, store, number)
    return known


def _give_up(machine: Machine, name: str) -> Points:
    """What the calls of the cell do is not followed any further: they may do anything."""
    if machine.step.followed == MOST_BODIES:
        machine.step.followed += 1
        call = Opaque(f"{name}()", machine.step.at, binds=True, unfollowed=True)
        run_opaque(machine, call, runs=True)
    return machine.make("unknown")


def _inner_call(
    machine: Machine,
    inner: InnerCall,
    given: Sequence[Points],
    results: Sequence[Points],
    depth: int,
) -> Points:
    def operand(value: Operand, roots: Roots) -> Points:
        points = _at_call_site(machine, roots, given, results)
        if isinstance(value, Fresh) and value.kind == "iterator":
            return machine.make("iterator", points.references)
        plain = isinstance(value, Named) and value.name in inner.plain
        return points if plain else replace(points, part=True, view=None)

    call = inner.call
    receiver = operand(call.receiver, inner.receiver) if call.receiver is not None else None
    callee = _at_call_site(machine, inner.callee, given, results)
    values = [argument.value for argument in call.arguments]
    arguments = [operand(v, roots) for v, roots in zip(values, inner.arguments, strict=True)]
    return apply(machine, call, receiver, callee, arguments, depth)


def _at_call_site(
    machine: Machine,
    roots: Iterable[Root],
    given: Sequence[Points],
    results: Sequence[Points],
    whole: bool = False,
) -> Points:
    """What the roots are for one call: `results` are what the calls in the body gave so far."""
    found = [
        _with_parts(machine, points, root.levels, whole) if isinstance(root, PartOf) else points
        for root in roots
        for points in _of_root(machine, root, given, results)
    ]
    if len(found) == 1:
        return found[0]
    references = frozenset(r for points in found for r in points.references)
    return Points(references, common_kind([points.kind for points in found]), part=True)


def _of_root(
    machine: Machine, root: Root, given: Sequence[Points], results: Sequence[Points]
) -> Sequence[Points]:
    match root:
        case PartOf():
            return _of_root(machine, root.root, given, results)
        case HeldBy():
            found = [r for p in _of_root(machine, root.root, given, results) for r in p.references]
            lists = [r for r in found if machine.store.heap[r[0]].kind == "list" and r[1] is None]
            return [Points(machine.held_by(lists), part=True)]
        case ResultOf():
            return results[root.place : root.place + 1]
        case str():
            points = machine.named(root)
            return [points] if points.kind not in ("module", "imported") else []
        case _:
            return given[root : root + 1]


def _with_parts(machine: Machine, points: Points, levels: int, whole: bool) -> Points:
    """It, and what it holds, so many levels down. What any object but a container holds is seldom
    what one of its attributes is: it counts where asked for."""
    heap = machine.store.heap
    reached: set[Reference] = set()
    waiting = set(points.references)
    while waiting and levels >= 0:
        reached |= waiting
        kinds = ((r, heap[r[0]].kind) for r in waiting)
        held = machine.held_by(
            r for r, k in kinds if k in _CONTAINERS or (whole and k not in _NO_DATA)
        )
        waiting = {r for r in held if heap[r[0]].kind not in _NO_DATA} - reached
        levels -= 1 if levels < DEEPEST_PART else 0
    kind: Kind = points.kind if reached == points.references else "unknown"
    # An element of an iterator that gives tuples is not the iterator.
    parts = frozenset(r for r in reached if heap[r[0]].walks is None)
    return Points(parts, kind, part=True)


def _keep(
    machine: Machine, base: Points, kept: Roots, given: Sequence[Points], results: Sequence[Points]
) -> None:
    if base.kind not in ("pandas", "array") and base.references:
        value = _at_call_site(machine, kept, given, results)
        machine.hold(base.references, value.references)


def _rebind(machine: Machine, name: str, value: Points) -> None:
    """`global name` in a function that is called: it may bind the name."""
    step = machine.step
    old = machine.store.names.get(name)
    step.log.append(name_number(machine.store, name))
    made = machine.make("unknown")
    machine.name(name, Points(made.references | value.references, part=bool(value.references)))
    if old is not None:
        new = machine.store.names[name]
        references = new.references | old.references
        machine.store.names[name] = replace(
            new, references=references, origins=new.origins | old.origins
        )


def _returned(
    machine: Machine,
    function: Function,
    summary: Summary,
    given: Sequence[Points],
    results: Sequence[Points],
) -> Points:
    if function.is_generator:
        held = frozenset(r for points in given for r in points.references)
        return machine.make("iterator", held)
    shared = _at_call_site(machine, summary.returned, given, results, whole=True)
    made = machine.make("unknown", shared.references)
    references = made.references | shared.references
    made_functions = summary.returns_functions
    stateful = any(inner.stateful for inner in made_functions)
    state = machine.make("unknown").references if stateful else NOWHERE
    kept = {name for inner in made_functions for name in inner.enclosed}
    for name, points in zip(function.parameters, given, strict=False):
        state |= points.references if name in kept else NOWHERE
    for inner in made_functions:
        references |= machine.make_function(inner, state).references
    kind: Kind = shared.kind if shared.references else "unknown"
    return Points(references, kind, part=bool(shared.references))


def common_kind(kinds: Sequence[Kind]) -> Kind:
    return kinds[0] if kinds and all(kind == kinds[0] for kind in kinds) else "unknown"


def _arguments_by_position(
    function: Function, call: Call, arguments: Sequence[Points], defaults: Points
) -> list[Points]:
    """What each parameter is given (or has by default); all that the rest parameters take comes
    last."""
    given: dict[int, Points] = {}
    rest: list[Points] = []
    starred: list[Points] = []
    position, positional = 0, len(function.parameters) - function.by_keyword
    for argument, points in zip(call.arguments, arguments, strict=False):
        if argument.starred:
            starred.append(points)
            rest.append(points)
        elif argument.keyword in function.parameters:
            given[function.parameters.index(argument.keyword)] = points
        elif argument.keyword is None and position < positional:
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
