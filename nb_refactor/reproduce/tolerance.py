"""What two outputs may differ in and still count as the same."""

from __future__ import annotations

import datetime
from dataclasses import dataclass


@dataclass(frozen=True)
class Tolerance:
    """How strictly fresh outputs are compared with saved ones.

    `relative` is the relative difference up to which two floating point numbers count as equal
    (integers must be equal); every use of it is told in the outcome's notes. `today` is the day
    of the fresh run: where it prints that date, the saved output may show another one. `stderr`
    says whether what was written to standard error is compared at all. `object_ids` says that
    the notebook prints `id(…)`, so that integers that look like addresses may differ.
    """

    relative: float = 1e-6
    today: datetime.date | None = None
    stderr: bool = False
    object_ids: bool = False
