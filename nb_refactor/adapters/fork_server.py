"""IPython kernels that a fork server begins: where many kernels are started one after the other,
each of them otherwise spends half a second of the processor on loading the same modules."""

from __future__ import annotations

import asyncio
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.factory import KernelProvisionerFactory
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

_SIDE = Path(__file__).with_name("fork_server_side.py")
_LAUNCHER = ["-m", "ipykernel_launcher"]


def is_possible() -> bool:
    """Does this machine have what it takes? A sandbox may forbid to hold on to a process."""
    try:
        os.close(os.pidfd_open(os.getpid()))
    except (AttributeError, OSError):
        return False
    return sys.platform == "linux"


class ForkServerGone(Exception):
    """The fork server has ended, or cannot begin a kernel."""


class ForkedProcess:
    """A kernel that the fork server began, as `subprocess.Popen` shows a process. The server keeps
    its number from being given to another until it is asked how it ended."""

    stdin = stdout = stderr = None

    def __init__(self, server: ForkServer, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._server = server
        self._handle = os.pidfd_open(pid)
        self._end = select.poll()
        self._end.register(self._handle, select.POLLIN)

    def poll(self) -> int | None:
        """Its exit code (negative: the signal), `None` while it runs."""
        return self._ended_within(0)

    def wait(self, timeout: float | None = None) -> int:
        code = self._ended_within(timeout)
        if code is None:
            raise subprocess.TimeoutExpired(["ipykernel_launcher"], timeout or 0)
        return code

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            signal.pidfd_send_signal(self._handle, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def _ended_within(self, seconds: float | None) -> int | None:
        most = None if seconds is None else seconds * 1000
        if self.returncode is None and self._end.poll(most):
            self.returncode = self._server.code_of(self.pid)
            os.close(self._handle)
        return self.returncode


class ForkServer:
    """One process that begins kernels of one Python and one environment. `since` is the time of its
    start (seconds since the epoch): what was installed later its kernels have to be told."""

    def __init__(self, python: Sequence[str], environment: Mapping[str, str]) -> None:
        ours, its = socket.socketpair()
        self.since = time.time()
        self._asking = threading.Lock()
        with its:
            self._process = subprocess.Popen(
                [*python, str(_SIDE), str(its.fileno())],
                pass_fds=[its.fileno()],
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        with ours:
            self._lines = ours.makefile("rw", encoding="utf-8")
        self._is_safe: bool | None = None

    def start(self, arguments: Sequence[str], folder: str) -> ForkedProcess:
        """A kernel with these arguments of its launcher, which works in `folder`. Blocks until it
        is begun. Raises ForkServerGone."""
        with self._asking:
            if self._is_safe is None:
                self._is_safe = bool(self._told().get("is_safe"))
            if not self._is_safe:
                raise ForkServerGone("it cannot be forked")
            answer = self._asked({"start": list(arguments), "folder": folder})
            if "pid" not in answer:
                raise ForkServerGone(answer.get("problem", ""))
            return ForkedProcess(self, answer["pid"])

    def code_of(self, pid: int) -> int:
        """The exit code of a kernel that has ended; that of a kernel which was killed where the
        server is gone, since it takes its kernels along."""
        try:
            with self._asking:
                return int(self._asked({"ended": pid})["code"])
        except ForkServerGone:
            return -int(signal.SIGKILL)

    def close(self) -> None:
        """Ends it, with all kernels that still run."""
        with suppress(OSError):
            self._lines.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _asked(self, question: dict[str, Any]) -> dict[str, Any]:
        try:
            self._lines.write(json.dumps(question) + "\n")
            self._lines.flush()
        except (OSError, ValueError) as problem:
            raise ForkServerGone(str(problem)) from None
        return self._told()

    def _told(self) -> dict[str, Any]:
        try:
            line = self._lines.readline()
            return dict(json.loads(line))
        except (OSError, ValueError) as problem:
            raise ForkServerGone(str(problem)) from None


class ForkServers:
    """The fork servers of one program, one for each Python and environment of its kernels."""

    def __init__(self) -> None:
        self._servers: dict[tuple[tuple[str, ...], frozenset[tuple[str, str]]], ForkServer] = {}
        self._looking = threading.Lock()

    def start(
        self, command: Sequence[str], environment: Mapping[str, str], folder: str
    ) -> tuple[ForkedProcess, float] | None:
        """The kernel that `command` would start, and the time at which its server was started;
        `None` where that command is no plain start of an IPython kernel, or no server can be had.
        Blocks."""
        parts = _parts(command)
        if parts is None or not os.path.isdir(folder) or _hangs_on_folder(environment):
            return None
        python, arguments = parts
        try:
            server = self._server(python, environment)
            return server.start(arguments, folder), server.since
        except (ForkServerGone, OSError):
            return None

    def provide(self, manager: AsyncKernelManager) -> None:
        """Lets the kernel of this manager, which is not started yet, come from here: where it would
        be a process of this machine like any other."""
        factory = KernelProvisionerFactory.instance(parent=manager.parent)
        wanted = factory.create_provisioner_instance(
            str(uuid.uuid4()), manager.kernel_spec, parent=manager
        )
        if type(wanted) is LocalProvisioner:
            manager.provisioner = _ForkingProvisioner(
                kernel_id=wanted.kernel_id, kernel_spec=wanted.kernel_spec, parent=manager
            )
            manager.provisioner.servers = self

    def close(self) -> None:
        """Ends all of them, with their kernels."""
        for server in self._servers.values():
            server.close()
        self._servers.clear()

    def _server(self, python: tuple[str, ...], environment: Mapping[str, str]) -> ForkServer:
        key = python, frozenset(environment.items())
        with self._looking:
            if key not in self._servers:
                self._servers[key] = ForkServer(python, environment)
            return self._servers[key]


def _parts(command: Sequence[str]) -> tuple[tuple[str, ...], list[str]] | None:
    """The Python with its options, and the launcher's arguments."""
    for place in range(1, len(command) - 1):
        if list(command[place : place + 2]) == _LAUNCHER:
            python, *options = command[:place]
            is_found = os.path.isabs(python) or not os.path.dirname(python)
            is_plain = is_found and os.path.basename(python).startswith("python")
            if is_plain and all(option.startswith("-") for option in options):
                return (python, *options), list(command[place + 2 :])
    return None


def _hangs_on_folder(environment: Mapping[str, str]) -> bool:
    """Does Python, when it starts, look for modules in places that are said relative to the folder
    that it starts in? (An empty one is that folder.)"""
    places = environment.get("PYTHONPATH", "")
    return places != "" and not all(map(os.path.isabs, places.split(os.pathsep)))


class _ForkingProvisioner(LocalProvisioner):
    """jupyter_client's provisioner of kernels on this machine, whose kernels come from a fork
    server where one can begin them. `since` as of `ForkServer`; 0: the kernel has a start of its
    own."""

    servers: ForkServers
    since = 0.0

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        place = {"env", "cwd", "stdout", "stderr"}
        others = set(self._scrub_kwargs(kwargs)) - place
        is_quiet = {kwargs.get("stdout"), kwargs.get("stderr")} == {subprocess.DEVNULL}
        found = None
        if is_quiet and not others:
            folder = str(kwargs.get("cwd") or os.getcwd())
            found = await asyncio.to_thread(self.servers.start, cmd, kwargs["env"], folder)
        if found is None:
            return await super().launch_kernel(cmd, **kwargs)
        self.process, self.since = found
        self.pid = self.pgid = self.process.pid
        self.cwd = kwargs.get("cwd")
        return self.connection_info
