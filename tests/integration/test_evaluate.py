"""`toolgrad evaluate` against the simulated endpoint: it finds the rate, keeps each trial once, and tells nothing."""

import json
import re
import signal
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from bench.endpoint.chat import Answered, ChatOptions, ChatRequest
from bench.endpoint.server import serving
from bench.endpoint.solver import Solver
from tests.integration.command import lines, run, start, wait_for
from tests.integration.evaluated import evaluated, make_run, solving
from toolgrad_data.errors import CliError, RunFailedError, UsageError
from toolgrad_data.runs.reading import read_records
from toolgrad_data.runs.store import read_run_info
from toolgrad_data.tasks.command import write_tasks_of

pytestmark = pytest.mark.usefixtures("fresh_process")
TASKS = 50


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_run(tmp_path_factory.mktemp("played"), TASKS + 14, "--turns", "1:100")


@pytest.fixture(scope="module")
def tasks(played: Path) -> Path:
    folder = played.parents[1] / "tasks"
    write_tasks_of(played, folder, read_run_info(played).settings, offered=6)
    return folder


def solver_of(played: Path, rate: float) -> Solver:
    return Solver.of_run(played, rate)


def said_first(trial: dict[str, Any]) -> str:
    return str(next(message["content"] for message in trial["messages"] if message["role"] == "user"))


def test_200_episodes_killed_several_times_are_there_once_each_and_the_rate_is_found(
    played: Path, tasks: Path, tmp_path: Path
) -> None:
    trials = tmp_path / "out" / "trials.jsonl"
    with solving(played, 0.7) as url:
        command = ["evaluate", str(tasks), "--model", "m", "--base-url", url, "--limit", str(TASKS)]
        command += ["--concurrency", "16", "--out", "out"]
        for kills in range(1, 4):
            process = start(tmp_path, *command)
            wait_for(process, lambda kills=kills: len(lines(trials)) >= 40 * kills)  # type: ignore[misc]
            process.kill()
            process.communicate()
        with trials.open("ab") as file:  # as killed in mid-write
            file.write(b'{"version":1,"task":"ta')
        code, said, err = run(tmp_path, *command, "--json")
    assert code == 0, err
    assert "cut off in mid-write" in err
    done = lines(trials)
    assert set(Counter((line["task"], line["trial"]) for line in done).values()) == {1}
    assert Counter(line["task"] for line in done) == dict.fromkeys({line["task"] for line in done}, 4)
    assert len(done) == 4 * TASKS
    assert len({line["seed"] for line in done}) == len(done)
    # Exactly the trials that the solver has solved by its own draw, which differs from the rate by chance.
    solver = Solver({}, 0.7)
    solved = [solver.solves(line["seed"], said_first(line)) for line in done]
    assert [line["passed"] for line in done] == solved
    report = json.loads(said)
    first = report["overall"]["pass_at"]["1"]
    assert first["value"] == pytest.approx(sum(solved) / len(solved), abs=1e-4)
    assert abs(first["value"] - 0.7) < first["high"] - first["low"]
    assert report["missing"] == 0
    difficulty = lines(tmp_path / "out" / "difficulty.jsonl")
    assert len(difficulty) == TASKS
    assert all(one["low"] <= one["pass_rate"] <= one["high"] for one in difficulty)


async def test_a_solver_of_everything_passes_everything_natively_and_in_words(
    played: Path, tasks: Path, tmp_path: Path
) -> None:
    for form in ("native", "text"):
        options = ChatOptions() if form == "native" else ChatOptions(accepts=("text",))
        async with serving(solver_of(played, 1.0).answer, options) as running:
            done = await evaluated(tasks, running.base_url, tmp_path / form, trials=1)
        report = done.report
        assert report.overall.pass_at[1].value == 1, report.failures
        assert report.in_words == (0 if form == "native" else report.overall.trials)
        assert report.tool_recall == report.calls_succeeded == 1
        assert not report.failures
        assert set(report.by) == {"length", "depth", "turns", "kind", "category", "tool"}
        assert all(groups for groups in report.by.values())


async def test_dialogues_with_writes_and_rules_are_played_turn_by_turn(tmp_path: Path) -> None:
    (tmp_path / "desk.toml").write_text(
        'allow_writes = true\nrules = "ticket-desk"\nturns = "1:40,2-3:60"\n'
        'turn_kinds = "follow_up:30,clarification:20,correction:20,refusal:20,chat:10"\n'
        '[[tools]]\nspec = "python:tool_registry.builtin.ticket_desk:TicketDesk"\nstateful = true\n'
    )
    desk = make_run(tmp_path, 20, "--config", "desk.toml", "--seed", "2")
    for rate in (1.0, 0.0):
        async with serving(solver_of(desk, rate).answer) as running:
            done = await evaluated(desk, running.base_url, tmp_path / f"{rate}", trials=2)
        report = done.report
        assert report.overall.tasks > 10
        assert report.overall.pass_at[1].value == rate, report.failures
        assert {"1", "2"} <= report.by["turns"].keys()
        assert {"request", "refusal"} <= report.by["kind"].keys()
    assert {"stopped_early", "invented_value"} <= report.failures.keys()
    assert all(len(found.examples) == min(found.count, 3) for found in report.failures.values())


async def test_negatives_are_played_and_scored(played: Path, tmp_path: Path) -> None:
    for rate in (1.0, 0.0):
        async with serving(solver_of(played, rate).answer) as running:
            done = await evaluated(
                played, running.base_url, tmp_path / f"{rate}", negatives=0.5, limit=16, trials=1, offered=6
            )
        found = {kind: share.value for kind, share in done.report.negatives.items()}
        assert found == dict.fromkeys(("irrelevant", "missing_argument"), rate)
        if not rate:
            assert {"called_anyway", "did_not_ask"} <= done.report.failures.keys()
            assert done.report.overall.pass_at[1].value == 0


async def test_a_judge_rates_the_answers_and_decides_nothing(played: Path, tasks: Path, tmp_path: Path) -> None:
    solver = solver_of(played, 0.5)

    def nonsense(request: ChatRequest) -> Answered:
        is_judge = request.body["model"] == "judge"
        return Answered(None, "judge", raw="Five out of five!") if is_judge else solver.answer(request)

    async with serving(solver.answer) as running:
        plain = (await evaluated(tasks, running.base_url, tmp_path / "plain", limit=8, trials=2)).report
        done = await evaluated(tasks, running.base_url, tmp_path / "judged", limit=8, trials=2, judge="judge")
        with pytest.raises(UsageError, match="judge"):
            await evaluated(tasks, running.base_url, tmp_path / "judged", limit=8, trials=2, judge="another")
    report = done.report
    rates = [trial["quality"] for trial in lines(tmp_path / "judged" / "trials.jsonl")]
    assert {rate["model"] for rate in rates} == {"judge"}
    passed = [trial["passed"] for trial in lines(tmp_path / "judged" / "trials.jsonl")]
    assert [rate["score"] for rate in rates] == [5 if each else 2 for each in passed]
    assert report.rated == len(rates) == 16
    assert report.quality == pytest.approx(sum(rate["score"] for rate in rates) / 16, abs=1e-3)
    assert report.usage.llm_calls == plain.usage.llm_calls + 16
    assert (plain.quality, plain.rated) == (None, None)
    async with serving(nonsense) as running:
        unrated = (await evaluated(tasks, running.base_url, tmp_path / "none", limit=8, trials=2, judge="judge")).report
    assert (unrated.quality, unrated.rated) == (None, 0)
    assert unrated.overall == report.overall == plain.overall


async def test_nothing_that_crosses_the_wire_tells_what_is_right(played: Path, tmp_path: Path) -> None:
    records = list(read_records(played))
    solver = Solver.of_records(records, 0.5)
    bodies: list[dict[str, Any]] = []

    def answer(request: ChatRequest) -> Answered:
        bodies.append(request.body)
        return solver.answer(request)

    async with serving(answer) as running:
        await evaluated(played, running.base_url, tmp_path / "out", trials=2, negatives=0.2)
    assert len(bodies) > 100
    everything = json.dumps(bodies, ensure_ascii=False)
    ids = {record.id for record in records} | {line["task"] for line in lines(tmp_path / "out" / "trials.jsonl")}
    assert [id for id in ids if id in everything] == []
    members = {"sources", "tells", "asks", "quote", "paraphrase", "steps", "pointer", "key", "record"}
    # Tools may call a parameter so; what is said beside them may not.
    beside = json.dumps([{name: value for name, value in body.items() if name != "tools"} for body in bodies])
    assert [name for name in members if f'"{name}":' in beside] == []
    assert not re.search(r"\]\((?:given |difference |count |sum )?s\d+(?:/|\)|\s)", everything)
    assert '"x-' not in everything
    assert '"examples"' not in everything
    pointers = {pointer for record in records for pointer in pointers_of(record.model_dump(mode="json"))}
    assert len(pointers) > 20
    assert [pointer for pointer in pointers if f'"{pointer}"' in everything] == []
    responses = {turn.response for record in records for turn in record.turns}
    for body in bodies:
        # What is right is said by the model first: no request holds a response that is not the model's own.
        said = [message["content"] for message in body["messages"] if message["role"] != "assistant"]
        assert not responses.intersection(said)
        assert {"model", "messages", "tools", "seed", "max_completion_tokens"} >= body.keys()


def pointers_of(value: Any) -> set[str]:
    """The pointers of a record's marks and sources."""
    match value:
        case dict():
            own = {value["pointer"]} if isinstance(value.get("pointer"), str) else set()
            own |= set(value["sources"]) if isinstance(value.get("sources"), dict) else set()
            return own.union(*map(pointers_of, value.values())) - {""}
        case list():
            return set().union(*map(pointers_of, value))
    return set()


def test_ctrl_c_ends_it_with_what_is_done_and_how_to_go_on(played: Path, tasks: Path, tmp_path: Path) -> None:
    with solving(played, 1.0, "--latency-ms", "100") as url:
        process = start(tmp_path, "evaluate", str(tasks), "--model", "m", "--base-url", url, "--out", "out")
        wait_for(process, lambda: len(lines(tmp_path / "out" / "trials.jsonl")) >= 5)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "To go on: toolgrad evaluate" in err
    assert json.loads((tmp_path / "out" / "report.json").read_text())["missing"] > 0


async def test_limits_stop_it_and_a_higher_one_goes_on(played: Path, tasks: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    async with serving(solver_of(played, 1.0).answer) as running:
        url = running.base_url
        first = await evaluated(tasks, url, out, trials=1, limit=10, max_tokens=20_000, concurrency=1)
        assert first.outcome.stopped_by is not None
        assert first.outcome.stopped_by.limit == "max_tokens"
        before = lines(out / "trials.jsonl")
        assert 0 < len(before) < 10
        second = await evaluated(tasks, url, out, trials=1, limit=10)
        assert lines(out / "trials.jsonl")[: len(before)] == before
        assert (second.report.missing, second.report.overall.trials) == (0, 10)
        with pytest.raises(UsageError, match=r"temperature: None there, 0\.5 given"):
            await evaluated(tasks, url, out, trials=1, limit=10, temperature=0.5)
        more = await evaluated(tasks, url, out, trials=2, limit=10)
        assert (more.report.overall.trials, more.report.overall.tasks) == (20, 10)
        with pytest.raises(UsageError, match="price of m at"):
            await evaluated(tasks, url, out, trials=3, limit=10, max_cost=1.0)


async def test_an_endpoint_that_is_not_there_costs_nothing(tasks: Path, tmp_path: Path) -> None:
    with pytest.raises(RunFailedError, match=r"connection refused(.|\n)*the same command goes on"):
        await evaluated(tasks, "http://127.0.0.1:9/v1", tmp_path / "out")
    assert lines(tmp_path / "out" / "trials.jsonl") == []


async def test_what_cannot_be_played_is_told(tasks: Path, tmp_path: Path) -> None:
    url = "http://127.0.0.1:9/v1"
    with pytest.raises(UsageError, match="does not exist"):
        await evaluated(tmp_path / "none", url, tmp_path / "out")
    empty = tmp_path / "run"
    empty.mkdir()
    (empty / "records.jsonl").write_text("")
    with pytest.raises(UsageError, match="no accepted records"):
        await evaluated(empty, url, tmp_path / "out")
    file = tmp_path / "t" / "tasks.jsonl"
    file.parent.mkdir()
    for text, words in [
        ("", "holds no tasks"),
        ('{"task": {"version": 2}, "key": {}}\n', "version 2"),
        ("{}\n", "version null"),
        ("[1]\n", "line 1"),
    ]:
        file.write_text(text)
        with pytest.raises(CliError, match=words):
            await evaluated(file, url, tmp_path / "out")
    with pytest.raises(UsageError, match=r"no task can be played(.|\n)*is not among the tools"):
        await evaluated(tasks, url, tmp_path / "out", tools=["builtin:company numbers"])
    with pytest.raises(UsageError, match="is no evaluation but holds other things"):
        await evaluated(tasks, url, file.parent)


async def test_what_was_measured_chooses_and_makes_training_data(played: Path, tasks: Path, tmp_path: Path) -> None:
    out = played / "evaluations" / "m"
    async with serving(solver_of(played, 0.5).answer) as running:
        await evaluated(tasks, running.base_url, out, trials=3)
    rates = {one["record"]: one["pass_rate"] for one in lines(out / "difficulty.jsonl")}
    middle = {id for id, rate in rates.items() if 0.1 <= rate <= 0.9}
    assert middle

    def export(name: str, *options: str) -> list[dict[str, Any]]:
        code, _, err = run(played.parents[1], "export", "runs/played", "-o", str(tmp_path / name), *options)
        assert code == 0, err
        return lines(tmp_path / name)

    # The run has one evaluation, so none has to be named.
    assert len(export("middle.jsonl", "-f", "trl", "--difficulty", "0.1-0.9")) == len(middle)
    pairs = export("pairs.jsonl", "-f", "trl-preference", "--evaluation", str(out))
    report = tmp_path / "report.json"
    export(
        "again.jsonl", "-f", "trl-completion", "--recovery", "0.3", "--evaluation", str(out), "--report", str(report)
    )
    assert json.loads(report.read_text())["recovery"]["made: trial"] > 0
    made = {
        json.dumps(call["arguments"], sort_keys=True)
        for line in lines(out / "trials.jsonl")
        for turn in line["trace"]["turns"]
        for call in turn["calls"]
        if not line["passed"]
    }
    rejected = [
        json.dumps(call["function"]["arguments"], sort_keys=True)
        for pair in pairs
        for message in pair["rejected"]
        for call in message.get("tool_calls") or ()
    ]
    assert sum(each in made for each in rejected) > len(middle) / 3
    (out.parent / "other").mkdir()
    (out.parent / "other" / "difficulty.jsonl").write_text("")
    for options, words in [(["--difficulty", "2"], "LOW-HIGH from 0 to 1"), (["--difficulty", "0.1-0.9"], "which ev")]:
        code, _, err = run(played.parents[1], "export", "runs/played", "-f", "trl", "-o", "x.jsonl", *options)
        assert code == 2
        assert words in err
