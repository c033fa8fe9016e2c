"""Nothing comes in without leave, and nothing gets out of the server's root."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jupyter_server.auth.authorizer import Authorizer
from tornado.httpclient import HTTPClientError

from .conftest import PATH, Post, answered, content, notebook

RUN = "reproduce/" + "0" * 32
VERIFICATION = "verify/" + "0" * 32
UNIT_TESTS = "unit-tests/" + "0" * 32
ROUTES = [
    ("GET", "version", None),
    ("POST", "check", {"path": PATH, "notebook": notebook()}),
    ("POST", "targets", {"path": PATH}),
    (
        "POST",
        "extract",
        {
            "path": PATH,
            "notebook": notebook(),
            "cell_ids": ["roots"],
            "module": "proj.steps",
            "function": "f",
        },
    ),
    (
        "POST",
        "extract-all",
        {"path": PATH, "notebook": notebook(), "module": "proj.steps"},
    ),
    ("POST", "apply", {"path": PATH, "files": [], "module": "proj.steps"}),
    (
        "POST",
        "verify",
        {"path": PATH, "content": content(), "files": [], "cells": [], "module": "proj.steps"},
    ),
    ("GET", VERIFICATION, None),
    ("DELETE", VERIFICATION, None),
    (
        "POST",
        "unit-tests",
        {"path": PATH, "content": content(), "files": [], "cells": [], "module": "proj.steps"},
    ),
    ("GET", UNIT_TESTS, None),
    ("DELETE", UNIT_TESTS, None),
    ("POST", "reproduce", {"path": PATH, "content": content()}),
    ("GET", RUN, None),
    ("DELETE", RUN, None),
    ("GET", RUN + "/outputs", None),
    ("GET", RUN + "/report.html", None),
]
PATHS = ("targets", "extract", "extract-all", "apply", "verify", "unit-tests", "reproduce")
WITH_PATH = [route for route in ROUTES if route[1] in PATHS]
WITH_BODY = [route for route in ROUTES if route[2] is not None]


@pytest.fixture(autouse=True)
def counted(points: Callable[[int], None]) -> None:
    """Each test here tries to come in by one way."""
    points(1)


@pytest.mark.parametrize(("method", "route", "body"), ROUTES)
async def test_without_a_token_every_verb_of_every_route_is_refused(
    http_server_client: Any, jp_base_url: str, root: Path, method: str, route: str, body: Any
) -> None:
    data = json.dumps(body) if body is not None else None
    with pytest.raises(HTTPClientError) as refused:
        await http_server_client.fetch(
            f"{jp_base_url}nb-refactor/{route}", method=method, body=data, follow_redirects=False
        )
    assert refused.value.code in (302, 401, 403)


@pytest.mark.parametrize(("method", "route", "body"), WITH_BODY)
async def test_a_browser_session_needs_the_xsrf_token(
    http_server_client: Any,
    jp_base_url: str,
    jp_auth_header: dict[str, str],
    root: Path,
    method: str,
    route: str,
    body: Any,
) -> None:
    """The session's cookies alone, as a foreign page would make the browser send, do nothing."""

    async def fetch(path: str, **options: Any) -> Any:
        url = f"{jp_base_url}{path}"
        return await http_server_client.fetch(url, follow_redirects=False, **options)

    page = await fetch("api/me", headers=jp_auth_header)
    cookies = [line.partition(";")[0] for line in page.headers.get_list("Set-Cookie")]
    session = {"Cookie": "; ".join(cookies)}
    assert (await fetch("api/me", headers=session)).code == 200
    data = json.dumps(body)
    with pytest.raises(HTTPClientError) as refused:
        await fetch(f"nb-refactor/{route}", method=method, body=data, headers=session)
    assert refused.value.code == 403


class DenyAll(Authorizer):
    def is_authorized(self, handler: Any, user: Any, action: str, resource: str) -> bool:
        return False


class DenyElsewhere(Authorizer):
    """Our own routes are allowed, what they need elsewhere is not."""

    def is_authorized(self, handler: Any, user: Any, action: str, resource: str) -> bool:
        return resource == "nb_refactor"


@pytest.mark.parametrize(("method", "route", "body"), ROUTES)
async def test_who_is_not_authorized_is_refused_on_every_verb(
    jp_fetch: Any, jp_serverapp: Any, root: Path, method: str, route: str, body: Any
) -> None:
    jp_serverapp.web_app.settings["authorizer"] = DenyAll(parent=jp_serverapp)
    data = json.dumps(body) if body is not None else None
    status, _ = await answered(jp_fetch("nb-refactor", *route.split("/"), method=method, body=data))
    assert status == 403


@pytest.mark.parametrize(("method", "route", "body"), WITH_PATH)
async def test_who_may_not_do_the_same_elsewhere_may_not_do_it_here(
    post: Post, jp_serverapp: Any, method: str, route: str, body: Any
) -> None:
    jp_serverapp.web_app.settings["authorizer"] = DenyElsewhere(parent=jp_serverapp)
    status, answer = await post(route, body)
    assert status == 403
    assert "may not" in answer["message"]


BAD_PATHS = [
    "", ".", "..", "/", "/etc/passwd", "../x.ipynb", "repo/../../x.ipynb", "repo/./work.ipynb",
    "repo//work.ipynb", "repo/", ".hidden/x.ipynb", "repo/.git/x.ipynb", "repo/.x.ipynb",
    "none/x.ipynb", "link/x.ipynb", "repo/out.ipynb", "repo\\work.ipynb", "C:/x.ipynb",
    "repo/\0.ipynb", "repo/work.ipynb/..", "~/x.ipynb", "repo/work.ipynb/x.ipynb",
]  # fmt: skip


@pytest.mark.parametrize("path", BAD_PATHS)
@pytest.mark.parametrize(("method", "route", "body"), WITH_PATH)
async def test_paths_that_lead_out_or_are_hidden_are_refused(
    post: Post, root: Path, tmp_path: Path, method: str, route: str, body: Any, path: str
) -> None:
    (tmp_path / "x.ipynb").write_text("{}")
    (root.parent / "link").symlink_to(tmp_path, target_is_directory=True)
    (root / "out.ipynb").symlink_to(tmp_path / "x.ipynb")
    status, answer = await post(route, {**body, "path": path})
    assert status == 400, answer
    assert answer["message"].endswith(".")


BAD_EDITS = [
    "/etc/x.py", "../x.py", "src/../../x.py", ".git/hooks/x.py", ".hidden.py", "src/proj/x.sh",
    "src/proj/.x.py", "setup.cfg", "src/pyproject.toml", "src//x.py", "", "src/link/x.py",
    "src/proj/a b.py", "src\\x.py", "src/proj/x.py\0", "src/proj/leak.py", "x.ipynb", "src/./x.py",
]  # fmt: skip


@pytest.mark.parametrize("path", BAD_EDITS)
async def test_edits_of_files_outside_or_not_python_write_nothing(
    post: Post, root: Path, tmp_path: Path, path: str
) -> None:
    outside = tmp_path / "elsewhere"
    outside.mkdir()
    (root / "src" / "link").symlink_to(outside, target_is_directory=True)
    (root / "src" / "proj" / "leak.py").symlink_to(outside / "leak.py")
    good = {"path": "src/proj/new.py", "before": None, "after": "x = 1\n"}
    bad = {"path": path, "before": None, "after": "x = 1\n"}
    body = {"path": PATH, "files": [good, bad], "module": "proj.new"}
    status, answer = await post("apply", body)
    assert (status, answer["kind"]) == (200, "conflict")
    assert not (root / "src/proj/new.py").exists()
    assert list(outside.iterdir()) == []


@pytest.mark.parametrize("path", BAD_EDITS)
async def test_no_such_edits_are_verified_either(post: Post, root: Path, path: str) -> None:
    bad = {"path": path, "before": None, "after": "raise SystemExit\n"}
    body = {"path": PATH, "content": content(), "cells": [], "module": "proj.new"}
    if path in ("src/link/x.py", "src/proj/leak.py"):
        (root / "src" / "link").symlink_to(root.parent.parent, target_is_directory=True)
        (root / "src" / "proj" / "leak.py").symlink_to(root.parent.parent / "leak.py")
    status, answer = await post("verify", {**body, "files": [bad]})
    assert status == 400, answer
    assert answer["message"].endswith(".")


CODE = [
    "f(); import os", "f\nimport os", "f(x=__import__('os').system('x'))", "f:", "f #", "f\0",
    "__import__", "..f", "f.", "f f", "class", "f'", 'f"""', "f\\", "ƒ\u2028import os", "",
]  # fmt: skip


@pytest.mark.parametrize("name", CODE)
@pytest.mark.parametrize("field", ["function", "module", "parameter"])
async def test_names_that_are_code_are_refused(
    post: Post, root: Path, field: str, name: str
) -> None:
    body: Any = {"path": PATH, "notebook": notebook(), "cell_ids": ["roots"]}
    body.update(module="proj.steps", function="f")
    if field == "parameter":
        body["choices"] = {"names": {"values": name}}
    else:
        body[field] = name
    before = (root / "src" / "proj" / "steps.py").read_bytes()
    status, answer = await post("extract", body)
    assert (root / "src" / "proj" / "steps.py").read_bytes() == before
    if name == "__import__" and field != "module":  # a name that anybody may give
        return
    assert status == 400 or answer["kind"] == "refused", answer


@pytest.mark.parametrize("name", CODE)
async def test_what_runs_in_the_kernel_has_no_code_of_the_request(
    post: Post, root: Path, name: str
) -> None:
    edit = {"path": "src/proj/new.py", "before": None, "after": "x = 1\n"}
    status, answer = await post("apply", {"path": PATH, "files": [edit], "module": name})
    assert (status, answer["kind"], answer["refresh"]) == (200, "applied", "")
    body = {"path": PATH, "content": content(), "cells": [], "files": [], "module": name}
    status, answer = await post("verify", body)
    assert status == 400, answer


NO_JSON = [b"", b"{", b"null", b"[]", b'"x"', b"{}", b"\xff\xfe", b'{"path": 1}', b"[" * 50_000,
           b'{"path": "\\ud800"}']  # fmt: skip
BAD_FIELDS = [
    ("check", b'{"path": "a", "notebook": {"cells": [{"cell_id": 1}]}}'),
    ("check", b'{"path": "a", "notebook": {"cells": []}, "executions": [{}]}'),
    ("extract", b'{"path": "a", "notebook": {"cells": []}, "cell_ids": "x"}'),
    ("apply", b'{"path": "repo/work.ipynb", "files": [{"path": "a.py"}], "module": "a"}'),
    (
        "extract",
        b'{"path": "a", "notebook": {"cells": []}, "cell_ids": [], "module": "a", '
        b'"function": "f", "choices": {"names": {"x": 1}}}',
    ),
    ("verify", b'{"path": "repo/work.ipynb", "content": {}, "files": [], "cells": []}'),
    (
        "verify",
        b'{"path": "repo/work.ipynb", "content": {}, "files": [], "cells": [], '
        b'"module": "proj.steps"}',
    ),
    ("reproduce", b'{"path": "repo/work.ipynb", "content": []}'),
    ("reproduce", b'{"path": "repo/work.ipynb", "content": {"nbformat": "4"}}'),
    ("reproduce", b'{"path": "repo/work.ipynb", "content": {"nbformat": 4, "cells": [1]}}'),
]


@pytest.mark.parametrize(
    ("route", "data"), [(route, data) for _, route, _ in WITH_BODY for data in NO_JSON] + BAD_FIELDS
)
async def test_malformed_bodies_are_a_clear_400(post: Post, route: str, data: bytes) -> None:
    status, answer = await post(route, data)
    assert status == 400, answer
    assert set(answer) == {"message"}
    assert answer["message"].endswith(".")
    assert "Traceback" not in answer["message"]


@pytest.mark.parametrize("route", ["check", "targets", "extract", "apply"])
async def test_a_huge_body_is_413(post: Post, route: str) -> None:
    status, answer = await post(route, b'{"path": "' + b"x" * 20_000_001 + b'"}')
    assert status == 413
    assert "20 MB" in answer["message"]


async def test_wrong_verbs_and_unknown_routes(jp_fetch: Any, root: Path) -> None:
    for method, route, body in (("GET", "apply", None), ("PUT", "check", "{}"), ("GET", "x", None)):
        with pytest.raises(HTTPClientError) as refused:
            await jp_fetch("nb-refactor", route, method=method, body=body)
        assert refused.value.code in (404, 405)
