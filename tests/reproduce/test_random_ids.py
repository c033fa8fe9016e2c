"""Ids that are new in every run are not held against an output; ids that are data are."""

from __future__ import annotations

import base64
import html
from typing import Any
from urllib.parse import quote

import pytest

from nb_refactor.reproduce.comparators import comparator_of
from nb_refactor.reproduce.tolerance import Tolerance

A = "6f1b8a52-3c1f-4b5e-9a67-0123456789ab"
B = "0c9e7d31-7a2d-4c11-8b3f-fedcba987654"
C = "11111111-2222-4333-8444-555555555555"
HASH = "d41d8cd98f00b204e9800998ecf8427e"
OTHER = "0cc175b9c0f1b6a831c399e269772661"


def plotly(div: str, name: str = "a", value: int = 1) -> str:
    return (
        f'<div id="{div}" class="plotly-graph-div"></div><script>if (document.getElementById('
        f'"{div}")) {{ Plotly.newPlot("{div}", [{{"x":["{name}"],"y":[{value}]}}]) }}</script>'
    )


def altair(div: str, digest: str = HASH, name: str = "a", value: float = 1) -> str:
    return (
        f'<div id="altair-viz-{div}"></div><script>(function(spec) {{ if (outputDiv.id !== '
        f'"altair-viz-{div}") {{ outputDiv = document.getElementById("altair-viz-{div}"); }} }})('
        f'{{"data": {{"name": "data-{digest}"}}, "datasets": {{"data-{digest}": '
        f'[{{"id": "{name}", "v": {value}}}]}}}});</script>'
    )


def bokeh(div: str, document: str, root: str, value: int = 3) -> str:
    return (
        f'<div id="{div}" data-root-id="{root}"></div><script>const docs_json = {{"{document}":'
        f'{{"roots":[{{"name":"Figure","id":"{root}","attributes":{{"y":[1,{value}]}}}}]}}}}; '
        f'const render_items = [{{"docid":"{document}","roots":{{"{root}":"{div}"}},'
        f'"root_ids":["{root}"]}}];</script>'
    )


def folium(map_id: str, marker: str, latitude: float = 46.9) -> str:
    return (
        f'<div class="folium-map" id="map_{map_id}"></div><script>var map_{map_id} = L.map('
        f'"map_{map_id}", {{center: [{latitude}, 7.4]}}); var marker_{marker} = '
        f"L.marker([46.9, 7.4]).addTo(map_{map_id});</script>"
    )


def in_frame(page: str) -> str:
    return f'<iframe srcdoc="{html.escape(page)}"></iframe>'


def encoded(page: str) -> str:
    text = base64.b64encode(page.encode()).decode()
    return f'<iframe src="data:text/html;charset=utf-8;base64,{text}"></iframe>'


def quoted(page: str) -> str:
    return f'<iframe src="about:blank" data-html="{quote("<!DOCTYPE html>" + page)}"></iframe>'


def spec(digest: str = HASH, name: str = "a", value: float = 1, parameter: int = 1) -> Any:
    return {
        "data": {"name": f"data-{digest}"},
        "datasets": {f"data-{digest}": [{"id": name, "v": value}]},
        "params": [{"name": f"param_{parameter}"}],
    }


def trace(uid: str = A, custom: str = "a", number: str = "q") -> Any:
    return {"data": [{"uid": uid, "y": [1, 2], "customdata": [custom], "ids": [number]}]}


def script(docid: str, root: str, value: int = 1) -> str:
    return f'embed({{"docid":"{docid}","y":{value}}}); document.getElementById("{root}")'


VEGA = "application/vnd.vegalite.v5+json"
PLOTLY = "application/vnd.plotly.v1+json"
BOKEH = "application/vnd.bokehjs_exec.v0+json"
SAME: dict[str, tuple[str, Any, Any]] = {
    "an element and who asks for it": ("text/html", plotly(A), plotly(B)),
    "Altair's element": ("text/html", altair(HASH), altair(OTHER)),
    "Altair's digest of close numbers": (
        "text/html",
        altair(HASH, HASH, value=0.1),
        altair(HASH, OTHER, value=0.10000000001),
    ),
    "Bokeh's elements, documents and counters": (
        "text/html",
        bokeh(A, B, "p1001"),
        bokeh(B, C, "p1034"),
    ),
    "variables of a script": ("text/html", folium(HASH, OTHER), folium(OTHER, HASH)),
    "a page in a frame": (
        "text/html",
        in_frame(folium(HASH, OTHER)),
        in_frame(folium(OTHER, HASH)),
    ),
    "a page as base64": ("text/html", encoded(folium(HASH, OTHER)), encoded(folium(OTHER, HASH))),
    "a page, quoted": ("text/html", quoted(folium(HASH, OTHER)), quoted(folium(OTHER, HASH))),
    "a link within the page": (
        "text/html",
        f'<a href="#{A}">a</a><div id="{A}">b</div>',
        f'<a href="#{B}">a</a><div id="{B}">b</div>',
    ),
    "a label and its box": (
        "text/html",
        f'<input id="{A}" type="checkbox"><label for="{A}">a</label>',
        f'<input id="{B}" type="checkbox"><label for="{B}">a</label>',
    ),
    "a style sheet's element": (
        "text/html",
        '<style>#qwerty td {color: red}</style><div id="qwerty">a</div>',
        '<style>#asdfgh td {color: red}</style><div id="asdfgh">a</div>',
    ),
    "Vega's parameter": (VEGA, spec(), spec(parameter=7)),
    "Vega's digest of close numbers": (
        VEGA,
        spec(HASH, value=0.1),
        spec(OTHER, value=0.1000000001),
    ),
    "a trace of Plotly": (PLOTLY, trace(A), trace(B)),
    "Bokeh's roots": (
        BOKEH,
        {"root_ids": ["1001"], "docs": {"x": {"id": "1001", "ref": "1001"}}},
        {"root_ids": ["2001"], "docs": {"x": {"id": "2001", "ref": "2001"}}},
    ),
    "a script's ids": ("application/javascript", script(A, HASH), script(B, OTHER)),
}
DIFFERENT: dict[str, tuple[str, Any, Any]] = {
    "printed": ("text/plain", A, B),
    "in a repr": ("text/plain", f"UUID('{A}')", f"UUID('{B}')"),
    "shown": ("text/html", f"<p>{A}</p>", f"<p>{B}</p>"),
    "shown, and an element's id": (
        "text/html",
        f'<p id="{A}">{A}</p>',
        f'<p id="{B}">{B}</p>',
    ),
    "in a table": (
        "text/html",
        f"<table><tr><td>{A}</td></tr></table>",
        f"<table><tr><td>{B}</td></tr></table>",
    ),
    "five hexadecimal digits in a table": (
        "text/html",
        "<table><tr><td>T_00001</td></tr></table>",
        "<table><tr><td>T_00002</td></tr></table>",
    ),
    "a link elsewhere": (
        "text/html",
        f'<a href="https://example.org/{A}">a</a>',
        f'<a href="https://example.org/{B}">a</a>',
    ),
    "a value in a script": ("text/html", plotly(A, B), plotly(A, C)),
    "a digest in a script": (
        "text/html",
        f'<script>draw(["{HASH}"])</script>',
        f'<script>draw(["{OTHER}"])</script>',
    ),
    "what data calls an id": ("text/html", altair(HASH), altair(HASH, name="b")),
    "a number beside ids": ("text/html", altair(HASH, value=1), altair(OTHER, value=2)),
    "a number beside Bokeh's ids": (
        "text/html",
        bokeh(A, B, "p1001"),
        bokeh(A, B, "p1001", value=4),
    ),
    "a page in a frame": (
        "text/html",
        in_frame(folium(HASH, OTHER)),
        in_frame(folium(HASH, OTHER, 47.9)),
    ),
    "a page as base64": (
        "text/html",
        encoded(folium(HASH, OTHER)),
        encoded(folium(HASH, OTHER, 47.9)),
    ),
    "a page, quoted": (
        "text/html",
        quoted(folium(HASH, OTHER)),
        quoted(folium(HASH, OTHER, 47.9)),
    ),
    "what Vega's data calls an id": (VEGA, spec(), spec(name="b")),
    "a UUID in Vega's data": (VEGA, spec(name=A), spec(name=B)),
    "a UUID in Plotly's data": (PLOTLY, trace(custom=A), trace(custom=B)),
    "Plotly's ids of points": (PLOTLY, trace(number="a"), trace(number="b")),
    "a country's id": (
        "application/geo+json",
        {"type": "Feature", "id": "CHE"},
        {"type": "Feature", "id": "DEU"},
    ),
    "a UUID in JSON": ("application/json", {"key": A}, {"key": B}),
    "a script's number": ("application/javascript", script(A, HASH), script(A, HASH, 2)),
}


@pytest.mark.parametrize(("mime", "saved", "fresh"), SAME.values(), ids=SAME)
def test_same(mime: str, saved: Any, fresh: Any) -> None:
    assert comparator_of(mime)[1](saved, fresh, Tolerance()).why is None


@pytest.mark.parametrize(("mime", "saved", "fresh"), DIFFERENT.values(), ids=DIFFERENT)
def test_different(mime: str, saved: Any, fresh: Any) -> None:
    assert comparator_of(mime)[1](saved, fresh, Tolerance()).why is not None
