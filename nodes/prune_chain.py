"""Prune: what nothing needs leaves the chain, before the query is written and after it was, and stays in `pruned`.

A step is needed when a later needed step uses its result or effect, when the response reports it, or when it changes
something. Before there is a response, a step is known to be idle when nothing uses it and all that it found was known
before: asking for it would be asking for what was just told. Afterwards the proof of faithfulness names the rest
(`unneeded_step`): what the writer neither asked for nor told.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from langgraph.runtime import Runtime

from graph.context import Context
from graph.record import Finding, Step
from graph.state import State
from nodes.dialogues.mend import without_steps
from nodes.dialogues.plan import Plan
from nodes.proofs.executed import steps_needed
from nodes.references import is_distinct
from nodes.sample import Sample
from tool_registry.json.pointer import equal, leaves, scalars, tokens
from tool_registry.permissions import effective
from tool_registry.spec import ToolSpec


async def prune_chain(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Take the steps that nothing needs from the chain; of a draft's findings leave those that did not go with them.

    Where no finding is left the draft holds without the steps, and is proved again as it is. A turn that has no call
    left is dropped, and what was written from there on is written anew.
    """
    sample = await Sample.open(state, runtime)
    specs = sample.specs(step.tool for step in sample.steps)
    if sample.draft is None:
        idle = idle_steps(sample.steps, specs)
        return without(state, idle) if idle else {}
    unneeded = unneeded_steps(sample.steps, sample.plan, sample.findings, specs)
    if not unneeded:
        return {}
    left = beside_unneeded(sample.findings)
    plan, same = without_steps(sample.plan, unneeded)
    written = sample.draft.turns if same == len(sample.plan.turns) else sample.draft.turns[:same]
    draft = sample.draft.model_copy(update={"turns": written})
    return {
        **without(state, unneeded),
        "plan": plan.model_dump(),
        "draft": draft.model_dump(),
        "proved_turns": min(state.get("proved_turns", 0), same),
        "findings": [each.model_dump() for each in left] if draft == sample.draft else [],
    }


def idle_steps(steps: list[Step], specs: Mapping[str, ToolSpec]) -> list[str]:
    """Return the ids of the read-only steps that nothing uses and that found nothing new, be it by each other."""
    idle: list[str] = []
    for position in reversed(range(len(steps))):
        step = steps[position]
        later = [other for other in steps[position + 1 :] if other.id not in idle]
        if not _only_reads(specs.get(step.tool)) or _is_used(step, later):
            continue
        # What tells a write's effect is news, whatever values it is told with.
        if not step.after and _is_known(step, steps[:position]):
            idle.append(step.id)
    return idle[::-1]


def unneeded_steps(
    steps: list[Step], plan: Plan, findings: Iterable[Finding], specs: Mapping[str, ToolSpec]
) -> list[str]:
    """Return the ids of the steps that the findings call unneeded and that may go: reads, unless no step is left.

    What a correction makes again, or makes, stays: it is told of by the other.
    """
    found: list[str] = []
    for finding in findings:
        path = tokens(finding.where) if finding.code == "unneeded_step" else []
        if len(path) > 3 and path[1].isdecimal() and path[3].isdecimal():
            found += plan.steps_at(int(path[1]), int(path[3]))
    if plan.corrected() & set(found):
        return []
    kept = [step for step in steps if step.id not in found]
    gone = [step for step in steps if step.id in found]
    may_go = all(_only_reads(specs.get(step.tool)) and not _is_used(step, kept) for step in gone)
    return found if kept and may_go else []


def beside_unneeded(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings that do not go with the unneeded steps: those of other steps and of the words."""
    found = list(findings)
    gone = [finding.where for finding in found if finding.code == "unneeded_step"]
    return [each for each in found if not any(f"{each.where}/".startswith(f"{place}/") for place in gone)]


def without(state: State, ids: Iterable[str]) -> dict[str, Any]:
    """Return what changes in the state when the steps leave the chain; the others keep their ids."""
    pruned = list(dict.fromkeys([*state.get("pruned", []), *ids]))
    chains = [[name for name in chain if name not in pruned] for chain in state.get("chains", [])]
    return {"pruned": pruned, "chains": [chain for chain in chains if chain]}


def _only_reads(spec: ToolSpec | None) -> bool:
    return spec is not None and effective(spec).read_only is True


def _is_used(step: Step, later: list[Step]) -> bool:
    return any(step.id in steps_needed(other) for other in later)


def _is_known(step: Step, earlier: list[Step]) -> bool:
    known = [value for _, value in scalars(step.arguments)]
    known += [value for other in earlier for part in (other.arguments, other.result) for _, value in scalars(part)]
    # With empty lists: that there is nothing is news.
    found = [value for _, value in leaves(step.result)]
    return bool(found) and all(is_distinct(value) and any(equal(value, other) for other in known) for value in found)
