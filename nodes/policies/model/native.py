"""An answer of a conversation with tools: words, reasoning, and calls as the endpoint made them, sound or not."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nodes.policies.model.envelope import NATIVE

if TYPE_CHECKING:
    from openai.types.chat import ChatCompletion

_DEPTH_MAX = 40
#: Checkpoints and JSON readers hold integers of 64 bits.
_INTEGER_MAX = 2**63 - 1


@dataclass(frozen=True)
class NativeCall:
    """A call of a tool: `text` is what stands for its arguments, `arguments` the object that it is, None if none."""

    id: str
    tool: str
    text: str
    arguments: dict[str, Any] | None


@dataclass(frozen=True)
class NativeAnswer:
    """What a model answered: words, calls, reasoning under the endpoint's own names, why it ended."""

    text: str = ""
    calls: tuple[NativeCall, ...] = ()
    reasoning: dict[str, Any] | None = None
    refusal: str | None = None
    finish: str = "stop"

    def as_json(self) -> dict[str, Any]:
        """Return the members as plain data, as `from_json` takes them."""
        calls = [{"id": call.id, "tool": call.tool, "text": call.text} for call in self.calls]
        return {
            "text": self.text,
            "calls": calls,
            "reasoning": self.reasoning,
            "refusal": self.refusal,
            "finish": self.finish,
        }

    @classmethod
    def from_json(cls, members: dict[str, Any]) -> "NativeAnswer":
        """Return the answer that `as_json` gave."""
        calls = tuple(call_of(call["id"], call["tool"], call["text"]) for call in members["calls"])
        return cls(**{**members, "calls": calls})


def native_answer(completion: "ChatCompletion") -> NativeAnswer:
    """Return what the completion says. Raises ValueError for one that `envelope` has not read."""
    if not completion.choices:
        raise ValueError("the completion has no choice")
    choice = completion.choices[0]
    native = (choice.message.model_extra or {}).get(NATIVE)
    if native is None:
        raise ValueError("the completion has no message")
    calls = [(call["id"], call["function"]["name"], call["function"]["arguments"]) for call in native["tool_calls"]]
    return NativeAnswer(
        text=native["content"],
        calls=tuple(call_of(*call) for call in calls),
        reasoning=native["reasoning"] or None,
        refusal=choice.message.refusal,
        finish=str(choice.finish_reason or "stop"),
    )


def call_of(id: str, tool: str, text: str) -> NativeCall:
    """Return the call. Arguments that some servers make JSON twice are read; what is no object stays text alone."""
    try:
        value = json.loads(text)
        if isinstance(value, str):
            value = json.loads(value)
        sound = isinstance(value, dict) and _is_sound(value, 0)
    except (ValueError, RecursionError):
        return NativeCall(id, tool, text, None)
    return NativeCall(id, tool, text, value if sound else None)


def _is_sound(value: Any, depth: int) -> bool:
    if depth > _DEPTH_MAX:
        return False
    match value:
        case dict():
            return all(_is_sound(name, depth + 1) and _is_sound(member, depth + 1) for name, member in value.items())
        case list():
            return all(_is_sound(member, depth + 1) for member in value)
        case bool() | None:
            return True
        case int():
            return abs(value) <= _INTEGER_MAX
        case float():
            return value - value == 0.0  # neither NaN nor infinite
        case str():
            return not any(0xD800 <= ord(character) <= 0xDFFF for character in value)
    return False


def told_tokens(completion: "ChatCompletion") -> dict[str, Any] | None:
    """Return the tokens that the endpoint tells, named as LangChain names them, or None."""
    usage = completion.usage
    if usage is None:
        return None
    prompt, answer = usage.prompt_tokens_details, usage.completion_tokens_details
    return {
        "input_tokens": usage.prompt_tokens,
        "output_tokens": usage.completion_tokens,
        "input_token_details": {"cache_read": (prompt and prompt.cached_tokens) or 0},
        "output_token_details": {"reasoning": (answer and answer.reasoning_tokens) or 0},
    }
