"""The command line: `nb-refactor check | extract | reproduce | candidates | map`.

Exit codes: 0 fine, 1 the answer is no, 2 the request cannot be carried out (with one sentence on
standard error). JSON goes to standard output alone.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence

from nb_refactor.cli.arguments import parse
from nb_refactor.cli.failure import CANNOT, Failure

INTERRUPTED = 130
DEBUG = "NB_REFACTOR_DEBUG"
# A command is soon over, and most of what it makes lives as long: looking for garbage seldom pays.
OBJECTS_BETWEEN_COLLECTIONS = 200_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; answers its exit code."""
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    try:
        options = parse(arguments)
        code: int = options.command(options)
        sys.stdout.flush()
        return code
    except Failure as failure:
        _say(str(failure))
        return CANNOT
    except KeyboardInterrupt:
        _say("Stopped.")
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CANNOT
    except Exception as error:
        if os.environ.get(DEBUG):
            raise
        name = type(error).__name__
        _say(f"This is a bug in nb-refactor ({name}: {error}); {DEBUG}=1 shows where.")
        return CANNOT


def _say(sentence: str) -> None:
    line = " ".join(sentence.split())
    print(f"nb-refactor: {line}", file=sys.stderr)
