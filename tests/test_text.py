"""Sentences that can be said in another language."""

import pickle

import msgspec
import pytest

from nb_refactor.text import Problem, Text, joined, lowered, plain, said, text, unended

RUSSIAN = {"{what} comes from {cell}": "{cell}: источник для {what}", "cell {n}": "ячейка {n}"}


def russian(template: str) -> str:
    return RUSSIAN.get(template, template)


def test_a_text_is_its_english_sentence() -> None:
    sentence = text("{what} comes from {cell}", what="`x`", cell=text("cell {n}", n=3))
    assert sentence == "`x` comes from cell 3"
    assert hash(sentence) == hash("`x` comes from cell 3")


def test_it_is_said_in_another_language_with_the_texts_in_it() -> None:
    sentence = text("{what} comes from {cell}", what="`x`", cell=text("cell {n}", n=3))
    assert said(sentence, russian) == "ячейка 3: источник для `x`"
    assert said("cell {n}", russian) == "cell {n}"
    assert said(text("no such {n:.1e}", n=1.0), russian) == "no such 1.0e+00"


def test_values_with_braces_are_taken_as_they_are() -> None:
    assert text("cell {n}", n="{n}") == "cell {n}"
    assert said(text("cell {n}", n="{x}"), russian) == "ячейка {x}"


def test_texts_are_joined_and_put_into_each_other() -> None:
    both = joined((text("cell {n}", n=1), "{n}", text("cell {n}", n=2)), " {and} ")
    assert both == "cell 1 {and} {n} {and} cell 2"
    assert said(both, russian) == "ячейка 1 {and} {n} {and} ячейка 2"
    inner = lowered(text("Cell {n}", n=3))
    assert (inner, lowered("Plain"), said(inner, lambda _: "Ячейка {n}")) == (
        "cell 3",
        "plain",
        "ячейка 3",
    )


def test_a_sentence_in_another_ends_without_its_full_stop() -> None:
    inner = unended(lowered(text("Cell {n}.", n=3)))
    assert (inner, unended("Plain."), said(inner, lambda _: "Ячейка {n}.")) == (
        "cell 3",
        "Plain",
        "ячейка 3",
    )
    assert said(pickle.loads(pickle.dumps(inner)), lambda _: "Ячейка {n}.") == "ячейка 3"
    assert lowered(unended(text("Cell {n}.", n=3))) == "cell 3"


def test_a_problem_keeps_its_sentence() -> None:
    problem = Problem(text("cell {n}", n=3))
    assert (str(problem), said(problem.sentence, russian)) == ("cell 3", "ячейка 3")


def test_it_goes_between_processes_and_into_json() -> None:
    sentence = text("cell {n}", n=3)
    copy = pickle.loads(pickle.dumps(sentence))
    assert isinstance(copy, Text)
    assert said(copy, russian) == "ячейка 3"
    assert msgspec.json.encode([sentence], enc_hook=plain) == b'["cell 3"]'
    with pytest.raises(NotImplementedError):
        msgspec.json.encode([object()], enc_hook=plain)
