"""Statements that see to it that a folder is there, whether or not it was.

    if not os.path.exists("models"):
        os.mkdir("models")

Whichever way it goes, the folder is there afterwards, and nothing is shown: it is
`os.makedirs("models", exist_ok=True)`, and does not hang on what folders there were. So is a `try`
that passes over the error of a folder that is there.
"""

from __future__ import annotations

import ast

from nb_refactor.dataflow.syntax import dotted
from nb_refactor.dataflow.words import words

_LOOKING = (("os", "path", "exists"), ("os", "path", "isdir"))
_MAKING = (("os", "mkdir"), ("os", "makedirs"))
_PASSED_OVER = words("FileExistsError OSError Exception")


def ensured_folder(node: ast.stmt) -> ast.Call | None:
    """The call of `os.makedirs` that a statement of this sort amounts to."""
    match node:
        case ast.If(
            test=ast.UnaryOp(
                op=ast.Not(), operand=ast.Call(func=looks, args=[looked], keywords=[])
            ),
            body=[ast.Expr(value=ast.Call() as making)],
            orelse=[],
        ) if dotted(looks) in _LOOKING:
            made = _made(making)
            same = made is not None and ast.dump(made) == ast.dump(looked)
            return _ensuring(making) if same and _is_plain(looked) else None
        case ast.Try(
            body=[ast.Expr(value=ast.Call() as making)],
            handlers=[ast.ExceptHandler(type=caught, body=[ast.Pass()])],
            orelse=[],
            finalbody=[],
        ) if caught is None or ".".join(dotted(caught)) in _PASSED_OVER:
            made = _made(making)
            return _ensuring(making) if made is not None and _is_plain(made) else None
        case _:
            return None


def _made(call: ast.Call) -> ast.expr | None:
    """The folder that a call makes."""
    plain = dotted(call.func) in _MAKING and len(call.args) == 1
    return call.args[0] if plain and all(k.arg == "exist_ok" for k in call.keywords) else None


def _is_plain(path: ast.expr) -> bool:
    """Whether a path is put together of names and literals alone: it calls nothing that could do
    more than tell it."""
    calls = [node for node in ast.walk(path) if isinstance(node, ast.Call)]
    return all(dotted(call.func) == ("os", "path", "join") for call in calls)


def _ensuring(making: ast.Call) -> ast.Call:
    module = making.func.value if isinstance(making.func, ast.Attribute) else making.func
    function = ast.copy_location(ast.Attribute(module, "makedirs", ast.Load()), making.func)
    there = ast.copy_location(ast.Constant(True), making)
    return ast.copy_location(
        ast.Call(function, making.args, [ast.keyword("exist_ok", there)]), making
    )
