"""The libraries that run notebooks, loaded without what takes longest and is not used."""

from __future__ import annotations

import sys

_GRAMMAR = "rfc3987_syntax"


def load_runner() -> None:
    """Load what runs notebooks. jsonschema, which nbformat brings along, builds a parser for
    international addresses where the package for it is installed: a second of work, for a check
    that no notebook is ever put to here."""
    is_free = _GRAMMAR not in sys.modules and "jsonschema" not in sys.modules
    if is_free:
        sys.modules[_GRAMMAR] = None  # type: ignore[assignment]  # tells import that it is not there
    try:
        import nb_refactor.adapters.notebook_runner  # noqa: F401
    finally:
        if is_free:
            del sys.modules[_GRAMMAR]
