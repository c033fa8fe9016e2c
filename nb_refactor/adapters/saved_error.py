"""The error that a cell's saved outputs show, and the line of the cell that raised it.

IPython has written tracebacks in many forms; each frame begins with a header that tells whose code
it is, followed by the source with an arrow (`----> 3`) at the line in question.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from nb_refactor.notebook import Raised

_DRESS = re.compile(r"\x1b\[[0-9;]*m|</?a\b[^>]*>")  # colours, and the links of VS Code
_CHAIN = re.compile(
    r"During handling of the above exception|was the direct cause of the following exception"
)
# The header of the frame that is the cell's own code, not a function that it called.
_CELL_HEADERS = (
    re.compile(r"^<ipython-input-[^>]*> in <(?:cell line: \d+|module)>"),  # IPython to 7.30
    re.compile(r"ipykernel_\d+[/\\]\d+\.py in <(?:cell line: \d+|module)>"),  # ipykernel 6
    re.compile(r"^(?:Input In|Cell In) ?\[\d+\], in <(?:cell line: \d+|module)>"),  # IPython 8.0
    re.compile(r"^Cell In ?\[\d+\], line (?P<line>\d+)\s*$"),  # IPython 8.7
    re.compile(r"\.ipynb Cell \d+'? in <(?:cell line: \d+|module)>"),  # VS Code
    re.compile(r"\.ipynb Cell \d+ line (?P<line>\d+)\s*$"),
    re.compile(r'^\s*File "<ipython-input-[^>]*>", line (?P<line>\d+)\s*$'),  # syntax errors
    re.compile(r'^\s*File ".*ipykernel_\d+[/\\]\d+\.py", line (?P<line>\d+)\s*$'),
    re.compile(r"^\s+(?:Input In|Cell In) ?\[\d+\], line (?P<line>\d+)\s*$"),
)
_NOT_DEFINED = re.compile(r"(?:global )?name '(?P<name>\w+)' is not defined")
_FRAME_END = re.compile(r"^\s*$")
_ARROW = re.compile(r"^-+> ?(?P<line>\d+)\b")


def raised_by(outputs: Any) -> Raised | None:
    """The error among a cell's saved outputs (nbformat 3 and 4), if there is one."""
    for output in outputs if isinstance(outputs, list) else ():
        if isinstance(output, dict) and output.get("output_type") in ("error", "pyerr"):
            traceback = output.get("traceback")
            lines = _lines(traceback if isinstance(traceback, list) else ())
            name = str(output.get("ename") or "Exception")
            return Raised(name, _failing_line(lines), _undefined(name, output.get("evalue")))
    return None


def _undefined(name: str, value: Any) -> str | None:
    """The name that a NameError did not find."""
    match = _NOT_DEFINED.match(value) if name == "NameError" and isinstance(value, str) else None
    return match["name"] if match else None


def _lines(traceback: Sequence[Any]) -> list[str]:
    return _DRESS.sub("", "\n".join(map(str, traceback))).splitlines()


def _failing_line(lines: Sequence[str]) -> int | None:
    """The line of the cell in the outermost frame of the exception that came out of it: of a chain
    of exceptions that is the last one."""
    chained = [index for index, line in enumerate(lines) if _CHAIN.search(line)]
    lines = lines[chained[-1] + 1 :] if chained else lines
    for index, line in enumerate(lines):
        for header in _CELL_HEADERS:
            if match := header.search(line):
                told = match.groupdict().get("line")
                return int(told) if told else _arrow(lines[index + 1 :])
    return None


def _arrow(lines: Sequence[str]) -> int | None:
    for line in lines:
        if match := _ARROW.match(line):
            return int(match["line"])
        if _FRAME_END.match(line):
            return None
    return None
