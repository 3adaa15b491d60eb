from typing import Any

import pytest

from graph.record import Finding, Record, RecordContext, Turn
from nodes.proofs.schemas import specs_of
from nodes.screens import natural
from nodes.screens.kinds import Dialogue
from tests.unit.nodes.proofs.records import example, gave, one_call


def check(record: Record) -> list[Finding]:
    return natural.check(Dialogue(record.turns, record.context, specs_of(record), record.offered))


def codes(query: str, said: dict[str, Any] | None = None, result: Any = "done", **keywords: Any) -> set[str]:
    """Return the codes for a query in which the user says the arguments, each by a quote."""
    said = said or {}
    arguments = {f"a{index}": value for index, value in enumerate(said.values())}
    sources = {f"/a{index}": {"kind": "user", "quote": quote} for index, quote in enumerate(said)}
    record = one_call(query, arguments, sources, keywords.pop("properties", {}), result=result, **keywords)
    return {finding.code for finding in check(record)}


@pytest.mark.parametrize(
    "query",
    [
        "What is the weather in Tokyo on 1 March 2026, e.g. at 2:30 p.m.?",
        "I weigh 72.5 kg and run 10 km/h; is that okay for a 5-km race and/or hiking?",
        "Does McDonald's sell iPhone covers on eBay, in the U.S. or the U.K.?",
        "Is the time zone or category of example.com known? (Just curious!)",
        "Please tell me the name and the date.",
        "Which hotel(s) are open?",
        "Mail it to jane.doe@example.org",
        "I use power tools at work; what is 20 °C in Fahrenheit?",
        "How much iron is in iron(III) oxide?",
        "What are {1, 2, 3} and [4, 5] in sum?",
        "[Urgent] Is node.js on macOS slower? It took sin(30) and f(t) = t^2 to find out, at 120 mmHg.",
        "Which issues of vercel/next.js and of docs/setup.md are open?",
        "I work as an assistant. How many API calls did we make, and does my API key still work?",
        "Does anyone use the API key, or call the weather office?",
        "Use search-flights, please, or the weather tool.",
    ],
)
def test_everyday_queries_are_natural(query: str) -> None:
    assert codes(query) == set()


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("Run probe_call for me", "tool_name"),
        ("Try Probe_Call for me", "tool_name"),
        ("Ask getFlights please", "tool_name"),
        ("Ask math.factorial please", "tool_name"),
        ("What did x give?", "step_id"),
        ("What is the time_zone there?", "identifier"),
        ("What is _private there?", "identifier"),
        ("What is the timeZone there?", "identifier"),
        ("Look at items[0] for me", "identifier"),
        ("What does refresh() give?", "identifier"),
        ("Weather in {city}?", "placeholder"),
        ("Weather in {{ city }}?", "placeholder"),
        ("Weather in [city]?", "placeholder"),
        ("Weather in <city>?", "placeholder"),
        ("Weather in ____?", "placeholder"),
        ("", "no_query"),
        (" ?!", "no_query"),
    ],
)
def test_what_no_person_would_write(query: str, code: str) -> None:
    offered = ["search-flights", "getFlights", "math.factorial", "weather"]
    assert code in codes(query, offered=offered, result={"user": {"address": 1}, "items": [{"name": 2}]})


EVERYDAY = "weather search translate distance calculate webinar check-in Discount e-mail license user".split()


@pytest.mark.parametrize("name", EVERYDAY)
@pytest.mark.parametrize(
    "query", ["What is the {} in Bergen?", "{} good morning.", "Please {} this for me", "Which {} is open?"]
)
def test_an_ordinary_word_may_be_said_whatever_is_called_so(name: str, query: str) -> None:
    said = query.format(name.lower() if query.index("{") else name)
    assert codes(said, offered=EVERYDAY, result={"object": name, "list": [name.title()]}) == set()


@pytest.mark.parametrize("name", ["YouTube", "sha256", "PubMed", "base64"])
def test_a_name_that_the_descriptions_say_in_prose_is_of_the_field(name: str) -> None:
    record = one_call(f"Look it up with {name}, please", {}, {}, {}, offered=[name])
    assert [finding.code for finding in check(record)] == ["tool_name"]
    described = record.tools[0].model_copy(update={"description": f"Everything about {name}."})
    assert check(record.model_copy(update={"tools": [described]})) == []


def test_a_tool_name_inside_a_word_is_none() -> None:
    assert codes("I am searching for a sunflower", offered=["search", "sun"]) == set()


@pytest.mark.parametrize(
    ("query", "quote", "value"),
    [
        ("Look up the user john_doe", "john_doe", "john_doe"),
        ("What does getWeather mean?", "getWeather", "getWeather"),
    ],
)
def test_what_the_user_says_as_a_value_is_the_users_own(query: str, quote: str, value: str) -> None:
    assert codes(query, {quote: value}) == set()
    assert codes(query) != set()


def test_the_identifier_of_an_enum_member_is_the_tools() -> None:
    properties = {"a0": {"enum": ["round_trip"]}}
    assert codes("A round_trip please", {"round_trip": "round_trip"}, properties=properties) == {"identifier"}
    assert codes("A round trip please", {"round trip": "round_trip"}, properties=properties) == set()


@pytest.mark.parametrize(
    ("query", "result"),
    [
        ("Is it in Tokyo Haneda?", {"name": "Tokyo Haneda"}),
        ("Is it in Tokyo  haneda?", ["Tokyo Haneda"]),
        ("Is that Ada's?", {"owner": "Ada's"}),
        ("Is it order ORD-1042?", {"order": "ORD-1042"}),
        ("Is it ada@example.org?", {"mail": "ada@example.org"}),
        ("Is it example.org?", {"site": "example.org"}),
        ("Is it at 35.55?", {"deep": [{"lat": 35.55}]}),
        ("Is it 1,234 metres?", 1234),
        ("Is it on March 1, 2026?", {"date": "2026-03-01"}),
        ("Is it at 6:11 am?", {"sunrise": "06:11"}),
    ],
)
def test_what_only_a_result_knows_is_a_leak(query: str, result: Any) -> None:
    assert codes(query, result=result) == {"leak"}


@pytest.mark.parametrize(
    ("query", "said", "result"),
    [
        ("Is it in Tokyo?", {"Tokyo": "Tokyo"}, {"name": "Tokyo"}),
        ("Is it in Tokyo? I like Tokyo.", {"Tokyo": "Tokyo"}, {"name": "Tokyo"}),
        ("Is it in Tokyo Haneda? Tokyo!", {"Tokyo Haneda": "HND"}, {"city": "Tokyo"}),
        ("Is it on 1 March 2026?", {"1 March 2026": "2026-03-01"}, {"date": "2026-03-01"}),
        ("For 1,500 euros", {"1,500": 1500}, {"amount": 1500}),
        ("For fifteen hundred, yes 1500", {"fifteen hundred": 1500}, {"amount": 1500}),
        ("Is it for all of us?", {}, ["all", "us", "for"]),
        ("Is that really true?", {}, [True, None]),
        ("Is it Tokyoite?", {}, ["Tokyo"]),
        ("Which tasks are in progress, and which issues are open?", {}, ["In Progress", "open", "Open"]),
        ("Open the door! Pending: what is that?", {}, ["Open", "Pending"]),
        ("Is it a Sunday in March?", {}, {"day": "Sunday", "month": "March"}),
        ("Show me invoice 1042", {"1042": 1042}, {"title": "invoice 1042"}),
    ],
)
def test_what_the_user_knows_is_no_leak(query: str, said: dict[str, Any], result: Any) -> None:
    assert codes(query, said, result=result) == set()


def test_what_a_later_step_takes_is_hidden_however_it_is_spelt() -> None:
    query = "Is it warm in tokyo haneda, when they are open?"
    found = gave({"name": "Tokyo Haneda", "state": "open"})
    taken = {"a0": "Tokyo Haneda", "a1": "open"}
    sources = {f"/a{n}": {"kind": "step", "step": "e", "pointer": at} for n, at in enumerate(("/name", "/state"))}
    record = one_call(query, taken, sources, {}, earlier=[found])
    assert ["tokyo haneda" in finding.message for finding in check(record)] == [True]
    alone = one_call(query, {}, {}, {}, earlier=[found])
    assert check(alone) == []


def test_what_the_context_tells_is_known() -> None:
    context = RecordContext.model_validate({"now": "2026-03-01T09:00:00Z", "user": {"name": "Ada Byron"}})
    query = "What have I, Ada Byron, on 1 March 2026?"
    result = {"owner": "Ada Byron", "date": "2026-03-01"}
    assert codes(query, result=result) == {"leak"}
    assert codes(query, result=result, context=context) == set()


def test_the_quote_of_a_flag_covers_no_leak() -> None:
    properties = {"a0": {"title": "holidays"}}
    query = "With holidays such as Obon Festival"
    said = {"With holidays such as Obon Festival": True}
    assert codes(query, said, result=["Obon Festival"], properties=properties) == {"leak"}


def test_what_an_earlier_turn_told_may_be_said_in_a_later_one() -> None:
    record = example()
    second = Turn(query="Is Tokyo Haneda far?", steps=[gave("Tokyo Haneda", "s3")], chains=[["s3"]], response="No.")
    dialogue = record.model_copy(update={"turns": [*record.turns, second]})
    assert check(dialogue) == []
    alone = record.model_copy(update={"turns": [second]})
    assert [finding.code for finding in check(alone)] == ["leak"]


def test_the_example_of_the_design_is_natural() -> None:
    record: Record = example()
    assert check(record) == []
    leaking = record.turns[0].model_copy(update={"query": record.turns[0].query + " It is 06:11, right?"})
    (finding,) = check(record.model_copy(update={"turns": [leaking]}))
    assert (finding.promise, finding.code, finding.where) == ("natural", "leak", "/turns/0/query")
