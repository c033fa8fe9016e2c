"""What is extracted runs at once in the kernel that has the notebook's variables, whatever the
repository looks like; and what cannot be written is refused in words."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from live_kernel import Kernel

from nb_refactor import use_cases
from nb_refactor.change import ChangeSet
from nb_refactor.notebook import Cell, Notebook

NOTEBOOK = Notebook(
    (
        Cell("load", "import math\nvalues = [1, 4, 9]"),
        Cell(
            "roots",
            "roots = [math.sqrt(v) for v in values]\nlast = 0\nfor root in roots:\n    last = root",
        ),
        Cell("show", "print(sum(roots), last)"),
    )
)
PYPROJECT = '[project]\nname = "{}"\nversion = "1"\n'


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernel]:
    kernel = Kernel(tmp_path_factory.mktemp("work"))
    kernel.run(NOTEBOOK.cells[0].source)
    yield kernel
    kernel.stop()


def lay_out(root: Path, *files: str) -> None:
    for file in files:
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        text = PYPROJECT.format(root.name) if file == "pyproject.toml" else ""
        (root / file).write_text(text)


LAYOUTS = {
    "src_layout": (["pyproject.toml", "src/src_layout/__init__.py"], "src/src_layout"),
    "flat_layout": (["pyproject.toml", "flat_layout/__init__.py"], "flat_layout"),
    "src_namespace": (["pyproject.toml", "src/src_namespace/old.py"], "src/src_namespace"),
    "git_alone": ([".git/HEAD"], "src/git_alone"),
    "nothing_at_all": ([], "src/nothing_at_all"),
    "settings_alone": (["pyproject.toml"], "src/settings_alone"),
    "Two-Words": ([".git/HEAD"], "src/two_words"),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_new_cell_runs_at_once(tmp_path: Path, kernel: Kernel, layout: str) -> None:
    root = tmp_path / layout
    root.mkdir()
    files, folder = LAYOUTS[layout]
    lay_out(root, *files)
    notebook = root / "notebooks" / "01 First look.ipynb"
    notebook.parent.mkdir()
    # With nothing above it that makes a repository, the notebook's own folder is taken for one.
    notebook = notebook if files else root / notebook.name
    targets = use_cases.targets(notebook)
    assert targets.root == str(root)
    answer = use_cases.extract(NOTEBOOK, ["roots"], root, targets.suggested_module, "take_roots")
    assert isinstance(answer, ChangeSet), answer
    written = use_cases.apply(root, answer.files, targets.suggested_module)
    assert isinstance(written, use_cases.Written)
    assert (root / folder / "first_look.py").is_file()
    assert (root / "pyproject.toml").is_file()
    kernel.silently(written.refresh)
    kernel.run(answer.cells[0].after or "")
    assert kernel.value("roots, last") == "([1.0, 2.0, 3.0], 3.0)"
    # A second function, into the module that the kernel has loaded by now.
    again = use_cases.extract(NOTEBOOK, ["roots"], root, targets.suggested_module, "again")
    assert isinstance(again, ChangeSet), again
    written = use_cases.apply(root, again.files, targets.suggested_module)
    assert isinstance(written, use_cases.Written)
    kernel.silently(written.refresh)
    kernel.run(f"from {targets.suggested_module} import again, take_roots")
    assert kernel.value("again is not take_roots") == "True"


MODULES = {
    "CR LF": b"import os\r\n\r\n\r\ndef old():\r\n\treturn 1\r\n",
    "a byte order mark": b"\xef\xbb\xbfdef old():\n    return 1\n",
    "tabs": b"def old():\n\treturn 1\n",
    "no end of the last line": b"def old():\n    return 1",
    "characters": "def old():\n    return 'déjà vu 𝕊'\n".encode(),
    "a form feed": b"import os\n\x0c\ndef old():\n    return 1\n",
}


@pytest.mark.parametrize("kind", MODULES)
def test_a_module_is_written_in_its_own_way(tmp_path: Path, kernel: Kernel, kind: str) -> None:
    package = f"way_{list(MODULES).index(kind)}"
    lay_out(tmp_path, "pyproject.toml", f"{package}/__init__.py")
    path = tmp_path / package / "steps.py"
    path.write_bytes(MODULES[kind])
    path.chmod(0o640)
    answer = use_cases.extract(NOTEBOOK, ["roots"], tmp_path, f"{package}.steps", "roots_of")
    assert isinstance(answer, ChangeSet), answer
    written = use_cases.apply(tmp_path, answer.files, f"{package}.steps")
    assert isinstance(written, use_cases.Written)
    data = path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert data.startswith(b"\xef\xbb\xbf") == MODULES[kind].startswith(b"\xef\xbb\xbf")
    assert b"def old()" + MODULES[kind].rstrip().partition(b"def old()")[2] in data
    if b"\r\n" in MODULES[kind]:
        assert data.count(b"\n") == data.count(b"\r\n")
    if b"\t" in MODULES[kind]:
        assert b"\n\troots = " in data
        assert b"    roots = " not in data
    kernel.silently(written.refresh)
    kernel.run(answer.cells[0].after or "")
    assert kernel.value("roots, last") == "([1.0, 2.0, 3.0], 3.0)"
    back = [type(edit)(edit.path, edit.after, edit.before) for edit in answer.files]
    assert isinstance(use_cases.apply(tmp_path, back, f"{package}.steps"), use_cases.Written)
    assert path.read_bytes() == MODULES[kind]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"name = '\xe9'\n", "is not UTF-8 (at byte 8)"),
        (b"# -*- coding: latin-1 -*-\n", "declares the encoding iso-8859-1"),
        ("x = 1\n".encode("utf-16"), "is not UTF-8 (at byte 0)"),
    ],
)
def test_a_module_that_is_not_utf_8_is_refused(tmp_path: Path, data: bytes, words: str) -> None:
    lay_out(tmp_path, "pyproject.toml", "pkg/__init__.py")
    (tmp_path / "pkg" / "steps.py").write_bytes(data)
    with pytest.raises(use_cases.CannotExtract, match="UTF-8") as refused:
        use_cases.extract(NOTEBOOK, ["roots"], tmp_path, "pkg.steps", "f")
    assert words in str(refused.value)


def test_links_out_of_the_repository_are_refused(tmp_path: Path) -> None:
    root, outside = tmp_path / "repo", tmp_path / "outside"
    lay_out(root, "pyproject.toml", "pkg/__init__.py")
    lay_out(outside, "sub/__init__.py", "steps.py")
    (root / "pkg" / "steps.py").symlink_to(outside / "steps.py")
    (root / "pkg" / "sub").symlink_to(outside / "sub", target_is_directory=True)
    (root / "linked").symlink_to(outside, target_is_directory=True)
    for module in ("pkg.steps", "pkg.sub.steps", "linked.steps"):
        with pytest.raises(use_cases.CannotExtract, match="out of the repository"):
            use_cases.extract(NOTEBOOK, ["roots"], root, module, "f")
    assert "linked" not in use_cases.targets(root / "a.ipynb").modules


def test_a_link_within_the_repository_stays_a_link(tmp_path: Path) -> None:
    lay_out(tmp_path, "pyproject.toml", "pkg/__init__.py", "pkg/real.py")
    (tmp_path / "pkg" / "steps.py").symlink_to("real.py")
    answer = use_cases.extract(NOTEBOOK, ["roots"], tmp_path, "pkg.steps", "f")
    assert isinstance(answer, ChangeSet)
    written = use_cases.apply(tmp_path, answer.files, "pkg.steps")
    assert isinstance(written, use_cases.Written)
    assert (tmp_path / "pkg" / "steps.py").is_symlink()
    assert "def f(" in (tmp_path / "pkg" / "real.py").read_text()


@pytest.mark.skipif(os.geteuid() == 0, reason="The superuser may write everything.")
def test_what_is_read_only_is_refused_in_words(tmp_path: Path) -> None:
    lay_out(tmp_path, "pyproject.toml", "pkg/__init__.py", "pkg/steps.py")
    answer = use_cases.extract(NOTEBOOK, ["roots"], tmp_path, "pkg.steps", "f")
    assert isinstance(answer, ChangeSet)
    (tmp_path / "pkg" / "steps.py").chmod(0o444)
    told = use_cases.apply(tmp_path, answer.files, "pkg.steps")
    assert told == use_cases.NotWritten("steps.py is read-only.")
    (tmp_path / "pkg" / "steps.py").chmod(0o644)
    (tmp_path / "pkg").chmod(0o555)
    told = use_cases.apply(tmp_path, answer.files, "pkg.steps")
    (tmp_path / "pkg").chmod(0o755)
    assert isinstance(told, use_cases.NotWritten)
    assert "Permission denied" in told.message
    assert (tmp_path / "pkg" / "steps.py").read_text() == ""
