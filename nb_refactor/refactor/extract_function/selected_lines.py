"""Selected statements of a cell, taken as a cell of their own between what is above and below.

The pieces keep the places that they have in the cell: blank lines stand where the others are, so
that a line number means the same line everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from nb_refactor.change import CellEdit, ChangeSet, Refusal
from nb_refactor.dataflow.exposure import cell_effects
from nb_refactor.notebook import Cell, Notebook, Raised
from nb_refactor.refactor.extract_function.cell_parts import CellParts, Part, cut
from nb_refactor.refactor.extract_function.choices import Lines
from nb_refactor.refactor.extract_function.free_imports import changes_the_way_of_imports
from nb_refactor.refactor.refusal import refusal
from nb_refactor.text import text


@dataclass(frozen=True)
class Selected:
    """The lines `start` to `end` (from 0, the end left out) of the cell `whole`. `notebook` has
    them as the cell `inner`, of the same id. `silent`: a value at their end is not the one that
    the cell shows. `import_at` is the line above which the import of what moves is put; `None`,
    where it must stay at the call."""

    whole: Cell
    start: int
    end: int
    notebook: Notebook
    inner: Cell
    silent: bool
    import_at: int | None


def selected(notebook: Notebook, cell: Cell, lines: Lines) -> Selected | Refusal | None:
    """The selection; `None` where it is all of the cell; a refusal where it cannot be."""
    effects = cell_effects(cell.source)
    if effects.problem:
        return refusal("syntax-error", effects.problem)
    whole = cut(cell.source, effects.translation)
    inside = _touched(whole.parts, lines)
    if not inside:
        return refusal(
            "nothing-to-extract",
            text(
                "lines {first} to {last} of the cell hold no code",
                first=lines.first,
                last=lines.last,
            ),
        )
    if len(inside) == len(whole.parts):
        return None
    if effects.translation.own_scope:
        first = cell.source.strip().split("\n")[0]
        return refusal(
            "own-scope",
            text("`{first}` runs its cell in one piece: extract the whole cell", first=first),
        )
    return _pieces(notebook, cell, whole, inside)


def _touched(parts: Sequence[Part], lines: Lines) -> list[Part]:
    """The parts on the lines, and those that share a line with one of them."""
    first, last = lines.first, lines.last
    while True:
        inside = [part for part in parts if part.line <= last and _last_line(part) >= first]
        if not inside:
            return inside
        wider = min(first, inside[0].line), max(last, *map(_last_line, inside))
        if wider == (first, last):
            return inside
        first, last = wider


def _last_line(part: Part) -> int:
    ends = [node.end_lineno or node.lineno for node in part.nodes]
    return max(ends)


def _pieces(notebook: Notebook, cell: Cell, whole: CellParts, inside: Sequence[Part]) -> Selected:
    place = whole.parts.index(inside[0])
    above = whole.parts[:place]
    below = whole.parts[place + len(inside) :]
    start = inside[0].line - 1 - inside[0].lead.count("\n")
    end = below[0].line - 1 - below[0].lead.count("\n") if below else len(cell.source.split("\n"))
    opening = whole.opening.count("\n")
    ranges = {":above": (opening, start), "": (start, end), ":below": (end, None)}
    pieces = [_piece(cell, mark, *lines) for mark, lines in ranges.items()]
    at = [each.cell_id for each in notebook.cells].index(cell.cell_id)
    kept = [piece for piece in pieces if piece.source.strip()]
    cells = (*notebook.cells[:at], *kept, *notebook.cells[at + 1 :])
    return Selected(
        cell,
        start,
        end,
        replace(notebook, cells=cells),
        pieces[1],
        bool(below),
        _line_of_import(above, opening),
    )


def _piece(cell: Cell, mark: str, start: int, end: int | None) -> Cell:
    lines = cell.source.split("\n")[:end]
    source = "\n".join([*[""] * start, *lines[start:]])
    raised = _raised_within(cell.raised, start, len(lines))
    return replace(cell, cell_id=f"{cell.cell_id}{mark}", source=source, raised=raised)


def _raised_within(raised: Raised | None, start: int, end: int) -> Raised | None:
    """The error of the last run, where these lines raised it or nobody knows which did."""
    if raised is None or raised.line is None or start < raised.line <= end:
        return raised
    return None


def _line_of_import(above: Sequence[Part], opening: int) -> int | None:
    if not above or any(changes_the_way_of_imports(part, False) or part.magics for part in above):
        return None
    line = opening
    for part in above:
        if not all(type(node).__name__ in ("Import", "ImportFrom") for node in part.nodes):
            break
        line = _last_line(part)
    return line


def put_back(changes: ChangeSet, chosen: Selected, module: str, function: str) -> ChangeSet:
    """The change set of the selection as an edit of the whole cell. The import of `function`, whose
    name nothing else has, may stand above code that was not selected; that of definitions, whose
    names may have meant something else up to their place, may not."""
    made = next(edit.after for edit in changes.cells if edit.cell_id == chosen.inner.cell_id) or ""
    lines = chosen.whole.source.split("\n")
    above, below = lines[: chosen.start], lines[chosen.end :]
    rest = made.split("\n")
    if chosen.import_at is not None and f"from {module} import {function}" in rest:
        imports, rest = _import_apart(rest, module)
        at = chosen.import_at
        gap = [""] if imports and any(line.strip() for line in above[at : at + 1]) else []
        above = [*above[:at], *imports, *gap, *above[at:]]
    blank = [line for line in lines[chosen.start : chosen.end] if line.strip()][:1]
    lead = lines[chosen.start : lines.index(blank[0], chosen.start)] if above and blank else []
    text = "\n".join([*above, *lead, *rest, *below]).rstrip("\n")
    return replace(changes, cells=(CellEdit(chosen.whole.cell_id, chosen.whole.source, text),))


def _import_apart(lines: Sequence[str], module: str) -> tuple[list[str], list[str]]:
    """The import of what moved (it may be wrapped), and the other lines."""
    start = next(i for i, line in enumerate(lines) if line.startswith(f"from {module} import "))
    end = start + 1
    if lines[start].endswith("("):
        end = next(i for i in range(start, len(lines)) if lines[i].startswith(")")) + 1
    rest = [*lines[:start], *lines[end:]]
    while rest and not rest[0].strip():
        rest = rest[1:]
    return list(lines[start:end]), rest
