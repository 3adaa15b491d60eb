"""The simulated endpoint's protocol, and the workload of the benchmarks."""

import asyncio
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest

from bench import workload
from bench.endpoint.chat import Answered, ChatOptions, ChatRequest
from bench.endpoint.failures import Failures
from bench.endpoint.server import Running, serving
from bench.endpoint.tokens import counter
from nodes.policies.offline.proposing.matching import match
from nodes.policies.offline.reading.offers import offers_of
from nodes.policies.offline.reading.parameters import parameters_of
from tool_registry.calling.execution import execute
from tool_registry.permissions import Permissions
from tool_registry.registry import get_registry

SCHEMA = {"type": "object", "properties": {"number": {"type": "integer"}}}
FORMAT = {"type": "json_schema", "json_schema": {"name": "x", "schema": SCHEMA}}


def lucky(request: ChatRequest) -> Answered:
    return Answered({"number": request.seed % 1000}, "luck")


async def asked(running: Running, path: str, body: Any = None) -> tuple[int, dict[str, str], Any]:
    def ask() -> tuple[int, dict[str, str], Any]:
        data = None if body is None else json.dumps(body).encode()
        try:
            with urllib.request.urlopen(urllib.request.Request(running.server_url + path, data)) as answer:
                return answer.status, dict(answer.headers), json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, dict(error.headers), json.load(error)

    return await asyncio.to_thread(ask)


def body(text: str, **members: Any) -> dict[str, Any]:
    return {"model": "m", "messages": [{"role": "user", "content": text}], **members}


async def said(running: Running, text: str, **members: Any) -> Any:
    _, _, answer = await asked(running, "/v1/chat/completions", body(text, **members))
    return answer["choices"][0]["message"]


async def test_each_form_carries_the_same_answer() -> None:
    tool = {"type": "function", "function": {"name": "answer", "parameters": SCHEMA}}
    async with serving(lucky) as running:
        whole = await said(running, "a", response_format=FORMAT)
        called = await said(running, "a", tools=[tool])
        mode = await said(running, "a", response_format={"type": "json_object"})
        text = await said(running, "a")
        stats = running.chat.stats
    assert 0 <= json.loads(whole["content"])["number"] < 1000
    assert json.loads(called["tool_calls"][0]["function"]["arguments"]).keys() == {"number"}
    assert json.loads(mode["content"]).keys() == {"number"}
    assert text["content"].endswith("\n```")
    assert dict(stats.forms) == {"json_schema": 1, "tools": 1, "json_object": 1, "text": 1}


async def test_an_answer_follows_from_seed_and_request() -> None:
    numbers = []
    for seed in (1, 1, 2):
        async with serving(lucky, ChatOptions(seed=seed)) as running:
            numbers.append([(await said(running, text))["content"] for text in ("a", "b", "a")])
    assert numbers[0] == numbers[1]
    assert numbers[0] != numbers[2]
    assert numbers[0][0] == numbers[0][2] != numbers[0][1]


async def test_stats_count_what_was_sent_and_are_reset() -> None:
    _, tokens = counter()
    async with serving(lucky) as running:
        await said(running, "one two three " * 100, response_format=FORMAT)
        _, _, stats = await asked(running, "/stats")
        assert stats["calls"] == stats["requests"] == stats["by_role"]["luck"]["calls"] == 1
        schema = json.dumps(FORMAT["json_schema"], separators=(",", ":"))
        assert stats["prompt_tokens"] == tokens("one two three " * 100 + "\n" + schema), "the schema counts"
        await asked(running, "/stats/reset", {})
        _, _, stats = await asked(running, "/stats")
    assert (stats["requests"], stats["in_flight"], stats["by_role"]) == (0, 0, {})


async def test_latency_and_concurrency() -> None:
    async with serving(lucky, ChatOptions(latency_ms=100)) as running:
        began = time.monotonic()
        await asyncio.gather(*(said(running, str(number)) for number in range(5)))
        assert time.monotonic() - began >= 0.1
        assert running.chat.stats.most_in_flight > 1


async def test_what_is_remembered_is_answered_alike_and_not_decided_again() -> None:
    decided: list[ChatRequest] = []

    def counting(request: ChatRequest) -> Answered:
        decided.append(request)
        return lucky(request)

    async with serving(counting, ChatOptions(remember=True)) as running:
        assert (await asked(running, "/latency", {"ms": 5}))[2] == {"ms": 5}
        answers = [await said(running, words) for words in ("one", "one", "two", "one")]
        _, _, stats = await asked(running, "/stats")
    assert len(decided) == 2
    assert answers[0] == answers[1] == answers[3]
    assert (stats["requests"], stats["calls"], stats["repeated"]) == (4, 2, 2)


async def test_a_429_says_how_long_to_wait_and_repeats_may_succeed() -> None:
    async with serving(lucky, ChatOptions(failures=Failures(0.5, ("429",), retry_after_s=0.25))) as running:
        seen = [await asked(running, "/v1/chat/completions", body("again")) for _ in range(20)]
        failed = running.chat.stats.failures["429"]
    statuses = [status for status, _, _ in seen]
    assert set(statuses) == {200, 429}
    assert statuses.count(429) == failed
    headers = next(headers for status, headers, _ in seen if status == 429)
    assert headers["retry-after"] == "0.25"


@pytest.mark.parametrize(
    ("kind", "broken"),
    [
        ("cut", lambda: OSError),
        ("malformed", lambda: ValueError),
        ("refusal", None),
        ("empty", None),
    ],
)
async def test_other_failures(kind: Any, broken: Callable[[], type[Exception]] | None) -> None:
    import http.client

    async with serving(lucky, ChatOptions(failures=Failures(1.0, (kind,)))) as running:
        if broken is not None:
            with pytest.raises((broken(), http.client.IncompleteRead)):
                await asked(running, "/v1/chat/completions", body("a"))
            return
        _, _, answer = await asked(running, "/v1/chat/completions", body("a"))
    assert answer["choices"] == [] if kind == "empty" else answer["choices"][0]["message"]["refusal"]


@pytest.mark.parametrize("content", [b"{", b"[]", b'{"tools": [{}]}'])
async def test_what_is_no_request_is_refused(content: bytes) -> None:
    async with serving(lucky) as running:

        def ask() -> int:
            try:
                urllib.request.urlopen(f"{running.base_url}/chat/completions", content)
            except urllib.error.HTTPError as error:
                with error:
                    return error.code
            return 200

        assert await asyncio.to_thread(ask) == 400


async def test_the_workload_is_what_the_benchmarks_need() -> None:
    registry = await get_registry(["python:bench.workload:TOOLS"])
    assert len(registry.specs) == 200
    assert len({spec.category for spec in registry.specs.values()}) == 20
    for spec in registry.specs.values():
        assert 3 <= len(spec.parameters["properties"]) <= 5, spec.name
        assert spec.annotations.read_only
        assert spec.annotations.deterministic


@pytest.mark.parametrize(("attribute", "size"), [("TOOLS", 450), ("TOOLS_20KB", 20_000)])
async def test_results_of_the_workload_are_deterministic_and_of_their_size(attribute: str, size: int) -> None:
    registry = await get_registry([f"python:bench.workload:{attribute}"])
    for name in list(registry.specs)[::23]:
        parameters = parameters_of(registry.specs[name]).by_name
        arguments = {
            member: (parameter.schema.get("examples") or parameter.schema["enum"])[0]
            for member, parameter in parameters.items()
        }
        first, second = [
            await execute(
                registry.get(name), arguments, permissions=Permissions(), timeout_s=5, max_result_bytes=65_536
            )
            for _ in range(2)
        ]
        assert first.ok
        assert first.content == second.content
        assert 0.8 * size <= len(json.dumps(first.content)) <= 1.3 * size


async def test_results_of_the_workload_feed_at_least_half_of_its_tools() -> None:
    from graph.record import Step

    registry = await get_registry(["python:bench.workload:TOOLS"])
    spec = registry.specs["hotels_search"]
    result = workload._answer("hotels", "search", {}, ["name", "reference", "city", "price"], 0)
    offers = offers_of(Step(id="s1", tool=spec.name, arguments={}, result=result), spec)
    fed = [
        other.name
        for other in registry.specs.values()
        if any(match(offer, parameter) > 0.7 for offer in offers for parameter in parameters_of(other).by_name.values())
    ]
    assert len(fed) >= 100
