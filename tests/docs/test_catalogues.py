"""The translations fit the texts: the same places for values, one form for each plural."""

import json
import re

import pytest

from scripts import catalogue

PLURAL_FORMS = {"ru_RU": 3}


@pytest.mark.parametrize("locale", catalogue.catalogues())
def test_translations_keep_the_places_of_values(locale: str) -> None:
    known = catalogue.read(catalogue.catalogues()[locale])
    assert known
    for text, forms in known.items():
        wanted = set(catalogue.PLACE.findall(text)) | ({"%1"} if len(forms) > 1 else set())
        for form in forms:
            assert form, text
            # In a sentence that counts one thing the number may be left out.
            assert set(catalogue.PLACE.findall(form)) <= wanted, text
            assert set(catalogue.PLACE.findall(text)) - {"%1"} <= set(
                catalogue.PLACE.findall(form)
            ), text


@pytest.mark.parametrize("locale", catalogue.catalogues())
def test_plural_texts_have_all_forms(locale: str) -> None:
    path = catalogue.catalogues()[locale]
    head = json.loads(path.read_text(encoding="utf-8"))[""]
    assert re.search(r"nplurals=(\d)", head["plural_forms"])[1] == str(PLURAL_FORMS[locale])
    known = catalogue.read(path)
    for text, is_plural in catalogue.texts().items():
        if text in known:
            assert len(known[text]) == (PLURAL_FORMS[locale] if is_plural else 1), text


@pytest.mark.parametrize("locale", catalogue.catalogues())
def test_nearly_everything_is_translated(locale: str) -> None:
    known = catalogue.read(catalogue.catalogues()[locale])
    texts = catalogue.texts()
    assert sum(1 for text in texts if text in known) > 0.8 * len(texts)
