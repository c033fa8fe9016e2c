"""What a notebook needs that this machine, or its repository, does not have."""

from __future__ import annotations

import subprocess
from pathlib import Path

from nb_refactor.adapters.lacking import RememberedLacking, lacking_here, notebook_needs
from nb_refactor.adapters.missing import missing_here
from nb_refactor.hidden_state.lacking import Lacking
from nb_refactor.notebook import Cell, Notebook


def notebook(*sources: str) -> Notebook:
    return Notebook(tuple(Cell(f"c{n}", source) for n, source in enumerate(sources)))


def lacking_in(folder: Path, read: Notebook) -> Lacking:
    return lacking_here(notebook_needs(read), folder, folder)


def test_files_that_are_not_there_or_not_in_the_repository(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    for name in ("kept.csv", "own.csv"):
        (tmp_path / name).write_text("a")
    subprocess.run(["git", "-C", str(tmp_path), "add", "kept.csv"], check=True)
    read = notebook("open('kept.csv')", "open('own.csv')", "open('gone.csv')")
    lacking = lacking_in(tmp_path, read)
    assert lacking.files == {"gone.csv"}
    assert lacking.unshared == {"own.csv"}


def test_a_file_that_the_notebook_writes_first_is_no_matter(tmp_path: Path) -> None:
    lacking = lacking_in(tmp_path, notebook("open('a.csv', 'w')", "open('a.csv')"))
    assert lacking.files == frozenset()


def test_without_a_repository_no_file_is_missed_in_it(tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_text("a")
    assert lacking_in(tmp_path, notebook("open('own.csv')")).unshared == frozenset()


def test_packages_are_missed_where_the_others_are_found(tmp_path: Path) -> None:
    lacking = lacking_in(tmp_path, notebook("import msgspec, no_such_package_here"))
    assert lacking.modules == {"no_such_package_here"}


def test_where_no_package_is_found_the_notebook_runs_elsewhere(tmp_path: Path) -> None:
    lacking = lacking_in(tmp_path, notebook("import os, no_such_package_here"))
    assert lacking.modules == frozenset()


def test_a_module_beside_the_notebook_whose_import_fails_is_missing(tmp_path: Path) -> None:
    files = {
        "first.py": "import second\n",
        "second.py": "import not_there\n",
        "old.py": "print 'two'\n",
        "maybe.py": "try:\n    import not_there\nexcept ImportError:\n    pass\n",
        "round.py": "import trip\n",
        "trip.py": "import round\n",
        "pack/__init__.py": "import not_there\n",
        "pack/part.py": "x = 1\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    imports = notebook("import first, old, maybe, round", "from pack.part import x", "import json")
    missing = missing_here(imports, tmp_path, tmp_path)
    assert missing.modules == {"first", "old", "pack.part"}


def test_what_is_lacking_is_looked_up_again_after_a_while_or_for_other_needs(
    tmp_path: Path,
) -> None:
    now = 0.0
    remembered = RememberedLacking(tmp_path, seconds=5, now=lambda: now)

    def files(read: Notebook) -> frozenset[str]:
        return remembered.of(read, tmp_path / "a.ipynb", tmp_path, own_python=True).files

    one = notebook("open('a.csv')")
    assert files(one) == {"a.csv"}
    (tmp_path / "a.csv").write_text("a")
    now = 4.9
    assert files(one) == {"a.csv"}
    assert files(notebook("open('a.csv')", "x = 'b.csv'")) == {"a.csv"}
    assert files(notebook("open('a.csv')", "open('b.csv')")) == {"b.csv"}
    (tmp_path / "b.csv").write_text("b")
    now = 9.9
    assert files(notebook("open('a.csv')", "open('b.csv')")) == frozenset()


def test_nothing_outside_of_the_server_s_folder_is_looked_up(tmp_path: Path) -> None:
    folder = tmp_path / "root" / "work"
    folder.mkdir(parents=True)
    (folder / "link").symlink_to(tmp_path)
    remembered = RememberedLacking(tmp_path / "root")
    read = notebook("open('../../a.csv')", "open('../b.csv')", "open('link/c.csv')")
    assert remembered.of(read, folder / "a.ipynb", folder, True).files == {"../b.csv"}


def test_packages_are_told_for_a_kernel_with_this_python_alone(tmp_path: Path) -> None:
    remembered = RememberedLacking(tmp_path)
    read = notebook("import msgspec, no_such_package_here")

    def modules(own_python: bool) -> frozenset[str]:
        return remembered.of(read, tmp_path / "a.ipynb", tmp_path, own_python).modules

    assert modules(False) == frozenset()
    assert modules(True) == {"no_such_package_here"}
