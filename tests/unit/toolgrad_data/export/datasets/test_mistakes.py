"""Failed calls, their errors and the right calls; and pairs of a right and a wrong answer."""

import json
from collections import Counter
from pathlib import Path

from graph.record import Attempt, Record
from tests.unit.toolgrad_data.conftest import Pool
from tool_registry.result import ToolError
from toolgrad_data.export.conversation import Example
from toolgrad_data.export.datasets.preferences import Preferences
from toolgrad_data.export.datasets.recovery import Recoveries
from toolgrad_data.export.datasets.trials import Trials
from toolgrad_data.export.formats import format_named
from toolgrad_data.export.from_record import example_of
from toolgrad_data.export.negative_kinds import KINDS, parse_mix
from toolgrad_data.export.negatives.stage import Negatives
from toolgrad_data.export.report import ExportReport

FAILURE = ToolError(kind="tool_error", message="There is no such place.", retryable=False)


def with_attempt(record: Record, **changes: object) -> Record:
    step = record.turns[0].steps[0]
    name, value = next(iter(step.arguments.items()))
    wrong = {**step.arguments, name: f"not {value}"}
    attempt = Attempt.model_validate(
        {"iteration": 1, "id": "p9", "tool": step.tool, "arguments": wrong, "ok": False, "error": FAILURE, **changes}
    )
    return record.model_copy(update={"attempts": [attempt]})


def recovered(record: Record) -> list[Example]:
    return list(Recoveries(0.1, 1, None).stage(iter([example_of(record)]), ExportReport("test")))[1:]


def test_a_failed_call_of_the_run_comes_before_the_right_one(records: list[Record]) -> None:
    for record in records:
        made = recovered(with_attempt(record))
        assert len(made) == 1
        messages = made[0].messages
        at = next(number for number, message in enumerate(messages) if not message.train)
        wrong, answer, right = messages[at].calls[0], messages[at + 1], messages[at + 2].calls
        assert wrong.arguments != record.turns[0].steps[0].arguments
        assert answer.result == {"error": {"kind": "tool_error", "message": "There is no such place."}}
        assert answer.call_id == wrong.id
        assert wrong.tool in {call.tool for call in right}
        ids = [call.id for call in made[0].calls()]
        assert len(ids) == len(set(ids))
        assert sum(not message.train for message in messages) == 1


def test_what_is_no_mistake_makes_no_recovery(records: list[Record]) -> None:
    record = records[0]
    step = record.turns[0].steps[0]
    assert recovered(with_attempt(record, ok=True, error=None)) == []
    assert recovered(with_attempt(record, arguments=step.arguments)) == []
    assert recovered(with_attempt(record, tool="another_tool")) == []
    assert recovered(record.model_copy(update={"attempts": []})) == []


def test_the_users_words_as_an_argument_really_fail(examples: list[Example], trials: Trials) -> None:
    report = ExportReport("test")
    made = [one for one in Recoveries(0.3, 1, trials).stage(iter(examples), report) if one.kind == "recovery"]
    assert len(made) >= 10
    assert sum(count for reason, count in report.notes["recovery"].items() if reason.startswith("made")) == len(made)
    for example in made:
        assert example.record is not None
        wrong = next(message.calls[0] for message in example.messages if not message.train)
        result = trials.answer_of(wrong.tool, wrong.arguments)
        assert result is not None
        assert result.error is not None
        query = example.record.turns[0].query
        assert any(isinstance(value, str) and value in query for value in wrong.arguments.values())


def test_openai_gives_the_failed_call_no_weight_and_other_formats_leave_it_out(
    examples: list[Example], trials: Trials
) -> None:
    made = [
        one for one in Recoveries(0.3, 1, trials).stage(iter(examples), ExportReport("t")) if one.kind == "recovery"
    ]
    row = format_named("openai").rows(made[0], 0)[0]
    weights = [message["weight"] for message in row["messages"] if message["role"] == "assistant"]
    assert weights.count(0) == 1
    assert weights.count(1) == len(weights) - 1


def test_pairs_differ_in_one_answer_at_the_same_point(examples: list[Example], pool: Pool, trials: Trials) -> None:
    negatives = Negatives(
        pool.index, pool.families, 0.4, parse_mix("irrelevant:30,missing_tool:30,missing_argument:40"), 1
    )
    both = list(negatives.stage(iter(examples), ExportReport("test")))
    report = ExportReport("test")
    pairs = list(Preferences(1, trials).stage(iter(both), report))
    kinds = Counter(pair.labels["rejected"] for pair in pairs)
    assert set(kinds) >= {"failed_call", "guessed_argument", "unoffered_tool"}
    assert report.notes["preferences"] == dict(sorted(kinds.items()))
    assert len({pair.id for pair in pairs}) == len(pairs)
    for pair in pairs:
        preference = pair.preference
        assert preference is not None
        chosen = pair.messages[preference.prompt :]
        assert len(chosen) == len(preference.rejected) == 1
        assert chosen != preference.rejected
        assert pair.messages[preference.prompt - 1].role in ("user", "tool")
        offered = {tool.name for tool in pair.tools}
        wrong = preference.rejected[0].calls
        if pair.labels["rejected"] == "unoffered_tool":
            assert offered.isdisjoint(call.tool for call in wrong)
            assert not chosen[0].calls
        elif pair.labels["rejected"] == "guessed_argument":
            assert not chosen[0].calls
        else:
            assert [call.tool for call in chosen[0].calls] == [call.tool for call in wrong]
            assert sum(a != b for a, b in zip(chosen[0].calls, wrong, strict=True)) == 1


def test_preferences_are_written_as_trl_reads_them(examples: list[Example], trials: Trials, tmp_path: Path) -> None:
    format = format_named("trl-preference")
    pair = next(Preferences(1, trials).stage(iter(examples), ExportReport("test")))
    row = json.loads(json.dumps(format.rows(pair, 0)[0]))
    assert row.keys() == {"id", "kind", "prompt", "chosen", "rejected", "tools"}
    assert [message["role"] for message in row["chosen"] + row["rejected"]] == ["assistant", "assistant"]
    assert format.calls(row)[-1] == [(call.tool, call.arguments) for call in pair.messages[-1].calls]
    assert not any(example.kind in KINDS for example in examples)
