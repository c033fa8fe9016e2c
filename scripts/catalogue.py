"""The catalogues of translations beside the texts in `src/`.

`python scripts/catalogue.py` names the texts that a catalogue lacks and those that nobody says any
more, and exits 1 where there are any. `--tidy` drops the latter. A catalogue is one JSON file as
JupyterLab reads it: each English text with its translations, one for each plural form. What a
catalogue lacks is shown in English.
"""

from __future__ import annotations

import argparse
import ast
import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
CATALOGUES = ROOT / "nb_refactor" / "locale"
LITERAL = r"""('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
TEXT = re.compile(r"\.__\(\s*" + LITERAL)
PLURAL = re.compile(r"\._n\(\s*" + LITERAL)
PLACE = re.compile(r"%\d")


def texts() -> dict[str, bool]:
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


def catalogues() -> dict[str, Path]:
    """The catalogue files by their locale (`ru_RU`)."""
    files = CATALOGUES.glob("*/LC_MESSAGES/nb_refactor.json")
    return {path.parents[1].name: path for path in sorted(files)}


def read(path: Path) -> dict[str, list[str]]:
    """The translations of one catalogue, without its head."""
    loaded = json.loads(path.read_text(encoding="utf-8"))
    return {text: forms for text, forms in loaded.items() if text}


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--tidy", action="store_true", help="drop what nobody says any more")
    options = parser.parse_args()
    wanted = texts()
    faults = 0
    for locale, path in catalogues().items():
        known = read(path)
        missing = [text for text in wanted if text not in known]
        gone = [text for text in known if text not in wanted]
        if options.tidy:
            whole = json.loads(path.read_text(encoding="utf-8"))
            kept = {text: forms for text, forms in whole.items() if text not in gone}
            path.write_text(json.dumps(kept, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
            gone = []
        for what, found in (("lacks", missing), ("still has", gone)):
            for text in found:
                print(f"{locale} {what}: {text}")
        faults += len(missing) + len(gone)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
