"""Runs whose kernels are behind a gateway: another Jupyter server, which asks for its token."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import nbformat.v4
import pytest
from jupyter_server.gateway.gateway_client import GatewayClient
from jupyter_server.gateway.managers import GatewayKernelSpecManager, GatewayMappingKernelManager

from nb_refactor import use_cases
from nb_refactor.adapters.fresh_kernel import KernelWish, server_kernels
from nb_refactor.adapters.notebook_runner import reproduce_notebook
from nb_refactor.adapters.warm_kernels import WarmKernels
from nb_refactor.change import ChangeSet, FileEdit
from nb_refactor.notebook import Cell, Notebook
from nb_refactor.reproduce.report import Report
from nb_refactor.reproduce.verification import Verification

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


Answer = TypeVar("Answer")


def behind(
    gateway: str, work: Callable[[Any], Awaitable[Answer]], token: str = TOKEN
) -> tuple[Answer, list[str]]:
    """What the work gives with the gateway's kernels, and the kernels that are left."""
    GatewayClient.clear_instance()
    client = GatewayClient.instance(url=gateway, auth_token=token)
    try:
        specs = GatewayKernelSpecManager()
        kernels = GatewayMappingKernelManager(kernel_spec_manager=specs)

        async def carried_out() -> tuple[Answer, list[str]]:
            answer = await work(kernels)
            return answer, list(kernels.list_kernel_ids())

        return asyncio.run(carried_out())
    finally:
        client.clear_instance()


def run(gateway: str, content: dict[str, Any], token: str = TOKEN) -> tuple[Report, list[str]]:
    """The report, and the kernels that are left."""

    def work(kernels: Any) -> Awaitable[Report]:
        start = server_kernels(kernels, "a.ipynb")
        return reproduce_notebook(content, start, path="a.ipynb")

    return behind(gateway, work, token)


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


SOURCES = ("xs = [3, 1, 2]", "total = 0\nfor x in xs:\n    total += x", "print(total)")


def verified(
    gateway: str, root: Path, sources: tuple[str, ...], wrong: tuple[str, str] = ("+=", "+=")
) -> Verification:
    """Verify the extraction of the second cell with kernels of a machine that has no copy of the
    repository. `wrong` is what is replaced
    in the extracted code, and by what."""
    (root / "pyproject.toml").write_text('[project]\nname = "proj"\nversion = "1"\n')
    (root / "src" / "proj").mkdir(parents=True)
    (root / "src" / "proj" / "__init__.py").touch()
    (root / "src" / "proj" / "rates.py").write_text("RATE = 2\n")
    content = notebook(*((source, "") for source in sources))
    for place, cell in enumerate(content["cells"]):
        cell["id"] = f"c{place}"
    document = Notebook(tuple(Cell(f"c{place}", text) for place, text in enumerate(sources)))
    change = use_cases.extract(document, ["c1"], root, "proj.steps", "step")
    assert isinstance(change, ChangeSet), change
    files = tuple(
        FileEdit(edit.path, edit.before, (edit.after or "").replace(*wrong))
        for edit in change.files
    )
    changes = use_cases.Changes(root, "proj.steps", files, change.cells, change.outdated)
    root.rename(root.with_name("not there"))
    answer, left = behind(
        gateway,
        lambda kernels: use_cases.verify(content, changes, server_kernels(kernels, "a.ipynb")),
    )
    assert left == []
    return answer


def test_an_extraction_is_verified_behind_a_gateway(gateway: str, tmp_path: Path) -> None:
    root = tmp_path / "project"
    root.mkdir()
    answer = verified(gateway, root, SOURCES)
    assert (answer.same, answer.message) == (True, "Same in all 3 cells."), answer


def test_a_wrong_extraction_is_found_behind_a_gateway(gateway: str, tmp_path: Path) -> None:
    root = tmp_path / "project"
    root.mkdir()
    answer = verified(gateway, root, SOURCES, wrong=("+=", "-="))
    assert not answer.same
    assert "differs" in answer.message, answer


def test_a_module_that_the_gateway_does_not_have_is_named(gateway: str, tmp_path: Path) -> None:
    root = tmp_path / "project"
    root.mkdir()
    first = "from proj.rates import RATE\nxs = [3, 1, 2]"
    answer = verified(gateway, root, (first, *SOURCES[1:]))
    assert not answer.same
    assert "does not run to its end either" in " ".join(answer.notes)
    assert "No module named 'proj'" in " ".join(answer.notes)


def test_a_warm_kernel_behind_a_gateway_serves_the_folder_it_was_started_in(
    gateway: str, tmp_path: Path
) -> None:
    wish = KernelWish("python3", "python", False)

    async def work(kernels: Any) -> tuple[bool, bool, int]:
        warm = WarmKernels(kernels, always=False)
        warm.warm("a/a.ipynb", tmp_path / "a", wish)
        spare = await first_kernel(kernels)
        elsewhere = await warm.kernels("b/b.ipynb", tmp_path / "b", keep=False)(wish)
        is_other = elsewhere.manager.kernel_id != spare
        await elsewhere.stop(True)
        warm.warm("a/a.ipynb", tmp_path / "a", wish)
        spare = await first_kernel(kernels)
        here = await warm.kernels("a/b.ipynb", tmp_path / "a", keep=False)(wish)
        is_spare = here.manager.kernel_id == spare
        await here.stop(True)
        await warm.close()
        return is_other, is_spare, len(list(kernels.list_kernel_ids()))

    answer, left = behind(gateway, work)
    assert answer == (True, True, 0)
    assert left == []


async def first_kernel(kernels: Any) -> str:
    for _ in range(600):
        for kernel_id in kernels.list_kernel_ids():
            return str(kernel_id)
        await asyncio.sleep(0.1)
    raise AssertionError("no kernel was started")
