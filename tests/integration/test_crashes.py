"""A tool that crashes samples: it is named with its place, its calls are counted, and the run goes on without it."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.integration.command import HERE, lines, run, without_times

CRASHING = ["--tools", f"python:{HERE}/crashing_tools.py:TOOLS", "--allow-writes", "--calls", "1:100"]
COMMAND = ["generate", *CRASHING, "--samples", "14", "--seed", "3", "--out", "run"]


def made(folder: Path) -> Counter[str]:
    return Counter(call["tool"] for call in lines(folder / "calls.log"))


def verdicts(folder: Path) -> dict[str, dict[str, Any]]:
    both = [record for name in ("records", "rejected") for record in lines(folder / "run" / f"{name}.jsonl")]
    assert len({record["id"] for record in both}) == len(both)
    return {record["id"]: record for record in both}


@pytest.mark.parametrize("engine", [["--concurrency", "1"], ["--workers", "2"]], ids=["here", "workers"])
def test_the_run_goes_on_without_the_tool(tmp_path: Path, engine: list[str]) -> None:
    code, out, err = run(tmp_path, *COMMAND, *engine)
    assert code == 0, err
    done = verdicts(tmp_path)
    assert len(done) == 14
    crashes = lines(tmp_path / "run" / "crashes.jsonl")
    assert {crash["tool"] for crash in crashes} == {"water_bed"}
    first = crashes[0]
    assert (first["then"], first["place"]) == ("made_again", "tests/integration/crashing_tools.py:21")
    assert first["error"] == "TypeError: a value that this serializer does not take"
    assert [call["tool"] for call in first["calls"] if call["ok"]].count("water_bed") >= 1
    assert 'File "toolgrad_data/checkpoints.py", line' in first["traceback"]
    # Nothing of the machine.
    text = (tmp_path / "run" / "crashes.jsonl").read_text()
    assert str(tmp_path) not in text
    assert str(HERE.parent.parent) not in text
    # The crashed samples were made again without it, and none of the others lost by it.
    for crash in crashes:
        record = done[crash["id"]]
        assert "water_bed" not in record["offered"]
        assert record["meta"]["tool_calls"] >= len(crash["calls"]) + len(record["attempts"])
    summary = json.loads((tmp_path / "run" / "summary.json").read_text())
    # All that reached the tools is counted.
    assert summary["tool_calls"] == made(tmp_path).total()
    # From the second crash on, the run does without.
    info = json.loads((tmp_path / "run" / "run.json").read_text())
    assert list(info["left_out"]) == ["water_bed"]
    assert len(info["left_out"]["water_bed"]["samples"]) == 2
    assert summary["left_out"]["water_bed"].startswith("TypeError: a value")
    assert "water_bed is left out of the run from here" in err
    assert "water_bed, which crashed: TypeError" in out
    assert "water_bed" not in done["s3-000013"]["offered"]
    # A later command keeps to it.
    before = made(tmp_path)["water_bed"]
    code, _, err = run(tmp_path, *COMMAND[:-4], "--seed", "3", "--out", "run", *engine, "--samples", "20")
    assert code == 0, err
    assert made(tmp_path)["water_bed"] == before


def test_a_sample_that_is_made_again_comes_out_the_same(tmp_path: Path) -> None:
    """What order decides is only from when on the tool is left out: the crashed samples themselves are the same."""
    found: list[dict[str, dict[str, Any]]] = []
    for concurrency in ("1", "3"):
        folder = tmp_path / concurrency
        folder.mkdir()
        code, _, err = run(folder, *COMMAND, "--concurrency", concurrency)
        assert code == 0, err
        crashed = {crash["id"] for crash in lines(folder / "run" / "crashes.jsonl")}
        found.append({id: without_times(record) for id, record in verdicts(folder).items() if id in crashed})
    both = found[0].keys() & found[1].keys()
    assert both
    assert [found[0][id] for id in both] == [found[1][id] for id in both]


def test_a_tool_that_is_alone_is_told_and_nothing_is_made_again(tmp_path: Path) -> None:
    alone = ["--tools", f"python:{HERE}/crashing_tools.py:water_bed", "--allow-writes", "--calls", "1:100"]
    code, out, err = run(tmp_path, "generate", *alone, "--samples", "4", "--out", "run", "--concurrency", "1")
    assert code == 1
    rejected = lines(tmp_path / "run" / "rejected.jsonl")
    assert [record["reasons"][0].partition(" with ")[0] for record in rejected[:2]] == ["crashed in water_bed"] * 2
    assert "(at tests/integration/crashing_tools.py:21)" in rejected[0]["reasons"][0]
    assert [len(record["attempts"]) for record in rejected] == [1, 1, 0, 0]
    assert "left out: the sample does without water_bed, which crashed samples" in rejected[2]["reasons"]
    assert "tool calls      2" in out
    assert made(tmp_path) == {"water_bed": 2}
    assert "--again" in err
