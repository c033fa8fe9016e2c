"""The Python source that the browser runs silently in the notebook's kernel, so that the kernel's
next import finds what was written. It leaves no name behind but the probe's answer."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from pathlib import Path

from nb_refactor.adapters.kernel_text import evaluated

PROBE_NAME = "_nb_refactor_probe"


def probe_source(root: Path, import_root: str, package: str) -> str:
    """Binds `_nb_refactor_probe` to the JSON text `{"importable": bool, "package": str, "obstacle":
    str, "detail": str}`: can the package be imported in this kernel, and from this repository?
    The name is taken away by who reads it. Nothing is imported."""
    folder = os.path.join(root, *import_root.split("/"))
    call = f"__import__('json').dumps(probe({str(root)!r}, {folder!r}, {package!r}))"
    return f"{PROBE_NAME} = {evaluated('kernel_side', call)}"


def install_source(root: Path, import_root: str, package: str) -> str:
    """As `probe_source`, after the repository was installed (editable, without its dependencies)
    into the kernel's environment."""
    folder = os.path.join(root, *import_root.split("/"))
    call = f"__import__('json').dumps(install({str(root)!r}, {folder!r}, {package!r}))"
    return f"{PROBE_NAME} = {evaluated('kernel_side', call)}"


def types_source() -> str:
    """An expression for a function that, called with a list of names, gives the JSON text of an
    object: what is known of the types of these variables, as annotations."""
    return evaluated("kernel_side", "types_of")


def refresh_source(
    root: Path, import_root: str, module: str, path: str, before: str | None, after: str | None
) -> str:
    """Makes the module importable for this session, and where the kernel has a copy of it loaded
    runs the top-level statements in that copy which the change from `before` to `after` (texts
    of the file at `path`, relative to the root) made or altered."""
    folder = os.path.join(root, *import_root.split("/"))
    file = os.path.join(root, *path.split("/"))
    old, new = _statements(before), _statements(after)
    known = {ast.dump(statement) for statement in old}
    changed = sorted(_first_line(node) for node in new if ast.dump(node) not in known)
    removed = sorted(set(_bound(old)) - set(_bound(new)))
    call = f"refresh({folder!r}, {module!r}, {file!r}, {changed!r}, {removed!r})"
    return evaluated("kernel_side", call)


def _statements(text: str | None) -> list[ast.stmt]:
    try:
        return ast.parse(text or "").body
    except (SyntaxError, ValueError, RecursionError):
        return []


def _first_line(statement: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(decorator.lineno for decorator in decorators)])


def _bound(statements: list[ast.stmt]) -> Iterator[str]:
    """The names that top-level definitions, imports and plain assignments bind."""
    for statement in statements:
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield statement.name
        elif isinstance(statement, (ast.Import, ast.ImportFrom)):
            for alias in statement.names:
                yield alias.asname or alias.name.partition(".")[0]
        else:
            for node in ast.walk(statement):
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                    yield node.id
