"""The chain as a prompt shows it: a line a step, the latest with most of their results."""

from collections.abc import Mapping, Sequence

from graph.record import Step
from nodes.policies.model.pointed import Pointed, left_out
from nodes.policies.model.views import FEWEST, call_text, identities_text, view
from tool_registry.calling.crashes import attributed_to
from tool_registry.spec import ToolSpec


def chain_text(
    steps: Sequence[Step],
    chains: list[list[str]],
    characters: int,
    newest: int,
    tools: Mapping[str, ToolSpec] | None = None,
    pointed: Pointed | None = None,
) -> str:
    """Return the chain in at most about `characters`: the latest three steps with views of up to `newest`.

    Older steps are shown ever shorter and the oldest of a long chain only by name, so that the text hardly
    grows with the chain. Where `tools` has a step's spec, a line below it tells whose its ids are. Of a step that
    `pointed` names the call and what stands at those places are shown whatever the room.
    """
    if not steps:
        return "(empty)"
    lines: list[str] = []
    results = {step.id: step.result for step in steps}
    left = characters
    for age, step in enumerate(reversed(steps)):
        room = min(newest if age < 3 else max(newest // 3 * (age < 6), FEWEST * 2), max(left, 0))
        places = (pointed or {}).get(step.id, ())
        with attributed_to(step.tool):
            head = call_text(step.tool, step.arguments, step.sources, max(room // 3, FEWEST), results)
            if room >= FEWEST * 2:
                whose = identities_text(step.result, (tools or {}).get(step.tool))
                shown = view(step.result, room - min(len(head), room // 2))
                line = f"{step.id} {head} = {shown}" + (f"\n  ids: {whose}" if whose else "")
            else:
                line = f"{step.id} {head}" if places else f"{step.id} {step.tool}"
            lines.append("\n".join([line, *left_out(step.result, places, line)]))
        left -= len(lines[-1])
    placed = "; ".join(f"chain {index}: {' → '.join(chain)}" for index, chain in enumerate(chains))
    return "\n".join([placed, *reversed(lines)])
