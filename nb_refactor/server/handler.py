"""What all routes share: who may come in, how a body becomes a request, how an answer goes out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import msgspec
from jupyter_core.utils import ensure_async
from jupyter_server.base.handlers import APIHandler
from jupyter_server.extension.handler import ExtensionHandlerMixin
from tornado.web import HTTPError

from nb_refactor.server.contents_path import BadPath, local_path
from nb_refactor.server.messages import ErrorResponse
from nb_refactor.server.translations import speaking
from nb_refactor.text import text

Request = TypeVar("Request")
RESOURCE = "nb_refactor"


class Rejected(HTTPError):
    """An answer of failure that tells why in one sentence, in the language of the request."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(status, sentence)
        self.sentence = sentence


class Handler(ExtensionHandlerMixin, APIHandler):
    """Decodes, answers, and refuses in a sentence. `max_body` is in bytes; `also_needs` are the
    permissions (action, resource) that the same act takes elsewhere in the server."""

    auth_resource = RESOURCE
    max_body: ClassVar[int] = 20_000_000
    also_needs: ClassVar[tuple[tuple[str, str], ...]] = ()

    async def admit(self) -> None:
        """Asks the server's authorizer for what else this act takes."""
        for action, resource in self.also_needs:
            allowed = self.authorizer.is_authorized(self, self.current_user, action, resource)
            if not await ensure_async(allowed):
                told = text(
                    "You may not {action} {resource} on this server.",
                    action=action,
                    resource=resource,
                )
                raise Rejected(403, told)

    def decoded(self, kind: type[Request]) -> Request:
        """The body as a request of this kind; 413 or 400 with a sentence where it is not."""
        body = self.request.body
        if len(body) > self.max_body:
            limit = self.max_body // 1_000_000
            raise Rejected(413, text("The request is larger than {limit} MB.", limit=limit))
        try:
            return msgspec.json.decode(body, type=kind)
        except msgspec.ValidationError as error:
            raise Rejected(400, text("The request is not valid: {why}.", why=error)) from None
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise Rejected(400, text("The request is not JSON: {why}.", why=error)) from None

    def answer(self, value: Any, status: int = 200) -> None:
        """The value as JSON, with its texts in the language that the request asks for."""
        self.set_status(status)
        self.set_header("Content-Type", "application/json")
        self.finish(msgspec.json.encode(value, enc_hook=self.say))

    @property
    def say(self) -> Callable[[Any], str]:
        """Says a text in the language that the request asks for."""
        return speaking(self.request.headers.get("Accept-Language", ""))

    def answer_nothing(self) -> None:
        self.set_status(204)
        self.finish()

    def notebook_file(self, path: str) -> Path:
        """The file of the notebook at this path of the contents API; 400 where there can be
        none."""
        hidden = bool(getattr(self.contents_manager, "allow_hidden", False))
        try:
            return local_path(self.root_dir, path, hidden)
        except BadPath as error:
            raise Rejected(400, error.sentence) from None

    @property
    def root_dir(self) -> str:
        return str(self.settings["server_root_dir"])

    def write_error(self, status_code: int, **options: Any) -> None:
        """One sentence as JSON; what went wrong inside is in the server's log alone."""
        error = options.get("exc_info", (None, None, None))[1]
        message: str = text(
            "The Jupyter server refused this request (status {status}).", status=status_code
        )
        if isinstance(error, Rejected):
            message = error.sentence
        elif isinstance(error, HTTPError) and error.log_message:
            message = error.log_message % error.args
        elif error is not None and not isinstance(error, HTTPError):
            message = text("nb_refactor failed on this request; the server's log says how.")
        self.answer(ErrorResponse(message), status_code)
