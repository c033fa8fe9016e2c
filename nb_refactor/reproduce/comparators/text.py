"""Plain text, streams, LaTeX and Markdown."""

from __future__ import annotations

import sys

from nb_refactor.reproduce.comparators.comparison import SAME, Comparison, text_differs
from nb_refactor.reproduce.comparators.decimals import rewritten_in_text
from nb_refactor.reproduce.masking import masked
from nb_refactor.reproduce.output import last_frames
from nb_refactor.reproduce.tokens import compare_tokens, without_array_layout
from nb_refactor.reproduce.tolerance import Tolerance
from nb_refactor.text import text

BREAK = "\\"
ANOTHER_LAYOUT = text("The numbers of an array are lined up or wrapped in another way.")


def compare_text(saved: str, fresh: str, tolerance: Tolerance) -> Comparison:
    """The same when equal but for what `masked` hides and numbers within the tolerance."""
    if saved == fresh:
        return SAME
    old, new = _normal(saved), _normal(fresh)
    closeness = compare_tokens(old, new, tolerance)
    if closeness.same:
        columns = rewritten_in_text(old, new)
        if columns:
            return text_differs(_dtype_why(*columns[0]), old, new)
        return Comparison(notes=closeness_notes(closeness.relative))
    laid_out = without_array_layout(old), without_array_layout(new)
    if laid_out != (old, new) and (closeness := compare_tokens(*laid_out, tolerance)).same:
        return Comparison(notes=(ANOTHER_LAYOUT, *closeness_notes(closeness.relative)))
    return text_differs(text("The text differs{where}.", where=_where(old, new)), old, new)


def closeness_notes(relative: float) -> tuple[str, ...]:
    """The sentence that tells of numbers let pass, if there were any."""
    if relative < sys.float_info.epsilon / 4:
        return ()
    if relative < 2 * sys.float_info.epsilon:
        return (text("Floating point numbers differ by rounding only."),)
    return (
        text(
            "Floating point numbers differ by up to {relative:.1e} of their value.",
            relative=relative,
        ),
    )


def _dtype_why(saved: str, fresh: str) -> str:
    return text(
        "The numbers of a column are equal, but written as those of another dtype: "
        "{saved} is now {fresh}.",
        saved=saved,
        fresh=fresh,
    )


def compare_latex(saved: str, fresh: str, tolerance: Tolerance) -> Comparison:
    """LaTeX: as text in which runs of blanks count as one blank."""
    return compare_text(_single_blanks(saved), _single_blanks(fresh), tolerance)


def compare_markdown(saved: str, fresh: str, tolerance: Tolerance) -> Comparison:
    """Markdown: as text in which runs of blanks count as one blank, but for the indentation, which
    makes lists and code, and for two blanks at the end of a line, which break it."""
    return compare_text(_marked_up(saved), _marked_up(fresh), tolerance)


def _single_blanks(text: str) -> str:
    return "\n".join(" ".join(line.split()) for line in text.strip().splitlines())


def _marked_up(text: str) -> str:
    lines = text.rstrip().strip("\n").splitlines()
    return "\n".join(
        line[: len(line) - len(line.lstrip())]
        + " ".join(line.split())
        + BREAK * line.endswith("  ")
        for line in lines
    )


def _normal(text: str) -> str:
    return masked(last_frames(text)).strip("\n")


def _where(saved: str, fresh: str) -> str:
    old, new = saved.split("\n"), fresh.split("\n")
    if len(old) != len(new):
        return text(": {saved} saved, {fresh} now", saved=_lines(len(old)), fresh=_lines(len(new)))
    changed = [i for i, (a, b) in enumerate(zip(old, new, strict=True), 1) if a != b]
    if len(old) == 1:
        return ""
    return (
        text(" in line {line}", line=changed[0])
        if len(changed) == 1
        else text(" in {count} lines", count=len(changed))
    )


def _lines(count: int) -> str:
    return text("1 line") if count == 1 else text("{count} lines", count=count)
