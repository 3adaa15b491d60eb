"""What the writer is told: values with their references, what is found out, and never one thing as both."""

import json
from typing import Any

import pytest

from graph.record import RecordContext, Step
from graph.sources import StepSource
from nodes.marks.infer import setting_of
from nodes.marks.parse import parse
from nodes.policies.base import SynthesizeRequest
from nodes.policies.model import writing
from nodes.policies.model.results_text import results_text
from nodes.policies.model.sections import setting
from tests.unit.nodes.policies.model.conftest import view_members
from tool_registry.spec import Annotations, ToolSpec

DATE = {"type": "string", "format": "date"}
ZONE = {"type": "string", "title": "time zone"}


def tool(name: str, **properties: Any) -> ToolSpec:
    return ToolSpec(
        name=name,
        description=f"Do {name}.",
        parameters={"type": "object", "properties": properties},
        source="python",
    )


def step(name: str, arguments: dict[str, Any], result: Any, tool: str = "look", **sources: StepSource) -> Step:
    given = {f"/{name}": source for name, source in sources.items()}
    return Step(id=name, tool=tool, arguments=arguments, sources=given, result=result)


def request(*steps: Step, tools: list[ToolSpec] | None = None, **changes: Any) -> SynthesizeRequest:
    members = view_members(steps=list(steps), chains=[[each.id for each in steps]])
    members["tools"] = {spec.name: spec for spec in tools or []}
    return SynthesizeRequest(**{**members, **changes})


def test_a_value_is_shown_as_a_mark_that_can_be_used() -> None:
    asked = request(step("s1", {"day": "2026-05-09"}, {}), tools=[tool("look", day=DATE)])
    [line] = writing.must_say(asked, writing.said_values(asked)).splitlines()
    [mark] = parse(line.removeprefix("- ")).marks
    assert [str(each) for each in mark.references] == ["s1/day"]
    assert "[9 May 2026](s1/day) or “May 9, 2026”" in line


def test_one_value_of_several_arguments_is_one_line() -> None:
    days = request(step("s1", {"day": "2026-05-09"}, {}), step("s2", {"after": "2026-05-09"}, {}))
    assert "(s1/day s2/after)" in writing.must_say(days, writing.said_values(days))
    assert len(writing.must_say(days, writing.said_values(days)).splitlines()) == 1


def test_two_numbers_that_are_alike_by_chance_are_two_lines() -> None:
    alike = request(step("s1", {"nights": 3, "guests": 3}, {}))
    assert len(writing.must_say(alike, writing.said_values(alike)).splitlines()) == 2


def test_what_a_list_has_twice_is_two_lines() -> None:
    stars = request(step("s1", {"stars": [5, 4, 5]}, {}))
    lines = writing.must_say(stars, writing.said_values(stars)).splitlines()
    assert [line.partition("](")[2].partition(")")[0] for line in lines] == ["s1/stars/0", "s1/stars/1", "s1/stars/2"]
    ballots = request(step("s1", {"ballots": [["a", "b"], ["b", "a"]]}, {}), step("s2", {"names": ["a", "b"]}, {}))
    lines = writing.must_say(ballots, writing.said_values(ballots)).splitlines()
    assert [line.partition("](")[2].partition(")")[0] for line in lines] == [
        "s1/ballots/0/0 s2/names/0",
        "s1/ballots/0/1 s2/names/1",
        "s1/ballots/1/0",
        "s1/ballots/1/1",
    ]


def test_today_is_said_as_today() -> None:
    context = RecordContext(now="2026-05-09T10:00:00+02:00", timezone="Europe/Vienna")
    asked = request(step("s1", {"day": "2026-05-09"}, {}), tools=[tool("look", day=DATE)], context=context)
    assert "[today](s1/day) or “9 May 2026”" in writing.must_say(asked, writing.said_values(asked))


def test_a_default_the_context_and_what_a_step_gives_need_not_be_said() -> None:
    look = tool("look", tip={"type": "number", "default": 0}, zone=ZONE, city={"type": "string"}, lat={})
    lat = StepSource(step="s1", pointer="/lat")
    first = step("s1", {"city": "Bergen"}, {"lat": 60.39})
    second = step("s2", {"tip": 0, "zone": "Europe/Oslo", "lat": 60.39}, {}, lat=lat)
    asked = request(first, second, tools=[look], context=RecordContext(timezone="Europe/Oslo"))
    assert writing.must_say(asked, writing.said_values(asked)) == "- city: [Bergen](s1/city)"


def test_brackets_in_a_value_stay_readable_as_marks() -> None:
    asked = request(step("s1", {"title": "[Urgent] printer"}, {}))
    line = writing.must_say(asked, writing.said_values(asked))
    [mark] = parse(line).marks
    assert parse(line).text[mark.start : mark.end] == "[Urgent] printer"


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("2026-05-09", "2026-05-09"),
        ("2026-05-09", "9 May 2026"),
        ("Europe/Ljubljana", "Ljubljana"),
        ("rear_left", "rear left"),
        ("CZ", "Czechia"),
        ("EUR", "euros"),
        (1500, "1,500"),
        (1500, 1500.0),
    ],
)
def test_nothing_is_both_to_be_said_and_to_be_found_out(value: Any, found: Any) -> None:
    asked = request(step("s1", {"value": value}, {"found": found, "other": "Maribor"}))
    assert writing.said_values(asked)
    hidden = writing.must_hide(asked, writing.said_values(asked)).partition(" – ")[0].split(", ")
    assert hidden == ["Maribor"]


def test_results_are_shown_value_by_value_with_references() -> None:
    few = step("s1", {}, {"sunrise": "06:11", "by zone": {"a/b": 1}, "open": [], "MA(5)": 2.5})
    assert results_text([few]) == 's1/sunrise="06:11" s1/by zone/a~1b=1 s1/open=[] s1/MA(5)=2.5'
    assert results_text([step("s1", {}, 42)]) == "s1=42"


def test_rows_of_a_list_share_the_beginning_of_their_references() -> None:
    rows = [{"iata": f"A{number:02}", "km": number * 1.5} for number in range(9)]
    assert results_text([step("s1", {}, {"count": 9, "airports": rows})]).splitlines()[:3] == [
        "s1/count=9",
        's1/airports/0: iata="A00" km=0.0',
        's1/airports/1: iata="A01" km=1.5',
    ]


def test_of_a_long_list_the_first_items_have_references_and_the_others_are_counted() -> None:
    text = results_text([step("s1", {}, {"rows": [{"n": number, "m": "x" * 20} for number in range(400)]})])
    assert 's1/rows/0: n=0 m="' in text
    assert "s1/rows…+" in text
    assert len(text) <= 1_500
    assert results_text([step("s1", {}, "x" * 90_000)]).startswith('s1="xxx')


def test_the_language_to_write_in_is_told() -> None:
    assert writing.style(request(step("s1", {}, 1), context=RecordContext(locale="de-AT"))).startswith("in German; ")


def test_a_language_of_its_own_goes_before_the_locales() -> None:
    asked = request(step("s1", {}, 1), context=RecordContext(locale="en-AT", language="German"))
    assert writing.style(asked).startswith("in German; ")
    assert "language: German (locale en-AT)" in setting(asked.context)
    assert setting_of(asked.context).locale == "de_AT"


def test_ends_are_what_no_step_uses() -> None:
    lat = StepSource(step="s1", pointer="/lat")
    asked = request(step("s1", {}, {"lat": 1}), step("s2", {"lat": 1}, {}, tool="sun", lat=lat))
    assert writing.ends(asked) == "s2 (sun)"


def test_a_deed_is_asked_for_though_its_result_is_used() -> None:
    booking = StepSource(step="s1", pointer="/booking_id")
    steps = step("s1", {}, {"booking_id": "B7"}, tool="book"), step("s2", {"id": "B7"}, {}, tool="pay", id=booking)
    book = tool("book").model_copy(update={"annotations": Annotations(read_only=False)})
    assert writing.ends(request(*steps, tools=[book, tool("pay")])) == "s1 (book), s2 (pay)"
    unknown = request(*steps, tools=[tool("book"), tool("pay")])
    assert writing.ends(unknown) == "s2 (pay)", "what may be a read is no deed"


LETTER = "Dear new colleagues,\nwe are glad to have you with us, and breakfast is in the garden room. " * 12


def test_a_text_to_read_is_whole_where_there_is_room_also_beside_others() -> None:
    rows = [{"n": number, "m": f"name {number}"} for number in range(60)]
    text = results_text([step("s1", {}, {"rows": rows, "letter": LETTER}), step("s2", {}, {"ok": True})])
    assert f"s1/letter={json.dumps(LETTER)}" in text
    assert "s1/rows/29: n=29" in text
    assert text.endswith("s2/ok=true")


def test_of_a_text_that_is_cut_the_rest_is_counted() -> None:
    texts = [step(f"s{number}", {}, {"letter": LETTER * 20}) for number in range(1, 11)]
    text = results_text(texts)
    assert text.count("more)") == 10
    assert len(text) <= 16_000


def test_what_is_to_be_said_or_found_out_stays_on_one_line_each() -> None:
    described = {"type": "string", "description": "The place to\nlook in. [Enum]: Rivermist, Stonebrook,\nMapleton"}
    steps = step(
        "s1", {"note": "Buy milk\nand bread", "place": "Rivermist"}, {"lines": "- Tomato\n+ Leek", "at": "a, b"}
    )
    asked = request(steps, tools=[tool("look", note={"type": "string"}, place=described)])
    assert writing.must_say(asked, writing.said_values(asked)).splitlines() == [
        '- note: "Buy milk\\nand bread", in your words, linked (s1/note)',
        "- place (The place to look in): [Rivermist](s1/place)",
    ]
    assert writing.must_hide(asked, writing.said_values(asked)).partition(" – ")[0] == '"- Tomato\\n+ Leek", "a, b"'


def test_what_is_around_a_person_may_be_said_by_its_name() -> None:
    files = step("s1", {}, {"files": ["menu.txt", "T-1003", "drafts"]}, tool="ls")
    first, second = (StepSource(step="s1", pointer=f"/files/{n}") for n in range(2))
    used = step("s2", {"file": "menu.txt", "ticket": "T-1003"}, {"lines": 7}, file=first, ticket=second)
    asked = request(files, used)
    assert (
        writing.must_say(asked, writing.said_values(asked))
        == "- file: [menu.txt](s2/file), only if the person knows it by name"
    )
    assert writing.must_hide(asked, writing.said_values(asked)).partition(" – ")[0] == "T-1003, drafts"
    looked_up = request(step("s1", {"country": "LK"}, {"files": ["menu.txt"]}), used)
    assert "menu.txt" not in writing.must_say(looked_up, writing.said_values(looked_up)), (
        "what a question found is no surrounding"
    )


def test_a_moment_is_offered_without_its_offset_and_a_language_by_its_name() -> None:
    moment = {"type": "string", "format": "date-time"}
    language = {"type": "string", "description": "Language to write in."}
    asked = request(
        step("s1", {"departure": "2026-09-04T17:25:00+02:00", "language": "kk", "unit": "mi"}, {}),
        tools=[tool("look", departure=moment, language=language, unit={"type": "string"})],
    )
    assert writing.must_say(asked, writing.said_values(asked)).splitlines() == [
        "- departure: [4 September 2026 at 5:25 pm](s1/departure) or “September 4, 2026 at 5:25 pm” or "
        "“4 September 2026 at 5:25 pm UTC+02:00”",
        "- language (Language to write in): [Kazakh](s1/language) or “kk”",
        "- unit: [mi](s1/unit)",
    ]
