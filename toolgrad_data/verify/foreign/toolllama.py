"""ToolLLaMA's training rows: a conversation up to an action; the one whose last action is `Finish` is whole.

Source: https://github.com/OpenBMB/ToolBench (data/toolllama_*.json, preprocess/preprocess_toolllama_data.py).
"""

import json
import re
from dataclasses import replace
from typing import Any

from nodes.policies.model.thoughts import without_thoughts
from tool_registry.json.pointer import MISSING
from toolgrad_data.export.formats.toolllama import ACTION, FINISH
from toolgrad_data.verify.foreign.sample import (
    ForeignCall,
    ForeignSample,
    ForeignTool,
    ForeignTurn,
    MalformedRowError,
    SkippedRow,
    arguments_of,
    function_tools,
    member,
    result_of,
)

_STEP = re.compile(r"\AStep \d+:\s*")
_QUERY_END = re.compile(r"\s*\nBegin!\s*\Z")


def read(row: Any) -> ForeignSample:
    """Return the row's sample. Raises MalformedRowError and SkippedRow."""
    turns = member(row, "conversations", list)
    query, system = "", ""
    calls: list[ForeignCall] = []
    answer: str | None = None
    for index, turn in enumerate(turns):
        where = f"conversations/{index}"
        value = member(turn, "value", str, where)
        match member(turn, "from", str, where):
            case "system":
                system = value
            case "user":
                query = _QUERY_END.sub("", value).strip()
            case "assistant":
                action = ACTION.match(value)
                if action is None:
                    raise MalformedRowError(f"{where} is no Thought, Action and Action Input")
                arguments = arguments_of(action[3].strip(), f"{where}, Action Input")
                if action[2] == FINISH:
                    answer = str(arguments.get("final_answer", ""))
                    if arguments.get("return_type") == "give_up_and_restart":
                        raise SkippedRow("it gives up")
                else:
                    calls.append(ForeignCall(action[2], arguments))
            case "function":
                if calls and calls[-1].result is MISSING:
                    calls[-1] = ForeignCall(calls[-1].tool, calls[-1].arguments, result_of(value))
            case other:
                raise MalformedRowError(f"{where} is from {other[:40]!r}")
    if answer is None:
        raise SkippedRow("a training prefix of a longer conversation")
    if not calls:
        raise SkippedRow("no tool is called in it")
    calls = [replace(call, is_passed_over=call.result is MISSING) for call in calls]
    id = row.get("id")
    name = _STEP.sub("", id)[:80] if isinstance(id, str) else None
    return ForeignSample(name, [ForeignTurn(query, calls, without_thoughts(answer))], _tools(system))


def _tools(system: str) -> list[ForeignTool]:
    """Return the functions that the system message lists, after whatever it says before them."""
    decoder = json.JSONDecoder()
    for found in re.finditer(r"\[\s*\{", system):
        try:
            listed, _ = decoder.raw_decode(system, found.start())
        except ValueError:
            continue
        if all(isinstance(one, dict) and "name" in one for one in listed):
            return [tool for tool in function_tools(listed) if tool.name != FINISH]
    return []
