"""LLaMA-Factory's `sharegpt` formatting with tools.

`human` and `observation` alternate strictly with `gpt` and `function_call`; a `function_call` is a JSON object, or a
list of them for parallel calls, and then one `observation` holds the list of their results in the same order.
`tools` is JSON text. Source: https://github.com/hiyouga/LLaMA-Factory/tree/main/data (README, sharegpt format).
"""

import json

from toolgrad_data.export.conversation import Call, Example, Message, UnfitError, must_train, to_json
from toolgrad_data.export.format import Format, NamedCall, Row, function


class LlamaFactory(Format):
    """`{conversations, system, tools}`; `id` and `kind` beside them are not read by the trainer."""

    name = "llamafactory"
    about = "LLaMA-Factory: sharegpt formatting with function_call and observation"

    def rows(self, example: Example, number: int) -> list[Row]:  # noqa: ARG002 - rows are not numbered
        """Return one row. Raises UnfitError for messages that do not alternate, or are not to be learned."""
        must_train(example)
        return [
            {
                "id": example.id,
                "kind": example.kind,
                "conversations": _turns(example.dialogue),
                "system": example.system,
                "tools": to_json([function(tool) for tool in example.tools]),
            }
        ]

    def calls(self, row: Row) -> list[list[NamedCall]]:
        """Return the calls of each `function_call`."""
        waves = []
        for turn in row["conversations"]:
            if turn["from"] == "function_call":
                calls = json.loads(turn["value"])
                calls = calls if isinstance(calls, list) else [calls]
                waves.append([(call["name"], call["arguments"]) for call in calls])
        return waves


def _turns(messages: tuple[Message, ...]) -> list[dict[str, str]]:
    turns: list[dict[str, str]] = []
    position = 0
    while position < len(messages):
        message = messages[position]
        position += 1
        if message.role == "user":
            turns.append({"from": "human", "value": message.content})
        elif not message.calls:
            turns.append({"from": "gpt", "value": message.content})
        elif message.content:
            raise UnfitError("has words beside its calls; a function_call holds none")
        else:
            results = messages[position : position + len(message.calls)]
            position += len(message.calls)
            if [result.call_id for result in results] != [call.id for call in message.calls]:
                raise UnfitError("lacks the result of a call")
            turns.append({"from": "function_call", "value": _one_or_list([_call(call) for call in message.calls])})
            turns.append({"from": "observation", "value": _observation(results)})
    learning = [turn["from"] in ("gpt", "function_call") for turn in turns]
    if not turns or learning != [position % 2 == 1 for position in range(len(turns))] or not learning[-1]:
        raise UnfitError("its turns do not alternate between what is given and what is learned")
    return turns


def _call(call: Call) -> dict[str, object]:
    return {"name": call.tool, "arguments": call.arguments}


def _observation(results: tuple[Message, ...]) -> str:
    if len(results) == 1:
        return results[0].content
    return to_json([result.result for result in results])


def _one_or_list(calls: list[dict[str, object]]) -> str:
    return to_json(calls[0] if len(calls) == 1 else calls)
