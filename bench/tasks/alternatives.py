"""Right solutions that go another way than the record: each must earn all."""

from collections.abc import Callable

from graph.sources import DefaultSource
from tool_registry.json.resolved import properties_of, resolve_schema
from tool_registry.permissions import effective
from toolgrad_data.tasks.golden import Golden
from toolgrad_data.tasks.mutants import PlannedCall, Play, golden_play


def reads_twice(golden: Golden) -> Play | None:
    """Make each read twice."""
    return tuple(
        turn._replace(
            calls=tuple(call for each in turn.calls for call in ([each, each] if _reads(each, golden) else [each]))
        )
        for turn in golden_play(golden)
    )


def reads_first(golden: Golden) -> Play | None:
    """Make the calls of each turn in another order: reads that nothing orders the other way round."""
    if any(step.after for turn in golden.record.turns for step in turn.steps):
        return None
    play = golden_play(golden)
    if not all(_reads(call, golden) for turn in play for call in turn.calls):
        return None
    return tuple(turn._replace(calls=turn.calls[::-1]) for turn in play)


def fails_before(golden: Golden) -> Play | None:
    """Call each tool first with arguments that it refuses."""
    return tuple(
        turn._replace(calls=tuple(c for each in turn.calls for c in (PlannedCall(each.tool, {"no such": 1}), each)))
        for turn in golden_play(golden)
    )


def writes_defaults_out(golden: Golden) -> Play | None:
    """Give each argument that is left out as its schema's default; leave out those that are."""
    turns = []
    for turn, planned in zip(golden.record.turns, golden_play(golden), strict=True):
        calls = []
        for step, call in zip(turn.steps, planned.calls, strict=True):
            root = golden.specs[call.tool].parameters
            schemas = {name: resolve_schema(each, root) for name, each in properties_of(root).items()}
            defaults = {name: each["default"] for name, each in schemas.items() if "default" in each}
            stated = {name for name in call.arguments if isinstance(step.sources.get(f"/{name}"), DefaultSource)}
            given = {name: value for name, value in call.arguments.items() if name not in stated & defaults.keys()}
            added = {name: value for name, value in defaults.items() if name not in call.arguments}
            calls.append(PlannedCall(call.tool, {**given, **added}))
        turns.append(planned._replace(calls=tuple(calls)))
    return tuple(turns) if tuple(turns) != golden_play(golden) else None


def says_more(golden: Golden) -> Play | None:
    """Say the same with a friendly word before and behind."""
    return tuple(
        turn._replace(message=f"Thanks for asking! {turn.message} Let me know if I can do anything else for you.")
        for turn in golden_play(golden)
    )


def says_it_in_a_list(golden: Golden) -> Play | None:
    """Say each sentence as a point of a list, in bold."""
    return tuple(
        turn._replace(message="\n".join(f"- {words}" for words in turn.message.split(". ")))
        for turn in golden_play(golden)
    )


def answers_chats_briefly(golden: Golden) -> Play | None:
    """Say but a word where nothing is called, and nothing asked."""
    kinds = [turn.kind for turn in golden.record.turns]
    if "chat" not in kinds and "refusal" not in kinds:
        return None
    play = zip(golden.record.turns, golden_play(golden), strict=True)
    return tuple(
        planned._replace(message="Sorry, no." if turn.kind == "refusal" else "You are welcome!")
        if not turn.steps and turn.kind in ("chat", "refusal")
        else planned
        for turn, planned in play
    )


ALTERNATIVES: dict[str, Callable[[Golden], Play | None]] = {
    change.__name__: change
    for change in (
        reads_twice,
        reads_first,
        fails_before,
        writes_defaults_out,
        says_more,
        says_it_in_a_list,
        answers_chats_briefly,
    )
}


def _reads(call: PlannedCall, golden: Golden) -> bool:
    return effective(golden.specs[call.tool]).read_only is True
