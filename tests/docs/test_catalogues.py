"""The translations fit the texts: the same places for values, one form for each plural."""

import ast
import json
import re

import pytest

from scripts import catalogue
from scripts.catalogue import SCREEN, SERVER, Kind

PLURAL_FORMS = {"ru_RU": 3}
OF_SCREEN = catalogue.catalogues(SCREEN)


@pytest.mark.parametrize("kind", [SCREEN, SERVER], ids=lambda kind: kind.file)
@pytest.mark.parametrize("locale", OF_SCREEN)
def test_every_text_is_translated_with_its_places(kind: Kind, locale: str) -> None:
    known = catalogue.read(catalogue.catalogues(kind)[locale])
    assert list(catalogue.faults(kind, known)) == []


@pytest.mark.parametrize("locale", OF_SCREEN)
def test_plural_texts_have_all_forms(locale: str) -> None:
    path = OF_SCREEN[locale]
    head = json.loads(path.read_text(encoding="utf-8"))[""]
    assert re.search(r"nplurals=(\d)", head["plural_forms"])[1] == str(PLURAL_FORMS[locale])
    known = catalogue.read(path)
    for text, is_plural in catalogue.screen_texts().items():
        assert len(known[text]) == (PLURAL_FORMS[locale] if is_plural else 1), text


def test_a_catalogue_that_does_not_fit_is_told() -> None:
    kind = Kind("", lambda: {"{a} is": False, "new": False}, SERVER.places)
    assert list(catalogue.faults(kind, {"{a} is": ["{b}"], "old": ["old"]})) == [
        "has other places: {a} is / {b}",
        "lacks: new",
        "still has: old",
    ]
    for call in ("text(made_up)", "text('{a}', b=1)"):
        with pytest.raises(SystemExit):
            list(catalogue.templates(ast.parse(call)))
