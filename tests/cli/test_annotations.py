"""Findings beside lines of the notebook file: GitHub's workflow commands, and SARIF 2.1.0."""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from .notebooks import content, nb_refactor, write

COMMAND = re.compile(r"::(error|warning|notice) file=([^,:]*),line=(\d+),title=([^,:]*)::(.*)")
NAME = "50%, a:b é.ipynb"

# What is told of a rule, by the names that the standard gives to its parts.
SARIF_RULE = {"id", "shortDescription", "fullDescription", "help", "defaultConfiguration"}


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    """A notebook whose name, and whose findings' sentences, hold what has to be escaped."""
    show = "print(sum(roots) * scale)\nopen('/home/100%/a,b:c\\n::error::x')"
    return write(tmp_path / NAME, content(show=show))


def unescaped(text: str) -> str:
    """As GitHub's runner reads it."""
    for code, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ",")):
        text = text.replace(code, character)
    return text.replace("%25", "%")


def told(folder: Path) -> dict[str, Any]:
    """The findings as JSON tells them, by rule."""
    done = nb_refactor("check", NAME, "--json", cwd=folder)
    [report] = json.loads(done.stdout)["notebooks"]
    return {finding["rule"]: finding for cell in report["cells"] for finding in cell["findings"]}


def test_a_workflow_command_is_one_line_that_reads_back(odd: Path) -> None:
    findings = told(odd.parent)
    done = nb_refactor("check", NAME, "--format", "github", cwd=odd.parent)
    lines = done.stdout.splitlines()
    assert len(lines) == len(findings) == 2
    file_lines = odd.read_text("utf-8").splitlines()
    for line in lines:
        match = COMMAND.fullmatch(line)
        assert match is not None, line
        level, path, at, title, message = match.groups()
        rule, cell = unescaped(title).split(" in cell ")
        assert (unescaped(path), cell) == (NAME, "show")
        assert unescaped(message) == findings[rule]["message"]
        assert level == {"error": "error", "info": "notice"}[findings[rule]["severity"]]
        assert ("scale" if rule == "undefined-name" else "/home") in file_lines[int(at) - 1]


def test_a_sarif_log_has_what_the_standard_asks_for(odd: Path) -> None:
    findings = told(odd.parent)
    done = nb_refactor("check", NAME, "--format", "sarif", cwd=odd.parent)
    log = json.loads(done.stdout)
    assert (log["version"], len(log["runs"])) == ("2.1.0", 1)
    [run] = log["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert len(set(rules)) == len(rules)
    assert {result["ruleId"] for result in run["results"]} == set(findings)
    for rule in run["tool"]["driver"]["rules"]:
        assert set(rule) == SARIF_RULE
        texts = rule["shortDescription"], rule["fullDescription"], rule["help"]
        assert all(isinstance(text["text"], str) and text["text"] for text in texts)
        assert rule["defaultConfiguration"]["level"] in ("error", "warning", "note")
    assert run["tool"]["driver"]["name"] == "nb-refactor"
    assert log["$schema"].endswith("sarif-2.1.0.json")
    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] in ("error", "warning", "note")
        assert result["message"]["text"] == findings[result["ruleId"]]["message"]
        [location] = result["locations"]
        uri = location["physicalLocation"]["artifactLocation"]["uri"]
        assert re.fullmatch(r"[A-Za-z0-9._~/%-]+", uri)
        assert unquote(uri) == NAME
        assert location["physicalLocation"]["region"]["startLine"] >= 1


def test_a_sarif_log_of_a_clean_notebook_has_no_results(tmp_path: Path) -> None:
    path = write(tmp_path / "a.ipynb", content())
    done = nb_refactor("check", path, "--format", "sarif")
    assert (done.returncode, json.loads(done.stdout)["runs"][0]["results"]) == (0, [])


def test_an_absolute_path_is_an_address(odd: Path) -> None:
    done = nb_refactor("check", odd, "--format", "sarif")
    [first, *_] = json.loads(done.stdout)["runs"][0]["results"]
    location = first["locations"][0]["physicalLocation"]
    assert location["artifactLocation"]["uri"] == odd.as_uri()
