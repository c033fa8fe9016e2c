"""What a notebook imports and reads that this machine does not have. Nothing is imported or
opened to find out: modules are looked for on the path, files in their folder."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path

from nb_refactor.adapters.imports import imported_modules
from nb_refactor.adapters.module_names import certainly_lacks
from nb_refactor.adapters.search_places import SearchPlaces, search_places
from nb_refactor.dataflow.exposure import cell_effects
from nb_refactor.dataflow.files_read import files_read
from nb_refactor.dataflow.magics import parse
from nb_refactor.notebook import Notebook


@dataclass(frozen=True)
class Needs:
    """What a piece of code names of the world outside: the dotted modules that it imports, the
    `names` that it takes from them, each with its module, the files that it reads; and all its
    strings, which may be names of files that it writes."""

    modules: frozenset[str] = frozenset()
    files: tuple[str, ...] = ()
    strings: frozenset[str] = frozenset()
    names: frozenset[tuple[str, str]] = frozenset()


@lru_cache(maxsize=4096)
def cell_needs(source: str) -> Needs:
    effects = cell_effects(source)
    return Needs() if effects.problem else _needs_of(parse(effects.translation.code))


@lru_cache(maxsize=32)
def _module_needs(text: str) -> Needs:
    try:
        return _needs_of(ast.parse(text.removeprefix("\ufeff")))
    except (SyntaxError, ValueError):
        return Needs()


def _needs_of(tree: ast.AST) -> Needs:
    strings, names = set[str](), set[tuple[str, str]]()
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(value)):
                strings.add(value)
            case ast.ImportFrom(module=str(module), names=taken, level=0):
                names.update((module, alias.name) for alias in taken)
    return Needs(
        frozenset(imported_modules(tree)),
        tuple(files_read(tree)),
        frozenset(strings),
        frozenset(names),
    )


@dataclass(frozen=True)
class Missing:
    """Dotted modules, and files by the path that the notebook gives for them. `placed` are modules
    that are there, but found only where the notebook says (`sys.path.append`); `places_known`:
    there are no others for which that may hold."""

    modules: frozenset[str]
    files: frozenset[str]
    placed: frozenset[str] = frozenset()
    places_known: bool = False


def missing_here(
    notebook: Notebook, folder: Path, root: Path, module: str | None = None
) -> Missing:
    """What is missing for a notebook that runs in `folder`, with this process's Python and the
    packages of the repository at `root`; also the files that the `module` of this text reads, which
    the notebook calls, and modules beside the notebook whose import ends in an error for what they
    import in their turn."""
    cells = [cell_needs(cell.source) for cell in notebook.code_cells]
    modules = frozenset[str]().union(*(cell.modules for cell in cells))
    places = search_places(notebook, folder)
    first_path = _first_path(folder, root)
    own_path = [*first_path, *map(str, places.folders), *map(str, places.paths)]
    own = _OwnModules(own_path)
    broken = frozenset(module for module in modules if own.is_broken(module))
    lost = _not_on(modules, [*own_path, *sys.path]) | broken
    known = places.all_paths and places.all_folders
    if not known:
        lost = frozenset(name for name in lost if name in broken or "." in name)
    taken = frozenset(pair for cell in cells for pair in cell.names)
    names = frozenset(_lost_names(taken, [*own_path, *sys.path]))
    placed = _not_on(modules, [*first_path, *sys.path]) - lost
    placed |= _found_in(modules, [*places.folders[1:], *places.paths])
    files = frozenset(_lost_files([*cells, _module_needs(module or "")], places))
    return Missing(lost | names, files, placed, known)


def lost_modules(modules: Iterable[str], folder: Path, root: Path) -> frozenset[str]:
    """The first part of each dotted module that is not on the path of a notebook in the folder."""
    return _not_on(modules, [*_first_path(folder, root), *sys.path])


def _first_path(folder: Path, root: Path) -> list[str]:
    """Where a notebook in the folder finds modules of its own, and of its repository."""
    return [str(folder), str(root), str(root / "src")]


def _not_on(modules: Iterable[str], path: Sequence[str]) -> frozenset[str]:
    return frozenset(name for module in modules for name in _lost(module, path))


def _lost_names(taken: Iterable[tuple[str, str]], path: Sequence[str]) -> Iterator[str]:
    """`sklearn.datasets.load_boston`, where a module that is there has no such name any more."""
    for module, name in taken:
        spec = _spec(module, path)
        if spec is None or spec.origin is None:
            continue
        if certainly_lacks(Path(spec.origin), name) and not PathFinder.find_spec(
            f"{module}.{name}", spec.submodule_search_locations or ()
        ):
            yield f"{module}.{name}"


def _spec(module: str, path: Sequence[str]) -> ModuleSpec | None:
    """Where the dotted module is found; `None` also where only Python's own finders know it."""
    return dict(_way_to(module, path)).get(module)


def _way_to(module: str, path: Sequence[str]) -> Iterator[tuple[str, ModuleSpec | None]]:
    """The packages of the dotted module from the top, and itself, each with where it is found: as
    far as that can be told, and to the first that is not found."""
    places: Sequence[str] | None = path
    for name in _with_packages(module):
        if places is None:
            return
        try:
            spec = PathFinder.find_spec(name, places)
        except (ImportError, ValueError, OSError):
            return
        yield name, spec
        places = spec.submodule_search_locations if spec is not None else None


def _with_packages(module: str) -> list[str]:
    """`a`, `a.b`, `a.b.c` of `a.b.c`."""
    parts = module.split(".")
    return [".".join(parts[:end]) for end in range(1, len(parts) + 1)]


class _OwnModules:
    """The Python files beside the notebook and in its repository, those in the folders of the path,
    as far as imports reach them."""

    def __init__(self, path: Sequence[str]) -> None:
        self._path = path
        self._known: dict[str, bool] = {}

    def is_broken(self, module: str) -> bool:
        """Whether importing the dotted module certainly fails: a file that it loads is not Python,
        or imports what cannot be found."""
        return any(self._is_broken_file(name) for name in _with_packages(module))

    def _is_broken_file(self, module: str) -> bool:
        if module not in self._known:
            self._known[module] = False  # where imports go round in a circle
            source = self._source(module)
            self._known[module] = source is not None and self._fails(source)
        return self._known[module]

    def _source(self, module: str) -> Path | None:
        spec = _spec(module, self._path)
        source = Path(spec.origin) if spec is not None and spec.origin else None
        return source if source is not None and source.suffix == ".py" else None

    def _fails(self, source: Path) -> bool:
        try:
            tree = ast.parse(source.read_bytes())
        except (SyntaxError, ValueError):
            return True
        except (OSError, RecursionError, MemoryError):
            return False
        imports = [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
        modules = list(imported_modules(ast.Module(list(imports), [])))
        lost = _not_on(modules, [*self._path, *sys.path])
        return bool(lost) or any(map(self.is_broken, modules))


def _found_in(modules: Iterable[str], folders: Sequence[Path]) -> frozenset[str]:
    """The first parts of the dotted modules that are found in one of the folders."""
    heads = {module.split(".")[0] for module in modules} if folders else set[str]()
    return frozenset(head for head in heads if _spec(head, list(map(str, folders))) is not None)


def _lost(module: str, path: Sequence[str]) -> Iterator[str]:
    """The first part of the dotted name that cannot be found, if any."""
    if module.split(".")[0] not in _OWN_MODULES:
        yield from (name for name, spec in _way_to(module, path) if spec is None)


_OWN_MODULES = sys.stdlib_module_names | frozenset(sys.builtin_module_names)


def _lost_files(needs: Sequence[Needs], places: SearchPlaces) -> Iterator[str]:
    """Files that are read without being there, and that no cell above mentions otherwise (it may
    be the one that writes them)."""
    if not places.all_folders:
        return
    for name in read_unwritten(needs):
        if not any(is_there(folder, name) for folder in places.folders):
            yield name


def read_unwritten(needs: Sequence[Needs]) -> Iterator[str]:
    """The files that are read, and that no piece of code above mentions."""
    mentioned: set[str] = set()
    for each in needs:
        yield from (name for name in each.files if name not in mentioned)
        mentioned |= each.strings


def is_there(folder: Path, name: str) -> bool:
    if "://" in name or "*" in name or "\n" in name or not name.strip():
        return True  # not a path that could be looked up
    try:
        return (folder / name).expanduser().exists()
    except (OSError, ValueError, RuntimeError):
        return True
