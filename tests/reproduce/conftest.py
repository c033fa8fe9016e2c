"""Notebooks written in a line, and runs of them in real kernels."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nb_refactor.adapters.notebook_runner import local_kernels, reproduce_notebook
from nb_refactor.reproduce.report import Report


def code(
    source: str, *outputs: dict[str, Any], cell_id: str = "", **metadata: Any
) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "id": cell_id or f"c{abs(hash(source)) % 10**8}",
        "source": source,
        "metadata": metadata,
        "execution_count": 1,
        "outputs": list(outputs),
    }


def notebook(*cells: dict[str, Any], **metadata: Any) -> dict[str, Any]:
    metadata.setdefault("kernelspec", {"name": "python3", "display_name": "Python 3"})
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": list(cells)}


def printed(text: str, name: str = "stdout") -> dict[str, Any]:
    return {"output_type": "stream", "name": name, "text": text}


def shown(text: str, **data: Any) -> dict[str, Any]:
    return {
        "output_type": "execute_result",
        "execution_count": 1,
        "metadata": {},
        "data": {"text/plain": text, **data},
    }


def error(name: str, message: str = "") -> dict[str, Any]:
    return {"output_type": "error", "ename": name, "evalue": message, "traceback": []}


Reproduce = Callable[..., Report]


@pytest.fixture
def reproduce(tmp_path: Path) -> Reproduce:
    """Run a notebook in `tmp_path` with a kernel of this machine."""

    def run(content: dict[str, Any], **options: Any) -> Report:
        start = local_kernels(str(tmp_path))
        return asyncio.run(reproduce_notebook(content, start, path="a.ipynb", **options))

    return run


def kernels_below(process_id: int) -> set[int]:
    """The processes that descend from a process (Linux)."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if fields[0] != "Z":
                children.setdefault(int(fields[1]), []).append(int(entry.name))
    found: set[int] = set()
    waiting = [process_id]
    while waiting:
        for child in children.get(waiting.pop(), []):
            found.add(child)
            waiting.append(child)
    return found


@pytest.fixture
def no_process_left() -> Any:
    """Whatever a test does, it leaves no process behind."""
    before = kernels_below(os.getpid())
    yield
    assert kernels_below(os.getpid()) <= before
