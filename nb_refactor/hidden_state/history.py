"""What the kernel ran, in kernel order."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Status = Literal["ok", "error", "aborted", "unknown"]


class Execution(Struct, frozen=True):
    """One run of one version. `cell_id` is known when the browser saw the run; the kernel's own
    history knows neither the cell nor how the run ended."""

    source: str
    execution_count: int | None = None
    cell_id: str | None = None
    status: Status = "unknown"
