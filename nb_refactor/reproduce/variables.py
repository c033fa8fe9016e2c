"""What the variables of a run were worth at its end, and whether those of two versions agree."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from typing import Literal

from msgspec import Struct

from nb_refactor.text import joined, text

VariableStatus = Literal["same", "different", "unstable", "not_comparable", "gone", "outdated"]
_NAME = re.compile(r"[^.\[]+")


class Fingerprint(Struct, frozen=True):
    """What one variable is worth: a digest of all that its value is made of (empty where there
    is none), the type as a person knows it, how it is written where that is short. `is_opaque`:
    some part cannot be compared. `is_code`: it is a function or a class."""

    digest: str
    kind: str
    shown: str = ""
    is_opaque: bool = False
    is_code: bool = False


class Fingerprints(Struct, frozen=True):
    """All variables of a run by name, and where they meet: each group has the paths (`a`,
    `b.rows`, `c[0]`) that lead to one object that can change."""

    variables: dict[str, Fingerprint]
    shared: tuple[tuple[str, ...], ...] = ()


class VariableOutcome(Struct, frozen=True):
    """How a variable compares between two versions. `unstable`: two runs of one version do not
    agree on it. `gone`: a name of the extracted code that no later cell reads; `outdated`: one
    that keeps an older value for the same reason. `why` is a sentence where it is `different`."""

    name: str
    status: VariableStatus
    kind: str
    why: str = ""


class Expected(Struct, frozen=True):
    """The names that the change itself takes away from the notebook or brings into it, and those
    that it leaves with an older value, because no cell reads them again. Functions and classes
    among the first may have become others of the same use."""

    gone: frozenset[str] = frozenset()
    new: frozenset[str] = frozenset()
    outdated: frozenset[str] = frozenset()


def compare_variables(
    before: Sequence[Fingerprints], after: Sequence[Fingerprints], expected: Expected
) -> tuple[VariableOutcome, ...]:
    """The outcome of each variable of the first run of either version; further runs of the same
    version tell which ones are not even like themselves."""
    old, new = before[0].variables, after[0].variables
    names = sorted(old.keys() | (new.keys() - expected.new))
    restless = _restless(before) | _restless(after)
    found = tuple(
        _outcome(name, old.get(name), new.get(name), name in restless, expected) for name in names
    )
    strange = {each.name for each in found if each.status in ("unstable", "gone", "outdated")}
    known = {each.name for each in found} - strange
    return found + tuple(_sharing(before, after, known & old.keys() & new.keys()))


def _outcome(
    name: str,
    old: Fingerprint | None,
    new: Fingerprint | None,
    is_restless: bool,
    expected: Expected,
) -> VariableOutcome:
    told = old or new or Fingerprint("", "")
    if is_restless:
        return VariableOutcome(name, "unstable", told.kind)
    if old is None:
        return VariableOutcome(
            name, "different", told.kind, text("`{name}` is there now, and was not.", name=name)
        )
    if new is None:
        if name in expected.gone:
            return VariableOutcome(name, "gone", told.kind)
        return VariableOutcome(
            name, "different", told.kind, text("`{name}` is no longer there.", name=name)
        )
    if old.digest == new.digest:
        opaque = old.is_opaque or new.is_opaque or not old.digest
        return VariableOutcome(name, "not_comparable" if opaque else "same", told.kind)
    if not old.digest or not new.digest or (old.is_code and new.is_code and name in expected.gone):
        return VariableOutcome(name, "not_comparable", told.kind)
    if name in expected.outdated:
        return VariableOutcome(name, "outdated", told.kind)
    return VariableOutcome(name, "different", told.kind, _sentence(name, old, new))


def _sentence(name: str, old: Fingerprint, new: Fingerprint) -> str:
    if old.shown and new.shown and old.shown != new.shown:
        return text(
            "`{name}` was `{saved}` and is now `{fresh}`.",
            name=name,
            saved=old.shown,
            fresh=new.shown,
        )
    if old.kind != new.kind:
        return text(
            "`{name}` was a {saved} and is now a {fresh}.",
            name=name,
            saved=old.kind,
            fresh=new.kind,
        )
    return text("`{name}` ({kind}) has another value.", name=name, kind=old.kind)


def _restless(runs: Sequence[Fingerprints]) -> set[str]:
    """The variables on which the runs of one version do not agree."""
    first = runs[0].variables
    return {
        name
        for run in runs[1:]
        for name in first.keys() | run.variables.keys()
        if _digest(first, name) != _digest(run.variables, name)
    }


def _digest(variables: dict[str, Fingerprint], name: str) -> str | None:
    return variables[name].digest if name in variables else None


def _sharing(
    before: Sequence[Fingerprints], after: Sequence[Fingerprints], names: Set[str]
) -> Iterator[VariableOutcome]:
    """Whether the same variables meet in the same objects: what changes one of them in place
    must go on to change the other."""
    old, new = ([_groups(run, names) for run in runs] for runs in (before, after))
    restless = {group for runs in (old, new) for run in runs for group in runs[0] ^ run}
    for group in sorted((old[0] ^ new[0]) - restless):
        *others, last = (f"`{path}`" for path in group)
        was = (
            text("were one object, and are not any more")
            if group in old[0]
            else text("are one object now")
        )
        name = _NAME.match(group[0])
        names_told = joined(others, ", ")
        why = text("{names} and {last} {was}.", names=names_told, last=last, was=was)
        yield VariableOutcome(name.group() if name else "", "different", "aliasing", why)


def _groups(run: Fingerprints, names: Set[str]) -> set[tuple[str, ...]]:
    groups = set()
    for paths in run.shared:
        kept = tuple(path for path in paths if (m := _NAME.match(path)) and m.group() in names)
        if len(kept) > 1:
            groups.add(kept)
    return groups
