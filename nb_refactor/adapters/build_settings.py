"""What a repository's build configuration says about its packages: read, never executed."""

from __future__ import annotations

import ast
import configparser
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # type: ignore[import-not-found, unused-ignore]

BUILD_FILES = ("pyproject.toml", "setup.cfg", "setup.py")


@dataclass(frozen=True)
class Declared:
    """A package that the configuration names: its import name, and the folder (relative to the
    root, with `/`, empty for the root itself) that has to be on the path to import it."""

    name: str
    import_root: str


@dataclass(frozen=True)
class BuildSettings:
    """`project` is the project's name as an import name; `import_roots` are the folders that the
    configuration says packages lie in."""

    project: str | None = None
    packages: tuple[Declared, ...] = ()
    import_roots: tuple[str, ...] = ()


def read_build_settings(root: Path) -> BuildSettings:
    """The settings of the repository at `root`. A file that cannot be read says nothing."""
    pyproject = read_toml(root / "pyproject.toml")
    found = [reader(pyproject) for reader in _READERS]
    found.append(_setup_cfg(root / "setup.cfg"))
    found.append(_setup_py(root / "setup.py"))
    names = [settings.project for settings in found if settings.project]
    return BuildSettings(
        names[0] if names else None,
        tuple(dict.fromkeys(package for settings in found for package in settings.packages)),
        tuple(dict.fromkeys(folder for settings in found for folder in settings.import_roots)),
    )


def read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError):
        return {}


def _table(data: Any, *keys: str) -> dict[str, Any]:
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data if isinstance(data, dict) else {}


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _import_name(project: Any) -> str | None:
    name = re.sub(r"[-. ]+", "_", project) if isinstance(project, str) else ""
    return name if name.isidentifier() else None


def _folder(path: str) -> str:
    return path.strip().replace("\\", "/").removeprefix("./").strip("/").removesuffix(".")


def _declared(path: str, import_root: str = "") -> Declared | None:
    """The package at `src/pkg` (a path) or `pkg` (a name) below `import_root`."""
    folder, _, name = _folder(path).rpartition("/")
    name = name.removesuffix(".py").partition(".")[0]
    root = "/".join(part for part in (_folder(import_root), folder) if part)
    return Declared(name, root) if name.isidentifier() else None


def _all(packages: Iterator[Declared | None]) -> tuple[Declared, ...]:
    return tuple(dict.fromkeys(package for package in packages if package))


def _project(pyproject: dict[str, Any]) -> BuildSettings:
    return BuildSettings(_import_name(_table(pyproject, "project").get("name")))


def _setuptools(pyproject: dict[str, Any]) -> BuildSettings:
    tool = _table(pyproject, "tool", "setuptools")
    directory = _texts(_table(tool, "package-dir").get(""))
    where = _texts(_table(tool, "packages", "find").get("where"))
    packages = _texts(tool.get("packages"))
    base = directory[0] if directory else ""
    return BuildSettings(
        None,
        _all(_declared(name.partition(".")[0], base) for name in packages),
        tuple(_folder(folder) for folder in [*where, *directory]),
    )


def _hatch(pyproject: dict[str, Any]) -> BuildSettings:
    build = _table(pyproject, "tool", "hatch", "build")
    wheel = _table(build, "targets", "wheel")
    packages = [*_texts(wheel.get("packages")), *_texts(build.get("packages"))]
    return BuildSettings(None, _all(_declared(path) for path in packages))


def _poetry(pyproject: dict[str, Any]) -> BuildSettings:
    tool = _table(pyproject, "tool", "poetry")
    packages = tool.get("packages")
    tables = [item for item in packages if isinstance(item, dict)] if packages else []
    return BuildSettings(
        _import_name(tool.get("name")),
        _all(
            _declared(name, "".join(_texts(table.get("from"))))
            for table in tables
            for name in _texts(table.get("include"))
        ),
    )


def _flit(pyproject: dict[str, Any]) -> BuildSettings:
    return BuildSettings(_import_name(_table(pyproject, "tool", "flit", "module").get("name")))


def _uv(pyproject: dict[str, Any]) -> BuildSettings:
    tool = _table(pyproject, "tool", "uv", "build-backend")
    roots = _texts(tool.get("module-root", "src" if tool else None))
    names = _texts(tool.get("module-name"))
    root = roots[0] if roots else ""
    return BuildSettings(None, _all(_declared(name, root) for name in names), tuple(roots))


def _pdm(pyproject: dict[str, Any]) -> BuildSettings:
    tool = _table(pyproject, "tool", "pdm", "build")
    folders = tuple(_folder(folder) for folder in _texts(tool.get("package-dir")))
    includes = [path for path in _texts(tool.get("includes")) if "*" not in path]
    return BuildSettings(None, _all(_declared(path) for path in includes), folders)


_READERS = (_flit, _project, _setuptools, _hatch, _poetry, _uv, _pdm)


def _setup_cfg(path: Path) -> BuildSettings:
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, configparser.Error):
        return BuildSettings()
    roots = re.findall(r"^\s*=\s*(\S+)", parser.get("options", "package_dir", fallback=""), re.M)
    where = parser.get("options.packages.find", "where", fallback="").split()
    names = parser.get("options", "packages", fallback="").replace(",", "\n").split()
    base = roots[0] if roots else ""
    return BuildSettings(
        _import_name(parser.get("metadata", "name", fallback=None)),
        _all(_declared(name.partition(".")[0], base) for name in names if name[0].isalpha()),
        tuple(_folder(folder) for folder in [*where, *roots]),
    )


def _setup_py(path: Path) -> BuildSettings:
    """The literal arguments of `setup(…)`."""
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, SyntaxError, RecursionError):
        return BuildSettings()
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    arguments = {
        keyword.arg: keyword.value
        for call in calls
        if _called(call) == "setup"
        for keyword in call.keywords
        if keyword.arg
    }
    literals = {name: _literal(value) for name, value in arguments.items()}
    roots = _texts(_table(literals, "package_dir").get(""))
    base = roots[0] if roots else ""
    return BuildSettings(
        _import_name(literals.get("name")),
        _all(_declared(name.partition(".")[0], base) for name in _texts(literals.get("packages"))),
        tuple(_folder(folder) for folder in roots),
    )


def _called(call: ast.Call) -> str:
    function = call.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _literal(node: ast.expr) -> Any:
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, MemoryError, RecursionError):
        return None
