"""Asks and answers made from nothing but a description and a schema."""

import random
import re
from typing import Any

import pytest

from graph.record import Step
from graph.sources import StepSource
from nodes.policies.offline.writing.describing import plain_answer, plain_ask
from nodes.policies.offline.writing.marking import plain
from nodes.policies.offline.writing.naming import outcome_noun, parts_of
from nodes.policies.offline.writing.speech import Speaker
from nodes.policies.offline.writing.telling import quoted
from tool_registry.spec import ToolSpec


def spec(
    description: str, parameters: dict[str, Any], output: dict[str, Any] | None = None, name: str = "t"
) -> ToolSpec:
    schema = {"type": "object", "properties": parameters, "required": list(parameters)}
    return ToolSpec(name=name, description=description, parameters=schema, output_schema=output, source="python")


def said(tool: ToolSpec, arguments: dict[str, Any], result: Any = None) -> list[str]:
    """The ask's form, its words and the answer, all spelled as in a response: nothing is left to chance."""
    step = Step(id="s1", tool=tool.name, arguments=arguments, sources={}, result=result)
    speaker = Speaker({"s1": step}, {tool.name: tool}, random.Random(1), knows_results=True)
    return [plain(words) for words in (*plain_ask(step, tool, speaker), plain_answer(step, tool, speaker))]


NUMBER, INTEGER, STRING = ({"type": kind} for kind in ("number", "integer", "string"))


@pytest.mark.parametrize(
    ("description", "arguments", "ask"),
    [
        ("Get the current weather in a given city.", {"city": "Lisbon"}, "the current weather in Lisbon"),
        ("Greatest common divisor of two integers", {"a": 3, "b": 4}, "the greatest common divisor of 3 and 4"),
        ("Return how to choose k items from n items.", {"n": 9, "k": 1}, "how to choose 1 item from 9 items"),
        ("Distance to the point (x, y).", {"x": 3, "y": 4.5}, "the distance to the point (3, 4.5)"),
        ("Euclidean distance to a point.", {"x": 3, "y": 4.5}, "the Euclidean distance to a point for 3 and 4.5"),
        ("Compute a checksum of data.", {"data": "river stone"}, 'the checksum of "river stone"'),
        ("Return the mean of data.", {"data": [3, 4.5, 7]}, "the mean of 3, 4.5 and 7"),
        ("Days after a start date.", {"start": "2026-03-01"}, "the days after 1 March 2026"),
        ("The date a number of days after a day.", {"days": 5}, "the date 5 days after a day"),
        ("Returns whether a string is a palindrome.", {"s": "level up"}, 'whether "level up" is a palindrome'),
        ("Check if the number is prime", {"n": 97}, "whether 97 is prime"),
        ("Look up the name of a letter.", {"letter": "K"}, "the name of K"),
        ("", {"city": "Lisbon"}, "the result with Lisbon as the city"),
        ("What a country is called.", {"country_code": "JP"}, "what the country JP is called"),
        ("About a river.", {"river": "Tagus"}, "what there is to know about Tagus"),
        ("Retrieve metadata about a file or directory.", {"path": "/srv/a.md"}, 'the metadata about "/srv/a.md"'),
        (
            "Shows the contents of a commit, or of a file given as <rev>:<path>",
            {"revision": "v1"},
            "the contents of v1",
        ),
        ("Show the changes of a file.", {"context_lines": 3}, "the changes of a file with 3 context lines"),
        ("Show the changes of a file.", {"context_lines": 1}, "the changes of a file with 1 context line"),
    ],
)
def test_what_a_tool_tells_is_asked_for(description, arguments, ask):
    assert said(spec(description, {name: {} for name in arguments}), arguments)[:2] == ["clause", ask]


@pytest.mark.parametrize(
    ("description", "arguments", "ask"),
    [
        ("Multiply two numbers.", {"a": 3, "b": 4}, "multiply 3 and 4"),
        ("Multiplies a and b.", {"a": 3, "b": 4}, "multiply 3 and 4"),
        ("Recursively search for files matching a pattern.", {"pattern": "*.md"}, 'search for files matching "*.md"'),
        ("Add two integers together.", {"first_int": 3, "second_int": 4}, "add 3 and 4 together"),
        ("Encode a text (UTF-8, if need be) with `base64`.", {"text": "a stone"}, 'encode "a stone" with base64'),
        ("Cut the given text to a width.", {"text": "a stone", "width": 5}, 'cut "a stone" to a width of 5'),
        ("Cut the given text to the given width.", {"text": "a stone"}, 'cut "a stone" to the usual width'),
        ("Search all for the query.", {"query": "a stone", "limit": 5}, 'search all for "a stone" with a limit of 5'),
        ("A tool that converts a colour.", {"red": 1, "green": 2}, "convert a colour with red 1 and green 2"),
        ("Use this tool to ping a host.", {"host": "Athena"}, "ping Athena"),
        ("Echoes back the input", {"message": "a stone"}, 'echo back "a stone"'),
        ("Applies a filter to an image.", {"image": "a.png"}, 'apply a filter to "a.png"'),
        ("Delete multiple readers", {"reader_ids": [1, 2]}, "delete multiple readers with the reader ids 1 and 2"),
        ("Demonstrates how a mark is set.", {"mark": "A-1"}, "demonstrate how A-1 is set"),
        ("Updates a reader.", {"reader_id": 3, "city": "Oslo"}, "update the reader 3 with Oslo as the city"),
        ("Searches readers by name.", {"name": "Ida Olsen"}, "search readers with the name Ida Olsen"),
        ("Work out the tax on a price.", {"price": 12}, "work out the tax on a price of 12"),
        ("Figure out how far a city is.", {"city": "Oslo"}, "figure out how far Oslo is"),
        ("Sums up the prices of a basket.", {"basket": "B7"}, "sum up the prices of B7"),
        ("Check out a book.", {"book": "B7"}, "check out B7"),
    ],
)
def test_what_a_tool_does_is_requested(description, arguments, ask):
    assert said(spec(description, {name: {} for name in arguments}), arguments)[:2] == ["request", ask]


@pytest.mark.parametrize(
    ("description", "arguments", "thing"),
    [
        ("Retrieves a reader.", {"reader_id": 3}, "the reader 3"),
        ("Fetches a reader by id.", {"reader_id": 3}, "the reader with the id 3"),
        ("Find a reader by name", {"name": "Ida Olsen"}, "the reader with the name Ida Olsen"),
        ("Get a license", {"license": "MIT"}, "the license MIT"),
        ("Gets one reader", {"id": 3}, "the reader with the id 3"),
        ("Lists the loans of a reader.", {"reader_id": 3}, "the loans of the reader 3"),
        ("Get a reader group of a school", {"reader_id": 3}, "the reader group of a school for the reader 3"),
        ("Show my profile.", {}, "my profile"),
    ],
)
def test_a_thing_is_asked_for_by_what_identifies_it(description, arguments, thing):
    form, ask, _ = said(spec(description, {name: {} for name in arguments}, name="get_reader"), arguments, {"a": 1})
    assert (form, re.sub("^(?:show me|look up|find|get me|pull up) ", "", ask)) == ("request", thing)


def test_a_tool_that_describes_nothing_is_asked_for_by_its_name():
    assert said(spec("", {}, name="fetchHealthCheck"), {}, 3)[1] == "the health check"


def test_a_flag_is_said_in_the_words_of_its_description():
    flag = {"type": "boolean", "description": "Whether to write spaces as plus signs."}
    tool = spec("Quote a text.", {"text": STRING, "plus": flag})
    assert said(tool, {"text": "a stone", "plus": True})[1] == 'quote "a stone", and write spaces as plus signs'
    assert said(tool, {"text": "a stone", "plus": False})[1] == 'quote "a stone", but do not write spaces as plus signs'


@pytest.mark.parametrize(
    ("description", "result", "answer"),
    [
        ("Multiply two numbers.", 12, "Multiplying 3 and 4 gives 12."),
        ("Collapse and truncate two numbers.", 7, "Collapsing and truncating 3 and 4 gives 7."),
        ("Return the sum of two numbers.", 12.0, "The sum of 3 and 4 is 12."),
        ("Return the words for two numbers.", "Three and four!", "The words for 3 and 4: Three and four!"),
        ("Return the hue for two numbers.", {"hue": 3, "value": 0.5}, "The hue for 3 and 4: hue 3 and value 0.5."),
        ("Return the list of two numbers.", [], "The list of 3 and 4 is nothing."),
        ("Return how many numbers lie between two numbers.", 12, "12 numbers lie between 3 and 4."),
        ("Return how many numbers lie between two numbers.", 1, "How many numbers lie between 3 and 4: 1."),
        (
            "Count how many primes there are between two numbers.",
            9,
            "Counting how many primes there are between 3 and 4 gives 9.",
        ),
        ("Return how many primes there are between two numbers.", 9, "How many primes there are between 3 and 4: 9."),
        ("Work out the sum of two numbers.", 7, "Working out the sum of 3 and 4 gives 7."),
        ("Find out what two numbers have in common.", 7, "What 3 and 4 have in common: 7."),
    ],
)
def test_answers_say_what_was_asked(description, result, answer):
    assert said(spec(description, {"a": INTEGER, "b": INTEGER}), {"a": 3, "b": 4}, result)[2] == answer


@pytest.mark.parametrize(
    ("result", "answer"), [(True, "Yes, 2024 is a leap year."), (False, "No, 2024 is not a leap year.")]
)
def test_yes_and_no(result, answer):
    tool = spec("Tell whether the year is a leap year.", {"year": INTEGER})
    assert said(tool, {"year": 2024}, result)[2] == answer
    tool = spec("Return True for leap years, False for others.", {"year": INTEGER})
    assert said(tool, {"year": 2024}, result)[1] == "whether 2024 is one of the leap years"


@pytest.mark.parametrize(
    ("name", "description", "ask"),
    [
        ("multiply", "Multiply two numbers.", "multiply 3 and 4"),
        ("mean", "Return the mean of two numbers.", "the mean of 3 and 4"),
        ("frobnication", "Return the frobnication of two numbers.", "the frobnication of 3 and 4"),
        ("factorials", "Compute the factorials of two numbers.", "the factorials of 3 and 4"),
    ],
)
def test_a_name_that_is_a_word_says_what_is_wanted(name, description, ask):
    assert said(spec(description, {"a": INTEGER, "b": INTEGER}, name=name), {"a": 3, "b": 4})[1] == ask


def test_earlier_results_are_told_apart():
    first = spec("Capitalize a string.", {"text": STRING}, STRING, "first")
    second = spec("Compare two strings.", {"a": STRING, "b": STRING}, NUMBER, "second")
    steps = [
        Step(id="s1", tool="first", arguments={"text": "one"}, sources={}, result="One"),
        Step(id="s2", tool="first", arguments={"text": "two"}, sources={}, result="Two"),
        Step(
            id="s3",
            tool="second",
            arguments={"a": "One", "b": "Two"},
            sources={"/a": StepSource(step="s1", pointer=""), "/b": StepSource(step="s2", pointer="")},
            result=0.5,
        ),
    ]
    speaker = Speaker({step.id: step for step in steps}, {"first": first, "second": second}, random.Random(1))
    for step in steps[:2]:
        speaker.asked(step)
    assert plain_ask(steps[2], second, speaker) == ("request", "compare the first result and that result")


def test_outcomes_have_nouns():
    assert outcome_noun(spec("Multiply two numbers.", {})) == "product"
    assert outcome_noun(spec("Return the greatest common divisor of two integers.", {})) == "divisor"
    assert outcome_noun(spec("Return the mean of data.", {})) == "mean"
    assert outcome_noun(spec("Do something odd.", {}, {"type": "string", "title": "Oddity"})) == "oddity"
    assert outcome_noun(spec("", {})) == "result"


@pytest.mark.parametrize(
    "description", ["", "   ", "...", "`x`", "()", "a", "Returns", "the", "\0", "<b>", "_", "Given x, y"]
)
def test_any_description_can_be_read(description):
    verb, body = parts_of(description)
    assert verb is None or verb.isalpha()
    _, ask, answer = said(spec(description, {"text": STRING}), {"text": "river stone"}, 3)
    assert "river stone" in ask
    assert "\0" not in ask + answer + body
    assert answer.endswith(".")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Lisbon", "Lisbon"),
        ("Ada Lovelace", "Ada Lovelace"),
        ("mia@example.com", "mia@example.com"),
        ("river stone", '"river stone"'),
    ],
)
def test_quotation_marks_set_texts_off(text, written):
    assert quoted(text) == written


def test_a_path_that_the_context_gives_is_the_usual_one():
    tool = spec("Retrieve metadata about a file or directory.", {"path": STRING})
    assert said(tool, {})[1] == "the metadata about the usual folder"


def test_a_text_of_several_lines_is_told_line_by_line():
    tool = spec("Shows the log.", {}, {"type": "object", "properties": {"content": STRING}})
    assert said(tool, {}, {"content": "one: 1\n  two: 2\n"})[2] == "The log:\none: 1\n  two: 2"
    long = "\n".join(f"line {number} of the log" for number in range(90))
    told = said(tool, {}, {"content": long})[2].removeprefix("The log:\n")
    assert told.endswith("\n…")
    assert long.startswith(told.removesuffix("…"))


def in_a_query(tool: ToolSpec, result: dict[str, Any], arguments: dict[str, str]) -> str:
    """The ask for a call whose arguments, by name, come from members of another call's result."""
    finder = spec("Find a city.", {"city": STRING}, {"type": "object", "properties": {m: {} for m in result}}, name="f")
    first = Step(id="s1", tool="f", arguments={"city": "Oslo"}, sources={}, result=result)
    second = Step(
        id="s2",
        tool=tool.name,
        arguments={name: result[member] for name, member in arguments.items()},
        sources={f"/{name}": StepSource(step="s1", pointer=f"/{member}") for name, member in arguments.items()},
        result=1,
    )
    speaker = Speaker({"s1": first, "s2": second}, {"f": finder, tool.name: tool}, random.Random(1))
    speaker.asked(first)
    return plain(plain_ask(second, tool, speaker)[1])


def test_what_a_result_gave_is_spoken_of_as_a_thing():
    country = spec("What a country is called.", {"country_code": STRING})
    assert (
        in_a_query(country, {"country_code": "NO"}, {"country_code": "country_code"}) == "what that country is called"
    )


@pytest.mark.parametrize(
    ("description", "ask"),
    [
        ("How long the longest day is at a place.", "how long the longest day is at that place"),
        ("Get the elevation.", "the elevation for that place"),
    ],
)
def test_two_coordinates_are_a_place(description, ask):
    tool = spec(description, {"latitude": NUMBER, "longitude": NUMBER})
    given = {"latitude": 59.91, "longitude": 10.75}
    assert in_a_query(tool, given, {name: name for name in given}) == ask


def test_a_response_says_the_name_beside_a_code():
    listed = {"countries": [{"country": "CX", "name": "Christmas Island"}]}
    finder = spec("List countries.", {}, name="f")
    pays = spec("Tell which money a country pays with.", {"country": STRING})
    source = StepSource(step="s1", pointer="/countries/0/country")
    first = Step(id="s1", tool="f", arguments={}, sources={}, result=listed)
    second = Step(id="s2", tool="t", arguments={"country": "CX"}, sources={"/country": source}, result={"money": "AUD"})
    speaker = Speaker({"s1": first, "s2": second}, {"f": finder, "t": pays}, random.Random(1), knows_results=True)
    assert plain(plain_answer(second, pays, speaker)) == "Which money Christmas Island pays with: money AUD."


PEOPLE = [{"name": name, "age": 30 + age} for age, name in enumerate("Ada Bea Cleo Dora Eva Fay Gita Hilda".split())]
ADDRESS = "https://example.com/" + "part/" * 40 + "end"


@pytest.mark.parametrize(
    ("result", "told"),
    [
        (PEOPLE[:2], "name Ada, age 30; name Bea, age 31"),
        ({"id": 3, "owner": {"id": 2, "name": "Ida"}}, "id 3 and owner (id 2, name Ida)"),
        ({"id": 3, "ids": [1, 2, 3]}, "id 3 and ids 1, 2 and 3"),
        (list(range(50)), ", ".join(map(str, range(12))) + ", among others"),
        ({"url": ADDRESS}, f"url {ADDRESS}"),
        ({"id": 3, "key": "x" * 900}, "id 3, among others"),
        ({f"member {chr(97 + n)}": n for n in range(40)} | {"none": None}, None),
        (PEOPLE * 4, None),
    ],
)
def test_results_are_told_whole_or_said_to_be_a_part(result, told):
    answer = said(spec("Get a thing.", {}), {}, result)[2]
    if told is not None:
        assert answer == f"The thing: {told}."
    else:
        assert answer.endswith(", among others.")


def test_all_of_a_short_list_is_told():
    answer = said(spec("List all people.", {}), {}, PEOPLE)[2]
    assert all(person["name"] in answer for person in PEOPLE)


def test_a_long_text_ends_with_a_sentence_and_a_mark():
    text = "The first sentence is short. " + "Then comes one with https://example.com/a/b/c and more. " * 20
    told = said(spec("Read it.", {}), {}, text)[2].partition(": ")[2]
    assert told.endswith(". …")
    assert text.startswith(told.removesuffix(" …"))
    assert not said(spec("Read it.", {}), {}, "word " * 20 + "/srv/" + "my notes " * 90)[2].count("/srv")
