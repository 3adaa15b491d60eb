import json
from typing import Any
from uuid import uuid4

import pytest
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage
from langchain_core.outputs import ChatGeneration, LLMResult
from langgraph.errors import GraphInterrupt
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from graph.otel.conventions import CONTENT_VARIABLE
from graph.otel.handler import RunIds, SpanHandler
from graph.tool_runs import FailedCallError
from graph.trace_redaction import Redactor

SECRET = "correct-horse-battery"


class Traced:
    def __init__(self) -> None:
        self._exporter = InMemorySpanExporter()
        provider = TracerProvider(id_generator=RunIds(), shutdown_on_exit=False)
        provider.add_span_processor(SimpleSpanProcessor(self._exporter))
        self.handler = SpanHandler(provider.get_tracer("tests"), Redactor())

    @property
    def spans(self) -> dict[str, ReadableSpan]:
        return {span.name: span for span in self._exporter.get_finished_spans()}


@pytest.fixture
def traced(monkeypatch: pytest.MonkeyPatch) -> Traced:
    monkeypatch.setenv("SOME_API_KEY", SECRET)
    monkeypatch.setenv(CONTENT_VARIABLE, "SPAN_ONLY")
    return Traced()


def begin_sample(traced: Traced, inputs: Any = None, **metadata: Any) -> Any:
    root = uuid4()
    traced.handler.on_chain_start(None, inputs or {"seed": 1, "index": 2}, run_id=root, metadata=metadata, name="any")
    return root


def attributes(span: ReadableSpan) -> dict[str, Any]:
    return dict(span.attributes or {})


def test_a_trace_has_the_id_of_its_samples_run(traced: Traced) -> None:
    root = begin_sample(traced)
    traced.handler.on_chain_end({"status": "rejected", "record": None}, run_id=root)
    span = traced.spans["invoke_workflow toolgrad"]
    assert span.context is not None
    assert f"{span.context.trace_id:032x}" == root.hex
    assert attributes(span)["toolgrad.record.id"] == "s1-000002"
    assert attributes(span)["toolgrad.status"] == "rejected"


def test_what_has_no_span_is_part_of_what_it_is_inside_of(traced: Traced) -> None:
    root, node, router, tool, inner = begin_sample(traced), uuid4(), uuid4(), uuid4(), uuid4()
    handler = traced.handler
    about = {"langgraph_node": "execute_call", "langgraph_step": 3}
    handler.on_chain_start(None, {}, run_id=node, parent_run_id=root, metadata=about, name="execute_call")
    handler.on_chain_start(None, {}, run_id=router, parent_run_id=node, metadata=about, name="route_anything")
    handler.on_tool_start({"name": "twice"}, "", run_id=tool, parent_run_id=router, inputs={"of": [1, SECRET]})
    handler.on_tool_start({"name": "twice"}, "", run_id=inner, parent_run_id=tool, inputs={})
    handler.on_tool_end("inner", run_id=inner)
    handler.on_tool_end(2, run_id=tool)
    for run in (router, node, root):
        handler.on_chain_end({}, run_id=run)
    spans = traced.spans
    assert spans.keys() == {"execute_tool twice", "execute_call", "invoke_workflow toolgrad"}
    assert spans["execute_tool twice"].parent == spans["execute_call"].context
    said = attributes(spans["execute_tool twice"])
    assert json.loads(said["gen_ai.tool.call.arguments"]) == {"of": [1, "[redacted]"]}
    assert said["gen_ai.tool.call.result"] == "2"


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (FailedCallError("timeout", f"no answer, {SECRET}"), "timeout"),
        (ValueError(SECRET), "ValueError"),
        (json.JSONDecodeError(SECRET, "", 0), "json.decoder.JSONDecodeError"),
    ],
)
def test_an_error_is_a_kind_and_redacted_words(traced: Traced, error: Exception, kind: str) -> None:
    tool = uuid4()
    traced.handler.on_tool_start({"name": "twice"}, "{}", run_id=tool)
    traced.handler.on_tool_error(error, run_id=tool)
    span = traced.spans["execute_tool twice"]
    assert attributes(span)["error.type"] == kind
    assert not span.status.is_ok
    assert "[redacted]" in (span.status.description or "")
    assert SECRET not in span.to_json()


def test_a_sample_that_waits_for_a_person_has_not_failed(traced: Traced) -> None:
    root = begin_sample(traced)
    traced.handler.on_chain_error(GraphInterrupt(), run_id=root)
    assert traced.spans["invoke_workflow toolgrad"].status.is_unset


def test_what_is_under_way_ends_with_the_process(traced: Traced) -> None:
    root, node = begin_sample(traced), uuid4()
    traced.handler.on_chain_start(
        None, {}, run_id=node, parent_run_id=root, metadata={"langgraph_node": "check_stop"}, name="check_stop"
    )
    traced.handler.end_all()
    traced.handler.end_all()
    assert [attributes(span)["error.type"] for span in traced.spans.values()] == ["cancelled", "cancelled"]


def test_values_that_no_protocol_holds_are_put_otherwise(traced: Traced) -> None:
    cyclic: list[Any] = []
    cyclic.append(cyclic)
    root, tool = begin_sample(traced, {"seed": 2**70, "index": 0}, thread_id="\ud800"), uuid4()
    traced.handler.on_tool_start({"name": "twice"}, "", run_id=tool, parent_run_id=root, inputs={"in": cyclic})
    traced.handler.on_tool_end("y" * 100_000, run_id=tool)
    traced.handler.on_chain_end(None, run_id=root)
    sample, call = (attributes(traced.spans[name]) for name in ("invoke_workflow toolgrad", "execute_tool twice"))
    assert sample["toolgrad.seed"] == str(2**70)
    assert sample["gen_ai.conversation.id"] == "?"
    assert call["gen_ai.tool.call.arguments"] == "[no JSON]"
    assert len(call["gen_ai.tool.call.result"]) == 32_001


def test_a_question_and_its_answer(traced: Traced) -> None:
    chat = uuid4()
    asked = [[SystemMessage("Be brief."), HumanMessage(f"Say {SECRET}.")]]
    params = {"model": "m", "temperature": 0.5, "extra_body": {"max_tokens": 7, "response_format": {}}}
    about = {"role": "critique", "endpoint": "https://somewhere.example"}
    traced.handler.on_chat_model_start({}, asked, run_id=chat, metadata=about, invocation_params=params)
    message = AIMessage(
        "No.",
        usage_metadata={
            "input_tokens": 9,
            "output_tokens": 3,
            "total_tokens": 12,
            "input_token_details": {"cache_read": 4},
            "output_token_details": {"reasoning": 2},
        },
        response_metadata={"model_name": "m-2", "id": "c1", "finish_reason": "stop"},
    )
    traced.handler.on_llm_end(LLMResult(generations=[[ChatGeneration(message=message)]]), run_id=chat)
    said = attributes(traced.spans["chat m"])
    assert json.loads(said.pop("gen_ai.input.messages")) == [
        {"role": "system", "parts": [{"type": "text", "content": "Be brief."}]},
        {"role": "user", "parts": [{"type": "text", "content": "Say [redacted]."}]},
    ]
    assert json.loads(said.pop("gen_ai.output.messages")) == [
        {"role": "assistant", "parts": [{"type": "text", "content": "No."}], "finish_reason": "stop"}
    ]
    assert said == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "m",
        "gen_ai.request.temperature": 0.5,
        "gen_ai.request.max_tokens": 7,
        "gen_ai.output.type": "text",
        "gen_ai.response.model": "m-2",
        "gen_ai.response.id": "c1",
        "gen_ai.response.finish_reasons": ("stop",),
        "gen_ai.usage.input_tokens": 9,
        "gen_ai.usage.output_tokens": 3,
        "gen_ai.usage.cache_read.input_tokens": 4,
        "gen_ai.usage.reasoning.output_tokens": 2,
        "server.address": "somewhere.example",
        "server.port": 443,
        "toolgrad.role": "critique",
    }


def test_without_being_asked_for_nothing_that_was_said_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(CONTENT_VARIABLE, raising=False)
    traced, chat, tool = Traced(), uuid4(), uuid4()
    traced.handler.on_chat_model_start({}, [[HumanMessage("private")]], run_id=chat, metadata={"model": "m"})
    traced.handler.on_llm_end(LLMResult(generations=[[ChatGeneration(message=AIMessage("private"))]]), run_id=chat)
    traced.handler.on_tool_start({"name": "twice"}, "private", run_id=tool, inputs={"in": "private"})
    traced.handler.on_tool_end("private", run_id=tool)
    assert traced.spans.keys() == {"chat m", "execute_tool twice"}
    assert "private" not in "".join(span.to_json() for span in traced.spans.values())
