"""How the numbers of a data frame's column are written: it tells their dtype.

pandas writes all floats of a column with the same count of decimals, `0.104900` above `0.123457`;
as objects or as text each number is written by itself, as `0.1049`. Another count in all of them is
another format only, as of another version or of the option `display.precision`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from nb_refactor.reproduce.tokens import tokens

NUMBER = re.compile(r"\s*[-+]?[0-9][0-9,]*\.(?P<decimals>[0-9]*)(?P<exponent>[eE][-+]?[0-9]+)?\s*")
PRECISION = 6  # decimals that pandas computes before it takes away the zeros that all have
Pair = tuple[str, str]
Place = tuple[int, int]
# Lines of tables that other programs print, and of arrays
OTHER_LINE = re.compile(r"[\[\]|]|[-=]{4}")


def rewritten(column: Sequence[Pair]) -> tuple[Pair, ...]:
    """The (saved, fresh) texts of a column that are written as of another dtype: its numbers were
    all written alike and are so no longer, or the other way round, and are equal."""
    numbers = tuple((a, b) for a, b in column if NUMBER.fullmatch(a) and NUMBER.fullmatch(b))
    was_alike, is_alike = (len({_format(pair[n]) for pair in numbers}) == 1 for n in (0, 1))
    if was_alike == is_alike:
        return ()
    pairs = numbers if was_alike else tuple((b, a) for a, b in numbers)
    if not all(_rounds_to(other, alike) for alike, other in pairs):
        return ()
    if not any(
        _has_lost_zeros(alike, other) or _was_rounded(alike, other) for alike, other in pairs
    ):
        return ()
    return tuple((a, b) for a, b in numbers if a != b)


def rewritten_in_text(saved: str, fresh: str) -> tuple[Pair, ...]:
    """The same for a data frame that was printed: the first of its columns that is rewritten."""
    found = (rewritten(column) for column in _printed_columns(saved, fresh))
    return next(filter(None, found), ())


def is_rewritten(saved: str, fresh: str) -> bool:
    """Whether two texts are one number, written with another count of decimals."""
    if saved == fresh or not (NUMBER.fullmatch(saved) and NUMBER.fullmatch(fresh)):
        return False
    return _value(saved) == _value(fresh)


def _printed_columns(saved: str, fresh: str) -> Iterator[list[Pair]]:
    """The numbers below each other in both texts, of lines that are filled up to one length."""
    old, new = saved.split("\n"), fresh.split("\n")
    if len(old) != len(new):
        return
    rows = zip(old, new, strict=True)
    for is_blank, paragraph in groupby(rows, key=lambda row: not row[0].strip()):
        lines = list(paragraph)
        if is_blank or any(OTHER_LINE.search(line) for row in lines for line in row):
            continue
        for _, filled in groupby(lines, key=lambda row: (len(row[0]), len(row[1]))):
            yield from _columns(list(filled))


def _columns(lines: list[Pair]) -> Iterator[list[Pair]]:
    found: dict[Place, list[Pair]] = {}
    for line, fresh_line in lines:
        pairs = zip(_numbers(line), _numbers(fresh_line), strict=False)
        for (number, end), (fresh_number, fresh_end) in pairs:
            found.setdefault((end, fresh_end), []).append((number, fresh_number))
    yield from found.values()


def _numbers(line: str) -> Iterator[tuple[str, int]]:
    """The numbers of a line, each with the place where it ends."""
    end = 0
    for token in tokens(line):
        end += len(token.text)
        if token.kind == "number":
            yield token.text, end


def _format(number: str) -> tuple[int, bool]:
    found = NUMBER.fullmatch(number)
    assert found is not None
    return len(found["decimals"]), found["exponent"] is not None


def _rounds_to(other: str, alike: str) -> bool:
    """Whether a column of floats would write the one as the other. pandas before 1.2 wrote single
    numbers with an exponent, too."""
    decimals, has_exponent = _format(alike)
    if has_exponent:
        return float(f"{_value(other):.{decimals}e}") == _value(alike)
    if _format(other)[1]:
        return False
    return round(_value(other), max(decimals, PRECISION)) == _value(alike)


def _has_lost_zeros(alike: str, other: str) -> bool:
    return _format(other)[0] < _format(alike)[0]


def _was_rounded(alike: str, other: str) -> bool:
    """Whether the column of floats left out decimals: with fewer than it computes, what the other
    has beyond them is noise."""
    return _format(alike)[0] >= PRECISION and _value(alike) != _value(other)


def _value(number: str) -> float:
    return float(number.replace(",", ""))
