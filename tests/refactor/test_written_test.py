"""The text of a unit test, from a call that was recorded."""

import ast
import inspect
from typing import Any

import msgspec
import pytest

from nb_refactor.adapters import recording_side, value_side
from nb_refactor.refactor.unit_test.file_edit import file_with_tests, new_functions
from nb_refactor.refactor.unit_test.file_names import name_of_test
from nb_refactor.refactor.unit_test.recorded_call import RecordedCall
from nb_refactor.refactor.unit_test.trial import (
    Called,
    Tested,
    attempts,
    completed,
    obstacle,
    why_not,
    why_not_passed,
)
from nb_refactor.refactor.unit_test.written_test import Subject, written_test


def recorded(function: Any, *args: Any, **kwargs: Any) -> RecordedCall:
    recorder = recording_side.Recorder(value_side.record)
    recorder.wrapped(function)(*args, **kwargs)
    (call,) = recorder.calls.values()
    return msgspec.convert(call, RecordedCall)


def text(call: RecordedCall, *returns: str, folder: str | None = None, existing: str = "") -> str:
    subject = Subject("proj.steps", call.function, returns, "work/a.ipynb", folder)
    name = name_of_test(call.function, existing)
    test = written_test(subject, call, name, existing)
    edit = file_with_tests("tests/test_steps.py", existing or None, "proj.steps", [test])
    assert edit.after
    ast.parse(edit.after)
    return edit.after


def total(values: list[int], scale: float = 1.0) -> float:
    return sum(values) * scale


def change(values: list[int], other: list[int]) -> None:
    values.append(len(other))


def test_a_whole_file() -> None:
    assert text(recorded(total, [1, 2], scale=0.5), "mean") == inspect.cleandoc(
        '''
        """Tests of proj.steps, with values that notebooks gave."""

        import pytest
        from proj.steps import total


        def test_total():
            """As in a run of work/a.ipynb."""
            values = [1, 2]

            mean = total(values, scale=0.5)

            assert mean == pytest.approx(1.5)
        '''
    ) + "\n"  # fmt: skip


def test_two_arguments_that_are_one_object_stay_one() -> None:
    xs = [1]
    written = text(recorded(change, xs, xs))
    assert "change(values, values)" in written
    assert "assert values == [1, 1]" in written


def test_in_the_notebooks_folder() -> None:
    written = text(recorded(total, [1]), folder="work")
    assert "def test_total(monkeypatch):" in written
    assert 'monkeypatch.chdir(Path(__file__).parents[1] / "work")' in written


def test_no_name_hides_another() -> None:
    def pytest(total: list[float], pytest: int = 1) -> float:
        return total[0] * pytest

    written = text(recorded(pytest, [0.5]), "pytest")
    space: dict[str, Any] = {}
    (definition,) = [n for n in ast.parse(written).body if isinstance(n, ast.FunctionDef)]
    bound = {n.id for n in ast.walk(definition) if isinstance(n, ast.Name)
             and isinstance(n.ctx, ast.Store)}  # fmt: skip
    assert "pytest" not in bound, (written, space)


def test_imports_of_names_that_the_file_uses_otherwise_go_into_the_test() -> None:
    existing = "from elsewhere import total\n\npytest = None\n\n\ndef test_total():\n    total()\n"
    written = text(recorded(total, [1], scale=0.5), existing=existing)
    assert written.startswith(existing)
    assert "def test_total_2():" in written
    assert "    import pytest\n    from proj.steps import total\n" in written


def test_the_functions_that_are_new_in_a_module() -> None:
    before = "def a():\n    return 1\n"
    after = before + "\n\nclass C:\n    pass\n\n\nasync def b(x):\n    y = z = x\n    return y, z\n"
    after += "\n\ndef c():\n    return 1 + 1\n"
    assert [(f.name, f.returns) for f in new_functions(before, after)] == [
        ("b", ("y", "z")),
        ("c", ()),
    ]
    assert new_functions(None, "def broken(:") == ()


def test_few_rows_are_tried_before_many() -> None:
    call = recorded(total, list(range(1000)))
    tried = [len(each.arguments[0].value.items) for each in attempts(call)]
    assert tried == [5, 12, 40]
    assert [each.arguments for each in attempts(recorded(total, [1]))] == [
        recorded(total, [1]).arguments
    ]


def test_only_the_first_rows_of_a_call_say_so() -> None:
    call = recorded(total, list(range(1000)))
    few = next(attempts(call))
    written = text(completed(few, recorded(total, [0, 1, 2, 3, 4])))
    assert "Given the first 5 rows of what it gets in work/a.ipynb." in written
    assert "values = [0, 1, 2, 3, 4]" in written


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (object(), "(object) cannot be written as a literal"),
        ({n: n for n in range(100)}, "(dict of 100) is too large"),
        (["/data/x.csv"], "has an absolute path ('/data/x.csv')"),
        ("/", ""),
        ("a/b", ""),
    ],
)
def test_what_is_in_the_way_is_told(value: Any, words: str) -> None:
    def take(value: Any) -> int:
        return 1

    told = obstacle(recorded(take, value))
    assert words in told
    assert bool(words) == bool(told)


CALL = recorded(total, [1])
OUTCOMES = [
    (Called(CALL), ""),
    (Called(failed="takes longer than 60 seconds"), "it takes longer than 60 seconds"),
    (Called(CALL, refused=("writes files (`a`)",)), "it writes files (`a`)"),
    (Called(CALL, refused=("starts programs",)), ""),
    (Called(CALL, raised="PermissionError: …", refused=("starts programs",)), "starts programs"),
    (Called(None, raised="ValueError: no"), "it raises ValueError: no outside of the notebook"),
    (Called(recorded(total, [2])), "its argument `values` cannot be written exactly"),
    (Called(msgspec.structs.replace(CALL, result=recorded(total, [2]).result)),
     "it gives something else"),
]  # fmt: skip


@pytest.mark.parametrize(("called", "words"), OUTCOMES)
def test_why_there_is_no_test_is_told(called: Called, words: str) -> None:
    told = why_not(CALL, CALL, called)
    assert words in told
    assert bool(words) == bool(told)


@pytest.mark.parametrize(
    ("tested", "words"),
    [
        (Tested(passed=True), ""),
        (Tested(raised="AssertionError: "), "did not pass: the function gives something else"),
        (Tested(raised="ModuleNotFoundError: No module named 'pytest'"), "pytest is not installed"),
        (Tested(raised="NameError: x"), "the test was tried and raised NameError: x"),
        (Tested(failed="ends its process"), "the test ends its process"),
    ],
)
def test_why_a_test_is_not_written_is_told(tested: Tested, words: str) -> None:
    assert words in why_not_passed(tested)
    assert bool(words) == bool(why_not_passed(tested))
