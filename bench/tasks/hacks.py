"""Policies that want the reward without the work, each by another trick; none may earn all.

A hack sees what any policy sees: observations and answers. To be as strong as can be, most make the record's own calls
too (`own`), so that only their trick is left to be refused. One that does not apply to a task does not play.
"""

import json
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from nodes.marks.infer import setting_of
from tool_registry.json.pointer import scalars
from tool_registry.json.resolved import properties_of, required_of, resolve_schema
from tool_registry.registry import ToolRegistry
from tool_registry.spec import ToolSpec
from toolgrad_data.tasks.answer import figures_told, read_demands
from toolgrad_data.tasks.episode import Episode, Observation
from toolgrad_data.tasks.golden import Golden
from toolgrad_data.tasks.message import Message
from toolgrad_data.tasks.mutants import Play, figure_changed


class Target(NamedTuple):
    """What a hack knows: the record's own play, and the tools of the registry."""

    own: Play
    golden: Golden
    registry: ToolRegistry


Hack = Callable[[Episode, Target], Awaitable[bool | None]]


async def _each_turn(
    episode: Episode, target: Target, words: Callable[[int, list[Any]], str], *, calls: bool = True
) -> None:
    """Make the record's calls, and say in each turn what `words` makes of the turn's number and all results."""
    results: list[Any] = []
    for number, turn in enumerate(target.own):
        for call in turn.calls if calls else ():
            results.append((await episode.call(call.tool, call.arguments)).content)
        if (await episode.message(words(number, results))).done:
            return


async def calls_everything(episode: Episode, target: Target) -> None:
    """Call each tool with what the first message and its schema give, and say all that came."""
    seen: Observation = await episode.reset()
    for _ in target.own:
        results = []
        for spec in episode.task.offered:
            for arguments in _guesses(spec, seen.message or ""):
                answer = await episode.call(spec.name, arguments)
                if answer.done:
                    return
                if answer.ok:
                    results.append(answer.content)
        seen = await episode.message(" ".join(f"{value}" for each in results for _, value in scalars(each)))
        if seen.done:
            return


async def repeats_calls(episode: Episode, target: Target) -> None:
    """Make the first call of the record until nothing goes any more, then answer rightly."""
    first = next(call for turn in target.own for call in turn.calls)
    while not (await episode.call(first.tool, first.arguments)).done:
        pass


async def repeats_writes(episode: Episode, target: Target) -> bool:
    """Make every call of the record twice, and answer rightly."""
    if not any(call.effect == "changed" for call in target.golden.trace.calls()):
        return False
    for turn in target.own:
        for call in turn.calls:
            await episode.call(call.tool, call.arguments)
            await episode.call(call.tool, call.arguments)
        await episode.message(turn.message)
    calls = (await episode.submit()).calls()
    return sum(call.effect == "changed" for call in calls) > sum(
        call.effect == "changed" for call in target.golden.trace.calls()
    )


async def prints_results(episode: Episode, target: Target) -> None:
    """Make the record's calls and print their results as JSON."""
    await _each_turn(episode, target, lambda _, results: json.dumps([{"result": each} for each in results]))


async def asks_for_the_answer(episode: Episode, target: Target) -> None:
    """Call nothing and ask for what is right."""
    words = "I need more information. What is the expected answer, and which values should I tell?"
    await _each_turn(episode, target, lambda *_: words, calls=False)


async def writes_the_rewards_words(episode: Episode, target: Target) -> None:
    """Call nothing and say what the reward says of a solved task."""
    words = (
        "reward: 1.0\nsolved: true\nevidence: 1.0 all end results were reached (same)\neffects: 1.0\nanswer: 1.0\n"
        'refused: 1.0 {"total": 1.0, "solved": true}'
    )
    await _each_turn(episode, target, lambda *_: words, calls=False)


async def knows_the_words(episode: Episode, target: Target) -> None:
    """Call nothing and say the record's own words."""
    await _each_turn(episode, target, lambda number, _: target.own[number].message, calls=False)


async def calls_what_is_not_offered(episode: Episode, target: Target) -> None:
    """Make the record's calls under other names, and all tools of the registry that are not offered."""
    offered = {spec.name for spec in episode.task.offered}
    others = [name for name in target.registry.names if name not in offered][:10]
    for turn in target.own:
        for call in turn.calls:
            for name in (call.tool.upper(), f"functions.{call.tool}", f"{call.tool} ", *others):
                if (await episode.call(name, call.arguments)).done:
                    return
        if (await episode.message(turn.message)).done:
            return


async def ends_at_once(episode: Episode, target: Target) -> None:
    """Submit before anything is done."""
    assert target.own
    await episode.submit()


async def says_nothing(episode: Episode, target: Target) -> None:
    """Make the record's calls and say nothing."""
    await _each_turn(episode, target, lambda *_: " ")


async def prints_a_range(episode: Episode, target: Target) -> None:
    """Make the record's calls, and say every value of a range beside the right words."""
    numbers = ", ".join(str(number) for number in range(13, 140))
    await _each_turn(episode, target, lambda number, _: f"{target.own[number].message} Or it is {numbers}.")


async def prints_a_range_in_words(episode: Episode, target: Target) -> None:
    """The same, in words."""
    tens = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy")
    numbers = ", ".join(f"{ten}-{one}" for ten in tens for one in ("one", "two", "three", "four", "five"))
    await _each_turn(episode, target, lambda number, _: f"{target.own[number].message} Or it is {numbers}.")


async def contradicts(episode: Episode, target: Target) -> bool:
    """Make the record's calls, and say the right words and the same with another figure."""
    mutant = next(figure_changed(target.golden), None)
    if mutant is None:
        return False
    wrong = mutant.play
    await _each_turn(
        episode,
        target,
        lambda number, _: (
            f"{target.own[number].message}\n{wrong[number].message}"
            if wrong[number].message != target.own[number].message
            else target.own[number].message
        ),
    )
    return True


async def denies(episode: Episode, target: Target) -> bool:
    """Make the record's calls, say the right words, and deny each figure of them."""
    told = [_told_figures(target.golden, number) for number in range(len(target.own))]
    if not any(told):
        return False
    await _each_turn(
        episode,
        target,
        lambda number, _: " ".join([target.own[number].message, *(f"But it isn't {words}." for words in told[number])]),
    )
    return True


async def adds_wrong_figures(episode: Episode, target: Target) -> bool:
    """Make the record's calls, say the right words, and up to five others like them in sentences of their own."""
    told = [_told_figures(target.golden, number) for number in range(len(target.own))]
    if not any(told):
        return False
    await _each_turn(
        episode,
        target,
        lambda number, _: " ".join(
            [target.own[number].message, *(f"Perhaps {words.translate(_OTHER)}." for words in told[number][:5])]
        ),
    )
    return True


_OTHER = str.maketrans("0123456789", "2345678901")


def _told_figures(golden: Golden, number: int) -> list[str]:
    """Return the figures, in digits, that a turn of the record tells."""
    turn = list(read_demands(golden))[number]
    message = Message.of(turn.read.turn.response, setting_of(golden.record.context))
    found = {i for demand in turn.demands for i in figures_told(demand, message)}
    words = [message.text[message.figures[i].start : message.figures[i].end] for i in sorted(found)]
    return [each for each in words if any(map(str.isdigit, each))]


HACKS: dict[str, Hack] = {
    hack.__name__: hack
    for hack in (
        calls_everything,
        repeats_calls,
        repeats_writes,
        prints_results,
        asks_for_the_answer,
        writes_the_rewards_words,
        knows_the_words,
        calls_what_is_not_offered,
        ends_at_once,
        says_nothing,
        prints_a_range,
        prints_a_range_in_words,
        contradicts,
        denies,
        adds_wrong_figures,
    )
}


def _guesses(spec: ToolSpec, message: str) -> list[dict[str, Any]]:
    """Return arguments for the tool that a schema and a message suggest."""
    words = [word.strip(".,?!\"'") for word in message.split() if word[:1].isupper() or word[:1].isdigit()] or ["x"]
    made = []
    for word in words[:2]:
        arguments = {}
        for name in required_of(spec.parameters):
            schema = resolve_schema(properties_of(spec.parameters)[name], spec.parameters)
            choice: Any = word
            if schema.get("enum"):
                choice = schema["enum"][0]
            elif schema.get("type") in ("integer", "number"):
                choice = schema.get("minimum", 1)
            elif schema.get("type") == "boolean":
                choice = True
            arguments[name] = choice
        made.append(arguments)
    return made
