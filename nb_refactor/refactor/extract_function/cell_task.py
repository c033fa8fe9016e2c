"""One cell to be extracted, with all that is known about it before anything is decided."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from nb_refactor.change import Refusal, Refused
from nb_refactor.dataflow.exposure import CellEffects, cell_effects
from nb_refactor.dataflow.liveness import live_after
from nb_refactor.dataflow.magics import parse
from nb_refactor.notebook import Cell, Notebook
from nb_refactor.refactor.extract_function.cell_facts import cell_facts, document_endings
from nb_refactor.refactor.extract_function.cell_parts import CellParts, Part, cut
from nb_refactor.refactor.extract_function.choices import Choices
from nb_refactor.refactor.extract_function.destination import Destination
from nb_refactor.refactor.extract_function.environment import environment
from nb_refactor.refactor.extract_function.formulas import names_looked_up
from nb_refactor.refactor.extract_function.interactivity import Interactivity
from nb_refactor.refactor.extract_function.lifetimes import Endings
from nb_refactor.refactor.extract_function.names_in_tree import names_bound
from nb_refactor.refactor.extract_function.part_code import names_read
from nb_refactor.refactor.extract_function.placement import Placement
from nb_refactor.refactor.extract_function.preconditions import (
    Question,
    name_refusals,
    refusals_of,
)
from nb_refactor.refactor.extract_function.signature import mentioned_imports
from nb_refactor.refactor.extract_function.surroundings import Surroundings, surroundings
from nb_refactor.refactor.module_edit import ImportBinding, ModuleNames, module_names
from nb_refactor.refactor.refusal import refusal
from nb_refactor.text import lowered, text


@dataclass(frozen=True)
class Task:
    """One cell to be extracted, with all that is known about it before anything is decided.
    `in_formulas` are names that the cell may look up by way of a formula; `endings` is what the
    document and the module say of the ends of objects."""

    notebook: Notebook
    cell: Cell
    effects: CellEffects
    parts: CellParts
    around: Surroundings
    live: frozenset[str]
    unread: frozenset[str]
    mentioned: frozenset[str]
    destination: Destination
    names: ModuleNames
    choices: Choices
    silent: bool
    shows_every_value: bool
    in_formulas: frozenset[str] = frozenset()
    endings: Endings = field(default_factory=Endings)


def task_of(
    notebook: Notebook,
    cell: Cell,
    destination: Destination,
    choices: Choices,
    silent: bool,
    shown: Interactivity | None,
) -> Task | Refused:
    """What is to be extracted, or why that cannot be. `silent`: a value at the end of the cell is
    not shown; `shown`: what IPython shows of the cell by the settings above it."""
    cells = notebook.code_cells
    index = [each.cell_id for each in cells].index(cell.cell_id)
    effects = cell_effects(cell.source)
    if effects.problem:
        return Refused((refusal("syntax-error", lowered(effects.problem)),))
    parts = cut(cell.source, effects.translation)
    missing = environment(destination.unavailable, destination.missing_files, destination.existing)
    around = surroundings(cells, index, destination, missing)
    effects = around.cells[index].effects
    tree = parse(effects.translation.code)
    above = frozenset(
        d.name for other in around.cells[:index] for d in other.effects.whole.definitions
    )
    question = Question(
        notebook, cell, effects.translation, tree, parts.parts, above, names_bound(tree), shown
    )
    names = module_names(destination.existing)
    found = refusals_of(question)
    if cell.raised is None:
        found += tuple(_cannot_run(around, tree))
    if names is None:
        found += tuple(name_refusals(destination.module, "a_name", frozenset(), names))
    if found or names is None:
        return Refused(found)
    live = live_after([other.effects for other in around.cells], index)
    looked_up = [
        names_looked_up(around.cells, destination.existing, place)
        for place in range(index, len(cells))
    ]
    live = live.union(*looked_up[1:])
    outlived = _outlived(effects, around)
    return Task(
        notebook,
        cell,
        effects,
        parts,
        around,
        live | outlived,
        outlived - live,
        _mentioned(cells),
        destination,
        names,
        choices,
        silent,
        shown == "all" and not parts.quiet and not effects.translation.own_scope,
        looked_up[0],
        document_endings(cells, destination.existing),
    )


def _cannot_run(around: Surroundings, tree: ast.Module) -> list[Refusal]:
    """A cell that stops halfway leaves half of its names behind; a function leaves none. Where it
    stops at its very beginning there are none."""
    own = around.cells[around.index]
    if not own.by_itself or _stops_at_once(tree, own.stops_at):
        return []
    return [
        refusal(
            "raised",
            text(
                "line {stops_at} cannot run here (what it reads or imports is missing), so "
                "that nobody could tell whether the extracted code does the same: mend it "
                "first",
                stops_at=own.stops_at,
            ),
        )
    ]


def _stops_at_once(tree: ast.Module, line: int | None) -> bool:
    imports = (ast.Import, ast.ImportFrom)
    first = next((node for node in tree.body if not isinstance(node, imports)), None)
    simple = (ast.Assign, ast.AnnAssign, ast.Expr)
    return first is not None and first.lineno == line and isinstance(first, simple)


def _mentioned(cells: Sequence[Cell]) -> frozenset[str]:
    return frozenset().union(*(cell_facts(cell.source).mentioned for cell in cells))


def _outlived(effects: CellEffects, around: Surroundings) -> frozenset[str]:
    """Names to which the cell gives a new value, where the notebook would go on with the old."""
    return frozenset(d.name for d in effects.whole.definitions if around.outlived(d.name))


def imports_of_definitions(task: Task, placement: Placement) -> frozenset[ImportBinding]:
    """The imports without which the definitions that move would not work."""
    found: set[ImportBinding] = set()
    for part in placement.module:
        for name in names_read([part]):
            everywhere = task.around.imported_everywhere(name)
            bindings = placement.hoisted.get(name) or everywhere
            found |= mentioned_imports(bindings | everywhere, part.code)
        if "display" in names_read([part]) and task.around.means_builtin_everywhere("display"):
            found.add(ImportBinding("IPython.display", "display"))
    return frozenset(found)


def in_order(task: Task, parts: Iterable[Part]) -> list[Part]:
    wanted = list(parts)
    return [part for part in task.parts.parts if part in wanted]
