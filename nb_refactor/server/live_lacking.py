"""What the notebook in front lacks on this server's machine: files, and packages where its kernel
has the server's own Python."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jupyter_core.utils import ensure_async
from jupyter_server.gateway.gateway_client import GatewayClient

from nb_refactor.adapters.lacking import RememberedLacking
from nb_refactor.hidden_state.lacking import Lacking
from nb_refactor.notebook import Notebook
from nb_refactor.use_cases import repository_root


class LiveLacking:
    """Remembers for a few seconds what was looked up, and of each kind of kernel its Python."""

    def __init__(self, root_dir: Path) -> None:
        self._root_dir = root_dir
        self._remembered = RememberedLacking(root_dir)
        self._own: dict[str, bool] = {}

    async def has_own_python(self, path: str, sessions: Any, specs: Any) -> bool:
        """Whether the kernel of the notebook at this path is started with this server's Python;
        `sessions` and `specs` are the server's managers of sessions and kernel specs."""
        if GatewayClient.instance().gateway_enabled:
            return False
        try:
            session = await ensure_async(sessions.get_session(path=path))
            name = str(session["kernel"]["name"])
            if name not in self._own:
                spec = await ensure_async(specs.get_kernel_spec(name))
                self._own[name] = is_own_python(spec.argv)
        except Exception:  # no kernel, or one that is going: whatever a manager says of that
            return False
        return self._own[name]

    def of(self, notebook: Notebook, file: Path, own_python: bool) -> Lacking | None:
        """What the notebook in this file lacks; `None` for one that is not in Python, or whose
        kernel is behind a gateway, on another machine."""
        if notebook.language != "python" or GatewayClient.instance().gateway_enabled:
            return None
        root = repository_root(file, self._root_dir)
        return self._remembered.of(notebook, file, root, own_python)


_VERSION = sys.version_info
# Jupyter starts its own Python under these names.
_NAMES = {"python", f"python{_VERSION.major}", f"python{_VERSION.major}.{_VERSION.minor}"}


def is_own_python(argv: Sequence[str]) -> bool:
    """Whether a kernel with this command has the packages of this process. Links are not followed:
    the Python of a virtual environment is one to the Python that it was made with."""
    program = argv[0] if argv else ""
    beside = os.path.dirname(os.path.abspath(program)) == os.path.dirname(sys.executable)
    return program in _NAMES or (os.path.isabs(program) and beside)
