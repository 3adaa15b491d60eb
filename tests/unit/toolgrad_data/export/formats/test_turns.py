"""Dialogues in each format: every turn with its calls, policies, questions and refusals, and a row a turn."""

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

from graph.record import Record, RecordContext
from tests.fixtures.dialogues import FILE, dialogues
from tests.unit.toolgrad_data.export.exporting import export_to, rows_of
from tests.unit.toolgrad_data.export.own_formats import FORMATS
from tests.unit.toolgrad_data.export.records import dependent
from tool_registry.result import ToolError
from toolgrad_data.export.conversation import Example, UnfitError
from toolgrad_data.export.datasets.mistakes import Mistake
from toolgrad_data.export.datasets.recovery import with_mistake
from toolgrad_data.export.formats.python_calls import read_python_calls
from toolgrad_data.export.formats.row_form import RowForm
from toolgrad_data.export.formats.trl import Trl
from toolgrad_data.export.formats.turns import prefixes
from toolgrad_data.export.from_record import example_of
from toolgrad_data.export.step_usage import tools_lacking, tools_needed
from toolgrad_data.export.waves import waves_of

RECORDS = {record.id: record for record in dialogues()}
WHOLE = ("trl", "openai", "axolotl", "hermes", "sharegpt", "llamafactory", "parquet")
FAILURE = ToolError(kind="tool_error", message="There is no such planet.", retryable=False)
MARKS = {"openai": "weight", "axolotl": "train"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "talks"
    made.mkdir()
    (made / "records.jsonl").write_text(FILE.read_text(encoding="utf-8"), encoding="utf-8")
    return made


def with_failure(record: Record, turn: int) -> Example:
    """The dialogue with a call of that turn that fails first."""
    step = record.turns[turn].steps[0]
    made = with_mistake(example_of(record), Mistake(step, {"planet": "Pluto"}, FAILURE, "attempt"))
    assert made is not None
    return made


def calls_by_wave(record: Record) -> list[list[tuple[str, dict[str, Any]]]]:
    return [[(step.tool, step.arguments) for step in wave] for turn in record.turns for wave in waves_of(turn)]


def texts(value: Any) -> list[str]:
    if isinstance(value, dict | list):
        return [text for one in (value.values() if isinstance(value, dict) else value) for text in texts(one)]
    return [str(value)]


@pytest.mark.parametrize("record", RECORDS.values(), ids=RECORDS)
@pytest.mark.parametrize("name", WHOLE)
def test_a_dialogue_is_one_row_with_the_calls_of_all_turns(name: str, record: Record) -> None:
    (row,) = FORMATS[name].rows(example_of(record, defaults=True), 0)
    assert FORMATS[name].calls(row) == calls_by_wave(record)
    said = texts(row)
    for turn in record.turns:  # questions and refusals are among the responses
        assert turn.query in said
        assert turn.response in said


@pytest.mark.parametrize("record", RECORDS.values(), ids=RECORDS)
def test_each_turn_begins_with_its_query_and_ends_with_its_response(record: Record) -> None:
    spoken = example_of(record).dialogue
    places = [place for place, message in enumerate(spoken) if message.role == "user"]
    for turn, start, end in zip(record.turns, places, [*places[1:], len(spoken)], strict=True):
        assert (spoken[start].content, spoken[end - 1].content) == (turn.query, turn.response)
        assert sum(len(message.calls) for message in spoken[start:end]) == len(turn.steps)
        assert all(message.role != "assistant" or message.train for message in spoken[start:end])
    ids = [call.id for call in example_of(record).calls()]
    assert len(ids) == len(set(ids))


def test_the_rules_words_are_the_system_prompt_with_the_context() -> None:
    record = RECORDS["s0-000005"].model_copy(update={"context": RecordContext(now="2026-05-01T09:30:00+02:00")})
    assert record.policy is not None
    system = example_of(record).messages[0]
    assert system.role == "system"
    assert system.content.startswith(record.policy.text)
    assert "2026-05-01T09:30:00+02:00" in system.content


def test_a_tool_that_a_rule_forbids_is_offered_and_one_that_is_lacking_is_not() -> None:
    forbidden = RECORDS["s0-000005"]
    assert "close_ticket" not in {step.tool for turn in forbidden.turns for step in turn.steps}
    assert "close_ticket" in {tool.name for tool in example_of(forbidden).tools}
    lacking = RECORDS["s0-000004"]
    assert tools_lacking(lacking) == ["convert_currency"]
    assert "convert_currency" not in {tool.name for tool in example_of(lacking).tools}
    assert {tool.name for tool in example_of(lacking).tools} == set(tools_needed(lacking))


def test_the_kinds_of_turns_are_a_label_of_dialogues_alone() -> None:
    assert example_of(RECORDS["s0-000000"]).labels["turns"] == ["request", "follow_up", "chat"]
    assert "turns" not in example_of(dependent()).labels


def test_a_completion_has_no_words_of_the_user() -> None:
    for record in RECORDS.values():
        rows = FORMATS["trl-completion"].rows(example_of(record), 0)
        assert len(rows) == len(record.turns)
        for row, turn in zip(rows, record.turns, strict=True):
            assert row["prompt"][-1] == {"role": "user", "content": turn.query}
            assert {message["role"] for message in row["completion"]} <= {"assistant", "tool"}
            assert row["completion"][-1]["content"] == turn.response
        assert len({row["id"] for row in rows}) == len(rows)


@pytest.mark.parametrize("record", RECORDS.values(), ids=RECORDS)
def test_python_calls_have_a_row_a_turn_with_what_was_said_before(record: Record) -> None:
    format = FORMATS["python-calls"]
    for number, (turn, prefix) in enumerate(zip(record.turns, prefixes(example_of(record)), strict=True)):
        waves = waves_of(turn)
        if len(waves) > 1:
            with pytest.raises(UnfitError, match="another's result"):
                format.rows(prefix, 0)
            continue
        (row,) = format.rows(prefix, 0)
        *before, query, answer = row["messages"]
        assert query == {"role": "user", "content": turn.query}
        assert sum(message["role"] == "user" for message in before) == number
        results = [message for message in before if message["role"] == "tool"]
        assert len(results) == sum(len(earlier.steps) for earlier in record.turns[:number])
        if waves:
            assert len(read_python_calls(answer["content"])) == len(waves[0])
        else:
            assert answer["content"] == turn.response


@pytest.mark.parametrize(
    ("name", "rows", "left_out"),
    [("python-calls", 45, {"another's result": 3}), ("xlam", 12, {"later turn": 34, "another's result": 2})],
)
def test_what_a_format_has_no_place_for_is_counted(
    name: str, rows: int, left_out: dict[str, int], folder: Path
) -> None:
    report, _ = export_to(folder, name)
    assert report.rows == rows
    assert sum(report.left_out.values()) == sum(left_out.values())
    for words, count in left_out.items():
        assert sum(number for reason, number in report.left_out.items() if words in reason) == count
    assert report.notes["dialogues_by_turn"] == {"dialogues": 14, "turns": 48}


def test_calls_that_need_results_come_in_rounds_after_them(folder: Path) -> None:
    report, out = export_to(folder, "python-calls", rounds=True)
    assert not report.left_out
    rounds = report.notes["turns_by_round"]
    assert rounds == {"turns": 3, "rounds": report.rows - 45}
    rows = [row for row in rows_of(out) if "-round-" in row["id"]]
    for row in rows:
        record_id, turn, number = row["id"].replace("-turn-", " ").replace("-round-", " ").split()
        waves = waves_of(RECORDS[record_id].turns[int(turn) - 1])
        *before, answer = row["messages"]
        assert [name for name, _ in read_python_calls(answer["content"])] == [s.tool for s in waves[int(number) - 1]]
        last = max(place for place, message in enumerate(before) if message["role"] == "user")
        results = [message for message in before[last:] if message["role"] == "tool"]
        assert len(results) == sum(len(wave) for wave in waves[: int(number) - 1])
        assert "once those are answered" in row["messages"][0]["content"]


def test_a_completion_is_counted_and_cut_turn_by_turn(folder: Path) -> None:
    report, out = export_to(folder, "trl-completion")
    turns = sum(len(record.turns) for record in RECORDS.values())
    assert report.rows == report.kinds["positive"] == len(rows_of(out)) == turns
    assert [row["id"] for row in rows_of(out)][:2] == ["s0-000000-turn-1", "s0-000000-turn-2"]


def test_toolllama_has_the_first_turn_alone(folder: Path) -> None:
    report, out = export_to(folder, "toolllama")
    assert report.left_out == {"is a later turn of a dialogue; the format has no place for what was said before": 34}
    rows = rows_of(out)
    assert {row["id"].rpartition("-turn-")[2] for row in rows} == {"1"}


@pytest.mark.parametrize("name", MARKS)
def test_a_failed_call_of_a_later_turn_is_the_only_thing_not_to_be_learned(name: str) -> None:
    for turn in (0, 1):
        example = with_failure(RECORDS["s0-000010"], turn)
        (row,) = FORMATS[name].rows(example, 0)
        unlearned = [
            place
            for place, message in enumerate(row["messages"])
            if message["role"] == "assistant" and not message[MARKS[name]]
        ]
        assert len(unlearned) == 1
        before = row["messages"][: unlearned[0]]
        assert sum(message["role"] == "user" for message in before) == turn + 1


def test_a_refusal_alone_and_records_of_version_1_are_no_obstacle(folder: Path) -> None:
    refusal = RECORDS["s0-000011"]
    alone = refusal.model_copy(update={"id": "s0-000100", "turns": refusal.turns[:1]})
    old = FILE.parents[1] / "version_1"
    first = next(path for path in sorted(old.rglob("*.jsonl")) if "record" in path.name)
    line = first.read_text(encoding="utf-8").splitlines()[0]
    assert json.loads(line)["schema_version"] == 1
    with open(folder / "records.jsonl", "a", encoding="utf-8") as file:
        file.write(f"{alone.model_dump_json()}\n{line}\n")
    report, _ = export_to(folder, "trl")
    assert (report.records, report.rows) == (16, 15)
    assert report.left_out == {"has no calls": 1}


def long_dialogue(turns: int) -> Record:
    """The first dialogue's second turn again and again, under new ids."""
    record = RECORDS["s0-000010"]
    made = list(record.turns)
    for number in range(len(made), turns):
        (step,) = made[1].steps
        again = step.model_copy(update={"id": f"s{number + 1}"})
        made.append(made[1].model_copy(update={"steps": [again], "chains": [[again.id]]}))
    return record.model_copy(update={"turns": made})


@pytest.mark.parametrize("name", [*WHOLE, "trl-completion"])
def test_twelve_turns(name: str) -> None:
    rows = FORMATS[name].rows(example_of(long_dialogue(12)), 0)
    assert len(rows) == (12 if name == "trl-completion" else 1)
    assert len(FORMATS[name].calls(rows[-1])) == 12


def templates() -> list[Path]:
    own = sorted((FILE.parents[1] / "chat_templates").glob("*.jinja"))
    spec = importlib.util.find_spec("trl")
    shipped = sorted((Path(str(spec.origin)).parent / "chat_templates").glob("qwen3*.jinja")) if spec else []
    return [*own, *shipped]


@pytest.mark.skipif(importlib.util.find_spec("transformers") is None, reason="needs transformers (the extra dev)")
@pytest.mark.parametrize("template", templates(), ids=lambda path: path.stem)
def test_every_template_renders_each_turn_in_its_place(template: Path) -> None:
    from transformers.utils.chat_template_utils import render_jinja_template

    form = RowForm(arguments_as_text=template.stem == "arguments_joined")
    for record in RECORDS.values():
        (row,) = json.loads(json.dumps(Trl(form).rows(example_of(record), 0)))
        out, _ = render_jinja_template(
            [row["messages"]],
            tools=row["tools"],
            chat_template=template.read_text(encoding="utf-8"),
            bos_token="<s>",
            eos_token="</s>",
        )
        at = 0
        for turn in record.turns:
            for words in (turn.query, turn.response):
                at = out[0].find(words.strip(), at)
                assert at >= 0, (record.id, words)


@pytest.mark.skipif(importlib.util.find_spec("mistral_common") is None, reason="needs mistral-common")
def test_mistral_takes_every_prefix() -> None:
    from mistral_common.protocol.instruct import validator
    from mistral_common.protocol.instruct.request import ChatCompletionRequest

    kinds = [kind for name, kind in vars(validator).items() if name.startswith("MistralRequestValidatorV")]
    assert len(kinds) > 3
    for record in RECORDS.values():
        for row in FORMATS["trl-completion"].rows(example_of(record), 0):
            request = ChatCompletionRequest(messages=[*row["prompt"], *row["completion"]], tools=row["tools"])
            for kind in kinds:
                kind(mode=validator.ValidationMode.finetuning).validate_request(request)


def test_obfuscation_names_a_tool_alike_in_all_turns(folder: Path) -> None:
    _, out = export_to(folder, "trl", obfuscate=True)
    for row, record in zip(rows_of(out), RECORDS.values(), strict=True):
        offered = {tool["function"]["name"] for tool in row["tools"]}
        called = [call["function"]["name"] for message in row["messages"] for call in message.get("tool_calls", ())]
        steps = [step.tool for turn in record.turns for wave in waves_of(turn) for step in wave]
        assert set(called) <= offered
        assert offered.isdisjoint(steps)
        assert len(dict(zip(steps, called, strict=True))) == len(set(called))
