"""The darkest and the brightest value around each pixel, beside Pillow's own filters."""

from __future__ import annotations

import random

import pytest
from PIL import Image, ImageFilter

from nb_refactor.reproduce.neighbourhood import brightest_near, darkest_near

SIZES = [(1, 1), (1, 4), (2, 3), (5, 1), (6, 5), (40, 23)]


@pytest.mark.parametrize("mode", ["L", "RGB"])
@pytest.mark.parametrize("reach", [1, 2, 3])
@pytest.mark.parametrize("size", SIZES)
def test_they_are_what_sorting_each_window_gives(
    size: tuple[int, int], reach: int, mode: str
) -> None:
    drawn = random.Random(repr((size, reach, mode)))
    picture = Image.frombytes("RGB", size, drawn.randbytes(3 * size[0] * size[1])).convert(mode)
    window = 2 * reach + 1
    least, greatest = ImageFilter.MinFilter(window), ImageFilter.MaxFilter(window)
    assert darkest_near(picture, reach).tobytes() == picture.filter(least).tobytes()
    assert brightest_near(picture, reach).tobytes() == picture.filter(greatest).tobytes()
