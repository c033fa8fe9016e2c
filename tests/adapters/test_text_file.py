"""Python files keep their line ends and their byte order mark; other encodings are refused."""

from pathlib import Path

import pytest

from nb_refactor.adapters.text_file import TextFile, UnreadableFile, read_text


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", ""),
        (b"a\nb", "a\nb"),
        (b"a\r\nb\r\n", "a\nb\n"),
        (b"a\r\nb\n", "a\r\nb\n"),
        (b"a\rb", "a\rb"),
        (b"\xef\xbb\xbfa\r\n", "a\n"),
        ("é = 1\n".encode(), "é = 1\n"),
        (b"# coding: utf-8\na\n", "# coding: utf-8\na\n"),
    ],
)
def test_text_and_bytes_stand_for_each_other(tmp_path: Path, data: bytes, text: str) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(data)
    file = read_text(path)
    assert file is not None
    assert file.text == text
    assert file.encoded(file.text) == data


def test_new_lines_get_the_files_line_ends() -> None:
    file = TextFile.of(b"a\r\n", "a.py")
    assert file.encoded("a\nb\n") == b"a\r\nb\r\n"
    assert TextFile("").encoded("a\nb\n") == b"a\nb\n"


@pytest.mark.parametrize(
    "data", [b"\xe9", b"# coding: latin-1\n", b"# coding: nonsense\n", b"\xff\xfea\0"]
)
def test_another_encoding_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(UnreadableFile, match="UTF-8"):
        TextFile.of(data, "a.py")


def test_half_surrogates_cannot_be_written() -> None:
    with pytest.raises(UnreadableFile):
        TextFile("").encoded("\ud800")


def test_no_file_and_a_directory(tmp_path: Path) -> None:
    assert read_text(tmp_path / "none.py") is None
    with pytest.raises(UnreadableFile):
        read_text(tmp_path)
