"""Writes several files so that, whatever fails, either all are written or none is.

Every file is first written in full beside its target and brought to the disk; then each one takes
its target's place by a rename, while the old file stays at hand under a second name. A failure at
any point puts every old file back, and removes what was made. Nothing else is left behind.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import threading
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True)
class Rewrite:
    """A file's bytes before and after; `None` where there is no file. `path` is absolute."""

    path: Path
    before: bytes | None
    after: bytes | None


@dataclass(frozen=True)
class NotWritten:
    """Why nothing was written, in one sentence."""

    message: str


class _Stale(Exception):
    """A file is not what it was taken for; the text is one sentence."""


@dataclass
class _Undo:
    """What was done so far, as the steps that take it back; and the second names to drop."""

    steps: list[Callable[[], None]] = field(default_factory=list)
    spare: list[str] = field(default_factory=list)


def write_all(rewrites: Sequence[Rewrite], root: Path) -> NotWritten | None:
    """Write every file if each one still holds its `before`; else write none and say why. Folders
    that a deletion leaves empty go too, but never `root`."""
    undo = _Undo()
    with _ONE_AT_A_TIME:
        try:
            targets = [_target(rewrite) for rewrite in rewrites]
            if len(set(targets)) < len(targets):
                raise _Stale("One file is named twice.")
            pairs = list(zip(targets, rewrites, strict=True))
            for target, rewrite in pairs:
                _check(target, rewrite)
            staged = [_staged(target, rewrite, undo) for target, rewrite in pairs]
            for (target, rewrite), fresh in zip(pairs, staged, strict=True):
                _commit(target, rewrite, fresh, undo)
        except _Stale as stale:
            _take_back(undo)
            return NotWritten(str(stale))
        except OSError as error:
            _take_back(undo)
            name = Path(os.fsdecode(error.filename)).name if error.filename else "The files"
            return NotWritten(f"{name} cannot be written: {error.strerror or error}.")
        except BaseException:
            _take_back(undo)
            raise
        for spare in undo.spare:
            _insist(lambda spare=spare: os.unlink(spare))  # type: ignore[misc]
        _settle(pairs, os.path.realpath(root))
    return None


def _target(rewrite: Rewrite) -> str:
    """The file itself where the path is a link to it: the link stays a link."""
    return os.path.realpath(rewrite.path)


def _check(target: str, rewrite: Rewrite) -> None:
    name = rewrite.path.name
    if _content(target) != rewrite.before:
        if rewrite.before is None:
            raise _Stale(f"{name} exists already, it was created meanwhile.")
        raise _Stale(f"{name} was changed or removed meanwhile.")
    if rewrite.before is not None and not os.access(target, os.W_OK):
        raise _Stale(f"{name} is read-only.")


def _content(target: str) -> bytes | None:
    try:
        return Path(target).read_bytes()
    except FileNotFoundError:
        return None
    except NotADirectoryError:
        raise _Stale(f"{Path(target).parent.name} is a file, not a directory.") from None
    except IsADirectoryError:
        raise _Stale(f"{Path(target).name} is a directory.") from None


def _staged(target: str, rewrite: Rewrite, undo: _Undo) -> str | None:
    """The new file, complete and on the disk, beside its target."""
    if rewrite.after is None:
        return None
    _make_folders(os.path.dirname(target), undo)
    fresh = _second_name(target)
    undo.steps.append(lambda: _drop(fresh))
    descriptor = os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666)
    with os.fdopen(descriptor, "wb") as file:
        file.write(rewrite.after)
        file.flush()
        os.fsync(file.fileno())
    if rewrite.before is not None:
        _take_mode(target, fresh)
    return fresh


def _take_mode(target: str, fresh: str) -> None:
    old, new = os.stat(target), os.stat(fresh)
    if hasattr(os, "chown") and (old.st_uid, old.st_gid) != (new.st_uid, new.st_gid):
        with contextlib.suppress(PermissionError):
            os.chown(fresh, old.st_uid, old.st_gid)
    os.chmod(fresh, stat.S_IMODE(old.st_mode))


def _make_folders(folder: str, undo: _Undo) -> None:
    missing: list[str] = []
    while not os.path.lexists(folder):
        missing.append(folder)
        folder = os.path.dirname(folder)
    for new in reversed(missing):
        undo.steps.append(lambda new=new: os.rmdir(new))  # type: ignore[misc]
        os.mkdir(new)


def _commit(target: str, rewrite: Rewrite, fresh: str | None, undo: _Undo) -> None:
    if rewrite.before is None:
        if fresh is not None:
            _create(target, fresh, undo)
        return
    old = _second_name(target)
    undo.steps.append(lambda: _drop(old))
    _keep(target, old)
    if _content(old) != rewrite.before:
        raise _Stale(f"{rewrite.path.name} was changed meanwhile.")
    undo.steps.append(lambda: _put_back(old, target))
    undo.spare.append(old)
    if fresh is None:
        os.unlink(target)
    else:
        os.replace(fresh, target)


def _create(target: str, fresh: str, undo: _Undo) -> None:
    """Give the new file its name, never in place of one that someone else just made."""
    if os.path.lexists(target):
        raise _Stale(f"{os.path.basename(target)} was created meanwhile.")
    undo.steps.append(lambda: _drop_own(target, fresh))
    os.rename(fresh, target)


def _drop_own(target: str, fresh: str) -> None:
    if not os.path.lexists(fresh):
        _drop(target)


def _keep(target: str, old: str) -> None:
    """A second name for the old file; a copy where the file system has no hard links."""
    try:
        os.link(target, old)
    except OSError:
        _drop(old)
        shutil.copy2(target, old)


def _put_back(old: str, target: str) -> None:
    if os.path.lexists(old):
        os.replace(old, target)


def _second_name(target: str) -> str:
    return os.path.join(os.path.dirname(target), f".nb_refactor-{uuid.uuid4().hex}")


def _drop(path: str) -> None:
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)


def _take_back(undo: _Undo) -> None:
    for step in reversed(undo.steps):
        _insist(step)


def _insist(step: Callable[[], None]) -> None:
    """Do it, and once more if it fails: what cannot be cleaned up must not hide the answer."""
    for _ in range(2):
        with contextlib.suppress(OSError):
            step()
            return


def _settle(pairs: Sequence[tuple[str, Rewrite]], root: str) -> None:
    """Bring the renames to the disk, and remove the folders that a deletion left empty."""
    for target, rewrite in pairs:
        folder = os.path.dirname(target)
        with contextlib.suppress(OSError):
            if rewrite.after is not None:
                _sync(folder)
                continue
            while folder.startswith(root + os.sep):
                os.rmdir(folder)
                folder = os.path.dirname(folder)


def _sync(folder: str) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
