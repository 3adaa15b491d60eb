"""Does an accepted record keep its promises? Proved again from the record and the tools, trusting nothing in it."""

from graph.context import Context
from graph.record import Record
from nodes.proofs import prove
from tool_registry.calling.execution import execute
from tool_registry.json.pointer import equal
from tool_registry.permissions import Permissions
from tool_registry.registry import ToolRegistry


async def broken_promises(record: Record, registry: ToolRegistry) -> list[str]:
    """Return what is wrong, in words: the proofs' findings, and steps whose tool now answers otherwise.

    For deterministic, read-only tools.
    """
    words = [f"{finding.promise}: {finding.message}" for finding in prove(record).findings]
    defaults = Context()
    for turn in record.turns:
        for step in turn.steps:
            if step.tool not in registry:
                words.append(f"executed: there is no tool {step.tool}")
                continue
            again = await execute(
                registry.get(step.tool),
                step.arguments,
                permissions=Permissions(),
                timeout_s=defaults.tool_timeout_s,
                max_result_bytes=defaults.max_result_bytes,
            )
            if not again.ok or not equal(again.content, step.result):
                words.append(f"executed: {step.id} {step.tool} does not answer this")
    return words


def dependent_steps(record: Record) -> tuple[int, int]:
    """Return the number of steps that use an earlier result, and of all steps."""
    steps = [step for turn in record.turns for step in turn.steps]
    return sum(any(any(source.steps()) for source in step.sources.values()) for step in steps), len(steps)


def most_calls(context: Context) -> int:
    """Return the most model calls a sample can need when every request is answered.

    Each decision is asked for at most twice: an answer that cannot be used is told what is wrong with it once.
    """
    iteration = 2 * (2 + context.proposals * context.max_call_repairs)
    return context.max_iterations * iteration + 2 * (1 + context.max_repairs)
