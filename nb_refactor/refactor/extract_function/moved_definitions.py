"""A cell of functions and classes: they move as they are, and the notebook imports them."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from nb_refactor.change import ChangeSet, ExtractedFunction, Refused
from nb_refactor.dataflow import scope
from nb_refactor.refactor.extract_function import rewrite
from nb_refactor.refactor.extract_function.cell_change import change_set
from nb_refactor.refactor.extract_function.cell_parts import Part
from nb_refactor.refactor.extract_function.cell_task import Task, imports_of_definitions, in_order
from nb_refactor.refactor.extract_function.clashes import module_clashes
from nb_refactor.refactor.extract_function.definitions import defined_name
from nb_refactor.refactor.extract_function.part_code import kept_imports, names_read
from nb_refactor.refactor.extract_function.placement import Placement


def move_definitions(task: Task, placement: Placement) -> ChangeSet | Refused:
    staying = (*placement.before, *placement.body, *placement.behind)
    names = [name for part in placement.module if (name := defined_name(part))]
    imports = imports_of_definitions(task, placement)
    given = {binding.bound for binding in imports}
    clashes = module_clashes(
        task.destination.module, task.names, imports, names, names_read(placement.module) - given
    )
    if clashes:
        return Refused(tuple(clashes))
    used = task.live | names_read(staying)
    kept = kept_imports(placement, used, names_read(placement.module))
    definitions = rewrite.definition_texts(placement.module)
    top = in_order(task, [*placement.top, *kept])
    cell = _cell_with_definitions(task, top, names, staying)
    first = placement.module[0].node
    return change_set(
        task,
        ExtractedFunction(names[0], _parameters(first), (), _is_async(first)),
        imports,
        definitions,
        cell,
        placement,
    )


def _cell_with_definitions(
    task: Task, top: Sequence[Part], names: Sequence[str], staying: Sequence[Part]
) -> str:
    imported = {task.destination.module: names}
    return rewrite.cell_text(task.parts.opening, top, imported, (), "", staying)


def _parameters(node: ast.stmt) -> tuple[str, ...]:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return scope.parameter_names(node.args)
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda):
        return scope.parameter_names(node.value.args)
    return ()


def _is_async(node: ast.stmt) -> bool:
    return isinstance(node, ast.AsyncFunctionDef)
