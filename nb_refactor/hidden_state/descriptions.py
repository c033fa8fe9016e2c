"""What each rule means and what to do about it, in words: as the manual's pages begin. A test holds
the two together."""

from __future__ import annotations

from dataclasses import dataclass

from nb_refactor.hidden_state.finding import Severity


@dataclass(frozen=True, slots=True)
class Description:
    """How severe a rule's findings are, its heading, what it means, and what to do."""

    severity: Severity
    heading: str
    meaning: str
    what_to_do: str


DESCRIPTIONS: dict[str, Description] = {
    "rerun": Description(
        "error",
        "run more than once, and each run builds on the last",
        (
            "The cell changes something that it reads itself: each run starts from what the"
            " run before left. A fresh run does it once."
        ),
        (
            "Run the cells from the one that makes the value, in order. Better: write the "
            "cell so that it starts from the original each time (`total = total_before + 1`"
            " instead of `total += 1`)."
        ),
    ),
    "deleted-cell": Description(
        "error",
        "the code is no longer in the notebook",
        (
            "A value lives on in the kernel after the cell that made it was deleted, or "
            "after its code was replaced in a console. The outputs on the screen depend on "
            "code that nobody can read any more; after a restart they are gone, or "
            "different."
        ),
        (
            "Bring the deleted cell back (its source is in the kernel's history), or take "
            "the value from code that is in the notebook and run the cell again."
        ),
    ),
    "defined-below": Description(
        "error",
        "defined further down",
        (
            "The cell reads a name that only a cell further down defines. It worked because"
            " that cell had run before. A run from top to bottom stops here with a "
            "`NameError`."
        ),
        ("Move the defining cell up, above the cell that reads it."),
    ),
    "inherited": Description(
        "warning",
        "taken from a cell that is not fresh",
        (
            "The cell itself is in order: it reads what it would read in a fresh run, but "
            "the cell that made the value is not fresh. Such a cell is called *affected*, "
            "and told quietly."
        ),
        ("Mend the cell that it comes from, and run this one again."),
    ),
    "edited-source": Description(
        "error",
        "the value comes from an earlier version of a cell",
        (
            "The cell that made the value was edited after it ran. What this cell shows "
            "still comes from the version that ran."
        ),
        ("Run the edited cell, then this one."),
    ),
    "out-of-order": Description(
        "error",
        "run in another order than from top to bottom",
        (
            "Other cells made the value than would make it from top to bottom: a cell "
            "further down ran first, or a cell above ran later."
        ),
        (
            "Run the cells concerned again from top to bottom, or move them into the order "
            "in which they belong."
        ),
    ),
    "ran-again": Description(
        "warning",
        "the source ran again since",
        (
            "The cell that made the value ran once more after this cell had read it, and "
            "gave something else."
        ),
        ("Run this cell again."),
    ),
    "undefined-name": Description(
        "error",
        "nothing defines the name",
        (
            "The cell reads a name that no cell above it defines, and none below it either."
            " A run from top to bottom stops here with a `NameError`."
        ),
        (
            "Define the name in a cell above, or correct its spelling. If the cell that "
            "defined it was deleted while a kernel was running, "
            "[deleted-cell](deleted-cell.md) offers to bring it back."
        ),
    ),
    "other-value": Description(
        "warning",
        "may be another value",
        (
            "The value may be another one in a fresh run, for a reason that none of the "
            "other rules can name."
        ),
        ("Restart the kernel and run to this cell."),
    ),
    "edited": Description(
        "error",
        "changed since it ran",
        (
            "The cell's code is not the code that ran: what it shows, and what it defined, "
            "come from an earlier version."
        ),
        ("Run the cell again, and the cells that depend on it."),
    ),
    "not-python": Description(
        "info",
        "the cell cannot be read",
        (
            "The cell is not valid Python (a typing error, Python 2, another language "
            "without its `%%` line), so nothing can be said about it, and nothing is."
        ),
        ("Correct the cell; a cell of notes belongs into a Markdown cell."),
    ),
    "opaque": Description(
        "info",
        "the code may read or define anything",
        (
            "`exec`, `%run`, `globals()` and their like read and define names that nobody "
            "can read off the code. What they are given as a plain text in the cell is read"
            " as code; for the rest the cell is said to be unknown rather than fresh. So is a "
            "cell whose functions call each other in too many ways to follow them all."
        ),
        (
            "Where there is a plain way to write it, write it that way. Else only a run "
            "tells: *Run top to bottom and compare*."
        ),
    ),
    "unseeded-random": Description(
        "info",
        "random numbers without a seed",
        (
            "Two fresh runs draw different numbers, so the saved outputs cannot be "
            "reproduced. This is a hazard: it does not change the cell's state."
        ),
        (
            "Set a seed at the top of the notebook, or better: draw from a generator of "
            "your own, `rng = np.random.default_rng(1)`."
        ),
    ),
    "clock": Description(
        "info",
        "reads the clock",
        (
            "What the cell gives depends on when it runs. This is a hazard: it does not "
            "change the cell's state."
        ),
        ("Where the date belongs to the analysis, write it down: `today = date(2024, 5, 1)`."),
    ),
    "network": Description(
        "info",
        "reads from the network",
        (
            "The answer may be another one tomorrow, or there may be none. This is a "
            "hazard: it does not change the cell's state."
        ),
        ("Keep a copy of what was read beside the notebook, and read that."),
    ),
    "absolute-path": Description(
        "info",
        "a path of this machine",
        (
            "On another machine the path leads nowhere. This is a hazard: it does not "
            "change the cell's state."
        ),
        ("Keep data in the repository, and name it relative to the notebook."),
    ),
    "missing-file": Description(
        "info",
        "reads a file that is not there, or is not in the repository",
        (
            "On another machine, or after a fresh clone, a run stops there. This is a "
            "hazard: it does not change the cell's state. The command line looks for the "
            "files beside the notebook."
        ),
        ("Add the file to the repository, or write down in the notebook where it comes from."),
    ),
    "missing-package": Description(
        "info",
        "imports a package that is not installed",
        (
            "A fresh run stops at the import. This is a hazard: it does not change the "
            "cell's state. The command line looks for the packages where it is installed "
            "itself; where it finds none of the notebook's packages, the notebook runs "
            "elsewhere, and nothing is said."
        ),
        ("Install the package, and write it down among what the project needs."),
    ),
    "shadowed-builtin": Description(
        "info",
        "hides a name of Python",
        (
            "After `list = [1, 2]` every `list(…)` further down fails, in cells that look "
            "right. This is a hazard: it does not change the cell's state."
        ),
        ("Take another name."),
    ),
    "global-data": Description(
        "info",
        "a function reads the notebook's data",
        (
            "The function takes data from the notebook instead of as an argument: what it "
            "gives depends on which cells have run. Such functions are the first to "
            "extract. This is a hazard: it does not change the cell's state."
        ),
        ("Give it the data as an argument. *Extract to module…* does that."),
    ),
}
