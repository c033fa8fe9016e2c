"""Where the values stand in a JSON text, so that one can be replaced and all else kept as it is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

_DECODER = json.JSONDecoder()
_BLANK = re.compile(r"[ \t\r\n]*")


@dataclass(frozen=True)
class Place:
    """The half-open range of characters that a value takes in the text. `key_start` is where the
    quote of its key stands, for the member of an object."""

    start: int
    end: int
    key_start: int | None = None


def members(text: str, start: int) -> dict[str, Place]:
    """The values of the object whose brace stands at `start`, by key; of a key that comes twice
    the last one, as `json` reads it. `text` must be JSON that `json.loads` accepts."""
    found: dict[str, Place] = {}
    at = _skip(text, start + 1)
    while text[at] != "}":
        key, end = _DECODER.raw_decode(text, at)
        value = _skip(text, _skip(text, end) + 1)
        place = Place(value, _end(text, value), key_start=at)
        found[key] = place
        at = _after_comma(text, place.end)
    return found


def elements(text: str, start: int) -> Iterator[Place]:
    """The values of the array whose bracket stands at `start`."""
    at = _skip(text, start + 1)
    while text[at] != "]":
        place = Place(at, _end(text, at))
        yield place
        at = _after_comma(text, place.end)


def first_value(text: str) -> int:
    """Where the document's own value starts."""
    return _skip(text, 0)


def indentation_before(text: str, at: int) -> str | None:
    """The blanks at the beginning of the line, if nothing else stands before `at` on it and it is
    not the first line; else `None`."""
    line = text.rfind("\n", 0, at)
    blanks = text[line + 1 : at]
    return blanks if line >= 0 and not blanks.strip(" \t") else None


def _end(text: str, start: int) -> int:
    return _DECODER.raw_decode(text, start)[1]


def _skip(text: str, at: int) -> int:
    match = _BLANK.match(text, at)
    return match.end() if match else at


def _after_comma(text: str, at: int) -> int:
    at = _skip(text, at)
    return _skip(text, at + 1) if text[at] == "," else at
