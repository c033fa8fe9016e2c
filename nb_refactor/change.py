"""What a refactoring would write, as a value: nothing is written by making one."""

from __future__ import annotations

from msgspec import Struct

from nb_refactor.notebook import Span


class FileEdit(Struct, frozen=True):
    """A whole file before and after; `path` is relative to the repository's root, with `/`.
    `None` stands for a file that does not exist (before: it is created, after: it is deleted)."""

    path: str
    before: str | None
    after: str | None


class CellEdit(Struct, frozen=True):
    """A cell's whole source before and after; `after` of `None` deletes the cell."""

    cell_id: str
    before: str
    after: str | None


class ExtractedFunction(Struct, frozen=True):
    """The signature that an extraction gives to the new function. `arguments` are the notebook's
    names for the parameters, `targets` those for what it returns, in the same order; `defaults`
    the default values, `annotations` the annotations, for the parameters that have one."""

    name: str
    parameters: tuple[str, ...]
    returns: tuple[str, ...]
    is_async: bool
    arguments: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    defaults: dict[str, str] = {}
    annotations: dict[str, str] = {}


class Refusal(Struct, frozen=True):
    """One reason why a refactoring could change behaviour, in a sentence that names the
    construct and says what to do."""

    code: str
    message: str
    at: Span | None = None


class LeftCell(Struct, frozen=True):
    """A cell that stays as it is where all of a notebook is refactored, and why."""

    cell_id: str
    refusals: tuple[Refusal, ...]


class UnitTest(Struct, frozen=True):
    """The unit test of one function: its `name` and the `path` of its file; or, where there is
    none, `why` not, in a sentence."""

    function: str
    name: str = ""
    path: str = ""
    why: str = ""


class UnitTests(Struct, frozen=True):
    """The unit tests of a change: all its `files`, theirs among them, one entry in `tests` for
    each function, and sentences about what to know beside it."""

    files: tuple[FileEdit, ...]
    tests: tuple[UnitTest, ...]
    notes: tuple[str, ...] = ()


class ChangeSet(Struct, frozen=True, tag_field="kind", tag="change_set"):
    """All edits of one refactoring: they are applied together or not at all. Where all cells of a
    notebook are extracted, `functions` are those that are made and `left` the cells that stay.
    `outdated` are variables of loops that keep an older value in the notebook, because no cell
    reads them again. `tests` tells of the unit tests, where they were asked for: their file is one
    of `files`."""

    title: str
    function: ExtractedFunction
    files: tuple[FileEdit, ...]
    cells: tuple[CellEdit, ...]
    warnings: tuple[str, ...] = ()
    functions: tuple[ExtractedFunction, ...] = ()
    left: tuple[LeftCell, ...] = ()
    outdated: tuple[str, ...] = ()
    tests: tuple[UnitTest, ...] = ()


class Refused(Struct, frozen=True, tag_field="kind", tag="refused"):
    """The answer in place of a change set: why there is none. `proposed_name` is what the function
    would have been called, where its name was to be proposed."""

    refusals: tuple[Refusal, ...]
    proposed_name: str = ""
