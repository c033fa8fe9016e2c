"""Text without what no two runs have in common: addresses, ids, timings, places of files.

Each mask is typed: it hides a memory address, not every hexadecimal number; a duration on a line
that tells how long something took, not every number of seconds.
"""

from __future__ import annotations

import ast
import re

# The start of a file's path. It is tried once for each word, not at each character of it: a
# megabyte of base64 would take hours.
PATH_START = r"(?<![^\s'\"<>()])[^\s'\"<>()]*[/\\]"

# (what it is, pattern, what stands for it)
MASKS: tuple[tuple[str, re.Pattern[str], str], ...] = (
    ("colour code", re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]"), ""),
    ("address", re.compile(r"\bat 0x[0-9a-fA-F]{9,16}\b"), "at <address>"),
    ("address of an object", re.compile(r"(<[^<>\n]*? at )0x[0-9a-fA-F]{4,16}\b"), r"\1<address>"),
    ("address in a repr", re.compile(r"(<[^<>\n]*?)\b0x[0-9a-fA-F]{9,16}\b"), r"\1<address>"),
    ("address by itself", re.compile(r"\b0x7f[0-9a-fA-F]{10}\b"), "<address>"),
    ("address cut short", re.compile(r"\.\.\.(?:0?x)?[0-9a-fA-F]{6,12}(?=>)"), "...<address>"),
    ("display's id", re.compile(r"\bdisplay_id=[0-9a-f]{32}\b"), "display_id=<id>"),
    ("widget's id", re.compile(r"\b(IPY_MODEL_|model_id='?|comm_id='?)[0-9a-f]{32}\b"), r"\1<id>"),
    ("cell's file", re.compile(r"<ipython-input-[0-9]+-[0-9a-f]+>"), "<cell>"),
    ("cell's file", re.compile(rf"{PATH_START}ipykernel_[0-9]+[/\\][0-9]+\.py"), "<cell>"),
    ("cell's file", re.compile(r"\bCell In ?\[[0-9]+\]|\bInput In \[[0-9]+\]"), "<cell>"),
    (
        "packages' folder",
        re.compile(rf"{PATH_START}(?:site|dist)-packages[/\\]"),
        "<packages>/",
    ),
    ("python's folder", re.compile(rf"{PATH_START}lib[/\\]python3\.[0-9]+[/\\]"), "<python>/"),
    ("temporary file", re.compile(rf"{PATH_START}tmp[a-z0-9_]{{8}}\b"), "<temporary>"),
    ("temporary file", re.compile(r"/var/folders/[\w./+-]+"), "<temporary>"),
    ("line of a warning", re.compile(r"(\.py|<cell>):[0-9]+:"), r"\1:<line>:"),
    ("process id", re.compile(r"\b(pid[^\w'\"]{1,3})[0-9]+\b", re.IGNORECASE), r"\1<pid>"),
    ("timeit's remark", re.compile(r"^The slowest run took .*(?:\n|\Z)", re.MULTILINE), ""),
    (
        "timeit's remark",
        re.compile(r"^This could mean that an .*cached\.?(?:\n|\Z)", re.MULTILINE),
        "",
    ),
)

NUMBER = r"[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?"
UNIT = r"(?:ns|[uµμ]s|ms|s|secs?|seconds?|mins?|minutes?|hours?|hrs?|h|milliseconds?|microseconds?)"
DURATION = re.compile(rf"{NUMBER} ?{UNIT}\b(?:/(?:step|epoch|sample|it|loop))?")
BARE_NUMBER = re.compile(NUMBER)

# Lines that are a timing and nothing else
TIMING_LINE = re.compile(
    r"^\s*(?:CPU times|Wall time|Compiler|Compiler time|Parser)\s*:.*$|^.*\bper loop\b.*$"
)
# The clock part of a progress bar: tqdm's `[00:01<00:00, 98.2it/s]`, keras's `1s 2ms/step`
TQDM_CLOCK = re.compile(
    r"\[[^\[\]]*(?:[0-9?]+(?:it|s|[A-Za-z]+)/(?:s|it)|[0-9]+:[0-9]{2})[^\[\]]*\]"
)
TQDM_BAR = re.compile(r"\|[\u2588-\u258f# .=>0-9-]*\|")
KERAS_CLOCK = re.compile(
    rf"(?:ETA: [0-9:.a-z]+)|(?:{NUMBER}(?:s|ms|us|µs) )?"
    rf"{NUMBER}(?:s|ms|us|µs)/(?:step|epoch|sample)"
    r"|(?<=\] - )[0-9]+s\b|(?<= - )[0-9]+s(?= - )"
)
# Words that make the durations beside them timings
TIMING_WORDS = re.compile(
    r"\b(?:took|takes|taken|elapsed|per loop|run[ _]?time(?=(?: ?\([^()]*\))? ?[:=])"
    r"|(?:execution|wall|cpu|training|fitting|fit|running|computation|computing|processing"
    r"|prediction|inference|search|build|loading)[ _-]?time|time (?:taken|spent|elapsed)"
    r"|(?:finished|completed|done|ready|computed|trained|fitted|executed|loaded|ran|built)"
    r" (?:in|after(?! [0-9.]+ ?(?:h|hours?|hrs?)\b))"
    r"|function calls.* in)\b"
    r"|--- .* seconds ---",
    re.IGNORECASE,
)
# `Time: 0.35 s`, as a line of its own
TIME_GIVEN = re.compile(r"^\s*(?:total )?time ?[:=]", re.IGNORECASE)
OTHER_UNIT = re.compile(r"\s?(?:[mkc]?m|k?g|USD|EUR|GB|MB)\b|\s?[%°$€]")
SET = re.compile(r"\{[^{}]{1,100000}\}")


def masked(text: str) -> str:
    """The text with everything hidden that differs between two runs and means nothing."""
    for _, pattern, stand_in in MASKS:
        text = pattern.sub(stand_in, text)
    if "{" in text:
        text = SET.sub(_in_order, text)
    return "\n".join(map(_without_timing, text.split("\n")))


def _without_timing(line: str) -> str:
    if TIMING_LINE.match(line):
        return "<timing>"
    if "it/s" in line or "s/it" in line or "%|" in line:
        line = TQDM_BAR.sub("|<bar>|", TQDM_CLOCK.sub("[<timing>]", line))
    if "/step" in line or "/epoch" in line or "/sample" in line or "ETA" in line or " - " in line:
        line = KERAS_CLOCK.sub("<timing>", line)
    if TIME_GIVEN.match(line):
        line = DURATION.sub("<timing>", line)
    elif TIMING_WORDS.search(line):
        shorter = DURATION.sub("<timing>", line)
        line = shorter if shorter != line else _without_last_decimal(line)
    return line.rstrip()


def _without_last_decimal(line: str) -> str:
    """`elapsed: 0.123` names no unit: its last number with a decimal point is the timing."""
    decimals = [m for m in BARE_NUMBER.finditer(line) if "." in m.group() or "e" in m.group()]
    if not decimals:
        return line
    last = decimals[-1]
    if OTHER_UNIT.match(line, last.end()):
        return line
    return line[: last.start()] + "<timing>" + line[last.end() :]


def _in_order(match: re.Match[str]) -> str:
    """A set's elements in an order of their own: Python shows them in the order of their hashes,
    which differs from run to run."""
    text = match.group()
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        if ":" in text or ", " not in text:
            return text
        return "{" + ", ".join(sorted(re.split(r",\s+", text[1:-1].strip()))) + "}"
    if not isinstance(value, set):
        return text
    return "{" + ", ".join(sorted(map(repr, value))) + "}"
