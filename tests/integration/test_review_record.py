"""A person in the loop: what `review_record` hands over, which answers it takes, and that none ends the sample."""

from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.types import Command

from graph.record import Record
from nodes.proofs import prove
from tests.integration.command import without_times
from tests.integration.workflow import Graph, Json, compiled, history, sample, settings, thread

REVIEWED = settings(review=True)
LENGTH = 3


async def waiting(graph: Graph, name: str = "one", **more: Any) -> Json:
    """Begin a sample and return what the person is asked."""
    return asked(await sample(REVIEWED, graph, name, index=3, target_calls=LENGTH, **more))


def asked(output: Json) -> Json:
    assert not output.get("status"), output["status"]
    [request] = output["__interrupt__"]
    assert isinstance(request.value, dict)
    return dict(request.value)


async def answer(graph: Graph, value: Any, name: str = "one") -> Json:
    return dict(await graph.ainvoke(Command(resume=value), thread(name), context=REVIEWED))


async def test_nobody_is_asked_unless_it_is_set() -> None:
    output = await sample(settings(), index=3, target_calls=LENGTH)
    assert output["status"] == "accepted"
    assert "review" not in output["record"]


async def test_the_request_has_the_record_and_the_draft_as_it_was_written() -> None:
    graph = compiled()
    request = await waiting(graph)
    record = Record.model_validate(request["record"])
    assert (request["id"], request["problem"], request["findings"]) == ("s1-000003", None, [])
    assert not prove(record).findings
    assert [turn["query"] for turn in request["dialogue"]] == [turn.query for turn in record.turns]
    assert len(request["dialogue"][0]["calls"]) == LENGTH
    assert "](s1" in request["draft"]["turns"][0]["query"]
    # An inbox makes its form of this.
    [task] = (await graph.aget_state(thread())).tasks
    assert task.interrupts[0].response_schema["properties"]["decision"]["enum"] == ["accept", "reject", "mend"]


@pytest.mark.parametrize(
    "value", [{"decision": "accept", "reviewer": "Ann", "note": "fine"}, "accept", '{"decision":"accept"}']
)
async def test_what_is_accepted_is_what_nobody_was_asked_about(value: Any) -> None:
    graph = compiled()
    await waiting(graph)
    output = await answer(graph, value)
    assert output["status"] == "accepted"
    review = output["record"].pop("review")
    assert review["decision"] == "accept"
    assert (review["reviewer"], review["note"]) == (("Ann", "fine") if isinstance(value, dict) else (None, ""))
    unasked = await sample(settings(), index=3, target_calls=LENGTH)
    assert without_times(output["record"]) == without_times(unasked["record"])


@pytest.mark.parametrize("value", [{"decision": "reject", "reason": "nobody asks this"}, "reject: nobody asks this"])
async def test_a_rejection_is_the_reason(value: Any) -> None:
    graph = compiled()
    await waiting(graph)
    output = await answer(graph, value)
    assert (output["status"], output["reasons"]) == ("rejected", ["review: nobody asks this"])
    assert output["record"]["review"]["decision"] == "reject"
    assert output["record"]["turns"]


async def test_mended_words_are_proved_and_the_original_stays() -> None:
    graph = compiled()
    request = await waiting(graph)
    before = Record.model_validate(request["record"])
    turn = request["draft"]["turns"][0]
    mended = {"query": f"Hello, a question. {turn['query']}", "response": None}
    output = await answer(graph, {"decision": "mend", "reviewer": "Bo", "mended": {"turns": [mended]}})
    record = Record.model_validate(output["record"])
    assert output["status"] == "accepted"
    assert record.turns[0].query == f"Hello, a question. {before.turns[0].query}"
    assert record.turns[0].response == before.turns[0].response
    assert not prove(record).findings
    assert record.review is not None
    assert (record.review.decision, record.review.reviewer) == ("mend", "Bo")
    assert [turn.query for turn in record.review.original or []] == [before.turns[0].query]
    assert [step.arguments for step in record.turns[0].steps] == [step.arguments for step in before.turns[0].steps]


async def test_words_that_do_not_hold_come_back_with_what_is_wrong() -> None:
    graph = compiled()
    first = await waiting(graph)
    wrong = {"decision": "mend", "id": "m1", "mended": {"turns": [{"response": "It weighs 987654 kg."}]}}
    again = asked(await answer(graph, wrong))
    assert "987654" in again["findings"][0]["message"]
    assert "do not hold" in again["problem"]
    assert again["draft"]["turns"][0] == {**first["draft"]["turns"][0], "response": "It weighs 987654 kg."}
    assert (again["record"], again["refused"]) == (first["record"], ["m1"])
    # From there: a half that is put right leaves the other as it was.
    put_right = {"decision": "mend", "mended": {"turns": [{"response": first["draft"]["turns"][0]["response"]}]}}
    output = await answer(graph, put_right)
    assert output["status"] == "accepted"


async def test_after_a_mend_that_does_not_hold_the_proved_record_can_be_accepted() -> None:
    graph = compiled()
    first = await waiting(graph)
    asked(await answer(graph, {"decision": "mend", "mended": {"turns": [{"query": "What?"}]}}))
    output = await answer(graph, "accept")
    assert output["record"]["turns"] == first["record"]["turns"]
    assert output["record"]["review"]["decision"] == "accept"


HOSTILE = [
    "yes please",
    "",
    "reject",
    7,
    True,
    [],
    [1, 2],
    {"decision": "perhaps"},
    {"decision": "reject"},
    {"decision": "reject", "reason": "   "},
    {"decision": "mend"},
    {"decision": "mend", "mended": {"turns": []}},
    {"decision": "mend", "mended": {"turns": [{}]}},
    {"decision": "mend", "mended": {"turns": [{"query": ""}]}},
    {"decision": "mend", "mended": {"turns": [{"query": 5}]}},
    {"decision": "mend", "mended": {"turns": [{"query": "x"}, {"query": "y"}]}},
    {"decision": "mend", "mended": {"turns": [{"query": "[" * 50_000}]}},
    {"decision": "mend", "mended": {"turns": [{"query": "x" * 100_001}]}},
    {"decision": "mend", "mended": {"turns": [{"response": "\x00[a](s99/b)[b](s1/~)"}]}},
    {"decision": "accept", "mended": {"turns": [{"query": "x"}]}},
    {"decision": "accept", "unknown": 1},
    {"turns": [{"query": "x"}]},
    "[" * 5000,
]


async def test_no_answer_ends_the_sample() -> None:
    graph = compiled()
    first = await waiting(graph)
    for value in HOSTILE:
        again = asked(await answer(graph, value))
        assert again["problem"], value
        assert again["findings"] or "Allowed: " in again["problem"], value
        assert again["record"] == first["record"]
    assert (await answer(graph, "accept"))["record"]["turns"] == first["record"]["turns"]


async def test_it_waits_in_a_file_for_another_process_to_come(tmp_path: Path) -> None:
    database = str(tmp_path / "checkpoints.sqlite")
    async with AsyncSqliteSaver.from_conn_string(database) as saver:
        first = await waiting(compiled(saver))
    async with AsyncSqliteSaver.from_conn_string(database) as saver:
        graph = compiled(saver)
        # Invoked without an answer it goes on waiting.
        assert asked(dict(await graph.ainvoke(None, thread(), context=REVIEWED))) == first
        states = len(await history(graph))
        output = await answer(graph, "accept")
        assert output["status"] == "accepted"
        assert len(await history(graph)) == states + 1


async def test_a_thread_that_was_reviewed_begins_another_sample_unreviewed() -> None:
    graph = compiled()
    await waiting(graph)
    asked(await answer(graph, {"decision": "mend", "mended": {"turns": [{"query": "What?"}]}}))
    await answer(graph, "reject: no")
    request = asked(await sample(REVIEWED, graph, index=4))
    assert (request["problem"], request["findings"], request["id"]) == (None, [], "s1-000004")
