"""`generate --review`: samples wait in their checkpoints, and the next command goes on with what people decided."""

import json
import random
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.types import Command

from graph.context import Context
from tests.integration.command import SLOW, hold, lines, run, start, wait_for, without_times
from tests.integration.workflow import compiled, thread
from toolgrad_data.errors import UsageError
from toolgrad_data.reviews.deciding import Deciding
from toolgrad_data.reviews.decisions import decisions_of
from toolgrad_data.reviews.review import DraftTurn, MendedDraft, Review
from toolgrad_data.reviews.review_file import ReviewFile
from toolgrad_data.runs.runner import generate
from toolgrad_data.runs.settings import RunSettings
from toolgrad_data.runs.summary import Summary
from toolgrad_data.runs.waiting import WaitingSample, waiting_samples

Json = dict[str, Any]
SAMPLES = 10
CONTEXT = Context(tools=["python:tests.fixtures.parcels:TOOLS"], review=True)
#: So few calls that many samples have the same ones.
FEW = CONTEXT.model_copy(update={"tools": ["python:tests.integration.shop:stock_level"], "calls": "1:100"})


def settings(out: Path, context: Context = CONTEXT, **more: Any) -> RunSettings:
    return RunSettings(**{"samples": SAMPLES, "seed": 5, "out": out, "context": context, **more})


async def go_on(given: RunSettings) -> Summary:
    return await generate(given, decide=decisions_of(given.out) if given.context.review else None)


def waits(out: Path) -> list[WaitingSample]:
    return list(waiting_samples(out))


def accept(out: Path, ids: Sequence[str]) -> None:
    Deciding(out, "Ann").decide(accept=",".join(ids), reject=None, reason="", mend=None, file=None)


def verdicts(out: Path) -> list[Json]:
    """The lines of a run by index, without what people and time have left in them."""
    found = []
    for name in ("records", "rejected"):
        for line in lines(out / f"{name}.jsonl"):
            record = without_times(line)
            record.pop("review", None)
            found.append(record)
    return sorted(found, key=lambda record: int(record["meta"]["index"]))


@pytest.fixture(scope="module", params=[CONTEXT, FEW], ids=["many", "alike"])
def context(request: pytest.FixtureRequest) -> Context:
    return request.param  # type: ignore[no-any-return]


async def unreviewed(folder: Path, context: Context) -> list[Json]:
    await go_on(settings(folder / "whole", context.model_copy(update={"review": False})))
    return verdicts(folder / "whole")


@pytest.mark.parametrize(("concurrency", "workers", "keep"), [(1, 1, "none"), (8, 1, "last"), (4, 2, "none")])
async def test_accepted_in_any_order_they_are_the_records_of_a_run_without_review(
    tmp_path: Path, context: Context, concurrency: int, workers: int, keep: str
) -> None:
    given = settings(tmp_path / "run", context, concurrency=concurrency, workers=workers, keep_checkpoints=keep)
    summary = await go_on(given)
    asked = waits(given.out)
    assert summary.waiting == len(asked) > 0
    assert (summary.missing, summary.accepted) == (0, 0)
    assert not lines(given.out / "records.jsonl")
    order = [sample.id for sample in asked]
    random.Random(concurrency).shuffle(order)
    for some in (order[:3], order[3:4], order[4:]):
        accept(given.out, some)
        before = len(lines(given.out / "records.jsonl"))
        summary = await go_on(given)
        assert summary.waiting == len(waits(given.out)) == SAMPLES - summary.accepted - summary.rejected
        if context is CONTEXT:
            assert summary.accepted == before + len(some)
    assert summary.waiting == 0
    assert not (given.out / "waiting.jsonl").exists()
    assert verdicts(given.out) == await unreviewed(tmp_path, context)
    reviews = [record["review"] for record in lines(given.out / "records.jsonl")]
    assert {(review["decision"], review["reviewer"]) for review in reviews} == {("accept", "Ann")}


async def test_nothing_is_done_again_and_nothing_pruned_while_it_waits(tmp_path: Path) -> None:
    given = settings(tmp_path / "run", keep_checkpoints="last")
    await go_on(given)
    before = (given.out / "waiting.jsonl").read_bytes()
    threads = checkpointed(given.out)
    for _ in range(2):
        summary = await go_on(given)
        assert summary.waiting == len(waits(given.out))
    assert (given.out / "waiting.jsonl").read_bytes() == before
    assert checkpointed(given.out) == threads
    more = await go_on(settings(given.out, samples=SAMPLES + 3, keep_checkpoints="last"))
    assert more.waiting == len(waits(given.out)) > summary.waiting
    assert [sample.index for sample in waits(given.out)] == sorted(sample.index for sample in waits(given.out))


def checkpointed(out: Path) -> dict[str, int]:
    with closing(sqlite3.connect(out / "checkpoints.sqlite")) as database:
        return dict(database.execute("SELECT thread_id, count(*) FROM checkpoints GROUP BY 1"))


async def test_decided_samples_are_pruned_as_the_setting_says(tmp_path: Path) -> None:
    for keep, left in (("none", 0), ("last", 1)):
        given = settings(tmp_path / keep, keep_checkpoints=keep)
        await go_on(given)
        first = waits(given.out)[0]
        accept(given.out, [first.id])
        await go_on(given)
        threads = checkpointed(given.out)
        assert threads.get(first.id, 0) == left
        assert threads.keys() >= {sample.id for sample in waits(given.out)}


async def test_rejected_and_mended_samples_get_their_lines(tmp_path: Path) -> None:
    given = settings(tmp_path / "run")
    await go_on(given)
    first, second, *_ = waits(given.out)
    Deciding(given.out, "Ann").decide(accept=None, reject=first.id, reason="too plain", mend=None, file=None)
    words = second.draft or {}
    words["turns"][0]["query"] = f"Good morning. {words['turns'][0]['query']}"
    draft = tmp_path / "draft.json"
    draft.write_text(json.dumps(words))
    Deciding(given.out, "Bo", "friendlier").decide(accept=None, reject=None, reason="", mend=second.id, file=draft)
    summary = await go_on(given)
    assert (summary.accepted, summary.rejected_by_reason["review"]) == (1, 1)
    [record] = lines(given.out / "records.jsonl")
    assert record["turns"][0]["query"].startswith("Good morning. ")
    assert record["review"].items() >= {"decision": "mend", "reviewer": "Bo", "note": "friendlier"}.items()
    assert record["review"]["original"][0]["query"] == second.record["turns"][0]["query"]
    rejected = next(line for line in lines(given.out / "rejected.jsonl") if line["id"] == first.id)
    assert rejected["reasons"] == ["review: too plain"]


async def test_a_mend_that_does_not_hold_is_told_and_tried_once(tmp_path: Path) -> None:
    given = settings(tmp_path / "run")
    await go_on(given)
    first = waits(given.out)[0]
    turns = [DraftTurn(query="What?", response="It is 987654.") for _ in first.record["turns"]]
    wrong = Review(
        record=first.id, digest=first.digest, reviewer="Bo", decision="mend", mended=MendedDraft(turns=turns)
    )
    ReviewFile(given.out).append(wrong)
    summary = await go_on(given)
    again = waits(given.out)[0]
    assert (summary.accepted, again.id, again.digest) == (0, first.id, first.digest)
    assert again.refused == [wrong.id]
    assert any("987654" in finding["message"] for finding in again.findings)
    states = checkpointed(given.out)
    await go_on(given)
    assert checkpointed(given.out) == states
    # Another decision of the same person takes its place.
    ReviewFile(given.out).append(Review(record=first.id, digest=first.digest, reviewer="Bo", decision="accept"))
    assert (await go_on(given)).accepted == 1


@pytest.mark.parametrize("words", [[], [("", "")], [("What?", "Six.")] * 9], ids=["none", "empty", "too_many"])
async def test_a_mend_that_is_none_keeps_nobody_from_deciding(tmp_path: Path, words: list[tuple[str, str]]) -> None:
    given = settings(tmp_path / "run")
    await go_on(given)
    first = waits(given.out)[0]
    mended = MendedDraft(turns=[DraftTurn(query=query, response=response) for query, response in words])
    wrong = Review(record=first.id, digest=first.digest, reviewer="Bo", decision="mend", mended=mended)
    ReviewFile(given.out).append(wrong)
    await go_on(given)
    again = waits(given.out)[0]
    assert (again.id, again.refused) == (first.id, [wrong.id])
    assert again.problem is not None
    deciding = Deciding(given.out, "Ann")
    assert deciding.undecided() == SAMPLES
    accept(given.out, [first.id])
    assert (await go_on(given)).accepted == 1


async def test_a_decision_has_a_name(tmp_path: Path) -> None:
    given = settings(tmp_path / "run")
    await go_on(given)
    with pytest.raises(UsageError, match="reviewer"):
        Deciding(given.out, " ").decide(accept="all", reject=None, reason="", mend=None, file=None)
    assert not (given.out / "reviews.jsonl").exists()


async def test_people_who_differ_and_decisions_about_something_else_leave_it_waiting(tmp_path: Path) -> None:
    given = settings(tmp_path / "run")
    await go_on(given)
    first, second, *_ = waits(given.out)
    file = ReviewFile(given.out)
    file.append(Review(record=first.id, digest=first.digest, reviewer="Ann", decision="accept"))
    file.append(Review(record=first.id, digest=first.digest, reviewer="Bo", decision="reject", reason="odd"))
    file.append(Review(record=second.id, digest="0" * 64, reviewer="Ann", decision="accept"))
    summary = await go_on(given)
    assert (summary.accepted, summary.waiting) == (0, len(waits(given.out)))
    assert {first.id, second.id} <= {sample.id for sample in waits(given.out)}


async def test_a_script_resumes_a_sample_of_a_run(tmp_path: Path) -> None:
    given = settings(tmp_path / "run")
    await go_on(given)
    first = waits(given.out)[0]
    async with AsyncSqliteSaver.from_conn_string(str(given.out / "checkpoints.sqlite")) as saver:
        answer: Command[Any] = Command(resume={"decision": "accept", "reviewer": "a script"})
        await compiled(saver).ainvoke(answer, thread(first.id), context=CONTEXT)
    summary = await go_on(given)
    assert summary.accepted == 1
    [record] = lines(given.out / "records.jsonl")
    assert (record["id"], record["review"]["reviewer"]) == (first.id, "a script")


def test_killed_while_some_wait_and_while_they_are_resumed(tmp_path: Path) -> None:
    command = ["generate", "--samples", "8", "--seed", "5", "--calls", "2:50,3:50", "--concurrency", "4", *SLOW]
    code, _, err = run(tmp_path, *command, "--out", "whole")
    assert code == 0, err
    out = tmp_path / "run"
    command += ["--review", "--out", "run"]
    held = hold(tmp_path, "s5-000003")
    process = start(tmp_path, *command)
    wait_for(process, lambda: len(lines(out / "waiting.jsonl")) >= 3)
    process.kill()
    process.communicate()
    held.unlink()
    made = (tmp_path / "calls.log").read_text()
    code, said, err = run(tmp_path, *command)
    assert code == 0, err
    asked = [sample.id for sample in waits(out)]
    assert f"{len(asked)} wait for review" in said
    # What waited was not made again.
    after = (tmp_path / "calls.log").read_text().removeprefix(made)
    assert not [call for call in map(json.loads, after.splitlines()) if call["sample"] < "s5-000003"]

    calls = (tmp_path / "calls.log").read_text()
    code, said, err = run(tmp_path, "waiting", "run", "--accept", "all", "--by", "Ann")
    assert (code, said.splitlines()[0]) == (0, f"{len(asked)} decided; 0 still wait for a decision."), err
    for number in (1, 2, 4):
        process = start(tmp_path, *command)
        wait_for_lines(process, out, number)
        process.kill()
        process.communicate()
    code, _, err = run(tmp_path, *command)
    assert code == 0, err
    assert not (out / "waiting.jsonl").exists()
    assert (tmp_path / "calls.log").read_text() == calls
    assert verdicts(out) == verdicts(tmp_path / "whole")


def wait_for_lines(process: Any, out: Path, number: int) -> None:
    while process.poll() is None and len(lines(out / "records.jsonl")) < number:
        pass


def test_what_the_command_says_and_refuses(tmp_path: Path) -> None:
    command = ["generate", "--samples", "3", "--seed", "7", "--out", "run", "--review"]
    code, said, err = run(tmp_path, *command)
    assert code == 0, err
    assert "3 wait for review: toolgrad waiting run" in said
    summary = json.loads((tmp_path / "run" / "summary.json").read_text())
    assert (summary["waiting"], summary["missing"]) == (3, 0)
    code, said, _ = run(tmp_path, "waiting", "run")
    assert code == 0
    assert "s7-000000" in said
    assert "Response" in said
    wrong: dict[str, Json] = {
        "no sample 's9-1' waits for review": {"accept": "s9-1"},
        "--reject needs a --reason": {"reject": "0"},
        "--mend ID and --with FILE go together": {"mend": "0"},
        "named twice": {"accept": "0", "reject": "0", "reason": "x"},
        "cannot be read": {"mend": "0", "file": tmp_path / "none.json"},
    }
    nothing: Json = {"accept": None, "reject": None, "reason": "", "mend": None, "file": None}
    for words, given in wrong.items():
        with pytest.raises(UsageError, match=words):
            Deciding(tmp_path / "run", "Ann").decide(**nothing | given)
    code, _, err = run(tmp_path, "waiting", "run", "--reason", "x")
    assert (code, "--reason is for --reject" in err) == (2, True), err
    assert not (tmp_path / "run" / "reviews.jsonl").exists()
    code, _, err = run(tmp_path, *command[:-1])
    assert code == 2
    assert "review" in err
    code, _, err = run(tmp_path, *command[:-3], "--out", "ray", "--review", "--engine", "ray")
    assert code == 2
    assert "Add --store" in err
    code, said, _ = run(tmp_path, "stats", "run", "--json")
    assert code == 0, said
    assert json.loads(said)["waiting"] == 3


async def test_a_record_that_is_like_one_that_waits_waits_behind_it(tmp_path: Path) -> None:
    whole = await unreviewed(tmp_path, FEW)
    twins = {line["id"] for line in whole if "distinct" in str(line.get("reasons"))}
    assert 1 < len(twins) < SAMPLES
    given = settings(tmp_path / "run", FEW)
    await go_on(given)
    assert twins <= {sample.id for sample in waits(given.out)}
    accept(given.out, sorted(twins))
    assert (await go_on(given)).accepted == 0
    held = [sample for sample in waits(given.out) if sample.behind is not None]
    assert {sample.id for sample in held} == twins
    assert all(sample.behind is not None and sample.behind < sample.id for sample in held)
    with pytest.raises(UsageError, match="is accepted already"):
        accept(given.out, [held[0].id])
    # The first of a kind is rejected: the next one takes its place.
    first = str(held[0].behind)
    Deciding(given.out, "Ann").decide(accept=None, reject=first, reason="dull", mend=None, file=None)
    summary = await go_on(given)
    assert [line["id"] for line in lines(given.out / "records.jsonl")] == [held[0].id]
    assert summary.rejected_by_reason["review"] == 1
