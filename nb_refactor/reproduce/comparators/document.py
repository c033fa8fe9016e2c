"""PDF documents: byte for byte, but for the dates and ids written into them."""

from __future__ import annotations

import base64
import binascii
import re

from nb_refactor.reproduce.comparators.comparison import SAME, Comparison
from nb_refactor.reproduce.tolerance import Tolerance
from nb_refactor.text import text

WRITTEN_WHEN = re.compile(rb"/(?:CreationDate|ModDate)\s*\([^)]*\)|/ID\s*\[[^\]]*\]")


def compare_document(saved: str, fresh: str, tolerance: Tolerance) -> Comparison:
    """Base64 of documents: the same when their bytes are, without dates and ids."""
    if _content(saved) == _content(fresh):
        return SAME
    return Comparison(text("The document differs."))


def _content(encoded: str) -> bytes:
    try:
        return WRITTEN_WHEN.sub(b"", base64.b64decode(encoded))
    except (binascii.Error, ValueError):
        return encoded.encode()
