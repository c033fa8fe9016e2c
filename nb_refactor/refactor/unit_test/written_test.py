"""The text of a unit test: arguments, the call, and what comes of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from nb_refactor.refactor.module_edit import ImportBinding, import_statements
from nb_refactor.refactor.unit_test.assertion import Assertion, assertions
from nb_refactor.refactor.unit_test.call_text import CallText, call_text, free_name
from nb_refactor.refactor.unit_test.file_names import taken_imports
from nb_refactor.refactor.unit_test.layout import INDENT, Nested, Text, laid_out, prefixed
from nb_refactor.refactor.unit_test.literal import quoted
from nb_refactor.refactor.unit_test.recorded_call import (
    RecordedCall,
    is_shortened,
    most_rows,
    tells_by_printing,
)
from nb_refactor.refactor.unit_test.recorded_value import Atom, Group, Value

_PATH = ImportBinding("pathlib", "Path")
_ASYNCIO = ImportBinding("asyncio")
_FIXTURES = frozenset(("monkeypatch", "capsys"))
# A tuple of so many values is taken apart.
_MOST_NAMES = 8


@dataclass(frozen=True)
class Subject:
    """The function that is tested: `returns` are the names of what it returns. `source` is the
    notebook whose run is the model. With a `folder` (relative to the root, with `/`) the test works
    there; its file is `depth` folders below the root."""

    module: str
    function: str
    returns: tuple[str, ...]
    source: str
    folder: str | None = None
    depth: int = 1


@dataclass(frozen=True)
class WrittenTest:
    """The definition of a test function, and the imports that it needs at the top of its file."""

    name: str
    definition: str
    imports: frozenset[ImportBinding]


def written_test(
    subject: Subject, call: RecordedCall, name: str, existing: str | None
) -> WrittenTest:
    """The test that the function gives for the arguments of the `call` what that gave. Imports of
    names that the `existing` text of its file binds to something else go into the test."""
    imports = _imports(subject, call)
    bound = {each.bound for each in imports} | _FIXTURES
    given = call_text(call, bound)
    outcome = _Outcome.of(subject, call, given, bound | set(given.names.values()))
    late = taken_imports(existing, imports)
    begin = [f'{INDENT}"""{_sentence(subject, call)}"""']
    begin += [INDENT + line for line in import_statements(late)]
    begin += [_chdir(subject)] if subject.folder is not None else []
    begin += [_line(f"{local} = ", each.text) for local, each in given.bound]
    called = given.of(subject.function)
    if call.is_async:
        called = Nested("asyncio.run(", (called,), ")")
    blocks = [begin, [_line(outcome.lead, called)], [_line("", c.text) for c in outcome.checks]]
    body = "\n\n".join("\n".join(block) for block in blocks)
    fixtures = [name for name in sorted(_FIXTURES) if name in _used(subject, call)]
    return WrittenTest(name, f"def {name}({', '.join(fixtures)}):\n{body}\n", imports - late)


def _imports(subject: Subject, call: RecordedCall) -> frozenset[ImportBinding]:
    found = {ImportBinding(subject.module, subject.function)}
    found |= {_ASYNCIO} if call.is_async else set()
    found |= {_PATH} if subject.folder is not None else set()
    values = [*(each.value for each in call.changed), call.result]
    checks = [each for value in values for each in assertions("_", value)]
    return call_text(call).imports.union(found, *(each.imports for each in checks))


def _used(subject: Subject, call: RecordedCall) -> set[str]:
    """The fixtures of pytest that the test takes."""
    used = {"monkeypatch"} if subject.folder is not None else set()
    return used | {"capsys"} if tells_by_printing(call) else used


def _sentence(subject: Subject, call: RecordedCall) -> str:
    source = subject.source.replace("\\", "/").replace('"', "'")
    if is_shortened(call):
        rows = most_rows(call)
        few = "first row" if rows == 1 else f"first {rows} rows"
        return f"Given the {few} of what it gets in {source}."
    return f"As in a run of {source}."


def _chdir(subject: Subject) -> str:
    inside = f' / "{subject.folder}"' if subject.folder else ""
    return f"{INDENT}monkeypatch.chdir(Path(__file__).parents[{subject.depth}]{inside})"


def _line(lead: str, text: Text) -> str:
    return INDENT + laid_out(prefixed(lead, text), INDENT)


@dataclass(frozen=True)
class _Outcome:
    """What takes the result (`a, b = `), and what holds afterwards."""

    lead: str
    checks: tuple[Assertion, ...]

    @classmethod
    def of(cls, subject: Subject, call: RecordedCall, given: CallText, bound: set[str]) -> _Outcome:
        targets: list[str] = []
        checks: list[Assertion] = []
        for wish, value in _results(subject, call.result):
            name = free_name(f"new_{wish}" if wish in bound else wish, bound)
            said = list(assertions(name, value))
            targets.append(name if said else "_")
            bound.add(name)
            checks += said
        lead = f"{', '.join(targets)} = " if checks else ""
        for changed in call.changed:
            checks += assertions(given.names[changed.name], changed.value)
        checks += [Assertion(_printed(call.output))] if tells_by_printing(call) else []
        return cls(lead, tuple(checks))


def _results(subject: Subject, result: Value) -> Iterator[tuple[str, Value]]:
    """The values that the function returns, with the names that they would have."""
    if isinstance(result, Atom) and result.type == "NoneType":
        return
    wishes = subject.returns
    if isinstance(result, Group) and result.type == "tuple" and result.whole:
        if len(wishes) != len(result.items):
            wishes = tuple(f"result_{place}" for place in range(1, len(result.items) + 1))
        if 1 < len(wishes) <= _MOST_NAMES:
            yield from zip(wishes, result.items, strict=True)
            return
    yield (wishes[0] if len(subject.returns) == 1 else "result"), result


def _printed(output: str) -> Text:
    lines = tuple(quoted(repr(line)) for line in output.splitlines(keepends=True))
    if len(lines) == 1:
        return f"assert capsys.readouterr().out == {lines[0]}"
    listed = Nested("[", lines, "]")
    return prefixed("assert capsys.readouterr().out.splitlines(keepends=True) == ", listed)
