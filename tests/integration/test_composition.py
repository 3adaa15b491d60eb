"""The built-in tools compose by meaning: what one finds, another can really take.

The pairs are found by the offline policy's own matching and each is executed, so that a pair that only looks
right in the schemas is not counted.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any

import pytest

from graph.record import Step
from nodes.policies.offline.proposing.matching import match
from nodes.policies.offline.reading.offers import offers_of
from nodes.policies.offline.reading.parameters import Parameter, parameters_of
from nodes.policies.offline.weights import MATCH_MIN
from tool_registry.calling.execution import execute
from tool_registry.permissions import Permissions
from tool_registry.registry import ToolRegistry, load_registry

PAIRS_MIN = 200
SHARE_MAX = 0.15
#: A pair is tried with what each example of its producer gives, in each example of its consumer.
TRIES_MAX = 40


@dataclass(frozen=True)
class Feed:
    """What one result gives to a group of parameters: values by name, all out of one container."""

    producer: str
    consumer: str
    kind: str
    pointers: tuple[str, ...]
    values: tuple[tuple[str, Any], ...]

    @property
    def pair(self) -> tuple[str, str, str]:
        return self.producer, self.consumer, self.kind


@cache
def registry() -> ToolRegistry:
    return load_registry(["builtin"])


async def answer(tool: str, arguments: dict[str, Any]) -> Any:
    """The call's result, or None where it failed or answered nothing."""
    result = await execute(
        registry().get(tool), arguments, permissions=Permissions(), timeout_s=20, max_result_bytes=65_536
    )
    return result.content if result.ok and not result.empty else None


def kind_of_group(group: list[Parameter]) -> str:
    return " and ".join(sorted({parameter.kind for parameter in group}))


def feeds(step: Step) -> Iterator[Feed]:
    """What the step's result could give to the other tools, whole groups from one container."""
    specs = registry().specs
    offers = sorted(offers_of(step, specs[step.tool]), key=lambda offer: offer.parent)
    for _, together in groupby(offers, key=lambda offer: offer.parent):
        container = list(together)
        for consumer, spec in specs.items():
            if consumer == step.tool:
                continue
            parameters = parameters_of(spec)
            for names in parameters.groups:
                group = [parameters.by_name[name] for name in names]
                best = [max(container, key=lambda offer: match(offer, parameter)) for parameter in group]
                fits = all(match(offer, p) >= MATCH_MIN for offer, p in zip(best, group, strict=True))
                if fits and len({offer.pointer for offer in best}) == len(group):
                    yield Feed(
                        step.tool,
                        consumer,
                        kind_of_group(group),
                        tuple(offer.pointer for offer in best),
                        tuple((p.name, offer.value) for offer, p in zip(best, group, strict=True)),
                    )


async def all_feeds() -> dict[tuple[str, str, str], list[Feed]]:
    found: dict[tuple[str, str, str], dict[Feed, None]] = {}
    for name, spec in registry().specs.items():
        for arguments in spec.parameters["examples"]:
            result = await answer(name, arguments)
            step = Step(id="s1", tool=name, arguments=arguments, sources={}, result=result)
            for feed in feeds(step):
                found.setdefault(feed.pair, {})[feed] = None
    return {pair: list(members) for pair, members in found.items()}


async def works(feed: Feed) -> bool:
    """Whether the consumer answers when the values take their place in one of its examples."""
    for example in registry().specs[feed.consumer].parameters["examples"]:
        if await answer(feed.consumer, {**example, **dict(feed.values)}) is not None:
            return True
    return False


async def first_working(candidates: list[Feed]) -> Feed | None:
    for feed in candidates[:TRIES_MAX]:
        if await works(feed):
            return feed
    return None


@pytest.fixture(scope="module")
def pairs() -> dict[tuple[str, str, str], Feed | None]:
    """Every pair that the policy could make, with what was executed for it, or None where nothing worked."""
    return asyncio.run(executed_pairs())


async def executed_pairs() -> dict[tuple[str, str, str], Feed | None]:
    return {pair: await first_working(candidates) for pair, candidates in (await all_feeds()).items()}


def test_every_pair_that_the_policy_would_make_works(pairs):
    broken = [pair for pair, feed in pairs.items() if feed is None]
    assert not broken


def test_hundreds_of_different_tools_pairs_work(pairs):
    working = {pair[:2] for pair, feed in pairs.items() if feed is not None}
    assert len(working) >= PAIRS_MIN
    assert len({producer for producer, _ in working}) >= 50
    assert len({consumer for _, consumer in working}) >= 50


def test_no_kind_of_value_makes_most_of_them(pairs):
    working = Counter(kind for (_, _, kind), feed in pairs.items() if feed is not None)
    total = working.total()
    assert {kind: round(n / total, 3) for kind, n in working.items() if n / total > SHARE_MAX} == {}


@pytest.mark.parametrize(
    ("producer", "consumer", "kind"),
    [
        ("airport_details", "sun_times", "latitude and longitude"),
        ("airport_details", "next_public_holiday", "country-code"),
        ("airport_details", "currency_of_country", "country-code"),
        ("currency_of_country", "convert_currency", "currency-code"),
        ("flight_distance", "distance_in_miles", "distance-km"),
        ("add_working_days", "check_public_holiday", "date"),
    ],
)
def test_what_people_would_expect_to_compose_does(pairs, producer, consumer, kind):
    assert pairs[producer, consumer, kind] is not None


@pytest.mark.parametrize(
    ("producer", "consumer", "why"),
    [
        ("distance_in_miles", "travel_time", "miles are no kilometres"),
        ("temperature_in_fahrenheit", "gas_volume", "degrees Fahrenheit are no degrees Celsius"),
        ("exchange_rate_on_date", "price_with_tax", "an exchange rate is no tax rate"),
        ("planet_in_the_sky", "height_in_feet", "an angle is no height in metres"),
        ("public_holidays_in_month", "age_on_date", "a holiday is nobody's date of birth"),
    ],
)
def test_a_shared_word_is_not_a_shared_meaning(pairs, producer, consumer, why):
    assert not [pair for pair in pairs if pair[:2] == (producer, consumer)], why
