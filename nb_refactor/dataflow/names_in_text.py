"""Names inside strings, and calls that read or bind names of their own choice."""

from __future__ import annotations

import ast

from msgspec.structs import replace

from nb_refactor.dataflow.effects import Bind, Fresh, Simple, Use
from nb_refactor.dataflow.literals import literal
from nb_refactor.dataflow.magics import parse
from nb_refactor.dataflow.reading import Reading
from nb_refactor.notebook import Span


def note_names_in_text(reading: Reading, node: ast.Call, path: tuple[str, ...]) -> None:
    """Names inside strings, and calls that read or bind names of their own choice."""
    at = reading.span(node)
    text = literal(node.args[0]) if node.args else None
    match path:
        case ("eval",) | ("exec",):
            if not _names_in(reading, text, at, binds=path[0] == "exec"):
                reading.note_opaque(path[0], at, binds=path[0] == "exec")
        case ("globals",) | ("get_ipython",):
            reading.note_opaque(path[0], at, binds=True, binding=reading.binding.get(id(node)))
        case ("locals",) | ("vars",) | ("dir",) if not node.args:
            if not reading.inside_function:
                binding = reading.binding.get(id(node))
                reading.note_opaque(path[0], at, binds=path[0] != "dir", binding=binding)
        case ("pd" | "pandas", "eval") if isinstance(text, str):
            _names_in(reading, text, at, binds=False)
        case (*_, "query" | "eval") if node.args:
            # The text may be put together there: f"price > @limit and size > {least}".
            for part in ast.walk(node.args[0]):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    _at_names(reading, part.value, at)
        case (*_, "var") if isinstance(text, str) and path[:-1] in ((), ("sympy",), ("sp",)):
            for name in text.replace(",", " ").split():
                if name.isidentifier():
                    reading.define(name, at, Fresh("scalar"), "assignment")


def _names_in(reading: Reading, text: object, at: Span, binds: bool) -> bool:
    """Take a literal argument of `eval` or `exec` as the code that it is."""
    if not isinstance(text, str):
        return False
    try:
        tree = parse(text.strip())
    except (SyntaxError, ValueError, RecursionError):
        return False
    inner = reading.of_text(text.strip())
    for statement in inner.block(tree.body):
        if not isinstance(statement, Simple):
            return False
        reading.actions.extend(a for a in statement.actions if binds or not isinstance(a, Bind))
    reading.uses.extend(replace(use, at=at, certain=False) for use in inner.free)
    return True


def _at_names(reading: Reading, text: str, at: Span) -> None:
    for piece in text.split("@")[1:]:
        name = ""
        for character in piece:
            if not (name + character).isidentifier():
                break
            name += character
        if name and name not in reading.local and name not in reading.comprehension:
            reading.uses.append(Use(name, at, certain=False))
