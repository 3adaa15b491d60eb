"""Conversations with tools over HTTP: by native calls, in words, and what is sent back."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bench.endpoint.http import HttpRequest, HttpResponse, HttpServer, json_response
from graph.record import RoleUsage
from nodes.policies.base import PolicyError, PolicySetupError
from nodes.policies.model.client import close_clients
from nodes.policies.model.conversing import CallForm, Converser, message_of
from nodes.policies.model.limits import RetryLimits
from nodes.policies.model.native import NativeAnswer
from nodes.policies.model.settings import AskSettings

Json = dict[str, Any]
Reply = Callable[[Json], HttpResponse]

TOOLS = [
    {
        "type": "function",
        "function": {"name": "stock", "description": "Pieces.", "parameters": {"type": "object", "properties": {}}},
    }
]
ASK = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "How many A100?"}]


def said(**message: Any) -> HttpResponse:
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", **message}}
    usage = {"prompt_tokens": 10, "completion_tokens": 2}
    return json_response({"id": "1", "object": "chat.completion", "choices": [choice], "usage": usage})


def call(name: str, arguments: Any, id: str = "c1") -> Json:
    return {"id": id, "type": "function", "function": {"name": name, "arguments": arguments}}


@asynccontextmanager
async def asking(
    reply: Reply, *, form: CallForm = "auto", **settings: Any
) -> AsyncIterator[tuple[list[Json], Callable[..., Any]]]:
    """Give the bodies that were sent, and a function that asks."""
    bodies: list[Json] = []

    async def handle(request: HttpRequest) -> HttpResponse:
        bodies.append(json.loads(request.body))
        return reply(bodies[-1])

    async with HttpServer(handle) as server:
        asked = AskSettings("m", f"{server.url}/v1", **settings)
        converser = Converser(asked, "solve", form=form, limits=RetryLimits(2, 0.001, 0.002, 1))

        async def ask(messages: list[Json] = ASK, seed: int = 7) -> tuple[NativeAnswer, RoleUsage]:
            return await converser.answer(messages, TOOLS, seed=seed)

        try:
            yield bodies, ask
        finally:
            await close_clients()


async def test_parallel_calls_and_usage_are_read_and_nothing_streams() -> None:
    calls = [call("stock", '{"article": "A100"}', "a"), call("stock", '{"article": "B200"}', "b")]
    async with asking(lambda _: said(content=None, tool_calls=calls), temperature=0.5) as (bodies, ask):
        answer, usage = await ask()
    assert [(one.id, one.tool, one.arguments) for one in answer.calls] == [
        ("a", "stock", {"article": "A100"}),
        ("b", "stock", {"article": "B200"}),
    ]
    assert (usage.llm_calls, usage.input_tokens, usage.output_tokens) == (1, 10, 2)
    (body,) = bodies
    assert (body["tools"], body["messages"], body["seed"], body["temperature"]) == (TOOLS, ASK, 7, 0.5)
    assert not body.get("stream")


@pytest.mark.parametrize(
    ("arguments", "read"),
    [
        ('{"a": 1}', {"a": 1}),
        ({"a": 1}, {"a": 1}),
        (json.dumps('{"a": 1}'), {"a": 1}),
        ("", {}),
        ('{"a": ', None),
        ("Paris", None),
        ("[1]", None),
        ('{"a": NaN}', None),
        ('{"a": ' + "9" * 30 + "}", None),
        ('{"a": "\\ud800"}', None),
        ("[" * 5000, None),
    ],
)
async def test_arguments_are_an_object_or_are_told_as_text(arguments: Any, read: Json | None) -> None:
    async with asking(lambda _: said(content=None, tool_calls=[call("stock", arguments)])) as (bodies, ask):
        answer, _ = await ask()
        assert [one.arguments for one in answer.calls] == [read]
        message = message_of(answer)
        # Servers parse what is sent back.
        assert isinstance(json.loads(message["tool_calls"][0]["function"]["arguments"]), dict)
        await ask([*ASK, message, {"role": "tool", "tool_call_id": "c1", "content": "12"}])
    assert bodies[1]["messages"][2] == message


@pytest.mark.parametrize("name", ["reasoning_content", "reasoning"])
async def test_reasoning_is_kept_and_sent_back_under_its_own_name(name: str) -> None:
    reply = said(content="", tool_calls=[call("stock", "{}")], **{name: "It wants a figure."})
    async with asking(lambda _: reply) as (bodies, ask):
        answer, _ = await ask()
        await ask([*ASK, message_of(answer)])
    assert bodies[1]["messages"][2][name] == "It wants a figure."


async def test_reasoning_that_is_refused_is_left_out() -> None:
    def reply(body: Json) -> HttpResponse:
        if any("reasoning" in message for message in body["messages"]):
            return json_response({"error": {"message": "messages.2.reasoning: extra inputs are not permitted"}}, 400)
        return said(content=None, tool_calls=[call("stock", "{}")], reasoning="Hm.")

    async with asking(reply) as (bodies, ask):
        answer, _ = await ask()
        await ask([*ASK, message_of(answer)])
    assert ["reasoning" in body["messages"][-1] for body in bodies] == [False, True, False]


async def test_without_native_calls_tools_are_told_and_called_in_words() -> None:
    def reply(body: Json) -> HttpResponse:
        if "tools" in body:
            return json_response({"error": {"message": "tools are not supported by this model"}}, 400)
        return said(content='Let me see.\n<tool_call>{"name": "stock", "arguments": {"article": "A100"}}</tool_call>')

    async with asking(reply) as (bodies, ask):
        answer, _ = await ask()
        assert (answer.text, answer.calls[0].arguments) == ("Let me see.", {"article": "A100"})
        results = [{"role": "tool", "tool_call_id": "call_0", "content": "12"}]
        await ask([*ASK, message_of(answer), *results])
    system, user, assistant, result = bodies[-1]["messages"]
    assert "Be brief." in system["content"]
    assert '"name":"stock"' in system["content"]
    assert user == ASK[1]
    assert assistant["content"].endswith('<tool_call>{"name": "stock", "arguments": {"article": "A100"}}</tool_call>')
    assert result == {"role": "user", "content": "<tool_response>12</tool_response>"}


@pytest.mark.parametrize(
    "text",
    [
        '```json\n{"tool": "stock", "arguments": {"article": "A100"}}\n```',
        "<function=stock><parameter=article>A100</parameter></function>",
        "<tool_call>\n{'name': 'stock', 'arguments': {'article': 'A100'},}\n",
        '[{"name": "stock", "parameters": {"article": "A100"}}]',
    ],
)
async def test_calls_in_words_are_read_in_any_form(text: str) -> None:
    async with asking(lambda _: said(content=text), form="text") as (_, ask):
        answer, _ = await ask()
    assert [(one.tool, one.arguments) for one in answer.calls] == [("stock", {"article": "A100"})]


async def test_words_that_are_no_call_stay_the_answer() -> None:
    for text in ("There are 12.", '{"pieces": 12}', "use stock(article='A100')? No: 12."):
        async with asking(lambda _, text=text: said(content=text)) as (_, ask):
            answer, _ = await ask()
        assert (answer.text, answer.calls) == (text, ())


async def test_a_seed_that_is_refused_is_left_out() -> None:
    def reply(body: Json) -> HttpResponse:
        if "seed" in body:
            return json_response({"error": {"message": "Unrecognized request argument supplied: seed"}}, 400)
        return said(content="12")

    async with asking(reply) as (bodies, ask):
        assert (await ask())[0].text == "12"
    assert "seed" not in bodies[-1]


async def test_the_cache_answers_the_same_conversation_and_tells_trials_apart(tmp_path: Any) -> None:
    cached = {"response_cache": str(tmp_path / "answers.sqlite")}
    calls = [call("stock", '{"a": ')]
    async with asking(lambda _: said(content="x", tool_calls=calls, reasoning="Hm."), **cached) as (bodies, ask):
        first, spent = await ask()
        again, nothing = await ask()
        await ask(seed=8)
    assert again == first
    assert (spent.llm_calls, nothing.llm_calls, len(bodies)) == (1, 0, 2)


async def test_a_refusal_and_a_cut_answer_are_told_as_what_they_are() -> None:
    async with asking(lambda _: said(content=None, refusal="I'd rather not.")) as (_, ask):
        with pytest.raises(PolicyError) as refused:
            await ask()
    assert (refused.value.kind, refused.value.usage.llm_calls) == ("refused", 1)
    cut = {"choices": [{"finish_reason": "length", "message": {"role": "assistant", "content": "There a"}}]}
    async with asking(lambda _: json_response(cut)) as (_, ask):
        with pytest.raises(PolicyError) as short:
            await ask()
    assert short.value.kind == "cut_answer"


async def test_an_endpoint_that_takes_nothing_says_what_to_try() -> None:
    refusing = json_response({"error": {"message": "tools are not supported"}}, 400)
    async with asking(lambda _: refusing, form="native") as (_, ask):
        with pytest.raises(PolicySetupError, match="--call-form text"):
            await ask()
