"""Offline proposals: calls that use what the chain has found, then calls that open something new."""

import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

from graph.record import Step
from nodes.gradient_words import Advice, read_gradient
from nodes.policies.base import Proposal, Proposals, ProposeRequest
from nodes.policies.offline import weights
from nodes.policies.offline.proposing.affinity import is_unrelated, takes_the_same
from nodes.policies.offline.proposing.filling import Filler, Plan, UserValue
from nodes.policies.offline.proposing.ingredient_values import IngredientValues
from nodes.policies.offline.proposing.parallel import calls_again
from nodes.policies.offline.proposing.qualifiers import Qualifiers
from nodes.policies.offline.reading.context_values import without_context
from nodes.policies.offline.reading.effects import write_to_show
from nodes.policies.offline.reading.offers import fresh_offers
from nodes.policies.offline.reading.parameters import kind_of, parameters_of
from tool_registry.calling.crashes import attributed_to
from tool_registry.drawing.argument_kinds import parameters_of_kind
from tool_registry.drawing.things import identity_in_result
from tool_registry.drawing.value_words import first_sentence, words_of
from tool_registry.json.pointer import equal, escape, leaf_name, leaves
from tool_registry.json.resolved import properties_of, resolve_below
from tool_registry.json.schema import schema_at
from tool_registry.spec import ToolSpec

#: Plans worth filling, as a multiple of the calls asked for: some cannot be filled or were executed before.
_FILLED_PER_CALL = 3
#: So that samples that are neighbours in one turn are far apart in another.
_TURNS = 97
#: From here on a result is one of a result of a result: hard to say, and seldom wanted.
_DEEP = 3
#: A reference through more calls than this cannot be put into words.
_DEPTH_MAX = 3
#: Tools that can go on from a result: of one kind, and of all, so many count.
_TAKERS_OF_KIND_MAX, _TAKERS_MAX = 4, 8
#: What members are called that hold a text.
_TEXTS = frozenset({"content", "result", "text", "output"})
#: Kinds of found things (`Parameter.found`), and the words of descriptions of tools that list some.
_HELD_IN_TEXT = {
    "commit": frozenset({"commit", "commits", "history"}),
    "branch": frozenset({"branch", "branches"}),
    "path": frozenset({"file", "files", "folder", "folders", "directories", "path", "paths"}),
}


def propose(request: ProposeRequest) -> Proposals:
    """Return up to `request.count` calls, the most promising first, never one that was executed before."""
    rng = random.Random(request.seed)
    specs = [request.tools[name] for name in request.batch]
    advice = _advice(request, specs)
    depths = _depths(request.steps)
    given = IngredientValues(request.ingredients, rng) if request.ingredients is not None else None
    filler = _filler(request, given, depths, rng)
    consumers: Counter[str] = Counter()
    for spec in specs:
        with attributed_to(spec.name):
            consumers.update(_kinds_taken(spec))
            consumers.update(kind for parameter in parameters_of(spec).by_name.values() for kind in parameter.found)
    producers = {step.id: request.tools[step.tool] for step in request.steps if step.tool in request.tools}
    ranked: list[tuple[float, str, Plan]] = []
    for spec in specs:
        with attributed_to(spec.name):
            for plan in (filler.plan(spec, advice.use_results), Plan(spec)):
                if plan is not None:
                    score = _score(plan, request, advice, consumers, depths, producers) + rng.random()
                    ranked.append((score, spec.name, plan))
    ranked.sort(key=lambda entry: (-entry[0], entry[1]))
    filled: dict[str, tuple[float, Plan, dict[str, Any]]] = {}
    for score, name, plan in ranked:
        if len(filled) == request.count * _FILLED_PER_CALL:
            break
        with attributed_to(name):
            arguments = None if name in filled else filler.fill(plan)
        if arguments is None or _is_repeated(name, arguments, request):
            continue
        reused = sum(said.value in arguments.values() for said in filler.said)
        with attributed_to(name):
            shown = write_to_show(plan.spec, arguments, request.steps, request.tools)
        score += weights.SHOWS_A_WRITE * (shown is not None)
        score += weights.VALUE_SAID * reused - weights.BARE_COORDINATES * _bare_coordinates(plan, arguments)
        filled[name] = (score, plan, arguments)
    is_of_one_tool = request.shape == "parallel" and request.turn * _TURNS % 1 < weights.SAME_TOOL
    if is_of_one_tool and (again := _same_of_others(request, given, rng)):
        return Proposals(proposals=again)
    count = 1 if is_of_one_tool and not request.steps else request.count
    best = sorted(filled.items(), key=lambda entry: (-entry[1][0], entry[0]))[:count]
    return Proposals(
        proposals=[
            Proposal(
                id=f"p{position}",
                tool=name,
                arguments=arguments,
                sources=plan.sources(),
                rationale=_rationale(plan),
            )
            for position, (name, (_, plan, arguments)) in enumerate(best, start=1)
        ],
        unfilled={name: parameter for name, parameter in filler.unfilled.items() if name not in filled},
    )


def _filler(
    request: ProposeRequest, given: IngredientValues | None, depths: dict[str, int], rng: random.Random
) -> Filler:
    """Return what fills calls: of independent ones none takes a result."""
    offers = (
        offer
        for offer in fresh_offers(request.steps, request.tools, request.context.vars)
        if depths[offer.step] <= _DEPTH_MAX and request.shape != "parallel"
    )
    qualifiers = Qualifiers(request.steps, request.tools)
    filler = Filler(offers, _said(request), rng, request.context.vars, qualifiers, request.turn, given)
    filler.wants = request.wants
    return filler


def _same_of_others(request: ProposeRequest, given: IngredientValues | None, rng: random.Random) -> list[Proposal]:
    """Return calls of the chain's first tool with another value; none of an empty chain."""
    calls = calls_again(request, given, rng) if request.steps else ()
    again = [call for call in calls if not _is_repeated(*call, request)][: request.count]
    return [
        Proposal(id=f"p{position}", tool=tool, arguments=arguments, rationale="the same of something else")
        for position, (tool, arguments) in enumerate(again, start=1)
    ]


def _depths(steps: list[Step]) -> dict[str, int]:
    """Return how many calls, each using the one before it, lead to each step's result, itself included."""
    depths: dict[str, int] = {}
    for step in steps:
        below = [depths.get(source.step, 0) for source in step.sources.values() if source.kind == "step"]
        depths[step.id] = 1 + max(below, default=0)
    return depths


def _advice(request: ProposeRequest, specs: list[ToolSpec]) -> Advice:
    if not request.gradients:
        return Advice()
    return read_gradient(
        request.gradients[-1].text,
        tools={spec.name for spec in specs},
        categories={spec.category for spec in specs},
        steps={step.id for step in request.steps},
    )


def _said(request: ProposeRequest) -> list[UserValue]:
    """Return the values of the chain's arguments that no result gave: the user is to say them."""
    said: list[UserValue] = []
    for step in without_context(request.steps, request.context.vars):
        spec = request.tools.get(step.tool)
        for pointer, value in leaves(step.arguments):
            if pointer in step.sources or spec is None or isinstance(value, bool | dict | list):
                continue
            name = pointer.rpartition("/")[2]
            with attributed_to(step.tool):
                parameter = parameters_of(spec).by_name.get(name) if pointer.count("/") == 1 else None
                kind = parameter.kind if parameter else kind_of(name, schema_at(spec.parameters, pointer))
                said.append(UserValue(kind, value, step.id))
    return said


def _kinds_taken(spec: ToolSpec) -> set[str]:
    return {parameter.kind for parameter in parameters_of(spec).by_name.values()}


def _kinds_given(spec: ToolSpec) -> set[str]:
    output = spec.output_schema or {}
    kinds = set(_kinds_below(spec, output, output))
    if kinds <= _TEXTS:
        # What a text holds, as far as the description says: "Shows the commit logs".
        words = words_of(first_sentence(spec.description))
        kinds = {kind for kind, nouns in _HELD_IN_TEXT.items() if words & nouns}
    return kinds


def _kinds_below(
    spec: ToolSpec,
    schema: Any,
    root: dict[str, Any],
    pointer: str = "",
    above: frozenset[str] = frozenset(),
    depth: int = 0,
) -> Iterator[str]:
    if depth > 5:
        return
    schema, above = resolve_below(schema, root, above)
    properties = properties_of(schema)
    for member, below in properties.items():
        yield from _kinds_below(spec, below, root, f"{pointer}/{escape(member)}", above, depth + 1)
    if not properties and isinstance(schema.get("items"), dict):
        yield from _kinds_below(spec, schema["items"], root, f"{pointer}/0", above, depth + 1)
    elif not properties and (name := leaf_name(pointer)):
        yield kind_of(name, schema, identity_in_result(spec, pointer))


def _is_repeated(tool: str, arguments: dict[str, Any], request: ProposeRequest) -> bool:
    return any(attempt.tool == tool and equal(attempt.arguments, arguments) for attempt in request.attempts)


def _score(
    plan: Plan,
    request: ProposeRequest,
    advice: Advice,
    consumers: Counter[str],
    depths: dict[str, int],
    producers: dict[str, ToolSpec],
) -> float:
    spec = plan.spec
    score = weights.FIT * plan.fit**2
    used = [step.tool for step in request.steps]
    score -= weights.CALLED_BEFORE * used.count(spec.name)
    score -= weights.DEEP * any(depths[step] >= _DEEP for step in plan.steps() if step in depths)
    if any(step.id in plan.steps() and step.tool == spec.name for step in request.steps):
        score -= weights.INTO_ITSELF
    score -= weights.UNRELATED * is_unrelated(plan, producers) + weights.TAKES_THE_SAME * takes_the_same(
        plan, producers
    )
    links = request.shape != "parallel" and request.target_calls > 1
    if links and not plan.from_results and not _is_linked(request):
        # An opening is good when the batch holds tools that can go on from it.
        openings = sum(min(consumers[kind], _TAKERS_OF_KIND_MAX) for kind in _kinds_given(spec))
        score += weights.OPENING * (openings > 0) + weights.OPENING_EACH * min(openings, _TAKERS_MAX)
    score += weights.WANTED * plan.wanted
    if request.wants != "any" and parameters_of_kind(spec, request.wants):
        score += 0 if request.has_wanted else weights.WANTED_ARGUMENT
    score -= weights.AVOIDED_TOOL * (spec.name in advice.avoid_tools)
    score += weights.TRIED_TOOL * (spec.name in advice.try_tools)
    score += weights.DOMAIN * (spec.category in advice.try_categories)
    score -= weights.DOMAIN * (spec.category in advice.avoid_categories)
    return score


def _is_linked(request: ProposeRequest) -> bool:
    """Tell whether some step of the chain takes another's result."""
    return any(source.kind == "step" for step in request.steps for source in step.sources.values())


def _bare_coordinates(plan: Plan, arguments: dict[str, Any]) -> bool:
    """Tell whether the user would have to type coordinates, which few people do."""
    fed = {name for names in plan.from_results for name in names}
    by_name = parameters_of(plan.spec).by_name
    return any(by_name[name].format == "latitude" and name not in fed for name in arguments if name in by_name)


def _rationale(plan: Plan) -> str:
    steps = sorted(plan.steps())
    return f"uses the result of {' and '.join(steps)}" if steps else "opens a new line"
