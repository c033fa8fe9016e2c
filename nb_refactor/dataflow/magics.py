"""IPython's syntax, replaced line for line by Python.

A cell is not quite Python: `%time f(x)`, `!ls`, `files = !ls`, `%%bash`, `df?`. The translation
keeps every line on its line (and, where Python stands on it, every character in its column), so
that a position in the translation is a position in the cell. What was replaced is kept as a
list of magics.
"""

from __future__ import annotations

import ast
import re
import warnings
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

MagicKind = Literal["line", "cell", "shell", "help"]

# Cell magics whose body is Python that runs in the notebook's own namespace.
PYTHON_BODY = frozenset({"time", "capture", "prun", "memit", "mprun", "lprun", "skip", "debug"})
# Cell magics whose body is Python, but whose names are not the notebook's.
OWN_SCOPE_BODY = frozenset({"timeit"})
# Line magics whose argument is a Python statement.
PYTHON_ARGUMENT = frozenset({"time", "timeit", "prun", "memit", "mprun", "lprun", "debug"})


@dataclass(frozen=True, slots=True)
class Magic:
    """One piece of IPython syntax: its line (from 1), the name after `%` (for shell lines `!`,
    for help `?`), the rest of the line, and the name that an assignment gives its result. Where a
    blank follows `%` there is no name: IPython stops there, for it finds no such magic."""

    line: int
    kind: MagicKind
    name: str
    arguments: str
    target: str | None = None


@dataclass(frozen=True, slots=True)
class Translation:
    """`code` has as many lines as the cell. `foreign` names the cell magic whose body is not
    Python (then `code` is empty lines); `own_scope` says that names bound in the body are not
    the notebook's."""

    code: str
    magics: tuple[Magic, ...] = ()
    foreign: str | None = None
    own_scope: bool = False


_CELL_MAGIC = re.compile(r"^%%(?P<name>[\w.!]*)[ \t]*(?P<args>.*)$")
_LINE = re.compile(r"^(?P<indent>\s*)%(?!%)(?P<name>[\w.]*)(?P<gap>[ \t]*)(?P<args>.*)$")
_SHELL = re.compile(r"^(?P<indent>\s*)!{1,2}(?P<args>.*)$")
_ASSIGN = re.compile(
    r"^(?P<indent>\s*)(?P<targets>[\w.,\s\[\]'\"*()]+?)\s*=\s*(?P<sign>[%!])(?!=)(?P<args>\s*\S.*)$"
)
_HELP_BEFORE = re.compile(r"^\s*\?{1,2}\s*(?P<args>[%\w.*]+)\s*;?\s*$")
_HELP_AFTER = re.compile(r"^\s*(?P<args>[%\w.*\[\]'\"()]+)\s*\?{1,2}\s*;?\s*$")
_OPTIONS = re.compile(r"^(?:\s*-{1,2}[A-Za-z]+(?:[ \t=]*\d+)?(?=\s))*\s*")
_EXPANSION = re.compile(r"\{([^{}]+)\}|\$(?:\{)?([A-Za-z_]\w*)")


def parses(code: str) -> bool:
    """Whether the code is Python (top-level await included) as it stands."""
    try:
        parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def parse(code: str) -> ast.Module:
    """The tree of a cell's translated code; raises what `compile` raises."""
    flags = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = compile(code, "<cell>", "exec", flags, dont_inherit=True)
    assert isinstance(tree, ast.Module)
    return tree


def uncompiled(tree: ast.Module) -> tuple[int, SyntaxError] | None:
    """The first statement of a cell with something wrong that only the compiler finds (`return`
    outside of a function, a parameter twice), by its place among them. IPython compiles a cell's
    statements one by one as it runs them: those above have run."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if _error(tree) is None:
            return None
        for place, statement in enumerate(tree.body):
            error = _error(ast.Module([statement], []))
            if error is not None:
                return place, error
    return None


def _error(tree: ast.Module) -> SyntaxError | None:
    try:
        compile(tree, "<cell>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    except SyntaxError as error:
        return error
    return None


@lru_cache(maxsize=8192)
def translate(source: str) -> Translation:
    """The cell's source as Python, line for line; see the module's own text."""
    if "\r" in source:  # Python ends lines there, too
        source = source.replace("\r\n", "\n").replace("\r", "\n")
    if not _may_hold_magics(source) or parses(source):
        return Translation(source)
    lines = source.split("\n")
    first = next((i for i, line in enumerate(lines) if line.strip()), 0)
    opening = _CELL_MAGIC.match(lines[first])
    if opening:
        return _translate_cell_magic(lines, first, opening["name"], opening["args"])
    return _translate_lines(lines)


def _may_hold_magics(source: str) -> bool:
    return "%" in source or "!" in source or "?" in source


def _translate_cell_magic(lines: list[str], first: int, name: str, args: str) -> Translation:
    magic = Magic(first + 1, "cell", name, args, _capture_target(name, args))
    if name not in PYTHON_BODY and name not in OWN_SCOPE_BODY:
        return Translation("\n" * (len(lines) - 1), (magic,), foreign=name)
    head = _statement_on_line(lines[first], args) if name in OWN_SCOPE_BODY else ""
    if name == "capture" and magic.target:
        head = f"{magic.target} = __capture__"
    body = _translate_lines(["" for _ in range(first)] + [head] + lines[first + 1 :])
    return Translation(
        body.code, (magic, *body.magics), body.foreign, own_scope=name in OWN_SCOPE_BODY
    )


def _capture_target(name: str, args: str) -> str | None:
    if name != "capture":
        return None
    words = [word for word in args.split() if not word.startswith("-")]
    return words[0] if words and words[0].isidentifier() else None


def captured_name(translation: Translation) -> str | None:
    """The name that `%%capture name` gives to what the cell shows."""
    opening = next((m for m in translation.magics if m.kind == "cell"), None)
    return opening.target if opening is not None else None


def _translate_lines(lines: list[str]) -> Translation:
    out: list[str] = []
    magics: list[Magic] = []
    state = _Lexer()
    i = 0
    while i < len(lines):
        line = lines[i]
        if state.at_statement_start:
            joined, taken = _with_continuations(lines, i)
            replaced = _translate_line(joined, i + 1)
            if replaced is not None:
                code, magic = replaced
                out.append(code)
                out.extend("" for _ in range(taken - 1))
                magics.append(magic)
                i += taken
                continue
        state.feed(line)
        out.append(line)
        i += 1
    return Translation("\n".join(out), tuple(magics))


def _with_continuations(lines: list[str], i: int) -> tuple[str, int]:
    """The line with those that a trailing backslash joins to it, and how many they are."""
    taken, text = 1, lines[i]
    while text.endswith("\\") and i + taken < len(lines):
        text = text[:-1] + " " + lines[i + taken].strip()
        taken += 1
    return text, taken


def _translate_line(line: str, number: int) -> tuple[str, Magic] | None:
    if match := _LINE.match(line):
        return _translate_line_magic(match, number)
    if match := _SHELL.match(line):
        code = match["indent"] + _names_in_shell(match["args"])
        return code, Magic(number, "shell", "!", match["args"].strip())
    if (match := _ASSIGN.match(line)) and not parses(line.strip()):
        args = match["args"].strip()
        shell = match["sign"] == "!"
        name = "!" if shell else re.split(r"\s", match["args"])[0]
        rest = args if shell else args[len(name) :].strip()
        target = match["targets"].strip()
        code = f"{match['indent']}{target} = __magic__{_names_in_shell(rest, call=True)}"
        return code, Magic(number, "shell" if shell else "line", name, rest, target)
    if match := _HELP_BEFORE.match(line) or _HELP_AFTER.match(line):
        return "pass", Magic(number, "help", "?", match["args"])
    return None


def _translate_line_magic(match: re.Match[str], number: int) -> tuple[str, Magic]:
    name, args = match["name"], match["args"]
    magic = Magic(number, "line", name, args)
    if name in PYTHON_ARGUMENT and args.strip():
        return match["indent"] + _statement_on_line(match[0][len(match["indent"]) :], args), magic
    return match["indent"] + "pass", magic


def _statement_on_line(line: str, args: str) -> str:
    """The Python statement at the end of a line, in its column, behind an empty statement."""
    options = _OPTIONS.match(args + "\n")
    statement = args[min(len(args), options.end()) :] if options else args
    if not statement.strip() or not parses(statement.strip()):
        return "pass"
    ahead = len(line) - len(statement)
    return "0" + " " * (ahead - 2) + ";" + statement if ahead >= 2 else statement


def _names_in_shell(args: str, call: bool = False) -> str:
    """Python that reads the names which `{name}` and `$name` put into a shell line."""
    found = []
    for braces, dollar in _EXPANSION.findall(args):
        text = braces or dollar
        if parses(f"({text})") and not (dollar and text.isupper()):
            found.append(f"({text})")
    inner = ", ".join(found)
    if call:
        return f"({inner})"
    return f"({inner},)" if inner else "pass"


class _Lexer:
    """How far Python's brackets and triple-quoted strings reach over the lines fed so far."""

    _TOKEN = re.compile(
        r"""(?P<comment>\#.*)|(?P<quote>[rRbBuUfFtT]{0,2}(?:\"\"\"|'''|"|'))|(?P<open>[\(\[\{])|(?P<close>[\)\]\}])"""
    )

    def __init__(self) -> None:
        self._depth = 0
        self._quote: str | None = None
        self._continued = False

    @property
    def at_statement_start(self) -> bool:
        return self._depth == 0 and self._quote is None and not self._continued

    def feed(self, line: str) -> None:
        at = 0
        self._continued = False
        while at < len(line):
            at = self._in_string(line, at) if self._quote else self._in_code(line, at)
        if self._quote in ("'", '"') and not line.endswith("\\"):
            self._quote = None  # an unterminated string ends with its line
        if self._quote is None and line.endswith("\\"):
            self._continued = True

    def _in_string(self, line: str, at: int) -> int:
        assert self._quote is not None
        while at < len(line):
            if line[at] == "\\":
                at += 2
            elif line.startswith(self._quote, at):
                at += len(self._quote)
                self._quote = None
                return at
            else:
                at += 1
        return at

    def _in_code(self, line: str, at: int) -> int:
        match = self._TOKEN.search(line, at)
        if match is None or match["comment"]:
            return len(line)
        if match["quote"]:
            self._quote = match["quote"].lstrip("rRbBuUfFtT")
        elif match["open"]:
            self._depth += 1
        elif match["close"]:
            self._depth = max(0, self._depth - 1)
        return match.end()
