"""The browser's types are made from the server's structs."""

import sys
from pathlib import Path

import pytest

from nb_refactor.server import typescript


def test_the_file_in_the_repository_is_fresh() -> None:
    assert typescript.main(["--check"]) == 0


def test_a_stale_file_is_told_and_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "src" / "messages.ts"
    monkeypatch.setattr(typescript, "TARGET", target)
    assert typescript.main(["--check"]) == 1
    assert not target.exists()
    assert typescript.main([]) == 0
    assert typescript.main(["--check"]) == 0
    target.write_text(target.read_text() + "// edited\n")
    assert typescript.main(["--check"]) == 1
    assert "is not what" in capsys.readouterr().err
    assert sys.modules["nb_refactor.server.messages"]


@pytest.mark.parametrize(
    "line",
    [
        "export type State = 'fresh' | 'hidden' | 'affected' | 'not_run' | 'unknown';",
        "  kind: 'change_set';",
        "  at: Span | null;",
        "  execution_count?: number | null;",
        "  content: Record<string, unknown>;",
        "  files: FileEdit[];",
        "export type ApplyResponse = Applied | Conflict;",
        "export type CheckResponse = NotebookReport;",
        "export const RUN_EVENT = 'https://nb-refactor.dev/run/v1';",
    ],
)
def test_unions_options_and_names_come_through(line: str) -> None:
    assert line in typescript.render().splitlines()


def test_what_the_server_alone_sends_has_all_its_fields() -> None:
    report = typescript.render().partition("export interface NotebookReport")[2].partition("}")[0]
    assert "?" not in report
