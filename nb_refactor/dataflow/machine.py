"""The machine that value numbering runs code on: a store, and what the running item has done.

Nothing is computed: a name is bound to a number and to the objects that it may stand for, an
object has a number for its content, and each step mixes the number of the statement that makes it
(`Step.number`) with a count, so that two things that one statement makes differ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from nb_refactor.dataflow import mutation
from nb_refactor.dataflow.aliasing import (
    NO_ORIGIN,
    NOWHERE,
    Binding,
    Form,
    Number,
    Object,
    Origins,
    Points,
    ProcessState,
    Reference,
    Stack,
    StoredAt,
    digest,
    in_order,
)
from nb_refactor.dataflow.effects import Function, Kind, Opaque, StoreInto, Use
from nb_refactor.dataflow.forms import form_of, form_with, keeps_form, made_of
from nb_refactor.dataflow.library_methods import ORDER
from nb_refactor.dataflow.library_options import ANY, covered_by, set_by
from nb_refactor.dataflow.store import Key, Past, Store
from nb_refactor.notebook import Span


class Read(Struct, frozen=True):
    """What one use found: its number, the positions in the sequence of the code that made the
    value, whether there was one (`bound`), and whether the item itself had bound the name before
    (`internal`)."""

    use: Use
    number: Number
    origins: Origins
    bound: bool
    internal: bool = False


@dataclass(slots=True)
class Touched:
    """What a statement has bound and changed so far."""

    # The names, with the objects that they were bound to.
    names: dict[str, frozenset[Reference]] = field(default_factory=dict)
    places: set[Reference] = field(default_factory=set)
    process: set[str] = field(default_factory=set)
    updated: set[int] = field(default_factory=set)  # changed by more than replacing stores

    def add(self, other: Touched) -> None:
        self.updated |= other.updated
        for name, references in other.names.items():
            self.bind(name, references)
        self.places |= other.places
        self.process |= other.process

    def bind(self, name: str, references: frozenset[Reference]) -> None:
        self.names[name] = self.names.get(name, NOWHERE) | references


@dataclass(slots=True)
class Step:
    """What one item has done so far. `log` are reads that come up only while a statement's
    actions are followed (state of the process); `trace` the numbers of inner statements; `changed`
    the objects that were changed, or the fields of them that were."""

    reads: list[Read] = field(default_factory=list)
    bound: set[str] = field(default_factory=set)
    settled: set[str] = field(default_factory=set)
    changed: set[Reference] = field(default_factory=set)
    opaque: list[Opaque] = field(default_factory=list)
    trace: list[Number] = field(default_factory=list)
    log: list[Number] = field(default_factory=list)
    touched: Touched = field(default_factory=Touched)
    running: list[Function] = field(default_factory=list)
    followed: int = 0  # bodies of functions
    at: Span = field(default_factory=lambda: Span(1, 0, 1, 0))
    value: Points = field(default_factory=Points)  # of the last expression
    number: Number = b""  # of the statement and what it reads, with the names of objects
    shape: Number = b""  # and the same, whatever its names
    parts: Mapping[int, tuple[Number, Number]] = field(default_factory=dict)  # both, by part
    begin: int = 0  # locations behind this one are of objects that the statement made
    uses: Number = b""  # of all that the statement reads
    made: int = 0
    loops: int = 0  # around the statement
    # What a loop walks, by the name that it has there: the element of this round.
    rounds: dict[str, Points] = field(default_factory=dict)

    def copied(self) -> Step:
        """The step as it is now, whatever comes."""
        kept = copy(self)
        kept.reads, kept.bound, kept.settled = [*self.reads], {*self.bound}, {*self.settled}
        kept.changed, kept.opaque = {*self.changed}, [*self.opaque]
        kept.trace, kept.log, kept.touched = [*self.trace], [*self.log], Touched()
        kept.touched.add(self.touched)
        return kept

    def go_back(self, kept: Step) -> None:
        """Take back all that was done since the copy was made."""
        for name in Step.__slots__:
            setattr(self, name, getattr(kept, name))


# Kinds of objects of which an element is stored without a trace of what it was before.
_ELEMENTWISE = frozenset({"list", "dict", "array", "pandas"})
# Kinds of objects that no update leaves without elements.
_NEVER_EMPTY = frozenset({"figure", "estimator", "solver", "generator"})
# The number of a name that stands for what was made of parts: it has no part in what it is.
_WHOLE = b"whole"
# Locations of objects are made of the position of the item that makes them and a count.
LOCATION_BITS = 20


def names_key(location: int) -> Key:
    """What the names that an object ever had are gathered under."""
    return ("names", location)


def holders_key(location: int) -> Key:
    """What the objects that ever held an object are gathered under."""
    return ("holders", location)


class Machine:
    """The store as it is for one item, the item's position in its sequence, and its step.

    `added` are the names that objects got and the objects that hold them now: where to look for
    what changes with an object. It may tell of too many, never of too few."""

    def __init__(self, past: Past, position: int = 0) -> None:
        self.store = Store.over(past)
        self.step = Step()
        self.position = position
        self.added: dict[Key, set[Any]] = {}
        self._past = past
        self._next_location = position << LOCATION_BITS
        self._settings = 0

    def name(self, name: str, points: Points) -> None:
        step = self.step
        step.made += 1
        number = digest(self.number_of_new(points.references), str(step.made))
        self.store.names[name] = Binding(
            number=number if self._parts_made(points) is None else _WHOLE,
            references=points.references,
            kind=points.kind,
            origins=frozenset({self.position}),
            part=points.part,
            slots=points.slots,
        )
        step.bound.add(name)
        step.touched.bind(name, points.references)
        for location, _ in points.references:
            self.added.setdefault(names_key(location), set()).add(name)

    def number_of_new(self, references: frozenset[Reference]) -> Number:
        """The number of a statement for what it binds or stores. Where that shares nothing with
        anything else, the names that the statement reads and binds are no part of it.

        What a statement makes anew is a function of its code and of the values that it reads, by
        whichever names. Which of two equal objects a name stands for matters where one of them is
        changed: what changes an object, or makes another way to it (a second name, a list that
        holds it, a function that may give it back), has a number with the names of all objects that
        the statement reads."""
        heap = self.store.heap
        new = all(
            place > self.step.begin and not heap[place].holds and heap[place].given is None
            for place, _ in references
        )
        return self.step.shape if new else self.step.number

    def start(
        self, number: Number, shape: Number, parts: Mapping[int, tuple[Number, Number]]
    ) -> None:
        """A statement with these numbers begins."""
        step = self.step
        step.number, step.shape, step.parts = number, shape, parts
        step.made, step.begin = 0, self._next_location

    @contextmanager
    def numbered(self, number: Number | None) -> Iterator[None]:
        """What is made now has another number than the statement."""
        whole = self.step.number
        self.step.number = number if number is not None else whole
        yield
        self.step.number = whole

    @contextmanager
    def in_part(self, part: int | None) -> Iterator[None]:
        """What is made for this part of the statement hangs on what is read for it alone."""
        step = self.step
        whole = step.number, step.shape
        step.number, step.shape = step.parts.get(part, whole) if part is not None else whole
        yield
        step.number, step.shape = whole

    def parts_of(self, points: Points) -> Mapping[str, Number] | None:
        """The parts of an object that is as it was made of them, apart from each other."""
        if not points.exact:
            return None
        ((location, own),) = points.references
        thing = self.store.heap[location]
        if own is not None or thing.parts is None or thing.parts[0] != thing.base or thing.fields:
            return None
        return thing.parts[1]

    def note_parts(self, points: Points, parts: Mapping[str, Number]) -> None:
        ((location, _),) = points.references
        thing = self.store.heap[location]
        self.store.heap[location] = replace(thing, parts=(thing.base, parts))

    def _parts_made(self, points: Points) -> Mapping[str, Number] | None:
        """Of an object that this item made."""
        made = any(place >> LOCATION_BITS == self.position for place, _ in points.references)
        return self.parts_of(points) if made else None

    def rebind_perhaps(self, name: str) -> None:
        """The name may be bound anew, to no one knows what."""
        step = self.step
        step.made += 1
        old = self.store.names[name]
        number = digest(step.number, str(step.made), old.number)
        self.store.names[name] = replace(
            old, number=number, origins=old.origins | {self.position}, part=True
        )
        step.touched.bind(name, old.references)

    def make(
        self, kind: Kind, holds: frozenset[Reference] = NOWHERE, element: Kind | None = None
    ) -> Points:
        """A new object, made by the statement that is being numbered."""
        step = self.step
        step.made += 1
        location = self.allocate(
            Object(
                digest(step.number if holds else step.shape, f"object {step.made}"),
                kind,
                holds=holds,
                element=element,
                origins=frozenset({self.position}),
            )
        )
        self._note_holder(location, holds)
        step.touched.places.add((location, None))
        return Points(frozenset({(location, None)}), kind)

    def _note_holder(self, location: int, held: Iterable[Reference]) -> None:
        for place, _ in held:
            self.added.setdefault(holders_key(place), set()).add(location)

    def allocate(self, thing: Object) -> int:
        self._next_location += 1
        self.store.heap[self._next_location] = thing
        return self._next_location

    def store_into(
        self, base: Points, field_name: str | None, action: StoreInto, number: Number
    ) -> None:
        """Store into what the points lead to, or into a field of it, by a store with this number.
        The same store once more changes nothing."""
        once = digest(number, "once") if action.partly else number
        if action.replaces and base.references and self._is_last(base.references, once):
            self.step.changed.update((place, own or field_name) for place, own in base.references)
            return
        for reference in in_order(base.references):
            last = digest(once, reference[1] or "") if action.replaces else None
            self._store_at(reference, base, field_name, action, number, last)

    def _is_last(self, references: Iterable[Reference], once: Number) -> bool:
        heap = self.store.heap
        return all(heap[place].last_store == digest(once, own or "") for place, own in references)

    def _store_at(
        self,
        reference: Reference,
        base: Points,
        field_name: str | None,
        action: StoreInto,
        number: Number,
        last: Number | None,
    ) -> None:
        location, own = reference
        thing = self.store.heap[location]
        wanted = own if own is not None else field_name
        if thing.grows and own is None:
            wanted = None
        self.step.changed.add((location, wanted))
        if wanted is None or own is not None or action.partly:
            index = _place_of(action, base)
            before = thing if wanted is not None else _before_store(thing, index)
            changed = self._changed(before, wanted, number, keeps_form(thing, action))
            changed = replace(changed, last_store=last)
            if wanted is not None:
                changed = replace(changed, form=form_with(thing, wanted, action))
            if index is not None and wanted is None:
                behind = (index, changed.base, replace(before, behind=None))
                changed = replace(changed, behind=behind)
        else:
            if _may_be_column(thing, action):  # it has a value in each of the table's rows
                number = digest(number, thing.base, thing.fields.get(ORDER, b""))
            changed = self._with_field(thing, wanted, number, base, action.replaces)
            form = form_with(thing, wanted, action)
            if changed is thing and form == thing.form:
                return
            changed = replace(changed, form=form)
            if not base.exact:
                changed = replace(changed, last_store=last)
        self.store.heap[location] = changed
        self.step.touched.places.add((location, wanted))
        if not base.exact:
            self.step.touched.updated.add(location)

    def _with_field(
        self, thing: Object, name: str, number: Number, base: Points, replaces: bool = True
    ) -> Object:
        """The object after a store into a field of it. Through a part of the object it replaces
        what was stored through the same part, and nothing else."""
        old = thing.fields.get(name) or digest(thing.base, name)
        stacks = thing.stacks
        if base.exact or not replaces:
            value = digest(number, b"" if replaces else old)
        elif base.view is None:
            value = digest(number, old)
        else:
            stack = _stacked(stacks.get(name), old, base.view, number)
            value, stacks = stack.value, {**stacks, name: stack}
        if thing.fields.get(name) == value:
            return thing
        return replace(
            thing,
            fields={**thing.fields, name: value},
            field_origins={**thing.field_origins, name: frozenset({self.position})},
            last_store=None,
            stacks=stacks,
        )

    def _changed(
        self, thing: Object, field_name: str | None, number: Number, formed: bool = False
    ) -> Object:
        """The object after a change; `formed`: it has the form that it had."""
        origin = frozenset({self.position})
        if field_name is not None:
            old = thing.fields.get(field_name) or digest(thing.base, field_name)
            origins = thing.field_origins.get(field_name, NO_ORIGIN) | origin
            return replace(
                thing,
                fields={**thing.fields, field_name: digest(number, old)},
                field_origins={**thing.field_origins, field_name: origins},
            )
        form = form_of(thing) if formed else None
        whole = digest(number, thing.base, *(digest(n, v) for n, v in thing.fields.items()))
        origins = thing.origins.union(origin, *thing.field_origins.values())
        return replace(
            thing,
            base=whole,
            fields={},
            field_origins={},
            origins=origins,
            form=form,
            made=made_of(thing),
        )

    def change(
        self, references: Iterable[Reference], shrinks: bool = True, formed: bool = False
    ) -> None:
        """An update of whatever the references lead to. `shrinks`: there may be nothing left in
        it; `formed`: what is there stays where it is."""
        number = self._next_update()
        for location, own in in_order(references):
            thing = self.store.heap[location]
            self._changed_to(location, own, self._changed(thing, own, number, formed), shrinks)

    def make_anew(self, references: Iterable[Reference]) -> None:
        """What the references lead to may be of another type now."""
        for location, _ in references:
            self.store.heap[location] = replace(self.store.heap[location], made=None)

    def note_form(self, points: Points, form: Form | None) -> None:
        ((location, _),) = points.references
        self.store.heap[location] = replace(self.store.heap[location], form=form)

    def note_growing(self, made: Points, table: Points) -> None:
        """What was made of a table that began without rows is such a table, too."""
        grows = any(self.store.heap[location].grows for location, _ in table.references)
        for location, _ in made.references if grows else ():
            self.store.heap[location] = replace(self.store.heap[location], grows=True)

    def formed(self, points: Points) -> Object | None:
        """The one object that the points lead to, all of it."""
        if not points.exact:
            return None
        ((location, own),) = points.references
        return self.store.heap[location] if own is None else None

    def fill(self, points: Points, part: str, shrinks: bool) -> None:
        """An update that fills one `part` of what the points lead to anew."""
        number = self._next_update()
        for location, own in in_order(points.references):
            thing = self.store.heap[location]
            name = f"{own or ''}{part}"
            self._changed_to(location, name, self._with_field(thing, name, number, points), shrinks)

    def _next_update(self) -> Number:
        self.step.made += 1
        return digest(self.step.number, f"update {self.step.made}")

    def _changed_to(self, location: int, own: str | None, thing: Object, shrinks: bool) -> None:
        empty = thing.may_be_empty or (shrinks and thing.kind not in _NEVER_EMPTY)
        self.store.heap[location] = replace(thing, last_store=None, may_be_empty=empty)
        self.step.changed.add((location, own))
        self.step.touched.places.add((location, own))
        self.step.touched.updated.add(location)

    def hold(self, references: Iterable[Reference], held: frozenset[Reference]) -> None:
        """Put objects into objects; an object that would hold itself does not need to."""
        for location, _ in references:
            thing = self.store.heap[location]
            new = frozenset(r for r in held if r[0] != location)
            if not new <= thing.holds:
                thing = self._with_names(location, thing)
                element = thing.element if thing.kind == "estimator" else None
                holds = thing.holds | new
                self.store.heap[location] = replace(thing, holds=holds, element=element)
                self._note_holder(location, new)

    def _with_names(self, location: int, thing: Object) -> Object:
        """An object that the statement made without holding anything is to hold something now."""
        if thing.holds or location <= self.step.begin:
            return thing
        return replace(thing, base=digest(thing.base, self.step.number))

    def held_by(self, references: Iterable[Reference]) -> frozenset[Reference]:
        """What the objects hold: their elements."""
        heap = self.store.heap
        return NOWHERE.union(*(heap[location].holds for location, _ in references))

    def element_of(self, points: Points) -> Kind | None:
        """The kind of the elements of whatever the points lead to, where it is one kind."""
        things = [self.store.heap[location] for location, own in points.references if own is None]
        kinds = {thing.element for thing in things}
        whole = len(things) == len(points.references)
        return kinds.pop() if whole and len(kinds) == 1 else None

    def keys_of(self, points: Points) -> tuple[str, ...] | None:
        """The keys of a dictionary that is as it was made, if literals told them."""
        things = [self.store.heap[location] for location, own in points.references if own is None]
        if not points.exact or len(things) != 1 or things[0].keys is None or things[0].fields:
            return None
        base, keys = things[0].keys
        return keys if base == things[0].base else None

    def items_of(self, points: Points) -> tuple[Points, ...] | None:
        """The elements of a list or a tuple, or the values of a dictionary, in order, if it is as
        it was made."""
        thing = self.formed(points)
        if thing is None or thing.items is None or thing.fields:
            return None
        base, items = thing.items
        return items if base == thing.base else None

    def draws(self, points: Points) -> bool:
        """Whether one of the estimators draws from a generator that others draw from, too."""
        heap = self.store.heap
        drawing = (r for r in points.references if heap[r[0]].element != "estimator")
        held = points.references | self.held_by(drawing)
        return any(heap[location].element == "generator" for location, _ in held)

    def names_with(self, changed: Iterable[Reference]) -> set[str]:
        """The names that stand for one of the objects, or for something that holds it; of an object
        of which one field is meant, only those that stand for the field or for the whole."""
        seen: set[Reference] = set()
        waiting = list(changed)
        names: set[str] = set()
        while waiting:
            reference = waiting.pop()
            if reference in seen:
                continue
            seen.add(reference)
            location, field_name = reference
            for holder in self._gathered(holders_key(location)):
                if field_name is None or self._holds(holder, reference):
                    waiting.append((holder, None))
            for name in self._gathered(names_key(location)):
                binding = self.store.names.get(name)
                references = binding.references if binding is not None else ()
                if any(_overlap(own, reference) for own in references):
                    names.add(name)
        return names

    def _holds(self, holder: int, changed: Reference) -> bool:
        thing = self.store.heap.get(holder)
        return thing is not None and any(_overlap(held, changed) for held in thing.holds)

    def _gathered(self, key: Key) -> set[Any]:
        return self.added.get(key, set()) | self._past.gathered(key)

    def set_options(self, options: Iterable[str], literal: object = None) -> None:
        """Set options; the same code that may set any of a library has one key for that."""
        step = self.step
        for option in options:
            for covered in covered_by(option):
                self.store.process.remove(covered)
            self._settings += 1
            key = option + step.number.hex() if option.endswith(ANY) else option
            number = digest(step.number, option)
            stamp = (self.position, self._settings)
            origins = frozenset({self.position})
            self.store.process[key] = ProcessState(number, origins, stamp, literal)
            step.touched.process.add(key)

    def read_state(self, key: str, at: Span) -> None:
        state = self.store.process[key]
        self._note_state(key, state.number, state.origins, at)

    def _note_state(self, key: str, number: Number, origins: Origins, at: Span) -> None:
        self.step.log.append(digest(key, number))
        self.step.reads.append(Read(Use(key, at), number, origins, bound=True))

    def read_states(
        self, domain: str, at: Span, telling: Callable[[str], bool] | None = None
    ) -> None:
        """Read all that is known of a domain of the process's state, or those pieces of it that
        are `telling`. Of an option it matters what may have set it since."""
        known = {key: self.store.process[key] for key in self.store.process.under(domain)}
        in_turn = sorted(known, key=lambda key: known[key].stamp)
        for key, state in known.items():
            if telling is not None and not telling(key):
                continue
            since = [
                known[setter]
                for setter in in_turn
                if known[setter].stamp > state.stamp and set_by(setter, key)
            ]
            number = digest(state.number, *(s.number for s in since)) if since else state.number
            origins = state.origins.union(*(s.origins for s in since))
            self._note_state(key, number, origins, at)

    def write_state(self, key: str, old: ProcessState | None) -> None:
        step = self.step
        step.made += 1
        parts = [step.number, f"process {step.made}".encode()]
        origins = frozenset({self.position})
        if old is not None:
            parts.append(old.number)
            origins |= old.origins
        self.store.process[key] = ProcessState(digest(*parts), origins)
        step.touched.process.add(key)

    def read_process(self, effect: mutation.CallEffect, at: Span) -> None:
        for key in effect.reads:
            self.read_states(key, at)
        if effect.saves_figure:
            self.step.log.append(digest("drawn", *self.step.trace))

    def write_process(self, effect: mutation.CallEffect, at: Span) -> None:
        if effect.draws is not None and effect.draws in self.store.process:
            # Without a seed no two runs agree, whatever was drawn before.
            self.read_state(effect.draws, at)
            self.write_state(effect.draws, self.store.process[effect.draws])
        if effect.seeds is not None:
            self.write_state(effect.seeds, None)
        if effect.clears is not None:
            for key in self.store.process.under(effect.clears):
                if key != effect.clears:
                    del self.store.process[key]
        self.set_options(effect.options, effect.literal)
        for key in effect.writes:
            self.write_state(key, self.store.process.get(key) if key == "@cwd" else None)

    def renumber(self, touched: Touched, number: Number) -> None:
        """What a statement made, once all that it depends on is known: `number` is of that."""
        for name in touched.names:
            binding = self.store.names.get(name)
            if binding is not None and binding.module is None:
                self.store.names[name] = replace(binding, number=digest(number, binding.number))
        for location, field_name in touched.places:
            thing = self.store.heap[location]
            if field_name is None or field_name not in thing.fields:
                made = digest(number, thing.made) if thing.made is not None else None
                thing = replace(thing, base=digest(number, thing.base), last_store=None, made=made)
            else:
                value = digest(number, thing.fields[field_name])
                thing = replace(thing, fields={**thing.fields, field_name: value})
            self.store.heap[location] = thing
        for key in [key for key in touched.process if key in self.store.process]:
            state = self.store.process[key]
            self.store.process[key] = replace(state, number=digest(number, state.number))

    def named(self, name: str) -> Points:
        binding = self.store.names.get(name)
        if binding is None:
            return Points(kind="unknown")
        return Points(binding.references, binding.kind, binding.part, binding.number, binding.slots)

    def function_named(self, name: str) -> Function | None:
        """The function of the notebook that a name stands for, where it is one."""
        binding = self.store.names.get(name)
        if binding is None or binding.part or binding.maybe_unbound or len(binding.references) != 1:
            return None
        ((location, own),) = binding.references
        thing = self.store.heap[location]
        return thing.function if own is None and thing.kind == "function" else None

    def make_function(self, function: Function, holds: frozenset[Reference] = NOWHERE) -> Points:
        """A new function or class object."""
        made = self.make("class" if function.is_class else "function", holds)
        ((location, _),) = made.references
        self.store.heap[location] = replace(self.store.heap[location], function=function)
        return made


def _overlap(one: Reference, changed: Reference) -> bool:
    """Whether a change is seen through a reference. A part of the whole object (`.order`) is a part
    of its fields, too."""
    (place, own), (other, field_name) = one, changed
    if place != other or own is None or field_name is None:
        return place == other
    return field_name.startswith((own, "."))


def _may_be_column(thing: Object, action: StoreInto) -> bool:
    return thing.kind == "pandas" or (thing.kind == "unknown" and not action.attribute)


def _place_of(action: StoreInto, base: Points) -> StoredAt | None:
    """The place that a store fills, where it is known and another one may fill it again."""
    if action.index is None:
        return None
    if base.exact:
        return action.index, b""
    return (action.index, base.view) if base.view is not None else None


def _stacked(stack: Stack | None, old: Number, view: Number, number: Number) -> Stack:
    """The stack after a store through a part."""
    if stack is None or stack.value != old:
        stack = Stack(old, old)
    stores = (*(store for store in stack.stores if store[0] != view), (view, number))
    value = digest("stack", stack.start, *(part for store in stores for part in store))
    return Stack(value, stack.start, stores)


def _before_store(thing: Object, index: StoredAt | None) -> Object:
    """The object without what was stored last, if that is stored over now."""
    if index is None or thing.behind is None or thing.kind not in _ELEMENTWISE or thing.fields:
        return thing
    known, base, before = thing.behind
    if known != index or base != thing.base:
        return thing
    return replace(thing, base=before.base, fields=before.fields)
