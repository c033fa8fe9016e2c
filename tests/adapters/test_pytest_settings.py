"""Tests go where pytest looks for them, and find what pytest finds."""

from pathlib import Path

import pytest

from nb_refactor.adapters.pytest_settings import changes_path, file_of_tests, import_folders

MODULE = "proj.deep.steps"
# The files of a repository, and the file that the tests of proj.deep.steps go to.
PLACES: dict[str, tuple[dict[str, str], str]] = {
    "nothing": ({}, "tests/test_steps.py"),
    "a folder": ({"test/__init__.py": ""}, "test/test_steps.py"),
    "both": ({"test/a.py": "", "tests/a.py": ""}, "tests/test_steps.py"),
    "a file for the module": ({"tests/unit/test_steps.py": ""}, "tests/unit/test_steps.py"),
    "a hidden file": ({"tests/.old/test_steps.py": ""}, "tests/test_steps.py"),
    "pyproject.toml": (
        {"pyproject.toml": "[tool.pytest.ini_options]\ntestpaths = 'checks'\n", "checks/a": ""},
        "checks/test_steps.py",
    ),
    "pyproject.toml of pytest 9": (
        {"pyproject.toml": "[tool.pytest]\ntestpaths = ['checks']\n", "checks/a.py": ""},
        "checks/test_steps.py",
    ),
    "pytest.ini": (
        {"pytest.ini": "[pytest]\ntestpaths = gone checks\n", "checks/a.py": ""},
        "checks/test_steps.py",
    ),
    "pytest.ini before pyproject.toml": (
        {
            "pytest.ini": "[pytest]\ntestpaths = a\n",
            "pyproject.toml": "[tool.pytest.ini_options]\ntestpaths = 'b'\n",
            "a/x.py": "",
            "b/x.py": "",
        },
        "a/test_steps.py",
    ),
    "setup.cfg": (
        {"setup.cfg": "[tool:pytest]\ntestpaths =\n    checks/unit\n", "checks/unit/a.py": ""},
        "checks/unit/test_steps.py",
    ),
    "names the other way round": (
        {"pytest.ini": "[pytest]\npython_files = *_test.py\n"},
        "tests/steps_test.py",
    ),
    "out of the repository": (
        {"pytest.ini": "[pytest]\ntestpaths = ../elsewhere\n"},
        "tests/test_steps.py",
    ),
    "what cannot be read": (
        {"pytest.ini": "[pytest\n", "pyproject.toml": "[tool", "setup.cfg": "\0"},
        "tests/test_steps.py",
    ),
}  # fmt: skip


def made(root: Path, files: dict[str, str]) -> Path:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return root


@pytest.mark.parametrize("case", PLACES)
def test_tests_go_where_pytest_looks(tmp_path: Path, case: str) -> None:
    files, path = PLACES[case]
    (tmp_path / "elsewhere").mkdir()
    root = tmp_path / "repo"
    root.mkdir()
    assert file_of_tests(made(root, files), MODULE) == path


# The files, and the folders (below the root) that are put on the path for tests/test_steps.py.
PATHS: dict[str, tuple[dict[str, str], list[str]]] = {
    "nothing": ({}, ["tests"]),
    "a setting": ({"pytest.ini": "[pytest]\npythonpath = src lib\n"}, ["src", "lib", "tests"]),
    "a conftest at the root": ({"conftest.py": ""}, ["tests", "."]),
    "tests in a package": ({"tests/__init__.py": ""}, ["."]),
    "importlib": ({"pytest.ini": "[pytest]\naddopts = --import-mode=importlib\n"}, []),
}


@pytest.mark.parametrize("case", PATHS)
def test_what_pytest_finds_is_known(tmp_path: Path, case: str) -> None:
    files, folders = PATHS[case]
    root = made(tmp_path, files)
    assert import_folders(root, "tests/test_steps.py") == [
        str((root / folder).resolve()) for folder in folders
    ]


def test_a_conftest_may_change_the_path(tmp_path: Path) -> None:
    root = made(tmp_path, {"conftest.py": "import pytest\n"})
    assert not changes_path(root, "tests/test_steps.py")
    made(tmp_path, {"tests/conftest.py": "import sys\nsys.path.insert(0, 'src')\n"})
    assert changes_path(root, "tests/test_steps.py")
