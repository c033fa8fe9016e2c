"""Several files are written all or not at all, whatever fails and wherever it fails."""

import contextlib
import errno
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from nb_refactor.adapters import disk, journal
from nb_refactor.adapters.disk import NotWritten, Rewrite, take_back_unfinished, write_all

WRITING = ("create", "write", "fsync", "mkdir", "link", "chmod")
STEPS = ("open", "write", "fsync", "mkdir", "link", "chmod", "replace", "rename", "unlink", "rmdir",
         "stat", "read", "close", "makedirs", "access", "listdir")  # fmt: skip
KILLED = 9


class FailingSystem:
    """The `os` module, whose calls fail as `fails` says: it gets the number of the call among
    the watched ones (from 0), its name, and the call itself. It may raise, or end the process."""

    path = os.path

    def __init__(self, fails: Callable[[int, str, Callable[[], Any]], None]) -> None:
        self.fails = fails
        self.calls: list[str] = []

    def __getattr__(self, name: str) -> Any:
        real = getattr(os, name)
        if name not in STEPS:
            return real

        def watched(*arguments: Any, **options: Any) -> Any:
            creates = name == "open" and arguments[1] & os.O_CREAT
            self.calls.append("create" if creates else name)
            if name == "write" and len(arguments[1]) > 1:
                begun = lambda: real(arguments[0], arguments[1][: len(arguments[1]) // 2])  # noqa: E731
            else:
                begun = lambda: None  # noqa: E731
            self.fails(len(self.calls) - 1, self.calls[-1], begun)
            return real(*arguments, **options)

        return watched


@contextlib.contextmanager
def failing(fails: Callable[[int, str, Callable[[], Any]], None]) -> Iterator[FailingSystem]:
    system = FailingSystem(fails)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(disk, "os", system)
        patch.setattr(journal, "os", system)
        yield system


def error(number: int) -> OSError:
    return OSError(number, os.strerror(number), "steps.py")


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
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """In memory where the system has a place for that: syncing a disk a thousand times is slow."""
    memory = Path("/dev/shm")
    with TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else tmp_path) as folder:
        monkeypatch.setenv("JUPYTER_DATA_DIR", os.path.join(folder, "data"))
        root = Path(folder, "repo")
        root.mkdir()
        lay_out(root)
        yield root


def lay_out(root: Path) -> None:
    for name, data in OLD.items():
        (root / name).write_bytes(data)


def back(edits: list[Rewrite]) -> list[Rewrite]:
    return [Rewrite(edit.path, edit.after, edit.before) for edit in edits]


def journals(root: Path) -> list[str]:
    folder = root.parent / "data" / "nb_refactor" / "journals"
    return os.listdir(folder) if folder.is_dir() else []


def test_everything_is_written_and_can_be_taken_back(root: Path) -> None:
    assert write_all(rewrites(root), root) is None
    assert files(root) == NEW
    assert write_all(back(rewrites(root)), root) is None
    assert files(root) == OLD
    assert journals(root) == []


def test_what_python_compiled_goes_with_its_module(root: Path) -> None:
    assert write_all(rewrites(root), root) is None
    cache = root / "src/pkg/__pycache__"
    cache.mkdir()
    for name in ("more", "__init__"):
        (cache / f"{name}.cpython-311.pyc").write_bytes(b"")
    assert write_all(back(rewrites(root)), root) is None
    assert files(root) == OLD


# ---- a fault at every step of an apply, and of the undo of it ----------------------------------

APPLY, UNDO = "apply", "undo"
ACTS = pytest.mark.parametrize("act", [APPLY, UNDO])


def act_on(root: Path, act: str) -> NotWritten | None:
    edits = rewrites(root)
    return write_all(edits if act == APPLY else back(edits), root)


def prepared(root: Path, act: str) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """The repository before the act, and what it must be after it."""
    if act == APPLY:
        return OLD, NEW
    assert write_all(rewrites(root), root) is None
    return NEW, OLD


def number_of_steps(root: Path, act: str) -> int:
    with failing(lambda number, name, begun: None) as system:
        assert act_on(root, act) is None
    assert act_on(root, UNDO if act == APPLY else APPLY) is None
    assert len(system.calls) > 50
    return len(system.calls)


def start_again(root: Path, act: str, answer: NotWritten | None) -> None:
    if answer is None:
        assert act_on(root, UNDO if act == APPLY else APPLY) is None


@ACTS
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES])
def test_one_failure_at_any_step_leaves_all_old_or_all_new(
    root: Path, act: str, number: int, points: Callable[[int], None]
) -> None:
    before, after = prepared(root, act)
    steps = number_of_steps(root, act)
    outcomes = set()
    for broken in range(steps):

        def fails(at: int, name: str, begun: Any, broken: int = broken) -> None:
            if at == broken:
                begun()
                raise error(number)

        with failing(fails):
            answer = act_on(root, act)
        assert files(root) == (before if answer else after), broken
        outcomes.add(type(answer))
        start_again(root, act, answer)
    assert outcomes == {type(None), NotWritten}
    points(steps)


@ACTS
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES])
def test_a_disk_that_is_full_from_any_step_on_leaves_all_old_or_all_new(
    root: Path, act: str, number: int, points: Callable[[int], None]
) -> None:
    before, after = prepared(root, act)
    steps = number_of_steps(root, act)
    for full in range(steps):

        def fails(at: int, name: str, begun: Any, full: int = full) -> None:
            if at >= full and name in WRITING:
                raise error(number)

        with failing(fails):
            answer = act_on(root, act)
        assert files(root) == (before if answer else after), full
        start_again(root, act, answer)
    points(steps)


@ACTS
def test_where_nothing_works_any_more_the_next_process_takes_back(
    root: Path, act: str, points: Callable[[int], None]
) -> None:
    """The disk is gone from some step on: not even what was begun can be taken back now."""
    before, after = prepared(root, act)
    steps = number_of_steps(root, act)
    for gone in range(steps):

        def fails(at: int, name: str, begun: Any, gone: int = gone) -> None:
            if at >= gone and name != "close":
                raise error(errno.EIO)

        with failing(fails):
            answer = act_on(root, act)
        take_back_unfinished()
        assert files(root) == (before if answer else after), gone
        assert journals(root) == []
        start_again(root, act, answer)
    points(steps)


@ACTS
def test_an_interrupt_at_any_step_leaves_all_old_or_all_new(
    root: Path, act: str, points: Callable[[int], None]
) -> None:
    before, after = prepared(root, act)
    steps = number_of_steps(root, act)
    for broken in range(steps):

        def fails(at: int, name: str, begun: Any, broken: int = broken) -> None:
            if at == broken:
                begun()
                raise KeyboardInterrupt

        with failing(fails), contextlib.suppress(KeyboardInterrupt):
            act_on(root, act)
        take_back_unfinished()
        assert files(root) in (before, after), broken
        start_again(root, act, NotWritten("") if files(root) == before else None)
    points(steps)


def in_a_process_that_is_killed_at(step: int, act: Callable[[], object]) -> bool:
    """Whether the process came so far that it was killed. It gets no chance to clean up; what it
    was writing is half written."""
    process = os.fork()
    if process == 0:

        def fails(at: int, name: str, begun: Any) -> None:
            if at == step:
                begun()
                os._exit(KILLED)

        try:
            with failing(fails):
                act()
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == KILLED


@pytest.mark.skipif(not hasattr(os, "fork"), reason="The system has no fork.")
@ACTS
def test_what_a_killed_process_began_is_taken_back_by_the_next_one(
    root: Path, act: str, points: Callable[[int], None]
) -> None:
    before, after = prepared(root, act)
    steps = number_of_steps(root, act)
    found = set()
    for step in range(steps):
        assert in_a_process_that_is_killed_at(step, lambda: act_on(root, act))
        found.add(take_back_unfinished())
        assert files(root) in (before, after), step
        assert journals(root) == []
        start_again(root, act, NotWritten("") if files(root) == before else None)
    assert found == {0, 1}
    points(steps)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="The system has no fork.")
@ACTS
def test_a_process_that_is_killed_while_it_takes_back_harms_nothing(
    root: Path, act: str, points: Callable[[int], None]
) -> None:
    before, _ = prepared(root, act)
    tried = 0
    for step in range(0, number_of_steps(root, act), 5):
        second = 0
        while True:
            in_a_process_that_is_killed_at(step, lambda: act_on(root, act))
            killed = in_a_process_that_is_killed_at(second, take_back_unfinished)
            assert act_on(root, UNDO if act == APPLY else APPLY) is None or files(root) == before
            assert files(root) == before, (step, second)
            assert journals(root) == []
            tried += killed
            second += 3
            if not killed:
                break
    points(tried)


def test_a_living_process_is_left_alone(root: Path) -> None:
    looks = []

    def fails(at: int, name: str, begun: Any) -> None:
        if name in ("link", "rename", "replace") and not in_look:
            in_look.append(True)
            looks.append(journal.recover(journal.journal_folder()))
            in_look.clear()

    in_look: list[bool] = []
    with failing(fails):
        assert write_all(rewrites(root), root) is None
    assert files(root) == NEW
    assert len(looks) > 5
    assert not any(looks)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="The system has no fork.")
def test_what_a_person_edited_after_the_kill_stays(root: Path) -> None:
    edits = 0
    for step in range(number_of_steps(root, APPLY)):
        in_a_process_that_is_killed_at(step, lambda: act_on(root, APPLY))
        edited = [
            name
            for name in ("steps.py", "src/pkg/more.py")
            if (root / name).is_file() and (root / name).read_bytes() == NEW[name]
        ]
        for name in edited:
            (root / name).write_bytes(b"mine\n")
        edits += len(edited)
        take_back_unfinished()
        assert all((root / name).read_bytes() == b"mine\n" for name in edited)
        assert not list(root.rglob(".nb_refactor-*"))
        shutil.rmtree(root)
        root.mkdir()
        lay_out(root)
    assert edits > 5


def test_a_file_system_without_hard_links(root: Path, points: Callable[[int], None]) -> None:
    steps = number_of_steps(root, APPLY)
    for broken in range(steps):

        def fails(at: int, name: str, begun: Any, broken: int = broken) -> None:
            if name == "link":
                raise error(errno.EPERM)
            if at == broken:
                raise error(errno.ENOSPC)

        with failing(fails):
            answer = act_on(root, APPLY)
        assert files(root) == (OLD if answer else NEW), broken
        start_again(root, APPLY, answer)
    points(steps)


def test_a_journal_that_nobody_can_read_is_passed_over(root: Path) -> None:
    folder = journal.journal_folder()
    folder.mkdir(parents=True)
    (folder / "a.writing").write_bytes(b"{")
    (folder / "b.txt").write_bytes(b"")
    assert act_on(root, APPLY) is None
    assert files(root) == NEW
    assert sorted(journals(root)) == ["a.writing", "b.txt"]


def test_a_journal_that_cannot_be_written_is_told(root: Path) -> None:
    journal.journal_folder().parent.mkdir(parents=True)
    journal.journal_folder().touch()
    answer = act_on(root, APPLY)
    assert answer is not None
    assert answer.message.startswith("The journal of what is written cannot be written: ")
    assert files(root) == OLD


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
