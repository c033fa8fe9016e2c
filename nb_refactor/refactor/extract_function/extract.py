"""Extract a cell into a function of a module: answers what would be written, or why not."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace as renamed
from functools import lru_cache

from msgspec.structs import replace

from nb_refactor.change import ChangeSet, Refusal, Refused
from nb_refactor.dataflow.liveness import all_names
from nb_refactor.dataflow.magics import parse
from nb_refactor.notebook import Cell, Notebook
from nb_refactor.refactor.extract_function.cell_facts import cell_facts, with_own_meaning
from nb_refactor.refactor.extract_function.cell_task import Task, task_of
from nb_refactor.refactor.extract_function.choices import Choices
from nb_refactor.refactor.extract_function.close_looks import looked_at, module_looks
from nb_refactor.refactor.extract_function.companions import with_called, with_companions
from nb_refactor.refactor.extract_function.definitions import wrapping_decorators
from nb_refactor.refactor.extract_function.destination import Destination
from nb_refactor.refactor.extract_function.environment import environment
from nb_refactor.refactor.extract_function.free_imports import is_import
from nb_refactor.refactor.extract_function.interactivity import (
    VALUELESS_ROOTS,
    assigned_at_end,
    interactivity,
    showing,
    shown_as_before,
)
from nb_refactor.refactor.extract_function.joined_cells import apart, join_refusals, joined
from nb_refactor.refactor.extract_function.made_function import make_function
from nb_refactor.refactor.extract_function.moved_definitions import move_definitions
from nb_refactor.refactor.extract_function.placement import Placement, place
from nb_refactor.refactor.extract_function.proposed_name import names_taken, proposed_name
from nb_refactor.refactor.extract_function.section import cells_under
from nb_refactor.refactor.extract_function.selected_lines import put_back, selected
from nb_refactor.refactor.extract_function.shared_variables import LOOKING_UP, Holders, holders
from nb_refactor.refactor.extract_function.staying_parts import Stay
from nb_refactor.refactor.extract_function.steps import Steps
from nb_refactor.refactor.extract_function.surroundings import surroundings
from nb_refactor.refactor.refusal import refusal
from nb_refactor.text import text


def extract(
    notebook: Notebook,
    cell_ids: Sequence[str],
    destination: Destination,
    choices: Choices | None = None,
) -> ChangeSet | Refused:
    """The change set that moves the code of the cells (contiguous, in document order) into
    `destination`, so that a run of the notebook from top to bottom does what it did.

    Of a Markdown cell all code cells under its heading are meant. A cell of definitions alone
    keeps their names: the function's name in `destination` is then not used, and the change set
    tells the first of them."""
    choices = choices or Choices()
    cells = notebook.code_cells
    cell_ids = _with_sections(notebook, cell_ids)
    chosen = [cell for cell in cells if cell.cell_id in set(cell_ids)]
    asked = _question_refusals(notebook, cell_ids, chosen, choices)
    if asked:
        return Refused(tuple(asked))
    if choices.proposed:
        taken = names_taken(notebook, destination.existing)
        name = proposed_name(notebook, chosen, taken, choices.lines)
        to = renamed(destination, function=name)
        answer = extract(notebook, cell_ids, to, replace(choices, proposed=False))
        return replace(answer, proposed_name=name) if isinstance(answer, Refused) else answer
    if len(chosen) > 1:
        return _extract_several(notebook, chosen, destination, choices)
    if choices.lines is not None:
        part = selected(notebook, chosen[0], choices.lines)
        if isinstance(part, Refusal):
            return Refused((part,))
        if part is not None:
            answer = _extract_cell(part.notebook, part.inner, destination, choices, part.silent)
            if isinstance(answer, Refused):
                return answer
            return put_back(answer, part, destination.module, destination.function)
    answer = _extract_cell(notebook, chosen[0], destination, choices)
    if destination.coming:
        return answer
    return _with_others(notebook, chosen[0], destination, choices, answer) or answer


def _lacks_companions(answer: ChangeSet | Refused) -> bool:
    """Whether definitions had to stay for what they read of the notebook."""
    if isinstance(answer, Refused):
        return any(each.code == "reads-notebook-variables" for each in answer.refusals)
    return any(" of the notebook when it is called" in each for each in answer.warnings)


def _with_others(
    notebook: Notebook,
    cell: Cell,
    destination: Destination,
    choices: Choices,
    answer: ChangeSet | Refused,
) -> ChangeSet | None:
    """The change set that moves definitions of other cells along, where the cell needs them."""
    cells = notebook.code_cells
    lacks = _lacks_companions(answer)
    taken = () if isinstance(answer, Refused) else _definitions_taken(cells, cell, answer)
    if not lacks and not taken:
        return None
    index = [each.cell_id for each in cells].index(cell.cell_id)
    missing = environment(destination.unavailable, destination.missing_files, destination.existing)
    around = surroundings(cells, index, destination, missing)
    start = Steps(notebook, destination.path, destination.existing, destination.existing)

    def further(
        steps: Steps, cell_id: str, to: Destination, choices: Choices
    ) -> ChangeSet | Refused:
        return extract(steps.notebook, [cell_id], to, choices)

    if lacks:
        return with_companions(start, cell, around, destination, further)
    return with_called(start, cell, taken, around, destination, choices, further)


def _definitions_taken(cells: Sequence[Cell], cell: Cell, answer: ChangeSet) -> tuple[str, ...]:
    """The functions and classes of the notebook that the new function takes as parameters; a class
    only where the cell calls it, so that objects made before are not asked for theirs."""
    made = {name: kind for each in cells for name, kind in cell_facts(each.source).made.items()}
    taken = [name for name in answer.function.arguments if name in made]
    if not taken:
        return ()
    nodes = list(ast.walk(parse(cell_facts(cell.source).effects.translation.code)))
    used = [n.func if isinstance(n, ast.Call) else getattr(n, "value", None) for n in nodes]
    plain = {id(each) for each in used}
    asked = {n.id for n in nodes if isinstance(n, ast.Name) and id(n) not in plain}
    return tuple(name for name in taken if not made[name] or name not in asked)


def _with_sections(notebook: Notebook, cell_ids: Sequence[str]) -> list[str]:
    """The cells, with those under its heading in place of a Markdown cell that has one."""
    found: dict[str, None] = {}
    for cell_id in cell_ids:
        under = [cell.cell_id for cell in cells_under(notebook, cell_id)]
        found.update(dict.fromkeys(under or [cell_id]))
    return list(found)


def _question_refusals(
    notebook: Notebook, cell_ids: Sequence[str], chosen: Sequence[Cell], choices: Choices
) -> list[Refusal]:
    if notebook.language.lower() not in {"python", "ipython", "python3", ""}:
        return [
            refusal(
                "not-python",
                text(
                    "the notebook's language is {language}: only Python can be extracted",
                    language=notebook.language,
                ),
            )
        ]
    missing = [each for each in cell_ids if each not in {cell.cell_id for cell in chosen}]
    if missing or not chosen:
        named = ", ".join(missing) or "none given"
        return [
            refusal(
                "no-such-cell",
                text("the notebook has no code cell of this id: {named}", named=named),
            )
        ]
    if choices.lines is not None and len(chosen) > 1:
        return [
            refusal("no-such-cell", text("lines can be chosen in one cell only: name one cell"))
        ]
    return []


def _extract_several(
    notebook: Notebook, chosen: Sequence[Cell], destination: Destination, choices: Choices
) -> ChangeSet | Refused:
    refusals = join_refusals(notebook, chosen)
    if refusals:
        return Refused(tuple(refusals))
    whole_notebook, whole = joined(notebook, chosen)
    answer = extract(whole_notebook, [whole.cell_id], destination, choices)
    return answer if isinstance(answer, Refused) else apart(answer, chosen)


def _extract_cell(
    notebook: Notebook,
    cell: Cell,
    destination: Destination,
    choices: Choices,
    silent: bool = False,
) -> ChangeSet | Refused:
    """`silent`: a value at the end of the cell is not shown."""
    above = notebook.code_cells[: notebook.code_cells.index(cell)]
    shown = interactivity([each.source for each in above])
    name = assigned_at_end(cell.source) if shown == "last_expr_or_assign" and not silent else None
    asked = replace(cell, source=showing(cell.source, name)) if name else cell
    cells = tuple(asked if each is cell else each for each in notebook.cells)
    silent_here = silent and shown != "all"
    task = task_of(replace(notebook, cells=cells), asked, destination, choices, silent_here, shown)
    answer = task if isinstance(task, Refused) else _extract(task)
    if isinstance(answer, Refused) or silent or shown is None:
        return answer
    edit = answer.cells[0]
    own = with_own_meaning(VALUELESS_ROOTS, notebook.code_cells)
    after = shown_as_before(cell.source, shown, edit.after or "", own)
    return replace(answer, cells=(replace(edit, before=cell.source, after=after),))


def _extract(task: Task) -> ChangeSet | Refused:
    facts = [cell_facts(cell.source) for cell in task.notebook.code_cells]
    held = _holders(tuple(cell.source for cell in task.notebook.code_cells))
    seen = any(each.sees_notebook for each in facts)
    task = renamed(task, live=task.live | _looked_up_later(task, held, seen))
    placement = place(
        task.parts.parts,
        task.around,
        held,
        task.live,
        unavailable=task.destination.unavailable,
        traced=looked_at(
            [*(each.looks for each in facts), module_looks(task.destination.existing)], held
        ),
        coming=task.destination.coming,
        shows_every_value=task.shows_every_value,
        wrapping=wrapping_decorators(task.around.cells, task.destination.existing),
        own_showing=with_own_meaning(VALUELESS_ROOTS, task.notebook.code_cells),
        ends_seen=task.endings.seen,
        placed=task.destination.placed,
        places_known=task.destination.places_known,
    )
    if placement.module and _is_small(placement, task):
        return move_definitions(task, placement)
    if not placement.body:
        return _nothing(placement)
    return make_function(task, placement, held.shared)


@lru_cache(maxsize=16)
def _holders(sources: tuple[str, ...]) -> Holders:
    return holders([cell_facts(source).flows for source in sources])


def _is_small(placement: Placement, task: Task) -> bool:
    """Whether what is not a definition is so little that it reads best where it is: a value that is
    shown, or settings."""
    nodes = [part.node for part in placement.body]
    if len(nodes) <= 2 and all(isinstance(node, ast.Expr) for node in nodes):
        return True
    plain = (ast.Constant, ast.Name, ast.Attribute)
    return task.choices.lines is None and all(
        isinstance(node, ast.Assign) and isinstance(node.value, plain) for node in nodes
    )


def _looked_up_later(task: Task, held: Holders, seen: bool) -> frozenset[str]:
    """All that the cell defines, where a later cell looks names up that nobody can tell
    (`eval(text)`), or calls a function that does; also where the notebook's names are `seen` by way
    of `__main__`."""
    later = [other.effects for other in task.around.cells[task.around.index + 1 :]]
    asks = any(opaque.what in LOOKING_UP for each in later for opaque in each.whole.opaque)
    if (
        not seen
        and not asks
        and not held.shared(n for each in later for n in all_names(each)).everything
    ):
        return frozenset()
    return frozenset(d.name for d in task.effects.whole.definitions if d.certain)


def _nothing(placement: Placement) -> Refused:
    told = [stay for stay in placement.stays if not is_import(stay.part)] or placement.stays
    if told:
        return Refused(tuple(refusal(stay.code, _sentence(stay)) for stay in told))
    return Refused(
        (
            refusal(
                "nothing-to-extract",
                text(
                    "the cell holds nothing but imports and settings, which belong in the notebook"
                ),
            ),
        )
    )


_MENDS = {
    "reads-notebook-variables": text("let it take what it reads as parameters"),
    "shows-its-module": text("give the class a `__repr__`, or leave it in the notebook"),
    "late-binding": text("leave it in a cell of its own"),
    "magic": text("move the code to a cell of its own"),
    "import-path": text("leave it in a cell of its own"),
    "maybe-unbound": text("define it above on every path"),
    "input": text("set the value here, and extract what is done with it"),
    "session-name": text("leave it in a cell of its own"),
    "every-value-shown": text("show it with `display()`, or take the setting out"),
}


def _sentence(stay: Stay) -> str:
    mend = _MENDS[stay.code]
    return text(
        "{why} (line {line}), and nothing else is left to extract: {mend}",
        why=stay.why,
        line=stay.part.line,
        mend=mend,
    )
