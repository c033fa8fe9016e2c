"""Statements that change nothing when they are run a second time on their own result.

`df["day"] = pd.to_datetime(df["day"])`, `df = df.dropna()` or `rows.sort()` give the same however
often they run. A value number made of the old value's number would not show that: it grows with
each run. So a statement that is known to be of this sort tells what it works on, and where that is
still what the statement itself made of it, running it again is nothing.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from nb_refactor.dataflow.idempotence import Repeatable, Sort
from nb_refactor.dataflow.library_methods import PANDAS_ATTRIBUTES
from nb_refactor.dataflow.row_conditions import cell_condition, row_condition
from nb_refactor.dataflow.syntax import dotted
from nb_refactor.dataflow.words import words

# Methods f with f(f(x)) = f(x), given the same literal arguments.
_METHODS: dict[str, Sort] = {
    **dict.fromkeys(
        words("astype round clip abs strip lstrip rstrip lower upper title capitalize casefold "
              "normalize"),
        "elements",
    ),
    **dict.fromkeys(words("fillna replace"), "filled"),
    **dict.fromkeys(words("dropna drop_duplicates"), "rows"),
    # (Not sort_values by one column: pandas puts rows that compare equal in an order of its own
    # each time, unless it is told to be stable. An index that is in order it leaves alone.)
    **dict.fromkeys(words("sort sort_index sort_values"), "order"),
    **dict.fromkeys(words("head tail"), "cut"),
    **dict.fromkeys(words("ffill bfill"), "along"),
    "rename": "names",
    "reset_index": "labels",
    **dict.fromkeys(words("convert_dtypes infer_objects reshape"), "inferred"),
    **dict.fromkeys(words("copy rename_axis ravel flatten"), "copied"),
}  # fmt: skip
# Functions of the same sort, by the last part of their name: Python's own, pandas' and NumPy's.
_FUNCTIONS: dict[str, Sort] = {
    **dict.fromkeys(words("to_datetime to_numeric abs round nan_to_num"), "elements"),
    **dict.fromkeys(words("list tuple asarray array Categorical"), "inferred"),
    "sorted": "listed",
}
# Arguments with which `dropna` is one of a table: of a column it makes other labels of the same.
_OF_TABLES = words("subset thresh")
# Methods that tell something of a table or a column; or of groups of its rows.
_TELLING = words("mean median mode min max sum std quantile groupby transform")
# Methods of sets that do no more the second time.
_OF_SETS = words("add discard")
# Arguments with which gaps are filled by more than what is given.
_COUNTING = words("limit method downcast")
_SAFE_ERRORS = ("coerce", "raise")
_NAMING = words("strip lstrip rstrip lower upper title capitalize casefold")
Place = tuple[str, str | None]


def repeatable(node: ast.stmt) -> Repeatable | None:
    """What the statement works on, if it is of this sort."""
    match node:
        case ast.Assign(targets=[target], value=value):
            return _assigned(target, value)
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=base, attr=method)) as call):
            if method in _OF_SETS:
                return _of_member(base, call)
            if method == "drop" and _keyword(call, "inplace") is True:
                return _dropped(_place(base), call, False)
            in_place = method == "sort" or _keyword(call, "inplace") is True
            if in_place and (filled := _filled_of_itself(_place(base), call)) is not None:
                return _repeatable(filled, "filled", False)
            sort = _sort_of_method(method, call) if in_place else None
            return _repeatable(_place(base), sort, False)
        case _:
            return None


def _of_member(base: ast.expr, call: ast.Call) -> Repeatable | None:
    """`names.add("x")`."""
    match base, call.args, call.keywords:
        case ast.Name(id=name), [element], [] if (
            isinstance(element, ast.Constant) or _number(element) is not None
        ):
            return Repeatable(name, None, "member", kind="set")
        case _:
            return None


def _assigned(target: ast.expr, value: ast.expr) -> Repeatable | None:
    place = _place(target)
    if place is None:
        return _stored(target, value)
    match value:
        case ast.Call(func=ast.Attribute(value=ast.Name() as base, attr="drop")):
            return _dropped(place, value, True) if _place(base) == place else None
        case ast.Call(func=ast.Attribute(value=ast.Name() as base, attr="assign")):
            sort, by = _of_columns_assigned(value)
            return _repeatable(place, sort, True, by) if _place(base) == place else None
        case ast.Call(func=ast.Attribute(value=base)) if (
            _place(base) == place and (filled := _filled_of_itself(place, value)) is not None
        ):
            return _repeatable(filled, "filled", place[1] is None)
        case ast.Call():
            applied, sort, by = _applied_to(value)
            return _repeatable(place, sort, True, by) if applied == place else None
        case ast.Subscript(value=ast.Name() as base, slice=index) if _place(base) == place:
            return _repeatable(place, _taken(base.id, index), True)
        case ast.Subscript(value=ast.Attribute(value=ast.Name() as base, attr=by)) if (
            _place(base) == place
        ):
            return _repeatable(place, _located(base.id, by, value.slice), True)
        case _:
            return None


def _located(name: str, by: str, index: ast.expr) -> Sort | None:
    """What `x = x.loc[index]` and `x = x.iloc[index]` do."""
    match by, index:
        case "loc", ast.Tuple(elts=[ast.Slice(lower=None, upper=None, step=None), columns]):
            return _columns_located(columns)
        case "loc", _:
            return _chosen_rows(index, name)
        case "iloc", ast.Slice():
            return "cut" if _from_the_start(index) else None
        case "iloc", ast.Tuple(elts=[ast.Slice(lower=None, upper=None, step=None), columns]):
            return "chosen" if _from_the_start(columns) else None
        case _:
            return None


def _chosen_rows(index: ast.expr, name: str) -> Sort | None:
    """What taking the rows that meet a condition does."""
    if not row_condition(index, name):
        return None
    labels = (n for n in ast.walk(index) if isinstance(n, ast.Attribute) and n.attr == "index")
    return "labelled" if any(labels) else "rows"


def _columns_located(columns: ast.expr) -> Sort | None:
    match columns:
        case ast.Slice(
            lower=None | ast.Constant(value=str()),
            upper=None | ast.Constant(value=str()),
            step=None,
        ):
            return "chosen"
        case ast.List():
            return _taken("", columns)
        case _:
            return None


def _taken(name: str, index: ast.expr) -> Sort | None:
    """What `x = x[index]` does."""
    if _from_the_start(index):
        return "cut"
    rows = _chosen_rows(index, name)
    if rows is not None:
        return rows
    if cell_condition(index, name):
        return "masked"
    if isinstance(index, ast.List) and index.elts:
        names = [e.value for e in index.elts if isinstance(e, ast.Constant)]
        strings = all(isinstance(name, str) for name in names)
        return "chosen" if strings and len(set(names)) == len(index.elts) else None
    return None


def _stored(target: ast.expr, value: ast.expr) -> Repeatable | None:
    """`df.loc[df["a"] > 9, "a"] = 9` and `x[x < 0] = 0`: what does not meet the condition stays,
    and what meets it is, or becomes, the constant."""
    if not isinstance(value, ast.Constant):
        return None
    match target:
        case ast.Subscript(
            value=ast.Attribute(value=ast.Name(id=name), attr="loc"),
            slice=ast.Tuple(elts=[rows, ast.Constant(value=str())]),
        ):
            return Repeatable(name, None, "filled") if _chosen_rows(rows, name) == "rows" else None
        case ast.Subscript(value=ast.Name(id=name), slice=index):
            return Repeatable(name, None, "filled") if cell_condition(index, name) else None
        case _:
            return None


def _dropped(place: Place | None, call: ast.Call, rebinds: bool) -> Repeatable | None:
    """`df.drop(df[df["a"] > 9].index)`: no row that is left meets the condition."""
    match call.args:
        case [
            ast.Attribute(value=ast.Subscript(value=ast.Name(id=name), slice=rows), attr="index")
        ]:
            plain = place == (name, None) and all(k.arg == "inplace" for k in call.keywords)
            return _repeatable(place, _chosen_rows(rows, name), rebinds) if plain else None
        case _:
            return None


def _repeatable(
    place: Place | None, sort: Sort | None, rebinds: bool, by: tuple[str, ...] = ()
) -> Repeatable | None:
    if place is None or sort is None:
        return None
    name, field = place
    if field == "columns":  # any store of a column is one of these
        return Repeatable(name, None, sort)
    return Repeatable(name, field, sort, rebinds and field is None, by)


def _applied_to(call: ast.Call) -> tuple[Place | None, Sort | None, tuple[str, ...]]:
    """What an idempotent call is applied to, what it does there, and by which function."""
    match call:
        case ast.Call(func=func, args=[first, *rest]) if (
            _place(first) is not None and _last_name(func) in _FUNCTIONS and _plain(call, rest)
        ):
            return _place(first), _inferring(_FUNCTIONS[_last_name(func)], call), dotted(func)
        case ast.Call(func=ast.Attribute(value=base, attr=method)) if method in _METHODS:
            place = _place(_without_accessor(base))
            if place is not None and place[1] == "columns":
                return place, "names" if method in _NAMING else None, ()
            return place, _sort_of_method(method, call), _nan_of(call)
        case _:
            return None, None, ()


def _of_columns_assigned(call: ast.Call) -> tuple[Sort | None, tuple[str, ...]]:
    """What `df.assign(a=lambda x: x.a.abs())` does, where each column is made of itself alone; and
    by which function."""
    sorts: set[Sort | None] = set()
    functions: set[tuple[str, ...]] = set()
    for keyword in call.keywords:
        match keyword.value:
            case ast.Lambda(
                args=ast.arguments(posonlyargs=[], args=[ast.arg(arg=table)], kwonlyargs=[]),
                body=ast.Call() as made,
            ):
                applied, sort, by = _applied_to(made)
                sorts.add(sort if applied == (table, keyword.arg) else None)
                functions.update([by] if by else [])
            case _:
                sorts.add(None)
    if call.args or not sorts <= {"elements", "filled"} or not sorts or len(functions) > 1:
        return None, ()
    return "filled" if "filled" in sorts else "elements", next(iter(functions), ())


def _plain(call: ast.Call, rest: list[ast.expr]) -> bool:
    given = [*rest, *(keyword.value for keyword in call.keywords)]
    return all(isinstance(argument, ast.Constant) for argument in given)


def _sort_of_method(method: str, call: ast.Call) -> Sort | None:
    """What a call of the method does, if it does it once and for all."""
    sort = _METHODS.get(method)
    if method == "replace":
        return sort if _replaces_once(call) else None
    if method == "rename":
        return sort if _renames_once(call) else None
    if sort is None or not _literal_arguments(call):
        return None
    match method:
        case "sort_values":
            return sort if _sorts_stably(call) else None
        case "reset_index":
            return sort if _keyword(call, "drop") is True else None
        case "dropna" if _of_columns(call):
            return "columns"
        case "dropna" if {k.arg for k in call.keywords} & _OF_TABLES:
            return "complete"
        case "normalize" if not _through_accessor(call):
            return None
        case "head" | "tail":
            return sort if _cuts_once(call) else None
        case "fillna" | "ffill" | "bfill" if {k.arg for k in call.keywords} & _COUNTING:
            return None
        case _:
            return _inferring(sort, call)


def _inferring(sort: Sort | None, call: ast.Call) -> Sort | None:
    """With some arguments a call does nothing at all unless all elements allow it."""
    errors = _keyword(call, "errors")
    if sort is not None and (
        (errors is not None and errors not in _SAFE_ERRORS) or _has_keyword(call, "downcast")
    ):
        return "inferred"
    return sort


def _filled_of_itself(place: Place | None, call: ast.Call) -> Place | None:
    """What `df["a"].fillna(df["a"].mean())` works on: gaps that are filled are none any more, and
    what did not fill one, since there was nothing to tell it of, will not do so the second time.
    All of the table, where columns beside that one are asked."""
    given = [*call.args, *(k.value for k in call.keywords if k.arg == "value")]
    others = {k.arg for k in call.keywords} - {"value", "inplace"}
    if place is None or not isinstance(call.func, ast.Attribute) or call.func.attr != "fillna":
        return None
    if len(given) != 1 or others or _is_literal(given[0]):
        return None
    asked = set(_asked(given[0]))
    if not all(of is not None and of[0] == place[0] for of in asked):
        return None
    return place if asked == {place} else (place[0], None)


def _asked(node: ast.expr) -> Iterator[Place | None]:
    """The tables and columns that a value is told of, by methods that do so; None for all else."""
    place = _place(node)
    if place is not None and place[1] not in PANDAS_ATTRIBUTES:
        yield place
        return
    match node:
        case ast.Constant():
            return
        case ast.Dict(keys=keys, values=values) if all(isinstance(k, ast.Constant) for k in keys):
            for value in values:
                yield from _asked(value)
        case ast.Call(func=ast.Attribute(value=base, attr=method)) if (
            method in _TELLING and _literal_arguments(node)
        ):
            yield from _asked(base)
        case ast.Subscript(value=base, slice=index) if _is_literal(index):
            yield from _asked(base)
        case ast.Attribute(value=base, attr="iloc" | "loc"):
            yield from _asked(base)
        case _:
            yield None


def _of_columns(call: ast.Call) -> bool:
    axis = _keyword(call, "axis")
    return bool(call.args) or axis in (1, "columns")


def _sorts_stably(call: ast.Call) -> bool:
    """Whether it sorts by several columns, which is stable, or by one in a stable way."""
    by = call.args[0] if call.args else None
    by = next((k.value for k in call.keywords if k.arg == "by"), by)
    several = isinstance(by, ast.List) and len(by.elts) > 1
    return several or _keyword(call, "kind") in ("stable", "mergesort")


def _cuts_once(call: ast.Call) -> bool:
    """`head(-2)` leaves out the last two each time."""
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    return not any(isinstance(argument, ast.UnaryOp) for argument in given)


def _renames_once(call: ast.Call) -> bool:
    """Whether no column gets a name that another one loses."""
    allowed = all(k.arg in ("columns", "inplace") for k in call.keywords)
    return allowed and not call.args and _swaps_nothing(_argument(call, "columns"))


def _replaces_once(call: ast.Call) -> bool:
    """Whether nothing that is put in is something that is taken out. A string has no more than one
    character then, for in a text another may come about where one was taken out."""
    if any(k.arg not in ("inplace", "regex") for k in call.keywords) or _keyword(call, "regex"):
        return False
    match call.args:
        case [ast.Dict() as replaced]:
            return _swaps_nothing(replaced)
        case [ast.Constant(value=str(old)), ast.Constant(value=str(new))]:
            return len(old) == 1 and old not in new
        case [old, new] if _number(old) is not None:
            other = new.value if isinstance(new, ast.Constant) else _number(new)
            return _is_nan(new) or (other is not None and bool(_number(old) != other))
        case _:
            return False


def _number(node: ast.expr) -> float | None:
    """The number that a literal tells, with its sign."""
    match node:
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)):
            return -value
        case ast.Constant(value=int() | float() as value):
            return value
        case _:
            return None


def _swaps_nothing(node: ast.expr | None) -> bool:
    """Whether a dictionary's keys and values are literals, and no value is a key."""
    if not isinstance(node, ast.Dict) or not node.keys:
        return False
    pairs = list(zip(node.keys, node.values, strict=True))
    if not all(
        isinstance(k, ast.Constant) and (isinstance(v, ast.Constant) or _is_nan(v))
        for k, v in pairs
    ):
        return False
    keys, values = list(_constants(node.keys)), list(_constants(node.values))
    return None not in keys + values and not any(value in keys for value in values)


def _is_nan(node: ast.expr) -> bool:
    """`np.nan`, which nothing that is replaced is equal to."""
    return dotted(node) in (("np", "nan"), ("numpy", "nan"), ("np", "NaN"))


def _nan_of(call: ast.Call) -> tuple[str, ...]:
    """The module's part that the call takes its `np.nan` of, as a dotted name."""
    return next(
        (dotted(n) for n in ast.walk(call) if isinstance(n, ast.Attribute) and _is_nan(n)), ()
    )


def _constants(nodes: list[ast.expr | None] | list[ast.expr]) -> Iterator[object]:
    yield from (node.value for node in nodes if isinstance(node, ast.Constant))


def _argument(call: ast.Call, name: str) -> ast.expr | None:
    return next((k.value for k in call.keywords if k.arg == name), None)


def _from_the_start(index: ast.expr) -> bool:
    """`x[:7]` of `x[:7]` is `x[:7]`."""
    match index:
        case ast.Slice(
            lower=None | ast.Constant(value=0), upper=ast.Constant(value=int()), step=None
        ):
            return True
        case _:
            return False


def _place(node: ast.expr) -> Place | None:
    match node:
        case ast.Name():
            return node.id, None
        case ast.Subscript(value=ast.Name(id=name), slice=ast.Constant(value=str(field))):
            return name, field
        case ast.Attribute(value=ast.Name(id=name), attr=field):
            return name, field
        case _:
            return None


def _without_accessor(node: ast.expr) -> ast.expr:
    """`df["a"].str` works on `df["a"]`."""
    if isinstance(node, ast.Attribute) and node.attr in ("str", "dt"):
        return node.value
    return node


def _last_name(func: ast.expr) -> str:
    path = dotted(func)
    return path[-1] if path else ""


def _through_accessor(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.value is not _without_accessor(
        call.func.value
    )


def _literal_arguments(call: ast.Call) -> bool:
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    return all(_is_literal(argument) for argument in given)


def _is_literal(node: ast.expr) -> bool:
    if isinstance(node, (ast.List, ast.Tuple)):
        return all(_is_literal(element) for element in node.elts)
    if isinstance(node, ast.UnaryOp):
        return _is_literal(node.operand)
    return isinstance(node, ast.Constant) or (isinstance(node, ast.Name) and node.id in _TYPES)


_TYPES = words("int float str bool object")


def _has_keyword(call: ast.Call, name: str) -> bool:
    return any(keyword.arg == name for keyword in call.keywords)


def _keyword(call: ast.Call, name: str) -> object:
    value = _argument(call, name)
    return value.value if isinstance(value, ast.Constant) else None
