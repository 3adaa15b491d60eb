"""Offline critique: keeps calls that make the chain longer in a sensible way and says in words what to do next."""

import random

from graph.record import Step
from nodes.policies.base import CallReport, Critique, CritiqueRequest, Selection
from nodes.policies.offline import weights
from nodes.policies.offline.known_values import KnownValues
from nodes.policies.offline.reading.effects import changes_nothing, write_to_show
from nodes.policies.offline.reading.offers import Offer, fresh_offers
from nodes.policies.offline.reading.parameters import parameters_of
from tool_registry.calling.crashes import attributed_to
from tool_registry.json.pointer import scalars

_UNUSED_NAMED = 4
_DOMAINS_NAMED = 3
_WISHES, _TAKERS_NAMED = 3, 2
_NEW_CHAIN_EVERY = 3
#: Calls kept at once: more go on from the same results, while a chain that grows by turns goes deeper. Turns are free.
_KEPT_AT_ONCE = 2


def critique(request: CritiqueRequest) -> Critique:
    """Select calls that build on the chain before calls that open a new one; explain every verdict."""
    rng = random.Random(request.seed)
    worth: dict[str, float] = {}
    for report in request.reports:
        with attributed_to(report.proposal.tool):
            worth[report.proposal.id] = _worth(report, request)
    ranked = sorted(request.reports, key=lambda report: -worth[report.proposal.id])
    selected: list[Selection] = []
    for report in ranked:
        if len(selected) >= min(request.accept, _KEPT_AT_ONCE) or worth[report.proposal.id] <= 0:
            break
        steps_used = {source.step for source in report.proposal.sources.values()}
        shown = _shown(report, request)
        chain = _chain_of(steps_used or ({shown.id} if shown else set()), request.chains)
        opens = chain is None
        if opens and ((selected and request.shape != "parallel") or not _may_open(request)):
            continue
        selected.append(Selection(proposal=report.proposal.id, chain=chain))
    is_free = request.shape == "mixed" and not _may_open(request)
    if not selected and is_free and ranked and worth[ranked[0].proposal.id] > 0:
        # Better a new line than a second iteration without progress.
        stalled = request.gradients and not request.gradients[-1].selected
        if stalled:
            selected = [Selection(proposal=ranked[0].proposal.id, chain=None)]
    kept = [choice.proposal for choice in selected]
    unused = _unused_offers(request, kept)
    domains = _unexplored_domains(request, rng)
    return Critique(
        selected=selected,
        gradient=_gradient(request, kept, unused, domains),
        tools=_takers(request, unused, rng),
        wishes=_wishes(unused, domains),
    )


def _worth(report: CallReport, request: CritiqueRequest) -> float:
    """Return how much the call adds: nothing when it failed or answered nothing."""
    if not report.ok or report.empty or not any(value is not None for _, value in scalars(report.result)):
        return 0.0
    spec = request.tools.get(report.proposal.tool)
    if spec is not None and changes_nothing(spec, report.proposal.arguments):
        return 0.0
    known = [step.result for step in request.steps]
    if report.result in known or not _adds_news(report, request):
        return 0.0
    used = sum(step.tool == report.proposal.tool for step in request.steps)
    goes_on = bool(report.proposal.sources) or _shown(report, request) is not None
    used = 0 if request.shape == "parallel" else used
    worth = weights.WORKED + weights.GOES_ON * goes_on - weights.REPEATED * used - weights.TRUNCATED * report.truncated
    is_missing = not request.has_wanted and request.is_wanted(report.proposal.tool, report.proposal.arguments)
    return worth + weights.WANTED_KEPT * is_missing


def _adds_news(report: CallReport, request: CritiqueRequest) -> bool:
    """Tell whether the call tells more than the chain does; a repetition of it under another name does not."""
    spec = request.tools.get(report.proposal.tool)
    if spec is None or not request.steps:
        return True
    return KnownValues(request.steps, request.tools).adds_news(_step_of(report), spec)


def _step_of(report: CallReport) -> Step:
    """Return the call as the step that it would be."""
    called = report.proposal
    sources = dict(called.sources)
    return Step(id=called.id, tool=called.tool, arguments=called.arguments, sources=sources, result=report.result)


def _shown(report: CallReport, request: CritiqueRequest) -> Step | None:
    proposal = report.proposal
    spec = request.tools.get(proposal.tool)
    return None if spec is None else write_to_show(spec, proposal.arguments, request.steps, request.tools)


def _chain_of(steps: set[str], chains: list[list[str]]) -> int | None:
    """Return the first chain that holds one of the steps."""
    return next((index for index, chain in enumerate(chains) if steps & set(chain)), None)


def _may_open(request: CritiqueRequest) -> bool:
    """Tell whether a new chain is welcome: the first, then one for every few calls of the target."""
    if request.shape != "mixed":
        return request.shape == "parallel" or not request.steps
    return len(request.chains) < 1 + request.target_calls // _NEW_CHAIN_EVERY and (
        not request.steps or len(request.steps) >= _NEW_CHAIN_EVERY * len(request.chains) - 1
    )


def _gradient(request: CritiqueRequest, kept: list[str], unused: list[Offer], domains: list[str]) -> str:
    lines = [_verdict(report, report.proposal.id in kept) for report in request.reports]
    if not request.reports:
        lines.append("Nothing was proposed.")
    by_step: dict[str, list[Offer]] = {}
    for offer in unused:
        by_step.setdefault(offer.step, []).append(offer)
    for step, offers in by_step.items():
        pointers = ", ".join(dict.fromkeys(offer.pointer or "the value itself" for offer in offers))
        lines.append(f"Result {_named(step)} is unused at {pointers}.")
    if domains:
        lines.append(f"Explore the domains {', '.join(domains)}.")
    return "\n".join(lines)


def _unexplored_domains(request: CritiqueRequest, rng: random.Random) -> list[str]:
    """Return a few domains of the library that the chain has nothing of."""
    domains = sorted({*request.categories, *(spec.category for spec in request.tools.values())})
    used = {request.tools[step.tool].category for step in request.steps if step.tool in request.tools}
    left = [domain for domain in domains if domain not in used]
    return rng.sample(left, min(len(left), _DOMAINS_NAMED))


def _takers(request: CritiqueRequest, unused: list[Offer], rng: random.Random) -> list[str]:
    """Return a few tools of the batch that were not called and take an unused result of a kind."""
    kinds = {offer.format for offer in unused if offer.format}
    called = {*(step.tool for step in request.steps), *(report.proposal.tool for report in request.reports)}
    called |= {attempt.tool for attempt in request.attempts}
    takers = []
    for name in request.batch:
        if name in request.tools and name not in called and kinds:
            with attributed_to(name):
                parameters = parameters_of(request.tools[name]).by_name.values()
            if any(parameter.required and parameter.format in kinds for parameter in parameters):
                takers.append(name)
    return rng.sample(takers, min(len(takers), _TAKERS_NAMED))


def _wishes(unused: list[Offer], domains: list[str]) -> list[str]:
    """Return what would take the chain on: of each unexplored domain something that takes an unused result."""
    offered = list(dict.fromkeys(" ".join(sorted(offer.words)) for offer in reversed(unused) if offer.words))
    wishes = [" ".join(pair) for pair in zip(domains, offered, strict=False)]
    return [*wishes, *offered[:1], *domains[len(wishes) :]][:_WISHES]


def _verdict(report: CallReport, kept: bool) -> str:
    name, tool = _named(report.proposal.id), report.proposal.tool
    if report.error is not None and report.error.kind == "forbidden_by_rule" and report.error.retryable:
        return f"{tool} waits for a result that a rule looks at: propose it again when that is there."
    if report.error is not None:
        message = " ".join(report.error.message.split())[:200]
        return f"tool {tool} failed ({report.error.kind}: {message})"
    if report.empty:
        return f"tool {tool} answered nothing, avoid it with such arguments."
    if not kept:
        return f"{name}: {tool} worked but adds less than the others."
    uses = sorted({_named(source.step) for source in report.proposal.sources.values()})
    return f"{name}: {tool} worked and was kept{', it goes on from ' + ' and '.join(uses) if uses else ''}."


def _named(id: str) -> str:
    """Return the id, of a call that is no step yet so that its name will be put there."""
    return id if id.startswith("s") else f"{{{id}}}"


def _unused_offers(request: CritiqueRequest, kept: list[str]) -> list[Offer]:
    """Return a few offers of the chain as it will be that no call has used, the latest step first.

    None where calls are to use no results.
    """
    if request.shape == "parallel":
        return []
    coming = {report.proposal.id: _step_of(report) for report in request.reports}
    steps = [*request.steps, *(coming[proposal] for proposal in kept)]
    used = {
        (source.step, source.pointer, source.span)
        for step in steps
        for source in step.sources.values()
        if source.kind == "step"
    }
    offers = [offer for offer in fresh_offers(steps, request.tools, request.context.vars) if offer.place not in used]
    described = [offer for offer in offers if offer.format] or offers
    # Of a list the item that a number singles out, else the first: few people go on from the third.
    singled_out = {(offer.step, _list_of(offer)) for offer in described if offer.is_best}
    return [
        offer
        for offer in described
        if offer.is_best or not (_is_later_item(offer) or (offer.step, _list_of(offer)) in singled_out)
    ][-_UNUSED_NAMED:]


def _list_of(offer: Offer) -> str | None:
    """Return the pointer of the list that the offer stands in; None outside lists."""
    return offer.item.rpartition("/")[0] if offer.item is not None else None


def _is_later_item(offer: Offer) -> bool:
    return offer.item is not None and any(token.isdecimal() and int(token) for token in offer.item.split("/"))
