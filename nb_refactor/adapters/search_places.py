"""Where a notebook looks for files and modules: the folders that it changes to, and those that it
adds to `sys.path`, as far as its text tells. Nothing is run to find out."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from nb_refactor.dataflow.exposure import cell_effects
from nb_refactor.dataflow.magics import parse
from nb_refactor.notebook import Notebook


@dataclass
class SearchPlaces:
    """`folders` are those that the notebook is in at some time, where it starts first; `paths`
    those that it adds to the search path of modules. `all_folders` and `all_paths`: there are no
    others, of which the text does not tell."""

    folders: list[Path]
    paths: list[Path] = field(default_factory=list)
    all_folders: bool = True
    all_paths: bool = True

    def change(self, to: str | None) -> None:
        """Another working folder; one that is not there ends in an error, and changes nothing."""
        if to is None:
            self.all_folders = False
        elif _is_folder(folder := self.folders[-1] / to):
            self.folders.append(folder)

    def add(self, path: str | None) -> None:
        if path is None:
            self.all_paths = False
        else:
            self.paths += [folder / path for folder in self.folders]


_CHANGING = re.compile(r"sys\.path|chdir|addsitedir|^\s*%?cd\b", re.MULTILINE)


def search_places(notebook: Notebook, folder: Path) -> SearchPlaces:
    """The places of a notebook that starts in the folder."""
    places = SearchPlaces([folder])
    if not any(_CHANGING.search(cell.source) for cell in notebook.code_cells):
        return places
    texts: dict[str, str | None] = {}
    for cell in notebook.code_cells:
        effects = cell_effects(cell.source)
        if effects.problem:
            continue
        magics = {magic.line: magic for magic in effects.translation.magics}
        for statement in parse(effects.translation.code).body:
            magic = magics.get(statement.lineno)
            if magic is not None and magic.name == "cd":
                places.change(_written(magic.arguments))
            for node in _in_order(statement):
                _note(node, texts, places)
    return places


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def _written(arguments: str) -> str | None:
    """The folder in `%cd -q "my data"`; `None` where the magic goes by more than its text."""
    path = arguments.removeprefix("-q").strip().strip("\"'")
    return None if any(sign in path for sign in "$`{") or path == "-" else _home(path or "~")


def _home(path: str) -> str:
    return os.path.expanduser(path)


def _in_order(statement: ast.stmt) -> Iterator[ast.AST]:
    """The nodes as they stand in the text."""
    nodes = [node for node in ast.walk(statement) if isinstance(node, (ast.stmt, ast.Call))]
    return iter(sorted(nodes, key=lambda node: (node.lineno, node.col_offset)))


def _note(node: ast.AST, texts: dict[str, str | None], places: SearchPlaces) -> None:
    """What the node changes of the places, or of the texts that names stand for."""
    match node:
        case ast.Assign([ast.Name(id=name)], value):
            texts[name] = path_text(value, texts, places.folders[-1])
        case ast.Assign([target], value) if _is_search_path(target):
            _add_all(value, texts, places)
        case ast.AugAssign(target, _, value) if _is_search_path(target):
            _add_all(value, texts, places)
        case ast.Call(ast.Attribute(base, "append"), [path]) if _is_search_path(base):
            places.add(path_text(path, texts, places.folders[-1]))
        case ast.Call(ast.Attribute(base, "insert"), [_, path]) if _is_search_path(base):
            places.add(path_text(path, texts, places.folders[-1]))
        case ast.Call(ast.Attribute(base, "extend"), [paths]) if _is_search_path(base):
            _add_all(paths, texts, places)
        case ast.Call(ast.Attribute(attr="addsitedir"), [path, *_]):
            places.add(path_text(path, texts, places.folders[-1]))
        case ast.Call(ast.Attribute(attr="chdir") | ast.Name("chdir"), [path]):
            places.change(path_text(path, texts, places.folders[-1]))


def _is_search_path(node: ast.expr) -> bool:
    match node:
        case ast.Attribute(ast.Name("sys"), "path"):
            return True
        case ast.Subscript(value):
            return _is_search_path(value)
    return False


def _add_all(node: ast.expr, texts: Mapping[str, str | None], places: SearchPlaces) -> None:
    """All of a list, or of lists that are joined."""
    match node:
        case ast.List(elements) | ast.Tuple(elements):
            for element in elements:
                places.add(path_text(element, texts, places.folders[-1]))
        case ast.BinOp(left, ast.Add(), right):
            _add_all(left, texts, places)
            _add_all(right, texts, places)
        case _ if not _is_search_path(node):
            places.add(path_text(node, texts, places.folders[-1]))


def path_text(node: ast.expr, texts: Mapping[str, str | None], folder: Path) -> str | None:
    """The path that an expression stands for, where its text tells: `os.path.join(HERE, "..")`,
    `Path.cwd().parent / "lib"`. `folder` is the working folder, `texts` are those of names."""

    def told(inner: ast.expr) -> str | None:
        return path_text(inner, texts, folder)

    match node:
        case ast.Constant(str(value)):
            return value
        case ast.Name(name):
            return texts.get(name)
        case ast.Attribute(_, "pardir"):
            return os.pardir
        case ast.Attribute(_, "curdir"):
            return os.curdir
        case ast.Attribute(_, "sep"):
            return os.sep
        case ast.Attribute(base, "parent"):
            path = told(base)
            return None if path is None else str(Path(path).parent)
        case ast.Subscript(ast.Attribute(base, "parents"), ast.Constant(int(depth))):
            path = told(base)
            parents = [] if path is None else list(Path(path).parents)
            return str(parents[depth]) if 0 <= depth < len(parents) else None
        case ast.BinOp(left, ast.Add() | ast.Div() as operator, right):
            first, second = told(left), told(right)
            if first is None or second is None:
                return None
            return first + second if isinstance(operator, ast.Add) else os.path.join(first, second)
        case ast.JoinedStr(values):
            parts = [told(v.value if isinstance(v, ast.FormattedValue) else v) for v in values]
            return None if None in parts else "".join(filter(None, parts))
        case ast.Call(ast.Attribute(base, word), arguments, []):
            return _called(word, base, list(map(told, arguments)), told(base), folder)
        case ast.Call(ast.Name("Path" | "PurePath" | "str"), arguments, []):
            return _joined(list(map(told, arguments)))
    return None


def _joined(parts: list[str | None]) -> str | None:
    found = [part for part in parts if part is not None]
    return os.path.join(*found or ["."]) if len(found) == len(parts) else None


def _called(
    word: str, base: ast.expr, given: list[str | None], path: str | None, folder: Path
) -> str | None:
    """What a function of `os.path`, or a method of the `path`, gives. A module has no path."""
    parts = given if path is None else [path, *given]
    match word:
        case "getcwd" | "cwd" if not given:
            return str(folder)
        case "home" if not given:
            return _home("~")
        case "join" if isinstance(base, ast.Constant):
            return None
        case "join" | "joinpath" | "Path" | "PurePath" | "fspath" | "as_posix":
            return _joined(parts)
    whole = _joined(parts) if parts else None
    if whole is None:
        return None
    match word:
        case "abspath" | "realpath" | "resolve" | "absolute":
            return os.path.normpath(folder / whole)
        case "normpath":
            return os.path.normpath(whole)
        case "dirname":
            return os.path.dirname(whole)
        case "expanduser":
            return _home(whole)
    return None
