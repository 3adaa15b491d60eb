"""Short names: "that day" is said only where it can mean nothing but the value that the call took."""

import asyncio
import random
import re
from typing import Any

import pytest

from graph.context import Context
from graph.record import Record, Step
from graph.sources import StepSource
from nodes.policies.offline.asks import asks_of, pointers_spoken_of
from nodes.policies.offline.writing.antecedents import Antecedents, kind_of_name
from nodes.policies.offline.writing.marking import plain
from nodes.policies.offline.writing.message import MessageWriter, WrittenAsk, write_answers
from nodes.policies.offline.writing.speech import Speaker
from tests.integration.workflow import sample
from tool_registry.registry import get_registry

RECORDS = 150


class Watched(Antecedents):
    """Writes down what happens, copies with their past."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.events: list[tuple[str, str, str]] = []

    def copy(self) -> "Watched":
        copied = Watched({kind: list(things) for kind, things in self.spoken.items()}, set(self.requested))
        copied.events = list(self.events)
        return copied

    def can_be_called(self, identity: str, again: str) -> bool:
        can = super().can_be_called(identity, again)
        if can:
            self.events.append(("short", identity, again))
        return can

    def named(self, identity: str, again: str, full: str, *taken_for: str) -> str:
        self.events += [("full", identity, name) for name in dict.fromkeys([again, *taken_for])]
        return super().named(identity, again, full, *taken_for)

    def asked(self, things: Any, taken_for: Any = None) -> None:
        for identity, again in things.items():
            names = dict.fromkeys([again, *filter(None, [(taken_for or {}).get(identity)])])
            self.events += [("asked", identity, name) for name in names]
        super().asked(things, taken_for)


def check(events: list[tuple[str, str, str]]) -> int:
    """Check each short name against what was said before it, by a rule of the test's own; return how many."""
    shorts = 0
    for position, (how, identity, again) in enumerate(events):
        if how != "short":
            continue
        shorts += 1
        rivals = [e for e in events[:position] if e[0] != "short" and kind_of_name(e[2]) == kind_of_name(again)]
        assert rivals, f"{again!r} stands for nothing that was said"
        assert rivals[-1][1] == identity, f"{again!r} reads as {rivals[-1][1]}, not {identity}"
        if len({rival[1] for rival in rivals}) > 1:
            assert ("asked", identity) in [rival[:2] for rival in rivals], f"{again!r} could be any of {rivals}"
    return shorts


def test_short_names_of_records_mean_the_value(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[Watched] = []
    make = Speaker.__init__

    def watched(self: Speaker, *args: Any, **more: Any) -> None:
        make(self, *args, **more)
        self.antecedents = Watched()

    write = MessageWriter.write

    def kept(self: Any) -> None:
        write(self)
        written.append(self.speaker.antecedents)

    monkeypatch.setattr(Speaker, "__init__", watched)
    monkeypatch.setattr(MessageWriter, "write", kept)

    async def make_records() -> list[Record]:
        context = Context(tools=["builtin"])
        finals = [await sample(context, seed=11, index=index, target_calls=2 + index % 4) for index in range(RECORDS)]
        return [Record.model_validate(final["record"]) for final in finals if final["status"] == "accepted"]

    records = asyncio.run(make_records())
    assert len(records) > RECORDS * 0.9
    assert sum(check(each.events) for each in written) > RECORDS


def shift(days: int = 28) -> Step:
    return Step(
        id="s1",
        tool="shift_date",
        arguments={"date": "2024-09-22", "days": days},
        result={"later": "2024-10-20", "earlier": "2024-08-25"},
    )


@pytest.fixture
async def specs() -> dict[str, Any]:
    registry = await get_registry(["builtin"])
    return dict(registry.specs)


async def test_a_request_speaks_only_of_the_member_it_asks_for(specs: dict[str, Any]) -> None:
    step, spec = shift(), specs["shift_date"]
    user = Step(
        id="s2",
        tool="weekday_of_date",
        arguments={"date": "2024-10-20"},
        sources={"/date": StepSource(step="s1", pointer="/later")},
        result={"weekday": "Sunday", "week": 42, "day_of_year": 294},
    )
    asks = {pointer: ask for ask in asks_of(step, spec) for pointer in pointers_spoken_of(ask, spec.output_schema)}
    assert set(asks) == {"/later", "/earlier"}
    for pointer, ask in asks.items():
        speaker = Speaker({"s1": step, "s2": user}, specs, random.Random(1))
        speaker.argument(step, ("date",))
        speaker.asked(step, pointers_spoken_of(ask, spec.output_schema))
        spoken = speaker.argument(user, ("date",))
        assert (spoken == "that date") == (pointer == "/later"), spoken


async def test_what_an_answer_tells_besides_has_not_been_asked_for(specs: dict[str, Any]) -> None:
    spec = specs["city_antipode"]
    step = Step(id="s1", tool="city_antipode", arguments={"city": "Osaka"}, result={"city": "Montevideo"})
    silent = [ask for ask in asks_of(step, spec) if "/distance_km" in ask.told and "far" not in ask.template]
    assert silent
    for ask in silent:
        if not re.search(r"distance|km|kilomet", ask.template):
            assert "/distance_km" not in pointers_spoken_of(ask, spec.output_schema)


def test_of_two_of_a_name_neither_has_it() -> None:
    spoken = Antecedents()
    spoken.asked({"start": "that time", "end": "that time"})
    assert not spoken.can_be_called("start", "that time")
    assert not spoken.can_be_called("end", "that time")


def test_a_date_mentioned_since_takes_the_name_away() -> None:
    spoken = Antecedents()
    spoken.asked({"found": "that date"})
    assert spoken.can_be_called("found", "that date")
    spoken.named("other", "that day", "1 March 2025")
    assert not spoken.can_be_called("found", "that date")
    assert not spoken.can_be_called("other", "that day")


def test_a_name_of_its_own_is_kept_among_others() -> None:
    spoken = Antecedents()
    spoken.named("holiday", "that holiday", "the next public holiday in Japan")
    spoken.named("day", "that day", "1 March 2025")
    assert spoken.can_be_called("holiday", "that holiday")


def test_what_could_not_be_said_is_not_remembered() -> None:
    spoken = Antecedents()
    before = spoken.copy()
    spoken.named("day", "that day", "1 March 2025")
    assert before.spoken == {}
    assert not before.can_be_called("day", "that day")


async def test_the_day_of_a_moment_could_be_that_day(specs: dict[str, Any]) -> None:
    weekday = Step(id="s1", tool="weekday_of_date", arguments={"date": "2025-07-25"}, result={"weekday": "Friday"})
    moon = Step(id="s2", tool="moon_at_moment", arguments={"moment": "2025-12-24T14:30:00Z"}, result={})
    speaker = Speaker({"s1": weekday, "s2": moon}, specs, random.Random(1))
    assert plain(speaker.argument(weekday, ("date",))) != "that day"
    assert plain(speaker.argument(weekday, ("date",))) == "that day"
    speaker.argument(moon, ("moment",))
    assert plain(speaker.argument(weekday, ("date",))) != "that day"


async def test_a_day_that_was_asked_for_could_be_that_day(specs: dict[str, Any]) -> None:
    weekday = Step(id="s1", tool="weekday_of_date", arguments={"date": "2025-07-25"}, result={"weekday": "Friday"})
    told = {"name": "Independence Day", "date": "2025-09-16"}
    holiday = Step(id="s2", tool="next_public_holiday", arguments={"country": "MX"}, result=told)
    speaker = Speaker({"s1": weekday, "s2": holiday}, specs, random.Random(1))
    assert plain(speaker.argument(weekday, ("date",))) != "that day"
    assert plain(speaker.argument(weekday, ("date",))) == "that day"
    speaker.asked(holiday, ["/name"])
    assert plain(speaker.argument(weekday, ("date",))) != "that day"


async def test_a_country_has_a_currency(specs: dict[str, Any]) -> None:
    rate = Step(id="s1", tool="convert_currency", arguments={"base": "KRW"}, result={})
    holiday = Step(id="s2", tool="next_public_holiday", arguments={"country": "PY"}, result={})
    speaker = Speaker({"s1": rate, "s2": holiday}, specs, random.Random(1))
    assert plain(speaker.argument(rate, ("base",))) != "that currency"
    assert plain(speaker.argument(rate, ("base",))) == "that currency"
    speaker.argument(holiday, ("country",))
    assert plain(speaker.argument(rate, ("base",))) != "that currency"


async def test_a_point_that_a_response_has_told_is_that_point(specs: dict[str, Any]) -> None:
    """What was called so before is said in full again: the planet rises elsewhere."""
    place = {
        "/latitude": StepSource(step="s1", pointer="/latitude"),
        "/longitude": StepSource(step="s1", pointer="/longitude"),
    }
    here = {"latitude": -63.7333, "longitude": 111.4833}
    steps = [
        Step(
            id="s1",
            tool="city_antipode",
            arguments={"city": "Iqaluit"},
            result={**here, "city": "Hobart", "distance_km": 3244},
        ),
        Step(
            id="s2",
            tool="destination_point",
            arguments={**here, "bearing": 216, "distance_km": 1890},
            result={"latitude": -74.20345, "longitude": 72.34538},
            sources=place,
        ),
        Step(
            id="s3",
            tool="planet_rise_and_set",
            arguments={"planet": "Venus", **here, "date": "2026-08-12"},
            result={"rises": "2026-08-12T20:55:00-04:00", "sets": "2026-08-13T10:05:00-04:00"},
            sources=place,
        ),
    ]
    for seed in range(30):
        rng = random.Random(seed)
        speaker = Speaker({step.id: step for step in steps}, specs, rng, knows_results=True)
        asked = [WrittenAsk(each, asks_of(each, specs[each.tool])[0], "question", "", False) for each in steps[1:]]
        response = plain(write_answers(asked, speaker, rng))
        assert "72.34538" in response
        assert not re.search(r"[Tt]hat (?:point|location|place)", response.partition("72.34538")[2]), response
