"""Definitions that may leave their place in the cell: they need only what a module has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nb_refactor.dataflow import scope
from nb_refactor.refactor.extract_function.cell_parts import Part
from nb_refactor.refactor.extract_function.definitions import (
    defined_name,
    is_plain,
    needs_notebook,
    reads_state,
)
from nb_refactor.refactor.extract_function.notebook_only import notebook_only
from nb_refactor.refactor.extract_function.part_context import PartContext, called_names, effects_of
from nb_refactor.refactor.module_edit import ImportBinding


def free_definitions(
    rest: Sequence[Part],
    hoisted: Mapping[str, frozenset[ImportBinding]],
    context: PartContext,
    staying: frozenset[str],
) -> list[Part]:
    """Definitions that mean the same at the top level of a module, those `staying` left out. They
    may need each other: the largest set of them is found by taking away until nothing changes."""
    chosen = [
        part
        for part in rest
        if defined_name(part) not in staying and _may_be_definition(part, rest, context)
    ]
    while True:
        names = {defined_name(part) for part in chosen} | context.coming
        kept = [
            part
            for part in chosen
            if not needs_notebook(part, hoisted, names, context.around, context.not_at_the_top)
        ]
        if len(kept) == len(chosen):
            return chosen
        chosen = kept


def _may_be_definition(part: Part, rest: Sequence[Part], context: PartContext) -> bool:
    name = defined_name(part)
    if name is None or name in context.traced:
        return False
    if notebook_only(part, context.is_own):
        return False
    others = [other for other in rest if other is not part]
    if any(name in scope.bound_names(other.nodes) for other in others):
        return False
    earlier = rest[: rest.index(part)]
    if any(
        use.name == name and not use.deferred for other in earlier for use in effects_of(other).uses
    ):
        return False
    if not is_plain(part.node, context.wrapping) or reads_state(part.node, context.around):
        return False
    return name not in called_names(earlier, context)
