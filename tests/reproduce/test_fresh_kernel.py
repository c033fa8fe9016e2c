"""Fresh kernels of a Jupyter server's own kernel manager, really started."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from small_notebooks import code, notebook, printed, shown

from nb_refactor.adapters.notebook_runner import Limits, reproduce_notebook, server_kernels
from nb_refactor.reproduce.report import Report

pytestmark = pytest.mark.usefixtures("no_process_left")


def kernels_of_a_server(root: Path) -> AsyncMappingKernelManager:
    return AsyncMappingKernelManager(root_dir=str(root), kernel_spec_manager=KernelSpecManager())


ReproduceOnServer = Callable[..., Report]


@pytest.fixture
def reproduce_on_server(tmp_path: Path) -> ReproduceOnServer:
    """Run a notebook as the server does; afterwards the server must have no kernel left."""

    def run(content: dict[str, Any], path: str = "sub/a.ipynb", **options: Any) -> Report:
        async def in_loop() -> Report:
            kernels = kernels_of_a_server(tmp_path)
            start = server_kernels(kernels, path)
            report = await reproduce_notebook(content, start, path=path, **options)
            assert kernels.list_kernel_ids() == []
            return report

        return asyncio.run(in_loop())

    return run


def test_the_kernel_works_in_the_notebooks_folder(
    reproduce_on_server: ReproduceOnServer, tmp_path: Path
) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "data.txt").write_text("here")
    content = notebook(code("print(open('data.txt').read())", printed("here\n")))
    assert reproduce_on_server(content).status == "reproduced"


@pytest.mark.parametrize("delay", [0.0, 1.2])
def test_a_dead_kernel_is_not_replaced_unnoticed(
    reproduce_on_server: ReproduceOnServer, delay: float
) -> None:
    dies = f"import os, time; time.sleep({delay}); os._exit(1)"
    report = reproduce_on_server(notebook(code(dies), code("2", shown("2"))))
    assert report.status == "died"
    assert [cell.status for cell in report.cells] == ["error", "not_run"]


def test_a_time_out_leaves_no_kernel(reproduce_on_server: ReproduceOnServer) -> None:
    content = notebook(code("import time; time.sleep(60)"))
    assert reproduce_on_server(content, limits=Limits(cell_seconds=0.5)).status == "timeout"


def test_a_missing_kernelspec_falls_back_with_a_note(
    reproduce_on_server: ReproduceOnServer,
) -> None:
    spec = {"name": "conda-env-py", "display_name": "py", "language": "python"}
    report = reproduce_on_server(notebook(code("1", shown("1")), kernelspec=spec))
    assert (report.status, report.kernel) == ("reproduced", "python3")
    assert "not installed" in report.message


def test_runs_beside_each_other_do_not_mix(tmp_path: Path) -> None:
    async def both() -> list[Report]:
        kernels = kernels_of_a_server(tmp_path)
        start = server_kernels(kernels, "a.ipynb")
        contents = [notebook(code(f"x = {n}"), code("x", shown(str(n)))) for n in (1, 2)]
        runs = [reproduce_notebook(content, start, path="a.ipynb") for content in contents]
        reports = list(await asyncio.gather(*runs))
        assert kernels.list_kernel_ids() == []
        return reports

    assert [report.status for report in asyncio.run(both())] == ["reproduced", "reproduced"]
