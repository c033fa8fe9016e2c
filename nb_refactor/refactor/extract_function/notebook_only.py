"""Statements that mean something in the notebook alone: they ask the person at the keyboard, set
where files and modules are found, or ask whether this is the notebook."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence

from nb_refactor.refactor.extract_function.cell_parts import Part
from nb_refactor.text import text

_ASKING = frozenset({"input", "getpass", "raw_input"})
_FRAMES = frozenset({"_getframe", "currentframe", "extract_stack", "getouterframes"})
_STACKS = frozenset({"inspect.stack", "traceback.print_stack", "traceback.format_stack"})
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


def places_of_main(nodes: Sequence[ast.AST]) -> Iterator[ast.Constant | ast.alias | ast.Name]:
    """Where the code speaks of `__main__`, the notebook's own namespace, but to ask whether it is
    the one that runs."""
    guards = {id(text) for node in nodes for text in _main_guard(node)}
    for node in nodes:
        match node:
            case ast.Constant(value=str(value)) if "__main__" in value and id(node) not in guards:
                yield node
            case ast.alias(name="__main__") | ast.Name(id="__main__"):
                yield node


def _main_guard(node: ast.AST) -> Iterator[ast.expr]:
    """The text that `__name__` is compared with."""
    match node:
        case ast.Compare(left=ast.Name(id="__name__"), comparators=[text]):
            yield text
        case ast.Compare(left=text, comparators=[ast.Name(id="__name__")]):
            yield text


def asks_for_caller(node: ast.AST) -> bool:
    """Whether the code looks at the functions that run: `inspect.stack()`, `sys._getframe()`."""
    return any(
        isinstance(inner, (ast.Name, ast.Attribute))
        and (getattr(inner, "attr", "") in _FRAMES or dotted(inner) in _STACKS | _FRAMES)
        for inner in ast.walk(node)
    )


def asking_for_caller(tree: ast.Module) -> Iterator[str]:
    """The functions that do."""
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and asks_for_caller(node):
            yield node.name


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
