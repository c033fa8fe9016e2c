"""One call of a function as it was seen: what went in, what came out, what it changed."""

from __future__ import annotations

from msgspec import Struct

from nb_refactor.refactor.unit_test.agreement import same
from nb_refactor.refactor.unit_test.assertion import says_anything
from nb_refactor.refactor.unit_test.recorded_value import (
    Atom,
    Group,
    Opaque,
    Value,
    cut,
    is_cut,
    parts,
    recorded_rows,
    size,
    unwritable,
)

# What a test can show of what a function prints, in characters.
MOST_OUTPUT = 500


class Argument(Struct, frozen=True):
    """`same_as` is the name of an argument before it that is the same object."""

    name: str
    value: Value
    by_keyword: bool = False
    same_as: str | None = None


class RecordedCall(Struct, frozen=True):
    """The arguments as they were before the call, and what it gave. `changed` are those that the
    call changed in place, as they were after it, without those that it returns. `output` is what
    it printed, where that was looked at."""

    function: str
    is_async: bool
    arguments: tuple[Argument, ...]
    result: Value = Atom("NoneType", "None")
    changed: tuple[Argument, ...] = ()
    output: str = ""


def in_the_way(call: RecordedCall) -> tuple[str, Opaque] | None:
    """The first argument that cannot be written, and what of it."""
    for argument in call.arguments:
        obstacle = unwritable(argument.value)
        if obstacle is not None:
            return argument.name, obstacle
    return None


def is_shortened(call: RecordedCall) -> bool:
    return any(is_cut(argument.value) for argument in call.arguments)


def shortened(call: RecordedCall, rows: int) -> RecordedCall:
    """The call with no more than `rows` items or rows of what is too large to be written whole."""
    arguments = tuple(
        Argument(each.name, cut(each.value, rows), each.by_keyword, each.same_as)
        for each in call.arguments
    )
    return RecordedCall(call.function, call.is_async, arguments)


def most_rows(call: RecordedCall) -> int:
    """How many rows of the arguments that are not whole are recorded at most."""
    cut_ones = [
        part
        for argument in call.arguments
        for part in parts(argument.value)
        if not getattr(part, "whole", True)
    ]
    return max((recorded_rows(part) for part in cut_ones), default=0)


def shows_something(call: RecordedCall) -> bool:
    """Whether there is anything that a test can look at beside what was printed."""
    return bool(call.changed) or says_anything(call.result)


def prints_little(call: RecordedCall) -> bool:
    return 0 < len(call.output) <= MOST_OUTPUT


def empty_results(call: RecordedCall) -> int:
    """How many of the values that it returns have no items: little is seen of the function then."""
    result = call.result
    is_tuple = isinstance(result, Group) and result.type == "tuple" and bool(result.items)
    values = result.items if is_tuple and isinstance(result, Group) else (result,)
    return sum(size(each) == 0 for each in values if says_anything(each))


def tells_by_printing(call: RecordedCall) -> bool:
    """Whether what it prints belongs to what it gives: there is no more than plain values beside
    it."""
    values = [*(each.value for each in call.changed), call.result]
    return prints_little(call) and all(isinstance(each, (Atom, Opaque)) for each in values)


def same_arguments(one: RecordedCall, other: RecordedCall) -> Argument | None:
    """The first argument that the other call did not get; `None` where they are the same."""
    for mine, theirs in zip(one.arguments, other.arguments, strict=True):
        if not same(mine.value, theirs.value, extent=False):
            return mine
    return None


def same_outcome(one: RecordedCall, other: RecordedCall) -> bool:
    """Whether both calls gave the same, as far as it was recorded."""
    return (
        same(one.result, other.result)
        and len(one.changed) == len(other.changed)
        and all(
            mine.name == theirs.name and same(mine.value, theirs.value)
            for mine, theirs in zip(one.changed, other.changed, strict=True)
        )
    )


def unseen(call: RecordedCall) -> tuple[str, ...]:
    """What came out and cannot be compared."""
    values = [*(each.value for each in call.changed), call.result]
    found = [p.what for value in values for p in parts(value) if isinstance(p, Opaque)]
    return tuple(dict.fromkeys(found))
