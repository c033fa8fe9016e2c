"""Value numbers: equal numbers mean that two pieces of code, run in two places, did the same.

A statement's number is a digest of its syntax tree and of the numbers of all that it reads. What
it binds or changes takes its number from there, so a name's number stands for the whole
computation behind its value, however many cells that went through. Take two sequences:

    what ran                          the notebook, top to bottom
    1  n = 3                          n = 3
    2  m = n + 1                      m = n + 1
    3  n = n * 2        (again:)      n = n * 2
    4  n = n * 2                      print(m, n)
    5  print(m, n)

`m` has the same number in both: digest(`m = n + 1`, digest(`n = 3`)). `n` has not: it went through
`n * 2` twice on the left. So `print(m, n)` has two numbers, and the cell is not what a fresh run
gives. Running `m = n + 1` once more right after it ran gives the number that it had: a harmless
rerun stays harmless. Nothing here compares execution counts.

The promise: if every read and every write is seen, and code is a function of what it reads, then
equal numbers mean equal outputs and equal values (induction over the digest's parts). The
converse does not hold: different computations may give equal values, and then we warn in vain.
So reads and writes err on the side of too many:

- an *update* in place (`df["c"] = …`, `rows.append(…)`) reads and writes the object, and all names
  that may share the object see it (`aliasing`);
- a *function* is read together with what its body will read when it is called, and with the
  functions in there, and so on;
- a *call* changes what the tables (`mutation`) or the visible body (`summary`) say;
- *state of the process* (random generators, options, files) is read and written like a name;
- after a *compound statement* whatever it may have bound or changed has a number made of all that
  it read, whichever way it went.

What is taken the precise way, because notebooks are full of it: a column is a field of its own
(`df["c"] = df["a"] * 2` run twice is as good as once); the same store once more changes nothing
(through a view or an element it replaces only what was stored through the same one);
training an estimator again starts from nothing; imports are known by what they import; what is
made of a value does not go by the name that the value has (a statement's `shape`).

A read of a name that is certainly unbound stops the cell there, as it would stop the kernel.

The scheme is value numbering as compilers do it (Alpern, Wegman, Zadeck 1988), over executed
versions of cells instead of basic blocks, with the numbers as digests so that two runs compare.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from nb_refactor.dataflow import library_functions, library_methods, process_state, rounds
from nb_refactor.dataflow.actions import act, begin
from nb_refactor.dataflow.aliasing import (
    NO_ORIGIN,
    NOWHERE,
    Binding,
    Form,
    Kept,
    Number,
    Object,
    Origins,
    Points,
    Reference,
    digest,
)
from nb_refactor.dataflow.calls import canonical_name
from nb_refactor.dataflow.captured import keep_captured, may_print
from nb_refactor.dataflow.class_parts import MAKING
from nb_refactor.dataflow.columns import ROWS
from nb_refactor.dataflow.displayed import Shown
from nb_refactor.dataflow.effects import (
    Arm,
    Bind,
    Branch,
    Evaluate,
    Fresh,
    Loop,
    Opaque,
    Simple,
    Statement,
    Try,
    Unbind,
    Use,
    With,
)
from nb_refactor.dataflow.exposure import CellEffects, effects_of, swallows
from nb_refactor.dataflow.forms import (
    ASKING_FOR_TYPE,
    FORM_ATTRIBUTES,
    TYPE_OF_ELEMENTS,
    form_number,
    form_of,
    made_of,
)
from nb_refactor.dataflow.forms import ROWS as ROWS_OF_FORM
from nb_refactor.dataflow.idempotence import Repeatable, does_it_once
from nb_refactor.dataflow.library_methods import ORDER
from nb_refactor.dataflow.library_options import (
    ANY,
    FIRST_ROW_LIMIT,
    ROW_LIMIT,
    tells_how_it_is_shown,
)
from nb_refactor.dataflow.liveness import simples
from nb_refactor.dataflow.machine import Machine, Read, Touched
from nb_refactor.dataflow.name_number import (
    BUILTINS,
    GENERATIONS,
    NO_METHODS,
    all_origins,
    generations,
    name_number,
    read_origins,
    unbound_number,
    written_number,
)
from nb_refactor.dataflow.parameter_fields import named_fields, texts_by_place
from nb_refactor.dataflow.places import Place, are_apart
from nb_refactor.dataflow.quiet_statements import is_quiet
from nb_refactor.dataflow.store import Key, Past, Repeat, Store, merge

_UNBOUND = digest("unbound")
# What is stored there gives an object, or its elements, another type.
_TYPE = frozenset({"__class__", TYPE_OF_ELEMENTS})

# Kinds of what may be the mapping of all names.
_MAYBE_NAMESPACE = frozenset({"namespace", "unknown"})

# A statement that raised: its number, and that number with what it stores into.
Raise = tuple[Number, Number]
# The statements that are known to raise: the second numbers by the first.
Raising = Mapping[Number, frozenset[Number]]


class Stop(Struct, frozen=True):
    """Where a cell ended early: the unbound name, or the line of a known error. `at_once`: the
    statement (of several that stand in one another, the inmost) had done nothing before it looked
    for the name."""

    line: int
    name: str | None
    at_once: bool = False


class Written(Struct, frozen=True):
    """What a name is worth after the item: its number, and the code that made the value."""

    number: Number
    origins: Origins


class Numbered(Struct, frozen=True):
    """One item of a sequence after numbering. `number` covers its statements and the final
    content of all that it changed; `statements` are the numbers one by one. `writes` are the
    names that it bound or whose object it changed, with the whole value as a read would find it.
    `content` is the number without what tells how many rows of a table are shown; `row_limit` says
    how many, where that is known. `stopped` is set where a name was not found before its statement
    had done anything: the number of what was shown by then, with any such name."""

    number: Number
    statements: tuple[Number, ...]
    reads: tuple[Read, ...]
    writes: Mapping[str, Written]
    stop: Stop | None
    opaque: tuple[Opaque, ...]
    content: Number = b""
    row_limit: int | None = None
    stopped: Number | None = None


class Risk(Struct, frozen=True):
    """Code that raised may raise again, on other values too: in one of its statements from `first`
    up to `end`. `passed` are the numbers of statements that the same code has run through."""

    first: int
    end: int
    passed: frozenset[Number]


class Item(Struct, frozen=True):
    """One execution, or one cell of the document. `raised_line` is set where it is known that
    the code raised there; `raised_somewhere` that it raised, no one knows where; `undefined_name`
    is the name that was not defined there. `count` is its execution count; `risk` that it may
    raise."""

    effects: CellEffects
    raised_line: int | None = None
    raised_somewhere: bool = False
    count: int | None = None
    undefined_name: str | None = None
    risk: Risk | None = None


NO_STATEMENTS = range(0)


def statements_that_raised(item: Item) -> range:
    """Of an item that raised: the statements of which one did, by their places."""
    statements = item.effects.statements
    found = [statements.index(s) for s in _statements_at(item.raised_line, statements)]
    if found:
        return range(found[0], found[-1] + 1)
    return range(len(statements)) if item.raised_somewhere else NO_STATEMENTS


class Left(Struct, frozen=True):
    """What an item leaves to those after it, and what else its numbers hang on. `written` are the
    keys of the store that it set (ABSENT: removed), `added` what it gathered; `raised` are the
    statements that raised, `tested` the numbers of those that were looked up among the known
    ones."""

    written: Mapping[Key, Any]
    added: Mapping[Key, frozenset[Any]]
    shown: Shown
    raised: frozenset[Raise]
    tested: frozenset[Number]


def number_item(item: Item, position: int, past: Past, raising: Raising) -> tuple[Numbered, Left]:
    """The numbers of one item, which stands at `position` behind its past; positions grow along a
    sequence. The answer is a function of the arguments and of what is read of the past."""
    return _ItemNumbering(position, past, raising).run(item)


class _ItemNumbering:
    """Numbers one item on one machine."""

    def __init__(self, position: int, past: Past, raising: Raising) -> None:
        self.machine = Machine(past, position)
        self.raising = raising
        self.raised: set[Raise] = set()
        self.tested: set[Number] = set()
        self.numbers: list[Number] = []  # of the statements
        self.printed: list[Number] = []  # of those that may have printed something
        self.shown: list[Number] = []  # of the statements that may have shown something
        self.limits: list[Number] = []
        self.row_limit: int | None = None
        self.walking = False  # in the head of a loop that is taken round by round

    def run(self, item: Item) -> tuple[Numbered, Left]:
        """Take the item into the store and answer its numbers."""
        numbers, printed = self.numbers, self.printed
        statements, risk = item.effects.statements, item.risk
        # Of several statements on one line no one knows which.
        several = len(_statements_at(item.raised_line, statements)) > 1
        before = self.machine.store.snapshot() if item.raised_somewhere or several else None
        if risk is None:
            stop = self._in_turn(item, statements)
        else:
            stop = self._in_turn(item, statements[: risk.first])
            if stop is None:
                stop = self._at_risk(item, risk)
        shown = Shown(item.effects.digest)
        keep_captured(
            self.machine, item.effects.translation, digest(item.effects.digest, *numbers), printed
        )
        if before is not None and stop is None:
            self.machine.store = merge([before, self.machine.store])
            numbers.append(digest("raised somewhere"))
        elif stop is None and numbers:
            shown = self._show(item, numbers)
        writes = self._writes()
        written = [digest(n, writes[n].number) for n in sorted(writes)]
        content = digest(item.effects.digest, *numbers, *written)
        stopped = None
        if stop is not None and stop.at_once:
            stopped = digest(item.effects.digest, *self.shown, "NameError")
        step = self.machine.step
        numbered = Numbered(
            number=digest(content, *self.limits) if self.limits else content,
            statements=tuple(numbers),
            reads=tuple(step.reads),
            writes=writes,
            stop=stop,
            opaque=tuple(step.opaque),
            content=content,
            row_limit=self.row_limit,
            stopped=stopped,
        )
        return numbered, self._left(shown)

    def _in_turn(self, item: Item, statements: Sequence[Statement]) -> Stop | None:
        """Run some of the item's statements, up to the first that stops it."""
        raising = _statements_at(item.raised_line, item.effects.statements)
        for statement in statements:
            raises = [statement] == raising
            name = item.undefined_name
            if raises and name is not None and name not in _unbound_by(statement):
                # (What unbinds the name itself finds it unbound in a fresh run, too.)
                self.machine.store.names.remove(name)
            prints = may_print(self.machine, statement)
            number, stop = self._top_level(statement, raises)
            self.numbers.append(number)
            self.printed += [number] if prints else []
            if stop is not None:
                return stop
        return None

    def _at_risk(self, item: Item, risk: Risk) -> Stop | None:
        """Run the statements that may raise, and those below them, which may not run at all then.
        What was run through before will be again."""
        statements, begin = item.effects.statements, len(self.numbers)
        noted = self.machine.store.begin_journal()
        before, tested = self.machine.store.snapshot(), set(self.tested)
        stop = self._in_turn(item, statements[risk.first : risk.end])
        may_raise = stop is None and not self.tested - tested <= risk.passed
        if stop is None:
            stop = self._in_turn(item, statements[risk.end :])
        if may_raise:
            self.machine.store = merge([before, self.machine.store])
            self._settle(before, digest("may raise", *self.numbers[begin:]), frozenset())
        self.machine.store.resume_journal(noted)
        return stop

    def _left(self, shown: Shown) -> Left:
        return Left(
            self.machine.store.written(),
            {key: frozenset(added) for key, added in self.machine.added.items()},
            shown,
            frozenset(self.raised),
            frozenset(self.tested),
        )

    def _show(self, item: Item, numbers: list[Number]) -> Shown:
        """The value at the end is shown as the display options tell, and kept by IPython."""
        step = self.machine.step
        shown = Shown(item.effects.digest, item.effects.shows, numbers[-1], step.value)
        if item.effects.shows != "nothing":
            kind = step.value.kind
            numbers += self._displays(lambda o: tells_how_it_is_shown(o, kind) and o != ROW_LIMIT)
            self.limits = self._displays(
                lambda o: tells_how_it_is_shown(o, kind) and o == ROW_LIMIT
            )
            self.row_limit = self._known_row_limit()
        return shown

    def _displays(self, telling: Callable[[str], bool]) -> list[Number]:
        """The numbers of these display options."""
        step = self.machine.step
        step.log = []
        self.machine.read_states("@display", step.at, telling)
        return step.log

    def _known_row_limit(self) -> int | None:
        """How many rows of a table are shown, as far as literals tell."""
        process = self.machine.store.process
        options = process.under(ROW_LIMIT.rpartition(":")[0])
        if any(ANY in option for option in options):
            return None
        literal = process[ROW_LIMIT].literal if ROW_LIMIT in options else FIRST_ROW_LIMIT
        return literal if isinstance(literal, int) and not isinstance(literal, bool) else None

    def _top_level(self, statement: Statement, raises: bool) -> tuple[Number, Stop | None]:
        try:
            number = self._statement(statement, certain=True, raises=raises)
        except _Unbound as unbound:
            return digest("NameError", unbound.name, unbound.number), Stop(
                unbound.use.at.line, unbound.name, unbound.at_once
            )
        except _Raised as raised:
            self.raised.add((raised.statement, raised.number))
            return digest("raised", raised.number), Stop(statement.at.line, None)
        return number, None

    def _writes(self) -> dict[str, Written]:
        """The names that the item bound or changed, with what they are worth now."""
        step = self.machine.step
        names = step.bound | self.machine.names_with(step.changed)
        names = {n for n in names if n in step.bound or not self._is_figure(n)}
        # What is drawn into an earlier cell's figure belongs to the cells that show it. A function
        # that the item defines is what its code says; what it will read when it is
        # called belongs to the cells that call it.
        return {
            name: Written(
                written_number(self.machine.store, name)
                if name in step.bound
                else name_number(self.machine.store, name, calls=False, methods=NO_METHODS),
                all_origins(self.machine.store, name),
            )
            for name in sorted(names)
            if not name.startswith("%")
        }

    def _is_figure(self, name: str) -> bool:
        binding = self.machine.store.names.get(name)
        return binding is not None and binding.kind == "figure"

    def _statement(self, statement: Statement, certain: bool, raises: bool = False) -> Number:
        if isinstance(statement, Simple):
            return self._simple(statement, certain, raises)
        return self._compound(statement, certain, raises)

    def _simple(self, simple: Simple, certain: bool, raises: bool = False) -> Number:
        quiet = is_quiet(self.machine, simple)
        number = self._run_simple(simple, certain, raises)
        self.shown += [] if quiet else [number]
        return number

    def _run_simple(self, simple: Simple, certain: bool, raises: bool) -> Number:
        step = self.machine.step
        repeated = None if raises else self._repeated(simple)
        if repeated is not None:
            step.trace.append(repeated)
            return repeated
        kept = self._kept_by(simple)
        numbers = [simple.digest]
        objects: list[Number] = []  # the names of those that are no plain values
        for use in simple.uses:
            if use.deferred:
                continue
            numbers.append(self._read(use, certain, numbers))
            binding = self.machine.store.names.get(use.name)
            if binding is not None and binding.references:
                objects.append(use.name.encode("utf-8", "surrogatepass"))
        numbers += self._mixed_classes([use.name for use in simple.uses])
        number = digest(*numbers)
        raised = self._known_to_raise(simple, number, raises) if certain else None
        before, step.log, step.touched = (step.log, step.touched), [], Touched()
        shape = digest(simple.shape, *numbers[1:]) if simple.shape else number
        named = digest(shape, *objects)
        self.machine.start(named, shape, _parts(simple, numbers[1:], objects))
        step.at, step.uses = simple.at, digest(*numbers[1:])
        if raised is not None:
            self._begin_only(simple, raised)
            log, touched = step.log, step.touched
            step.log, step.touched = before
            step.log.extend(log)
            step.touched.add(touched)
            raise _Raised(number, raised)
        for action in simple.actions:
            act(self.machine, action)
        log, touched = step.log, step.touched
        step.log, step.touched = before
        if log:
            number = digest(number, *log)
            self.machine.renumber(touched, digest(*log))
            step.log.extend(log)
        step.touched.add(touched)
        step.trace.append(number)
        for key, repeat in kept.items():
            result = self._result_of(repeat.on)
            self.machine.store.note_repeat(key, replace(repeat, result=result))
        if simple.repeatable is not None:
            repeat = Repeat(simple.repeatable, number, self._result_of(simple.repeatable))
            self.machine.store.note_repeat(simple.digest, repeat)
        return number

    def _mixed_classes(self, names: Sequence[str]) -> list[Number]:
        """Where a class was defined again, which of the names lead to which of the two."""
        if GENERATIONS not in self.machine.store.process:
            return []
        mixed = generations(self.machine.store, names)
        if not mixed:
            return []
        use = Use(GENERATIONS, self.machine.step.at)
        self.machine.step.reads.append(Read(use, mixed, NO_ORIGIN, bound=True))
        return [mixed]

    def _result_of(self, on: Repeatable) -> Number:
        return name_number(self.machine.store, on.name, on.field)

    def _kept_by(self, simple: Simple) -> dict[Number, Repeat]:
        """The earlier repeatable statements on the same name whose work this one leaves alone."""
        on = simple.repeatable
        if on is None:
            return {}
        return {
            key: repeat
            for key, repeat in self.machine.store.repeats(on.name).items()
            if on.keeps(repeat.on) and self._result_of(repeat.on) == repeat.result
        }

    def _repeated(self, simple: Simple) -> Number | None:
        """The number that a repeatable statement had, if it would run on its own result."""
        store = self.machine.store
        if simple.repeatable is None:
            return None
        repeat = store.repeats(simple.repeatable.name).get(simple.digest)
        if repeat is None:
            return None
        binding = store.names.get(repeat.on.name)
        if binding is None or self._result_of(repeat.on) != repeat.result:
            return None
        if repeat.on.rebinds and self._is_shared(repeat.on.name, binding):
            return None
        if repeat.on.kind not in (None, binding.kind):
            return None
        if not self._is_of_library(repeat.on, binding):
            return None
        self.machine.step.bound.add(repeat.on.name)
        on = repeat.on
        self.machine.step.changed.update(
            (place, own or on.field) for place, own in binding.references
        )
        return repeat.statement

    def _is_of_library(self, on: Repeatable, binding: Binding) -> bool:
        """Whether the work is done by library code, and not by the notebook's own of that name."""
        name = canonical_name(self.machine, on.by) if on.by else ""
        heap = self.machine.store.heap
        things = [heap[place] for place, _ in binding.references]
        things += [heap[place] for thing in things for place, _ in thing.holds]
        own = any(thing.kind in ("instance", "class") for thing in things)
        return name is not None and not own and does_it_once(name)

    def _is_shared(self, name: str, binding: Binding) -> bool:
        """Whether another name of the notebook leads to the same objects."""
        names = self.machine.store.names
        others = self.machine.names_with(binding.references) - {name}
        return any(not names[other].kept_by_ipython for other in others if other in names)

    def _known_to_raise(self, simple: Simple, statement: Number, raises: bool) -> Number | None:
        """The number of the statement with what it stores into, where it is known to raise: that it
        does may depend on both."""
        self.tested.add(statement)
        if not raises and statement not in self.raising:
            return None
        store = self.machine.store
        targets = [name_number(store, use.name) for use in simple.uses if _is_target(use)]
        number = digest(statement, *targets)
        return number if raises or number in self.raising[statement] else None

    def _begin_only(self, simple: Simple, number: Number) -> None:
        """What a statement that raised may have done before that."""
        noted = self.machine.store.begin_journal()
        before = self.machine.store.snapshot()
        for action in simple.actions:
            begin(self.machine, action)
        self.machine.store = merge([before, self.machine.store])
        self._settle(before, digest("begun", number, *self.machine.step.log), frozenset())
        self.machine.store.resume_journal(noted)

    def _compound(
        self, statement: Branch | Loop | With | Try, certain: bool, raises: bool
    ) -> Number:
        step = self.machine.step
        outer_trace, step.trace = step.trace, []
        outer_touched, step.touched = step.touched, Touched()
        settled, step.settled = step.settled, set()
        noted = self.machine.store.begin_journal()
        before = self.machine.store.snapshot()
        always = _certain_names(statement)
        try:
            match statement:
                case Branch():
                    self._branch(statement, certain)
                case Loop():
                    self._loop(statement, certain)
                case With():
                    self._simple(statement.head, certain)
                    self._arm(statement.body, certain and not swallows(statement.head))
                case Try():
                    self._try(statement)
            step.trace += self._mixed_classes([use.name for use in _uses_of(statement)])
            number = digest(statement.digest, *step.trace)
            if certain:
                self.tested.add(number)
            if certain and (raises or number in self.raising):
                # It stopped anywhere in there.
                self.machine.store = merge([before, self.machine.store])
                step.settled, always = set(), frozenset()
                raise _Raised(number, number)
        except _Unbound as unbound:
            if step.trace:
                unbound.comes_after(step.trace)
            raise
        finally:
            number = digest(statement.digest, *step.trace)
            self._settle(before, number, always | step.settled)
            self.machine.store.resume_journal(noted)
            touched, step.touched, step.trace = step.touched, outer_touched, outer_trace
            step.touched.add(touched)
            step.settled = settled
        step.trace.append(number)
        return number

    def _branch(self, branch: Branch, certain: bool) -> None:
        self._simple(branch.head, certain)
        entry = self.machine.store
        ends = []
        for arm in branch.arms:
            self.machine.store = entry.snapshot()
            self._arm(arm, certain=False)
            ends.append(self.machine.store)
        if not branch.exhaustive:
            ends.append(entry)
        self.machine.store = merge(ends)

    def _loop(self, loop: Loop, certain: bool) -> None:
        if certain and self._one_by_one(loop):
            return
        self._simple(loop.head, certain)
        runs = loop.endless or not (loop.may_not_run or self._may_be_empty(loop.head))
        always = _certain_names(*_head_of(loop.body), *loop.body.body)
        self.machine.step.loops += 1
        # Twice, so that an alias made at the end of the body is known at its start.
        for first in (True, False):
            entry = self.machine.store
            self.machine.store = entry.snapshot()
            self._round(loop.body, certain=certain and runs and first)
            end = self.machine.store
            if not loop.endless:
                self.machine.store = merge([entry, end])
            if runs:
                for name in always & end.names.changed:
                    if name in end.names:
                        self.machine.store.names[name] = end.names[name]
                self.machine.step.settled |= always
            if not loop.is_for:
                self._simple(loop.head, certain=False)
        self.machine.step.loops -= 1
        entry = self.machine.store
        self.machine.store = entry.snapshot()
        self._arm(loop.orelse, certain=False)
        if loop.orelse.body:
            self.machine.store = merge([entry, self.machine.store])

    def _one_by_one(self, loop: Loop) -> bool:
        """Take the rounds one by one, where what is walked is known and stays as it is."""
        machine, step = self.machine, self.machine.step
        bind = rounds.walked(loop) if step.loops == 0 else None
        if bind is None:
            return False
        before, done = machine.store.snapshot(), step.copied()
        self.walking = True
        try:
            self._simple(loop.head, certain=True)
        finally:
            self.walking = False
        found = rounds.elements(machine, bind, loop)
        if found is None:
            machine.store = before
            step.go_back(done)
            return False
        step.loops += 1
        try:
            for place, element in enumerate(found):
                step.rounds[bind.name] = element
                self._round(loop.body, certain=place == 0)
        finally:
            step.loops -= 1
            step.rounds.pop(bind.name, None)
        if rounds.elements(machine, bind, loop) != found:
            machine.store = before
            step.go_back(done)
            return False
        step.settled |= _certain_names(*_head_of(loop.body), *loop.body.body)
        return True

    def _round(self, body: Arm, certain: bool) -> None:
        """One round of a loop. In a first one that runs for certain, all statements run until one
        of them may leave it; where a name is not found there, what came before it was done."""
        if not certain:
            self._arm(body, certain)
            return
        straight = 0
        while straight < len(body.body) and not _may_leave(body.body[straight]):
            straight += 1
        try:
            self._arm(replace(body, body=body.body[:straight], tail=None), certain=True)
        except _Unbound:
            self.machine.step.settled |= self.machine.store.names.changed
            raise
        self._arm(replace(body, head=None, body=body.body[straight:]), certain=False)

    def _may_be_empty(self, head: Simple) -> bool:
        """Whether a loop may well not run at all: what it walks began empty, or was filtered.
        Of all else a notebook's loop is taken to run at least once."""
        for action in reversed(head.actions):
            if isinstance(action, Bind) and action.form == "loop":
                return self._holds_maybe_nothing(self.machine.store.names[action.name].references)
        return False

    def _holds_maybe_nothing(self, references: frozenset[Reference]) -> bool:
        things = [self.machine.store.heap[location] for location, _ in references]
        walked = [thing.holds for thing in things if thing.kind == "iterator"]
        return any(thing.may_be_empty for thing in things if thing.kind != "iterator") or any(
            self._holds_maybe_nothing(held) for held in walked if held != references
        )

    def _try(self, statement: Try) -> None:
        entry = self.machine.store.snapshot()
        self._arm(statement.body, certain=False)
        tried = self.machine.store
        ends = []
        for handler in statement.handlers:
            self.machine.store = merge([entry, tried])
            self._arm(handler, certain=False)
            ends.append(self.machine.store)
        self.machine.store = tried
        self._arm(statement.orelse, certain=False)
        self.machine.store = merge([self.machine.store, *ends])
        self._arm(statement.final, certain=False)

    def _arm(self, arm: Arm, certain: bool) -> None:
        if arm.head is not None:
            self._simple(arm.head, certain)
        for statement in arm.body:
            self._statement(statement, certain)
        if arm.tail is not None:
            self._simple(arm.tail, certain)

    def _settle(self, before: Store, number: Number, always: frozenset[str]) -> None:
        """After a compound statement all that it may have bound or changed depends on all that it
        read; what it may have left as it was (all names but `always`), on that too."""
        step = self.machine.step
        touched = step.touched
        store = self.machine.store
        for name in [name for name in store.names.changed if name in store.names]:
            old, binding = before.names.get(name), store.names[name]
            if old is not binding:
                # In a loop one round is not known from the next.
                given = touched.names.get(name) if step.loops == 0 else None
                touched.bind(name, NOWHERE)
                store.names[name] = _settled(name, old, binding, number, name in always, given)
        for location in store.heap.changed:
            old_thing, thing = before.heap.get(location), store.heap[location]
            if old_thing is not thing:
                touched.places.add((location, None))
                only_stored = location not in touched.updated
                store.heap[location] = _settled_object(old_thing, thing, number, only_stored)
        for key in [key for key in store.process.changed if key in store.process]:
            state = store.process[key]
            if before.process.get(key) is not state:
                touched.process.add(key)
                store.process[key] = replace(state, number=digest(number, state.number))

    def _read(self, use: Use, certain: bool, so_far: Sequence[Number]) -> Number:
        binding = self.machine.store.names.get(use.name)
        if binding is None:
            number = unbound_number(self.machine.store, use.name)
            if use.name not in BUILTINS:
                self.machine.step.reads.append(Read(use, number, NO_ORIGIN, bound=False))
                if certain and use.certain and not self.machine.store.wildcards:
                    raise _Unbound(use, digest(*so_far))
            return number
        if _is_target(use):
            whole = not binding.part and all(own is None for _, own in binding.references)
            return b"target" if whole else digest("target", binding.number)
        number = self._number_of_use(use, binding)
        internal = use.name in self.machine.step.bound
        origins = self._origins(use, binding)
        self.machine.step.reads.append(Read(use, number, origins, bound=True, internal=internal))
        return (self._number_walked(use, binding) if self.walking else None) or number

    def _number_walked(self, use: Use, binding: Binding) -> Number | None:
        """The number of what is walked in rounds, one by one: which elements it has. What is in
        them is read by the round in which it is used."""
        thing = self.machine.formed(self.machine.named(use.name))
        if thing is None or binding.maybe_unbound:
            return None
        listed = thing.items is not None or thing.kind in ("list", "dict", "set")
        return digest("walked", binding.number, thing.base if listed else b"")

    def _number_of_use(self, use: Use, binding: Binding) -> Number:
        if binding.kind in _MAYBE_NAMESPACE and self._is_namespace(binding):
            return digest(binding.number, *self._all_names())
        if use.typed or use.field == TYPE_OF_ELEMENTS:
            made = self._made(use, binding)
            if made is not None:
                return made
        form = self._form_read(use, binding)
        if form is not None:
            return form
        if use.place is not None:
            apart = self._apart_from_store(use.place, binding)
            if apart is not None:
                return digest(binding.number, apart)
        if binding.kind == "estimator" and self._is_copied(use):
            return name_number(self.machine.store, use.name, without=library_methods.FITTED)
        fields = self._fields_given(use, binding)
        if fields is not None:
            names = (name_number(self.machine.store, use.name, name) for name in (ROWS, *fields))
            return digest("fields", binding.number, *names)
        field_name = self._field_read(use, binding)
        if use.alone and binding.kind == "captured":
            return b"captured"
        if use.called and binding.kind == "class":
            return name_number(self.machine.store, use.name, methods=MAKING)
        if binding.kind == "instance" and (use.receiver_of or (use.attribute and use.field)):
            methods = frozenset({use.receiver_of or use.field or ""})
            return name_number(self.machine.store, use.name, field_name, methods=methods)
        order = ORDER if use.unordered else None
        if field_name is not None:
            return name_number(self.machine.store, use.name, field_name, without=order)
        if use.columns and self._reads_columns(use, binding):
            columns = (
                name_number(self.machine.store, use.name, c, without=order) for c in use.columns
            )
            return digest(binding.number, *columns)
        if use.receiver_of is not None:
            if binding.kind == "figure" and library_methods.only_draws(use.receiver_of):
                return b"drawn into"
            part = library_methods.part_set(use.receiver_of, binding.kind)
            return name_number(self.machine.store, use.name, None, without=part)
        return name_number(self.machine.store, use.name, None)

    def _is_namespace(self, binding: Binding) -> bool:
        heap = self.machine.store.heap
        return any(heap[location].kind == "namespace" for location, _ in binding.references)

    def _all_names(self) -> list[Number]:
        """What all names stand for that the mapping of them may be asked for."""
        names = self.machine.store.names
        known = [(name, names[name]) for name in sorted(names.everything())]
        return [
            digest(name, name_number(self.machine.store, name))
            for name, binding in known
            if not binding.kept_by_ipython and not self._is_namespace(binding)
        ]

    def _made(self, use: Use, binding: Binding) -> Number | None:
        """The number of the type, where nothing else is asked for."""
        names = self.machine.store.names
        if use.typed and any(name in names for name in ASKING_FOR_TYPE):
            return None
        thing = self._one_object(binding)
        if thing is None or thing.kind == "unknown" or thing.fields.keys() & _TYPE:
            return None
        return digest("made", made_of(thing)) if use.typed or thing.kind == "array" else None

    def _one_object(self, binding: Binding) -> Object | None:
        """The object that the name stands for, whichever way the code went, all of it."""
        if binding.part or binding.maybe_unbound or len(binding.references) != 1:
            return None
        ((location, own),) = binding.references
        thing = self.machine.store.heap[location]
        # (What may also be a number has another kind.)
        return thing if own is None and thing.kind == binding.kind else None

    def _form_read(self, use: Use, binding: Binding) -> Number | None:
        """The number of the form, where nothing else is asked for."""
        asked = ROWS_OF_FORM if use.counted else None
        if use.attribute and asked is None:
            asked = FORM_ATTRIBUTES.get(use.field or "")
        thing = self._one_object(binding) if asked is not None else None
        return form_number(thing, asked) if thing is not None and asked is not None else None

    def _apart_from_store(self, place: Place, binding: Binding) -> Number | None:
        """The number of an array or a list as it was before its last store, which was at another
        place than the one that is read."""
        if binding.part or len(binding.references) != 1:
            return None
        ((location, own),) = binding.references
        thing = self.machine.store.heap[location]
        if own is not None or thing.behind is None or thing.holds or thing.fields:
            return None
        (stored, view), base, before = thing.behind
        known = thing.kind in ("array", "list") and base == thing.base and not before.fields
        return before.base if known and view == b"" and are_apart(stored, place) else None

    def _fields_given(self, use: Use, binding: Binding) -> tuple[str, ...] | None:
        """The fields of a table that a function of the notebook reads, where it is given the table
        and does nothing else with it."""
        if use.given is None or binding.kind not in ("pandas", "dict") or binding.part:
            return None
        if any(own is not None for _, own in binding.references):
            return None
        function = self.machine.function_named(use.given.function)
        if function is None or function.variadic:
            return None
        parameters, place = function.parameters, use.given.place
        if isinstance(place, str):
            place = parameters.index(place) if place in parameters else -1
        known = function.fields[place] if 0 <= place < len(function.fields) else None
        if known is None or known.gives:
            return None
        return named_fields(known.reads, texts_by_place(use.given.texts, parameters))

    def _is_copied(self, use: Use) -> bool:
        """Whether a function is given it that trains nothing but copies of it."""
        if use.given is None:
            return False
        name = canonical_name(self.machine, (use.given.function,)) or ""
        return library_functions.trains_copies(name, use.given.place)

    def _reads_columns(self, use: Use, binding: Binding) -> bool:
        if ROWS in use.columns:
            return self.machine.element_of(Points(binding.references)) == "pandas"
        if not use.columns_by:
            return binding.kind == "pandas"
        name = canonical_name(self.machine, use.columns_by) or ""
        return name.startswith(process_state.COLUMN_PLOTTING)

    def _field_read(self, use: Use, binding: Binding) -> str | None:
        """The field that a use reads, where reading it does not read the whole object."""
        if not use.field:
            return None
        if binding.kind == "bunch":
            return library_methods.entry_of("bunch", use.field)
        if not use.attribute:
            return use.field
        objects = [self.machine.store.heap.get(r[0]) for r in binding.references]
        known = any(o is not None and use.field in o.fields for o in objects)
        if binding.kind == "pandas" or known:
            return None if use.field in library_methods.PANDAS_ATTRIBUTES else use.field
        return None

    def _origins(self, use: Use, binding: Binding) -> Origins:
        store = self.machine.store
        field_name = self._field_read(use, binding)
        if field_name is None and use.columns and self._reads_columns(use, binding):
            return NO_ORIGIN.union(*(read_origins(store, binding, c) for c in use.columns))
        return read_origins(store, binding, field_name)


class _Unbound(Exception):
    """The statement reads a name that nothing binds."""

    def __init__(self, use: Use, number: Number) -> None:
        super().__init__(use.name)
        self.use, self.name, self.number = use, use.name, number
        self.at_once = use.first

    def comes_after(self, trace: Sequence[Number]) -> None:
        """The statement did this before."""
        self.number = digest(*trace, self.number)


class _Raised(Exception):
    """The statement is known to raise: its number, and the one with what it stores into."""

    def __init__(self, statement: Number, number: Number) -> None:
        super().__init__()
        self.statement, self.number = statement, number


@lru_cache(maxsize=8192)
def _certain_names(*statements: Statement) -> frozenset[str]:
    """The names that code binds on every way."""
    return frozenset(d.name for d in effects_of(statements).definitions if d.certain)


def _statements_at(line: int | None, statements: Sequence[Statement]) -> list[Statement]:
    """The statements on a line that may raise."""
    found = [s for s in statements if line is not None and s.at.line <= line <= s.at.end_line]
    return [s for s in found if not _is_literal(s)]


def _is_literal(statement: Statement) -> bool:
    match statement:
        case Simple(actions=(Evaluate(value=Fresh(literal=literal, parts=(), operands=())),)):
            return literal is not None
        case _:
            return False


def _parts(
    simple: Simple, numbers: Sequence[Number], objects: Sequence[Number]
) -> dict[int, tuple[Number, Number]]:
    """The number of each part of a statement with the names of `objects`, and the one without
    names; `numbers` are of its uses, and what belongs to all of it."""
    parts = _parts_bound(simple)
    uses = [use for use in simple.uses if not use.deferred] if parts else []
    found: dict[int, tuple[Number, Number]] = {}
    for part in parts:
        own = [n for n, use in zip(numbers, uses, strict=False) if use.part in (part, None)]
        own += [f"part {part}".encode(), *numbers[len(uses) :]]
        shape = digest(simple.shape or simple.digest, *own)
        found[part] = digest(shape, *objects), shape
    return found


@lru_cache(maxsize=8192)
def _parts_bound(simple: Simple) -> frozenset[int]:
    binds = (action for action in simple.actions if isinstance(action, Bind))
    return frozenset(bind.part for bind in binds if bind.part is not None)


def _is_target(use: Use) -> bool:
    """Whether the use only names what is stored into."""
    return use.field == "" and use.attribute


@lru_cache(maxsize=1024)
def _may_leave(statement: Statement) -> bool:
    """Whether what stands behind the statement need not come after it."""
    return any(simple.ends is not None for simple in simples((statement,)))


@lru_cache(maxsize=1024)
def _uses_of(statement: Statement) -> tuple[Use, ...]:
    return effects_of((statement,)).uses


@lru_cache(maxsize=1024)
def _unbound_by(statement: Statement) -> frozenset[str]:
    """The names that the statement unbinds somewhere, whichever way it goes."""
    found = (a.name for s in simples((statement,)) for a in s.actions if isinstance(a, Unbind))
    return frozenset(found)


def _head_of(arm: Arm) -> tuple[Simple, ...]:
    return (arm.head,) if arm.head is not None else ()


def _settled(
    name: str,
    old: Binding | None,
    new: Binding,
    number: Number,
    always: bool,
    given: frozenset[Reference] | None,
) -> Binding:
    """The binding after a compound statement, which bound the name to the objects `given` if to
    any. Where the statement may have left the old one, the number covers it; run once more on the
    same input it would leave the same one again, and that is what was there before it ran first."""
    if new.module is not None:
        return new
    if always:
        return replace(new, number=digest(number, name), maybe_unbound=False, kept=None)
    kept, before = (old.number, old.references) if old is not None else (_UNBOUND, NOWHERE)
    references = new.references
    if old is not None and old.kept is not None and old.kept.statement == number:
        kept, before = old.kept.number, old.kept.before
        references = references if given is None else given | before
    return replace(
        new,
        number=digest(number, name, kept),
        references=references,
        kept=Kept(number, kept, before, given),
    )


def _settled_object(old: Object | None, thing: Object, number: Number, only_stored: bool) -> Object:
    store_number = digest(number, "stores")
    if old is not None and only_stored and old.last_store == store_number:
        return old
    base = thing.base if old is not None and old.base == thing.base else digest(number, thing.base)
    fields = {
        name: value if old is not None and old.fields.get(name) == value else digest(number, value)
        for name, value in thing.fields.items()
    }
    return replace(
        thing,
        base=base,
        fields=fields,
        last_store=store_number if only_stored else None,
        form=_settled_form(old, thing, number),
        made=_settled_made(old, thing, number),
    )


def _settled_made(old: Object | None, thing: Object, number: Number) -> Number | None:
    if old is not None and made_of(old) == made_of(thing):
        return made_of(old)
    return digest(number, thing.made) if thing.made is not None else None


def _settled_form(old: Object | None, thing: Object, number: Number) -> Form | None:
    """The form after a compound statement; what it was before it stays as it is."""
    if thing.form is None:
        return None
    before = form_of(old) if old is not None else Form(None, None)
    rows, columns = thing.form.rows, thing.form.columns
    if rows is not None and rows != before.rows:
        rows = digest(number, rows)
    if columns is not None and columns != before.columns:
        columns = digest(number, columns)
    return Form(rows, columns, thing.form.gone)
