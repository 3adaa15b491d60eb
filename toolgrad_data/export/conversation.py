"""A conversation to learn from: what every format is written from, and every stage takes and gives."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from graph.record import Record

Role = Literal["system", "user", "assistant", "tool"]

#: Why a row that holds one query leaves a turn out.
LATER_TURN = "is a later turn of a dialogue; the format has no place for what was said before"


class UnfitError(Exception):
    """What a format cannot hold; the message is the reason, the same words for all examples that share it."""


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool as the model is shown it. `parameters` is a JSON Schema of type object."""

    name: str
    description: str
    parameters: dict[str, Any]
    category: str = "general"


@dataclass(frozen=True, slots=True)
class Call:
    """A call that the assistant makes; `id` is unique in its conversation.

    `defaults` maps the JSON Pointer of each argument that is the schema's own default to its value, whether
    it stands in `arguments` or was left out of them.
    """

    id: str
    tool: str
    arguments: dict[str, Any]
    defaults: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Message:
    """One message. An assistant's has words or `calls` (parallel ones); a tool's answers the call `call_id`.

    `train` is false for an assistant message that a model must not learn, such as a call that failed. `thought` is why
    the calls are made.
    """

    role: Role
    content: str = ""
    calls: tuple[Call, ...] = ()
    call_id: str = ""
    tool: str = ""
    result: Any = None
    train: bool = True
    thought: str = ""


@dataclass(frozen=True, slots=True)
class Preference:
    """What would have been wrong: `rejected` in the place of the messages from `prompt` on, which are the chosen."""

    prompt: int
    rejected: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Episode:
    """The calls of an example as Python source by turn, and the classes whose methods they are.

    An object of each class, loaded with its part of `config`, answers them as they were answered.
    """

    classes: tuple[str, ...]
    config: dict[str, Any]
    path: tuple[str, ...]
    turns: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Example:
    """A conversation, the tools that are offered in it, and what is known about it.

    `kind` is `positive`, or names what it teaches instead. `record` is what it was made of; `labels` are
    JSON values that a table can be filtered by. `split` decides which file it goes to; None is the only one.
    `since` counts the first turns that are there for what follows alone: another example teaches them.
    `episode` is set where a format wants calls of stateful classes, and all of the example's are.
    """

    id: str
    messages: tuple[Message, ...]
    tools: tuple[Tool, ...]
    kind: str = "positive"
    labels: dict[str, Any] = field(default_factory=dict)
    split: str | None = None
    record: Record | None = field(default=None, compare=False, repr=False)
    since: int = 0
    episode: Episode | None = field(default=None, compare=False, repr=False)
    preference: Preference | None = None

    @property
    def system(self) -> str:
        """The system message's words, or empty."""
        return "\n\n".join(message.content for message in self.messages if message.role == "system")

    @property
    def dialogue(self) -> tuple[Message, ...]:
        """The messages without the system's."""
        return tuple(message for message in self.messages if message.role != "system")

    @property
    def queries(self) -> int:
        """How many messages are the user's."""
        return sum(message.role == "user" for message in self.messages)

    def calls(self) -> Iterator[Call]:
        """Yield every call in order."""
        for message in self.messages:
            yield from message.calls

    def waves(self) -> list[tuple[Call, ...]]:
        """Return the calls of each assistant message that has any."""
        return [message.calls for message in self.messages if message.calls]


class SingleTurn(NamedTuple):
    """A query and its one answer: calls, all at once, or words."""

    query: str
    calls: tuple[Call, ...]
    words: str


def single_turn(example: Example) -> SingleTurn:
    """Return the example as one query and one answer. Raises UnfitError: turns, waves, or nothing to learn."""
    if example.queries > 1:
        must_train(example)
        raise UnfitError(LATER_TURN)
    return last_turn(example)[1]


def last_turn(example: Example) -> tuple[tuple[Message, ...], SingleTurn]:
    """Return what was said and done before the last query, and that query with its one answer.

    Raises UnfitError: waves, or nothing to learn.
    """
    must_train(example)
    spoken = example.dialogue
    start = max((place for place, message in enumerate(spoken) if message.role == "user"), default=0)
    here = spoken[start:]
    waves = [message.calls for message in here if message.calls]
    if len(waves) > 1:
        raise UnfitError("a call needs another's result or effect; the format holds calls that are made at once")
    answer = here[1] if len(here) > 1 else Message("assistant")
    if not here or here[0].role != "user" or answer.role != "assistant" or (waves and not answer.calls):
        raise UnfitError("does not begin with a query and its answer")
    return spoken[:start], SingleTurn(here[0].content, answer.calls, answer.content)


def must_train(example: Example) -> None:
    """Raise UnfitError when some assistant message is not to be learned: the format cannot say so."""
    if not all(message.train for message in example.messages):
        raise UnfitError(
            "holds a message that is not to be trained on, which trl-completion, openai and axolotl can mark"
        )


def user(content: str) -> Message:
    """Return what the user says."""
    return Message("user", content)


def says(content: str) -> Message:
    """Return what the assistant says."""
    return Message("assistant", content)


def calling(*calls: Call, train: bool = True, thought: str = "") -> Message:
    """Return the assistant's parallel calls."""
    return Message("assistant", calls=calls, train=train, thought=thought)


def tool_answer(call: Call, result: Any) -> Message:
    """Return the tool's answer to the call."""
    return Message("tool", result_text(result), call_id=call.id, tool=call.tool, result=result)


def result_text(result: Any) -> str:
    """Return a result as a tool's message has it: text as it is, anything else as JSON."""
    return result if isinstance(result, str) else to_json(result)


def to_json(value: Any) -> str:
    """Return the value as JSON text on one line."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def call_id(number: int) -> str:
    """Return the id of a conversation's call, counted from 0: nine letters and digits, as Mistral's templates want."""
    return f"call{number:05d}"
