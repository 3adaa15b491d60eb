"""One goes on from the item of a list that a number singles out, and says so."""

from pathlib import Path
from typing import Any

import pytest

from graph.app import build_graph
from graph.context import Context
from graph.record import Record
from nodes.policies.offline.reading.best_item import Best, best_at, best_item

HOTELS = """
from typing import Any

from tool_registry.declare import annotate


@annotate(read_only=True, deterministic=True, category="travel")
def find_hotels(city: str) -> dict[str, Any]:
    \"\"\"Find hotels in a city.\"\"\"
    prices = [90, 120, 75, 110, 64, 130]
    return {"hotels": [{"hotel_id": f"H{n}", "price": price} for n, price in enumerate(prices)]}


@annotate(read_only=True, deterministic=True, category="travel")
def hotel_details(hotel_id: str) -> dict[str, Any]:
    \"\"\"Show the details of a hotel.\"\"\"
    return {"rooms": 10 + int(hotel_id[1:]), "breakfast": True}


TOOLS = [find_hotels, hotel_details]
"""


def rows(name: str, *values: Any) -> list[dict[str, Any]]:
    return [{"id": number, name: value} for number, value in enumerate(values)]


@pytest.mark.parametrize(
    ("items", "best"),
    [
        (rows("price", 9, 4, 7), Best(1, "price", "lowest")),
        (rows("distance_km", 9.5, 4, 7), Best(1, "distance_km", "lowest")),
        (rows("rating", 3.5, 4, 4.8, 2), Best(2, "rating", "highest")),
        (rows("price", 4, 4, 7), None),
        (rows("price", 4, 7), None),
        (rows("price", 4, "7", 8), None),
        (rows("price", True, False, 8), None),
        (rows("latitude", 4, 7, 8), None),
        ([1, 2, 3], None),
        ([{"price": 1}, {}, {"price": 3}], None),
        ("price", None),
    ],
)
def test_a_number_singles_out_one_item_or_none(items: Any, best: Best | None) -> None:
    assert best_item(items) == best


def test_the_innermost_list_counts() -> None:
    result = {"days": [{"offers": rows("price", 9, 4, 7)}, {"offers": []}]}
    assert best_at(result, "/days/0/offers/1/id") == Best(1, "price", "lowest")
    assert best_at(result, "/days/0/offers/0/id") is None
    assert best_at(result, "/days") is None


async def test_the_offline_policy_goes_on_from_the_cheapest_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "hotels.py").write_text(HOTELS)
    context = Context(tools=[f"python:{tmp_path}/hotels.py:TOOLS"], calls="2:100", turns="1:100")
    out = await build_graph().compile().ainvoke({"seed": 1, "index": 0}, context=context)
    record = Record.model_validate(out["record"])
    assert out["status"] == "accepted", out["reasons"]
    [_, details] = record.turns[0].steps
    assert details.arguments == {"hotel_id": "H4"}
    assert "the hotel with the lowest price" in record.turns[0].query
    assert "H4" not in record.turns[0].query
