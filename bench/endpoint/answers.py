"""Sensible answers: the offline policy decides, its decisions are written as a model would write them.

Values of earlier results are written as references. Calls of one answer may go on from each other: what a call
will find is guessed from its output schema, as a model guesses it from the list of names, and only ever used by
reference.
"""

import random
from collections.abc import Mapping
from typing import Any, Literal

from graph.record import Step
from graph.sources import StepSource
from nodes.marks.find import find_words
from nodes.marks.says import Place
from nodes.policies.base import (
    CallReport,
    CritiqueRequest,
    Proposal,
    ProposeRequest,
    RepairRequest,
    Selection,
    SynthesizeRequest,
)
from nodes.policies.offline.critiquing.critique import critique
from nodes.policies.offline.proposing.propose import propose
from nodes.policies.offline.proposing.repair import repair
from nodes.policies.offline.proposing.values import draw, drawn
from nodes.policies.offline.reading.parameters import parameters_of
from nodes.policies.offline.writing.synthesize import synthesize
from nodes.references import MARK
from tool_registry.json.pointer import MISSING, escape, resolve
from tool_registry.json.resolved import properties_of, required_of, resolve_schema
from tool_registry.json.schema import types_of
from tool_registry.spec import ToolSpec

#: Which chains are grown: `deep` goes on from the newest result, `wide` opens a chain an answer, `mixed` lets
#: the offline policy choose.
Shape = Literal["mixed", "deep", "wide"]

Json = dict[str, Any]

#: How often the critic names a tool that is not at hand, and how often of these under a name that it has made up.
_REMEMBERED, _MADE_UP = 0.5, 0.1
_TRIES = 3
_DEPTH = 4
#: How often a call of the reserve is proposed again, and a chain is ended that may be.
_NOMINATES, _CONCLUDES = 0.1, 0.1


def proposals(request: ProposeRequest, shape: Shape) -> Json:
    """Return the answer to a propose prompt: calls of which later ones may use earlier ones."""
    chosen: list[Proposal] = []
    guesses: list[Step] = []
    for number in range(1, request.count + 1):
        found = _next(request, chosen, guesses, shape, number)
        if found is None:
            break
        proposal = found.model_copy(update={"id": f"p{number}"})
        chosen.append(proposal)
        result = guessed_result(request.tools[proposal.tool], request)
        # A guess has no sources: it is known by its own name from here on.
        guesses.append(Step(id=proposal.id, tool=proposal.tool, arguments=proposal.arguments, result=result))
    offered = [report.proposal for report in request.reserve if report.proposal.tool in request.batch]
    if offered and chosen and random.Random(f"again|{request.seed}").random() < _NOMINATES:
        chosen[-1] = offered[-1]
    return {"calls": [_call(proposal) for proposal in chosen]}


def _next(
    request: ProposeRequest, chosen: list[Proposal], guesses: list[Step], shape: Shape, number: int
) -> Proposal | None:
    taken = {proposal.tool for proposal in chosen}
    reserve = [
        Step(id=call.id, tool=call.tool, arguments=call.arguments, sources=dict(call.sources), result=report.result)
        for report in request.reserve
        if (call := report.proposal).tool in request.tools
    ]
    steps = [*reserve, *request.steps, *guesses]
    if shape == "deep":
        steps = steps[-1:]
    elif shape == "wide":
        steps = guesses[:1]
    if not request.steps and not guesses:
        steps = []
    asked = request.model_copy(
        update={
            "steps": steps,
            "batch": [name for name in request.batch if name not in taken],
            "seed": random.Random(f"{request.seed}|{number}").getrandbits(63),
            "count": _TRIES if shape == "mixed" else 2 * _TRIES,
        }
    )
    found = propose(asked).proposals
    if steps and (shape != "mixed" or chosen):
        # Of several calls in one answer, the later ones go on from what is there.
        found = [proposal for proposal in found if proposal.sources] or found[:1]
    return found[0] if found else None


def _call(proposal: Proposal) -> Json:
    arguments = dict(proposal.arguments)
    for pointer, source in proposal.sources.items():
        name = pointer[1:].replace("~1", "/").replace("~0", "~")
        arguments[name] = {MARK: source.step, "pointer": source.pointer}
    return {"why": proposal.rationale, "tool": proposal.tool, "arguments": arguments}


def guessed_result(spec: ToolSpec, request: ProposeRequest) -> Any:
    """Return a result that the output schema admits as far as it can be guessed; None without a schema."""
    if not spec.output_schema:
        return None
    rng = random.Random(f"{request.seed}|{spec.name}")
    return _guess(spec.output_schema, spec.output_schema, "", _known_values(request.tools), rng, _DEPTH)


def _known_values(tools: Mapping[str, ToolSpec]) -> dict[str, Any]:
    """Return a value for each format that some parameter gives an example of."""
    known: dict[str, Any] = {}
    for spec in tools.values():
        for parameter in parameters_of(spec).by_name.values():
            examples = parameter.schema.get("examples")
            if parameter.format and isinstance(examples, list) and examples:
                known.setdefault(parameter.format, examples[0])
    return known


def _guess(schema: Json, root: Json, name: str, known: dict[str, Any], rng: random.Random, depth: int) -> Any:
    if depth < 0 or "null" in types_of(schema, root):
        return None
    schema = resolve_schema(schema, root)
    properties = properties_of(schema)
    if properties:
        return {
            member: _guess(below, root, member, known, rng, depth - 1)
            for member, below in properties.items()
            # What may be missing must not be counted on.
            if isinstance(below, dict) and member in (required_of(schema) or properties)
        }
    if schema.get("type") == "array":
        items = schema.get("items")
        return [_guess(items, root, name, known, rng, depth - 1)] if isinstance(items, dict) else []
    if schema.get("format") in known:
        return known[schema["format"]]
    value = draw(schema, name, rng, lambda _: True, root)
    return None if value is MISSING else value


def verdicts(request: CritiqueRequest) -> Json:
    """Return the answer to a critique prompt. A call is judged after the one whose result it uses.

    Places that are left are filled from the reserve and from what opens something else, as long as something is kept.
    """
    kept: dict[str, int | None] = {}
    gradient: list[str] = []
    seen, unjudged = _judged(request, request.reports, request, kept, gradient)
    while len(kept) < request.accept:
        before = len(kept)
        left = [report for report in [*request.reports, *request.reserve] if report.proposal.id not in kept]
        seen, _ = _judged(seen, left, request, kept, gradient)
        if len(kept) == before:
            break
    told_last: list[str] = []
    for report in unjudged:
        if report.proposal.id in kept:
            continue
        told = f"{{{report.proposal.id}}}: was not kept: what it goes on from was not."
        if report.error is not None:
            told = f"tool {report.proposal.tool} failed ({report.error.message[:200]})"
        told_last.append(told)
    again = [report for report in request.reserve if report.proposal.id in kept]
    length = len(request.steps) + len(kept)
    ends = request.conclude_from is not None and request.conclude_from <= length < request.target_calls
    return {
        "verdicts": [
            {
                "proposal": f"{{{report.proposal.id}}}",
                "reason": "goes on from the chain" if report.proposal.id in kept else "adds less than the others",
                "keep": report.proposal.id in kept,
                # A chain that this answer opens has no number yet: the calls follow the one they use.
                "chain": _known_chain(kept.get(report.proposal.id), request),
            }
            for report in [*request.reports, *again]
        ],
        "gradient": _in_last_words(gradient, told_last),
        "concluded": ends and random.Random(f"ends|{request.seed}").random() < _CONCLUDES,
    }


def _judged(
    seen: CritiqueRequest,
    reports: list[CallReport],
    request: CritiqueRequest,
    kept: dict[str, int | None],
    gradient: list[str],
) -> tuple[CritiqueRequest, list[CallReport]]:
    """Judge the reports round by round; return the request as the chain then stands, and those that were not judged."""
    names = {report.proposal.id for report in [*request.reports, *request.reserve]}
    waiting = list(reports)
    while len(kept) < request.accept or not gradient:
        ready = [
            report for report in waiting if not {source.step for source in _sources(report)} & (names - kept.keys())
        ]
        if not ready:
            break
        waiting = [report for report in waiting if report not in ready]
        answer = critique(seen.model_copy(update={"reports": ready, "accept": request.accept - len(kept)}))
        gradient.append(answer.gradient)
        seen = _grown(seen, ready, answer.selected)
        kept.update({choice.proposal: choice.chain for choice in answer.selected})
        if not answer.selected:
            break
    return seen, waiting


def looked_for(request: CritiqueRequest, answer: Json, specs: Mapping[str, ToolSpec]) -> Json:
    """Return what the critic looks for once the calls that the answer keeps are in the chain.

    Beside what the policy names, a tool of a domain that it wants to explore, as a model remembers one from an earlier
    prompt or makes its name up.
    """
    kept = {verdict["proposal"].strip("{}") for verdict in answer["verdicts"] if verdict["keep"]}
    reports = [report for report in [*request.reports, *request.reserve] if report.proposal.id in kept]
    choices = [Selection(proposal=report.proposal.id) for report in reports]
    after = _grown(request, reports, choices).model_copy(update={"reports": [], "accept": 0})
    found = critique(after)
    rng = random.Random(f"{request.seed}|elsewhere")
    elsewhere = sorted(
        name
        for name, spec in specs.items()
        if name not in request.batch and any(spec.category in wish for wish in found.wishes)
    )
    names = [rng.choice(elsewhere)] if elsewhere and rng.random() < _REMEMBERED else []
    made_up = [_made_up(name) if rng.random() < _MADE_UP else name for name in names]
    return {"tools": [*made_up, *found.tools], "wishes": found.wishes}


def _made_up(name: str) -> str:
    return "_".join(reversed(name.split("_")))


def _sources(report: CallReport) -> list[StepSource]:
    return list(report.proposal.sources.values())


def _grown(request: CritiqueRequest, reports: list[CallReport], chosen: list[Selection]) -> CritiqueRequest:
    """Return the request as it stands when the chosen calls are in the chain, under their own names."""
    by_name = {report.proposal.id: report for report in reports}
    steps, chains = list(request.steps), [list(chain) for chain in request.chains]
    for choice in chosen:
        report = by_name[choice.proposal]
        steps.append(
            Step(
                id=choice.proposal,
                tool=report.proposal.tool,
                arguments=report.proposal.arguments,
                sources=dict(report.proposal.sources),
                result=report.result,
            )
        )
        if choice.chain is None:
            chains.append([choice.proposal])
        else:
            chains[choice.chain].append(choice.proposal)
    return request.model_copy(update={"steps": steps, "chains": chains})


def _known_chain(chain: int | None, request: CritiqueRequest) -> int | None:
    return chain if chain is not None and chain < len(request.chains) else None


def _in_last_words(gradient: list[str], told_last: list[str]) -> str:
    """Return the verdicts of all rounds, of a call that was judged twice the last one, and the last round's advice."""
    verdicts: dict[str, str] = {}
    for line in "\n".join([*gradient, *told_last]).splitlines():
        if line.startswith(("{", "tool ")):
            verdicts[line.partition(":")[0]] = line
    advice = [line for line in "\n".join(gradient[-1:]).splitlines() if not line.startswith(("{", "tool "))]
    return "\n".join([*verdicts.values(), *advice]) or "Nothing was proposed."


def repaired(request: RepairRequest) -> Json:
    """Return the answer to a repair prompt; references are kept."""
    references = {
        name: value
        for name, value in request.proposal.arguments.items()
        if isinstance(value, dict) and MARK in value and f"/{escape(name)}" not in request.error.message
    }
    plain = {name: value for name, value in request.proposal.arguments.items() if name not in references}
    by_name = parameters_of(request.spec).by_name
    rng = random.Random(request.seed)
    stand_ins = {
        name: value for name in references if name in by_name and (value := drawn(by_name[name], rng)) is not MISSING
    }
    asked = request.proposal.model_copy(update={"arguments": {**plain, **stand_ins}})
    proposal = repair(request.model_copy(update={"proposal": asked})).proposal
    if proposal is None:
        return {"why": "no other values would help", "arguments": None}
    return {"why": "changed what the error names", "arguments": {**proposal.arguments, **references}}


def draft(request: SynthesizeRequest) -> Json:
    """Return the answer to a synthesize prompt: a query and the response to it, with their marks."""
    made = synthesize(request)
    return {"query": made.turns[0].query, "response": made.turns[0].response}


def redraft(request: SynthesizeRequest, halves: list[str], asked: list[tuple[str, list[str]]]) -> Json:
    """Return the answer to a rewrite: marks for the words that it asks for, and the halves that it wants anew.

    A half is written anew too where its last words do not say what they are asked for.
    """
    marks = [_mark(request, half, targets) for half, targets in asked]
    wanted = {*halves, *(half for (half, _), mark in zip(asked, marks, strict=True) if mark is None)}
    anew = {half: text for half, text in draft(request).items() if half in wanted} if wanted else {}
    found = [mark for mark in marks if mark is not None and mark["half"] not in wanted]
    return {"query": anew.get("query"), "response": anew.get("response"), "marks": found}


def _mark(request: SynthesizeRequest, half: str, targets: list[str]) -> Json | None:
    text = "".join(getattr(turn, half).text for turn in request.last_draft())
    steps = {step.id: step for step in request.steps}
    for target in targets:
        name, slash, pointer = target.partition("/")
        if not slash or name not in steps:
            continue
        step = steps[name]
        value = resolve(step.arguments if half == "query" else step.result, slash + pointer)
        span = None if value is MISSING or isinstance(value, bool) else find_words(text, Place(value))
        if span is not None:
            return {"half": half, "words": text[slice(*span)], "target": target}
    return None
