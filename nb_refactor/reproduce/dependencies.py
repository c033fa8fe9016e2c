"""What a fresh run depended on, and what it left: recorded in the kernel while the cells ran."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

# How a file stands with version control. `tracked`: in it, as committed; `changed`: in it, with
# changes that are not committed; `untracked` and `ignored`: in the repository's folder and not in
# version control; `outside`: not in the repository's folder; `unversioned`: there is no repository.
Standing = Literal["tracked", "changed", "untracked", "ignored", "outside", "unversioned"]
FileChange = Literal["created", "overwritten", "deleted"]


class FileRead(Struct, frozen=True):
    """A file that was there before the run and was read by it; `cell_id` is the first cell that
    did. `path` is relative to the notebook's folder (with `/`) where it lies in the repository or
    in that folder, else absolute. `found` is false where the file was asked for and is not there.
    `is_code`: a module that was imported. `bytes` is its size, `modified` the time of its last
    change (seconds since the epoch)."""

    path: str
    cell_id: str
    standing: Standing
    found: bool = True
    is_code: bool = False
    bytes: int | None = None
    modified: float | None = None


class FileWritten(Struct, frozen=True):
    """A file that the run wrote or deleted; `cell_id` is the first cell that did. `change` is what
    became of what was there before the run."""

    path: str
    cell_id: str
    change: FileChange
    standing: Standing


class Package(Struct, frozen=True):
    """An installed distribution of which the run loaded a module. `version` is empty where it could
    not be asked for (the kernel died). `modules` are its top modules that were loaded, `cell_id` is
    the cell that loaded the first one. `is_direct`: the notebook's or the repository's own code
    imports it, or something loaded it that does not require it. `declared` is the requirement as
    the project declares it (empty: declared without a version), `None` where it does not;
    `is_satisfied` says whether `version` is one that the declaration admits."""

    name: str
    version: str
    modules: tuple[str, ...]
    cell_id: str
    is_direct: bool = True
    declared: str | None = None
    is_satisfied: bool = True


class Subprocess(Struct, frozen=True):
    """A program that was started: its command line, shortened."""

    command: str
    cell_id: str


class Address(Struct, frozen=True):
    """A place on the network that was asked for: the host's name, or its number where no name was
    looked up. The own machine is not told. `port` is 0 where only the name was looked up."""

    host: str
    port: int
    cell_id: str


class Variable(Struct, frozen=True):
    """An environment variable that the notebook's or the repository's own code read; `is_set`
    says whether it had a value."""

    name: str
    cell_id: str
    is_set: bool


class Environment(Struct, frozen=True):
    """Where the run took place. `hash_seed` is PYTHONHASHSEED (`random` where it is not set), which
    decides the order in which sets of text are shown. `timezone` is the machine's, as a name."""

    python: str
    platform: str
    hash_seed: str
    locale: str
    timezone: str


class Dependencies(Struct, frozen=True):
    """All that was recorded, each kind in the order of its first use. `is_complete` is false where
    the kernel ended before it could tell all. What other programs and other processes do is not
    seen, nor what a library reads past Python (some C libraries open files themselves).
    `project_files` are the files in which the project declares its requirements, relative to the
    notebook's folder; empty where there are none."""

    files_read: tuple[FileRead, ...] = ()
    files_written: tuple[FileWritten, ...] = ()
    packages: tuple[Package, ...] = ()
    subprocesses: tuple[Subprocess, ...] = ()
    addresses: tuple[Address, ...] = ()
    variables: tuple[Variable, ...] = ()
    environment: Environment | None = None
    project_files: tuple[str, ...] = ()
    is_complete: bool = True
