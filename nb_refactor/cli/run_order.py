"""What every run of `reproduce` is to respect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nb_refactor.adapters.notebook_runner import Limits


@dataclass(frozen=True)
class RunOrder:
    """The limits, the kernelspec to use for all (`None`: each notebook's own), whether what differs
    runs a second time, and whether runs take place in a scratch copy of the project."""

    limits: Limits
    kernel: str | None
    twice: bool
    scratch: bool
