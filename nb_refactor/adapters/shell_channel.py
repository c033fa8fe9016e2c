"""The channel on which a kernel is asked to run code, and on which it answers."""

from __future__ import annotations

from typing import Any

import zmq
from jupyter_client.channels import AsyncZMQSocketChannel


class ShellChannel(AsyncZMQSocketChannel):
    """One that hears an answer although something is sent while it waits for it.

    jupyter_client sends past the socket that asyncio watches. Where an answer has come in at that
    moment, sending takes away the sign of it, and whoever waits would wait for ever: widgets send
    while their cell runs. To ask the socket for its events wakes whoever waits for one."""

    def send(self, msg: dict[str, Any]) -> None:
        super().send(msg)
        if self.socket is not None:
            self.socket.get(zmq.EVENTS)
