"""What IPython keeps of what cells showed, and of what they were: `_`, `__`, `___`, `_3`, `Out`,
`In`.

A cell that ends in an expression shows its value, unless it is None or a semicolon follows. The
value is kept under `_`, and under the cell's execution count: in a fresh run the cells count from
1, so `_3` may well be what another cell showed.
"""

from __future__ import annotations

import ast
import re
from collections.abc import MutableMapping
from typing import Literal

from msgspec import Struct

from nb_refactor.dataflow.aliasing import NO_ORIGIN, Binding, Number, Points, digest

# The last expression has a value to show; or perhaps, since a call may give None.
Shows = Literal["value", "perhaps", "nothing"]
_LAST = ("_", "__", "___")
_ALL = ("Out", "_oh")
_SOURCES = ("In", "_ih", "_i")
_KEPT = frozenset({*_LAST, *_ALL, *_SOURCES})
_COUNTED = re.compile(r"_i?[0-9]+")
NO_POINTS = Points()
_GIVES_NONE = frozenset({"print", "display"})


def shows(tree: ast.Module, code: str) -> Shows:
    """What a cell with this code shows when it runs through."""
    last = tree.body[-1] if tree.body else None
    if not isinstance(last, ast.Expr) or _ends_in_semicolon(last, code):
        return "nothing"
    value = last.value.value if isinstance(last.value, ast.Await) else last.value
    if isinstance(value, ast.Constant) and value.value is None:
        return "nothing"
    if not isinstance(value, ast.Call):
        return "value"
    named = isinstance(value.func, ast.Name) and value.func.id in _GIVES_NONE
    return "nothing" if named else "perhaps"


def _ends_in_semicolon(last: ast.Expr, code: str) -> bool:
    lines = code.split("\n")[(last.end_lineno or 1) - 1 :]
    after = lines[0].encode()[last.end_col_offset or 0 :].decode("utf-8", "ignore")
    return after.lstrip().startswith(";")


class Shown(Struct, frozen=True):
    """What IPython is to keep of one item of a sequence: its code; how it showed the value at its
    end, the number of the statement that made it and what the value stands for."""

    code: Number
    how: Shows = "nothing"
    number: Number = b""
    value: Points = NO_POINTS


def is_kept(name: str) -> bool:
    """Whether IPython may keep something under the name."""
    return name in _KEPT or _COUNTED.fullmatch(name) is not None


def keep_source(
    names: MutableMapping[str, Binding], shown: Shown, position: int, count: int | None
) -> None:
    """Before a cell runs: IPython notes its source."""
    for name in _SOURCES:
        old = names.get(name)
        if old is None or old.kept_by_ipython:
            before = old.number if old is not None and name != "_i" else b""
            number = digest("source", before, shown.code)
            names[name] = _kept(position, number, Points(), old)
    if count is not None and count >= 0:
        names[f"_i{count}"] = _kept(position, shown.code, Points(), None)


def keep_shown(
    names: MutableMapping[str, Binding], shown: Shown, position: int, count: int | None
) -> None:
    """After a cell has run through: what it showed gets its names."""
    if shown.how == "nothing":
        return
    new = _kept(position, digest("shown", shown.number), shown.value, None)
    before = [names.get(name) for name in _LAST]
    if all(old is None or old.kept_by_ipython for old in before):
        for name, then, old in zip(_LAST, (new, *before), before, strict=False):
            if then is not None:
                names[name] = _either(then, old) if shown.how == "perhaps" else then
    if count is None or count < 0:  # a kernel does not count so, a broken file may
        return
    names[f"_{count}"] = new
    for name in _ALL:
        all_before = names.get(name)
        if all_before is None or all_before.kept_by_ipython:
            earlier = all_before.number if all_before is not None else b""
            together = digest("out", earlier, str(count), new.number)
            names[name] = _kept(position, together, shown.value, all_before)


def _kept(position: int, number: Number, value: Points, old: Binding | None) -> Binding:
    return Binding(
        number=number,
        references=value.references | (old.references if old is not None else frozenset()),
        kind=value.kind,
        origins=frozenset({position}) | (old.origins if old is not None else NO_ORIGIN),
        kept_by_ipython=True,
    )


def _either(new: Binding, old: Binding | None) -> Binding:
    """A call may have given None: then the name is what it was."""
    return Binding(
        number=digest("either", new.number, old.number if old is not None else b""),
        references=new.references | (old.references if old is not None else frozenset()),
        origins=new.origins | (old.origins if old is not None else NO_ORIGIN),
        kept_by_ipython=True,
    )
