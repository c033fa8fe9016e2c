"""Where each part of the cell goes: it stays in the notebook, moves to the top level of the
module, or becomes the body of the function.

The order in which things happen is kept. Two kinds of parts may leave their place in it, because
nothing can see the difference: imports, and definitions that need only what a module has. Of all
other parts one unbroken run becomes the function's body; what must stay splits the cell, and what
stands before or behind the run stays with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from nb_refactor.refactor.extract_function.cell_parts import Part
from nb_refactor.refactor.extract_function.definitions import defined_name
from nb_refactor.refactor.extract_function.free_definitions import free_definitions
from nb_refactor.refactor.extract_function.free_imports import (
    bindings_of,
    is_free_import,
    is_leading_star,
)
from nb_refactor.refactor.extract_function.notebook_only import changes_search_path
from nb_refactor.refactor.extract_function.part_context import (
    PartContext,
    all_uses,
    called_names,
)
from nb_refactor.refactor.extract_function.shared_variables import Holders
from nb_refactor.refactor.extract_function.staying_parts import (
    Stay,
    ended_outside,
    found_behind_paths,
    late_bindings,
    must_stay,
    needed_behind,
    outliving,
)
from nb_refactor.refactor.extract_function.surroundings import Surroundings
from nb_refactor.refactor.module_edit import ImportBinding

# Magics that set up the session: it does not matter that they run before the rest of the cell.
_SETTINGS = frozenset(["matplotlib", "load_ext", "reload_ext", "config", "autoreload", "precision"])


@dataclass(frozen=True)
class Placement:
    """All parts of the cell, each in one place. `hoisted` are the names that imports of this cell
    give the module; `found_late` those of imports in `before` that the module must not do ahead of
    time. `stays` says why parts are in `before` or `behind`."""

    top: tuple[Part, ...]
    before: tuple[Part, ...]
    module: tuple[Part, ...]
    imports: tuple[Part, ...]
    body: tuple[Part, ...]
    behind: tuple[Part, ...]
    hoisted: Mapping[str, frozenset[ImportBinding]]
    stays: tuple[Stay, ...]
    found_late: Mapping[str, frozenset[ImportBinding]] = field(default_factory=dict)


def place(
    parts: Sequence[Part],
    around: Surroundings,
    holders: Holders,
    live: frozenset[str],
    *,
    unavailable: frozenset[str] = frozenset(),
    traced: frozenset[str] = frozenset(),
    coming: frozenset[str] = frozenset(),
    shows_every_value: bool = False,
    wrapping: frozenset[str] = frozenset(),
    own_showing: frozenset[str] = frozenset(),
    ends_seen: bool = False,
    placed: frozenset[str] = frozenset(),
    places_known: bool = False,
) -> Placement:
    """Where the parts of the cell go. `live` are the names that later cells need, `unavailable`
    the modules that the environment does not have, `traced` the names of functions and classes
    that other cells look at so closely that they would see them move, `coming` names that the
    module is about to get. `shows_every_value`: IPython shows the value of each statement, not
    only of the last. `wrapping` are decorators of the notebook that only wrap; `own_showing` are
    names such as `display` that it gives a meaning of its own. `ends_seen`: the notebook sees when
    its own objects end. `placed` are modules that are found where lines of the notebook say,
    `places_known`: there are no others for which that may hold."""
    context = PartContext(
        parts,
        around,
        holders,
        live,
        unavailable,
        traced,
        coming,
        shows_every_value,
        wrapping,
        own_showing,
        ends_seen,
        placed,
        places_known,
    )
    return _placed(context)


def _placed(context: PartContext, staying: frozenset[str] = frozenset()) -> Placement:
    """`staying` are definitions that must not move, though they could."""
    parts, holders = context.parts, context.holders
    top = [part for part in parts if _is_setting(part)]
    rest = [part for part in parts if not _is_setting(part)]
    imports = [part for part in rest if is_free_import(part, rest, context)]
    hoisted = bindings_of(imports)
    starred = [p for p in rest if is_leading_star(p, rest, imports)]
    top += starred
    movable = free_definitions(rest, hoisted, context, staying)
    sequence = [p for p in rest if p not in imports and p not in movable and p not in starred]
    found_late = found_behind_paths(sequence, context)
    stays = [stay for part in sequence if (stay := must_stay(part, context))] + found_late
    before, body, behind = _longest_run(sequence, stays)
    while late := [
        *late_bindings(body, holders, movable),
        *needed_behind(body, behind, context),
        *outliving(body, behind, context),
        *ended_outside(body, before),
    ]:
        stays += late
        before, body, behind = _longest_run(sequence, stays)
    moved = {name for part in movable if (name := defined_name(part))}
    if is_imported_late(before) and (early := moved & _names_used(before, context)):
        return _placed(context, staying | early)
    return Placement(
        tuple(top),
        before,
        tuple(movable),
        tuple(imports),
        body,
        behind,
        hoisted,
        tuple(stays),
        bindings_of([stay.part for stay in found_late if stay.part in before]),
    )


def is_imported_late(before: Sequence[Part]) -> bool:
    """Whether what stays before the call may be what makes the import possible (`!pip install`,
    `sys.path`); another working folder makes none possible that was not."""
    return any(part.magics or changes_search_path(part) for part in before)


def _names_used(parts: Sequence[Part], context: PartContext) -> frozenset[str]:
    """The names that the parts read, those in functions of the notebook that they call included."""
    return called_names(parts, context) | all_uses(parts)


def _is_setting(part: Part) -> bool:
    return (
        part.is_magic
        and len(part.magics) == 1
        and part.magics[0].kind == "line"
        and part.magics[0].target is None
        and part.magics[0].name in _SETTINGS
    )


def _longest_run(
    sequence: Sequence[Part], stays: Sequence[Stay]
) -> tuple[tuple[Part, ...], tuple[Part, ...], tuple[Part, ...]]:
    staying = {id(stay.part) for stay in stays}
    runs, start = [(0, 0)], 0
    for end, part in enumerate(sequence):
        if id(part) in staying:
            runs.append((start, end))
            start = end + 1
    runs.append((start, len(sequence)))
    start, end = max(runs, key=lambda run: sum(len(p.text) for p in sequence[run[0] : run[1]]))
    return tuple(sequence[:start]), tuple(sequence[start:end]), tuple(sequence[end:])
