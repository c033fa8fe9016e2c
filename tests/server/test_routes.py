"""Each route does its work through the real server."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

import nb_refactor
from nb_refactor.server.messages import RUN_EVENT

from .conftest import CELLS, PATH, Post, answered, content, followed, notebook


async def test_version(jp_fetch: Any) -> None:
    status, answer = await answered(jp_fetch("nb-refactor", "version"))
    assert (status, answer) == (200, {"version": nb_refactor.__version__})


async def test_check_judges_the_document_in_the_request(post: Post) -> None:
    status, answer = await post("check", {"path": "none.ipynb", "notebook": notebook()})
    assert status == 200
    assert answer["path"] == "none.ipynb"
    assert [cell["cell_id"] for cell in answer["cells"]] == ["load", "roots", "show"]
    executions = [{"source": "x = 1", "execution_count": 1, "cell_id": "gone", "status": "ok"}]
    body = {"path": PATH, "notebook": notebook(), "executions": executions}
    status, answer = await post("check", body)
    assert status == 200
    assert all(cell["state"] == "not_run" for cell in answer["cells"])


async def test_a_check_after_an_edit_answers_as_a_first_one(post: Post, root: Path) -> None:
    """What is remembered of a notebook never shows."""
    sources = [source for _, source in CELLS]
    ran = [{"source": source, "cell_id": name, "status": "ok"} for name, source in CELLS]

    async def judged(path: str, *edits: tuple[int, str], runs: int = 3) -> Any:
        cells = [{"cell_id": name, "source": source} for name, source in CELLS]
        for place, source in edits:
            cells[place]["source"] = source
        body = {"path": path, "notebook": {"cells": cells}, "executions": ran[:runs]}
        status, answer = await post("check", body)
        assert status == 200
        return answer["cells"]

    steps: list[tuple[tuple[tuple[int, str], ...], int]] = [
        ((), 3),
        (((1, "roots = values[:2]"),), 3),
        (((1, "roots = values[:2]"), (0, sources[0])), 2),
        (((0, "import math"),), 3),
        (((0, "values = [2]"), (2, "print(values")), 3),
        ((), 1),
        ((), 3),
    ]
    for number, (edits, runs) in enumerate(steps):
        again = await judged(PATH, *edits, runs=runs)
        assert again == await judged(f"repo/first-{number}.ipynb", *edits, runs=runs)
    at_once = await asyncio.gather(*(judged(PATH, *edits, runs=runs) for edits, runs in steps))
    for answer, (edits, runs) in zip(at_once, steps, strict=True):
        assert answer == await judged("repo/one-more.ipynb", *edits, runs=runs)


async def test_an_edit_alone_is_answered_as_the_whole_document(post: Post, root: Path) -> None:
    ran = [{"source": source, "cell_id": name, "status": "ok"} for name, source in CELLS]

    async def whole(path: str, *sources: str, name: str = "") -> Any:
        cells = [
            {"cell_id": cell_id, "source": source}
            for (cell_id, _), source in zip(CELLS, sources, strict=True)
        ]
        body = {"path": path, "notebook": {"cells": cells}, "executions": ran, "name": name}
        return await post("check", body)

    async def edited(since: str, name: str, **sources: str) -> tuple[int, Any]:
        places = {cell_id: place for place, (cell_id, _) in enumerate(CELLS)}
        cells = [
            {"place": places.get(cell_id, 9), "cell": {"cell_id": cell_id, "source": source}}
            for cell_id, source in sources.items()
        ]
        return await post(
            "check-edits", {"path": PATH, "since": since, "name": name, "cells": cells}
        )

    load, roots, show = (source for _, source in CELLS)
    assert (await edited("never", "one", load=load))[0] == 409
    await whole(PATH, load, roots, show, name="one")
    status, answer = await edited("one", "two", roots="roots = values[:2]")
    assert status == 200
    _, first = await whole("repo/first.ipynb", load, "roots = values[:2]", show)
    assert answer["cells"] == first["cells"]
    status, answer = await edited("two", "three", roots=roots, load="values = [2]")
    _, first = await whole("repo/second.ipynb", "values = [2]", roots, show)
    assert (status, answer["cells"]) == (200, first["cells"])

    for since in ("one", "two", ""):
        status, answer = await edited(since, "four", load=load)
        assert (status, list(answer)) == (409, ["message"])
    assert (await edited("three", "four", elsewhere="1"))[0] == 409
    await whole(PATH, load, roots, show)
    assert (await edited("three", "four", load=load))[0] == 409


async def test_check_tells_what_the_notebook_lacks_on_this_machine(
    post: Post, root: Path, jp_fetch: Any
) -> None:
    (root / "own.csv").write_text("a")
    source = "import msgspec, no_such_package_here\nopen('gone.csv')\nopen('../../etc/x.csv')"
    body = {"path": PATH, "notebook": {"cells": [{"cell_id": "c", "source": source}]}}

    async def told() -> set[str]:
        status, answer = await post("check", body)
        assert status == 200
        return {finding["rule"] for finding in answer["cells"][0]["findings"]}

    # Without a kernel nobody knows which Python has to have the packages.
    assert await told() == {"missing-file"}
    session = {"path": PATH, "type": "notebook", "name": "", "kernel": {"name": "python3"}}
    status, made = await answered(
        jp_fetch("api", "sessions", method="POST", body=json.dumps(session))
    )
    assert status == 201
    assert await told() == {"missing-file", "missing-package"}
    (root / "gone.csv").write_text("a")
    body["notebook"] = {"cells": [{"cell_id": "c", "source": f"{source}\nopen('own.csv')"}]}
    # There now, but known to this machine alone: it is in no commit.
    status, answer = await post("check", body)
    found = [finding["message"] for finding in answer["cells"][0]["findings"]]
    assert not any("is not there" in message for message in found)
    await answered(jp_fetch("api", "sessions", made["id"], method="DELETE"))


async def test_check_tells_what_the_repository_has_on(post: Post, root: Path) -> None:
    doubtful = {"cells": [{"cell_id": "c", "source": "open('/home/me/x')\nprint(scale)"}]}

    async def told(path: str = PATH) -> Any:
        status, answer = await post("check", {"path": path, "notebook": doubtful})
        if status != 200:
            return status, answer["message"]
        return {finding["rule"] for cell in answer["cells"] for finding in cell["findings"]}

    both = {"undefined-name", "absolute-path"}
    assert await told() == both
    settings = root / "pyproject.toml"
    settings.write_text('[tool.nb_refactor]\nignore = ["absolute-path"]\nexclude = ["*"]\n')
    assert await told() == {"undefined-name"}
    assert await told("RTC:repo/work.ipynb") == both
    settings.write_text('[tool.nb_refactor]\nselect = ["absolute-path"]\n')
    assert await told() == {"absolute-path"}
    settings.write_text('[tool.nb_refactor]\nignore = ["100%"]\n')
    status, message = await told()
    assert status == 400
    assert message.startswith(f"In {settings}, [tool.nb_refactor]: there is no rule “100%”;")
    settings.unlink()
    assert await told() == both


async def test_targets_names_package_and_modules(post: Post, root: Path) -> None:
    status, answer = await post("targets", {"path": PATH})
    assert status == 200
    probe = answer.pop("probe")
    assert "_nb_refactor_probe = " in probe
    assert "_nb_refactor_probe = " in answer.pop("install")
    assert answer.pop("types")
    assert answer == {
        "root": str(root),
        "package": "proj",
        "exists": True,
        "modules": ["proj.steps"],
        "suggested_module": "proj.work",
    }


async def extracted(post: Post, module: str = "proj.steps") -> Any:
    body = {
        "path": PATH,
        "notebook": notebook(),
        "cell_ids": ["roots"],
        "module": module,
        "function": "take_roots",
    }
    status, answer = await post("extract", body)
    assert status == 200
    return answer


async def test_extract_writes_nothing_apply_writes_and_takes_back(post: Post, root: Path) -> None:
    steps = root / "src" / "proj" / "steps.py"
    before = steps.read_text()
    change = await extracted(post)
    assert change["kind"] == "change_set"
    assert change["function"]["name"] == "take_roots"
    assert steps.read_text() == before
    body = {"path": PATH, "files": change["files"], "module": "proj.steps"}
    status, answer = await post("apply", body)
    assert status == 200
    assert answer["kind"] == "applied"
    assert answer["files"] == ["src/proj/steps.py"]
    assert answer["refresh"]
    assert "def old():" in steps.read_text()
    assert "def take_roots" in steps.read_text()
    status, answer = await post("apply", body)
    assert answer["kind"] == "conflict"
    back = [{**edit, "before": edit["after"], "after": edit["before"]} for edit in change["files"]]
    status, answer = await post("apply", {**body, "files": back})
    assert answer["kind"] == "applied"
    assert steps.read_text() == before


async def test_a_new_package_is_made_and_taken_back_without_a_trace(post: Post, root: Path) -> None:
    change = await extracted(post, "other.deep.steps")
    body = {"path": PATH, "files": change["files"], "module": "other.deep.steps"}
    status, answer = await post("apply", body)
    assert answer["kind"] == "applied", answer
    assert (root / "src/other/deep/__init__.py").is_file()
    assert (root / "pyproject.toml").is_file()
    back = [{**edit, "before": edit["after"], "after": edit["before"]} for edit in change["files"]]
    status, answer = await post("apply", {**body, "files": back})
    assert (status, answer["kind"]) == (200, "applied")
    assert not (root / "src/other").exists()
    assert not (root / "pyproject.toml").exists()


async def test_choices_and_all_cells(post: Post) -> None:
    body = {"path": PATH, "notebook": notebook(), "module": "proj.steps"}
    choices = {"names": {"values": "numbers"}, "lines": {"first": 1, "last": 1}}
    asked = {**body, "cell_ids": ["roots"], "function": "f", "choices": choices}
    _, answer = await post("extract", asked)
    assert answer["function"]["parameters"] == ["numbers"]
    assert answer["function"]["arguments"] == ["values"]
    _, answer = await post("extract-all", body)
    assert answer["kind"] == "refused"
    assert answer["refusals"][0]["code"] == "nothing-to-extract"


NAMED = {
    "cells": [
        {"cell_id": "a", "source": "values = [1, 4]\nrate = 2"},
        {"cell_id": "b", "source": "top = max(values) * rate\nlow = min(values)"},
        {"cell_id": "c", "source": "print(top, low)"},
    ]
}


@pytest.mark.parametrize(
    ("choices", "head", "last", "call"),
    [
        ({}, "(values, rate=2)", "top, low", "top, low = f(values, rate=rate)"),
        (
            {"names": {"values": "numbers", "low": "least"}},
            "(numbers, rate=2)",
            "top, least",
            "top, low = f(values, rate=rate)",
        ),
        (
            {"parameters": ["rate", "values"], "returns": ["low"], "defaults": False},
            "(rate, values)",
            "low, top",
            "low, top = f(rate, values)",
        ),
        (
            {"names": {"top": "most", "rate": "factor"}, "returns": ["low", "gone", "top"]},
            "(values, factor=2)",
            "low, most",
            "low, top = f(values, factor=rate)",
        ),
        (
            {"names": {"top": "low", "low": "top"}},
            "(values, rate=2)",
            "low, top",
            "top, low = f(values, rate=rate)",
        ),
    ],
)
async def test_names_and_order_of_what_goes_in_and_out(
    post: Post, choices: object, head: str, last: str, call: str
) -> None:
    body = {"path": PATH, "notebook": NAMED, "cell_ids": ["b"], "choices": choices}
    status, answer = await post("extract", {**body, "module": "proj.new", "function": "f"})
    assert (status, answer["kind"]) == (200, "change_set"), answer
    module = answer["files"][-1]["after"]
    assert f"def f{head}:" in module
    assert module.endswith(f"    return {last}\n")
    assert answer["cells"][0]["after"] == f"from proj.new import f\n\n{call}"
    assert answer["function"]["returns"] == last.split(", ")
    assert answer["function"]["targets"] == call.partition(" = ")[0].split(", ")


@pytest.mark.parametrize(
    ("names", "code"),
    [
        ({"top": "class"}, "name-invalid"),
        ({"top": "a b"}, "name-invalid"),
        ({"top": ""}, "name-invalid"),
        ({"top": "list"}, "name-clash"),
        ({"top": "max"}, "name-clash"),
        ({"top": "rate"}, "name-clash"),
        ({"top": "x", "values": "x"}, "name-clash"),
    ],
)
async def test_names_that_cannot_be_are_refused_with_a_sentence(
    post: Post, names: dict[str, str], code: str
) -> None:
    body = {"path": PATH, "notebook": NAMED, "cell_ids": ["b"], "choices": {"names": names}}
    status, answer = await post("extract", {**body, "module": "proj.new", "function": "f"})
    assert (status, answer["kind"]) == (200, "refused")
    assert {refusal["code"] for refusal in answer["refusals"]} == {code}
    assert all("`" in refusal["message"] for refusal in answer["refusals"])


async def test_extract_refuses_what_is_no_destination(post: Post) -> None:
    for module in ("../x", "class.x", "json.x", ""):
        answer = await extracted(post, module)
        assert answer["kind"] == "refused"
        assert answer["refusals"][0]["message"].endswith(".")


async def test_apply_with_crlf_keeps_the_line_ends(post: Post, root: Path) -> None:
    steps = root / "src" / "proj" / "steps.py"
    steps.write_bytes(b"\xef\xbb\xbfa = 1\r\nb = 2\r\n")
    edit = {"path": "src/proj/steps.py", "before": "a = 1\nb = 2\n", "after": "a = 1\nc = 2\n"}
    status, answer = await post("apply", {"path": PATH, "files": [edit], "module": "proj.steps"})
    assert (status, answer["kind"]) == (200, "applied")
    assert steps.read_bytes() == b"\xef\xbb\xbfa = 1\r\nc = 2\r\n"


async def test_reproduce_runs_follows_and_reports(
    post: Post, jp_fetch: Any, jp_serverapp: Any
) -> None:
    events: list[Any] = []

    async def listen(logger: Any, schema_id: str, data: Any) -> None:
        events.append(data)

    jp_serverapp.event_logger.add_listener(schema_id=RUN_EVENT, listener=listen)
    status, started = await post("reproduce", {"path": PATH, "content": content()})
    assert status == 202
    answer = await followed(jp_fetch, started["run_id"])
    assert answer["state"] == "finished", answer
    assert (answer["done"], answer["total"], answer["running"]) == (3, 3, None)
    assert answer["report"]["status"] == "reproduced"
    assert answer["report"]["path"] == PATH
    assert [cell["cell_id"] for cell in answer["report"]["cells"]] == ["load", "roots", "show"]
    assert jp_serverapp.kernel_manager.list_kernel_ids() == []
    await asyncio.sleep(0)
    assert {event["run_id"] for event in events} == {started["run_id"]}
    assert events[0]["state"] == "running"
    assert events[-1]["state"] == "finished"
    assert "roots" in [event["running"] for event in events]


async def test_reproduce_tells_a_difference(post: Post, jp_fetch: Any) -> None:
    _, started = await post("reproduce", {"path": PATH, "content": content("7.0\n")})
    report = (await followed(jp_fetch, started["run_id"]))["report"]
    assert report["status"] == "different"
    assert [cell["status"] for cell in report["cells"]][2] == "different"


async def test_what_a_run_gave_can_be_had_and_saved(post: Post, jp_fetch: Any) -> None:
    _, started = await post("reproduce", {"path": PATH, "content": content("7.0\n")})
    run = ("nb-refactor", "reproduce", started["run_id"])
    await followed(jp_fetch, started["run_id"])
    _, answer = await answered(jp_fetch(*run, "outputs"))
    outputs = {cell["cell_id"]: cell["outputs"] for cell in answer["cells"]}
    assert outputs["show"] == [{"output_type": "stream", "name": "stdout", "text": "6.0\n"}]
    page = await jp_fetch(*run, "report.html")
    assert page.headers["Content-Type"].startswith("text/html")
    assert b"7.0" in page.body
    table = json.loads((await jp_fetch(*run, "report.json")).body)
    assert table["notebooks"][0]["status"] == "different"
    assert b"<testsuites" in (await jp_fetch(*run, "report.xml")).body


async def test_outputs_are_kept_of_the_last_run_alone(post: Post, jp_fetch: Any) -> None:
    first, second = [
        (await post("reproduce", {"path": PATH, "content": content()}))[1]["run_id"]
        for _ in range(2)
    ]
    await followed(jp_fetch, second)
    for run_id, status in ((first, 404), (second, 200)):
        answer = await answered(jp_fetch("nb-refactor", "reproduce", run_id, "outputs"))
        assert answer[0] == status


async def test_what_the_kernel_ran_explains_a_difference(post: Post, jp_fetch: Any) -> None:
    sources = dict(CELLS) | {"roots": "roots = [49.0]"}
    executions = [
        {"source": source, "execution_count": count, "cell_id": name, "status": "ok"}
        for count, (name, source) in enumerate(sources.items(), 1)
    ]
    body = {"path": PATH, "content": content("7.0\n"), "executions": executions}
    _, started = await post("reproduce", body)
    report = (await followed(jp_fetch, started["run_id"]))["report"]
    cause = report["cells"][2]["cause"]
    assert (cause["kind"], cause["rule"], cause["cell_id"]) == ("hidden_state", "edited", "roots")


SLEEPER = "import time\ntime.sleep(60)"


async def test_a_second_run_waits_and_both_can_be_cancelled(
    post: Post, jp_fetch: Any, jp_serverapp: Any
) -> None:
    body = {"path": PATH, "content": content(load=SLEEPER)}
    first = (await post("reproduce", body))[1]["run_id"]
    second = (await post("reproduce", body))[1]["run_id"]
    for _ in range(300):
        _, answer = await answered(jp_fetch("nb-refactor", "reproduce", first))
        if answer["running"] == "load":
            break
        await asyncio.sleep(0.1)
    assert answer["state"] == "running"
    assert answer["report"]["cells"][1]["status"] == "not_run"
    _, waiting = await answered(jp_fetch("nb-refactor", "reproduce", second))
    assert waiting["state"] == "queued"
    for run_id in (second, first, first):
        status, answer = await answered(
            jp_fetch("nb-refactor", "reproduce", run_id, method="DELETE")
        )
        assert (status, answer["state"]) == (200, "cancelled")
    assert jp_serverapp.kernel_manager.list_kernel_ids() == []


async def test_runs_and_their_kernels_end_with_the_server(
    post: Post, jp_fetch: Any, jp_serverapp: Any
) -> None:
    body = {"path": PATH, "content": content(load=SLEEPER)}
    run_id = (await post("reproduce", body))[1]["run_id"]
    while not jp_serverapp.kernel_manager.list_kernel_ids():
        await asyncio.sleep(0.1)
    await jp_serverapp.cleanup_extensions()
    assert jp_serverapp.kernel_manager.list_kernel_ids() == []
    _, answer = await answered(jp_fetch("nb-refactor", "reproduce", run_id))
    assert answer["state"] == "cancelled"


async def test_too_many_waiting_runs_are_refused(post: Post, jp_serverapp: Any) -> None:
    body = {"path": PATH, "content": content(load=SLEEPER)}
    statuses = [(await post("reproduce", body))[0] for _ in range(23)]
    assert statuses[:20] == [202] * 20
    assert statuses[-1] == 429
    await jp_serverapp.cleanup_extensions()


async def ended(post: Post, jp_fetch: Any, route: str, change: Any, **edits: Any) -> Any:
    """What a fresh run for the change found out."""
    body = {"path": PATH, "content": content(), "module": "proj.steps", "kernel": None}
    body.update(files=change["files"], cells=change["cells"])
    status, started = await post(route, {**body, **edits})
    assert status == 202, started
    for _ in range(600):
        status, answer = await answered(jp_fetch("nb-refactor", route, started["run_id"]))
        assert status == 200
        if answer["state"] not in ("queued", "running"):
            return answer
        await asyncio.sleep(0.1)
    raise AssertionError("the run did not end")


async def verified(post: Post, jp_fetch: Any, change: Any, **edits: Any) -> Any:
    return await ended(post, jp_fetch, "verify", change, **edits)


async def test_unit_tests_are_made_and_nothing_is_written(
    post: Post, jp_fetch: Any, root: Path, jp_serverapp: Any
) -> None:
    change = await extracted(post)
    answer = await ended(post, jp_fetch, "unit-tests", change)
    assert (answer["state"], answer["done"]) == ("finished", answer["total"]), answer
    made = answer["unit_tests"]
    (test,) = made["tests"]
    assert (test["path"], test["why"]) == ("tests/test_steps.py", "")
    *others, file = made["files"]
    assert others == change["files"]
    assert "pytest.approx([1.0, 2.0, 3.0])" in file["after"]
    assert not (root / "tests").exists()
    assert jp_serverapp.kernel_manager.list_kernel_ids() == []
    # All is written at once, and taken back at once.
    body = {"path": PATH, "files": made["files"], "module": "proj.steps"}
    assert (await post("apply", body))[1]["kind"] == "applied"
    assert (root / "tests" / "test_steps.py").read_text() == file["after"]
    (root / "tests" / "test_steps.py").write_text("# mine\n")
    back = [{**edit, "before": edit["after"], "after": edit["before"]} for edit in made["files"]]
    assert (await post("apply", {**body, "files": back}))[1]["kind"] == "conflict"
    (root / "tests" / "test_steps.py").write_text(file["after"])
    assert (await post("apply", {**body, "files": back}))[1]["kind"] == "applied"
    assert not (root / "tests").exists()


async def test_why_there_is_no_unit_test_is_told(post: Post, jp_fetch: Any) -> None:
    change = await extracted(post)
    answer = await ended(post, jp_fetch, "unit-tests", change, content=content(load="1 / 0"))
    assert answer["unit_tests"]["files"] == change["files"]
    assert "does not get to its call" in answer["unit_tests"]["tests"][0]["why"]


async def test_verify_writes_nothing_and_tells_whether_it_is_the_same(
    post: Post, jp_fetch: Any, root: Path, jp_serverapp: Any
) -> None:
    change = await extracted(post)
    steps = root / "src" / "proj" / "steps.py"
    before = steps.read_text()
    answer = await verified(post, jp_fetch, change)
    assert (answer["state"], answer["done"], answer["total"]) == ("finished", 6, 6)
    assert answer["verification"]["message"] == "Same in all 3 cells."
    assert steps.read_text() == before
    wrong = [{**edit, "after": edit["after"].replace("sqrt", "exp")} for edit in change["files"]]
    answer = await verified(post, jp_fetch, change, files=wrong)
    assert answer["verification"]["same"] is False
    assert answer["verification"]["message"].startswith("Cell 3 (show) differs")
    assert jp_serverapp.kernel_manager.list_kernel_ids() == []
    # Applied, it is verified in the same way.
    body = {"path": PATH, "files": change["files"], "module": "proj.steps"}
    assert (await post("apply", body))[1]["kind"] == "applied"
    assert (await verified(post, jp_fetch, change))["verification"]["same"] is True


@pytest.mark.parametrize("route", ["verify", "unit-tests"])
async def test_a_fresh_run_for_a_change_can_be_cancelled(
    post: Post, jp_fetch: Any, jp_serverapp: Any, route: str
) -> None:
    change = await extracted(post)
    body = {"path": PATH, "content": content(load=SLEEPER), "module": "proj.steps"}
    body.update(files=change["files"], cells=change["cells"])
    run_ids = [(await post(route, body))[1]["run_id"] for _ in range(8)]
    status, answer = await post(route, body)
    assert status == 429
    while len(jp_serverapp.kernel_manager.list_kernel_ids()) < 2:
        await asyncio.sleep(0.1)
    for run_id in reversed(run_ids):
        fetching = jp_fetch("nb-refactor", route, run_id, method="DELETE")
        status, answer = await answered(fetching)
        assert (status, answer["state"]) == (200, "cancelled")
    assert jp_serverapp.kernel_manager.list_kernel_ids() == []


@pytest.mark.parametrize("method", ["GET", "DELETE"])
@pytest.mark.parametrize("route", ["verify", "unit-tests"])
async def test_an_unknown_run_for_a_change_is_404(
    jp_fetch: Any, root: Path, method: str, route: str
) -> None:
    fetching = jp_fetch("nb-refactor", route, "0" * 32, method=method)
    assert (await answered(fetching))[0] == 404


@pytest.mark.parametrize("method", ["GET", "DELETE"])
async def test_an_unknown_run_is_404(jp_fetch: Any, root: Path, method: str) -> None:
    status, answer = await answered(jp_fetch("nb-refactor", "reproduce", "0" * 32, method=method))
    assert status == 404
    assert json.dumps(answer).count("run") > 0


async def test_candidates_and_map_are_told_of_the_document(post: Post) -> None:
    body = {"path": PATH, "notebook": notebook()}
    status, answer = await post("candidates", body)
    assert status == 200
    assert answer["cells"] == 3
    status, answer = await post("map", body)
    assert status == 200
    assert [cell["cell_id"] for cell in answer["cells"]] == ["load", "roots", "show"]
    assert {"source": "load", "target": "roots", "names": ["values"]} in answer["flows"]
    status, answer = await post("map", {**body, "path": "none.ipynb"})
    assert status == 200
