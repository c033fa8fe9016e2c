"""The catalogues of translations for what the server says, and for the descriptions of settings.

A catalogue is one JSON file beside the one that JupyterLab reads for the browser: each English
template with its translation.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jupyterlab_server.translation_utils import TranslationBundle, translator

from nb_refactor.text import Text, plain, said

DOMAIN = "nb_refactor"
CATALOGUES = Path(__file__).parents[1] / "locale"
NAME = "LC_MESSAGES/server.json"
NOTHING: Mapping[str, str] = {}


def speaking(languages: str) -> Callable[[Any], str]:
    """What msgspec is to write for each text, for a request with this `Accept-Language`."""
    templates = catalogue(preferred(languages))
    if not templates:
        return plain

    def translated(value: Any) -> str:
        if not isinstance(value, Text):
            return plain(value)
        return said(value, lambda template: templates.get(template, template))

    return translated


def preferred(languages: str) -> str:
    """The first of the languages of an `Accept-Language` header, as a locale (`ru_RU`)."""
    first = languages.partition(",")[0].partition(";")[0].strip()
    return first.replace("-", "_")


@cache
def catalogue(locale: str) -> Mapping[str, str]:
    """The templates of a locale by the English ones; of a language alone (`ru`), those of its
    first locale; none where it has no catalogue."""
    language = locale.partition("_")[0].lower()
    found = sorted(CATALOGUES.glob(f"*/{NAME}"))
    of_language = [path for path in found if path.parts[-3].lower().startswith(f"{language}_")]
    exact = [path for path in of_language if path.parts[-3].lower() == locale.lower()]
    for path in (exact or of_language)[:1]:
        read: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
        return read
    return NOTHING


class SettingTexts(TranslationBundle):
    """Our own translations of the settings' titles and descriptions: JupyterLab looks for such in
    its language packs only."""

    def update_locale(self, locale_: str) -> None:
        self._locale = locale_

    def pgettext(self, msgctxt: str, msgid: str) -> str:
        return catalogue(self._locale).get(msgid, msgid)


def translate_settings() -> None:
    """Has JupyterLab's server translate our schemas; where it keeps its translations otherwise,
    they stay in English."""
    bundles = getattr(translator, "_TRANSLATORS", None)
    if isinstance(bundles, dict):
        bundles[DOMAIN] = SettingTexts(DOMAIN, translator._LOCALE)
