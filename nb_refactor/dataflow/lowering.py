"""From a cell's source to its effects: the one place that knows Python's syntax tree.

Each statement becomes one of `effects.Statement`; an expression becomes an operand, and on the
way every read of a name that the notebook owns is noted as a use. A name that is local to a
function, a comprehension or a class body is resolved here and leaves no use.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

from msgspec.structs import replace

from nb_refactor.dataflow import magic_actions, scope
from nb_refactor.dataflow.class_parts import class_parts
from nb_refactor.dataflow.columns import columns_plotted, columns_read, stored_column
from nb_refactor.dataflow.displayed import Shows, shows
from nb_refactor.dataflow.effects import (
    Action,
    Argument,
    Arm,
    AugmentName,
    Bind,
    BindingForm,
    Branch,
    Call,
    Closure,
    Either,
    Ending,
    Evaluate,
    Fresh,
    Function,
    ImportStar,
    Kind,
    Loop,
    Named,
    Opaque,
    Operand,
    Part,
    Simple,
    Statement,
    StoreInto,
    Try,
    Unbind,
    Use,
    With,
)
from nb_refactor.dataflow.idempotence import repeatable
from nb_refactor.dataflow.literals import literal, literal_columns, literal_key
from nb_refactor.dataflow.magics import Magic, Translation, parse, translate
from nb_refactor.dataflow.syntax import (
    as_load,
    copies,
    decorator_name,
    dotted,
    expressions,
    inner_expressions,
    is_irrefutable,
    pairs_up,
    shown_before,
    stored_names,
)
from nb_refactor.dataflow.words import words
from nb_refactor.notebook import Span

# Decorators that leave the function uncalled: all others may call it where it stands.
LAZY_DECORATORS = words(
    "property staticmethod classmethod abstractmethod lru_cache cache cached_property wraps "
    "dataclass total_ordering contextmanager asynccontextmanager jit njit vectorize "
    "setter getter deleter overload final singledispatch register fixture"
)


# Expressions that are nested deeper than this are not followed: what is made of them is walked in
# the same way again and again.
DEEPEST = 150


@dataclass(frozen=True, slots=True)
class Lowered:
    """A cell's code as statements. `problem` says in words why there are none."""

    translation: Translation
    statements: tuple[Statement, ...]
    problem: str | None = None
    digest: bytes = b""
    shows: Shows = "nothing"


@lru_cache(maxsize=8192)
def lower(source: str) -> Lowered:
    """The effects of one cell's source; they depend on nothing else."""
    translation = translate(source)
    if translation.foreign:
        return _foreign(translation, source)
    try:
        tree = parse(translation.code)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return Lowered(translation, (), _syntax_problem(error), _digest_text(source))
    lines = translation.code.split("\n")
    magics = {magic.line: magic for magic in translation.magics}
    lowering = _Lowering(lines, magics)
    lowering.shown = _shown_expression(tree, source)
    try:
        statements = lowering.block(tree.body)
    except RecursionError as error:
        return Lowered(translation, (), _syntax_problem(error), _digest_text(source))
    if translation.own_scope:
        statements = tuple(_without_bindings(s) for s in statements if isinstance(s, Simple))
    opening = tuple(m for m in translation.magics if m.kind == "cell")
    digest = _combine(b"cell", *(s.digest for s in statements), *map(_magic_digest, opening))
    shown = "nothing" if translation.own_scope else shows(tree, translation.code)
    return Lowered(translation, statements, None, digest, shown)


def _shown_expression(tree: ast.Module, source: str) -> ast.stmt | None:
    """The expression at the end of a cell: its value is shown, so it is not thrown away."""
    if not tree.body or not isinstance(tree.body[-1], ast.Expr):
        return None
    code = source.rstrip()
    return None if code.endswith(";") else tree.body[-1]


def _foreign(translation: Translation, source: str) -> Lowered:
    """A cell in another language: no Python, but two texts are two versions."""
    magic = translation.magics[0]
    at = Span(magic.line, 0, magic.line, len(magic.name) + 2)
    digest = _combine(b"foreign", _magic_digest(magic), _digest_text(source))
    uses, actions = magic_actions.of_cell(magic, at)
    return Lowered(translation, (Simple(at, digest, uses, actions),), None, digest)


def _without_bindings(statement: Simple) -> Simple:
    actions = tuple(a for a in statement.actions if not isinstance(a, Bind))
    return replace(statement, actions=actions)


def _syntax_problem(error: BaseException) -> str:
    if isinstance(error, SyntaxError):
        text = (error.msg or "invalid syntax").strip()
        if "print" in text and "parenthes" in text:
            return "this cell is Python 2 (`print` without parentheses)"
        where = f" (line {error.lineno})" if error.lineno else ""
        return f"this cell is not valid Python: {text}{where}"
    return "this cell is too large or too deeply nested to be read"


def _digest_text(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _digest_node(node: ast.AST) -> bytes:
    return _digest_text(ast.dump(node))


def _combine(*parts: bytes) -> bytes:
    return blake2b(b"\x1f".join(parts), digest_size=16).digest()


def _magic_digest(magic: Magic) -> bytes:
    return _digest_text(f"{magic.kind} {magic.name} {magic.arguments}")


class _Lowering:
    """The state of one pass over a scope: what was read and done so far, and which names are
    local here (to the function around, or to a comprehension, with what they stand for)."""

    def __init__(
        self,
        lines: Sequence[str],
        magics: dict[int, Magic],
        local: frozenset[str] = frozenset(),
        inside_function: bool = False,
    ) -> None:
        self._lines = lines
        self._magics = magics
        self._local = local
        self._inside_function = inside_function
        self._evaluates_annotations = not inside_function
        self._class_names: frozenset[str] = frozenset()
        self._comprehension: dict[str, Operand] = {}
        self._uses: list[Use] = []
        self._actions: list[Action] = []
        self._walrus: set[str] = set()
        self._certain = True
        self._temporaries = 0
        self._columns: dict[int, tuple[str, ...]] = {}  # that are read of a table, by its node
        self.shown: ast.stmt | None = None
        self.returns: list[Operand] = []
        self.free: list[Use] = []
        self.opaque: list[Opaque] = []
        self._depth = 0
        self._made: set[int] = set()  # what is called for a whole statement
        self.class_attributes: list[Operand] = []

    # ---- statements --------------------------------------------------------------------------

    def block(self, body: Sequence[ast.stmt]) -> tuple[Statement, ...]:
        return tuple(self._statement(node) for node in body)

    def _statement(self, node: ast.stmt) -> Statement:
        match node:
            case ast.If():
                return self._if(node)
            case ast.For() | ast.AsyncFor():
                return self._for(node)
            case ast.While():
                return self._while(node)
            case ast.With() | ast.AsyncWith():
                return self._with(node)
            case ast.Try():
                return self._try(node)
            case ast.Match():
                return self._match(node)
            case _ if type(node).__name__ == "TryStar":
                return self._try(node)  # type: ignore[arg-type]
            case _:
                return self._simple(node)

    def _simple(self, node: ast.stmt) -> Simple:
        self._start()
        ends = self._lower_simple(node)
        digest = self._digest(node)
        magic = self._magics.get(node.lineno)
        if magic is not None:
            digest = _combine(digest, _magic_digest(magic))
            self._actions.extend(magic_actions.of_line(magic, self._span(node)))
        simple = self._finish(self._span(node), digest, ends)
        if self._inside_function:
            return simple
        return replace(simple, repeatable=repeatable(node))

    def _start(self) -> None:
        self._uses, self._actions, self._walrus = [], [], set()

    def _finish(self, at: Span, digest: bytes, ends: Ending | None = None) -> Simple:
        simple = Simple(at, digest, tuple(self._uses), tuple(self._actions), ends)
        self.free.extend(self._uses)
        self._start()
        return simple

    def _digest(self, *nodes: ast.AST) -> bytes:
        if self._inside_function:  # the function's own digest covers its body
            return b""
        return _combine(*(_digest_node(node) for node in nodes))

    def _if(self, node: ast.If) -> Branch:
        digest, at = self._digest(node), self._span(node)
        self._start()
        self._evaluate(node.test)
        head = self._finish(self._span(node.test), self._digest(node.test))
        arms = (Arm(None, self.block(node.body)), Arm(None, self.block(node.orelse)))
        return Branch(at, digest, head, arms, exhaustive=True)

    def _for(self, node: ast.For | ast.AsyncFor) -> Loop:
        digest, at = self._digest(node), self._span(node)
        self._start()
        iterated = self._temporary()
        operand = self.operand(node.iter)
        self._actions.append(Bind(iterated, self._span(node.iter), operand, "loop"))
        head = self._finish(self._span(node.iter), self._digest(node.iter))
        self._start()
        self._bind(node.target, Part(Named(iterated)), "loop")
        target = self._finish(self._span(node.target), self._digest(node.target))
        body = Arm(target, self.block(node.body))
        return Loop(at, digest, head, body, Arm(None, self.block(node.orelse)), False, True)

    def _while(self, node: ast.While) -> Loop:
        digest, at = self._digest(node), self._span(node)
        self._start()
        self._evaluate(node.test)
        head = self._finish(self._span(node.test), self._digest(node.test))
        endless = isinstance(node.test, ast.Constant) and bool(node.test.value)
        body = Arm(None, self.block(node.body))
        return Loop(at, digest, head, body, Arm(None, self.block(node.orelse)), endless, False)

    def _with(self, node: ast.With | ast.AsyncWith) -> With:
        digest, at = self._digest(node), self._span(node)
        self._start()
        for item in node.items:
            operand = self.operand(item.context_expr)
            if item.optional_vars is None:
                self._actions.append(Evaluate(operand))
            else:
                self._bind(item.optional_vars, operand, "with")
        head = self._finish(at, self._digest(*node.items))
        return With(at, digest, head, Arm(None, self.block(node.body)))

    def _try(self, node: ast.Try) -> Try:
        digest, at = self._digest(node), self._span(node)
        body = Arm(None, self.block(node.body))
        handlers = tuple(self._handler(handler) for handler in node.handlers)
        orelse = Arm(None, self.block(node.orelse))
        return Try(at, digest, body, handlers, orelse, Arm(None, self.block(node.finalbody)))

    def _handler(self, node: ast.ExceptHandler) -> Arm:
        at = self._span(node)
        self._start()
        if node.type is not None:
            self._evaluate(node.type)
        if node.name:
            self._define(node.name, at, Fresh("unknown"), "except")
        head = self._finish(at, b"")
        body = self.block(node.body)
        if not node.name or node.name in self._local:
            return Arm(head, body)
        tail = Simple(at, b"", (), (Unbind(node.name, at),))
        return Arm(head, body, tail)

    def _match(self, node: ast.Match) -> Branch:
        digest, at = self._digest(node), self._span(node)
        self._start()
        subject = self._temporary()
        operand = self.operand(node.subject)
        self._actions.append(Bind(subject, self._span(node.subject), operand))
        head = self._finish(self._span(node.subject), self._digest(node.subject))
        arms = tuple(self._case(case, Named(subject)) for case in node.cases)
        last = node.cases[-1]
        exhaustive = last.guard is None and is_irrefutable(last.pattern)
        return Branch(at, digest, head, arms, exhaustive)

    def _case(self, case: ast.match_case, subject: Operand) -> Arm:
        self._start()
        for node in ast.walk(case.pattern):
            if isinstance(node, (ast.MatchValue, ast.MatchClass)):
                self._evaluate(node.value if isinstance(node, ast.MatchValue) else node.cls)
        for name in scope.bound_names([case.pattern]):
            self._define(name, self._span(case.pattern), Part(subject), "pattern")
        if case.guard is not None:
            self._evaluate(case.guard)
        return Arm(self._finish(self._span(case.pattern), b""), self.block(case.body))

    def _lower_simple(self, node: ast.stmt) -> Ending | None:
        match node:
            case ast.Expr():
                self._note_made(node.value)
                self._evaluate(node.value, discarded=node is not self.shown)
            case ast.Assign():
                self._note_made(node.value)
                self._assign(node.targets, node.value)
            case ast.AnnAssign():
                self._annotated(node)
            case ast.AugAssign():
                self._augmented(node)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self._define_function(node)
            case ast.ClassDef():
                self._define_class(node)
            case ast.Import() | ast.ImportFrom():
                self._import(node)
            case ast.Delete():
                for target in node.targets:
                    self._delete(target)
            case ast.Assert():
                self._evaluate(node.test)
                if node.msg:
                    with self._uncertain():
                        self._evaluate(node.msg)
            case ast.Raise():
                for part in (node.exc, node.cause):
                    if part is not None:
                        self._evaluate(part)
                return "raise"
            case ast.Return():
                if node.value is not None:
                    operand = self.operand(node.value)
                    self._actions.append(Evaluate(operand))
                    self.returns.append(operand)
                return "return"
            case ast.Break():
                return "break"
            case ast.Continue():
                return "continue"
            case ast.Pass() | ast.Global() | ast.Nonlocal():
                pass
            case _:
                self._other(node)
        return None

    def _note_made(self, value: ast.expr) -> None:
        """`b = K()` makes an instance and does nothing else with it."""
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
            self._made.add(id(value.func))

    def _other(self, node: ast.stmt) -> None:
        """`type X = …`; a statement that this version of Python knows and we do not may do
        anything."""
        if type(node).__name__ == "TypeAlias":
            name = node.name.id  # type: ignore[attr-defined]
            parameters = {p.name for p in node.type_params}  # type: ignore[attr-defined]
            inner = self._nested(frozenset(parameters))
            inner._evaluate(node.value)  # type: ignore[attr-defined]
            inner._finish(self._span(node), b"")
            self._uses.extend(replace(u, deferred=True, certain=False) for u in inner.free)
            self._define(name, self._span(node), Fresh("unknown"), "assignment")
        else:
            self._actions.append(Opaque(type(node).__name__, self._span(node), binds=True))

    def _evaluate(self, node: ast.expr, discarded: bool = False) -> None:
        self._actions.append(Evaluate(self.operand(node, discarded)))

    # ---- definitions -------------------------------------------------------------------------

    def _assign(self, targets: Sequence[ast.expr], value: ast.expr) -> None:
        target = targets[0]
        if len(targets) == 1 and pairs_up(target, value):
            self._assign_pairwise(target, value)
            return
        operand = self._assigned(value)
        if len(targets) > 1 and not isinstance(operand, Named):
            operand = self._hold(operand, self._span(value))
        for each in targets:
            self._bind(each, operand, "assignment")

    def _assign_pairwise(self, target: ast.expr, value: ast.expr) -> None:
        assert isinstance(target, (ast.Tuple, ast.List))
        assert isinstance(value, (ast.Tuple, ast.List))
        held = [self._hold(self._assigned(v), self._span(v)) for v in value.elts]
        for each, operand in zip(target.elts, held, strict=True):
            self._bind(each, operand, "assignment")

    def _assigned(self, value: ast.expr) -> Operand:
        """A function that is only given a name reads nothing yet."""
        if isinstance(value, ast.Lambda):
            return Closure(self._function_of(value, "<lambda>", deferred=True))
        return self.operand(value)

    def _hold(self, operand: Operand, at: Span, form: BindingForm = "assignment") -> Named:
        """Evaluate once, then name it as often as wanted; as a `loop`, walk it too."""
        name = self._temporary()
        self._actions.append(Bind(name, at, operand, form))
        return Named(name)

    def _temporary(self) -> str:
        self._temporaries += 1
        return f"%{self._temporaries}"

    def _bind(self, target: ast.expr, value: Operand, form: BindingForm) -> None:
        match target:
            case ast.Name():
                self._define(target.id, self._span(target), value, form)
            case ast.Starred():
                self._bind(target.value, Fresh("list", (value,)), form)
            case ast.Tuple() | ast.List():
                value = self._hold(value, self._span(target), "loop")
                for i, element in enumerate(target.elts):
                    self._bind(element, Part(value, f"#{i}"), form)
            case ast.Attribute() | ast.Subscript():
                self._store(target, value)
            case _:
                raise AssertionError(f"not a target: {ast.dump(target)}")

    def _define(
        self, name: str, at: Span, value: Operand, form: BindingForm, module: str | None = None
    ) -> None:
        self._actions.append(Bind(name, at, value, form, module))

    def _store(
        self, target: ast.Attribute | ast.Subscript, value: Operand | None, replaces: bool = True
    ) -> None:
        base, field, attribute = self._place(target)
        at = self._span(target)
        partly = field is not None and not attribute and isinstance(target.value, ast.Attribute)
        index = _literal_index(target) if replaces else None
        self._actions.append(StoreInto(base, field, attribute, value, at, replaces, partly, index))

    def _place(self, target: ast.Attribute | ast.Subscript) -> tuple[Operand, str | None, bool]:
        """What a store changes: the object, and the literal key or attribute if there is one."""
        if isinstance(target, ast.Attribute):
            return self._base(target.value, stored=True), target.attr, True
        self._evaluate(target.slice)
        inner = target.value
        if isinstance(inner, ast.Attribute) and inner.attr in ("loc", "iloc", "at", "iat"):
            # df.loc[rows, "c"] = v changes the column c of df
            column = stored_column(target.slice) if inner.attr == "loc" else None
            return self._base(inner.value, stored=True), column, False
        return self._base(inner, stored=True), literal_key(target.slice), False

    def _base(self, node: ast.expr, stored: bool) -> Operand:
        """The object that a store goes into: naming it is not yet a read of its content."""
        if stored and isinstance(node, ast.Name):
            self._use(node, field="", attribute=True)
            return self._named(node.id)
        return self.operand(node)

    def _annotated(self, node: ast.AnnAssign) -> None:
        if self._evaluates_annotations:
            with self._uncertain():
                self._evaluate(node.annotation)
        if node.value is not None:
            self._assign([node.target], node.value)

    def _augmented(self, node: ast.AugAssign) -> None:
        target, at = node.target, self._span(node.target)
        if isinstance(target, ast.Name):
            self._use(target)
            value = self.operand(node.value)
            self._actions.append(AugmentName(target.id, at, value))
            return
        element, value = self.operand(as_load(target)), self.operand(node.value)
        # The element may be a list, which `+=` changes in place.
        changed = Part(element, "__iadd__", attribute=True)
        in_place = Call(changed, (), element, "__iadd__", (Argument(value),), False, False, at)
        self._actions.append(Evaluate(in_place))
        self._store(target, value, replaces=False)

    def _delete(self, target: ast.expr) -> None:
        match target:
            case ast.Name():
                self._use(target)
                self._actions.append(Unbind(target.id, self._span(target)))
            case ast.Tuple() | ast.List():
                for element in target.elts:
                    self._delete(element)
            case ast.Attribute() | ast.Subscript():
                self._store(target, None, replaces=False)

    def _import(self, node: ast.Import | ast.ImportFrom) -> None:
        at = self._span(node)
        for alias in node.names:
            if isinstance(node, ast.Import):
                origin = alias.name if alias.asname else alias.name.split(".")[0]
                self._define(scope.imported_name(alias), at, Fresh("module"), "import", origin)
                continue
            module = "." * node.level + (node.module or "")
            if alias.name == "*":
                self._actions.append(ImportStar(module, at))
            else:
                origin = f"{module}.{alias.name}"
                self._define(scope.imported_name(alias), at, Fresh("imported"), "import", origin)

    # ---- functions and classes ---------------------------------------------------------------

    def _define_function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        operands = tuple(self.operand(part) for part in expressions(scope.outer_parts(node)))
        immediate = any(decorator_name(d) not in LAZY_DECORATORS for d in node.decorator_list)
        function = self._function_of(node, node.name, deferred=not immediate, immediate=immediate)
        self._define(node.name, self._span(node), Closure(function, operands), "function")

    def _define_class(self, node: ast.ClassDef) -> None:
        outer = tuple(self.operand(part) for part in expressions(scope.outer_parts(node)))
        bases = outer[len(node.decorator_list) : len(node.decorator_list) + len(node.bases)]
        inner = self._nested(frozenset())
        names = frozenset(scope.bound_names(node.body))
        inner._comprehension = {name: Fresh("unknown") for name in names}
        inner._class_names, inner._evaluates_annotations = names, True
        methods = tuple(inner._class_body(node.body))
        attributes = tuple(inner.class_attributes)
        self._uses.extend(replace(use, certain=False) for use in inner.free)
        free = tuple(use for method in methods for use in method.free)
        self._uses.extend(free)
        function = Function(
            node.name, self._digest_always(node), (), (), free, (), methods=methods, bases=bases,
            is_class=True, opaque=tuple(inner.opaque),
            parts=None if self._inside_function else class_parts(node),
        )  # fmt: skip
        made = Closure(function, outer + attributes)
        self._define(node.name, self._span(node), made, "class")

    def _class_body(self, body: Sequence[ast.stmt]) -> Iterator[Function]:
        """The methods; what the body itself reads is left in `free`."""
        for statement in body:
            if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self._start()
                for part in expressions(scope.outer_parts(statement)):
                    self.class_attributes.append(self.operand(part))
                seen, self._comprehension = self._comprehension, {}
                function = self._function_of(statement, statement.name, deferred=True)
                self._comprehension = seen
                self._finish(self._span(statement), b"")
                yield function
            else:
                lowered = self._statement(statement)
                actions = lowered.actions if isinstance(lowered, Simple) else ()
                self.class_attributes += [a.value for a in actions if isinstance(a, Bind)]

    def _function_of(
        self, node: scope.FunctionNode, name: str, deferred: bool, immediate: bool = False
    ) -> Function:
        body: list[ast.stmt] = (
            [ast.copy_location(ast.Return(node.body), node.body)]
            if isinstance(node, ast.Lambda)
            else node.body
        )
        if isinstance(node, ast.Lambda):
            for part in expressions(scope.outer_parts(node)):
                self.operand(part)
        inner = self._nested(scope.local_names(node))
        statements = inner.block(body)
        free = tuple(replace(u, certain=False, deferred=deferred) for u in inner.free)
        self._uses.extend(free)
        if self._inside_function:
            self.opaque.extend(inner.opaque)
        arguments = node.args
        return Function(
            name=name,
            digest=self._digest_always(node),
            parameters=tuple(
                a.arg for a in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
            ),
            variadic=tuple(a.arg for a in (arguments.vararg, arguments.kwarg) if a),
            free=tuple(replace(use, deferred=True) for use in free),
            global_writes=tuple(dict.fromkeys(scope.declared_names(body, ast.Global))),
            body=statements,
            returns=tuple(inner.returns),
            is_generator=any(
                isinstance(n, (ast.Yield, ast.YieldFrom)) for n in scope.own_nodes(body)
            ),
            is_async=isinstance(node, ast.AsyncFunctionDef),
            opaque=tuple(inner.opaque),
            stateful=any(scope.declared_names(body, ast.Nonlocal)),
            immediate=immediate,
        )

    def _nested(self, local: frozenset[str]) -> _Lowering:
        inner = _Lowering(self._lines, {}, self._local | local, inside_function=True)
        hidden = local | self._class_names
        inner._comprehension = {n: o for n, o in self._comprehension.items() if n not in hidden}
        return inner

    def _digest_always(self, node: ast.AST) -> bytes:
        return b"" if self._inside_function else _digest_node(node)

    # ---- expressions -------------------------------------------------------------------------

    def operand(self, node: ast.expr, discarded: bool = False) -> Operand:
        self._depth += 1
        if self._depth > DEEPEST:
            raise RecursionError
        read = columns_read(node)
        if read is not None:
            self._columns.setdefault(id(read.table), read.columns)
        operand = self._operand(node, discarded)
        self._depth -= 1
        return operand

    def _operand(self, node: ast.expr, discarded: bool) -> Operand:
        match node:
            case ast.Constant():
                return Fresh("scalar")
            case ast.Name():
                self._use(node)
                return self._named(node.id)
            case ast.Attribute():
                return self._attribute(node)
            case ast.Subscript():
                return self._subscript(node)
            case ast.Call():
                return self._call(node, discarded)
            case ast.Await():
                inner = self.operand(node.value, discarded)
                return replace(inner, awaited=True) if isinstance(inner, Call) else inner
            case ast.BoolOp():
                first, rest = self.operand(node.values[0]), node.values[1:]
                with self._uncertain():
                    return Either((first, *(self.operand(value) for value in rest)))
            case ast.IfExp():
                test = self.operand(node.test)
                with self._uncertain():
                    arms = (self.operand(node.body), self.operand(node.orelse))
                return Either((*arms, Fresh("scalar", operands=(test,))))
            case ast.NamedExpr():
                value = self._hold(self.operand(node.value), self._span(node))
                at = self._span(node.target)
                self._actions.append(Bind(node.target.id, at, value, certain=self._certain))
                if self._certain:
                    self._walrus.add(node.target.id)
                return value
            case ast.Lambda():
                return Closure(self._function_of(node, "<lambda>", deferred=False))
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                return self._comprehended(node)
            case _:
                return self._composed(node)

    def _composed(self, node: ast.expr) -> Operand:
        match node:
            case ast.List():
                return Fresh("list", tuple(self.operand(e) for e in node.elts))
            case ast.Set():
                return Fresh("set", tuple(self.operand(e) for e in node.elts))
            case ast.Tuple():
                return Fresh("scalar", tuple(self.operand(e) for e in node.elts))
            case ast.Dict():
                parts = [e for pair in zip(node.keys, node.values, strict=True) for e in pair if e]
                return Fresh("dict", tuple(self.operand(e) for e in parts))
            case ast.Starred():
                return Part(self._hold(self.operand(node.value), self._span(node), "loop"))
            case ast.Compare() if len(node.comparators) > 1:
                first = (self.operand(node.left), self.operand(node.comparators[0]))
                with self._uncertain():
                    rest = tuple(self.operand(e) for e in node.comparators[1:])
                return Fresh("unknown", operands=(*first, *rest))
            case ast.BinOp() | ast.UnaryOp() | ast.Compare():
                operands = [self.operand(e) for e in expressions(ast.iter_child_nodes(node))]
                joined = isinstance(node, ast.BinOp)
                return Fresh("unknown", operands=tuple(operands), joined=joined)
            case ast.Yield() | ast.YieldFrom():
                if node.value is not None:
                    value = self.operand(node.value)
                    self.returns.append(value)
                return Fresh("unknown")
            case _:  # f-strings, slices, and what later versions of Python add
                operands = [self.operand(e) for e in inner_expressions(node)]
                return Fresh("scalar", operands=tuple(operands))

    def _attribute(self, node: ast.Attribute) -> Operand:
        if isinstance(node.value, ast.Name):
            self._use(node.value, field=node.attr, attribute=True)
            return Part(self._named(node.value.id), node.attr, attribute=True)
        return Part(self.operand(node.value), node.attr, attribute=True)

    def _subscript(self, node: ast.Subscript) -> Operand:
        shown = shown_before(node)
        if shown is not None:
            return self.operand(ast.copy_location(ast.Name(shown, ast.Load()), node))
        key, columns = literal_key(node.slice), literal_columns(node.slice)
        if isinstance(node.value, ast.Name) and (key is not None or columns):
            self._use(node.value, field=key, columns=columns)
            base: Operand = self._named(node.value.id)
        else:
            base = self.operand(node.value)
        index = self.operand(node.slice)
        slices = isinstance(node.slice, ast.Slice)
        return Part(base, key, copies=copies(node.slice), slices=slices, operands=(index,))

    def _call(self, node: ast.Call, discarded: bool) -> Operand:
        callee, receiver, method = self._callee(node.func)
        arguments = tuple(
            Argument(
                self.operand(a.value if isinstance(a, ast.Starred) else a),
                literal=literal(a),
                starred=isinstance(a, ast.Starred),
            )
            for a in node.args
        ) + tuple(
            Argument(self._keyword(k, node), k.arg, literal(k.value), k.arg is None)
            for k in node.keywords
        )
        path = dotted(node.func)
        if path and (path[0] in self._local or path[0] in self._comprehension):
            path = ("%local", *path[1:])
        self._dynamic(node, path)
        return Call(callee, path, receiver, method, arguments, discarded, False, self._span(node))

    def _keyword(self, keyword: ast.keyword, call: ast.Call) -> Operand:
        value = keyword.value
        if keyword.arg == "data" and isinstance(value, ast.Name):
            columns = columns_plotted(call)
            by = dotted(call.func) if columns else ()
            self._use(value, columns=columns, columns_by=by)
            return self._named(value.id)
        return self.operand(value)

    def _callee(self, func: ast.expr) -> tuple[Operand, Operand | None, str | None]:
        if isinstance(func, ast.Attribute):
            if isinstance(func.value, ast.Name):
                self._use(func.value, receiver_of=func.attr)
                receiver: Operand = self._named(func.value.id)
            else:
                receiver = self.operand(func.value)
            return Part(receiver, func.attr, attribute=True), receiver, func.attr
        if isinstance(func, ast.Name):
            self._use(func, called=id(func) in self._made)
            return self._named(func.id), None, None
        return self.operand(func), None, None

    def _comprehended(
        self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
    ) -> Operand:
        before = dict(self._comprehension)
        certain = self._certain
        late = 0
        lazy = isinstance(node, ast.GeneratorExp)
        walked: list[Operand] = []
        for i, generator in enumerate(node.generators):
            form: BindingForm = "assignment" if lazy else "loop"
            iterated = self._hold(self.operand(generator.iter), self._span(generator.iter), form)
            walked.append(iterated)
            if i == 0:
                self._certain, late = False, len(self._uses)
                for name in self._class_names:  # a class's names are not seen from in here
                    self._comprehension.pop(name, None)
            for name in stored_names(generator.target):
                self._comprehension[name] = Part(iterated)
            for condition in generator.ifs:
                self._evaluate(condition)
        parts = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        operands = tuple(self.operand(part) for part in parts)
        if lazy:
            operands = (*operands, *walked, _read_late(self._uses[late:]))
        self._comprehension, self._certain = before, certain
        filtered = any(generator.ifs for generator in node.generators)
        return Fresh(_COMPREHENDED[type(node)], operands, filtered=filtered)

    # ---- names -------------------------------------------------------------------------------

    def _named(self, name: str) -> Operand:
        if name in self._comprehension:
            return self._comprehension[name]
        return Named(name)

    def _use(
        self,
        node: ast.Name,
        field: str | None = None,
        attribute: bool = False,
        receiver_of: str | None = None,
        columns: tuple[str, ...] = (),
        columns_by: tuple[str, ...] = (),
        called: bool = False,
    ) -> None:
        name = node.id
        if name in self._comprehension or name in self._local or name in self._walrus:
            return
        self._uses.append(
            Use(
                name,
                self._span(node),
                field,
                attribute,
                self._certain,
                receiver_of=receiver_of,
                columns=columns or self._columns.get(id(node), ()),
                columns_by=columns_by,
                called=called,
            )
        )

    @contextmanager
    def _uncertain(self) -> Iterator[None]:
        """What is lowered in here need not run, though its statement does."""
        before, self._certain = self._certain, False
        yield
        self._certain = before

    # ---- what goes past the syntax -----------------------------------------------------------

    def _dynamic(self, node: ast.Call, path: tuple[str, ...]) -> None:
        """Names inside strings, and calls that read or bind names of their own choice."""
        at = self._span(node)
        text = literal(node.args[0]) if node.args else None
        match path:
            case ("eval",) | ("exec",):
                if not self._names_in(text, at, binds=path[0] == "exec"):
                    self._note_opaque(path[0], at, binds=path[0] == "exec")
            case ("globals",) | ("get_ipython",):
                self._note_opaque(path[0], at, binds=True)
            case ("locals",) | ("vars",) | ("dir",) if not node.args:
                if not self._inside_function:
                    self._note_opaque(path[0], at, binds=path[0] != "dir")
            case ("pd" | "pandas", "eval") if isinstance(text, str):
                self._names_in(text, at, binds=False)
            case (*_, "query" | "eval") if isinstance(text, str):
                self._at_names(text, at)
            case (*_, "var") if isinstance(text, str) and path[:-1] in ((), ("sympy",), ("sp",)):
                for name in text.replace(",", " ").split():
                    if name.isidentifier():
                        self._define(name, at, Fresh("scalar"), "assignment")

    def _note_opaque(self, function: str, at: Span, binds: bool) -> None:
        opaque = Opaque(f"{function}()", at, binds)
        self._actions.append(opaque)
        self.opaque.append(opaque)

    def _names_in(self, text: object, at: Span, binds: bool) -> bool:
        """Take a literal argument of `eval` or `exec` as the code that it is."""
        if not isinstance(text, str):
            return False
        try:
            tree = parse(text.strip())
        except (SyntaxError, ValueError, RecursionError):
            return False
        inner = _Lowering(text.strip().split("\n"), {}, self._local)
        for statement in inner.block(tree.body):
            if not isinstance(statement, Simple):
                return False
            self._actions.extend(a for a in statement.actions if binds or not isinstance(a, Bind))
        self._uses.extend(replace(use, at=at, certain=False) for use in inner.free)
        return True

    def _at_names(self, text: str, at: Span) -> None:
        for piece in text.split("@")[1:]:
            name = ""
            for character in piece:
                if not (name + character).isidentifier():
                    break
                name += character
            if name and name not in self._local and name not in self._comprehension:
                self._uses.append(Use(name, at, certain=False))

    # ---- places ------------------------------------------------------------------------------

    def _span(self, node: ast.AST) -> Span:
        line = getattr(node, "lineno", 1)
        end_line = getattr(node, "end_lineno", None) or line
        column = self._characters(line, getattr(node, "col_offset", 0))
        end_column = self._characters(end_line, getattr(node, "end_col_offset", None) or 0)
        return Span(line, column, end_line, end_column)

    def _characters(self, line: int, offset: int) -> int:
        """Syntax trees count columns in bytes; places count them in characters."""
        if not 0 < line <= len(self._lines) or self._lines[line - 1].isascii():
            return offset
        return len(self._lines[line - 1].encode()[:offset].decode("utf-8", "ignore"))


_COMPREHENDED: dict[type[ast.expr], Kind] = {
    ast.ListComp: "list",
    ast.SetComp: "set",
    ast.DictComp: "dict",
    ast.GeneratorExp: "iterator",
}


def _read_late(uses: list[Use]) -> Operand:
    """What a generator expression reads when it is walked."""
    free = tuple(replace(use, deferred=True) for use in uses)
    return Closure(Function("<genexpr>", b"", (), (), free, ()))


def _literal_index(target: ast.Attribute | ast.Subscript) -> bytes | None:
    """The place in `x[0] = …` and `x[0, -1] = …`."""
    if isinstance(target, ast.Attribute) or isinstance(target.value, ast.Attribute):
        return None
    index = target.slice
    places = index.elts if isinstance(index, ast.Tuple) else [index]
    counted = [p.operand if isinstance(p, ast.UnaryOp) else p for p in places]
    known = bool(counted) and all(type(literal(place)) is int for place in counted)
    return _digest_node(index) if known else None
