"""nbclient's client, with the memory for outputs bounded and its tasks within reach."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from contextlib import suppress
from queue import Empty
from typing import Any

from jupyter_core.utils import ensure_async
from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode

from nb_refactor.adapters.kernel_recorder import MESSAGE

FLOOD_FACTOR = 10
_LOG = logging.getLogger(f"{__name__}.nbclient")
_LOG.setLevel(logging.WARNING)


class CellClient(NotebookClient):
    """Executes cells one by one. Keeps at most `output_bytes` of each cell's outputs and drops
    the rest; `flooded` is set when a cell has gone on to write `FLOOD_FACTOR` times as much.
    `raised` is the error of the cell that ran last, `dropped` what of its outputs was dropped.
    `touched` are the places of earlier cells whose displays the last one updated.
    `records` are what the kernel's recorder told, each with the place of the cell that ran.
    `has_ended` says that the cell asked the kernel to end, as `exit()` does.
    `was_abandoned` says that a cell was left running: the kernel is no longer of use."""

    def __init__(self, nb: NotebookNode, km: Any, output_bytes: int) -> None:
        super().__init__(nb, km=km, timeout=None, allow_errors=True, record_timing=False)
        self.on_cell_error = self._note_error
        self.on_cell_executed = self._note_exit
        # nbclient logs all outputs for debugging: a server in that mode would be flooded.
        self.log = _LOG
        self.output_bytes = output_bytes
        self.flooded = asyncio.Event()
        self.raised: tuple[str, str] | None = None
        self.dropped = 0
        self.touched: set[int] = set()
        self.was_abandoned = False
        self.has_ended = False
        self.records: list[tuple[int, dict[str, Any]]] = []
        self._kept = 0
        self._tasks: set[asyncio.Task[Any]] = set()

    async def ready(self, seconds: float) -> None:
        """Wait until the kernel answers and its outputs arrive. Raises RuntimeError. Unlike
        jupyter_client's own way it does not wait for what may still come: messages that belong to
        no cell are passed over anyway."""
        ends = time.monotonic() + seconds
        while True:
            self.kc.kernel_info()
            with suppress(Empty):
                reply = await ensure_async(self.kc.get_shell_msg(timeout=1))
                if reply["msg_type"] == "kernel_info_reply":
                    await ensure_async(self.kc.get_iopub_msg(timeout=0.5))
                    return
            if not await ensure_async(self.km.is_alive()):
                raise RuntimeError("it died while it started")
            if time.monotonic() > ends:
                raise RuntimeError(f"no answer in {seconds:g} seconds")

    async def execute_one(self, cell: NotebookNode, index: int) -> None:
        """Run one cell; its outputs are then in `cell.outputs`. Raises `DeadKernelError`."""
        self.raised, self.dropped, self._kept = None, 0, 0
        self.flooded.clear()
        self.touched.clear()
        try:
            await self.async_execute_cell(cell, index)
        except DeadKernelError:
            self.was_abandoned = True
            raise

    async def run_silently(self, source: str, place: int, seconds: float) -> bool:
        """Run what leaves no trace in the kernel, and take in what its recorder tells meanwhile (as
        of the cell at `place`). Answers whether it came to its end in time."""
        running = asyncio.ensure_future(self._run_silently(source, place))
        ends = time.monotonic() + seconds
        try:
            while not running.done() and time.monotonic() < ends:
                await asyncio.wait({running}, timeout=0.5)
                if not running.done() and not await ensure_async(self.km.is_alive()):
                    return False
            return running.done()
        finally:
            running.cancel()
            await asyncio.wait({running})

    async def _run_silently(self, source: str, place: int) -> None:
        message_id = self.ask_silently(source)
        while True:
            message = await ensure_async(self.kc.get_iopub_msg(timeout=None))
            if message["parent_header"].get("msg_id") != message_id:
                continue
            if message["msg_type"] == MESSAGE:
                self.records.append((place, message["content"]))
            if message["content"].get("execution_state") == "idle":
                return

    async def succeeds_silently(self, source: str, seconds: float) -> bool:
        """Run what leaves no trace in the kernel; answers whether it ended well in time."""
        with suppress(asyncio.TimeoutError, Empty):
            return await asyncio.wait_for(self._reply_status(source), seconds) == "ok"
        return False

    async def _reply_status(self, source: str) -> str:
        message_id = self.ask_silently(source)
        while True:
            message = await ensure_async(self.kc.get_shell_msg(timeout=None))
            if message["parent_header"].get("msg_id") == message_id:
                return str(message["content"]["status"])

    def ask_silently(self, source: str) -> str:
        """Let the kernel run what leaves no trace in it, before what it is asked for next. Answers
        the id of the request."""
        options = {"silent": True, "store_history": False, "allow_stdin": False}
        return str(self.kc.execute(source, **options))

    def abandon(self) -> None:
        """End what nbclient still has going for the last cell: it leaves its own tasks behind
        when a cell is cancelled."""
        for task in self._tasks:
            task.cancel()

    def _note_error(self, cell: NotebookNode, cell_index: int, execute_reply: Any) -> None:
        content = execute_reply["content"]
        self.raised = str(content.get("ename", "Error")), str(content.get("evalue", ""))

    def _note_exit(self, cell: NotebookNode, cell_index: int, execute_reply: Any) -> None:
        payload = execute_reply["content"].get("payload") or ()
        self.has_ended = any(
            one.get("source") == "ask_exit" and not one.get("keepkernel") for one in payload
        )

    async def _async_poll_output_msg(self, *arguments: Any) -> None:
        self._remember_task()
        await super()._async_poll_output_msg(*arguments)

    async def _async_poll_kernel_alive(self) -> None:
        self._remember_task()
        await super()._async_poll_kernel_alive()

    def _remember_task(self) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def process_message(self, msg: dict[str, Any], cell: NotebookNode, cell_index: int) -> Any:
        if msg["msg_type"] == MESSAGE:
            self.records.append((cell_index, msg["content"]))
            return None
        if msg["msg_type"] == "update_display_data" and self._is_too_much(msg["content"]):
            return None
        display_id = (msg["content"].get("transient") or {}).get("display_id")
        self.touched.update(self._display_id_map.get(display_id, {}).keys() - {cell_index})
        return super().process_message(msg, cell, cell_index)

    def has_displays(self, cell_index: int) -> bool:
        """Whether later cells may still update what this one shows."""
        return any(cell_index in places for places in self._display_id_map.values())

    def output(self, outs: list[Any], msg: dict[str, Any], display_id: Any, cell_index: int) -> Any:
        if self._is_too_much(msg["content"]):
            return None
        if self._continues_stream(outs, msg):
            # One output for one stream: a million small ones take a hundred times the memory.
            outs[-1].text += msg["content"]["text"]
            return outs[-1]
        return super().output(outs, msg, display_id, cell_index)

    def clear_output(self, outs: list[Any], msg: dict[str, Any], cell_index: int) -> None:
        super().clear_output(outs, msg, cell_index)
        self._kept = 0

    def _continues_stream(self, outs: list[Any], msg: dict[str, Any]) -> bool:
        if msg["msg_type"] != "stream" or not outs or outs[-1].output_type != "stream":
            return False
        is_hooked = bool(self.output_hook_stack[msg["parent_header"].get("msg_id")])
        is_same = outs[-1].name == msg["content"]["name"]
        return is_same and not is_hooked and not self.clear_before_next_output

    def _is_too_much(self, content: dict[str, Any]) -> bool:
        size = _size(content)
        if self._kept + size <= self.output_bytes:
            self._kept += size
            return False
        self.dropped += size
        if self.dropped > FLOOD_FACTOR * self.output_bytes:
            self.flooded.set()
        return True


def _size(content: dict[str, Any]) -> int:
    """About how many bytes an output message takes."""
    if "text" in content:
        return len(content["text"])
    if "traceback" in content:
        return len(content["evalue"]) + sum(map(len, content["traceback"]))
    values = (content.get("data") or {}).values()
    return sum(len(v) if isinstance(v, str) else len(json.dumps(v, default=str)) for v in values)
