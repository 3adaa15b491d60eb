"""Negatives are negative: no offered tool helps, what is missing is missing, and the words are not always the same."""

import random
from collections import Counter

import pytest

from graph.marks import Tell
from graph.record import Record, Step, Turn
from graph.sources import StepSource
from nodes.marks.find import find_words
from nodes.marks.says import Place
from tests.unit.toolgrad_data.conftest import Pool
from tool_registry.json.schema import schema_at
from tool_registry.spec import ToolSpec
from toolgrad_data.errors import UsageError
from toolgrad_data.export.conversation import Example
from toolgrad_data.export.datasets.likeness import ToolIndex, families
from toolgrad_data.export.datasets.trials import Trials, arguments_for, covers
from toolgrad_data.export.negative_kinds import DEFAULT_MIX, KINDS, Quota, parse_mix
from toolgrad_data.export.negatives.naming import task_of
from toolgrad_data.export.negatives.stage import Negatives
from toolgrad_data.export.negatives.withholding import ALIKE, Helpers
from toolgrad_data.export.report import ExportReport
from toolgrad_data.export.step_usage import told_values, tools_called, values_taken


def made_of(examples: list[Example], pool: Pool, mix: str, share: float = 0.5, **settings: object) -> list[Example]:
    negatives = Negatives(pool.index, pool.families, share, parse_mix(mix), 5, **settings)  # type: ignore[arg-type]
    return [example for example in negatives.stage(iter(examples), ExportReport("test")) if example.kind in KINDS]


@pytest.fixture(scope="module")
def irrelevant(examples: list[Example], pool: Pool, trials: Trials) -> list[Example]:
    return made_of(examples, pool, "irrelevant", trials=trials)


@pytest.fixture(scope="module")
def missing_tool(examples: list[Example], pool: Pool) -> list[Example]:
    return made_of(examples, pool, "missing_tool")


@pytest.fixture(scope="module")
def missing_argument(examples: list[Example], pool: Pool) -> list[Example]:
    return made_of(examples, pool, "missing_argument")


def record_of(example: Example) -> Record:
    assert example.record is not None
    return example.record


def test_no_negative_offers_a_tool_of_the_positives_family(irrelevant: list[Example], pool: Pool) -> None:
    assert len(irrelevant) >= 40
    for example in irrelevant:
        called = tools_called(record_of(example))
        offered = [tool.name for tool in example.tools]
        assert len(offered) >= 2
        assert len(offered) == len(set(offered))
        assert {pool.families[name] for name in offered}.isdisjoint(pool.families[name] for name in called)
        assert {pool.specs[name].category for name in offered}.isdisjoint(pool.specs[name].category for name in called)
        assert all(pool.index.likeness(name, own) < ALIKE for name in offered for own in called)
        given = {kind for own in called for kind in pool.index.kinds_given(own)}
        assert all(given.isdisjoint(pool.index.kinds_given(name)) for name in offered)


def test_no_offered_tool_answers_when_it_is_tried(irrelevant: list[Example], pool: Pool, trials: Trials) -> None:
    tried = 0
    for example in irrelevant:
        for turn in record_of(example).turns:
            for step in turn.steps:
                for tool in example.tools:
                    given = arguments_for(step.arguments, pool.specs[step.tool], pool.specs[tool.name])
                    result = trials.answer_of(tool.name, given) if given is not None else None
                    if result is not None and result.ok:
                        tried += 1
                        assert not covers(result.content, step, turn)
    assert tried


def test_a_declined_query_is_answered_in_words_alone(irrelevant: list[Example]) -> None:
    for example in irrelevant:
        assert [message.role for message in example.messages] == ["user", "assistant"]
        assert example.messages[0].content == record_of(example).turns[0].query
        assert not any(message.calls for message in example.messages)
        assert example.messages[1].content.endswith((".", "?"))


def test_a_missing_tool_is_not_offered_and_nothing_can_be_done_without_it(
    missing_tool: list[Example], pool: Pool
) -> None:
    assert len(missing_tool) >= 20
    for example in missing_tool:
        record = record_of(example)
        withheld = example.labels["withheld"]
        offered = {tool.name for tool in example.tools}
        assert withheld in tools_called(record)
        assert withheld not in offered
        assert not any(pool.families[name] == pool.families[withheld] for name in offered)
        first = [step.tool for step in record.turns[0].steps if not _needs_a_step(step)]
        assert set(first) == {withheld}
        assert {name for name in tools_called(record) if name != withheld} <= offered


def _needs_a_step(step: object) -> bool:
    return '"step":' in step.model_dump_json() or bool(step.after)  # type: ignore[attr-defined]


def test_a_dialogue_about_a_missing_tool_goes_on_with_what_the_user_tells(missing_tool: list[Example]) -> None:
    dialogues = [example for example in missing_tool if example.labels.get("goes_on")]
    assert dialogues
    for example in dialogues:
        roles = [message.role for message in example.messages]
        assert roles[:4] == ["user", "assistant", "user", "assistant"]
        assert not example.messages[1].calls
        assert example.messages[3].calls
        calls = {call.tool for call in example.calls()}
        assert example.labels["withheld"] not in calls
        assert calls <= {tool.name for tool in example.tools}
        assert example.messages[-1].content == record_of(example).turns[0].response


def test_the_response_tells_nothing_of_the_missing_tool_but_what_the_user_told(
    missing_tool: list[Example], pool: Pool
) -> None:
    for example in missing_tool:
        turn = record_of(example).turns[0]
        steps = [step for step in turn.steps if step.tool == example.labels["withheld"]]
        if not example.labels.get("goes_on"):
            continue
        taken = values_taken(turn, {step.id for step in steps})
        for step in steps:
            known = {pointer for id, pointer in taken if id == step.id}
            assert told_values(step, turn, pool.specs[step.tool].output_schema) <= known


@pytest.mark.parametrize(
    ("response", "pointers"),
    [
        ("The number is valid.", {"/is_valid"}),
        ("It comes from France on 5 May 2027.", {"/country", "/date"}),
        ("There are 12,500 of them.", {"/count"}),
        ("Nothing of it.", set()),
    ],
)
def test_what_a_response_tells_is_found_in_other_words(response: str, pointers: set[str]) -> None:
    labelled = {"anyOf": [{"const": "FR", "title": "France"}]}
    schema = {"properties": {"country": labelled, "date": {"type": "string", "format": "date"}}}
    result = {"is_valid": True, "country": "FR", "date": "2027-05-05", "count": 12500, "none": None}
    step = Step(id="s", tool="t", arguments={}, result=result)
    assert told_values(step, Turn(query="", steps=[step], chains=[], response=response), schema) == pointers


@pytest.mark.parametrize(
    ("pointers", "found"),
    [
        (["/open"], {"/open"}),
        (["/days/*/name"], {"/days/0/name", "/days/1/name"}),
        (["/days/1"], {"/days/1/name", "/days/1/far"}),
        ([""], {"/open", "/days/0/name", "/days/0/far", "/days/1/name", "/days/1/far"}),
        (["/gone", "no pointer"], set()),
    ],
)
def test_what_a_mark_names_is_told_in_whatever_words(pointers: list[str], found: set[str]) -> None:
    days = [{"name": "x", "far": 1}, {"name": "y", "far": 2}]
    step = Step(id="s", tool="t", arguments={}, result={"open": True, "days": days})
    tells = [Tell(start=0, end=3, quote="Yes", source=StepSource(step="s", pointer=each)) for each in pointers]
    turn = Turn(query="", steps=[step], chains=[], response="Yes.", tells=tells)
    assert told_values(step, turn) == found
    other = [Tell(start=0, end=3, quote="Yes", source=StepSource(step="t", pointer=""))]
    assert told_values(step, turn.model_copy(update={"tells": other})) == set()


def test_a_missing_value_stands_nowhere(missing_argument: list[Example]) -> None:
    assert len(missing_argument) >= 35
    for example in missing_argument:
        record = record_of(example)
        tool, _, name = example.labels["missing"].partition("/")
        spec = next(spec for spec in record.tools if spec.name == tool)
        schema = schema_at(spec.parameters, f"/{name}")
        assert name in spec.parameters["required"]
        assert "default" not in schema
        query = example.messages[0].content
        assert query != record.turns[0].query
        values = [step.arguments[name] for step in record.turns[0].steps if step.tool == tool]
        assert any(find_words(query, Place(value, schema, name)) is None for value in values)
        assert "  " not in query
        assert " ." not in query


def test_the_user_gives_the_missing_value_and_the_calls_follow(missing_argument: list[Example]) -> None:
    dialogues = [example for example in missing_argument if example.labels.get("goes_on")]
    assert 0.2 <= len(dialogues) / len(missing_argument) <= 0.8
    for example in dialogues:
        turn = record_of(example).turns[0]
        calls = [(call.tool, call.arguments) for call in example.calls()]
        assert sorted(map(str, calls)) == sorted(str((step.tool, step.arguments)) for step in turn.steps)
        ids = [call.id for call in example.calls()]
        assert ids == list(dict.fromkeys(ids))


def test_all_tools_of_a_query_are_offered_while_a_value_is_asked_for(missing_argument: list[Example]) -> None:
    for example in missing_argument:
        assert set(tools_called(record_of(example))) <= {tool.name for tool in example.tools}


def test_small_talk_does_not_repeat_itself_and_has_nothing_to_do_with_the_tools(
    examples: list[Example], pool: Pool
) -> None:
    chats = made_of(examples * 12, pool, "chit_chat")
    queries = Counter(example.messages[0].content.casefold() for example in chats)
    assert len(chats) > 600
    assert max(queries.values()) == 1
    assert not any(call for example in chats for call in example.calls())


def test_no_wording_is_common(examples: list[Example], pool: Pool) -> None:
    negatives = Negatives(pool.index, pool.families, 0.5, parse_mix(DEFAULT_MIX), 3)
    report = ExportReport("test")
    made = [example for example in negatives.stage(iter(examples * 4), report) if example.kind in KINDS]
    assert len(made) > 200
    assert report.notes["commonest_wording"]["of"] == len(made)
    assert report.notes["commonest_wording"]["share"] <= 0.05


def test_the_mix_and_the_share_are_met(examples: list[Example], pool: Pool) -> None:
    made = made_of(examples * 3, pool, "irrelevant:50,chit_chat:50", share=0.25)
    assert len(made) == pytest.approx(len(examples), abs=3)
    kinds = Counter(example.kind for example in made)
    assert abs(kinds["irrelevant"] - kinds["chit_chat"]) <= 2


def test_the_same_seed_makes_the_same_negatives(examples: list[Example], pool: Pool, trials: Trials) -> None:
    once = made_of(examples[:30], pool, DEFAULT_MIX, trials=trials)
    again = made_of(examples[:30], pool, DEFAULT_MIX, trials=trials)
    assert once == again
    assert once


def test_tools_that_are_held_out_are_in_no_negative_of_their_split(examples: list[Example], pool: Pool) -> None:
    without = frozenset(list(pool.specs)[::2])
    made = made_of(examples[:30], pool, "irrelevant:60,chit_chat:40", without={None: without})
    assert made
    assert not any(tool.name in without for example in made for tool in example.tools)


@pytest.mark.parametrize(
    ("mix", "why"),
    [("nonsense:10", "no kind"), ("irrelevant:x", "no number"), ("irrelevant:0", "all shares are 0"), ("", "no kind")],
)
def test_a_mix_that_is_none_is_refused(mix: str, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        parse_mix(mix)


def test_shares_of_a_mix_add_up() -> None:
    assert parse_mix("irrelevant:30, missing-tool:10") == {"irrelevant": 0.75, "missing_tool": 0.25}
    assert sum(parse_mix(DEFAULT_MIX).values()) == pytest.approx(1)


def test_what_cannot_be_made_stays_due() -> None:
    quota = Quota(0.5, {"irrelevant": 1.0})
    quota.count_positive()
    assert quota.due() == ["irrelevant"]
    quota.count_positive()
    quota.count_negative("irrelevant")
    assert quota.due() == ["irrelevant"]


def test_one_category_for_all_tools_says_nothing() -> None:
    def tool(name: str, description: str, category: str) -> ToolSpec:
        parameters = {"type": "object", "properties": {f"{name}_input": {"type": "string"}}}
        return ToolSpec(name=name, description=description, parameters=parameters, category=category, source="mcp")

    for category in ("general", "my server"):
        specs = {
            spec.name: spec
            for spec in (
                tool("weather", "Tell the weather of a city.", category),
                tool("checksum", "Calculate a CRC of bytes.", category),
                tool("translate", "Translate a sentence into French.", category),
            )
        }
        index = ToolIndex(specs)
        assert Helpers(index, families(index)).harmless(["weather"], (), random.Random(1)) == ["checksum", "translate"]


@pytest.mark.parametrize(
    ("description", "do"),
    [
        ("List the airports that serve a city, given by its English name.", "list the airports that serve a city"),
        ("Check the last digit of an ISSN, tell what it should be, and write it.", "check the last digit of an ISSN"),
    ],
)
def test_a_task_is_no_torn_sentence(description: str, do: str) -> None:
    spec = ToolSpec(name="t", description=description, parameters={"type": "object"}, source="builtin")
    task = task_of(Step(id="s1", tool="t", arguments={}, result=1), spec)
    assert task is not None
    assert task.do == do
