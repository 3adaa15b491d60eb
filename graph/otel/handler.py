"""Hears of runs by LangChain's callbacks, and makes spans of them.

Runs are found by their ids and not by what is current, so that branches that run side by side, threads and another
event loop change nothing. What goes into a span is redacted here, before any limit cuts it.
"""

from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any, NamedTuple
from uuid import UUID

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.messages import BaseMessage
from langchain_core.outputs import LLMResult
from langgraph.errors import GraphBubbleUp
from opentelemetry import trace
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, Tracer

from graph.otel.conventions import (
    WORKFLOW,
    Attributes,
    Content,
    answer_attributes,
    as_json,
    chat_attributes,
    chat_span_name,
    content_is_wanted,
    error_type,
    node_attributes,
    outcome_attributes,
    request_params,
    sample_attributes,
    tool_attributes,
)
from graph.trace_redaction import Redactor

#: Characters of an attribute; more than anybody reads, and less than collectors refuse.
_LONGEST = 32_000
#: The protocol's integers have 64 bits.
_INTEGER_MAX = 2**63 - 1

_next_trace: ContextVar[int | None] = ContextVar("id of the trace that begins", default=None)


class RunIds(RandomIdGenerator):
    """Gives a trace the id of its sample's run, which is LangSmith's id of the trace, too."""

    def generate_trace_id(self) -> int:
        """Return the id of the run that begins, or a random one."""
        return _next_trace.get() or super().generate_trace_id()


class _Run(NamedTuple):
    """A run under way; `span` is its own, or of one that has none the span that it is inside of."""

    span: Span
    kind: str
    is_own: bool = True


class SpanHandler(BaseCallbackHandler):
    """Makes a span of each sample, node, model call and tool call of the graphs that it is given to."""

    #: In the task itself, so that runs begin before what they have inside.
    run_inline = True

    def __init__(self, tracer: Tracer, redactor: Redactor) -> None:
        self._tracer = tracer
        self._redactor = redactor
        self._with_content = content_is_wanted()
        self._runs: dict[UUID, _Run] = {}

    def on_chain_start(
        self,
        serialized: dict[str, Any] | None,  # noqa: ARG002
        inputs: Any,
        *,
        run_id: UUID,
        parent_run_id: UUID | None = None,
        metadata: dict[str, Any] | None = None,
        name: str | None = None,
        **kwargs: Any,  # noqa: ARG002
    ) -> None:
        """A sample or a node begins; anything else, such as a router, is part of what it is inside of."""
        metadata = metadata or {}
        above = self._above(parent_run_id)
        if above is None:
            attributes = sample_attributes(inputs, metadata)
            self._begin(run_id, "sample", None, f"invoke_workflow {WORKFLOW}", SpanKind.INTERNAL, attributes)
        elif name is not None and name == metadata.get("langgraph_node"):
            self._begin(run_id, "node", above, name, SpanKind.INTERNAL, node_attributes(metadata))
        else:
            self._runs[run_id] = above._replace(is_own=False)

    def on_chat_model_start(
        self,
        serialized: dict[str, Any],  # noqa: ARG002
        messages: list[list[BaseMessage]],
        *,
        run_id: UUID,
        parent_run_id: UUID | None = None,
        metadata: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        """A model is asked."""
        metadata, params = metadata or {}, request_params(kwargs.get("invocation_params") or {})
        attributes = chat_attributes(messages, metadata, params, with_content=self._with_content)
        name = chat_span_name(metadata, params)
        self._begin(run_id, "chat", self._above(parent_run_id), name, SpanKind.CLIENT, attributes)

    def on_tool_start(
        self,
        serialized: dict[str, Any],
        input_str: str,
        *,
        run_id: UUID,
        parent_run_id: UUID | None = None,
        inputs: dict[str, Any] | None = None,
        **kwargs: Any,  # noqa: ARG002
    ) -> None:
        """A tool is called; a tool that is one of LangChain's tells of itself once more, inside."""
        above = self._above(parent_run_id)
        if above is not None and above.kind == "tool":
            self._runs[run_id] = above._replace(is_own=False)
            return
        arguments = input_str if inputs is None else inputs
        attributes = tool_attributes(serialized or {}, arguments, with_content=self._with_content)
        name = f"execute_tool {attributes['gen_ai.tool.name'] or ''}".strip()
        self._begin(run_id, "tool", above, name, SpanKind.INTERNAL, attributes)

    def on_chain_end(self, outputs: Any, *, run_id: UUID, **kwargs: Any) -> None:  # noqa: ARG002
        """A sample or a node has ended."""
        run = self._runs.get(run_id)
        self._end(run_id, outcome_attributes(outputs) if run is not None and run.kind == "sample" else {})

    def on_llm_end(self, response: LLMResult, *, run_id: UUID, **kwargs: Any) -> None:  # noqa: ARG002
        """A model has answered."""
        self._end(run_id, answer_attributes(response, with_content=self._with_content))

    def on_tool_end(self, output: Any, *, run_id: UUID, **kwargs: Any) -> None:  # noqa: ARG002
        """A tool has given something."""
        self._end(run_id, {"gen_ai.tool.call.result": Content(output)} if self._with_content else {})

    def on_chain_error(self, error: BaseException, *, run_id: UUID, **kwargs: Any) -> None:  # noqa: ARG002
        """A sample or a node has failed, or waits for a person, which is none of its failures."""
        self._end(run_id, {}, None if isinstance(error, GraphBubbleUp) else error)

    def on_llm_error(self, error: BaseException, *, run_id: UUID, **kwargs: Any) -> None:  # noqa: ARG002
        """A model has not answered."""
        self._end(run_id, {}, error)

    def on_tool_error(self, error: BaseException, *, run_id: UUID, **kwargs: Any) -> None:  # noqa: ARG002
        """A call has failed."""
        self._end(run_id, {}, error)

    def end_all(self) -> None:
        """End what is under way, innermost first: the process goes."""
        while self._runs:
            try:
                _, run = self._runs.popitem()
            except KeyError:  # somebody else took the last
                return
            if run.is_own:
                run.span.set_attribute("error.type", "cancelled")
                run.span.set_status(Status(StatusCode.ERROR, "the process has ended"))
                run.span.end()

    def _above(self, parent_run_id: UUID | None) -> _Run | None:
        return None if parent_run_id is None else self._runs.get(parent_run_id)

    def _begin(
        self, run_id: UUID, kind: str, above: _Run | None, name: str, span_kind: SpanKind, attributes: Attributes
    ) -> None:
        # Without one above it is the current one of a script, or none.
        context = None if above is None else trace.set_span_in_context(above.span)
        token = _next_trace.set(run_id.int)
        try:
            span = self._tracer.start_span(
                self._text(name), context, kind=span_kind, attributes=self._clean(attributes)
            )
        finally:
            _next_trace.reset(token)
        self._runs[run_id] = _Run(span, kind)

    def _end(self, run_id: UUID, attributes: Attributes, error: BaseException | None = None) -> None:
        run = self._runs.pop(run_id, None)
        if run is None or not run.is_own:
            return
        run.span.set_attributes(self._clean(attributes))
        if error is not None:
            run.span.set_attribute("error.type", self._text(error_type(error)))
            run.span.set_status(Status(StatusCode.ERROR, self._text(str(error))))
        run.span.end()

    def _clean(self, attributes: Mapping[str, Any]) -> dict[str, Any]:
        return {name: self._value(value) for name, value in attributes.items() if value is not None}

    def _value(self, value: Any) -> Any:
        match value:
            case Content(content):
                try:
                    return self._text(as_json(self._redactor.value(content)))
                except (ValueError, RecursionError):
                    return "[no JSON]"
            case bool() | float():
                return value
            case int():
                return value if abs(value) <= _INTEGER_MAX else str(value)
            case tuple():
                return [self._text(str(item)) for item in value]
        return self._text(str(value))

    def _text(self, text: str) -> str:
        """Return the text without secrets, at most so long, and such that UTF-8 holds it."""
        clean = self._redactor.text(text)
        if len(clean) > _LONGEST:
            clean = f"{clean[:_LONGEST]}…"
        return clean.encode("utf-8", "replace").decode("utf-8")
