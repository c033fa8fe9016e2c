"""A cell that is called fresh is as in a fresh run, and a mend makes its cell so: tried on sessions
that are really played."""

from random import Random

import pytest

from .exec_oracle import broken_mends, flagged_after_restart, shrunk, tell, told, wrong
from .random_session import Session, Step, random_session

BATCHES = 8
IN_A_BATCH = 15


@pytest.mark.parametrize("batch", range(BATCHES))
def test_no_cell_is_called_fresh_that_is_not(batch: int) -> None:
    for number in range(IN_A_BATCH):
        session = random_session(Random(batch * 1_000 + number))
        if wrong(session) is not None:
            small = shrunk(session)
            verdict = wrong(small)
            assert verdict is not None
            pytest.fail(tell(small, verdict))


@pytest.mark.parametrize("batch", range(BATCHES))
def test_a_mend_that_is_carried_out_makes_its_cell_fresh(batch: int) -> None:
    """Restarts included."""
    for number in range(IN_A_BATCH):
        session = random_session(Random(batch * 1_000 + number))
        assert not list(broken_mends(session)), told(session)


def test_a_cell_that_unbinds_a_name_twice_is_as_in_a_fresh_run() -> None:
    """It raises NameError on a name that was there when it began."""
    document = (("a", "n = 1"), ("b", "for i in range(2):\n    del n"))
    assert flagged_after_restart(Session(document, (), seen=True)) == []


def test_a_name_that_an_endless_loop_unbinds_and_then_does_not_find() -> None:
    loop = "i = 0\nwhile True:\n    i += 1\n    del n"
    session = Session((("b", loop),), (Step("a", "n = 1"), Step("b", loop)), seen=False)
    assert wrong(session) is None
