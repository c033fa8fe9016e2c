"""The answer of a comparator: the same, or why not and what to show."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, replace

from nb_refactor.reproduce.report import TableDifference

SHOWN_CHARACTERS = 4_000
SHOWN_LINES = 60


@dataclass(frozen=True)
class Comparison:
    """`why` is a sentence, or `None` for the same. `diff` is a unified diff of text; `saved` and
    `fresh` are what to show side by side, with the `table`s and the `marks` on pictures as in
    `report.Difference`. `notes` tell what was let pass. `mime` is set where the difference lies in
    a part of another type, as in a picture inside HTML."""

    why: str | None = None
    diff: str = ""
    saved: str | None = None
    fresh: str | None = None
    notes: tuple[str, ...] = ()
    table: TableDifference | None = None
    marks: str | None = None
    programs: tuple[str, ...] = ()
    mime: str = ""

    def with_table(self, table: TableDifference) -> Comparison:
        return replace(self, table=table)

    def within(self, mime: str) -> Comparison:
        return replace(self, mime=mime)


SAME = Comparison()


def text_differs(why: str, saved: str, fresh: str) -> Comparison:
    """A difference of two texts, with what to show of them kept to a bounded length: of long
    texts the part in which they begin to differ."""
    start = _first_difference(saved, fresh)
    return Comparison(why, unified(saved, fresh), _part(saved, start), _part(fresh, start))


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
    if same < min(len(old), len(new)):
        start = _first_difference(old[same], new[same])
        old[same], new[same] = (_part(line, start, 500) for line in (old[same], new[same]))
    window = slice(max(0, same - 3), same + 400)
    lines = difflib.unified_diff(
        [line[:600] for line in old[window]],
        [line[:600] for line in new[window]],
        "saved",
        "fresh",
        lineterm="",
    )
    shown = list(lines)
    more = ["…"] if len(shown) > SHOWN_LINES else []
    return shortened("\n".join(shown[:SHOWN_LINES] + more))


def _first_difference(saved: str, fresh: str) -> int:
    """The place of the first character that differs; the length of the shorter text if none."""
    shorter = min(len(saved), len(fresh))
    low, high = 0, shorter
    while low < high:  # by halves, since comparing slices is much faster than characters
        middle = (low + high + 1) // 2
        if saved[low:middle] == fresh[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _part(text: str, start: int, length: int = SHOWN_CHARACTERS) -> str:
    """At most `length` characters of the text, from shortly before `start` if need be."""
    if len(text) <= length:
        return text
    first = max(0, start - length // 4) if start > length // 2 else 0
    mark_before, mark_after = "…" if first else "", "…" if first + length < len(text) else ""
    return mark_before + text[first : first + length] + mark_after
