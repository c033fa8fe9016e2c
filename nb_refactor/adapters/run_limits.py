"""Where a run ends on its own."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Where a run ends on its own. Seconds for one cell, for the whole run and for the kernel's
    start (`None`: no limit). `output_bytes` of each cell are kept, the rest is dropped and told;
    a cell that goes on to write ten times as much again is stopped."""

    cell_seconds: float | None = None
    total_seconds: float | None = None
    start_seconds: float = 60.0
    output_bytes: int = 10_000_000
