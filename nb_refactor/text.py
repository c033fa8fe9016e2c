"""Sentences for people that can still be said in another language: each knows the template that it
was made from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Text(str):
    """An English sentence, or a part of one. `template` is the English text with `{name}` in each
    place that `values` fill; a value may be a text of its own."""

    __slots__ = ("template", "values")
    template: str
    values: dict[str, object]

    def __new__(cls, template: str, values: dict[str, object]) -> Text:
        made = super().__new__(cls, template.format_map(values))
        made.template, made.values = template, values
        return made

    def __reduce__(self) -> tuple[type[Text], tuple[str, dict[str, object]]]:
        return Text, (self.template, self.values)


def text(template: str, /, **values: object) -> Text:
    """The template with these values in its places. Templates are literals: the catalogues of
    translations are kept beside them."""
    return Text(template, values)


def said(value: str, translate: Callable[[str], str]) -> str:
    """The text, and the texts in it, from their translated templates; what is no text of ours is
    left as it is."""
    if not isinstance(value, Text):
        return value
    values = {
        name: said(each, translate) if isinstance(each, str) else each
        for name, each in value.values.items()
    }
    return translate(value.template).format_map(values)


def plain(value: Any) -> str:
    """What msgspec is to write where it meets a text: it knows plain strings only."""
    if isinstance(value, Text):
        return str(value)
    raise NotImplementedError(f"{type(value).__name__} has no form in JSON")
