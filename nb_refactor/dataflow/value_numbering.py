"""Value numbers: equal numbers mean that two pieces of code, run in two places, did the same.

A statement's number is a digest of its syntax tree and of the numbers of all that it reads. What
it binds or changes takes its number from there, so a name's number stands for the whole
computation behind its value, however many cells that went through. Take two sequences:

    what ran                          the notebook, top to bottom
    1  n = 3                          n = 3
    2  m = n + 1                      m = n + 1
    3  n = n * 2        (again:)      n = n * 2
    4  n = n * 2                      print(m, n)
    5  print(m, n)

`m` has the same number in both: digest(`m = n + 1`, digest(`n = 3`)). `n` has not: it went through
`n * 2` twice on the left. So `print(m, n)` has two numbers, and the cell is not what a fresh run
gives. Running `m = n + 1` once more right after it ran gives the number that it had: a harmless
rerun stays harmless. Nothing here compares execution counts.

The promise: if every read and every write is seen, and code is a function of what it reads, then
equal numbers mean equal outputs and equal values (induction over the digest's parts). The
converse does not hold: different computations may give equal values, and then we warn in vain.
So reads and writes err on the side of too many:

- an *update* in place (`df["c"] = …`, `rows.append(…)`) reads and writes the object, and all names
  that may share the object see it (`aliasing`);
- a *function* is read together with what its body will read when it is called, and with the
  functions in there, and so on;
- a *call* changes what the tables (`mutation`) or the visible body (`summary`) say;
- *state of the process* (random generators, options, files) is read and written like a name;
- after a *compound statement* whatever it may have bound or changed has a number made of all that
  it read, whichever way it went.

What is taken the precise way, because notebooks are full of it: a column is a field of its own
(`df["c"] = df["a"] * 2` run twice is as good as once); the same store once more changes nothing;
training an estimator again starts from nothing; imports are known by what they import.

A read of a name that is certainly unbound stops the cell there, as it would stop the kernel.

The scheme is value numbering as compilers do it (Alpern, Wegman, Zadeck 1988), over executed
versions of cells instead of basic blocks, with the numbers as digests so that two runs compare.
"""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from nb_refactor.dataflow import mutation
from nb_refactor.dataflow.aliasing import (
    FITTED,
    NO_ORIGIN,
    NOWHERE,
    Binding,
    Number,
    Object,
    Origins,
    Points,
    ProcessState,
    Reference,
    Store,
    digest,
    merge,
)
from nb_refactor.dataflow.effects import (
    Action,
    Arm,
    AugmentName,
    Bind,
    Branch,
    Call,
    ClearAll,
    Closure,
    Either,
    Evaluate,
    Fresh,
    Function,
    ImportStar,
    Kind,
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
    Use,
    With,
)
from nb_refactor.dataflow.exposure import CellEffects, effects_of
from nb_refactor.dataflow.summary import InnerCall, Root, Summary, summarize
from nb_refactor.notebook import Span

BUILTINS = frozenset(dir(builtins)) | {
    "get_ipython",
    "display",
    "__file__",
    "__builtins__",
    "__magic__",
    "__capture__",
    "_",
    "__",
    "___",
    "In",
    "Out",
    "_ih",
    "_oh",
    "_dh",
    "exit",
    "quit",
}
# Names that IPython gives every notebook: importing them changes nothing.
IPYTHON_NAMES = {"display": "IPython.display.display", "get_ipython": "IPython.get_ipython"}
_CALL_DEPTH = 12
_UNBOUND = digest("unbound")


@dataclass(frozen=True, slots=True)
class Read:
    """What one use found: its number, the positions in the sequence of the code that made the
    value, whether there was one (`bound`), and whether the item itself had bound the name before
    (`internal`)."""

    use: Use
    number: Number
    origins: Origins
    bound: bool
    internal: bool = False


@dataclass(frozen=True, slots=True)
class Stop:
    """Where a cell ended early: the unbound name, or the line of a known error."""

    line: int
    name: str | None


@dataclass(frozen=True, slots=True)
class Written:
    """What a name is worth after the item: its number, and the code that made the value."""

    number: Number
    origins: Origins


@dataclass(frozen=True, slots=True)
class Numbered:
    """One item of a sequence after numbering. `number` covers its statements and the final
    content of all that it changed; `statements` are the numbers one by one. `writes` are the
    names that it bound or whose object it changed, with the whole value as a read would find it."""

    number: Number
    statements: tuple[Number, ...]
    reads: tuple[Read, ...]
    writes: Mapping[str, Written]
    stop: Stop | None
    opaque: tuple[Opaque, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One execution, or one cell of the document. `raised_line` is set where it is known that
    the code raised there; `raised_somewhere` that it raised, no one knows where."""

    effects: CellEffects
    raised_line: int | None = None
    raised_somewhere: bool = False


class Numbering:
    """Numbers a sequence item by item. The store is what holds after the items so far."""

    def __init__(self, raising: frozenset[Number] = frozenset()) -> None:
        self.store = Store()
        self.raising = raising  # numbers of statements that are known to raise
        self.raised: set[Number] = set()
        self._next_location = 0
        self._modules: dict[str, int] = {}
        self._position = 0
        self._step = _Step()

    def fork(self) -> Numbering:
        """Another numbering that goes on from here and leaves this one alone."""
        other = Numbering(self.raising)
        other.store = self.store.snapshot()
        other._next_location = self._next_location
        other._modules = dict(self._modules)
        other._position = self._position
        return other

    # ---- one item ----------------------------------------------------------------------------

    def run(self, item: Item) -> Numbered:
        """Take one item into the store and answer its numbers."""
        self._step = _Step()
        numbers: list[Number] = []
        stop: Stop | None = None
        before = self.store.snapshot() if item.raised_somewhere else None
        for statement in item.effects.statements:
            number, stop = self._top_level(statement, item)
            numbers.append(number)
            if stop is not None:
                break
        if before is not None and stop is None:
            self.store = merge([before, self.store])
            numbers.append(digest("raised somewhere"))
        writes = self._writes()
        self._position += 1
        whole = digest(
            item.effects.digest, *numbers, *(digest(n, writes[n].number) for n in sorted(writes))
        )
        step = self._step
        return Numbered(whole, tuple(numbers), tuple(step.reads), writes, stop, tuple(step.opaque))

    def _top_level(self, statement: Statement, item: Item) -> tuple[Number, Stop | None]:
        at = statement.at
        raises_here = item.raised_line is not None and at.line <= item.raised_line <= at.end_line
        try:
            number = self._statement(statement, certain=True, raises=raises_here)
        except _Unbound as unbound:
            return digest("NameError", unbound.name, unbound.number), Stop(
                unbound.use.at.line, unbound.name
            )
        except _Raised as raised:
            self.raised.add(raised.number)
            return digest("raised", raised.number), Stop(item.raised_line or at.line, None)
        return number, None

    def _writes(self) -> dict[str, Written]:
        """The names that the item bound or changed, with what they are worth now."""
        step = self._step
        names = {n for n in step.bound if not n.startswith("%")}
        if step.changed:
            for name, binding in self.store.names.items():
                if not name.startswith("%") and any(
                    r[0] in step.changed for r in binding.references
                ):
                    names.add(name)
        # A function that the item defines is what its code says; what it will read when it is
        # called belongs to the cells that call it.
        return {
            name: Written(self._name_number(name, None, None, None, set()), self._all_origins(name))
            for name in names
        }

    def _all_origins(self, name: str) -> Origins:
        binding = self.store.names.get(name)
        if binding is None:
            return NO_ORIGIN
        objects = [self.store.heap[location] for location, _ in binding.references]
        changes = [o for thing in objects for o in (thing.origins, *thing.field_origins.values())]
        return binding.origins.union(*changes)

    # ---- statements --------------------------------------------------------------------------

    def _statement(self, statement: Statement, certain: bool, raises: bool = False) -> Number:
        if isinstance(statement, Simple):
            return self._simple(statement, certain, raises)
        return self._compound(statement, certain, raises)

    def _simple(self, simple: Simple, certain: bool, raises: bool = False) -> Number:
        step = self._step
        numbers = [simple.digest]
        for use in simple.uses:
            if use.deferred:
                continue
            numbers.append(self._read(use, certain, numbers))
        number = digest(*numbers)
        if certain and (raises or number in self.raising):
            raise _Raised(number)
        before, step.log, step.touched = (step.log, step.touched), [], _Touched()
        step.number, step.made = number, 0
        for action in simple.actions:
            self._act(action)
        log, touched = step.log, step.touched
        step.log, step.touched = before
        if log:
            number = digest(number, *log)
            self._renumber(touched, number)
            step.log.extend(log)
        step.touched.add(touched)
        step.trace.append(number)
        return number

    def _compound(
        self, statement: Branch | Loop | With | Try, certain: bool, raises: bool
    ) -> Number:
        step = self._step
        outer_trace, step.trace = step.trace, []
        outer_touched, step.touched = step.touched, _Touched()
        settled, step.settled = step.settled, set()
        before = self.store.snapshot()
        try:
            match statement:
                case Branch():
                    self._branch(statement, certain)
                case Loop():
                    self._loop(statement, certain)
                case With():
                    self._simple(statement.head, certain)
                    self._arm(statement.body, certain)
                case Try():
                    self._try(statement)
            number = digest(statement.digest, *step.trace)
            if certain and (raises or number in self.raising):
                raise _Raised(number)
        finally:
            number = digest(statement.digest, *step.trace)
            self._settle(statement, before, number)
            touched, step.touched, step.trace = step.touched, outer_touched, outer_trace
            step.touched.add(touched)
            step.settled = settled
        step.trace.append(number)
        return number

    def _branch(self, branch: Branch, certain: bool) -> None:
        self._simple(branch.head, certain)
        entry = self.store
        ends = []
        for arm in branch.arms:
            self.store = entry.snapshot()
            self._arm(arm, certain=False)
            ends.append(self.store)
        if not branch.exhaustive:
            ends.append(entry)
        self.store = merge(ends)

    def _loop(self, loop: Loop, certain: bool) -> None:
        self._simple(loop.head, certain)
        runs = loop.endless or not self._may_be_empty(loop.head)
        always = _certain_names(loop.digest, (*_head_of(loop.body), *loop.body.body))
        # Twice, so that an alias made at the end of the body is known at its start.
        for _ in range(2):
            entry = self.store
            self.store = entry.snapshot()
            self._arm(loop.body, certain=False)
            end = self.store
            if not loop.endless:
                self.store = merge([entry, end])
            if runs:
                self.store.names.update(
                    {name: end.names[name] for name in always if name in end.names}
                )
                self._step.settled |= always
            if not loop.is_for:
                self._simple(loop.head, certain=False)
        entry = self.store
        self.store = entry.snapshot()
        self._arm(loop.orelse, certain=False)
        if loop.orelse.body:
            self.store = merge([entry, self.store])

    def _may_be_empty(self, head: Simple) -> bool:
        """Whether a loop may well not run at all: what it walks began empty, or was filtered.
        Of all else a notebook's loop is taken to run at least once."""
        for action in head.actions:
            if isinstance(action, Bind) and action.form == "loop":
                return self._holds_maybe_nothing(self.store.names[action.name].references)
        return False

    def _holds_maybe_nothing(self, references: frozenset[Reference]) -> bool:
        things = [self.store.heap[location] for location, _ in references]
        walked = [thing.holds for thing in things if thing.kind == "iterator"]
        return any(thing.may_be_empty for thing in things if thing.kind != "iterator") or any(
            self._holds_maybe_nothing(held) for held in walked if held != references
        )

    def _try(self, statement: Try) -> None:
        entry = self.store.snapshot()
        self._arm(statement.body, certain=False)
        tried = self.store
        ends = []
        for handler in statement.handlers:
            self.store = merge([entry, tried])
            self._arm(handler, certain=False)
            ends.append(self.store)
        self.store = tried
        self._arm(statement.orelse, certain=False)
        self.store = merge([self.store, *ends])
        self._arm(statement.final, certain=False)

    def _arm(self, arm: Arm, certain: bool) -> None:
        if arm.head is not None:
            self._simple(arm.head, certain)
        for statement in arm.body:
            self._statement(statement, certain)
        if arm.tail is not None:
            self._simple(arm.tail, certain)

    def _settle(self, statement: Branch | Loop | With | Try, before: Store, number: Number) -> None:
        """After a compound statement all that it may have bound or changed depends on all that it
        read; what it may have left as it was, on that too."""
        step = self._step
        always = _certain_names(statement.digest, (statement,)) | step.settled
        touched = step.touched
        for name, binding in self.store.names.items():
            old = before.names.get(name)
            if old is not binding:
                touched.names.add(name)
                self.store.names[name] = _settled(name, old, binding, number, name in always)
        for location, thing in self.store.heap.items():
            old_thing = before.heap.get(location)
            if old_thing is not thing:
                touched.places.add((location, None))
                only_stored = location not in touched.updated
                self.store.heap[location] = _settled_object(old_thing, thing, number, only_stored)
        for key, state in self.store.process.items():
            if before.process.get(key) is not state:
                touched.process.add(key)
                self.store.process[key] = replace(state, number=digest(number, state.number))

    def _renumber(self, touched: _Touched, number: Number) -> None:
        """What a statement made, once all that it depends on is known."""
        for name in touched.names:
            binding = self.store.names.get(name)
            if binding is not None and binding.module is None:
                self.store.names[name] = replace(binding, number=digest(number, binding.number))
        for location, field_name in touched.places:
            thing = self.store.heap[location]
            if field_name is None or field_name not in thing.fields:
                thing = replace(thing, base=digest(number, thing.base), last_store=None)
            else:
                value = digest(number, thing.fields[field_name])
                thing = replace(thing, fields={**thing.fields, field_name: value})
            self.store.heap[location] = thing
        for key in touched.process & self.store.process.keys():
            state = self.store.process[key]
            self.store.process[key] = replace(state, number=digest(number, state.number))

    # ---- reads -------------------------------------------------------------------------------

    def _read(self, use: Use, certain: bool, so_far: Sequence[Number]) -> Number:
        binding = self.store.names.get(use.name)
        if binding is None:
            number = self._unbound(use.name)
            if use.name not in BUILTINS:
                self._step.reads.append(Read(use, number, NO_ORIGIN, bound=False))
                if certain and use.certain and not self.store.wildcards:
                    raise _Unbound(use, digest(*so_far))
            return number
        if use.field == "" and use.attribute:  # named as the target of a store
            return b"target"
        number = self._number_of_use(use, binding)
        internal = use.name in self._step.bound
        origins = self._origins(use, binding)
        self._step.reads.append(Read(use, number, origins, bound=True, internal=internal))
        return number

    def _number_of_use(self, use: Use, binding: Binding) -> Number:
        field_name = self._field_read(use, binding)
        if field_name is not None:
            return self._number(use.name, field_name)
        if use.receiver_of in mutation.RESETTING_METHODS and binding.kind == "estimator":
            return self._number(use.name, None, without=FITTED)
        return self._number(use.name, None)

    def _field_read(self, use: Use, binding: Binding) -> str | None:
        """The field that a use reads, where reading it does not read the whole object."""
        if not use.field:
            return None
        if not use.attribute:
            return use.field
        objects = [self.store.heap.get(r[0]) for r in binding.references]
        known = any(o is not None and use.field in o.fields for o in objects)
        if binding.kind == "pandas" or known:
            return None if use.field in mutation.PANDAS_ATTRIBUTES else use.field
        return None

    def value(self, name: str) -> Number:
        """The number of a name's whole value as it is now."""
        return self._number(name, None)

    def _number(self, name: str, field_name: str | None, without: str | None = None) -> Number:
        return self._name_number(name, field_name, without, set(), set())

    def _name_number(
        self,
        name: str,
        field_name: str | None,
        without: str | None,
        functions: set[str] | None,
        places: set[int],
    ) -> Number:
        binding = self.store.names.get(name)
        if binding is None:
            return self._unbound(name)
        if not binding.references:
            return binding.number
        if functions is not None:
            functions = functions | {name}
        found = sorted(
            self._place_number(reference, field_name, without, functions, places)
            for reference in binding.references
        )
        return digest(binding.number, *found)

    def _unbound(self, name: str) -> Number:
        if name in IPYTHON_NAMES:
            return _import_number(IPYTHON_NAMES[name])
        return digest("unbound", name, *sorted(self.store.wildcards))

    def _place_number(
        self,
        reference: Reference,
        field_name: str | None,
        without: str | None,
        functions: set[str] | None,
        places: set[int],
    ) -> Number:
        location, own_field = reference
        thing = self.store.heap[location]
        wanted = own_field if own_field is not None else field_name
        if wanted is not None:
            parts = [thing.fields.get(wanted) or digest(thing.base, wanted)]
        else:
            parts = [thing.base]
            parts += [
                digest(name, number) for name, number in thing.fields.items() if name != without
            ]
        if location in places:
            return digest(*parts)
        places = places | {location}
        if thing.function is not None and functions is not None:
            parts += self._call_time_numbers(thing.function, functions, places)
        parts += sorted(
            self._place_number(held, None, None, functions, places) for held in thing.holds
        )
        return parts[0] if len(parts) == 1 else digest(*parts)

    def _call_time_numbers(
        self, function: Function, functions: set[str], places: set[int]
    ) -> list[Number]:
        """What a function's body will read when it is called, as things stand now."""
        return [
            self._name_number(name, None, None, functions, places)
            for name in function.free_names
            if name not in functions and (name in self.store.names or name not in BUILTINS)
        ]

    def _origins(self, use: Use, binding: Binding) -> Origins:
        origins = set(binding.origins)
        field_name = self._field_read(use, binding)
        for location, own in binding.references:
            thing = self.store.heap[location]
            wanted = own if own is not None else field_name
            if wanted is not None and wanted in thing.field_origins:
                origins |= thing.field_origins[wanted]
            origins |= thing.origins
        return frozenset(origins)

    # ---- actions -----------------------------------------------------------------------------

    def _act(self, action: Action) -> None:
        match action:
            case Evaluate():
                self._evaluate(action.value)
            case Bind():
                self._bind(action)
            case StoreInto():
                self._store_into(action)
            case AugmentName():
                self._augment(action)
            case Unbind():
                self.store.names.pop(action.name, None)
                self._step.bound.add(action.name)
            case ImportStar():
                self.store.wildcards |= {digest("star", action.module)}
            case ClearAll():
                self._step.bound.update(self.store.names)
                self.store.names.clear()
            case Opaque():
                self._opaque(action)

    def _bind(self, bind: Bind) -> None:
        if bind.form == "import" or bind.module is not None:
            self._bind_import(bind)
            return
        points = self._evaluate(bind.value)
        if bind.form == "loop" and bind.name.startswith("%") and points.kind == "iterator":
            self._change(points.references)
        self._name(bind.name, points)

    def _bind_import(self, bind: Bind) -> None:
        assert bind.module is not None
        location = self._modules.get(bind.module)
        if location is None or location not in self.store.heap:
            location = self._allocate(Object(digest("module", bind.module), "module"))
            self._modules[bind.module] = location
        self.store.names[bind.name] = Binding(
            number=digest("import", bind.module),
            references=frozenset({(location, None)}),
            kind="module" if isinstance(bind.value, Fresh) and bind.value.kind == "module"
            else "imported",
            origins=frozenset({self._position}),
            module=bind.module,
        )  # fmt: skip
        self._step.bound.add(bind.name)

    def _name(self, name: str, points: Points) -> None:
        step = self._step
        step.made += 1
        self.store.names[name] = Binding(
            number=digest(step.number, str(step.made)),
            references=points.references,
            kind=points.kind,
            origins=frozenset({self._position}),
        )
        step.bound.add(name)
        step.touched.names.add(name)

    def _augment(self, action: AugmentName) -> None:
        binding = self.store.names.get(action.name)
        added = self._evaluate(action.value)
        if binding is None or binding.kind == "scalar":
            kind: Kind = "scalar" if added.kind == "scalar" else added.kind
            self._name(action.name, self._make(kind) if kind != "scalar" else Points(kind=kind))
            return
        self._change(binding.references)
        references, kind = binding.references, binding.kind
        if not references:
            made = self._make(kind)
            references = made.references
        self._name(action.name, Points(references, kind))

    def _store_into(self, action: StoreInto) -> None:
        value = self._evaluate(action.value) if action.value is not None else Points()
        option = self._option_object(action)
        if option is not None:
            self._set_option(option)
            return
        base = self._evaluate(action.base)
        field_name = action.field
        if field_name is not None and action.attribute:
            whole = base.kind == "pandas" and field_name in mutation.PANDAS_ATTRIBUTES
            field_name = None if whole else field_name
        self._step.made += 1
        number = digest(self._step.number, f"store {self._step.made}")
        for reference in base.references:
            self._store_at(reference, field_name, action.replaces, number)
        if base.kind not in ("pandas", "array"):
            self._hold(base.references, value.references)

    def _store_at(
        self, reference: Reference, field_name: str | None, replaces: bool, store_number: Number
    ) -> None:
        location, own = reference
        wanted = own if own is not None else field_name
        thing = self.store.heap[location]
        step = self._step
        origin = frozenset({self._position})
        step.changed.add(location)
        if wanted is None or own is not None:
            if replaces and thing.last_store == store_number:
                return
            changed = self._changed(thing, wanted, store_number)
            changed = replace(changed, last_store=store_number if replaces else None)
        else:
            old = b"" if replaces else thing.fields.get(wanted) or digest(thing.base, wanted)
            value = digest(store_number, old)
            if thing.fields.get(wanted) == value:
                return
            changed = replace(
                thing,
                fields={**thing.fields, wanted: value},
                field_origins={**thing.field_origins, wanted: origin},
                last_store=None,
            )
        self.store.heap[location] = changed
        step.touched.places.add((location, wanted))

    def _changed(self, thing: Object, field_name: str | None, number: Number) -> Object:
        origin = frozenset({self._position})
        if field_name is not None:
            old = thing.fields.get(field_name) or digest(thing.base, field_name)
            origins = thing.field_origins.get(field_name, NO_ORIGIN) | origin
            return replace(
                thing,
                fields={**thing.fields, field_name: digest(number, old)},
                field_origins={**thing.field_origins, field_name: origins},
            )
        whole = digest(number, thing.base, *(digest(n, v) for n, v in thing.fields.items()))
        origins = thing.origins.union(origin, *thing.field_origins.values())
        return replace(thing, base=whole, fields={}, field_origins={}, origins=origins)

    def _change(self, references: Iterable[Reference], resets: bool = False) -> None:
        """An update of whatever the references lead to."""
        step = self._step
        step.made += 1
        number = digest(step.number, f"update {step.made}")
        for location, own in references:
            thing = self.store.heap[location]
            if resets:
                value = {**thing.fields, FITTED: number}
                origin = {**thing.field_origins, FITTED: frozenset({self._position})}
                changed = replace(thing, fields=value, field_origins=origin)
                own = FITTED
            else:
                changed = self._changed(thing, own, number)
            self.store.heap[location] = replace(changed, last_store=None, may_be_empty=True)
            step.changed.add(location)
            step.touched.places.add((location, own))
            step.touched.updated.add(location)

    def _hold(self, references: Iterable[Reference], held: frozenset[Reference]) -> None:
        """Put objects into objects; an object that would hold itself does not need to."""
        for location, _ in references:
            thing = self.store.heap[location]
            new = frozenset(r for r in held if r[0] != location)
            if not new <= thing.holds:
                self.store.heap[location] = replace(thing, holds=thing.holds | new, element=None)

    def _opaque(self, action: Opaque) -> None:
        step = self._step
        step.opaque.append(action)
        if action.what.startswith("%"):
            self.store.wildcards |= {digest(step.number, action.what)}
            return
        step.log.extend(self.value(name) for name in sorted(self.store.names))
        if action.binds:
            self.store.wildcards |= {digest(step.number, action.what, *step.log)}

    # ---- state of the process ----------------------------------------------------------------

    def _option_object(self, action: StoreInto) -> str | None:
        path = self._canonical(_path_of(action.base))
        if path is None:
            return None
        for name, domain in mutation.OPTION_OBJECTS.items():
            if path == name or path.startswith(name + "."):
                return f"{domain}:{path}:{action.field}"
        return None

    def _set_option(self, key: str) -> None:
        step = self._step
        step.made += 1
        number = digest(step.number, f"option {step.made}")
        self.store.process[key] = ProcessState(number, frozenset({self._position}))
        step.touched.process.add(key)

    def _process_reads(self, effect: mutation.CallEffect, at: Span) -> None:
        for key in effect.reads:
            for name in sorted(self.store.process):
                if name == key or name.startswith(key + ":"):
                    self._read_process(name, at)

    def _read_process(self, key: str, at: Span) -> None:
        state = self.store.process[key]
        self._step.log.append(digest(key, state.number))
        self._step.reads.append(Read(Use(key, at), state.number, state.origins, bound=True))

    def _process_writes(self, effect: mutation.CallEffect, at: Span) -> None:
        if effect.draws is not None and effect.draws in self.store.process:
            # Without a seed no two runs agree, whatever was drawn before.
            self._read_process(effect.draws, at)
            self._write_process(effect.draws, self.store.process[effect.draws])
        if effect.seeds is not None:
            self._write_process(effect.seeds, None)
        if effect.clears is not None:
            cleared = f"{effect.clears}:"
            for key in [key for key in self.store.process if key.startswith(cleared)]:
                del self.store.process[key]
        if effect.option is not None:
            self._set_option(effect.option)
        for key in effect.writes:
            self._write_process(key, self.store.process.get(key) if key == "@cwd" else None)

    def _write_process(self, key: str, old: ProcessState | None) -> None:
        step = self._step
        step.made += 1
        parts = [step.number, f"process {step.made}".encode()]
        origins = frozenset({self._position})
        if old is not None:
            parts.append(old.number)
            origins |= old.origins
        self.store.process[key] = ProcessState(digest(*parts), origins)
        step.touched.process.add(key)

    # ---- operands ----------------------------------------------------------------------------

    def _evaluate(self, operand: Operand) -> Points:
        match operand:
            case Fresh():
                return self._fresh(operand)
            case Named():
                return self._named(operand.name)
            case Part():
                return self._part(operand)
            case Either():
                options = [self._evaluate(option) for option in operand.options]
                references = frozenset(r for o in options for r in o.references)
                return Points(references, _common_kind([o.kind for o in options]))
            case Call():
                return self._call(operand)
            case Closure():
                return self._closure(operand)

    def _named(self, name: str) -> Points:
        binding = self.store.names.get(name)
        if binding is None:
            return Points(kind="unknown")
        return Points(binding.references, binding.kind)

    def _fresh(self, fresh: Fresh) -> Points:
        operands = [self._evaluate(operand) for operand in fresh.operands]
        parts = [self._evaluate(part) for part in fresh.parts]
        kind = fresh.kind
        if kind == "unknown" and operands:
            kind = _composed_kind([o.kind for o in operands])
        held = frozenset(r for part in parts for r in part.references)
        if kind == "scalar" and not held:
            return Points(kind="scalar")
        element = _common_kind([part.kind for part in parts]) if parts else None
        made = self._make(kind, held, element if not held else None)
        if (kind in ("list", "set", "dict") and not fresh.parts) or fresh.filtered:
            ((location, _),) = made.references
            self.store.heap[location] = replace(self.store.heap[location], may_be_empty=True)
        return made

    def _closure(self, closure: Closure) -> Points:
        held: frozenset[Reference] = NOWHERE
        for operand in closure.operands:
            held |= self._evaluate(operand).references
        kind: Kind = "class" if closure.function.is_class else "function"
        made = self._make(kind, held)
        ((location, _),) = made.references
        thing = self.store.heap[location]
        self.store.heap[location] = replace(thing, function=closure.function)
        return made

    def _part(self, part: Part) -> Points:
        for operand in part.operands:
            self._evaluate(operand)
        base = self._evaluate(part.base)
        if base.kind == "scalar" and not base.references:
            return Points(kind="scalar")
        if part.copies and base.kind in ("unknown", "pandas", "array"):
            return self._make(base.kind)
        if base.kind in ("module", "imported"):
            return Points(kind="unknown")
        if part.field is not None:
            return self._field(base, part)
        elements = [self.store.heap[r[0]] for r in base.references if r[1] is None]
        if elements and all(e.element == "scalar" and not e.holds for e in elements):
            return Points(kind="scalar")
        references = base.references.union(*(e.holds for e in elements))
        kind = base.kind if base.kind in ("pandas", "array", "figure") else "unknown"
        return Points(references, kind)

    def _field(self, base: Points, part: Part) -> Points:
        assert part.field is not None
        if base.kind == "pandas" and part.attribute and part.field in mutation.PANDAS_ATTRIBUTES:
            if part.field in ("shape", "size", "ndim", "empty", "dtype", "name"):
                return Points(kind="scalar")
            return Points(base.references, "array" if part.field == "values" else "pandas")
        references = frozenset(
            (location, own if own is not None else part.field) for location, own in base.references
        )
        held = frozenset(
            r for location, _ in base.references for r in self.store.heap[location].holds
        )
        kind = base.kind if base.kind in ("pandas", "array", "figure") else "unknown"
        return Points(references | held, kind)

    def _make(
        self, kind: Kind, holds: frozenset[Reference] = NOWHERE, element: Kind | None = None
    ) -> Points:
        """A new object, made by the statement that is being numbered."""
        step = self._step
        step.made += 1
        location = self._allocate(
            Object(
                digest(step.number, f"object {step.made}"),
                kind,
                holds=holds,
                element=element,
                origins=frozenset({self._position}),
            )
        )
        step.touched.places.add((location, None))
        return Points(frozenset({(location, None)}), kind)

    def _allocate(self, thing: Object) -> int:
        self._next_location += 1
        self.store.heap[self._next_location] = thing
        return self._next_location

    # ---- calls -------------------------------------------------------------------------------

    def _canonical(self, path: tuple[str, ...]) -> str | None:
        """The dotted name that a path stands for, imports resolved; None where it starts at a
        value of the notebook."""
        if not path or path[0] == "%local":
            return None
        binding = self.store.names.get(path[0])
        if binding is None:
            return ".".join(path) if path[0] in BUILTINS else None
        if binding.module is None:
            return None
        return ".".join((binding.module, *path[1:]))

    def _call(self, call: Call) -> Points:
        receiver = self._evaluate(call.receiver) if call.receiver is not None else None
        callee = Points() if receiver is not None else self._evaluate(call.callee)
        arguments = [self._evaluate(argument.value) for argument in call.arguments]
        return self._apply(call, receiver, callee, arguments, _CALL_DEPTH)

    def _apply(
        self,
        call: Call,
        receiver: Points | None,
        callee: Points,
        arguments: Sequence[Points],
        depth: int,
    ) -> Points:
        functions = self._functions_called(call, receiver, callee)
        if functions:
            return self._apply_functions(call, functions, receiver, arguments, depth)
        canonical = self._canonical(call.path)
        if receiver is not None and canonical is None:
            effect = mutation.call_effect(call, None, receiver.kind)
        else:
            # A function that nobody knows may still be known by its own name.
            effect = mutation.call_effect(call, canonical or "", None)
        return self._library_call(call, effect, receiver, arguments, canonical)

    def _library_call(
        self,
        call: Call,
        effect: mutation.CallEffect,
        receiver: Points | None,
        arguments: Sequence[Points],
        canonical: str | None,
    ) -> Points:
        self._process_reads(effect, call.at)
        method = canonical is None and receiver is not None
        for i in effect.changed_arguments:
            if i < len(arguments):
                self._change(arguments[i].references)
        for argument in arguments:
            if argument.kind == "iterator" and not effect.shares:
                self._change(argument.references)
        if method and effect.changes_receiver:
            assert receiver is not None
            self._change(receiver.references, effect.resets)
            if effect.contains:
                held = frozenset(r for a in arguments for r in a.references)
                self._hold(receiver.references, held)
        self._process_writes(effect, call.at)
        if effect.shares:
            return self._shared(receiver if method else None, arguments, effect)
        return self._result(call, effect, arguments)

    def _shared(
        self, receiver: Points | None, arguments: Sequence[Points], effect: mutation.CallEffect
    ) -> Points:
        if receiver is not None:
            kind = effect.result if effect.result != "unknown" else "unknown"
            return Points(receiver.references, receiver.kind if kind == "unknown" else kind)
        held = frozenset(r for a in arguments for r in a.references)
        if effect.result == "iterator":
            return self._make("iterator", held)
        return Points(held | self._make(effect.result).references, effect.result)

    def _result(
        self, call: Call, effect: mutation.CallEffect, arguments: Sequence[Points]
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
        return self._make(effect.result, held)

    def _functions_called(
        self, call: Call, receiver: Points | None, callee: Points
    ) -> list[tuple[Function, Points | None]]:
        """The notebook's own functions that the call may reach, each with the object that it
        takes as first argument, if it is a method."""
        found: list[tuple[Function, Points | None]] = []
        if receiver is None:
            for location, _ in callee.references:
                thing = self.store.heap[location]
                if thing.function is not None:
                    found.append((thing.function, None))
            return found
        for location, _ in receiver.references:
            for cls in self._classes_of(location):
                for method in cls.methods:
                    if method.name == call.method:
                        found.append((method, receiver))
        return found

    def _classes_of(self, location: int, seen: frozenset[int] = frozenset()) -> list[Function]:
        """The notebook's classes that an object may be an instance of, or is."""
        thing = self.store.heap[location]
        classes: list[Function] = []
        if thing.function is not None and thing.function.is_class:
            classes.append(thing.function)
        if thing.kind in ("instance", "class"):
            for held, _ in thing.holds:
                if held not in seen:
                    classes += self._classes_of(held, seen | {location})
        return classes

    def _apply_functions(
        self,
        call: Call,
        functions: Sequence[tuple[Function, Points | None]],
        receiver: Points | None,
        arguments: Sequence[Points],
        depth: int,
    ) -> Points:
        results: list[Points] = []
        for function, bound_to in functions:
            given = _arguments_by_position(function, call, arguments)
            if function.is_class:
                results.append(self._instantiate(function, call, arguments, depth))
                continue
            if bound_to is not None:
                given = _shifted(function, call, bound_to, arguments)
            results.append(self._run_body(function, given, depth))
        references = frozenset(r for result in results for r in result.references)
        return Points(references, _common_kind([result.kind for result in results]))

    def _instantiate(
        self, cls: Function, call: Call, arguments: Sequence[Points], depth: int
    ) -> Points:
        made_by = self._evaluate(call.callee) if call.receiver is None else Points()
        held = made_by.references.union(*(a.references for a in arguments))
        instance = self._make("instance", held)
        for method in cls.methods:
            if method.name == "__init__":
                given = _shifted(method, call, instance, arguments)
                self._run_body(method, given, depth)
        return instance

    def _run_body(self, function: Function, given: Sequence[Points], depth: int) -> Points:
        """What running a function's body does to the objects at the call site."""
        if depth == 0 or function in self._step.running:
            return self._make("unknown")
        summary = summarize(function)
        self._step.running.append(function)
        for inner in summary.calls:
            self._inner_call(inner, given, depth - 1)
        changed = self._at_call_site(summary.changed, given)
        self._change(changed.references)
        for name in summary.rebinds:
            self._rebind(name)
        self._step.running.pop()
        return self._returned(function, summary, given)

    def _inner_call(self, inner: InnerCall, given: Sequence[Points], depth: int) -> None:
        receiver = (
            self._at_call_site(inner.receiver, given) if inner.call.receiver is not None else None
        )
        callee = self._at_call_site(inner.callee, given)
        arguments = [self._at_call_site(roots, given) for roots in inner.arguments]
        self._apply(inner.call, receiver, callee, arguments, depth)

    def _at_call_site(self, roots: Iterable[Root], given: Sequence[Points]) -> Points:
        found: list[Points] = []
        for root in roots:
            if isinstance(root, str):
                points = self._named(root)
                if points.kind not in ("module", "imported"):
                    found.append(points)
            elif root < len(given):
                found.append(given[root])
        references = frozenset(r for points in found for r in points.references)
        return Points(references, _common_kind([points.kind for points in found]))

    def _rebind(self, name: str) -> None:
        """`global name` in a function that is called: it may bind the name."""
        step = self._step
        old = self.store.names.get(name)
        step.log.append(self.value(name))
        self._name(name, self._make("unknown"))
        if old is not None:
            new = self.store.names[name]
            references = new.references | old.references
            self.store.names[name] = replace(
                new, references=references, origins=new.origins | old.origins
            )

    def _returned(self, function: Function, summary: Summary, given: Sequence[Points]) -> Points:
        if function.is_generator:
            held = frozenset(r for points in given for r in points.references)
            return self._make("iterator", held)
        shared = self._at_call_site(summary.returned, given)
        made = self._make("unknown", shared.references)
        references = made.references | shared.references
        for inner in summary.returns_functions:
            references |= self._closure(Closure(inner)).references
        kind: Kind = shared.kind if shared.references else "unknown"
        return Points(references, kind)


@dataclass(slots=True)
class _Touched:
    """What a statement has bound and changed so far."""

    names: set[str] = field(default_factory=set)
    places: set[Reference] = field(default_factory=set)
    process: set[str] = field(default_factory=set)
    updated: set[int] = field(default_factory=set)  # changed by more than replacing stores

    def add(self, other: _Touched) -> None:
        self.updated |= other.updated
        self.names |= other.names
        self.places |= other.places
        self.process |= other.process


@dataclass(slots=True)
class _Step:
    """What one item has done so far. `log` are reads that come up only while a statement's
    actions are followed (state of the process); `trace` the numbers of inner statements."""

    reads: list[Read] = field(default_factory=list)
    bound: set[str] = field(default_factory=set)
    settled: set[str] = field(default_factory=set)
    changed: set[int] = field(default_factory=set)
    opaque: list[Opaque] = field(default_factory=list)
    trace: list[Number] = field(default_factory=list)
    log: list[Number] = field(default_factory=list)
    touched: _Touched = field(default_factory=_Touched)
    running: list[Function] = field(default_factory=list)
    number: Number = b""
    made: int = 0


class _Unbound(Exception):
    """The statement reads a name that nothing binds."""

    def __init__(self, use: Use, number: Number) -> None:
        super().__init__(use.name)
        self.use, self.name, self.number = use, use.name, number


class _Raised(Exception):
    """The statement is known to raise."""

    def __init__(self, number: Number) -> None:
        super().__init__()
        self.number = number


# The names that code binds on every way, by the digest of the code.
_CERTAIN: dict[bytes, frozenset[str]] = {}


def _certain_names(key: bytes, statements: Sequence[Statement]) -> frozenset[str]:
    key = digest(key, str(len(statements)))
    if key not in _CERTAIN:
        definitions = effects_of(statements).definitions
        _CERTAIN[key] = frozenset(d.name for d in definitions if d.certain)
    return _CERTAIN[key]


def _import_number(module: str) -> Number:
    """The number of an imported name that nothing has changed."""
    return digest(digest("import", module), digest("module", module))


def _head_of(arm: Arm) -> tuple[Simple, ...]:
    return (arm.head,) if arm.head is not None else ()


def _settled(name: str, old: Binding | None, new: Binding, number: Number, always: bool) -> Binding:
    """The binding after a compound statement. Where the statement may have left the old one, the
    number covers it; run once more on the same input it would leave the same one again."""
    if new.module is not None:
        return new
    if always:
        return replace(new, number=digest(number, name), maybe_unbound=False, kept=None)
    kept = old.number if old is not None else _UNBOUND
    if old is not None and old.kept is not None and old.kept[0] == number:
        kept = old.kept[1]
    return replace(new, number=digest(number, name, kept), kept=(number, kept))


def _settled_object(old: Object | None, thing: Object, number: Number, only_stored: bool) -> Object:
    store_number = digest(number, "stores")
    if old is not None and only_stored and old.last_store == store_number:
        return old
    base = thing.base if old is not None and old.base == thing.base else digest(number, thing.base)
    fields = {
        name: value if old is not None and old.fields.get(name) == value else digest(number, value)
        for name, value in thing.fields.items()
    }
    return replace(
        thing, base=base, fields=fields, last_store=store_number if only_stored else None
    )


def _common_kind(kinds: Sequence[Kind]) -> Kind:
    return kinds[0] if kinds and all(kind == kinds[0] for kind in kinds) else "unknown"


def _composed_kind(kinds: Sequence[Kind]) -> Kind:
    """The kind of what an operator makes of its operands."""
    if all(kind == "scalar" for kind in kinds):
        return "scalar"
    for kind in ("pandas", "array"):
        if kind in kinds:
            return kind
    return "list" if "list" in kinds else "unknown"


def _path_of(operand: Operand) -> tuple[str, ...]:
    names: list[str] = []
    while isinstance(operand, Part) and operand.attribute and operand.field is not None:
        names.append(operand.field)
        operand = operand.base
    return (operand.name, *reversed(names)) if isinstance(operand, Named) else ()


def _arguments_by_position(
    function: Function, call: Call, arguments: Sequence[Points]
) -> list[Points]:
    """What each parameter is given; all that the rest parameters take comes last."""
    given = [Points() for _ in function.parameters]
    rest: list[Points] = []
    position = 0
    for argument, points in zip(call.arguments, arguments, strict=False):
        if argument.starred:
            given = [Points(g.references | points.references) for g in given]
            rest.append(points)
        elif argument.keyword in function.parameters:
            given[function.parameters.index(argument.keyword)] = points
        elif argument.keyword is None and position < len(given):
            given[position] = points
            position += 1
        else:
            rest.append(points)
    references = frozenset(r for points in rest for r in points.references)
    return [*given, Points(references)]


def _shifted(
    function: Function, call: Call, first: Points, arguments: Sequence[Points]
) -> list[Points]:
    """The same for a method: the object that it is called on comes first."""
    without_first = replace(function, parameters=function.parameters[1:])
    return [first, *_arguments_by_position(without_first, call, arguments)]
