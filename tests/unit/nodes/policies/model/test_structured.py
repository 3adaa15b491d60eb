"""The ladder: every way of asking, when it is left, what is remembered, the one chance to mend."""

import json
from typing import Any

import pytest

from nodes.policies.base import PolicyError, PolicySetupError
from nodes.policies.model.answers import DraftAnswer
from nodes.policies.model.endpoint import Rung, endpoint
from nodes.policies.model.structured import Asker
from prompts import Prompt
from tests.model_server import (
    Asked,
    ModelServer,
    Reply,
    answer,
    called,
    failing,
    no_choices,
    refusal,
    text,
)
from tests.unit.nodes.policies.model.conftest import QUICK, settings

PROMPT = Prompt("You write.", "Write.")
GOOD = {"query": "When?", "response": "Now."}


def fine(_: DraftAnswer) -> list[str]:
    return []


async def ask(server: ModelServer, check: Any = fine, **changes: Any) -> DraftAnswer:
    value, _ = await Asker(settings(server.url, **changes), "synthesize", QUICK).ask(PROMPT, DraftAnswer, check, 1)
    return value


def by_rung(**replies: Reply) -> Any:
    return lambda asked: replies[asked.rung]


async def test_a_schema_first_not_strict() -> None:
    async with ModelServer([answer(GOOD)]) as server:
        assert (await ask(server)).query == "When?"
        sent = server.asked[0].body
    assert sent["response_format"]["json_schema"]["strict"] is False
    assert sent["response_format"]["json_schema"]["schema"]["required"] == ["query", "response"]
    assert sent["max_completion_tokens"] == 4096
    assert "stream" not in sent or sent["stream"] is False
    assert "temperature" not in sent


UNSUPPORTED = failing(400, "'response_format' of type 'json_schema' is not supported with this model")


async def test_what_is_refused_is_left_for_good() -> None:
    script = by_rung(json_schema=UNSUPPORTED, tool=called(GOOD))
    async with ModelServer(script) as server:
        assert (await ask(server)).response == "Now."
        assert (await ask(server)).response == "Now."
        assert [asked.rung for asked in server.asked] == ["json_schema", "tool", "tool"]
        assert server.asked[1].body["tool_choice"] == {"type": "function", "function": {"name": "answer"}}
        # Another process, role or run setting of the same model at the same endpoint knows it too.
        assert endpoint(server.url).memory("m").rung is Rung.TOOL_CALL
        assert endpoint(server.url).memory("other").rung is Rung.JSON_SCHEMA


async def test_down_to_text() -> None:
    refused = failing(400, "unknown field")
    fenced = text("Here you are:\n```json\n" + json.dumps(GOOD) + "\n```\nBye.")
    script = by_rung(json_schema=refused, tool=refused, json_object=refused, text=fenced)
    async with ModelServer(script) as server:
        assert (await ask(server)).query == "When?"
        last = server.asked[-1]
        assert "response_format" not in last.body
        assert '"required":["query","response"]' in last.system, "the shape must be told in words"


@pytest.mark.parametrize("refused", [failing(400, "bad weather"), failing(500, "Internal Server Error")])
async def test_an_endpoint_that_refuses_every_way_ends_the_run(refused: Reply) -> None:
    async with ModelServer([refused]) as server:
        with pytest.raises(PolicySetupError, match=r"Every way of asking was refused.*extra_body"):
            await ask(server)
        rungs = list(dict.fromkeys(asked.rung for asked in server.asked))
        assert rungs == ["json_schema", "tool", "json_object", "text"]
        assert len(server.asked) <= 15
        assert endpoint(server.url).memory("m").rung is Rung.JSON_SCHEMA


async def test_a_refusal_without_a_reason_is_not_the_ways_where_it_has_worked() -> None:
    async with ModelServer(lambda _: answer(GOOD) if len(server.asked) == 1 else failing(400, "bad weather")) as server:
        await ask(server)
        with pytest.raises(PolicyError, match=r"bad_request: .*bad weather"):
            await ask(server)
        assert endpoint(server.url).memory("m").rung is Rung.JSON_SCHEMA


async def test_the_last_way_is_a_message_and_nothing_else() -> None:
    def script(asked: Asked) -> Reply:
        bare = set(asked.body) == {"model", "messages", "stream"} and len(asked.body["messages"]) == 1
        return answer(GOOD) if bare else Reply(status=500, content=b"Internal Server Error")

    async with ModelServer(script) as server:
        assert (await ask(server, temperature=0.5)).query == "When?"
        first = len(server.asked)
        await ask(server, temperature=0.5)
        assert len(server.asked) == first + 1
        said = server.asked[-1].body["messages"][0]
        assert said["role"] == "user"
        assert said["content"].startswith("You write.")
        assert said["content"].endswith("Write.")


async def test_a_format_that_is_ignored_is_left_after_two_answers() -> None:
    script = by_rung(json_schema=text("I would rather chat."), tool=called(GOOD))
    async with ModelServer(script) as server:
        for _ in range(3):
            await ask(server)
        rungs = [asked.rung for asked in server.asked]
        assert rungs == ["json_schema", "tool", "json_schema", "tool", "tool"]


@pytest.mark.parametrize("name", ["temperature", "reasoning_effort"])
async def test_a_refused_parameter_is_left_out(name: str) -> None:
    value = {"temperature": 0.3, "reasoning_effort": "low"}[name]

    def script(asked: Asked) -> Reply:
        if name in asked.body:
            return failing(400, f"Unsupported parameter: '{name}' is not supported with this model.", param=name)
        return answer(GOOD)

    async with ModelServer(script) as server:
        await ask(server, **{name: value})
        await ask(server, **{name: value})
        assert server.asked[0].body[name] == value
        assert [name in asked.body for asked in server.asked] == [True, False, False]
        assert server.asked[-1].rung == "json_schema"


async def test_an_older_server_is_told_max_tokens() -> None:
    def script(asked: Asked) -> Reply:
        if "max_completion_tokens" in asked.body:
            return failing(422, "extra fields not permitted: max_completion_tokens")
        return answer(GOOD)

    async with ModelServer(script) as server:
        await ask(server)
        assert server.asked[-1].body["max_tokens"] == 4096


async def test_further_members_are_sent() -> None:
    async with ModelServer([answer(GOOD)]) as server:
        await ask(server, extra_body='{"chat_template_kwargs": {"enable_thinking": false}}')
        assert server.asked[0].body["chat_template_kwargs"] == {"enable_thinking": False}


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        (answer({"query": "When?"}), "/response: Field required"),
        (answer({"query": 5, "response": "x"}), "/query: Input should be a valid string"),
        (answer([]), "valid dictionary"),
        (text('{"query": NaN, "response": ""}'), "not a number in JSON at /query"),
        (text(""), "the answer is empty"),
        (text("no idea"), "no JSON object"),
        (called('{"query": "When'), "no JSON object"),
        (text('{"query": "When?", "resp', finish="length"), "cut after 4096 tokens"),
    ],
)
async def test_what_is_wrong_is_told_once_with_the_exact_error(bad: Reply, told: str) -> None:
    async with ModelServer([bad, answer(GOOD)]) as server:
        assert (await ask(server)).query == "When?"
        assert told in server.asked[1].last
        assert server.asked[1].body["messages"][2]["role"] == "assistant"
    async with ModelServer([bad]) as server:
        with pytest.raises(PolicyError, match=r"invalid_answer|cut_answer") as caught:
            await ask(server)
        assert len(server.asked) == 2
        assert caught.value.usage.llm_calls == 2, "failures are paid for too"


async def test_a_check_is_told_too() -> None:
    async with ModelServer([answer(GOOD)]) as server:
        with pytest.raises(PolicyError, match="too short"):
            await ask(server, check=lambda value: ["/query: too short"])
        assert "- /query: too short" in server.asked[1].last


async def test_a_refusal_is_asked_once_more_and_then_typed() -> None:
    async with ModelServer([refusal(), answer(GOOD)]) as server:
        assert (await ask(server)).query == "When?"
    async with ModelServer([refusal("Not me.")]) as server:
        with pytest.raises(PolicyError, match=r"refused: .*Not me\."):
            await ask(server)
        assert len(server.asked) == 2


async def test_an_endless_answer_is_not_sent_back() -> None:
    async with ModelServer([text("{" * 300_000), answer(GOOD)]) as server:
        await ask(server)
        assert len(server.asked[1].last) < 1_000
        assert len(json.dumps(server.asked[1].body)) < 10_000


async def test_no_choices_is_a_malformed_response() -> None:
    async with ModelServer([no_choices()]) as server:
        with pytest.raises(PolicySetupError, match="no chat completion"):
            await ask(server)
    async with ModelServer(lambda _: answer(GOOD) if len(server.asked) == 1 else no_choices()) as server:
        await ask(server)
        with pytest.raises(PolicyError, match="malformed_response"):
            await ask(server)
