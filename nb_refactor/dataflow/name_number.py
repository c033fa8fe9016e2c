"""What a name is worth at one point of a sequence: its binding, the objects that it leads to, and
what the functions among them will read when they are called, as one number."""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from nb_refactor.dataflow.aliasing import (
    NO_ORIGIN,
    NOWHERE,
    Binding,
    Number,
    Object,
    Origins,
    digest,
)
from nb_refactor.dataflow.class_parts import MAKING
from nb_refactor.dataflow.effects import Function
from nb_refactor.dataflow.library_methods import ORDER
from nb_refactor.dataflow.store import Store

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


NO_METHODS: frozenset[str] = frozenset()
# That some class was defined more than once, among the pieces of the process's state.
GENERATIONS = "@classes"

# A name, or a place: an object (all of it, or one field; or all but one field).
_Node = str | tuple[int, str | None, str | None]
# The location in the node of a name whose number is told already.
_TOLD = -1


def name_number(
    store: Store,
    name: str,
    field_name: str | None = None,
    without: str | None = None,
    calls: bool = True,
    methods: frozenset[str] | None = None,
) -> Number:
    """The number of what a name stands for: of its whole value, or of one field of it. A field
    `without` which the value counts is left out. With `calls`, what functions in it will read
    when they are called belongs to it. Of a class that is called, or of the class of an instance,
    only what the `methods` can reach counts, where that is known.

    Objects hold each other in circles, and the two sequences that are compared give them other
    locations. So the number is made of all that can be reached: each place's own number with
    those of what it leads to, sorted."""
    binding: Binding | None = store.names.get(name)
    if binding is None:
        return unbound_number(store, name)
    return _binding_number(store, binding, field_name, without, calls, methods)


def _binding_number(
    store: Store,
    binding: Binding,
    field_name: str | None,
    without: str | None,
    calls: bool,
    methods: frozenset[str] | None,
) -> Number:
    roots = [
        (location, own or field_name, None if (own or field_name) and without != ORDER else without)
        for location, own in binding.references
    ]
    if not roots:
        return binding.number
    if len(roots) == 1:
        ((location, wanted, left_out),) = roots
        thing = store.heap[location]
        if not thing.holds and (thing.function is None or not calls):
            return digest(binding.number, _own_number(thing, wanted, left_out))
    own_number, leads_to = _reachable(store, roots, calls)
    bound = binding.number
    if methods is not None:
        found = _apart_from_others(store, roots, calls, leads_to, methods)
        if found is not None:
            own_number, leads_to = found
            bound = b"class" if binding.kind == "class" else bound
    if len(own_number) == 1:
        return digest(bound, *own_number.values())
    number = {
        node: digest(own_number[node], *sorted(own_number[next_] for next_ in leads_to[node]))
        for node in own_number
    }
    first = sorted(number[root] for root in roots)
    return digest(bound, *first, *sorted(number.values()))


# The own number of each node, and what each leads to at once.
_Graph = tuple[dict["_Node", Number], dict["_Node", list["_Node"]]]


def _apart_from_others(
    store: Store,
    roots: Sequence[_Node],
    calls: bool,
    nodes: Iterable[_Node],
    methods: frozenset[str],
) -> _Graph | None:
    """All that the roots lead to, with the one class among it apart from the methods that are not
    reached. What calling an instance runs is not, where there is none that could be called: only
    one is made, and nothing that making it reads leads to the class again."""
    uncalled = methods <= MAKING
    apart = _apart(store, nodes, methods, not uncalled)
    graph = _reachable(store, roots, calls, apart) if apart is not None else None
    if not uncalled or apart is None or graph is None:
        return graph
    again = any(node[0] == apart[0] for after in graph[1].values() for node in after)
    if not calls or not again:
        return graph
    with_calls = _apart(store, nodes, methods, True)
    return _reachable(store, roots, calls, with_calls) if with_calls is not None else None


# A class by its location, its number as far as it counts, and the names that this much of it reads.
_Apart = tuple[int, Number, tuple[str, ...]]


def _apart(
    store: Store, nodes: Iterable[_Node], methods: frozenset[str], instances_called: bool
) -> _Apart | None:
    """The one class among the nodes, apart from the methods that cannot be reached. Where there are
    several, one may call the other's methods."""
    places = {node[0] for node in nodes if not isinstance(node, str) and node[0] != _TOLD}
    classes = [p for p in places if (f := store.heap[p].function) is not None and f.is_class]
    if len(classes) != 1:
        return None
    thing = store.heap[classes[0]]
    function = thing.function
    unchanged = thing.apart is not None and thing.apart[0] == thing.base and not thing.fields
    if function is None or function.parts is None or thing.apart is None or not unchanged:
        return None
    reached = function.parts.reached(methods, instances_called)
    if reached is None:
        return None
    code = [digest(name, function.parts.methods[name].digest) for name in sorted(reached)]
    free = [n for m in function.methods if m.name in reached for n in m.free_names]
    return classes[0], digest(thing.apart[1], *code), tuple(dict.fromkeys(free))


def written_number(store: Store, name: str) -> Number:
    """The number of what code has bound a name to. Where the code may have left the name alone,
    what it was before is no part of it: if it was left alone, it was not written, and if it was
    not, it stands for one of the objects that the code gives it."""
    binding = store.names.get(name)
    kept = binding.kept if binding is not None else None
    if binding is None or kept is None or (binding.references and kept.given is None):
        return name_number(store, name, calls=False, methods=NO_METHODS)
    given = replace(binding, number=digest(kept.statement, name), references=kept.given or NOWHERE)
    return _binding_number(store, given, None, None, False, NO_METHODS)


def _reachable(
    store: Store, roots: Sequence[_Node], calls: bool, apart: _Apart | None = None
) -> _Graph:
    """All that the roots lead to: the own number of each, and what each leads to at once."""
    own_number: dict[_Node, Number] = {}
    leads_to: dict[_Node, list[_Node]] = {}
    waiting = list(roots)
    while waiting:
        node = waiting.pop()
        if node not in own_number:
            own_number[node], leads_to[node] = _seen_from(store, node, calls, apart)
            waiting += leads_to[node]
    return own_number, leads_to


def _seen_from(
    store: Store, node: _Node, calls: bool, apart: _Apart | None
) -> tuple[Number, list[_Node]]:
    if isinstance(node, str):
        binding = store.names.get(node)
        if binding is None:
            return unbound_number(store, node), []
        # (Two names that a function reads may stand for what was made alike.)
        number = digest(node, binding.number)
        return number, [(location, own, None) for location, own in binding.references]
    location, wanted, without = node
    if location == _TOLD:
        return b"", []
    thing = store.heap[location]
    following: list[_Node] = [(held, own, None) for held, own in thing.holds]
    if apart is not None and apart[0] == location:
        return apart[1], following + (_read_later(store, apart[2]) if calls else [])
    own_number = _own_number(thing, wanted, without)
    if thing.function is None or not calls:
        return own_number, following
    if thing.function.is_class:
        return own_number, following + _read_later(store, thing.function.free_names)
    told, read = _by_place(store, thing.function)
    return digest(own_number, *told), following + read


def _read_later(store: Store, names: Iterable[str]) -> list[_Node]:
    return [name for name in names if name in store.names or name not in BUILTINS]


def _by_place(store: Store, function: Function) -> tuple[list[Number | str], list[_Node]]:
    """What the names that a function reads when it is called stand for, in the order in which they
    come up in it. Of a plain value, which nothing changes in place, the number tells all, and the
    function may call it as it likes; all else is known by its name, too."""
    told: list[Number | str] = []
    read: list[_Node] = []
    for name in function.free_names:
        binding = store.names.get(name)
        if binding is None or binding.references or name in function.global_writes:
            told.append(name)
            read += _read_later(store, [name])
        else:
            told.append(binding.number)
            read.append((_TOLD, name, None))
    return told, read


def _own_number(thing: Object, wanted: str | None, without: str | None) -> Number:
    """The number of an object, or of the `wanted` field of it, without what it leads to."""
    if wanted is not None:
        value = thing.fields.get(wanted) or _part_number(thing, wanted)
        order = thing.fields.get(ORDER) if without != ORDER else None
        return digest(value, order) if order is not None and wanted != ORDER else value
    if not thing.fields:
        return thing.base
    fields = [digest(name, value) for name, value in thing.fields.items() if name != without]
    return digest(thing.base, *fields) if fields else thing.base


def _part_number(thing: Object, wanted: str) -> Number:
    """The number of a part that nothing was stored into."""
    if thing.parts is not None and thing.parts[0] == thing.base and wanted in thing.parts[1]:
        return thing.parts[1][wanted]
    return digest(thing.base, wanted)


def generations(store: Store, names: Sequence[str]) -> Number:
    """Which of the classes that the names lead to are one class, where there are several of one
    name: an instance of a class that was defined again is no instance of the new one."""
    seen: dict[str, dict[int, str]] = {}
    parts: list[str] = []
    for name in names:
        binding = store.names.get(name)
        roots: list[_Node] = [(p, own, None) for p, own in binding.references] if binding else []
        _, leads_to = _reachable(store, roots, calls=True)
        places = {node[0] for node in leads_to if not isinstance(node, str)} - {_TOLD}
        for location in sorted(places):
            function = store.heap[location].function
            if function is not None and function.is_class:
                known = seen.setdefault(function.name, {})
                parts.append(known.setdefault(location, f"{function.name} {len(known)}"))
    mixed = any(len(known) > 1 for known in seen.values())
    return digest("generations", *parts) if mixed else b""


def unbound_number(store: Store, name: str) -> Number:
    """The number of a name that nothing binds: IPython may know it, or something opaque."""
    if name in IPYTHON_NAMES:
        return _import_number(IPYTHON_NAMES[name])
    return digest("unbound", name, *sorted(store.wildcards))


def read_origins(store: Store, binding: Binding, field_name: str | None) -> Origins:
    """The positions of the code that made what a read finds: the binding, the objects with all
    that they hold, and what functions among them will read when they are called."""
    roots: list[_Node] = [(place, own or field_name, None) for place, own in binding.references]
    if not roots:
        return binding.origins
    _, leads_to = _reachable(store, roots, calls=True)
    origins = set(binding.origins)
    for node in leads_to:
        if isinstance(node, str):
            found = store.names.get(node)
            origins |= found.origins if found is not None else NO_ORIGIN
            continue
        place, wanted, _ = node
        if place == _TOLD:
            origins |= store.names[wanted or ""].origins
            continue
        thing = store.heap[place]
        fields = thing.field_origins
        of_order = fields.get(ORDER, NO_ORIGIN)
        parts = fields.values() if wanted is None else [fields.get(wanted, NO_ORIGIN), of_order]
        origins |= thing.origins.union(*parts)
    return frozenset(origins)


def all_origins(store: Store, name: str) -> Origins:
    """The positions of all code that had a part in what the name stands for."""
    binding: Binding | None = store.names.get(name)
    if binding is None:
        return NO_ORIGIN
    objects = [store.heap[location] for location, _ in binding.references]
    changes = [o for thing in objects for o in (thing.origins, *thing.field_origins.values())]
    return binding.origins.union(*changes)


def _import_number(module: str) -> Number:
    """The number of an imported name that nothing has changed."""
    return digest(digest("import", module), digest("module", module))
