"""What every run of `reproduce` is to respect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nb_refactor.adapters.notebook_runner import Limits


@dataclass(frozen=True)
class RunOrder:
    """The limits, the kernelspec to use for all (`None`: each notebook's own), whether what differs
    runs a second time, whether runs take place in a scratch copy of the project, and how far
    floating point numbers may be apart (of their value; `None`: the default)."""

    limits: Limits
    kernel: str | None
    twice: bool
    scratch: bool
    tolerance: float | None = None
