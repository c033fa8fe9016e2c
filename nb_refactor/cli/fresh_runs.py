"""`nb-refactor extract --verify` and `--with-test`: what runs before anything is written."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from nb_refactor import use_cases
from nb_refactor.adapters.ipynb import NotebookFile
from nb_refactor.change import ChangeSet, Refused
from nb_refactor.refactor.refusal import refusal
from nb_refactor.reproduce.verification import Verification
from nb_refactor.text import plain

if TYPE_CHECKING:
    from nb_refactor.adapters.fresh_kernel import StartKernel

Answer = TypeVar("Answer")


def verified(file: NotebookFile, answer: ChangeSet, root: Path, module: str) -> Verification:
    """Run the notebook as it is and as it would be, and compare. Nothing is written."""
    changes = _changes(answer, root, module)
    tell = _teller("Running both versions: {} of {} cells")
    start = _kernels_beside(file)
    return _waited_for(use_cases.verify(file.content, changes, start, on_progress=tell))


def with_tests(file: NotebookFile, answer: ChangeSet, root: Path, module: str) -> ChangeSet:
    """The change set with unit tests, after a fresh run of the notebook. Nothing is written."""
    changes = _changes(answer, root, module)
    tell = _teller("Running up to the call, for a test: {} of {} steps")
    start = _kernels_beside(file)
    run = use_cases.unit_tests(file.path, file.content, changes, start, on_progress=tell)
    return use_cases.with_unit_tests(answer, _waited_for(run))


def _kernels_beside(file: NotebookFile) -> StartKernel:
    from nb_refactor.adapters.fresh_kernel import local_kernels

    return local_kernels(str(file.path.resolve().parent))


def _changes(answer: ChangeSet, root: Path, module: str) -> use_cases.Changes:
    return use_cases.Changes(root, module, answer.files, answer.cells, answer.outdated)


def _waited_for(run: Coroutine[Any, Any, Answer]) -> Answer:
    try:
        return asyncio.run(run)
    finally:
        if sys.stderr.isatty():
            print(file=sys.stderr)


def not_the_same(verification: Verification) -> Refused:
    """What the change set becomes where it would not do the same."""
    return Refused((refusal("not-the-same", verification.message),))


def with_verification(answer: ChangeSet | Refused, verification: Verification | None) -> Any:
    """The answer as JSON values, with what the verification found."""
    if verification is None:
        return answer
    return {**msgspec.to_builtins(answer, enc_hook=plain), "verification": verification}


def verification_lines(verification: Verification) -> Iterator[str]:
    """The answer for people."""
    yield verification.message
    for cell in verification.cells:
        if cell.status == "different":
            for difference in cell.differences:
                yield f"  cell {cell.cell_id}: {difference.why}"
                yield from (f"    {line}" for line in difference.diff.splitlines())
    for variable in verification.variables:
        if variable.status == "different":
            yield f"  {variable.why}"
    yield from (f"note: {note}" for note in verification.notes)


def _teller(words: str) -> Callable[[int, int], None] | None:
    if not sys.stderr.isatty():
        return None

    def tell(done: int, total: int) -> None:
        print(f"\r{words.format(done, total)}", end="", file=sys.stderr)

    return tell
