"""JavaScript that draws an output: as text, with the ids that libraries make up renamed."""

from __future__ import annotations

from nb_refactor.reproduce.comparators.comparison import Comparison
from nb_refactor.reproduce.comparators.text import compare_text
from nb_refactor.reproduce.random_ids import without_random_ids
from nb_refactor.reproduce.tolerance import Tolerance


def compare_script(saved: str, fresh: str, tolerance: Tolerance) -> Comparison:
    """The same when equal but for ids, and numbers within the tolerance."""
    return compare_text(without_random_ids(saved), without_random_ids(fresh), tolerance)
