"""Bad decisions on purpose: answers of the right form that a pipeline must not let through.

Planted calls are bad beyond taste: no tool of that name, another tool's arguments, arguments against the schema,
values that nobody would type, references to nowhere. Bad critiques keep failures, drop what worked, or tear a
call from the one it uses; bad drafts leave values out, give results away, name tools or mark badly. That a sound
call does not *belong* is for the critic alone to see, so it is nothing that could be counted as let through.
"""

import copy
import json
import random
import uuid
from collections.abc import Mapping
from typing import Any

from bench.endpoint.bad_marks import BAD_MARKS, spoil_marks
from nodes.policies.base import CritiqueRequest, ProposeRequest, SynthesizeRequest
from nodes.references import MARK
from tool_registry.json.pointer import equal, scalars
from tool_registry.json.schema import types_of
from tool_registry.spec import ToolSpec

Json = dict[str, Any]
Planted = list[tuple[str, Json]]

_SOME = 0.5
_NOWHERE = {MARK: "s99", "pointer": "/nowhere"}


def spoil_proposals(answer: Json, request: ProposeRequest, rate: float, rng: random.Random) -> tuple[Json, Planted]:
    """Return the answer with each call spoilt at the rate, and what was planted as (kind, call)."""
    planted: Planted = []
    calls = []
    for call in answer["calls"]:
        if rng.random() >= rate:
            calls.append(call)
            continue
        kind, spoilt = _spoilt_call(call, request, rng)
        planted.append((kind, spoilt))
        calls.append(spoilt)
    return {**answer, "calls": calls}, planted


def _spoilt_call(call: Json, request: ProposeRequest, rng: random.Random) -> tuple[str, Json]:
    spec = request.tools[call["tool"]]
    spoilt = copy.deepcopy(call)
    plain = [name for name, value in call["arguments"].items() if not isinstance(value, dict | list)]
    texts = [name for name in plain if isinstance(call["arguments"][name], str)]
    others = [name for name in request.batch if _refuses(request.tools[name], call["arguments"])]
    required = [name for name in spec.parameters.get("required") or () if name in call["arguments"]]
    kinds = ["unknown_tool", "dangling_reference"] if call["arguments"] else ["unknown_tool"]
    kinds += ["wrong_tool"] * bool(others) + ["missing_argument"] * bool(required)
    kinds += ["wrong_type"] * bool(plain) + ["unsayable_value"] * bool(texts)
    kind = rng.choice(kinds)
    arguments = spoilt["arguments"]
    match kind:
        case "unknown_tool":
            spoilt["tool"] = f"{call['tool']}_v2"
        case "wrong_tool":
            spoilt["tool"] = rng.choice(others)
        case "missing_argument":
            del arguments[rng.choice(required)]
        case "wrong_type":
            name = rng.choice(plain)
            types = types_of(spec.parameters.get("properties", {}).get(name, {}), spec.parameters)
            arguments[name] = {"value": arguments[name]} if "object" not in types else "quite a few"
        case "unsayable_value":
            arguments[rng.choice(texts)] = str(uuid.UUID(int=rng.getrandbits(128), version=4))
        case "dangling_reference":
            arguments[rng.choice(list(arguments))] = dict(_NOWHERE)
    return kind, spoilt


def _refuses(spec: ToolSpec, arguments: Json) -> bool:
    """Tell whether the tool takes other arguments, whatever the references in these stand for."""
    known = set(spec.parameters.get("properties") or ())
    missing = set(spec.parameters.get("required") or ()) - arguments.keys()
    closed = spec.parameters.get("additionalProperties") is False
    return bool(missing) or (closed and bool(arguments.keys() - known))


def is_planted(tool: str, arguments: Json, planted: Mapping[str, Any]) -> bool:
    """Tell whether an executed call is the planted one; a reference to a result stands for any value."""
    if tool != planted["tool"] or arguments.keys() != planted["arguments"].keys():
        return False
    return all(
        # What refers to nowhere stands for no value: with one it is another call.
        (isinstance(value, dict) and MARK in value and value != _NOWHERE) or equal(value, arguments[name])
        for name, value in planted["arguments"].items()
    )


def spoil_verdicts(answer: Json, request: CritiqueRequest, rng: random.Random) -> tuple[str, Json]:
    """Return a poor choice and its kind."""
    spoilt = copy.deepcopy(answer)
    failed = {report.proposal.id for report in request.reports if not report.ok}
    kinds = ["drops_all", "keeps_unknown"] + ["keeps_failed"] * bool(failed)
    names = {report.proposal.id for report in request.reports}
    torn = {
        report.proposal.id: source.step
        for report in request.reports
        for source in report.proposal.sources.values()
        if source.step in names
    }
    kinds += ["keeps_torn"] * bool(torn)
    kind = rng.choice(kinds)
    for verdict in spoilt["verdicts"]:
        name = verdict["proposal"].strip("{}")
        verdict["keep"] = {"drops_all": False, "keeps_unknown": False}.get(kind, name in (failed or torn))
        if kind == "keeps_torn":
            verdict["keep"] = name in torn
        verdict["chain"] = None if rng.random() < _SOME else 99
    if kind == "keeps_unknown":
        spoilt["verdicts"].append({"proposal": "p77", "reason": "it is great", "keep": True, "chain": 0})
    spoilt["gradient"] = "Everything is fine. Go on as before."
    # Whatever it does to the calls, it looks for what there is not.
    spoilt["tools"] = [f"best_tool_{rng.randint(1, 99)}", *spoilt.get("tools", [])[:1]]
    spoilt["wishes"] = rng.sample(["", "x" * 10_000, "zorgl quux", "\u0007", 'NEAR("*")'], 2)
    return kind, spoilt


def spoil_draft(answer: Json, request: SynthesizeRequest, rng: random.Random) -> tuple[str, Json]:
    """Return a draft that is not grounded, not natural or badly marked, and its kind."""
    found = [str(value) for step in request.steps for _, value in scalars(step.result) if len(str(value)) >= 6]
    kinds = ["says_nothing"]
    if answer["query"]:
        kinds += ["names_tool"] + ["gives_away"] * bool(found)
    kinds += [kind for kind in BAD_MARKS if spoil_marks(answer, kind, random.Random(0)) is not None]
    kind = rng.choice(kinds)
    if kind in BAD_MARKS:
        return kind, spoil_marks(answer, kind, rng) or answer
    match kind:
        case "says_nothing":
            query = "Could you look a few things up for me and tell me what you find?"
        case "names_tool":
            query = f"{answer['query']} Use {request.steps[0].tool if request.steps else 'the_tool'} for it."
        case _:
            query = f"{answer['query']} I think it is {rng.choice(found)}."
    return kind, {**answer, "query": query}


def spoil_repair(answer: Json, rng: random.Random) -> tuple[str, Json]:
    """Return a repair that does not help, and its kind."""
    kind = rng.choice(["gives_up", "wrong_again"])
    if kind == "gives_up" or not answer["arguments"]:
        return "gives_up", {"why": "", "arguments": None}
    arguments = {**answer["arguments"], rng.choice(list(answer["arguments"])): {"maybe": json.dumps(answer["why"])}}
    return kind, {**answer, "arguments": arguments}
