"""Answer: each value that the record decidedly tells is told in the last message of its turn, in whatever form.

A message tells a value when its words say it (`nodes/marks/says.py`). It is no answer, whatever else it says, when it
holds more figures or names beside the told ones than the record's own and `MORE` others, or a figure that contradicts a
told one: invented, of the same kind, and in its place.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from graph.marks import Tell
from graph.record import Step, Turn
from graph.spans import occurrences
from nodes.marks.infer import Values, setting_of
from nodes.marks.places import is_verbatim, places_of
from nodes.marks.says import Place, Setting, says, spells
from nodes.marks.turns import TurnRead, read_turns
from toolgrad_data.tasks.golden import Golden
from toolgrad_data.tasks.message import Message, ToldFigures, kinds_said, rivals_of, spans_told, told_by
from toolgrad_data.tasks.refused import as_step
from toolgrad_data.tasks.reward import RewardPart
from toolgrad_data.tasks.trace import Trace, TurnEntry

#: Figures, and names, that a message may hold beside those to tell and as many as the record's own.
MORE = 5


class Demand(NamedTuple):
    """A value to tell: one of `options`, as `quote` says it in the record, with figures of these kinds at least."""

    quote: str
    options: tuple[Place, ...]
    kinds: frozenset[str]


def score_answer(golden: Golden, trace: Trace, results: Mapping[str, object]) -> RewardPart:
    """Return the part. `results`: what the calls gave that stand for steps, by step id.

    Without anything to tell it applies only where a message is no answer, or there is none.
    """
    turns = _with_results(golden, results)
    setting = setting_of(golden.record.context)
    made = Values(golden.record.context, setting)
    asked = told = calls = 0
    problems: list[str] = []
    for number, read in enumerate(read_turns(turns, golden.record.context, golden.specs, golden.record.policy)):
        demands = list(demands_of(read, golden, setting))
        asked += len(demands)
        turn = trace.turns[number] if number < len(trace.turns) else TurnEntry()
        for call in turn.calls:
            if call.error is None:
                made.learn_step(as_step(call, calls))
            calls += 1
        if not (turn.message or "").strip():
            problems.append(f"turn {number + 1} ends without a word")
            continue
        own = judge_message(read.turn.response, demands, read, read.values, setting)
        judged = judge_message(turn.message, demands, read, made, setting)
        told += len(judged.told)
        if turn.is_cut:
            problems.append(f"the message of turn {number + 1} is longer than the limit")
        problems += [f"turn {number + 1}: {problem}" for problem in _excess(judged, own)]
    if problems:
        return RewardPart(score=0.0, reason="; ".join(problems[:3]))
    if not asked:
        return RewardPart(reason="the record tells nothing that could be decided")
    return RewardPart(score=told / asked, reason=f"{told} of {asked} values were told where they belong")


def demands_of(read: TurnRead, golden: Golden, setting: Setting) -> Iterator[Demand]:
    """Yield what the turn's response decidedly tells of results: no deeds, nothing given, no paraphrases."""
    for tell in read.tells:
        if tell.paraphrase or tell.source is None or tell.source.kind == "given":
            continue
        if tell.inferred:
            options = [place for source in (tell.source, *tell.either) for place in _places(source, read, golden)]
            if options and not any(each.kind == "given" for each in tell.either):
                yield _demand(tell, tuple(options), setting)
            continue
        verbatim = is_verbatim(tell, read.steps, setting.locale)
        for source in tell.sources():
            if source.kind == "given":
                continue
            for place in _places(source, read, golden):
                if verbatim or _is_decided(tell.quote, place, setting):
                    yield _demand(tell, (place,), setting)


def _demand(tell: Tell, options: tuple[Place, ...], setting: Setting) -> Demand:
    kinds = frozenset().union(*(kinds_said(tell.quote, place, setting) for place in options))
    return Demand(tell.quote, options, kinds)


def _is_decided(quote: str, place: Place, setting: Setting) -> bool:
    return spells(quote, place.value, setting.locale) or says(quote, place, setting, opening=True).verdict == "said"


def _places(source: object, read: TurnRead, golden: Golden) -> Sequence[Place]:
    try:
        return places_of(source, read.steps, golden.specs, golden.record.context)  # type: ignore[arg-type]
    except LookupError:
        return ()


class JudgedMessage(NamedTuple):
    """Which demands a message meets (by index), and what it holds beside them."""

    told: frozenset[int]
    hard: frozenset[str]
    soft: frozenset[str]
    names: frozenset[str]
    against: frozenset[str]
    has_data: bool


def judge_message(
    text: str, demands: Sequence[Demand], read: TurnRead, known: Values, setting: Setting
) -> JudgedMessage:
    """Read a message against what is to be told; `known` are the values that the assistant can have."""
    message = Message.of(text, setting)
    told: set[int] = set()
    rivals: set[str] = set()
    figures = ToldFigures(message)
    for index, demand in enumerate(demands):
        found = find_told(demand, message)
        if found is not None:
            told.add(index)
            figures.add(found)
            rivals.update(_rivals(demand, demands, message))
    hard, soft = figures.untold(read.free)
    return JudgedMessage(
        frozenset(told),
        frozenset(hard),
        frozenset(soft),
        frozenset(_foreign_names(message, read)),
        frozenset(figures.against(read.free, known)) | rivals,
        message.has_data,
    )


def find_told(demand: Demand, message: Message) -> frozenset[int] | None:
    """Return the figures of the message that tell the value; None where it is not told."""
    stands = list(occurrences(demand.quote, message.text))
    if stands:
        found = frozenset(i for start, end in stands for i in message.figures_within(start, end))
        for place in demand.options:
            found |= told_by(message, place, frozenset()) or frozenset()
        return found
    for place in demand.options:
        if (told := told_by(message, place, demand.kinds)) is not None:
            return told
    return None


def figures_told(demand: Demand, message: Message) -> list[int]:
    """Return the figures of the message that tell the value, in order; none where it is told by words alone."""
    return sorted(find_told(demand, message) or ())


def _spans(demand: Demand, message: Message) -> Iterator[tuple[int, int]]:
    yield from occurrences(demand.quote, message.text)
    for place in demand.options:
        yield from spans_told(message, place)


def _rivals(demand: Demand, demands: Sequence[Demand], message: Message) -> Iterator[str]:
    """Yield what stands in the value's place in a like sentence, and is no value of a member of its name to tell."""
    alike = [place for each in demands for place in each.options if place.name == demand.options[0].name]
    for start, end in rivals_of(message, set(_spans(demand, message))):
        words = message.text[start:end].strip()
        if not any(_is_decided(words, place, message.setting) for place in alike):
            yield words


def _excess(judged: JudgedMessage, own: JudgedMessage) -> Iterator[str]:
    """Yield why the message is no answer."""
    if judged.has_data and not own.has_data:
        yield "data is printed, which is no answer"
    if new := judged.against - own.against:
        yield f"{', '.join(sorted(new)[:3])} contradicts what was found"
    for what, mine, others in (
        ("figures", judged.hard, own.hard),
        ("figures in words", judged.soft, own.soft),
        ("names", judged.names, own.names),
    ):
        if len(mine) > len(others) + MORE:
            yield f"{len(mine)} {what} beside those to tell are no answer; {len(others) + MORE} at most may stand there"


def _foreign_names(message: Message, read: TurnRead) -> Iterator[str]:
    """Yield names that stand in nothing that was said or found."""
    known = read.turn.query.casefold() + read.turn.response.casefold()
    known += "".join(f"{step.arguments}{step.result}".casefold() for step in read.steps.values())
    return (name for name in message.names() if name.casefold().removesuffix("'s") not in known)


def _with_results(golden: Golden, results: Mapping[str, object]) -> list[Turn]:
    """Return the record's turns; of a tool that never answers alike with what its call gave now."""
    turns: list[Turn] = []
    for turn in golden.record.turns:
        steps: list[Step] = [
            step.model_copy(update={"result": results[step.id]})
            if golden.rules.get(step.tool) == "shape" and step.id in results
            else step
            for step in turn.steps
        ]
        turns.append(turn.model_copy(update={"steps": steps}))
    return turns
