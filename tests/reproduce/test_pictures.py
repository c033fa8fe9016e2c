"""Pictures are compared by what they show: a table of the same and one of different."""

from __future__ import annotations

import base64
import io
import math
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageFont, PngImagePlugin

from nb_refactor.reproduce.comparators import comparator_of
from nb_refactor.reproduce.comparators.image import REDRAWN
from nb_refactor.reproduce.tolerance import Tolerance

SCALE = 3  # drawn larger and made smaller: so edges are antialiased as plotting libraries do


def chart(
    *,
    factor: float = 1.0,
    colour: str = "#1f77b4",
    labels: tuple[str, ...] = ("0.0", "2.5", "5.0", "7.5"),
    title: str = "Sales by month",
    kind: str = "line",
    points: int = 60,
    size: tuple[int, int] = (400, 280),
    shift: tuple[float, float] = (0, 0),
    glyphs: float = 11,
) -> Image.Image:
    width, height = size
    picture = Image.new("RGB", (width * SCALE, height * SCALE), "white")
    pen = ImageDraw.Draw(picture)
    font = ImageFont.load_default(glyphs * SCALE)

    def at(x: float, y: float) -> tuple[float, float]:
        return (x + shift[0]) * SCALE, (y + shift[1]) * SCALE

    pen.rectangle([at(50, 30), at(380, 250)], outline="black", width=SCALE)
    for n, label in enumerate(labels):
        pen.text(at(20, 235 - 60 * n), label, fill="black", font=font)
        pen.text(at(60 + 80 * n, 255), str(10 * n), fill="black", font=font)
    pen.text(at(150, 10), title, fill="black", font=font)
    xs = [60 + 310 * n / points for n in range(points)]
    ys = [140 - factor * 80 * math.sin(x / 40) for x in xs]
    if kind == "line":
        pen.line([at(*point) for point in zip(xs, ys, strict=True)], fill=colour, width=2 * SCALE)
    elif kind == "bars":
        for x, y in zip(xs[::6], ys[::6], strict=True):
            pen.rectangle([at(x, min(y, 140)), at(x + 20, max(y, 140))], fill=colour)
    else:
        for x, y in zip(xs, ys, strict=True):
            pen.ellipse([at(x - 3, y - 3), at(x + 3, y + 3)], fill=colour)
    return picture.resize(size, Image.Resampling.BOX)


def encoded(picture: Image.Image, kind: str = "PNG", software: str = "Plot 1.0", **how: Any) -> str:
    buffer = io.BytesIO()
    if kind == "PNG":
        info = PngImagePlugin.PngInfo()
        info.add_text("Software", software)
        picture.save(buffer, kind, pnginfo=info, **how)
    else:
        picture.save(buffer, kind, **how)
    return base64.encodebytes(buffer.getvalue()).decode()


def transparent(picture: Image.Image) -> Image.Image:
    layer = picture.convert("RGBA")
    paper = picture.convert("L").point([255] * 255 + [0])
    layer.putalpha(paper)
    return layer


BASE = encoded(chart())
SAME: dict[str, tuple[str, str]] = {
    "bytes": (BASE, BASE),
    "line breaks of base64": (BASE, BASE.replace("\n", "")),
    "compression": (BASE, encoded(chart(), compress_level=1)),
    "software of another version": (BASE, encoded(chart(), software="Plot 2.0")),
    "transparent paper": (BASE, encoded(transparent(chart()))),
    "palette": (encoded(chart().quantize(256)), encoded(chart().quantize(256).convert("RGB"))),
    "antialiasing": (BASE, encoded(chart(shift=(0.3, 0.3)), software="Plot 2.0")),
    "softer rendering": (
        BASE,
        encoded(chart().filter(ImageFilter.GaussianBlur(0.4)), software="Plot 2.0"),
    ),
    "hinting of the same version": (BASE, encoded(chart(glyphs=11.4))),
    "JPEG of another quality": (
        encoded(chart(kind="bars"), "JPEG", quality=90),
        encoded(chart(kind="bars"), "JPEG", quality=80),
    ),
}
DIFFERENT: dict[str, tuple[str, str]] = {
    "curve": (BASE, encoded(chart(factor=0.8))),
    "curve by two per cent": (BASE, encoded(chart(factor=0.98))),
    "curve, other version": (BASE, encoded(chart(factor=0.8), software="Plot 2.0")),
    "sign": (BASE, encoded(chart(factor=-1), software="Plot 2.0")),
    "colour": (BASE, encoded(chart(colour="#ff7f0e"))),
    "colour, other version": (BASE, encoded(chart(colour="#ff7f0e"), software="Plot 2.0")),
    "colour, hardly": (BASE, encoded(chart(colour="#1f77c4"))),
    "bars' colour, other version": (
        encoded(chart(kind="bars")),
        encoded(chart(kind="bars", colour="#1f77d4"), software="Plot 2.0"),
    ),
    "axis limit": (BASE, encoded(chart(labels=("0.0", "5.0", "7.5", "9.5")))),
    "one label": (BASE, encoded(chart(labels=("0.0", "2.5", "5.0", "8.5")))),
    "title": (BASE, encoded(chart(title="Sales by mouth"))),
    "a point less": (encoded(chart(kind="dots")), encoded(chart(kind="dots", points=59))),
    "dots' colour, other version": (
        encoded(chart(kind="dots")),
        encoded(chart(kind="dots", colour="red"), software="Plot 2.0"),
    ),
    "dots moved, other version": (
        encoded(chart(kind="dots")),
        encoded(chart(kind="dots", factor=0.7), software="Plot 2.0"),
    ),
    "size": (BASE, encoded(chart(size=(440, 300)))),
    "JPEG": (encoded(chart(), "JPEG"), encoded(chart(factor=0.8), "JPEG")),
    "not a picture": (BASE, base64.b64encode(b"no picture").decode()),
    "a picture cut short": (BASE, BASE[: len(BASE) // 2]),
}


@pytest.mark.parametrize(("saved", "fresh"), SAME.values(), ids=SAME)
def test_same(saved: str, fresh: str) -> None:
    assert comparator_of("image/png")[1](saved, fresh, Tolerance()).why is None


@pytest.mark.parametrize(("saved", "fresh"), DIFFERENT.values(), ids=DIFFERENT)
def test_different(saved: str, fresh: str) -> None:
    assert comparator_of("image/png")[1](saved, fresh, Tolerance()).why is not None
    assert comparator_of("image/png")[1](fresh, saved, Tolerance()).why is not None


def test_what_is_let_pass_is_told() -> None:
    answer = comparator_of("image/png")[1](*SAME["antialiasing"], Tolerance())
    assert answer.notes == (REDRAWN,)


def test_both_pictures_are_shown_in_a_bounded_size() -> None:
    compare: Callable[..., Any] = comparator_of("image/jpeg")[1]
    large = chart(size=(2000, 1600))
    answer = compare(encoded(large), encoded(large.rotate(180)), Tolerance())
    for shown in (answer.saved, answer.fresh):
        picture = Image.open(io.BytesIO(base64.b64decode(shown)))
        assert (picture.format, max(picture.size)) == ("PNG", 800)


def test_another_resolution_is_told() -> None:
    compare = comparator_of("image/png")[1]
    answer = compare(BASE, encoded(chart(size=(556, 389))), Tolerance())
    assert answer.why is not None
    assert "at another resolution" in answer.why
    answer = compare(BASE, encoded(chart(size=(556, 280))), Tolerance())
    assert answer.why == "The picture was 400 × 280 pixels and is now 556 × 280."


def animation(*frames: Image.Image) -> str:
    buffer = io.BytesIO()
    frames[0].save(buffer, "GIF", save_all=True, append_images=frames[1:])
    return base64.b64encode(buffer.getvalue()).decode()


def test_animations_are_compared_frame_by_frame() -> None:
    compare = comparator_of("image/gif")[1]
    first, second, third = (chart(factor=n) for n in (1, 0.5, -1))
    assert compare(animation(first, second), animation(first, second), Tolerance()).why is None
    assert compare(animation(first, second), animation(first, third), Tolerance()).why is not None
    assert compare(animation(first, second), animation(first), Tolerance()).why is not None
