"""Where a notebook looks for modules and files: in folders that it changes to, or adds."""

from __future__ import annotations

from pathlib import Path

import pytest

from nb_refactor.adapters.missing import missing_here
from nb_refactor.notebook import Cell, Notebook


def notebook(*sources: str) -> Notebook:
    return Notebook(tuple(Cell(f"c{n}", source) for n, source in enumerate(sources)))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in {
        "lib/tool.py": "x = 1\n",
        "data/a.csv": "a\n1\n",
        "nb/here.csv": "a",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path / "nb"


@pytest.mark.parametrize(
    "adding",
    [
        "sys.path.append('../lib')",
        "sys.path.insert(0, os.path.join(os.getcwd(), '..', 'lib'))",
        "sys.path.insert(0, os.path.abspath('../lib'))",
        "sys.path += [str(Path.cwd().parent / 'lib')]",
        "sys.path[0:0] = ['../lib']",
        "sys.path = ['../lib'] + sys.path",
        "sys.path.extend(('../lib', '../more'))",
        "HERE = Path('.').resolve()\nsys.path.append(f'{HERE.parent}/lib')",
        "HERE = os.getcwd()\nif HERE:\n    sys.path.append(os.path.dirname(HERE) + '/lib')",
        "site.addsitedir('../lib')",
        "os.chdir('../lib')",
        "%cd -q '../lib'",
    ],
)
def test_a_module_in_a_folder_that_is_added(folder: Path, adding: str) -> None:
    missing = missing_here(notebook(adding, "import tool, json"), folder, folder)
    assert missing.modules == frozenset()
    assert missing.placed == {"tool"}
    assert missing.places_known


@pytest.mark.parametrize("adding", ["x = 1", "sys.path.append('../none')", "os.chdir('../none')"])
def test_a_module_that_is_nowhere(folder: Path, adding: str) -> None:
    assert missing_here(notebook(adding, "import tool"), folder, folder).modules == {"tool"}


@pytest.mark.parametrize(
    "adding", ["sys.path.append(find())", "os.chdir(args.folder)", "%cd $home"]
)
def test_a_folder_of_which_the_text_does_not_tell(folder: Path, adding: str) -> None:
    missing = missing_here(notebook(adding, "import tool"), folder, folder)
    assert missing.modules == frozenset()
    assert missing.placed == {"tool"}
    assert not missing.places_known


def test_files_in_the_folders_that_the_notebook_is_in(folder: Path) -> None:
    read = notebook("open('here.csv')", "os.chdir('../data')", "open('a.csv')\nopen('b.csv')")
    assert missing_here(read, folder, folder).files == {"b.csv"}
    stays = notebook("os.chdir('../none')", "open('a.csv')")
    assert missing_here(stays, folder, folder).files == {"a.csv"}
    unknown = notebook("os.chdir(where)", "open('a.csv')")
    assert missing_here(unknown, folder, folder).files == frozenset()


def test_a_module_of_which_another_is_found_first_is_placed_too(folder: Path) -> None:
    (folder / "tool.py").write_text("y = 1\n")
    read = notebook("sys.path.insert(0, '../lib')", "import tool, json")
    assert missing_here(read, folder, folder).placed == {"tool"}
