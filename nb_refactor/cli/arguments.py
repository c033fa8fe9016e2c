"""The options of every command. Bad ones end in one sentence, not in a page of usage."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import NoReturn

from nb_refactor import __version__
from nb_refactor.cli.failure import Failure

FORMATS = ("text", "json", "sarif", "github")
EPILOG = (
    "Exit codes: 0 fine (clean, applied, reproduces), 1 the answer is no (findings, refused, does "
    "not reproduce), 2 the request cannot be carried out."
)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise Failure(f"{message[:1].upper()}{message[1:]}. See {self.prog} --help.")


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The options, with the function to call in `command`. Raises Failure."""
    parser = _Parser(
        prog="nb-refactor",
        description="Find hidden state in notebooks, move their code to modules, reproduce them.",
        epilog=EPILOG,
    )
    parser.add_argument("--version", action="version", version=f"nb-refactor {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    _add_check(commands)
    _add_extract(commands)
    _add_reproduce(commands)
    _add_outlines(commands)
    return parser.parse_args(arguments)


def _add_check(commands: argparse._SubParsersAction[_Parser]) -> None:
    check = commands.add_parser(
        "check",
        help="say which cells a fresh top-to-bottom run would not give, and why",
        description="Say which cells depend on hidden state. Nothing is executed. Notes alone "
        "(severity info) leave the exit code at 0.",
        epilog=EPILOG,
    )
    _add_notebooks(check)
    check.add_argument(
        "--history",
        metavar="FILE",
        help="what the kernel ran, as JSON: a list of [session, execution_count, source]",
    )
    check.add_argument("--format", choices=FORMATS, help="text (the default), json, sarif, github")
    check.add_argument("--json", action="store_true", help="the same as --format json")
    _add_settings(check)
    check.set_defaults(command=_check)


def _add_settings(check: argparse.ArgumentParser) -> None:
    settings = check.add_argument_group(
        "settings", "These take the place of [tool.nb_refactor] in the pyproject.toml above."
    )
    settings.add_argument(
        "--select", action="append", metavar="RULES", help="tell only these rules (comma-separated)"
    )
    settings.add_argument(
        "--ignore", action="append", metavar="RULES", help="do not tell these (comma-separated)"
    )
    settings.add_argument(
        "--exclude",
        action="append",
        metavar="PATTERN",
        help="leave these paths out (a pattern as in .gitignore; again for more)",
    )
    settings.add_argument("--no-config", action="store_true", help="read no pyproject.toml")


def _add_extract(commands: argparse._SubParsersAction[_Parser]) -> None:
    extract = commands.add_parser(
        "extract",
        help="move a cell's code into a function of a module",
        description="Move the code of a cell into a function of a module, and call it instead.",
        epilog=EPILOG,
    )
    extract.add_argument("notebook", metavar="NOTEBOOK")
    extract.add_argument(
        "--cell",
        action="append",
        metavar="ID",
        help="the cell's id, or #N for the Nth code cell; again for more (contiguous) cells; of a "
        "Markdown cell all cells under its heading are meant",
    )
    extract.add_argument(
        "--all",
        action="store_true",
        help="every cell that is worth a function, named for its heading or comment",
    )
    extract.add_argument(
        "--to", required=True, metavar="PACKAGE.MODULE:FUNCTION", help="with --all: PACKAGE.MODULE"
    )
    _add_choices(extract)
    extract.add_argument(
        "--root", metavar="DIR", help="the repository (default: the one that holds the notebook)"
    )
    extract.add_argument(
        "--verify",
        action="store_true",
        help="first run both versions in fresh kernels; write nothing if they differ",
    )
    extract.add_argument(
        "--with-test",
        action="store_true",
        help="write a unit test too, with the values of a fresh run of the notebook up to the call",
    )
    extract.add_argument("--dry-run", action="store_true", help="show it and write nothing")
    extract.add_argument("--json", action="store_true", help="the change set as JSON")
    extract.set_defaults(command=_extract)


def _add_choices(extract: argparse.ArgumentParser) -> None:
    choices = extract.add_argument_group("the function")
    choices.add_argument(
        "--lines", type=_lines, metavar="FIRST-LAST", help="only the statements on these lines"
    )
    choices.add_argument(
        "--rename",
        action="append",
        default=[],
        type=_renaming,
        metavar="OLD=NEW",
        help="another name for a parameter or a returned value in the function",
    )
    choices.add_argument(
        "--parameters", default="", metavar="NAMES", help="their order, comma-separated"
    )
    choices.add_argument(
        "--no-defaults",
        action="store_true",
        help="make no constant of the notebook a default value",
    )


def _add_reproduce(commands: argparse._SubParsersAction[_Parser]) -> None:
    reproduce = commands.add_parser(
        "reproduce",
        help="run notebooks top to bottom and compare with their saved outputs",
        description="Run each notebook from top to bottom in a fresh kernel, in its own folder, "
        "and compare with its saved outputs. The files stay as they are.",
        epilog=EPILOG,
    )
    _add_notebooks(reproduce)
    reproduce.add_argument(
        "-j", "--jobs", type=_whole, default=1, metavar="N", help="run N notebooks at once"
    )
    reproduce.add_argument(
        "--dask", metavar="ADDRESS", help="run them on the Dask cluster whose scheduler is there"
    )
    reproduce.add_argument(
        "--timeout", type=_seconds, metavar="SECONDS", help="time limit for each notebook"
    )
    reproduce.add_argument(
        "--cell-timeout", type=_seconds, metavar="SECONDS", help="time limit for each cell"
    )
    reproduce.add_argument("--kernel", metavar="NAME", help="use this kernelspec for all")
    reproduce.add_argument(
        "--twice", action="store_true", help="run again where it differs, to tell unstable cells"
    )
    reproduce.add_argument(
        "--scratch",
        action="store_true",
        help="run in a copy of the project, so that no file is overwritten",
    )
    reproduce.add_argument(
        "--tolerance",
        type=_share,
        metavar="SHARE",
        help="how far floating point numbers may be apart, of their value (default: 1e-6)",
    )
    reproduce.add_argument("--junit", metavar="FILE", help="write a JUnit XML report")
    reproduce.add_argument(
        "--html", metavar="FILE", help="write all differences as one HTML page, pictures included"
    )
    reproduce.add_argument(
        "--record",
        metavar="FILE",
        help="write what the runs depended on as JSON: files, packages, programs, addresses",
    )
    reproduce.add_argument(
        "--requirements",
        metavar="FILE",
        help="write the packages that the notebooks need, with their versions, for pip",
    )
    reproduce.add_argument("--json", action="store_true", help="the report as JSON")
    reproduce.set_defaults(command=_reproduce)


def _add_outlines(commands: argparse._SubParsersAction[_Parser]) -> None:
    candidates = commands.add_parser(
        "candidates",
        help="rank the cells that are worth extracting, with the reasons",
        description="Rank the cells, and groups of cells, that are worth extracting to a module. "
        "What the extraction would refuse is left out. Nothing is executed.",
        epilog=EPILOG,
    )
    outline = commands.add_parser(
        "map",
        help="say which names flow from which cell to which",
        description="Say which names flow from which cell to which when the notebook runs from "
        "top to bottom. Nothing is executed.",
        epilog=EPILOG,
    )
    for parser, command in ((candidates, _candidates), (outline, _map)):
        parser.add_argument("notebook", metavar="NOTEBOOK")
        parser.add_argument("--json", action="store_true", help="the answer as JSON")
        parser.set_defaults(command=command)


def _add_notebooks(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "notebooks",
        nargs="+",
        metavar="NOTEBOOK",
        help="an .ipynb file, or a directory with all in it",
    )


def _lines(text: str) -> tuple[int, int]:
    first, dash, last = text.partition("-")
    try:
        lines = int(first), int(last if dash else first)
    except ValueError:
        lines = 0, 0
    if not 0 < lines[0] <= lines[1]:
        raise argparse.ArgumentTypeError(f"“{text}” is not a line or a range of lines like 3-7")
    return lines


def _renaming(text: str) -> tuple[str, str]:
    old, sign, new = text.partition("=")
    if not sign or not old.isidentifier():
        raise argparse.ArgumentTypeError(f"“{text}” is not of the form OLD=NEW")
    return old, new


def _whole(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"“{text}” is not a whole number from 1 up")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"“{text}” is not a number of seconds above 0")
    return seconds


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share < 1:
        raise argparse.ArgumentTypeError(f"“{text}” is not a number from 0 up to 1")
    return share


def _check(options: argparse.Namespace) -> int:
    from nb_refactor.cli.check_command import run

    return run(options)


def _extract(options: argparse.Namespace) -> int:
    from nb_refactor.cli.extract_command import run

    return run(options)


def _reproduce(options: argparse.Namespace) -> int:
    from nb_refactor.cli.reproduce_command import run

    return run(options)


def _candidates(options: argparse.Namespace) -> int:
    from nb_refactor.cli.outline_commands import candidates

    return candidates(options)


def _map(options: argparse.Namespace) -> int:
    from nb_refactor.cli.outline_commands import map_

    return map_(options)
