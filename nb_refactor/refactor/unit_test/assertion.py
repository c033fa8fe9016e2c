"""What a test says of a value: that it is what was recorded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from nb_refactor.refactor.module_edit import ImportBinding
from nb_refactor.refactor.unit_test.layout import Nested, Text, flat, prefixed
from nb_refactor.refactor.unit_test.literal import (
    NUMPY,
    PANDAS,
    Expression,
    literal,
    quoted,
    rows,
)
from nb_refactor.refactor.unit_test.recorded_value import (
    Array,
    Atom,
    Built,
    Frame,
    Group,
    Opaque,
    Series,
    Value,
    cut,
    parts,
    recorded_rows,
)

PYTEST = ImportBinding("pytest")
# Of what is too large this many items or rows are compared.
SHOWN_ROWS = 5
_MAPPINGS = frozenset(("dict", "defaultdict", "Counter", "OrderedDict"))


@dataclass(frozen=True)
class Assertion:
    """One statement of a test."""

    text: Text
    imports: frozenset[ImportBinding] = frozenset()


def says_anything(value: Value) -> bool:
    """Whether there is anything to be said of the value. That a function answers nothing is not."""
    if isinstance(value, Atom):
        return value.type != "NoneType"
    if isinstance(value, Group) and any(isinstance(each, Opaque) for each in parts(value)):
        return any(says_anything(item) for item in value.items)
    return not isinstance(value, Opaque)


def assertions(expression: str, value: Value) -> Iterator[Assertion]:
    """What holds of the value of the `expression`; nothing is said of what cannot be written."""
    match value:
        case Opaque():
            return
        case Atom():
            yield from _of_atom(expression, value)
        case Built(number=number) if number is not None:
            yield from _of_atom(_plain(expression, number), number)
        case Array():
            yield from _of_array(expression, value)
        case Frame() | Series():
            yield from _of_pandas(expression, value)
        case Group():
            yield from _of_group(expression, value)
        case _:
            written = literal(value)
            yield Assertion(prefixed(f"assert {expression} == ", written.text), written.imports)


def _plain(expression: str, number: Atom) -> str:
    return f"bool({expression})" if number.type == "bool" else expression


def _of_atom(expression: str, value: Atom) -> Iterator[Assertion]:
    if not value.whole:
        text = quoted(value.text) if value.type == "str" else value.text
        yield Assertion(f"assert len({expression}) == {value.length}")
        yield Assertion(f"assert {expression}.startswith({text})")
        return
    sign = "is" if value.type in ("bool", "NoneType", "ellipsis") else "=="
    written = approximate(value)
    yield Assertion(prefixed(f"assert {expression} {sign} ", written.text), written.imports)


def approximate(value: Atom) -> Expression:
    """An atom as it is compared: a floating point number may differ in its last digits."""
    written = literal(value)
    if value.type not in ("float", "complex") or value.text in ("inf", "-inf"):
        return written
    arguments = (written.text, "nan_ok=True") if value.text == "nan" else (written.text,)
    return Expression(Nested("pytest.approx(", arguments, ")"), frozenset((PYTEST,)))


def _of_array(expression: str, value: Array) -> Iterator[Assertion]:
    # NumPy's own comparisons take one number for as many as there should be.
    shape = flat(literal(Group("tuple", tuple(map(_int, value.shape)))).text)
    yield Assertion(f"assert {expression}.shape == {shape}")
    if 0 in value.shape:
        return
    if not value.whole:
        shown = min(SHOWN_ROWS, recorded_rows(value))
        value, expression = _first(value, shown), f"{expression}[:{shown}]"
    is_exact = not value.dtype.startswith(("float", "complex"))
    check = "assert_array_equal" if is_exact else "assert_allclose"
    expected = rows(value) if value.plain or not is_exact else literal(value)
    call = Nested(f"np.testing.{check}(", (expression, expected.text), ")")
    yield Assertion(call, expected.imports | {NUMPY})


def _first(value: Array, shown: int) -> Array:
    first = cut(value, shown)
    assert isinstance(first, Array)
    return first


def _int(number: int) -> Atom:
    return Atom("int", str(number))


def _of_pandas(expression: str, value: Frame | Series) -> Iterator[Assertion]:
    kind = "frame" if isinstance(value, Frame) else "series"
    if not value.whole:
        yield Assertion(
            f"assert {expression}.shape == ({value.length}, {len(value.columns)})"
            if isinstance(value, Frame)
            else f"assert len({expression}) == {value.length}"
        )
        shown = min(SHOWN_ROWS, recorded_rows(value))
        first = cut(value, shown)
        expected, expression = literal(first), f"{expression}.head({shown})"
    else:
        expected = literal(value)
    call = Nested(f"pd.testing.assert_{kind}_equal(", (expression, expected.text), ")")
    yield Assertion(call, expected.imports | {PANDAS})


def _of_group(expression: str, value: Group) -> Iterator[Assertion]:
    if value.whole and not any(_is_rich(part) for part in parts(value) if part is not value):
        yield from _equal(expression, value)
        return
    if value.whole and value.type in _MAPPINGS:
        keys = literal(Group("set", value.keys))
        yield Assertion(prefixed(f"assert set({expression}) == ", keys.text), keys.imports)
    else:
        yield Assertion(f"assert len({expression}) == {value.length}")
    if value.type in _MAPPINGS:
        shown = len(value.items) if value.whole else SHOWN_ROWS
        for key, item in list(zip(value.keys, value.items, strict=True))[:shown]:
            written = literal(key)
            for each in assertions(f"{expression}[{flat(written.text)}]", item):
                yield Assertion(each.text, each.imports | written.imports)
    elif value.type in ("set", "frozenset"):
        some = literal(Group("set", value.items[:SHOWN_ROWS]))
        yield Assertion(prefixed(f"assert {expression} >= ", some.text), some.imports)
    elif value.whole:
        for place, item in enumerate(value.items):
            yield from assertions(f"{expression}[{place}]", item)
    else:
        yield from _of_beginning(expression, value)


def _of_beginning(expression: str, value: Group) -> Iterator[Assertion]:
    first = value.items[:SHOWN_ROWS]
    if value.type == "deque" or any(_is_rich(part) for item in first for part in parts(item)):
        for place, item in enumerate(first):
            yield from assertions(f"{expression}[{place}]", item)
    else:
        yield from _equal(f"{expression}[:{len(first)}]", Group(value.type, first))


def _is_rich(value: Value) -> bool:
    """Whether `==` cannot compare it at once."""
    return isinstance(value, (Array, Frame, Series, Opaque)) or not getattr(value, "whole", True)


def _equal(expression: str, value: Group) -> Iterator[Assertion]:
    if value.type in ("set", "frozenset"):
        written = literal(value)
    elif value.type == "list" and value.items and all(map(_is_float, value.items)):
        inside = literal(value)
        nan_ok = any(isinstance(i, Atom) and i.text == "nan" for i in value.items)
        arguments = (inside.text, "nan_ok=True") if nan_ok else (inside.text,)
        written = Expression(Nested("pytest.approx(", arguments, ")"), frozenset((PYTEST,)))
    else:
        written = literal(value, approximate)
    yield Assertion(prefixed(f"assert {expression} == ", written.text), written.imports)


def _is_float(value: Value) -> bool:
    return isinstance(value, Atom) and value.type == "float"
