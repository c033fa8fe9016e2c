"""What may make two fresh runs differ, or one fail elsewhere: noted quietly, and no cell's state
depends on it."""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from nb_refactor.dataflow import mutation
from nb_refactor.dataflow.effects import Bind, Call, Closure, Simple
from nb_refactor.dataflow.exposure import calls_in, cell_effects, closures_in
from nb_refactor.dataflow.liveness import simples
from nb_refactor.dataflow.words import words
from nb_refactor.hidden_state.finding import Finding
from nb_refactor.notebook import Cell, Notebook

_CLOCK = words(
    "time.time time.time_ns datetime.datetime.now datetime.datetime.today datetime.date.today "
    "datetime.datetime.utcnow pandas.Timestamp.now pandas.Timestamp.today"
)
_NETWORK = (
    "requests.",
    "urllib.request.",
    "httpx.",
    "aiohttp.",
    "seaborn.load_dataset",
    "sklearn.datasets.fetch_",
    "yfinance.",
    "pandas_datareader.",
)
_ABSOLUTE = re.compile(
    r"^(?:/(?:home|Users|mnt|content|kaggle|data|root|tmp|var|srv|opt)/|[A-Za-z]:[\\/]|~/)"
)
_DATA_BUILTINS = frozenset(
    name for name in dir(builtins) if not name.startswith("_") and name[:1].islower()
)

Imports = Mapping[str, str]


def hazards(notebook: Notebook) -> dict[str, tuple[Finding, ...]]:
    """The hazards of each code cell, by its id."""
    imports = _imports(notebook)
    seeded = _seeded(notebook, imports)
    data = _data_names(notebook)
    return {
        cell.cell_id: tuple(_of_cell(cell, imports, seeded, data)) for cell in notebook.code_cells
    }


@dataclass(frozen=True, slots=True)
class _Facts:
    """What a cell's source alone tells: all calls in it (also in functions that it defines), and
    all that it binds."""

    calls: tuple[Call, ...]
    binds: tuple[Bind, ...]


@lru_cache(maxsize=8192)
def _facts(source: str) -> _Facts:
    everything = list(simples(cell_effects(source).statements))
    calls = tuple(call for simple in everything for call in _calls(simple))
    actions = [action for simple in everything for action in simple.actions]
    binds = tuple(a for a in actions if isinstance(a, Bind) and not a.name.startswith("%"))
    return _Facts(calls, binds)


def _of_cell(
    cell: Cell, imports: Imports, seeded: frozenset[str], data: frozenset[str]
) -> Iterator[Finding]:
    told: set[tuple[str, str | None]] = set()
    facts = _facts(cell.source)
    for finding in (
        *_of_calls(facts.calls, imports, seeded),
        *_of_bindings(facts.binds, data),
    ):
        if (finding.rule, finding.name) not in told:
            told.add((finding.rule, finding.name))
            yield finding


def _of_calls(calls: Sequence[Call], imports: Imports, seeded: frozenset[str]) -> Iterator[Finding]:
    for call in calls:
        name = _canonical(call, imports)
        state = mutation.call_effect(call, name, None).draws if name else None
        if state is not None and state not in seeded:
            drawn = ".".join(call.path)
            message = f"`{drawn}` draws random numbers without a seed: two fresh runs differ."
            yield Finding("unseeded-random", "info", message, call.path[0], call.at)
        if name in _CLOCK:
            message = f"`{'.'.join(call.path)}` reads the clock: two fresh runs differ."
            yield Finding("clock", "info", message, call.path[0], call.at)
        if name and name.startswith(_NETWORK):
            message = f"`{'.'.join(call.path)}` reads from the network, which may answer otherwise."
            yield Finding("network", "info", message, call.path[0], call.at)
        for argument in call.arguments:
            if isinstance(argument.literal, str) and _ABSOLUTE.match(argument.literal):
                message = (
                    f"`{argument.literal}` is an absolute path: on another machine it is not there."
                )
                yield Finding("absolute-path", "info", message, None, call.at)


def _of_bindings(binds: Sequence[Bind], data: frozenset[str]) -> Iterator[Finding]:
    for action in binds:
        if action.name in _DATA_BUILTINS and action.form != "import":
            message = f"`{action.name}` hides Python's own `{action.name}` from all cells below."
            yield Finding("shadowed-builtin", "info", message, action.name, action.at)
        if action.form == "function" and isinstance(action.value, Closure):
            used = [n for n in action.value.function.free_names if n in data and n != action.name]
            if used:
                names = ", ".join(f"`{name}`" for name in used[:4])
                message = (
                    f"`{action.name}` reads {names} from the notebook instead of taking it as an "
                    "argument."
                )
                yield Finding("global-data", "info", message, action.name, action.at)


def _calls(simple: Simple) -> Iterator[Call]:
    for action in simple.actions:
        yield from calls_in(action)
        for closure in closures_in(action):
            for inner in simples(closure.function.body):
                for inner_action in inner.actions:
                    yield from calls_in(inner_action)


def _canonical(call: Call, imports: Imports) -> str | None:
    if not call.path or call.path[0] not in imports:
        return None
    return ".".join((imports[call.path[0]], *call.path[1:]))


def _imports(notebook: Notebook) -> Imports:
    """The modules (and what was imported from them) by the names that they have."""
    return {
        bind.name: bind.module
        for cell in notebook.code_cells
        for bind in _facts(cell.source).binds
        if bind.module is not None
    }


def _seeded(notebook: Notebook, imports: Imports) -> frozenset[str]:
    """The random states that some cell seeds."""
    seeds = set()
    for cell in notebook.code_cells:
        for call in _facts(cell.source).calls:
            name = _canonical(call, imports)
            if name in mutation.SEEDING:
                seeds.add(mutation.call_effect(call, name, None).seeds)
    return frozenset(seed for seed in seeds if seed is not None)


def _data_names(notebook: Notebook) -> frozenset[str]:
    """The names that cells bind to data: not to functions, classes or modules."""
    data: set[str] = set()
    other: set[str] = set()
    for cell in notebook.code_cells:
        for definition in cell_effects(cell.source).whole.definitions:
            is_data = definition.form in ("assignment", "loop", "with")
            (data if is_data else other).add(definition.name)
    return frozenset(data - other)
