"""What a cell of definitions needs of the notebook, brought along into the module.

A function of another cell moves with those that call it, and so does a constant; of any other
variable the functions get a parameter, and every call in the notebook passes it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from msgspec.structs import replace as changed

from nb_refactor.change import ChangeSet, Refused
from nb_refactor.dataflow.exposure import cell_effects
from nb_refactor.dataflow.functions import changed_in_place
from nb_refactor.notebook import Cell
from nb_refactor.refactor.extract_function.builtin_names import BUILTINS
from nb_refactor.refactor.extract_function.cell_facts import cell_facts
from nb_refactor.refactor.extract_function.cell_parts import Part, cut
from nb_refactor.refactor.extract_function.choices import Choices, Lines
from nb_refactor.refactor.extract_function.constants import constant_name, is_lookup
from nb_refactor.refactor.extract_function.definitions import (
    defined_name,
    is_plain,
    needs_notebook,
    reads_state,
    wrapping_decorators,
)
from nb_refactor.refactor.extract_function.destination import Destination
from nb_refactor.refactor.extract_function.globals_as_parameters import with_parameters
from nb_refactor.refactor.extract_function.part_code import names_read
from nb_refactor.refactor.extract_function.steps import Steps
from nb_refactor.refactor.extract_function.surroundings import Surroundings
from nb_refactor.refactor.import_block import from_import
from nb_refactor.refactor.module_edit import (
    ImportBinding,
    edit_module,
    import_bindings,
    module_names,
)

Extract = Callable[[Steps, str, Destination, Choices], ChangeSet | Refused]


@dataclass(frozen=True)
class _Home:
    """The one place where the notebook defines a function, a class or a constant."""

    cell: Cell
    place: int
    part: Part
    is_constant: bool


def with_companions(
    start: Steps, cell: Cell, around: Surroundings, to: Destination, extract: Extract
) -> ChangeSet | None:
    """The change set that moves the cell's definitions with all that they need; `None` where that
    cannot be done."""
    found = _with_these(start, cell, around, to, extract, collections=False)
    # Lists and dictionaries are data, which a function takes; where it cannot, they come along.
    return found or _with_these(start, cell, around, to, extract, collections=True)


def _with_these(
    start: Steps,
    cell: Cell,
    around: Surroundings,
    to: Destination,
    extract: Extract,
    collections: bool,
) -> ChangeSet | None:
    """`collections`: those of literals count as constants, whatever they are called."""
    homes = _homes(start, around, collections)
    moving = _moving(cell, homes, around, to)
    if moving and _needs_what_comes_later(moving, around, to.not_at_the_top):
        return None
    wanted = _parameters(moving, homes, around, to.not_at_the_top) if moving else None
    if not moving or wanted is None:
        return None
    steps = start
    if wanted:
        sources = with_parameters(steps.notebook.code_cells, wanted, around)
        if isinstance(sources, str):
            return None
        steps = steps.with_sources(dict(sources))
    to = replace(to, coming=frozenset(moving))
    order = _in_order(moving, cell)
    if order is None:
        return None
    for name, home in order:
        if home.cell.cell_id == cell.cell_id and not home.is_constant:
            continue
        move = _constant_moved if home.is_constant else _function_moved
        further = move(steps, name, home, around, to, extract)
        if further is None:
            return None
        steps = further
        to = replace(to, existing=steps.module, extra_files=())
    answer = extract(steps, cell.cell_id, to, Choices())
    if isinstance(answer, Refused):
        return None
    done = steps.after(answer)
    there = module_names(done.module)
    if there is None or not frozenset(moving) <= there.bound:
        return None
    return _as_one(_with_tidy_imports(done, moving, cell, to.module), answer, cell)


def with_called(
    start: Steps,
    cell: Cell,
    names: Sequence[str],
    around: Surroundings,
    to: Destination,
    choices: Choices,
    extract: Extract,
) -> ChangeSet | None:
    """The change set that extracts the cell, and before it moves the functions and classes of other
    cells that it would take as parameters (`names`) into the module; `None` where none can move."""
    homes = _homes(start, around, collections=False, constants=False)
    moving: dict[str, _Home] = {}
    for name in names:
        moving |= _alone(name, homes, around, to)
    order = _in_order(moving, cell) if moving else None
    if order is None:
        return None
    steps, to = start, replace(to, coming=frozenset(moving))
    for run in _runs(order):
        further = _functions_moved(steps, run, to, extract)
        if further is None:
            return None
        steps, to = further, replace(to, existing=further.module, extra_files=())
    answer = extract(steps, cell.cell_id, to, choices)
    if isinstance(answer, Refused):
        return None
    done = steps.after(answer)
    return _as_one(_with_tidy_imports(done, moving, cell, to.module), answer, cell)


def _alone(
    name: str, homes: Mapping[str, _Home], around: Surroundings, to: Destination
) -> dict[str, _Home]:
    """The function or class with those of other cells above that it needs; empty where it needs
    anything else of the notebook."""
    wrapping = wrapping_decorators(around.cells, to.existing)
    found: dict[str, _Home] = {}
    pending = [name]
    while pending:
        each = pending.pop()
        home = homes.get(each)
        if home is None or home.is_constant or home.place >= around.index:
            return {}
        if not is_plain(home.part.node, wrapping):
            return {}
        found[each] = home
        pending += sorted(_needs(home, around, to.not_at_the_top) - set(found))
    return found


def _in_order(moving: Mapping[str, _Home], cell: Cell) -> list[tuple[str, _Home]] | None:
    """Constants, then functions and classes, each as they stand in the notebook, those of the cell
    last. `None` where one would need another that comes behind it (`class B(A)`)."""
    last = cell.cell_id
    order = sorted(
        moving.items(),
        key=lambda e: (not e[1].is_constant, e[1].cell.cell_id == last, e[1].place, e[1].part.line),
    )
    behind = set(moving)
    for name, home in order:
        uses = cell_effects(home.part.code).whole.uses
        behind.discard(name)
        if any(use.name in behind and not use.deferred for use in uses):
            return None
    return order


def _needs_what_comes_later(
    moving: Mapping[str, _Home], around: Surroundings, unavailable: frozenset[str]
) -> bool:
    """Whether a constant, which stands at the top, needs a class (`Nodes = list[Node]`)."""
    made = {name for name, home in moving.items() if not home.is_constant}
    constants = (home for home in moving.values() if home.is_constant)
    return any(_needs(home, around, unavailable) & made for home in constants)


def _as_one(steps: Steps, last: ChangeSet, cell: Cell) -> ChangeSet:
    """All steps as one change set: the cell that was asked for, then the others."""
    edits = sorted(steps.edits.values(), key=lambda edit: edit.cell_id != cell.cell_id)
    return changed(last, files=steps.all_files, cells=tuple(edits))


# ---- what moves -------------------------------------------------------------------------------


def _homes(
    steps: Steps, around: Surroundings, collections: bool, constants: bool = True
) -> dict[str, _Home]:
    found: dict[str, _Home] = {}
    for place, cell in enumerate(steps.notebook.code_cells):
        if not (constants or cell_facts(cell.source).made):
            continue
        effects = cell_effects(cell.source)
        if effects.problem or effects.translation.own_scope:
            continue
        parts = cut(cell.source, effects.translation).parts
        for part in parts:
            name = defined_name(part) or (constant_name(part, collections) if constants else None)
            if name and len(around.cells_binding(name)) == 1 and _bound_once(name, parts):
                found[name] = _Home(cell, place, part, defined_name(part) is None)
    # What Python's own function did before, or what is gone behind `del`, a module does not tell.
    ended = BUILTINS.union(*(other.effects.whole.kills for other in around.cells))
    updated = {update.name for other in around.cells for update in other.effects.whole.updates}
    updated.update(n for home in found.values() for n in changed_in_place([home.part.node]))
    return {
        name: home
        for name, home in found.items()
        if name not in ended
        and (
            not home.is_constant
            or (name not in updated and not reads_state(home.part.node, around))
            or is_lookup(home.part)
        )
    }


def _bound_once(name: str, parts: Sequence[Part]) -> bool:
    bound = [d for part in parts for d in cell_effects(part.code).whole.definitions]
    return sum(definition.name == name for definition in bound) == 1


def _moving(
    cell: Cell, homes: Mapping[str, _Home], around: Surroundings, to: Destination
) -> dict[str, _Home] | None:
    """The definitions of the cell and all that they need, what is needed first."""
    own = [name for name, home in homes.items() if home.cell.cell_id == cell.cell_id]
    pending = [name for name in own if not homes[name].is_constant]
    wrapping = wrapping_decorators(around.cells, to.existing)
    found: dict[str, _Home] = {}
    while pending:
        name = pending.pop()
        if name in found or name not in homes:
            continue
        home = homes[name]
        if not home.is_constant and not is_plain(home.part.node, wrapping):
            return None
        found[name] = home
        pending += sorted(_needs(home, around, to.not_at_the_top))
    return dict(reversed(found.items()))


def _needs(home: _Home, around: Surroundings, unavailable: frozenset[str]) -> frozenset[str]:
    there = replace(around, index=home.place)
    if not home.is_constant:
        return needs_notebook(home.part, {}, set(), there, unavailable)
    names = {use.name for use in cell_effects(home.part.code).whole.uses}
    return frozenset(
        name
        for name in names
        if not around.imported_everywhere(name) and not around.means_builtin_everywhere(name)
    )


def _parameters(
    moving: Mapping[str, _Home],
    homes: Mapping[str, _Home],
    around: Surroundings,
    unavailable: frozenset[str],
) -> dict[str, tuple[str, ...]] | None:
    """The variables that each function takes, those of the functions that it calls included;
    `None` where something else than a function needs one."""
    needs = {name: _needs(home, around, unavailable) - {name} for name, home in moving.items()}
    wanted = {name: {n for n in found if n not in moving} for name, found in needs.items()}
    changed = True
    while changed:
        changed = False
        for name, found in needs.items():
            more = set().union(*(wanted[n] for n in found if n in moving)) - wanted[name]
            changed = changed or bool(more)
            wanted[name] |= more
    for name, variables in wanted.items():
        node = moving[name].part.node
        if variables and not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return None
        if any(not around.cells_binding(variable) for variable in variables):
            return None
        if any(variable in BUILTINS for variable in variables):
            return None
    order = {name: _in_order_of_use(moving[name].part, found) for name, found in wanted.items()}
    return {name: names for name, names in order.items() if names}


def _in_order_of_use(part: Part, names: set[str]) -> tuple[str, ...]:
    read = [node.id for node in ast.walk(part.node) if isinstance(node, ast.Name)]
    first = [name for name in dict.fromkeys(read) if name in names]
    return (*first, *sorted(names - set(first)))


# ---- moving it --------------------------------------------------------------------------------


def _function_moved(
    steps: Steps, name: str, home: _Home, around: Surroundings, to: Destination, extract: Extract
) -> Steps | None:
    return _functions_moved(steps, [(name, home)], to, extract)


def _functions_moved(
    steps: Steps, run: Sequence[tuple[str, _Home]], to: Destination, extract: Extract
) -> Steps | None:
    """The functions and classes, which follow each other in one cell, in the module."""
    cell, first = _now(steps, *run[0])
    _, last = _now(steps, *run[-1])
    lines = Lines(first.line, last.line + last.text.count("\n"))
    answer = extract(steps, cell.cell_id, to, Choices(lines=lines))
    names = [name for name, _ in run]
    if isinstance(answer, Refused) or answer.function.name not in names:
        return None
    further = steps.after(answer)
    there = module_names(further.module)
    return further if there is not None and set(names) <= there.bound else None


def _runs(order: Sequence[tuple[str, _Home]]) -> list[list[tuple[str, _Home]]]:
    """The functions and classes, those together that follow each other in one cell."""
    runs: list[list[tuple[str, _Home]]] = []
    for name, home in order:
        last = runs[-1][-1][1] if runs else None
        if last is not None and last.cell is home.cell and _follows(last.part, home):
            runs[-1].append((name, home))
        else:
            runs.append([(name, home)])
    return runs


def _follows(part: Part, home: _Home) -> bool:
    parts = _parts(home.cell)
    return parts.index(home.part) == parts.index(part) + 1


def _constant_moved(
    steps: Steps, name: str, home: _Home, around: Surroundings, to: Destination, extract: Extract
) -> Steps | None:
    """The constant at the top level of the module, and its import in its place."""
    cell, part = _now(steps, name, home)
    names = module_names(steps.module)
    on_its_line = [other for other in _parts(cell) if other.line == part.line]
    if names is None or name in names.bound | names.read or len(on_its_line) > 1:
        return None
    imports = list(_imports_of(part, around))
    if any(b.bound in names.others for b in imports):
        return None
    module = edit_module(
        steps.module,
        docstring=to.docstring,
        imports=imports,
        definitions=[],
        constants=[part.text.strip()],
    )
    further = steps.with_sources({cell.cell_id: _with_import(cell, part, to.module, name)})
    return replace(further, module=module, files=(*further.files, *to.extra_files))


def _with_import(cell: Cell, part: Part, module: str, name: str) -> str:
    """The cell with the import in place of the part, or joined with one above it."""
    lines = cell.source.split("\n")
    above = lines[: part.line - 1]
    below = lines[part.line + part.text.count("\n") :]
    start = f"from {module} import "
    at = next((i for i, line in enumerate(above) if line.startswith(start)), None)
    if at is None or above[at].endswith("("):
        return "\n".join([*above, from_import(module, [name]), *below])
    names = above[at].removeprefix(start).split(", ")
    above[at] = from_import(module, [*names, name])
    return "\n".join([*above, *below]).rstrip("\n")


def _with_tidy_imports(
    steps: Steps, moving: Mapping[str, _Home], chosen: Cell, module: str
) -> Steps:
    """After all moves: what cells import of the module once each, and nothing that left with it."""
    once = steps.with_sources(_imported_once(steps, module))
    return once.with_sources(_used_only(once, moving, chosen, module))


def _imported_once(steps: Steps, module: str) -> dict[str, str | None]:
    """The cells that the steps have changed, each with one import of the module."""
    start = f"from {module} import "
    made: dict[str, str | None] = {}
    for cell in steps.notebook.code_cells:
        lines = cell.source.split("\n")
        named = {
            place: line.removeprefix(start).split(", ")
            for place, line in enumerate(lines)
            if line.startswith(start)
        }
        # A line with a comment, a bracket or another statement stays as somebody wrote it.
        places = [place for place, names in named.items() if all(map(str.isidentifier, names))]
        if cell.cell_id in steps.edits and len(places) > 1:
            names = [name for place in places for name in named[place]]
            lines[places[0]] = from_import(module, list(dict.fromkeys(names)))
            rest = [line for i, line in enumerate(lines) if i not in places[1:]]
            made[cell.cell_id] = "\n".join(rest).rstrip("\n")
    return made


def _used_only(
    steps: Steps, moving: Mapping[str, _Home], chosen: Cell, module: str
) -> dict[str, str | None]:
    """The cells that definitions left for the cell that was `chosen`, without the imports that
    nothing but these needed; those of the `module` itself stand for the definitions."""
    left = {home.cell.cell_id for home in moving.values()} - {chosen.cell_id}
    needed = names_read([home.part for home in moving.values()])
    made: dict[str, str | None] = {}
    for cell in (each for each in steps.notebook.code_cells if each.cell_id in left):
        lines = cell.source.split("\n")
        others = [each.source for each in steps.notebook.cells if each is not cell]
        for part in reversed(_parts(cell)):
            bindings = import_bindings(part.node)
            bound = {binding.bound for binding in bindings if binding.module != module}
            plain = len(part.nodes) == 1 and not part.magics and "#" not in part.text
            above = lines[: part.line - 1]
            below = lines[part.line + part.text.count("\n") :]
            if not (plain and bound and bound <= needed):
                continue
            if not any(_mentions(text, bound) for text in ("\n".join([*above, *below]), *others)):
                while below and not below[0].strip() and not (above and above[-1].strip()):
                    below = below[1:]
                lines = [*above, *below]
        if len(lines) < cell.source.count("\n") + 1:
            made[cell.cell_id] = "\n".join(lines)
    return made


def _mentions(text: str, names: Iterable[str]) -> bool:
    """Whether the text has one of the names in it, be it in a magic or a string."""
    return any(re.search(rf"\b{re.escape(name)}\b", text) for name in names)


def _imports_of(part: Part, around: Surroundings) -> Iterator[ImportBinding]:
    for use in cell_effects(part.code).whole.uses:
        yield from around.imported_everywhere(use.name)


def _now(steps: Steps, name: str, home: _Home) -> tuple[Cell, Part]:
    """The cell and the part as the steps so far have left them."""
    cells = steps.notebook.code_cells
    cell = next(cell for cell in cells if cell.cell_id == home.cell.cell_id)
    parts = _parts(cell)
    if home.is_constant:
        return cell, next(part for part in parts if constant_name(part, True) == name)
    return cell, next(part for part in parts if defined_name(part) == name)


def _parts(cell: Cell) -> tuple[Part, ...]:
    return cut(cell.source, cell_effects(cell.source).translation).parts
