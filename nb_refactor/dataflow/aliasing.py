"""Which names may stand for the same object, and what each object's content depends on.

A name is bound to *references*; a reference is an object's location and, for `df["a"]`, the field
of it. An object has a base number, numbers of the fields that were stored separately (so that
setting one column leaves the others alone), and the references that it holds. Two names that may
share an object share its location, so an update through one is seen through the other.

A location tells which item made the object (see `machine`); locations never enter a value number,
since the two sequences that are compared place their items differently.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import blake2b

from msgspec import Struct, field

from nb_refactor.dataflow.effects import Call, Function, Kind
from nb_refactor.dataflow.places import Place

Number = bytes
Reference = tuple[int, str | None]
Origins = frozenset[int]
# A place that literals tell, of the object itself or of the part of it with this number.
StoredAt = tuple[Place, Number]

NOWHERE: frozenset[Reference] = frozenset()
NO_ORIGIN: Origins = frozenset()


def digest(*parts: bytes | str) -> Number:
    """One number of several: a BLAKE2 digest, so that equal numbers mean equal parts."""
    joined = b"\x1f".join([part if isinstance(part, bytes) else part.encode() for part in parts])
    return blake2b(joined, digest_size=16).digest()


def in_order(references: Iterable[Reference]) -> list[Reference]:
    """References in the order in which their objects came up, so that two runs of the same code
    go the same way."""
    references = tuple(references)
    if len(references) < 2:
        return list(references)
    return sorted(references, key=lambda reference: (reference[0], reference[1] or ""))


class Points(Struct, frozen=True):
    """What an expression may stand for: references and the kind of object they lead to. `part`: it
    is a view of the object, or an element of it; `view` is a number that tells this part from
    others, where one is known; `slots` are what its places lead to, of a tuple that comes from
    `zip` or `enumerate`."""

    references: frozenset[Reference] = NOWHERE
    kind: Kind = "unknown"
    part: bool = False
    view: Number | None = None
    slots: tuple[Points, ...] | None = None

    @property
    def exact(self) -> bool:
        """Whether it is one object and all of it, so that what is stored there replaces what was
        stored there before."""
        return not self.part and len(self.references) == 1


class Kept(Struct, frozen=True):
    """A `statement`, by its number, that may have left a name alone: the number and the references
    that the name had `before` it, and the objects that the statement gives it (None: which of them
    are of the statement is not known)."""

    statement: Number
    number: Number
    before: frozenset[Reference]
    given: frozenset[Reference] | None


class Binding(Struct, frozen=True):
    """What a name is bound to. `origins` are the positions in the sequence of the code that
    bound it; `module` the dotted name where an import did; `maybe_unbound` that some way leaves
    it unbound; `kept` is set after a statement that may have left the name alone; `kept_by_ipython`
    says that no code bound it; `part` that it stands for a part of the object, and `slots`, as in
    `Points`."""

    number: Number
    references: frozenset[Reference] = NOWHERE
    kind: Kind = "unknown"
    origins: Origins = NO_ORIGIN
    module: str | None = None
    maybe_unbound: bool = False
    kept: Kept | None = None
    kept_by_ipython: bool = False
    part: bool = False
    slots: tuple[Points, ...] | None = None


class Stack(Struct, frozen=True):
    """What was stored into one field through parts of the object: the field's number before, and
    per part the number of what was stored last, in the order of these stores. `value` is what the
    field came to; while it has that number, another store through one of the parts takes the place
    of the earlier one."""

    value: Number
    start: Number
    stores: tuple[tuple[Number, Number], ...] = ()


class Form(Struct, frozen=True):
    """How many rows something has, and which columns, as numbers; None: as it was made. `gone` are
    columns that were taken out of it."""

    rows: Number | None
    columns: Number | None
    gone: frozenset[str] = frozenset()


class Object(Struct, frozen=True):
    """One object (or all objects made at one place). `last_store` is the number of the store that
    came last: the same store once more changes nothing. `element` is the kind of its elements
    where that is known (of a table: its columns); `may_be_empty` that it began without any, or lost
    some; `grows` that it is a table that began without rows, so that a column gives it them.
    `origins` are the positions of the code that made or changed it. `behind` is the object as it
    was before an element was stored at a place that literals tell, with the place and the number
    that the object came to; while it has that number, another store there replaces the first.
    `apart` is the number of a class as it was made, and its number without its methods. `stacks`
    are by field. `walks` are, of an iterator that gives tuples, what the places of a tuple are
    elements of (None: of what is no object). `keys` are those of a dictionary, with the number that
    it had as it was made. `parts` are the numbers of what a dictionary or a table was made of, each
    for itself, with the number that the whole had then. `items` are the elements of a list or a
    tuple, or the values of a dictionary, in order, with that number. `given` is of a function that
    was given some of its arguments (`functools.partial`): the call that gave them, and what they
    were. `form` is the form, where it is not what the base says; `made` the number of what the
    object was made, which no change of it changes."""

    base: Number
    kind: Kind = "unknown"
    fields: Mapping[str, Number] = field(default_factory=dict)
    holds: frozenset[Reference] = NOWHERE
    function: Function | None = None
    last_store: Number | None = None
    element: Kind | None = None
    may_be_empty: bool = False
    grows: bool = False
    origins: Origins = NO_ORIGIN
    field_origins: Mapping[str, Origins] = field(default_factory=dict)
    behind: tuple[StoredAt, Number, Object] | None = None
    apart: tuple[Number, Number] | None = None
    stacks: Mapping[str, Stack] = field(default_factory=dict)
    keys: tuple[Number, tuple[str, ...]] | None = None
    parts: tuple[Number, Mapping[str, Number]] | None = None
    items: tuple[Number, tuple[Points, ...]] | None = None
    walks: tuple[Points | None, ...] | None = None
    given: tuple[Call, tuple[Points, ...]] | None = None
    form: Form | None = None
    made: Number | None = None


class ProcessState(Struct, frozen=True):
    """One piece of the process's state (a random generator's, an option, a file). `stamp`, of an
    option, grows with each setting: where in the sequence, and which there; `literal` is what it
    was set to, if that is a literal."""

    number: Number
    origins: Origins = NO_ORIGIN
    stamp: tuple[int, int] = (0, 0)
    literal: object = None
