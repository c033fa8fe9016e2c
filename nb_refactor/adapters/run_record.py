"""What runs depended on, as a record for other programs."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from nb_refactor.reproduce.report import Report
from nb_refactor.text import plain

_MOST_BYTES = 500_000_000


def run_record(reports: Sequence[Report], folders: Sequence[Path] | None = None) -> bytes:
    """`{"version": 1, "notebooks": […]}`: of each notebook its path, its verdict and its
    dependencies; the files read have their SHA-256 besides, where they are still there and not
    huge. `folders` are where the notebooks lie; without them, where their paths say."""
    places = folders or [Path(report.path).parent for report in reports]
    notebooks = [_notebook(report, at) for report, at in zip(reports, places, strict=True)]
    data = msgspec.json.encode({"version": 1, "notebooks": notebooks}, enc_hook=plain)
    return msgspec.json.format(data, indent=2) + b"\n"


def _notebook(report: Report, folder: Path) -> dict[str, Any]:
    found = msgspec.to_builtins(report.dependencies, enc_hook=plain)
    for file in (found or {}).get("files_read", ()):
        file["sha256"] = _digest(os.path.join(folder, file["path"]))
    head = {"path": report.path, "status": report.status, "kernel": report.kernel}
    return {**head, "dependencies": found}


def _digest(path: str) -> str | None:
    try:
        if os.path.getsize(path) > _MOST_BYTES:
            return None
        with open(path, "rb") as file:
            digest = hashlib.sha256()
            while part := file.read(1 << 20):
                digest.update(part)
            return digest.hexdigest()
    except OSError:
        return None
