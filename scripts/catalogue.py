"""The catalogues of translations beside the texts of the screen and of the server.

`python scripts/catalogue.py` names the texts that a catalogue lacks, those that nobody says any
more, and those whose translation has other places to fill, and exits 1 where there are any.
`--tidy` drops what nobody says. A locale has two catalogues: `nb_refactor.json` as JupyterLab reads
it (each English text of `src/` with its translations, one for each plural form), and `server.json`
(each template of the server, and each title and description of a setting, with its translation).
What a catalogue lacks is shown in English.
"""

from __future__ import annotations

import argparse
import ast
import json
import re
import string
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
CATALOGUES = ROOT / "nb_refactor" / "locale"
LITERAL = r"""('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
TEXT = re.compile(r"\.__\(\s*" + LITERAL)
PLURAL = re.compile(r"\._n\(\s*" + LITERAL)
PLACE = re.compile(r"%\d")
# What JupyterLab's server has translated of a schema.
SETTING_WORDS = ("title", "description", "jupyter.lab.setting-icon-label")


def screen_texts() -> dict[str, bool]:
    """Every text of the screen, and whether it has plural forms; in the order of the sources."""
    found: dict[str, bool] = {}
    for path in sorted((ROOT / "src").rglob("*.ts*")):
        if ".test." in path.name:
            continue
        source = path.read_text(encoding="utf-8")
        for pattern, is_plural in ((TEXT, False), (PLURAL, True)):
            for match in pattern.finditer(source):
                found.setdefault(ast.literal_eval(match[1]), is_plural)
    return found


def server_texts() -> dict[str, bool]:
    """Every template of the server, and every word of the settings' schemas: none has plural
    forms."""
    found: dict[str, bool] = {}
    for path in sorted((ROOT / "nb_refactor").rglob("*.py")):
        for template in templates(ast.parse(path.read_text(encoding="utf-8"))):
            found.setdefault(template, False)
    for path in sorted((ROOT / "schema").glob("*.json")):
        for word in setting_words(json.loads(path.read_text(encoding="utf-8"))):
            found.setdefault(word, False)
    return found


def templates(tree: ast.Module) -> Iterator[str]:
    """The templates of the calls of `text`. One that is no literal would have no translation."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "text"
        ):
            template = node.args[0]
            if not isinstance(template, ast.Constant):
                raise SystemExit(f"not a literal: {ast.unparse(node)}")
            given = {keyword.arg for keyword in node.keywords}
            wanted = {name for _, name, _, _ in string.Formatter().parse(template.value) if name}
            if given != wanted and None not in given:
                raise SystemExit(f"the values do not fit the places: {ast.unparse(node)}")
            yield template.value


def setting_words(schema: dict[str, Any]) -> Iterator[str]:
    for name in SETTING_WORDS:
        if isinstance(schema.get(name), str):
            yield schema[name]
    for each in schema.get("properties", {}).values():
        yield from setting_words(each)


def screen_places(text: str) -> frozenset[str]:
    return frozenset(PLACE.findall(text))


def server_places(template: str) -> frozenset[str]:
    """The names of the places, with the form that each value takes there."""
    return frozenset(
        f"{name}!{conversion}:{form}"
        for _, name, form, conversion in string.Formatter().parse(template)
        if name is not None
    )


@dataclass(frozen=True)
class Kind:
    """A kind of catalogue: its file, the texts that it must have, and the places in a text."""

    file: str
    texts: Callable[[], dict[str, bool]]
    places: Callable[[str], frozenset[str]]


SCREEN = Kind("nb_refactor.json", screen_texts, screen_places)
SERVER = Kind("server.json", server_texts, server_places)


def catalogues(kind: Kind) -> dict[str, Path]:
    """The catalogue files of a kind by their locale (`ru_RU`)."""
    files = CATALOGUES.glob(f"*/LC_MESSAGES/{kind.file}")
    return {path.parents[1].name: path for path in sorted(files)}


def read(path: Path) -> dict[str, list[str]]:
    """The translations of one catalogue, without its head; of a text without plural forms, one."""
    loaded = json.loads(path.read_text(encoding="utf-8"))
    return {
        text: forms if isinstance(forms, list) else [forms]
        for text, forms in loaded.items()
        if text
    }


def tidy(path: Path, wanted: Iterable[str]) -> None:
    """Drops what nobody says any more, and brings the rest into the order of the sources."""
    whole = json.loads(path.read_text(encoding="utf-8"))
    kept = {text: whole[text] for text in ("", *wanted) if text in whole}
    path.write_text(json.dumps(kept, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def faults(kind: Kind, known: dict[str, list[str]]) -> Iterator[str]:
    wanted = kind.texts()
    for text in wanted:
        if text not in known:
            yield f"lacks: {text}"
            continue
        counted = {"%1"} if len(known[text]) > 1 else set()
        for form in known[text]:
            # In a sentence that counts one thing the number may be left out.
            if not form or kind.places(form) | counted != kind.places(text) | counted:
                yield f"has other places: {text} / {form}"
    for text in known:
        if text not in wanted:
            yield f"still has: {text}"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--tidy", action="store_true", help="drop what nobody says any more")
    options = parser.parse_args()
    found = 0
    for kind in (SCREEN, SERVER):
        for locale, path in catalogues(kind).items():
            if options.tidy:
                tidy(path, kind.texts())
            for fault in faults(kind, read(path)):
                print(f"{locale}/{kind.file} {fault}")
                found += 1
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
