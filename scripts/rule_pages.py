"""The manual's pages of the rules, made from the cases that the tests run.

    python scripts/rule_pages.py [--check]

Writes docs/rules/; with `--check` it writes nothing and fails if a page is not as it would be.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
CASES = ROOT / "tests" / "hidden_state" / "cases"
PAGES = ROOT / "docs" / "rules"
FIRST = """# The rules

Each finding of `check`, and of the Hidden State panel, has the code of a rule. The page of a rule
says what it means and what to do, and shows cases: what the kernel ran, the notebook, and what is
said of each cell. The tests run these very cases.

"""


def wanted() -> dict[Path, str]:
    """Every page, by its path."""
    cases = sorted(CASES.glob("*.md"))
    pages = {PAGES / case.name: case.read_text(encoding="utf-8") for case in cases}
    lines = [_line(case.name, pages[PAGES / case.name]) for case in cases]
    pages[PAGES / "index.md"] = FIRST + "\n".join(lines) + "\n"
    return pages


def _line(name: str, page: str) -> str:
    code, _, meaning = page.split("\n", 1)[0].removeprefix("# ").partition(": ")
    return f"- [`{code}`]({name}): {meaning}"


def main(arguments: list[str]) -> int:
    pages = wanted()
    stale = [path for path, text in pages.items() if not _is(path, text)]
    stale += [path for path in PAGES.glob("*.md") if path not in pages]
    if "--check" in arguments:
        for path in stale:
            print(f"{path.relative_to(ROOT)} is not up to date: python scripts/rule_pages.py")
        return 1 if stale else 0
    PAGES.mkdir(parents=True, exist_ok=True)
    for path in stale:
        if path in pages:
            path.write_text(pages[path], encoding="utf-8")
        else:
            path.unlink()
    return 0


def _is(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
