"""Why a refactoring will not: every reason has a code, and the codes are this list."""

from __future__ import annotations

from nb_refactor.change import Refusal
from nb_refactor.notebook import Span

REFUSALS: dict[str, str] = {
    # the question
    "not-python": "the notebook's kernel does not run Python",
    "no-such-cell": "a cell id that the notebook does not have, or a cell that is not code",
    "not-contiguous": "other code stands between the cells",
    "name-invalid": "the function or the module has a name that Python does not take",
    "name-clash": "the name, or one that comes along, is taken in the module or in the notebook",
    "module-invalid": "the module's file is not Python that can be read",
    "module-shadows": "the module gives a name that the code uses another meaning",
    # the cell
    "nothing-to-extract": "the cell has no code of its own that could move",
    "syntax-error": "the cell is not Python that can be read",
    "raised": "the cell's last run ended in an error",
    "magic": "IPython syntax that works in a notebook cell only",
    "dynamic-code": "code that looks names up while it runs (exec, globals, locals …)",
    "session-name": "a name that belongs to the session (`_`, `In`, `Out`, `__name__` …)",
    "input": "the cell asks the person at the keyboard",
    "import-path": "the cell changes where imports or files are found",
    "global-statement": "`global` at the top level of the cell",
    "every-value-shown": "values in the middle of the cell are shown, and nothing else is left",
    # the names that go in and out
    "undefined-name": "a name that nothing above the cell defines",
    "maybe-unbound": "a name that may or may not be bound when the cell starts",
    "conditional-definition": "a name that later cells need and that the cell defines sometimes",
    "reads-notebook-variables": "a function or class that reads variables of the notebook",
    "late-binding": "a function of the notebook and the cell share a variable",
    "shows-its-module": "a class or function that shows where it comes from, or when it was made",
    "own-scope": "cells that cannot be joined into one function",
    # the fresh runs of both versions
    "not-the-same": "both versions were run, and they do not do the same",
}


def refusal(code: str, message: str, at: Span | None = None) -> Refusal:
    """A refusal with a code of the list. `message` names the construct and what to do."""
    assert code in REFUSALS, code
    return Refusal(code, message, at)
