"""The files that `reproduce` writes its report to."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from nb_refactor.adapters.disk import Rewrite, write_all
from nb_refactor.adapters.report_page import Reported
from nb_refactor.cli.failure import Failure

# The option, and what the file is called in a sentence.
_KINDS = {
    "junit": "JUnit report",
    "html": "HTML report",
    "record": "record",
    "requirements": "requirements file",
}


def check_report_files(options: argparse.Namespace) -> None:
    """Before hours of work: can the reports be written where they are wanted? Raises Failure."""
    for option, name in _KINDS.items():
        path = _path(options, option)
        if path is not None and (path.is_dir() or not path.absolute().parent.is_dir()):
            raise Failure(f"The {name} cannot be written to {path}: no such folder.")


def write_report_files(options: argparse.Namespace, reported: Sequence[Reported]) -> None:
    """Write each report that is wanted, whole or not at all. Raises Failure."""
    for option, name in _KINDS.items():
        path = _path(options, option)
        if path is not None:
            _write(path, _CONTENTS[option](reported), name)


def _path(options: argparse.Namespace, option: str) -> Path | None:
    name = getattr(options, option)
    return None if name is None else Path(name)


def _junit(reported: Sequence[Reported]) -> bytes:
    from nb_refactor.adapters.junit import junit

    return junit([one.report for one in reported])


def _html(reported: Sequence[Reported]) -> bytes:
    from nb_refactor.adapters.report_page import report_page

    return report_page(reported).encode("utf-8", "replace")


def _record(reported: Sequence[Reported]) -> bytes:
    from nb_refactor.adapters.run_record import run_record

    return run_record([one.report for one in reported])


def _requirements(reported: Sequence[Reported]) -> bytes:
    from nb_refactor.reproduce.requirements import requirements_text

    found = (one.report.dependencies for one in reported)
    return requirements_text([one for one in found if one is not None]).encode("utf-8")


_CONTENTS: Mapping[str, Callable[[Sequence[Reported]], bytes]] = {
    "junit": _junit,
    "html": _html,
    "record": _record,
    "requirements": _requirements,
}


def _write(path: Path, data: bytes, name: str) -> None:
    try:
        if path.exists() and not path.is_file():  # a pipe or a device has no place to be taken
            path.write_bytes(data)
            return
        before = path.read_bytes() if path.exists() else None
    except OSError as error:
        raise Failure(f"The {name} {path} cannot be written: {error.strerror}.") from None
    problem = write_all([Rewrite(path.absolute(), before, data)], path.absolute().parent)
    if problem is not None:
        raise Failure(f"The {name} was not written: {problem.message}")
