"""The server speaks the language of the screen."""

import json
from typing import Any

import pytest
from jupyterlab_server.translation_utils import translator

from nb_refactor.server.translations import DOMAIN, preferred

from .conftest import answered

CELLS = [{"cell_id": "a", "source": "print(missing)"}]
BODY = json.dumps({"path": "none.ipynb", "notebook": {"cells": CELLS}})


async def first_message(jp_fetch: Any, languages: str | None) -> str:
    headers = {} if languages is None else {"Accept-Language": languages}
    asked = jp_fetch("nb-refactor", "check", method="POST", body=BODY, headers=headers)
    _, answer = await answered(asked)
    return next(f["message"] for cell in answer["cells"] for f in cell["findings"])


@pytest.mark.parametrize("languages", ["ru-RU", "ru", "ru-RU,en;q=0.5", "RU-ru"])
async def test_findings_are_told_in_the_language_that_is_asked_for(
    jp_fetch: Any, languages: str
) -> None:
    message = await first_message(jp_fetch, languages)
    assert message == "Ничто в блокноте не определяет `missing`: новый запуск здесь остановится."


@pytest.mark.parametrize("languages", [None, "en", "de-DE,ru;q=0.5", "*", "../..", ""])
async def test_any_other_language_is_answered_in_english(
    jp_fetch: Any, languages: str | None
) -> None:
    message = await first_message(jp_fetch, languages)
    assert message == "Nothing in the notebook defines `missing`: a fresh run stops here."


def test_the_first_language_counts() -> None:
    assert preferred("ru-RU;q=0.9, en") == "ru_RU"


async def test_jupyterlab_translates_our_settings(jp_fetch: Any) -> None:
    await answered(jp_fetch("nb-refactor", "version"))
    schema = {
        "title": "Hidden state",
        "jupyter.lab.internationalization": {"domain": DOMAIN},
        "properties": {"delay": {"title": "Delay", "default": 20}},
    }
    try:
        translator.set_locale("ru_RU")
        translated = translator.translate_schema(json.loads(json.dumps(schema)))
    finally:
        translator.set_locale("en")
    assert translated["title"] == "Скрытое состояние"
    assert translated["properties"]["delay"]["title"] == "Задержка"
    assert translator.translate_schema(schema)["title"] == "Hidden state"
