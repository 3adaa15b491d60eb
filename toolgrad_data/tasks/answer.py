"""Answer: each value that the record decidedly tells is told in the last message of its turn, in whatever form.

A message tells a value when its words say it (`nodes/marks/says.py`). It is no answer, whatever else it says, when it
holds more figures or names beside the told ones than the record's own and `MORE` others, or a figure that contradicts a
told one: invented, of the same kind, and in its place.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from graph.marks import Tell
from graph.record import Turn
from graph.sources import StepSource
from graph.spans import occurrences
from nodes.marks.infer import Values, setting_of
from nodes.marks.places import is_verbatim, places_of
from nodes.marks.quantities import exact
from nodes.marks.says import Place, Setting, says, spells
from nodes.marks.turns import TurnRead, read_turns
from tool_registry.json.pointer import MISSING, equal, leaf_name, resolve, scalars
from toolgrad_data.tasks.denial import is_denied
from toolgrad_data.tasks.golden import Golden
from toolgrad_data.tasks.message import (
    Message,
    ToldFigures,
    days_of,
    digits_of,
    foreign_days,
    is_quantity,
    kinds_said,
    rivals_of,
    spans_told,
    told_by,
)
from toolgrad_data.tasks.naming import misnamed, names_of
from toolgrad_data.tasks.refused import as_step
from toolgrad_data.tasks.reward import RewardPart
from toolgrad_data.tasks.trace import Trace, TurnEntry
from toolgrad_data.tasks.unasked import find_unasked

#: Figures, and names, that a message may hold beside those to tell and as many as the record's own.
MORE = 5
#: Those of them that stand nowhere in what was said or found, and follow from nothing that does.
INVENTED = 2


class SpareCall(NamedTuple):
    """A call of a turn that worked and stands for no step of the record."""

    turn: int
    tool: str
    result: Any


class Demand(NamedTuple):
    """A value to tell: one of `options`, as `quote` says it in the record, with figures of these kinds at least.

    `may_be_given`: where the person has said it, it is theirs: a date, or what was inferred. `tool`, `step`, `pointer`:
    of what result it is which part. `days`: where a moment's day, or the day before or after, was said, those days: it
    is enough to tell the time.
    """

    quote: str
    options: tuple[Place, ...]
    kinds: frozenset[str]
    may_be_given: bool
    tool: str = ""
    step: str = ""
    pointer: str = ""
    days: frozenset[tuple[int, int]] = frozenset()


def score_answer(
    golden: Golden, trace: Trace, results: Mapping[str, object], spare: Sequence[SpareCall] = ()
) -> RewardPart:
    """Return the part. `results`: what the calls gave that stand for steps, by step id; `spare`: the other calls.

    Without anything to tell it applies only where a message is no answer, or there is none.
    """
    setting = setting_of(golden.record.context)
    made = Values(golden.record.context, setting)
    asked = told = calls = 0
    problems: list[str] = []
    for number, (read, wanted, known, own) in enumerate(_turns_to_tell(golden, results)):
        demands, repeated = _as_found(wanted, read, results), _as_found(known, read, results)
        asked += len(demands)
        turn = trace.turns[number] if number < len(trace.turns) else TurnEntry()
        for call in turn.calls:
            if call.error is None:
                made.learn_step(as_step(call, calls))
            calls += 1
        said = turn.message or ""
        if not said.strip():
            problems.append(f"turn {number + 1} ends without a word")
            continue
        judged = judge_message(said, [*demands, *repeated], read, made, setting)
        told += sum(index < len(demands) for index in judged.told)
        if turn.is_cut:
            problems.append(f"the message of turn {number + 1} is longer than the limit")
        problems += [f"turn {number + 1}: {problem}" for problem in _excess(judged, own)]
        others = [call for call in spare if call.turn <= number]
        if others and not judged.is_too_much:
            problems += [f"turn {number + 1}: {each}" for each in _hedges(said, read, demands, others, setting)]
    if problems:
        return RewardPart(score=0.0, reason="; ".join(problems[:3]))
    if not asked:
        return RewardPart(reason="the record tells nothing that could be decided")
    return RewardPart(score=told / asked, reason=f"{told} of {asked} values were told where they belong")


def _as_found(demands: Sequence[Demand], read: TurnRead, results: Mapping[str, object]) -> list[Demand]:
    """Return the demands, each also as the call gave it that stands for its step: the same moment in another zone."""
    found = []
    for demand in demands:
        value = resolve(results[demand.step], demand.pointer) if demand.step in results else MISSING
        is_other = value is not MISSING and not equal(value, resolve(read.steps[demand.step].result, demand.pointer))
        options = (*demand.options, replace(demand.options[0], value=value, zones=())) if is_other else demand.options
        found.append(demand._replace(options=options))
    return found


class TurnDemands(NamedTuple):
    """A turn, what is to be told in it, and what its response may tell besides.

    That is what was told or given before, and what nobody asked for.
    """

    read: TurnRead
    demands: list[Demand]
    repeated: list[Demand]


def _turns_to_tell(golden: Golden, results: Mapping[str, object]) -> Sequence[tuple[TurnRead, Any, Any, Any]]:
    """Return what each turn is to tell, and how its own response is judged: found once where results stay."""
    turns = _with_results(golden, results)
    if golden.told and turns is None:
        return golden.told
    setting = setting_of(golden.record.context)
    found = []
    for read, demands, repeated in read_demands(golden, turns):
        own = judge_message(read.turn.response, [*demands, *repeated], read, read.values, setting)
        # What is known grows from turn to turn.
        found.append((read._replace(steps=dict(read.steps)), demands, repeated, own))
    if turns is None:
        golden.told[:] = found
    return found


def read_demands(golden: Golden, turns: Sequence[Turn] | None = None) -> Iterator[TurnDemands]:
    """Yield what is to be told turn by turn; `turns` are the record's, where results are others."""
    record, setting = golden.record, setting_of(golden.record.context)
    before: set[str] = set()
    asked = ""
    read_all = read_turns(turns or record.turns, record.context, golden.specs, record.policy)
    for number, read in enumerate(read_all):
        demands, repeated, new = list[Demand](), list[Demand](), set[str]()
        asked += f"{read.turn.query}\n"
        query = Message.of(asked, setting)
        said = days_of(query)
        found = list(_demands_of(read, golden, setting))
        unasked = find_unasked(found, number, turns or record.turns)
        for index, each in enumerate(found):
            demand = each._replace(days=_days_near(each, said))
            keys = {f"{place.name} {place.value!r}" for place in demand.options}
            is_known = keys <= before or (demand.may_be_given and find_told(demand, query) is not None)
            (repeated if is_known or index in unasked else demands).append(demand)
            new |= keys
        before |= new
        yield TurnDemands(read, demands, repeated)


def _demands_of(read: TurnRead, golden: Golden, setting: Setting) -> Iterator[Demand]:
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
            if source.kind == "given" or (source.kind == "step" and _is_echo(source, read)):
                continue
            for place in _places(source, read, golden):
                if verbatim or _is_decided(tell.quote, place, setting):
                    demand = _demand(tell, (place,), setting)
                    if source.kind == "step":
                        tool = read.steps[source.step].tool
                        demand = demand._replace(tool=tool, step=source.step, pointer=source.pointer)
                    yield demand


def _demand(tell: Tell, options: tuple[Place, ...], setting: Setting) -> Demand:
    kinds = frozenset().union(*(kinds_said(tell.quote, place, setting) for place in options))
    return Demand(tell.quote, options, kinds, may_be_given=tell.inferred or bool(kinds))


def _is_echo(source: StepSource, read: TurnRead) -> bool:
    """Say whether the result only repeats the argument of the same name."""
    step, name = read.steps.get(source.step), leaf_name(source.pointer)
    return (
        step is not None
        and name in step.arguments
        and equal(step.arguments[name], resolve(step.result, source.pointer))
    )


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
    is_too_much: bool = False
    invented: frozenset[str] = frozenset()


def judge_message(
    text: str, demands: Sequence[Demand], read: TurnRead, known: Values, setting: Setting
) -> JudgedMessage:
    """Read a message against what is to be told; `known` are the values that the assistant can have."""
    message = Message.of(text, setting)
    if message.is_too_much:
        nothing: frozenset[str] = frozenset()
        return JudgedMessage(frozenset(), nothing, nothing, nothing, nothing, message.has_data, is_too_much=True)
    told: dict[int, frozenset[int]] = {}
    rivals: set[str] = set()
    figures = ToldFigures(message)
    for index, demand in enumerate(demands):
        found = find_told(demand, message)
        if found is not None:
            told[index] = found
            figures.add(found)
            rivals.update(_rivals(demand, demands, message))
            rivals.update(_denied(demand, found, message))
    rivals.update(misnamed(message, told, {index: names_of(demands[index].options) for index in told}))
    hard, soft = figures.untold(read.free)
    numbers = _numbers_known(read, demands)
    return JudgedMessage(
        frozenset(told),
        frozenset(hard),
        frozenset(soft),
        frozenset(_foreign_names(message, read)),
        frozenset(figures.against(read.free, known, numbers)) | rivals,
        message.has_data,
        invented=frozenset(figures.invented(read.free, known, numbers)),
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
        if (told := told_by(message, place, demand.kinds, digits_of(demand.quote))) is not None:
            return told
    if demand.days and "clock" in demand.kinds and not foreign_days(message, demand.days):
        return find_told(demand._replace(kinds=demand.kinds - {"day"}, days=frozenset()), message)
    return None


def _days_near(demand: Demand, said: Collection[tuple[int, int]]) -> frozenset[tuple[int, int]]:
    """Return the days that may be named beside a moment whose day was said, or that of the day before or after."""
    days = set[tuple[int, int]]()
    for place in demand.options:
        for shift in (-1, 0, 1) if isinstance(place.value, str) else ():
            try:
                day = date.fromisoformat(place.value[:10]) + timedelta(days=shift)
            except (ValueError, OverflowError):
                continue
            days.add((day.month, day.day))
    return frozenset({*days, *said}) if not days.isdisjoint(said) else frozenset()


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


def _denied(demand: Demand, found: frozenset[int], message: Message) -> Iterator[str]:
    """Yield the value's words where a clause of the message denies them, or where they are only asked for."""
    quantities = {(figure.start, figure.end) for figure in (message.figures[i] for i in found) if is_quantity(figure)}
    locale, spans = message.setting.locale, sorted({*_spans(demand, message), *quantities})
    if spans and all(message.is_asked(*span) for span in spans):
        yield f"{message.text[slice(*spans[0])]}?"
    for start, end in spans:
        is_one = any(start <= one and other <= end for one, other in quantities)
        if is_denied(message.text, start, end, is_quantity=is_one, locale=locale):
            yield f"not {message.text[start:end]}"


def _numbers_known(read: TurnRead, demands: Sequence[Demand]) -> list[Decimal]:
    """Return the numbers that may be reckoned with: those to tell, and those that the turn's calls were made with."""
    values = [place.value for demand in demands for place in demand.options]
    values += [value for step in read.turn.steps for _, value in scalars(step.arguments)]
    return [exact(value) for value in values if isinstance(value, int | float) and not isinstance(value, bool)]


def _hedges(
    text: str, read: TurnRead, demands: Sequence[Demand], spare: Sequence[SpareCall], setting: Setting
) -> Iterator[str]:
    """Yield values that the message tells beside a told one, as another call of its tool gave them in its place."""
    message, own = Message.of(text, setting), Message.of(read.turn.response, setting)
    right = [place.value for demand in demands for place in demand.options]
    for demand in demands:
        for call in spare:
            value = resolve(call.result, demand.pointer) if call.tool == demand.tool else MISSING
            if value is MISSING or isinstance(value, dict | list) or any(equal(value, each) for each in right):
                continue
            other = demand._replace(options=(replace(demand.options[0], value=value),), quote="")
            told = find_told(other, message)
            mine = find_told(demand, message) or frozenset()
            if told is not None and (not told or told - mine) and find_told(other, own) is None:
                yield f"{value!r} is what another call of {call.tool} gave"


def _excess(judged: JudgedMessage, own: JudgedMessage) -> Iterator[str]:
    """Yield why the message is no answer."""
    if judged.is_too_much:
        yield "it is longer than anybody would read"
    if judged.has_data and not own.has_data:
        yield "data is printed, which is no answer"
    if new := judged.against - own.against:
        yield f"{', '.join(sorted(new)[:3])} contradicts what was found"
    for what, mine, others, more in (
        ("figures", judged.hard, own.hard, MORE),
        ("figures in words", judged.soft, own.soft, MORE),
        ("names", judged.names, own.names, MORE),
        ("figures from nowhere", judged.invented, own.invented, INVENTED),
    ):
        if len(mine) > len(others) + more:
            yield f"{len(mine)} {what} beside those to tell are no answer; {len(others) + more} at most may stand there"


def _foreign_names(message: Message, read: TurnRead) -> Iterator[str]:
    """Yield names that stand in nothing that was said or found."""
    known = read.turn.query.casefold() + read.turn.response.casefold()
    known += "".join(f"{step.arguments}{step.result}".casefold() for step in read.steps.values())
    return (name for name in message.names() if name.casefold().removesuffix("'s") not in known)


def _with_results(golden: Golden, results: Mapping[str, object]) -> list[Turn] | None:
    """Return the turns with what tools that never answer alike gave now, or None where there are none."""
    steps = {step.id: step for turn in golden.record.turns for step in turn.steps}
    others = {name for name in results if name in steps and golden.rules.get(steps[name].tool) == "shape"}
    if not others:
        return None
    new = {name: steps[name].model_copy(update={"result": results[name]}) for name in others}
    return [
        turn.model_copy(update={"steps": [new.get(step.id, step) for step in turn.steps]})
        for turn in golden.record.turns
    ]
