"""The query-first prompts, answered by the offline stand-in: a query, the search's moves, the response.

What a query is meant for no prompt of the search tells: the endpoint remembers it by the query's words.
"""

import random
import re
from dataclasses import dataclass, field
from typing import Any

from bench.endpoint.badness import spoil_proposals
from bench.endpoint.reading import (
    Specs,
    attempts_of,
    chain_of,
    context_of,
    ingredients_of,
    results_of,
    tool_names,
)
from graph.record import Finding
from nodes.policies.base import PolicyError, Proposal, ProposeRequest, SampleView
from nodes.policies.offline.search import first_query, next_move, other_response
from nodes.policies.search import QueryRequest, RespondRequest, SearchRequest

Json = dict[str, Any]
#: A spoilt answer: its kind, the call that is planted where one is, and the answer.
Spoilt = tuple[str, Json | None, Json]

_SAYS_NOTHING = "Could you look a few things up for me and tell me what you find?"


@dataclass(frozen=True)
class QueryMemory:
    """What calls queries are meant for, by the queries' words."""

    meant: dict[str, list[Proposal]] = field(default_factory=dict)


def written_query(request: QueryRequest, memory: QueryMemory) -> Json:
    """Return the answer to a query prompt; one that nobody can search for where no tool can be called."""
    try:
        written = first_query(request)
    except PolicyError:
        return {"query": _SAYS_NOTHING}
    memory.meant[written.query] = written.meant
    return {"query": written.query}


def searched(request: SearchRequest) -> Json:
    """Return the answer to a search prompt."""
    move = next_move(request)
    call = move.proposal
    return {
        "why": move.why,
        "action": move.action,
        "tool": call.tool if call is not None else None,
        "arguments": call.arguments if call is not None else None,
        "response": move.response or None,
    }


def mended(request: RespondRequest) -> Json:
    """Return the answer to a prompt that wants the response anew."""
    return {"response": other_response(request).response}


def spoil_query(answer: Json, request: QueryRequest, memory: QueryMemory, rng: random.Random) -> Spoilt:
    """Return a query that says no value, or names a tool; it is meant for the same calls."""
    kind = rng.choice(["says_nothing", "names_tool"])
    meant = memory.meant.get(answer["query"], [])
    tool = meant[0].tool if meant else next(iter(request.batch), "the_tool")
    query = _SAYS_NOTHING if kind == "says_nothing" else f"{answer['query']} Use {tool} for it."
    memory.meant[query] = meant
    return kind, None, {"query": query}


def spoil_move(answer: Json, request: SearchRequest, rng: random.Random) -> Spoilt:
    """Return a move that does not help: a spoilt call, an end too early, or a response that makes something up."""
    if answer["action"] == "finish":
        return "invents", None, {**answer, "response": f"{answer['response']} That makes {rng.randint(4000, 9000)}."}
    if answer["action"] == "give_up" or rng.random() < 1 / 4:
        return "gives_up", None, {"why": "", "action": "give_up", "tool": None, "arguments": None, "response": None}
    asked = ProposeRequest(**_view(request), batch=request.batch, count=1, attempts=[])
    call = {"why": answer["why"], "tool": answer["tool"], "arguments": answer["arguments"]}
    spoilt, planted = spoil_proposals({"calls": [call]}, asked, 1.0, rng)
    return planted[0][0], planted[0][1], {**answer, **spoilt["calls"][0]}


def query_request(told: dict[str, str], specs: Specs, seed: int) -> QueryRequest:
    """Return the request of a query prompt."""
    return QueryRequest(**_begun(told, specs, seed, _count(told["count"])), batch=_batch(told, specs))


def search_request(told: dict[str, str], specs: Specs, seed: int, memory: QueryMemory) -> SearchRequest:
    """Return the request of a search prompt."""
    steps, chains = chain_of(told["chain"], dict(results_of(told["results"])))
    meant = memory.meant.get(told["query"], [])
    view = {**_begun(told, specs, seed, max(len(meant), 1)), "steps": steps, "chains": chains}
    return SearchRequest(
        **view,
        query=told["query"],
        batch=_batch(told, specs),
        meant=meant,
        failed=list(attempts_of(told["failed"])),
        tried=list(attempts_of(told["tried"])),
        notes=[],
        calls_left=_count(told["aim"]),
        style_seed=seed,
    )


def respond_request(told: dict[str, str], specs: Specs, seed: int) -> RespondRequest:
    """Return the request of a prompt that wants the response anew."""
    steps, chains = chain_of(told["chain"], dict(results_of(told["results"])))
    tools = {step.tool: specs[step.tool] for step in steps if step.tool in specs}
    steps = [step for step in steps if step.tool in tools]
    view = {**_begun({**told, "tools": ""}, specs, seed, 1), "steps": steps, "chains": chains, "tools": tools}
    findings = [Finding(promise="cited", code="told", message=told["findings"][-500:])]
    return RespondRequest(**view, query=told["query"], response=told["response"], findings=findings)


def _begun(told: dict[str, str], specs: Specs, seed: int, target: int) -> Json:
    return {
        "seed": seed,
        "iteration": 1,
        "target_calls": target,
        "context": context_of(told["setting"]),
        "ingredients": ingredients_of(told.get("ingredients", "")),
        "tools": {name: specs[name] for name in _batch(told, specs)},
        "steps": [],
        "chains": [],
        "gradients": [],
    }


def _batch(told: dict[str, str], specs: Specs) -> list[str]:
    return [name for name in tool_names(told["tools"]) if name in specs]


def _count(text: str) -> int:
    """Return how many calls the words tell."""
    found = re.search(r"\d+", text)
    return int(found[0]) if found else int("one call" in text)


def _view(request: SampleView) -> Json:
    return {name: getattr(request, name) for name in SampleView.model_fields}
