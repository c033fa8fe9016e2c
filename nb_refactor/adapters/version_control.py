"""How files stand with version control: git is asked, nothing is changed."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from nb_refactor.reproduce.dependencies import Standing

_SECONDS = 20


@dataclass(frozen=True)
class Standings:
    """The top folder of the repository (`None`: there is none, or no git), and the paths that are
    in version control, have changes that are not committed, or are ignored."""

    top: Path | None
    tracked: frozenset[str] = frozenset()
    changed: frozenset[str] = frozenset()
    ignored: frozenset[str] = frozenset()

    def of(self, path: str) -> Standing:
        """How the file at this absolute path stands."""
        if self.top is None:
            return "unversioned"
        real = os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))
        below = _below(self.top, real)
        if below is None:
            return "outside"
        if below in self.tracked:
            return "changed" if below in self.changed else "tracked"
        return "ignored" if below in self.ignored else "untracked"


def standings_of(folder: Path, paths: Sequence[str]) -> Standings:
    """How these files (absolute paths) stand with the repository that holds the folder."""
    top = _top(folder)
    if top is None:
        return Standings(None)
    real = (os.path.join(os.path.realpath(os.path.dirname(p)), os.path.basename(p)) for p in paths)
    inside = sorted({below for path in real if (below := _below(top, path)) is not None})
    if not inside:
        return Standings(top)
    tracked = frozenset(_asked(top, ["ls-files", "-z", "--"], inside))
    changed = frozenset(_asked(top, ["diff-index", "--name-only", "-z", "HEAD", "--"], inside))
    rest = [path for path in inside if path not in tracked]
    ignored = frozenset(_ignored(top, rest)) if rest else frozenset()
    return Standings(top, tracked, changed, ignored)


def _top(folder: Path) -> Path | None:
    """Without git's help, which a process costs: the nearest folder above with `.git` in it."""
    if shutil.which("git") is None:
        return None
    real = Path(os.path.realpath(folder))
    return next((place for place in (real, *real.parents) if (place / ".git").exists()), None)


def _below(top: Path, path: str) -> str | None:
    start = os.path.join(top, "")
    return path[len(start) :].replace(os.sep, "/") if path.startswith(start) else None


def _asked(top: Path, command: list[str], paths: Sequence[str]) -> Iterator[str]:
    for start in range(0, len(paths), 500):  # command lines have an end
        yield from _git(top, ["--literal-pathspecs", *command, *paths[start : start + 500]])


def _ignored(top: Path, paths: Sequence[str]) -> list[str]:
    return _git(top, ["check-ignore", "-z", "--stdin"], "\0".join(paths))


def _git(top: Path, arguments: list[str], given: str = "") -> list[str]:
    """Git's answer, separated by NUL; nothing where it fails, as in a repository of another user.
    The optional locks that `git` takes to speed itself up are not taken."""
    try:
        done = subprocess.run(
            ["git", "--no-optional-locks", *arguments],
            cwd=top,
            input=given.encode("utf-8", "surrogateescape"),
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.SubprocessError, ValueError):
        return []
    answer = done.stdout.decode("utf-8", "surrogateescape")
    return [part for part in answer.split("\0") if part] if done.returncode in (0, 1) else []
