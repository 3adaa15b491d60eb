"""Distractors: as many as asked for, never in the place of what is called, and none that does the job as well."""

import pytest

from graph.record import Step, Turn
from graph.sources import StepSource
from tests.unit.toolgrad_data.conftest import Pool
from tests.unit.toolgrad_data.runs.helpers import record as small_record
from tool_registry.spec import ToolSpec
from toolgrad_data.export.conversation import Example
from toolgrad_data.export.datasets.candidates import Candidates
from toolgrad_data.export.datasets.likeness import ToolIndex, families
from toolgrad_data.export.datasets.trials import Trials, arguments_for, covers
from toolgrad_data.export.from_record import example_of
from toolgrad_data.export.step_usage import tools_called


def named(name: str, description: str, parameters: dict[str, dict[str, str]], category: str = "general") -> ToolSpec:
    schema = {"type": "object", "properties": parameters, "required": list(parameters)}
    return ToolSpec(name=name, description=description, parameters=schema, category=category, source="python")


def test_what_is_called_is_always_offered(examples: list[Example], pool: Pool, trials: Trials) -> None:
    candidates = Candidates(pool.index, 8, 1, trials)
    for example in examples:
        called = tools_called(example.record) if example.record else []
        offered = [tool.name for tool in candidates.widen(example).tools]
        assert set(called) <= set(offered)
        assert len(offered) == len(set(offered)) == max(8, len(called))


def test_more_tools_may_be_called_than_are_offered(examples: list[Example], pool: Pool) -> None:
    candidates = Candidates(pool.index, 1, 1)
    for example in examples:
        assert {tool.name for tool in candidates.widen(example).tools} == {tool.name for tool in example.tools}


def test_distractors_are_of_all_three_kinds_and_the_places_are_shuffled(examples: list[Example], pool: Pool) -> None:
    candidates = Candidates(pool.index, 10, 1)
    places = {
        tool.name: position
        for example in examples
        for position, tool in enumerate(candidates.widen(example).tools)
        if tool in example.tools
    }
    assert set(candidates.counts) >= {"added: hard", "added: category", "added: random"}
    assert len(set(places.values())) > 5


def test_the_same_seed_offers_the_same_tools(examples: list[Example], pool: Pool) -> None:
    first, second, other = (
        [Candidates(pool.index, 10, seed).widen(example) for example in examples[:10]] for seed in (1, 1, 2)
    )
    assert first == second
    assert first != other


def test_no_distractor_answers_a_call_alike(examples: list[Example], pool: Pool, trials: Trials) -> None:
    candidates = Candidates(pool.index, 12, 1, trials)
    for example in examples:
        record = example.record
        assert record is not None
        called = tools_called(record)
        for tool in candidates.widen(example).tools:
            if tool.name in called:
                continue
            assert not any(trials.answers_alike(tool.name, step, turn) for turn in record.turns for step in turn.steps)


def test_a_tool_that_does_the_same_is_found_out_and_not_offered(
    examples: list[Example], pool: Pool, trials: Trials
) -> None:
    for example in examples:
        record = example.record
        assert record is not None
        step = record.turns[0].steps[0]
        # The called tool itself gives the same again, of course; so does any that stands in for it.
        assert trials.answers_alike(step.tool, step, record.turns[0])
    name = examples[0].tools[0].name
    twins = {**pool.specs, "twin": pool.specs[name].model_copy(update={"name": "twin", "original_name": name})}
    candidates = Candidates(ToolIndex(twins), len(twins), 1)
    assert "twin" not in {tool.name for tool in candidates.widen(examples[0]).tools}
    assert candidates.counts["left out: the same tool under another name"] == 1


def test_without_settings_nothing_is_tried_and_why_is_told() -> None:
    from toolgrad_data.export.datasets.trials import trials_of

    with trials_of(None) as (none, why):
        assert none is None
        assert "no settings" in why


@pytest.mark.parametrize("result", [{"answer": 4}, {"value": 4.0, "more": [1, 2]}, {"deep": {"down": 4}}])
def test_an_answer_is_alike_when_it_holds_what_was_needed(result: object) -> None:
    step = small_record(number=2).turns[0].steps[0]
    turn = Turn(query="", steps=[step], chains=[], response="It is 4.")
    assert covers(result, step, turn)


def test_an_answer_that_lacks_a_value_that_was_used_is_not_alike() -> None:
    first = Step(id="a", tool="t", arguments={"q": "x"}, result={"lat": 1.5, "lon": 2.5, "name": "x"})
    second = Step(
        id="b", tool="u", arguments={"lat": 1.5}, sources={"/lat": StepSource(step="a", pointer="/lat")}, result={}
    )
    turn = Turn(query="", steps=[first, second], chains=[], response="")
    assert covers({"latitude": 1.5}, first, turn)
    assert not covers({"longitude": 2.5}, first, turn)
    # An echo of the argument is no answer.
    assert not covers({"name": "x"}, first, turn.model_copy(update={"steps": [first], "response": "x"}))


def test_a_yes_is_only_alike_under_its_name() -> None:
    step = Step(id="a", tool="t", arguments={"q": "x"}, result={"is_valid": True})
    turn = Turn(query="", steps=[step], chains=[], response="Yes.")
    assert covers({"is_valid": True, "country": "FR"}, step, turn)
    assert not covers({"is_capital": True}, step, turn)


def test_arguments_are_fitted_by_name_and_by_format() -> None:
    own = named("a", "", {"country": {"type": "string", "format": "country-code"}})
    other = named("b", "", {"land": {"type": "string", "format": "country-code"}})
    unknown = named("c", "", {"land": {"type": "string"}})
    assert arguments_for({"country": "FR"}, own, other) == {"land": "FR"}
    assert arguments_for({"country": "FR"}, own, unknown) is None


def test_the_likest_tools_are_those_that_do_nearly_the_same(pool: Pool) -> None:
    assert next(pool.index.most_alike("convert_length"))[0] in ("convert_mass", "convert_volume")
    assert pool.index.likeness("price_with_tax", "price_before_tax") > 0.6
    assert pool.index.likeness("price_with_tax", "moon_at_moment") < 0.1
    assert pool.families["price_with_tax"] == pool.families["price_before_tax"]
    assert len(set(pool.families.values())) > 40


def test_a_spec_from_elsewhere_is_compared_with_all_of_its_words() -> None:
    index = ToolIndex({"weather": named("weather", "Tell the weather in a city.", {"city": {"type": "string"}})})
    same = named("get_weather", "Get the weather in a city.", {"city": {"type": "string"}})
    other = named(
        "city_history", "Write about medieval churches and monasteries of a city.", {"era": {"type": "string"}}
    )
    assert index.nearest(same)[1] > 0.8
    assert index.nearest(other)[1] < 0.4
    assert ToolIndex({}).nearest(same) == ("", 0.0)
    assert families(ToolIndex({})) == {}


def test_a_tool_that_the_pool_lacks_is_offered_all_the_same(pool: Pool) -> None:
    example = example_of(small_record())
    offered = Candidates(pool.index, 4, 1).widen(example).tools
    assert "double" in {tool.name for tool in offered}
    assert len(offered) == 4
