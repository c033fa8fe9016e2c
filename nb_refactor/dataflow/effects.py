"""What code does to names and objects, as values: the words of the dataflow analysis.

A *use* reads a name. A *definition* binds it, a *kill* ends its binding (`del`), an *update*
changes an object in place. A statement's effects are kept in three layers:

- its **uses**, flat, with places, for value numbering (what does this statement depend on?);
- its **actions**, in the order in which they happen, over **operands** (which objects does an
  expression stand for?), for updates and aliases;
- for compound statements the **arms** of the control flow, which whoever walks them takes by
  snapshot, restore and merge.

Nothing here looks at a notebook: the effects of a source depend on the source alone, so they are
made once per source. Functions and statements are compared by identity, which is quick. What a call
does to its arguments depends on what the callee is, and that is known only where a sequence of
sources is walked (see `value_numbering`).
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

from nb_refactor.dataflow.class_parts import ClassParts
from nb_refactor.dataflow.idempotence import Repeatable
from nb_refactor.dataflow.parameter_fields import Given, ParameterFields
from nb_refactor.dataflow.places import Place
from nb_refactor.notebook import Span

# How an object behaves when it is read or called: what `library_methods` keys its tables by.
Kind = Literal[
    "unknown",
    "scalar",
    "list",
    "dict",
    "set",
    "pandas",
    "array",
    "iterator",
    "generator",  # a random generator: each call on it advances it
    "estimator",
    "solver",  # it solves the problem that it was made of, and stays as it is
    "figure",
    "module",
    "imported",  # a function, class or constant bound by `from m import x`
    "function",
    "class",
    "instance",
    "bunch",  # what scikit-learn's loaders give: entries that are attributes, too
    "namespace",  # the mapping of all names of the notebook (`globals()`)
    "captured",  # what `%%capture` kept of a cell: shown, it is nothing but an address
]


class Use(Struct, frozen=True):
    """A read of a name. `field` is the literal key or attribute where only that part is read
    (`df["a"]`). `certain` uses happen whenever the statement runs through; a `deferred` use
    happens when a function made here is called. `receiver_of` names the method called on it.
    `columns` are the columns that are read of a table, if the text names them: by a list as index,
    or by the arguments of a call of `columns_by` that takes the table as its data. `called`: it is
    called, and the statement does nothing else with what comes of it; `alone`: the statement is the
    name, and the cell shows what it stands for; `unordered`: the order of a table's rows does not
    matter; `place`: only what is at this place of it is read; `given`: the whole of it is given to
    a function; `counted`: it is asked how many rows there are, `typed`: of which type it is;
    `first`: before it the statement only looks up names and attributes; `part`: of a statement
    that binds several names side by side, for the value of which of them it is read."""

    name: str
    at: Span
    field: str | None = None
    attribute: bool = False
    certain: bool = True
    deferred: bool = False
    receiver_of: str | None = None
    columns: tuple[str, ...] = ()
    columns_by: tuple[str, ...] = ()
    called: bool = False
    alone: bool = False
    unordered: bool = False
    place: Place | None = None
    given: Given | None = None
    counted: bool = False
    typed: bool = False
    first: bool = False
    part: int | None = None


# ---- operands: which objects an expression may stand for -----------------------------------


class Fresh(Struct, frozen=True):
    """A new object that shares nothing, but may hold its `parts`. `operands` are evaluated on
    the way (for what their calls do) and leave nothing in it, unless it is `joined` from what they
    hold (`rows + more`). `filtered`: a comprehension with a condition, so there may be nothing in
    it. `literal` is the value of a literal, `keys` those of a dictionary that literals tell;
    `lists`, where its values are lists of literals, a digest of each and how long it is. `ordered`:
    the parts are its elements, one after another (of a dictionary each behind its key)."""

    kind: Kind
    parts: tuple[Operand, ...] = ()
    operands: tuple[Operand, ...] = ()
    filtered: bool = False
    joined: bool = False
    literal: object = None
    keys: tuple[str, ...] | None = None
    lists: tuple[tuple[bytes, int], ...] | None = None
    ordered: bool = False


class Named(Struct, frozen=True):
    """Whatever a name is bound to."""

    name: str


class Part(Struct, frozen=True):
    """An element, an attribute or a view of `base`. `field` is set for a literal string key or an
    attribute. `copies` says that the way of indexing makes a new object (a mask, a list); `slices`
    that it is `base[i:j]`, a new list of a list and a view of an array. `place` is that of an
    element that a target takes of a tuple."""

    base: Operand
    field: str | None = None
    attribute: bool = False
    copies: bool = False
    slices: bool = False
    operands: tuple[Operand, ...] = ()
    place: int | None = None


class Either(Struct, frozen=True):
    """One of several (`a if c else b`, `a or b`)."""

    options: tuple[Operand, ...]


class Argument(Struct, frozen=True):
    """One argument of a call: its keyword (`None`: by position), and its literal if it has one."""

    value: Operand
    keyword: str | None = None
    literal: object = None
    starred: bool = False


class Call(Struct, frozen=True):
    """A call. `path` is the dotted callee from its first name (`("np", "random", "rand")`), empty
    where the callee is not a dotted name; `method` the attribute that is called on `receiver`."""

    callee: Operand
    path: tuple[str, ...]
    receiver: Operand | None
    method: str | None
    arguments: tuple[Argument, ...]
    discarded: bool
    awaited: bool
    at: Span


class Closure(Struct, frozen=True):
    """A function object made here (also a lambda, a generator expression, a class)."""

    function: Function
    operands: tuple[Operand, ...] = ()


Operand: TypeAlias = Fresh | Named | Part | Either | Call | Closure


# ---- functions -------------------------------------------------------------------------------


class Function(Struct, frozen=True, eq=False):
    """A function's or a class's code, seen from outside. Of a class, `methods` are its functions
    and `body` is empty (its body is part of the statement that defines it).

    `free` are the names of the notebook that the code reads when it is called, with places;
    `global_writes` those that it rebinds (`global x`). `opaque` is the code in it that reads or
    binds names of its own choice (`eval(text)`); `stateful`: it rebinds names of the function
    around it, which outlive the call (`nonlocal n`), or changes what they stand for: those are
    `enclosed`. `parts` are those of a class that stands for itself; `fields` what is known of what
    is done with each parameter; the last `by_keyword` of the parameters are given by keyword alone.
    """

    name: str
    digest: bytes
    parameters: tuple[str, ...]
    variadic: tuple[str, ...]
    free: tuple[Use, ...]
    global_writes: tuple[str, ...]
    body: tuple[Statement, ...] = ()
    returns: tuple[Operand, ...] = ()
    methods: tuple[Function, ...] = ()
    bases: tuple[Operand, ...] = ()
    is_class: bool = False
    is_generator: bool = False
    is_async: bool = False
    opaque: tuple[Opaque, ...] = ()
    parts: ClassParts | None = None
    stateful: bool = False
    enclosed: tuple[str, ...] = ()
    fields: tuple[ParameterFields | None, ...] = ()
    by_keyword: int = 0
    immediate: bool = False  # called where it stands (a decorator unknown to us takes it)

    @property
    def free_names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(use.name for use in self.free))


# ---- actions ---------------------------------------------------------------------------------

BindingForm = Literal[
    "assignment", "import", "function", "class", "loop", "with", "except", "pattern", "magic"
]


class Evaluate(Struct, frozen=True):
    """An expression whose value goes nowhere."""

    value: Operand


class Bind(Struct, frozen=True):
    """A definition of `name`. `module` is the dotted origin of an import. Not `certain` is a
    `:=` in a part of an expression that need not be evaluated. `part`: its value is that part of
    the statement, and hangs on what is read for it alone."""

    name: str
    at: Span
    value: Operand
    form: BindingForm = "assignment"
    module: str | None = None
    certain: bool = True
    part: int | None = None


class StoreInto(Struct, frozen=True):
    """`base.attr = value`, `base[key] = value`, `del base[key]`: an update of `base`. `field` as
    in `Part`; `replaces` is false where the old content takes part (`base[key] += 1`); `partly`
    says that what is not stored into stays (`df.loc[rows, "c"] = value`). `index` tells a place
    that is counted by literals (`x[0, -1]`) from all others; `present`: the statement itself reads
    what is there."""

    base: Operand
    field: str | None
    attribute: bool
    value: Operand | None
    at: Span
    replaces: bool = True
    partly: bool = False
    index: Place | None = None
    present: bool = False


class AugmentName(Struct, frozen=True):
    """`name += value`: a use, an update in place (of a list, an array) and a definition."""

    name: str
    at: Span
    value: Operand


class Unbind(Struct, frozen=True):
    """`del name`, or the end of `except E as name`."""

    name: str
    at: Span


class ImportStar(Struct, frozen=True):
    """`from module import *`: definitions that only the module knows."""

    module: str
    at: Span


class ClearAll(Struct, frozen=True):
    """`%reset`: a kill of every name."""

    at: Span


class Opaque(Struct, frozen=True):
    """Code that may read or bind anything (`exec`, `%run`, `globals()`), with a word for it.
    `unfollowed`: it is a call of the notebook's own functions that no one follows to its end.
    `binding`: it binds a name that begins with this."""

    what: str
    at: Span
    binds: bool
    unfollowed: bool = False
    binding: str | None = None


Action: TypeAlias = (
    Evaluate | Bind | StoreInto | AugmentName | Unbind | ImportStar | ClearAll | Opaque
)


# ---- statements ------------------------------------------------------------------------------

Ending = Literal["raise", "return", "break", "continue"]


class Simple(Struct, frozen=True, eq=False):
    """A statement without control flow, or the head of one with it (a test, an iterable).
    `digest` covers its syntax tree without places: a comment changes nothing; `shape` does so
    without the names that it reads and binds (empty where these matter). `repeatable` is what it
    works on where a second run on its own result changes nothing."""

    at: Span
    digest: bytes
    uses: tuple[Use, ...]
    actions: tuple[Action, ...]
    ends: Ending | None = None
    repeatable: Repeatable | None = None
    shape: bytes = b""


class Arm(Struct, frozen=True, eq=False):
    """One way through a compound statement. `head` binds what the arm binds before its body."""

    head: Simple | None
    body: tuple[Statement, ...]
    tail: Simple | None = None


class Branch(Struct, frozen=True, eq=False):
    """`if` and `match`: one of the arms runs; none of them too where not `exhaustive`."""

    at: Span
    digest: bytes
    head: Simple
    arms: tuple[Arm, ...]
    exhaustive: bool


class Loop(Struct, frozen=True, eq=False):
    """`for` and `while`: the body runs any number of times. Where `endless` (`while True`) it is
    left by `break` alone. `runs`: its text says that the body runs at least once; `may_not_run`:
    that it may well not run at all."""

    at: Span
    digest: bytes
    head: Simple
    body: Arm
    orelse: Arm
    endless: bool
    is_for: bool
    runs: bool = False
    may_not_run: bool = False


class With(Struct, frozen=True, eq=False):
    """`with`: the body runs once; a context may swallow an exception of it."""

    at: Span
    digest: bytes
    head: Simple
    body: Arm


class Try(Struct, frozen=True, eq=False):
    """`try`: the body may stop anywhere; then one of the handlers runs."""

    at: Span
    digest: bytes
    body: Arm
    handlers: tuple[Arm, ...]
    orelse: Arm
    final: Arm


Statement: TypeAlias = Simple | Branch | Loop | With | Try


# ---- a cell ----------------------------------------------------------------------------------


class Definition(Struct, frozen=True):
    """A name that code binds, with the place of its first binding. `certain`: bound on every way
    that runs through to the end."""

    name: str
    at: Span
    certain: bool
    form: BindingForm = "assignment"
    module: str | None = None


class Update(Struct, frozen=True):
    """A change in place of the object that `name` stands for on entry."""

    name: str
    at: Span


class Effects(Struct, frozen=True):
    """What a run of statements does as a whole, seen from outside: its upward-exposed uses in
    order of first use, its definitions, updates and kills (names that may be unbound after it)."""

    uses: tuple[Use, ...]
    definitions: tuple[Definition, ...]
    updates: tuple[Update, ...]
    kills: tuple[str, ...]
    opaque: tuple[Opaque, ...]
    stars: tuple[str, ...]
