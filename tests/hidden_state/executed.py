"""Cells really executed, with what they show and what their names are worth before and after."""

from __future__ import annotations

import ast
import contextlib
import io
import random
import re
import signal
import types
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from nb_refactor.notebook import Raised

_ADDRESS = re.compile(r"0x[0-9a-f]+")
SECONDS = 2  # of the processor


class TooLong(BaseException):
    """The cell ran into an endless loop: its notebook is of no use."""


@dataclass(frozen=True)
class Run:
    """One execution: what it showed, how it raised, the names whose worth it changed, and what
    all names were worth after it."""

    shown: str
    raised: Raised | None
    written: frozenset[str]
    after: Mapping[str, object]


class Kernel:
    """One namespace that cells are executed in, one after the other. `chance` is what unseeded
    random numbers come from."""

    def __init__(self, chance: int = 0) -> None:
        self.names: dict[str, Any] = {"__name__": "__main__"}
        self._before: dict[str, object] = {}
        self._ids: dict[str, int] = {}
        self._random = random.Random(chance).getstate()

    def run(self, source: str) -> Run:
        out = io.StringIO()
        raised = None
        saved = random.getstate()
        random.setstate(self._random)
        try:
            with contextlib.redirect_stdout(out), time_limit():
                raised = self._execute(source, out)
            self._random = random.getstate()
        finally:
            random.setstate(saved)
        after = {name: worth(value) for name, value in self._own().items()}
        ids = {name: id(value) for name, value in self._own().items()}
        written = frozenset(
            name
            for name in after.keys() | self._before.keys()
            if after.get(name) != self._before.get(name) or ids.get(name) != self._ids.get(name)
        )
        self._before, self._ids = after, ids
        return Run(_ADDRESS.sub("0x", out.getvalue()), raised, written, after)

    def _own(self) -> dict[str, Any]:
        return {name: v for name, v in self.names.items() if not name.startswith("__")}

    def _execute(self, source: str, out: io.StringIO) -> Raised | None:
        tree = ast.parse(source)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        try:
            for statement in tree.body:  # one by one, as IPython compiles and runs them
                exec(compile(ast.Module([statement], []), "<cell>", "exec"), self.names)
            if isinstance(last, ast.Expr):
                code = compile(ast.Expression(last.value), "<cell>", "eval")
                value = eval(code, self.names)
                if value is not None:
                    print(repr(value), file=out)
        except Exception as error:
            print(f"{type(error).__name__}: {error}", file=out)
            undefined = error.name if type(error) is NameError else None
            return Raised(type(error).__name__, _line_of(error), undefined)
        return None


def _line_of(error: BaseException) -> int | None:
    trace, line = error.__traceback__, None
    while trace is not None:
        code = trace.tb_frame.f_code
        if (code.co_name, code.co_filename) == ("<module>", "<cell>") and line is None:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


@contextlib.contextmanager
def time_limit() -> Iterator[None]:
    def stop(*_: object) -> None:
        raise TooLong

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def worth(value: Any, above: tuple[int, ...] = ()) -> object:
    """A value that is equal for values of the same structure, whatever objects they are."""
    if value is None or isinstance(value, (bool, int, float, str, bytes)):
        return (type(value).__name__, value)
    if id(value) in above:
        return ("cycle", len(above) - above.index(id(value)))
    above = (*above, id(value))
    match value:
        case list() | tuple():
            return (type(value).__name__, *(worth(v, above) for v in value))
        case dict():
            return ("dict", *((worth(k, above), worth(v, above)) for k, v in value.items()))
        case set() | frozenset():
            return ("set", *sorted(repr(worth(v, above)) for v in value))
        case random.Random():
            return ("Random", value.getstate())
        case types.FunctionType():
            return _function(value, above)
        case types.ModuleType():
            return ("module", value.__name__)
        case types.GeneratorType():
            return _generator(value, above)
        case types.MethodType():
            return ("method", value.__name__, worth(value.__self__, above))
        case type():
            return _class(value, above)
        case types.BuiltinMethodType():
            return ("builtin", value.__name__, worth(value.__self__, above))
    return _instance(value, above)


def _function(value: types.FunctionType, above: tuple[int, ...]) -> object:
    cells = [cell.cell_contents for cell in value.__closure__ or ()]
    return (
        "function",
        _code(value.__code__),
        worth(value.__defaults__, above),
        *(worth(cell, above) for cell in cells),
    )


def _code(code: types.CodeType) -> object:
    inner = tuple(_code(c) if isinstance(c, types.CodeType) else repr(c) for c in code.co_consts)
    return (code.co_name, code.co_code, code.co_names, inner)


def _generator(value: types.GeneratorType[Any, Any, Any], above: tuple[int, ...]) -> object:
    frame = value.gi_frame
    if frame is None:
        return ("generator", _code(value.gi_code), "ended")
    local = sorted((repr(n), worth(v, above)) for n, v in frame.f_locals.items())
    return ("generator", _code(value.gi_code), frame.f_lasti, *local)


def _class(value: type, above: tuple[int, ...]) -> object:
    if value.__module__ != "__main__":
        return ("class", value.__module__, value.__qualname__)
    own = {k: v for k, v in vars(value).items() if not k.startswith("__") or k == "__init__"}
    bases = tuple(worth(base, above) for base in value.__bases__)
    return ("class", value.__qualname__, bases, worth(own, above))


def _instance(value: Any, above: tuple[int, ...]) -> object:
    kind = type(value)
    if kind.__module__ == "__main__":
        # What its methods do shows where they are called.
        return ("instance", kind.__qualname__, worth(dict(vars(value)), above))
    if hasattr(value, "__reduce__") and hasattr(value, "__next__"):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                return (kind.__name__, worth(list(value.__reduce__()[1:]), above))
            except TypeError:
                return (kind.__name__,)
    return (kind.__name__, _ADDRESS.sub("0x", repr(value)))
