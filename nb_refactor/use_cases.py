"""What both shells do: read, ask the core, answer. The only place that knows adapters and core.

Cores and adapters are imported where they are used, so that a command loads what it needs.
"""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nb_refactor.change import CellEdit, ChangeSet, FileEdit, Refused, UnitTest, UnitTests
from nb_refactor.notebook import Notebook
from nb_refactor.text import Problem, plain, text

if TYPE_CHECKING:
    from nb_refactor.adapters.changed_notebook import Placed
    from nb_refactor.adapters.check_settings import CheckSettings
    from nb_refactor.adapters.disk import Rewrite
    from nb_refactor.adapters.fresh_kernel import StartKernel
    from nb_refactor.adapters.ipynb import NotebookFile
    from nb_refactor.adapters.notebook_runner import Limits, Progress, Workplace
    from nb_refactor.adapters.repository import Repository
    from nb_refactor.adapters.unit_tester import TestTask
    from nb_refactor.dataflow.notebook_map import NotebookMap
    from nb_refactor.hidden_state.finding import CellReport, NotebookReport
    from nb_refactor.hidden_state.history import Execution
    from nb_refactor.hidden_state.lacking import Lacking
    from nb_refactor.hidden_state.memory import Memory
    from nb_refactor.hidden_state.selection import Selection
    from nb_refactor.refactor.candidates import Candidates
    from nb_refactor.refactor.extract_function.choices import Choices
    from nb_refactor.refactor.extract_function.destination import Destination
    from nb_refactor.refactor.unit_test.file_edit import NewFunction
    from nb_refactor.reproduce.causes import Suspicion
    from nb_refactor.reproduce.report import Report
    from nb_refactor.reproduce.tolerance import Tolerance
    from nb_refactor.reproduce.variables import Expected
    from nb_refactor.reproduce.verification import Verification


class CannotExtract(Problem):
    """There is no such destination; the text is one sentence that says why."""


@dataclass(frozen=True)
class Targets:
    """Where code of a notebook can go, see `server.messages.TargetsResponse`."""

    root: str
    package: str
    exists: bool
    modules: tuple[str, ...]
    suggested_module: str
    probe: str
    install: str
    types: str


@dataclass(frozen=True)
class Changes:
    """The edits of one extraction into the dotted `module` of the repository at `root`; `outdated`
    are the variables that it leaves with an older value."""

    root: Path
    module: str
    files: tuple[FileEdit, ...]
    cells: tuple[CellEdit, ...]
    outdated: tuple[str, ...] = ()


@dataclass(frozen=True)
class Written:
    """The edits are on the disk: their paths, and the source that refreshes the kernel."""

    files: tuple[str, ...]
    refresh: str


@dataclass(frozen=True)
class NotWritten:
    """Nothing was written: one sentence says why."""

    message: str


def warm_up() -> None:
    """Load what an extraction needs: the first one should not have to wait for it."""
    for module in (
        "nb_refactor.adapters.kernel_refresh",
        "nb_refactor.adapters.missing",
        "nb_refactor.adapters.repository",
        "nb_refactor.refactor.extract_function.extract",
    ):
        importlib.import_module(module)


def acquaint(notebook: Notebook) -> None:
    """Work out what an extraction asks of each cell by itself, so that the first one from this
    notebook, too, finds it worked out."""
    from nb_refactor.adapters.missing import cell_needs
    from nb_refactor.refactor.extract_function.cell_facts import cell_facts

    if notebook.language == "python":
        for cell in notebook.code_cells:
            cell_facts(cell.source)
            cell_needs(cell.source)
            time.sleep(0)  # whoever answers a request goes first


def check(
    path: str,
    notebook: Notebook,
    executions: Sequence[Execution] | None = None,
    selection: Selection | None = None,
    memory: Memory | None = None,
    lacking: Lacking | None = None,
) -> NotebookReport:
    """Where the notebook depends on hidden state; `path` is only told again in the report. With a
    `selection` only the findings whose rules are on are told. The `memory` of earlier checks of
    the same notebook saves the work that has not changed. It is told, too, what the notebook is
    known to be `lacking`."""
    from nb_refactor.hidden_state.check import check as judged
    from nb_refactor.hidden_state.finding import NotebookReport
    from nb_refactor.hidden_state.selection import ALL, selected

    start = time.perf_counter()
    cells = judged(notebook, executions, memory)
    if lacking is not None and notebook.language == "python":
        cells = _with_lacking(cells, notebook, lacking)
    report = NotebookReport(path, time.perf_counter() - start, cells)
    return selected(report, selection or ALL)


def _with_lacking(
    cells: tuple[CellReport, ...], notebook: Notebook, lacking: Lacking
) -> tuple[CellReport, ...]:
    from msgspec.structs import replace

    from nb_refactor.hidden_state.lacking import lacking_hazards

    if not lacking:
        return cells
    sources = {cell.cell_id: cell.source for cell in notebook.code_cells}
    found = (lacking_hazards(sources[cell.cell_id], lacking) for cell in cells)
    return tuple(
        replace(cell, findings=(*cell.findings, *more)) if more else cell
        for cell, more in zip(cells, found, strict=True)
    )


def lacking_of(notebook: Notebook, file: Path) -> Lacking | None:
    """What the notebook in this file needs and this machine, or the repository, does not have."""
    from nb_refactor.adapters.lacking import lacking_here, notebook_needs

    if notebook.language != "python":
        return None
    file = file.absolute()
    return lacking_here(notebook_needs(notebook), file.parent, repository_root(file))


def check_settings(notebook: Path, ceiling: Path | None = None) -> CheckSettings:
    """What the repository of the notebook at this path says about checking it. Raises
    BadSettings."""
    from nb_refactor.adapters.check_settings import settings_for

    return settings_for(notebook, ceiling)


def targets(notebook: Path, ceiling: Path | None = None) -> Targets:
    """The package and the modules that code of the notebook at this path can go to."""
    from nb_refactor.adapters import repository as repositories
    from nb_refactor.adapters.kernel_refresh import install_source, probe_source, types_source

    repository = _repository_of(notebook, ceiling)
    package = repositories.proposed_package(repository)
    return Targets(
        str(repository.root),
        package.name,
        package in repository.packages,
        repositories.modules(repository),
        repositories.suggested_module(repository, notebook),
        probe_source(repository.root, package.import_root, package.name),
        install_source(repository.root, package.import_root, package.name),
        types_source(),
    )


def repository_root(notebook: Path, ceiling: Path | None = None) -> Path:
    """The root of the repository that holds the notebook, never above `ceiling`."""
    from nb_refactor.adapters.repository import repository_root as root_of

    return root_of(notebook, ceiling)


def candidates(notebook: Notebook) -> Candidates:
    """The cells that are worth extracting, with the reasons."""
    from nb_refactor.refactor.candidates import candidates as ranked

    return ranked(notebook)


def notebook_map(notebook: Notebook, file: Path | None, ceiling: Path | None = None) -> NotebookMap:
    """The dataflow of the notebook. `file` is where it lies: what it imports from the modules of
    its repository is in modules already."""
    from nb_refactor.adapters.repository import modules
    from nb_refactor.dataflow.notebook_map import notebook_map as drawn

    own = modules(_repository_of(file, ceiling)) if file else ()
    return drawn(notebook, frozenset(own))


def extract(
    notebook: Notebook,
    cell_ids: Sequence[str],
    root: Path,
    module: str,
    function: str,
    folder: Path | None = None,
    choices: Choices | None = None,
) -> ChangeSet | Refused:
    """What extracting the cells into `module:function` of the repository at `root` would write.
    Of a Markdown cell all code cells under its heading are meant.
    `folder` is where the notebook runs, with this process's Python; `None`: it runs elsewhere,
    and nobody knows what is missing there. Raises CannotExtract when that is no place for a
    function."""
    from nb_refactor.refactor.extract_function.extract import extract as extracted

    destination = _destination(notebook, root, module, function, folder)
    return _formatted(extracted(notebook, cell_ids, destination, choices), root)


def extract_all(
    notebook: Notebook, root: Path, module: str, folder: Path | None = None
) -> ChangeSet | Refused:
    """What extracting every cell that is worth a function would write; see `extract`."""
    from nb_refactor.refactor.extract_function.every_cell import extract_all as extracted

    answer = extracted(notebook, _destination(notebook, root, module, "", folder))
    return _formatted(answer, root)


def _formatted(answer: ChangeSet | Refused, root: Path) -> ChangeSet | Refused:
    from nb_refactor.adapters.project_formatter import formatted

    return formatted(answer, root) if isinstance(answer, ChangeSet) else answer


def _destination(
    notebook: Notebook, root: Path, module: str, function: str, folder: Path | None
) -> Destination:
    from nb_refactor.adapters.missing import Missing, missing_here
    from nb_refactor.adapters.repository import BadModule, module_file, read_repository
    from nb_refactor.adapters.text_file import UnreadableFile, read_text
    from nb_refactor.refactor.extract_function.destination import Destination

    repository = read_repository(root)
    try:
        place = module_file(repository, module)
        file = read_text(repository.root / place.path)
    except (BadModule, UnreadableFile) as error:
        raise CannotExtract(error.sentence) from None
    extra_files = tuple(FileEdit(path, None, text) for path, text in place.extra_files)
    nothing = Missing(frozenset(), frozenset())
    text = file.text if file else None
    missing = missing_here(notebook, folder, repository.root, text) if folder else nothing
    return Destination(
        module,
        function,
        place.path,
        text,
        extra_files,
        missing.modules,
        missing.files,
        placed=missing.placed,
        places_known=missing.places_known,
    )


def apply(root: Path, files: Sequence[FileEdit], module: str) -> Written | NotWritten:
    """Write the edits in the repository at `root`, all or none. `module` is the one whose loaded
    copy in the kernel is to learn of it."""
    from nb_refactor.adapters.disk import write_all

    try:
        rewrites = [_rewrite(root, edit) for edit in files]
    except CannotExtract as error:
        return NotWritten(error.sentence)
    failure = write_all(rewrites, root)
    if failure:
        return NotWritten(failure.message)
    return Written(tuple(edit.path for edit in files), _refresh(root, files, module))


def apply_with_notebook(root: Path, changes: ChangeSet, file: NotebookFile) -> NotWritten | None:
    """Write the edits of the modules and the swapped cells of the notebook file, all or none."""
    from nb_refactor.adapters.cell_swap import CellConflict, swapped
    from nb_refactor.adapters.disk import Rewrite, write_all
    from nb_refactor.adapters.ipynb import encoded

    try:
        text = swapped(file, changes.cells)
        rewrites = [_rewrite(root, edit) for edit in changes.files]
    except (CannotExtract, CellConflict) as error:
        return NotWritten(error.sentence)
    notebook = Rewrite(file.path.absolute(), file.data, encoded(text, file.bom))
    failure = write_all([*rewrites, notebook], root)
    return NotWritten(failure.message) if failure else None


async def verify(
    content: dict[str, Any],
    changes: Changes,
    start: StartKernel,
    *,
    kernel: str | None = None,
    limits: Limits | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> Verification:
    """Run the notebook's JSON and the changed notebook in fresh kernels, and compare. Nothing is
    written: the changed one imports the modules as they would be. `content` is the original's,
    also where the change is applied already. `start` starts a kernel. Raises CannotExtract where
    the change's module is none."""
    from nb_refactor.adapters.ipynb import with_ids
    from nb_refactor.adapters.verifier import Versions, verify_change

    versions = Versions(
        with_ids(content),
        tuple(changes.cells),
        tuple(changes.files),
        _placed(changes),
        _expected(changes),
    )
    return await verify_change(
        versions, start, kernel=kernel, limits=limits, on_progress=on_progress
    )


async def unit_tests(
    file: Path,
    content: dict[str, Any],
    changes: Changes,
    start: StartKernel,
    *,
    kernel: str | None = None,
    limits: Limits | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> UnitTests:
    """Make unit tests of the functions that the changes extract from the notebook's JSON, with the
    values of a fresh run of the changed notebook. Nothing is written. `file` is the notebook's;
    the other arguments are those of `verify`. Raises CannotExtract where the change's module is
    none."""
    from nb_refactor.adapters.ipynb import with_ids
    from nb_refactor.adapters.project_formatter import formatted_edits
    from nb_refactor.adapters.unit_tester import make_tests

    content = with_ids(content)
    task = _test_task(content, changes, file)
    if not task.functions:
        why = text(
            "No unit test: only functions get one, and {module} gets no new one.",
            module=changes.module,
        )
        return UnitTests(changes.files, (UnitTest("", why=why),))
    made = await make_tests(task, start, kernel=kernel, limits=limits, on_progress=on_progress)
    if made.file is None:
        return UnitTests(changes.files, made.tests, made.notes)
    (edit,), _ = formatted_edits((made.file,), changes.root)
    files = tuple(_for_pytest(each, task.placed) for each in changes.files)
    return UnitTests((*files, edit), made.tests, made.notes)


def with_unit_tests(answer: ChangeSet, made: UnitTests) -> ChangeSet:
    """The change set with its tests; a warning says where there is none, and why."""
    from msgspec.structs import replace

    reasons = tuple(test.why for test in made.tests if test.why)
    warnings = (*answer.warnings, *reasons, *made.notes)
    return replace(answer, files=made.files, tests=made.tests, warnings=warnings)


def _test_task(content: dict[str, Any], changes: Changes, file: Path) -> TestTask:
    from nb_refactor.adapters.ipynb import notebook_of
    from nb_refactor.adapters.pytest_settings import changes_path, file_of_tests, import_folders
    from nb_refactor.adapters.text_file import UnreadableFile, read_text
    from nb_refactor.adapters.unit_tester import TestTask
    from nb_refactor.refactor.module_edit import module_names
    from nb_refactor.refactor.unit_test.file_edit import new_functions

    root = changes.root.resolve()
    placed = _placed(changes)
    module_path = placed.modules.get(changes.module, "")
    functions = [
        function
        for edit in changes.files
        if edit.path == module_path
        for function in new_functions(edit.before, edit.after or "")
    ]
    unfit = _unfit(functions, notebook_of(content, file.name), changes)
    tests = file_of_tests(root, changes.module)
    existing = None
    problem = ""
    try:
        found = read_text(root / tests)
        existing = found.text if found else None
        if not module_names(existing):
            problem = text("{path} is not Python that can be read.", path=tests)
    except UnreadableFile as error:
        problem = error.sentence
    if problem:
        unfit = {function.name: problem for function in functions}
    folder = file.resolve().parent
    inside = folder.relative_to(root).as_posix() if root in (folder, *folder.parents) else ""
    source = f"{inside}/{file.name}" if inside not in ("", ".") else file.name
    made_now = any(each.path == "pyproject.toml" and each.before is None for each in changes.files)
    # Nothing of a conftest is run: it is taken to find the package.
    is_found = made_now or changes_path(root, tests)
    own = (str(placed.import_folder),) if is_found else ()
    return TestTask(
        content,
        changes.cells,
        changes.files,
        placed,
        changes.module,
        {function.name: function.returns for function in functions},
        source,
        "" if inside == "." else inside,
        tests,
        existing,
        (*own, *import_folders(root, tests)),
        unfit,
    )


def _unfit(
    functions: Sequence[NewFunction], notebook: Notebook, changes: Changes
) -> dict[str, str]:
    """The functions of which the notebook's hazards say that no test of them would hold."""
    edited = {edit.cell_id for edit in changes.cells}
    reports = [each for each in check("", notebook).cells if each.cell_id in edited]
    reasons: dict[str, str] = {}
    for finding in (each for report in reports for each in report.findings):
        what = finding.message.partition("`")[2].partition("`")[0]
        for function in functions:
            if not what or what not in function.source:
                continue
            if finding.rule == "clock" and not what.endswith(("time.time", "time_ns")):
                reasons[function.name] = text(
                    "it reads the clock (`{what}`): it gives something else on another day",
                    what=what,
                )
            if finding.rule == "absolute-path":
                reasons[function.name] = text(
                    "it has an absolute path (`{what}`), which other machines do not have",
                    what=what,
                )
    return reasons


def _for_pytest(edit: FileEdit, placed: Placed) -> FileEdit:
    """A new project's settings tell pytest where the package is."""
    if edit.path != "pyproject.toml" or edit.before is not None or not edit.after:
        return edit
    where = placed.import_root or "."
    return FileEdit(
        edit.path,
        None,
        f'{edit.after}\n[tool.pytest.ini_options]\ntestpaths = ["tests"]\n'
        f'pythonpath = ["{where}"]\n',
    )


def check_changes(changes: Changes) -> None:
    """Raises CannotExtract where the changes name a module or a file that none may write."""
    from nb_refactor.adapters.repository import BadModule, safe_file

    _placed(changes)
    try:
        for edit in changes.files:
            safe_file(changes.root, edit.path)
    except BadModule as error:
        raise CannotExtract(error.sentence) from None


def take_back_unfinished() -> int:
    """Take back what processes that were killed have left half written; answers how many writes
    that were."""
    from nb_refactor.adapters.disk import take_back_unfinished as take_back

    return take_back()


async def reproduce(
    path: str,
    content: dict[str, Any],
    start: StartKernel,
    *,
    place: Workplace | None = None,
    kernel: str | None = None,
    limits: Limits | None = None,
    twice: bool = False,
    scratch: bool = False,
    tolerance: float | None = None,
    executions: Sequence[Execution] | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> Report:
    """Run the notebook's JSON from top to bottom in a fresh kernel and compare it with the outputs
    it holds. `start` starts the kernel; `place` is where it works on this machine. With `scratch`
    it works in a copy of the project there, so that no file is overwritten. `tolerance` is how
    far floating point numbers may be apart, of their value. What differs is explained by what the
    analysis of hidden state says; `executions` are what it knows of the kernel that gave the
    outputs."""
    import asyncio

    from nb_refactor.adapters.ipynb import with_ids
    from nb_refactor.adapters.notebook_runner import reproduce_notebook
    from nb_refactor.adapters.scratch_run import in_scratch_copy

    content = with_ids(content)
    run = partial(
        reproduce_notebook,
        content,
        path=path,
        kernel=kernel,
        limits=limits,
        tolerance=_tolerance(tolerance),
        twice=twice,
        on_progress=on_progress,
    )
    if scratch:
        report = await in_scratch_copy(run, path, start, place)
    else:
        report = await run(start, place=place)
    return await asyncio.to_thread(_explained, report, content, executions)


def _tolerance(relative: float | None) -> Tolerance:
    import datetime

    from nb_refactor.reproduce.tolerance import Tolerance

    today = datetime.date.today()
    return Tolerance(today=today) if relative is None else Tolerance(relative, today)


def report_file(
    form: str, notebook: Notebook, report: Report, say: Callable[[str], str] = str
) -> bytes:
    """The report of one notebook as a file: `html` (a page that needs nothing else, in the language
    in which `say` says texts), `json` (as the command line writes it) or `xml` (JUnit)."""
    if form == "html":
        from nb_refactor.adapters.report_page import Reported, report_page

        return report_page([Reported(notebook, report)], say).encode("utf-8", "replace")
    if form == "xml":
        from nb_refactor.adapters.junit import junit

        return junit([report])
    import msgspec

    return msgspec.json.format(
        msgspec.json.encode({"version": 1, "notebooks": [report]}, enc_hook=plain)
    )


def record_file(name: str, report: Report, folder: Path) -> bytes:
    """What the run of a notebook in `folder` depended on, as a file: `record.json`, or
    `requirements.txt` for pip."""
    if name == "record.json":
        from nb_refactor.adapters.run_record import run_record

        return run_record([report], [folder])
    from nb_refactor.reproduce.requirements import requirements_text

    return requirements_text([report.dependencies] if report.dependencies else []).encode("utf-8")


def _explained(
    report: Report, content: dict[str, Any], executions: Sequence[Execution] | None
) -> Report:
    """The report with the cause of each difference: the one place where the analysis of hidden
    state and the fresh run meet."""
    from nb_refactor.adapters.ipynb import notebook_of, saved_python
    from nb_refactor.reproduce.explain import explained, needs_explaining

    if not needs_explaining(report):
        return report
    notebook = notebook_of(content, report.path)
    cells = check(report.path, notebook, executions).cells
    suspicions = {cell.cell_id: _suspicions(cell) for cell in cells}
    sources = [cell.source for cell in notebook.code_cells]
    return explained(report, sources, suspicions, saved_python(content))


def _suspicions(cell: CellReport) -> tuple[Suspicion, ...]:
    from nb_refactor.reproduce.causes import Suspicion

    return tuple(
        Suspicion(found.rule, found.message, found.severity != "info", found.at, found.sources)
        for found in cell.findings
    )


def _repository_of(notebook: Path, ceiling: Path | None) -> Repository:
    from nb_refactor.adapters.repository import read_repository

    return read_repository(repository_root(notebook, ceiling))


def _rewrite(root: Path, edit: FileEdit) -> Rewrite:
    """The edit in bytes: the file's own line ends and byte order mark are kept."""
    from nb_refactor.adapters.disk import Rewrite
    from nb_refactor.adapters.repository import BadModule, safe_file
    from nb_refactor.adapters.text_file import TextFile, UnreadableFile, read_bytes

    try:
        path = safe_file(root, edit.path)
        data = read_bytes(path)
        now = TextFile.of(data, path.name) if data is not None else None
        after = None if edit.after is None else (now or TextFile("")).encoded(edit.after)
    except (BadModule, UnreadableFile) as error:
        raise CannotExtract(error.sentence) from None
    if (now.text if now else None) != edit.before:
        raise CannotExtract(
            text("{path} was created meanwhile, so nothing was written.", path=edit.path)
            if edit.before is None
            else text(
                "{path} was changed or removed meanwhile, so nothing was written.", path=edit.path
            )
        )
    return Rewrite(path, data, after)


def _placed(changes: Changes) -> Placed:
    from nb_refactor.adapters.changed_notebook import Placed
    from nb_refactor.adapters.repository import BadModule, module_file, read_repository

    try:
        place = module_file(read_repository(changes.root), changes.module)
    except BadModule as error:
        raise CannotExtract(error.sentence) from None
    above = f"{place.import_root}/" if place.import_root else ""
    modules = {
        edit.path.removeprefix(above)
        .removesuffix(".py")
        .removesuffix("/__init__")
        .replace("/", "."): edit.path
        for edit in changes.files
        if edit.path.endswith(".py") and edit.path.startswith(above)
    }
    return Placed(changes.root, place.import_root, modules)


def _expected(changes: Changes) -> Expected:
    """The names that the cells bound before the change, those that they bind after it, and those
    that are left with an older value."""
    from nb_refactor.dataflow.exposure import cell_effects
    from nb_refactor.reproduce.variables import Expected

    def bound(source: str | None) -> frozenset[str]:
        return frozenset(each.name for each in cell_effects(source or "").whole.definitions)

    return Expected(
        frozenset().union(*(bound(edit.before) for edit in changes.cells)),
        frozenset().union(*(bound(edit.after) for edit in changes.cells)),
        frozenset(changes.outdated),
    )


def _refresh(root: Path, files: Sequence[FileEdit], module: str) -> str:
    from nb_refactor.adapters.kernel_refresh import refresh_source
    from nb_refactor.adapters.repository import BadModule, module_file, read_repository

    try:
        place = module_file(read_repository(root), module)
    except BadModule:
        return ""
    for edit in files:
        if edit.path == place.path:
            change = (edit.before, edit.after)
            return refresh_source(root, place.import_root, module, place.path, *change)
    return ""
