"""Runs in a fresh kernel, and in a plain process that it starts, as text that is sent there:
standard library only, for Python 3.8 and up, and nothing of nb_refactor. Calls functions, and runs
tests, in a process of its own.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import inspect
import io
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import threading
import time
import types
from collections.abc import Callable
from typing import Any


def called(task: dict[str, Any], recorder: Any) -> dict[str, Any]:
    """Call a function once with the arguments that `setup` binds, and tell what came of it. What it
    would do outside of the process is not done: see `Fence`."""
    space: dict[str, Any] = {"__name__": "nb_refactor_call"}
    try:
        module = importlib.import_module(task["module"])
    except Exception as problem:
        return {"failed": f"cannot be imported outside of the notebook's folder: {problem}"[:300]}
    fence = Fence(task["root"])
    stdout, sys.stdout = sys.stdout, io.StringIO()
    printed = sys.stdout
    raised = ""
    try:
        function = getattr(module, task["function"])
        setattr(module, task["function"], recorder.wrapped(function))
        exec(task["setup"], space)
        fence.close()
        exec(task["call"], space)
    except BaseException as problem:
        raised = f"{type(problem).__name__}: {problem}"[:300]
    finally:
        fence.open()
        sys.stdout = stdout
    call = recorder.calls.get(task["function"])
    if call is not None:
        call["output"] = printed.getvalue()
    return {"call": call, "raised": raised, "refused": fence.refused, "reads": fence.reads}


ACTIONS = {
    "os.remove": "removes files",
    "os.rename": "renames files",
    "os.rmdir": "removes folders",
    "os.mkdir": "makes folders",
    "os.chdir": "changes the folder that it works in",
    "shutil.rmtree": "removes folders",
    "subprocess.Popen": "starts programs",
    "os.system": "starts programs",
    "socket.connect": "connects to the network",
    "socket.getaddrinfo": "connects to the network",
    "urllib.Request": "connects to the network",
    "sqlite3.connect": "opens a database",
}


class Fence:
    """What a function asks of the world outside of its process is refused while it is closed:
    writing files, starting programs, connections. `refused` says what that was; `reads` are the
    files that it opened by a relative path."""

    def __init__(self, root: str) -> None:
        self.owner = 0
        self.root = os.path.join(os.path.realpath(root), "")
        self.temporary = os.path.join(os.path.realpath(tempfile.gettempdir()), "")
        self.refused: list[str] = []
        self.reads: list[str] = []
        sys.addaudithook(self.hear)

    def close(self) -> None:
        self.owner = threading.get_ident()

    def open(self) -> None:
        self.owner = 0

    def hear(self, event: str, arguments: Any) -> None:
        if not self.owner or threading.get_ident() != self.owner:
            return
        what = ACTIONS.get(event)
        if event == "open":
            what = self.opened(*arguments)
        elif what and arguments and self.is_temporary(arguments[0]):
            what = None
        if what:
            self.refused.append(what)
            raise PermissionError(f"refused while a test is tried: {what}")

    def opened(self, path: Any, mode: Any, flags: Any) -> Any:
        if isinstance(path, int) or path is None:
            return None
        path = os.fsdecode(path)
        writes = (os.O_WRONLY | os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_TRUNC) & (flags or 0)
        if writes or (mode and set(str(mode)) & set("wax+")):
            if path == os.devnull or self.is_temporary(path):
                return None
            return f"writes files (`{os.path.basename(path)}`)"
        if not os.path.isabs(path):
            self.reads.append(path)
        return None

    def is_temporary(self, path: Any) -> bool:
        if not isinstance(path, (str, bytes, os.PathLike)):
            return False
        real = os.path.realpath(os.fsdecode(path))
        return real.startswith(self.temporary) and not real.startswith(self.root)


class Folder:
    """The fixture `monkeypatch` as far as our tests use it."""

    def chdir(self, path: Any) -> None:
        os.chdir(path)


class Captured:
    """The fixture `capsys` as far as our tests use it."""

    def __init__(self, stream: io.StringIO) -> None:
        self.stream = stream

    def readouterr(self) -> Any:
        return types.SimpleNamespace(out=self.stream.getvalue(), err="")


def tested(task: dict[str, Any]) -> dict[str, Any]:
    """Run tests of a file, given as text, one after the other, as pytest would."""
    space: dict[str, Any] = {"__name__": task["name"], "__file__": task["file"]}
    stdout = sys.stdout
    try:
        exec(compile(task["text"], task["file"], "exec"), space)
        for name in task["tests"]:
            sys.stdout = stream = io.StringIO()
            fixtures = {"monkeypatch": Folder(), "capsys": Captured(stream)}
            wanted = inspect.signature(space[name]).parameters
            space[name](**{each: fixtures[each] for each in wanted})
    except BaseException as problem:
        told = str(problem).strip().partition("\n")[0]
        return {"passed": False, "raised": f"{type(problem).__name__}: {told}"[:300]}
    finally:
        sys.stdout = stdout
    return {"passed": True, "raised": ""}


def is_elsewhere(module: str, import_root: str) -> bool:
    """Whether the package was found in another place than the repository."""
    top = module.partition(".")[0]
    package = sys.modules.get(top)
    if package is None or "." not in module:
        return False
    here = os.path.realpath(os.path.join(import_root, top))
    return here not in [os.path.realpath(path) for path in getattr(package, "__path__", ())]


# ---- processes --------------------------------------------------------------------------------

MARK = "nb-refactor-answers:"
BEGIN = """
import json, sys
job = json.load(sys.stdin)
sys.path[:] = [*job["path"], *filter(None, sys.path)]
space = {"__name__": "nb_refactor_trial"}
for source in job["code"]:
    exec(source, space)
answers = space["carried_out"](job, space)
sys.__stdout__.write("\\n" + space["MARK"] + json.dumps(answers) + "\\n")
sys.__stdout__.flush()
__import__("os")._exit(0)
"""


def carried_out(job: dict[str, Any], space: dict[str, Any]) -> list[dict[str, Any]]:
    """Do the tasks of a job, each in a process of its own that has imported the module."""
    space["redirect"](job["sources"], job["folders"])
    for name in (job["module"], *job["preload"]):
        with contextlib.suppress(Exception):
            importlib.import_module(name)

    def done(task: dict[str, Any]) -> dict[str, Any]:
        if os.path.isdir(task["folder"]):
            os.chdir(task["folder"])
        answer = dict(eval(task["do"], dict(space, task=task)))
        root, module = job["import_root"], job["module"]
        return dict(answer, helped=space["helped"](root) or is_elsewhere(module, root))

    if not CAN_FORK:
        return [done(task) for task in job["tasks"]]
    return [forked(functools.partial(done, task), job["seconds"]) for task in job["tasks"]]


# Elsewhere, what the system's libraries have started does not outlive a fork.
CAN_FORK = sys.platform == "linux"


def forked(do: Callable[[], Any], seconds: float) -> Any:
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        try:
            answer = json.dumps(do())
        except BaseException as problem:
            answer = json.dumps({"failed": f"could not be tried: {problem}"[:300]})
        with os.fdopen(writing, "w") as told:
            told.write(answer)
        os._exit(0)
    os.close(writing)
    try:
        text = read_all(reading, time.monotonic() + seconds)
    finally:
        os.close(reading)
        with contextlib.suppress(OSError):
            os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
    if text is None:
        return {"failed": f"takes longer than {seconds:g} seconds"}
    return json.loads(text) if text else {"failed": "ends its process"}


def read_all(descriptor: int, ends: float) -> str | None:
    """What comes until the other end is closed; `None` where that does not happen in time."""
    data = b""
    while select.select([descriptor], [], [], max(0.0, ends - time.monotonic()))[0]:
        chunk = os.read(descriptor, 1 << 16)
        if not chunk:
            return data.decode()
        data += chunk
    return None


def apart(text: str) -> str:
    """Do the tasks of a job, as JSON, in plain processes of this kernel's Python; answers JSON, an
    answer for each task."""
    job = json.loads(text)
    if CAN_FORK:
        return json.dumps(answers_of(job, job["seconds"] * (1 + len(job["tasks"]))))
    jobs = (dict(job, tasks=[task]) for task in job["tasks"])
    return json.dumps([answers_of(one, job["seconds"])[0] for one in jobs])


def answers_of(job: dict[str, Any], seconds: float) -> list[dict[str, Any]]:
    settings = dict(os.environ, MPLBACKEND="Agg", PYTHONDONTWRITEBYTECODE="1")
    settings.pop("PYTHONHASHSEED", None)
    count = len(job["tasks"])
    try:
        done = subprocess.run(
            [sys.executable, "-c", BEGIN],
            input=json.dumps(job).encode(),
            capture_output=True,
            env=settings,
            timeout=seconds,
        )
    except subprocess.TimeoutExpired:
        return [{"failed": f"takes longer than {seconds:g} seconds"}] * count
    except OSError as problem:
        return [{"failed": f"could not be tried: {problem}"}] * count
    for line in reversed(done.stdout.decode("utf-8", "replace").split("\n")):
        if line.startswith(MARK):
            return list(json.loads(line[len(MARK) :]))
    last = done.stderr.decode("utf-8", "replace").strip().split("\n")[-1]
    return [{"failed": f"ends its process: {last[:200]}"}] * count
