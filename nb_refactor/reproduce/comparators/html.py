"""HTML: tables cell by cell, pictures inside as pictures, the rest by its text and structure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser

from nb_refactor.reproduce.comparators.comparison import SAME, Comparison, text_differs
from nb_refactor.reproduce.comparators.image import compare_image
from nb_refactor.reproduce.comparators.table import Table, compare_table
from nb_refactor.reproduce.comparators.text import compare_text
from nb_refactor.reproduce.masking import without_random_ids
from nb_refactor.reproduce.tolerance import Tolerance

STYLER = "#T_"
KEPT_ATTRIBUTES = frozenset(
    (
        "src",
        "href",
        "style",
        "colspan",
        "rowspan",
        "value",
        "checked",
        "d",
        "fill",
        "stroke",
        "points",
    )
)
VOID_ELEMENTS = frozenset(("br", "hr", "img", "input", "meta", "link", "source", "col", "wbr"))
PICTURE = re.compile(r"data:image/(?:png|jpe?g|gif);base64,(.*)", re.DOTALL)


@dataclass(frozen=True)
class Page:
    """An HTML output: its text and structure with one line for each piece, in which tables and
    pictures are only named; its tables; its pictures (base64)."""

    text: str
    tables: tuple[Table, ...]
    pictures: tuple[str, ...]


def compare_html(saved: str, fresh: str, tolerance: Tolerance) -> Comparison:
    """The same when its tables, pictures, text and structure are; classes and ids do not count."""
    if saved == fresh:
        return SAME
    old, new = read_page(saved), read_page(fresh)
    if len(old.tables) != len(new.tables):
        why = f"There were {len(old.tables)} tables and now there are {len(new.tables)}."
        return text_differs(why, old.text, new.text)
    answers = [compare_table(a, b, tolerance) for a, b in zip(old.tables, new.tables, strict=True)]
    if len(old.pictures) == len(new.pictures):
        pictures = zip(old.pictures, new.pictures, strict=True)
        compared = (compare_image(a, b, tolerance) for a, b in pictures if a != b)
        answers += [answer.within("image/png") for answer in compared]
    answers.append(compare_text(old.text, new.text, tolerance))
    different = next((answer for answer in answers if answer.why is not None), None)
    if different is not None:
        return different
    return Comparison(notes=tuple(dict.fromkeys(note for a in answers for note in a.notes)))


def read_page(html: str) -> Page:
    """The parts of an HTML output."""
    reader = _Reader()
    reader.feed(without_random_ids(html))
    reader.close()
    reader.end_text()
    text = "\n".join(line for line in reader.lines if line)
    return Page(text, tuple(reader.tables), tuple(reader.pictures))


class _Reader(HTMLParser):
    """Collects the lines, tables and pictures of a page (the parser calls its methods)."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self.tables: list[Table] = []
        self.pictures: list[str] = []
        self._open: list[Table] = []
        self._text: list[str] = []
        self._raw = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("style", "script"):
            self._raw = tag
        if self._open and tag != "table":
            self._in_table(tag, attrs)
            return
        self.end_text()
        if tag == "table":
            self._open.append(Table())
            self.tables.append(self._open[-1])
            self.lines.append(f"<table {len(self.tables)}>")
        elif tag != "style":
            self.lines.append(self._tag_line(tag, attrs))

    def handle_endtag(self, tag: str) -> None:
        if tag in ("style", "script"):
            self.end_text()
            self._raw = ""
        elif self._open and tag in ("td", "th"):
            self._end_cell()
        elif self._open and tag == "thead":
            self._open[-1].heads = len(self._open[-1].rows)
        elif self._open and tag == "table":
            self._open.pop()
        elif not self._open and tag not in VOID_ELEMENTS:
            self.end_text()
            self.lines.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self._text.append(data)

    def end_text(self) -> None:
        text = "".join(self._text)
        self._text = []
        # Style sheets come and go with versions of libraries; those of a Styler hold its colours.
        if self._raw == "style" and STYLER not in text:
            return
        self.lines += [" ".join(line.split()) for line in text.splitlines()]

    def _in_table(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self._text = []
            self._open[-1].rows.append([])
        elif tag in ("td", "th"):
            self._text = []
        elif tag in ("img", "a"):
            self._text.append(f" {self._tag_line(tag, attrs)} ")

    def _end_cell(self) -> None:
        table = self._open[-1]
        if not table.rows:
            table.rows.append([])
        table.rows[-1].append(" ".join("".join(self._text).split()))
        self._text = []

    def _tag_line(self, tag: str, attrs: list[tuple[str, str | None]]) -> str:
        kept = [
            f' {name}="{self._value(name, value or "")}"'
            for name, value in sorted(attrs, key=lambda pair: pair[0])
            if name in KEPT_ATTRIBUTES
        ]
        return f"<{tag}{''.join(kept)}>"

    def _value(self, name: str, value: str) -> str:
        picture = PICTURE.match(value) if name == "src" else None
        if picture is None:
            return " ".join(value.split())
        self.pictures.append(picture[1])
        return f"picture {len(self.pictures)}"
