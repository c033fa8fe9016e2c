"""What the rest of the notebook says about the names of one cell: bound by what, and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from nb_refactor.dataflow.effects import ImportStar
from nb_refactor.dataflow.exposure import CellEffects, cell_effects
from nb_refactor.dataflow.liveness import sure_simples
from nb_refactor.dataflow.lowering import Constants
from nb_refactor.notebook import Cell
from nb_refactor.refactor.extract_function.builtin_names import (
    BUILTINS,
    may_come_from,
    names_of,
)
from nb_refactor.refactor.extract_function.cell_facts import CellFacts, cell_facts, constants
from nb_refactor.refactor.extract_function.destination import Destination
from nb_refactor.refactor.extract_function.environment import Environment, stops_at
from nb_refactor.refactor.extract_function.swallowing import module_swallowing, seen_with
from nb_refactor.refactor.module_edit import ImportBinding

Entry = Literal["bound", "maybe", "unbound"]


@dataclass(frozen=True)
class Other:
    """One code cell: its effects and, for each name that nothing but imports bind in it, what
    they are. `stops_at` is the line on which a run of it ends in an error, as far as is known;
    `by_itself`, where not only for want of a name that a cell above was to bind."""

    effects: CellEffects
    imports: Mapping[str, frozenset[ImportBinding]]
    stops_at: int | None = None
    by_itself: bool = False

    def is_sure(self, name: str) -> bool:
        """Whether the name is bound when the cell has run."""
        return any(
            d.name == name and d.certain and (self.stops_at is None or d.at.line < self.stops_at)
            for d in self.effects.whole.definitions
        )


@dataclass(frozen=True)
class Surroundings:
    """The code cells of the document, the place of the cell in question among them, and the module
    that its code goes to. `constants` are those that loops of the cell go by, `swallowing` the
    functions and classes whose contexts may swallow an exception."""

    cells: tuple[Other, ...]
    index: int
    module: str = ""
    constants: Constants = ()
    swallowing: frozenset[str] = frozenset()

    def entry(self, name: str) -> Entry:
        """Whether the name is bound when the cell starts, in a run from top to bottom."""
        state: Entry = "unbound"
        for other in self.cells[: self.index]:
            whole = other.effects.whole
            found = next((d for d in whole.definitions if d.name == name), None)
            if found is not None:
                state = "bound" if other.is_sure(name) or state == "bound" else "maybe"
            if name in whole.kills:
                state = "maybe" if found is not None else "unbound"
            if state == "unbound" and (whole.stars or any(o.binds for o in whole.opaque)):
                state = "maybe"
        if state == "unbound" and name in BUILTINS:
            return "bound"
        return state

    def outlived(self, name: str) -> bool:
        """Whether the name has a value when the cell starts, and no later cell is sure to give it
        another: then the notebook would be left with the old one if the new one got lost."""
        if not self.starred(name) and (self.entry(name) == "unbound" or not self.bound_above(name)):
            return False
        return not any(self._certain(other, name) for other in self.cells[self.index + 1 :])

    def lost_above(self, name: str) -> bool:
        """Whether a cell that is known to end in an error was to bind the name."""
        return any(
            other.stops_at is not None and self._binds(other, name)
            for other in self.cells[: self.index]
        )

    def bound_above(self, name: str) -> bool:
        """Whether any cell above binds the name."""
        return any(self._binds(other, name) for other in self.cells[: self.index])

    def may_come_from_star(self, name: str, own: Sequence[str] = ()) -> bool:
        """Whether `from m import *` above the cell, or of one of its `own` modules, may have given
        the name its meaning."""
        above = [m for other in self.cells[: self.index] for m in other.effects.whole.stars]
        return any(may_come_from(module, name) for module in (*above, *own))

    def opaque_above(self) -> bool:
        return any(
            other.effects.whole.stars or any(o.binds for o in other.effects.whole.opaque)
            for other in self.cells[: self.index]
        )

    def imported(self, name: str) -> frozenset[ImportBinding]:
        """The imports that the name stands for when the cell starts; empty where it may stand
        for something else."""
        found: frozenset[ImportBinding] = frozenset()
        for other in reversed(self.cells[: self.index]):
            if not self._binds(other, name):
                continue
            bound = other.imports.get(name)
            if not bound or not self._certain(other, name):
                return found
            if found and {b.bound for b in bound if b.name or b.alias}:
                return found
            if found and _roots(bound) != _roots(found):
                return found
            found |= bound
            if any(b.name is not None or b.alias is not None for b in bound):
                return found
        return found or self.starred(name)

    def imported_everywhere(self, name: str) -> frozenset[ImportBinding]:
        """The imports that the name stands for at any time after its first binding; empty where
        any cell gives it another meaning, or Python itself did before."""
        found: frozenset[ImportBinding] = frozenset()
        if name in BUILTINS and not any(
            self._binds(other, name) for other in self.cells[: self.index + 1]
        ):
            return self._starred_everywhere(name)
        for other in self.cells:
            if name in other.effects.whole.kills:
                return frozenset()
            if not self._binds(other, name):
                continue
            bound = other.imports.get(name)
            if not bound:
                return frozenset()
            found |= bound
        named = {b for b in found if b.name is not None or b.alias is not None}
        if named and len(found) > 1:
            return frozenset()
        return found or self._starred_everywhere(name)

    def starred(self, name: str, own: Sequence[str] = ()) -> frozenset[ImportBinding]:
        """The import that a name stands for which only `from m import *` above the cell, or of one
        of its `own` modules, gives it; empty where that is not known."""
        above = self.cells[: self.index]
        stars = [module for other in above for module in starred_modules(other.effects)]
        may = [module for module in (*stars, *own) if may_come_from(module, name)]
        if not may or self.bound_above(name) or self._is_killed(name):
            return frozenset()
        opaque = any(o.binds for other in above for o in other.effects.whole.opaque)
        if opaque or name not in names_of(may[-1]):
            return frozenset()
        return frozenset({ImportBinding(may[-1], name)})

    def _starred_everywhere(self, name: str) -> frozenset[ImportBinding]:
        """What `starred` says at any time after the star imports, where one cell has all that may
        give the name."""
        places = [
            place
            for place, other in enumerate(self.cells)
            if any(may_come_from(module, name) for module in other.effects.whole.stars)
        ]
        if len(places) != 1:
            return frozenset()
        return replace(self, index=len(self.cells)).starred(name)

    def _is_killed(self, name: str) -> bool:
        return any(name in other.effects.whole.kills for other in self.cells)

    def means_builtin_everywhere(self, name: str) -> bool:
        """Whether nothing in the document gives this name of Python's own another meaning."""
        return name in BUILTINS and not any(
            self._binds(other, name)
            or any(may_come_from(module, name) for module in other.effects.whole.stars)
            for other in self.cells
        )

    def cells_binding(self, name: str) -> list[int]:
        return [i for i, other in enumerate(self.cells) if self._binds(other, name)]

    @staticmethod
    def _binds(other: Other, name: str) -> bool:
        return any(d.name == name for d in other.effects.whole.definitions)

    @staticmethod
    def _certain(other: Other, name: str) -> bool:
        return name not in other.effects.whole.kills and other.is_sure(name)


def starred_modules(effects: CellEffects) -> tuple[str, ...]:
    """The modules of `from m import *`; with a question mark, where it may not come to pass."""
    if not effects.whole.stars:
        return ()
    sure = {
        action.module
        for simple in sure_simples(effects.statements)
        for action in simple.actions
        if isinstance(action, ImportStar)
    }
    return tuple(module if module in sure else f"{module}?" for module in effects.whole.stars)


def _roots(bindings: frozenset[ImportBinding]) -> set[str]:
    return {binding.module.partition(".")[0] for binding in bindings}


def surroundings(
    cells: Sequence[Cell], index: int, to: Destination, missing: Environment
) -> Surroundings:
    """What the code cells say about the names of the one at `index`. What the module that its code
    goes `to` cannot import (its own functions under another name) counts as no import."""
    module = to.module
    others: list[Other] = []
    lost: set[str] = set()
    all_facts = [cell_facts(cell.source) for cell in cells]
    fixed = constants(all_facts)
    swallowing = module_swallowing(to.existing).union(*(each.swallowing for each in all_facts))
    for place, (cell, facts) in enumerate(zip(cells, all_facts, strict=True)):
        known = _known_at(place, facts, fixed)
        effects = cell_effects(cell.source, known) if known else facts.effects
        effects = seen_with(effects, swallowing)
        imports = {
            name: bindings
            for name, bindings in facts.imports.items()
            if not any(b.module == module and b.bound != b.name for b in bindings)
        }
        own = stops_at(cell, missing)
        inherited = _wants(effects, lost)
        line = min((each for each in (own, inherited) if each is not None), default=None)
        other = Other(effects, imports, line, own is not None)
        others.append(other)
        for definition in effects.whole.definitions:
            if other.is_sure(definition.name):
                lost.discard(definition.name)
            elif line is not None and definition.at.line >= line:
                lost.add(definition.name)
    known = _known_at(index, all_facts[index], fixed)
    return Surroundings(tuple(others), index, module, known, swallowing)


def _known_at(place: int, facts: CellFacts, fixed: Mapping[str, tuple[int, str]]) -> Constants:
    """The constants that loops of the cell go by, and that a cell above it has made."""
    names = sorted(name for name in facts.iterated if name in fixed and fixed[name][0] < place)
    return tuple((name, fixed[name][1]) for name in names)


def _wants(effects: CellEffects, lost: set[str]) -> int | None:
    """The line of the first statement that cannot run without a name that was lost above."""
    lines = [
        statement.at.line
        for statement in effects.statements
        for use in effects.whole.uses
        if use.name in lost
        and use.certain
        and not use.deferred
        and statement.at.line <= use.at.line <= statement.at.end_line
    ]
    return min(lines, default=None)
