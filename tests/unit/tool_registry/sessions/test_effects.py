"""What a call has changed, measured where its tool does not say, and what comes of it for the order of calls."""

from typing import Any

import pytest

from tests.unit.tool_registry.sessions.making import LIMITS, order
from tool_registry.permissions import Permissions
from tool_registry.profiles.probing import probe
from tool_registry.registry import ToolRegistry, load_registry
from tool_registry.sessions.replay import RecordedCall
from tool_registry.sessions.sample import SampleSession
from tool_registry.sessions.session import open_session
from tool_registry.sources.config import SourceConfig
from tool_registry.spec import Annotations

Call = tuple[str, dict[str, Any]]


def undeclared(attribute: str, **settings: Any) -> ToolRegistry:
    target = f"tests.fixtures.undeclared:{attribute}"
    return load_registry([SourceConfig(kind="python", target=target, stateful=True, **settings).as_spec()])


async def effects(registry: ToolRegistry, *calls: Call) -> list[str]:
    async with await open_session(registry) as session:
        return [(await session.measure(tool, arguments, **LIMITS))[1] for tool, arguments in calls]


PUT: Call = ("put", {"book": "Ulysses"})
LEND: Call = ("lend", {"book": "Emma"})
LOOK: Call = ("look", {"name": "a"})
TITLES: Call = ("titles", {})
SIZE: Call = ("size", {"book": "Emma"})
WEIGH: Call = ("weigh", {"pounds": 2.0})


async def test_what_a_call_changes_is_measured() -> None:
    made = await effects(undeclared("Shelf"), TITLES, PUT, PUT, LEND, SIZE, WEIGH)
    assert made == ["unchanged", "changed", "unchanged", "changed", "unchanged", "unchanged"]


@pytest.mark.parametrize(
    ("attribute", "calls", "made"),
    [
        ("Diary", [TITLES, WEIGH], ["changed", "unchanged"]),
        (
            "Recent",
            [("last", {}), LOOK, LOOK],
            ["unchanged", "changed", "unchanged"],
        ),
        ("Database", [("rows", {}), ("insert", {"text": "a"})], ["unknown", "unknown"]),
        ("Board", [("first", {}), ("pin", {"text": "a"})], ["unknown", "unknown"]),
        ("Huge", [TITLES, PUT], ["unknown", "unknown"]),
        ("closures", [("count", {}), ("add", {"text": "a"})], ["unchanged", "changed"]),
    ],
)
async def test_what_cannot_be_compared_is_not_known(attribute: str, calls: list[Call], made: list[str]) -> None:
    assert await effects(undeclared(attribute), *calls) == made


async def test_reads_wait_for_no_reads() -> None:
    assert await order(undeclared("Shelf"), TITLES, SIZE, WEIGH, TITLES) == [[], [], [], []]


async def test_reads_come_after_the_writes_that_they_need_and_before_those_that_change_them() -> None:
    found = await order(undeclared("Shelf"), TITLES, SIZE, PUT, WEIGH, TITLES, LEND, TITLES)
    # The first list is another one once the book is there; sizes and weights are what they were.
    assert found == [[], [], ["s1"], [], ["s3"], ["s3"], ["s3"]]


async def test_a_call_that_changes_nothing_any_more_comes_after_the_one_that_has_changed_it() -> None:
    assert await order(undeclared("Shelf"), PUT, PUT) == [[], ["s1"]]
    # And the other way round: made first, it would be a change.
    assert await order(undeclared("Recent"), ("look", {"name": "b"}), ("look", {"name": "a"})) == [[], ["s1"]]


@pytest.mark.parametrize("attribute", ["Database", "Huge"])
async def test_what_cannot_be_compared_keeps_the_order_of_its_calls(attribute: str) -> None:
    calls = [("insert", {"text": "a"}), ("rows", {}), ("rows", {})] if attribute == "Database" else [PUT, TITLES, SIZE]
    assert await order(undeclared(attribute), *calls) == [[], ["s1"], ["s2"]]


WRITE_A: Call = ("write", {"text": "a"})
WRITE_B: Call = ("write", {"text": "b"})
READ: Call = ("read", {})


@pytest.mark.parametrize("calls", [[WRITE_A, READ], [READ, WRITE_A], [WRITE_A, WRITE_B, READ], [READ, WRITE_A, READ]])
async def test_state_that_nobody_measures_is_found_by_trying(calls: list[Call]) -> None:
    registry = undeclared("Folder")
    assert set(await effects(registry, *calls)) == {"unchanged"}, "it is in files"
    found = await order(registry, *calls)
    assert found == [[f"s{number}"] if number else [] for number in range(len(calls))]


async def test_what_is_declared_is_not_measured() -> None:
    reads = {"put": Annotations(read_only=True), "titles": Annotations(read_only=False)}
    registry = undeclared("Shelf", annotations=reads)
    # A lie is a lie: `titles` counts as a write, so the one that comes after it waits.
    assert await order(registry, TITLES, TITLES) == [[], ["s1"]]
    assert await order(registry, SIZE, TITLES, WEIGH) == [[], [], []]


async def test_the_same_comes_of_it_in_a_session_that_was_built_again() -> None:
    registry = undeclared("Shelf")
    calls = [
        RecordedCall(id="s1", tool="titles", arguments={}, result=["Emma"]),
        RecordedCall(id="s2", tool="put", arguments={"book": "Ulysses"}, result={"done": True}),
    ]
    session, later = SampleSession(registry, measures=True), SampleSession(registry, measures=True)
    for position, call in enumerate(calls):
        await session.apply(call, calls[:position], LIMITS)
    expected = ["unchanged", "changed"]
    assert await session.effects("put", calls, LIMITS) == expected
    assert await later.effects("put", calls, LIMITS) == expected
    wrong = [calls[0].model_copy(update={"result": ["made up"]}), calls[1]]
    assert await later.effects("put", wrong, LIMITS) == ["unknown", "unknown"]
    await session.aclose()
    await later.aclose()


async def test_nothing_may_run_by_being_measured() -> None:
    registry = undeclared("Shelf")
    async with await open_session(registry) as session:
        result, effect = await session.measure("titles", {}, **{**LIMITS, "permissions": Permissions()})
    assert result.error is not None
    assert result.error.kind == "not_allowed"
    assert effect == "unknown"
    assert [registry.verdict(name, Permissions()).runs for name in registry.names] == [False] * 5
    profile = await probe([registry.get(name) for name in registry.names])
    assert {tool.status for tool in profile.tools.values()} == {"skipped"}


async def test_a_profile_says_what_was_measured() -> None:
    registry = undeclared("Counted", allow_unannotated=True)
    profile = await probe([registry.get(name) for name in registry.names])
    found = {name: (tool.status, tool.effects) for name, tool in profile.tools.items()}
    assert found == {
        "total": ("works", {"unchanged": 1}),
        "add": ("works", {"changed": 3}),
        "take": ("unknown", {}),
        "name": ("skipped", {}),
    }
    registry.learn(profile)
    assert registry.get("total").spec.annotations.read_only is None
    assert registry.get("total").binding is not None
