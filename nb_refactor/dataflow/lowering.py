"""From a cell's source to its effects: the one place that knows Python's syntax tree.

Each statement becomes one of `effects.Statement`; an expression becomes an operand, and on the
way every read of a name that the notebook owns is noted as a use. A name that is local to a
function, a comprehension or a class body is resolved here and leaves no use.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from msgspec.structs import replace

from nb_refactor.dataflow import magic_actions
from nb_refactor.dataflow.displayed import Shows, shows
from nb_refactor.dataflow.effects import (
    Bind,
    Simple,
    Statement,
)
from nb_refactor.dataflow.literal_names import literal_names
from nb_refactor.dataflow.magics import Translation, parse, translate, uncompiled
from nb_refactor.dataflow.names_as_keys import write_plainly
from nb_refactor.dataflow.node_digest import combine, digest_text, magic_digest
from nb_refactor.dataflow.reading import Reading
from nb_refactor.dataflow.statements import block
from nb_refactor.notebook import Span
from nb_refactor.text import text

# Names and the literal that each of them stands for, as source.
Constants: TypeAlias = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Lowered:
    """A cell's code as statements. `problem` says in words why it has none, or does not get to the
    others."""

    translation: Translation
    statements: tuple[Statement, ...]
    problem: str | None = None
    digest: bytes = b""
    shows: Shows = "nothing"


@lru_cache(maxsize=8192)
def lower(source: str, constants: Constants = ()) -> Lowered:
    """The effects of one cell's source; they depend on nothing else. `constants` are names that
    stand for a literal where it begins."""
    translation = translate(source)
    # The kernel's history has no blank lines at the end.
    as_text = digest_text(source.rstrip("\n"))
    if translation.foreign:
        return _foreign(translation, as_text)
    try:
        tree = parse(translation.code)
        binding = write_plainly(tree, translation.code)
        stop = uncompiled(tree) or _nameless(tree, translation)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return Lowered(translation, (), _syntax_problem(error), as_text)
    lines = translation.code.split("\n")
    magics = {magic.line: magic for magic in translation.magics}
    reading = Reading(lines, magics, block)
    reading.shown = _shown_expression(tree, source)
    reading.binding = binding
    if "for " in source:
        reading.literals = {**_given(constants), **literal_names(tree)}
    try:
        statements = reading.block(tree.body[: stop[0]] if stop is not None else tree.body)
    except RecursionError as error:
        return Lowered(translation, (), _syntax_problem(error), as_text)
    if stop is not None:
        above = () if translation.own_scope else statements
        told = stop[1] if isinstance(stop[1], str) else _syntax_problem(stop[1])
        return Lowered(translation, above, told, as_text)
    if translation.own_scope:
        statements = tuple(_without_bindings(s) for s in statements if isinstance(s, Simple))
    opening = tuple(m for m in translation.magics if m.kind == "cell")
    digest = combine(b"cell", *(s.digest for s in statements), *map(magic_digest, opening))
    shown = "nothing" if translation.own_scope else shows(tree, translation.code)
    return Lowered(translation, statements, None, digest, shown)


def _given(constants: Constants) -> dict[str, ast.expr]:
    """The literals, on the line above the code."""
    made: dict[str, ast.expr] = {}
    for name, value in constants:
        literal = ast.parse(value, mode="eval").body
        for node in ast.walk(literal):
            if isinstance(node, ast.expr):
                node.lineno = node.end_lineno = 0
        made[name] = literal
    return made


def _nameless(tree: ast.Module, translation: Translation) -> tuple[int, str] | None:
    """The first statement with a magic that has no name, by its place, and what is to be said."""
    for magic in translation.magics:
        if magic.name or magic.kind not in ("line", "cell"):
            continue
        sign = "%" if magic.kind == "line" else "%%"
        told = text(
            "This cell stops in line {line}: IPython finds no magic where a blank follows `{sign}`",
            line=magic.line,
            sign=sign,
        )
        place = next(
            (i for i, s in enumerate(tree.body) if magic.line <= (s.end_lineno or s.lineno)), 0
        )
        return place, told
    return None


def _shown_expression(tree: ast.Module, source: str) -> ast.stmt | None:
    """The expression at the end of a cell: its value is shown, so it is not thrown away."""
    if not tree.body or not isinstance(tree.body[-1], ast.Expr):
        return None
    code = source.rstrip()
    return None if code.endswith(";") else tree.body[-1]


def _foreign(translation: Translation, as_text: bytes) -> Lowered:
    """A cell in another language: no Python, but two texts are two versions."""
    magic = translation.magics[0]
    at = Span(magic.line, 0, magic.line, len(magic.name) + 2)
    digest = combine(b"foreign", magic_digest(magic), as_text)
    uses, actions = magic_actions.of_cell(magic, at)
    return Lowered(translation, (Simple(at, digest, uses, actions),), None, digest)


def _without_bindings(statement: Simple) -> Simple:
    actions = tuple(a for a in statement.actions if not isinstance(a, Bind))
    return replace(statement, actions=actions)


def _syntax_problem(error: BaseException) -> str:
    if isinstance(error, SyntaxError):
        told = (error.msg or "invalid syntax").strip()
        if "print" in told and "parenthes" in told:
            return text("This cell is Python 2 (`print` without parentheses)")
        where = text(" (line {line})", line=error.lineno) if error.lineno else ""
        return text("This cell is not valid Python: {told}{where}", told=told, where=where)
    return text("This cell is too large or too deeply nested to be read")
