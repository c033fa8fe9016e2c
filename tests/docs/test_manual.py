"""The manual names every rule, refusal and option that there is, and its links lead somewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from nb_refactor.hidden_state.rules import RULES
from nb_refactor.refactor.refusal import REFUSALS

PROJECT = Path(__file__).parents[2]
DOCS = PROJECT / "docs"
PAGES = sorted([*PROJECT.glob("*.md"), *DOCS.glob("*.md"), PROJECT / "example" / "README.md"])
LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def first_column(page: str) -> set[str]:
    """The codes that the tables of a page list."""
    return set(re.findall(r"^\| `([^`]+)` \|", (DOCS / page).read_text("utf-8"), re.MULTILINE))


def anchors(page: Path) -> set[str]:
    """The places in a page that a link can name."""
    headings = HEADING.findall(page.read_text("utf-8"))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_rule_has_its_row() -> None:
    assert {rule.code for rule in RULES} <= first_column("hidden-state.md")


def test_every_refusal_has_its_row() -> None:
    assert first_column("extraction.md") == set(REFUSALS)


@pytest.mark.parametrize("command", ["check", "extract", "reproduce"])
def test_every_option_is_told(command: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "nb_refactor", command, "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    options = set(re.findall(r"--[a-z-]+", ran.stdout)) - {"--help"}
    told = (DOCS / "command-line.md").read_text("utf-8")
    section = told.split(f"\n## {command}\n")[1].split("\n## ")[0]
    assert options <= set(re.findall(r"--[a-z-]+", section)) | {"--jobs"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(PROJECT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    for path, anchor in LINK.findall(page.read_text("utf-8")):
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), path
        assert not anchor or anchor in anchors(target), f"{path}#{anchor}"
