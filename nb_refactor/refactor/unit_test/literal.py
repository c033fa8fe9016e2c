"""Recorded values as Python writes them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from nb_refactor.refactor.module_edit import ImportBinding
from nb_refactor.refactor.unit_test.layout import Nested, Text, flat, prefixed
from nb_refactor.refactor.unit_test.recorded_value import (
    Array,
    Atom,
    Built,
    Column,
    Frame,
    Group,
    Import,
    Index,
    Named,
    Opaque,
    Series,
    Value,
)

NUMPY = ImportBinding("numpy", None, "np")
PANDAS = ImportBinding("pandas", None, "pd")


@dataclass(frozen=True)
class Expression:
    """An expression, and the imports that it needs."""

    text: Text
    imports: frozenset[ImportBinding] = frozenset()


def literal(value: Value, leaf: Callable[[Atom], Expression] | None = None) -> Expression:
    """The expression whose value equals what was recorded of this one. `leaf` writes numbers and
    other atoms in another way. Raises ValueError for what cannot be written."""
    write = leaf or _atom
    match value:
        case Atom():
            return write(value)
        case Built(text=text, imports=imports, number=number):
            if leaf and number is not None:
                return write(number)
            return Expression(text, _bindings(imports))
        case Named(module=module, name=name):
            return _named(module, name)
        case Group():
            return _group(value, leaf)
        case Array():
            return _array(value)
        case Frame():
            return _frame(value)
        case Series():
            return _series(value)
        case Opaque(what=what):
            raise ValueError(what)


def _bindings(imports: Iterable[Import]) -> frozenset[ImportBinding]:
    return frozenset(ImportBinding(each.module, each.name, each.alias) for each in imports)


_SPECIAL = {"nan": 'float("nan")', "inf": 'float("inf")', "-inf": 'float("-inf")'}


def _atom(value: Atom) -> Expression:
    if value.type == "float":
        return Expression(_SPECIAL.get(value.text, value.text))
    return Expression(quoted(value.text) if value.type == "str" else value.text)


def quoted(text: str) -> str:
    """A string's literal in the quotes that the formatters choose."""
    inside = text[1:-1]
    if text.startswith("'") and '"' not in inside and "\\" not in inside:
        return f'"{inside}"'
    return text


def _named(module: str, name: str) -> Expression:
    if not module:
        return Expression(name)
    first = name.partition(".")[0]
    return Expression(name, frozenset((ImportBinding(module, first),)))


# ---- containers -------------------------------------------------------------------------------

_BRACKETS = {"list": ("[", "]"), "tuple": ("(", ")"), "set": ("{", "}"), "dict": ("{", "}")}


def _group(value: Group, leaf: Callable[[Atom], Expression] | None) -> Expression:
    kind = value.type
    # What is approximately equal has no hash.
    inner = None if kind in ("set", "frozenset") else leaf
    items = [literal(item, inner) for item in value.items]
    imports = frozenset().union(*(item.imports for item in items))
    if value.keys or kind in ("dict", "Counter", "OrderedDict"):
        keys = [literal(key) for key in value.keys]
        imports = imports.union(*(key.imports for key in keys))
        texts = [
            prefixed(f"{flat(key.text)}: ", item.text)
            for key, item in zip(keys, items, strict=True)
        ]
        inside = Nested("{", tuple(texts), "}")
        kind = "dict" if kind == "defaultdict" else kind
    elif kind in ("set", "frozenset") and not items:
        return Expression(f"{kind}()")
    else:
        shape = "set" if kind == "frozenset" else "list" if kind == "deque" else kind
        opening, closing = _BRACKETS[shape]
        single = shape == "tuple" and len(items) == 1
        inside = Nested(opening, tuple(i.text for i in items), closing, ",)" if single else "")
    if kind in _BRACKETS:
        return Expression(inside, imports)
    if kind != "frozenset":
        imports |= {ImportBinding("collections", kind)}
    return Expression(Nested(f"{kind}(", (inside,), ")"), imports)


# ---- NumPy ------------------------------------------------------------------------------------


def _array(value: Array) -> Expression:
    dtype = f'dtype="{value.dtype}"'
    if 0 in value.shape or (not value.items and value.shape):
        shape = ", ".join(map(str, value.shape))
        comma = "," if len(value.shape) == 1 else ""
        return Expression(f"np.empty(({shape}{comma}), {dtype})", frozenset((NUMPY,)))
    inside = rows(value)
    arguments: tuple[Text, ...] = (inside.text,) if value.plain else (inside.text, dtype)
    return Expression(Nested("np.array(", arguments, ")"), inside.imports | {NUMPY})


def rows(value: Array) -> Expression:
    """The array's items as nested lists; of an array without dimensions its one number."""
    if not value.shape:
        return in_array(value.items[0])
    return in_array(Group("list", value.items))


def in_array(value: Value) -> Expression:
    return literal(value, _number_in_array)


def _number_in_array(value: Atom) -> Expression:
    if value.type == "float" and value.text in _SPECIAL:
        return Expression(value.text.replace("nan", "np.nan").replace("inf", "np.inf"), _NUMPY)
    return _atom(value)


_NUMPY = frozenset((NUMPY,))

# ---- pandas -----------------------------------------------------------------------------------


def _column(column: Column) -> Expression:
    items = [in_array(item) for item in column.items]
    listed = Nested("[", tuple(item.text for item in items), "]")
    imports = frozenset().union(*(item.imports for item in items))
    if column.way == "plain":
        return Expression(listed, imports)
    if column.way == "categories":
        known = [in_array(item) for item in column.categories]
        imports = imports.union(*(item.imports for item in known))
        names = Nested("categories=[", tuple(item.text for item in known), "]")
        ordered = ("ordered=True",) if column.ordered else ()
        return Expression(
            Nested("pd.Categorical(", (listed, names, *ordered), ")"), imports | {PANDAS}
        )
    library = NUMPY if column.way == "numpy" else PANDAS
    maker = Nested(f"{library.bound}.array(", (listed, f'dtype="{column.dtype}"'), ")")
    return Expression(maker, imports | {library})


def _index(index: Index) -> Expression:
    """As the argument `index` of a frame takes it."""
    names = [literal(name) for name in index.names]
    imports = frozenset().union(*(name.imports for name in names))
    name = (prefixed("name=", names[0].text),) if len(names) == 1 else ()
    if index.way == "range":
        stop = index.start + index.step * index.length
        bounds = [str(index.start), str(stop), *([str(index.step)] if index.step != 1 else [])]
        return Expression(Nested("pd.RangeIndex(", (*bounds, *name), ")"), imports | {PANDAS})
    if index.way == "levels":
        levels = [_column(level) for level in index.levels]
        listed = Nested("[", tuple(level.text for level in levels), "]")
        all_names = (Nested("names=[", tuple(n.text for n in names), "]"),) if names else ()
        made = Nested("pd.MultiIndex.from_arrays(", (listed, *all_names), ")")
        return Expression(made, imports.union({PANDAS}, *(level.imports for level in levels)))
    assert index.values is not None
    values = _column(index.values)
    imports |= values.imports
    if index.way == "dates":
        freq = (f'freq="{index.freq}"',) if index.freq else ()
        return Expression(
            Nested("pd.DatetimeIndex(", (values.text, *freq, *name), ")"), imports | {PANDAS}
        )
    if not name and index.values.way == "plain":
        return values
    return Expression(Nested("pd.Index(", (values.text, *name), ")"), imports | {PANDAS})


def _frame(value: Frame) -> Expression:
    columns = [_column(column) for column in value.columns]
    keys = [literal(key) for key in value.keys]
    imports = frozenset((PANDAS,)).union(*(each.imports for each in (*columns, *keys)))
    inside = tuple(
        prefixed(f"{flat(key.text)}: ", column.text)
        for key, column in zip(keys, columns, strict=True)
    )
    arguments: list[Text] = [Nested("{", inside, "}")] if inside else []
    close = ")"
    if value.index is not None:
        index = _index(value.index)
        imports |= index.imports
        arguments.append(prefixed("index=", index.text))
    if value.names:
        named = _names([literal(name) for name in value.names])
        close = f").rename_axis(columns={named})"
    return Expression(Nested("pd.DataFrame(", tuple(arguments), close), imports)


def _names(names: Sequence[Expression]) -> str:
    texts = [flat(name.text) for name in names]
    return texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"


def _series(value: Series) -> Expression:
    values = _column(value.values)
    name = literal(value.name)
    imports = values.imports | name.imports | {PANDAS}
    arguments = [values.text]
    if value.index is not None:
        index = _index(value.index)
        imports |= index.imports
        arguments.append(prefixed("index=", index.text))
    if name.text != "None":
        arguments.append(prefixed("name=", name.text))
    return Expression(Nested("pd.Series(", tuple(arguments), ")"), imports)
