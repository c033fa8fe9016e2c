"""What packages a project says it needs: read from its files, never executed."""

from __future__ import annotations

import ast
import configparser
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion

from nb_refactor.adapters.build_settings import read_toml

_CONDA_LINE = re.compile(r"^\s*-\s*['\"]?(?:[\w.-]+::)?([A-Za-z0-9_.-]+)\s*([^'\"#]*)")


@dataclass(frozen=True)
class Declarations:
    """By normalized package name what the project asks for (`>=2,<3`; empty: any version), and the
    files that say so."""

    specifiers: dict[str, str]
    files: tuple[Path, ...]

    def of(self, name: str) -> str | None:
        """The versions that are asked for, `None` where the package is not declared."""
        return self.specifiers.get(normalized(name))


def normalized(name: str) -> str:
    """The one spelling of a package's name."""
    return re.sub(r"[-_.]+", "-", name).lower()


def admits(specifier: str, version: str) -> bool:
    """Does the specifier admit the version? One that cannot be read admits all."""
    try:
        return not version or SpecifierSet(specifier).contains(version, prereleases=True)
    except (InvalidSpecifier, InvalidVersion):
        return True


def declared_requirements(folder: Path, top: Path) -> Declarations:
    """What is declared in the folder of the notebook and in those above, up to `top`. What is
    declared nearer to the notebook counts."""
    real, last = Path(os.path.realpath(folder)), Path(os.path.realpath(top))
    above = [real, *real.parents]
    places = above[: above.index(last) + 1] if last in above else [real]
    found: dict[str, str] = {}
    files: list[Path] = []
    for place in places:
        for path, read in _files(place):
            files.append(path)
            for name, specifier in read(path):
                found.setdefault(normalized(name), specifier)
    return Declarations(found, tuple(files))


Pairs = Iterator[tuple[str, str]]


def _files(folder: Path) -> Iterator[tuple[Path, Callable[[Path], Pairs]]]:
    for name, reader in _READERS.items():
        if (folder / name).is_file():
            yield folder / name, reader
    names = [folder.glob("*requirements*.txt"), folder.glob("requirements/*.txt")]
    names.append(folder.glob("requirements*.in"))
    for path in sorted({path for found in names for path in found}):
        yield path, _requirements_file


def _parsed(line: str) -> Pairs:
    try:
        requirement = Requirement(line)
    except InvalidRequirement:
        return
    yield requirement.name, str(requirement.specifier)


def _texts(value: Any) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _table(data: Any, *keys: str) -> dict[str, Any]:
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data if isinstance(data, dict) else {}


def _pyproject(path: Path) -> Pairs:
    data = read_toml(path)
    project = _table(data, "project")
    lists = [project.get("dependencies")]
    lists += _table(project, "optional-dependencies").values()
    lists += _table(data, "dependency-groups").values()
    for line in (line for one in lists for line in _texts(one)):
        yield from _parsed(line)
    poetry = _table(data, "tool", "poetry")
    tables = [_table(poetry, "dependencies"), _table(poetry, "dev-dependencies")]
    tables += [_table(group, "dependencies") for group in _table(poetry, "group").values()]
    pixi = _table(data, "tool", "pixi")
    tables += [_table(pixi, "dependencies"), _table(pixi, "pypi-dependencies")]
    for table in tables:
        yield from _by_table(table)


def _by_table(table: dict[str, Any]) -> Pairs:
    """Poetry and Pipfile: a name, and a version or a table with one."""
    for name, value in table.items():
        wanted = value.get("version", "") if isinstance(value, dict) else value
        if name.lower() != "python":
            yield name, _poetry_specifier(wanted if isinstance(wanted, str) else "")


def _poetry_specifier(text: str) -> str:
    """`^1.2` as `>=1.2`, which is its better half; `*` as any version."""
    parts = [part.strip() for part in text.split(",")]
    kept = [f">={part[1:].strip()}" if part[:1] in "^~" and part[:2] != "~=" else part
            for part in parts if part and part != "*"]  # fmt: skip
    return ",".join(f"=={part}" if part[:1].isdigit() else part for part in kept)


def _pipfile(path: Path) -> Pairs:
    data = read_toml(path)
    for section in ("packages", "dev-packages"):
        yield from _by_table(_table(data, section))


def _setup_cfg(path: Path) -> Pairs:
    config = configparser.ConfigParser(interpolation=None)
    try:
        config.read(path, encoding="utf-8-sig")
    except (OSError, configparser.Error, UnicodeDecodeError):
        return
    values = [config.get("options", "install_requires", fallback="")]
    if config.has_section("options.extras_require"):
        values += [value for _, value in config.items("options.extras_require")]
    for line in (line for value in values for line in value.splitlines()):
        yield from _parsed(line.strip())


def _setup_py(path: Path) -> Pairs:
    try:
        tree = ast.parse(path.read_text(encoding="utf-8-sig"))
    except (OSError, SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg in ("install_requires", "extras_require"):
            for part in ast.walk(node.value):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield from _parsed(part.value)


def _requirements_file(path: Path, depth: int = 0) -> Pairs:
    try:
        lines = path.read_text(encoding="utf-8-sig").replace("\\\n", "").splitlines()
    except (OSError, UnicodeDecodeError):
        return
    for line in lines:
        text = re.split(r"(?:^|\s)#", line, maxsplit=1)[0].strip()
        included = re.match(r"(?:-r|--requirement)[ =]*(\S+)", text)
        if included and depth < 5:
            yield from _requirements_file(path.parent / included[1], depth + 1)
        egg = re.search(r"[#&]egg=([A-Za-z0-9._-]+)", line)
        if egg:
            yield egg[1], ""
        elif text and not text.startswith("-"):
            yield from _parsed(re.split(r"\s+--", text, maxsplit=1)[0])


def _conda(path: Path) -> Pairs:
    """The list items of an environment file: conda's and pip's. Its YAML is plain enough to be
    read by lines."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        return
    inside = False
    for line in lines:
        if re.match(r"^\S", line) and not line.startswith(("-", "#")):
            inside = line.startswith("dependencies:")
        item = _CONDA_LINE.match(line) if inside else None
        if item and item[1] not in ("python", "pip") and not item[2].strip().startswith(":"):
            yield item[1], _conda_specifier(item[2].strip())


def _conda_specifier(text: str) -> str:
    """`=1.2=build` as `==1.2.*`; what pip writes stays."""
    exact = re.fullmatch(r"=\s*([0-9][\w.]*)(?:=\S*)?", text)
    return f"=={exact[1]}.*" if exact else text


_READERS: dict[str, Callable[[Path], Pairs]] = {
    "pyproject.toml": _pyproject,
    "setup.cfg": _setup_cfg,
    "setup.py": _setup_py,
    "Pipfile": _pipfile,
    "environment.yml": _conda,
    "environment.yaml": _conda,
}
