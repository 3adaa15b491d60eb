"""A tool that crashes samples: it is named with its place, its calls are counted, and the run goes on without it."""

import json
import signal
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.integration.command import HERE, lines, run, start, wait_for, without_times

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
    assert 'File "toolgrad_data/runs/checkpoints.py", line' in first["traceback"]
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


KEY = """
import datetime as dt
import os

from tool_registry.declare import annotate


@annotate(read_only=True, deterministic=True)
def search(query: str) -> dict:
    \"\"\"Search for a query.\"\"\"
    if "KEY" not in os.environ:
        raise RuntimeError("no API key is set: export KEY")
    return {"found": 100 + len(query)}


@annotate(read_only=True, deterministic=True)
def after(day: dt.date, span: dt.timedelta) -> dt.date:
    \"\"\"Find the day after a span of time.\"\"\"
    return day + span
"""


def test_the_end_names_what_failed_and_again_makes_it_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "key.py").write_text(KEY)
    monkeypatch.delenv("KEY", raising=False)
    command = ["generate", "--tools", "python:key.py:search", "--samples", "3", "--calls", "1:100", "--out", "run"]
    code, out, err = run(tmp_path, *command)
    assert code == 1
    assert "search: tool_error × " in err
    assert "no API key is set: export KEY" in err
    assert "Look at what search says, and mend what it needs" in err
    assert "the same command with --again" in err
    assert (out + err).count("no API key is set") == 1, "the same sentence once"
    monkeypatch.setenv("KEY", "1")
    code, out, err = run(tmp_path, *command)
    assert code == 1, "without --again nothing is missing"
    code, out, err = run(tmp_path, *command, "--again")
    assert code == 0, err
    assert lines(tmp_path / "run" / "records.jsonl")
    assert len(verdicts(tmp_path)) == len(lines(tmp_path / "run" / "rejected.earlier.jsonl")) == 3


def test_a_parameter_without_a_value_is_named_and_examples_mend_it(tmp_path: Path) -> None:
    (tmp_path / "key.py").write_text(KEY)
    table = 'samples = 2\nout = "run"\ncalls = "1:100"\n[[tools]]\nspec = "python:key.py:after"\n'
    (tmp_path / "run.toml").write_text(table)
    code, _, err = run(tmp_path, "generate", "--config", "run.toml")
    assert code == 1
    assert "`span` of `after` has no value: give `examples`" in err
    assert '[tools.examples."after"] span = […]' in err
    assert "no value: `span` of `after` has no value" in lines(tmp_path / "run" / "rejected.jsonl")[0]["reasons"]
    (tmp_path / "run.toml").write_text(table + '[tools.examples."after"]\nspan = ["P3D", "P10D"]\n')
    code, _, err = run(tmp_path, "generate", "--config", "run.toml")
    assert code == 2
    assert "--again" in err
    code, _, err = run(tmp_path, "generate", "--config", "run.toml", "--again")
    assert code == 0, err
    (spec, *_) = lines(tmp_path / "run" / "records.jsonl")[0]["tools"]
    assert spec["parameters"]["properties"]["span"]["examples"] == ["P3D", "P10D"]


GATED = """
import json
import os
import time
from typing import Annotated

from pydantic import Field

from tool_registry.declare import annotate


@annotate(read_only=True, deterministic=True)
def shelf_of(volume: Annotated[int, Field(title="volume", ge=1, le=9000)]) -> dict:
    \"\"\"Find the shelf that a volume stands on.\"\"\"
    if not os.path.exists("open"):
        raise RuntimeError("the library is closed")
    with open("calls.log", "a") as log:
        log.write(json.dumps({"volume": volume}) + chr(10))
    time.sleep(float(os.environ["CALL_SECONDS"]))
    return {"shelf": 10 + volume % 977}
"""


def test_kill_9_in_a_round_loses_and_doubles_nothing(tmp_path: Path) -> None:
    (tmp_path / "library.py").write_text(GATED)
    command = [
        "generate",
        "--tools",
        "python:library.py:shelf_of",
        "--samples",
        "8",
        "--seed",
        "5",
        "--calls",
        "1:100",
        "--turns",
        "1:100",
    ]
    command += ["--out", "run", "--concurrency", "2", "--proposals", "1"]
    code, _, err = run(tmp_path, *command)
    assert code == 1, err
    old = (tmp_path / "run" / "rejected.jsonl").read_bytes()
    assert old.count(b"\n") == 8
    (tmp_path / "open").touch()
    process = start(tmp_path, *command, "--again", seconds=0.3)
    wait_for(process, lambda: len(lines(tmp_path / "run" / "records.jsonl")) >= 3)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    kept = (tmp_path / "run" / "records.jsonl").read_bytes()
    before = len(lines(tmp_path / "calls.log"))
    code, _, err = run(tmp_path, *command, "--again")
    assert code == 0, err
    assert sorted(verdicts(tmp_path)) == [f"s5-{index:06d}" for index in range(8)]
    assert (tmp_path / "run" / "records.jsonl").read_bytes().startswith(kept[: kept.rfind(b"\n") + 1])
    # Those that were under way, two at most, had their calls made again; none that was done.
    assert len(lines(tmp_path / "calls.log")) - before <= 8 - 3
    assert (tmp_path / "run" / "rejected.earlier.jsonl").read_bytes() == old
    assert len(json.loads((tmp_path / "run" / "run.json").read_text())["rounds"]) == 1
