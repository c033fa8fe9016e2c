"""Values that were seen while a function ran, as far as they can be written in a test.

The kernel tells them, see `adapters/recording_side.py`. What is too large is recorded by its first
items or rows: then `whole` is false, and `length` says how many there are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace


class Atom(Struct, frozen=True, tag_field="kind", tag="atom"):
    """A value of a built-in type as Python writes it: `type` is its class name. Of a long text
    (`str`, `bytes`) it is the beginning."""

    type: str
    text: str
    length: int = 0
    whole: bool = True


class Import(Struct, frozen=True):
    """`import module [as alias]`, or `from module import name` where there is a name."""

    module: str
    name: str | None = None
    alias: str | None = None


class Built(Struct, frozen=True, tag_field="kind", tag="built"):
    """A value that a short expression makes (a date, a path, a NumPy number); `number` is the
    Python number that it equals, where it is one."""

    type: str
    text: str
    imports: tuple[Import, ...] = ()
    number: Atom | None = None


class Named(Struct, frozen=True, tag_field="kind", tag="named"):
    """A function or class that a module gives; of built-in ones the module's name is empty."""

    module: str
    name: str


class Group(Struct, frozen=True, tag_field="kind", tag="group"):
    """A container: `type` is its class name. A mapping has as many `keys` as items. The items of a
    set are sorted."""

    type: str
    items: tuple[Value, ...]
    keys: tuple[Value, ...] = ()
    length: int = 0
    whole: bool = True


class Array(Struct, frozen=True, tag_field="kind", tag="array"):
    """A NumPy array: `items` are its rows (groups of type `list`) or numbers, `shape` that of the
    whole. `plain`: NumPy gives the items this dtype by itself."""

    dtype: str
    shape: tuple[int, ...]
    items: tuple[Value, ...]
    plain: bool = True
    whole: bool = True


class Column(Struct, frozen=True, tag_field="kind", tag="column"):
    """The values of a column or an index; `way` says what gives them their dtype: nothing needs to
    (`plain`), `numpy.array`, `pandas.array`, or `pandas.Categorical` with these `categories`."""

    items: tuple[Value, ...]
    dtype: str
    way: Literal["plain", "numpy", "extension", "categories"]
    categories: tuple[Value, ...] = ()
    ordered: bool = False


class Index(Struct, frozen=True, tag_field="kind", tag="index"):
    """An index of pandas. `range`: from `start` by `step`, `length` of them; `dates` have a
    `freq`, or none; one of several `levels` has the values of each. `names` is empty where it has
    none."""

    way: Literal["range", "values", "dates", "levels"]
    names: tuple[Value, ...] = ()
    values: Column | None = None
    levels: tuple[Column, ...] = ()
    start: int = 0
    step: int = 1
    length: int = 0
    freq: str | None = None


class Frame(Struct, frozen=True, tag_field="kind", tag="frame"):
    """A DataFrame: `keys` are the labels of its columns, `names` that of its columns' index; an
    `index` of `None` counts from 0."""

    keys: tuple[Value, ...]
    columns: tuple[Column, ...]
    index: Index | None
    names: tuple[Value, ...]
    length: int
    whole: bool = True


class Series(Struct, frozen=True, tag_field="kind", tag="series"):
    values: Column
    index: Index | None
    name: Value
    length: int
    whole: bool = True


class Opaque(Struct, frozen=True, tag_field="kind", tag="opaque"):
    """What cannot be written: `what` it is, and whether its size alone is in the way."""

    what: str
    large: bool = False


Value = Atom | Built | Named | Group | Array | Frame | Series | Opaque


def parts(value: Value) -> Iterator[Value]:
    """The value and all that is in it."""
    yield value
    match value:
        case Group(items=items, keys=keys):
            inside: tuple[Value, ...] = (*keys, *items)
        case Array(items=items):
            inside = items
        case Frame(keys=keys, columns=columns, index=index):
            inside = (*keys, *(i for c in columns for i in c.items), *_of_index(index))
        case Series(values=values, index=index):
            inside = (*values.items, *_of_index(index))
        case _:
            inside = ()
    for each in inside:
        yield from parts(each)


def _of_index(index: Index | None) -> tuple[Value, ...]:
    if index is None:
        return ()
    columns = (*index.levels, *([index.values] if index.values else []))
    return tuple(item for column in columns for item in column.items)


def is_cut(value: Value) -> bool:
    """Whether some part of it is recorded by its beginning only."""
    return any(not getattr(each, "whole", True) for each in parts(value))


_CUTTABLE = frozenset(("list", "tuple"))


def unwritable(value: Value) -> Opaque | None:
    """The first part that stands in the way of writing the value as an argument. Of lists, arrays
    and frames the beginning may stand for all."""
    for each in parts(value):
        if isinstance(each, Opaque):
            return each
        whole = getattr(each, "whole", True)
        if not whole and isinstance(each, Atom):
            return Opaque(f"{each.type} of {each.length:,} characters", True)
        if not whole and isinstance(each, Group) and each.type not in _CUTTABLE:
            return Opaque(f"{each.type} of {each.length:,}", True)
    return None


def cut(value: Value, rows: int) -> Value:
    """The value with no more than `rows` items or rows of each part that is not whole."""
    match value:
        case Group(items=items, whole=whole):
            kept = items if whole else items[:rows]
            return replace(value, items=tuple(cut(each, rows) for each in kept))
        case Array(items=items, whole=False):
            return replace(value, items=items[:rows])
        case Frame(columns=columns, index=index, whole=False):
            shorter = tuple(_shortened(column, rows) for column in columns)
            return replace(value, columns=shorter, index=_shorter_index(index, rows))
        case Series(values=values, index=index, whole=False):
            return replace(
                value, values=_shortened(values, rows), index=_shorter_index(index, rows)
            )
    return value


def _shortened(column: Column, rows: int) -> Column:
    return replace(column, items=column.items[:rows])


def _shorter_index(index: Index | None, rows: int) -> Index | None:
    if index is None:
        return None
    values = _shortened(index.values, rows) if index.values else None
    levels = tuple(_shortened(level, rows) for level in index.levels)
    return replace(index, values=values, levels=levels, length=min(index.length, rows))


def size(value: Value) -> int:
    """How many items or rows the value has, of what has any; else 1."""
    match value:
        case Array(shape=shape):
            return shape[0] if shape else 1
        case Group(length=length) | Frame(length=length) | Series(length=length):
            return length
    return 1


def recorded_rows(value: Value) -> int:
    """How many items or rows of it are recorded."""
    match value:
        case Group(items=items) | Array(items=items):
            return len(items)
        case Frame(columns=columns, index=index):
            return len(columns[0].items) if columns else (index.length if index else 0)
        case Series(values=values):
            return len(values.items)
    return 1
