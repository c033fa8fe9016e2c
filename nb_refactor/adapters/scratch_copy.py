"""A copy of a project's folder that a run may write to, and that is gone afterwards."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows: there a copy that a killed process left stays
    fcntl = None  # type: ignore[assignment]

from nb_refactor.adapters.repository import repository_root
from nb_refactor.adapters.run_recording import Workplace
from nb_refactor.adapters.system_error import reason_of
from nb_refactor.text import Problem, text

MOST_BYTES = 5_000_000_000
_PREFIX = "nb-refactor-scratch-"
_LOCK = ".lock"
_LEFT_OUT = frozenset(
    (".git", ".hg", ".svn", "node_modules", "__pycache__", ".ipynb_checkpoints", ".tox", ".nox",
     ".mypy_cache", ".ruff_cache", ".pytest_cache", ".venv", ".conda")
)  # fmt: skip


class CannotCopy(Problem):
    """There can be no scratch copy; the text is one sentence."""


@contextmanager
def scratch_copy(folder: Path) -> Iterator[Workplace]:
    """A copy of the project that holds the notebook's folder (the nearest folder above with a
    build file or `.git`, else the folder itself): data beside the notebook's folder is read as
    `../data` there too. Version control, environments and caches are left out. Raises CannotCopy;
    the copy is removed at the end, or by the next one if this process is killed before."""
    original = repository_root(folder / "_")
    folder = Path(os.path.realpath(folder))
    _check_size(original)
    remove_abandoned()
    with _owned_folder() as scratch:
        try:
            _copy(original, scratch)
        except (OSError, shutil.Error) as error:
            told = text(
                "The folder {folder} could not be copied: {why}.", folder=original, why=_why(error)
            )
            raise CannotCopy(told) from None
        yield Workplace(folder, original, scratch)


def remove_abandoned() -> None:
    """Remove the copies of processes that are gone: nobody holds their lock any more. What cannot
    be removed now stays for the next time."""
    if fcntl is None:
        return
    for lock in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*{_LOCK}"):
        with suppress(OSError):
            _remove_if_abandoned(lock)


def _remove_if_abandoned(lock: Path) -> None:
    # In a temporary folder that is shared, only what is ours: a link there may be a trap.
    scratch = lock.with_suffix("")
    if lock.lstat().st_uid != os.getuid() or scratch.is_symlink():
        return
    with open(lock, "rb+") as held:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _remove(scratch)
        lock.unlink()


@contextmanager
def _owned_folder() -> Iterator[Path]:
    """A new temporary folder with a lock beside it that this process holds as long as it lives."""
    descriptor, name = tempfile.mkstemp(prefix=_PREFIX, suffix=_LOCK)
    lock = Path(name)
    scratch = lock.with_suffix("")
    try:
        if fcntl is not None:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        scratch.mkdir(mode=0o700)
        yield scratch
    finally:
        _remove(scratch)
        lock.unlink(missing_ok=True)
        os.close(descriptor)


def _remove(scratch: Path) -> None:
    if scratch.exists():
        shutil.rmtree(scratch, onerror=_make_removable)


def _check_size(original: Path) -> None:
    if original == Path(original.anchor) or original == Path.home():
        told = text(
            "{folder} is too much to copy: move the notebook to a folder of its own.",
            folder=original,
        )
        raise CannotCopy(told)
    total = 0
    for parent, folders, files in os.walk(original):
        folders[:] = [name for name in folders if not _is_left_out(parent, name)]
        for name in files:
            try:
                total += os.lstat(os.path.join(parent, name)).st_size
            except OSError:
                continue
        if total > MOST_BYTES:
            limit = MOST_BYTES // 1_000_000_000
            told = text(
                "The folder {folder} holds more than {limit} GB: too much to copy.",
                folder=original,
                limit=limit,
            )
            raise CannotCopy(told)


def _is_left_out(parent: str, name: str) -> bool:
    return name in _LEFT_OUT or os.path.isfile(os.path.join(parent, name, "pyvenv.cfg"))


def _copy(original: Path, scratch: Path) -> None:
    """Links that stay inside are copied as links, those that lead out lead to the same place."""

    def ignore(parent: str, names: list[str]) -> set[str]:
        left_out = {name for name in names if _is_left_out(parent, name)}
        # What is neither file, folder nor link (a socket, a pipe) cannot be copied.
        return left_out | {name for name in names if not _is_plain(os.path.join(parent, name))}

    shutil.copytree(original, scratch, symlinks=True, ignore=ignore, dirs_exist_ok=True)
    for parent, folders, files in os.walk(scratch):
        for name in (*folders, *files):
            link = Path(parent, name)
            if link.is_symlink():
                _mend_link(link, original, scratch)


def _is_plain(path: str) -> bool:
    return os.path.islink(path) or os.path.isfile(path) or os.path.isdir(path)


def _mend_link(link: Path, original: Path, scratch: Path) -> None:
    """An absolute link into the project would lead a write to the original."""
    place = original / link.relative_to(scratch)
    target = Path(os.path.realpath(place))
    is_inside = target == original or original in target.parents
    wanted = scratch / target.relative_to(original) if is_inside else target
    if os.path.realpath(link) != str(wanted):
        link.unlink()
        link.symlink_to(wanted)


def _make_removable(remove: object, path: str, _: object) -> None:
    """Folders that a run made read-only are removed all the same."""
    try:
        os.chmod(os.path.dirname(path), 0o700)
        os.chmod(path, 0o700)
        if os.path.isdir(path):
            shutil.rmtree(path, ignore_errors=True)
        else:
            os.unlink(path)
    except OSError:
        pass


def _why(error: OSError) -> str:
    if isinstance(error, shutil.Error) and error.args and error.args[0]:
        return str(error.args[0][0][2])
    return reason_of(error)
