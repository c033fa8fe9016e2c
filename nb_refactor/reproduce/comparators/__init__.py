"""How outputs are compared, by MIME type."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nb_refactor.reproduce.comparators.comparison import Comparison
from nb_refactor.reproduce.comparators.document import compare_document
from nb_refactor.reproduce.comparators.html import compare_html
from nb_refactor.reproduce.comparators.image import compare_image
from nb_refactor.reproduce.comparators.json_value import compare_json, compare_json_data
from nb_refactor.reproduce.comparators.script import compare_script
from nb_refactor.reproduce.comparators.svg import compare_svg
from nb_refactor.reproduce.comparators.text import compare_markup, compare_text
from nb_refactor.reproduce.comparators.widget import compare_widget
from nb_refactor.reproduce.tolerance import Tolerance

Comparator = Callable[[Any, Any, Tolerance], Comparison]

# The first row whose pattern ends the MIME type serves; the richest forms of a value come first.
COMPARATORS: tuple[tuple[str, Comparator], ...] = (
    ("image/png", compare_image),
    ("image/jpeg", compare_image),
    ("image/gif", compare_image),
    ("image/svg+xml", compare_svg),
    ("text/html", compare_html),
    ("text/latex", compare_markup),
    ("text/markdown", compare_markup),
    ("application/pdf", compare_document),
    ("application/vnd.jupyter.widget-view+json", compare_widget),
    ("application/javascript", compare_script),
    ("application/json", compare_json_data),
    ("+json", compare_json),
    ("text/plain", compare_text),
    ("", compare_text),
)

# Forms that do not say all that the plain text beside them says
SAY_LITTLE = frozenset(("application/vnd.jupyter.widget-view+json", "application/javascript"))


def comparator_of(mime: str) -> tuple[int, Comparator]:
    """The comparator that serves a MIME type, and its rank: the lower, the richer."""
    for rank, (ending, comparator) in enumerate(COMPARATORS):
        if mime.endswith(ending):
            return rank, comparator
    raise AssertionError("the last row serves every type")
