"""What is remembered of notebooks from one check to the next."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from nb_refactor.server.memories import Memories


def test_a_check_that_comes_during_another_one_goes_on_with_its_memory() -> None:
    memories = Memories()
    begun, go_on = threading.Event(), threading.Event()

    def first() -> object:
        with memories.of("a") as memory:
            begun.set()
            assert go_on.wait(60)
            return memory

    def second() -> object:
        with memories.of("a") as memory:
            return memory

    with ThreadPoolExecutor() as pool:
        one = pool.submit(first)
        assert begun.wait(60)
        other = pool.submit(second)
        with memories.of("b"):
            assert not other.done()
        go_on.set()
        assert one.result(60) is other.result(60)


def test_a_check_that_fails_leaves_no_memory_and_keeps_nobody_waiting() -> None:
    memories = Memories()
    with pytest.raises(ValueError, match="half done"), memories.of("a") as failed:
        raise ValueError("half done")
    with memories.of("a") as memory:
        assert memory is not failed


def test_the_notebooks_that_were_checked_last_are_remembered() -> None:
    memories = Memories(most=2)
    known = {}
    for path in ("a", "b", "a", "c"):
        with memories.of(path) as known[path]:
            pass
    with memories.of("a") as memory:
        assert memory is known["a"]
    with memories.of("b") as memory:
        assert memory is not known["b"]
