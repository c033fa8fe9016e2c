"""Notebooks for the command line's tests, and the command itself in a process of its own."""

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

CELLS = [
    ("load", "import math\nvalues = [1, 4, 9]"),
    ("roots", "roots = [math.sqrt(value) for value in values]"),
    ("show", "print(sum(roots))"),
]


def content(output: str | None = "6.0\n", **sources: str) -> dict[str, Any]:
    stream = {"name": "stdout", "output_type": "stream", "text": [output]}
    return {
        "cells": [
            {
                "cell_type": "code",
                "execution_count": number,
                "id": name,
                "metadata": {},
                "outputs": [stream] if name == "show" and output else [],
                "source": sources.get(name, source).splitlines(keepends=True),
            }
            for number, (name, source) in enumerate(CELLS, start=1)
        ],
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def hear_ctrl_c() -> None:
    """For a child process: programs that a shell starts with `&` are deaf to it, and so would be
    what these start."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def write(path: Path, notebook: dict[str, Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(notebook, indent=1) + "\n", encoding="utf-8")
    return path


def nb_refactor(*arguments: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """The command's answer; it never shows a stack trace, and its errors are one sentence."""
    done = subprocess.run(
        [sys.executable, "-m", "nb_refactor", *map(str, arguments)],
        cwd=cwd,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert "Traceback" not in done.stderr + done.stdout
    assert "This is a bug" not in done.stderr
    assert done.returncode in (0, 1, 2)
    return done
