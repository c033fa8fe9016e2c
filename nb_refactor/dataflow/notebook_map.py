"""The dataflow of a notebook as a graph: its cells, and the names that flow from one to another.

Read from top to bottom, as a fresh run goes. A name flows from the cell that bound it, or changed
it in place last, to each cell that reads it; where a binding need not happen (`if`, a loop) the
earlier one flows on as well. Imports are no flow: those of the project's own modules are told per
cell, since that is code which is in modules already.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from msgspec import Struct

from nb_refactor.dataflow.exposure import CellEffects, cell_effects
from nb_refactor.dataflow.liveness import call_time_reads, reads_of
from nb_refactor.heading import headings_above
from nb_refactor.notebook import Notebook


class MapCell(Struct, frozen=True):
    """One code cell. `number` counts code cells from 1; `heading` is the last heading of the
    Markdown right above, or empty; `lines` are lines of code, without blanks and comments.
    `modules` are those of the project that the cell imports, or whose names it uses."""

    cell_id: str
    number: int
    heading: str
    lines: int
    defines: tuple[str, ...]
    modules: tuple[str, ...]


class Flow(Struct, frozen=True):
    """The `names` that flow from the cell `source` to the cell `target`, both ids."""

    source: str
    target: str
    names: tuple[str, ...]


class NotebookMap(Struct, frozen=True):
    """The cells in document order, and the flows between them."""

    cells: tuple[MapCell, ...]
    flows: tuple[Flow, ...]


def notebook_map(notebook: Notebook, modules: Collection[str] = ()) -> NotebookMap:
    """The map of the notebook; `modules` are the project's own, by their dotted names."""
    cells = notebook.code_cells
    effects = [cell_effects(cell.source) for cell in cells]
    call_time = call_time_reads(effects)
    reads = [reads_of(each, call_time) for each in effects]
    own = _own_modules(effects, modules)
    headings = headings_above(notebook)
    flows = [
        Flow(cells[source].cell_id, cells[target].cell_id, tuple(names))
        for (source, target), names in _flows(effects, reads).items()
    ]
    return NotebookMap(
        tuple(
            MapCell(
                cell.cell_id,
                index + 1,
                headings[cell.cell_id],
                cell.lines_of_code,
                tuple(d.name for d in effects[index].whole.definitions if d.form != "import"),
                _modules(effects[index], reads[index], own),
            )
            for index, cell in enumerate(cells)
        ),
        tuple(flows),
    )


def _flows(
    effects: Sequence[CellEffects], reads: Sequence[frozenset[str]]
) -> dict[tuple[int, int], list[str]]:
    """The names by (source, target), in document order."""
    holders: dict[str, tuple[int, ...]] = {}
    imported: set[str] = set()
    found: dict[tuple[int, int], list[str]] = {}
    for index, cell in enumerate(effects):
        changed = {update.name for update in cell.whole.updates}
        for name in sorted((reads[index] | changed) - imported):
            for source in holders.get(name, ()):
                found.setdefault((source, index), []).append(name)
        for name in changed:
            if name in holders:
                holders[name] = (index,)
        for definition in cell.whole.definitions:
            name = definition.name
            is_import = definition.form == "import"
            (imported.add if is_import else imported.discard)(name)
            if is_import:
                holders.pop(name, None)
            else:
                before = () if definition.certain else holders.get(name, ())
                holders[name] = (*(each for each in before if each != index), index)
        for name in cell.whole.kills:
            holders.pop(name, None)
    return found


def _own_modules(
    effects: Sequence[CellEffects], modules: Collection[str]
) -> dict[str, tuple[str, ...]]:
    """For each name that an import of the project's own modules binds, the modules."""
    own: dict[str, tuple[str, ...]] = {}
    for cell in effects:
        for definition in cell.whole.definitions:
            # Of `from a.b import c` the origin is `a.b.c`, which may be a module or a name in one.
            origin = definition.module or ""
            module = origin if origin in modules else origin.rpartition(".")[0]
            if definition.form == "import" and module in modules:
                before = own.get(definition.name, ())
                own[definition.name] = tuple(dict.fromkeys((*before, module)))
    return own


def _modules(
    cell: CellEffects, reads: frozenset[str], own: dict[str, tuple[str, ...]]
) -> tuple[str, ...]:
    bound = {d.name for d in cell.whole.definitions if d.form == "import"}
    names = sorted((reads | bound) & own.keys())
    return tuple(dict.fromkeys(module for name in names for module in own[name]))
