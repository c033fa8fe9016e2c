"""The manual's pages of the rules and of the constructs, made from the cases that the tests run.

    python scripts/rule_pages.py [--check]

Writes docs/rules/ and docs/constructs/; with `--check` it writes nothing and fails if a page is not
as it would be.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
CASES = ROOT / "tests" / "hidden_state" / "cases"
DOCS = ROOT / "docs"
RULES = """# The rules

Each finding of `check`, and of the Hidden State panel, has the code of a rule. The page of a rule
says what it means and what to do, and shows cases: what the kernel ran, the notebook, and what is
said of each cell. The tests run these very cases.

"""
CONSTRUCTS = """# The constructs

How the hidden-state check understands each construct of Python, its libraries and IPython: what
the kernel ran, the notebook, and what is said of each cell. Beside each case that is told stands
one that looks like it and is harmless. The tests run these very cases.

"""
# The folder of the cases, the folder of the pages, and how their index begins.
FOLDERS = (
    (CASES, DOCS / "rules", RULES),
    (CASES / "constructs", DOCS / "constructs", CONSTRUCTS),
)


def wanted() -> dict[Path, str]:
    """Every page, by its path."""
    pages: dict[Path, str] = {}
    for folder, target, first in FOLDERS:
        texts = {
            case.name: case.read_text(encoding="utf-8") for case in sorted(folder.glob("*.md"))
        }
        pages |= {target / name: text for name, text in texts.items()}
        lines = [_line(name, text) for name, text in texts.items()]
        pages[target / "index.md"] = first + "\n".join(lines) + "\n"
    return pages


def _line(name: str, page: str) -> str:
    code, _, meaning = page.split("\n", 1)[0].removeprefix("# ").partition(": ")
    return f"- [`{code}`]({name}): {meaning}"


def main(arguments: list[str]) -> int:
    pages = wanted()
    stale = [path for path, text in pages.items() if not _is(path, text)]
    for _, target, _ in FOLDERS:
        stale += [path for path in target.glob("*.md") if path not in pages]
    if "--check" in arguments:
        for path in stale:
            print(f"{path.relative_to(ROOT)} is not up to date: python scripts/rule_pages.py")
        return 1 if stale else 0
    for _, target, _ in FOLDERS:
        target.mkdir(parents=True, exist_ok=True)
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
