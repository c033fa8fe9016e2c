"""Runs in the notebook's own kernel, as text that the browser sends: standard library only, for
Python 3.8 and up, and nothing of nb_refactor. Only files below the repository are looked at."""

from __future__ import annotations

import ast
import builtins
import importlib
import importlib.util
import json
import linecache
import os
import pathlib
import site
import subprocess
import sys
import sysconfig
from collections.abc import Collection, Iterator, Mapping
from types import CodeType, FunctionType, ModuleType
from typing import Any


def probe(root: str, import_root: str, package: str) -> dict[str, Any]:
    """Can `package` be imported here, and is it the one below `import_root`? Where not, `obstacle`
    names what stands in the way, and `detail` is its place, or an installer's own words."""
    folder = os.path.join(import_root, package)
    if not os.path.isdir(root):
        return _no(package, "folder_unseen", root)
    loaded = sys.modules.get(package)
    places = _places(loaded) if loaded else _found_places(package)
    if _real(folder) in places or _real(folder + ".py") in places:
        return _yes(package)
    if places:
        return _no(package, "another_package", places[0])
    if loaded:
        return _no(package, "no_files")
    if not os.path.exists(folder) and _real(import_root) in [_real(entry) for entry in sys.path]:
        return _yes(package)
    return _no(package, "off_path", import_root)


def refresh(
    import_root: str, module: str, path: str, changed: list[int], removed: list[str]
) -> None:
    """Make the next import of `module` find what is in the file at `path` now. A copy that is
    loaded already gets the statements of the file at the lines `changed` (the first line of each),
    and those whose names it does not have; names in `removed` are taken away. Everything else in
    it, and every object made from it, stays what it is."""
    package = module.split(".")[0]
    importable = probe(import_root, import_root, package)["importable"]
    if not importable and _real(import_root) not in [_real(entry) for entry in sys.path]:
        sys.path.insert(0 if _found_places(package) else len(sys.path), import_root)
    importlib.invalidate_caches()
    linecache.checkcache(path)
    loaded = sys.modules.get(module)
    if loaded is None or _real(path) not in _places(loaded):
        return
    namespace = vars(loaded)
    if not os.path.exists(path):
        for name in removed:
            namespace.pop(name, None)
        return
    path = getattr(loaded, "__file__", None) or path
    linecache.checkcache(path)
    with open(path, encoding="utf-8-sig") as file:
        tree = ast.parse(file.read(), path)
    new = [statement for statement in tree.body if _is_new(statement, namespace, changed)]
    future = [statement for statement in tree.body if _is_future(statement)]
    for statement in tree.body:
        if statement not in new:
            _move(statement, namespace, path)
    for statement in new:
        code = ast.Module(body=[*future, statement], type_ignores=[])
        exec(compile(code, path, "exec", dont_inherit=True), namespace)
    for name in removed:
        namespace.pop(name, None)


def install(root: str, import_root: str, package: str) -> dict[str, Any]:
    """Install the repository (editable, without its dependencies) into the kernel's environment;
    then probe. What keeps it from being installed is told in the words of pip's last line."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    target = ["--no-deps", "--editable", root]
    attempts = [
        [*pip, "--no-build-isolation", *target],
        [*pip, *target],
        ["uv", "pip", "install", "--python", sys.executable, *target],
    ]
    said = ""
    for attempt in attempts:
        try:
            done = subprocess.run(
                attempt, stdin=subprocess.DEVNULL, capture_output=True, timeout=300, check=False
            )
        except (OSError, subprocess.SubprocessError):
            continue
        if done.returncode == 0:
            return _after_install(root, import_root, package)
        said = _last_line(done.stderr) or said
    return _no(package, "not_installed", said) if said else _no(package, "no_installer")


def _after_install(root: str, import_root: str, package: str) -> dict[str, Any]:
    """What an installer tells Python in a .pth file is read when Python starts: read it now."""
    for folder in {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}:
        before = list(sys.path)
        site.addsitedir(folder)
        sys.path[:] = before + [entry for entry in sys.path if entry not in before]
    importlib.invalidate_caches()
    return probe(root, import_root, package)


def _last_line(output: bytes) -> str:
    lines = [line.strip() for line in output.decode("utf-8", "replace").splitlines()]
    told = [line for line in lines if line and not line.lower().startswith(("[notice]", "note:"))]
    return told[-1][:300] if told else ""


# ---- types ------------------------------------------------------------------------------------


def types_of(names: list[str]) -> str:
    """What is known of the types of these variables of the notebook, as annotations in full."""
    variables = globals()["notebook"]
    found = {name: _annotation(variables[name], 0) for name in names if name in variables}
    return json.dumps({name: told for name, told in found.items() if told})


def _annotation(value: Any, depth: int) -> str:
    """The type of a value as an annotation; '' where it has none that anyone would write."""
    kind = type(value)
    if value is None or isinstance(value, (type, ModuleType)) or callable(value):
        return ""
    name = "pathlib.Path" if isinstance(value, pathlib.Path) else _public_name(kind)
    if kind in (list, set, frozenset) and 0 < len(value) <= 1000:
        return _of_items(name, [value], depth)
    if kind is dict and 0 < len(value) <= 1000:
        return _of_items(name, [value.keys(), value.values()], depth)
    if kind is tuple and 0 < len(value) <= 4:
        inside = [_annotation(item, depth + 1) for item in value]
        return f"tuple[{', '.join(inside)}]" if all(inside) and depth < 2 else name
    return name


def _of_items(name: str, groups: list[Any], depth: int) -> str:
    inside = []
    for items in groups:
        kinds = {_annotation(item, depth + 1) for item in items} if depth < 2 else {""}
        inside.append(kinds.pop() if len(kinds) == 1 else "")
    return f"{name}[{', '.join(inside)}]" if all(inside) else name


def _public_name(kind: type) -> str:
    """Where a class is to be imported from: the highest package that shows it."""
    if kind.__module__ == "builtins":
        return kind.__name__ if getattr(builtins, kind.__name__, None) is kind else ""
    parts = kind.__module__.split(".")
    if parts[0] == "__main__" or "." in kind.__qualname__:
        return ""
    for end in range(1, len(parts) + 1):
        module = sys.modules.get(".".join(parts[:end]))
        private = any(part.startswith("_") for part in [*parts[:end], kind.__name__])
        if not private and getattr(module, kind.__name__, None) is kind:
            return ".".join([*parts[:end], kind.__name__])
    return ""


def _yes(package: str) -> dict[str, Any]:
    return {"importable": True, "package": package, "obstacle": "", "detail": ""}


def _no(package: str, obstacle: str, detail: str = "") -> dict[str, Any]:
    return {"importable": False, "package": package, "obstacle": obstacle, "detail": detail}


def _real(path: str) -> str:
    return os.path.normcase(os.path.realpath(path))


def _places(module: ModuleType) -> list[str]:
    folders = list(getattr(module, "__path__", None) or [])
    file = getattr(module, "__file__", None)
    return [_real(place) for place in folders + ([file] if file else [])]


def _found_places(package: str) -> list[str]:
    try:
        spec = importlib.util.find_spec(package)
    except Exception:
        spec = None
    if spec is None:
        return []
    folders = list(spec.submodule_search_locations or [])
    return [
        _real(place)
        for place in folders + ([spec.origin] if spec.has_location and spec.origin else [])
    ]


def _is_new(statement: ast.stmt, namespace: Mapping[str, Any], changed: Collection[int]) -> bool:
    if _is_future(statement):
        return False
    if _first_line(statement) in changed:
        return True
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return any(name not in namespace for name in _imported(statement))
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return statement.name not in namespace
    return False


def _is_future(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.ImportFrom) and statement.module == "__future__"


def _imported(statement: Any) -> Iterator[str]:
    for alias in statement.names:
        if alias.name != "*":
            yield alias.asname or alias.name.split(".")[0]


def _first_line(statement: ast.stmt) -> int:
    decorators = getattr(statement, "decorator_list", [])
    return min([statement.lineno] + [decorator.lineno for decorator in decorators])


def _move(statement: ast.stmt, owner: Mapping[str, Any], path: str) -> None:
    """Tell the functions that stay where they stand in the file now, for tracebacks and `??`."""
    value = owner.get(getattr(statement, "name", ""))
    if isinstance(statement, ast.ClassDef) and isinstance(value, type):
        for part in statement.body:
            _move(part, vars(value), path)
    elif isinstance(value, FunctionType) and value.__code__.co_filename == path:
        by = _first_line(statement) - value.__code__.co_firstlineno
        if by and value.__code__.co_name == getattr(statement, "name", ""):
            value.__code__ = _moved(value.__code__, by)


def _moved(code: CodeType, by: int) -> CodeType:
    inner = [_moved(part, by) if isinstance(part, CodeType) else part for part in code.co_consts]
    return code.replace(co_firstlineno=code.co_firstlineno + by, co_consts=tuple(inner))
