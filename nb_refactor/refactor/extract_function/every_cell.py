"""All cells of a notebook that are worth a function, extracted one after the other: one change
set, in which each step sees what the steps above it have made."""

from __future__ import annotations

import ast
from dataclasses import replace
from itertools import chain

from nb_refactor.change import ChangeSet, LeftCell, Refusal, Refused
from nb_refactor.dataflow.exposure import cell_effects
from nb_refactor.dataflow.magics import parse
from nb_refactor.notebook import Notebook
from nb_refactor.refactor.extract_function.destination import Destination
from nb_refactor.refactor.extract_function.extract import extract
from nb_refactor.refactor.extract_function.proposed_name import names_taken, proposed_name
from nb_refactor.refactor.extract_function.steps import Steps
from nb_refactor.refactor.refusal import refusal
from nb_refactor.text import text

# A cell of fewer statements than this, none of them compound, reads as well as a call of it.
FEWEST_STATEMENTS = 3
_COMPOUND = (
    ast.For, ast.AsyncFor, ast.While, ast.If, ast.With, ast.AsyncWith, ast.Try, ast.Match,
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef,
)  # fmt: skip


def extract_all(notebook: Notebook, destination: Destination) -> ChangeSet | Refused:
    """The change set that moves every cell that is worth it into a function of its own in the
    module of `destination` (its `function` is not used). Cells that cannot be extracted are told
    with the reason, and stay as they are."""
    steps = Steps(notebook, destination.path, destination.existing, destination.existing)
    left: list[LeftCell] = []
    for cell_id in [cell.cell_id for cell in notebook.code_cells]:
        cell = next((c for c in steps.notebook.code_cells if c.cell_id == cell_id), None)
        if cell is None or not is_worth_it(cell.source):
            continue
        name = proposed_name(steps.notebook, [cell], names_taken(steps.notebook, steps.module))
        extra = destination.extra_files if not steps.functions else ()
        to = replace(destination, function=name, existing=steps.module, extra_files=extra)
        answer = extract(steps.notebook, [cell_id], to)
        if isinstance(answer, Refused):
            left.append(LeftCell(cell_id, answer.refusals))
        else:
            steps = steps.after(answer)
    return _answer(steps, destination.module, tuple(left))


def _answer(steps: Steps, module: str, left: tuple[LeftCell, ...]) -> ChangeSet | Refused:
    if not steps.functions:
        found = tuple(chain.from_iterable(each.refusals for each in left))
        return Refused(found or (_nothing(),))
    number = len(steps.functions)
    return ChangeSet(
        title=text("Extract 1 cell to {module}", module=module)
        if number == 1
        else text("Extract {number} cells to {module}", number=number, module=module),
        function=steps.functions[0],
        files=steps.all_files,
        cells=tuple(steps.edits.values()),
        warnings=steps.warnings,
        functions=steps.functions,
        left=left,
        outdated=steps.outdated,
    )


def is_worth_it(source: str) -> bool:
    """Whether the cell has enough code of its own for a function."""
    effects = cell_effects(source)
    if effects.problem:
        return False
    body = parse(effects.translation.code).body
    working = [node for node in body if not _is_trivial(node)]
    return len(working) >= FEWEST_STATEMENTS or any(isinstance(n, _COMPOUND) for n in working)


def _is_trivial(node: ast.stmt) -> bool:
    """An import, a constant, a docstring, a name that is shown."""
    if isinstance(node, (ast.Import, ast.ImportFrom, ast.Pass)):
        return True
    if isinstance(node, ast.Expr):
        return isinstance(node.value, (ast.Constant, ast.Name))
    return isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)


def _nothing() -> Refusal:
    return refusal(
        "nothing-to-extract",
        text("no cell of the notebook has enough code of its own to be worth a function"),
    )
