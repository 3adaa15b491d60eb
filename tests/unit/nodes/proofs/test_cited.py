"""Each figure of a response in a mark that holds, and each result told."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.marks import ArgumentSource, DerivedTell, GivenSource, Tell
from graph.record import Record, RecordContext, Turn
from graph.sources import StepSource
from nodes.proofs import cited, prove
from tests.unit.nodes.proofs.marked import codes, findings, step, turn
from tests.unit.nodes.proofs.records import example

SUN = step(1, {"sunrise": "06:11", "sunset": "20:02", "date": "2026-05-09"}, {"city": "Bergen", "date": "2026-05-09"})
MONEY = step(2, {"cost": 25.04, "rate": 1.0915, "left": 12, "open": True, "rows": ["TBS", "KUT", "BUS"]})
LIST = step(3, {"added": True, "size": 4}, {"item": "milk", "count": 2}, "add")

HOLDS = [
    "It rises at [06:11](s1/sunrise) and sets at [20:02](s1/sunset). It costs [25.04 euros](s2/cost).",
    "It rises at [6:11 am](s1/sunrise); that is [about 25 euros](s2/cost).",
    "| up | cost |\n|---|---|\n| [06:11](s1/sunrise) | [25.04](s2/cost) |",
    "- up at [06:11](s1/sunrise)\n- [12](s2/left) left",
    "Up from [06:11 to 20:02](s1/sunrise s1/sunset), [12](s2/left) are left",
    "On [Saturday, 9 May 2026](s1/date) the sun is up at [11 past 6](s1/sunrise) for [25.04](s2/cost)",
    "Up at [06:11](s1/sunrise). [It is open](s2/open).",
    "Up at [06:11](s1/sunrise), from [TBS, KUT and BUS](s2/rows)",
    "Up at [06:11](s1/sunrise), from [TBS and 2 more](s2/rows)",
    "Up at [06:11](s1/sunrise), from [three airports](s2/rows)",
    "Up at [06:11](s1/sunrise), [13.04 more](difference s2/cost s2/left)",
    "[All of it](s1), and [the whole](s2).",
    "Up at [06:11](s1/sunrise) in [the rainy city](given s1/city); two of them cost [25.04](s2/cost)",
    "Up at 06:11, for 25.04.",  # inferred
    "Your 3 nights: up at [06:11](s1/sunrise), for [25.04](s2/cost)",  # of the query
]


@pytest.mark.parametrize("response", HOLDS)
def test_honest_marks_hold(response: str) -> None:
    assert findings(turn("[Sun](s1) and [cost](s2) of 3 nights?", response, SUN, MONEY)) == []


DAYS = step(4, {"count": 4}, {"weekday": "Friday", "month": 5})


def test_a_day_that_the_call_was_made_with_may_stand_beside_its_result() -> None:
    assert findings(turn("[How many](s4)?", "There are [four Fridays](s4/count).", DAYS)) == []
    assert codes(turn("[How many](s4)?", "There are [four Mondays](s4/count).", DAYS)) == ["not_said"]
    assert codes(turn("[How many](s4)?", "There are [five Fridays](s4/count).", DAYS)) == ["not_said"]


def test_a_year_that_stands_before_the_mark_or_that_the_call_took_dates_it() -> None:
    context = RecordContext(now="2026-03-01T09:00:00+01:00")
    found = {"date": "2023-12-21"}
    for step_, words in (
        (step(5, found, {"city": "Bergen"}), "The longest day of 2023 was [21 December](s5/date)."),
        (step(5, found, {"year": 2023}), "The longest day was [21 December](s5/date)."),
    ):
        made = turn("[When](s5), in 2023?", words, step_)
        assert cited.check([made], context, {}) == []
        wrong = turn("[When](s5), in 2023?", words.replace("21", "22"), step_)
        assert [each.code for each in cited.check([wrong], context, {})] == ["not_said"]
    other = turn("[When](s5), in 2024?", "In 2024 it was [21 December](s5/date).", step(5, found, {}))
    assert [each.code for each in cited.check([other], context, {})] == ["not_said"]


LIES = [
    ("Up at [06:12](s1/sunrise), [25.04](s2/cost)", "not_said"),
    ("Up at [20:02](s1/sunrise), [25.04](s2/cost)", "not_said"),  # another member's value
    ("Up at [06:11](s1/sunset), [25.04](s2/cost)", "not_said"),
    ("Up at [06:11](s1/sunrise), [25.05](s2/cost)", "not_said"),
    ("Up at [06:11 and 7](s1/sunrise), [25.04](s2/cost)", "not_said"),  # widened
    ("Up at [6:11 pm](s1/sunrise), [25.04](s2/cost)", "not_said"),
    ("On [Sunday, 9 May](s1/date), [25.04](s2/cost)", "not_said"),
    ("Up at [06:11](s1/sunrise), [TBS and KUT](s2/rows)", "not_said"),
    ("Up at [06:11](s1/sunrise), [TBS and 3 more](s2/rows)", "not_said"),
    ("Up at [06:11](s1/sunrise), [four airports](s2/rows)", "not_said"),
    ("Up at [06:11](s1/sunrise), [14.04 more](difference s2/cost s2/left)", "not_said"),
    ("Up at [06:11](s1/sunrise) in [Oslo](given s1/city), [25.04](s2/cost)", "not_said"),
    ("Up at [06:11](s1/sunrise) and [20:02 and 25.04](s1/sunset)", "not_said"),  # several passed off as one
    ("Up at [06:11](s1/sunrise), [25.04](s2/cost), see page 17", "no_mark"),
    ("Up at [06:11](s1/sunrise), [25.04](s2/cost), until 10 May", "no_mark"),
    ("Up at [06:11](s1/sunrise), [25.04](s2/cost), until 21:00", "no_mark"),
    ("Up at [06:11](s1/sunrise)", "untold"),
]


@pytest.mark.parametrize(("response", "code"), LIES)
def test_marks_that_lie_are_found(response: str, code: str) -> None:
    assert code in codes(turn("[Sun](s1) and [cost](s2)?", response, SUN, MONEY))


def test_a_finding_quotes_the_words_and_says_what_the_record_has() -> None:
    [finding] = findings(turn("", "Up at [06:12](s1/sunrise)", SUN))
    assert finding.message == "the response marks '06:12' with s1/sunrise, but '06:12' is not what stands there"
    assert finding.because == 'sunrise is "06:11"'
    assert finding.where == "/turns/0/tells/0"
    assert finding.promise == "cited"


def test_deeds_are_told_of_steps_that_change_something() -> None:
    assert codes(turn("", "[I've added 2 milk](s3), so you have [4](s3/size).", LIST)) == []
    assert codes(turn("", "[I've added 3 milk](s3), so you have [4](s3/size).", LIST)) == ["not_said"]
    read = turn("", "[All of it](s1)", SUN)
    lie = read.model_copy(update={"tells": [Tell(start=0, end=9, quote="All of it", did="s1")]})
    assert codes(lie) == ["no_deed", "untold"]
    assert codes(lie.model_copy(update={"tells": [Tell(start=0, end=9, quote="All of it", did="s7")]})) == [
        "dangling",
        "untold",
    ]


def stored(response: str, *tells: Tell) -> Turn:
    return turn("", response, SUN).model_copy(update={"tells": list(tells)})


def tell(start: int, end: int, quote: str, pointer: str = "/sunrise", step: str = "s1", **more: Any) -> Tell:
    return Tell(start=start, end=end, quote=quote, source=StepSource(step=step, pointer=pointer), **more)


TEXT = "👍 Up at 06:11 é"  # the time at 8 to 13 in code points, 9 to 14 in UTF-16, 11 to 16 in UTF-8

BROKEN = [
    (tell(8, 13, "06:11"), []),
    (tell(9, 14, "06:11"), ["bad_span", "no_mark"]),  # UTF-16
    (tell(11, 16, "06:11"), ["bad_span", "no_mark"]),  # bytes
    (tell(8, 12, "06:1"), ["bad_span", "no_mark"]),  # cuts a number
    (tell(8, 99, "06:11"), ["bad_span"]),  # out of the text
    (tell(13, 8, "06:11"), ["bad_span", "no_mark"]),
    (tell(8, 8, ""), ["bad_span", "no_mark"]),
    (tell(8, 13, "06:11", "/nothing"), ["dangling"]),
    (tell(8, 13, "06:11", step="s2"), ["dangling", "untold"]),  # a later step
    (tell(8, 13, "06:11", "sunrise"), ["dangling"]),
    (Tell(start=8, end=13, quote="06:11"), ["no_source", "untold"]),
    (Tell(start=8, end=13, quote="06:11", source=DerivedTell(op="guess", of=[])), ["dangling", "untold"]),
    (
        Tell(start=8, end=13, quote="06:11", source=GivenSource(of=ArgumentSource(step="s1", pointer="/x"))),
        ["dangling", "untold"],
    ),
    (tell(8, 13, "06:11", "/sunset", inferred=True), ["not_said"]),
]


@pytest.mark.parametrize(("mark", "expected"), BROKEN)
def test_marks_of_foreign_files_are_checked(mark: Tell, expected: list[str]) -> None:
    assert codes(stored(TEXT, mark)) == expected


def test_what_a_mark_leaves_open_tells_nothing() -> None:
    other = StepSource(step="s2", pointer="/cost")
    up = turn("", "Up at [06:11](s1/sunrise)", SUN, MONEY)
    [mark] = up.tells or []
    for more in ({"either": [other]}, {"did": "s2"}):
        assert "untold" in codes(up.model_copy(update={"tells": [mark.model_copy(update=more)]}))


def test_a_member_may_be_called_by_a_month() -> None:
    by_month = step(1, {"history": {"2023-05": {"rent": 1392}, "2023-06": {"rent": 1401}}})
    assert codes(turn("", "In [2023-05](s1/history/2023-05) it was [1,392](s1/history/2023-05/rent).", by_month)) == []
    wrong = "In [2023-06](s1/history/2023-05) it was [1,392](s1/history/2023-05/rent)."
    assert codes(turn("", wrong, by_month)) == ["not_said"]


def test_a_deed_beside_a_value_is_checked_too() -> None:
    up = turn("", "Up at [06:11](s1/sunrise)", SUN)
    [mark] = up.tells or []
    assert codes(up.model_copy(update={"tells": [mark.model_copy(update={"did": "s1"})]})) == ["no_deed"]


def test_marks_across_each_other_are_each_checked() -> None:
    across = [tell(0, 13, "Up 06:11 long"), tell(3, 8, "06:11", "/sunset")]
    assert codes(stored("Up 06:11 long", *across)) == ["not_said"]


def test_a_truncated_part_holds_nothing() -> None:
    cut = step(1, {"rows": [1250, 1300, "… 98 more"]}).model_copy(update={"truncated": True})
    assert codes(turn("", "[1,250](s1/rows/0)", cut)) == []
    assert codes(
        turn("", "[1,250](s1/rows/0)", cut).model_copy(update={"tells": [tell(0, 5, "1,250", "/rows/57")]})
    ) == ["dangling"]


def test_a_result_that_holds_the_syntax_is_text() -> None:
    held = step(1, {"text": "see [x](s1/y)"})
    assert codes(turn("", "It says: [see \\[x\\](s1/y)](s1/text)", held)) == []


@pytest.mark.parametrize("left", ["[x](s1/y)", "[06:11](s1/sunrise)", "[it](s1)", "[2](count s1/rows s2)"])
def test_a_mark_that_is_left_in_the_words_is_found(left: str) -> None:
    plain = stored("Up at 06:11", tell(6, 11, "06:11"))
    found = findings(plain.model_copy(update={"response": f"Up at 06:11, {left}"}))
    assert ("mark_in_words", "/turns/0/response") in {(finding.code, finding.where) for finding in found}
    for holder in (step(1, {"open": True, "text": f"see {left}"}), step(1, {"open": True}, {"text": left})):
        told = turn("", "[Open](s1)", holder).model_copy(update={"response": f"Open, {left}"})
        assert "mark_in_words" not in codes(told)


def test_a_link_to_a_page_is_text() -> None:
    assert codes(turn("", "Up at [06:11](s1/sunrise), see [here](https://example.org/s1/x).", SUN)) == []


def test_turns_know_earlier_ones() -> None:
    first = turn("[Sun](s1)?", "Up at [06:11](s1/sunrise)", SUN)
    second = turn(
        "[And cost](s2)?", "[25.04](s2/cost); as I said, up at [06:11](s1/sunrise), 06:11.", MONEY, before=[first]
    )
    assert codes(first, second) == []
    early = first.model_copy(update={"tells": [*(first.tells or []), tell(0, 2, "Up", "/cost", "s2")]})
    assert codes(early, second) == ["dangling"]


def test_without_stored_marks_figures_are_screened() -> None:
    plain = turn("", "Up at [06:11](s1/sunrise)", SUN).model_copy(update={"tells": None})
    assert findings(plain) == []
    wrong = plain.model_copy(update={"response": "Up at 06:12"})
    assert [(finding.promise, finding.code) for finding in findings(wrong)] == [
        ("faithful", "untraced_figure"),
        ("faithful", "untold"),
    ]
    same = plain.model_copy(update={"response": "Up from 06:11 to 06:11"})
    assert codes(same) == ["untraced_figure"]
    assert codes(plain.model_copy(update={"response": "Up at 06:11. 06:11 is early."})) == []


@pytest.mark.parametrize(
    ("locale", "response"),
    [
        ("de", "Das macht [25,04 €](s2/cost)."),
        ("fr", "Il reste [12 places](s2/left)."),
        ("es", "Son [25,04 €](s2/cost)."),
    ],
)
def test_other_locales_are_read(locale: str, response: str) -> None:
    context = RecordContext(locale=locale)
    assert codes(turn("", response, MONEY, context=context), context=context) == []
    wrong = response.replace("25,04", "25,05").replace("12", "13")
    assert codes(turn("", wrong, MONEY, context=context), context=context) == ["not_said"]


marks = st.builds(
    Tell,
    start=st.integers(0, 20),
    end=st.integers(0, 20),
    quote=st.text(max_size=5) | st.just("06:11"),
    source=st.none()
    | st.builds(StepSource, step=st.sampled_from(["s1", "s2"]), pointer=st.text("/*~0sunrise", max_size=8)),
    did=st.none() | st.sampled_from(["s1", "s9"]),
    inferred=st.booleans(),
)


@given(st.text(max_size=20) | st.just(TEXT), st.lists(marks, max_size=4))
def test_any_marks_are_checked(response: str, tells: list[Tell]) -> None:
    found = findings(stored(response, *tells))
    places = {f"/turns/0/tells/{index}" for index in range(len(tells))}
    assert {finding.where for finding in found if "/tells/" in finding.where} <= places


def test_a_date_of_the_query_is_none_of_another_moment() -> None:
    moved = step(1, {"until": "2026-05-09T18:00:00Z"})
    query = "[Until when](s1) is it open on 9 May, and not on 10 May?"
    assert codes(turn(query, "It is open [until 18:00 on 9 May](s1/until).", moved)) == []
    assert codes(turn(query, "It is open [until 18:00 on 10 May](s1/until).", moved)) == ["not_said"]


def test_version_2_has_marks_and_version_1_need_not() -> None:
    record = example()
    assert (record.schema_version, prove(record).cited, prove(record).findings) == (1, None, [])
    of_2 = Record.model_validate({**record.model_dump(mode="json"), "schema_version": 2})
    proved = prove(of_2)
    assert (proved.cited, proved.faithful) == (False, False)
    found = [(each.promise, each.code, each.where) for each in proved.findings]
    assert found == [("cited", "no_marks", "/turns/0/tells"), ("faithful", "no_marks", "/turns/0/asks")]
