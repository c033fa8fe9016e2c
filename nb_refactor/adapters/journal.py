"""Where a write of several files stands, told on the disk itself: what a process that was killed
has begun, the next one takes back.

A journal is a small file in the user's own data folder (never in a repository, whose files may
come from anywhere). Its ending tells the phase: `staging` (new files are written beside their
targets), `writing` (they take their targets' places), `written` (all did: what is left is to tidy
up). Moving on is one rename. The process that writes holds a lock on its journal, so that nobody
else takes it for a dead one's.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
from jupyter_core.paths import jupyter_data_dir
from msgspec import Struct

try:
    import fcntl
except ImportError:  # Windows: there a journal is taken for a dead one's by its age
    fcntl = None  # type: ignore[assignment]

STAGING, WRITING, WRITTEN = "staging", "writing", "written"
_DEAD_AFTER_SECONDS = 60.0
_NOT_EMPTY = (errno.ENOTEMPTY, errno.EEXIST, errno.ENOENT)


class Entry(Struct, frozen=True):
    """One file of a write: the names (absolute) of the target, of its new version `fresh` while it
    stands beside it, and of the second name `old` of what was there; `after` is the SHA-256 of the
    new content. `None` where there is no such file."""

    target: str
    fresh: str | None
    old: str | None
    after: str | None


class Record(Struct, frozen=True):
    """All that a write makes: its files, the folders made for them (outermost first), and those
    (innermost first) that a deletion may leave empty."""

    entries: tuple[Entry, ...]
    made: tuple[str, ...] = ()
    emptied: tuple[str, ...] = ()


class Journal:
    """The journal of a write that is under way in this process."""

    def __init__(self, record: Record, folder: Path) -> None:
        """Bring it to the disk, in the first phase. Raises OSError."""
        self.record = record
        os.makedirs(folder, mode=0o700, exist_ok=True)
        self._stem = os.path.join(folder, uuid.uuid4().hex)
        self._phase = "new"
        self._descriptor = os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
        try:
            if fcntl is not None:
                fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            write_whole(self._descriptor, msgspec.json.encode(record))
            self.move_on(STAGING)
            sync_folder(str(folder))
        except BaseException:
            insist(lambda: drop(self._path))
            self._let_go()
            raise

    @property
    def is_written(self) -> bool:
        return self._phase == WRITTEN

    @property
    def _path(self) -> str:
        return f"{self._stem}.{self._phase}"

    def move_on(self, phase: str) -> None:
        """Raises OSError, and then it is still in the phase before."""
        os.rename(self._path, f"{self._stem}.{phase}")
        self._phase = phase

    def end(self) -> None:
        """Take the write back, or tidy up after it where all is written. What cannot be done now
        stays in the journal for the next process."""
        try:
            _settled(self._path, self.record)
        finally:
            self._let_go()

    def _let_go(self) -> None:
        with contextlib.suppress(OSError):
            os.close(self._descriptor)


def journal_folder() -> Path:
    """Where this user's journals are."""
    return Path(jupyter_data_dir(), "nb_refactor", "journals")


def recover(folder: Path) -> int:
    """Settle what processes that are gone have left half done; answers how many writes that were.
    Raises nothing: what cannot be settled now stays for the next time."""
    settled = 0
    with contextlib.suppress(OSError):
        for name in sorted(os.listdir(folder)):
            with contextlib.suppress(OSError, msgspec.MsgspecError):
                settled += _recover_one(os.path.join(folder, name))
    return settled


def _recover_one(path: str) -> bool:
    if path.rpartition(".")[2] not in ("new", STAGING, WRITING, WRITTEN):
        return False
    with _if_abandoned(path) as data:
        if data is None:
            return False
        if not data or path.endswith(".new"):
            drop(path)
            return False
        return _settled(path, msgspec.json.decode(data, type=Record))


@contextlib.contextmanager
def _if_abandoned(path: str) -> Iterator[bytes | None]:
    """What is in the journal if no living process writes by it."""
    descriptor = os.open(path, os.O_RDWR)
    try:
        if fcntl is None:
            dead = time.time() - os.stat(path).st_mtime > _DEAD_AFTER_SECONDS
        else:
            dead = _locked(descriptor) and os.path.exists(path)
        yield read_whole(descriptor) if dead else None
    finally:
        os.close(descriptor)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _settled(path: str, record: Record) -> bool:
    """Take a write back, or tidy up after it, and remove its journal at `path`. Every step looks at
    what is there, so that it can be done again after it was cut short. Whether all was done."""
    stem, _, phase = path.rpartition(".")
    if phase == WRITING:
        taken_back = [insist(lambda entry=entry: _take_back(entry)) for entry in record.entries]  # type: ignore[misc]
        # As before the first file took its place: from here on no target is touched.
        if not all(taken_back) or not insist(lambda: os.rename(path, f"{stem}.{STAGING}")):
            return False
        path = f"{stem}.{STAGING}"
    return _tidied(record, phase) and insist(lambda: drop(path))


def _tidied(record: Record, phase: str) -> bool:
    """Remove all second names, and the folders that nothing is in."""
    done = [
        insist(lambda name=name: drop(name))  # type: ignore[misc]
        for entry in record.entries
        for name in (entry.fresh, entry.old)
        if name
    ]
    if phase == WRITTEN:
        for entry in record.entries:
            if entry.fresh is None:
                _drop_compiled(entry.target)
    for folder in record.emptied if phase == WRITTEN else reversed(record.made):
        done.append(insist(lambda folder=folder: _drop_if_empty(folder)))  # type: ignore[misc]
    return all(done)


def _take_back(entry: Entry) -> None:
    """Where the new version is in its place, and nobody touched it since, the old one returns."""
    if not _took_its_place(entry):
        return
    if entry.old is None:
        drop(entry.target)
    else:
        os.replace(entry.old, entry.target)


def _took_its_place(entry: Entry) -> bool:
    if entry.old is not None and not os.path.lexists(entry.old):
        return False
    if entry.fresh is None:
        return not os.path.lexists(entry.target)
    is_linked = entry.old is None and _is_same(entry.fresh, entry.target)
    if os.path.lexists(entry.fresh) and not is_linked:
        return False
    content = content_of(entry.target)
    return content is not None and digest(content) == entry.after


def _is_same(one: str, other: str) -> bool:
    try:
        return os.path.samefile(one, other)
    except FileNotFoundError:
        return False


def _drop_compiled(target: str) -> None:
    """What Python compiled of a module that is gone: it would keep its package's folder alive."""
    folder, name = os.path.split(target)
    cache, stem = os.path.join(folder, "__pycache__"), name.removesuffix(".py")
    with contextlib.suppress(OSError):
        for compiled in os.listdir(cache):
            if compiled.startswith(f"{stem}.") and compiled.endswith(".pyc"):
                os.unlink(os.path.join(cache, compiled))
        os.rmdir(cache)


# ---- single steps -----------------------------------------------------------------------------


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def content_of(path: str) -> bytes | None:
    """The bytes of a file; `None` where there is none."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        return read_whole(descriptor)
    finally:
        os.close(descriptor)


def read_whole(descriptor: int) -> bytes:
    parts = []
    while part := os.read(descriptor, 1 << 20):
        parts.append(part)
    return b"".join(parts)


def write_whole(descriptor: int, content: bytes) -> None:
    """Write all of it and bring it to the disk."""
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
    os.fsync(descriptor)


def sync_folder(folder: str) -> None:
    """Bring the names in a folder to the disk; not every system can."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def drop(path: str) -> None:
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)


def _drop_if_empty(folder: str) -> None:
    try:
        os.rmdir(folder)
    except OSError as error:
        if error.errno not in _NOT_EMPTY:
            raise


def insist(step: Callable[[], None]) -> bool:
    """Do it, and once more if it fails: what cannot be cleaned up must not hide the answer."""
    for _ in range(2):
        with contextlib.suppress(OSError):
            step()
            return True
    return False
