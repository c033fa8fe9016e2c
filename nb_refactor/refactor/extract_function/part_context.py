"""What decides about the place of a part besides the part itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from nb_refactor.dataflow import scope
from nb_refactor.dataflow.effects import Effects
from nb_refactor.dataflow.exposure import cell_effects
from nb_refactor.dataflow.liveness import simples
from nb_refactor.refactor.extract_function.cell_parts import Part
from nb_refactor.refactor.extract_function.environment import is_missing
from nb_refactor.refactor.extract_function.shared_variables import Holders
from nb_refactor.refactor.extract_function.surroundings import Surroundings
from nb_refactor.refactor.module_edit import ImportBinding


@dataclass(frozen=True)
class PartContext:
    """What the placement of a part depends on besides the part."""

    parts: Sequence[Part]
    around: Surroundings
    holders: Holders
    live: frozenset[str]
    unavailable: frozenset[str]
    traced: frozenset[str]
    coming: frozenset[str]
    shows_every_value: bool
    wrapping: frozenset[str]
    own_showing: frozenset[str] = frozenset()
    ends_seen: bool = False
    placed: frozenset[str] = frozenset()
    places_known: bool = False

    @property
    def not_at_the_top(self) -> frozenset[str]:
        """The modules that the module must not import at its top level."""
        return self.unavailable | self.placed

    def is_placed(self, bindings: Iterable[ImportBinding], changed: bool) -> bool:
        """Whether what is imported hangs on the lines that say where modules are found. `changed`:
        there are such lines above in the cell."""
        return (changed and not self.places_known) or any(
            is_missing(binding, self.placed) for binding in bindings
        )

    def is_own(self, name: str) -> bool:
        """Whether the cell, or a cell above it, gives the name a meaning."""
        bound = any(name in scope.bound_names(part.nodes) for part in self.parts)
        return bound or self.around.bound_above(name)


def effects_of(part: Part) -> Effects:
    """What the part does as a whole."""
    return cell_effects(part.code).whole


def all_uses(parts: Sequence[Part]) -> set[str]:
    """The names that the parts read, whenever that is."""
    return {
        use.name
        for part in parts
        for simple in simples(cell_effects(part.code).statements)
        for use in simple.uses
    }


def called_names(parts: Sequence[Part], context: PartContext) -> frozenset[str]:
    """The names of the notebook that functions read which the parts may call."""
    return context.holders.shared(all_uses(parts)).reads
