"""What a name is worth at one point of a sequence: its binding, the objects that it leads to, and
what the functions among them will read when they are called, as one number."""

from __future__ import annotations

import builtins
from collections.abc import Set

from nb_refactor.dataflow.aliasing import NO_ORIGIN, Number, Origins, Reference, Store, digest
from nb_refactor.dataflow.effects import Function

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


def name_number(
    store: Store,
    name: str,
    field_name: str | None = None,
    without: str | None = None,
    functions: Set[str] | None = frozenset(),
    places: Set[int] = frozenset(),
) -> Number:
    """The number of what a name stands for: of its whole value, or of one field of it. A field
    `without` which the value counts is left out. What functions in it will read when they are
    called belongs to it, unless `functions` is None. (`functions` and `places` are the names and
    objects that the walk has been to.)"""
    binding = store.names.get(name)
    if binding is None:
        return unbound_number(store, name)
    if not binding.references:
        return binding.number
    if functions is not None:
        functions = functions | {name}
    found = sorted(
        _place_number(store, reference, field_name, without, functions, places)
        for reference in binding.references
    )
    return digest(binding.number, *found)


def unbound_number(store: Store, name: str) -> Number:
    """The number of a name that nothing binds: IPython may know it, or something opaque."""
    if name in IPYTHON_NAMES:
        return _import_number(IPYTHON_NAMES[name])
    return digest("unbound", name, *sorted(store.wildcards))


def all_origins(store: Store, name: str) -> Origins:
    """The positions of all code that had a part in what the name stands for."""
    binding = store.names.get(name)
    if binding is None:
        return NO_ORIGIN
    objects = [store.heap[location] for location, _ in binding.references]
    changes = [o for thing in objects for o in (thing.origins, *thing.field_origins.values())]
    return binding.origins.union(*changes)


def _place_number(
    store: Store,
    reference: Reference,
    field_name: str | None,
    without: str | None,
    functions: Set[str] | None,
    places: Set[int],
) -> Number:
    location, own_field = reference
    thing = store.heap[location]
    wanted = own_field if own_field is not None else field_name
    if wanted is not None:
        parts = [thing.fields.get(wanted) or digest(thing.base, wanted)]
    else:
        parts = [thing.base]
        parts += [digest(name, number) for name, number in thing.fields.items() if name != without]
    if location in places:
        return digest(*parts)
    places = places | {location}
    if thing.function is not None and functions is not None:
        parts += _call_time_numbers(store, thing.function, functions, places)
    parts += sorted(
        _place_number(store, held, None, None, functions, places) for held in thing.holds
    )
    return parts[0] if len(parts) == 1 else digest(*parts)


def _call_time_numbers(
    store: Store, function: Function, functions: Set[str], places: Set[int]
) -> list[Number]:
    """What a function's body will read when it is called, as things stand now."""
    return [
        name_number(store, name, None, None, functions, places)
        for name in function.free_names
        if name not in functions and (name in store.names or name not in BUILTINS)
    ]


def _import_number(module: str) -> Number:
    """The number of an imported name that nothing has changed."""
    return digest(digest("import", module), digest("module", module))
