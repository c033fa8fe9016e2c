"""How outputs are compared, by MIME type."""

from __future__ import annotations

from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Any

from nb_refactor.reproduce.comparators.comparison import Comparison
from nb_refactor.reproduce.comparators.document import compare_document
from nb_refactor.reproduce.comparators.html import compare_html
from nb_refactor.reproduce.comparators.image import compare_image
from nb_refactor.reproduce.comparators.json_value import (
    compare_json,
    compare_plot,
    compare_plotly,
    compare_vega,
)
from nb_refactor.reproduce.comparators.script import compare_script
from nb_refactor.reproduce.comparators.svg import compare_svg
from nb_refactor.reproduce.comparators.text import compare_latex, compare_markdown, compare_text
from nb_refactor.reproduce.comparators.widget import compare_widget
from nb_refactor.reproduce.tolerance import Tolerance

Comparator = Callable[[Any, Any, Tolerance], Comparison]

# The first row whose pattern the MIME type matches serves; the richest forms of a value come first.
COMPARATORS: tuple[tuple[str, Comparator], ...] = (
    ("image/png", compare_image),
    ("image/jpeg", compare_image),
    ("image/gif", compare_image),
    ("image/svg+xml", compare_svg),
    ("text/html", compare_html),
    ("text/latex", compare_latex),
    ("text/markdown", compare_markdown),
    ("application/pdf", compare_document),
    ("application/vnd.jupyter.widget-view+json", compare_widget),
    ("application/javascript", compare_script),
    ("application/json", compare_json),
    ("application/geo+json", compare_json),
    ("application/vnd.plotly.*+json", compare_plotly),
    ("application/vnd.vega*+json", compare_vega),
    ("*+json", compare_plot),
    ("text/plain", compare_text),
    ("*", compare_text),
)


def comparator_of(mime: str) -> tuple[int, Comparator]:
    """The comparator that serves a MIME type, and its rank: the lower, the richer."""
    for rank, (pattern, comparator) in enumerate(COMPARATORS):
        if fnmatchcase(mime, pattern):
            return rank, comparator
    raise AssertionError("the last row serves every type")
