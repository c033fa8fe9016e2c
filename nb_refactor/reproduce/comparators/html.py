"""HTML: tables cell by cell, pictures inside as pictures, the rest by its text and structure."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import unquote

from nb_refactor.reproduce.comparators.comparison import SAME, Comparison, text_differs
from nb_refactor.reproduce.comparators.image import compare_image
from nb_refactor.reproduce.comparators.table import Table, compare_table
from nb_refactor.reproduce.comparators.table_grid import CellShape
from nb_refactor.reproduce.comparators.text import compare_text
from nb_refactor.reproduce.random_ids import ids_of
from nb_refactor.reproduce.tolerance import Tolerance
from nb_refactor.text import text

# Style sheets of libraries come and go with their versions; a Styler's (`#T_`) hold its colours.
STYLER = "#T_"
LIBRARY_STYLES = re.compile(
    r"\.dataframe\b|[.#]sk-|\.xr-|\.jp-|\.jupyter|\.bk\b|\.bk-|\.plotly|\.vega-|\.mpld3|\.tqdm"
    r"|\.rendered_html|\.output_|\.animation\b|^\s*/\* |^\s*progress\b",
    re.MULTILINE,
)
STYLE_SHEET = re.compile(r"<style\b[^>]*>(.*?)</style\s*>", re.DOTALL | re.IGNORECASE)
CLASS_RULE = re.compile(r"\.(-?[A-Za-z_][\w-]*)")
# What names parts of a page, or serves programs that read it out, and shows nothing
NAMES = re.compile(
    r"id|class|for|name|role|tabindex|lang|dir|rel|target|scope|xmlns|version|autocomplete"
    r"|referrerpolicy|sandbox|loading|decoding|crossorigin|allow[a-z]*|frameborder"
    r"|data-(?!html$).*|(?:aria-|xmlns:).*|on[a-z]+|border|h?v?align"
)
# Elements of a table that its rows and cells stand for
LAYOUT = frozenset(("tr", "td", "th", "thead", "tbody", "tfoot", "colgroup", "col", "caption"))
VOID_ELEMENTS = frozenset(("br", "hr", "img", "input", "meta", "link", "source", "col", "wbr"))
PICTURE = re.compile(r"data:image/(?:png|jpe?g|gif);base64,(.*)", re.DOTALL)
INNER_PAGE = re.compile(
    r"(?:data:text/html[^,]{0,80};base64,|(?=PCFET0NUWVBF))(?P<encoded>.*)"  # "<!DOCTYPE"
    r"|(?:data:text/html[^,]{0,80},)?(?P<plain>(?:<|%3C).*)",
    re.DOTALL,
)


@dataclass(frozen=True)
class Page:
    """An HTML output: its text and structure with one line for each piece, in which tables and
    pictures are only named; its tables; its pictures (base64)."""

    text: str
    tables: tuple[Table, ...]
    pictures: tuple[str, ...]


def compare_html(saved: str, fresh: str, tolerance: Tolerance) -> Comparison:
    """The same when its tables, pictures, text and structure are; ids do not count, classes only
    where the page's own style sheet says what they look like."""
    if saved == fresh:
        return SAME
    old, new = read_page(saved), read_page(fresh)
    if len(old.tables) != len(new.tables):
        why = text(
            "There were {saved} tables and now there are {fresh}.",
            saved=len(old.tables),
            fresh=len(new.tables),
        )
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
    reader = _Reader(html)
    reader.read(html)
    text = "\n".join(line for line in reader.lines if line)
    return Page(text, tuple(reader.tables), tuple(reader.pictures))


def _is_own(style_sheet: str) -> bool:
    return STYLER in style_sheet or not LIBRARY_STYLES.search(style_sheet)


class _Reader(HTMLParser):
    """Collects the lines, tables and pictures of a page (the parser calls its methods)."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self.tables: list[Table] = []
        self.pictures: list[str] = []
        self._ids = ids_of(html)
        own = (sheet for sheet in STYLE_SHEET.findall(html) if _is_own(sheet))
        self._styled = {name for sheet in own for name in CLASS_RULE.findall(sheet)}
        self._open: list[Table] = []
        self._text: list[str] = []
        self._look: list[str] = []
        self._shape = CellShape()
        self._raw = ""

    def read(self, html: str) -> None:
        self.feed(html)
        self.close()
        self.end_text()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("style", "script"):
            self._raw = tag
        if self._open and tag != "table":
            self._in_table(tag, attrs)
            return
        self.end_text()
        if tag == "table":
            is_frame = "dataframe" in (dict(attrs).get("class") or "").split()
            self._open.append(Table(is_exact=is_frame))
            self.tables.append(self._open[-1])
            self.lines.append(f"<table {len(self.tables)}>")
        elif tag != "style":
            if tag == "pre":
                self._raw = tag
            self.lines.append(self._tag_line(tag, attrs))

    def handle_endtag(self, tag: str) -> None:
        if tag == self._raw:
            self.end_text()
            self._raw = ""
        if tag in ("style", "script"):
            return
        if self._open and tag in ("td", "th"):
            self._end_cell()
        elif self._open and tag == "caption":
            self.end_text()
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
        if self._raw == "style" and not _is_own(text):
            return
        if self._raw in ("style", "script"):
            text = self._ids.renamed(text)
        if self._raw == "pre":
            self.lines += [line.rstrip() for line in text.splitlines()]
        else:
            self.lines += [" ".join(line.split()) for line in text.splitlines()]

    def _in_table(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self._open[-1].begin_row()
            self._look = []
        if tag in ("tr", "td", "th"):
            self._text = []
        if tag in ("td", "th"):
            self._shape = _shape(tag, dict(attrs))
        if tag in ("style", "script"):
            return
        line = self._tag_line(tag, attrs)
        if tag in ("img", "a"):
            self._text.append(f" {line} ")
        elif tag not in LAYOUT or line != f"<{tag}>":
            self._look.append(line)

    def _end_cell(self) -> None:
        table, text = self._open[-1], "".join(self._text)
        if not table.is_exact:
            lines = (line.strip() for line in text.splitlines())
            text = " ".join(line for line in lines if line)
        table.add_cell(text, " ".join(self._look), self._shape)
        self._text = []
        self._look = []

    def _tag_line(self, tag: str, attrs: list[tuple[str, str | None]]) -> str:
        kept = [
            f' {name}="{self._value(name, value or "")}"'
            for name, value in sorted(attrs, key=lambda pair: pair[0])
            if not NAMES.fullmatch(name)
        ]
        classes = [name for key, value in attrs if key == "class" for name in (value or "").split()]
        styled = [f".{name}" for name in classes if name in self._styled]
        return f"<{tag}{''.join(styled)}{''.join(kept)}>"

    def _value(self, name: str, value: str) -> str:
        picture = PICTURE.match(value) if name == "src" else None
        if picture is not None:
            self.pictures.append(picture[1])
            return f"picture {len(self.pictures)}"
        inner = _inner_page(name, value)
        if inner is not None:
            return self._within(inner)
        return self._ids.renamed(" ".join(value.split()))

    def _within(self, html: str) -> str:
        """The text of a page in this page; its tables and pictures are added to those of this."""
        reader = _Reader(html)
        reader.tables, reader.pictures = self.tables, self.pictures
        reader.read(html)
        return "\n".join(line for line in reader.lines if line)


def _shape(tag: str, attributes: Mapping[str, str | None]) -> CellShape:
    columns, rows = (_span(attributes.get(name)) for name in ("colspan", "rowspan"))
    return CellShape(columns, rows, tag == "th")


def _span(value: str | None) -> int:
    """The number in a `colspan` or `rowspan`; what is none counts as 1."""
    return int(value) if value and re.fullmatch(r"[0-9]{1,5}", value.strip()) else 1


def _inner_page(name: str, value: str) -> str | None:
    """The HTML that an attribute holds, as of a map or a report in a frame of its own."""
    if name == "srcdoc":
        return value
    found = INNER_PAGE.match(value) if name in ("src", "data-html") else None
    if found is None:
        return None
    if found["plain"] is not None:
        return unquote(found["plain"])
    try:
        return base64.b64decode(found["encoded"]).decode()
    except (binascii.Error, ValueError):
        return None
