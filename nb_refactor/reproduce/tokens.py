"""Text compared piece by piece: numbers by value, dates of today freely, the rest exactly."""

from __future__ import annotations

import datetime
import math
import re
import sys
from dataclasses import dataclass
from typing import NamedTuple

from nb_refactor.reproduce.tolerance import Tolerance

MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"
DAY = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*"
CLOCK = r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?"
ZONE = r"(?: ?[AP]M)?(?: ?(?:Z|UTC|GMT|[-+][0-9]{2}:?[0-9]{2}))?"
DATE = (
    rf"(?:[0-9]{{4}}[-/.][0-9]{{2}}[-/.][0-9]{{2}}|[0-9]{{1,2}}[-/.][0-9]{{1,2}}[-/.][0-9]{{4}}"
    rf"|(?:{DAY},? )?[0-9]{{1,2}}[ -]{MONTH}[ -][0-9]{{4}}"
    rf"|(?:{DAY},? )?{MONTH} +[0-9]{{1,2}},? (?:{CLOCK} )?(?:[A-Z]{{3,4}} )?[0-9]{{4}})"
    rf"(?:[T ]{CLOCK}{ZONE})?"
    r"|datetime\.date(?:time)?\([0-9]{4}, [0-9]{1,2}, [0-9]{1,2}[^()]*\)"
)
REAL = r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?"
TOKEN = re.compile(
    rf"(?P<date>(?<![\w.]){DATE}(?!\w))"
    rf"|(?P<complex>(?<![\w.])[-+]?{REAL}[-+]{REAL}j\b)"
    r"|(?P<clock>(?<![\w:.])[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?![\w:]))"
    r"|(?P<number>(?<![\w.])[-+]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)?(?:(?<=[0-9])\.[0-9]*"
    r"|\.[0-9]+|(?<=[0-9]))(?:[eE][-+]?[0-9]+)?(?!\.?[0-9]))"
    r"|(?P<space>\s+)"
)
EPSILON = sys.float_info.epsilon
# numpy 2 shows np.float64(0.5) where numpy 1 showed 0.5
SCALARS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\bnp\.complex[0-9]*(?=\()"), ""),
    (re.compile(r"\bnp\.(?:float|int|uint|bool|str)[0-9]*_?\(((?:[^()]|\([^()]*\))*)\)"), r"\1"),
    (re.compile(r"\bnp\.(True|False)_"), r"\1"),
)
ELEMENT = (
    r"(?:[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|nan|[-+]?inf|True|False|\.\.\.)"
)
ARRAY = re.compile(rf"\[\s*{ELEMENT}(?:[\s,]+{ELEMENT})*\s*\]")


class Token(NamedTuple):
    """A piece of text; `kind` is `date`, `clock`, `complex`, `number`, `space` or `text`. There may
    be a million of them: this is the class that is made fastest."""

    kind: str
    text: str


@dataclass(frozen=True)
class Closeness:
    """What comparing two texts gave: `same`, and the greatest relative difference let pass."""

    same: bool
    relative: float = 0.0


def tokens(text: str) -> list[Token]:
    """The text cut into its tokens; joined they give the text again."""
    found: list[Token] = []
    end = 0
    for match in TOKEN.finditer(text):
        if match.start() == match.end():
            continue
        if match.start() > end:
            found.append(Token("text", text[end : match.start()]))
        found.append(Token(match.lastgroup or "text", match.group()))
        end = match.end()
    if end < len(text):
        found.append(Token("text", text[end:]))
    return found


def compare_tokens(saved: str, fresh: str, tolerance: Tolerance) -> Closeness:
    """Whether the texts are the same but for floating point numbers that are close, today's date
    and the blanks that line such numbers up."""
    if saved == fresh:
        return Closeness(True)
    for scalar, value in SCALARS:
        if bool(scalar.search(saved)) != bool(scalar.search(fresh)):
            saved, fresh = scalar.sub(value, saved), scalar.sub(value, fresh)
    old, new = tokens(saved), tokens(fresh)
    exact = _compare_pairs(old, new, tolerance)
    if exact.same and all(a == b for a, b in zip(old, new, strict=True) if a.kind == "space"):
        return exact
    loose = _compare_pairs(_without_blanks(old), _without_blanks(new), tolerance)
    # Blanks only move where a number took another width: otherwise they are what is shown.
    return loose if loose.relative > 0 or _widths_moved(old, new) else Closeness(False)


def without_array_layout(text: str) -> str:
    """The text with one blank between the elements of each row of numbers in brackets, however
    it was wrapped and aligned: numpy 1.14 stopped leaving room for a sign."""
    return ARRAY.sub(_in_one_line, text)


def _in_one_line(row: re.Match[str]) -> str:
    elements = " ".join(row.group()[1:-1].split())
    return f"[{elements.replace(' ,', ',')}]"


def _compare_pairs(old: list[Token], new: list[Token], tolerance: Tolerance) -> Closeness:
    if len(old) != len(new):
        return Closeness(False)
    is_of_today = any(t.kind == "date" and _is_today(t.text, tolerance.today) for t in new)
    scale = 0.0
    noisy: list[tuple[float, float]] = []
    worst = 0.0
    for a, b in zip(old, new, strict=True):
        if a.kind != b.kind:
            return Closeness(False)
        if a.kind == "number":
            scale = max(scale, _size(a.text), _size(b.text))
        if a.text == b.text or a.kind == "space":
            continue
        if a.kind == "number":
            relative = _relative_difference(a.text, b.text, tolerance)
            if relative is None:
                return Closeness(False)
            if relative > tolerance.relative:
                noisy.append((_value(a.text), _value(b.text)))
            else:
                worst = max(worst, relative, sys.float_info.min)
        elif a.kind == "complex":
            relative = _complex_difference(complex(a.text), complex(b.text))
            if relative > tolerance.relative:
                return Closeness(False)
            worst = max(worst, relative, sys.float_info.min)
        elif not (_may_differ(b, tolerance, is_of_today)):
            return Closeness(False)
    if all(_is_rounding_noise(a, b, scale) for a, b in noisy):
        return Closeness(True, max(worst, EPSILON if noisy else 0.0))
    return Closeness(False)


def _may_differ(fresh: Token, tolerance: Tolerance, is_of_today: bool) -> bool:
    if fresh.kind == "date":
        return _is_today(fresh.text, tolerance.today)
    return fresh.kind == "clock" and is_of_today


def _relative_difference(a: str, b: str, tolerance: Tolerance) -> float | None:
    """`None` where the numbers must be equal and are not: integers, or an integer and a float."""
    if _is_float(a) != _is_float(b):
        return None
    if not _is_float(a):
        return 0.0 if tolerance.object_ids and _is_object_id(a) and _is_object_id(b) else None
    x, y = _value(a), _value(b)
    if x == y:
        return 0.0
    if math.isinf(x) or math.isinf(y):
        return None
    return abs(x - y) / max(abs(x), abs(y))


def _complex_difference(a: complex, b: complex) -> float:
    if a == b:
        return 0.0
    size = max(abs(a), abs(b))
    return abs(a - b) / size if math.isfinite(size) else math.inf


def _is_rounding_noise(a: float, b: float, scale: float) -> bool:
    """Two residues of a computation with numbers of size `scale`: 1e-16 and -3e-17 beside 1.0.
    The window is narrow, so that small constants (1.6e-19) are still numbers like others."""
    noise = EPSILON * scale

    def is_residue(x: float) -> bool:
        return x == 0 or noise * 1e-2 <= abs(x) <= noise * 1e2

    return scale > 0 and is_residue(a) and is_residue(b)


def _is_float(text: str) -> bool:
    return "." in text or "e" in text or "E" in text


def _value(text: str) -> float:
    return float(text.replace(",", ""))


def _size(text: str) -> float:
    value = abs(_value(text))
    return value if math.isfinite(value) else 0.0


def _is_object_id(text: str) -> bool:
    """CPython's `id` is an address: a multiple of 8, above the first 4 GB on 64-bit systems."""
    value = _value(text)
    return 2**32 <= value < 2**48 and value % 8 == 0


def _without_blanks(found: list[Token]) -> list[Token]:
    return [token for token in found if token.kind != "space"]


def _widths_moved(old: list[Token], new: list[Token]) -> bool:
    """Whether some number or date of the same place is written with another width."""
    pairs = zip(_without_blanks(old), _without_blanks(new), strict=False)
    return any(len(a.text) != len(b.text) for a, b in pairs if a.kind != "text")


def is_clock(text: str) -> bool:
    """Whether the text is a time of day and nothing else."""
    return [token.kind for token in tokens(text)] == ["clock"]


def is_dated(text: str, today: datetime.date | None) -> bool:
    """Whether the text gives this day somewhere."""
    return any(token.kind == "date" and _is_today(token.text, today) for token in tokens(text))


def _is_today(text: str, today: datetime.date | None) -> bool:
    if today is None:
        return False
    numbers = [int(n) for n in re.findall(r"[0-9]+", text)]
    named = re.search(MONTH, text)
    if named is None:
        first = numbers[:3]
        year_first = first == [today.year, today.month, today.day]
        year_last = first[2:] == [today.year] and sorted(first[:2]) == sorted(
            (today.month, today.day)
        )
        return year_first or year_last
    month = "JanFebMarAprMayJunJulAugSepOctNovDec".index(named.group()[:3]) // 3 + 1
    return month == today.month and today.day in numbers and today.year in numbers
