"""The file that a path of the contents API names, kept inside the server's root."""

from __future__ import annotations

import os
from pathlib import Path

from nb_refactor.text import Problem, text


class BadPath(Problem):
    """The path names nothing that a request may touch; the text is one sentence."""


def local_path(root: str, path: str, allow_hidden: bool = False) -> Path:
    """The file at `path` (relative to the server's root, with `/`); it need not exist, its folder
    must. Raises BadPath for what is absolute, goes up, is hidden, or leads out by a link."""
    parts = path.split("/")
    if not path or path.startswith("/") or "\0" in path or "\\" in path or ":" in parts[0]:
        raise BadPath(text("The path is not relative to the server's root."))
    if any(part in ("", ".", "..") for part in parts):
        raise BadPath(text("The path is not plain: it has an empty part, or one that goes up."))
    if not allow_hidden and any(part.startswith(".") for part in parts):
        raise BadPath(text("The path is hidden, and this server shows no hidden files."))
    top = Path(os.path.realpath(os.path.expanduser(root)))
    real = Path(os.path.realpath(top.joinpath(*parts)))
    if top not in real.parents:
        raise BadPath(text("The path leads out of the server's root."))
    if not real.parent.is_dir():
        raise BadPath(text("The folder of the notebook does not exist."))
    return real
