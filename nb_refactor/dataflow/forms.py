"""The form of tables, arrays and lists: how many rows there are, and which columns, whatever they
hold.

`x.shape` after `x = x * 2` is what it was before. So the form of an object has numbers of its own.
They begin as what the object was made of, they stay as they are where an element is replaced, and
what is known to keep the form hands them on to what it makes.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from nb_refactor.dataflow.aliasing import Form, Number, Object, digest
from nb_refactor.dataflow.effects import Argument, Call, Fresh, Operand, Part, StoreInto
from nb_refactor.dataflow.words import words

# What is asked of a form, by the attributes that tell nothing else.
SHAPE, COLUMNS, ROWS = "shape", "columns", "rows"
FORM_ATTRIBUTES = {"shape": SHAPE, "size": SHAPE, "ndim": SHAPE, "columns": COLUMNS}
# What a change in place never changes: which functions ask for it, and which attribute of an array.
ASKING_FOR_TYPE = words("type isinstance")
TYPE_OF_ELEMENTS = "dtype"
# Kinds of objects that have a form: each of their elements may be replaced.
_FORMED = frozenset({"array", "pandas", "list"})
# Methods of tables and columns that give, or with `inplace` make of them, one of the same form.
_KEEPING_FORM = words(
    "fillna ffill bfill astype round abs clip replace sort_values sort_index copy isna isnull "
    "notna notnull cumsum cumprod cummax cummin diff rank interpolate where mask convert_dtypes "
    "infer_objects"
)
# Those that keep the columns, and those that keep how many rows there are.
_KEEPING_COLUMNS = words("head tail query nlargest nsmallest drop_duplicates dropna drop sample")
_KEEPING_ROWS = words("assign set_index reset_index rename drop")
# Methods of arrays that put their elements in order or fill them, and those of lists.
_ORDERING = {"array": words("sort fill partition"), "list": words("sort reverse")}
# NumPy's functions that make one element of each.
_ELEMENTWISE = words(
    "absolute abs negative positive sqrt cbrt square exp exp2 expm1 log log2 log10 log1p sin cos "
    "tan arcsin arccos arctan sinh cosh tanh sign floor ceil trunc rint reciprocal conj conjugate "
    "logical_not isnan isinf isfinite deg2rad rad2deg degrees radians fabs zeros_like ones_like "
    "empty_like"
)
_ABOUT_COLUMNS = words("columns axis numeric_only")


def form_of(thing: Object) -> Form:
    """The form of an object: as it is noted, or as the object was made."""
    form = thing.form or Form(None, None)
    return replace(form, rows=_rows(thing, form), columns=_columns(thing, form))


def _rows(thing: Object, form: Form) -> Number:
    return form.rows if form.rows is not None else digest(thing.base, "rows")


def _columns(thing: Object, form: Form) -> Number:
    return form.columns if form.columns is not None else digest(thing.base, "columns")


def made_of(thing: Object) -> Number:
    """The number of what an object was made, whatever was changed in it since: its type, and that
    of an array's elements."""
    return thing.made if thing.made is not None else digest(thing.base, "made")


def form_number(thing: Object, asked: str) -> Number | None:
    """The number of what is asked of an object's form, where it has one that is known."""
    if thing.kind not in _FORMED or (thing.kind == "list" and (asked != ROWS or thing.fields)):
        return None
    form = thing.form or Form(None, None)
    rows, columns = _rows(thing, form), _columns(thing, form)
    if asked == COLUMNS:
        return digest("columns", columns)
    # (What is taken for an array may have keys.)
    return (
        digest("rows", rows) if asked == ROWS and thing.kind != "array" else digest(rows, columns)
    )


def form_with(thing: Object, name: str, store: StoreInto) -> Form | None:
    """The form of an object after a store into one of its columns. One that is there already, since
    it was stored before or since the store itself reads it, stays where it stands."""
    if thing.kind not in _FORMED or name.startswith("."):
        return thing.form
    form = form_of(thing)
    if store.value is None:
        gone = digest("gone", name, _columns(thing, form))
        return Form(form.rows, gone, form.gone | {name})
    if name not in form.gone and (store.present or name in thing.fields):
        return form
    return Form(form.rows, digest("stored", name, _columns(thing, form)), form.gone - {name})


def merged_form(own: Object, other: Object) -> Form | None:
    """The form of what may be the one or the other state of an object."""
    if own.form is None and other.form is None:
        return None
    mine, theirs = form_of(own), form_of(other)
    rows, columns = _rows(own, mine), _columns(own, mine)
    if mine.rows != theirs.rows:
        rows = digest("phi", rows, _rows(other, theirs))
    if mine.columns != theirs.columns:
        columns = digest("phi", columns, _columns(other, theirs))
    return Form(rows, columns, mine.gone | theirs.gone)


def form_taken(table: Object, part: Part) -> Form | None:
    """The form of some columns of a table, by their names, or of some rows, by a condition."""
    if table.kind != "pandas" or table.grows or len(part.operands) != 1:
        return None
    form = form_of(table)
    match part.operands[0]:
        case Fresh(kind="list", parts=parts) as names:
            return Form(form.rows, None) if parts and _texts(names) is not None else None
        case Fresh(kind="unknown"):
            return Form(None, form.columns)
        case _:
            return None


def keeps_form(thing: Object, store: StoreInto) -> bool:
    """Whether a store replaces elements, and leaves all others where they are."""
    if store.attribute or store.value is None or store.field is not None:
        return False
    return thing.kind == "array" or (thing.kind == "list" and store.index is not None)


def form_after(thing: Object, call: Call, method: str) -> Form | None:
    """The form of an object that a method has changed; None where it may be another one."""
    form = form_of(thing)
    if method in _ORDERING.get(thing.kind, ()):
        return form
    return _of_table(call, method, form) if thing.kind == "pandas" else None


def form_given(call: Call, method: str, receiver: Object) -> Form | None:
    """The form of what a method of a table gives."""
    if receiver.kind != "pandas" or receiver.grows:
        return None
    return _of_table(call, method, form_of(receiver))


def form_of_each(call: Call, function: str, argument: Object) -> Form | None:
    """The form of what a function makes of each element of its argument."""
    module, _, name = function.rpartition(".")
    each = module == "numpy" and name in _ELEMENTWISE and len(call.arguments) == 1
    return form_of(argument) if each and argument.kind in ("array", "pandas") else None


def forms_split(call: Call, parts: Object) -> tuple[Form, Form]:
    """The forms of the two parts that `train_test_split` makes of one of its arguments: which rows
    they get is drawn, how many is not."""
    form = form_of(parts)
    sizes = [a for a in call.arguments if a.keyword in ("test_size", "train_size")]
    if any(not isinstance(size.literal, (int, float)) for size in sizes):
        return Form(None, form.columns), Form(None, form.columns)
    told = [f"{size.keyword}={size.literal}" for size in sizes]
    rows = [digest("split", part, form.rows or b"", *told) for part in ("train", "test")]
    return Form(rows[0], form.columns), Form(rows[1], form.columns)


def _of_table(call: Call, method: str, form: Form) -> Form | None:
    keywords = {argument.keyword for argument in call.arguments}
    if any(argument.starred for argument in call.arguments):
        return None
    about_columns = bool(keywords & _ABOUT_COLUMNS) or _second_is_axis(call, method)
    if method in _KEEPING_FORM:
        return None if about_columns and method != "replace" else form
    if method == "drop" and about_columns:
        return _without_columns(call, form)
    if method in _KEEPING_COLUMNS and not about_columns:
        return Form(None, form.columns)
    if method in _KEEPING_ROWS and method != "drop" and "index" not in keywords:
        return Form(form.rows, None)
    return None


def _second_is_axis(call: Call, method: str) -> bool:
    """`df.drop("a", 1)`, and what else is given by position and may be an axis."""
    by_position = sum(argument.keyword is None for argument in call.arguments)
    return by_position > (0 if method == "dropna" else 1)


def _without_columns(call: Call, form: Form) -> Form | None:
    """The form without the columns that literals name."""
    rest = [a for a in call.arguments if a.keyword not in ("axis", "inplace", "columns", "labels")]
    named = [a for a in call.arguments if a.keyword in (None, "columns", "labels")]
    axis = [a.literal for a in call.arguments if a.keyword == "axis"]
    known = len(named) == 1 and axis in ([], [1], ["columns"]) and rest in ([], named)
    if known and not axis:
        known = named[0].keyword == "columns"
    names = _literals(named[0]) if known else None
    if names is None:
        return Form(None, None) if not known else Form(form.rows, None)
    return Form(form.rows, digest("without", form.columns or b"", *names))


def _literals(argument: Argument) -> Sequence[str] | None:
    if isinstance(argument.literal, str):
        return (argument.literal,)
    return _texts(argument.value)


def _texts(operand: Operand) -> Sequence[str] | None:
    """The texts in a list of literals, if it is one of texts."""
    match operand:
        case Fresh(kind="list", parts=parts):
            names = [part.literal for part in parts if isinstance(part, Fresh)]
            texts = [name for name in names if isinstance(name, str)]
            return texts if len(texts) == len(parts) else None
        case _:
            return None
