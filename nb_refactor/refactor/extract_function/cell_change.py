"""The change set of one cell: the module and the cell as they would be."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

from nb_refactor.change import CellEdit, ChangeSet, ExtractedFunction, FileEdit
from nb_refactor.refactor.extract_function.cell_parts import Part
from nb_refactor.refactor.extract_function.cell_task import Task
from nb_refactor.refactor.extract_function.placement import Placement
from nb_refactor.refactor.module_edit import FUTURE, ImportBinding, edit_module
from nb_refactor.text import text


def change_set(
    task: Task,
    function: ExtractedFunction,
    imports: Iterable[ImportBinding],
    definitions: Sequence[str],
    cell: str,
    placement: Placement,
) -> ChangeSet:
    destination = task.destination
    after = edit_module(
        destination.existing,
        docstring=destination.docstring,
        imports=[
            *(b for b in imports if b.module != destination.module),
            *_future_annotations(task, definitions),
        ],
        definitions=definitions,
    )
    ast.parse(after.removeprefix("\ufeff"))
    return ChangeSet(
        title=text("Extract to {module}.{name}", module=destination.module, name=function.name),
        function=function,
        files=(
            *destination.extra_files,
            FileEdit(destination.path, destination.existing, after),
        ),
        cells=(CellEdit(task.cell.cell_id, task.cell.source, cell),),
        warnings=tuple(_warning(stay.part, stay.why) for stay in placement.stays),
    )


def _future_annotations(task: Task, definitions: Sequence[str]) -> list[ImportBinding]:
    """`from __future__ import annotations`, where the cell has it and what moves is annotated:
    without it the module would evaluate what the notebook does not."""
    wanted = ImportBinding(FUTURE, "annotations")
    above = task.around.cells[: task.around.index + 1]
    if not any(wanted in other.imports.get("annotations", ()) for other in above):
        return []
    nodes = (node for definition in definitions for node in ast.walk(ast.parse(definition)))
    return [wanted] if any(_is_annotated(node) for node in nodes) else []


def _is_annotated(node: ast.AST) -> bool:
    match node:
        case ast.arg(annotation=annotation) if annotation is not None:
            return True
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return node.returns is not None
        case _:
            return isinstance(node, ast.AnnAssign)


def _warning(part: Part, why: str) -> str:
    first = part.text.strip().split("\n")[0]
    return text(
        "`{code}` (line {line}) stays in the notebook: {why}",
        code=first[:60],
        line=part.line,
        why=why,
    )
