"""The ToolGrad paper's own JSON: `query`, `api_use_chains`, `response`; no schemas of the tools.

Each chain has `intermediate_steps`, pairs of an action (`tool`, `tool_input`) and what was observed. Source:
https://github.com/zhongyi-zhou/toolgrad (ApiUseWorkflow), arXiv 2508.04086.
"""

from typing import Any

from nodes.policies.model.thoughts import without_thoughts
from toolgrad_data.verify.foreign.sample import (
    ForeignCall,
    ForeignSample,
    ForeignTool,
    ForeignTurn,
    MalformedRowError,
    SkippedRow,
    arguments_of,
    member,
    result_of,
)


def read(row: Any) -> ForeignSample:
    """Return the row's sample. Raises MalformedRowError and SkippedRow."""
    query = member(row, "query", str)
    response = row.get("response")
    chains = member(row, "api_use_chains", (dict, list))
    named = chains.items() if isinstance(chains, dict) else enumerate(chains)
    calls: list[ForeignCall] = []
    grouped: list[list[int]] = []
    for name, chain in named:
        steps = member(chain, "intermediate_steps", list, f"api_use_chains/{name}")
        indexes = []
        for index, pair in enumerate(steps):
            where = f"api_use_chains/{name}/intermediate_steps/{index}"
            if not isinstance(pair, list) or len(pair) != 2:
                raise MalformedRowError(f"{where} is no pair of an action and an observation")
            indexes.append(len(calls))
            tool = member(pair[0], "tool", str, where)
            arguments = _arguments(pair[0].get("tool_input"), f"{where}/tool_input")
            calls.append(ForeignCall(tool, arguments, result_of(pair[1])))
        if indexes:
            grouped.append(indexes)
    if not calls:
        raise SkippedRow("no tool is called in it")
    id = row.get("id", row.get("seed"))
    tools = [ForeignTool(name) for name in dict.fromkeys(call.tool for call in calls)]
    answer = without_thoughts(response) if isinstance(response, str) else None
    turn = ForeignTurn(query, calls, answer, grouped)
    return ForeignSample(str(id) if isinstance(id, str | int) else None, [turn], tools)


def _arguments(value: Any, where: str) -> dict[str, Any]:
    return arguments_of(value, where) if value is not None else {}
