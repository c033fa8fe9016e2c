"""Errors: the class and the message, not the traceback."""

from __future__ import annotations

import re

from nb_refactor.reproduce.comparators.comparison import SAME, Comparison, text_differs
from nb_refactor.reproduce.comparators.text import compare_text
from nb_refactor.reproduce.tolerance import Tolerance
from nb_refactor.text import text

PLACE = re.compile(r"\((?:<[^<>]*>|[\w.\-/\\]+), line [0-9]+\)")
SUGGESTION = re.compile(r"\.? (?:Did you mean|Did you forget)\b.*", re.DOTALL)


def compare_error(
    saved: tuple[str, str], fresh: tuple[str, str], tolerance: Tolerance
) -> Comparison:
    """Errors as (class name, message): Python's place of a syntax error and its "Did you mean"
    come and go with its version and are left out."""
    shown_saved, shown_fresh = ": ".join(saved), ": ".join(fresh)
    if _class_name(saved[0]) != _class_name(fresh[0]):
        return text_differs(
            text("It raised {saved} and now raises {fresh}.", saved=saved[0], fresh=fresh[0]),
            shown_saved,
            shown_fresh,
        )
    messages = compare_text(_normal(saved[1]), _normal(fresh[1]), tolerance)
    if messages.why is None:
        return SAME
    return text_differs(
        text("{saved} has another message.", saved=saved[0]), shown_saved, shown_fresh
    )


def _class_name(name: str) -> str:
    return name.rpartition(".")[2]


def _normal(message: str) -> str:
    return SUGGESTION.sub("", PLACE.sub("(line)", message)).strip()
