"""Does a cell's fresh run give what was saved?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from nb_refactor.reproduce.comparators import comparator_of
from nb_refactor.reproduce.comparators.column_names import are_numbers
from nb_refactor.reproduce.comparators.comparison import Comparison, shortened, text_differs
from nb_refactor.reproduce.comparators.error import compare_error
from nb_refactor.reproduce.comparators.text import compare_text
from nb_refactor.reproduce.description import described, is_description
from nb_refactor.reproduce.output import (
    Display,
    Error,
    Output,
    Stream,
    is_json,
    read_outputs,
    split_stderr,
)
from nb_refactor.reproduce.report import Difference
from nb_refactor.reproduce.tolerance import Tolerance
from nb_refactor.text import text

RawOutputs = Sequence[Mapping[str, Any]]

FREE_TAGS = frozenset(
    ("nb-refactor: ignore-output", "nb-refactor:ignore-output", "nbval-ignore-output")
)
SKIP_TAGS = frozenset(("skip-execution", "nbval-skip"))
RAISES_TAGS = frozenset(("raises-exception", "nbval-raises-exception"))
FREE_COMMENT = re.compile(
    r"^\s*#\s*(?:nb-refactor:\s*ignore-output|NBVAL_IGNORE_OUTPUT)\s*$", re.MULTILINE
)
SKIP_COMMENT = re.compile(r"^\s*#\s*NBVAL_SKIP\s*$", re.MULTILINE)
RAISES_COMMENT = re.compile(r"^\s*#\s*NBVAL_RAISES_EXCEPTION\s*$", re.MULTILINE)
PLAIN = "text/plain"
DATA_FRAME = re.compile(r"<table\b[^>]*\bclass=[\"'][^\"'>]*\bdataframe\b")
ASKS_OBJECT_IDS = re.compile(r"\bid\(")


@dataclass(frozen=True)
class Match:
    """How fresh outputs compare with saved ones: no differences mean the same."""

    differences: tuple[Difference, ...] = ()
    notes: tuple[str, ...] = ()


def is_free_to_differ(source: str, tags: Iterable[str]) -> bool:
    """Whether the author marked the cell's outputs as free to differ: with the tag or the comment
    `nb-refactor: ignore-output`, or with nbval's."""
    return _has_tag(tags, FREE_TAGS) or bool(FREE_COMMENT.search(source))


def is_skipped(source: str, tags: Iterable[str]) -> bool:
    """Whether the author marked the cell as not to be run by tools that run notebooks."""
    return _has_tag(tags, SKIP_TAGS) or bool(SKIP_COMMENT.search(source))


def may_raise(source: str, tags: Iterable[str], saved: RawOutputs) -> bool:
    """Whether an error is what the author shows: it is saved, or the cell is marked."""
    shows_error = any(output.get("output_type") == "error" for output in saved)
    return shows_error or _has_tag(tags, RAISES_TAGS) or bool(RAISES_COMMENT.search(source))


def asks_object_ids(sources: Iterable[str]) -> bool:
    """Whether some cell calls `id(…)`: what it prints is an address then."""
    return any(ASKS_OBJECT_IDS.search(source) for source in sources)


def shows_something(raw: RawOutputs) -> bool:
    """Whether there is an output to compare: anything but text on standard error."""
    return bool(split_stderr(read_outputs(raw))[0])


def compare_cell(saved: RawOutputs, fresh: RawOutputs, tolerance: Tolerance) -> Match:
    """Compare the `outputs` (nbformat JSON) of one cell. `Difference.output` counts in the saved
    outputs, or in the fresh ones for an output that was not there before."""
    old, old_stderr = split_stderr(read_outputs(saved))
    new, new_stderr = split_stderr(read_outputs(fresh))
    found: list[Difference] = []
    notes: list[str] = []
    for a, b in _paired(old, new):
        difference, told = _compare_outputs(a, b, tolerance)
        found += [difference] if difference else []
        notes += told
    if tolerance.stderr:
        answer = compare_text(old_stderr, new_stderr, tolerance)
        if answer.why is not None:
            found.append(_difference(len(saved), "stderr", answer))
    return Match(tuple(found), tuple(dict.fromkeys(notes)))


def _has_tag(tags: Iterable[str], wanted: frozenset[str]) -> bool:
    return any(str(tag).lower().replace("_", "-") in wanted for tag in tags)


def _paired(
    old: Sequence[Output], new: Sequence[Output]
) -> Iterable[tuple[Output | None, Output | None]]:
    """Which saved output belongs to which fresh one: by place if they are as many, else those of
    the same kind in order."""
    if len(old) == len(new):
        yield from zip(old, new, strict=True)
        return
    matcher = SequenceMatcher(None, [_kind(a) for a in old], [_kind(b) for b in new], False)
    for _, i1, i2, j1, j2 in matcher.get_opcodes():
        for step in range(max(i2 - i1, j2 - j1)):
            a = old[i1 + step] if i1 + step < i2 else None
            b = new[j1 + step] if j1 + step < j2 else None
            yield a, b


def _kind(output: Output) -> str:
    if isinstance(output, Display):
        return min(output.data, key=lambda mime: comparator_of(mime)[0])
    return "stream" if isinstance(output, Stream) else "error"


def _compare_outputs(
    saved: Output | None, fresh: Output | None, tolerance: Tolerance
) -> tuple[Difference | None, tuple[str, ...]]:
    if saved is None or fresh is None:
        return _one_sided(saved, fresh), ()
    if isinstance(saved, Stream) and isinstance(fresh, Stream):
        mime, answer = "text/plain", compare_text(saved.text, fresh.text, tolerance)
    elif isinstance(saved, Error) and isinstance(fresh, Error):
        mime = "error"
        pair = (saved.name, saved.message), (fresh.name, fresh.message)
        answer = compare_error(*pair, tolerance)
    elif isinstance(saved, Display) and isinstance(fresh, Display):
        mime, answer = _compare_displays(saved.data, fresh.data, tolerance)
    else:
        mime, answer = _kind(saved), _another_kind(saved, fresh)
    return (None if answer.why is None else _difference(saved.index, mime, answer)), answer.notes


def _compare_displays(
    saved: Mapping[str, Any], fresh: Mapping[str, Any], tolerance: Tolerance
) -> tuple[str, Comparison]:
    """All forms that both have are compared, the richest first; plain text only where no richer
    form says all that it says. A picture that is gone is not made up for by its description, nor
    is any other form by words that merely name the object's class."""
    lost = [mime for mime in saved if mime.startswith("image/") and mime not in fresh]
    if lost and not any(mime.startswith("image/") for mime in fresh):
        return lost[0], Comparison(text("The picture is gone."), "", _shown(saved), _shown(fresh))
    common = sorted((mime for mime in saved if mime in fresh), key=lambda m: comparator_of(m)[0])
    rich = [mime for mime in common if mime != PLAIN]
    if rich and _is_told_by(rich, saved, fresh):
        common = rich
    elif common == [PLAIN] and len(saved) > 1 and is_description(saved[PLAIN]):
        common = []
    if not common:
        why = text(
            "It was shown as {saved} and is now shown as {fresh}.",
            saved=", ".join(saved),
            fresh=", ".join(fresh),
        )
        return next(iter(saved)), Comparison(why, "", _shown(saved), _shown(fresh))
    notes: tuple[str, ...] = ()
    for mime in common:
        answer = comparator_of(mime)[1](saved[mime], fresh[mime], tolerance)
        if answer.why is not None:
            return mime, answer
        notes += answer.notes
    dtype = _dtype_why(saved, fresh)
    if dtype is not None:
        return PLAIN, text_differs(dtype, saved[PLAIN], fresh[PLAIN])
    return common[0], Comparison(notes=notes)


def _dtype_why(saved: Mapping[str, Any], fresh: Mapping[str, Any]) -> str | None:
    """What the plain text of a data frame tells beside its HTML: a column that held numbers and
    does no longer, or the other way round."""
    if saved.get(PLAIN) == fresh.get(PLAIN) or not _are_data_frames(saved, fresh):
        return None
    were, are = (are_numbers(form["text/html"], form.get(PLAIN, "")) for form in (saved, fresh))
    changed = next((name for name in were if name in are and were[name] != are[name]), None)
    if changed is None:
        return None
    if were[changed]:
        return text(
            "Column {name!r} looks the same, but its dtype is no longer numeric.", name=changed
        )
    return text("Column {name!r} looks the same, but its dtype is numeric now.", name=changed)


def _are_data_frames(saved: Mapping[str, Any], fresh: Mapping[str, Any]) -> bool:
    return all(DATA_FRAME.search(form.get("text/html", "")) for form in (saved, fresh))


def _is_told_by(rich: Sequence[str], saved: Mapping[str, Any], fresh: Mapping[str, Any]) -> bool:
    """Whether the richer forms tell what the plain text does: it only names the object's class,
    or it is the table of a data frame in another layout."""
    old, new = saved.get(PLAIN, ""), fresh.get(PLAIN, "")
    if "text/html" in rich and _are_data_frames(saved, fresh):
        return True
    return is_description(old) and described(old) == described(new)


def _one_sided(saved: Output | None, fresh: Output | None) -> Difference | None:
    output = saved or fresh
    if output is None:
        return None
    shown = _text_of(output)
    if fresh is None:
        return Difference(
            output.index, _kind(output), text("This output is gone."), "", shown, None
        )
    return Difference(output.index, _kind(output), text("This output is new."), "", None, shown)


def _another_kind(saved: Output, fresh: Output) -> Comparison:
    if isinstance(saved, Error):
        why = text("It raised {name} and now raises nothing here.", name=saved.name)
    elif isinstance(fresh, Error):
        why = text("It now raises {name}: {message}", name=fresh.name, message=fresh.message)
    else:
        why = text("It was {saved} and is now {fresh}.", saved=_named(saved), fresh=_named(fresh))
    return Comparison(shortened(why), "", _text_of(saved), _text_of(fresh))


def _named(output: Output) -> str:
    return (
        text("printed text")
        if isinstance(output, Stream)
        else text("a shown value ({kind})", kind=_kind(output))
    )


def _text_of(output: Output) -> str | None:
    if isinstance(output, Stream):
        return shortened(output.text)
    if isinstance(output, Error):
        return shortened(f"{output.name}: {output.message}")
    return _shown(output.data)


def _shown(data: Mapping[str, Any]) -> str | None:
    """A picture whole, other forms as text of bounded length."""
    mime = min(data, key=lambda name: comparator_of(name)[0])
    if mime.startswith("image/") and not mime.endswith("+xml"):
        return str(data[mime])
    plain = data.get("text/plain", data[mime])
    return shortened(repr(plain) if is_json(mime) and plain is data[mime] else str(plain))


def _difference(index: int, mime: str, answer: Comparison) -> Difference:
    return Difference(
        output=index,
        mime=answer.mime or mime,
        why=answer.why or "",
        diff=answer.diff,
        saved=answer.saved,
        fresh=answer.fresh,
        table=answer.table,
        marks=answer.marks,
        programs=answer.programs,
    )
