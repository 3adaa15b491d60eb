"""BFCL's own multi-turn checker on our ground truths of its own classes, and on errors planted in them."""

import asyncio
import importlib.util
import json
from collections.abc import Iterator
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from graph.record import Awaited, Record
from tests.fixtures.undeclared import Shelf
from tests.unit.nodes.proofs.records import META
from tests.unit.toolgrad_data.export.exporting import export_to, rows_of
from tests.unit.toolgrad_data.runs.helpers import settings
from tool_registry.builtin.ticket_desk import TicketDesk
from tool_registry.permissions import Permissions
from tool_registry.registry import get_registry
from tool_registry.sessions.session import open_session
from tool_registry.sources.config import SourceConfig
from toolgrad_data.export.conversation import Example
from toolgrad_data.export.datasets.episodes import Episodes
from toolgrad_data.export.formats.bfcl import Bfcl
from toolgrad_data.export.from_record import example_of
from toolgrad_data.runs.runner import generate

needs_bfcl = pytest.mark.skipif(
    importlib.util.find_spec("bfcl_eval") is None, reason="needs BFCL's wheel: pip install --no-deps bfcl-eval"
)
ALLOWED = Permissions(allow_unannotated=True, allow_writes=True)
Script = list[list[tuple[str, dict[str, Any]]]]
STATE = "tests.fixtures.bfcl_state"
#: By the sources of their tools: the calls of each turn; no two are answered alike.
SCRIPTS: dict[tuple[str, ...], Script] = {
    (f"{STATE}:vehicle",): [
        [
            ("lockDoors", {"unlock": False, "door": ["driver", "passenger", "rear_left", "rear_right"]}),
            ("pressBrakePedal", {"pedalPosition": 1.0}),
            ("startEngine", {"ignitionMode": "START"}),
        ],
        [],
        [("fillFuelTank", {"fuelAmount": 4.5}), ("displayCarStatus", {"option": "fuel"})],
        [("set_navigation", {"destination": "Porto"}), ("set_navigation", {"destination": "Graz"})],
    ],
    (f"{STATE}:trading",): [
        [("trading_login", {"username": "ada", "password": "river"}), ("add_to_watchlist", {"stock": "AAPL"})],
        [("get_symbol_by_name", {"name": "Tesla"}), ("add_to_watchlist", {"stock": "TSLA"})],
        [("remove_stock_from_watchlist", {"symbol": "AAPL"})],
    ],
    (f"{STATE}:files",): [
        [("mkdir", {"dir_name": "drafts"}), ("cd", {"folder": "drafts"})],
        [("touch", {"file_name": "letter.txt"}), ("echo", {"content": "Dear Ada", "file_name": "letter.txt"})],
        [("cat", {"file_name": "letter.txt"})],
    ],
    (f"{STATE}:tickets", f"{STATE}:vehicle"): [
        [("ticket_login", {"username": "ada", "password": "river-stone"})],
        [("create_ticket", {"title": "No lights", "description": "It's dark", "priority": 4})],
        [("setHeadlights", {"mode": "on"}), ("close_ticket", {"ticket_id": 1})],
    ],
}  # fmt: skip


def spec_of(target: str) -> str:
    return SourceConfig(
        kind="python", target=target, stateful=True, allow_unannotated=True, allow_writes=True
    ).as_spec()


async def executed(targets: tuple[str, ...], script: Script) -> tuple[Record, Example]:
    """The script's calls, made in a session; the record of them, and the example with its episode."""
    registry = await get_registry([*map(spec_of, targets), "builtin"])
    turns, numbers = [], count(1)
    async with await open_session(registry) as session:
        for place, calls in enumerate(script):
            steps = []
            for tool, arguments in calls:
                result = await session.execute(
                    tool, arguments, permissions=ALLOWED, timeout_s=20.0, max_result_bytes=100_000
                )
                assert result.ok, (tool, result.error)
                steps.append(
                    {"id": f"s{next(numbers)}", "tool": tool, "arguments": arguments, "result": result.content}
                )
            kind = "request" if not place else "follow_up" if calls else "chat"
            words = {"query": f"Words {place}.", "response": f"Answer {place}."}
            turns.append({"kind": kind, "steps": steps, "chains": [], **words})
    specs = {tool: registry.get(tool).spec.model_dump() for calls in script for tool, _ in calls}
    record = Record.model_validate(
        {"id": "s0-000000", "turns": turns, "tools": list(specs.values()), "offered": [], "meta": META.model_dump()}
    )
    return record, Episodes(registry, ALLOWED).with_episode(example_of(record))


def row_of(targets: tuple[str, ...], script: Script) -> dict[str, Any]:
    _, example = asyncio.run(executed(targets, script))
    assert example.episode is not None
    (row,) = Bfcl().rows(example, 0)
    return json.loads(json.dumps(row))  # type: ignore[no-any-return]


_ENTRIES = count()


def accepts(row: dict[str, Any], turns: list[list[str]]) -> bool:
    """Whether BFCL's checker accepts the calls of each turn, made one after another."""
    checker = import_module("bfcl_eval.eval_checker.multi_turn_eval.multi_turn_checker").multi_turn_checker
    entry = {**row["question"], "id": f"{row['category']}_{next(_ENTRIES)}"}
    steps = [[[call] for call in calls] for calls in turns]
    return bool(checker(steps, row["answer"]["ground_truth"], entry, row["category"], "ours")["valid"])


def planted(turns: list[list[str]]) -> Iterator[tuple[str, list[list[str]]]]:
    """Errors: each call left out, each argument changed, the effects of a turn in another order."""
    for place, calls in enumerate(turns):

        def instead(*other: str, place: int = place) -> list[list[str]]:
            return [*turns[:place], list(other), *turns[place + 1 :]]

        for at, call in enumerate(calls):
            yield f"without {call}", instead(*calls[:at], *calls[at + 1 :])
            for old, new in (("='", "='x"), ("=4.5", "=7.5"), ("=1.0", "=0.2"), ("=False", "=True")):
                if old in call and not call.startswith("trading_login"):  # the class keeps no name
                    yield f"{call} with {new}", instead(*calls[:at], call.replace(old, new, 1), *calls[at + 1 :])
        if (len(set(calls)) > 1 and "navigation" in calls[0] + calls[-1]) or "mkdir" in "".join(calls):
            yield f"{calls} backwards", instead(*calls[::-1])


EXTRA = {
    "VehicleControlAPI": "set_navigation(destination='Oslo')",
    "TradingBot": "add_to_watchlist(stock='MSFT')",
    "GorillaFileSystem": "mkdir(dir_name='more')",
    "TicketAPI": "create_ticket(title='Another')",
}


@needs_bfcl
@pytest.mark.parametrize("targets", SCRIPTS, ids=lambda targets: "+".join(one.partition(":")[2] for one in targets))
def test_bfcl_accepts_each_ground_truth_and_refuses_each_planted_error(targets: tuple[str, ...]) -> None:
    row = row_of(targets, SCRIPTS[targets])
    truth = row["answer"]["ground_truth"]
    assert [len(calls) for calls in truth] == [len(calls) for calls in SCRIPTS[targets]]
    assert row["category"] == "multi_turn_base"
    assert accepts(row, truth)
    refused = 0
    for what, turns in planted(truth):
        assert not accepts(row, turns), what
        refused += 1
    for name in row["question"]["involved_classes"]:
        for place, calls in enumerate(truth):
            if calls:
                turns = [*truth[:place], [*calls, EXTRA[name]], *truth[place + 1 :]]
                assert not accepts(row, turns), (EXTRA[name], place)
                refused += 1
    assert refused >= 8


@needs_bfcl
def test_a_line_has_the_members_of_bfcls_own() -> None:
    data = Path(str(importlib.util.find_spec("bfcl_eval").origin)).parent / "data"  # type: ignore[union-attr]
    with open(data / "BFCL_v4_multi_turn_base.json", encoding="utf-8") as file:
        theirs = json.loads(file.readline())
    row = row_of((f"{STATE}:trading",), SCRIPTS[f"{STATE}:trading",])
    assert {"id", *row["question"]} == set(theirs) - {"excluded_function"}
    assert row["question"]["involved_classes"] == ["TradingBot"]
    assert row["question"]["path"][1] == "TradingBot.add_to_watchlist"
    assert row["question"]["question"][1] == [{"role": "user", "content": "Words 1."}]
    calls = [call for turn in SCRIPTS[f"{STATE}:trading",] for call in turn]
    assert [call for turn in Bfcl().calls(row) for call in turn] == calls


@needs_bfcl
def test_a_run_of_bfcls_class_is_exported_and_accepted(tmp_path: Path) -> None:
    folder = tmp_path / "cars"
    asyncio.run(
        generate(
            settings(folder, samples=4, seed=3, calls="3-5:100", turns="1:100", tools=[spec_of(f"{STATE}:vehicle")])
        )
    )
    report, out = export_to(folder, "bfcl")
    questions = rows_of(out / "BFCL_v4_multi_turn_base.json")
    answers = rows_of(out / "possible_answer" / "BFCL_v4_multi_turn_base.json")
    assert questions
    assert report.notes["stateful_classes"] == {"with the calls of each turn": len(questions)}
    for question, answer in zip(questions, answers, strict=True):
        row = {"category": "multi_turn_base", "question": question, "answer": answer}
        assert accepts(row, answer["ground_truth"])


def test_a_question_first_makes_it_the_category_of_missing_values() -> None:
    desk = f"{TicketDesk.__module__}:TicketDesk"
    record, _ = asyncio.run(executed((desk,), [[("get_ticket", {"ticket": "T-1002"})], []]))
    first, second = record.turns
    asked = first.model_copy(update={"steps": [], "awaits": [Awaited(step="s1", pointer="/ticket")]})
    told = second.model_copy(update={"kind": "clarification", "steps": first.steps})
    record = Record.model_validate({**record.model_dump(), "turns": [asked.model_dump(), told.model_dump()]})
    example = Episodes(asyncio.run(get_registry([spec_of(desk)])), ALLOWED).with_episode(example_of(record))
    (row,) = Bfcl().rows(example, 0)
    assert row["category"] == "multi_turn_miss_param"
    assert row["answer"]["ground_truth"] == [[], ["get_ticket(ticket='T-1002')"]]


def test_what_an_evaluators_object_answers_otherwise_has_no_episode() -> None:
    shelf = f"{Shelf.__module__}:Shelf"
    record, example = asyncio.run(executed((shelf,), [[("put", {"book": "Dune"}), ("titles", {})]]))
    assert example.episode is not None
    registry = asyncio.run(get_registry([spec_of(shelf)]))
    step = record.turns[0].steps[0].model_copy(update={"result": {"another": 1}})
    changed = record.model_copy(update={"turns": [record.turns[0].model_copy(update={"steps": [step]})]})
    episodes = Episodes(registry, ALLOWED)
    assert episodes.with_episode(example_of(changed)).episode is None
    assert episodes.counts == {"none: an object that an evaluator makes answers otherwise": 1}
    assert Episodes(registry, Permissions()).with_episode(example_of(record)).episode is not None


def test_other_tools_beside_a_class_have_no_episode() -> None:
    shelf = f"{Shelf.__module__}:Shelf"
    _, example = asyncio.run(executed((shelf,), [[("titles", {})], [("country_capital", {"country": "AT"})]]))
    assert example.episode is None
