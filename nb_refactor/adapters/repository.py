"""The repository that holds a notebook: its packages and modules, and the file of a module name.

Nothing is imported or executed to find out; nothing outside the repository's root is named.
"""

from __future__ import annotations

import keyword
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nb_refactor.adapters.build_settings import BUILD_FILES, BuildSettings, read_build_settings
from nb_refactor.text import Problem, text

# Folders that may hold an __init__.py and still are not what a project ships.
_NOT_PACKAGES = frozenset(
    ("test", "tests", "testing", "doc", "docs", "example", "examples", "notebook", "notebooks",
     "script", "scripts", "tool", "tools", "bench", "benchmark", "benchmarks", "data", "build",
     "dist", "venv", "env", "node_modules", "site_packages")
)  # fmt: skip
_NOT_IN_NAMES = frozenset('\\:*?"<>|\0\r\n')
_MAX_MODULES = 2000


@dataclass(frozen=True)
class Package:
    """A package at the top: its import name, and the folder below the root (with `/`, empty for
    the root itself) that must be on the path to import it."""

    name: str
    import_root: str

    @property
    def folder(self) -> str:
        return f"{self.import_root}/{self.name}" if self.import_root else self.name


@dataclass(frozen=True)
class Repository:
    """`packages` has the package that code goes to by default first. `configured` tells whether
    there is a file that says how the project is built."""

    root: Path
    packages: tuple[Package, ...]
    configured: bool
    settings: BuildSettings


@dataclass(frozen=True)
class ModuleFile:
    """The file of a module: `path` below the root with `/`, the folder that makes it importable,
    and the files (path below the root, text) that have to be created with it."""

    module: str
    path: str
    import_root: str
    extra_files: tuple[tuple[str, str], ...] = ()


class BadModule(Problem):
    """The name cannot be that of a module in this repository; the text is one sentence."""


def repository_root(notebook: Path, ceiling: Path | None = None) -> Path:
    """The nearest folder with a build file or `.git`, going up from the notebook: in a repository
    of several projects, the notebook's own project. Else the notebook's own folder. Never above
    `ceiling`."""
    folder = Path(os.path.realpath(notebook.parent))
    top = Path(os.path.realpath(ceiling)) if ceiling else Path(folder.anchor)
    above = [folder, *folder.parents]
    if top in above:
        above = above[: above.index(top) + 1]
    for candidate in above:
        if any((candidate / name).exists() for name in (".git", *BUILD_FILES)):
            return candidate
    return folder


def read_repository(root: Path) -> Repository:
    """The repository at `root`, which must be a directory."""
    root = Path(os.path.realpath(root))
    settings = read_build_settings(root)
    found = dict.fromkeys([*_declared_packages(root, settings), *_found_packages(root, settings)])
    named = settings.project
    packages = sorted(found, key=lambda package: package.name != named)
    configured = any((root / name).is_file() for name in BUILD_FILES)
    return Repository(root, tuple(packages), configured, settings)


def _declared_packages(root: Path, settings: BuildSettings) -> Iterator[Package]:
    for declared in settings.packages:
        package = Package(declared.name, declared.import_root)
        if _is_inside(root, package.folder) and (root / package.folder).is_dir():
            yield package


def _import_roots(root: Path, settings: BuildSettings) -> list[str]:
    roots = [folder for folder in settings.import_roots if _is_inside(root, folder)]
    if (root / "src").is_dir() and not (root / "src" / "__init__.py").exists():
        roots.append("src")
    return list(dict.fromkeys([*roots, ""]))


def _found_packages(root: Path, settings: BuildSettings) -> Iterator[Package]:
    for import_root in _import_roots(root, settings):
        for entry in _folders(root / import_root):
            package = Package(entry.name, import_root)
            apart = bool(import_root) or entry.name == settings.project
            regular = (entry / "__init__.py").is_file()
            namespace = apart and any(entry.rglob("*.py"))
            usual = apart or entry.name.lower() not in _NOT_PACKAGES
            if _is_inside(root, package.folder) and (namespace or (regular and usual)):
                yield package


def _folders(folder: Path) -> list[Path]:
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        return []
    return [entry for entry in entries if is_module_part(entry.name) and entry.is_dir()]


def _is_inside(root: Path, path: str) -> bool:
    """Is the real place of `path` below `root`, with no hidden folder on the way?"""
    if any(part.startswith(".") for part in Path(path).parts):
        return False
    real = Path(os.path.realpath(root / path))
    return real == root or root in real.parents


def is_module_part(name: str) -> bool:
    """Can this be one part of a dotted module name?"""
    return name.isidentifier() and not keyword.iskeyword(name) and not name.startswith("__")


def modules(repository: Repository) -> tuple[str, ...]:
    """The dotted names of all modules in the repository's packages, the default package first."""
    names: list[str] = []
    for package in repository.packages:
        names += sorted(_modules_in(repository.root, package))
        if len(names) >= _MAX_MODULES:
            break
    return tuple(dict.fromkeys(names[:_MAX_MODULES]))


def _modules_in(root: Path, package: Package) -> Iterator[str]:
    top = root / package.folder
    for folder, folders, files in os.walk(top):
        folders[:] = sorted(name for name in folders if is_module_part(name))
        parts = [package.name, *Path(folder).relative_to(top).parts]
        for file in files:
            stem = file.removesuffix(".py")
            if stem != file and is_module_part(stem):
                yield ".".join([*parts, stem])


def proposed_package(repository: Repository) -> Package:
    """The package that code goes to by default: the first there is, else a new one named for the
    project or the repository's folder, in the src layout."""
    if repository.packages:
        return repository.packages[0]
    name = repository.settings.project or re.sub(r"\W+", "_", repository.root.name).strip("_")
    name = name.lower() if name.lower() != name and not repository.settings.project else name
    name = re.sub(r"^\d+_*", "", name) or "project"
    if not is_module_part(name) or name in sys.stdlib_module_names or name in _NOT_PACKAGES:
        name = f"{name.strip('_')}_code"
    roots = [folder for folder in repository.settings.import_roots if folder]
    return Package(name, roots[0] if roots else "src")


def suggested_module(repository: Repository, notebook: Path) -> str:
    """The module named for the notebook, in the default package."""
    name = re.sub(r"\W+", "_", notebook.stem).strip("_").lower()
    name = re.sub(r"^\d+_*", "", name)
    if not is_module_part(name):
        name = "steps"
    return f"{proposed_package(repository).name}.{name}"


def safe_file(root: Path, path: str) -> Path:
    """The file that an edit may write: a Python file of the repository, or its pyproject.toml.
    Raises BadModule for anything else: it may come from anywhere."""
    *folders, name = path.split("/")
    python = name.endswith(".py") and name.removesuffix(".py").isidentifier()
    plain = all(part.strip(".") and not set(part) & _NOT_IN_NAMES for part in folders)
    if not (path == "pyproject.toml" or (python and plain)) or not _is_inside(root, path):
        raise BadModule(text("“{path}” is not a Python file of the repository.", path=path[:100]))
    return root / path


def module_file(repository: Repository, module: str) -> ModuleFile:
    """The file of the module with this dotted name, whether it exists or not. Raises BadModule."""
    parts = _checked_parts(module)
    package = _package_of(repository, parts)
    base = "/".join(part for part in (package.import_root, *parts) if part)
    is_package = (repository.root / base / "__init__.py").is_file()
    path = f"{base}/__init__.py" if is_package else f"{base}.py"
    if not _is_inside(repository.root, path):
        raise BadModule(
            text("{path} leads out of the repository, so nothing is written there.", path=path)
        )
    if (repository.root / path).is_dir():
        raise BadModule(text("{path} is a directory, so it cannot be a module.", path=path))
    extra = tuple(_missing_files(repository, package, parts))
    return ModuleFile(module, path, package.import_root, extra)


def _checked_parts(module: str) -> list[str]:
    parts = module.split(".")
    for part in parts:
        if not is_module_part(part):
            is_keyword = keyword.iskeyword(part)
            told = text(
                "“{module}” cannot be a module: “{part}” is {why}. Write it like package.module.",
                module=module[:100],
                part=part[:50],
                why=text("a keyword of Python") if is_keyword else text("not a name"),
            )
            raise BadModule(told)
    return parts


def _package_of(repository: Repository, parts: list[str]) -> Package:
    name = parts[0]
    for package in repository.packages:
        if package.name == name:
            return package
    proposed = proposed_package(repository)
    new = Package(name, proposed.import_root)
    if len(parts) == 1:
        for import_root in dict.fromkeys([proposed.import_root, ""]):
            if (repository.root / import_root / f"{name}.py").is_file():
                return Package(name, import_root)
        told = text(
            "“{name}” names no package: write the module like {package}.{name}.",
            name=name,
            package=proposed.name,
        )
        raise BadModule(told)
    if name in sys.stdlib_module_names:
        told = text(
            "A package called {name} would hide the standard library's module: "
            "choose another name.",
            name=name,
        )
        raise BadModule(told)
    if (repository.root / f"{new.folder}.py").exists():
        told = text(
            "{file} is a module, so {name} cannot become a package.",
            file=f"{new.folder}.py",
            name=name,
        )
        raise BadModule(told)
    return new


def _missing_files(
    repository: Repository, package: Package, parts: list[str]
) -> Iterator[tuple[str, str]]:
    """What makes the module's folders packages, and a new package installable."""
    folder = package.import_root
    new_package = package not in repository.packages and len(parts) > 1
    if new_package and not repository.configured:
        yield "pyproject.toml", _minimal_pyproject(package)
    for part in parts[:-1]:
        folder = f"{folder}/{part}" if folder else part
        made_now = new_package and folder == package.folder and not _is_package(repository, folder)
        if made_now or not os.path.lexists(repository.root / folder):
            yield f"{folder}/__init__.py", ""


def _is_package(repository: Repository, folder: str) -> bool:
    return (repository.root / folder / "__init__.py").exists()


def _minimal_pyproject(package: Package) -> str:
    name = package.name.replace("_", "-").strip("-") or "project"
    where = package.import_root or "."
    return (
        "[build-system]\n"
        'requires = ["setuptools>=64"]\n'
        'build-backend = "setuptools.build_meta"\n\n'
        "[project]\n"
        f'name = "{name}"\n'
        'version = "0.1.0"\n\n'
        "[tool.setuptools.packages.find]\n"
        f'where = ["{where}"]\n'
    )
