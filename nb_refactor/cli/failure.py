"""Why a command cannot be carried out."""

from __future__ import annotations

FINE, NO, CANNOT = 0, 1, 2


class Failure(Exception):
    """The request cannot be carried out; the text is one sentence for people."""
