"""What an endpoint refuses is read from its body, whatever the status, and asked otherwise with few requests."""

import json
from typing import Any

import pytest

from nodes.policies.base import PolicyError
from nodes.policies.model.endpoint import Rung, endpoint
from nodes.policies.model.refusals import FORMAT, STREAM, SYSTEM, headline_of, refused_part, wait_in, words_of
from tests.model_server import Asked, ModelServer, Reply, answer, called, failing, text
from tests.unit.nodes.policies.model.test_structured import GOOD, ask

SENT = {"temperature", "reasoning_effort", "max_completion_tokens", "tool_choice", "strict", SYSTEM, STREAM}


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ("System role not supported", SYSTEM),
        ("Unsupported value: 'messages[0].role' does not support 'system' with this model.", SYSTEM),
        ("Incorrect role information", SYSTEM),
        ("chat template rejected the request: Unexpected message role.", SYSTEM),
        ("Developer instruction is not enabled for this model", SYSTEM),
        ("Conversation roles must alternate user/assistant/user/assistant/...", SYSTEM),
        ("Only user and assistant roles are supported!", SYSTEM),
        ("This model only support stream mode, please enable the stream parameter", STREAM),
        ("parameter.enable_thinking must be set to false for non-streaming calls", STREAM),
        ("Non-streaming is not supported", STREAM),
        ("Requests with max_tokens > 4096 must have stream=true", STREAM),
        ("Your organization must be verified to stream this model", None),
        ("Invalid tool_choice type: 'object'. Supported string values: none, auto, required", "tool_choice"),
        ('"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set', FORMAT),
        ("No endpoints found that support tool use.", FORMAT),
        ("No endpoints found that can handle the requested parameters.", FORMAT),
        ("JSON schema conversion failed: Unrecognized schema", FORMAT),
        ("qwen does not support tools", FORMAT),
        ("grammar-constrained decoding is not implemented for this backend", FORMAT),
        ("Unsupported parameter: 'max_tokens' is not supported", "max_completion_tokens"),
        ("max_tokens is too large: 4096. This model supports at most 2048 completion tokens", "max_completion_tokens"),
        ("Unrecognized request argument supplied: reasoning_effort", "reasoning_effort"),
        ("Invalid value: temperature must be 1", "temperature"),
        ("Internal Server Error", None),
        ("Loading model", None),
        ("The engine is currently overloaded, please try again later", None),
    ],
)
def test_what_is_refused_is_read_from_the_words(words: str, part: str | None) -> None:
    assert refused_part(words, None, SENT) == part


def test_what_is_not_sent_cannot_be_refused_again() -> None:
    assert refused_part("System role not supported", None, {"temperature"}) is None
    assert refused_part("temperature is not supported", None, {SYSTEM}) is None
    assert refused_part("no", "temperature", SENT) == "temperature"
    assert refused_part("no", "response_format.json_schema.strict", SENT) is None


def test_what_a_body_repeats_of_the_request_is_not_read() -> None:
    body = {
        "detail": [{"loc": ["body", "seed"], "msg": "Extra inputs", "input": {"messages": "the system role, tools"}}]
    }
    assert words_of(body) == "body.seed | Extra inputs"
    raw = {"error": {"message": "Provider returned error", "metadata": {"raw": '{"error":{"message":"no tools"}}'}}}
    assert "no tools" in words_of(raw)
    assert headline_of(raw, "") == "Provider returned error: no tools"
    assert headline_of([{"error": {"message": "a\nb"}}], "") == "a b"
    assert headline_of({}, "what the client says") == "what the client says"


@pytest.mark.parametrize(
    ("words", "seconds"),
    [
        ("Please try again in 7m12.5s.", 432.5),
        ("Please retry after 6 seconds", 6),
        ("retry in 2 hours", 7200),
        ("retryDelay 33s", 33),
        ("try again in 250ms", 0.25),
        ("try again later", None),
    ],
)
def test_how_long_the_words_ask_to_wait(words: str, seconds: float | None) -> None:
    assert wait_in(words) == seconds


def refusing(bad: Reply, *rungs: str) -> Any:
    """Refuse these ways; answer the others properly."""
    return lambda asked: bad if asked.rung in rungs else called(GOOD) if asked.rung == "tool" else answer(GOOD)


@pytest.mark.parametrize(
    "bad",
    [
        failing(404, "No endpoints found that can handle the requested parameters."),
        failing(500, "Unsupported JSON Schema features: free-form object"),
        failing(501, "response_format is not implemented"),
        failing(422, "response_format is not permitted"),
        failing(503, "structured output is disabled on this replica"),
        failing(403, "response_format is not available on your plan"),
        Reply(content=json.dumps({"error": {"message": "json_schema is not supported", "code": 400}}).encode()),
        Reply(content=json.dumps({"object": "error", "message": "guided_json is unsupported"}).encode()),
        Reply(content=b'{"detail": "grammar is not supported"}'),
        Reply(status=400, content=b"response_format not supported", content_type="text/plain"),
        Reply(status=500, content=b'[{"error": {"message": "Invalid schema in response_format"}}]'),
    ],
)
async def test_a_refused_form_is_left_at_once_whatever_the_status(bad: Reply) -> None:
    async with ModelServer(refusing(bad, "json_schema")) as server:
        assert (await ask(server)).query == "When?"
        assert (await ask(server)).query == "When?"
        assert [asked.rung for asked in server.asked] == ["json_schema", "tool", "tool"]


async def test_a_failure_without_a_reason_is_tried_again_and_then_asked_otherwise() -> None:
    async with ModelServer(refusing(failing(500, "Internal Server Error"), "json_schema")) as server:
        await ask(server)
        await ask(server)
        assert [asked.rung for asked in server.asked] == ["json_schema"] * 3 + ["tool"] * 2


async def test_a_model_that_is_not_there_is_asked_once() -> None:
    async with ModelServer([failing(400, "model `m` not found: no tools, no response_format")]) as server:
        with pytest.raises(Exception, match="no such model"):
            await ask(server)
        assert len(server.asked) == 1


@pytest.mark.parametrize("status", [400, 404, 422, 500, 200])
async def test_a_refused_system_role_moves_its_text_to_the_users_message(status: int) -> None:
    def script(asked: Asked) -> Reply:
        if any(message["role"] != "user" for message in asked.body["messages"]):
            return failing(status, "System role not supported")
        return answer(GOOD)

    async with ModelServer(script) as server:
        await ask(server)
        await ask(server)
        assert len(server.asked) == 3
        assert server.asked[-1].body["messages"] == [{"role": "user", "content": "You write.\n\nWrite."}]
        assert server.asked[-1].rung == "json_schema"


async def test_tool_choice_is_left_out_before_tools_are() -> None:
    def script(asked: Asked) -> Reply:
        if asked.rung == "json_schema":
            return failing(400, "json_schema is not supported")
        if "tool_choice" in asked.body:
            return failing(400, "Invalid tool_choice type: 'object'. Supported string values: none, auto, required")
        return called(GOOD)

    async with ModelServer(script) as server:
        await ask(server)
        await ask(server)
        assert [asked.rung for asked in server.asked] == ["json_schema", "tool", "tool", "tool"]
        assert "tool_choice" not in server.asked[-1].body


@pytest.mark.parametrize("name", ["seed", "parallel_tool_calls", "top_p", "chat_template_kwargs"])
async def test_a_refused_member_of_extra_body_is_left_out(name: str) -> None:
    def script(asked: Asked) -> Reply:
        if name in asked.body:
            return Reply(
                422, json.dumps({"detail": [{"loc": ["body", name], "msg": "Extra inputs are not permitted"}]}).encode()
            )
        return answer(GOOD)

    async with ModelServer(script) as server:
        await ask(server, extra_body=json.dumps({name: 1, "kept": 2}))
        assert len(server.asked) == 2
        assert server.asked[-1].body["kept"] == 2


async def test_no_limit_of_tokens_is_told_where_both_names_are_refused() -> None:
    def script(asked: Asked) -> Reply:
        for name in ("max_completion_tokens", "max_tokens"):
            if name in asked.body:
                return failing(400, f"{name} is too large: 4096. This model supports at most 2048 completion tokens")
        return answer(GOOD)

    async with ModelServer(script) as server:
        await ask(server)
        await ask(server)
        assert len(server.asked) == 4


def events(*chunks: Any, done: bool = True) -> Reply:
    told = "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in chunks)
    content = f": keep-alive\n\n{told}{'data: [DONE]' if done else ''}\n\n"
    return Reply(content=content.encode(), content_type="text/event-stream")


def delta(finish: str | None = None, **said: Any) -> dict[str, Any]:
    return {"id": "x", "choices": [{"index": 0, "delta": said, "finish_reason": finish}]}


async def test_an_endpoint_that_only_streams_is_asked_by_a_stream() -> None:
    half = json.dumps(GOOD)
    usage = {"choices": [], "usage": {"prompt_tokens": 70, "completion_tokens": 9}}

    def script(asked: Asked) -> Reply:
        if not asked.body.get("stream"):
            return failing(400, "This model only support stream mode, please enable the stream parameter")
        if "stream_options" in asked.body and len(server.asked) == 2:
            return failing(400, "stream_options is not supported")
        return events(delta(role="assistant", content=half[:9]), delta(content=half[9:]), delta("stop"), usage)

    async with ModelServer(script) as server:
        assert (await ask(server)).query == "When?"
        assert (await ask(server)).query == "When?"
        assert len(server.asked) == 4


async def test_a_call_comes_by_a_stream_in_pieces_though_none_was_asked_for() -> None:
    said = json.dumps(GOOD)
    pieces = [
        {"index": 0, "id": "c1", "function": {"name": "answer", "arguments": said[:5]}},
        {"index": 0, "function": {"arguments": said[5:]}},
    ]
    async with ModelServer([events(*(delta(tool_calls=[piece]) for piece in pieces), delta("tool_calls"))]) as server:
        assert (await ask(server)).response == "Now."


@pytest.mark.parametrize(
    "bad",
    [
        events(delta(content='{"query": "When?", '), done=False),
        events({"error": {"code": 502, "message": "upstream is gone"}}),
        events(delta(content="{"), delta("error")),
    ],
)
async def test_a_stream_that_breaks_is_tried_again(bad: Reply) -> None:
    async with ModelServer([bad, answer(GOOD)]) as server:
        await ask(server)
        assert [asked.rung for asked in server.asked] == ["json_schema"] * 2


async def test_what_the_endpoint_could_not_read_itself_is_read() -> None:
    written = failing(
        400, "Failed to generate JSON.", code="json_validate_failed", failed_generation=json.dumps(GOOD) + "\n}"
    )
    async with ModelServer([written]) as server:
        assert (await ask(server)).response == "Now."
        assert len(server.asked) == 1


async def test_ways_that_work_are_not_left_for_one_refusal() -> None:
    once = failing(500, "failed to parse the tool call")
    async with ModelServer(lambda asked: once if len(server.asked) == 2 else refusing(once)(asked)) as server:
        for _ in range(3):
            await ask(server)
        assert [asked.rung for asked in server.asked] == ["json_schema", "json_schema", "tool", "json_schema"]
        assert endpoint(server.url).memory("m").rung is Rung.JSON_SCHEMA


async def test_an_answer_that_is_no_answer_is_no_refusal() -> None:
    async with ModelServer([text("I would rather not use a JSON schema.")]) as server:
        with pytest.raises(PolicyError, match="invalid_answer"):
            await ask(server)
