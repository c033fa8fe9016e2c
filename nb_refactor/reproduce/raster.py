"""Whether two pictures show the same, by what is drawn and not by bytes.

Two situations are told apart. When some words are equal to the pixel, the same program with the
same fonts drew both, and whatever else differs was drawn differently: already a few pixels count.
When no word is, another version or another font drew one of them, and every glyph and slanted
line differs a little: then a pixel is only held against it if nothing like it is found beside its
place, and such pixels only count where they hang together. Text in another font is recognised:
every word differs, at its old place, in its old colour, and nothing else does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from PIL import Image, ImageChops

from nb_refactor.reproduce.neighbourhood import brightest_near, darkest_near

Box = tuple[int, int, int, int]

EXACT_LEVEL = 2  # of 255: rounding
EXACT_PIXELS = 4
KEPT_WORDS = 2
WORD_PIXELS = 20
GREY_SPREAD = 40
NEAR_LEVEL = 64
NEAR_PIXELS = 10  # that hang together: about the difference between two digits
SLIGHT_SHARE = 0.1
FLAT_LEVEL = 12
FLAT_PIXELS = 25
GLYPH_HEIGHT = 30
LARGEST_SHIFT = 10
RUN = re.compile(rb"\xff+")


@dataclass(frozen=True)
class Piece:
    """Pixels that hang together: the box around them and how many they are."""

    box: Box
    pixels: int


@dataclass(frozen=True)
class Change:
    """What differs: the box around it in the saved picture, and the share of all pixels."""

    box: Box
    share: float


@dataclass(frozen=True)
class Look:
    """How two pictures compare: what differs, `None` if nothing that counts; and whether they
    had to be compared loosely, since another version or font drew one of them."""

    change: Change | None = None
    is_loose: bool = False


def look_at(saved: Image.Image, fresh: Image.Image, *, same_program: bool) -> Look:
    """Compare two RGB pictures. `same_program` says that nothing speaks against the same program
    having drawn both."""
    if saved.size != fresh.size:
        aligned = _aligned(saved, fresh)
        if aligned is None:
            return Look(Change((0, 0, *saved.size), 1.0))
        saved, fresh = aligned
    difference = _brightest_channel(ImageChops.difference(saved, fresh))
    if difference.getbbox() is None:
        return Look()
    if same_program and _keeps_words(saved, difference):
        return Look(_change(_above(difference, EXACT_LEVEL), EXACT_PIXELS))
    flat = darkest_near(_above(difference, FLAT_LEVEL), 2)
    return Look(_change(flat, FLAT_PIXELS) or _change_of_lines(saved, fresh), is_loose=True)


def changed_pixels(saved: Image.Image, fresh: Image.Image) -> Image.Image:
    """A mask of the pixels of two RGB pictures of one size that are clearly not the same."""
    difference = _brightest_channel(ImageChops.difference(saved, fresh))
    return _above(difference, FLAT_LEVEL)


def flattened(picture: Image.Image) -> Image.Image:
    """The picture as it looks on a white page."""
    if picture.mode in ("RGB", "L") and "transparency" not in picture.info:
        return picture.convert("RGB")
    layer = picture.convert("RGBA")
    page = Image.new("RGBA", layer.size, "white")
    return Image.alpha_composite(page, layer).convert("RGB")


def _change(mask: Image.Image, least: int) -> Change | None:
    count = _count(mask)
    box = mask.getbbox()
    if count < least or box is None:
        return None
    return Change(box, count / (mask.width * mask.height))


def _change_of_lines(saved: Image.Image, fresh: Image.Image) -> Change | None:
    """Pixels of either picture for which the other has nothing alike within one pixel."""
    mask = ImageChops.lighter(_without_like(saved, fresh), _without_like(fresh, saved))
    share = _count(mask) / (mask.width * mask.height)
    if share > 0.05:
        return _change(mask, 1)
    pieces = [piece for piece in connected(mask, join=1) if piece.pixels >= NEAR_PIXELS]
    words = _words(saved)
    pieces = [piece for piece in pieces if not _is_slight(piece, words)]
    if not pieces or _is_another_font(saved, fresh, words, pieces):
        return None
    return Change(_around([piece.box for piece in pieces]), share)


def _is_slight(piece: Piece, words: list[Piece]) -> bool:
    """Whether it is a small part of a word: letters move a little along a long line of text."""
    return any(
        _overlap(word.box, piece.box) and piece.pixels < SLIGHT_SHARE * word.pixels
        for word in words
    )


def _without_like(picture: Image.Image, other: Image.Image) -> Image.Image:
    below = ImageChops.subtract(darkest_near(other, 1), picture)
    above = ImageChops.subtract(picture, brightest_near(other, 1))
    return _above(_brightest_channel(ImageChops.lighter(below, above)), NEAR_LEVEL)


def _is_another_font(
    saved: Image.Image, fresh: Image.Image, old: list[Piece], changed: list[Piece]
) -> bool:
    """Whether what changed is text, all of it, each word where it was and as dark as it was."""
    if any(_height(piece.box) > GLYPH_HEIGHT for piece in changed):
        return False
    new = _words(fresh)
    if len(old) < 3 or abs(len(old) - len(new)) > 0.2 * len(old):
        return False
    touched = [word for word in old if any(_overlap(word.box, piece.box) for piece in changed)]
    if len(touched) < 0.7 * len(old):
        return False
    kept = [word for word in touched if _has_counterpart(word, new, saved, fresh)]
    return len(kept) >= 0.95 * len(touched)


def _words(picture: Image.Image) -> list[Piece]:
    """Small pieces of ink, with those of one line of text joined."""
    background = Image.new("RGB", picture.size, _commonest_colour(picture))
    ink = _above(_brightest_channel(ImageChops.difference(picture, background)), NEAR_LEVEL)
    pieces = connected(ink, join=7)
    return [piece for piece in pieces if 4 <= _height(piece.box) <= GLYPH_HEIGHT]


def _commonest_colour(picture: Image.Image) -> tuple[int, int, int]:
    few = picture.quantize(8, dither=Image.Dither.NONE)
    histogram = few.histogram()
    most = max(range(8), key=lambda index: histogram[index])
    red, green, blue = (few.getpalette() or [255] * 24)[3 * most : 3 * most + 3]
    return red, green, blue


def _has_counterpart(
    word: Piece, others: list[Piece], saved: Image.Image, fresh: Image.Image
) -> bool:
    middle, height = _middle(word.box), _height(word.box)
    for other in others:
        there = _middle(other.box)
        is_near = abs(middle[0] - there[0]) <= 6 and abs(middle[1] - there[1]) <= 4
        if is_near and abs(height - _height(other.box)) <= 4:
            return _ink(saved, word.box, other.box) == _ink(fresh, word.box, other.box)
    return False


def _ink(picture: Image.Image, *boxes: Box) -> tuple[int, ...]:
    """The darkest value of each channel in coarse steps, which a font does not change."""
    extrema = picture.crop(_around(list(boxes))).getextrema()
    return tuple(round(low / 96) for low, _ in extrema)  # type: ignore[misc]


def _aligned(saved: Image.Image, fresh: Image.Image) -> tuple[Image.Image, Image.Image] | None:
    """The common part of two pictures that differ by a few pixels in size, at the shift where
    they agree best; `None` when the sizes are too different."""
    across, down = fresh.width - saved.width, fresh.height - saved.height
    if max(abs(across), abs(down)) > LARGEST_SHIFT:
        return None
    grey = saved.convert("L"), fresh.convert("L")
    width, height = min(saved.width, fresh.width), min(saved.height, fresh.height)

    def parts(x: int, y: int) -> tuple[Box, Box]:
        left, top = max(0, -x), max(0, -y)
        return (left, top, left + width, top + height), _moved(x, y)

    def _moved(x: int, y: int) -> Box:
        left, top = max(0, x), max(0, y)
        return (left, top, left + width, top + height)

    def disagreement(shift: tuple[int, int]) -> int:
        a, b = parts(*shift)
        return _count(_above(ImageChops.difference(grey[0].crop(a), grey[1].crop(b)), NEAR_LEVEL))

    shifts = [(x, y) for x in _between(across) for y in _between(down)]
    a, b = parts(*min(shifts, key=disagreement))
    return saved.crop(a), fresh.crop(b)


def _between(change: int) -> range:
    return range(min(change, 0), max(change, 0) + 1)


def _keeps_words(saved: Image.Image, difference: Image.Image) -> bool:
    """Whether some words are equal to the pixel, or there are hardly any words to tell by."""
    words = [word for word in _words(saved) if word.pixels >= WORD_PIXELS]
    texts = [word for word in words if _is_grey(saved.crop(word.box))]
    kept = sum(difference.crop(word.box).getbbox() is None for word in texts)
    return kept >= min(KEPT_WORDS, len(texts))


def _is_grey(picture: Image.Image) -> bool:
    """Whether it has no colours: text seldom has, markers and bars do."""
    red, green, blue = picture.split()
    darkest = ImageChops.darker(ImageChops.darker(red, green), blue)
    spread = ImageChops.subtract(_brightest_channel(picture), darkest)
    return spread.getextrema()[1] <= GREY_SPREAD  # type: ignore[operator]


def _brightest_channel(picture: Image.Image) -> Image.Image:
    red, green, blue = picture.split()
    return ImageChops.lighter(ImageChops.lighter(red, green), blue)


def _above(grey: Image.Image, level: int) -> Image.Image:
    return grey.point([0] * (level + 1) + [255] * (255 - level))


def _count(mask: Image.Image) -> int:
    return mask.histogram()[255]


def connected(mask: Image.Image, *, join: int) -> list[Piece]:
    """The pieces of a black and white mask; runs of a row that are `join` pixels or less apart
    hang together. Works on runs of pixels: two runs of neighbouring rows belong together when
    they touch (as in He, Chao, Suzuki: run-based labelling, 2008)."""
    data, width = mask.tobytes(), mask.width
    parent: list[int] = []
    runs: list[tuple[int, int, int]] = []
    above: list[int] = []
    for y in range(mask.height):
        here: list[int] = []
        for match in RUN.finditer(data, y * width, (y + 1) * width):
            start, end = match.start() - y * width, match.end() - y * width
            runs.append((y, start, end))
            parent.append(len(parent))
            here.append(len(parent) - 1)
        for left, right in pairwise(here):
            if runs[right][1] - runs[left][2] <= join:
                _unite(parent, left, right)
        _unite_rows(parent, runs, above, here)
        above = here
    return _pieces(parent, runs)


def _unite_rows(
    parent: list[int], runs: list[tuple[int, int, int]], above: list[int], here: list[int]
) -> None:
    i = j = 0
    while i < len(above) and j < len(here):
        _, a_start, a_end = runs[above[i]]
        _, b_start, b_end = runs[here[j]]
        if a_start <= b_end and b_start <= a_end:
            _unite(parent, above[i], here[j])
        if a_end < b_end:
            i += 1
        else:
            j += 1


def _unite(parent: list[int], a: int, b: int) -> None:
    a, b = _root(parent, a), _root(parent, b)
    parent[max(a, b)] = min(a, b)


def _root(parent: list[int], a: int) -> int:
    while parent[a] != a:
        parent[a] = parent[parent[a]]
        a = parent[a]
    return a


def _pieces(parent: list[int], runs: list[tuple[int, int, int]]) -> list[Piece]:
    found: dict[int, Piece] = {}
    for n, (y, start, end) in enumerate(runs):
        root = _root(parent, n)
        box: Box = (start, y, end, y + 1)
        known = found.get(root)
        if known is None:
            found[root] = Piece(box, end - start)
        else:
            found[root] = Piece(_around([known.box, box]), known.pixels + end - start)
    return list(found.values())


def _around(boxes: list[Box]) -> Box:
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def _height(box: Box) -> int:
    return box[3] - box[1]


def _middle(box: Box) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
