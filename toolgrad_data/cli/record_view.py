"""A record as a person wants to read it."""

import json
from collections.abc import Iterable
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.text import Text
from rich.tree import Tree

from graph.record import Attempt, Finding, Judgement, Record, RejectedRecord, Step, Trajectory, Turn
from nodes.marks.turns import with_tells
from tool_registry.json.pointer import leaves
from toolgrad_data.cli.consoles import emit
from toolgrad_data.cli.marks_view import query_view, response_view
from toolgrad_data.cli.turn_view import turn_heading, turn_notes

_VALUE_MAX = 60
_RESULT_MAX = 240


def print_records(
    records: Iterable[Record], console: Console, *, verbose: bool = False, with_marks: bool = True
) -> None:
    """Print each record; with `verbose` also its gradients and the calls that were not selected.

    Without marks where they are not wanted, and where the code page lacks their small digits.
    """
    with_marks = with_marks and console.encoding.lower().startswith("utf")
    for record in records:
        emit(console, record_view(record, verbose=verbose, with_marks=with_marks))
        console.print()


def record_view(record: Record, *, verbose: bool = False, with_marks: bool = True) -> RenderableType:
    """Return the whole record for a console; `with_marks` those that are stored, else inferred ones."""
    parts: list[RenderableType] = [_headline(record)]
    if isinstance(record, RejectedRecord):
        parts += _reasons_view(record)
    parts += [Text(f"noticed: {_finding_words(warning)}", style="yellow") for warning in record.warnings]
    told = {name: value for name, value in record.context.model_dump().items() if value not in (None, {}, "en")}
    if told:
        parts.append(Text("Context   ", style="bold") + Text(_short(told, _RESULT_MAX), style="dim"))
    if record.policy is not None:
        parts.append(_label("Policy", record.policy.text))
    for number, turn in enumerate((with_tells(record) if with_marks else record).turns):
        parts += _turn_view(record, number, turn, with_marks)
    if record.judge is not None:
        parts.append(_label("Judge", _judgement_words(record.judge)))
    if verbose and record.ingredients is not None:
        given = record.ingredients.model_dump(exclude_defaults=True)
        parts.append(_label("Ingredients", _short(given, _RESULT_MAX)))
    if verbose:
        parts += _history_view(record)
    return Group(*parts)


def _headline(record: Record) -> Text:
    steps = sum(len(turn.steps) for turn in record.turns)
    chains = sum(len(turn.chains) for turn in record.turns)
    counts = {"call": steps, "chain": chains, "iteration": record.meta.iterations}
    if len(record.turns) > 1:
        counts = {"turn": len(record.turns), **counts}
    facts = [f"{count} {word}{'s' * (count != 1)}" for word, count in counts.items()]
    facts.append(record.meta.stop_reason.replace("_", " "))
    return Text(record.id, style="bold cyan") + Text(f"  {' · '.join(facts)}", style="dim")


def _reasons_view(record: RejectedRecord) -> list[RenderableType]:
    """Say why it was rejected: each reason, and of a finding its code, its place and what the record has instead."""
    findings = {f"{found.promise}: {found.message}": found for found in record.verification.findings}
    parts: list[RenderableType] = []
    for reason in record.reasons:
        parts.append(Text(f"rejected: {reason}", style="red"))
        if found := findings.get(reason):
            place = f" at {found.where}" if found.where else ""
            instead = f"; the record has: {found.because}" if found.because else ""
            parts.append(Padding(Text(f"{found.code}{place}{instead}", style="dim"), (0, 0, 0, 2)))
    return parts


def _turn_view(record: Record, number: int, turn: Turn, with_marks: bool) -> list[RenderableType]:
    steps = {step.id: step for step in turn.steps}
    query = query_view(turn.query, turn.asks or () if with_marks else ())
    parts: list[RenderableType] = [*turn_heading(record, number), _label("Query", query)]
    parts += turn_notes(record, turn)
    placed: set[str] = set()
    for number, chain in enumerate(turn.chains, start=1):
        tree = Tree(Text(f"Chain {number}", style="bold"))
        for id in chain:
            placed.add(id)
            if id in steps:
                _add_step(tree, steps[id], (turn.thoughts or {}).get(id, ""))
        parts.append(tree)
    if rest := [step for step in turn.steps if step.id not in placed]:
        tree = Tree(Text("In no chain", style="bold red"))
        for step in rest:
            _add_step(tree, step, (turn.thoughts or {}).get(step.id, ""))
        parts.append(tree)
    response, legend = response_view(turn.response, turn.tells or () if with_marks else ())
    parts.append(_label("Response", response))
    if legend is not None:
        parts.append(Padding(legend, (0, 0, 0, 2)))
    return parts


def _add_step(tree: Tree, step: Step, thought: str) -> None:
    after = f"  after {', '.join(step.after)}" if step.after else ""
    branch = tree.add(Text(f"{step.id} ", style="bold") + Text(step.tool, style="magenta") + Text(after, style="dim"))
    if thought:
        branch.add(Text(thought, style="italic"))
    for pointer, value in leaves(step.arguments) if step.arguments else ():
        source = step.sources.get(pointer)
        words = source.in_words() if source else "no source"
        name = pointer[1:].replace("/", ".") or "arguments"
        branch.add(
            Text(f"{name} = {_short(value, _VALUE_MAX)}") + Text(f"   ← {words}", style="green" if source else "red")
        )
    mark = " (cut to the size cap)" if step.truncated else " (empty)" if step.empty else ""
    branch.add(Text(f"→ {_short(step.result, _RESULT_MAX)}", style="yellow") + Text(mark, style="dim"))


def _judgement_words(judge: Judgement) -> str:
    solved = f"{judge.solved} of {judge.trials} trials solved" if judge.trials else "no trials"
    apart = f" ({judge.disagreement.replace('_', ' ')})" if judge.disagreement else ""
    return (
        f"{judge.model}: {solved}{apart}; naturalness {judge.naturalness} of 5 ({judge.naturalness_reason}); "
        f"would a person ask it: {judge.would_ask} of 5 ({judge.would_ask_reason})"
    )


def _trials_view(trajectories: list[Trajectory]) -> list[RenderableType]:
    parts: list[RenderableType] = []
    for one in trajectories:
        parts.append(Text(f"Trial {one.trial}: {one.outcome}", style="bold"))
        for turn in one.turns:
            parts.append(Padding(Text(_short(turn.reasoning, _RESULT_MAX), style="italic"), (0, 0, 0, 2)))
            for call in turn.calls:
                stands = f"  {call.how} as {call.step}" if call.step else "  no step of the record"
                came = f"{call.error.kind}: {call.error.message}" if call.error else _short(call.result, 100)
                line = f"{call.tool} {_short(call.arguments, 100)} → {came}"
                parts.append(Padding(Text(line, style="dim") + Text(stands, style="green"), (0, 0, 0, 2)))
        if one.answer or one.error:
            parts.append(Padding(Text(_short(one.error or one.answer, _RESULT_MAX)), (0, 0, 0, 2)))
    return parts


def _history_view(record: Record) -> list[RenderableType]:
    parts: list[RenderableType] = []
    for gradient in record.gradients:
        kept = ", ".join(gradient.selected) or "nothing"
        parts.append(Text(f"Iteration {gradient.iteration}: selected {kept}", style="bold"))
        parts += [_attempt_view(attempt) for attempt in record.attempts if attempt.iteration == gradient.iteration]
        parts.append(Padding(Text(gradient.text, style="italic"), (0, 0, 0, 2)))
        parts += [Padding(Text(f"Note: {note.message}", style="dim"), (0, 0, 0, 2)) for note in gradient.notes]
    judged = {gradient.iteration for gradient in record.gradients}
    # Of a sample that crashed before its critique, or before it was made again.
    if others := [attempt for attempt in record.attempts if attempt.iteration not in judged]:
        parts.append(Text("Calls that no critique has seen", style="bold"))
        parts += map(_attempt_view, others)
    parts += _trials_view(record.trajectories or [])
    used = record.meta.usage
    parts.append(
        Text(
            f"{record.meta.tool_calls} tool calls, {record.meta.tool_failures} failed; "
            f"{used.llm_calls} model calls, {used.input_tokens} tokens in, {used.output_tokens} out",
            style="dim",
        )
    )
    parts += [Text(_finding_words(finding), style="red") for finding in record.verification.findings]
    return parts


def _finding_words(finding: Finding) -> str:
    has = f" (the record has: {finding.because})" if finding.because else ""
    return f"{finding.promise}/{finding.code} {finding.where}: {finding.message}{has}"


def _attempt_view(attempt: Attempt) -> RenderableType:
    outcome = f"{attempt.error.kind}: {attempt.error.message}" if attempt.error else _short(attempt.result, 100)
    line = f"{attempt.id} {attempt.tool} {_short(attempt.arguments, 100)} → {outcome}"
    return Padding(Text(line, style="dim" if attempt.ok else "red"), (0, 0, 0, 2))


def _label(label: str, text: str | Text) -> RenderableType:
    shown = text if isinstance(text, Text) else Text(text)
    return Group(Text(label, style="bold"), Padding(shown if shown.plain else Text("(none)"), (0, 0, 0, 2)))


def _short(value: Any, limit: int) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
