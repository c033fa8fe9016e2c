"""A cell's source cut into its top-level statements, each with the text that belongs to it.

No text is lost: the opening cell magic, the parts (each with the comments and blank lines above
it) and the comments at the end make up the cell.
"""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from nb_refactor.dataflow.magics import Magic, Translation, parse

# What IPython skips where it looks for a `;` at the end: not the end of an indented block.
_NO_CODE = frozenset({tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.ENDMARKER})


@dataclass(frozen=True)
class Part:
    """One top-level statement (or several that share a line): its `text` as written, `lead` the
    comments and blank lines above it, `code` its text as Python, `line` where it begins."""

    lead: str
    text: str
    code: str
    nodes: tuple[ast.stmt, ...]
    line: int
    magics: tuple[Magic, ...] = ()

    @property
    def node(self) -> ast.stmt:
        return self.nodes[-1]

    @property
    def is_magic(self) -> bool:
        return bool(self.magics) and self.magics[0].line == self.line


@dataclass(frozen=True)
class CellParts:
    """`opening` is the cell magic's line (`%%time`) and what stands above it."""

    parts: tuple[Part, ...]
    opening: str = ""
    quiet: bool = False


@lru_cache(maxsize=4096)
def cut(source: str, translation: Translation) -> CellParts:
    """The parts of a cell whose translation is Python."""
    tree = parse(translation.code)
    raw, code = source.split("\n"), translation.code.split("\n")
    first, nodes = _opening(translation, tree.body)
    magics = [magic for magic in translation.magics if magic.kind != "cell"]
    parts: list[Part] = []
    above = first
    for group in _share_lines(nodes):
        start = min(_first_line(node) for node in group)
        end = max(node.end_lineno or node.lineno for node in group)
        inside = tuple(m for m in magics if start <= m.line <= end)
        while inside and raw[end - 1].endswith("\\") and end < len(raw):
            end += 1
        lead = "".join(f"{line}\n" for line in raw[above : start - 1])
        text, python = "\n".join(raw[start - 1 : end]), "\n".join(code[start - 1 : end])
        parts += _split(Part(lead, text, python, tuple(group), start, inside), group, code)
        above = end
    rest = "\n".join(raw[above:]).rstrip()
    if parts and rest:
        parts[-1] = replace(parts[-1], text=f"{parts[-1].text}\n{rest}")
    opening = "".join(f"{line}\n" for line in raw[:first])
    return CellParts(tuple(parts), opening, _ends_quietly(translation.code))


def _opening(translation: Translation, body: Sequence[ast.stmt]) -> tuple[int, list[ast.stmt]]:
    """How many lines the opening cell magic takes, and the statements behind it."""
    lines = [magic.line for magic in translation.magics if magic.kind == "cell"]
    first = lines[0] if lines else 0
    return first, [node for node in body if node.lineno > first]


def _first_line(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def _share_lines(nodes: Sequence[ast.stmt]) -> Iterator[list[ast.stmt]]:
    group: list[ast.stmt] = []
    for node in nodes:
        if group and _first_line(node) > (group[-1].end_lineno or group[-1].lineno):
            yield group
            group = []
        group.append(node)
    if group:
        yield group


def _split(part: Part, group: Sequence[ast.stmt], code: Sequence[str]) -> list[Part]:
    """One part for each statement of a line such as `import os; x = 1`, where it has no magic."""
    if len(group) == 1 or part.magics:
        return [part]
    source = "\n".join(code)
    texts = [ast.get_source_segment(source, node) or "" for node in group]
    texts[-1] += _behind(group[-1], code)
    return [
        Part(part.lead if i == 0 else "", text, text, (node,), node.lineno)
        for i, (node, text) in enumerate(zip(group, texts, strict=True))
    ]


def _behind(node: ast.stmt, code: Sequence[str]) -> str:
    line = code[(node.end_lineno or node.lineno) - 1].encode()
    return line[node.end_col_offset :].decode()


def _ends_quietly(code: str) -> bool:
    """Whether the last statement ends in `;`, by which IPython shows no value."""
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(code).readline))
    except (tokenize.TokenError, SyntaxError):
        return False
    significant = [token for token in tokens if token.type not in _NO_CODE]
    return bool(significant) and significant[-1].string == ";"


def indented(text: str, indent: str) -> str:
    """The text one level deeper. The contents of strings over several lines stay as they are."""
    inside = _lines_inside_strings(text)
    lines = text.split("\n")
    return "\n".join(
        line if number in inside else (indent + line if line.strip() else "")
        for number, line in enumerate(lines, 1)
    )


def without_trailing_spaces(text: str) -> str:
    """The text with no blanks at the ends of its lines. The contents of strings stay."""
    inside = _lines_inside_strings(text)
    # A line inside a string begins there; the line above it ends there.
    return "\n".join(
        line if number + 1 in inside else line.rstrip()
        for number, line in enumerate(text.split("\n"), 1)
    )


def _lines_inside_strings(text: str) -> set[int]:
    inside: set[int] = set()
    opened: list[int] = []
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        name = tokenize.tok_name[token.type]
        if name == "STRING":
            inside.update(range(token.start[0] + 1, token.end[0] + 1))
        elif name in ("FSTRING_START", "TSTRING_START"):
            opened.append(token.start[0])
        elif name in ("FSTRING_END", "TSTRING_END"):
            inside.update(range(opened.pop() + 1, token.end[0] + 1))
    return inside
