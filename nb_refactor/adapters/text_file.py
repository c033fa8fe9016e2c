"""Python files as text: what the core sees of a file, and the bytes that stand for it on disk."""

from __future__ import annotations

import io
import tokenize
from dataclasses import dataclass
from pathlib import Path

from nb_refactor.adapters.system_error import reason_of
from nb_refactor.text import Problem, text

BOM = b"\xef\xbb\xbf"


class UnreadableFile(Problem):
    """The file cannot be taken as text; the text is one sentence that says why."""


@dataclass(frozen=True)
class TextFile:
    """A file's text. Where every line of the file ends with CR LF, `crlf` is true and the text
    has plain line feeds; a file with mixed ends keeps its own in the text."""

    text: str
    crlf: bool = False
    bom: bool = False

    @classmethod
    def of(cls, data: bytes, name: str) -> TextFile:
        """The text in the bytes of a file called `name`. Raises UnreadableFile where they are not
        UTF-8, or declare another encoding (PEP 263)."""
        try:
            whole = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            told = text(
                "{name} is not UTF-8 (at byte {byte}): save it as UTF-8 first.",
                name=name,
                byte=error.start,
            )
            raise UnreadableFile(told) from None
        if name.endswith(".py"):
            _check_declared_encoding(data, name)
        feeds = whole.count("\n")
        crlf = feeds > 0 and whole.count("\r\n") == feeds == whole.count("\r")
        return cls(whole.replace("\r\n", "\n") if crlf else whole, crlf, data.startswith(BOM))

    def encoded(self, whole: str) -> bytes:
        """The bytes of a file with this text, in the way that this file is written. Raises
        UnreadableFile where the text has characters that are none."""
        if self.crlf:
            whole = whole.replace("\r\n", "\n").replace("\n", "\r\n")
        try:
            return (BOM if self.bom else b"") + whole.encode("utf-8")
        except UnicodeEncodeError:
            told = text("The text has half surrogate pairs, which are no text.")
            raise UnreadableFile(told) from None


def read_bytes(path: Path) -> bytes | None:
    """The bytes of the file at `path`, `None` where there is no file. Raises UnreadableFile."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        told = text("{name} cannot be read: {why}.", name=path.name, why=reason_of(error))
        raise UnreadableFile(told) from None


def read_text(path: Path) -> TextFile | None:
    """The text of the file at `path`, `None` where there is no file. Raises UnreadableFile."""
    data = read_bytes(path)
    return None if data is None else TextFile.of(data, path.name)


def _check_declared_encoding(data: bytes, name: str) -> None:
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    except SyntaxError:
        encoding = "unknown"
    if encoding not in ("utf-8", "utf-8-sig"):
        told = text(
            "{name} declares the encoding {encoding}: save it as UTF-8 without that line first.",
            name=name,
            encoding=encoding,
        )
        raise UnreadableFile(told)
