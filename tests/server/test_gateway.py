"""Runs whose kernels are behind a gateway: another Jupyter server, which asks for its token."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from typing import Any

import nbformat.v4
import pytest
from jupyter_server.gateway.gateway_client import GatewayClient
from jupyter_server.gateway.managers import GatewayKernelSpecManager, GatewayMappingKernelManager

from nb_refactor.adapters.fresh_kernel import server_kernels
from nb_refactor.adapters.notebook_runner import reproduce_notebook
from nb_refactor.reproduce.report import Report

TOKEN = "a-token"


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a gateway."""
    place = tmp_path_factory.mktemp("gateway")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = [
        "--no-browser", "--allow-root", f"--port={port}", "--ServerApp.port_retries=0",
        f"--ServerApp.root_dir={place}", f"--IdentityProvider.token={TOKEN}",
    ]  # fmt: skip
    with open(place / "log", "w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyter_server", *options],
            stdout=log,
            stderr=log,
            env={**os.environ, "JUPYTER_CONFIG_DIR": str(place)},
        )
    url = f"http://127.0.0.1:{port}"
    try:
        until_it_answers(f"{url}/api", server)
        yield url
    finally:
        server.terminate()
        server.wait(30)


def until_it_answers(url: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert server.poll() is None, "the gateway has ended"
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the gateway does not answer")


def notebook(*cells: tuple[str, str]) -> dict[str, Any]:
    """A notebook of cells, each with the text that it printed when it was saved."""
    spec = {"name": "python3", "display_name": "Python 3"}
    made = nbformat.v4.new_notebook(metadata={"kernelspec": spec})
    for source, printed in cells:
        cell = nbformat.v4.new_code_cell(source, execution_count=1)
        cell["outputs"] = [nbformat.v4.new_output("stream", name="stdout", text=printed)]
        made["cells"].append(cell)
    return dict(made)


def run(gateway: str, content: dict[str, Any], token: str = TOKEN) -> tuple[Report, list[str]]:
    """The report, and the kernels that are left."""
    GatewayClient.clear_instance()
    client = GatewayClient.instance(url=gateway, auth_token=token)
    try:
        specs = GatewayKernelSpecManager()
        kernels = GatewayMappingKernelManager(kernel_spec_manager=specs)

        async def carried_out() -> tuple[Report, list[str]]:
            start = server_kernels(kernels, "a.ipynb")
            report = await reproduce_notebook(content, start, path="a.ipynb")
            return report, list(kernels.list_kernel_ids())

        return asyncio.run(carried_out())
    finally:
        client.clear_instance()


def test_a_run_behind_a_gateway(gateway: str) -> None:
    content = notebook(("x = 3\nprint(x)", "3\n"), ("print(x + 1)", "5\n"), ("print('a')", "a\n"))
    report, left = run(gateway, content)
    assert [cell.status for cell in report.cells] == ["same", "different", "same"]
    assert report.dependencies is None, "nobody knows what it depended on"
    assert left == []


def test_a_kernel_that_dies_is_not_taken_for_the_one_that_the_gateway_starts_anew(
    gateway: str,
) -> None:
    report, left = run(gateway, notebook(("import os; os._exit(1)", ""), ("print('a')", "a\n")))
    assert report.status == "died"
    assert report.cells[1].status == "not_run"
    assert left == []


def test_a_gateway_that_refuses_the_token_is_said_in_a_sentence(gateway: str) -> None:
    report, left = run(gateway, notebook(("print('a')", "a\n")), token="another")
    assert report.status == "error"
    assert "403" in report.message
    assert "<" not in report.message
    assert left == []
