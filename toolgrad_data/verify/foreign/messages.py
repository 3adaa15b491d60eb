"""Conversations as lists of messages, as TRL and OpenAI have them.

They differ in details that both readers take: arguments as an object or as JSON text, results that name their call
or follow in order.
"""

from typing import Any

from nodes.policies.model.thoughts import without_thoughts
from tool_registry.json.pointer import MISSING
from toolgrad_data.verify.foreign.sample import (
    ForeignCall,
    ForeignSample,
    ForeignTurn,
    MalformedRowError,
    SkippedRow,
    arguments_of,
    function_tools,
    member,
    result_of,
)


def read_messages(row: Any) -> ForeignSample:
    """Return the row's sample. Raises MalformedRowError and SkippedRow."""
    reading = _Reading()
    for index, message in enumerate(member(row, "messages", list)):
        reading.read(message, f"messages/{index}")
    turns = reading.to_turns()
    if not any(turn.calls for turn in turns):
        raise SkippedRow("no tool is called in it")
    id = row.get("id")
    return ForeignSample(
        str(id) if isinstance(id, str | int) else None, turns, function_tools(row.get("tools")), reading.system
    )


class _Reading:
    """Messages on their way into turns. `pending` are calls without their result, by id."""

    def __init__(self) -> None:
        self.system = ""
        self._turns: list[ForeignTurn] = []
        self._calls: list[tuple[ForeignTurn, str | None, ForeignCall]] = []
        self._results: dict[int, Any] = {}
        #: How many of the calls are not the row's last word.
        self._gone_on = 0
        self._last_is_user = False

    def read(self, message: Any, where: str) -> None:
        role = member(message, "role", str, where)
        content = _text(message.get("content"))
        self._gone_on = len(self._calls)
        match role:
            case "system" | "developer":
                self.system = f"{self.system}\n{content}".strip()
            case "user":
                if self._last_is_user:
                    self._turns[-1].query += f"\n{content}"
                else:
                    self._turns.append(ForeignTurn(content))
            case "assistant":
                self._assistant(message, content, where)
            case "tool" | "function" | "ipython":
                self._result(message, where)
            case _:
                raise MalformedRowError(f"{where} has the role {role[:40]!r}")
        self._last_is_user = role == "user"

    def to_turns(self) -> list[ForeignTurn]:
        """Return the turns, each call with its result."""
        if not self._turns:
            raise MalformedRowError("no message is the user's")
        for position, (turn, _, call) in enumerate(self._calls):
            result = self._results.get(position, MISSING)
            is_passed_over = result is MISSING and position < self._gone_on
            turn.calls.append(ForeignCall(call.tool, call.arguments, result, is_passed_over))
        return self._turns

    def _assistant(self, message: dict[str, Any], content: str, where: str) -> None:
        if not self._turns:
            return  # a greeting
        calls = message.get("tool_calls") or []
        if not isinstance(calls, list):
            raise MalformedRowError(f"tool_calls of {where} is no list")
        for index, call in enumerate(calls):
            here = f"{where}/tool_calls/{index}"
            function = call.get("function", call) if isinstance(call, dict) else call
            name = member(function, "name", str, here)
            arguments = arguments_of(function.get("arguments"), f"{here}/arguments")
            id = call.get("id")
            self._calls.append((self._turns[-1], id if isinstance(id, str) else None, ForeignCall(name, arguments)))
        if content and not calls:
            self._turns[-1].response = without_thoughts(content)

    def _result(self, message: dict[str, Any], where: str) -> None:
        id, name = message.get("tool_call_id"), message.get("name")
        waiting = [position for position in range(len(self._calls)) if position not in self._results]
        if id is not None:
            waiting = [position for position in waiting if self._calls[position][1] == id]
        elif isinstance(name, str):
            waiting = [position for position in waiting if self._calls[position][2].tool == name] or waiting
        if not waiting:
            raise MalformedRowError(f"{where} answers no call")
        self._results[waiting[0]] = result_of(message.get("content"))


def _text(content: Any) -> str:
    """Return a message's words, also of content in parts."""
    if isinstance(content, list):
        return "\n".join(str(part.get("text", "")) for part in content if isinstance(part, dict)).strip()
    return content if isinstance(content, str) else ""
