"""What the notebook's environment is known not to have, and which cells end in an error for it."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from nb_refactor.dataflow.exposure import cell_effects
from nb_refactor.dataflow.files_read import files_read
from nb_refactor.dataflow.magics import parse
from nb_refactor.notebook import Cell
from nb_refactor.refactor.module_edit import BOM, ImportBinding, import_bindings


@dataclass(frozen=True)
class Environment:
    """What the notebook's environment is known not to have: modules (dotted), and files by the
    path that the notebook gives for them. `functions` of the module cannot run for that reason."""

    modules: frozenset[str] = frozenset()
    files: frozenset[str] = frozenset()
    functions: frozenset[str] = frozenset()


def environment(modules: frozenset[str], files: frozenset[str], module: str | None) -> Environment:
    """The environment that lacks these, for a notebook that uses the `module` of this text."""
    if not files or not module:
        return Environment(modules, files)
    try:
        body = ast.parse(module.removeprefix(BOM)).body
    except (SyntaxError, ValueError):
        return Environment(modules, files)
    functions = (n for n in body if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef)))
    failing = frozenset(n.name for n in functions if files & frozenset(files_read(n)))
    return Environment(modules, files, failing)


def stops_at(cell: Cell, missing: Environment) -> int | None:
    """The line of the statement in which a run of the cell ends, by its saved error or by what is
    missing; `None` where nothing speaks against it."""
    lines = [] if cell.raised is None else [cell.raised.line or 1]
    effects = cell_effects(cell.source)
    if (missing.modules or missing.files) and not effects.problem:
        for statement in parse(effects.translation.code).body:
            if _lacks(statement, missing):
                lines.append(statement.lineno)
    return min(lines, default=None)


def _lacks(statement: ast.stmt, missing: Environment) -> bool:
    if any(is_missing(binding, missing.modules) for binding in import_bindings(statement)):
        return True
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Try)):
        return False
    called = (n.func for n in ast.walk(statement) if isinstance(n, ast.Call))
    return bool(missing.files & frozenset(files_read(statement))) or any(
        isinstance(function, ast.Name) and function.id in missing.functions for function in called
    )


def is_missing(binding: ImportBinding, unavailable: frozenset[str]) -> bool:
    """Whether the environment is known not to have what is imported."""
    path = binding.module.split(".")
    prefixes = {".".join(path[: i + 1]) for i in range(len(path))}
    return bool(prefixes & unavailable) or f"{binding.module}.{binding.name}" in unavailable
