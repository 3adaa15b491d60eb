"""One request: what is tried again, what ends the run, what is counted; the key is told to nobody."""

import asyncio
import time
from typing import Any

import pytest

from graph.record import RoleUsage
from nodes.policies.base import EndpointLimitError, PolicyError, PolicySetupError
from nodes.policies.model.endpoint import endpoint
from nodes.policies.model.failures import retry_after
from nodes.policies.model.transport import RequestRefusedError, Transport
from tests.model_server import (
    Asked,
    ModelServer,
    Reply,
    answer,
    cut,
    failing,
    hanging,
    html,
    no_choices,
    null_choices,
    truncated,
)
from tests.unit.nodes.policies.model.conftest import QUICK, settings, until

OK = answer({"fine": True})
MESSAGES = [("system", "s"), ("user", "u")]


async def send(server: ModelServer, usage: RoleUsage | None = None, **changes: Any) -> str:
    transport = Transport(settings(server.url, **changes), "propose", QUICK)
    return (await transport.send(MESSAGES, {}, usage if usage is not None else RoleUsage())).text


@pytest.mark.parametrize(
    "bad",
    [
        failing(500),
        failing(503, headers={"retry-after": "0"}),
        failing(429, headers={"retry-after-ms": "20"}),
        failing(408),
        cut(),
        truncated(),
        null_choices(),
        no_choices(),
        Reply(content=b"[1, 2]"),
        Reply(content=b"nonsense", content_type="text/plain"),
        Reply(content=b'{"error": {"message": "overloaded"}}'),
    ],
)
async def test_what_may_pass_is_tried_again(bad: Reply) -> None:
    async with ModelServer([bad, bad, OK]) as server:
        assert await send(server) == '{"fine": true}'
        assert len(server.asked) == 3


async def test_trying_again_is_bounded_and_the_failure_is_typed() -> None:
    async with ModelServer([failing(500, "kaput")]) as server:
        with pytest.raises(PolicyError, match=r"unavailable: .*HTTP 500: kaput.*Tried 4 times") as caught:
            await send(server)
        assert caught.value.kind == "unavailable"
        assert len(server.asked) == QUICK.attempts


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (failing(429, headers={"retry-after": "3600"}), r"wait until \d.*\(60 min\).*same command goes on"),
        (failing(503, headers={"retry-after": "Fri, 01 Jan 2100 00:00:00 GMT"}), r"wait until 2\d\d\d-"),
        (failing(429, "Tokens per day (TPD): Limit 100000. Please try again in 28m48.5s."), r"\(29 min\)"),
        (failing(429, "You exceeded your current quota. Please retry in 2h."), r"\(120 min\)"),
        (failing(429, "Rate limit exceeded: free-models-per-day"), "limit of a day or more"),
        (Reply(content=b'{"error": {"code": 429, "message": "daily limit"}}'), "limit of a day or more"),
    ],
)
async def test_a_wait_that_is_too_long_is_not_begun_and_ends_the_run(bad: Reply, words: str) -> None:
    async with ModelServer([bad]) as server:
        with pytest.raises(EndpointLimitError, match=words):
            await send(server)
        assert len(server.asked) == 1
        assert endpoint(server.url).pace.reserve(None) < 1, "nobody else sleeps that long"


async def test_a_long_wait_is_told_once(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nodes.policies.model.transport._LONG_WAIT_S", 0.1)
    async with ModelServer([failing(429, headers={"retry-after": "0.2"}), OK]) as server:
        await send(server)
        assert [record.message.partition(" until ")[0] for record in caplog.records] == [
            f"{server.url} asks to wait: nothing is asked"
        ]
        place = endpoint("http://another/v1")
    assert [place.tells_wait(seconds) for seconds in (60, 60.2, 59.9, 120)] == [True, False, False, True]


async def test_what_the_server_asks_to_wait_is_waited() -> None:
    async with ModelServer([failing(429, headers={"retry-after": "0.3"}), OK]) as server:
        started = time.monotonic()
        await send(server)
        assert time.monotonic() - started >= 0.3


async def test_a_429_slows_down_all_requests_to_the_endpoint() -> None:
    asked: list[float] = []

    def limited_once(_: Asked) -> Reply:
        asked.append(time.monotonic())
        return OK if len(asked) > 1 else failing(429, headers={"retry-after": "0.3"})

    async with ModelServer(limited_once) as server:
        first = asyncio.create_task(send(server))
        await until(lambda: endpoint(server.url).pace.gap_s > 0)
        await send(server)  # another sample, which has not met the limit itself
        await first
    assert min(asked[1:]) - asked[0] >= 0.29


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (failing(401, "Incorrect API key provided"), "refused the key.*Set OPENAI_API_KEY"),
        (failing(403, "no access"), "refused the key"),
        (failing(404, "The model `m` does not exist"), "no such model.*/models lists them"),
        (failing(429, "You exceeded your current quota", code="insufficient_quota"), "no credit left"),
        (failing(402, "pay"), "no credit left"),
        (html(), "web page instead of JSON.*usually ends in /v1"),
        # Whatever the status: the body says what it is.
        (failing(400, "API key not valid. Please pass a valid API key."), "refused the key"),
        (failing(400, "Model Not Exist"), "no such model"),
        (failing(500, 'model "m" not found, try pulling it first'), "no such model"),
        (Reply(content=b'{"error": {"code": 402, "message": "Insufficient credits"}}'), "no credit left"),
        (Reply(content=b'{"error": "invalid api key"}'), "refused the key"),
        (
            Reply(content=b'{"base_resp": {"status_code": 1008, "status_msg": "insufficient balance"}}'),
            "no credit left",
        ),
        (Reply(404, b'[{"error": {"code": 404, "message": "models/m is not found"}}]'), "no such model"),
    ],
)
async def test_what_no_repetition_helps_ends_the_run(bad: Reply, words: str) -> None:
    async with ModelServer([bad]) as server:
        with pytest.raises(PolicySetupError, match=words):
            await send(server)
        assert len(server.asked) <= 3


async def test_an_endpoint_that_has_answered_may_fail_for_a_while() -> None:
    async with ModelServer([OK, html(), OK]) as server:
        await send(server)
        await send(server)
        assert len(server.asked) == 3


async def test_an_endpoint_that_took_a_connection_is_there_and_may_refuse_one_for_a_while() -> None:
    async with ModelServer([cut()] * 20) as server:
        with pytest.raises(PolicyError) as caught:
            await send(server)
        assert not isinstance(caught.value, PolicySetupError)
        url = server.url
    with pytest.raises(PolicyError, match="connection refused") as refused:
        await Transport(settings(url), "propose", QUICK).send(MESSAGES, {}, RoleUsage())
    assert not isinstance(refused.value, PolicySetupError)


async def test_nothing_at_the_address() -> None:
    async with ModelServer([OK]) as server:
        url = server.url
    with pytest.raises(PolicySetupError, match="connection refused"):
        await Transport(settings(url), "propose", QUICK).send(MESSAGES, {}, RoleUsage())


async def test_unknown_host(monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    async def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", unknown)
    with pytest.raises(PolicySetupError, match="no host of that name"):
        await Transport(settings("http://nowhere.invalid/v1"), "propose", QUICK).send(MESSAGES, {}, RoleUsage())


async def test_an_endpoint_that_hangs_is_a_timeout() -> None:
    async with ModelServer([hanging()]) as server:
        with pytest.raises(PolicyError, match=r"timeout: no answer .*within 0\.2 s"):
            await send(server, request_timeout_s=0.2)
        assert len(server.asked) == 2


@pytest.mark.parametrize(
    "message",
    [
        "This model's maximum context length is 8192 tokens. However, you requested 9000 tokens",
        "the request exceeds the available context size, try increasing it",
        "prompt is too long: 250000 tokens",
    ],
)
async def test_a_prompt_that_is_too_long(message: str) -> None:
    async with ModelServer([failing(400, message)]) as server:
        with pytest.raises(PolicyError, match=r"context_exceeded: .*Lower tools_per_batch"):
            await send(server)
        assert len(server.asked) == 1


async def test_a_refused_request_may_be_put_otherwise() -> None:
    refused = failing(400, "Unsupported parameter: 'temperature' is not supported with this model.")
    async with ModelServer([refused]) as server:
        transport = Transport(settings(server.url), "propose", QUICK)
        with pytest.raises(RequestRefusedError) as caught:
            await transport.send(MESSAGES, {}, RoleUsage(), sent={"temperature"})
        assert caught.value.refused == "temperature"


async def test_the_key_goes_to_the_endpoint_and_to_no_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_KEY", "very-secret-0123456789")
    leaky = failing(401, "Incorrect API key provided: very-secret-0123456789. " + "x" * 400)
    async with ModelServer([leaky]) as server:
        with pytest.raises(PolicySetupError) as caught:
            await send(server, api_key_env="MY_KEY")
        assert server.asked[0].headers["authorization"] == "Bearer very-secret-0123456789"
    assert "very-secret" not in str(caught.value)
    assert "[key]" in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None, "a traceback would print the server's own words"


async def test_a_local_server_needs_no_key() -> None:
    async with ModelServer([OK]) as server:
        await send(server)
        assert server.asked[0].headers["authorization"] == "Bearer not-needed"


async def test_openai_itself_needs_one() -> None:
    transport = Transport(settings("https://api.openai.com/v1"), "propose", QUICK)
    with pytest.raises(PolicySetupError, match="set OPENAI_API_KEY"):
        await transport.send(MESSAGES, {}, RoleUsage())


async def test_usage_counts_what_was_answered(tmp_path: Any) -> None:
    table = tmp_path / "prices.toml"
    table.write_text('["127.0.0.1"]\n"m" = { input = 1.0, cached_input = 0.5, output = 10.0 }\n')
    told = {
        "prompt_tokens": 1000,
        "completion_tokens": 100,
        "total_tokens": 1100,
        "prompt_tokens_details": {"cached_tokens": 400},
        "completion_tokens_details": {"reasoning_tokens": 60},
    }
    async with ModelServer([failing(500), answer({}, usage=told)]) as server:
        usage = RoleUsage()
        await send(server, usage, prices=str(table))
        await send(server, usage, prices=str(table))
    assert (usage.llm_calls, usage.input_tokens, usage.cached_tokens) == (2, 2000, 800)
    assert (usage.output_tokens, usage.reasoning_tokens) == (200, 120)
    assert usage.cost_usd == pytest.approx(2 * (600 * 1.0 + 400 * 0.5 + 100 * 10.0) / 1e6)
    assert usage.latency_ms > 0


async def test_an_unknown_price_and_untold_tokens_are_not_zero() -> None:
    async with ModelServer([OK, answer({}, usage={})]) as server:
        usage = RoleUsage()
        await send(server, usage)
        assert usage.cost_usd is None
        usage = RoleUsage()
        await send(server, usage)
        assert (usage.llm_calls, usage.cost_usd) == (1, None)


@pytest.mark.parametrize(
    ("told", "tokens", "cost"),
    [
        ({"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}, (0, 0), None),
        ({"prompt_tokens": 100.4, "completion_tokens": 20.5}, (100, 20), 300.0),
        ({"prompt_tokens": "100", "completion_tokens": "20"}, (100, 20), 300.0),
        ({"prompt_tokens": -100, "completion_tokens": 20}, (0, 0), None),
        ({"prompt_tokens": 100, "completion_tokens": 0}, (100, 0), None),
        ({"prompt_tokens": None, "completion_tokens": None}, (0, 0), None),
        ({"total_tokens": 120}, (0, 0), None),
        ({"input_tokens": 100, "output_tokens": 20}, (100, 20), 300.0),
        (
            {"prompt_tokens": 100, "completion_tokens": 20, "prompt_tokens_details": {"cached_tokens": 900}},
            (100, 20),
            300.0,
        ),
        ({"prompt_tokens": 100, "completion_tokens": 20, "prompt_tokens_details": "none"}, (100, 20), 300.0),
        ({"prompt_tokens": 1e400, "completion_tokens": 20}, (0, 0), None),
        ([100, 20], (0, 0), None),
    ],
)
async def test_usage_that_is_odd_is_rounded_or_not_told(
    tmp_path: Any, told: Any, tokens: tuple[int, int], cost: float | None
) -> None:
    table = tmp_path / "prices.toml"
    table.write_text('["*"]\n"m" = { input = 1000000.0, output = 10000000.0 }\n')
    async with ModelServer([answer({"fine": True}, usage=told)]) as server:
        usage = RoleUsage()
        await send(server, usage, prices=str(table))
    assert (usage.input_tokens, usage.output_tokens, usage.llm_calls) == (*tokens, 1)
    assert usage.cost_usd == cost


async def test_requests_a_minute_are_spread() -> None:
    async with ModelServer([OK]) as server:
        started = time.monotonic()
        await asyncio.gather(*(send(server, requests_per_minute=600) for _ in range(6)))
        assert time.monotonic() - started >= 0.5


async def test_cancelling_is_no_failure() -> None:
    async with ModelServer([hanging()]) as server:
        task = asyncio.create_task(send(server))
        await until(lambda: bool(server.asked))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7),
        ({"retry-after-ms": "1500"}, 1.5),
        ({"retry-after": "-3"}, 0),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "1e3"}, 1000),
        ({"retry-after": "1000000001"}, 0),
        ({"retry-after-ms": "soon", "retry-after": "2"}, 2),
        ({}, None),
    ],
)
def test_retry_after(headers: dict[str, str], seconds: float | None) -> None:
    class Response:
        pass

    response = Response()
    response.headers = headers  # type: ignore[attr-defined]

    class Error:
        pass

    error = Error()
    error.response = response  # type: ignore[attr-defined]
    assert retry_after(error) == seconds  # type: ignore[arg-type]


async def given_up(server: ModelServer, times: int) -> list[type[Exception]]:
    raised = []
    for _ in range(times):
        with pytest.raises((PolicyError, PolicySetupError)) as failure:
            await send(server)
        raised.append(failure.type)
    return raised


async def test_an_endpoint_that_has_gone_silent_ends_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nodes.policies.model.endpoint.SILENCE_S", 0.0)
    async with ModelServer(lambda _: OK if len(server.asked) == 1 else failing(500, "kaput")) as server:
        await send(server)
        assert await given_up(server, 5) == [PolicyError] * 4 + [PolicySetupError]


async def test_an_answer_between_or_a_short_silence_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    async with ModelServer(lambda _: failing(500, "kaput")) as server:
        assert await given_up(server, 8) == [PolicyError] * 8, "not for a minute yet"
    monkeypatch.setattr("nodes.policies.model.endpoint.SILENCE_S", 0.0)
    fine = {"now": False}
    async with ModelServer(lambda _: OK if fine["now"] else failing(500, "kaput")) as server:
        for _ in range(3):
            fine["now"] = False
            assert await given_up(server, 4) == [PolicyError] * 4
            fine["now"] = True
            await send(server)


async def test_refusals_are_no_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nodes.policies.model.endpoint.SILENCE_S", 0.0)
    async with ModelServer([failing(413, "too long")]) as server:
        assert await given_up(server, 8) == [PolicyError] * 8
