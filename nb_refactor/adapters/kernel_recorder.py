"""Runs in a fresh kernel, as text that is sent to it: records what the cells touch outside it.

Standard library only, for Python 3.8 and up, and nothing of nb_refactor. A hook (PEP 578) sees what
Python is about to open, start or connect to; at the end of each cell what is new goes out as a
message of its own kind. No name, no line of the history and no execution count comes of it.

The hook is called for everything that Python audits, many thousand times in an import: it looks the
event up, and most end there. Nothing in it may raise, for that would stop what the notebook does.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

MESSAGE = "nb_refactor_record"
MOST = 5000  # of each kind: what comes after is dropped, and told
# Where the installed packages are looked up that name their modules otherwise; others are searched.
OTHER_NAMES = {
    "PIL": "pillow",
    "attr": "attrs",
    "bs4": "beautifulsoup4",
    "cv2": "opencv-python",
    "dateutil": "python-dateutil",
    "mpl_toolkits": "matplotlib",
    "pylab": "matplotlib",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "yaml": "PyYAML",
}


class Recorder:
    """What the cells touched, until it is sent."""

    def __init__(self, shell: Any) -> None:
        self.shell = shell
        self.ignored = ignored_places()
        self.folder = ""
        self.files: list[list[Any]] = []
        self.seen: set[tuple[str, str]] = set()
        self.databases: dict[str, Any] = {}
        self.known = set(sys.modules)
        self.on_demand: dict[str, bool] = {}
        self.tops: dict[str, str] = {}
        self.modules: list[list[Any]] = []
        self.code: list[str] = []
        self.programs: dict[str, None] = {}
        self.addresses: dict[tuple[str, int], None] = {}
        self.variables: dict[str, bool] = {}
        self.told: dict[str, set[Any]] = {"programs": set(), "addresses": set(), "variables": set()}
        self.is_complete = True
        self.is_first = True

    def handlers(self) -> dict[str, Callable[..., None]]:
        """What is done at which event of `sys.audit`."""
        return {
            "open": self.opened,
            "os.remove": self.removed,
            "os.rename": self.renamed,
            "os.chdir": self.moved,
            "os.truncate": self.truncated,
            "os.link": self.linked,
            "os.symlink": self.linked,
            "sqlite3.connect": self.database,
            "import": self.imported,
            "subprocess.Popen": self.started,
            "os.system": self.system,
            "os.posix_spawn": self.spawned,
            "os.spawn": self.spawned_by_mode,
            "os.forkpty": self.forked,
            "socket.getaddrinfo": self.looked_up,
            "socket.gethostbyname": self.looked_up,
            "socket.connect": self.connected,
        }

    def opened(self, path: Any, mode: Any, flags: Any) -> None:
        if type(path) is not str:
            if isinstance(path, int):
                return
            path = os.fsdecode(path)
        if path.startswith(self.ignored) or path.endswith((".pyc", ".pyo")):
            return
        access = (flags or 0) & (os.O_WRONLY | os.O_RDWR)
        kind = "r" if not access else "w" if access == os.O_WRONLY else "rw"
        if (path, kind) in self.seen:
            return
        if kind != "r" and (flags & os.O_APPEND):
            kind = "rw"
        if kind == "rw" and flags & os.O_TRUNC:
            kind = "w"
        self.touch(path, kind)

    def touch(self, path: Any, kind: str) -> None:
        """Note a file before it is opened or changed: `r`, `w`, `rw`, or `d` for deleted."""
        path = path if type(path) is str else os.fsdecode(path)
        self.seen.add((path, kind))
        if not self.folder:
            self.folder = os.getcwd()
        path = os.path.normpath(os.path.join(self.folder, path))
        if path.startswith(self.ignored):
            return
        if len(self.files) >= MOST:
            self.is_complete = False
            return
        try:
            state = os.stat(path)
            if not os.path.isdir(path):
                self.files.append([kind, path, True, state.st_size, state.st_mtime])
        except OSError:
            self.files.append([kind, path, False, None, None])

    def removed(self, path: Any, *_: Any) -> None:
        self.touch(path, "d")

    def renamed(self, source: Any, target: Any, *_: Any) -> None:
        self.touch(source, "rd")
        self.touch(target, "w")

    def moved(self, *_: Any) -> None:
        """The folder changes after this event: it is asked for when it is next needed."""
        self.folder = ""
        self.seen.clear()

    def truncated(self, path: Any, *_: Any) -> None:
        if not isinstance(path, int):
            self.touch(path, "w")

    def linked(self, source: Any, target: Any, *_: Any) -> None:
        self.touch(target, "w")

    def database(self, path: Any) -> None:
        """Whether a database is written shows at the end alone."""
        path = os.fsdecode(path)
        if path in ("", ":memory:") or path.startswith("file:"):
            return
        place = os.path.normpath(os.path.join(self.folder or os.getcwd(), path))
        if not place.startswith(self.ignored):
            self.databases.setdefault(place, changed_at(place))
            self.touch(path, "r")

    def imported(self, module: Any, *_: Any) -> None:
        """Of a package that is loaded while no other import goes on, somebody wants it now; one
        that is loaded inside another's import may be there by chance."""
        if "." not in module and module not in self.on_demand:
            self.on_demand[module] = not inside_import()

    def started(self, executable: Any, arguments: Any, *_: Any) -> None:
        self.program(arguments)

    def system(self, command: Any) -> None:
        self.program(command)

    def spawned(self, path: Any, arguments: Any, *_: Any) -> None:
        self.program(arguments)

    def spawned_by_mode(self, mode: Any, path: Any, arguments: Any, *_: Any) -> None:
        self.program(arguments)

    def forked(self, *_: Any) -> None:
        """IPython runs `!command` in a terminal of its own."""
        frame: FrameType | None = sys._getframe(1)
        while frame is not None:
            if frame.f_code.co_name in ("system", "getoutput") and "cmd" in frame.f_locals:
                self.program(frame.f_locals["cmd"])
                return
            frame = frame.f_back

    def program(self, command: Any) -> None:
        if inside_import() or len(self.programs) >= MOST:
            return
        if isinstance(command, (list, tuple)):
            command = " ".join(text_of(part) for part in command)
        self.programs.setdefault(text_of(command)[:300].strip())

    def looked_up(self, host: Any, port: Any = 0, *_: Any) -> None:
        if host:
            self.address(text_of(host), port)

    def connected(self, _: Any, address: Any) -> None:
        if isinstance(address, tuple) and len(address) >= 2:
            self.address(text_of(address[0]), address[1])

    def address(self, host: str, port: Any) -> None:
        port = port if isinstance(port, int) else PORTS.get(text_of(port), 0)
        is_here = host in ("localhost", "::1", "0.0.0.0", "::") or host.startswith("127.")
        if not is_here and len(self.addresses) < MOST:
            self.addresses.setdefault((host, port))

    def variable(self, name: Any) -> None:
        """Called when any code reads an environment variable."""
        frame: FrameType | None = sys._getframe(2)
        while frame is not None and frame.f_code.co_filename.endswith(
            ("os.py", "<frozen os>", "_collections_abc.py", "<frozen _collections_abc>")
        ):
            if frame.f_code.co_name in ("__setitem__", "__delitem__", "copy", "pop", "update"):
                return
            frame = frame.f_back
        if frame is not None and self.is_own(frame.f_code.co_filename):
            values = vars(os.environ)["_data"]  # looking it up the usual way would end here again
            is_set = name in values or (os.name == "posix" and os.fsencode(name) in values)
            self.variables.setdefault(text_of(name), is_set)

    def is_own(self, file: str) -> bool:
        """Is it code of a cell, or of a module that is not installed?"""
        return "ipykernel_" in file or not file.startswith(("<", *self.ignored))

    def send(self, *_: Any) -> None:
        """What is new since the last time, as one message. Called at the end of each cell."""
        try:
            content = self.news()
            if content:
                self.publish(content)
        except Exception:
            self.is_complete = False

    def news(self) -> dict[str, Any]:
        self.look_at_modules()
        content: dict[str, Any] = {}
        for kind in ("files", "modules", "code"):
            found = getattr(self, kind)
            if found:
                content[kind] = found
                setattr(self, kind, [])
        for kind, told in self.told.items():
            fresh = [item for item in list(getattr(self, kind)) if item not in told]
            if fresh:
                told.update(fresh)
                content[kind] = fresh
        if "variables" in content:
            content["variables"] = [[name, self.variables[name]] for name in content["variables"]]
        if "files" in content:
            content["files"] = [
                [kind, printable(path), was, size, at, os.path.lexists(path)]
                for kind, path, was, size, at in content["files"]
            ]
        if self.is_first:
            content["environment"] = environment()
            self.is_first = False
        if not self.is_complete:
            content["is_complete"] = False
        return content

    def look_at_modules(self) -> None:
        if len(sys.modules) == len(self.known):
            return
        new = [name for name in list(sys.modules) if name not in self.known]
        self.known.update(new)
        for name in new:
            module = sys.modules.get(name)
            file = getattr(getattr(module, "__spec__", None), "origin", None)
            if type(file) is not str or not os.path.isabs(file):
                file = ""
            if file and not file.startswith(self.ignored):
                self.code.append(printable(file))
            if "." not in name and name not in STANDARD:
                self.tops[name] = file
                self.modules.append([name, printable(file), self.on_demand.get(name, True)])

    def finish(self, wanted: list[str]) -> None:
        """The last message: the packages of the modules that were loaded since the start, and of
        those of `wanted` that were there before it; databases that were changed."""
        try:
            self.look_at_modules()
            for name in wanted:
                if name in sys.modules and name not in STANDARD:
                    self.tops.setdefault(name, "")
            for path, before in self.databases.items():
                if changed_at(path) != before:
                    self.files.append(["w", path, before is not None, None, None])
            content = self.news()
            content["packages"] = packages_of(self.tops, self.ignored)
            content["is_finished"] = True
            self.publish(content)
        except Exception:
            pass

    def publish(self, content: dict[str, Any]) -> None:
        publisher = self.shell.display_pub
        publisher.session.send(
            publisher.pub_socket,
            MESSAGE,
            content,
            parent=publisher.parent_header,
            ident=MESSAGE.encode(),
        )


PORTS = {"http": 80, "https": 443, "ftp": 21, "ssh": 22}
STANDARD = frozenset(getattr(sys, "stdlib_module_names", sys.builtin_module_names)) | {"__main__"}


def install(folder: str = "", since: float = 0.0) -> None:
    """Record from now on. With a `folder` the kernel goes there first, as if it had been started
    there; one that was started at the time `since` (seconds since the epoch) learns of packages
    that were installed meanwhile."""
    if folder:
        os.chdir(folder)
        os.environ["PWD"] = folder
    if since:
        catch_up(since, [path for path in sys.path if path.endswith("-packages")])
    shell = __import__("IPython").get_ipython()
    if shell is None or not hasattr(getattr(shell, "display_pub", None), "pub_socket"):
        return
    recorder = Recorder(shell)
    find = recorder.handlers().get

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        handler = find(event)
        if handler is not None:
            try:
                handler(*arguments)
            except Exception:
                recorder.is_complete = False

    encode = os.environ.encodekey

    def encoded(key: Any) -> Any:
        value = encode(key)
        try:
            recorder.variable(key)
        except Exception:
            recorder.is_complete = False
        return value

    last = shell.last_execution_result

    def forget(*_: Any) -> None:
        """The first cell finds no execution before it."""
        shell.events.unregister("pre_run_cell", forget)
        shell.last_execution_result = last

    os.environ.encodekey = encoded
    shell.events.register("pre_run_cell", forget)
    shell.events.register("post_run_cell", recorder.send)
    sys.addaudithook(hook)


def catch_up(since: float, folders: list[str]) -> None:
    """Do what Python does at its start for the path files of packages that were installed since,
    as `pip install -e` writes them."""
    import importlib
    import site

    importlib.invalidate_caches()
    for folder in folders:
        try:
            names = [entry.name for entry in os.scandir(folder) if entry.name.endswith(".pth")
                     and entry.stat().st_mtime >= since - 1]  # fmt: skip
        except OSError:
            continue
        for name in sorted(names):
            site.addpackage(folder, name, None)


def ignored_places() -> tuple[str, ...]:
    """The beginnings of paths that are no data: Python and its packages, the system, caches."""
    home = os.path.expanduser("~")
    places = {sys.prefix, sys.base_prefix, sys.exec_prefix, os.path.dirname(os.__file__)}
    places |= {path for path in sys.path if path.rstrip(os.sep).endswith("-packages")}
    places |= {os.environ.get(name, "") for name in ("IPYTHONDIR", "JUPYTER_RUNTIME_DIR")}
    below_home = (".ipython", ".jupyter", ".local/share/jupyter", "Library/Jupyter", ".nv",
                  ".matplotlib", ".cache/matplotlib", ".config/matplotlib", ".fontconfig",
                  "Library/Caches/matplotlib", ".cache/fontconfig", ".cache/pip")  # fmt: skip
    places |= {os.path.join(home, *name.split("/")) for name in below_home}
    places |= {os.environ.get("MPLCONFIGDIR", "")}
    system = ("/proc", "/sys", "/dev", "/etc", "/usr/share", "/usr/lib", "/usr/bin", "/lib", "/run")
    if os.name == "posix":
        places.update(system)
    real = {os.path.realpath(place) for place in places if place}
    kept = {place.rstrip(os.sep) for place in (places | real) if place}
    # A Python in "/" or "/usr" does not make everything there its own.
    wide = {os.path.dirname(home), home, os.path.realpath(home), "", "/usr", tempfile.gettempdir()}
    cells = os.path.join(tempfile.gettempdir(), "ipykernel_")  # where tracebacks look for cells
    return (*sorted(place + os.sep for place in kept - wide), cells)


def inside_import() -> bool:
    """Is the innermost thing that goes on the import of a package, other than the one asked for?"""
    frame: FrameType | None = sys._getframe(2)
    depth = 0
    while frame is not None:
        if "importlib._bootstrap" in frame.f_code.co_filename:
            if frame.f_code.co_name == "_find_and_load":
                depth += 1
                if depth > 1:
                    return True
        elif depth == 0 and frame.f_code.co_name == "<module>" and not is_cell(frame):
            return True  # code of a module that is being loaded: somebody above imports it
        frame = frame.f_back
    return False


def is_cell(frame: FrameType) -> bool:
    return "ipykernel_" in frame.f_code.co_filename


def changed_at(path: str) -> Any:
    try:
        state = os.stat(path)
        return state.st_mtime_ns, state.st_size
    except OSError:
        return None


def text_of(value: Any) -> str:
    if isinstance(value, (bytes, os.PathLike)):
        value = os.fsdecode(value)
    return printable(value) if isinstance(value, str) else repr(value)


def printable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


def environment() -> dict[str, str]:
    system = os.uname() if hasattr(os, "uname") else None
    value = os.environ.get
    seed = value("PYTHONHASHSEED") or ("random" if sys.flags.hash_randomization else "0")
    return {
        "python": f"{sys.implementation.name} {'.'.join(map(str, sys.version_info[:3]))}",
        "platform": f"{system.sysname} {system.machine}" if system else sys.platform,
        "hash_seed": seed,
        "locale": value("LC_ALL") or value("LC_CTYPE") or value("LANG") or "C",
        "timezone": value("TZ") or "/".join(dict.fromkeys(time.tzname)),
    }


def packages_of(tops: dict[str, str], ignored: tuple[str, ...]) -> list[dict[str, Any]]:
    """Each installed distribution that one of the modules belongs to: its name, its version, the
    modules, and the names of what it requires without being asked for more."""
    from importlib import metadata

    modules: dict[str, list[str]] = {}
    found: dict[str, tuple[str, str, list[str]]] = {}
    rest: list[str] = []
    for top, file in tops.items():
        if top.startswith("_") or (file and not file.startswith(ignored)):
            continue
        for name in filter(None, (top, OTHER_NAMES.get(top))):
            try:
                one = metadata.distribution(name)
            except Exception:
                continue
            declared = one.read_text("top_level.txt")
            if declared is not None and top not in declared.split():
                continue
            key = add(one, found)
            modules.setdefault(key, []).append(top)
            break
        else:
            rest.append(top)
    if rest:
        for one in metadata.distributions():
            listing = one.read_text("RECORD") or ""
            for top in rest:
                if listing.startswith((top + "/", top + ".")) or any(
                    "\n" + top + end in listing for end in ("/__init__.py,", ".py,", ".cpython-")
                ):
                    modules.setdefault(add(one, found), []).append(top)
    return [
        {"name": name, "version": version, "modules": sorted(set(modules[key])), "requires": needs}
        for key, (name, version, needs) in found.items()
    ]


def add(one: Any, found: dict[str, tuple[str, str, list[str]]]) -> str:
    """Read the head of a distribution's metadata: the whole is slow to parse."""
    text = one.read_text("METADATA") or one.read_text("PKG-INFO") or ""
    name, version, needs = "", "", []
    for line in text.split("\n\n", 1)[0].splitlines():
        head, _, value = line.partition(":")
        if head == "Name":
            name = value.strip()
        elif head == "Version":
            version = value.strip()
        elif head == "Requires-Dist" and "extra ==" not in value:
            cut = next((i for i, c in enumerate(value.strip()) if c in " ;<>=!~[("), None)
            needs.append(value.strip()[:cut])
    key = name.lower()
    found.setdefault(key, (name, version, needs))
    return key


def finish(wanted: list[str]) -> None:
    """Let the recorder of this kernel tell the rest, if it has one."""
    shell = __import__("IPython").get_ipython()
    for function in shell.events.callbacks["post_run_cell"]:
        recorder: Any = getattr(function, "__self__", None)
        # The class was made by an earlier run of this text: it has the same name, and no more.
        if type(recorder).__name__ == "Recorder" and hasattr(recorder, "on_demand"):
            recorder.finish(wanted)
