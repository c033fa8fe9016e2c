"""Which kernels have the server's own Python."""

import os
import sys

import pytest

from nb_refactor.server.live_lacking import is_own_python

HERE = os.path.dirname(sys.executable)


@pytest.mark.parametrize(
    ("argv", "own"),
    [
        (["python", "-m", "ipykernel_launcher"], True),
        (["python3", "-m", "ipykernel_launcher"], True),
        ([os.path.join(HERE, "python3"), "-m", "ipykernel_launcher"], True),
        (["/opt/envs/other/bin/python", "-m", "ipykernel_launcher"], False),
        (["conda", "run", "python"], False),
        ([], False),
    ],
)
def test_the_kernel_s_command_tells_its_python(argv: list[str], own: bool) -> None:
    assert is_own_python(argv) is own
