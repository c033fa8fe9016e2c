"""The server speaks the language of the screen."""

import json
import re
from typing import Any

import pytest
from jupyterlab_server.translation_utils import translator

from nb_refactor.adapters import trial_side
from nb_refactor.refactor.unit_test.recorded_call import RecordedCall
from nb_refactor.refactor.unit_test.trial import Called, Tested, why_not, why_not_passed
from nb_refactor.server.translations import DOMAIN, preferred, speaking

from .conftest import PATH, answered, content, followed

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


def in_russian() -> dict[str, str]:
    """Headers; the fetching adds its own to them."""
    return {"Accept-Language": "ru-RU"}


@pytest.mark.parametrize(
    ("method", "route", "body", "told"),
    [
        ("POST", ["check"], "{", "Запрос — не JSON: "),
        ("GET", ["reproduce", "0" * 32], None, "Такого запуска нет: он старый или с другого"),
        (
            "POST",
            ["reproduce"],
            json.dumps({"path": PATH, "content": {"nbformat": 2}}),
            "Документ: блокнот формата nbformat 2, а читаются форматы начиная с 3.",
        ),
        (
            "POST",
            ["reproduce"],
            json.dumps({"path": "../a.ipynb", "content": {}}),
            "Путь не простой: в нём есть пустая часть или переход вверх.",
        ),
        ("PUT", ["check"], "{}", "Сервер Jupyter отклонил этот запрос (статус 405)."),
    ],
)
@pytest.mark.usefixtures("root")
async def test_failures_are_told_in_the_language_that_is_asked_for(
    jp_fetch: Any, method: str, route: list[str], body: str | None, told: str
) -> None:
    asked = jp_fetch("nb-refactor", *route, method=method, body=body, headers=in_russian())
    status, answer = await answered(asked)
    assert status in (400, 404, 405)
    assert answer["message"].startswith(told)


@pytest.mark.usefixtures("root")
async def test_a_kernel_that_is_not_there_is_told_so(jp_fetch: Any) -> None:
    body = json.dumps({"path": PATH, "content": content(), "kernel": "none"})
    asked = jp_fetch("nb-refactor", "reproduce", method="POST", body=body)
    _, started = await answered(asked)
    await followed(jp_fetch, started["run_id"])
    run = ("nb-refactor", "reproduce", started["run_id"])
    _, answer = await answered(jp_fetch(*run, headers=in_russian()))
    assert answer["report"]["message"] == "Ядра с именем 'none' здесь нет."


@pytest.mark.usefixtures("root")
async def test_the_saved_report_speaks_it_too(jp_fetch: Any) -> None:
    body = json.dumps({"path": PATH, "content": content("7.0\n")})
    _, started = await answered(jp_fetch("nb-refactor", "reproduce", method="POST", body=body))
    await followed(jp_fetch, started["run_id"])
    run = ("nb-refactor", "reproduce", started["run_id"], "report.html")
    russian = (await jp_fetch(*run, headers=in_russian())).body.decode()
    assert '<html lang="ru">' in russian
    assert "Дают ли блокноты то, что в них сохранено?" in russian
    assert "отличается: 1" in russian
    assert "Текст отличается." in russian
    shown = re.sub(
        "<style>.*?</style>|<pre.*?</pre>|<code>.*?</code>|<[^>]*>", "", russian, flags=re.S
    )
    words = set(re.findall("[a-z]{3,}", shown.lower()))
    assert words <= {"repo", "work", "ipynb", "python", "refactor", "text", "plain"}
    english = (await jp_fetch(*run)).body.decode()
    assert '<html lang="en">' in english
    assert "1 different" in english


TRIALS = [
    *dict.fromkeys(trial_side.ACTIONS.values()),
    "writes files (`a.csv`)",
    "takes longer than 10 seconds",
    "ends its process",
    "ends its process: нет памяти",
    "could not be tried: нет памяти",
    "could not be tried: the kernel does not answer",
    "cannot be imported outside of the notebook's folder: нет",
]


@pytest.mark.parametrize("told", TRIALS)
def test_what_the_trial_of_a_test_tells_is_translated(told: str) -> None:
    say = speaking("ru")
    call = RecordedCall("f", False, ())
    for reason in (why_not(call, call, Called(failed=told)), why_not_passed(Tested(failed=told))):
        said = re.sub("`.*?`", "", say(reason))
        assert not re.search("[a-z]", said), said
