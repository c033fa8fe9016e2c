"""What the source of a module leaves no doubt about: that it has no such name."""

from __future__ import annotations

import importlib
from importlib.util import find_spec
from pathlib import Path

import pytest

from nb_refactor.adapters.missing import missing_here
from nb_refactor.adapters.module_names import certainly_lacks
from nb_refactor.notebook import Cell, Notebook

WITHOUT = {
    "bound elsewhere": "x = 1\ndef f(): pass",
    "answers for others": "def __getattr__(attr):\n    if attr == 'other':\n        return 1\n"
    "    raise AttributeError(attr)",
    "refuses it": "def __getattr__(attr):\n    if attr == 'gone':\n        raise ImportError\n"
    "    return globals()[attr]",
    "makes others": "for n in ['a', 'b']:\n    globals()[n] = 1",
    "lists its names": "def __dir__():\n    return [*globals(), 'x']\nnames = globals().keys()",
}
MAYBE = {
    "binds it": "if 1:\n    gone = 1",
    "takes all from another": "from os import *",
    "makes it": "for n in ['a', 'gone']:\n    globals()[n] = 1",
    "makes names": "for n in 'ab':\n    globals()[n] = 1",
    "sets attributes": "import sys\nsetattr(sys.modules[__name__], 'a', 1)",
    "answers anything": "def __getattr__(attr):\n    return 1",
    "answers from a list": "def __getattr__(attr):\n    if attr in NAMES:\n        return 1",
    "lazy": "from lazy_loader import attach\n__getattr__, __dir__, __all__ = attach(__name__)",
    "declares a global": "def f():\n    global gone\n    gone = 1",
    "is not Python": "gone = = 1",
}


@pytest.mark.parametrize("title", WITHOUT)
def test_without_the_name(title: str, tmp_path: Path) -> None:
    (tmp_path / "m.py").write_text(WITHOUT[title])
    assert certainly_lacks(tmp_path / "m.py", "gone")


@pytest.mark.parametrize("title", MAYBE)
def test_may_have_it(title: str, tmp_path: Path) -> None:
    (tmp_path / "m.py").write_text(MAYBE[title])
    assert not certainly_lacks(tmp_path / "m.py", "gone")


@pytest.mark.parametrize(
    "module", ["collections", "json", "os", "string", "typing", "numpy", "pandas", "nbformat"]
)
def test_no_name_that_a_real_module_has_is_denied(module: str) -> None:
    origin = getattr(find_spec(module), "origin", None)
    assert origin is not None
    names = [name for name in dir(importlib.import_module(module)) if not name.startswith("__")]
    denied = [name for name in names if certainly_lacks(Path(origin), name)]
    assert [name for name in denied if find_spec(f"{module}.{name}") is None] == []


def test_what_a_notebook_imports_by_a_name_that_is_gone(tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text("here = 1\n")
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack" / "__init__.py").write_text("")
    (tmp_path / "pack" / "part.py").write_text("")
    source = (
        "from own import here, gone\nfrom pack import part, parts\nfrom string import maketrans"
    )
    missing = missing_here(Notebook((Cell("a", source),)), tmp_path, tmp_path)
    assert missing.modules == {"own.gone", "pack.parts", "string.maketrans"}
