"""A name beside a code names the code where it names no other one."""

import pytest

from graph.record import RecordContext, Step
from graph.sources import UserSource
from nodes.drafts import read_draft, turn_of
from nodes.marks.called import names_of_code, says_code
from nodes.policies.base import Draft, DraftTurn
from nodes.proofs import grounded
from tests.unit.nodes.proofs.records import example

AIRPORTS = [
    {"airports": [{"iata": "LJU", "city": "Ljubljana", "name": "Ljubljana Jože Pučnik Airport", "km": 24}]},
    {"from": {"iata": "LHR", "city": "London", "name": "London Heathrow Airport"}},
    {"to": [{"iata": "LGW", "city": "London", "name": "London Gatwick Airport", "icao": "EGKK"}]},
]


def test_names_are_offered_where_only_one_code_fits() -> None:
    assert names_of_code("LJU", AIRPORTS) == ["Ljubljana", "Ljubljana Jože Pučnik Airport"]
    assert names_of_code("LHR", AIRPORTS) == ["London Heathrow Airport"]
    for value in ("XXX", "ljubljana", 24, None, True, {"a": 1}):
        assert names_of_code(value, AIRPORTS) == []


@pytest.mark.parametrize(
    ("words", "code", "verdict"),
    [
        ("Ljubljana", "LJU", True),
        ("from Ljubljana airport", "LJU", True),
        ("Heathrow", "LHR", True),
        ("London", "LHR", False),
        ("Gatwick", "LHR", False),
        ("Gatwick", "LGW", True),
        ("Gatwick", "EGKK", True),
        ("there", "LJU", False),
        ("", "LJU", False),
    ],
)
def test_words_name_a_code(words: str, code: str, verdict: bool) -> None:
    assert (says_code(words, code, AIRPORTS, "en") == "said") is verdict


def test_a_marked_city_is_the_source_of_the_code() -> None:
    step = Step(id="s1", tool="place", arguments={"iata": "LJU"}, result=AIRPORTS[0])
    for words, codes in (("Ljubljana", []), ("Maribor", ["quote_does_not_say"])):
        draft = Draft(turns=[DraftTurn(query=f"[Where exactly is [{words}](s1/iata)](s1)?", response="Here.")])
        turn = turn_of(read_draft(draft, None, lambda _: False).turns[0], [step], [["s1"]], RecordContext(), {})
        found = grounded.check(example().model_copy(update={"turns": [turn], "tools": []}))
        assert [each.code for each in found if each.code != "no_spec"] == codes


def test_a_city_that_no_result_calls_so_may_be_meant_by_the_code() -> None:
    step = Step(id="s1", tool="place", arguments={"iata": "LIS"}, result={"runways": 2})
    draft = Draft(
        turns=[DraftTurn(query="[How many runways has [Lisbon](s1/iata)](s1)?", response="It has [two](s1/runways).")]
    )
    turn = turn_of(read_draft(draft, None, lambda _: False).turns[0], [step], [["s1"]], RecordContext(), {})
    found = grounded.check(example().model_copy(update={"turns": [turn], "tools": []}))
    assert [each.code for each in found] == ["no_spec"]
    source = turn.steps[0].sources["/iata"]
    assert isinstance(source, UserSource)
    assert source.paraphrase
