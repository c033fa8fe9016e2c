"""What is known of a scope while its code is read."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TypeAlias

from nb_refactor.dataflow.effects import (
    Action,
    Bind,
    BindingForm,
    Ending,
    Named,
    Opaque,
    Operand,
    Simple,
    Statement,
    Use,
)
from nb_refactor.dataflow.magics import Magic
from nb_refactor.dataflow.node_digest import combine, digest_node, digest_without
from nb_refactor.dataflow.parameter_fields import Given
from nb_refactor.dataflow.places import Place
from nb_refactor.notebook import Span

# How the statements of a body are made; it is given, for they are made of what is read here.
LowerBlock: TypeAlias = "Callable[[Reading, Sequence[ast.stmt]], tuple[Statement, ...]]"


class Reading:
    """The state of one pass over a scope: what was read and done so far, and which names are
    local here (to the function around, or to a comprehension, with what they stand for)."""

    def __init__(
        self,
        lines: Sequence[str],
        magics: dict[int, Magic],
        block: LowerBlock,
        local: frozenset[str] = frozenset(),
        inside_function: bool = False,
    ) -> None:
        self.lines = lines
        self.magics = magics
        self._block = block
        self.local = local
        self.inside_function = inside_function
        self.evaluates_annotations = not inside_function
        self.class_names: frozenset[str] = frozenset()
        self.comprehension: dict[str, Operand] = {}
        self.uses: list[Use] = []
        self.actions: list[Action] = []
        self.walrus: set[str] = set()
        self.certain = True
        self.part: int | None = None  # of several values that stand side by side
        self.works = False  # whether the statement has come to more than looking up names
        self.temporaries = 0
        self.columns: dict[int, tuple[str, ...]] = {}  # that are read of a table, by its node
        self.unordered: set[int] = set()  # uses that do not go by the order of a table's rows
        self.counted: set[int] = set()  # uses that ask for how many rows there are
        self.present: set[int] = set()  # targets that are read before they are stored into
        self.given: dict[int, Given] = {}  # names that a call gives to a function
        self.places: dict[int, Place] = {}  # of which a name's value is read alone
        self.typed: set[int] = set()  # uses that ask for the type
        self.shown: ast.stmt | None = None
        self.alone: ast.expr | None = None  # what is shown, if that is all that is done
        self.returns: list[Operand] = []
        self.free: list[Use] = []
        self.free_nodes: list[ast.Name] = []  # of the notebook's names that a function reads
        self.opaque: list[Opaque] = []
        self.depth = 0
        self.made: set[int] = set()  # what is called for a whole statement
        self.names: dict[int, tuple[ast.Name, str]] = {}  # that only tell which value is meant
        self.class_attributes: list[Operand] = []
        # The calls of `globals()` that bind names there, with what these begin with.
        self.binding: Mapping[int, str] = {}
        self.literals: Mapping[str, ast.expr] = {}  # names that stand for a literal behind it

    def block(self, body: Sequence[ast.stmt]) -> tuple[Statement, ...]:
        """The statements of a body that stands in this scope."""
        return self._block(self, body)

    def of_text(self, text: str) -> Reading:
        """What is evaluated from a text in this scope."""
        return Reading(text.split("\n"), {}, self._block, self.local)

    def known_at(self, line: int) -> dict[str, ast.expr]:
        """The names that stand for a literal on this line."""
        return {n: v for n, v in self.literals.items() if (v.end_lineno or v.lineno) < line}

    def start(self) -> None:
        self.uses, self.actions, self.walrus, self.works = [], [], set(), False
        self.names = {}

    def finish(self, at: Span, digest: bytes, ends: Ending | None = None) -> Simple:
        simple = Simple(at, digest, tuple(self.uses), tuple(self.actions), ends)
        self.free.extend(self.uses)
        self.start()
        return simple

    def digest(self, *nodes: ast.AST) -> bytes:
        if self.inside_function:  # the function's own digest covers its body
            return b""
        return combine(*(digest_node(node) for node in nodes))

    def digests(self, node: ast.stmt) -> tuple[bytes, bytes]:
        """The digest of a statement, and the one without the names that it reads and binds."""
        if self.inside_function:
            return b"", b""
        shape = digest_without(node, self.names)
        names = (name.id.encode("utf-8", "surrogatepass") for name, _ in self.names.values())
        return combine(shape, *names), shape

    def digest_always(self, node: ast.AST) -> bytes:
        return b"" if self.inside_function else digest_node(node)

    def temporary(self) -> str:
        self.temporaries += 1
        return f"%{self.temporaries}"

    def hold(self, operand: Operand, at: Span, form: BindingForm = "assignment") -> Named:
        """Evaluate once, then name it as often as wanted; as a `loop`, walk it too."""
        name = self.temporary()
        self.actions.append(Bind(name, at, operand, form, part=self.part))
        return Named(name)

    def define(
        self, name: str, at: Span, value: Operand, form: BindingForm, module: str | None = None
    ) -> None:
        self.actions.append(Bind(name, at, value, form, module, part=self.part))

    def named(self, name: str) -> Operand:
        if name in self.comprehension:
            return self.comprehension[name]
        return Named(name)

    def use(
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
        if name in self.comprehension or name in self.local or name in self.walrus:
            return
        if self.inside_function:
            self.free_nodes.append(node)
        elif field != "" or not attribute:  # what is stored into is known by its name
            self.note_name(node)
        self.uses.append(
            Use(
                name,
                self.span(node),
                field,
                attribute,
                self.certain,
                receiver_of=receiver_of,
                columns=columns or self.columns.get(id(node), ()),
                columns_by=columns_by,
                called=called,
                alone=node is self.alone,
                unordered=id(node) in self.unordered,
                counted=id(node) in self.counted,
                typed=id(node) in self.typed,
                place=self.places.get(id(node)),
                given=self.given.get(id(node)),
                first=not self.works,
                part=self.part,
            )
        )

    def note_name(self, node: ast.Name) -> None:
        """Of this name it matters only what it stands for, which is read here."""
        known = (other for own, other in self.names.values() if own.id == node.id)
        self.names[id(node)] = (node, next(known, f"%{len(self.names)}"))

    @contextmanager
    def uncertain(self) -> Iterator[None]:
        """What is lowered in here need not run, though its statement does."""
        before, self.certain = self.certain, False
        yield
        self.certain = before

    def nested(self, local: frozenset[str]) -> Reading:
        inner = Reading(self.lines, {}, self._block, self.local | local, inside_function=True)
        inner.binding = self.binding
        hidden = local | self.class_names
        inner.comprehension = {n: o for n, o in self.comprehension.items() if n not in hidden}
        return inner

    def span(self, node: ast.AST) -> Span:
        line = getattr(node, "lineno", 1)
        end_line = getattr(node, "end_lineno", None) or line
        column = self._characters(line, getattr(node, "col_offset", 0))
        end_column = self._characters(end_line, getattr(node, "end_col_offset", None) or 0)
        return Span(line, column, end_line, end_column)

    def _characters(self, line: int, offset: int) -> int:
        """Syntax trees count columns in bytes; places count them in characters."""
        if not 0 < line <= len(self.lines) or self.lines[line - 1].isascii():
            return offset
        return len(self.lines[line - 1].encode()[:offset].decode("utf-8", "ignore"))

    def note_opaque(self, function: str, at: Span, binds: bool, binding: str | None = None) -> None:
        opaque = Opaque(f"{function}()", at, binds, binding=binding)
        self.actions.append(opaque)
        self.opaque.append(opaque)
