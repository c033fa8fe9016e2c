"""Ids that libraries make up anew in every run, told from ids that are data.

How an id looks says nothing: a UUID may be a customer's number. What counts is where it stands.
One by which the parts of an output find each other (an element's id and what refers to it, a
variable of a script) is renamed by the order in which it appears, so that who refers to whom
counts and what the ids are called does not. One that is shown, or that is a value among others, is
data.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

UUID = r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"
RANDOM = r"(?:[0-9a-fA-F]{8}[-_](?:[0-9a-fA-F]{4}[-_]){3}[0-9a-fA-F]{12}|[0-9a-f]{32})"
QUOTE = r"\\?[\"']"

# Where something stands that parts of an output are found by, as its only group
PLACES: tuple[re.Pattern[str], ...] = (
    re.compile(rf"\bid\s*=\s*{QUOTE}([^\"'\\<>\s]{{1,100}}){QUOTE}"),
    re.compile(
        rf"\b(?:id|for|class|aria-[a-z]+|data-root-id)\s*=\s*{QUOTE}[^\"'<>]{{0,80}}?({RANDOM})"
    ),
    re.compile(
        rf"\b(?:getElementById|querySelector|querySelectorAll)\(\s*{QUOTE}[\w#.-]{{0,80}}?({RANDOM})"
    ),
    re.compile(rf"\b(?:var|let|const|function)\s+\w{{0,80}}?({RANDOM})"),
    re.compile(r'\\?"(?:docid|uid|elementid|element_id)\\?"\s*:\s*\\?"([^"\\]{1,80})\\?"'),
    # Altair names a table by a digest of what is in it, and counts parameters and views.
    re.compile(r'"name"\s*:\s*"(data-[0-9a-f]{32}|(?:selector|param|view|concat)_?[0-9]+)"'),
)
# What is called an id in JSON is data, but in Bokeh's pages and where code asks for it
NAMED_ID = re.compile(r'\\?"id\\?"\s*:\s*\\?"([^"\\]{1,80})\\?"')
BOKEH = re.compile(r"\b(?:render_items|root_ids|Bokeh)\b")
ASKED_FOR = re.compile(r"\(\s*[\"']([^\"'\\]{1,80})[\"']\s*[,)]")

# Ids that are counted or drawn for each output of a library and say nothing
KNOWN: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\bT_[0-9a-f]{5}(?![0-9a-zA-Z])"), "T_<id>"),
    (re.compile(r"\bsk-(container|estimator)-id-[0-9]+"), r"sk-\1-id"),
)
WHOLE = re.compile(r"(?<=[\"'#])[\w.:-]{1,100}(?=\\?[\"']|[\s.,:;>)\]{+]|$)")
PART = re.compile(rf"(?<![0-9a-fA-F]){RANDOM}(?![0-9a-fA-F])")
PIECE = re.compile(f"{WHOLE.pattern}|{PART.pattern}")


@dataclass(frozen=True)
class Ids:
    """The ids of an output, each with the name that stands for it."""

    names: Mapping[str, str]

    def renamed(self, code: str) -> str:
        """An attribute's value, a script or a style sheet with its ids renamed."""
        for pattern, stand_in in KNOWN:
            code = pattern.sub(stand_in, code)
        return PIECE.sub(self._piece, code) if self.names else code

    def _piece(self, match: re.Match[str]) -> str:
        name = self.names.get(match.group())
        return name or PART.sub(self._part, match.group())

    def _part(self, match: re.Match[str]) -> str:
        return self.names.get(match.group(), match.group())


def ids_of(markup: str) -> Ids:
    """The ids in HTML or JavaScript that its parts are found by."""
    found = sorted((at, name) for at, name in _found(markup) if not _is_known(name))
    names = dict.fromkeys(name for _, name in found)
    return Ids({name: f"<id {n}>" for n, name in enumerate(names, 1)})


def without_random_ids(script: str) -> str:
    """JavaScript with the ids that its parts are found by renamed."""
    return ids_of(script).renamed(script)


def _found(markup: str) -> Iterator[tuple[int, str]]:
    for place in PLACES:
        for match in place.finditer(markup):
            yield match.start(1), match[1]
    asked_for = None if BOKEH.search(markup) else set(ASKED_FOR.findall(markup))
    for match in NAMED_ID.finditer(markup):
        if asked_for is None or match[1] in asked_for:
            yield match.start(1), match[1]


def _is_known(name: str) -> bool:
    return any(pattern.match(name) for pattern, _ in KNOWN)
