"""Sentences for people that can still be said in another language: each knows the template that it
was made from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any


class Text(str):
    """An English sentence, or a part of one. `template` is the English text with `{name}` in each
    place that `values` fill; a value may be a text of its own. Inside of another sentence it begins
    with a small letter (`is_small`) or ends without a full stop (`is_open`), whatever its template
    does."""

    __slots__ = ("is_open", "is_small", "template", "values")
    template: str
    values: Mapping[str, object]
    is_small: bool
    is_open: bool

    def __new__(
        cls,
        template: str,
        values: Mapping[str, object],
        is_small: bool = False,
        is_open: bool = False,
    ) -> Text:
        made = super().__new__(cls, _shaped(template.format_map(values), is_small, is_open))
        made.template, made.values = template, values
        made.is_small, made.is_open = is_small, is_open
        return made

    def __reduce__(self) -> tuple[type[Text], tuple[str, Mapping[str, object], bool, bool]]:
        return Text, (self.template, self.values, self.is_small, self.is_open)


def _shaped(filled: str, is_small: bool, is_open: bool) -> str:
    if is_open:
        filled = filled.rstrip(".")
    return filled[:1].lower() + filled[1:] if is_small else filled


def text(template: str, /, **values: object) -> Text:
    """The template with these values in its places. Templates are literals: the catalogues of
    translations are kept beside them."""
    return Text(template, values)


def joined(parts: Iterable[str], between: str = "") -> Text:
    """Texts after each other, with the same sign between them."""
    values = {f"part{n}": part for n, part in enumerate(parts)}
    sign = between.replace("{", "{{").replace("}", "}}")
    return Text(sign.join(f"{{{name}}}" for name in values), values)


def lowered(sentence: str) -> str:
    """The sentence as a part of another one: with a small letter first."""
    if isinstance(sentence, Text):
        return Text(sentence.template, sentence.values, True, sentence.is_open)
    return _shaped(sentence, is_small=True, is_open=False)


def unended(sentence: str) -> str:
    """The sentence as a part of another one: without its full stop."""
    if isinstance(sentence, Text):
        return Text(sentence.template, sentence.values, sentence.is_small, True)
    return _shaped(sentence, is_small=False, is_open=True)


def said(value: str, translate: Callable[[str], str]) -> str:
    """The text, and the texts in it, from their translated templates; what is no text of ours is
    left as it is."""
    if not isinstance(value, Text):
        return value
    values = {
        name: said(each, translate) if isinstance(each, str) else each
        for name, each in value.values.items()
    }
    return _shaped(translate(value.template).format_map(values), value.is_small, value.is_open)


def plain(value: Any) -> str:
    """What msgspec is to write where it meets a text: it knows plain strings only."""
    if isinstance(value, Text):
        return str(value)
    raise NotImplementedError(f"{type(value).__name__} has no form in JSON")


class Problem(Exception):
    """What went wrong, in one sentence for people."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
