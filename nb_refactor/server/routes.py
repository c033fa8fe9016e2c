"""The routes under `nb-refactor/`: each decodes, calls one use case, encodes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado.web import HTTPError, authenticated

from nb_refactor import __version__, use_cases
from nb_refactor.adapters.check_settings import BadSettings, CheckSettings
from nb_refactor.adapters.fresh_kernel import KernelWish, server_kernels
from nb_refactor.adapters.ipynb import UnreadableNotebook, notebook_of
from nb_refactor.adapters.notebook_runner import Limits, Progress, Workplace
from nb_refactor.adapters.warm_kernels import WarmKernels
from nb_refactor.change import ChangeSet, Refusal, Refused
from nb_refactor.hidden_state.lacking import Lacking
from nb_refactor.reproduce.report import Report
from nb_refactor.server import messages
from nb_refactor.server.acquaintance import Acquaintance
from nb_refactor.server.change_runs import ChangeRuns
from nb_refactor.server.documents import Documents
from nb_refactor.server.handler import Handler, Rejected
from nb_refactor.server.jobs import TooManyJobs
from nb_refactor.server.live_lacking import LiveLacking
from nb_refactor.server.memories import Memories
from nb_refactor.server.runs import Ran, Runs
from nb_refactor.text import text


class VersionHandler(Handler):
    @authenticated
    @authorized
    async def get(self) -> None:
        self.answer(messages.VersionResponse(__version__))


class CheckHandler(Handler):
    also_needs = (("read", "contents"),)

    @authenticated
    @authorized
    async def post(self) -> None:
        await self.admit()
        await self.answer_check(self.decoded(messages.CheckRequest))

    async def answer_check(self, request: messages.CheckRequest) -> None:
        managers = (self.session_manager, self.kernel_spec_manager)
        own = await self._lacking.has_own_python(request.path, *managers)
        report = await asyncio.to_thread(self._checked, request, own)
        self.documents.keep(request)
        self.answer(report)
        # Who looks at a notebook may extract from it next.
        acquaintance: Acquaintance = self.settings["nb_refactor_acquaintance"]
        acquaintance.plan(request.path, request.notebook)

    @property
    def documents(self) -> Documents:
        found: Documents = self.settings["nb_refactor_documents"]
        return found

    @property
    def _lacking(self) -> LiveLacking:
        found: LiveLacking = self.settings["nb_refactor_lacking"]
        return found

    def _checked(self, request: messages.CheckRequest, own: bool) -> messages.CheckResponse:
        """A notebook that is looked at is judged, also where the repository leaves it out of what
        is checked for all; its rules hold here too."""
        selection = self._settings(request.path).selection
        arguments = (request.path, request.notebook, request.executions, selection)
        memories: Memories = self.settings["nb_refactor_memories"]
        with memories.of(request.path) as memory:
            return use_cases.check(*arguments, memory, self._lacks(request, own))

    def _lacks(self, request: messages.CheckRequest, own: bool) -> Lacking | None:
        try:
            file = self.notebook_file(request.path)
        except HTTPError:  # nowhere on this machine
            return None
        return self._lacking.of(request.notebook, file, own)

    def _settings(self, path: str) -> CheckSettings:
        try:
            return use_cases.check_settings(self.notebook_file(path), Path(self.root_dir))
        except (
            HTTPError
        ):  # not a file of this server's: the document in the request is all there is
            return CheckSettings()
        except BadSettings as problem:
            raise Rejected(400, problem.sentence) from None


class CheckEditsHandler(CheckHandler):
    @authenticated
    @authorized
    async def post(self) -> None:
        await self.admit()
        request = self.documents.edited(self.decoded(messages.CheckEditsRequest))
        if request is None:
            raise Rejected(409, text("The server does not know what was edited: send all of it."))
        await self.answer_check(request)


class TargetsHandler(Handler):
    also_needs = (("read", "contents"),)

    @authenticated
    @authorized
    async def post(self) -> None:
        await self.admit()
        notebook = self.notebook_file(self.decoded(messages.TargetsRequest).path)
        found = await asyncio.to_thread(use_cases.targets, notebook, Path(self.root_dir))
        self.answer(
            messages.TargetsResponse(
                root=found.root,
                package=found.package,
                exists=found.exists,
                modules=found.modules,
                suggested_module=found.suggested_module,
                probe=found.probe,
                install=found.install,
                types=found.types,
            )
        )


class CandidatesHandler(Handler):
    @authenticated
    @authorized
    async def post(self) -> None:
        request = self.decoded(messages.CandidatesRequest)
        self.answer(await asyncio.to_thread(use_cases.candidates, request.notebook))


class MapHandler(Handler):
    @authenticated
    @authorized
    async def post(self) -> None:
        request = self.decoded(messages.MapRequest)
        self.answer(await asyncio.to_thread(self._mapped, request))

    def _mapped(self, request: messages.MapRequest) -> messages.MapResponse:
        try:
            file = self.notebook_file(request.path)
        except HTTPError:  # not a file of this server's: nothing is known of its repository
            return use_cases.notebook_map(request.notebook, None)
        return use_cases.notebook_map(request.notebook, file, Path(self.root_dir))


class ExtractHandler(Handler):
    also_needs = (("read", "contents"),)

    @authenticated
    @authorized
    async def post(self) -> None:
        await self.admit()
        request = self.decoded(messages.ExtractRequest)
        notebook = self.notebook_file(request.path)
        self.answer(await asyncio.to_thread(self._extracted, request, notebook))

    def _extracted(self, request: messages.ExtractRequest, file: Path) -> ChangeSet | Refused:
        root = use_cases.repository_root(file, Path(self.root_dir))
        place = (request.module, request.function)
        try:
            return use_cases.extract(
                request.notebook, request.cell_ids, root, *place, choices=request.choices
            )
        except use_cases.CannotExtract as error:
            return Refused((Refusal("destination", error.sentence),))


class ExtractAllHandler(Handler):
    also_needs = (("read", "contents"),)

    @authenticated
    @authorized
    async def post(self) -> None:
        await self.admit()
        request = self.decoded(messages.ExtractAllRequest)
        notebook = self.notebook_file(request.path)
        self.answer(await asyncio.to_thread(self._extracted, request, notebook))

    def _extracted(self, request: messages.ExtractAllRequest, file: Path) -> ChangeSet | Refused:
        root = use_cases.repository_root(file, Path(self.root_dir))
        try:
            return use_cases.extract_all(request.notebook, root, request.module)
        except use_cases.CannotExtract as error:
            return Refused((Refusal("destination", error.sentence),))


class ApplyHandler(Handler):
    also_needs = (("write", "contents"),)

    @authenticated
    @authorized
    async def post(self) -> None:
        await self.admit()
        request = self.decoded(messages.ApplyRequest)
        notebook = self.notebook_file(request.path)
        self.answer(await asyncio.to_thread(self._applied, request, notebook))

    def _applied(
        self, request: messages.ApplyRequest, notebook: Path
    ) -> messages.Applied | messages.Conflict:
        root = use_cases.repository_root(notebook, Path(self.root_dir))
        answer = use_cases.apply(root, request.files, request.module)
        if isinstance(answer, use_cases.NotWritten):
            return messages.Conflict(answer.message)
        return messages.Applied(answer.files, answer.refresh)


class ChangeRunHandler(Handler):
    """Begins a fresh run for a change that is looked at; `runs` names those of its kind."""

    runs = ""

    max_body = 400_000_000
    also_needs = (("read", "contents"), ("write", "kernels"), ("execute", "kernels"))

    def use_case(self, file: Path) -> Callable[..., Awaitable[Any]]:
        """What is done with the notebook of this file: it takes the notebook's JSON, the changes,
        what starts a kernel, and the options of a run."""
        raise NotImplementedError

    @authenticated
    @authorized
    async def post(self) -> None:
        await self.admit()
        request = self.decoded(messages.ChangeRunRequest)
        file = self.notebook_file(request.path)
        try:
            notebook_of(request.content, text("The document"))
        except UnreadableNotebook as error:
            raise Rejected(400, error.sentence) from None
        root = use_cases.repository_root(file, Path(self.root_dir))
        changes = use_cases.Changes(
            root, request.module, request.files, request.cells, request.outdated
        )
        try:
            use_cases.check_changes(changes)
        except use_cases.CannotExtract as error:
            raise Rejected(400, error.sentence) from None
        limits: Limits = self.settings["nb_refactor_limits"]
        work = partial(
            self.use_case(file),
            request.content,
            changes,
            server_kernels(self.kernel_manager, request.path),
            kernel=request.kernel,
            limits=limits,
        )
        runs: ChangeRuns[Any] = self.settings[self.runs]
        try:
            run_id = runs.start(lambda tell: work(on_progress=tell))
        except TooManyJobs as error:
            raise Rejected(429, error.sentence) from None
        self.answer(messages.RunStarted(run_id), 202)


class FollowedRunHandler(Handler):
    """How such a run stands, and its end."""

    runs = ""

    @authenticated
    @authorized
    async def get(self, run_id: str) -> None:
        self._answer_run(self._runs.get(run_id))

    @authenticated
    @authorized
    async def delete(self, run_id: str) -> None:
        self._answer_run(await self._runs.cancel(run_id))

    @property
    def _runs(self) -> ChangeRuns[Any]:
        found: ChangeRuns[Any] = self.settings[self.runs]
        return found

    def _answer_run(self, response: Any) -> None:
        if response is None:
            raise Rejected(404, text("There is no such run: it is old, or of another server."))
        self.answer(response)


class VerifyHandler(ChangeRunHandler):
    runs = "nb_refactor_verifications"

    def use_case(self, file: Path) -> Callable[..., Awaitable[Any]]:
        return use_cases.verify


class VerificationHandler(FollowedRunHandler):
    runs = "nb_refactor_verifications"


class UnitTestsHandler(ChangeRunHandler):
    runs = "nb_refactor_unit_test_runs"

    def use_case(self, file: Path) -> Callable[..., Awaitable[Any]]:
        return partial(use_cases.unit_tests, file)


class UnitTestRunHandler(FollowedRunHandler):
    runs = "nb_refactor_unit_test_runs"


class ReproduceHandler(Handler):
    max_body = 400_000_000
    also_needs = (("write", "kernels"), ("execute", "kernels"))

    @authenticated
    @authorized
    async def get(self) -> None:
        runs: Runs = self.settings["nb_refactor_runs"]
        self.answer(runs.under_way(self.get_query_argument("path", None)))

    @authenticated
    @authorized
    async def post(self) -> None:
        await self.admit()
        request = self.decoded(messages.ReproduceRequest)
        folder = self.notebook_file(request.path).parent
        try:
            notebook = notebook_of(request.content, text("The document"))
        except UnreadableNotebook as error:
            raise Rejected(400, error.sentence) from None
        runs: Runs = self.settings["nb_refactor_runs"]
        try:
            run_id = runs.start(request.path, self._work(request, folder), notebook)
        except TooManyJobs as error:
            raise Rejected(429, error.sentence) from None
        self.answer(messages.RunStarted(run_id), 202)

    def _work(
        self, request: messages.ReproduceRequest, folder: Path
    ) -> Callable[[Callable[[Progress], None]], Awaitable[Report]]:
        limits: Limits = self.settings["nb_refactor_limits"]
        warm: WarmKernels = self.settings["nb_refactor_warm_kernels"]

        async def work(on_progress: Callable[[Progress], None]) -> Report:
            return await use_cases.reproduce(
                request.path,
                request.content,
                warm.kernels(request.path, folder, request.keep_warm),
                place=Workplace(folder) if warm.are_here else None,
                kernel=request.kernel,
                limits=limits,
                twice=request.twice,
                executions=request.executions,
                scratch=request.scratch,
                tolerance=request.tolerance,
                on_progress=on_progress,
            )

        return work


class WarmHandler(Handler):
    also_needs = (("write", "kernels"), ("execute", "kernels"))

    @authenticated
    @authorized
    async def post(self) -> None:
        await self.admit()
        request = self.decoded(messages.WarmRequest)
        folder = self.notebook_file(request.path).parent
        warm: WarmKernels = self.settings["nb_refactor_warm_kernels"]
        wish = KernelWish(request.kernel, request.language, False)
        warm.warm(request.path, folder, wish)
        self.answer_nothing()

    @authenticated
    @authorized
    async def delete(self) -> None:
        warm: WarmKernels = self.settings["nb_refactor_warm_kernels"]
        warm.cool()
        self.answer_nothing()


class RunHandler(Handler):
    @authenticated
    @authorized
    async def get(self, run_id: str) -> None:
        runs: Runs = self.settings["nb_refactor_runs"]
        self._answer_run(runs.get(run_id))

    @authenticated
    @authorized
    async def delete(self, run_id: str) -> None:
        runs: Runs = self.settings["nb_refactor_runs"]
        self._answer_run(await runs.cancel(run_id))

    def _answer_run(self, response: messages.RunResponse | None) -> None:
        if response is None:
            raise Rejected(404, text("There is no such run: it is old, or of another server."))
        self.answer(response)


class OutputsHandler(Handler):
    @authenticated
    @authorized
    async def get(self, run_id: str) -> None:
        ran = _ran(self.settings["nb_refactor_runs"], run_id)
        if ran.fresh is None:
            raise Rejected(
                404, text("The outputs are those of an older run: run the notebook again.")
            )
        sources = {cell.cell_id: cell.source for cell in ran.notebook.code_cells}
        cells = (
            messages.FreshOutputs(
                cell_id, sources.get(cell_id, ""), tuple(map(dict, run.outputs)), run.dropped
            )
            for cell_id, run in ran.fresh.items()
        )
        self.answer(messages.OutputsResponse(tuple(cells)))


class ReportFileHandler(Handler):
    @authenticated
    @authorized
    async def get(self, run_id: str, form: str) -> None:
        ran = _ran(self.settings["nb_refactor_runs"], run_id)
        content = await asyncio.to_thread(
            use_cases.report_file, form, ran.notebook, ran.report, self.say
        )
        kind = f"{_REPORT_TYPES[form]}; charset=utf-8"
        await self.finish(content, set_content_type=kind)


class RecordFileHandler(Handler):
    @authenticated
    @authorized
    async def get(self, run_id: str, name: str) -> None:
        ran = _ran(self.settings["nb_refactor_runs"], run_id)
        if ran.report.dependencies is None:
            raise Rejected(404, text("This run has no record of what it depended on."))
        folder = self.notebook_file(ran.report.path).parent
        content = await asyncio.to_thread(use_cases.record_file, name, ran.report, folder)
        kind = "application/json" if name.endswith(".json") else "text/plain"
        await self.finish(content, set_content_type=f"{kind}; charset=utf-8")


_REPORT_TYPES = {"html": "text/html", "json": "application/json", "xml": "application/xml"}


def _ran(runs: Runs, run_id: str) -> Ran:
    ran = runs.ran(run_id)
    if ran is None:
        raise Rejected(404, text("There is no report of this run: it is old, or it has not begun."))
    return ran


ROUTES: list[tuple[str, type[Handler]]] = [
    (r"/nb-refactor/version", VersionHandler),
    (r"/nb-refactor/check", CheckHandler),
    (r"/nb-refactor/check-edits", CheckEditsHandler),
    (r"/nb-refactor/targets", TargetsHandler),
    (r"/nb-refactor/candidates", CandidatesHandler),
    (r"/nb-refactor/map", MapHandler),
    (r"/nb-refactor/extract", ExtractHandler),
    (r"/nb-refactor/extract-all", ExtractAllHandler),
    (r"/nb-refactor/apply", ApplyHandler),
    (r"/nb-refactor/verify", VerifyHandler),
    (r"/nb-refactor/verify/([0-9a-f]{32})", VerificationHandler),
    (r"/nb-refactor/unit-tests", UnitTestsHandler),
    (r"/nb-refactor/unit-tests/([0-9a-f]{32})", UnitTestRunHandler),
    (r"/nb-refactor/reproduce", ReproduceHandler),
    (r"/nb-refactor/reproduce/([0-9a-f]{32})", RunHandler),
    (r"/nb-refactor/reproduce/([0-9a-f]{32})/outputs", OutputsHandler),
    (r"/nb-refactor/reproduce/([0-9a-f]{32})/report\.(html|json|xml)", ReportFileHandler),
    (r"/nb-refactor/reproduce/([0-9a-f]{32})/(record\.json|requirements\.txt)", RecordFileHandler),
    (r"/nb-refactor/warm", WarmHandler),
]
