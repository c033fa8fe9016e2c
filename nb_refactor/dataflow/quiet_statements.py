"""Statements that show nothing, as far as is known: they give names and places their values by code
of Python and of libraries that print nothing and draw nothing.

What a cell shows that stops in an error is the error, and what the statements before it showed.
"""

from __future__ import annotations

from functools import lru_cache

from nb_refactor.dataflow.calls import canonical_name
from nb_refactor.dataflow.effects import Bind, Call, Evaluate, Named, Opaque, Simple
from nb_refactor.dataflow.exposure import calls_in, closures_in
from nb_refactor.dataflow.library_functions import is_installed
from nb_refactor.dataflow.machine import Machine
from nb_refactor.dataflow.words import words

_PACKAGES = (
    "numpy.", "pandas.", "math.", "itertools.", "collections.", "datetime.", "random.", "re.",
    "json.", "string.", "functools.", "statistics.", "decimal.", "fractions.", "os.path.",
    "operator.", "copy.", "pathlib.", "scipy.",
)  # fmt: skip
_BUILTINS = words(
    "len range sum min max sorted reversed list dict set tuple frozenset int float str bool bytes "
    "complex abs round pow divmod zip enumerate isinstance issubclass type chr ord hash repr open "
    "iter any all slice hasattr id"
)
# Kinds of objects whose methods, apart from these, print and draw nothing.
_KINDS = frozenset({"pandas", "array", "list", "dict", "set", "scalar"})
_LOUD_METHODS = words(
    "plot hist boxplot bar barh pie line area scatter hexbin kde density info print apply map "
    "applymap transform agg aggregate pipe filter style show"
)
_LOUD_PACKAGES = ("pandas.plotting.", "numpy.testing.", "numpy.show_", "pandas.show_")


def is_quiet(machine: Machine, statement: Simple) -> bool:
    """Whether the statement, run now, shows nothing."""
    calls = _calls_if_quiet(statement)
    return calls is not None and all(_is_quiet_call(machine, call) for call in calls)


@lru_cache(maxsize=8192)
def _calls_if_quiet(statement: Simple) -> tuple[Call, ...] | None:
    """The calls in a statement that shows nothing if they do not; None of any other one."""
    calls: list[Call] = []
    for action in statement.actions:
        loud = isinstance(action, (Evaluate, Opaque))
        if isinstance(action, Bind) and action.module is not None:
            loud = not is_installed(action.module)
        if loud or any(closure.function.immediate for closure in closures_in(action)):
            return None
        calls += calls_in(action)
    return tuple(calls) if statement.ends is None else None


def _is_quiet_call(machine: Machine, call: Call) -> bool:
    name = canonical_name(machine, call.path)
    if name is not None:
        quiet = name.startswith(_PACKAGES) or name in _BUILTINS
        return quiet and not name.startswith(_LOUD_PACKAGES)
    if call.method is None or not isinstance(call.receiver, Named):
        return False
    kind = machine.named(call.receiver.name).kind
    return kind in _KINDS and call.method not in _LOUD_METHODS
