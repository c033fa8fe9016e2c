"""Expressions laid out on lines: on one where they fit, else as Black and Ruff break them."""

from __future__ import annotations

from dataclasses import dataclass, replace

WIDTH = 88
INDENT = "    "
# So many short expressions stand on a line of their own each; more are filled in.
FEW = 12


@dataclass(frozen=True)
class Nested:
    """Expressions between brackets. `flat_close` closes them where they stand on one line."""

    open: str
    items: tuple[Text, ...]
    close: str
    flat_close: str = ""


Text = str | Nested


def prefixed(prefix: str, text: Text) -> Text:
    if isinstance(text, str):
        return prefix + text
    return replace(text, open=prefix + text.open)


def flat(text: Text) -> str:
    if isinstance(text, str):
        return text
    inside = ", ".join(flat(item) for item in text.items)
    return f"{text.open}{inside}{text.flat_close or text.close}"


def laid_out(text: Text, indent: str, room: int = WIDTH) -> str:
    """The expression on lines of at most `room` characters, if that can be; `indent` is that of
    the line on which it begins, and stands there already."""
    line = flat(text)
    if isinstance(text, str) or not text.items or len(indent) + len(line) <= room:
        return line
    deeper = indent + INDENT
    if len(text.items) > FEW and all(isinstance(item, str) for item in text.items):
        return f"{text.open}\n{_filled(text, deeper)}{indent}{text.close}"
    inner = "".join(f"{deeper}{laid_out(item, deeper, WIDTH - 1)},\n" for item in text.items)
    return f"{text.open}\n{inner}{indent}{text.close}"


def _filled(text: Nested, indent: str) -> str:
    """The items on as few lines as they need."""
    lines = [indent]
    for item in map(flat, text.items):
        space = "" if lines[-1] == indent else " "
        if space and len(lines[-1]) + len(space) + len(item) + 1 > WIDTH:
            lines.append(indent)
            space = ""
        lines[-1] += f"{space}{item},"
    return "".join(f"{line}\n" for line in lines)
