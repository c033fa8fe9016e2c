"""What goes over the border to the browser: one frozen struct for each request and response.

JSON Schema comes from these, and `src/messages.ts` from the schema. `path` is always the
notebook's path as the server's contents API names it (relative to its root, with `/`). The
routes lie under the server's base address and `nb-refactor/`: `version`, `check`, `check-edits`,
`targets`, `candidates`, `map`, `extract`, `extract-all`, `apply`, `verify`, `verify/RUN_ID`,
`unit-tests`, `unit-tests/RUN_ID`, `reproduce`, `reproduce/RUN_ID`, `reproduce/RUN_ID/outputs`,
`reproduce/RUN_ID/report.html` (and `.json`, `.xml` for JUnit).
"""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

from nb_refactor.change import CellEdit, ChangeSet, FileEdit, Refused, UnitTests
from nb_refactor.dataflow.notebook_map import NotebookMap
from nb_refactor.hidden_state.finding import NotebookReport
from nb_refactor.hidden_state.history import Execution
from nb_refactor.notebook import Cell, Notebook
from nb_refactor.refactor.candidates import Candidates
from nb_refactor.refactor.extract_function.choices import Choices
from nb_refactor.reproduce.report import Report
from nb_refactor.reproduce.verification import Verification

RUN_EVENT = "https://nb-refactor.dev/run/v1"
RunState = Literal["queued", "running", "finished", "cancelled", "failed"]


class VersionResponse(Struct, frozen=True):
    """GET version."""

    version: str


class CheckRequest(Struct, frozen=True):
    """POST check: the document as it stands in the browser, and what its kernel ran. `executions`
    of `None` says that there is no kernel: then only the document is judged. `name` is what a
    `CheckEditsRequest` calls them, where one may follow."""

    path: str
    notebook: Notebook
    executions: tuple[Execution, ...] | None = None
    name: str = ""


class CellAt(Struct, frozen=True):
    """A cell, and its place among all cells of the document (from 0)."""

    place: int
    cell: Cell


class CheckEditsRequest(Struct, frozen=True):
    """POST check-edits: what was checked last for this path and had the name `since`, with these
    cells in the places of those that were there; its name is `name`. Where the server does not
    know it any more it answers 409, and wants a `CheckRequest`."""

    path: str
    since: str
    name: str
    cells: tuple[CellAt, ...]


CheckResponse = NotebookReport


class TargetsRequest(Struct, frozen=True):
    """POST targets: where could code of this notebook go?"""

    path: str


class TargetsResponse(Struct, frozen=True):
    """`package` is proposed where the repository has none yet (then `exists` is false).
    `modules` are the dotted names that exist in the repository, `suggested_module` the default
    of the dialog. `probe` is Python source, run silently in the notebook's kernel, that binds
    `_nb_refactor_probe` to the JSON text `{"importable": bool, "package": str, "obstacle": str,
    "detail": str}`: can the package be imported there, and from this repository? Where not,
    `obstacle` is `folder_unseen`, `another_package`, `off_path` (each with its place as `detail`),
    `no_files`, `no_installer` or `not_installed` (with pip's own words). Who reads it with a user
    expression takes the name away again. `install` does the same after it has installed the
    repository for good (editable) into the kernel's environment. `types` is a Python expression
    for a function: called with a list of names, it gives the JSON text of what is known of their
    types, as `Choices.types` has it."""

    root: str
    package: str
    exists: bool
    modules: tuple[str, ...]
    suggested_module: str
    probe: str
    install: str
    types: str


class CandidatesRequest(Struct, frozen=True):
    """POST candidates: which cells are worth extracting?"""

    path: str
    notebook: Notebook


CandidatesResponse = Candidates


class MapRequest(Struct, frozen=True):
    """POST map: how do names flow between the cells?"""

    path: str
    notebook: Notebook


MapResponse = NotebookMap


class ExtractRequest(Struct, frozen=True):
    """POST extract: a preview, nothing is written. `module` is dotted (`proj.steps`). Of a
    Markdown cell among `cell_ids` all code cells under its heading are meant."""

    path: str
    notebook: Notebook
    cell_ids: tuple[str, ...]
    module: str
    function: str
    choices: Choices = Choices()


ExtractResponse = ChangeSet | Refused


class ExtractAllRequest(Struct, frozen=True):
    """POST extract-all: a preview, nothing is written. Every cell that is worth a function goes
    into one of its own in `module`, named for its heading or comment; all is one change set."""

    path: str
    notebook: Notebook
    module: str


ExtractAllResponse = ChangeSet | Refused


class ApplyRequest(Struct, frozen=True):
    """POST apply: writes each file only if all still equal their `before`. To take an applied
    change back, the same edits are sent with `before` and `after` exchanged. `module` is the
    dotted name whose loaded copy in the kernel is to be refreshed."""

    path: str
    files: tuple[FileEdit, ...]
    module: str


class Applied(Struct, frozen=True, tag_field="kind", tag="applied"):
    """All files are written. `refresh` is Python source that the browser runs silently in the
    notebook's kernel so that the next import finds what was written."""

    files: tuple[str, ...]
    refresh: str


class Conflict(Struct, frozen=True, tag_field="kind", tag="conflict"):
    """Nothing is written; `message` says which file changed meanwhile or cannot be written."""

    message: str


ApplyResponse = Applied | Conflict


class ChangeRunRequest(Struct, frozen=True):
    """POST verify: do both versions of the notebook do the same? POST unit-tests: make unit tests
    of what a change extracts, with the values of a fresh run of the changed notebook. `content` is
    the nbformat JSON of the original, also where the change is applied already; `files`, `cells`
    and `outdated` are those of the change set, `module` the dotted name that it was made for.
    Nothing is written."""

    path: str
    content: dict[str, Any]
    files: tuple[FileEdit, ...]
    cells: tuple[CellEdit, ...]
    module: str
    kernel: str | None = None
    outdated: tuple[str, ...] = ()


class RunStanding(Struct, frozen=True):
    """How a run stands: `done` of `total` are done. `message` says why it failed."""

    run_id: str
    state: RunState
    done: int
    total: int
    message: str = ""


class VerifyResponse(RunStanding, frozen=True):
    """GET verify/RUN_ID, and the answer to DELETE (cancel): `done` of `total` cells have run in
    both versions; the total doubles where a second run of both is needed."""

    verification: Verification | None = None


class UnitTestsResponse(RunStanding, frozen=True):
    """GET unit-tests/RUN_ID, and the answer to DELETE (cancel): `done` of `total` steps are
    done. `unit_tests` has all files of the change, those of the tests among them."""

    unit_tests: UnitTests | None = None


class ReproduceRequest(Struct, frozen=True):
    """POST reproduce: `content` is the notebook's nbformat JSON (model.toJSON()) as it stands in
    the browser, outputs included; they are what the fresh run is compared with. `executions` are
    what the notebook's kernel ran, if there is one: what differs is explained by them. `twice`
    asks for a second fresh run where something differs. `scratch`: it runs in a copy of the
    project, so that no file is overwritten. `tolerance` is how far floating point numbers may be
    apart, of their value. `keep_warm`: afterwards a kernel is started for the next run and
    kept."""

    path: str
    content: dict[str, Any]
    kernel: str | None = None
    executions: tuple[Execution, ...] | None = None
    twice: bool = False
    scratch: bool = False
    tolerance: float | None = None
    keep_warm: bool = False


class RunStarted(Struct, frozen=True):
    """The answer to POST reproduce."""

    run_id: str


class RunResponse(RunStanding, frozen=True):
    """GET reproduce/RUN_ID, and the answer to DELETE (cancel). `report` grows while the run goes
    on: cells not reached yet are `not_run`. `running` is the id of the cell now running.
    `seconds_left` is what the rest took in earlier runs, `None` where most of it is not known."""

    running: str | None = None
    report: Report | None = None
    seconds_left: float | None = None


class FreshOutputs(Struct, frozen=True):
    """What a cell gave in the fresh run: `source` is what ran, `outputs` is nbformat JSON.
    `dropped` says how many bytes were not kept: then they are no whole outputs to be saved."""

    cell_id: str
    source: str
    outputs: tuple[dict[str, Any], ...]
    dropped: int = 0


class OutputsResponse(Struct, frozen=True):
    """GET reproduce/RUN_ID/outputs: of the cells that the run finished. The server keeps them of
    the last run of each notebook."""

    cells: tuple[FreshOutputs, ...]


class RunSummary(Struct, frozen=True):
    """A run that waits or goes on."""

    run_id: str
    path: str
    state: RunState


class RunsResponse(Struct, frozen=True):
    """GET reproduce, with `?path=…` for those of one notebook: the runs under way, whichever tab
    asked for them."""

    runs: tuple[RunSummary, ...]


class WarmRequest(Struct, frozen=True):
    """POST warm: start a kernel for the next run of this notebook, if none is ready. `kernel` is
    its kernelspec, `language` what its metadata say that it speaks."""

    path: str
    kernel: str | None = None
    language: str = ""


class RunEvent(Struct, frozen=True):
    """What the server's event stream carries (Jupyter events, schema id `RUN_EVENT`, to every
    tab) at each step of a run: that there is something new to GET from `reproduce/RUN_ID`."""

    run_id: str
    path: str
    state: RunState
    done: int
    total: int
    running: str | None = None


class ErrorResponse(Struct, frozen=True):
    """What every 4xx and 5xx of our routes carries."""

    message: str
