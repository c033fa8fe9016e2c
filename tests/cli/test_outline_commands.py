"""`nb-refactor candidates` and `nb-refactor map` on a file."""

import json
from pathlib import Path

import pytest

from nb_refactor.cli import main

EXAMPLE = Path(__file__).parents[2] / "example" / "notebooks" / "demand.ipynb"


@pytest.mark.parametrize(("command", "key"), [("candidates", "candidates"), ("map", "flows")])
def test_json_goes_out_alone_and_the_file_stays(
    command: str, key: str, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    before = EXAMPLE.read_bytes()
    assert main([command, str(EXAMPLE), "--json"]) == 0
    out, err = capsysbinary.readouterr()
    assert json.loads(out)[key]
    assert err == b""
    assert EXAMPLE.read_bytes() == before


def test_text_names_cells_and_reasons(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["candidates", str(EXAMPLE)]) == 0
    out = capsys.readouterr().out
    assert "(add-features): (rentals) -> rentals" in out
    assert "reads only `rentals`" in out
    assert main(["map", str(EXAMPLE)]) == 0
    assert "from bikes.days" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["candidates", "map"])
def test_what_is_no_notebook_gets_a_sentence(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, str(tmp_path / "none.ipynb")]) == 2
    assert capsys.readouterr().err.count("\n") == 1
