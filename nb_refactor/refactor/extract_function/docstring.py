"""What the function says about itself: the words above the cell, and what its parameters are."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Mapping, Sequence

from nb_refactor.dataflow.exposure import cell_effects
from nb_refactor.heading import headings_of
from nb_refactor.notebook import Cell, Notebook
from nb_refactor.refactor.extract_function.builtin_names import BUILTINS
from nb_refactor.refactor.extract_function.cell_parts import Part, cut
from nb_refactor.refactor.extract_function.surroundings import Surroundings

WIDTH = 72
# What numbers the cells of a notebook, before what the cell does: `Step 2. Load the data`.
_NUMBERED = re.compile(
    r"^(step|exercise|task|part|question|problem|section|chapter|lesson)\s*\d+(\.\d+)*"
    r"\s*[.:)–-]\s*(?=\w)",
    re.IGNORECASE,
)

# How a sentence begins that speaks of what was shown before, not of what the cell does.
_REMARK = re.compile(
    r"\W*(it|that|this|these|those|as|so|ok|okay|great|good|nice|now what|and|but|or|well|hmm"
    r"|looks?|note|notice|recall|remember|there|yes|no|oops|wow|because|which|what|why|how|hence|thus)\b",
    re.IGNORECASE,
)


def docstring(
    summary: str | None, described: Mapping[str, str], changed: Sequence[str], indent: str
) -> str | None:
    """The docstring's text (without quotes): the summary, and what is known of the parameters.
    `changed` are those that the function changes in place. `None` where nothing is known."""
    if summary is None:
        return f"Change {_listed(changed)} in place." if changed else None
    words = dict(described)
    for name in changed:
        words[name] = (
            f"{words[name].rstrip('.')}; changed in place."
            if name in words
            else ("changed in place.")
        )
    if not words:
        return summary
    lines = [f"{indent}{indent}{name}: {text}" for name, text in words.items()]
    return "\n".join([summary, "", f"{indent}Args:", *lines, indent])


def _listed(names: Sequence[str]) -> str:
    quoted = [f"`{name}`" for name in names]
    return " and ".join([", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted)


# ---- the words above the cell -----------------------------------------------------------------


def summary_above(notebook: Notebook, cell: Cell) -> str | None:
    """A docstring's first line out of the Markdown cell right above: its last heading, or else
    its first sentence."""
    place = [each.cell_id for each in notebook.cells].index(cell.cell_id)
    if place == 0 or notebook.cells[place - 1].kind != "markdown":
        return None
    above = notebook.cells[place - 1]
    headings = headings_of(above)
    if headings:
        return as_summary(headings[-1][1])
    first = next((line.strip() for line in above.source.split("\n") if line.strip()), "")
    sentence = re.split(r"(?<=[.!?:])\s", first)[0]
    return None if _REMARK.match(sentence) or sentence.endswith("?") else as_summary(sentence)


def as_summary(text: str) -> str | None:
    """The text without Markdown and HTML, as one line that can stand in triple quotes."""
    text = re.sub(r"<[^>]*>|!\[[^\]]*\]\([^)]*\)", "", text)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"[*`$]|(?<!\w)_|_(?!\w)", "", text)
    text = re.sub(r"^[\s>#\d.)(:-]+", "", text)
    text = _NUMBERED.sub("", text)
    text = re.sub(r"^(now,? )?let'?s (now )?(?=\w)", "", text, flags=re.IGNORECASE)
    text = re.sub(r"\s+", " ", text[:1].upper() + text[1:]).replace("\\", "").replace('"', "'")
    text = text.strip(" :'")
    if len(text) < 3 or len(text) > WIDTH or not any(c.isalpha() for c in text):
        return None
    return text if text[-1] in ".!?" else f"{text}."


# ---- what the parameters are ------------------------------------------------------------------


def descriptions(
    names: Sequence[str], cells: Sequence[Cell], around: Surroundings
) -> dict[str, str]:
    """For those of the notebook's names that one cell above defines: the comment on their
    definition, or else the expression that gives them their value."""
    found: dict[str, str] = {}
    for name in names:
        places = around.cells_binding(name)
        if len(places) == 1 and places[0] < around.index:
            text = _described(name, cells[places[0]])
            if text:
                found[name] = text
    return found


def _described(name: str, cell: Cell) -> str | None:
    effects = cell_effects(cell.source)
    for part in cut(cell.source, effects.translation).parts:
        if len(part.nodes) == 1 and any(
            d.name == name for d in cell_effects(part.code).whole.definitions
        ):
            return _comment(part) or _value(part)
    return None


def _comment(part: Part) -> str | None:
    """The comment behind the definition, or alone on the line above it."""
    behind = ""
    try:
        for token in tokenize.generate_tokens(io.StringIO(part.code).readline):
            if token.type == tokenize.COMMENT and token.start[0] == 1:
                behind = token.string
    except (tokenize.TokenError, SyntaxError, IndentationError):
        return None
    above = part.lead.rstrip("\n").split("\n")
    alone = len(above) == 1 or not above[-2].strip()
    text = behind or (above[-1] if above[-1].startswith("#") and alone else "")
    words = as_summary(text.lstrip("# "))
    if words is None or not text.startswith(("# ", "#")) or "=" in text:
        return None
    return words[:1].lower() + words[1:] if words[1:2].islower() else words


def _value(part: Part) -> str | None:
    if not isinstance(part.node, (ast.Assign, ast.AnnAssign)) or _calls_own(part.node.value):
        return None
    head, sign, value = part.text.partition("=")
    del head
    value = value.strip()
    plain = sign and "\n" not in value and "#" not in value and '"""' not in value
    if not plain or value.startswith("=") or len(value) > 50 or "\\" in value or part.magics:
        return None
    return f"`{value}` in the notebook." if "(" in value else None


def _calls_own(node: ast.expr | None) -> bool:
    """Whether it is a call of a function of the notebook, whose name says nothing by itself."""
    match node:
        case ast.Await(value=value):
            return _calls_own(value)
        case ast.Call(func=ast.Name(id=name)):
            return name not in BUILTINS
    return False
