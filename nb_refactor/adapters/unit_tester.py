"""Makes unit tests of functions that a change set extracts: their calls are recorded in a fresh run
of the changed notebook, and each test is run in a process of its own before it is offered."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from nb_refactor.adapters.changed_notebook import (
    Placed,
    changed_content,
    redirecting,
    redirections,
)
from nb_refactor.adapters.fresh_kernel import KernelUnavailable, StartKernel
from nb_refactor.adapters.kernel_text import answer_of, evaluated, side_source, text_answer_of
from nb_refactor.adapters.notebook_runner import Limits, connected, run_cell, started_kernel
from nb_refactor.adapters.run_course import Document, notebook_nodes
from nb_refactor.change import CellEdit, FileEdit, UnitTest
from nb_refactor.refactor.unit_test.file_edit import file_with_tests
from nb_refactor.refactor.unit_test.file_names import name_of_test
from nb_refactor.refactor.unit_test.recorded_call import (
    RecordedCall,
    empty_results,
    is_shortened,
    most_rows,
    shows_something,
    tells_by_printing,
    unseen,
)
from nb_refactor.refactor.unit_test.trial import (
    MOST_TEXT,
    Called,
    Tested,
    attempts,
    call_source,
    completed,
    obstacle,
    why_not,
    why_not_passed,
)
from nb_refactor.refactor.unit_test.written_test import Subject, WrittenTest, written_test
from nb_refactor.reproduce.compare import is_skipped
from nb_refactor.reproduce.outcome import stop_after
from nb_refactor.text import text, unended

Answer = TypeVar("Answer", Called, Tested)

# Seconds that one call may take, with the imports of its module.
_CALL_SECONDS = 60.0
_ANSWER_SECONDS = 30.0
_RECORDING = ("value_side",)
# Imported once for all that is tried at a time.
_HEAVY = ("numpy", "pandas", "pytest")
_TRIAL = ("redirect_side", "value_side", "recording_side", "trial_side")


@dataclass(frozen=True)
class TestTask:
    """What is to be tested: the notebook's nbformat JSON (cells with ids) before the change, the
    change, and its `functions` in the dotted `module` with the names of what each returns. `source`
    is the notebook's path below the root, `folder` that of its folder. The tests go to the file at
    `path`, whose text is `existing`; `import_folders` are those that pytest puts on the path.
    `unfit` are functions of which it is known that they can have no test, with the reason."""

    __test__ = False  # for pytest, which takes the name for a test

    content: dict[str, Any]
    cells: tuple[CellEdit, ...]
    files: tuple[FileEdit, ...]
    placed: Placed
    module: str
    functions: Mapping[str, tuple[str, ...]]
    source: str
    folder: str
    path: str
    existing: str | None
    import_folders: tuple[str, ...]
    unfit: Mapping[str, str]


@dataclass(frozen=True)
class TestsMade:
    """The file of the tests (`None`: there are none), one entry for each function, and sentences
    about what to know beside it."""

    __test__ = False

    file: FileEdit | None
    tests: tuple[UnitTest, ...]
    notes: tuple[str, ...] = ()


async def make_tests(
    task: TestTask,
    start_kernel: StartKernel,
    *,
    kernel: str | None = None,
    limits: Limits | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> TestsMade:
    """Record and try. Nothing is written, and no kernel is left running. `on_progress` is called
    with how many steps (cells and functions) are done, and how many there are."""
    tester = _Tester(task, on_progress or (lambda done, total: None))
    wanted = [name for name in task.functions if name not in task.unfit]
    if wanted:
        try:
            await tester.run(wanted, start_kernel, kernel, limits or Limits())
        except KernelUnavailable as problem:
            tester.reasons.update(dict.fromkeys(wanted, problem.sentence))
    return tester.made()


@dataclass(frozen=True)
class _Given:
    """A call with what came of it, and whether it reads files of the notebook's folder."""

    call: RecordedCall
    reads: bool


class _Tester:
    """One run of the changed notebook, and what comes of it for each function."""

    def __init__(self, task: TestTask, tell: Callable[[int, int], None]) -> None:
        self.task = task
        self.tell = tell
        self.reasons: dict[str, str] = dict(task.unfit)
        self.tests: dict[str, WrittenTest] = {}
        self.notes: list[str] = []
        self.is_importable = True
        self.done = self.total = 0

    def step(self) -> None:
        self.done += 1
        self.tell(self.done, self.total)

    async def run(
        self, wanted: list[str], start: StartKernel, kernel: str | None, limits: Limits
    ) -> None:
        content = changed_content(self.task.content, self.task.cells)
        document = Document.read(content)
        nodes = notebook_nodes(content)
        fresh = await started_kernel(start, document.wish(kernel), limits.start_seconds)
        async with connected(fresh, nodes, limits) as client:
            redirection = redirecting(self.task.files, self.task.placed)
            await answer_of(client, redirection, _ANSWER_SECONDS)
            watch = f"watch({self.task.module!r}, {wanted!r}, record)"
            await answer_of(
                client, evaluated("recording_side", watch, *_RECORDING), _ANSWER_SECONDS
            )
            stopped = await self._run_cells(client, document, wanted, limits)
            if client.was_abandoned:
                self.reasons.update(dict.fromkeys(wanted, stopped))
                return
            calls = await self._calls(client)
            for name in wanted:
                if name not in calls:
                    self.reasons[name] = stopped or text("the notebook does not call it")
            await self._try(client, [calls[name] for name in wanted if name in calls])
            self.tell(self.total, self.total)

    async def _run_cells(
        self, client: Any, document: Document, wanted: list[str], limits: Limits
    ) -> str:
        """Run the cells until there is a call of each function; answers why it stopped early."""
        codes = [(i, cell) for i, cell in enumerate(client.nb.cells) if cell.cell_type == "code"]
        named = re.compile(rf"\b({'|'.join(map(re.escape, wanted))})\b")
        callers = [n for n, cell in enumerate(document.cells) if named.search(cell.source)]
        if not callers:
            return ""
        ends = time.monotonic() + limits.total_seconds if limits.total_seconds else None
        self.total = callers[-1] + 1 + len(wanted)
        for place, (index, node) in enumerate(codes[: callers[-1] + 1]):
            saved = document.cells[place]
            if not is_skipped(saved.source, saved.tags):
                run = await run_cell(client, node, index, limits, ends)
                stop = stop_after(saved, run)
                if stop is not None:
                    return text("a fresh run does not get to its call: {why}", why=stop.message)
            self.step()
            if place in callers and await self._are_recorded(client):
                self.total = self.done + len(wanted)
                break
        return ""

    async def _are_recorded(self, client: Any) -> bool:
        expression = evaluated("recording_side", "are_recorded()", *_RECORDING)
        return await answer_of(client, expression, _ANSWER_SECONDS) == "True"

    async def _calls(self, client: Any) -> dict[str, RecordedCall]:
        expression = evaluated("recording_side", "told()", *_RECORDING)
        told = await text_answer_of(client, expression, _ANSWER_SECONDS)
        return msgspec.json.decode(told or "{}", type=dict[str, RecordedCall])

    # ---- the functions ------------------------------------------------------------------------

    async def _try(self, client: Any, observed: list[RecordedCall]) -> None:
        """Call all of them, and write their tests; then those again that need more rows."""
        waiting: dict[str, tuple[RecordedCall, Iterator[RecordedCall]]] = {}
        for call in observed:
            why = obstacle(call)
            if why:
                self.reasons[call.function] = why
            else:
                waiting[call.function] = call, attempts(call)
        empty: dict[str, _Given] = {}
        while waiting:
            asked = {name: next(more, None) for name, (_, more) in waiting.items()}
            for name in [name for name, call in asked.items() if call is None]:
                del waiting[name]
            calls = [call for call in asked.values() if call is not None]
            given = await self._call(client, calls, {name: o for name, (o, _) in waiting.items()})
            # More rows may say more.
            few = {name for name, each in given.items() if empty_results(each.call)}
            for name in few:
                best = empty.setdefault(name, given[name])
                empty[name] = min(best, given[name], key=lambda each: empty_results(each.call))
            await self._write(client, [each for name, each in given.items() if name not in few])
            for name in self.tests:
                waiting.pop(name, None)
                empty.pop(name, None)
        await self._write(client, list(empty.values()))

    async def _call(
        self, client: Any, calls: list[RecordedCall], observed: Mapping[str, RecordedCall]
    ) -> dict[str, _Given]:
        """What comes of the calls, of those that can be tested."""
        tasks = []
        for asked in calls:
            setup, call = call_source(self.task.module, asked)
            what = {"function": asked.function, "setup": setup, "call": call}
            root = {"module": self.task.module, "root": str(self.task.placed.root)}
            do = "called(task, Recorder(record))"
            tasks.append({**what, **root, "do": do, "folder": self._folder()})
        answers = await self._apart(client, tasks, Called)
        given: dict[str, _Given] = {}
        for asked, called in zip(calls, answers, strict=True):
            why = why_not(asked, observed[asked.function], called)
            if not why and called.call is not None:
                whole = completed(asked, called.call)
                given[asked.function] = _Given(whole, bool(called.reads))
            else:
                self.reasons[asked.function] = why
        return given

    def _folder(self) -> str:
        return str(self.task.placed.root.joinpath(*filter(None, self.task.folder.split("/"))))

    async def _write(self, client: Any, given: list[_Given]) -> None:
        """Write the tests of the calls, and run them; in the notebook's folder where one reads
        files from there."""
        again = await self._run_tests(client, given)
        if again:
            await self._run_tests(client, again)

    async def _run_tests(self, client: Any, given: list[_Given]) -> list[_Given]:
        """Keep the tests that pass; answers what may pass another way: in the notebook's folder
        where a file was not found, and without what is printed, which may tell of time."""
        tests: list[tuple[_Given, WrittenTest]] = []
        for each in given:
            test = self._test(each, [test.name for _, test in tests])
            if len(test.definition) > MOST_TEXT:
                long = text("a test with all that it takes and gives would be too long to be read")
                self.reasons[each.call.function] = long
            else:
                tests.append((each, test))
        answers = await self._apart(client, [self._test_run(test) for _, test in tests], Tested)
        again: list[_Given] = []
        for (each, test), tested in zip(tests, answers, strict=True):
            name = each.call.function
            why = why_not_passed(tested)
            if not why:
                self.tests[name] = test
                self.notes += _notes(each.call)
                self.is_importable = self.is_importable and not tested.helped
                continue
            self.reasons[name] = why
            if "FileNotFoundError" in why and not each.reads:
                again.append(_Given(each.call, True))
            elif tells_by_printing(each.call) and shows_something(each.call):
                again.append(_Given(msgspec.structs.replace(each.call, output=""), each.reads))
        return again

    def _test(self, given: _Given, taken: list[str]) -> WrittenTest:
        task = self.task
        function = given.call.function
        subject = Subject(
            task.module,
            function,
            task.functions[function],
            task.source,
            task.folder if given.reads else None,
            task.path.count("/"),
        )
        taken = [*taken, *(test.name for test in self.tests.values())]
        name = name_of_test(function, task.existing, taken)
        return written_test(subject, given.call, name, task.existing)

    def _test_run(self, test: WrittenTest) -> dict[str, Any]:
        task = self.task
        edit = file_with_tests(task.path, task.existing, task.module, [test])
        file = task.placed.root / task.path
        return {
            "do": "tested(task)",
            "name": file.stem,
            "file": str(file),
            "text": edit.after,
            "tests": [test.name],
            "folder": str(task.placed.root),
        }

    async def _apart(self, client: Any, tasks: list[dict[str, Any]], kind: type[Answer]) -> Any:
        """Do them in processes that the kernel starts, see `trial_side`."""
        if not tasks:
            return []
        change: TestTask = self.task
        sources, folders = redirections(change.files, change.placed)
        texts = "\n".join(each.get("setup", each.get("text", "")) for each in tasks)
        job = {
            "tasks": tasks,
            "code": [side_source(name) for name in _TRIAL],
            "sources": sources,
            "folders": folders,
            "module": change.module,
            "preload": [name for name in _HEAVY if f"import {name}" in texts],
            "import_root": str(change.placed.import_folder),
            "path": [*change.import_folders],
            "seconds": _CALL_SECONDS,
        }
        expression = evaluated("trial_side", f"apart({json.dumps(job)!r})")
        seconds = _CALL_SECONDS * (1 + len(tasks)) + _ANSWER_SECONDS
        told = await text_answer_of(client, expression, seconds)
        if told is None:
            failed = {"failed": "could not be tried: the kernel does not answer"}
            return [msgspec.convert(failed, kind) for _ in tasks]
        return await asyncio.to_thread(msgspec.json.decode, told, type=list[kind])  # type: ignore[valid-type]

    # ---- all of them --------------------------------------------------------------------------

    def made(self) -> TestsMade:
        task = self.task
        tests = [self.tests[name] for name in task.functions if name in self.tests]
        edit = file_with_tests(task.path, task.existing, task.module, tests) if tests else None
        told = tuple(
            UnitTest(name, self.tests[name].name, task.path)
            if name in self.tests
            else UnitTest(name, why=self._why_none(name))
            for name in task.functions
        )
        return TestsMade(edit, told, tuple(self._all_notes()))

    def _why_none(self, name: str) -> str:
        return text("No test of `{name}`: {why}.", name=name, why=unended(self.reasons[name]))

    def _all_notes(self) -> Iterator[str]:
        yield from self.notes
        if not self.is_importable:
            package = self.task.module.partition(".")[0]
            yield text(
                "pytest does not find `{package}` yet: install the repository with `pip install "
                "-e`, or name its folder in pytest's setting `pythonpath`.",
                package=package,
            )


def _notes(call: RecordedCall) -> list[str]:
    """What to know of the call's test."""
    notes: list[str] = []
    missed = unseen(call)
    if missed:
        note = text(
            "The test of `{name}` does not look at all that it gives: {what} cannot be written as "
            "a literal.",
            name=call.function,
            what=", ".join(missed),
        )
        notes.append(note)
    if is_shortened(call) and empty_results(call):
        note = text(
            "The test of `{name}` says little: given the first {rows} rows only, some of what it "
            "returns is empty.",
            name=call.function,
            rows=most_rows(call),
        )
        notes.append(note)
    return notes
