"""Views are bounded whatever is viewed, and keep the structure."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from graph.record import Step
from graph.sources import StepSource
from nodes.policies.base import Proposal
from nodes.policies.model.chain_text import chain_text
from nodes.policies.model.pointed import named_in, taken_by
from nodes.policies.model.views import call_text, identities_text, view
from tool_registry.spec import ToolSpec

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=400),
    lambda inner: st.lists(inner, max_size=12) | st.dictionaries(st.text(max_size=60), inner, max_size=12),
    max_leaves=60,
)


@given(JSON, st.integers(60, 2000))
def test_a_view_fits(value: Any, characters: int) -> None:
    assert len(view(value, characters)) <= characters


def test_a_small_value_is_shown_whole() -> None:
    assert view({"name": "Haneda", "lat": 35.5}, 600) == '{"name":"Haneda","lat":35.5}'


def test_a_large_one_keeps_its_keys_first_items_and_counts() -> None:
    items = [{"id": f"item-{n}", "title": "x" * 200, "tags": ["a", "b"]} for n in range(500)]
    text = view({"total": 500, "items": items, "next": None}, 600)
    assert '"total":500' in text
    assert '[(id,title,tags),0:("item-0",' in text
    assert "items]" in text
    assert "…+" in text
    assert '"next":null' in text, "what stands after a large member is not lost"
    assert "more)" in text


def test_alike_objects_are_numbered_rows_so_that_there_are_more_to_choose_from() -> None:
    rows = [{"iata": f"A{n:02}", "name": f"Airport {n}", "distance_km": n * 9.5} for n in range(12)]
    text = view({"airports": rows}, 360)
    assert text.startswith('{"airports":[(iata,name,distance_km),0:("A00","Airport 0",0.0),1:("A01","Airport 1",9.5),')
    assert '9:("A09"' in text
    assert text.endswith("…+2 items]}")
    assert view([{"a b": 1, "c": [2]}, {"a b": 3, "c": []}], 200) == '[("a b",c),0:(1,[2]),1:(3,[])]'
    assert view([{"a": 1}, {"b": 2}], 200) == '[{"a":1},{"b":2}]'
    assert view([{"a": 1}], 200) == '[{"a":1}]'


def test_a_huge_value_of_any_form_is_quick_and_bounded() -> None:
    for value in ("x" * 1_000_000, {f"key-{n}": n for n in range(50_000)}, [[n] * 9 for n in range(50_000)]):
        assert len(view(value, 300)) <= 300
    deep: Any = 1
    for _ in range(90):
        deep = {"in": deep}
    assert view(deep, 200).startswith('{"in":')


def test_at_the_least_the_names_of_members_are_shown() -> None:
    result = {"request": {"query": "x" * 40}, "items": [{"id": "i" * 30}] * 9, "total": 9, "unit": "USD"}
    assert view(result, 60) == "{request,items,total,unit}"
    assert (
        view({f"member_{n}": {"x": 1} for n in range(40)}, 60)
        == "{member_0,member_1,member_2,member_3,member_4,…+35 members}"
    )


def test_a_call_names_where_its_arguments_come_from() -> None:
    sources = {"/lat": StepSource(step="s1", pointer="/position/lat")}
    assert call_text("sun", {"lat": 35.5, "date": "2026-03-01"}, sources, 200) == (
        'sun(lat=s1/position/lat, date="2026-03-01")'
    )


def steps(count: int, size: int) -> list[Step]:
    return [
        Step(id=f"s{n}", tool=f"tool_{n}", arguments={"query": "q" * 20}, result={"id": n, "text": "r" * size})
        for n in range(1, count + 1)
    ]


def test_the_chain_hardly_grows_with_its_length_or_its_results() -> None:
    def length(count: int, size: int) -> int:
        made = steps(count, size)
        return len(chain_text(made, [[step.id for step in made]], 2600, 500))

    assert length(10, 20_000) <= 1.2 * length(10, 450)
    assert length(10, 450) <= 2600
    assert length(100, 20_000) <= 5500
    text = chain_text(steps(10, 450), [["s1"]], 2600, 500)
    assert [f"s{n} tool_{n}" in text for n in range(1, 11)] == [True] * 10
    assert text.index("s9 tool_9") < text.index("s10 tool_10")


def test_a_chain_tells_whose_a_bare_id_is() -> None:
    reader = {"type": "object", "properties": {"id": {}, "book_id": {}, "town": {"type": "object", "properties": {}}}}
    spec = ToolSpec(name="get_reader", description="", parameters={}, output_schema=reader, source="python")
    result = {"id": 1, "book_id": 2, "status": "new", "town": {"id": 3, "name": "Oslo"}}
    step = Step(id="s1", tool="get_reader", arguments={}, sources={}, result=result)
    text = chain_text([step], [["s1"]], 2000, 500, {"get_reader": spec})
    assert text.splitlines()[-1] == "  ids: /id: reader", "/town/id says it itself"
    assert "ids:" not in chain_text([step], [["s1"]], 2000, 500)


def identities(name: str, result: Any, **schema: Any) -> str:
    output = {"type": "object", "properties": schema} if schema else None
    spec = ToolSpec(name=name, description="", parameters={}, output_schema=output, source="python")
    return identities_text(result, spec)


def test_whose_an_id_is_forbids_nothing_that_is_right_and_says_something() -> None:
    assert identities("get_user_tickets", [{"id": 1, "status": "Open"}]) == "/0/id: ticket"
    assert identities("list_order_items", {"items": [{"id": 1}]}) == "/items/0/id: order item"
    assert identities("list_regions", {"regions": [{"name": "Gozo"}]}) == ""
    countries = {"type": "array", "items": {"properties": {"name": {"description": "Common English name"}}}}
    assert identities("countries_of", {"countries": [{"name": "Malta"}]}, countries=countries) == ""
    described = {"description": "ID of the pet to return"}
    assert identities("get_thing", {"id": 5}, id=described, also={}) == "/id: pet"


def test_a_list_or_an_object_by_reference_is_shown_by_reference() -> None:
    results = {"s1": {"stocks": ["AAPL", "GOOG"], "place": {"lat": 1.5, "lon": 2.5}, "none": []}}
    whole = {f"/stocks/{n}": StepSource(step="s1", pointer=f"/stocks/{n}") for n in range(2)}
    assert call_text("filter", {"stocks": ["AAPL", "GOOG"], "max": 250}, whole, 200, results) == (
        "filter(stocks=s1/stocks, max=250)"
    )
    # A part of the list is not the list.
    first = {"/stocks/0": StepSource(step="s1", pointer="/stocks/0")}
    assert call_text("filter", {"stocks": ["AAPL"]}, first, 200, results) == "filter(stocks=[s1/stocks/0])"
    mixed = {**first, "/at/place/lat": StepSource(step="s1", pointer="/place/lat")}
    arguments = {"stocks": ["AAPL", "MSFT"], "at": {"place": {"lat": 1.5, "lon": 9}}}
    assert call_text("filter", arguments, mixed, 200, results) == (
        'filter(stocks=[s1/stocks/0,"MSFT"], at={"place":{"lat":s1/place/lat,"lon":9}})'
    )
    empty = {"/stocks": StepSource(step="s1", pointer="/none")}
    assert call_text("filter", {"stocks": []}, empty, 200, results) == "filter(stocks=s1/none)"


def test_a_chain_shows_lists_by_reference() -> None:
    found = Step(id="s1", tool="sector", arguments={}, result={"stocks": ["AAPL", "GOOG"]})
    sources = {f"/stocks/{n}": StepSource(step="s1", pointer=f"/stocks/{n}") for n in range(2)}
    used = Step(id="s2", tool="filter", arguments={"stocks": ["AAPL", "GOOG"]}, sources=dict(sources), result={})
    assert "s2 filter(stocks=s1/stocks) = " in chain_text([found, used], [["s1", "s2"]], 2600, 500)


def tickets(count: int) -> Step:
    rows = [{"id": f"T-{n}", "subject": f"Printer {n} " + "is on fire " * 9} for n in range(count)]
    return Step(id="s1", tool="waiting", arguments={"team": "desk"}, result={"tickets": rows})


def test_of_an_early_step_the_call_and_what_is_taken_from_it_are_shown() -> None:
    made = [tickets(20), *(step.model_copy(update={"id": f"s{n}"}) for n, step in enumerate(steps(12, 800), 2))]
    call = Proposal(
        id="p1",
        tool="close",
        arguments={"id": "T-17"},
        sources={"/id": StepSource(step="s1", pointer="/tickets/17/id")},
    )
    assert "\ns1 waiting\n" in chain_text(made, [["s1"]], 1000, 260)
    text = chain_text(made, [["s1"]], 1000, 260, pointed=taken_by([call]))
    assert '\ns1 waiting(team="desk")\n  /tickets/17: {"id":"T-17","subject":"Printer 17 is on fire' in text
    assert "/tickets/16" not in text


def test_a_step_in_the_middle_is_told_as_much_of_as_an_early_one() -> None:
    text = chain_text(steps(8, 100), [["s1"]], 2600, 260)
    assert all(f"s{number} tool_{number}(query=" in text for number in range(1, 9))


def test_what_a_critique_names_is_shown_where_the_view_leaves_it_out() -> None:
    pointed = named_in("s2 is done. Result s1 is unused at /tickets/0/id, /tickets/17/id; see s3/none. And/or 3/4.")
    assert pointed == {"s1": ["/tickets/0/id", "/tickets/17/id"], "s3": ["/none"]}
    text = chain_text([tickets(20)], [["s1"]], 2600, 500, pointed=pointed)
    assert '\n  /tickets/17: {"id":"T-17"' in text
    assert text.count("\n  ") == 1, "what can be seen is not told again"
