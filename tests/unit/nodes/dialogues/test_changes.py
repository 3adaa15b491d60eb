"""What a person may change their mind about."""

from graph.record import RecordContext, Step
from nodes.dialogues.changes import changes_of, may_repeat, replaced
from nodes.dialogues.given import Chain
from tests.unit.nodes.dialogues.trips import CHAIN, PAY, TOOLS


def changed(step: str, chain: Chain = CHAIN) -> list[dict[str, object]]:
    return [change.arguments for change in changes_of(chain, step)]


def test_a_value_of_the_schema_or_one_near_it_takes_the_place() -> None:
    assert changed("s1") == [{"city": "Linz", "language": "en"}, {"city": "Wels", "language": "en"}]
    assert {"lat": 47.07, "day": "2026-05-10"} in changed("s2")
    assert all(arguments["lat"] == 47.07 for arguments in changed("s2")), "a result gives it"


def test_a_write_is_made_again_only_where_it_says_so_and_never_for_another_thing() -> None:
    assert not may_repeat(CHAIN, "s4")
    assert changed("s4") == []
    assert changed("s5") == [{"booking": "B-17", "how": "cash"}]
    alone = Step(id="s1", tool="pay", arguments={"booking": "B-17", "how": "card"}, result={"paid": True})
    assert changed("s1", Chain([alone], TOOLS, RecordContext())) == [{"booking": "B-17", "how": "cash"}]


def test_what_another_call_takes_too_is_not_changed_in_one_of_them() -> None:
    first = Step(id="s1", tool="hotels", arguments={"city": "Graz", "nights": 2}, result={"hotel": "Mur"})
    second = Step(id="s2", tool="place", arguments={"city": "Graz"}, result={"lat": 47.07})
    both = Chain([first, second], TOOLS, RecordContext())
    assert changed("s2", both) == []
    assert {arguments["city"] for arguments in changed("s1", both)} == {"Graz"}
    assert changed("s2", Chain([second], TOOLS, RecordContext(vars={"town": "Graz"}))) == [], "the context gives it"


def test_a_call_that_was_made_is_no_change() -> None:
    other = Step(id="s1", tool="place", arguments={"city": "Graz", "language": "en"}, result={})
    linz = Step(id="s2", tool="place", arguments={"city": "Linz", "language": "en"}, result={})
    assert changed("s1", Chain([other, linz], TOOLS, RecordContext())) == [{"city": "Wels", "language": "en"}]


def test_only_the_place_changes() -> None:
    document = {"stops": [{"city": "Graz"}, {"city": "Linz"}], "n": 1}
    assert replaced(document, ["stops", "1", "city"], "Wels") == {"stops": [{"city": "Graz"}, {"city": "Wels"}], "n": 1}
    assert document["stops"] == [{"city": "Graz"}, {"city": "Linz"}]
    assert PAY.uses() == {"s4"}
