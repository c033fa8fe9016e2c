"""From which cells a cell takes its values, in a run from top to bottom."""

from __future__ import annotations

from collections.abc import Sequence

from nb_refactor.dataflow.exposure import cell_effects
from nb_refactor.dataflow.sequence import SPACING, Numbering
from nb_refactor.dataflow.value_numbering import Item


def upstream(sources: Sequence[str]) -> list[tuple[int, ...]]:
    """For each code cell the positions of the cells that made what it reads, and of those that
    made what these read in turn: the nearest first."""
    numbering = Numbering()
    direct: list[frozenset[int]] = []
    count = 0
    for position, source in enumerate(sources):
        count += bool(source.strip())  # a cell without code is not run, and not counted
        numbered = numbering.run(Item(cell_effects(source), count=count))
        origins = frozenset().union(*(read.origins for read in numbered.reads))
        places = frozenset(origin // SPACING - 1 for origin in origins)
        direct.append(places & frozenset(range(position)))
    return [_closed(position, direct) for position in range(len(sources))]


def _closed(position: int, direct: Sequence[frozenset[int]]) -> tuple[int, ...]:
    found: dict[int, None] = {}
    waiting = [position]
    while waiting:
        reached = {origin for at in waiting for origin in direct[at]} - found.keys()
        waiting = sorted(reached, reverse=True)
        found.update(dict.fromkeys(waiting))
    return tuple(found)
