"""The answer of a comparator: the same, or why not and what to show."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

SHOWN_CHARACTERS = 4_000
SHOWN_LINES = 60


@dataclass(frozen=True)
class Comparison:
    """`why` is a sentence, or `None` for the same. `diff` is a unified diff of text; `saved` and
    `fresh` are what to show side by side. `notes` tell what was let pass."""

    why: str | None = None
    diff: str = ""
    saved: str | None = None
    fresh: str | None = None
    notes: tuple[str, ...] = ()


SAME = Comparison()


def text_differs(why: str, saved: str, fresh: str) -> Comparison:
    """A difference of two texts, with what to show of them kept to a bounded length."""
    return Comparison(why, unified(saved, fresh), shortened(saved), shortened(fresh))


def shortened(text: str) -> str:
    """At most `SHOWN_CHARACTERS` of the text, and a mark that there was more."""
    return text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "\n…"


def unified(saved: str, fresh: str) -> str:
    """A unified diff of at most `SHOWN_LINES` lines. Of long texts only the part from shortly
    before the first difference is looked at, since difflib takes quadratic time."""
    old, new = saved.splitlines(), fresh.splitlines()
    same = next(
        (i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b),
        min(len(old), len(new)),
    )
    start = max(0, same - 3)
    window = slice(start, start + 400)
    lines = difflib.unified_diff(
        [line[:500] for line in old[window]],
        [line[:500] for line in new[window]],
        "saved",
        "fresh",
        lineterm="",
    )
    shown = list(lines)
    more = ["…"] if len(shown) > SHOWN_LINES else []
    return shortened("\n".join(shown[:SHOWN_LINES] + more))
