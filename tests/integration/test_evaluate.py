"""`toolgrad evaluate` against the simulated endpoint: it finds the rate, keeps each trial once, and tells nothing."""

import json
import re
import signal
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from bench.endpoint.chat import Answered, ChatRequest
from bench.endpoint.server import serving
from bench.endpoint.solver import Solver
from tests.integration.command import lines, run, start, wait_for
from tests.integration.evaluated import make_run, solving
from toolgrad_data.runs.reading import read_records

TASKS = 50


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_run(tmp_path_factory.mktemp("played"), TASKS + 14)


def said_first(trial: dict[str, Any]) -> str:
    return str(next(message["content"] for message in trial["messages"] if message["role"] == "user"))


def evaluate(played: Path, url: str, *options: str) -> tuple[int, str, str]:
    return run(played.parents[1], "evaluate", "runs/played", "--model", "m", "--base-url", url, *options)


def test_200_episodes_killed_several_times_are_there_once_each_and_the_rate_is_found(played: Path) -> None:
    out = played.parents[1] / "killed"
    arguments = ["--limit", str(TASKS), "--negatives", "0", "--concurrency", "16", "--out", str(out)]
    trials = out / "trials.jsonl"
    with solving(played, 0.7) as url:
        for kills in range(1, 5):
            command = ["evaluate", "runs/played", "--model", "m", "--base-url", url, *arguments]
            process = start(played.parents[1], *command)
            wait_for(process, lambda kills=kills: len(lines(trials)) >= 30 * kills)  # type: ignore[misc]
            process.kill()
            process.communicate()
        with trials.open("ab") as file:  # as killed in mid-write
            file.write(b'{"version":1,"task":"ta')
        code, said, err = evaluate(played, url, *arguments, "--json")
    assert code == 0, err
    assert "cut off in mid-write" in err
    done = Counter((line["task"], line["trial"]) for line in lines(trials))
    assert len(done) == 4 * TASKS
    assert set(done.values()) == {1}
    assert Counter(task for task, _ in done) == dict.fromkeys({task for task, _ in done}, 4)
    report = json.loads(said)
    # Exactly the trials that the solver has solved by its own draw, which differs from the rate by chance.
    solver = Solver({}, 0.7)
    solved = [solver.solves(line["seed"], said_first(line)) for line in lines(trials)]
    assert [line["passed"] for line in lines(trials)] == solved
    first = report["overall"]["pass_at"]["1"]
    assert first["value"] == pytest.approx(sum(solved) / len(solved), abs=1e-4)
    wide = 2 * (first["high"] - first["low"])
    assert abs(first["value"] - 0.7) < wide
    assert report["missing"] == 0
    seeds = {(line["task"], line["trial"]): line["seed"] for line in lines(trials)}
    assert len(set(seeds.values())) == len(seeds)
    difficulty = lines(out / "difficulty.jsonl")
    assert len(difficulty) == TASKS
    assert all(one["low"] <= one["pass_rate"] <= one["high"] for one in difficulty)


def test_a_solver_of_everything_passes_everything_natively_and_in_words(played: Path, tmp_path: Path) -> None:
    for form in ((), ("--accepts", "text")):
        with solving(played, 1.0, *form) as url:
            out = tmp_path / f"form{len(form)}"
            code, said, err = evaluate(played, url, "--trials", "1", "--limit", "25", "--out", str(out), "--json")
        assert code == 0, err
        report = json.loads(said)
        assert report["overall"]["pass_at"]["1"]["value"] == 1, report["failures"]
        assert report["in_words"] == (report["overall"]["trials"] + negatives(out) if form else 0)
        assert report["tool_recall"] == 1


def negatives(out: Path) -> int:
    return sum(line["kind"] != "task" for line in lines(out / "trials.jsonl"))


def test_negatives_are_played_and_scored(played: Path, tmp_path: Path) -> None:
    for rate in (1.0, 0.0):
        out = tmp_path / f"rate{rate:g}"
        with solving(played, rate) as url:
            options = ("--negatives", "0.5", "--limit", "20", "--trials", "1", "--out", str(out), "--json")
            code, said, err = evaluate(played, url, *options)
        assert code == 0, err
        report = json.loads(said)
        found = {kind: share["value"] for kind, share in report["negatives"].items()}
        assert found == dict.fromkeys(("irrelevant", "missing_argument"), rate)
        if not rate:
            assert {"called_anyway", "did_not_ask"} <= report["failures"].keys()
            assert report["overall"]["pass_at"]["1"]["value"] == 0


async def test_nothing_that_crosses_the_wire_tells_what_is_right(played: Path, tmp_path: Path) -> None:
    import asyncio

    records = list(read_records(played))
    solver = Solver.of_records(records, 0.5)
    bodies: list[dict[str, Any]] = []

    def answer(request: ChatRequest) -> Answered:
        bodies.append(request.body)
        return solver.answer(request)

    async with serving(answer) as running:
        code, _, err = await asyncio.to_thread(
            evaluate, played, running.base_url, "--trials", "2", "--out", str(tmp_path / "out")
        )
    assert code == 0, err
    assert len(bodies) > 100
    everything = json.dumps(bodies, ensure_ascii=False)
    told = {record.id for record in records}
    told |= {line["task"] for line in lines(tmp_path / "out" / "trials.jsonl")}
    told |= {"sources", "tells", "asks", "quote", "paraphrase"}
    assert [each for each in told if f'"{each}"' in everything or f"{each}-" in everything] == []
    assert not [record.id for record in records if record.id in everything]
    assert not re.search(r"\]\((?:given |difference |count |sum )?s\d+(?:/|\)|\s)", everything)
    assert '"x-' not in everything
    assert '"examples"' not in everything
    pointers = {
        place
        for record in records
        for turn in record.turns
        for tell in turn.tells or ()
        for place in re.findall(r'"pointer":"(/[^"]+)"', tell.model_dump_json(by_alias=True).replace(" ", ""))
    }
    assert pointers
    assert [pointer for pointer in pointers if f'"{pointer}"' in everything] == []
    # What is right is said by the model first: no request holds a response that is not the model's own.
    responses = {turn.response for record in records for turn in record.turns}
    for body in bodies:
        messages = body["messages"]
        assert not [one for one in messages if one["role"] != "assistant" and one.get("content") in responses]
        assert {"model", "messages", "tools", "seed", "max_completion_tokens"} >= body.keys()


def test_ctrl_c_ends_it_with_what_is_done_and_how_to_go_on(played: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with solving(played, 1.0, "--latency-ms", "100") as url:
        command = ["evaluate", "runs/played", "--model", "m", "--base-url", url, "--out", str(out)]
        process = start(played.parents[1], *command)
        wait_for(process, lambda: len(lines(out / "trials.jsonl")) >= 5)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "To go on: toolgrad evaluate runs/played" in err
    assert (out / "report.json").exists()


def test_limits_stop_it_and_a_higher_one_goes_on(played: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    options = ("--trials", "1", "--limit", "10", "--out", str(out))
    with solving(played, 1.0) as url:
        code, _, err = evaluate(played, url, *options, "--max-tokens", "20000", "--concurrency", "1")
        assert code == 3, err
        assert "Stopped by --max-tokens 20000" in err
        before = lines(out / "trials.jsonl")
        assert 0 < len(before) < 10
        code, said, err = evaluate(played, url, *options, "--json")
    assert code == 0, err
    assert lines(out / "trials.jsonl")[: len(before)] == before
    assert json.loads(said)["missing"] == 0


def test_other_settings_are_refused_and_more_trials_are_not(played: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with solving(played, 1.0) as url:
        assert evaluate(played, url, "--trials", "1", "--limit", "5", "--out", str(out))[0] == 0
        code, _, err = evaluate(played, url, "--limit", "5", "--out", str(out), "--temperature", "0.5")
        assert code == 2
        assert "temperature: None there, 0.5 given" in err
        code, said, err = evaluate(played, url, "--trials", "2", "--limit", "5", "--out", str(out), "--json")
    assert code == 0, err
    assert json.loads(said)["overall"]["trials"] == 10


def test_an_endpoint_that_is_not_there_costs_nothing(played: Path, tmp_path: Path) -> None:
    code, _, err = evaluate(played, "http://127.0.0.1:9/v1", "--out", str(tmp_path / "out"))
    assert code == 1
    assert "connection refused" in err
    assert "the same command goes on" in err
    assert lines(tmp_path / "out" / "trials.jsonl") == []


def test_a_run_without_records_has_nothing_to_play(played: Path, tmp_path: Path) -> None:
    empty = tmp_path / "runs" / "empty"
    empty.mkdir(parents=True)
    (empty / "records.jsonl").write_text("")
    options = ("--model", "m", "--base-url", "http://127.0.0.1:9/v1")
    code, _, err = run(tmp_path, "evaluate", "runs/empty", *options)
    assert code == 2
    assert "no accepted records" in err
    (tmp_path / "tasks.jsonl").write_text("")
    code, _, err = run(tmp_path, "evaluate", "tasks.jsonl", *options)
    assert code == 2
    assert "holds no tasks" in err
    (tmp_path / "tasks.jsonl").write_text('{"task": {"version": 2}, "key": {}}\n')
    code, _, err = run(tmp_path, "evaluate", "tasks.jsonl", *options)
    assert code == 1
    assert "line 1: not a task of this version" in err
    assert run(tmp_path, "evaluate", "runs/none", *options)[0] == 2
    assert "--model is missing" in run(tmp_path, "evaluate", "runs/empty")[2]


def test_what_was_measured_chooses_and_makes_training_data(played: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with solving(played, 0.5) as url:
        assert evaluate(played, url, "--limit", "30", "--negatives", "0", "--out", str(out))[0] == 0
    rates = {one["record"]: one["pass_rate"] for one in lines(out / "difficulty.jsonl")}
    middle = {id for id, rate in rates.items() if 0.1 <= rate <= 0.9}
    assert middle

    def export(name: str, *options: str) -> list[dict[str, Any]]:
        file = tmp_path / name
        code, _, err = run(
            played.parents[1], "export", "runs/played", "-o", str(file), "--evaluation", str(out), *options
        )
        assert code == 0, err
        return lines(file)

    chosen = export("middle.jsonl", "-f", "trl", "--difficulty", "0.1-0.9")
    assert len(chosen) == len(middle)
    pairs = export("pairs.jsonl", "-f", "trl-preference", "--difficulty", "0-0.9")
    report = tmp_path / "report.json"
    export("again.jsonl", "-f", "trl-completion", "--recovery", "0.3", "--report", str(report))
    assert len(pairs) > len(middle) / 2
    assert json.loads(report.read_text())["recovery"]["made: trial"] > 0
    made = {
        json.dumps(call["arguments"], sort_keys=True)
        for line in lines(out / "trials.jsonl")
        for turn in line["trace"]["turns"]
        for call in turn["calls"]
    }
    rejected = [
        json.dumps(call["function"]["arguments"], sort_keys=True)
        for pair in pairs
        for message in pair["rejected"]
        for call in message.get("tool_calls") or ()
    ]
    assert sum(each in made for each in rejected) > len(middle) / 3
    code, _, err = run(played.parents[1], "export", "runs/played", "-f", "trl", "-o", "x.jsonl", "--difficulty", "2")
    assert code == 2
    assert "LOW-HIGH from 0 to 1" in err
