"""SVG: the drawing's elements in order, with its random ids renamed and its metadata left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree

from nb_refactor.reproduce.comparators.comparison import SAME, Comparison, text_differs
from nb_refactor.reproduce.comparators.text import closeness_notes, compare_text
from nb_refactor.reproduce.tokens import compare_tokens
from nb_refactor.reproduce.tolerance import Tolerance
from nb_refactor.text import text

REFERENCE = re.compile(r"#([\w.:-]+)")
LEFT_OUT = frozenset(("metadata", "title", "desc"))


def compare_svg(saved: str, fresh: str, tolerance: Tolerance) -> Comparison:
    """The same when all elements, attributes and texts are, numbers within the tolerance."""
    if saved == fresh:
        return SAME
    old, new = _drawing(saved), _drawing(fresh)
    if old is None or new is None:
        return compare_text(saved, fresh, tolerance)
    closeness = compare_tokens(old, new, tolerance)
    if closeness.same:
        return Comparison(notes=closeness_notes(closeness.relative))
    return text_differs(text("The drawing differs."), old, new)


def _drawing(svg: str) -> str | None:
    """One line for each element; `None` when the SVG is not well-formed or defines entities
    (which could grow without bounds)."""
    if "<!ENTITY" in svg:
        return None
    try:
        root = ElementTree.fromstring(svg)
    except (ElementTree.ParseError, ValueError):
        return None
    lines = list(_lines(root, 0))
    names: dict[str, str] = {}
    for element in root.iter():
        if "id" in element.attrib:
            names.setdefault(element.attrib["id"], f"id{len(names) + 1}")
    return "\n".join(_renamed(line, names) for line in lines)


def _lines(element: ElementTree.Element, depth: int) -> Iterator[str]:
    tag = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
    if not tag or tag in LEFT_OUT:
        return
    attributes = (
        f"{name.rpartition('}')[2]}={' '.join(value.split())}"
        for name, value in sorted(element.attrib.items())
        if name != "id"
    )
    text = " ".join((element.text or "").split())
    yield " " * depth + " ".join((tag, *attributes, text)).rstrip()
    for child in element:
        yield from _lines(child, depth + 1)
        after = " ".join((child.tail or "").split())
        if after:
            yield " " * (depth + 1) + after


def _renamed(line: str, names: dict[str, str]) -> str:
    return REFERENCE.sub(lambda match: "#" + names.get(match[1], match[1]), line)
