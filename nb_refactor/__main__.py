"""`python -m nb_refactor` is the command `nb-refactor`."""

import sys

from nb_refactor.cli import main

if __name__ == "__main__":
    sys.exit(main())
