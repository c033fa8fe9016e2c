"""What may make two fresh runs differ, or one fail elsewhere: noted quietly, and no cell's state
depends on it."""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from nb_refactor.dataflow import mutation, randomness
from nb_refactor.dataflow.effects import Bind, Call, Closure, Simple
from nb_refactor.dataflow.exposure import calls_in, cell_effects, closures_in
from nb_refactor.dataflow.liveness import simples
from nb_refactor.dataflow.words import words
from nb_refactor.hidden_state.finding import Finding
from nb_refactor.notebook import Cell, Notebook
from nb_refactor.text import text

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

# The last names of the functions that seed.
_SEEDING = frozenset(name.rpartition(".")[2] for name in randomness.SEEDING)
# What binds a name to data: not to a function, a class or a module.
_DATA_FORMS = ("assignment", "loop", "with")

Imports = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Around:
    """What the whole notebook tells: its imports, the random states that are seeded, the names of
    data."""

    imports: Imports
    seeded: frozenset[str]
    data: frozenset[str]

    def names_changed_since(self, before: _Around | None) -> frozenset[str] | None:
        """The names that mean another thing than before; `None` where more than that changed."""
        if before is None or before.seeded != self.seeded:
            return None
        imports = {name for name, _ in self.imports.items() ^ before.imports.items()}
        return frozenset(imports | (self.data ^ before.data))


_Found = tuple[Cell, tuple[Finding, ...]]


@dataclass(slots=True)
class HazardMemory:
    """What was last found in each cell, and around them all."""

    cells: tuple[Cell, ...] = ()
    around: _Around | None = None
    found: dict[str, _Found] = field(default_factory=dict)


def hazards(
    notebook: Notebook, memory: HazardMemory | None = None
) -> Mapping[str, tuple[Finding, ...]]:
    """The hazards of each code cell, by its id."""
    memory = memory or HazardMemory()
    cells = notebook.code_cells
    if memory.cells is not cells:
        facts = [facts_of(cell.source) for cell in cells]
        imports = _imports(facts)
        around = _Around(imports, _seeded(facts, imports), _data_names(facts))
        changed = around.names_changed_since(memory.around)
        memory.found = {
            cell.cell_id: _found(cell, each, around, memory.found.get(cell.cell_id), changed)
            for cell, each in zip(cells, facts, strict=True)
        }
        memory.cells, memory.around = cells, around
    return {cell_id: findings for cell_id, (_, findings) in memory.found.items()}


def _found(
    cell: Cell,
    facts: Facts,
    around: _Around,
    known: _Found | None,
    changed: frozenset[str] | None,
) -> _Found:
    """The hazards of a cell: those that are `known`, where it is the same and sees nothing of what
    `changed` around it."""
    same = known is not None and known[0] is cell
    if known is not None and same and changed is not None and changed.isdisjoint(facts.seen):
        return known
    return cell, tuple(_of_cell(facts, around))


@dataclass(frozen=True, slots=True)
class Facts:
    """What a cell's source alone tells: all calls in it (also in functions that it defines), and
    all that it binds. `seen` are the names that the calls begin with and those that its functions
    read when they are called, `seeding` the calls that may seed a random state. `modules` are its
    imports by name; `data` and `other` what it binds, to data and to other things."""

    calls: tuple[Call, ...]
    binds: tuple[Bind, ...]
    seen: frozenset[str]
    seeding: tuple[Call, ...]
    modules: tuple[tuple[str, str], ...]
    data: frozenset[str]
    other: frozenset[str]


@lru_cache(maxsize=8192)
def facts_of(source: str) -> Facts:
    everything = list(simples(cell_effects(source).statements))
    calls = tuple(call for simple in everything for call in _calls(simple))
    actions = [action for simple in everything for action in simple.actions]
    binds = tuple(a for a in actions if isinstance(a, Bind) and not a.name.startswith("%"))
    definitions = cell_effects(source).whole.definitions
    return Facts(
        calls,
        binds,
        seen=frozenset(call.path[0] for call in calls if call.path).union(
            *[_free(bind) for bind in binds]
        ),
        seeding=tuple(call for call in calls if call.path and call.path[-1] in _SEEDING),
        modules=tuple((bind.name, bind.module) for bind in binds if bind.module is not None),
        data=frozenset(d.name for d in definitions if d.form in _DATA_FORMS),
        other=frozenset(d.name for d in definitions if d.form not in _DATA_FORMS),
    )


def _free(bind: Bind) -> tuple[str, ...]:
    if bind.form == "function" and isinstance(bind.value, Closure):
        return bind.value.function.free_names
    return ()


def _of_cell(facts: Facts, around: _Around) -> Iterator[Finding]:
    told: set[tuple[str, str | None]] = set()
    for finding in (
        *_of_calls(facts.calls, around.imports, around.seeded),
        *_of_bindings(facts.binds, around.data),
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
            message = text(
                "`{call}` draws random numbers without a seed: two fresh runs differ.", call=drawn
            )
            yield Finding("unseeded-random", "info", message, call.path[0], call.at)
        if name in _CLOCK:
            message = text(
                "`{call}` reads the clock: two fresh runs differ.", call=".".join(call.path)
            )
            yield Finding("clock", "info", message, call.path[0], call.at)
        if name and name.startswith(_NETWORK):
            message = text(
                "`{call}` reads from the network, which may answer otherwise.",
                call=".".join(call.path),
            )
            yield Finding("network", "info", message, call.path[0], call.at)
        for argument in call.arguments:
            if isinstance(argument.literal, str) and _ABSOLUTE.match(argument.literal):
                message = text(
                    "`{path}` is an absolute path: on another machine it is not there.",
                    path=argument.literal,
                )
                yield Finding("absolute-path", "info", message, None, call.at)


def _of_bindings(binds: Sequence[Bind], data: frozenset[str]) -> Iterator[Finding]:
    for action in binds:
        if action.name in _DATA_BUILTINS and action.form != "import":
            message = text(
                "`{name}` hides Python's own `{name}` from all cells below.", name=action.name
            )
            yield Finding("shadowed-builtin", "info", message, action.name, action.at)
        used = [n for n in _free(action) if n in data and n != action.name]
        if used:
            names = ", ".join(f"`{name}`" for name in used[:4])
            message = text(
                "`{name}` reads {names} from the notebook instead of taking it as an argument.",
                name=action.name,
                names=names,
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


def _imports(facts: Sequence[Facts]) -> Imports:
    """The modules (and what was imported from them) by the names that they have."""
    imports: dict[str, str] = {}
    for each in facts:
        if each.modules:
            imports.update(each.modules)
    return imports


def _seeded(facts: Sequence[Facts], imports: Imports) -> frozenset[str]:
    """The random states that some cell seeds."""
    seeds = set()
    for call in (call for each in facts if each.seeding for call in each.seeding):
        name = _canonical(call, imports)
        if name in randomness.SEEDING:
            seeds.add(mutation.call_effect(call, name, None).seeds)
    return frozenset(seed for seed in seeds if seed is not None)


def _data_names(facts: Sequence[Facts]) -> frozenset[str]:
    """The names that cells bind to data: not to functions, classes or modules."""
    data = frozenset().union(*[each.data for each in facts])
    return data.difference(*[each.other for each in facts if each.other])
