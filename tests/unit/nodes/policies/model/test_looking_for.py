"""What a model says that it looks for is read however it writes it, and it is shown what there is to look for."""

from typing import Any

import pytest

from graph.record import Gradient, Note
from nodes.policies.model import sections
from nodes.policies.model.answers import CritiqueAnswer, schema_of
from nodes.policies.openai import OpenAIPolicy
from tests.model_server import ModelServer, answer
from tests.unit.nodes.policies.model.conftest import QUICK, settings
from tests.unit.nodes.policies.model.deciding import critique_request, report

VERDICTS = [{"proposal": "p1", "reason": "r", "keep": True, "chain": 0}]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (["flight_distance", "moon"], ["flight_distance", "moon"]),
        ("flight_distance, moon", ["flight_distance", "moon"]),
        ("flight_distance\nmoon", ["flight_distance", "moon"]),
        ([{"name": "flight_distance"}, {"wish": "moon"}, {"why": "?"}, 3, None], ["flight_distance", "moon"]),
        ({"tool": "flight_distance"}, ["flight_distance"]),
        ({"flight_distance": "how far it is"}, ["flight_distance"]),
        (None, []),
        ([], []),
        (7, []),
    ],
)
def test_lists_are_read_as_models_write_them(written: Any, read: list[str]) -> None:
    made = CritiqueAnswer.model_validate({"verdicts": VERDICTS, "gradient": "Go on.", "tools": written})
    assert made.tools == read
    assert made.wishes == []
    assert CritiqueAnswer.model_validate({"verdicts": VERDICTS, "gradient": "Go on.", "wishes": written}).wishes == read


def test_both_are_asked_for() -> None:
    assert {"tools", "wishes"} <= set(schema_of(CritiqueAnswer)["required"])


async def test_a_critique_says_what_it_looks_for_and_sees_what_there_is() -> None:
    reply = {"verdicts": VERDICTS, "gradient": "Go on.", "tools": ["convert"], "wishes": ["sunrise at a place"]}
    request = critique_request(
        report("p1"), target_calls=5, batch=["sun_times", "convert"], categories=["astronomy", "money"]
    )
    async with ModelServer([answer(reply)]) as server:
        made = await OpenAIPolicy(settings(server.url), QUICK).critique(request)
        told = server.asked[0].user
    assert (made.tools, made.wishes) == (["convert"], ["sunrise at a place"])
    assert "CATEGORIES OF THE LIBRARY\nastronomy, money\n" in told
    assert "TOOLS AT HAND NOW\nsun_times, convert\n" in told
    # Where all that is missing may be kept, few of the names would be of use.
    assert sections.at_hand(request.model_copy(update={"target_calls": 3})).startswith("(not told")


async def test_where_nothing_worked_what_was_looked_for_still_is() -> None:
    last = Gradient(iteration=1, selected=[], text="", tools=["convert"], wishes=["sunrise"])
    request = critique_request(report("p1", ok=False), gradients=[last])
    async with ModelServer([]) as server:
        made = await OpenAIPolicy(settings(server.url), QUICK).critique(request)
    assert (made.tools, made.wishes) == (["convert"], ["sunrise"])


def test_very_many_names_are_drawn_from() -> None:
    names = [f"category {number}" for number in range(1_000)]
    shown = sections.names_text(names, 900, seed=1)
    assert len(shown) < 950
    assert shown.endswith(" more")
    kept = shown.rpartition(" and ")[0].split(", ")
    assert set(kept) < set(names)
    assert f"and {len(names) - len(kept)} more" in shown
    assert sections.names_text(names, 900, seed=1) == shown != sections.names_text(names, 900, seed=2)
    assert sections.names_text([], 900, seed=1) == "(none)"


def test_the_next_prompt_tells_what_is_looked_for_and_in_vain() -> None:
    last = Gradient(
        iteration=1,
        selected=[],
        text=f"Use convert next. {'And so on. ' * 400}",
        tools=["convert"],
        wishes=["sunrise at a place", "zorgl"],
        notes=[Note(kind="nothing_found", call="zorgl", message="no tool was found for the wish 'zorgl'")],
    )
    told = sections.last_gradient([last])
    assert told.startswith("Use convert next.")
    assert told.endswith("\nLooked for: sunrise at a place.\nNote: no tool was found for the wish 'zorgl'.")
    assert len(told) < 1_100
    assert sections.last_gradient([]) == "(none)"
    assert sections.last_gradient([Gradient(iteration=1, selected=[], text=" ")]) == "(none)"
