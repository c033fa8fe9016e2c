"""The rounds of a loop over a few elements that are known one by one.

`for model in (first, second): model.fit(x, y)` trains the first, and then the second: each round is
what the body does to one of them.
"""

from __future__ import annotations

from functools import lru_cache

from msgspec.structs import replace

from nb_refactor.dataflow.aliasing import Points
from nb_refactor.dataflow.effects import Bind, Call, Fresh, Loop, Named, Operand
from nb_refactor.dataflow.liveness import simples
from nb_refactor.dataflow.machine import Machine

# How many rounds are taken one by one, and how many statements they may have all together.
MOST_ROUNDS = 12
MOST_STATEMENTS = 120


@lru_cache(maxsize=4096)
def walked(loop: Loop) -> Bind | None:
    """What names the thing that is walked, of a loop that no statement leaves or cuts short, and
    the head of which does nothing but tell what is walked."""
    leaves = any(simple.ends is not None for simple in simples(loop.body.body))
    if not loop.is_for or loop.orelse.body or leaves:
        return None
    match loop.head.actions:
        case (Bind(form="loop", value=value) as bind,) if _only_tells(value):
            return bind
        case _:
            return None


def _only_tells(operand: Operand) -> bool:
    match operand:
        case Named():
            return True
        case Fresh(operands=(), parts=parts, literal=literal, ordered=ordered):
            return (ordered or literal is not None) and all(_only_tells(part) for part in parts)
        case Call(path=("zip",) | ("enumerate",), arguments=arguments):
            plain = all(a.keyword is None and not a.starred for a in arguments)
            return plain and all(_only_tells(a.value) for a in arguments)
        case Call(receiver=Named(), method="items" | "values", arguments=()):
            return True
        case _:
            return False


def elements(machine: Machine, bind: Bind, loop: Loop) -> list[Points] | None:
    """The elements that a loop walks, in order, where each of them is known."""
    found = _elements(machine, bind)
    if found is None or not 0 < len(found) <= MOST_ROUNDS:
        return None
    if len(found) * _statements(loop) > MOST_STATEMENTS:
        return None
    return [_with_slots(machine, element) for element in found]


@lru_cache(maxsize=4096)
def _statements(loop: Loop) -> int:
    return sum(1 for _ in simples(loop.body.body))


def _elements(machine: Machine, bind: Bind) -> list[Points] | None:
    points = machine.named(bind.name)
    match bind.value:
        case Call(receiver=Named(name=name), method="items" | "values" as method, arguments=()):
            receiver = machine.named(name)
            values = machine.items_of(receiver) if receiver.kind == "dict" else None
            if values is None:
                return None
            return [_pair(value) if method == "items" else value for value in values]
        case _:
            pass
    iterators = [machine.store.heap[location] for location, _ in points.references]
    if len(iterators) == 1 and iterators[0].walks is not None:
        return _side_by_side(machine, iterators[0].walks)
    items = machine.items_of(points) if points.kind in ("list", "scalar") else None
    return list(items) if items is not None else None


def _pair(value: Points) -> Points:
    return Points(value.references, part=True, slots=(Points(kind="scalar"), value))


def _side_by_side(machine: Machine, walks: tuple[Points | None, ...]) -> list[Points] | None:
    """The tuples that `zip` and `enumerate` give."""
    columns: list[tuple[Points, ...] | None] = []
    for each in walks:
        items = machine.items_of(each) if each is not None else None
        if each is not None and items is None:
            return None
        columns.append(items)
    known = [len(items) for items in columns if items is not None]
    if not known:
        return None
    counted = Points(kind="scalar")
    tuples = (
        tuple(items[i] if items is not None else counted for items in columns)
        for i in range(min(known))
    )
    return [
        Points(frozenset(r for s in slots for r in s.references), part=True, slots=slots)
        for slots in tuples
    ]


def _with_slots(machine: Machine, element: Points) -> Points:
    """A tuple with its places."""
    items = machine.items_of(element) if element.slots is None else None
    return replace(element, slots=items) if items is not None else element
