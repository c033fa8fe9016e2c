"""A real Jupyter server with the extension, its XSRF check left on, and a repository in it."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from tornado.httpclient import HTTPClientError, HTTPResponse

Post = Callable[..., Awaitable[tuple[int, Any]]]
PATH = "repo/work.ipynb"
CELLS = [
    ("load", "import math\nvalues = [1, 4, 9]"),
    ("roots", "roots = [math.sqrt(value) for value in values]"),
    ("show", "print(sum(roots))"),
]


@pytest.fixture
def jp_server_config() -> dict[str, Any]:
    return {
        "ServerApp": {
            "jpserver_extensions": {"nb_refactor": True},
            "allow_unauthenticated_access": False,
            "disable_check_xsrf": False,
        }
    }


@pytest.fixture
def root(jp_root_dir: Path) -> Path:
    """A repository with a package, and a notebook beside it."""
    (jp_root_dir / "repo" / ".git").mkdir(parents=True)
    package = jp_root_dir / "repo" / "src" / "proj"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "steps.py").write_text("def old():\n    return 1\n")
    (jp_root_dir / "repo" / "work.ipynb").write_text(json.dumps(content()))
    return jp_root_dir / "repo"


def content(output: str = "6.0\n", **sources: str) -> dict[str, Any]:
    """The JSON of the notebook, `show` with this saved output; sources may be replaced."""
    stream = {"name": "stdout", "output_type": "stream", "text": output}
    return {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {"kernelspec": {"name": "python3", "display_name": "P", "language": "python"}},
        "cells": [
            {
                "cell_type": "code",
                "id": name,
                "metadata": {},
                "execution_count": None,
                "outputs": [stream] if name == "show" and output else [],
                "source": sources.get(name, source),
            }
            for name, source in CELLS
        ],
    }


def notebook() -> dict[str, Any]:
    """The same document as a request carries it."""
    return {"cells": [{"cell_id": name, "source": source} for name, source in CELLS]}


async def answered(fetching: Awaitable[HTTPResponse]) -> tuple[int, Any]:
    """The status and the JSON of an answer, of an error too."""
    try:
        response = await fetching
    except HTTPClientError as error:
        if error.response is None:
            raise
        response = error.response
    return response.code, json.loads(response.body) if response.body else None


async def followed(jp_fetch: Any, run_id: str) -> Any:
    """The answer about a run that is over."""
    for _ in range(600):
        status, answer = await answered(jp_fetch("nb-refactor", "reproduce", run_id))
        assert status == 200
        if answer["state"] not in ("queued", "running"):
            return answer
        await asyncio.sleep(0.1)
    raise AssertionError("the run did not end")


@pytest.fixture
def post(jp_fetch: Any, root: Path) -> Post:
    async def post(route: str, body: object) -> tuple[int, Any]:
        data = body if isinstance(body, (bytes, str)) else json.dumps(body)
        return await answered(
            jp_fetch("nb-refactor", *route.split("/"), method="POST", body=data, request_timeout=60)
        )

    return post
