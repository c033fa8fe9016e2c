"""`reproduce --html`: one page with all differences that needs nothing but itself."""

import base64
import io
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from PIL import Image

from .notebooks import content, nb_refactor, write

PICTURE = """from IPython.display import Image
import base64
Image(base64.b64decode('{}'))"""
MARKUP = "<script>alert('x')</script><img src='https://example.org/x.png'>"


class Page(HTMLParser):
    """The tags of a page, the addresses in it, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.addresses: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href")]

    def handle_data(self, data: str) -> None:
        self.text += data


def picture(colour: str) -> str:
    """A PNG in base64: left half white, right half of the colour."""
    image = Image.new("RGB", (80, 40), "white")
    image.paste(Image.new("RGB", (40, 40), colour), (40, 0))
    data = io.BytesIO()
    image.save(data, "PNG")
    return base64.b64encode(data.getvalue()).decode()


@pytest.fixture
def page(tmp_path: Path) -> Page:
    old, new = picture("red"), picture("blue")
    notebook = content(f"a\n{MARKUP}\n", roots=PICTURE.format(new), show="print('a\\nb')")
    saved = {"image/png": old, "text/plain": "<IPython.core.display.Image object>"}
    notebook["cells"][1]["outputs"] = [
        {"output_type": "execute_result", "execution_count": 2, "metadata": {}, "data": saved}
    ]
    write(tmp_path / "a.ipynb", notebook)
    write(tmp_path / "same & so.ipynb", content())
    (tmp_path / "r.html").write_text("an older report")
    done = nb_refactor("reproduce", ".", "-j", 2, "--html", "r.html", cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["a.ipynb", "r.html", "same & so.ipynb"]
    return Page((tmp_path / "r.html").read_text("utf-8"))


def test_all_differences_are_on_one_page(page: Page) -> None:
    assert {"script", "link", "iframe", "object"} & page.tags == set()
    assert all(re.match("#|data:image/png;base64,", address) for address in page.addresses)
    pictures = [address for address in page.addresses if address.startswith("data:")]
    opened = [Image.open(io.BytesIO(base64.b64decode(a.partition(",")[2]))) for a in pictures]
    # The saved one, the fresh one, and the fresh one again with what changed over it.
    colours = [(255, 0, 0), (0, 0, 255), (0, 0, 255)]
    assert [shown.convert("RGB").getpixel((79, 0)) for shown in opened[:3]] == colours
    marks = opened[3].convert("RGBA")
    assert (marks.getpixel((79, 0))[3] > 0, marks.getpixel((0, 0))[3]) == (True, 0)
    assert f"-{MARKUP}" in page.text
    assert "+b" in page.text
    assert "same & so.ipynb" in page.text
    assert "1 different, 1 reproduced" in page.text


def test_an_error_in_place_of_a_picture_is_text_and_names_are_code(tmp_path: Path) -> None:
    notebook = content(roots="pd.Series(values)")
    notebook["cells"][1]["outputs"] = [
        {
            "output_type": "display_data",
            "metadata": {},
            "data": {"image/png": picture("red"), "text/plain": "<Figure>"},
        }
    ]
    write(tmp_path / "a.ipynb", notebook)
    done = nb_refactor("reproduce", "a.ipynb", "--html", "r.html", cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    text = (tmp_path / "r.html").read_text("utf-8")
    pictures = [each for each in Page(text).addresses if each.startswith("data:")]
    assert len(pictures) == 1
    assert Image.open(io.BytesIO(base64.b64decode(pictures[0].partition(",")[2]))).size == (80, 40)
    assert "<code>pd</code>" in text
