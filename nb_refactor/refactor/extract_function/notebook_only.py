"""Statements that mean something in the notebook alone: they ask the person at the keyboard, set
where files and modules are found, or ask whether this is the notebook."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from nb_refactor.refactor.extract_function.cell_parts import Part
from nb_refactor.text import text

_ASKING = frozenset({"input", "getpass", "raw_input"})
_MOVING = frozenset({"os.chdir", "os.fchdir", "site.addsitedir"})


def notebook_only(part: Part, own: Callable[[str], bool]) -> tuple[str, str] | None:
    """The code of the refusal and why, as the end of a sentence; `None` where the part may move.
    `own` says whether the notebook gives a name its own meaning."""
    for node in (inner for each in part.nodes for inner in ast.walk(each)):
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in _ASKING and not own(name):
                return "input", text("`{name}()` asks the person at the keyboard", name=name)
            case ast.Call(func=ast.Attribute() as called) if dotted(called) == "getpass.getpass":
                return "input", text("`getpass()` asks the person at the keyboard")
            case ast.Name(id="__name__", ctx=ast.Load()) if not own("__name__"):
                return "session-name", text("`__name__` is another one in a module")
            case ast.Attribute():
                path = dotted(node)
                if path in _MOVING or (path == "sys.path" and _is_changed(node, part)):
                    why = text("`{path}` changes where files or modules are found", path=path)
                    return "import-path", why
    return None


def changes_paths(part: Part) -> bool:
    """Whether the part, by its text, sets where files and modules are found."""
    found = notebook_only(part, lambda name: False)
    return found is not None and found[0] == "import-path"


def changes_search_path(part: Part) -> bool:
    """Whether the part, by its text, sets where modules are found."""
    return changes_paths(part) and ("sys.path" in part.code or "addsitedir" in part.code)


def main_guards(part: Part) -> Iterator[ast.Constant]:
    """The texts that `__name__` is compared with."""
    for node in (inner for each in part.nodes for inner in ast.walk(each)):
        match node:
            case ast.Compare(left=ast.Name(id="__name__"), comparators=[ast.Constant() as text]):
                yield text
            case ast.Compare(left=ast.Constant() as text, comparators=[ast.Name(id="__name__")]):
                yield text


def dotted(node: ast.expr) -> str:
    """`a.b.c` as it is written; empty of anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        inner = dotted(node.value)
        return f"{inner}.{node.attr}" if inner else ""
    return ""


def _is_changed(target: ast.Attribute, part: Part) -> bool:
    """Whether `sys.path` is more than read: assigned, or a method of it called."""
    for node in (inner for each in part.nodes for inner in ast.walk(each)):
        if isinstance(node, ast.Attribute) and node.value is target:
            return True
        if isinstance(node, ast.Subscript) and node.value is target:
            return not isinstance(node.ctx, ast.Load)
    return not isinstance(target.ctx, ast.Load)
