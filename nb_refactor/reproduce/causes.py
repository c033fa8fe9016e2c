"""Why a cell does not give what was saved with it: the first rule that knows a reason tells it.

A rule sees the cell's outcome, what the analysis of the code says of it and of the cells above
that its values come from, and what these turned out to be. Certain reasons stand before likely
ones: an error names what it misses, a finding of hidden state was there before the run, and only
then come the things that merely may make two runs differ.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from nb_refactor.notebook import Span
from nb_refactor.reproduce.dependencies import Dependencies
from nb_refactor.reproduce.report import Cause, CauseKind, CellOutcome
from nb_refactor.text import joined, lowered, text

EXPLAINED = frozenset(("different", "unstable", "error"))


@dataclass(frozen=True)
class Suspicion:
    """What the analysis of the code says of a cell: a finding of hidden state (`is_hidden`: the
    cell is not what a fresh run gives) or a hazard."""

    rule: str
    message: str
    is_hidden: bool
    at: Span | None = None
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Explained:
    """One code cell after the run, as the rules see it. `number` counts code cells from 1."""

    number: int
    source: str
    outcome: CellOutcome
    suspicions: tuple[Suspicion, ...] = ()

    @property
    def cell_id(self) -> str:
        return self.outcome.cell_id


@dataclass(frozen=True)
class Setting:
    """What is known of the two runs as a whole: the Python that saved the outputs (its version,
    empty: not known), what the fresh run depended on, and how many fresh runs came to an end."""

    saved_python: str = ""
    dependencies: Dependencies = field(default_factory=Dependencies)
    runs: int = 1

    @property
    def fresh_python(self) -> str:
        environment = self.dependencies.environment
        version = re.search(r"[0-9]+(?:\.[0-9]+)+", environment.python if environment else "")
        return version.group() if version else ""


@dataclass(frozen=True)
class Case:
    """A cell to be explained: with the cells above that its values come from, the nearest first,
    and the causes that were found for these."""

    cell: Explained
    above: tuple[Explained, ...]
    told: dict[str, Cause]
    setting: Setting

    @property
    def error(self) -> str:
        return self.cell.outcome.error or ""

    @property
    def is_settled(self) -> bool:
        """Two fresh runs agreed on what the cell gives, so it is no matter of chance."""
        return self.setting.runs > 1 and self.cell.outcome.status == "different"

    def suspicion(self, *rules: str) -> tuple[Explained, Suspicion] | None:
        """The nearest of these findings: the cell's own, or one of a cell above."""
        for cell in (self.cell, *self.above):
            for suspicion in cell.suspicions:
                if suspicion.rule in rules:
                    return cell, suspicion
        return None

    @property
    def cell_ids(self) -> tuple[str, ...]:
        """The cell, and those that its values come from, the nearest first."""
        return tuple(cell.cell_id for cell in (self.cell, *self.above))

    def shown(self) -> str:
        """The text that is new in the fresh run: its error, and the lines of its diffs."""
        lines = [self.error]
        for difference in self.cell.outcome.differences:
            lines += [line[1:] for line in difference.diff.splitlines() if line[:1] == "+"]
        return "\n".join(lines)


NO_MODULE = re.compile(r"(?:ModuleNotFoundError|ImportError): No module named '?([\w.]+)'?")
NO_OPTIONAL = re.compile(
    r"Missing optional dependency '([\w.-]+)'|`Import ([\w.-]+)` failed"
    r"|ImportError: .*?([\w.-]+) (?:is|must be) (?:required|installed)"
    r"|Can't find model '([\w.-]+)'"
)


def missing_package(case: Case) -> Cause | None:
    found = NO_MODULE.search(case.error) or NO_OPTIONAL.search(case.error)
    if found is None:
        return None
    name = next(group for group in found.groups() if group)
    return _here(
        case,
        "missing_package",
        text("`{name}` is not installed here.", name=name.partition(".")[0]),
    )


NO_ANSWER = re.compile(
    r"^(?:\w+\.)*(?:URLError|HTTPError|ConnectionError|ConnectTimeout|ReadTimeout|SSLError|gaierror"
    r"|ProxyError|ConnectionRefusedError|ConnectError|RemoteDisconnected|MaxRetryError)\b"
    r"|urlopen error|Max retries exceeded|Name or service not known|Could not resolve host"
    r"|Temporary failure in name resolution|Failed to establish a new connection"
)


def no_network(case: Case) -> Cause | None:
    if not NO_ANSWER.search(case.shown()):
        return None
    return _here(
        case, "network", text("It reads from the network, which did not answer as it did.")
    )


NO_FILE = re.compile(
    r"No such file or directory|FileNotFoundError|does not exist|cannot find the file"
)
PATH = re.compile(r"No such file or directory: b?['\"]([^'\"]+)['\"]")
QUOTED = re.compile(r"['\"]([^'\"]*[/\\.][^'\"]*)['\"]|File (\S+) does not exist")
BEFORE_COLON = re.compile(r"(?:^|[ :])([^\s:'\"]+): No such file or directory", re.MULTILINE)


def missing_file(case: Case) -> Cause | None:
    shown = case.shown()
    if not NO_FILE.search(shown):
        return None
    found = PATH.search(shown) or BEFORE_COLON.search(shown) or QUOTED.search(shown)
    name = next((group for group in found.groups() if group), "") if found else ""
    absolute = next((s for s in case.cell.suspicions if s.rule == "absolute-path"), None)
    return _here(case, "missing_file", _missing(name), absolute)


def _missing(path: str) -> str:
    if not path:
        return text("A file that it reads is not there.")
    if path.startswith(("/", "~")) or re.match(r"[A-Za-z]:[\\/]", path):
        return text(
            "The file `{path}` is not there: its path is that of another machine.", path=path
        )
    return text("The file `{path}` is not there.", path=path)


REMOVED = re.compile(
    r"AttributeError: (?:partially initialized )?module '([\w.]+)' has no attribute"
    r"|AttributeError: '(?:DataFrame|Series|\w*Index|DataFrameGroupBy|SeriesGroupBy|Styler"
    r"|ndarray|Figure|Axes|AxesSubplot|Axes3D|csr_matrix|csc_matrix|coo_matrix)' object has no"
    r" attribute '(\w+)'"
    r"|ImportError: cannot import name '?\w+'? from (?:partially initialized module )?'?([\w.]+)"
    r"|TypeError: [\w.]+\(\) got an unexpected keyword argument '(\w+)'"
    r"|[Tt]he '?(\w+)'? (?:keyword|argument|parameter) (?:has been|was|is) (?:removed|deprecated)"
    r"|has been removed (?:in|from)|was removed in|is no longer supported"
    r"|is not a valid package style"
)


def removed_from_library(case: Case) -> Cause | None:
    if case.cell.outcome.status != "error" or not REMOVED.search(case.error):
        return None
    message = text("The installed version of a library has no more what the code uses of it.")
    declared = undeclared_version(case)
    return declared or _here(case, "package_version", joined((message, _pythons(case.setting))))


INHERITED = frozenset(("inherited",))
NO_NAME = re.compile(r"NameError: name '(\w+)' is not defined")


def hidden_state(case: Case) -> Cause | None:
    if case.cell.outcome.status == "unstable":
        return None
    found = _root(case)
    if found is not None:
        cell, first = found
        if cell is case.cell:
            message = first.message
        else:
            message = text(
                "It takes values from code cell {number}: {message}",
                number=cell.number,
                message=lowered(first.message),
            )
        return Cause("hidden_state", message, cell.cell_id, first.at, first.rule)
    name = NO_NAME.search(case.error)
    if name is None or case.cell.outcome.status != "error":
        return None
    message = text(
        "No cell above defines `{name}`: it lived on in the kernel that gave the outputs.",
        name=name[1],
    )
    return _here(case, "hidden_state", message)


def _root(case: Case) -> tuple[Explained, Suspicion] | None:
    """The finding of hidden state that explains the cell: its own, or where this one is inherited
    the one that it comes from."""
    cell, followed = case.cell, {case.cell.cell_id}
    while True:
        hidden = [suspicion for suspicion in cell.suspicions if suspicion.is_hidden]
        own = next((s for s in hidden if s.rule not in INHERITED), None)
        if own is not None:
            return cell, own
        sources = {source for suspicion in hidden for source in suspicion.sources} - followed
        above = next((each for each in case.above if each.cell_id in sources), None)
        if above is None:
            return (cell, hidden[0]) if hidden else None
        cell = above
        followed.add(cell.cell_id)


def from_above(case: Case) -> Cause | None:
    """A value comes from a cell that did not give what was saved either: they share a cause."""
    for cell in case.above:
        if cell.outcome.status not in EXPLAINED:
            continue
        cause = case.told.get(cell.cell_id)
        if cause is None:
            message = text(
                "It takes values from code cell {number}, which differs too.", number=cell.number
            )
            return Cause("upstream", message, cell.cell_id)
        if cause.cell_id != cell.cell_id:
            # It names the cell that all of them take their values from.
            return cause
        message = text(
            "It takes values from code cell {number}: {message}",
            number=cell.number,
            message=lowered(cause.message),
        )
        return Cause(cause.kind, message, cause.cell_id, cause.at, cause.rule)
    return None


def randomness(case: Case) -> Cause | None:
    return None if case.is_settled else _suspected(case, "randomness", "unseeded-random")


NEW_UUID = re.compile(r"\b[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1467][0-9a-fA-F]{3}-[0-9a-fA-F-]{17}\b")


def random_ids(case: Case) -> Cause | None:
    """What differs are UUIDs of the kinds that are drawn or taken from the clock, one for one."""
    differences = case.cell.outcome.differences
    if case.is_settled or case.cell.outcome.status == "error" or not differences:
        return None
    for difference in differences:
        saved, fresh = difference.saved or "", difference.fresh or ""
        if not NEW_UUID.search(fresh) or _with_uuids_named(saved) != _with_uuids_named(fresh):
            return None
    message = text("It differs in UUIDs only, and these are as a rule made anew in every run.")
    return _here(case, "randomness", message)


def _with_uuids_named(text: str) -> str:
    names: dict[str, str] = {}
    return NEW_UUID.sub(lambda uuid: names.setdefault(uuid.group(), f"<{len(names)}>"), text)


def clock(case: Case) -> Cause | None:
    return _suspected(case, "time", "clock")


def network(case: Case) -> Cause | None:
    found = _suspected(case, "network", "network")
    if found is not None:
        return found
    for address in case.setting.dependencies.addresses:
        if address.cell_id in case.cell_ids and case.cell.outcome.status != "error":
            message = text("It reads from `{host}`, which may answer otherwise.", host=address.host)
            return Cause("network", message, address.cell_id)
    return None


def changed_file(case: Case) -> Cause | None:
    """A file that was changed since it was committed, as the outputs were; it explains nothing
    where two fresh runs differ."""
    if case.cell.outcome.status != "different":
        return None
    for file in case.setting.dependencies.files_read:
        if file.cell_id in case.cell_ids and file.standing == "changed" and file.found:
            what = text("module") if file.is_code else text("file")
            message = text(
                "It reads the {what} `{path}`, which has changes that are not committed.",
                what=what,
                path=file.path,
            )
            return Cause("changed_file", message, file.cell_id)
    return None


def undeclared_version(case: Case) -> Cause | None:
    """A package that is not of the version that the project declares."""
    if case.cell.outcome.status == "unstable":
        return None
    for package in case.setting.dependencies.packages:
        if package.cell_id in case.cell_ids and not package.is_satisfied and package.declared:
            message = text(
                "`{name}` {version} is installed; the project declares `{name}{declared}`.",
                name=package.name,
                version=package.version,
                declared=package.declared,
            )
            return Cause("package_version", message, package.cell_id)
    return None


ASKS_MACHINE = re.compile(
    r"os\.environ\b|os\.getenv\b|os\.getcwd\b|os\.uname\b|\bPath\.(?:cwd|home)\b|\bplatform\.\w+"
    r"|sys\.(?:version|path|platform|executable|maxsize)\b|\bgetpass\.|socket\.gethostname"
    r"|cpu_count\b|\bpsutil\b|\bos\.(?:listdir|walk|scandir|stat)\b|\bglob\b|\bnvidia-smi\b"
    r"|cuda\.is_available|%(?:env|pwd|ls|conda|pip|system)\b|^\s*!|^\s*%%(?:bash|sh|cmd)\b",
    re.MULTILINE,
)
ASKS_VERSION = re.compile(
    r"__version__|show_versions|%watermark|importlib\.metadata|\bsys\.version"
)
SCALAR = re.compile(r"\bnp\.(?:float|int|str|bool)_?\d*\(")


def shown_version(case: Case) -> Cause | None:
    if case.cell.outcome.status == "error" or not ASKS_VERSION.search(case.cell.source):
        return None
    message = text("It shows versions, and other ones are installed.")
    return _here(case, "package_version", joined((message, _pythons(case.setting))))


def machine(case: Case) -> Cause | None:
    for variable in case.setting.dependencies.variables:
        if variable.cell_id == case.cell.cell_id:
            stands = (
                text("has a value of its own here") if variable.is_set else text("is not set here")
            )
            message = text(
                "It reads the environment variable `{name}`, which {stands}.",
                name=variable.name,
                stands=stands,
            )
            return _here(case, "environment", message)
    found = ASKS_MACHINE.search(case.cell.source)
    if found is None:
        return _in_another_order(case)
    what = found.group().strip()
    return _here(case, "environment", text("It asks the machine it runs on (`{what}`).", what=what))


def _in_another_order(case: Case) -> Cause | None:
    """The same pieces in another order, and not twice in the same one."""
    if case.cell.outcome.status != "unstable":
        return None
    for difference in case.cell.outcome.differences:
        saved, fresh = difference.saved, difference.fresh
        if not difference.marks and saved and fresh and _pieces(saved) == _pieces(fresh):
            message = text(
                "It shows things in an order that changes from run to run, as sets have it."
            )
            return _here(case, "environment", message)
    return None


def _pieces(text: str) -> list[str]:
    return sorted(re.findall(r"\w+", text))


def other_program(case: Case) -> Cause | None:
    for difference in case.cell.outcome.differences:
        if difference.programs:
            saved, fresh = difference.programs
            message = text(
                "The saved picture was drawn by {saved}, the fresh one by {fresh}.",
                saved=saved,
                fresh=fresh,
            )
            return _here(case, "package_version", message)
        is_new = bool(SCALAR.search(difference.fresh or "")) and difference.marks is None
        if is_new and not SCALAR.search(difference.saved or ""):
            message = text("NumPy shows its numbers in another way since version 2.")
            return _here(case, "package_version", message)
    return None


def other_python(case: Case) -> Cause | None:
    if case.cell.outcome.status == "unstable":
        return None
    told = _pythons(case.setting)
    message = text("It may be the versions of the packages.")
    return _here(case, "package_version", joined((message, told))) if told else None


def stale(case: Case) -> Cause | None:
    if not case.is_settled:
        return None
    message = text(
        "Two fresh runs agree with each other: the saved outputs come from other "
        "code, other data or other versions."
    )
    return _here(case, "stale", message)


CAUSES: tuple[Callable[[Case], Cause | None], ...] = (
    missing_package,
    no_network,
    missing_file,
    removed_from_library,
    hidden_state,
    from_above,
    shown_version,
    randomness,
    random_ids,
    clock,
    network,
    changed_file,
    machine,
    undeclared_version,
    other_program,
    other_python,
    stale,
)


def causes(
    cells: Sequence[Explained], upstream: Sequence[Sequence[int]], setting: Setting
) -> dict[str, Cause]:
    """The causes by cell id, of the cells that have something to explain. `upstream` gives for
    each cell the positions of those that its values come from, the nearest first."""
    told: dict[str, Cause] = {}
    for cell, above in zip(cells, upstream, strict=True):
        if cell.outcome.status in EXPLAINED:
            case = Case(cell, tuple(cells[at] for at in above), told, setting)
            cause = next(_found(case), None)
            if cause is not None:
                told[cell.cell_id] = cause
    return told


def _found(case: Case) -> Iterator[Cause]:
    for rule in CAUSES:
        cause = rule(case)
        if cause is not None:
            yield cause


def _suspected(case: Case, kind: CauseKind, *rules: str) -> Cause | None:
    found = case.suspicion(*rules)
    if found is None or case.cell.outcome.status == "error":
        return None
    cell, suspicion = found
    message = suspicion.message
    if cell is not case.cell:
        message = text(
            "It takes values from code cell {number}: {message}",
            number=cell.number,
            message=lowered(message),
        )
    return Cause(kind, message, cell.cell_id, suspicion.at, suspicion.rule)


def _here(case: Case, kind: CauseKind, message: str, suspicion: Suspicion | None = None) -> Cause:
    if suspicion is None:
        return Cause(kind, message, case.cell.cell_id)
    return Cause(kind, message, case.cell.cell_id, suspicion.at, suspicion.rule)


def _pythons(setting: Setting) -> str:
    """A sentence, with a blank before it, where the Python versions are not the same."""
    saved, fresh = (v.split(".")[:2] for v in (setting.saved_python, setting.fresh_python))
    if saved == [""] or fresh == [""] or saved == fresh:
        return ""
    return text(
        " The outputs were saved with Python {saved_python}, this run used {fresh_python}.",
        saved_python=setting.saved_python,
        fresh_python=setting.fresh_python,
    )
