"""`nb-refactor extract`: a cell's code becomes a function of a module."""

from __future__ import annotations

import argparse
import contextlib
import difflib
import keyword
import signal
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from nb_refactor import use_cases
from nb_refactor.adapters.ipynb import NotebookFile, UnreadableNotebook, read_notebook
from nb_refactor.change import ChangeSet, Refused
from nb_refactor.cli.failure import FINE, NO, Failure
from nb_refactor.cli.fresh_runs import (
    not_the_same,
    verification_lines,
    verified,
    with_tests,
    with_verification,
)
from nb_refactor.cli.output import print_json, print_text
from nb_refactor.refactor.extract_function.choices import Choices, Lines
from nb_refactor.refactor.extract_function.section import cells_under


def run(options: argparse.Namespace) -> int:
    if options.all == bool(options.cell):
        raise Failure("Name the cells with --cell, or ask for --all of them.")
    module, function = _destination(options.to, options.all)
    try:
        file = read_notebook(Path(options.notebook))
    except UnreadableNotebook as error:
        raise Failure(str(error)) from None
    if file.notebook.language != "python":
        raise Failure(f"{file.path} is a notebook in {file.notebook.language}, not in Python.")
    root = _root(options.root, file.path)
    answer = _answer(options, file, root, module, function)
    verification = None
    if isinstance(answer, ChangeSet) and options.verify:
        verification = verified(file, answer, root, module)
        answer = answer if verification.same else not_the_same(verification)
    if isinstance(answer, ChangeSet) and options.with_test:
        answer = with_tests(file, answer, root, module)
    if isinstance(answer, ChangeSet) and not options.dry_run:
        with _uninterrupted():
            failure = use_cases.apply_with_notebook(root, answer, file)
        if failure:
            raise Failure(failure.message)
    if options.json:
        print_json(with_verification(answer, verification))
    else:
        told = verification_lines(verification) if verification else ()
        print_text("\n".join([*_lines(answer, options.dry_run), *told]))
    return NO if isinstance(answer, Refused) else FINE


def _answer(
    options: argparse.Namespace, file: NotebookFile, root: Path, module: str, function: str
) -> ChangeSet | Refused:
    folder = Path(options.notebook).resolve().parent
    try:
        if options.all:
            return use_cases.extract_all(file.notebook, root, module, folder)
        names = _named_cells(file, options.cell)
        choices = _choices(options)
        return use_cases.extract(file.notebook, names, root, module, function, folder, choices)
    except use_cases.CannotExtract as error:
        raise Failure(str(error)) from None


def _choices(options: argparse.Namespace) -> Choices:
    return Choices(
        lines=Lines(*options.lines) if options.lines else None,
        names=dict(options.rename),
        parameters=tuple(name.strip() for name in options.parameters.split(",") if name.strip()),
        defaults=not options.no_defaults,
    )


def _destination(text: str, every_cell: bool) -> tuple[str, str]:
    module, colon, function = text.partition(":")
    if every_cell:
        if colon or not module:
            raise Failure(f"--to {text}: with --all name the module alone, PACKAGE.MODULE.")
        return module, ""
    if not colon or not module:
        raise Failure(f"--to {text} is not of the form PACKAGE.MODULE:FUNCTION.")
    if not function.isidentifier() or keyword.iskeyword(function):
        raise Failure(f"“{function}” cannot be the name of a function.")
    return module, function


def _named_cells(file: NotebookFile, names: Sequence[str]) -> list[str]:
    """The ids of the cells that are named by id, or by #N counting code cells from 1; in document
    order, each once. For a Markdown cell those under its heading."""
    code = file.notebook.code_cells
    by_name = {cell.cell_id: cell for cell in file.notebook.cells}
    numbered = {f"#{number}": cell for number, cell in enumerate(code, start=1)}
    found: set[str] = set()
    for name in names:
        cell = by_name.get(name) or numbered.get(name)
        if cell is None:
            raise Failure(
                f"{file.path} has no cell {name}: name one by its id, or by #1 to #{len(code)}."
            )
        if cell.kind != "code" and not (under := cells_under(file.notebook, cell.cell_id)):
            raise Failure(f"Cell {name} of {file.path} is a {cell.kind} cell, it has no code.")
        found.update(each.cell_id for each in ([cell] if cell.kind == "code" else under))
    return [cell.cell_id for cell in code if cell.cell_id in found]


def _root(name: str | None, notebook: Path) -> Path:
    if name is None:
        return use_cases.repository_root(notebook)
    root = Path(name)
    if not root.is_dir():
        raise Failure(f"--root {name} is not a directory.")
    return root.resolve()


@contextlib.contextmanager
def _uninterrupted() -> Iterator[None]:
    """Writing takes a blink: Ctrl-C waits for it, so that it ends with all files or none."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _lines(answer: ChangeSet | Refused, dry_run: bool) -> Iterator[str]:
    if isinstance(answer, Refused):
        yield "Refused:"
        for refusal in answer.refusals:
            place = f"line {refusal.at.line}: " if refusal.at else ""
            yield f"  {place}{refusal.message} [{refusal.code}]"
        return
    yield answer.title + (" (nothing written)" if dry_run else "")
    for warning in answer.warnings:
        yield f"warning: {warning}"
    for left in answer.left:
        yield f"cell {left.cell_id} stays: {left.refusals[0].message}"
    for edit in answer.files:
        yield from _diff(edit.path, edit.before, edit.after)
    for cell in answer.cells:
        yield from _diff(f"cell {cell.cell_id}", cell.before, cell.after)


def _diff(name: str, before: str | None, after: str | None) -> Iterator[str]:
    old = "/dev/null" if before is None else f"a/{name}"
    new = "/dev/null" if after is None else f"b/{name}"
    was, is_now = (before or "").splitlines(), (after or "").splitlines()
    changes = list(difflib.unified_diff(was, is_now, old, new, lineterm=""))
    yield from changes or [f"--- {old}", f"+++ {new}"]
