"""What a code cell shows, as values: read from the nbformat JSON of its outputs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True)
class Stream:
    """Text written to `stdout` or `stderr`; `index` is its place among the cell's outputs."""

    index: int
    name: str
    text: str


@dataclass(frozen=True)
class Display:
    """A value shown: `data` maps MIME types to text, or to JSON values for JSON types."""

    index: int
    data: Mapping[str, Any]


@dataclass(frozen=True)
class Error:
    """An error that the cell raised: its class name and its message."""

    index: int
    name: str
    message: str


Output = Stream | Display | Error

ANSI_CODE = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")
BACKSPACE = re.compile(r"[^\n\b]\x08")
ERASE_TO_END = "\x1b[K"
WHOLE_LINE_ERASED = re.compile(r"[^\n\r]*\x1b\[2K")


def read_outputs(raw: Iterable[Mapping[str, Any]]) -> tuple[Output, ...]:
    """The outputs of a cell's `outputs` list (nbformat 4). Runs of the same stream are one
    output, as terminals show them: a carriage return leaves the last frame, colours are gone.
    Streams that show nothing are left out, as are output types that nbformat does not know."""
    outputs: list[Output] = []
    for index, item in enumerate(raw):
        output = _read_output(index, item)
        if output is None:
            continue
        last = outputs[-1] if outputs else None
        if isinstance(output, Stream) and isinstance(last, Stream) and last.name == output.name:
            outputs[-1] = replace(last, text=last.text + output.text)
        else:
            outputs.append(output)
    return tuple(out for out in map(_as_shown, outputs) if not _is_blank(out))


def split_stderr(outputs: Iterable[Output]) -> tuple[tuple[Output, ...], str]:
    """The outputs without standard error (neighbouring pieces of standard output joined, since
    the order of the two streams is not kept by kernels), and the text of standard error."""
    others: list[Output] = []
    errors: list[str] = []
    for output in outputs:
        last = others[-1] if others else None
        if isinstance(output, Stream) and output.name == "stderr":
            errors.append(output.text)
        elif isinstance(output, Stream) and isinstance(last, Stream):
            others[-1] = replace(last, text=last.text + output.text)
        else:
            others.append(output)
    return tuple(others), "".join(errors)


def last_frames(text: str) -> str:
    """The text as a terminal leaves it: what a carriage return, a backspace or an "erase line"
    writes over is gone, and so are colours. A shorter frame covers only the start of the old."""
    while "\b" in text:
        shorter = BACKSPACE.sub("", text)
        text = shorter if shorter != text else text.replace("\b", "")
    if "\r" in text:
        text = WHOLE_LINE_ERASED.sub("\r" + ERASE_TO_END, text)
        text = "\n".join(_last_frame(line.removesuffix("\r")) for line in text.split("\n"))
    return ANSI_CODE.sub("", text)


def _last_frame(line: str) -> str:
    if "\r" not in line:
        return line
    shown = ""
    for frame in line.split("\r"):
        visible = ANSI_CODE.sub("", frame)
        shown = visible if ERASE_TO_END in frame else visible + shown[len(visible) :]
    return shown.rstrip()


def _read_output(index: int, item: Mapping[str, Any]) -> Output | None:
    kind = item.get("output_type")
    if kind == "stream":
        return Stream(index, str(item.get("name", "stdout")), joined(item.get("text", "")))
    if kind in ("display_data", "execute_result"):
        data = item.get("data") or {}
        return Display(index, {mime: _mime_value(mime, value) for mime, value in data.items()})
    if kind == "error":
        message = str(item.get("evalue", ""))
        return Error(index, str(item.get("ename", "")), message)
    return None


def joined(value: Any) -> str:
    """nbformat keeps long text either whole or as a list of lines."""
    return "".join(map(str, value)) if isinstance(value, list) else str(value)


def is_json(mime: str) -> bool:
    """Whether nbformat keeps this MIME type as a JSON value and not as text."""
    return mime == "application/json" or mime.endswith("+json")


def _mime_value(mime: str, value: Any) -> Any:
    return value if is_json(mime) else joined(value)


def _as_shown(output: Output) -> Output:
    if isinstance(output, Stream):
        return replace(output, text=last_frames(output.text))
    return output


def _is_blank(output: Output) -> bool:
    if isinstance(output, Stream):
        return not output.text.strip()
    return isinstance(output, Display) and not output.data
