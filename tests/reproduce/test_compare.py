"""All outputs of a cell together: which belongs to which, what counts, and the cell's outcome."""

from __future__ import annotations

from typing import Any

import pytest
from small_notebooks import error, printed, shown

from nb_refactor.reproduce.compare import compare_cell
from nb_refactor.reproduce.outcome import CellRun, SavedCell, Stop, judge, judge_again
from nb_refactor.reproduce.report import CellOutcome
from nb_refactor.reproduce.tolerance import Tolerance
from nb_refactor.reproduce.verdict import verdict_of

PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
    "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
Outputs = list[dict[str, Any]]


def figure(text: str = "<Figure size 640x480 with 1 Axes>", **data: Any) -> dict[str, Any]:
    return shown(text, **({"image/png": PIXEL} | data))


FRAME = '<table border="1" class="dataframe"><tr><td>1</td></tr></table>'
COUNTS = (
    '<table border="1" class="dataframe"><thead><tr><th></th><th>city</th><th>visits</th></tr>'
    "</thead><tbody><tr><th>0</th><td>Bern</td><td>51</td></tr><tr><th>1</th><td>Thun</td>"
    "<td>1234</td></tr></tbody></table>"
)


NAMED = (
    '<table border="1" class="dataframe"><thead><tr><th></th><th>visits</th></tr>'
    "<tr><th>month</th><th></th></tr></thead><tbody><tr><th>1</th><td>51</td></tr></tbody></table>"
)


def counts(plain: str) -> Outputs:
    """A data frame with this plain text."""
    return [shown(plain, **{"text/html": COUNTS})]


# Its counts as integers, and as objects: pandas leaves no room for a sign above these
INTEGERS = counts("   city  visits\n0  Bern      51\n1  Thun    1234")
OBJECTS = counts("   city visits\n0  Bern     51\n1  Thun   1234")
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg"><text>a</text></svg>'
STYLER = "<pandas.io.formats.style.Styler at 0x7f1234567890>"


def drawn(text: str) -> Outputs:
    return [shown(text, **{"image/svg+xml": DRAWING})]


SAME: dict[str, tuple[Outputs, Outputs]] = {
    "nothing": ([], []),
    "count of the execution": ([shown("1")], [shown("1") | {"execution_count": 9}]),
    "pieces of a stream": ([printed("a\n"), printed("b\n")], [printed("a\nb\n")]),
    "standard error is apart": ([printed("a\n")], [printed("w\n", "stderr"), printed("a\n")]),
    "standard error between": (
        [printed("a\n"), printed("w\n", "stderr"), printed("b\n")],
        [printed("a\nb\n"), printed("v\n", "stderr")],
    ),
    "text as a list of lines": ([printed(["a\n", "b\n"])], [printed("a\nb\n")]),  # type: ignore[arg-type]
    "blank stream": ([], [printed("\n")]),
    "description of a picture": ([figure()], [figure("<matplotlib.figure.Figure at 0x7f12>")]),
    "a picture's description by another version": (
        [figure("<Figure size 432x288 with 1 Axes>")],
        [figure("<Figure size 640x480 with 1 Axes>")],
    ),
    "Pillow gives no address any more": (
        [figure("<PIL.Image.Image image mode=RGB size=1x1 at 0x7F8812AB34C0>")],
        [figure("<PIL.Image.Image image mode=RGB size=1x1>")],
    ),
    "a class that moved to another module": (
        drawn("<graphviz.dot.Digraph at 0x7f1234567890>"),
        drawn("<graphviz.graphs.Digraph at 0x7f1234567899>"),
    ),
    "one richer form more": ([shown("a")], [shown("a", **{"text/html": "<b>a</b>"})]),
    "plain text of a table": (
        [shown("   a\n0  1", **{"text/html": FRAME})],
        [shown("  a \\\n0 1", **{"text/html": FRAME})],
    ),
    "a data frame in several lines": (
        INTEGERS,
        counts("   city  \\\n0  Bern   \n1  Thun   \n\n   visits  \n0      51  \n1    1234  "),
    ),
    "a data frame that is set wider": (
        INTEGERS,
        counts("     city    visits\n0    Bern        51\n1    Thun      1234"),
    ),
    "result or display": ([shown("a")], [shown("a") | {"output_type": "display_data"}]),
    "unknown type of output": ([{"output_type": "strange"}, shown("1")], [shown("1")]),
    "the same error": ([error("KeyError", "'a'")], [error("KeyError", "'a'")]),
}
# what differs: (saved, fresh, where, what kind, part of the sentence)
DIFFERENT: dict[str, tuple[Outputs, Outputs, int, str, str]] = {
    "value": ([printed("a"), shown("1")], [printed("a"), shown("2")], 1, "text/plain", "differs"),
    "output gone": ([printed("a"), shown("1")], [shown("1")], 0, "stream", "is gone"),
    "output new": ([shown("1")], [printed("a"), shown("1")], 0, "stream", "is new"),
    "integers that became objects": (
        INTEGERS,
        OBJECTS,
        0,
        "text/plain",
        "Column 'visits' looks the same, but its dtype is no longer numeric.",
    ),
    "integers of a frame with a named index": (
        [shown("       visits\nmonth\n1          51", **{"text/html": NAMED})],
        [shown("      visits\nmonth\n1         51", **{"text/html": NAMED})],
        0,
        "text/plain",
        "is no longer numeric",
    ),
    "integers of a frame in several lines": (
        counts("   city  \\\n0  Bern   \n1  Thun   \n\n   visits  \n0      51  \n1    1234  "),
        counts("   city  \\\n0  Bern   \n1  Thun   \n\n  visits  \n0     51  \n1   1234  "),
        0,
        "text/plain",
        "is no longer numeric",
    ),
    "objects that became integers": (OBJECTS, INTEGERS, 0, "text/plain", "is numeric now"),
    "picture gone": (
        [figure()],
        [shown("<Figure size 640x480 with 1 Axes>")],
        0,
        "image/png",
        "gone",
    ),
    "picture for text": ([shown("1")], [printed("1")], 0, "text/plain", "printed text"),
    "error new": ([shown("1")], [error("KeyError", "'a'")], 0, "text/plain", "now raises KeyError"),
    "error gone": ([error("KeyError", "'a'")], [shown("1")], 0, "error", "raises nothing"),
    "another error": ([error("KeyError")], [error("NameError")], 0, "error", "now raises"),
    "order": ([printed("a"), shown("1")], [shown("1"), printed("a")], 0, "stream", "is now"),
    "what HTML of a class's own does not show": (
        [shown("[====] 4/4", **{"text/html": "<progress value=4>"})],
        [shown("[    ] 4/4", **{"text/html": "<progress value=4>"})],
        0,
        "text/plain",
        "differs",
    ),
    "what a drawing does not show": (
        drawn("Tree(depth=1)"),
        drawn("Tree(depth=2)"),
        0,
        "text/plain",
        "differs",
    ),
    "what a picture does not show": (
        [figure("<Tree depth=1>")],
        [figure("<Tree depth=2>")],
        0,
        "text/plain",
        "differs",
    ),
    "another class beside the same drawing": (
        drawn("<graphviz.dot.Graph at 0x7f1234567890>"),
        drawn("<graphviz.dot.Digraph at 0x7f1234567890>"),
        0,
        "text/plain",
        "differs",
    ),
    "what a formula does not show": (
        [shown("Symbol('x')", **{"text/latex": "$x$"})],
        [shown("Symbol('x', real=True)", **{"text/latex": "$x$"})],
        0,
        "text/plain",
        "differs",
    ),
    "what Markdown does not show": (
        [shown("Note(1)", **{"text/markdown": "**a**"})],
        [shown("Note(2)", **{"text/markdown": "**a**"})],
        0,
        "text/plain",
        "differs",
    ),
    "what a table that is no data frame does not show": (
        [shown("Model(a=1)", **{"text/html": "<table><tr><td>1</td></tr></table>"})],
        [shown("Model(a=2)", **{"text/html": "<table><tr><td>1</td></tr></table>"})],
        0,
        "text/plain",
        "differs",
    ),
    "a form gone, and its description left": (
        [shown(STYLER, **{"text/html": FRAME})],
        [shown(STYLER)],
        0,
        "text/plain",
        "was shown as",
    ),
    "no form in common": (
        [{"output_type": "display_data", "data": {"text/html": "a"}, "metadata": {}}],
        [{"output_type": "display_data", "data": {"text/latex": "a"}, "metadata": {}}],
        0,
        "text/html",
        "was shown as",
    ),
    "widget by its text": (
        [
            shown(
                "IntSlider(value=1)",
                **{"application/vnd.jupyter.widget-view+json": {"model_id": "a"}},
            )
        ],
        [
            shown(
                "IntSlider(value=2)",
                **{"application/vnd.jupyter.widget-view+json": {"model_id": "b"}},
            )
        ],
        0,
        "text/plain",
        "differs",
    ),
}


@pytest.mark.parametrize(("saved", "fresh"), SAME.values(), ids=SAME)
def test_same(saved: Outputs, fresh: Outputs) -> None:
    assert compare_cell(saved, fresh, Tolerance()).differences == ()


@pytest.mark.parametrize(
    ("saved", "fresh", "place", "mime", "why"), DIFFERENT.values(), ids=DIFFERENT
)
def test_different(saved: Outputs, fresh: Outputs, place: int, mime: str, why: str) -> None:
    first = compare_cell(saved, fresh, Tolerance()).differences[0]
    assert (first.output, first.mime) == (place, mime)
    assert why in first.why


def test_standard_error_counts_when_asked() -> None:
    saved, fresh = [printed("old\n", "stderr")], [printed("new\n", "stderr")]
    assert not compare_cell(saved, fresh, Tolerance()).differences
    assert compare_cell(saved, fresh, Tolerance(stderr=True)).differences[0].mime == "stderr"


def saved_cell(
    *outputs: Any, source: str = "x", tags: Any = (), count: int | None = 1
) -> SavedCell:
    return SavedCell("a", source, tags, outputs, count)


FRESH = CellRun((shown("1"),), 0.5)
RAISED = CellRun((error("KeyError", "'a'"),), 0.5, ("KeyError", "'a'"))
TIMED_OUT = CellRun((), 9.0, stop=Stop("timeout", "The cell ran longer than 9 seconds."))


@pytest.mark.parametrize(
    ("cell", "run", "has_saved", "status"),
    [
        (saved_cell(shown("1")), FRESH, True, "same"),
        (saved_cell(shown("2")), FRESH, True, "different"),
        (saved_cell(), FRESH, True, "different"),
        (saved_cell(count=None), FRESH, True, "no_saved_output"),
        (saved_cell(), FRESH, False, "no_saved_output"),
        (saved_cell(), CellRun(), False, "same"),
        (saved_cell(shown("1")), RAISED, True, "error"),
        (saved_cell(count=None), RAISED, True, "error"),
        (saved_cell(error("KeyError", "'a'")), RAISED, True, "same"),
        (saved_cell(error("KeyError", "'b'")), RAISED, True, "different"),
        (saved_cell(count=None, tags=("raises-exception",)), RAISED, True, "no_saved_output"),
        (saved_cell(shown("2"), tags=("nb-refactor: ignore-output",)), FRESH, True, "same"),
        (saved_cell(shown("2"), source="# NBVAL_IGNORE_OUTPUT\nx"), FRESH, True, "same"),
        (saved_cell(shown("2"), tags=("nb-refactor: ignore-output",)), RAISED, True, "error"),
        (saved_cell(shown("1")), TIMED_OUT, True, "error"),
        (saved_cell(shown("1")), CellRun((shown("1"),), dropped=9), True, "different"),
    ],
)
def test_outcome(cell: SavedCell, run: CellRun, has_saved: bool, status: str) -> None:
    outcome = judge(cell, run, Tolerance(), has_saved=has_saved)
    assert (outcome.status, outcome.seconds) == (status, run.seconds)
    assert bool(outcome.error) == (run.raised is not None or run.stop is not None)


def test_a_second_run_that_agrees_leaves_it_different() -> None:
    outcome = judge(saved_cell(shown("2")), FRESH, Tolerance(), has_saved=True)
    assert judge_again(outcome, FRESH, FRESH, Tolerance()).status == "different"
    another = CellRun((shown("3"),))
    assert judge_again(outcome, FRESH, another, Tolerance()).status == "unstable"
    assert judge_again(outcome, FRESH, TIMED_OUT, Tolerance()).status == "different"


@pytest.mark.parametrize(
    ("statuses", "has_saved", "verdict"),
    [
        (["same", "same"], True, "reproduced"),
        (["same", "no_saved_output"], True, "reproduced"),
        (["no_saved_output"], False, "no_outputs"),
        ([], False, "no_outputs"),
        (["same", "not_run"], True, "reproduced"),
        (["same", "different"], True, "different"),
        (["unstable"], True, "different"),
        (["different", "error", "not_run"], True, "error"),
    ],
)
def test_verdict(statuses: list[Any], has_saved: bool, verdict: str) -> None:
    outcomes = [CellOutcome(str(n), status) for n, status in enumerate(statuses)]
    assert verdict_of(outcomes, has_saved=has_saved) == verdict
