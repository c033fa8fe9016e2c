"""Several files are written all or not at all, whatever fails and wherever it fails."""

import contextlib
import errno
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from nb_refactor.adapters import disk
from nb_refactor.adapters.disk import NotWritten, Rewrite, write_all

WRITING = ("open", "fdopen", "fsync", "mkdir", "link", "chmod")
STEPS = (*WRITING, "replace", "rename", "unlink", "rmdir", "stat", "close")


class FailingSystem:
    """The `os` module, whose calls fail as `fails` says: it gets the number of the call among
    the watched ones (from 0) and its name."""

    path = os.path

    def __init__(self, fails: Any) -> None:
        self.fails = fails
        self.calls: list[str] = []

    def __getattr__(self, name: str) -> Any:
        real = getattr(os, name)
        if name not in STEPS:
            return real

        def watched(*arguments: Any, **options: Any) -> Any:
            self.calls.append(name)
            if self.fails(len(self.calls) - 1, name):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "steps.py")
            return real(*arguments, **options)

        return watched


def files(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes() if path.is_file() else b"folder"
        for path in root.rglob("*")
    }


OLD = {"steps.py": b"old\n", "gone.py": b"x = 1\n", "notes.txt": b"mine"}
NEW = {
    "steps.py": b"new\n",
    "src": b"folder",
    "src/pkg": b"folder",
    "src/pkg/__init__.py": b"",
    "src/pkg/more.py": b"y = 2\n",
    "notes.txt": b"mine",
}


def rewrites(root: Path) -> list[Rewrite]:
    return [
        Rewrite(root / "src/pkg/__init__.py", None, b""),
        Rewrite(root / "steps.py", b"old\n", b"new\n"),
        Rewrite(root / "gone.py", b"x = 1\n", None),
        Rewrite(root / "src/pkg/more.py", None, b"y = 2\n"),
    ]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, data in OLD.items():
        (tmp_path / name).write_bytes(data)
    return tmp_path


def back(edits: list[Rewrite]) -> list[Rewrite]:
    return [Rewrite(edit.path, edit.after, edit.before) for edit in edits]


def test_everything_is_written_and_can_be_taken_back(root: Path) -> None:
    assert write_all(rewrites(root), root) is None
    assert files(root) == NEW
    assert write_all(back(rewrites(root)), root) is None
    assert files(root) == OLD


def number_of_steps(root: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    system = FailingSystem(lambda number, name: False)
    monkeypatch.setattr(disk, "os", system)
    assert write_all(rewrites(root), root) is None
    assert write_all(back(rewrites(root)), root) is None
    return len(system.calls)


def test_one_failure_at_any_step_leaves_all_old_or_all_new(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = number_of_steps(root, monkeypatch)
    assert steps > 30
    outcomes = set()
    for broken in range(steps):
        monkeypatch.setattr(disk, "os", FailingSystem(lambda number, name, at=broken: number == at))
        answer = write_all(rewrites(root), root)
        assert files(root) == (OLD if answer else NEW), broken
        outcomes.add(type(answer))
        monkeypatch.setattr(disk, "os", os)
        if not answer:
            assert write_all(back(rewrites(root)), root) is None
    assert outcomes == {type(None), NotWritten}


def test_a_disk_that_is_full_from_any_step_on_leaves_all_old_or_all_new(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for full in range(number_of_steps(root, monkeypatch)):
        system = FailingSystem(lambda number, name, at=full: number >= at and name in WRITING)
        monkeypatch.setattr(disk, "os", system)
        answer = write_all(rewrites(root), root)
        monkeypatch.setattr(disk, "os", os)
        assert files(root) == (OLD if answer else NEW), full
        if not answer:
            assert write_all(back(rewrites(root)), root) is None


def test_an_interrupt_at_any_step_leaves_all_old_or_all_new(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(at: int) -> Any:
        def fails(number: int, name: str) -> bool:
            if number == at:
                raise KeyboardInterrupt
            return False

        return fails

    for at in range(number_of_steps(root, monkeypatch)):
        monkeypatch.setattr(disk, "os", FailingSystem(interrupt(at)))
        with contextlib.suppress(KeyboardInterrupt):
            write_all(rewrites(root), root)
        monkeypatch.setattr(disk, "os", os)
        kept = {name: data for name, data in files(root).items() if ".nb_refactor-" not in name}
        assert kept in (OLD, NEW), at
        for left in root.rglob(".nb_refactor-*"):
            left.unlink()
        if kept == NEW:
            assert write_all(back(rewrites(root)), root) is None


KILLED = """
import os, sys
from pathlib import Path
from nb_refactor.adapters import disk
sys.path.insert(0, sys.argv[1])
from test_disk import FailingSystem, rewrites
at = int(sys.argv[3])
disk.os = FailingSystem(lambda number, name: number == at and os._exit(9))
disk.write_all(rewrites(Path(sys.argv[2])), Path(sys.argv[2]))
"""


@pytest.mark.parametrize("at", range(8, 30, 3))
def test_a_killed_process_leaves_no_half_written_file(root: Path, at: int) -> None:
    folder = str(Path(__file__).parent)
    subprocess.run([sys.executable, "-c", KILLED, folder, str(root), str(at)], check=False)
    for name, data in files(root).items():
        if ".nb_refactor-" not in name:
            assert data in (OLD.get(name), NEW.get(name)), name


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (("steps.py", b"other", b"new"), "changed or removed meanwhile"),
        (("none.py", b"old", b"new"), "changed or removed meanwhile"),
        (("steps.py", None, b"new"), "exists already"),
        (("folder", None, b"new"), "is a directory"),
        (("steps.py/x.py", None, b"new"), "is a file, not a directory"),
    ],
)
def test_a_conflict_changes_nothing(root: Path, edit: Any, words: str) -> None:
    (root / "folder").mkdir()
    before = files(root)
    name, old, new = edit
    answer = write_all([Rewrite(root / "a.py", None, b""), Rewrite(root / name, old, new)], root)
    assert answer is not None
    assert words in answer.message
    assert files(root) == before


def test_a_read_only_file_is_refused_in_words_but_to_who_may_write_it_all_the_same(
    root: Path,
) -> None:
    (root / "steps.py").chmod(0o444)
    answer = write_all([Rewrite(root / "steps.py", b"old\n", b"new\n")], root)
    if os.access(root / "steps.py", os.W_OK):  # as the superuser
        assert answer is None
    else:
        assert answer == NotWritten("steps.py is read-only.")
    assert stat.S_IMODE((root / "steps.py").stat().st_mode) == 0o444


def test_one_file_named_twice_is_a_conflict(root: Path) -> None:
    (root / "link.py").symlink_to(root / "steps.py")
    twice = [Rewrite(root / name, b"old\n", b"new\n") for name in ("steps.py", "link.py")]
    assert isinstance(write_all(twice, root), NotWritten)
    assert (root / "steps.py").read_bytes() == b"old\n"


def test_modes_are_kept_and_a_link_stays_a_link(root: Path) -> None:
    (root / "steps.py").chmod(0o754)
    (root / "link.py").symlink_to("steps.py")
    assert write_all([Rewrite(root / "link.py", b"old\n", b"new\n")], root) is None
    assert (root / "link.py").is_symlink()
    assert (root / "steps.py").read_bytes() == b"new\n"
    assert stat.S_IMODE((root / "steps.py").stat().st_mode) == 0o754


def test_a_new_file_gets_the_mode_of_any_new_file(root: Path) -> None:
    (root / "usual").touch()
    assert write_all([Rewrite(root / "a.py", None, b"")], root) is None
    assert (root / "a.py").stat().st_mode == (root / "usual").stat().st_mode
