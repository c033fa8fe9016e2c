"""A fork server of IPython kernels: a process of the kernels' own Python that has loaded what each
of them loads first, and begins each as a copy of itself. Standard library and ipykernel only, for
Python 3.9 and up, on Linux.

A kernel that begins here is the same as one that `python -m ipykernel_launcher` begins, but for
its parent: the same arguments, modules, search path, and depth of the stack.

It says first whether it can be forked: `{"is_safe": true}`. Then it is asked over the socket with
the number that is its last argument, in lines of JSON:

- `{"start": [argument…], "folder": path}`: a kernel with these arguments that works in the folder;
  answers `{"pid": number}`, or `{"problem": sentence}`.
- `{"ended": pid}`: the exit code of a kernel that has ended (negative: the signal); `{"code": …}`.

Where the other end is gone, so are all kernels."""

from __future__ import annotations

import atexit
import gc
import json
import os
import signal
import socket
import sys
from contextlib import suppress
from importlib.util import find_spec
from types import ModuleType
from typing import Any

# What a kernel loads until its first cell, beside what these load. None of it makes a thread, opens
# a file or asks for the process's number, as long as no kernel is made. The debugger does: it makes
# a thread, after which those of the kernel would have other names.
PRELOADED = (
    "ipykernel.kernelapp",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.logger",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "sqlite3",
    "psutil",
    "tornado.platform.asyncio",
    "tornado.queues",
    "runpy",
)
LAUNCHER = "ipykernel_launcher"


def preload() -> None:
    """Imports as the launcher does: without the folder of this file, or the current one. An older
    Python leaves it to others to begin kernels."""
    if not hasattr(os, "waitstatus_to_exitcode"):
        sys.exit()
    if sys.path[0] == os.path.dirname(os.path.abspath(__file__)):
        del sys.path[0]
    # ipykernel looks here, while it is loaded, for the process whose end is also its own.
    os.environ["JPY_PARENT_PID"] = str(os.getpid())
    for name in PRELOADED:
        try:
            __import__(name)
        except ImportError:
            if name == PRELOADED[0]:
                raise


def serve(asked: socket.socket) -> list[str]:
    """Begins kernels. Returns in each of them, with its arguments."""
    began: set[int] = set()
    with asked.makefile("rw", encoding="utf-8") as lines:
        tell(lines, {"is_safe": threads() == 1 and not is_traced()})
        for line in lines:
            wanted = json.loads(line)
            if "ended" in wanted:
                _, status = os.waitpid(wanted["ended"], 0)
                began.discard(wanted["ended"])
                tell(lines, {"code": os.waitstatus_to_exitcode(status)})
                continue
            try:
                pid = os.fork()
            except OSError as problem:
                tell(lines, {"problem": str(problem)})
                continue
            if not pid:
                lines.close()
                asked.close()
                os.setsid()
                no_input()
                os.chdir(wanted["folder"])
                return list(wanted["start"])
            began.add(pid)
            tell(lines, {"pid": pid})
    for pid in began:
        with suppress(OSError):
            os.killpg(pid, signal.SIGKILL)
    os._exit(0)


def tell(lines: Any, answer: dict[str, Any]) -> None:
    lines.write(json.dumps(answer) + "\n")
    lines.flush()


def no_input() -> None:
    """As jupyter_client has it: a pipe that nobody writes to."""
    read, write = os.pipe()
    os.dup2(read, 0)
    os.close(read)
    os.close(write)


def threads() -> int:
    """How many threads this process has, those of libraries in C too. A fork takes one along."""
    return len(os.listdir("/proc/self/task"))


def is_traced() -> bool:
    """Has something that starts with Python begun to follow it? It would follow all kernels as if
    they were one."""
    return sys.gettrace() is not None or sys.getprofile() is not None


def search_no_more() -> None:
    """What ends the process last, after all that others have it do at its end: garbage is looked
    for once, and then not again. Python would, several times over, in all modules there are, which
    takes half a second where pandas is among them. Values that no name leads to any more are gone
    by then; those that modules hold go with these."""
    gc.collect()
    gc.freeze()


def launch(arguments: list[str]) -> None:
    """What `python -m ipykernel_launcher` does; this function stands where `runpy` would."""
    atexit.register(search_no_more)
    if not getattr(sys.flags, "safe_path", False):
        sys.path.insert(0, os.getcwd())
    spec: Any = find_spec(LAUNCHER)
    sys.argv = [spec.origin, *arguments]
    if hasattr(sys, "orig_argv"):
        sys.orig_argv[-2:] = ["-m", LAUNCHER, *arguments]
    main = ModuleType("__main__")
    main.__dict__.update(
        __builtins__=__builtins__,
        __cached__=spec.cached,
        __file__=spec.origin,
        __loader__=spec.loader,
        __package__="",
        __spec__=spec,
    )
    sys.modules["__main__"] = main
    exec(spec.loader.get_code(LAUNCHER), main.__dict__)


if __name__ == "__main__":
    preload()
    launch(serve(socket.socket(fileno=int(sys.argv[-1]))))
