"""What is said of a rule elsewhere is what its page in the manual says."""

from __future__ import annotations

import pytest

from nb_refactor.hidden_state.descriptions import DESCRIPTIONS
from nb_refactor.hidden_state.rules import RULES
from nb_refactor.hidden_state.selection import CODES

from .case_files import CASES

ADVICE = "**What to do.** "


def test_each_rule_has_its_description() -> None:
    assert list(DESCRIPTIONS) == list(CODES)
    for rule in RULES:
        assert DESCRIPTIONS[rule.code].severity == rule.severity


@pytest.mark.parametrize("code", CODES)
def test_a_description_is_the_beginning_of_its_page(code: str) -> None:
    page = (CASES / f"{code}.md").read_text(encoding="utf-8")
    heading, meaning, *others = (text.replace("\n", " ") for text in page.split("\n\n"))
    told = DESCRIPTIONS[code]
    assert heading == f"# {code}: {told.heading}"
    assert meaning == told.meaning
    assert ADVICE + told.what_to_do in others
