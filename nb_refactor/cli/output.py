"""What goes to standard output and standard error."""

from __future__ import annotations

import sys
from typing import Any

import msgspec

from nb_refactor.text import plain


def print_json(value: Any) -> None:
    """One JSON document on standard output, in UTF-8 whatever the locale says."""
    data = msgspec.json.format(msgspec.json.encode(value, enc_hook=plain), indent=2) + b"\n"
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def print_text(text: str, *, to_stderr: bool = False) -> None:
    """A line or more for people; what the terminal cannot show is replaced."""
    stream = sys.stderr if to_stderr else sys.stdout
    encoding = stream.encoding or "utf-8"
    print(text.encode(encoding, "replace").decode(encoding), file=stream, flush=to_stderr)
