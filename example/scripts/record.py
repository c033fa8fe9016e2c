"""Play the recorded sessions in a real kernel and save what comes of it as the example notebooks.

Beside each notebook lies the kernel's own history of the session, as `nb-refactor check --history`
reads it.
"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from sessions import demand, weather
from sessions.session import Code, Session, Text

SESSIONS = {"demand": demand.SESSION, "weather": weather.SESSION}
NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
History = list[tuple[int, int, str]]


async def play(session: Session) -> tuple[dict[str, NotebookNode], History, NotebookNode]:
    """Run the session in a fresh kernel: the cells as last run, the kernel's history, and what
    the kernel says of its language."""
    source_in_the_end = {cell.cell_id: cell.source for cell in session.written}
    notebook = new_notebook(metadata={"kernelspec": KERNELSPEC})
    folder = {"metadata": {"path": str(NOTEBOOKS)}}
    client = NotebookClient(notebook, resources=folder, record_timing=False, coalesce_streams=True)
    last_run = {}
    async with client.async_setup_kernel():
        for run in session.ran:
            cell = new_code_cell(run.source or source_in_the_end[run.cell_id], id=run.cell_id)
            notebook.cells = [cell]
            last_run[run.cell_id] = await client.async_execute_cell(cell, 0)
        history = await client.kc.history(
            hist_access_type="range", session=0, start=1, stop=10**6, output=False, reply=True
        )
        kernel_info = await client.kc.kernel_info(reply=True)
    return last_run, history["content"]["history"], kernel_info["content"]["language_info"]


def written_cell(cell: Text | Code, last_run: dict[str, NotebookNode]) -> NotebookNode:
    """The cell as it stands in the end, with what its last run left behind."""
    if isinstance(cell, Text):
        return new_markdown_cell(cell.source, id=cell.cell_id)
    ran = last_run[cell.cell_id]
    return new_code_cell(
        cell.source, id=cell.cell_id, execution_count=ran.execution_count, outputs=ran.outputs
    )


def record(name: str, session: Session) -> None:
    """Write notebooks/NAME.ipynb and notebooks/NAME.history.json."""
    last_run, history, language_info = asyncio.run(play(session))
    notebook = new_notebook(
        cells=[written_cell(cell, last_run) for cell in session.written],
        metadata={"kernelspec": KERNELSPEC, "language_info": language_info},
    )
    nbformat.validate(notebook)
    nbformat.write(notebook, NOTEBOOKS / f"{name}.ipynb")
    history_json = json.dumps(history, indent=1, ensure_ascii=False)
    (NOTEBOOKS / f"{name}.history.json").write_text(f"{history_json}\n", encoding="utf-8")


def main() -> None:
    for name, session in SESSIONS.items():
        record(name, session)


if __name__ == "__main__":
    main()
