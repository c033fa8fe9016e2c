"""Where a repository's tests live, as its configuration of pytest says: read, never executed."""

from __future__ import annotations

import configparser
import os
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from nb_refactor.adapters.build_settings import read_toml
from nb_refactor.adapters.repository import BadModule, safe_file


@dataclass(frozen=True)
class PytestSettings:
    """`testpaths` and `pythonpath` are folders relative to the root, `python_files` the patterns
    of the names of test files. `prepends`: the folder of a test file is put on the path."""

    testpaths: tuple[str, ...] = ()
    python_files: tuple[str, ...] = ("test_*.py", "*_test.py")
    pythonpath: tuple[str, ...] = ()
    prepends: bool = True


def read_pytest_settings(root: Path) -> PytestSettings:
    """The settings of the repository at `root`. A file that cannot be read says nothing."""
    found = next(filter(None, _tables(root)), {})
    given = PytestSettings()
    return PytestSettings(
        tuple(_words(found.get("testpaths"))),
        tuple(_words(found.get("python_files"))) or given.python_files,
        tuple(_words(found.get("pythonpath"))),
        "importlib" not in " ".join(_words(found.get("addopts"))) + str(found.get("import_mode")),
    )


def _tables(root: Path) -> Iterator[dict[str, Any]]:
    """In the order in which pytest looks for them."""
    for name in ("pytest.toml", ".pytest.toml"):
        yield read_toml(root / name).get("pytest", {})
    for name in ("pytest.ini", ".pytest.ini"):
        yield _section(root / name, "pytest")
    tool = read_toml(root / "pyproject.toml").get("tool")
    table = tool.get("pytest") if isinstance(tool, dict) else None
    if isinstance(table, dict):
        options = table.get("ini_options")
        yield options if isinstance(options, dict) else table
    yield _section(root / "tox.ini", "pytest")
    yield _section(root / "setup.cfg", "tool:pytest")


def _section(path: Path, name: str) -> dict[str, Any]:
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(path.read_text(encoding="utf-8"))
        return dict(parser[name])
    except (OSError, ValueError, KeyError, configparser.Error):
        return {}


def _words(value: Any) -> list[str]:
    if isinstance(value, str):
        try:
            return shlex.split(value)
        except ValueError:
            return value.split()
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def file_of_tests(root: Path, module: str) -> str:
    """The file that the tests of the dotted module go to, relative to the root and with `/`: one
    of that name among the tests, or else a new one where the tests live."""
    settings = read_pytest_settings(root)
    folder = _folder(root, settings)
    name = _name(module.rpartition(".")[2], settings)
    for parent, folders, files in os.walk(root / folder):
        folders[:] = sorted(each for each in folders if not each.startswith((".", "_")))
        if name in files:
            path = Path(parent, name).relative_to(root).as_posix()
            if _may_write(root, path):
                return path
    return f"{folder}/{name}" if folder else name


def _folder(root: Path, settings: PytestSettings) -> str:
    declared = (path.strip("/").removeprefix("./") for path in settings.testpaths)
    for folder in (*declared, "tests", "test"):
        if (root / folder).is_dir() and _may_write(root, f"{folder}/test_it.py".lstrip("/")):
            return folder.removeprefix(".")
    return "tests"


def _may_write(root: Path, path: str) -> bool:
    try:
        safe_file(root, path)
    except BadModule:
        return False
    return True


def _name(stem: str, settings: PytestSettings) -> str:
    for name in (f"test_{stem}.py", f"{stem}_test.py", f"tests_{stem}.py", f"{stem}_tests.py"):
        if any(fnmatch(name, pattern) for pattern in settings.python_files):
            return name
    return f"test_{stem}.py"


def import_folders(root: Path, path: str) -> list[str]:
    """The folders that pytest puts on the path for the test file at `path`."""
    settings = read_pytest_settings(root)
    folders = [str(root / folder) for folder in settings.pythonpath]
    if not settings.prepends:
        return folders
    *parents, _ = path.split("/")
    inside = [root.joinpath(*parents[:depth]) for depth in range(len(parents), -1, -1)]
    conftests = [folder for folder in inside if (folder / "conftest.py").is_file()]
    folders += [str(_top(folder, root)) for folder in (inside[0], *conftests)]
    return list(dict.fromkeys(folders))


def changes_path(root: Path, path: str) -> bool:
    """Whether a `conftest.py` above the test file at `path` puts something on the path itself."""
    above = [root.joinpath(*path.split("/")[:depth]) for depth in range(path.count("/") + 1)]
    return any("sys.path" in _text(folder / "conftest.py") for folder in above)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _top(folder: Path, root: Path) -> Path:
    """The folder above the topmost package that holds this one."""
    while folder != root.parent and (folder / "__init__.py").is_file():
        folder = folder.parent
    return folder
