"""Whatever form an endpoint puts an answer into, it is read: over HTTP, by the client that runs have."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.policies.model.envelope import read_response
from tests.model_server import ModelServer, Reply, completion, text
from tests.unit.nodes.policies.model.test_structured import GOOD, ask

SAID = json.dumps(GOOD)


def body(message: Any, **members: Any) -> Reply:
    return Reply(content=json.dumps({"choices": [{"message": message, **members}]}).encode())


def function(arguments: Any, **members: Any) -> dict[str, Any]:
    return {"tool_calls": [{"function": {"name": "answer", "arguments": arguments}, **members}]}


@pytest.mark.parametrize(
    "reply",
    [
        body({"content": SAID}),
        body({"content": GOOD}),
        body({"content": [{"type": "text", "text": SAID[:9]}, {"type": "text", "text": SAID[9:]}]}),
        body({"content": [{"type": "thinking", "thinking": "{}"}, SAID]}),
        body({"content": {"parts": [{"text": "hm", "thought": True}, {"text": SAID}]}}),
        body({"content": None, "reasoning_content": f"So: {SAID}"}),
        body({"content": "", "reasoning": SAID}),
        body({"content": None, **function(GOOD)}),
        body({**function(SAID, id=7, index="0")}),
        body({**function(json.dumps(SAID))}),
        body({"content": None, "function_call": {"name": "answer", "arguments": SAID}}),
        body({"content": "", "tool_calls": {"name": "answer", "input": GOOD}}),
        body({"content": SAID, "tool_calls": None}),
        body({"content": SAID, "tool_calls": [None, {}], "role": None, "audio": {"id": 1}}, logprobs="no"),
        Reply(content=json.dumps({"choices": {"text": SAID}}).encode()),
        Reply(content=json.dumps({"choices": [{"delta": {"content": SAID}}], "error": None}).encode()),
        Reply(content=json.dumps({"message": {"content": SAID}, "done": True}).encode()),
        Reply(content=json.dumps({"code": 0, "data": {"choices": [{"message": {"content": SAID}}]}}).encode()),
        Reply(content=b"\xef\xbb\xbf\n\n" + text(SAID).content, content_type="text/plain"),
        Reply(content=text(SAID).content, content_type="application/json; charset=nonsense"),
        completion({"content": SAID.replace("Now.", "Now.\n")}, finish="STOP"),
        text(f"<|channel|>final<|message|>{SAID}"),
    ],
)
async def test_an_answer_is_read_in_any_envelope(reply: Reply) -> None:
    async with ModelServer([reply]) as server:
        assert (await ask(server)).response == "Now."
        assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (completion({"content": SAID[:20], "reasoning_content": SAID}, finish="max_tokens"), "cut after"),
        (completion({"content": None, "reasoning_content": f"{SAID} hmm"}, finish="length"), "cut after"),
        (completion({"content": ""}, finish="SAFETY"), "refused"),
        (completion({"content": None, "tool_calls": []}), "empty"),
    ],
)
async def test_what_is_no_answer_is_told_as_what_it_is(reply: Reply, words: str) -> None:
    async with ModelServer([reply]) as server:
        with pytest.raises(Exception, match=words):
            await ask(server)


@pytest.mark.parametrize(
    "bad",
    [
        body({"content": SAID}, finish_reason="error"),
        body({"content": ""}, error={"code": 502, "message": "Upstream idle timeout"}, finish_reason="error"),
        body({"content": SAID}, finish_reason="abort"),
        Reply(content=b'{"error": {"code": "503", "message": "no capacity"}, "choices": []}'),
        Reply(content=b'{"code": 500, "msg": "busy"}'),
        Reply(content=b"   \n"),
    ],
)
async def test_an_error_in_a_200_is_tried_again(bad: Reply) -> None:
    async with ModelServer([bad, text(SAID)]) as server:
        await ask(server)
        assert [asked.rung for asked in server.asked] == ["json_schema"] * 2


async def test_of_several_calls_the_last_that_is_valid_is_the_answer() -> None:
    first, last = json.dumps({**GOOD, "response": "A draft."}), SAID
    calls = [function(said)["tool_calls"][0] for said in (first, last, '{"query": "When?"}')]
    async with ModelServer([body({"tool_calls": calls})]) as server:
        assert (await ask(server)).response == "Now."


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "choices",
                    "message",
                    "content",
                    "tool_calls",
                    "function",
                    "arguments",
                    "usage",
                    "error",
                    "text",
                    "code",
                ]
            )
            | st.text(max_size=3),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSON, st.sampled_from([200, 400, 500]))
def test_any_document_is_read_or_left(document: Any, status: int) -> None:
    read = read_response(status, json.dumps(document).encode())
    if read is not None:
        assert 200 <= read[0] < 600
        json.dumps(read[1]).encode("ascii")


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_left(content: bytes) -> None:
    for read in (read_response(200, content), read_response(200, b"data: " + content)):
        assert read is None or 200 <= read[0] < 600
