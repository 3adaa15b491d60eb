"""`toolgrad verify` on runs of the real workflow with built-in tools."""

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.integration.command import lines
from toolgrad_data import cli

GENERATE = ["generate", "--samples", "6", "--seed", "3", "--calls", "1:1,2:1", "--tools", "builtin:moon"]
Toolgrad = Callable[..., tuple[int, str, str]]


@pytest.fixture
def toolgrad(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Toolgrad:
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["toolgrad", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        return int(ended.value.code or 0), captured.out, captured.err

    assert run(*GENERATE, "--out", "run")[0] == 0
    return run


def rewrite(path: Path, number: int, change: Callable[[dict[str, Any]], None]) -> None:
    records = lines(path)
    change(records[number - 1])
    path.write_text("".join(json.dumps(record) + "\n" for record in records))


def test_a_run_verifies_clean_with_and_without_replay(toolgrad: Toolgrad) -> None:
    code, out, _ = toolgrad("verify", "run")
    assert code == 0
    assert "clean         6 of 6" in out
    assert "executed    6 not checked" in out
    # Its own tools: `builtin:moon` alone.
    code, out, _ = toolgrad("verify", "run", "--replay", "--json")
    assert code == 0
    report = json.loads(out)
    for name in ("executed", "typed", "grounded", "replayed", "distinct"):
        assert report["proved"][name]["held"] == 6, name
    assert report["replay"]["outcomes"] == {"same": report["replay"]["steps"]}


def test_a_tampered_result_is_found_by_replay_alone(toolgrad: Toolgrad, tmp_path: Path) -> None:
    path = tmp_path / "run" / "records.jsonl"

    def tamper(record: dict[str, Any]) -> None:
        record["turns"][0]["steps"][-1]["result"] = {"forged": True}
        record["turns"][0]["response"] = ""

    rewrite(path, 2, tamper)
    code, out, _ = toolgrad("verify", "run/records.jsonl", "--replay", "--json")
    report = json.loads(out)
    assert code == 1
    replayed = [wrong for wrong in report["findings"] if wrong["code"] == "result_differs"]
    assert [(wrong["line"], wrong["promise"]) for wrong in replayed] == [(2, "replayed")]
    assert report["proved"]["executed"]["failed"] == 1


def test_tools_that_changed_or_vanished_are_named(toolgrad: Toolgrad, tmp_path: Path) -> None:
    def change(record: dict[str, Any]) -> None:
        record["tools"][0]["parameters"]["properties"]["novelty"] = {"type": "string"}

    rewrite(tmp_path / "run" / "records.jsonl", 1, change)
    code, out, _ = toolgrad("verify", "run", "--replay")
    assert code == 1
    assert "takes other parameters now than the record says" in out
    code, out, _ = toolgrad("verify", "run", "--replay", "--tools", "builtin:currency")
    assert code == 1
    assert "is not among those loaded" in out
    assert "vanished" in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere"], "nowhere: does not exist"),
        (["run", "--tools", "bultin", "--replay"], "unknown tool spec 'bultin'"),
        (["picture.png"], "no line is a record"),
        (["empty.jsonl"], "no line is a record"),
        (["run", "--distinct-from", "none.jsonl"], "none.jsonl: cannot be read"),
        (["run", "--limit", "0"], "greater than or equal to 1"),
        (["run", "--config", "none.toml"], "--config: no tool is run. Add --replay"),
        (["run", "--tools", "builtin:moon", "--allow-writes"], "--tools, --allow-writes: no tool is run"),
        (["--from", "trl", "--allow-unannotated", "run/records.jsonl"], "--allow-unannotated: no tool is run"),
    ],
)
def test_wrong_usage_and_unreadable_files_exit_2(
    toolgrad: Toolgrad, tmp_path: Path, arguments: list[str], words: str
) -> None:
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    (tmp_path / "empty.jsonl").write_bytes(b"")
    code, _, err = toolgrad("verify", *arguments)
    assert code == 2
    assert words in err


def test_tools_of_the_run_that_are_not_here_are_named_as_such(toolgrad: Toolgrad, tmp_path: Path) -> None:
    shutil.copytree("run", tmp_path / "moved")
    info = json.loads(Path("run/run.json").read_text())
    info["settings"]["tools"] = ["python:gone.py:TOOLS"]
    (tmp_path / "moved" / "run.json").write_text(json.dumps(info))
    code, _, err = toolgrad("verify", str(tmp_path / "moved"), "--replay")
    assert code == 2
    assert "cannot read gone.py" in err
    assert "The run was made with it. Verify in the folder where it was made, or name tools with --tools." in err
    code, _, err = toolgrad("verify", "run", "--replay", "--tools", "python:gone.py:TOOLS")
    assert code == 2
    assert "The run was made with it" not in err


def test_other_peoples_data(toolgrad: Toolgrad, tmp_path: Path) -> None:
    tools = [{"name": "hotel_search", "description": "", "parameters": {"city": {"type": "str", "description": ""}}}]
    rows = [
        {"id": number, "query": "Find a hotel in Genoa.", "tools": json.dumps(tools), "answers": json.dumps(answers)}
        for number, answers in enumerate(
            [[{"name": "hotel_search", "arguments": {"city": city}}] for city in ("Genoa", "Milan")]
        )
    ]
    (tmp_path / "theirs.json").write_text(json.dumps(rows))
    code, out, _ = toolgrad("verify", "--from", "xlam", "theirs.json", "--json")
    report = json.loads(out)
    assert code == 1
    assert (report["format"], report["records"]) == ("xlam", 2)
    assert {(wrong["line"], wrong["code"]) for wrong in report["findings"]} == {(2, "no_source"), (2, "similar_query")}
    assert set(report["not_checkable"]) == {"executed", "faithful", "replayed"}
    code, _, err = toolgrad("verify", "--from", "trl", "theirs.json")
    assert code == 2
    assert "no line is a row of trl with calls" in err
    assert toolgrad("verify", "--from", "parquet", "theirs.json")[0] == 2


def test_an_interrupted_verification_says_so(
    toolgrad: Toolgrad, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    (tmp_path / "some.jsonl").write_text("{}\n")
    monkeypatch.setattr("toolgrad_data.verify.verification.verify_file", interrupted)
    code, _, err = toolgrad("verify", "some.jsonl")
    assert code == 130
    assert "was not verified to its end" in err
