"""What is proposed for extraction, and what is not."""

from nb_refactor.change import ChangeSet
from nb_refactor.notebook import Cell, Notebook
from nb_refactor.refactor.candidates import Candidate, candidates
from nb_refactor.refactor.extract_function.destination import Destination
from nb_refactor.refactor.extract_function.extract import extract


def notebook(*sources: str) -> Notebook:
    """Cells c1, c2 …; a source that begins with # and a blank is Markdown."""
    return Notebook(
        tuple(
            Cell(f"c{n}", source, "markdown" if source.startswith("# ") else "code")
            for n, source in enumerate(sources, start=1)
        )
    )


def found(*sources: str) -> dict[tuple[str, ...], Candidate]:
    return {each.cell_ids: each for each in candidates(notebook(*sources)).candidates}


def kinds(candidate: Candidate) -> set[str]:
    return {reason.kind for reason in candidate.reasons}


CLEAN = """\
frame = frame.dropna()
frame["ratio"] = frame["a"] / frame["b"]
frame = frame[frame["ratio"] > 0]
frame = frame.sort_values("ratio")
best = frame.head(10)
worst = frame.tail(10)"""


def test_functions_and_what_many_cells_use_come_first() -> None:
    ranked = candidates(
        notebook(
            "import pandas as pd",
            "def area(r):\n    return 3 * r * r",
            "a = area(1)\nb = area(2)",
            "c = area(a)\nprint(c)",
        )
    ).candidates
    assert ranked[0].cell_ids == ("c2",)
    assert kinds(ranked[0]) >= {"defines_functions", "reused"}


def test_a_long_cell_that_reads_one_name() -> None:
    only = found("import pandas as pd\nframe = pd.read_csv('x.csv')", "# Clean", CLEAN, "best")
    assert kinds(only["c3",]) == {"long", "reads_few_names"}
    assert only["c3",].heading == "Clean"
    assert only["c3",].parameters == ("frame",)
    assert only["c3",].returns == ("frame", "best")


def test_what_has_no_code_of_its_own_is_none() -> None:
    assert not found("import os", "alpha = 1\nbeta = [2, 3]\nnames = {'a': 1}", "alpha", "print(1)")


def test_what_extraction_refuses_is_none() -> None:
    body = "\n".join(f"v{n} = other({n})" for n in range(9))
    assert ("c1",) not in found(f"exec('x = 1')\n{body}", "v1 + v2", "v3 + v4")
    assert not found("def f(:\n  pass", "f(1)", "f(2)")


def test_names_that_only_a_stage_needs_make_a_group() -> None:
    ranked = found(
        "rows = open('t.txt').read().split()",
        "numbers = [int(row) for row in rows]\nsquares = [n * n for n in numbers]",
        "total = sum(squares)\nlimit = max(squares)",
        "print(total)",
        "print(limit, total)",
    )
    group = next(each for ids, each in ranked.items() if len(ids) > 1)
    assert "stage" in kinds(group)
    stage = next(reason for reason in group.reasons if reason.kind == "stage")
    assert "squares" in stage.names


def test_a_cell_that_only_shows_something_is_no_part_of_a_stage() -> None:
    above = "import pandas as pd\nframe = pd.read_csv('x.csv')"
    assert all(len(ids) == 1 for ids in found(above, "# Clean", CLEAN, "best"))


def test_the_same_statements_twice() -> None:
    twice = "top = frame.head(3)\nshown = top.round(2)\nlabel = str(len(shown))\nprint(label)"
    assert "repeated" in kinds(found("frame = load()", twice, twice)["c2",])


def test_a_change_in_place_is_not_pure() -> None:
    body = "kept = [n for n in rows if n]\nfirst = kept[0]\nlast = kept[-1]\nmiddle = kept[1]"
    above = "rows = [int(n) for n in open('t.txt')]"
    assert "pure" in kinds(found(above, body, "print(first, last)", "first + last")["c2",])
    changed = found(above, f"rows.append(1)\n{body}", "print(first, last)", "first + last")["c2",]
    assert "pure" not in kinds(changed)


def test_every_candidate_can_be_extracted() -> None:
    whole = notebook(
        "import math",
        "values = [math.sqrt(n) for n in range(20)]\nmean = sum(values) / len(values)",
        "spread = [v - mean for v in values]\nwidth = max(spread) - min(spread)",
        "for v in spread:\n    print(v)\n    print(width)\n    print(mean)",
        "print(mean, width)",
    )
    proposed = candidates(whole).candidates
    assert proposed
    place = Destination("steps", "step", "steps.py")
    for each in proposed:
        assert isinstance(extract(whole, each.cell_ids, place), ChangeSet)


def test_another_language_has_none() -> None:
    assert candidates(Notebook(notebook(CLEAN).cells, "r")).candidates == ()
