"""How long cells took in earlier runs, for the time that is left of a run."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec
from jupyter_core.paths import jupyter_data_dir

from nb_refactor.reproduce.report import Report

MOST = 20_000


class RunTimes:
    """Seconds by the source of a cell, so that one that moved or was copied is known. They are kept
    in a file of the user's Jupyter data; one that cannot be read or written is done without."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file or Path(jupyter_data_dir(), "nb_refactor", "run_times.json")
        self._seconds = _read(self._file)

    def left(self, sources: Sequence[str], done: int, running_for: float = 0.0) -> float | None:
        """Seconds that cells after the first `done` will take, one of which has been running for
        some; `None` where most of them are not known. An unknown cell counts as the mean of the
        known ones."""
        rest = [self._seconds.get(_key(source)) for source in sources[done:]]
        known = [seconds for seconds in rest if seconds is not None]
        if not rest:
            return 0.0
        if len(known) * 2 < len(rest):
            return None
        mean = sum(known) / len(known)
        first, *others = [mean if seconds is None else seconds for seconds in rest]
        return max(0.0, first - running_for) + sum(others)

    def learn(self, sources: Sequence[str], report: Report) -> None:
        """Take in the times of a run, and keep them for later ones."""
        self._seconds |= _read(self._file)  # another program may have learnt meanwhile
        for source, outcome in zip(sources, report.cells, strict=False):
            if outcome.status not in ("not_run", "error"):
                key = _key(source)
                self._seconds.pop(key, None)  # the newest are kept
                self._seconds[key] = round(outcome.seconds, 3)
        surplus = len(self._seconds) - MOST
        for key in list(self._seconds)[: max(0, surplus)]:
            del self._seconds[key]
        with suppress(OSError):
            _write(self._file, self._seconds.items())


def _key(source: str) -> str:
    return hashlib.blake2b(source.encode("utf-8", "replace"), digest_size=9).hexdigest()


def _read(file: Path) -> dict[str, float]:
    try:
        return msgspec.json.decode(file.read_bytes(), type=dict[str, float])
    except (OSError, msgspec.DecodeError):
        return {}


def _write(file: Path, seconds: Iterable[tuple[str, float]]) -> None:
    """Whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=".run_times-")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(msgspec.json.encode(dict(seconds)))
        os.replace(name, file)
    except OSError:
        with suppress(OSError):
            os.unlink(name)
        raise
