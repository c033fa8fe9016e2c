"""The channels of a kernel behind a gateway, as a fresh run needs them.

Jupyter Server's own client opens them without the gateway's token, gives a kernel up that says
nothing for as long as a kernel may take to start, and holds the event loop while it connects.
"""

from __future__ import annotations

import asyncio
import json
from threading import Thread
from typing import Any

import websocket
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_core.utils import ensure_async
from jupyter_server.gateway.gateway_client import GatewayClient
from jupyter_server.gateway.managers import GatewayKernelClient
from jupyter_server.utils import url_escape, url_path_join


class GatewayChannels(GatewayKernelClient):
    """A client of one kernel behind the gateway that the server is configured with."""

    async def start_channels(self, *args: Any, **kwargs: Any) -> None:
        """Connect, with all that the server's configuration says of the gateway. Raises
        ConnectionError."""
        try:
            self.channel_socket = await asyncio.to_thread(_connected, self.kernel_id)
        except (websocket.WebSocketException, OSError) as problem:
            why = str(problem).partition(" -+-+- ")[0]  # what follows is the gateway's whole page
            raise ConnectionError(f"the gateway refuses the connection: {why}") from None
        await ensure_async(AsyncKernelClient.start_channels(self, *args, **kwargs))
        self.response_router = Thread(target=self._route_responses, daemon=True)
        self.response_router.start()

    async def is_alive(self) -> bool:
        """Whether the gateway knows the kernel, and it has not died since we connected."""
        channels = self.channel_socket
        has_died = isinstance(channels, _Channels) and channels.has_died
        return not has_died and bool(await ensure_async(self.parent.is_alive()))


class _Channels(websocket.WebSocket):
    """A gateway starts a kernel that died again, and says so in passing."""

    has_died = False

    def recv(self) -> str | bytes:
        message: str | bytes = super().recv()
        if isinstance(message, str) and ('"restarting"' in message or '"dead"' in message):
            self.has_died = self.has_died or _tells_death(json.loads(message))
        return message


def _tells_death(message: dict[str, Any]) -> bool:
    is_status = message.get("header", {}).get("msg_type") == "status"
    return is_status and message.get("content", {}).get("execution_state") in ("restarting", "dead")


def _connected(kernel_id: str) -> websocket.WebSocket:
    gateway = GatewayClient.instance()
    headers = gateway.load_connection_args().get("headers") or {}
    channels = websocket.create_connection(
        url_path_join(
            gateway.ws_url or "", gateway.kernels_endpoint, url_escape(kernel_id), "channels"
        ),
        timeout=gateway.connect_timeout,
        class_=_Channels,
        enable_multithread=True,
        header=dict(headers),
        sslopt={
            "ca_certs": gateway.ca_certs,
            "certfile": gateway.client_cert,
            "keyfile": gateway.client_key,
        },
    )
    channels.settimeout(None)
    return channels
