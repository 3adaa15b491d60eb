"""Screen of queries: each step whose result no other step uses is asked for, by words marked for it.

Nothing decides whether the words do ask for it, so this is a screen; a judge who solves the query proves it. One asking
span names several steps only of one tool. Where nothing is stored of asking (version 1, foreign data) nothing is said.
A read that is neither asked for nor told is needed by nobody: it leaves the chain.
"""

from collections.abc import Collection, Mapping, Sequence

from graph.record import Finding, Turn
from graph.spans import stands_whole
from tool_registry.permissions import effective
from tool_registry.spec import ToolSpec


def check(turns: Sequence[Turn], specs: Mapping[str, ToolSpec], untold: Collection[str]) -> list[Finding]:
    """Return what nobody asks for, unneeded steps among it. `untold`: places of results that no words tell."""
    used = {target for turn in turns for step in turn.steps for target in step.uses()}
    tools = {step.id: step.tool for turn in turns for step in turn.steps}
    asked: set[str] = set()
    findings: list[Finding] = []
    for index, turn in enumerate(turns):
        if turn.asks is None:
            continue
        for number, ask in enumerate(turn.asks):
            where = f"/turns/{index}/asks/{number}"
            asked.update(ask.steps)
            if turn.query[ask.start : ask.end] != ask.quote or not stands_whole(turn.query, ask.start, ask.end):
                findings.append(
                    _finding("bad_span", f"the mark {ask.quote!r} is not what stands at {ask.start}", where)
                )
            unknown = [step for step in ask.steps if step not in tools]
            if unknown:
                findings.append(
                    _finding("dangling", f"the words {ask.quote!r} ask for {unknown[0]}, which is no step", where)
                )
            if len({tools[step] for step in ask.steps if step in tools}) > 1:
                names = ", ".join(f"{step} ({tools.get(step, '?')})" for step in ask.steps)
                message = (
                    f"the words {ask.quote!r} are said to ask for {names}: mark for each the words that ask for it"
                )
                findings.append(_finding("asks_for_many", message, where))
        for position, step in enumerate(turn.steps):
            if step.id in used or step.id in asked:
                continue
            where = f"/turns/{index}/steps/{position}"
            spec = specs.get(step.tool)
            if f"{where}/result" in untold and spec is not None and effective(spec).read_only is True:
                message = f"nothing needs {step.id} {step.tool}: no step uses it, no words ask for it or tell it"
                findings.append(_finding("unneeded_step", message, where))
            else:
                message = f"no words of the query are marked as asking for {step.id} ({step.tool})"
                findings.append(_finding("not_asked", message, where))
    return findings


def _finding(code: str, message: str, where: str) -> Finding:
    return Finding(promise="faithful", code=code, message=message, where=where)
