"""What actions do on the machine, and which objects operands stand for."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from nb_refactor.dataflow import library_methods, library_options
from nb_refactor.dataflow.aliasing import (
    NOWHERE,
    Binding,
    Number,
    Object,
    Points,
    ProcessState,
    Reference,
    digest,
)
from nb_refactor.dataflow.calls import (
    CALL_DEPTH,
    apply,
    canonical_name,
    common_kind,
    consume,
    path_of,
    runs_code_of_notebook,
)
from nb_refactor.dataflow.effects import (
    Action,
    AugmentName,
    Bind,
    Call,
    ClearAll,
    Closure,
    Either,
    Evaluate,
    Fresh,
    ImportStar,
    Kind,
    Named,
    Opaque,
    Operand,
    Part,
    StoreInto,
    Unbind,
)
from nb_refactor.dataflow.evaluated_text import EVALUATORS, bind_through, run_opaque
from nb_refactor.dataflow.forms import form_of, form_taken
from nb_refactor.dataflow.library_functions import is_installed
from nb_refactor.dataflow.machine import Machine
from nb_refactor.dataflow.name_number import GENERATIONS
from nb_refactor.dataflow.store import module_key
from nb_refactor.dataflow.words import words

# Attributes of arrays that are numbers, or tuples of them.
_PLAIN_ATTRIBUTES = words("shape size ndim dtype itemsize nbytes")


def act(machine: Machine, action: Action) -> None:
    match action:
        case Evaluate():
            machine.step.value = evaluate(machine, action.value)
        case Bind():
            with machine.in_part(action.part):
                _bind(machine, action)
        case StoreInto():
            _store_into(machine, action)
        case AugmentName():
            _augment(machine, action)
        case Unbind():
            machine.store.names.remove(action.name)
            machine.step.bound.add(action.name)
        case ImportStar():
            machine.store.wildcards |= {digest("star", action.module)}
        case ClearAll():
            machine.step.bound.update(machine.store.names.everything())
            machine.store.names.remove_all()
        case Opaque():
            run_opaque(machine, action)


def begin(machine: Machine, action: Action) -> None:
    """What an action that raised may have done before that: all but its last step, which of a call
    of library code is the call, and else the binding or the store. A function of the notebook may
    have come to its end but for the last."""
    match action:
        case Evaluate(value=Call() as call) | Bind(value=Call() as call):
            _call(machine, call, raises=True)
        case Evaluate() | Bind() | AugmentName():
            evaluate(machine, action.value)
        case StoreInto():
            _ = evaluate(machine, action.value) if action.value is not None else None
            evaluate(machine, action.base)
        case Unbind() | ImportStar() | ClearAll() | Opaque():
            pass


def _bind(machine: Machine, bind: Bind) -> None:
    if bind.form == "import" or bind.module is not None:
        _bind_import(machine, bind)
        return
    points = evaluate(machine, bind.value)
    if _is_itself(machine, bind):
        machine.step.bound.add(bind.name)
        return
    named = bind.value.name if isinstance(bind.value, Named) else ""
    if named in EVALUATORS and named not in machine.store.names:
        _bind_import(machine, replace(bind, module=f"builtins.{named}"))
        return
    if bind.form == "loop" and bind.name.startswith("%") and points.kind == "iterator":
        consume(machine, points.references)
    if points.kind == "class" and bind.form == "class":
        _note_generation(machine, bind.name)
        _note_parts(machine, points)
    with machine.numbered(_number_of_alias(machine, bind)):
        machine.name(bind.name, points)


def _is_itself(machine: Machine, bind: Bind) -> bool:
    """`m = m.fit(x, y)`: the name stands for the estimator that it stood for."""
    match bind.value:
        case Call(receiver=Named(name=name), method=method) if name == bind.name:
            points = machine.named(name)
            gives_itself = method in library_methods.SELF_METHODS
            return gives_itself and points.kind == "estimator" and points.exact
        case _:
            return False


def _number_of_alias(machine: Machine, bind: Bind) -> Number | None:
    """The number of a name that is bound to what another one stands for, whatever is in there by
    now: `b = a` again, after a change of `a`, is what it was. A column of a table has two ways to
    write it, of which either gives what the other does."""
    match bind.value:
        case Named(name=name):
            source = machine.store.names.get(name)
            known = source is not None and source.references and source.module is None
            return digest("alias", name, source.number) if source is not None and known else None
        case Part(base=Named(name=name), field=str(field)) if machine.named(name).kind == "bunch":
            return _number_of_entry(machine, name, field)
        case Part(base=Named() as base, field=str(field), attribute=attribute) if bind.part is None:
            table = machine.named(base.name)
            column = not attribute or field not in library_methods.TABLE_ATTRIBUTES
            of_table = table.kind == "pandas" and machine.element_of(table) == "pandas"
            uses = machine.step.uses
            return digest("column", base.name, field, uses) if column and of_table else None
        case _:
            return None


def _number_of_entry(machine: Machine, name: str, field: str) -> Number | None:
    """The number of an entry of a bunch, whatever is in the entry by now: what is stored there in
    its place would be a change of the whole bunch."""
    bunch = machine.formed(machine.named(name))
    source = machine.store.names.get(name)
    if bunch is None or source is None or library_methods.entry_of("bunch", field) is None:
        return None
    return digest("entry", name, source.number, bunch.base, field)


def _note_generation(machine: Machine, name: str) -> None:
    """A class that is defined again is another class: instances of the earlier one are not its."""
    old = machine.store.names.get(name)
    if old is not None and old.kind == "class":
        machine.store.process[GENERATIONS] = ProcessState(b"")


def _note_parts(machine: Machine, points: Points) -> None:
    """A class just made, apart from its methods."""
    for location, _ in points.references:
        thing = machine.store.heap[location]
        if thing.function is not None and thing.function.parts is not None:
            number = digest(thing.function.parts.skeleton, machine.step.uses)
            machine.store.heap[location] = replace(thing, apart=(thing.base, number))


def _bind_import(machine: Machine, bind: Bind) -> None:
    assert bind.module is not None
    location = machine.store.marks.get(module_key(bind.module))
    if location is None:
        location = machine.allocate(Object(digest("module", bind.module), "module"))
        machine.store.marks[module_key(bind.module)] = location
    machine.store.names[bind.name] = Binding(
        number=digest("import", bind.module, *_search_path(machine, bind)),
        references=frozenset({(location, None)}),
        kind="module" if isinstance(bind.value, Fresh) and bind.value.kind == "module"
        else "imported",
        origins=frozenset({machine.position}),
        module=bind.module,
    )  # fmt: skip
    machine.step.bound.add(bind.name)


def _search_path(machine: Machine, bind: Bind) -> list[Number]:
    """The numbers of Python's search path, where it may matter: what is found there, and whether
    anything is. (What is installed is found before, and whatever is added to the path.)"""
    if is_installed(bind.module or ""):
        return []
    log = machine.step.log
    known = len(log)
    machine.read_states("@sys.path", bind.at)
    return log[known:]


def _augment(machine: Machine, action: AugmentName) -> None:
    binding = machine.store.names.get(action.name)
    added = evaluate(machine, action.value)
    if binding is not None:
        bind_through(machine, binding.references, action.at)
    if binding is None or binding.kind == "scalar":
        kind: Kind = "scalar" if added.kind == "scalar" else added.kind
        machine.name(action.name, machine.make(kind) if kind != "scalar" else Points(kind=kind))
        return
    # `x *= 2` makes one element of each, whatever `x` is.
    counted = isinstance(action.value, Fresh) and isinstance(action.value.literal, (int, float))
    formed = counted and binding.kind in ("array", "pandas")
    machine.change(binding.references, formed=formed)
    if binding.kind not in ("list", "dict", "set"):
        machine.make_anew(binding.references)
    references, kind = binding.references, binding.kind
    if not references:
        made = machine.make(kind)
        references = made.references
    machine.name(action.name, Points(references, kind, binding.part))


def _store_into(machine: Machine, action: StoreInto) -> None:
    value = evaluate(machine, action.value) if action.value is not None else Points()
    library = _options_of(machine, action)
    if library is not None:
        if not action.replaces:
            machine.read_states(library, action.at)
        option = f"{library}:{action.field or library_options.ANY}"
        literal = action.value.literal if isinstance(action.value, Fresh) else None
        machine.set_options((option,), literal)
        return
    base = evaluate(machine, action.base)
    bind_through(machine, base.references, action.at, action.field or "")
    field_name = action.field
    if field_name is not None and action.attribute:
        whole = base.kind == "pandas" and field_name in library_methods.PANDAS_ATTRIBUTES
        field_name = None if whole else field_name
    if base.kind == "bunch" and not base.part:
        field_name = None
    machine.step.made += 1
    made = machine.number_of_new(value.references)
    number = digest(made, f"store {machine.step.made}")
    machine.store_into(base, field_name, action, number)
    if base.kind not in ("pandas", "array"):
        machine.hold(base.references, value.references)


def _options_of(machine: Machine, action: StoreInto) -> str | None:
    """The library whose options a store sets."""
    path = canonical_name(machine, path_of(action.base))
    if path is None:
        return None
    for name, domain in library_options.OPTION_OBJECTS.items():
        if path == name or path.startswith(name + "."):
            return domain
    return None


def evaluate(machine: Machine, operand: Operand) -> Points:
    match operand:
        case Fresh():
            return _fresh(machine, operand)
        case Named():
            return machine.named(operand.name)
        case Part():
            return _part(machine, operand)
        case Either():
            options = [evaluate(machine, option) for option in operand.options]
            references = frozenset(r for o in options for r in o.references)
            part = any(o.part for o in options)
            return Points(references, common_kind([o.kind for o in options]), part)
        case Call():
            return _call(machine, operand)
        case Closure():
            return _closure(machine, operand)


def _fresh(machine: Machine, fresh: Fresh) -> Points:
    operands = [evaluate(machine, operand) for operand in fresh.operands]
    parts = [evaluate(machine, part) for part in fresh.parts]
    kind = fresh.kind
    if kind == "unknown" and operands:
        kind = _composed_kind([o.kind for o in operands])
    held = frozenset(r for part in parts for r in part.references)
    if fresh.joined and kind not in ("array", "pandas"):
        held |= machine.held_by(r for o in operands for r in o.references)
    if kind == "scalar" and not held:
        return Points(kind="scalar")
    element = common_kind([part.kind for part in parts]) if parts else None
    made = machine.make(kind, held, element if not held else None)
    _note_form_of_each(machine, made, fresh, operands)
    if (kind in ("list", "set", "dict") and not fresh.parts) or fresh.filtered:
        ((location, _),) = made.references
        machine.store.heap[location] = replace(machine.store.heap[location], may_be_empty=True)
    if fresh.ordered:
        ((location, _),) = made.references
        thing = machine.store.heap[location]
        items = tuple(parts[1::2] if fresh.kind == "dict" else parts)
        machine.store.heap[location] = replace(thing, items=(thing.base, items))
    if fresh.keys is not None:
        ((location, _),) = made.references
        thing = machine.store.heap[location]
        apart = None
        if fresh.lists is not None and len({length for _, length in fresh.lists}) == 1:
            numbers = (number for number, _ in fresh.lists)
            apart = (thing.base, dict(zip(fresh.keys, numbers, strict=True)))
        thing = replace(thing, keys=(thing.base, fresh.keys), parts=apart)
        machine.store.heap[location] = thing
    return made


def _note_form_of_each(
    machine: Machine, made: Points, fresh: Fresh, operands: Sequence[Points]
) -> None:
    """`x * 2` has the form of `x`."""
    numbers = [
        isinstance(o, Fresh) and type(o.literal) in (int, float) and not o.parts
        for o in fresh.operands
    ]
    others = [points for points, is_number in zip(operands, numbers, strict=True) if not is_number]
    if len(others) != 1 or made.kind not in ("array", "pandas") or made.kind != others[0].kind:
        return
    formed = machine.formed(others[0])
    if formed is not None:
        machine.note_form(made, form_of(formed))


def _closure(machine: Machine, closure: Closure) -> Points:
    held: frozenset[Reference] = NOWHERE
    for operand in closure.operands:
        held |= evaluate(machine, operand).references
    return machine.make_function(closure.function, held)


def _part(machine: Machine, part: Part) -> Points:
    if isinstance(part.base, Named) and part.base.name in machine.step.rounds:
        return machine.step.rounds[part.base.name]
    for operand in part.operands:
        evaluate(machine, operand)
    base = evaluate(machine, part.base)
    if base.slots is not None and part.place is not None:
        return base.slots[part.place] if part.place < len(base.slots) else Points()
    return _part_of(machine, base, part)


def _part_of(machine: Machine, base: Points, part: Part) -> Points:
    if base.kind == "scalar" and not base.references:
        return Points(kind="scalar")
    if part.copies and base.kind in ("unknown", "pandas", "array"):
        rows = machine.element_of(base) if base.kind == "pandas" else None
        taken = machine.make(base.kind, element=rows)
        table = machine.formed(base)
        machine.note_form(taken, form_taken(table, part) if table is not None else None)
        return taken
    if base.kind in ("module", "imported"):
        _read_options(machine, part)
        return Points(kind="unknown")
    if base.kind == "dict" and part.field is None and not part.operands:
        return Points(kind="scalar")  # walking a dictionary gives its keys, and keys are hashable
    if part.field is not None:
        return _field(machine, base, part)
    elements = [machine.store.heap[r[0]] for r in base.references if r[1] is None]
    if part.slices and base.kind in ("list", "unknown"):
        return _slice(machine, base, elements)
    if elements and all(e.element == "scalar" and not e.holds for e in elements):
        return Points(kind="scalar")
    slots = _slots(machine, elements, base)
    if slots is not None:
        return Points(frozenset(r for s in slots for r in s.references), part=True, slots=slots)
    references = base.references.union(*(e.holds for e in elements))
    if part.slices and base.kind == "pandas":
        # What is stored into rows of a table may, or may not, be stored into the table.
        references |= machine.make("pandas", element=machine.element_of(base)).references
    kind = base.kind if base.kind in ("pandas", "array", "figure") else "unknown"
    return Points(references, kind, part=True)


def _slots(machine: Machine, walked: Sequence[Object], base: Points) -> tuple[Points, ...] | None:
    """What the places of a tuple lead to, where an iterator that is known to give tuples is walked:
    each to an element of what the iterator walks there."""
    if len(walked) != 1 or len(base.references) != 1 or walked[0].walks is None:
        return None
    element = Part(Named(""))
    return tuple(
        _part_of(machine, walks, element) if walks is not None else Points(kind="scalar")
        for walks in walked[0].walks
    )


def _read_options(machine: Machine, part: Part) -> None:
    """`os.environ["K"]`, `sys.path`: state of the process that is read like a value."""
    path = canonical_name(machine, path_of(part))
    domain = library_options.OPTION_OBJECTS.get(path or "")
    if domain is not None:
        machine.read_states(domain, machine.step.at)


def _slice(machine: Machine, base: Points, sliced: Sequence[Object]) -> Points:
    element = common_kind([thing.element or "unknown" for thing in sliced])
    made = machine.make("list", machine.held_by(base.references), element)
    if base.kind == "list":
        return made
    return Points(base.references | made.references, "unknown")


def _field(machine: Machine, base: Points, part: Part) -> Points:
    assert part.field is not None
    if base.kind == "pandas" and part.attribute and part.field in library_methods.PANDAS_ATTRIBUTES:
        if part.field in ("shape", "size", "ndim", "empty", "dtype", "name"):
            return Points(kind="scalar")
        return Points(base.references, "array" if part.field == "values" else "pandas", part=True)
    if base.kind == "array" and part.attribute and part.field in _PLAIN_ATTRIBUTES:
        return Points(kind="scalar")
    if base.kind == "figure":
        # A figure and its axes change together.
        return Points(base.references, "figure", part=True)
    entry = library_methods.entry_of(base.kind, part.field)
    references = frozenset(
        (location, own if own is not None else entry) for location, own in base.references
    )
    held = machine.held_by(base.references)
    classes = [r for r in held if machine.store.heap[r[0]].kind == "class"]
    held |= machine.held_by(classes)  # an instance has the attributes of its class
    kind: Kind = base.kind if base.kind in ("pandas", "array", "figure") else "unknown"
    if base.kind == "dict":
        kind = machine.element_of(base) or "unknown"
    return Points(references | held, kind, base.part)


def _call(machine: Machine, call: Call, raises: bool = False) -> Points:
    receiver = _receiver(machine, call) if call.receiver is not None else None
    callee = Points() if receiver is not None else evaluate(machine, call.callee)
    arguments = [evaluate(machine, argument.value) for argument in call.arguments]
    if raises and not runs_code_of_notebook(machine, call, receiver, callee, arguments):
        return Points()
    return apply(machine, call, receiver, callee, arguments, CALL_DEPTH)


def _receiver(machine: Machine, call: Call) -> Points:
    """`plt.rcParams.update(…)` reads none of the options."""
    if canonical_name(machine, call.path) in library_options.OPTION_CALLS:
        return Points(kind="unknown")
    assert call.receiver is not None
    return evaluate(machine, call.receiver)


def _composed_kind(kinds: Sequence[Kind]) -> Kind:
    """The kind of what an operator makes of its operands."""
    if all(kind == "scalar" for kind in kinds):
        return "scalar"
    for kind in ("pandas", "array"):
        if kind in kinds:
            return kind
    return "list" if "list" in kinds else "unknown"
