"""Which rules are told, and of which notebooks: the options of `check`, before what the
pyproject.toml above each notebook says."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from nb_refactor import use_cases
from nb_refactor.adapters.check_settings import (
    BadSettings,
    CheckSettings,
    Excluded,
    checked_codes,
    excluded_paths,
)
from nb_refactor.cli.failure import Failure
from nb_refactor.hidden_state.selection import Selection


@dataclass(frozen=True)
class _Given:
    """What the command line says; `None` where it says nothing."""

    select: frozenset[str] | None
    ignore: frozenset[str] | None
    excluded: Excluded | None

    def over(self, settings: CheckSettings) -> CheckSettings:
        """What is said here takes the place of what is said there. Who selects rules here means
        these, whatever is ignored there."""
        selection = settings.selection
        if self.select is not None:
            selection = Selection(self.select)
        if self.ignore is not None:
            selection = replace(selection, ignore=self.ignore)
        if self.excluded is None:
            return replace(settings, selection=selection)
        return CheckSettings(selection, self.excluded)


def settings_source(options: argparse.Namespace) -> Callable[[Path], CheckSettings]:
    """What to ask for the settings of a notebook at a path. Both raise Failure."""
    try:
        given = _Given(
            _codes(options.select),
            _codes(options.ignore),
            excluded_paths(Path(), options.exclude) if options.exclude else None,
        )
    except BadSettings as problem:
        sentence = str(problem)
        raise Failure(f"{sentence[0].upper()}{sentence[1:]}.") from None

    def settings_of(notebook: Path) -> CheckSettings:
        if options.no_config:
            return given.over(CheckSettings())
        try:
            return given.over(use_cases.check_settings(notebook))
        except BadSettings as problem:
            raise Failure(str(problem)) from None

    return settings_of


def _codes(texts: Sequence[str] | None) -> frozenset[str] | None:
    """The codes in comma-separated texts."""
    if texts is None:
        return None
    codes = (code.strip() for text in texts for code in text.split(","))
    return checked_codes([code for code in codes if code])
