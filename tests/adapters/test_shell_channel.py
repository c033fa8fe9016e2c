"""What is sent while an answer is waited for does not keep it from being heard."""

from __future__ import annotations

import asyncio
import time

import zmq
import zmq.asyncio
from jupyter_client.session import Session

from nb_refactor.adapters.shell_channel import ShellChannel


async def heard() -> str:
    """The kind of the answer that comes in at the moment in which something else is sent."""
    session = Session(key=b"a key")
    with zmq.Context() as there, zmq.asyncio.Context() as here:
        kernel = there.socket(zmq.ROUTER)
        port = kernel.bind_to_random_port("tcp://127.0.0.1")
        socket = here.socket(zmq.DEALER)
        socket.connect(f"tcp://127.0.0.1:{port}")
        channel = ShellChannel(socket, session, asyncio.get_running_loop())
        try:
            channel.send(session.msg("execute_request", {}))
            client = kernel.recv_multipart()[0]
            waiting = asyncio.ensure_future(channel.get_msg(timeout=None))
            await asyncio.sleep(0.1)
            session.send(kernel, "execute_reply", {"status": "ok"}, ident=client)
            time.sleep(0.3)  # it is here, and nobody has looked yet
            channel.send(session.msg("comm_msg", {}))
            return str((await asyncio.wait_for(waiting, 5))["msg_type"])
        finally:
            socket.close(0)
            kernel.close(0)


def test_an_answer_that_comes_while_something_is_sent_is_heard() -> None:
    assert asyncio.run(heard()) == "execute_reply"
