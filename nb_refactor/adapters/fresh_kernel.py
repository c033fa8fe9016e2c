"""Starts a kernel that nobody else uses: on a Jupyter server, or on this machine."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from subprocess import DEVNULL
from typing import TYPE_CHECKING, Any

import zmq
from jupyter_client.kernelspec import NATIVE_KERNEL_NAME, KernelSpecManager, NoSuchKernel
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import ensure_async

from nb_refactor.text import Problem, text

if TYPE_CHECKING:
    from nb_refactor.adapters.fork_server import ForkServers

#: How the threads of numerical libraries wait for their next work: asleep. As they come they spin,
#: and where runs share the processors they keep each other from them: a notebook of linear algebra
#: then takes many times as long. How many threads there are stays, and with it each digit of a
#: result. What is set already holds. (OpenBLAS: powers of two of processor cycles until they sleep;
#: OpenMP; Intel's and LLVM's OpenMP: milliseconds.)
WAITING_THREADS = {
    "OPENBLAS_THREAD_TIMEOUT": "20",
    "OMP_WAIT_POLICY": "PASSIVE",
    "KMP_BLOCKTIME": "0",
}


@dataclass(frozen=True)
class FreshKernel:
    """A kernel that nobody else uses. `name` is its kernelspec, `manager` its kernel manager
    (jupyter_client's, or a gateway's), `stop` ends it (`now`: without asking it first). `note` is
    a sentence when it is not the kernel that the notebook asks for. `language` is what it speaks,
    in lower case. `goes_to` is the folder that it must be told to go to, if it was started
    elsewhere; `since` the time of its start (seconds since the epoch), if it, or what it was copied
    from, has waited."""

    name: str
    manager: Any
    stop: Callable[[bool], Awaitable[None]]
    note: str = ""
    language: str = ""
    goes_to: Path | None = None
    since: float = 0.0


class KernelUnavailable(Problem):
    """No kernel can be started for this notebook; the text is a sentence for people."""


@dataclass(frozen=True)
class KernelWish:
    """Which kernel a run asks for: its kernelspec `name` (`None`: the default one), the language
    (lower case, empty when the notebook does not say), and whether nothing else will do."""

    name: str | None
    language: str
    required: bool


def wish_of(metadata: Mapping[str, Any], kernel: str | None) -> KernelWish:
    """What a notebook with these metadata asks for; `kernel` is a kernelspec that must be used."""
    spec = metadata.get("kernelspec") or {}
    info = metadata.get("language_info") or {}
    language = str(spec.get("language") or info.get("name") or "").lower()
    return KernelWish(kernel or spec.get("name") or None, language, kernel is not None)


StartKernel = Callable[[KernelWish], Awaitable[FreshKernel]]


def server_kernels(kernels: Any, path: str, folder: Path | None = None) -> StartKernel:
    """Kernels from a Jupyter server's own mapping kernel manager, so that its kernelspecs, its
    remote kernels and its limits hold. `path` is the notebook's API path: the kernel works in
    its folder, or in the `folder` of this machine that is given."""
    place: dict[str, Any] = {"path": path} if folder is None else {"cwd": str(folder)}
    if are_local(kernels):
        place["env"] = _surroundings()

    async def start(wish: KernelWish) -> FreshKernel:
        name, language, note = await _kernelspec(
            kernels.kernel_spec_manager, wish, kernels.default_kernel_name
        )
        kernel_id = await ensure_async(kernels.start_kernel(kernel_name=name, **place))

        async def stop(now: bool) -> None:
            if kernel_id in kernels:
                await ensure_async(kernels.shutdown_kernel(kernel_id, now=now))

        manager = kernels.get_kernel(kernel_id)
        # A kernel that died must not be replaced by an empty one in the middle of the run.
        if hasattr(manager, "stop_restarter"):
            manager.stop_restarter()
        if not are_local(kernels):
            from nb_refactor.adapters.gateway_channels import GatewayChannels  # slow to load

            manager.client_factory = GatewayChannels
        return FreshKernel(name, manager, stop, note, language)

    return start


def are_local(kernels: Any) -> bool:
    """Do the kernels of this mapping kernel manager run on this machine, and not behind a
    gateway?"""
    return not hasattr(kernels, "kernels_url")


def local_kernels(folder: str, servers: ForkServers | None = None) -> StartKernel:
    """Kernels of this machine, for the command line; they work in `folder`. `servers`: those that
    can be begun by a fork server are."""

    async def start(wish: KernelWish) -> FreshKernel:
        name, language, note = await _kernelspec(KernelSpecManager(), wish, NATIVE_KERNEL_NAME)
        manager = AsyncKernelManager(kernel_name=name)
        if servers is not None:
            servers.provide(manager)
        # Its sockets are there a moment later: look for them more often than ten times a second.
        manager.context.setsockopt(zmq.RECONNECT_IVL, 10)
        # The user's history stays as it is, and what a kernel writes past Jupyter (its logging,
        # C libraries) must not mix with what this program prints.
        arguments = ["--HistoryManager.hist_file=:memory:"] if manager.ipykernel else []

        async def stop(now: bool) -> None:
            if manager.has_kernel:
                await ensure_async(manager.shutdown_kernel(now=now))

        try:
            await ensure_async(
                manager.start_kernel(
                    cwd=folder,
                    env=_surroundings(),
                    extra_arguments=arguments,
                    stdout=DEVNULL,
                    stderr=DEVNULL,
                )
            )
        except BaseException:
            await stop(True)
            raise
        since = getattr(manager.provisioner, "since", 0.0)
        return FreshKernel(name, manager, stop, note, language, since=since)

    return start


def _surroundings() -> dict[str, str]:
    """The environment variables of a kernel on this machine."""
    return {**WAITING_THREADS, **os.environ}


async def _kernelspec(specs: Any, wish: KernelWish, default: str) -> tuple[str, str, str]:
    """The kernelspec to start, its language, and a note when it is not the one wished for."""
    wanted = wish.name or default
    language = await _language(specs, wanted)
    if language is not None or wish.name is None:
        return wanted, language or "", ""
    if wish.required:
        raise KernelUnavailable(text("There is no kernel named {name!r} here.", name=wish.name))
    if wish.language not in ("", "python"):
        told = text(
            "The notebook's kernel {name!r} ({language}) is not installed here.",
            name=wish.name,
            language=wish.language,
        )
        raise KernelUnavailable(told)
    note = text(
        "The notebook's kernel {name!r} is not installed; {default!r} was used.",
        name=wish.name,
        default=default,
    )
    return default, await _language(specs, default) or "", note


async def _language(specs: Any, name: str) -> str | None:
    """What the kernel of this kernelspec speaks, in lower case; `None`: there is no such one."""
    try:
        spec = await ensure_async(specs.get_kernel_spec(name))
    except NoSuchKernel:
        return None
    except Exception as problem:
        from tornado.web import HTTPError  # a gateway says no with it; slow to load

        if isinstance(problem, HTTPError):
            return None
        raise
    return str(getattr(spec, "language", "")).lower()
