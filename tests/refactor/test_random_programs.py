"""Extracting does not change what a notebook does: random notebooks, run before and after."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from random_programs import Tried, program, try_program


@pytest.mark.parametrize("seed", range(25))
def test_random_notebook_does_the_same_after_extraction(seed: int) -> None:
    tried = Tried()
    try_program(program(random.Random(seed)), tried, random.Random(seed))
    assert tried.wrong is None, tried.wrong
