"""The server extension: its settings, its routes, and the end of its runs with the server."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import msgspec
from jupyter_server.extension.application import ExtensionApp
from traitlets import Bool, Float, Int

from nb_refactor import use_cases
from nb_refactor.adapters.notebook_runner import Limits
from nb_refactor.adapters.run_times import RunTimes
from nb_refactor.adapters.warm_kernels import WarmKernels
from nb_refactor.server.acquaintance import Acquaintance
from nb_refactor.server.change_runs import ChangeRuns, unit_test_runs, verifications
from nb_refactor.server.documents import Documents
from nb_refactor.server.live_lacking import LiveLacking
from nb_refactor.server.memories import Memories
from nb_refactor.server.messages import RUN_EVENT, RunEvent
from nb_refactor.server.routes import ROUTES
from nb_refactor.server.runs import Runs
from nb_refactor.server.translations import translate_settings


class NbRefactor(ExtensionApp):
    """Hidden state, extraction to modules and reproduction, for JupyterLab."""

    name = "nb_refactor"
    runs_at_once = Int(1, min=1, config=True, help="Notebooks that are reproduced at a time.")
    run_seconds = Float(
        0.0, min=0.0, config=True, help="Time limit of a whole run in seconds (0: none)."
    )
    cell_seconds = Float(
        0.0, min=0.0, config=True, help="Time limit of each cell of a run in seconds (0: none)."
    )

    keep_warm = Bool(
        False,
        config=True,
        help="Keep a kernel started for the next run, whatever the browser's setting says. "
        "An idle Python kernel takes about 55 MB of memory.",
    )

    _runs: Runs | None = None
    _change_runs: tuple[ChangeRuns[Any], ...] = ()
    _warm_kernels: WarmKernels | None = None

    def initialize_settings(self) -> None:
        taken_back = use_cases.take_back_unfinished()
        if taken_back:
            self.log.warning("Took back %d half-written extractions.", taken_back)
        threading.Thread(target=use_cases.warm_up, daemon=True).start()
        translate_settings()
        events = self.serverapp.event_logger
        if RUN_EVENT not in events.schemas:
            events.register_event_schema(run_event_schema())

        def tell(event: RunEvent) -> None:
            events.emit(schema_id=RUN_EVENT, data=msgspec.to_builtins(event))

        self._runs = Runs(self.runs_at_once, tell, RunTimes())
        verifying, testing = verifications(), unit_test_runs()
        self._change_runs = (verifying, testing)
        self._warm_kernels = WarmKernels(self.serverapp.kernel_manager, self.keep_warm)
        limits = Limits(self.cell_seconds or None, self.run_seconds or None)
        self.settings.update(
            nb_refactor_runs=self._runs,
            nb_refactor_limits=limits,
            nb_refactor_warm_kernels=self._warm_kernels,
            nb_refactor_memories=Memories(),
            nb_refactor_documents=Documents(),
            nb_refactor_acquaintance=Acquaintance(),
            nb_refactor_lacking=LiveLacking(Path(self.settings["server_root_dir"])),
            nb_refactor_verifications=verifying,
            nb_refactor_unit_test_runs=testing,
        )

    def initialize_handlers(self) -> None:
        self.handlers.extend(ROUTES)

    async def stop_extension(self) -> None:
        if self._runs is not None:
            await self._runs.close()
        for change_runs in self._change_runs:
            await change_runs.close()
        if self._warm_kernels is not None:
            await self._warm_kernels.close()


def run_event_schema() -> dict[str, Any]:
    """The schema of `RunEvent` as Jupyter events want it."""
    _, components = msgspec.json.schema_components([RunEvent])
    return {"$id": RUN_EVENT, "version": "1", "personal-data": True, **components["RunEvent"]}
