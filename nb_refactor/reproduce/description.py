"""Plain text that only names an object's class, as stands beside its picture or its page."""

from __future__ import annotations

import re

ADDRESS = r" at (?:0x[0-9A-Fa-f]+|<address>)"
# (what it is, the whole text, what stands for it): modules and words come and go with versions
DESCRIPTIONS: tuple[tuple[str, re.Pattern[str], str], ...] = (
    ("object's address", re.compile(rf"<(?:\w+\.)*(\w+)(?: object)?{ADDRESS}>"), r"<\1>"),
    ("IPython's displays", re.compile(r"<(?:\w+\.)*(\w+) object>"), r"<\1>"),
    ("Matplotlib's figure", re.compile(r"<Figure size [\d.]+x[\d.]+ with \d+ Axes>"), "<Figure>"),
    ("Pillow's image", re.compile(rf"<((?:PIL\.)[\w.]+ [^<>]*?)(?:{ADDRESS})?>"), r"<\1>"),
    ("Altair's plot", re.compile(r"<(Vega(?:Lite)?) \d+ object>.*", re.DOTALL), r"<\1>"),
)


def is_description(text: str) -> bool:
    """Whether the text tells nothing but what class the object is of."""
    return any(pattern.fullmatch(text.strip()) for _, pattern, _ in DESCRIPTIONS)


def described(text: str) -> str:
    """The description as every version of the library gives it."""
    text = text.strip()
    for _, pattern, stand_in in DESCRIPTIONS:
        if pattern.fullmatch(text):
            return pattern.sub(stand_in, text)
    return text
