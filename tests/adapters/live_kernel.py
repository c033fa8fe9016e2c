"""A real kernel, spoken to as the browser does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import start_new_kernel

from nb_refactor.adapters.kernel_refresh import PROBE_NAME, probe_source


class Kernel:
    """It works in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.manager, client = start_new_kernel(cwd=str(folder))
        self.client: BlockingKernelClient = client

    def silently(self, code: str, **expressions: str) -> dict[str, Any]:
        message = self.client.execute(
            code, silent=True, store_history=False, user_expressions=expressions
        )
        while True:
            reply = self.client.get_shell_msg(timeout=30)
            if reply["parent_header"].get("msg_id") == message:
                assert reply["content"]["status"] == "ok", reply["content"]
                return dict(reply["content"]["user_expressions"])

    def value(self, expression: str) -> str:
        answer = self.silently("", value=expression)["value"]
        return str(answer["data"]["text/plain"] if answer["status"] == "ok" else answer["ename"])

    def run(self, code: str) -> None:
        self.silently(f"exec({code!r}, globals())")

    def probe(self, root: Path, import_root: str, package: str) -> dict[str, Any]:
        answer = self.silently(
            probe_source(root, import_root, package),
            answer=f"__import__('builtins').print({PROBE_NAME}) or {PROBE_NAME}",
            tidy=f"globals().pop({PROBE_NAME!r}, None)",
        )
        return dict(json.loads(eval(answer["answer"]["data"]["text/plain"])))

    def stop(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)
