"""The model policy over HTTP against an endpoint that decides sensibly, badly on purpose, or fails."""

import json
import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bench.endpoint.badness import is_planted
from bench.endpoint.chat import FORMS, ChatOptions, Form
from bench.endpoint.failures import KINDS, Failures
from bench.endpoint.server import sensible_endpoint
from bench.promises import broken_promises, dependent_steps
from graph.record import Record
from tests.integration.simulated import WORKLOAD, WORKLOAD_20KB, accepted, context, samples
from tool_registry.registry import get_registry
from toolgrad_data.stats.structure import depth

REPOSITORY = Path(__file__).parents[2]
KEY = "sk-very-secret-0123456789abcdef"

pytestmark = pytest.mark.usefixtures("fresh_process")


async def keep_their_promises(records: list[Record], tools: str) -> bool:
    registry = await get_registry([tools])
    return not [words for record in records if (words := await broken_promises(record, registry))]


@pytest.mark.parametrize("tools", [WORKLOAD, "builtin"])
async def test_a_sensible_model_makes_records_that_hold(tools: str) -> None:
    async with sensible_endpoint([tools]) as running:
        finals = await samples(context(running, tools=[tools]), range(4))
        stats = running.chat.stats.as_json()
    records = accepted(finals)
    assert len(records) == 4, [final["reasons"] for final in finals]
    assert await keep_their_promises(records, tools)
    assert sum(record.meta.usage.llm_calls for record in records) == stats["calls"]
    assert sum(record.meta.usage.input_tokens for record in records) == stats["prompt_tokens"]
    assert sum(record.meta.usage.output_tokens for record in records) == stats["completion_tokens"]


async def test_few_calls_and_short_prompts_make_long_chains() -> None:
    async with sensible_endpoint([WORKLOAD], shape="deep") as running:
        records = accepted(await samples(context(running, calls="10:100", min_share=1), range(2)))
        stats = running.chat.stats.as_json()
    uses = sum(len(record.turns[0].steps) for record in records)
    assert uses == 20
    assert stats["calls"] / uses <= 1.5
    assert stats["prompt_tokens"] / uses <= 4000
    dependent = [dependent_steps(record) for record in records]
    assert sum(some for some, _ in dependent) / sum(every for _, every in dependent) >= 0.5
    assert min(map(depth, records)) >= 5


async def test_prompts_do_not_grow_with_results() -> None:
    largest = []
    for tools in (WORKLOAD, WORKLOAD_20KB):
        async with sensible_endpoint([tools]) as running:
            finals = await samples(context(running, tools=[tools]), range(2))
            assert len(accepted(finals)) == 2
            largest.append(running.chat.stats.as_json()["largest_prompt_tokens"])
    assert largest[1] <= 1.2 * largest[0]


async def test_bad_decisions_cost_calls_and_nothing_else() -> None:
    async with sensible_endpoint([WORKLOAD], bad_decisions=0.3) as running:
        finals = await samples(context(running), range(8))
        stats = running.chat.stats
    records = accepted(finals)
    assert len(stats.planted_calls) > 10
    assert {"drops_all", "keeps_unknown", "says_nothing", "names_tool", "gives_away"} & stats.planted.keys()
    assert len(records) >= 6, [final["reasons"] for final in finals]
    assert await keep_their_promises(records, WORKLOAD)
    for record in records:
        for step in record.turns[0].steps:
            assert not any(is_planted(step.tool, step.arguments, call) for call in stats.planted_calls)


async def test_every_sample_ends_when_requests_fail() -> None:
    async with sensible_endpoint([WORKLOAD], ChatOptions(failures=Failures(0.3, retry_after_s=0.01))) as running:
        finals = await samples(context(running), range(16))
        failed = running.chat.stats.failures
    assert len(failed) >= len(KINDS) - 2, "failures of nearly each kind were met: of so few requests they are drawn"
    assert all(final["status"] for final in finals)
    assert len(accepted(finals)) >= 14, [final["reasons"] for final in finals]
    assert await keep_their_promises(accepted(finals), WORKLOAD)


@pytest.mark.parametrize("lowest", range(len(FORMS)))
async def test_the_ladder_goes_down_to_what_the_endpoint_knows(lowest: int) -> None:
    forms: tuple[Form, ...] = FORMS[lowest:]
    async with sensible_endpoint([WORKLOAD], ChatOptions(accepts=forms)) as running:
        finals = await samples(context(running, calls="3:100"), range(2))
        stats = running.chat.stats
    assert len(accepted(finals)) == 2, [final["reasons"] for final in finals]
    assert set(stats.forms) == {forms[0]}, "the first way that works is kept to"
    assert stats.requests - sum(stats.forms.values()) == lowest, "each refused way was tried once"


async def test_the_same_seed_and_requests_give_the_same_records() -> None:
    made = []
    for _ in range(2):
        async with sensible_endpoint([WORKLOAD], ChatOptions(seed=5), bad_decisions=0.2) as running:
            finals = await samples(context(running, calls="3:100"), range(2))
        made.append([_timeless(final["record"]) for final in finals])
    assert made[0] == made[1]


def _timeless(value: Any) -> Any:
    if isinstance(value, dict):
        moving = {"started_at", "finished_at", "elapsed_ms", "latency_ms"}
        return {name: _timeless(member) for name, member in value.items() if name not in moving}
    return [_timeless(item) for item in value] if isinstance(value, list) else value


def contents(folder: Path) -> dict[str, bytes]:
    """What is in all files below the folder, by the files' names."""
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("failures", [Failures(), Failures(0.4, retry_after_s=0.01)])
async def test_the_key_is_in_no_file_log_or_error(
    failures: Failures, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from toolgrad_data.runs.runner import generate
    from toolgrad_data.runs.settings import RunSettings

    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    caplog.set_level(logging.DEBUG)
    cache = tmp_path / "answers.sqlite"
    async with sensible_endpoint([WORKLOAD], ChatOptions(failures=failures)) as running:
        settings = context(running, calls="2:100", response_cache=str(cache))
        summary = await generate(RunSettings(samples=4, out=tmp_path / "run", context=settings, keep_checkpoints="all"))
    assert summary.accepted > 0
    files = contents(tmp_path)
    assert {"run.json", "records.jsonl", "checkpoints.sqlite", "answers.sqlite"} <= files.keys()
    assert b"completion" in files["checkpoints.sqlite"] or b"usage" in files["checkpoints.sqlite"]
    assert not [name for name, content in files.items() if KEY.encode() in content]
    assert KEY not in caplog.text


async def test_a_key_that_is_refused_is_not_repeated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.model_server import ModelServer, failing
    from toolgrad_data.errors import CliError
    from toolgrad_data.runs.runner import generate
    from toolgrad_data.runs.settings import RunSettings

    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    async with ModelServer([failing(401, f"Incorrect API key provided: {KEY}")]) as server:
        settings = {"tools": [WORKLOAD], "proposer": "openai:m", "base_url": server.url}
        run = RunSettings.model_validate({"samples": 2, "out": tmp_path / "run", "context": settings})
        with pytest.raises(CliError) as caught:
            await generate(run)
        assert server.asked[0].headers["authorization"] == f"Bearer {KEY}", "the server has seen the key"
    shown = "".join(_chain_of(caught.value))
    assert "OPENAI_API_KEY" in shown
    assert KEY not in shown
    assert not [name for name, content in contents(tmp_path).items() if KEY.encode() in content]


def _chain_of(error: BaseException | None) -> list[str]:
    words = []
    while error is not None:
        words.append(f"{error!r} {error}")
        error = error.__cause__ or error.__context__
    return words


def test_offline_needs_no_key_and_loads_no_client(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from toolgrad_data.cli import app\n"
        f"options = ['--samples', '2', '--seed', '7', '--out', {str(tmp_path / 'run')!r}]\n"
        "app(['generate', *options], standalone_mode=False)\n"
        "print('openai' in sys.modules, 'langchain_openai' in sys.modules)\n"
    )
    environment = {name: value for name, value in os.environ.items() if "KEY" not in name}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "False False", "no model is asked, so no client is imported"
    assert [json.loads(line)["id"] for line in (tmp_path / "run" / "records.jsonl").read_text().splitlines()]
