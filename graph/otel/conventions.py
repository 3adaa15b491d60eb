"""Runs as spans: names and attributes by the semantic conventions for generative AI.

Edition 0.1.0 of https://github.com/open-telemetry/semantic-conventions-genai (all of it in development there).
`gen_ai.workflow.name`, which that edition merged into `gen_ai.agent.name`, is kept beside it for receivers of
earlier ones. What no convention names begins with `toolgrad.`.
"""

import json
import os
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from langchain_core.messages import BaseMessage
from langchain_core.outputs import ChatGeneration, LLMResult

from graph.record import record_id
from graph.tool_runs import FailedCallError

WORKFLOW = "toolgrad"
#: The variable by which OpenTelemetry's own instrumentations are told to send what was said, too.
CONTENT_VARIABLE = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"
_WITH_CONTENT = frozenset({"true", "span_only", "span_and_event"})

Attributes = dict[str, Any]


class Content(NamedTuple):
    """What was said or given: an attribute holds it as JSON."""

    value: Any


_ROLES = {"human": "user", "ai": "assistant"}
_REQUEST = {
    "temperature": "gen_ai.request.temperature",
    "top_p": "gen_ai.request.top_p",
    "max_tokens": "gen_ai.request.max_tokens",
    "max_completion_tokens": "gen_ai.request.max_tokens",
    "seed": "gen_ai.request.seed",
}


def content_is_wanted() -> bool:
    """Return whether messages, arguments and results are to be sent."""
    return os.environ.get(CONTENT_VARIABLE, "").strip().lower() in _WITH_CONTENT


def sample_attributes(inputs: Any, metadata: Mapping[str, Any]) -> Attributes:
    """Return what a sample's span says when it begins: which record of which run it makes, and who decides."""
    found: Attributes = {
        "gen_ai.operation.name": "invoke_workflow",
        "gen_ai.agent.name": WORKFLOW,
        "gen_ai.workflow.name": WORKFLOW,
        "gen_ai.conversation.id": metadata.get("thread_id"),
        "toolgrad.run": metadata.get("run"),
        "toolgrad.record.id": metadata.get("record_id"),
    }
    seed, index = metadata.get("run_seed"), metadata.get("index")
    if isinstance(inputs, dict):  # of a script that gives no metadata; None where a sample goes on
        seed, index = inputs.get("seed", seed), inputs.get("index", index)
    if isinstance(seed, int) and isinstance(index, int):
        found |= {"toolgrad.seed": seed, "toolgrad.index": index, "toolgrad.record.id": record_id(seed, index)}
    for name, value in metadata.items():
        role, _, what = name.rpartition("_")
        if role and what in ("policy", "model"):
            found[f"toolgrad.{what}.{role}"] = value
    return found


def outcome_attributes(outputs: Any) -> Attributes:
    """Return what came of a sample."""
    if not isinstance(outputs, dict):
        return {}
    record = outputs.get("record")
    turns = record.get("turns") if isinstance(record, dict) else None
    steps = sum(len(turn.get("steps", [])) for turn in turns) if isinstance(turns, list) else None
    return {"toolgrad.status": outputs.get("status"), "toolgrad.calls": steps}


def node_attributes(metadata: Mapping[str, Any]) -> Attributes:
    """Return what a node's span says."""
    return {"toolgrad.node": metadata.get("langgraph_node"), "toolgrad.superstep": metadata.get("langgraph_step")}


def tool_attributes(serialized: Mapping[str, Any], arguments: Any, *, with_content: bool) -> Attributes:
    """Return what a tool call's span says when it begins."""
    found: Attributes = {
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": serialized.get("name"),
        "gen_ai.tool.type": "function",
        "gen_ai.tool.description": serialized.get("description"),
    }
    if with_content:
        found["gen_ai.tool.call.arguments"] = Content(arguments)
    return found


def request_params(params: Mapping[str, Any]) -> Attributes:
    """Return what is asked beside the messages, also what the client passes on unread."""
    extra = params.get("extra_body")
    return {**params, **(extra if isinstance(extra, dict) else {})}


def chat_attributes(
    messages: Sequence[Sequence[BaseMessage]],
    metadata: Mapping[str, Any],
    params: Mapping[str, Any],
    *,
    with_content: bool,
) -> Attributes:
    """Return what a model call's span says when it begins."""
    found: Attributes = {
        "gen_ai.operation.name": "chat",
        # Of the protocol, which is OpenAI's whoever serves it.
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": _model(metadata, params),
        "gen_ai.output.type": "json" if params.get("response_format") else "text",
        "toolgrad.role": metadata.get("role"),
        **_server(metadata.get("endpoint")),
    }
    found |= {key: params[name] for name, key in _REQUEST.items() if isinstance(params.get(name), int | float)}
    if with_content:
        said = [message for batch in messages for message in batch]
        found["gen_ai.input.messages"] = Content([_message(message) for message in said])
    return found


def chat_span_name(metadata: Mapping[str, Any], params: Mapping[str, Any]) -> str:
    """Return the name of a model call's span."""
    return f"chat {_model(metadata, params) or ''}".strip()


def answer_attributes(response: LLMResult, *, with_content: bool) -> Attributes:
    """Return what a model's answer tells of itself."""
    generation = next((each for batch in response.generations for each in batch), None)
    if not isinstance(generation, ChatGeneration):
        return {}
    message = generation.message
    about = message.response_metadata
    usage: Mapping[str, Any] = getattr(message, "usage_metadata", None) or {}
    finish = about.get("finish_reason")
    found: Attributes = {
        "gen_ai.response.model": about.get("model_name"),
        "gen_ai.response.id": about.get("id"),
        "gen_ai.response.finish_reasons": (str(finish),) if finish else None,
        "gen_ai.usage.input_tokens": usage.get("input_tokens"),
        "gen_ai.usage.output_tokens": usage.get("output_tokens"),
        "gen_ai.usage.cache_read.input_tokens": (usage.get("input_token_details") or {}).get("cache_read"),
        "gen_ai.usage.reasoning.output_tokens": (usage.get("output_token_details") or {}).get("reasoning"),
    }
    if with_content:
        found["gen_ai.output.messages"] = Content([{**_message(message), "finish_reason": str(finish or "stop")}])
    return found


def error_type(error: BaseException) -> str:
    """Return the class of an error, of which there are few: a kind, an HTTP status, or the exception's name."""
    if isinstance(error, FailedCallError):
        return error.kind
    status = getattr(error, "status_code", None)
    if isinstance(status, int):
        return str(status)
    kind = type(error)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def _model(metadata: Mapping[str, Any], params: Mapping[str, Any]) -> Any:
    return params.get("model") or params.get("model_name") or metadata.get("model")


def _server(endpoint: Any) -> Attributes:
    try:
        parts = urlsplit(str(endpoint or ""))
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return {}
    return {"server.address": parts.hostname, "server.port": port} if parts.hostname else {}


def _message(message: BaseMessage) -> dict[str, Any]:
    parts: list[dict[str, Any]] = []
    if text := str(message.text):
        parts.append({"type": "text", "content": text})
    for call in getattr(message, "tool_calls", ()):
        parts.append({"type": "tool_call", "id": call["id"], "name": call["name"], "arguments": call["args"]})
    role = getattr(message, "role", None) or _ROLES.get(message.type, message.type)
    return {"role": role, "parts": parts}


def as_json(value: Any) -> str:
    """Return a value that no attribute holds as JSON."""
    return json.dumps(value, ensure_ascii=False, default=str)
