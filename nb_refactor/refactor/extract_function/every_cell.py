"""All cells of a notebook that are worth a function, extracted one after the other: one change
set, in which each step sees what the steps above it have made."""

from __future__ import annotations

import ast
from dataclasses import replace
from itertools import chain

import msgspec

from nb_refactor.change import (
    CellEdit,
    ChangeSet,
    ExtractedFunction,
    FileEdit,
    LeftCell,
    Refusal,
    Refused,
)
from nb_refactor.dataflow.exposure import cell_effects
from nb_refactor.dataflow.magics import parse
from nb_refactor.notebook import Cell, Notebook
from nb_refactor.refactor.extract_function.extract import Destination, extract
from nb_refactor.refactor.extract_function.preconditions import names_mentioned
from nb_refactor.refactor.extract_function.proposed_name import proposed_name
from nb_refactor.refactor.module_edit import module_names
from nb_refactor.refactor.refusal import refusal

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
    done = _Steps(notebook, destination, destination.existing)
    for cell in notebook.code_cells:
        if is_worth_it(cell.source):
            done = done.with_cell(cell.cell_id)
    return done.answer()


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


class _Steps(msgspec.Struct, frozen=True):
    """What the steps so far have made of the notebook and of the module."""

    notebook: Notebook
    destination: Destination
    before: str | None
    edits: dict[str, CellEdit] = {}
    functions: tuple[ExtractedFunction, ...] = ()
    left: tuple[LeftCell, ...] = ()
    files: tuple[FileEdit, ...] = ()
    warnings: tuple[str, ...] = ()

    def with_cell(self, cell_id: str) -> _Steps:
        cell = next((c for c in self.notebook.code_cells if c.cell_id == cell_id), None)
        if cell is None:
            return self
        to = replace(self.destination, function=proposed_name(self.notebook, cell, self._taken()))
        answer = extract(self.notebook, [cell_id], to)
        if isinstance(answer, Refused):
            left = LeftCell(cell_id, answer.refusals)
            return msgspec.structs.replace(self, left=(*self.left, left))
        return self._after(answer, to)

    def _taken(self) -> frozenset[str]:
        mentioned = [_mentioned(cell) for cell in self.notebook.code_cells]
        names = module_names(self.destination.existing)
        own = names.bound | names.read if names else frozenset()
        return own.union(*mentioned)

    def _after(self, answer: ChangeSet, to: Destination) -> _Steps:
        module = answer.files[-1]
        edits = dict(self.edits)
        for edit in answer.cells:
            first = edits.get(edit.cell_id)
            edits[edit.cell_id] = CellEdit(
                edit.cell_id, first.before if first else edit.before, edit.after
            )
        new = {edit.cell_id: edit.after for edit in answer.cells}
        cells = tuple(
            msgspec.structs.replace(cell, source=new.get(cell.cell_id, cell.source) or "")
            for cell in self.notebook.cells
            if new.get(cell.cell_id, "") is not None
        )
        return _Steps(
            msgspec.structs.replace(self.notebook, cells=cells),
            replace(to, existing=module.after, extra_files=()),
            self.before,
            edits,
            (*self.functions, answer.function),
            self.left,
            (*self.files, *answer.files[:-1]),
            (*self.warnings, *answer.warnings),
        )

    def answer(self) -> ChangeSet | Refused:
        if not self.functions:
            found = tuple(chain.from_iterable(each.refusals for each in self.left))
            return Refused(found or (_nothing(),))
        number = len(self.functions)
        to = self.destination
        return ChangeSet(
            title=f"Extract {number} cell{'s' * (number > 1)} to {to.module}",
            function=self.functions[0],
            files=(*self.files, FileEdit(to.path, self.before, to.existing)),
            cells=tuple(self.edits.values()),
            warnings=self.warnings,
            functions=self.functions,
            left=self.left,
        )


def _nothing() -> Refusal:
    return refusal(
        "nothing-to-extract",
        "no cell of the notebook has enough code of its own to be worth a function",
    )


def _mentioned(cell: Cell) -> frozenset[str]:
    effects = cell_effects(cell.source)
    return frozenset() if effects.problem else names_mentioned(parse(effects.translation.code))
