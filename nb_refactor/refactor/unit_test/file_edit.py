"""Where tests go: their file as it would be, and the functions that are to be tested."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from nb_refactor.change import FileEdit
from nb_refactor.refactor.module_edit import BOM, edit_module
from nb_refactor.refactor.unit_test.written_test import WrittenTest


@dataclass(frozen=True)
class NewFunction:
    """A function at the top level of a module: its source, and the names of what it returns where
    its last statement returns names."""

    name: str
    source: str
    returns: tuple[str, ...]


def new_functions(before: str | None, after: str) -> tuple[NewFunction, ...]:
    """The functions that are new in a module, in their order."""
    known = {function.name for function in _functions(before or "")}
    return tuple(each for each in _functions(after) if each.name not in known)


def _functions(text: str) -> list[NewFunction]:
    text = text.removeprefix(BOM)
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return []
    return [
        NewFunction(node.name, ast.get_source_segment(text, node) or "", _returned(node.body[-1]))
        for node in tree.body
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    ]


def _returned(last: ast.stmt) -> tuple[str, ...]:
    value = last.value if isinstance(last, ast.Return) else None
    parts = value.elts if isinstance(value, ast.Tuple) else [value]
    names = tuple(part.id for part in parts if isinstance(part, ast.Name))
    return names if len(names) == len(parts) else ()


def file_with_tests(
    path: str, existing: str | None, module: str, tests: Sequence[WrittenTest]
) -> FileEdit:
    """The file with the tests behind all that it has."""
    after = edit_module(
        existing,
        docstring=f"Tests of {module}, with values that notebooks gave.",
        imports=frozenset().union(*(each.imports for each in tests)),
        definitions=[each.definition for each in tests],
    )
    ast.parse(after.removeprefix(BOM))
    return FileEdit(path, existing, after)
