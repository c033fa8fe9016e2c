"""Install the built wheel in an empty environment without Node, and have a real Jupyter server
load both halves of the extension."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

PROJECT = Path(__file__).parents[1]
STARTUP_SECONDS = 60
EXAMPLE_NOTEBOOK = PROJECT / "example" / "notebooks" / "demand.ipynb"


def built_wheel() -> Path:
    (wheel,) = (PROJECT / "dist").glob("*.whl")
    return wheel


def empty_environment(folder: Path) -> dict[str, str]:
    """Variables under which only the new environment's programs and no user's settings exist."""
    programs = folder / "venv" / ("Scripts" if os.name == "nt" else "bin")
    variables = {name: value for name, value in os.environ.items() if "JUPYTER" not in name}
    variables |= {"PATH": str(programs), "VIRTUAL_ENV": str(folder / "venv")}
    for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"):
        variables[name] = str(folder / name.lower())
    if shutil.which("node", path=variables["PATH"]):
        sys.exit("Node is on the PATH of what should be an environment without it.")
    return variables


def output_of(variables: dict[str, str], folder: Path, *command: str) -> str:
    """What the command writes to both streams; a failing command ends the check."""
    program = shutil.which(command[0], path=variables["PATH"])
    if program is None:
        sys.exit(f"The wheel did not bring the program `{command[0]}`.")
    ran = subprocess.run(
        [program, *command[1:]],
        cwd=folder,
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if ran.returncode not in (0, 1):
        sys.exit(f"{' '.join(command)} exited with {ran.returncode}:\n{ran.stdout}")
    return ran.stdout


def demand(text: str, *words: str) -> None:
    """Some line of the text must hold all the words."""
    if not any(all(word in line for word in words) for line in text.splitlines()):
        sys.exit(f"No line says {' … '.join(words)}:\n{text}")


@contextmanager
def jupyter_server(variables: dict[str, str], folder: Path, token: str) -> Iterator[str]:
    """A server with that token; gives its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--no-browser", "--ip=127.0.0.1", f"--port={port}", "--ServerApp.port_retries=0"]
    options += ["--allow-root", f"--IdentityProvider.token={token}"]
    program = shutil.which("jupyter-lab", path=variables["PATH"])
    server = subprocess.Popen([str(program), *options], cwd=folder, env=variables)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=30)


def answer(address: str, token: str | None) -> tuple[int, str]:
    """Status and body of a GET; waits until the server listens."""
    request = urllib.request.Request(address)
    if token:
        request.add_header("Authorization", f"token {token}")
    deadline = time.monotonic() + STARTUP_SECONDS
    while True:
        try:
            with urllib.request.urlopen(request) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except urllib.error.URLError:
            if time.monotonic() > deadline:
                sys.exit(f"No server at {address} after {STARTUP_SECONDS} s.")
            time.sleep(0.2)


def check_server(variables: dict[str, str], folder: Path) -> None:
    """The version route answers who holds the token, and nobody else."""
    token = secrets.token_hex()
    with jupyter_server(variables, folder, token) as address:
        status, body = answer(f"{address}/nb-refactor/version", token)
        if status != 200 or "version" not in json.loads(body):
            sys.exit(f"/nb-refactor/version answered {status}: {body}")
        print(f"/nb-refactor/version: {body}")
        status, body = answer(f"{address}/nb-refactor/version", token=None)
        if status != 403:
            sys.exit(f"/nb-refactor/version answered {status} without the token: {body}")


def main() -> None:
    with TemporaryDirectory(prefix="nb_refactor-wheel-") as name:
        folder = Path(name)
        variables = empty_environment(folder)
        venv.create(folder / "venv", with_pip=True)
        output_of(variables, folder, "pip", "install", "--quiet", str(built_wheel()))
        labextensions = output_of(variables, folder, "jupyter", "labextension", "list")
        demand(labextensions, "nb-refactor", "enabled", "OK")
        extensions = output_of(variables, folder, "jupyter", "server", "extension", "list")
        demand(extensions, "nb_refactor", "OK")
        demand(output_of(variables, folder, "nb-refactor", "--version"), ".")
        demand(output_of(variables, folder, "nb-refactor", "check", str(EXAMPLE_NOTEBOOK)), "warm")
        check_server(variables, folder)


if __name__ == "__main__":
    main()
