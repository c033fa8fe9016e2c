"""What the recorder in the kernel told, as the dependencies of the run."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from nb_refactor.adapters.declared_requirements import (
    Declarations,
    admits,
    declared_requirements,
    normalized,
)
from nb_refactor.adapters.imports import imported_modules
from nb_refactor.adapters.repository import repository_root
from nb_refactor.adapters.version_control import Standings, standings_of
from nb_refactor.dataflow.magics import parse, translate
from nb_refactor.reproduce.dependencies import (
    Address,
    Dependencies,
    Environment,
    FileRead,
    FileWritten,
    Package,
    Subprocess,
    Variable,
)

# The packages of the kernel itself: what they load is not what the notebook needs.
_KERNEL = ("ipython", "ipykernel")


@dataclass(frozen=True)
class Workplace:
    """Where a run takes place: the notebook's `folder`, and the scratch copy of `original` (a
    folder at or above it) that it really runs in, if there is one."""

    folder: Path
    original: Path | None = None
    scratch: Path | None = None

    @property
    def running(self) -> Path:
        """The folder that the kernel works in."""
        if self.scratch is None or self.original is None:
            return self.folder
        return self.scratch / self.folder.relative_to(self.original)

    def original_path(self, path: str) -> str:
        """A path in the scratch copy as that of the file it stands for."""
        for scratch in (self.scratch, self.scratch and Path(os.path.realpath(self.scratch))):
            if scratch and (path == str(scratch) or path.startswith(os.path.join(scratch, ""))):
                return os.path.join(str(self.original), path[len(str(scratch)) + 1 :])
        return path


@dataclass(frozen=True)
class Record:
    """One message of the recorder, and the id of the cell that was run."""

    cell_id: str
    content: Mapping[str, Any]


@dataclass(frozen=True)
class _File:
    """What became of one file: `was_there` before the run, was it read before it was written, was
    it written, is it gone."""

    path: str
    cell_id: str
    was_there: bool
    is_read: bool
    written_by: str = ""
    is_gone: bool = False
    bytes: int | None = None
    modified: float | None = None


def dependencies_of(
    records: Sequence[Record], sources: Iterable[str], place: Workplace
) -> Dependencies | None:
    """All that was recorded; `None` where nothing was, as in a kernel that is not IPython's.
    `sources` are the cells' sources: the modules they import are the notebook's own wish."""
    if not any("environment" in record.content for record in records):
        return None
    files = _files(records, place)
    code = {place.original_path(path): cell for path, cell in _items(records, "code")}
    paths = [*files, *code]
    standings = standings_of(place.folder, paths)
    top = standings.top or repository_root(place.folder / "_")
    declared = declared_requirements(place.folder, top)
    shown = _Shown(place.folder, top, standings)
    wished = {*_imports_of(sources), *_imports_of_files(code)}
    return Dependencies(
        files_read=(*shown.read(files.values(), code), *shown.code(code)),
        files_written=tuple(shown.written(files.values())),
        packages=tuple(_packages(records, wished, declared)),
        subprocesses=tuple(Subprocess(text, cell) for text, cell in _items(records, "programs")),
        addresses=tuple(_addresses(records)),
        variables=tuple(Variable(v[0], cell, v[1]) for v, cell in _items(records, "variables")),
        environment=_environment(records),
        project_files=tuple(shown.path(str(path)) for path in declared.files),
        is_complete=any(record.content.get("is_finished") for record in records)
        and all(record.content.get("is_complete", True) for record in records),
    )


def _items(records: Sequence[Record], kind: str) -> Iterator[tuple[Any, str]]:
    for record in records:
        for item in record.content.get(kind, ()):
            yield item, record.cell_id


def _environment(records: Sequence[Record]) -> Environment | None:
    found = (record.content.get("environment") for record in records)
    return next((Environment(**values) for values in found if values), None)


def _addresses(records: Sequence[Record]) -> Iterator[Address]:
    """Names, and numbers where no name was looked up for the same port by the same cell."""
    found = [Address(host, port, cell) for (host, port), cell in _items(records, "addresses")]
    named = {(one.port, one.cell_id) for one in found if not _is_number(one.host)}
    seen: set[tuple[str, int]] = set()
    for one in found:
        if _is_number(one.host) and (one.port, one.cell_id) in named:
            continue
        if (one.host, one.port) not in seen:
            seen.add((one.host, one.port))
            yield one


def _is_number(host: str) -> bool:
    return ":" in host or host.replace(".", "").isdigit()


def _files(records: Sequence[Record], place: Workplace) -> dict[str, _File]:
    """Each file by its path, in the order of its first use."""
    found: dict[str, _File] = {}
    for (kind, path, was_there, size, modified, is_there), cell in _items(records, "files"):
        path = place.original_path(path)
        file = found.get(path) or _File(path, cell, was_there, False)
        if "r" in kind and file.was_there and not file.written_by:
            file = replace(file, is_read=True, bytes=size, modified=modified)
        elif "r" in kind and not was_there and path not in found:
            file = replace(file, is_read=kind == "r")
        if kind in ("w", "rw", "rd", "d") and not file.written_by:
            file = replace(file, written_by=cell)
        found[path] = replace(file, is_gone=not is_there)
    return found


@dataclass(frozen=True)
class _Shown:
    """How files are told: paths relative to the notebook's folder where they are near it."""

    folder: Path
    top: Path
    standings: Standings

    def path(self, path: str) -> str:
        real = os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))
        places = [os.path.realpath(self.top), os.path.realpath(self.folder)]
        if any(real.startswith(os.path.join(place, "")) for place in places):
            path = os.path.relpath(real, os.path.realpath(self.folder))
        return path.replace(os.sep, "/")

    def read(self, files: Iterable[_File], code: Mapping[str, str]) -> Iterator[FileRead]:
        for file in files:
            if not file.is_read or file.path in code:
                continue
            if not file.was_there and (file.written_by or not file.is_gone):
                continue  # made by the run, or by a program that it started
            if not file.was_there and "/." in file.path.replace(os.sep, "/"):
                continue  # settings that a library looks for
            yield FileRead(
                path=self.path(file.path),
                cell_id=file.cell_id,
                standing=self.standings.of(file.path),
                found=file.was_there,
                bytes=file.bytes,
                modified=file.modified,
            )

    def code(self, code: Mapping[str, str]) -> Iterator[FileRead]:
        for path, cell in code.items():
            try:
                state = os.stat(path)
            except OSError:
                continue
            yield FileRead(
                path=self.path(path),
                cell_id=cell,
                standing=self.standings.of(path),
                is_code=True,
                bytes=state.st_size,
                modified=state.st_mtime,
            )

    def written(self, files: Iterable[_File]) -> Iterator[FileWritten]:
        for file in files:
            if not file.written_by or (file.is_gone and not file.was_there):
                continue
            yield FileWritten(
                path=self.path(file.path),
                cell_id=file.written_by,
                change="deleted"
                if file.is_gone
                else "overwritten"
                if file.was_there
                else "created",
                standing=self.standings.of(file.path),
            )


def _packages(
    records: Sequence[Record], wished: set[str], declared: Declarations
) -> Iterator[Package]:
    loaded = {name: (cell, on_demand) for (name, _, on_demand), cell in _items(records, "modules")}
    told = [one for record in records for one in record.content.get("packages", ())]
    implied = _implied(told)
    for one in told:
        name, modules = normalized(one["name"]), one["modules"]
        asked = bool(wished.intersection(modules))
        if not asked and (name in _KERNEL or name in implied[_KERNEL[0]]):
            continue
        first = next((loaded[module] for module in modules if module in loaded), ("", True))
        others = (needs for owner, needs in implied.items() if owner != name)
        needed = first[1] and not any(name in needs for needs in others)
        specifier = declared.of(name)
        yield Package(
            name=one["name"],
            version=one["version"],
            modules=tuple(modules),
            cell_id=first[0],
            is_direct=asked or needed,
            declared=specifier,
            is_satisfied=specifier is None or admits(specifier, one["version"]),
        )


def _implied(told: Sequence[Mapping[str, Any]]) -> dict[str, set[str]]:
    """By package all that is installed with it because it requires it; what the kernel's packages
    require is told under IPython."""
    needs = {normalized(one["name"]): {*map(normalized, one["requires"])} for one in told}
    implied: dict[str, set[str]] = {}
    for name in needs:
        reached: set[str] = set()
        waiting = [name]
        while waiting:
            fresh = needs.get(waiting.pop(), set()) - reached
            reached |= fresh
            waiting += fresh
        implied[name] = reached - {name}
    kernel = set().union(*(implied.pop(name, set()) for name in _KERNEL))
    return {**implied, _KERNEL[0]: kernel}


def _imports_of(sources: Iterable[str]) -> Iterator[str]:
    for source in sources:
        try:
            yield from _tops(parse(translate(source).code))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue


def _imports_of_files(paths: Iterable[str]) -> Iterator[str]:
    for path in paths:
        try:
            yield from _tops(ast.parse(Path(path).read_bytes()))
        except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
            continue


def _tops(tree: ast.AST) -> Iterator[str]:
    return (module.partition(".")[0] for module in imported_modules(tree))


def imports_of(sources: Iterable[str]) -> list[str]:
    """The top-level modules that the cells import."""
    return sorted({*_imports_of(sources)})
