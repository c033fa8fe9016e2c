"""Functions that are sent to a kernel as text, with their module, and run there in a namespace of
their own: no name is left behind."""

from __future__ import annotations

import ast
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from jupyter_core.utils import ensure_async


def side_source(module: str) -> str:
    """The text of a module of this package's folder that runs elsewhere."""
    return Path(__file__).with_name(f"{module}.py").read_text(encoding="utf-8")


def evaluated(module: str, call: str, *others: str) -> str:
    """A Python expression that evaluates `call` among the definitions of the module, and of the
    `others`, of this package's folder. `call` may read `notebook`, the namespace of the cells."""
    sources = [side_source(name) for name in (module, *others)]
    return (
        f"(lambda space: ([__import__('builtins').exec(source, space) for source in {sources!r}], "
        f"__import__('builtins').eval({call!r}, space))[1])"
        f"({{'__name__': 'nb_refactor_{module}', 'notebook': __import__('builtins').globals()}})"
    )


async def answer_of(client: Any, expression: str, seconds: float) -> str | None:
    """How Python writes the value of the expression in the client's kernel; `None` where it has
    none within the time."""
    connection = client.kc
    message = connection.execute(
        "",
        silent=True,
        store_history=False,
        allow_stdin=False,
        user_expressions={"answer": expression},
    )
    reply = await _reply_to(message, connection.get_shell_msg, seconds)
    answer = (reply or {}).get("content", {}).get("user_expressions", {}).get("answer", {})
    return str(answer["data"]["text/plain"]) if answer.get("status") == "ok" else None


async def text_answer_of(client: Any, expression: str, seconds: float) -> str | None:
    """The text that is the value of the expression in the client's kernel."""
    literal = await answer_of(client, expression, seconds)
    if literal is None:
        return None
    with suppress(ValueError, SyntaxError):
        return str(ast.literal_eval(literal))
    return None


async def _reply_to(
    message: str, next_reply: Callable[..., Awaitable[dict[str, Any]]], seconds: float
) -> dict[str, Any] | None:
    ends = time.monotonic() + seconds
    with suppress(Exception):
        while time.monotonic() < ends:
            reply = await ensure_async(next_reply(timeout=ends - time.monotonic()))
            if reply["parent_header"].get("msg_id") == message:
                return dict(reply)
    return None
