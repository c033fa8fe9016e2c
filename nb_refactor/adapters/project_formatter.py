"""The formatter that a repository has chosen, applied to the lines that a change set writes."""

from __future__ import annotations

import ast
import inspect
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

import msgspec

from nb_refactor.adapters.build_settings import read_toml
from nb_refactor.adapters.system_error import reason_of
from nb_refactor.change import ChangeSet, FileEdit
from nb_refactor.text import Problem, text

# In seconds; a formatter takes a fraction of one.
_PATIENCE = 10

_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)

Lines = tuple[int, int]


@dataclass(frozen=True)
class Formatter:
    """`name` is the program; `commands` gives the calls that format the lines (first and last,
    from 1) of a file, one after the other, from standard input to standard output."""

    name: str
    commands: Callable[[Path, Sequence[Lines]], list[list[str]]]


def _black(path: Path, changed: Sequence[Lines]) -> list[list[str]]:
    ranges = [f"--line-ranges={first}-{last}" for first, last in changed]
    return [["--quiet", *ranges, f"--stdin-filename={path}", "-"]]


def _ruff(path: Path, changed: Sequence[Lines]) -> list[list[str]]:
    # It takes one range at a time; from the last to the first, so that none moves another.
    return [
        ["format", "--quiet", f"--range={first}-{last}", f"--stdin-filename={path}", "-"]
        for first, last in reversed(changed)
    ]


# By the table of pyproject.toml that chooses it. Many who format with Black lint with Ruff: its
# table alone chooses it only where the others are not there.
FORMATTERS = (
    (("tool", "ruff", "format"), Formatter("ruff", _ruff)),
    (("tool", "black"), Formatter("black", _black)),
    (("tool", "ruff"), Formatter("ruff", _ruff)),
)


def formatted(changes: ChangeSet, root: Path) -> ChangeSet:
    """The change set with what it writes into the modules of the repository at `root` in the
    repository's own style, and nothing else of them; with a warning where that cannot be had."""
    edits, problem = formatted_edits(changes.files, root)
    if problem:
        warning = text("The project formats its code with {formatter}", formatter=problem)
        return msgspec.structs.replace(changes, warnings=(*changes.warnings, warning))
    return msgspec.structs.replace(changes, files=edits)


def formatted_edits(edits: Sequence[FileEdit], root: Path) -> tuple[tuple[FileEdit, ...], str]:
    """The edits in the repository's own style; or as they are, with the formatter's name and what
    is the matter with it."""
    edits = tuple(edits)
    formatter = _chosen(root)
    if formatter is None:
        return edits, ""
    program = _program(formatter.name)
    if program is None:
        return edits, text("{name}, which is not installed here", name=formatter.name)
    try:
        return tuple(_formatted(edit, root, program, formatter) for edit in edits), ""
    except _Failed as failure:
        return edits, text(
            "{name}, which leaves what is written here as it is: {failure}",
            name=formatter.name,
            failure=failure.sentence,
        )


class _Failed(Problem):
    """The formatter has not done what it is for; the text says why."""


def _chosen(root: Path) -> Formatter | None:
    settings = read_toml(root / "pyproject.toml")
    for table, formatter in FORMATTERS:
        found: object = settings
        for key in table:
            found = found.get(key) if isinstance(found, dict) else None
        if found is not None:
            return formatter
    return None


def _program(name: str) -> str | None:
    """The one beside this Python before that of the system; none of the repository's own files is
    ever run."""
    return shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)


def _formatted(edit: FileEdit, root: Path, program: str, formatter: Formatter) -> FileEdit:
    if not edit.path.endswith(".py") or not edit.after:
        return edit
    code = edit.after
    for arguments in formatter.commands(root / edit.path, _changed(edit.before or "", code)):
        code = _run([program, *arguments], root, code)
    if not _same_code(edit.after, code):
        raise _Failed(text("it would change what the code does"))
    return FileEdit(edit.path, edit.before, code)


def _run(command: Sequence[str], root: Path, code: str) -> str:
    """What the program makes of the code. Raises _Failed."""
    try:
        done = subprocess.run(
            command, input=code.encode(), capture_output=True, cwd=root, timeout=_PATIENCE
        )
        told = done.stderr.decode(errors="replace").strip().splitlines()
        if done.returncode != 0:
            code_told = text("it ended with {code}", code=done.returncode)
            raise _Failed(_reason(told) or code_told)
        return done.stdout.decode()
    except subprocess.TimeoutExpired:
        raise _Failed(text("it took longer than {seconds} seconds", seconds=_PATIENCE)) from None
    except OSError as problem:
        raise _Failed(reason_of(problem)) from None
    except UnicodeDecodeError:
        raise _Failed(text("its answer is not text")) from None


def _reason(told: Sequence[str]) -> str:
    """The last line of what the program says, or the chain of causes that Ruff names."""
    causes = [line.strip().removeprefix("Cause: ") for line in told if "Cause: " in line]
    return ": ".join(causes) or next((line.strip() for line in reversed(told)), "")


def _changed(before: str, after: str) -> list[Lines]:
    """The lines of `after` that are not those of `before`."""
    matcher = SequenceMatcher(None, before.splitlines(), after.splitlines(), autojunk=False)
    return [
        (first + 1, last)
        for kind, _, _, first, last in matcher.get_opcodes()
        if kind in ("insert", "replace") and last > first
    ]


def _same_code(one: str, other: str) -> bool:
    """Whether both texts are the same code, however their docstrings are indented."""
    try:
        return _normal(one) == _normal(other)
    except (SyntaxError, ValueError):
        return False


def _normal(text: str) -> str:
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, _DOCUMENTED) and ast.get_docstring(node, clean=False) is not None:
            text = inspect.cleandoc(ast.get_docstring(node, clean=False) or "").strip()
            node.body[0] = ast.Expr(ast.Constant(text))
    return ast.dump(tree)
