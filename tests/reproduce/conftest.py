"""Runs in real kernels, and a look at what they leave behind."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from processes import kernels_below

from nb_refactor.adapters.notebook_runner import local_kernels, reproduce_notebook
from nb_refactor.reproduce.report import Report

Reproduce = Callable[..., Report]


@pytest.fixture
def reproduce(tmp_path: Path) -> Reproduce:
    """Run a notebook in `tmp_path` with a kernel of this machine."""

    def run(content: dict[str, Any], **options: Any) -> Report:
        start = local_kernels(str(tmp_path))
        return asyncio.run(reproduce_notebook(content, start, path="a.ipynb", **options))

    return run


@pytest.fixture
def no_process_left() -> Any:
    """Whatever a test does, it leaves no process behind."""
    before = kernels_below(os.getpid())
    yield
    assert kernels_below(os.getpid()) <= before
