"""What qualifies a value goes with it: an amount keeps its currency from call to call, a length its unit."""

import random
from typing import Any

import pytest

from graph.record import Step
from graph.sources import StepSource
from nodes.policies.offline.proposing.filling import Filler, Plan
from nodes.policies.offline.proposing.qualifiers import Known, Qualifiers
from nodes.policies.offline.reading.offers import offers_of
from tests.unit.tool_registry.making import spec
from tool_registry.registry import get_registry
from tool_registry.spec import ToolSpec


@pytest.fixture
async def specs() -> dict[str, ToolSpec]:
    registry = await get_registry(["builtin"])
    return dict(registry.specs)


def source(step: str, pointer: str) -> StepSource:
    return StepSource(step=step, pointer=pointer)


SALARY = Step(
    id="s1",
    tool="salary_from_hourly_wage",
    arguments={"hourly_wage": 22.5, "weekly_hours": 40},
    result={"weekly": 900, "monthly": 3900, "yearly": 46800},
)
WRITTEN = Step(
    id="s2",
    tool="amount_in_language",
    arguments={"amount": 46800, "currency": "SEK", "language": "tr"},
    sources={"/amount": source("s1", "/yearly")},
    result={"text": "46.800 SEK"},
)
CONVERTED = Step(
    id="s2",
    tool="convert_currency",
    arguments={"amount": 46800, "base": "GBP", "target": "PLN", "date": "2025-11-28"},
    sources={"/amount": source("s1", "/yearly")},
    result={"converted": 226673.0, "rate": 4.84346},
)
TAXED = Step(
    id="s3",
    tool="price_with_tax",
    arguments={"price": 226673.0, "tax_rate": 20},
    sources={"/price": source("s2", "/converted")},
    result={"gross_price": 272007.6, "tax": 45334.6},
)


def test_the_first_call_that_says_the_currency_decides_it_for_the_others(specs: dict[str, ToolSpec]) -> None:
    known = Qualifiers([SALARY, WRITTEN], specs)
    taken = {"/amount": source("s1", "/yearly")}
    arguments = {"amount": 46800, "base": "GBP", "target": "PLN", "date": "2025-11-28"}
    assert known.settle(specs["convert_currency"], arguments, taken) == {"base": Known("SEK")}


def test_what_was_converted_is_in_the_target_currency_whoever_had_it_since(specs: dict[str, ToolSpec]) -> None:
    known = Qualifiers([SALARY, CONVERTED, TAXED], specs)
    arguments = {"amount": 272007.6, "currency": "JPY", "language": "ja"}
    for place, currency in {("s3", "/gross_price"): "PLN", ("s3", "/tax"): "PLN", ("s1", "/monthly"): "GBP"}.items():
        settled = known.settle(specs["amount_in_language"], arguments, {"/amount": source(*place)})
        assert settled == {"currency": Known(currency)}


def test_two_calls_of_one_iteration_agree(specs: dict[str, ToolSpec]) -> None:
    known = Qualifiers([SALARY], specs)
    taken = {"/amount": source("s1", "/yearly")}
    first = {"amount": 46800, "currency": "NOK", "language": "fr"}
    assert known.settle(specs["amount_in_language"], first, taken) == {}
    second = {"amount": 46800, "base": "CHF", "target": "USD", "date": "2025-11-28"}
    assert known.settle(specs["convert_currency"], second, taken) == {"base": Known("NOK")}
    assert known.settle(specs["convert_currency"], {**second, "target": "NOK"}, taken) is None


def test_an_amount_that_the_user_says_again_keeps_its_currency(specs: dict[str, ToolSpec]) -> None:
    spent = CONVERTED.model_copy(update={"sources": {}})
    arguments = {"amount": 46800, "currency": "JPY", "language": "ja"}
    assert Qualifiers([spent], specs).settle(specs["amount_in_language"], arguments, {}) == {"currency": Known("GBP")}
    other = {**arguments, "amount": 120}
    assert Qualifiers([spent], specs).settle(specs["amount_in_language"], other, {}) == {}


def test_a_currency_that_a_result_gave_is_taken_from_there(specs: dict[str, ToolSpec]) -> None:
    country = Step(id="s1", tool="currency_of_country", arguments={"country": "JP"}, result={"currency": "JPY"})
    converted = Step(
        id="s2",
        tool="convert_currency",
        arguments={"amount": 50, "base": "EUR", "target": "JPY", "date": "2025-11-28"},
        sources={"/target": source("s1", "/currency")},
        result={"converted": 9051.0},
    )
    known = Qualifiers([country, converted], specs)
    arguments = {"amount": 9051.0, "currency": "USD", "language": "ja"}
    settled = known.settle(specs["amount_in_language"], arguments, {"/amount": source("s2", "/converted")})
    assert settled == {"currency": Known("JPY", source("s1", "/currency"))}


TEXT = {"type": "string"}
NUMBER = {"type": "number"}


def tool(name: str, description: str, **properties: dict[str, Any]) -> ToolSpec:
    return spec(
        name,
        description=description,
        parameters={"type": "object", "properties": properties, "required": list(properties)},
    )


PRICE = tool("get_price", "Get the price of a product.", product=TEXT)
CHANGE = tool("exchange", "Exchange money.", amount=NUMBER, from_currency=TEXT, to_currency=TEXT)
CONVERT = tool(
    "convert_units",
    "Convert a value.",
    value=NUMBER,
    from_unit={"type": "string", "enum": ["m", "ft", "mi"]},
    to_unit={"type": "string", "enum": ["m", "ft", "mi"]},
)
WALK = tool("walking_time", "Tell how long a walk takes.", distance_miles=NUMBER)
TRANSLATE = tool("translate", "Translate a text.", text=TEXT, source_language=TEXT, target_language=TEXT)
UNKNOWN = {each.name: each for each in (PRICE, CHANGE, CONVERT, WALK, TRANSLATE)}


def test_unknown_tools_a_result_that_tells_its_currency() -> None:
    price = Step(id="s1", tool="get_price", arguments={"product": "tea"}, result={"price": 12.5, "currency": "GBP"})
    known = Qualifiers([price], UNKNOWN)
    arguments = {"amount": 12.5, "from_currency": "USD", "to_currency": "EUR"}
    settled = known.settle(CHANGE, arguments, {"/amount": source("s1", "/price")})
    assert settled == {"from_currency": Known("GBP", source("s1", "/currency"))}
    amount = next(offer for offer in offers_of(price, PRICE) if offer.name == "price")
    filler = Filler([amount], [], random.Random(1), None, known)
    plan = Plan(CHANGE, {("amount",): {"amount": amount}})
    filled = filler.fill(plan)
    assert filled is not None
    assert filled["from_currency"] == "GBP"
    assert plan.sources() == {"/amount": source("s1", "/price"), "/from_currency": source("s1", "/currency")}


def test_unknown_tools_a_length_in_metres_is_none_in_miles() -> None:
    metres = Step(
        id="s1", tool="convert_units", arguments={"value": 3, "from_unit": "mi", "to_unit": "m"}, result=4828.03
    )
    known = Qualifiers([metres], UNKNOWN)
    taken = source("s1", "")
    assert known.settle(WALK, {"distance_miles": 4828.03}, {"/distance_miles": taken}) is None
    arguments = {"value": 4828.03, "from_unit": "mi", "to_unit": "ft"}
    assert known.settle(CONVERT, arguments, {"/value": taken}) == {"from_unit": Known("m")}
    feet = metres.model_copy(update={"result": {"distance_ft": 15840.0}})
    in_feet = Qualifiers([feet], UNKNOWN).settle(CONVERT, arguments, {"/value": source("s1", "/distance_ft")})
    assert in_feet is None or in_feet["from_unit"].value in ("ft", "m")


def test_unknown_tools_a_name_tells_the_unit() -> None:
    measured = Step(id="s1", tool="get_price", arguments={}, result={"height_feet": 1742.0})
    known = Qualifiers([measured], UNKNOWN)
    taken = {"/value": source("s1", "/height_feet")}
    arguments = {"value": 1742.0, "from_unit": "m", "to_unit": "mi"}
    assert known.settle(CONVERT, arguments, taken) == {"from_unit": Known("ft")}
    assert known.settle(WALK, {"distance_miles": 1742.0}, {"/distance_miles": taken["/value"]}) is None


def test_unknown_tools_a_translation_is_in_the_language_it_was_put_into() -> None:
    french = Step(
        id="s1",
        tool="translate",
        arguments={"text": "Good coffee", "source_language": "English", "target_language": "French"},
        result={"translation": "Bon café"},
    )
    known = Qualifiers([french], UNKNOWN)
    arguments = {"text": "Bon café", "source_language": "German", "target_language": "Swahili"}
    settled = known.settle(TRANSLATE, arguments, {"/text": source("s1", "/translation")})
    assert settled == {"source_language": Known("French")}
