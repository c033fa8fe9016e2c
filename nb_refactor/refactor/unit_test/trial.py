"""What is tried to make a test of a recorded call, and what comes of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from nb_refactor.refactor.module_edit import ImportBinding, import_statements
from nb_refactor.refactor.unit_test.call_text import call_text
from nb_refactor.refactor.unit_test.layout import flat
from nb_refactor.refactor.unit_test.recorded_call import (
    RecordedCall,
    in_the_way,
    is_shortened,
    most_rows,
    prints_little,
    same_arguments,
    same_outcome,
    shortened,
    shows_something,
    unseen,
)
from nb_refactor.refactor.unit_test.recorded_value import Atom, Built, parts
from nb_refactor.text import text

# How many of the first rows of what is too large are tried: a few say most, some code needs more.
ROWS = (5, 12, 40)
# What a person still reads, in characters.
MOST_TEXT = 12_000


class Called(Struct, frozen=True):
    """What came of a call in a process of its own: the `call` as it was recorded there, the error
    that it `raised`, what was `refused` to it (see `adapters/trial_side.py`), and the files that it
    read by a relative path. `failed` says why there is no answer at all."""

    call: RecordedCall | None = None
    raised: str = ""
    refused: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    failed: str = ""
    helped: bool = False


class Tested(Struct, frozen=True):
    """What came of running a test in a process of its own. `helped`: the package could not be
    imported without help."""

    passed: bool = False
    raised: str = ""
    failed: str = ""
    helped: bool = False


def obstacle(call: RecordedCall) -> str:
    """Why no call like this can be written, or an empty text."""
    found = in_the_way(call)
    if found is None:
        return _absolute(call)
    name, part = found
    if part.large:
        return text(
            "its argument `{name}` ({what}) is too large to be written in a test",
            name=name,
            what=part.what,
        )
    return text(
        "its argument `{name}` ({what}) cannot be written as a literal", name=name, what=part.what
    )


_ABSOLUTE = re.compile(r"""^['"](/[^/'"]+/|[A-Za-z]:[\\\\/]|~/)""")


def _absolute(call: RecordedCall) -> str:
    for argument in call.arguments:
        for part in parts(argument.value):
            code = part.text if isinstance(part, (Atom, Built)) else ""
            inside = code.partition("(")[2] if isinstance(part, Built) else code
            if _ABSOLUTE.match(inside):
                return text(
                    "its argument `{name}` has an absolute path ({path}), which other machines do "
                    "not have",
                    name=argument.name,
                    path=inside.rstrip(")"),
                )
    return ""


def attempts(call: RecordedCall) -> Iterator[RecordedCall]:
    """The call itself; where something in it is too large to be written, calls with its first
    rows, from few to many."""
    if not is_shortened(call):
        yield call
        return
    most = most_rows(call)
    for rows in dict.fromkeys(min(rows, most) for rows in ROWS):
        yield shortened(call, rows)


def call_source(module: str, call: RecordedCall) -> tuple[str, str]:
    """The statements that bind the arguments, and the call, as Python runs them."""
    names = {call.function, "asyncio"}
    imports = call_text(call).imports | {ImportBinding(module, call.function)}
    imports |= {ImportBinding("asyncio")} if call.is_async else set()
    given = call_text(call, names | {each.bound for each in imports})
    bound = [f"{name} = {flat(each.text)}" for name, each in given.bound]
    called = flat(given.of(call.function))
    setup = "\n".join([*import_statements(imports), *bound])
    return setup, f"asyncio.run({called})" if call.is_async else called


def why_not(asked: RecordedCall, observed: RecordedCall, called: Called) -> str:
    """Why there can be no test of this call, or an empty text. `asked` is the attempt that was
    made, `observed` the call of the notebook that it comes from."""
    few = is_shortened(asked)
    if called.failed:
        return text("it {does}", does=_does(called.failed))
    refused = [what for what in called.refused if called.raised or what != "starts programs"]
    if refused:
        return text("it {does}", does=_does(refused[0]))
    if called.raised or called.call is None:
        if not few:
            return text("it raises {error} outside of the notebook", error=called.raised)
        return text(
            "it raises, given the first {rows} rows only, {error}",
            rows=most_rows(asked),
            error=called.raised,
        )
    strange = same_arguments(asked, called.call)
    if strange is not None:
        return text("its argument `{name}` cannot be written exactly", name=strange.name)
    if not few and not same_outcome(observed, called.call):
        return OTHER_VALUES
    if not shows_something(called.call) and not prints_little(called.call):
        missed = unseen(called.call)
        if missed:
            return text("what it gives ({what}) cannot be written as a literal", what=missed[0])
        return text("it gives nothing that a test could compare")
    return ""


OTHER_VALUES = text(
    "it gives something else when it is called again with the same arguments (random numbers, or "
    "something that it reads beside its arguments)"
)

# What `adapters/trial_side.py` says of a function or a test, as words of a sentence
DOES: dict[str, str] = {
    does: does
    for does in (
        text("removes files"),
        text("renames files"),
        text("makes folders"),
        text("removes folders"),
        text("changes the folder that it works in"),
        text("starts programs"),
        text("connects to the network"),
        text("opens a database"),
        text("ends its process"),
        text("could not be tried"),
        text("cannot be imported outside of the notebook's folder"),
        text("could not be tried: the kernel does not answer"),
    )
}
WRITES = re.compile(r"writes files \(`(?P<file>.*)`\)", re.DOTALL)
TAKES_LONGER = re.compile(r"takes longer than (?P<seconds>[0-9.e+]+) seconds")


def _does(told: str) -> str:
    """What was told from the other process, as words that can be said in another language."""
    written, longer = WRITES.fullmatch(told), TAKES_LONGER.fullmatch(told)
    if written is not None:
        return text("writes files (`{file}`)", file=written["file"])
    if longer is not None:
        return text("takes longer than {seconds} seconds", seconds=longer["seconds"])
    does, colon, why = told.partition(": ")
    if told in DOES or not colon or does not in DOES:
        return DOES.get(told, told)
    return text("{does}: {why}", does=DOES[does], why=why)


def completed(asked: RecordedCall, called: RecordedCall) -> RecordedCall:
    """The attempt with what came of it."""
    return replace(asked, result=called.result, changed=called.changed, output=called.output)


def why_not_passed(tested: Tested) -> str:
    """Why a test that was run is not written, or an empty text."""
    if tested.passed:
        return ""
    if tested.failed:
        return text("the test {does}", does=_does(tested.failed))
    if tested.raised.startswith("ModuleNotFoundError: No module named 'pytest'"):
        return text("pytest is not installed where the notebook runs")
    if tested.raised.startswith("AssertionError"):
        return text(
            "the test was tried and did not pass: the function gives something else each time, or "
            "what it gives cannot be written exactly"
        )
    return text("the test was tried and raised {error}", error=tested.raised)
