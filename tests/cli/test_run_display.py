"""How far runs have come: a bar on a terminal."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from .notebooks import content, write

pty = pytest.importorskip("pty")


def on_a_terminal(*arguments: str, cwd: Path) -> tuple[bytes, str]:
    """Standard output, and what a terminal at standard error was sent."""
    import fcntl
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    command = [sys.executable, "-m", "nb_refactor", *arguments]
    with subprocess.Popen(command, cwd=cwd, stdout=subprocess.PIPE, stderr=theirs) as process:
        os.close(theirs)
        sent = b""
        while chunk := _read(ours):
            sent += chunk
        os.close(ours)
        assert process.stdout is not None
        return process.stdout.read(), sent.decode()


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 4096)
    except OSError:  # the other end is closed
        return b""


def test_a_terminal_has_a_bar_that_is_gone_at_the_end(tmp_path: Path) -> None:
    write(tmp_path / "a.ipynb", content())
    write(tmp_path / "b.ipynb", content("7.0\n"))
    answer, sent = on_a_terminal("reproduce", ".", "--twice", cwd=tmp_path)
    assert answer.startswith(b"a.ipynb: reproduced")
    frames = [frame.strip() for frame in sent.split("\r")]
    counts = [int(frame.partition("/")[0]) for frame in frames if "/6 cells |" in frame]
    assert counts == sorted(counts)
    assert (counts[0], counts[-1]) == (0, 6)
    assert any("[..D] different" in frame for frame in frames)
    assert frames[-1] == ""
