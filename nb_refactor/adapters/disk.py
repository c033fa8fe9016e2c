"""Writes several files so that, whatever fails, either all are written or none is.

Every file is first written in full beside its target and brought to the disk; then each one takes
its target's place by a rename, while the old file stays at hand under a second name. A failure at
any point puts every old file back, and removes what was made. A journal tells the next process what
a killed one had begun. Nothing else is left behind.
"""

from __future__ import annotations

import contextlib
import os
import stat
import threading
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from nb_refactor.adapters import journal as journals
from nb_refactor.adapters.journal import Entry, Journal, Record, content_of, digest, drop
from nb_refactor.adapters.system_error import reason_of
from nb_refactor.text import Problem, text

_ONE_AT_A_TIME = threading.Lock()
_SECOND = ".nb_refactor-"


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


class _Stale(Problem):
    """A file is not what it was taken for; the text is one sentence."""


def write_all(rewrites: Sequence[Rewrite], root: Path) -> NotWritten | None:
    """Write every file if each one still holds its `before`; else write none and say why. Folders
    that a deletion leaves empty go too, but never `root`. What a process that was killed has left
    half done is taken back first."""
    with _ONE_AT_A_TIME:
        journals.recover(journals.journal_folder())
        try:
            pairs = [(_target(rewrite), rewrite) for rewrite in rewrites]
            if len({target for target, _ in pairs}) < len(pairs):
                raise _Stale(text("One file is named twice."))
            for target, rewrite in pairs:
                _check(target, rewrite)
            if pairs:
                _write(pairs, Journal(_record(pairs, root), journals.journal_folder()))
        except _Stale as stale:
            return NotWritten(stale.sentence)
        except OSError as error:
            why = reason_of(error)
            return NotWritten(text("{what} cannot be written: {why}.", what=_named(error), why=why))
    return None


def _named(error: OSError) -> str:
    """What an error of the system is about, as a person knows it."""
    path = Path(os.fsdecode(error.filename)) if error.filename else None
    if path is None or path.name.startswith(_SECOND):
        return text("The files")
    return text("The journal of what is written") if _is_journal(path) else path.name


def _is_journal(path: Path) -> bool:
    folder = journals.journal_folder()
    return path == folder or folder in path.parents or path in folder.parents


def take_back_unfinished() -> int:
    """Take back what processes that were killed have left half written; how many writes."""
    with _ONE_AT_A_TIME:
        return journals.recover(journals.journal_folder())


def _write(pairs: Sequence[tuple[str, Rewrite]], journal: Journal) -> None:
    try:
        for folder in journal.record.made:
            os.mkdir(folder)
        entries = list(zip(pairs, journal.record.entries, strict=True))
        for (_, rewrite), entry in entries:
            _stage(rewrite, entry)
        journal.move_on(journals.WRITING)
        for (_, rewrite), entry in entries:
            _commit(rewrite, entry)
        for folder in sorted({os.path.dirname(target) for target, _ in pairs}):
            journals.sync_folder(folder)
        journal.move_on(journals.WRITTEN)
    except BaseException:
        if not journal.is_written:
            raise
    finally:
        journal.end()


def _record(pairs: Sequence[tuple[str, Rewrite]], root: Path) -> Record:
    """What the write will make, under which names."""
    made: dict[str, None] = {}
    for target, rewrite in pairs:
        if rewrite.after is not None:
            made.update(dict.fromkeys(_missing_folders(os.path.dirname(target))))
    deleted = [target for target, rewrite in pairs if rewrite.after is None]
    top = os.path.realpath(root)
    emptied = {folder for target in deleted for folder in _folders_below(top, target)}
    return Record(
        tuple(_entry(target, rewrite) for target, rewrite in pairs),
        tuple(sorted(made, key=len)),
        tuple(sorted(emptied, key=len, reverse=True)),
    )


def _entry(target: str, rewrite: Rewrite) -> Entry:
    creates, deletes = rewrite.before is None, rewrite.after is None
    return Entry(
        target,
        None if deletes else _second_name(target),
        None if creates else _second_name(target),
        None if rewrite.after is None else digest(rewrite.after),
    )


def _missing_folders(folder: str) -> Iterator[str]:
    while not os.path.lexists(folder):
        yield folder
        folder = os.path.dirname(folder)


def _folders_below(top: str, target: str) -> Iterator[str]:
    folder = os.path.dirname(target)
    while folder.startswith(top + os.sep):
        yield folder
        folder = os.path.dirname(folder)


def _target(rewrite: Rewrite) -> str:
    """The file itself where the path is a link to it: the link stays a link."""
    return os.path.realpath(rewrite.path)


def _check(target: str, rewrite: Rewrite) -> None:
    name = rewrite.path.name
    if _content(target) != rewrite.before:
        if rewrite.before is None:
            raise _Stale(text("{name} exists already, it was created meanwhile.", name=name))
        raise _Stale(text("{name} was changed or removed meanwhile.", name=name))
    if rewrite.before is not None and not os.access(target, os.W_OK):
        raise _Stale(text("{name} is read-only.", name=name))


def _content(target: str) -> bytes | None:
    try:
        return content_of(target)
    except NotADirectoryError:
        name = Path(target).parent.name
        raise _Stale(text("{name} is a file, not a directory.", name=name)) from None
    except (IsADirectoryError, PermissionError):
        if not os.path.isdir(target):
            raise
        raise _Stale(text("{name} is a directory.", name=Path(target).name)) from None


def _stage(rewrite: Rewrite, entry: Entry) -> None:
    """The new file, complete and on the disk, beside its target."""
    if entry.fresh is None or rewrite.after is None:
        return
    _write_new(entry.fresh, rewrite.after)
    if rewrite.before is not None:
        _take_mode(entry.target, entry.fresh)


def _write_new(path: str, content: bytes) -> None:
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666)
    try:
        journals.write_whole(descriptor, content)
    finally:
        os.close(descriptor)


def _take_mode(target: str, fresh: str) -> None:
    old, new = os.stat(target), os.stat(fresh)
    if hasattr(os, "chown") and (old.st_uid, old.st_gid) != (new.st_uid, new.st_gid):
        with contextlib.suppress(PermissionError):
            os.chown(fresh, old.st_uid, old.st_gid)
    os.chmod(fresh, stat.S_IMODE(old.st_mode))


def _commit(rewrite: Rewrite, entry: Entry) -> None:
    if entry.old is None:
        if entry.fresh is not None:
            _create(entry.target, entry.fresh)
        return
    _keep(entry.target, entry.old)
    if content_of(entry.old) != rewrite.before:
        raise _Stale(text("{name} was changed meanwhile.", name=rewrite.path.name))
    if entry.fresh is None:
        os.unlink(entry.target)
    else:
        os.replace(entry.fresh, entry.target)


def _create(target: str, fresh: str) -> None:
    """Give the new file its name, never in place of one that someone else just made. Its name
    beside the target goes at the end; until then it tells that the target is ours."""
    taken = _Stale(text("{name} was created meanwhile.", name=os.path.basename(target)))
    try:
        os.link(fresh, target)
    except FileExistsError:
        raise taken from None
    except OSError:  # a file system without hard links
        if os.path.lexists(target):
            raise taken from None
        os.rename(fresh, target)


def _keep(target: str, old: str) -> None:
    """A second name for the old file; a copy where the file system has no hard links."""
    try:
        os.link(target, old)
    except OSError:
        drop(old)
        _write_new(old, content_of(target) or b"")
        _take_mode(target, old)


def _second_name(target: str) -> str:
    return os.path.join(os.path.dirname(target), f"{_SECOND}{uuid.uuid4().hex}")
