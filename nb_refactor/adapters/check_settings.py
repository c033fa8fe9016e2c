"""The settings of `check` that a repository holds: `[tool.nb_refactor]` of its pyproject.toml."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from nb_refactor.hidden_state.selection import ALL, CODES, Selection, unknown_codes
from nb_refactor.text import Problem, text

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # type: ignore[import-not-found, unused-ignore]

FILE = "pyproject.toml"
KEYS = ("select", "ignore", "exclude")


class BadSettings(Problem):
    """The settings say what cannot be; the text is one sentence."""


@dataclass(frozen=True)
class Excluded:
    """Paths that are left out: patterns as in a .gitignore file that lies in `folder`."""

    folder: Path
    patterns: tuple[str, ...]

    def holds(self, path: Path) -> bool:
        """Is the file at `path` left out?"""
        absolute = Path(os.path.abspath(path))
        if not self.patterns or not absolute.is_relative_to(self.folder):
            return False
        below = absolute.relative_to(self.folder).as_posix()
        return bool(_matcher(self.patterns).match_file(below))


@dataclass(frozen=True)
class CheckSettings:
    """What is told, and of which notebooks. `source` is the file that says so, where there is
    one."""

    selection: Selection = ALL
    excluded: Excluded | None = None
    source: Path | None = None

    def leaves_out(self, path: Path) -> bool:
        """Is the notebook at `path` one that is not to be checked?"""
        return self.excluded is not None and self.excluded.holds(path)


def settings_for(notebook: Path, ceiling: Path | None = None) -> CheckSettings:
    """The settings in the nearest pyproject.toml that has any, going up from the notebook, never
    above `ceiling`. Raises BadSettings."""
    folder = Path(os.path.abspath(notebook)).parent
    for candidate in _upwards(folder, Path(os.path.realpath(ceiling)) if ceiling else None):
        path = candidate / FILE
        try:
            status = path.stat()
        except OSError:
            continue
        settings = _read(path, status.st_mtime_ns, status.st_size)
        if settings is not None:
            return settings
    return CheckSettings()


def checked_codes(codes: Sequence[str]) -> frozenset[str]:
    """The codes, each of which is that of a rule or a hazard. Raises BadSettings."""
    unknown = unknown_codes(codes)
    if unknown:
        told = text(
            "there is no rule “{code}”; there are: {codes}", code=unknown[0], codes=", ".join(CODES)
        )
        raise BadSettings(told)
    return frozenset(codes)


def excluded_paths(folder: Path, patterns: Sequence[str]) -> Excluded:
    """The paths that the patterns leave out, relative to `folder`. Raises BadSettings."""
    for pattern in patterns:
        try:
            _matcher((pattern,))
        except ValueError:
            told = text("“{pattern}” is not a pattern of paths", pattern=pattern)
            raise BadSettings(told) from None
    return Excluded(Path(os.path.abspath(folder)), tuple(patterns))


def _upwards(folder: Path, ceiling: Path | None) -> Iterator[Path]:
    for candidate in (folder, *folder.parents):
        yield candidate
        if candidate == ceiling:
            return


@lru_cache(maxsize=64)
def _read(path: Path, modified: int, size: int) -> CheckSettings | None:
    """The settings in the file, or None where it has none. It is read again when it changed:
    `modified` (in nanoseconds) and `size` only tell versions of it apart."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    if b"nb_refactor" not in data:  # most have no table of ours: it need not be parsed
        return None
    try:
        table = _table(tomllib.loads(data.decode("utf-8-sig")))
        return None if table is None else _settings(path, table)
    except BadSettings as problem:
        told = text("In {path}, [tool.nb_refactor]: {why}.", path=path, why=problem.sentence)
        raise BadSettings(told) from None
    except ValueError as problem:
        raise BadSettings(text("{path} is not TOML: {why}.", path=path, why=problem)) from None


def _table(document: dict[str, Any]) -> dict[str, Any] | None:
    tools = document.get("tool")
    table = tools.get("nb_refactor") if isinstance(tools, dict) else None
    return table if isinstance(table, dict) else None


def _settings(path: Path, table: dict[str, Any]) -> CheckSettings:
    for key in table:
        if key not in KEYS:
            told = text(
                "there is no setting “{key}”; there are: {keys}", key=key, keys=", ".join(KEYS)
            )
            raise BadSettings(told)
    select = checked_codes(_texts(table, "select")) if "select" in table else None
    selection = Selection(select, checked_codes(_texts(table, "ignore")))
    excluded = excluded_paths(path.parent, _texts(table, "exclude"))
    return CheckSettings(selection, excluded, path)


def _texts(table: dict[str, Any], key: str) -> list[str]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise BadSettings(text("`{key}` is not a list of texts", key=key))
    return value


@lru_cache(maxsize=64)
def _matcher(patterns: tuple[str, ...]) -> Any:
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(patterns)
