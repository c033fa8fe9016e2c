"""One table of the same and one of different for each comparator: the first keeps false alarms
away, the second misses."""

from __future__ import annotations

import datetime
import json
from typing import Any

import pytest

from nb_refactor.reproduce.comparators import comparator_of
from nb_refactor.reproduce.comparators.error import compare_error
from nb_refactor.reproduce.output import last_frames
from nb_refactor.reproduce.tolerance import Tolerance

TODAY = Tolerance(today=datetime.date(2026, 11, 23))

SAME_TEXT = {
    "equal": ("a b", "a b"),
    "address": ("<A object at 0x7f1c2a3b4c50>", "<A object at 0x7ffe00112233>"),
    "address of a function": ("<function f at 0x10a0b>", "<function f at 0x7f0000a0>"),
    "address cut short": ("<sklearn.tree...x7f301430b4b0>", "<sklearn.tree...x7f66d40634b0>"),
    "a widget's id": (
        f"Box(children=('IPY_MODEL_{'0f' * 16}',))",
        f"Box(children=('IPY_MODEL_{'e1' * 16}',))",
    ),
    "close complex numbers": ("[(1+2j), 0.5-1e-3j]", "[(1.0000000001+2j), 0.5-0.001j]"),
    "numpy's complex numbers": ("[1.+0.j]", "[1.+1.e-17j]"),
    "a display's id": (
        "<DisplayHandle display_id=deb18fa2ddaf88d75bc7191810fd5515>",
        "<DisplayHandle display_id=c8167eb0f0fd2518947b14c6e9f2b680>",
    ),
    "trailing blanks": ("a  \nb\n", "a\nb"),
    "colour codes": ("\x1b[31mred\x1b[0m", "red"),
    "a set's order": ("names: {'b', 'a', 'c'}", "names: {'c', 'a', 'b'}"),
    "a set over lines": ("{'beta',\n 'alpha'}", "{'alpha', 'beta'}"),
    "a set of objects": ("{<a>, <b>}", "{<b>, <a>}"),
    "a frozenset": ("frozenset({1, 2})", "frozenset({2, 1})"),
    "close floats": ("0.30000000000000004", "0.3"),
    "numpy's full stop": ("[1. 2.5]", "[1.0 2.50]"),
    "numpy's exponent": ("1e-05", "0.00001"),
    "numpy 2 names its scalars": ("(0.5, 2)", "(np.float64(0.5), np.int64(2))"),
    "numpy 2 names its truth values": ("True", "np.True_"),
    "numpy 2 names its complex numbers": ("[(1+0j)]", "[np.complex128(1+0j)]"),
    "numpy's room for a sign": (
        "array([[ 0.5,  0.5],\n       [ 0. ,  1. ]])",
        "array([[0.5, 0.5],\n       [0. , 1. ]])",
    ),
    "an array without its zeros": (
        "[[ 0.500000  0.250000]\n [ 0.123457  1.000000]]",
        "[[0.5      0.25    ]\n [0.123457 1.      ]]",
    ),
    "a list that no table fills up": ("a 0.50\nb 0.25", "a 0.5\nb 0.25"),
    "a table of another program": (
        "------------\na     0.5000\nb     0.1234\n------------",
        "------------\na        0.5\nb     0.1234\n------------",
    ),
    "fewer decimals of a printed frame": (
        "      a\n0  0.50\n1  0.25",
        "       a\n0  0.500\n1  0.250",
    ),
    "an array that is wrapped earlier": ("x: [1 2\n    3]", "x: [ 1  2  3]"),
    "close floats in columns": ("a  0.1\nb  0.2", "a  0.10000000001\nb            0.2"),
    "residues": ("[1.0, -2.2e-16]", "[1.0, 1.1e-16]"),
    "a residue and zero": ("[1.0, 0.0]", "[1.0, 1.1e-16]"),
    "%%time": (
        "CPU times: user 3 ms, sys: 0 ns, total: 3 ms\nWall time: 2.1 s",
        "CPU times: user 12 s, sys: 1 ms, total: 12 s\nWall time: 11 ms",
    ),
    "%timeit": (
        "1.02 µs ± 31 ns per loop (mean ± std. dev. of 7 runs, 1,000,000 loops each)",
        "870 ns ± 3.1 ns per loop (mean ± std. dev. of 7 runs, 100,000 loops each)",
    ),
    "%timeit's remark": (
        "The slowest run took 8.1 times longer than the fastest. This could be so.\n"
        "100 loops, best of 3: 2 ms per loop",
        "100 loops, best of 3: 3 ms per loop",
    ),
    "tqdm": (
        "100%|██████████| 10/10 [00:01<00:00,  9.87it/s]",
        "100%|██████████████| 10/10 [00:03<00:00,  3.11it/s]",
    ),
    "keras": (
        "5/5 [====] - 1s 12ms/step - loss: 0.5",
        "5/5 [====] - 0s 3ms/step - loss: 0.5",
    ),
    "took": ("Training took 12.3 s", "Training took 9.87 s"),
    "keras without a bar": ("Epoch 1/2 - 3s - loss: 0.5", "Epoch 1/2 - 5s - loss: 0.5"),
    "a line that gives the time": ("Time: 0.345 s", "Time: 0.456 s"),
    "after": ("finished after 3.2 seconds", "finished after 4.1 seconds"),
    "runtime": ("Runtime: 12.1", "Runtime: 9.5"),
    "a log's time today": (
        "2024-01-02 03:04:05,123 INFO start",
        "2026-11-23 10:11:12,456 INFO start",
    ),
    "an address by itself": ("Timer 0x7f12ab34cd56", "Timer 0x7f12ab34cd99"),
    "elapsed without a unit": ("elapsed: 0.123", "elapsed: 4.5"),
    "the web's idiom": ("--- 1.2 seconds ---", "--- 3.45 seconds ---"),
    "today": ("run on 2021-02-03 10:11:12", "run on 2026-11-23 22:01:59.123"),
    "today in words": ("Date: Thu, 04 Oct 2018", "Date: Mon, 23 Nov 2026"),
    "today, and the clock": ("04 Oct 2018\nTime: 10:11:12", "23 Nov 2026\nTime: 22:01:59"),
    "today as an object": (
        "datetime.datetime(2020, 1, 2, 3, 4)",
        "datetime.datetime(2026, 11, 23, 5, 6, 7)",
    ),
    "site-packages": (
        "/home/a/lib/python3.7/site-packages/pandas/x.py:12: FutureWarning: old",
        "C:\\Python\\Lib\\site-packages\\pandas/x.py:345: FutureWarning: old",
    ),
    "the cell's file": (
        "<ipython-input-3-0123abcdef>:2: UserWarning: b",
        "/tmp/ipykernel_123/456.py:2: UserWarning: b",
    ),
    "a temporary file": ("/tmp/tmpab12cd_9/x.csv", "/var/tmp/tmpzz99yy_1/x.csv"),
}
DIFFERENT_TEXT = {
    "word": ("yes", "no"),
    "integer": ("12", "13"),
    "integer and float": ("12", "12.0"),
    "float": ("0.85", "0.86"),
    "sign": ("-0.5", "0.5"),
    "small constants": ("1.602e-19", "1.6e-19"),
    "small constants beside others": ("h = 6.6e-34, c = 3.0e8", "h = 6.7e-34, c = 3.0e8"),
    "nan": ("nan", "0.0"),
    "a list's order": ("[1, 2]", "[2, 1]"),
    "a dict's order": ("{'a': 1, 'b': 2}", "{'b': 2, 'a': 1}"),
    "a set's elements": ("{1, 2}", "{1, 3}"),
    "layout": ("x .  x", "x . x"),
    "blanks in strings of a list": ("['a  b']", "['a b']"),
    "an array with commas": ("[1 2 3]", "[1, 2, 3]"),
    "an element of an array": ("[ 1.  2.  3.]", "[1. 2. 4.]"),
    "an element less": ("[ 1.  2.  3.]", "[1. 2.]"),
    "an array's dtype": ("array([ 1.,  2.])", "array([1, 2])"),
    "indentation": ("a\n  b", "a\n b"),
    "a row less": ("a\nb\nc", "a\nb"),
    "version": ("1.2.3", "1.20.3"),
    "hexadecimal number": ("0xdeadbeef", "0xdeadbeee"),
    "seconds that are a result": ("half-life: 12.3 s", "half-life: 9.8 s"),
    "loss beside a clock": ("1s 12ms/step - loss: 0.5", "1s 12ms/step - loss: 0.7"),
    "a count beside a timing": ("3 files, took 1.2 s", "4 files, took 1.2 s"),
    "dates of data": ("2021-02-03", "2021-02-04"),
    "clocks of data": ("10:11:12", "10:11:13"),
    "progress that stopped": (
        "100%|██| 10/10 [00:01<00:00, 9it/s]",
        "50%|█ | 5/10 [00:01<00:01, 9it/s]",
    ),
    "dtype": ("dtype: float64", "dtype: float32"),
    "a runtime that is data": ("mean runtime 98.5 min", "mean runtime 120.2 min"),
    "a length": ("distance done in 3.5 m", "distance done in 4.5 m"),
    "a time that is data": ("lap time 12.3 s", "lap time 14.3 s"),
    "loss beside keras' clock": ("Epoch 1/2 - 3s - loss: 0.5", "Epoch 1/2 - 3s - loss: 0.6"),
    "a hash": ("d41d8cd98f00b204e9800998ecf8427e", "d41d8cd98f00b204e9800998ecf84271"),
    "numpy's scalars of two sizes": ("np.float64(0.5)", "np.float32(0.5)"),
    "a temporary file's own name": ("/tmp/a.csv", "/tmp/b.csv"),
    "complex numbers": ("(1+2j)", "(1+3j)"),
    "a colour in a repr": ("<Colour 0xff0000>", "<Colour 0x00ff00>"),
    "an address in a program": ("breakpoint at 0x4005d0", "breakpoint at 0x4005e0"),
    "a number that data calls pid": ("{'pid': 17, 'name': 'a'}", "{'pid': 18, 'name': 'a'}"),
    "hours after which": (
        "treatment completed after 12.5 hours",
        "treatment completed after 13 hours",
    ),
    "floats of a printed frame that became objects": (
        "          a    b\n0  0.104900  5.0\n1  0.250000  6.0\n2  0.123457  NaN",
        "          a    b\n0    0.1049  5.0\n1      0.25  6.0\n2  0.123457  NaN",
    ),
    "many digits": ("12345678901234567", "12345678901234568"),
}

TABLE = (
    "<div><style scoped>.dataframe {{ }}</style><table border='1' class='dataframe'>"
    "<thead><tr style='text-align: right;'><th></th><th>n</th><th>price</th></tr></thead>"
    "<tbody><tr><th>0</th><td>1</td><td>{0}</td></tr><tr><th>1</th><td>{1}</td><td>2.5</td></tr>"
    "{2}</tbody></table><p>{3} rows × 2 columns</p></div>"
)
STYLED = (
    "<style>#T_{0}_row0_col0 {{ background-color: {1}; }}</style>"
    '<table id="T_{0}"><tbody><tr><td id="T_{0}_row0_col0">1</td></tr></tbody></table>'
)


def frame(*column: str) -> str:
    """A data frame as pandas shows it, with this column after one of text."""
    rows = (f"<tr><th>{n}</th><td>a</td><td>{each}</td></tr>" for n, each in enumerate(column))
    return (
        '<table border="1" class="dataframe"><thead><tr><th></th><th>x</th><th>price</th></tr>'
        f"</thead><tbody>{''.join(rows)}</tbody></table>"
    )


# The same numbers as float64, as object and as text
FLOATS = frame("0.104900", "0.250000", "NaN", "0.123457")
OBJECTS = frame("0.1049", "0.25", "NaN", "0.123457")
SUMMARY = "<table><tr><th>Date:</th><td>{0}</td><th>Time:</th><td>{1}</td></tr></table>"
CELL = "<table><tr><td>a</td>{0}</tr></table>"
SAME_HTML = {
    "the day and the time of the run": (
        SUMMARY.format("Thu, 04 Oct 2018", "10:11:12"),
        SUMMARY.format("Mon, 23 Nov 2026", "11:12:13"),
    ),
    "classes that no style sheet knows": ('<p class="a">x</p>', '<p class="b">x</p>'),
    "comments": ("<!-- 1 --><p>a</p>", "<!-- 2 --><p>a</p>"),
    "a style sheet of a library": (
        "<style>#sk-container-id-1 {color: red}</style><p>a</p>",
        "<style>#sk-container-id-2 {color: blue}</style><p>a</p>",
    ),
    "what a browser asks with a link": (
        '<iframe src="a.html" width="9"></iframe>',
        '<iframe src="a.html" width="9" referrerpolicy="origin"></iframe>',
    ),
    "table": (TABLE.format("1.5", 3, "", 2), TABLE.format("1.5", 3, "", 2)),
    "close float": (TABLE.format("1.5", 3, "", 2), TABLE.format("1.5000000001", 3, "", 2)),
    "pandas' own style sheet": (
        TABLE.format("1.5", 3, "", 2),
        TABLE.format("1.5", 3, "", 2).replace(".dataframe { }", ".dataframe tbody { }"),
    ),
    "no style sheet": (
        TABLE.format("1.5", 3, "", 2),
        TABLE.format("1.5", 3, "", 2).replace("<style scoped>.dataframe { }</style>", ""),
    ),
    "Styler's ids": (STYLED.format("0a1b2", "red"), STYLED.format("ffee9", "red")),
    "scikit-learn's counter": (
        '<div id="sk-container-id-1" class="a"><pre>LinearRegression()</pre></div>',
        '<div id="sk-container-id-7" class="b"><pre>LinearRegression()</pre></div>',
    ),
    "ids in scripts": (
        '<div id="p1"></div><script>draw({"id": "p1", "y": [1, 2.5]})</script>',
        '<div id="p9"></div><script>draw({"id": "p9", "y": [1, 2.5]})</script>',
    ),
    "blanks": ("<p>a\n  b</p>", "<p>a\n b </p>"),
    "a column with fewer decimals": (frame("0.500000", "0.250000"), frame("0.50", "0.25")),
    "a column with an exponent": (frame("0.50", "0.25"), frame("5.0e-01", "2.5e-01")),
    "objects with an exponent": (frame("1.2e+08", "1.25e+08"), frame("120000000.0", "125000000.0")),
    "a column that noise widens": (frame("10.5", "20.5"), frame("10.500004", "20.500000")),
    "noise in a column of objects": (frame("10.5", "20.5"), frame("10.500004", "20.5")),
    "objects' noise": (frame("0.5", "0.30000000000000004"), frame("0.5", "0.3")),
    "one number": (frame("0.104900"), frame("0.1049")),
}
DIFFERENT_HTML = {
    "value": (TABLE.format("1.5", 3, "", 2), TABLE.format("1.6", 3, "", 2)),
    "integer": (TABLE.format("1.5", 3, "", 2), TABLE.format("1.5", 4, "", 2)),
    "dtype": (TABLE.format("1.5", 3, "", 2), TABLE.format("1.5", "3.0", "", 2)),
    "row more": (
        TABLE.format("1.5", 3, "", 2),
        TABLE.format("1.5", 3, "<tr><th>2</th><td>1</td><td>1</td></tr>", 3),
    ),
    "column's name": (
        TABLE.format("1.5", 3, "", 2),
        TABLE.format("1.5", 3, "", 2).replace("price", "cost"),
    ),
    "caption": (TABLE.format("1.5", 3, "", 2), TABLE.format("1.5", 3, "", 9)),
    "Styler's colour": (STYLED.format("0a1b2", "red"), STYLED.format("0a1b2", "blue")),
    "text": ("<b>a</b>", "<b>b</b>"),
    "a hash": (
        "<b>d41d8cd98f00b204e9800998ecf8427e</b>",
        "<b>d41d8cd98f00b204e9800998ecf84271</b>",
    ),
    "structure": ("<b>a</b>", "<i>a</i>"),
    "a circle": ('<svg><circle cx="1" r="3"/></svg>', '<svg><circle cx="9" r="3"/></svg>'),
    "a bar's width": ('<svg><rect width="1"/></svg>', '<svg><rect width="5"/></svg>'),
    "the end of a scale": ('<progress value="1" max="10">', '<progress value="1" max="20">'),
    "a picture's text": ('<img src="a.png" alt="x">', '<img src="a.png" alt="y">'),
    "an old colour": ('<font color="red">a</font>', '<font color="blue">a</font>'),
    "a style sheet": (
        "<style>.a {color: red}</style><p class='a'>x</p>",
        "<style>.a {color: blue}</style><p class='a'>x</p>",
    ),
    "a class of the style sheet": (
        "<style>.a {color: red} .b {color: blue}</style><p class='a'>x</p>",
        "<style>.a {color: red} .b {color: blue}</style><p class='b'>x</p>",
    ),
    "blanks that are kept": ("<pre>a  b\n c</pre>", "<pre>a b\nc</pre>"),
    "a cell's colour": (
        CELL.format("<td style='background-color: red'>1</td>"),
        CELL.format("<td style='background-color: blue'>1</td>"),
    ),
    "a cell's old colour": (
        CELL.format("<td bgcolor='red'>1</td>"),
        CELL.format("<td bgcolor='blue'>1</td>"),
    ),
    "a colour in a cell": (
        CELL.format("<td><span style='color: red'>1</span></td>"),
        CELL.format("<td><span style='color: blue'>1</span></td>"),
    ),
    "a line in a cell": (
        CELL.format("<td><svg><path d='M0 1'/></svg></td>"),
        CELL.format("<td><svg><path d='M0 2'/></svg></td>"),
    ),
    "a cell's width": (
        CELL.format("<td colspan='2'>1</td>"),
        CELL.format("<td colspan='3'>1</td>"),
    ),
    "a box in a cell": (
        CELL.format("<td><input type='checkbox' checked></td>"),
        CELL.format("<td><input type='checkbox'></td>"),
    ),
    "floats that became objects": (FLOATS, OBJECTS),
    "floats that became text": (FLOATS, frame("0.1049", "0.25", "NaN", "0.12345678901234")),
    "large floats that became objects": (
        frame("1.234568e+08", "1.500000e-01"),
        frame("123456789.0", "0.15"),
    ),
    "long floats that became text": (
        frame("0.123457", "0.234568"),
        frame("0.12345678901", "0.2345678901234"),
    ),
    "floats that became integers": (frame("5.0", "6.0"), frame("5", "6")),
    "blanks in a cell": (CELL.format("<td>a  b</td>"), CELL.format("<td>a b</td>")),
    "blanks around a data frame's text": (
        TABLE.format("y", 3, "", 2),
        TABLE.format(" y", 3, "", 2),
    ),
    "a row's colour": (
        "<table><tr style='color: red'><td>1</td></tr></table>",
        "<table><tr style='color: blue'><td>1</td></tr></table>",
    ),
    "a table's title": (
        "<table><caption>a</caption><tr><td>1</td></tr></table>",
        "<table><caption>b</caption><tr><td>1</td></tr></table>",
    ),
    "link": ("<a href='x'>a</a>", "<a href='y'>a</a>"),
    "data in scripts": (
        '<script>draw({"id": "p1", "y": [1, 2.5]})</script>',
        '<script>draw({"id": "p1", "y": [1, 3.5]})</script>',
    ),
}

SVG = '<svg xmlns="http://www.w3.org/2000/svg"><metadata>{0}</metadata>{1}</svg>'
CLIPPED = (
    '<clipPath id="{0}"><rect x="{1}" y="0"/></clipPath><path clip-path="url(#{0})" d="M {2}"/>'
)
SAME_SVG = {
    "ids": (
        SVG.format("", CLIPPED.format("p0a1", 1, "0 1")),
        SVG.format("", CLIPPED.format("pff9", 1, "0 1")),
    ),
    "date": (SVG.format("2020-01-01", "<g/>"), SVG.format("2026-11-23", "<g/>")),
    "comment": (SVG.format("", "<!-- a --><g/>"), SVG.format("", "<g/>")),
    "close floats": (
        SVG.format("", CLIPPED.format("p", 1, "0.5 1.25")),
        SVG.format("", CLIPPED.format("p", 1, "0.5 1.250000001")),
    ),
}
DIFFERENT_SVG = {
    "path": (
        SVG.format("", CLIPPED.format("p", 1, "0 1")),
        SVG.format("", CLIPPED.format("p", 1, "0 2")),
    ),
    "text": (SVG.format("", "<text>a</text>"), SVG.format("", "<text>b</text>")),
    "text after a part of it": (
        SVG.format("", "<text>a<tspan>b</tspan>c</text>"),
        SVG.format("", "<text>a<tspan>b</tspan>d</text>"),
    ),
    "colour": (SVG.format("", '<g fill="red"/>'), SVG.format("", '<g fill="blue"/>')),
    "not XML": ("<svg><g>", "<svg><h>"),
    "entities": ("<!DOCTYPE a [<!ENTITY b 'c'>]><svg/>", "<!DOCTYPE a [<!ENTITY b 'd'>]><svg/>"),
}

PLOTLY = {"data": [{"uid": "a1", "x": [1, 2], "y": {"dtype": "f8", "bdata": "AAAAAAAA8D8="}}]}
SAME_JSON: dict[str, tuple[Any, Any]] = {
    "equal": ({"a": [1, 2.5]}, {"a": [1, 2.5]}),
    "keys' order": ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
    "close": ({"a": 0.1}, {"a": 0.1000000001}),
    "Plotly's ids": (PLOTLY, json.loads(json.dumps(PLOTLY).replace("a1", "b2"))),
    "packed floats": (PLOTLY, json.loads(json.dumps(PLOTLY).replace("AAAAAAAA8D8", "AQAAAAAA8D8"))),
    "address": ({"a": "<b at 0x7f0011223344>"}, {"a": "<b at 0x7f0011223355>"}),
}
SAME_DATA = {name: SAME_JSON[name] for name in ("equal", "keys' order", "close", "address")}
DIFFERENT_JSON: dict[str, tuple[Any, Any]] = {
    "value": ({"a": [1, 2]}, {"a": [1, 3]}),
    "key gone": ({"a": 1, "b": 2}, {"a": 1}),
    "key new": ({"a": 1}, {"a": 1, "b": None}),
    "length": ({"a": [1]}, {"a": [1, 1]}),
    "type": ({"a": 1}, {"a": True}),
    "integer and float": ({"a": 1}, {"a": "1"}),
    "who refers to whom": (
        {"p": {"id": "a"}, "q": {"id": "b"}, "ref": "a"},
        {"p": {"id": "a"}, "q": {"id": "b"}, "ref": "b"},
    ),
    "packed floats": (PLOTLY, json.loads(json.dumps(PLOTLY).replace("AAAAAAAA8D8", "AAAAAAAA8L8"))),
}

SAME_LATEX = {"blanks": ("$\\frac{1}{2}$ ", " $\\frac{1}{2}$"), "close": ("$0.5$", "$0.50$")}
DIFFERENT_LATEX = {"number": ("$\\frac{1}{2}$", "$\\frac{1}{3}$")}
SAME_MARKDOWN = {"equal": ("# a", "# a"), "float": ("is **0.1**", "is **0.10**")}
DIFFERENT_MARKDOWN = {
    "word": ("# a", "# b"),
    "code": ("    code", "code"),
    "a line that is broken": ("a  \nb", "a\nb"),
    "a list in a list": ("- a\n  - b", "- a\n- b"),
}
SAME_SCRIPT = {"ids": ('f({"id":"a1"}); g("a1")', 'f({"id":"b2"}); g("b2")')}
DIFFERENT_SCRIPT = {"data": ("f([1, 2])", "f([1, 3])")}
SAME_WIDGET = {"model": ({"model_id": "a"}, {"model_id": "b"})}
SAME_PDF = {
    # base64 of "%PDF /CreationDate (D:2020) x" and "%PDF /CreationDate (D:2026) x"
    "date": (
        "JVBERiAvQ3JlYXRpb25EYXRlIChEOjIwMjApIHg=",
        "JVBERiAvQ3JlYXRpb25EYXRlIChEOjIwMjYpIHg=",
    ),
}
DIFFERENT_PDF = {"content": ("JVBERiBh", "JVBERiBi")}

SAME: dict[str, dict[str, tuple[Any, Any]]] = {
    "text/plain": SAME_TEXT,
    "text/html": SAME_HTML,
    "image/svg+xml": SAME_SVG,
    "application/json": SAME_DATA,
    "application/vnd.plotly.v1+json": SAME_JSON,
    "text/latex": SAME_LATEX,
    "text/markdown": SAME_MARKDOWN,
    "application/javascript": SAME_SCRIPT,
    "application/vnd.jupyter.widget-view+json": SAME_WIDGET,
    "application/pdf": SAME_PDF,
}
DIFFERENT: dict[str, dict[str, tuple[Any, Any]]] = {
    "text/plain": DIFFERENT_TEXT,
    "text/html": DIFFERENT_HTML,
    "image/svg+xml": DIFFERENT_SVG,
    "application/json": DIFFERENT_JSON
    | {"ids that are data": ([{"id": "a"}, {"id": "b"}], [{"id": "a"}, {"id": "c"}])},
    "application/vnd.vegalite.v5+json": DIFFERENT_JSON,
    "text/latex": DIFFERENT_LATEX,
    "text/markdown": DIFFERENT_MARKDOWN,
    "application/javascript": DIFFERENT_SCRIPT,
    "application/pdf": DIFFERENT_PDF,
}


def rows(tables: dict[str, dict[str, tuple[Any, Any]]]) -> list[Any]:
    return [
        pytest.param(mime, *pair, id=f"{mime}: {name}")
        for mime, table in tables.items()
        for name, pair in table.items()
    ]


@pytest.mark.parametrize(("mime", "saved", "fresh"), rows(SAME))
def test_same(mime: str, saved: Any, fresh: Any) -> None:
    compare = comparator_of(mime)[1]
    assert compare(saved, fresh, TODAY).why is None


@pytest.mark.parametrize(("mime", "saved", "fresh"), rows(DIFFERENT))
def test_different(mime: str, saved: Any, fresh: Any) -> None:
    compare = comparator_of(mime)[1]
    answer = compare(saved, fresh, TODAY)
    assert answer.why is not None
    assert answer.why.endswith((".", "…"))
    assert compare(fresh, saved, TODAY).why is not None


def test_the_look_of_a_cell_is_told() -> None:
    answer = comparator_of("text/html")[1](*DIFFERENT_HTML["a cell's colour"], TODAY)
    assert answer.why == "One cell of the table looks different, at row 'a', column 2."
    assert answer.saved == 'a | 1 <td style="background-color: red">'


@pytest.mark.parametrize(
    "letter", ["/", "-", "a", "1", "{", "[", "<", "0x", "\b", "\r", "|", ",", "[1 ", "[1, 2"]
)
@pytest.mark.parametrize("mime", ["text/plain", "text/html", "application/json"])
def test_long_text_is_compared_in_linear_time(mime: str, letter: str) -> None:
    # With a pattern that takes quadratic time this test does not end.
    text = letter * 100_000
    assert comparator_of(mime)[1](text + "!", text + "?", TODAY).why is not None


def test_numbers_let_pass_are_told() -> None:
    compare = comparator_of("text/plain")[1]
    assert compare("0.1", "0.10000001", TODAY).notes == (
        "Floating point numbers differ by up to 1.0e-07 of their value.",
    )
    assert compare("0.1", "0.10000001", Tolerance(relative=1e-9)).why is not None


def test_object_ids_differ_only_where_they_are_asked_for() -> None:
    compare = comparator_of("text/plain")[1]
    pair = "140234567890128", "139876543210984"
    assert compare(*pair, TODAY).why is not None
    assert compare(*pair, Tolerance(object_ids=True)).why is None


def test_a_table_names_the_cell_that_differs() -> None:
    answer = comparator_of("text/html")[1](*DIFFERENT_HTML["value"], TODAY)
    assert answer.why == (
        "One cell of the table differs at row '0', column 'price': '1.5' is now '1.6'."
    )


def test_a_table_names_the_column_of_another_dtype() -> None:
    compare = comparator_of("text/html")[1]
    answer = compare(FLOATS, OBJECTS, TODAY)
    assert answer.why == (
        "The numbers of column 'price' are equal, but written as those of another dtype: "
        "'0.104900' is now '0.1049'."
    )
    assert answer.table is not None
    assert [row.kind for row in answer.table.rows] == ["head", "changed", "changed", "same", "gap"]


def test_another_count_of_decimals_is_told() -> None:
    compare = comparator_of("text/html")[1]
    answer = compare(*SAME_HTML["a column with fewer decimals"], TODAY)
    assert answer.notes == ("The same numbers are written with another count of decimals.",)


@pytest.mark.parametrize(
    ("saved", "fresh", "is_same"),
    [
        (("NameError", "name 'x' is not defined"), ("NameError", "name 'x' is not defined"), True),
        (
            ("NameError", "name 'lenn' is not defined"),
            ("NameError", "name 'lenn' is not defined. Did you mean: 'len'?"),
            True,
        ),
        (
            ("SyntaxError", "invalid syntax (<ipython-input-1-abc>, line 1)"),
            ("SyntaxError", "invalid syntax (1234.py, line 1)"),
            True,
        ),
        (("KeyError", "'a'"), ("KeyError", "'b'"), False),
        (("KeyError", "'a'"), ("IndexError", "'a'"), False),
        (("numpy.linalg.LinAlgError", "Singular"), ("LinAlgError", "Singular"), True),
    ],
)
def test_errors(saved: tuple[str, str], fresh: tuple[str, str], is_same: bool) -> None:
    assert (compare_error(saved, fresh, TODAY).why is None) is is_same


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("10%\r20%\r100%\n", "100%\n"),
        ("loading...\rdone", "doneing..."),
        ("loading...\r\x1b[Kdone", "done"),
        ("loading...\x1b[2K\rdone", "done"),
        ("a\r\nb\r\n", "a\nb\n"),
        ("ab\b\bcd", "cd"),
        ("1\b2\b3", "3"),
        ("\b\ba", "a"),
        ("a\nb\rc", "a\nc"),
    ],
)
def test_text_is_compared_as_a_terminal_leaves_it(text: str, shown: str) -> None:
    assert last_frames(text) == shown


@pytest.mark.parametrize("separator", [" ", "\n"])
def test_of_long_texts_the_part_that_differs_is_shown(separator: str) -> None:
    text = separator.join(["word"] * 50_000)
    answer = comparator_of("text/plain")[1](text + " old", text + " new", TODAY)
    assert "-" in answer.diff
    assert answer.saved.endswith("old")
    assert answer.fresh.endswith("new")
    assert max(map(len, (answer.diff, answer.saved, answer.fresh))) < 5_000
