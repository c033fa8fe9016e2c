"""The Python source that starts and ends the recording in a fresh kernel. It is one expression: run
silently, it binds no name, and leaves neither history nor execution count."""

from __future__ import annotations

import base64
import marshal
import os
import zlib
from functools import lru_cache
from importlib.util import MAGIC_NUMBER
from pathlib import Path

from nb_refactor.adapters.fresh_kernel import WAITING_THREADS

_RECORDER = Path(__file__).with_name("kernel_recorder.py")
# Compiled here for a kernel of the same Python, which spares it the time; as text for any other.
_RUN = (
    "(lambda space, b, unpack: (b.exec("
    "__import__('marshal').loads(unpack({code!r}))"
    " if __import__('importlib.util').util.MAGIC_NUMBER == {magic!r} else unpack({text!r}), space),"
    " b.eval({call!r}, space))[1])"
    "({{'__name__': 'nb_refactor_recorder'}}, __import__('builtins'),"
    " lambda t: __import__('zlib').decompress(__import__('base64').b64decode(t)))"
)


def start_source(folder: Path | None = None, since: float = 0.0) -> str:
    """Records from now on; the kernel goes to the folder first, if there is one, and learns of what
    was installed `since` it was started (seconds since the epoch), if it waited."""
    run = _evaluated(f"install({str(folder or '')!r}, {since!r})")
    return f"({unrecorded_source()}, {run})[1]"


def unrecorded_source() -> str:
    """Begins a run, and records nothing: what fresh kernels have beside the environment variables
    of this process is for libraries in C. It is taken out of Python's mapping, where nobody else
    (the kernelspec) has set it otherwise, and not out of the environment behind it."""
    given = [pair for pair in WAITING_THREADS.items() if pair[0] not in os.environ]
    return (
        "(lambda e: [e.__dict__['_data'].pop(e.encodekey(name), None) "
        f"for name, value in {given!r} if e.get(name) == value])(__import__('os').environ)"
    )


def finish_source(modules: list[str]) -> str:
    """Tells the rest. `modules` are the top-level modules that the notebook imports: of those that
    the kernel itself had loaded, the packages are told too."""
    return _evaluated(f"finish({modules!r})")


def _evaluated(call: str) -> str:
    return _RUN.format(call=call, **_recorder())


@lru_cache(maxsize=1)
def _recorder() -> dict[str, object]:
    text = _RECORDER.read_text(encoding="utf-8")
    code = compile(text, "<nb_refactor recorder>", "exec", dont_inherit=True, optimize=2)
    return {
        "code": _packed(marshal.dumps(code)),
        "magic": MAGIC_NUMBER,
        "text": _packed(text.encode("utf-8")),
    }


def _packed(data: bytes) -> str:
    return base64.b64encode(zlib.compress(data, 9)).decode("ascii")
