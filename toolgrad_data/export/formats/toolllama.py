"""ToolLLaMA's training prefixes: one row an action, each with all that came before it.

An assistant's turn is `\\nThought: …\\nAction: NAME\\nAction Input: {…}`; the last action is `Finish`. It takes one
call a turn, so parallel calls stand one after another, in their order. Tools are named `f_for_category`, as ToolBench
names an API for its collection. Source: https://github.com/OpenBMB/ToolBench (preprocess_toolllama_data.py).
"""

import json
import re
from typing import Any

from toolgrad_data.export.conversation import LATER_TURN, Example, UnfitError, must_train, to_json
from toolgrad_data.export.format import Format, NamedCall, Row, function
from toolgrad_data.export.renaming import rename_example

NAME_MAX = 64
FINISH = "Finish"
ACTION = re.compile(r"\nThought: (.*?)\nAction: (\S+)\nAction Input: (.*)\Z", re.DOTALL)
_FINISH_TOOL = {
    "name": FINISH,
    "description": "Give the final answer to the user. Always call this at the end.",
    "parameters": {
        "type": "object",
        "properties": {
            "return_type": {"type": "string", "enum": ["give_answer", "give_up_and_restart"]},
            "final_answer": {"type": "string", "description": "What the user is told, if there is an answer."},
        },
        "required": ["return_type"],
    },
}


class ToolLlama(Format):
    """`{id, conversations}` of `{from, value}`, the roles system, user, assistant and function."""

    name = "toolllama"
    about = "ToolLLaMA: thought, action, action input; a row a training prefix"
    holds_history = False
    name_styles = ()
    has_reasoning = True

    def rows(self, example: Example, number: int) -> list[Row]:  # noqa: ARG002 - rows are not numbered
        """Return a row an action. Raises UnfitError for several user turns: after `Finish` nothing follows."""
        must_train(example)
        if example.queries != 1:
            raise UnfitError(LATER_TURN)
        example = for_category(example)
        results = {message.call_id: message.content for message in example.messages if message.role == "tool"}
        turns = [{"from": "system", "value": _system(example)}]
        rows: list[Row] = []

        def act(name: str, arguments: dict[str, Any], thought: str = "") -> None:
            # What a model answers is read line by line.
            thought = " ".join(thought.split())
            said = f"\nThought: {thought}\nAction: {name}\nAction Input: {to_json(arguments)}"
            turns.append({"from": "assistant", "value": said})
            rows.append({"id": f"Step {len(rows) + 1}: {example.id}", "conversations": list(turns)})

        for message in example.dialogue:
            if message.role == "user":
                turns.append({"from": "user", "value": f"\n{message.content}\nBegin!\n"})
            for place, call in enumerate(message.calls):
                act(call.tool, call.arguments, "" if place else message.thought)
                turns.append({"from": "function", "value": results.get(call.id, "")})
            if message.role == "assistant" and not message.calls:
                act(FINISH, {"return_type": "give_answer", "final_answer": message.content})
        return rows

    def calls(self, row: Row) -> list[list[NamedCall]]:
        """Return the calls of the prefix, each alone; `Finish` is none."""
        waves: list[list[NamedCall]] = []
        for turn in row["conversations"]:
            action = ACTION.match(turn["value"]) if turn["from"] == "assistant" else None
            if action and action[2] != FINISH:
                waves.append([(action[2], json.loads(action[3]))])
        return waves


def for_category(example: Example) -> Example:
    """Return the example with its tools named as ToolBench does: lower case, `_for_` their category, 64 at most."""
    given: dict[str, str] = {}
    for tool in example.tools:
        name = f"{_plain(tool.name)}_for_{_plain(tool.category)}"[-NAME_MAX:].lstrip("_")
        number = 1
        while name in given.values() or name == FINISH:
            number += 1
            name = f"{name[: NAME_MAX - 4]}_{number}"
        given[tool.name] = name
    return rename_example(example, given, {})


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9_]+", "_", name.lower()).strip("_") or "tool"


def _system(example: Example) -> str:
    tools = [*map(function, example.tools), _FINISH_TOOL]
    parts = (
        "You can use functions to do the user's task. At each step write a thought about what to do next, the name "
        "of one function and its input:\nThought:\nAction:\nAction Input:\nAfter the call you get its result. Go on "
        f"until the task is done, and end with {FINISH}, whose final answer is all that the user sees.",
        example.system,
        f"You have access to the following functions:\n{to_json(tools)}",
    )
    return "\n\n".join(filter(None, parts))
