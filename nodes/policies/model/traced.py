"""A question that LangChain's own call did not ask, as a run of its callbacks all the same, for traces."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from langchain_core.callbacks import AsyncCallbackManager
from langchain_core.messages import AIMessage, BaseMessage, ChatMessage
from langchain_core.messages.ai import InputTokenDetails, OutputTokenDetails, UsageMetadata
from langchain_core.outputs import ChatGeneration, LLMResult
from langchain_core.runnables.config import var_child_runnable_config

from nodes.policies.model.native import NativeAnswer, told_tokens

if TYPE_CHECKING:
    from openai.types.chat import ChatCompletion


async def traced_completion(
    ask: "Callable[[], Awaitable[ChatCompletion]]",
    read: "Callable[[ChatCompletion], NativeAnswer]",
    messages: Sequence[Mapping[str, Any]],
    config: Mapping[str, Any],
    params: Mapping[str, Any],
) -> "tuple[ChatCompletion, NativeAnswer]":
    """Ask, and return the completion and what was read of it; who hears of the node's runs hears of it.

    `config` names the run and has its metadata, `params` are the request's members beside the messages.
    """
    manager = (var_child_runnable_config.get() or {}).get("callbacks")
    if not isinstance(manager, AsyncCallbackManager) or not manager.handlers:
        done = await ask()
        return done, read(done)
    # The manager is the node's: what is said of this run alone is said to a copy.
    own = manager.copy()
    own.add_metadata(dict(config["metadata"]), inherit=False)
    said = [[_message(message) for message in messages]]
    (run,) = await own.on_chat_model_start({}, said, name=config["run_name"], invocation_params=dict(params))
    try:
        done = await ask()
        answer = read(done)
    except BaseException as error:  # CancelledError too
        await run.on_llm_error(error)
        raise
    await run.on_llm_end(LLMResult(generations=[[ChatGeneration(message=_answer(done, answer))]]))
    return done, answer


def host_of(base_url: str) -> str:
    """Return scheme, host and port of an endpoint, without a path or whom it is asked as; "" where it is no URL."""
    try:
        parts = urlsplit(base_url)
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
        return f"{parts.scheme}://{host}{f':{parts.port}' if parts.port else ''}" if host else ""
    except ValueError:
        return ""


def _message(message: Mapping[str, Any]) -> BaseMessage:
    calls = message.get("tool_calls")
    return ChatMessage(
        role=str(message.get("role")),
        content=str(message.get("content") or ""),
        additional_kwargs={"tool_calls": calls} if calls else {},
    )


def _answer(done: "ChatCompletion", answer: NativeAnswer) -> AIMessage:
    told = told_tokens(done)
    usage = told and UsageMetadata(
        input_tokens=told["input_tokens"],
        output_tokens=told["output_tokens"],
        total_tokens=told["input_tokens"] + told["output_tokens"],
        input_token_details=InputTokenDetails(cache_read=told["input_token_details"]["cache_read"]),
        output_token_details=OutputTokenDetails(reasoning=told["output_token_details"]["reasoning"]),
    )
    return AIMessage(
        content=answer.text,
        tool_calls=[
            {"name": call.tool, "args": call.arguments or {}, "id": call.id, "type": "tool_call"}
            for call in answer.calls
        ],
        usage_metadata=usage or None,
        response_metadata={"model_name": done.model, "id": done.id, "finish_reason": answer.finish},
    )
