"""Audits of other people's formats: what holds, what fails, and what the format cannot show."""

import json
from pathlib import Path
from typing import Any

import pytest

from graph.context import Context
from tests.unit.toolgrad_data.verify.files import verified, wrongs
from toolgrad_data.errors import UsageError
from toolgrad_data.verify.foreign.rows import read_rows
from toolgrad_data.verify.foreign.xlam import schema_of
from toolgrad_data.verify.reading import Read, read_line
from toolgrad_data.verify.report import VerificationReport
from toolgrad_data.verify.view import report_view

Json = dict[str, Any]

LOOKUP = {
    "name": "find_station",
    "description": "Find a station.",
    "parameters": {
        "type": "object",
        "properties": {"city": {"type": "string"}, "limit": {"type": "integer", "default": 5}},
        "required": ["city"],
    },
}
NEXT = {
    "name": "next_train",
    "description": "Say when the next train leaves.",
    "parameters": {
        "type": "object",
        "properties": {"station": {"type": "string"}, "day": {"type": "string"}},
        "required": ["station"],
    },
}
FOUND = {"stations": [{"id": "GE-PIA", "name": "Principe"}]}


def call(name: str, arguments: Any, id: str | None = None) -> Json:
    return {**({"id": id} if id else {}), "type": "function", "function": {"name": name, "arguments": arguments}}


def trl(**station: Any) -> Json:
    return {
        "messages": [
            {"role": "system", "content": "Today is 2026-05-14."},
            {"role": "user", "content": "When does the next train leave Genoa?"},
            {"role": "assistant", "content": "", "tool_calls": [call("find_station", {"city": "Genoa", "limit": 5})]},
            {"role": "tool", "name": "find_station", "content": json.dumps(FOUND)},
            {
                "role": "assistant",
                "content": "",
                "tool_calls": [call("next_train", {"station": "GE-PIA", "day": "2026-05-14", **station})],
            },
            {"role": "tool", "name": "next_train", "content": "It leaves at 10:42 from platform 7."},
            {"role": "assistant", "content": "The next train leaves at 10:42."},
        ],
        "tools": [{"type": "function", "function": LOOKUP}, {"type": "function", "function": NEXT}],
    }


def openai() -> Json:
    row = trl()
    ids = iter(["call_1", "call_2"])
    answered = iter(["call_1", "call_2"])
    for message in row["messages"]:
        for one in message.get("tool_calls", []):
            one["id"] = next(ids)
            one["function"]["arguments"] = json.dumps(one["function"]["arguments"])
        if message["role"] == "tool":
            message.pop("name")
            message["tool_call_id"] = next(answered)
    return {**row, "parallel_tool_calls": True}


def xlam(**changes: Any) -> Json:
    tools = [
        {
            "name": "find_station",
            "description": "Find a station.",
            "parameters": {
                "city": {"type": "str", "description": "The city."},
                "limit": {"type": "int, optional", "description": "How many.", "default": 5},
            },
        }
    ]
    answers = [{"name": "find_station", "arguments": {"city": "Genoa", "limit": 3, **changes}}]
    query = "Find me 3 stations in Genoa."
    return {"id": 7, "query": query, "tools": json.dumps(tools), "answers": json.dumps(answers)}


def toolllama(final: str = "give_answer") -> Json:
    def act(name: str, arguments: Json) -> Json:
        return {
            "from": "assistant",
            "value": f"\nThought: Next.\nAction: {name}\nAction Input: {json.dumps(arguments, indent=2)}",
        }

    return {
        "id": "Step 3: When does the next train leave Genoa?",
        "conversations": [
            {"from": "system", "value": f"You can use [many] functions:\n{json.dumps([LOOKUP, NEXT])}\nGo."},
            {"from": "user", "value": "\nWhen does the next train leave Genoa?\nBegin!\n"},
            act("find_station", {"city": "Genoa"}),
            {"from": "function", "value": json.dumps({"error": "", "response": json.dumps(FOUND)})},
            act("next_train", {"station": "GE-PIA"}),
            {"from": "function", "value": '{"error": "", "response": "10:42"}'},
            act("Finish", {"return_type": final, "final_answer": "At 10:42."}),
        ],
    }


def toolgrad() -> Json:
    def step(tool: str, tool_input: Json, observed: Any) -> list[Any]:
        return [{"tool": tool, "tool_input": tool_input, "log": "", "type": "AgentActionMessageLog"}, observed]

    return {
        "query": "When does the next train leave Genoa?",
        "api_use_chains": {
            "chain_0": {
                "chain_id": "chain_0",
                "description": "Find a station, then a train.",
                "intermediate_steps": [
                    step("find_station", {"city": "Genoa"}, json.dumps(FOUND)),
                    step("next_train", {"station": "GE-PIA"}, "10:42"),
                ],
            }
        },
        "response": "At 10:42.",
    }


def audited(tmp_path: Path, format: str, *rows: Any, **options: Any) -> VerificationReport:
    path = tmp_path / "theirs.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return verified(path, format=format, **options)


def record_of(format: str, row: Json, tmp_path: Path) -> Read:
    path = tmp_path / "one.jsonl"
    path.write_text(json.dumps(row))
    [line] = read_rows(path)
    read = read_line(line, format)
    assert isinstance(read, Read)
    return read


@pytest.mark.parametrize(("format", "row"), [("trl", trl()), ("openai", openai()), ("toolllama", toolllama())])
def test_a_sound_row_holds(tmp_path: Path, format: str, row: Json) -> None:
    report = audited(tmp_path, format, row)
    assert wrongs(report) == []
    assert (report.format, report.clean, report.not_checkable) == (format, 1, {})
    for name in ("typed", "grounded", "distinct"):
        assert report.proved[name].held == 1
    read = record_of(format, row, tmp_path)
    steps = read.record.turns[0].steps
    assert [step.tool for step in steps] == ["find_station", "next_train"]
    station = steps[1].sources["/station"]
    assert (station.kind, getattr(station, "step", None)) == ("step", "s1")
    assert read.record.turns[0].response


def test_system_message_and_default_are_sources(tmp_path: Path) -> None:
    first, second = record_of("trl", trl(), tmp_path).record.turns[0].steps
    assert first.sources["/limit"].kind == "default"
    assert second.sources["/day"].kind == "context"


def test_an_invented_value_and_a_wrong_type_are_found(tmp_path: Path) -> None:
    report = audited(tmp_path, "trl", trl(station="GE-BRI"), trl(day=14))
    assert (1, "grounded", "no_source") in wrongs(report)
    assert (2, "typed", "invalid_arguments") in wrongs(report)


def test_xlam_shows_no_results_and_no_response(tmp_path: Path) -> None:
    report = audited(tmp_path, "xlam", xlam(), xlam(city="Milan"), xlam(limit="three"))
    assert wrongs(report)[:1] == [(2, "grounded", "no_source")]
    assert (3, "typed", "invalid_arguments") in wrongs(report)
    assert set(report.not_checkable) == {"executed", "faithful", "replayed"}
    assert report.proved["executed"].unchecked == 3
    assert "Not checkable in xlam" in str(report_view(report))


def test_the_papers_json_has_no_schemas_but_may_get_them(tmp_path: Path) -> None:
    report = audited(tmp_path, "toolgrad", toolgrad())
    assert wrongs(report) == []
    assert report.not_checkable == {"typed": {"the file holds no schema of the tools; --tools gives them": 1}}
    assert report.proved["grounded"].held == 1
    row = toolgrad()
    steps = row["api_use_chains"]["chain_0"]["intermediate_steps"]
    steps[:] = [[{"tool": "moon_at_moment", "tool_input": {"moment": 3}}, "full"]]
    tools = Context(tools=["builtin:moon"])
    known = audited(tmp_path, "toolgrad", row, tools=tools)
    assert known.not_checkable == {}
    assert (1, "typed", "invalid_arguments") in wrongs(known)


def test_replay_of_a_foreign_file_runs_its_calls(tmp_path: Path) -> None:
    row = toolgrad()
    row["api_use_chains"] = {
        "0": {
            "intermediate_steps": [
                [{"tool": "moon_at_moment", "tool_input": {"moment": "2026-05-14T10:00:00Z"}}, {"phase": "?"}]
            ]
        }
    }
    row["query"] = "Which phase has the moon on 2026-05-14 at 10:00?"
    report = audited(tmp_path, "toolgrad", row, tools=Context(tools=["builtin:moon"]), replay=True)
    assert report.replay is not None
    assert report.replay.outcomes == {"differs": 1}
    assert audited(tmp_path, "xlam", xlam(), tools=Context(tools=["builtin:moon"]), replay=True).replay == (
        report.replay.model_copy(
            update={
                "outcomes": {"not_checkable": 1},
                "not_checkable": {"the file holds no results of the calls": 1},
            }
        )
    )


def test_rows_with_nothing_to_check_are_left_out_and_counted(tmp_path: Path) -> None:
    prefix = toolllama()
    prefix["conversations"] = prefix["conversations"][:3]
    report = audited(tmp_path, "toolllama", toolllama(), prefix, toolllama("give_up_and_restart"))
    assert report.skipped == {"a training prefix of a longer conversation": 1, "it gives up": 1}
    assert (report.lines, report.clean, report.has_findings) == (1, 1, False)
    chat = trl()
    chat["messages"] = [chat["messages"][1], {"role": "assistant", "content": "I cannot tell."}]
    assert audited(tmp_path, "trl", trl(), chat).skipped == {"no tool is called in it": 1}


@pytest.mark.parametrize(
    ("format", "row", "words"),
    [
        ("trl", {"tools": []}, "the row has no member 'messages'"),
        ("trl", {"messages": [{"role": "wizard"}]}, "messages/0 has the role 'wizard'"),
        ("trl", {"messages": [{"role": "user", "content": "Hi"}, {"role": "tool", "content": "x"}]}, "answers no call"),
        ("openai", [1], "the row is no object"),
        ("xlam", {**xlam(), "answers": "[{"}, "answers is no JSON"),
        ("xlam", {**xlam(), "answers": '[{"arguments": {}}]'}, "answers/0 has no member 'name'"),
        ("toolllama", {"conversations": [{"from": "assistant", "value": "Hm."}]}, "is no Thought, Action"),
        ("toolgrad", {"query": "x", "api_use_chains": {"a": {}}}, "has no member 'intermediate_steps'"),
        ("toolgrad", {"query": "x", "api_use_chains": {"a": {"intermediate_steps": [1]}}}, "is no pair"),
    ],
)
def test_a_malformed_row_is_named(tmp_path: Path, format: str, row: Any, words: str) -> None:
    report = audited(tmp_path, format, row)
    assert wrongs(report) == [(1, None, "malformed_row")]
    assert words in report.findings[0].message


def test_a_call_of_a_tool_that_is_not_offered_is_found(tmp_path: Path) -> None:
    row = trl()
    row["tools"] = row["tools"][:1]
    assert (1, "executed", "no_spec") in wrongs(audited(tmp_path, "trl", row))


def parallel(*, text: bool = False) -> Json:
    """Two calls of one tool, whose results come in the other order and name them."""
    cities = {"call00000": "Genoa", "call00001": "Milan"}
    lookup, found = LOOKUP, {id: {"id": city[:2].upper()} for id, city in cities.items()}
    calls = [call("find_station", json.dumps({"city": c}) if text else {"city": c}, id) for id, c in cities.items()]
    results = [
        {"role": "tool", "tool_call_id": id, "name": "find_station", "content": json.dumps(found[id])}
        for id in reversed(cities)
    ]
    tools = [{"type": "function", "function": lookup}]
    return {
        "messages": [
            {"role": "user", "content": "Which stations do Genoa and Milan have?"},
            {"role": "assistant", "content": None if text else "", "tool_calls": calls},
            *results,
            {"role": "assistant", "content": "GE and MI."},
        ],
        "tools": json.dumps(tools) if text else tools,
    }


def halves(row: Json, ending: str) -> Json:
    """The row as a prompt and what follows it."""
    messages = row["messages"]
    wrong = [{"role": "assistant", "content": "I cannot tell."}] if ending == "chosen" else []
    return {
        "prompt": messages[:-2],
        ending: messages[-2:],
        **({"rejected": wrong} if wrong else {}),
        "tools": row["tools"],
    }


@pytest.mark.parametrize("text", [False, True])
@pytest.mark.parametrize("ending", [None, "completion", "chosen"])
def test_ids_and_text_are_read_in_every_form_of_trl(tmp_path: Path, ending: str | None, text: bool) -> None:
    row = parallel(text=text) if ending is None else halves(parallel(text=text), ending)
    read = record_of("trl", row, tmp_path)
    assert [(step.arguments, step.result) for step in read.record.turns[0].steps] == [
        ({"city": "Genoa"}, {"id": "GE"}),
        ({"city": "Milan"}, {"id": "MI"}),
    ]
    assert read.record.turns[0].response == "GE and MI."
    assert read.record.tools[0].parameters["required"] == ["city"]


def test_a_table_is_read_with_its_flat_calls_and_tools(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="needs pyarrow (the extra parquet)")
    import pyarrow

    row = parallel(text=True)
    for message in row["messages"]:
        message["content"] = message["content"] or ""
        message["tool_calls"] = [{"id": one["id"], **one["function"]} for one in message.get("tool_calls", ())]
        message.update(tool_call_id=message.get("tool_call_id", ""), name=message.get("name", ""))
    row["tools"] = [{**LOOKUP, "parameters": json.dumps(LOOKUP["parameters"])}]
    path = tmp_path / "rows.parquet"
    parquet.write_table(pyarrow.Table.from_pylist([row, row | {"tools": []}]), path)
    first, last = read_rows(path)
    assert (first.number, last.number, last.end) == (1, 2, path.stat().st_size)
    assert record_of("trl", json.loads(first.data or b""), tmp_path).record.turns[0].steps[1].result == {"id": "MI"}
    report = verified(path, format="trl")
    assert (report.lines, [code for line, _, code in wrongs(report) if line == 1]) == (2, [])
    assert (2, "executed", "no_spec") in wrongs(report)
    path.write_bytes(b"PAR1" + bytes(40))
    with pytest.raises(UsageError, match="no Parquet file that can be read"):
        list(read_rows(path))


def test_several_turns_with_missing_results(tmp_path: Path) -> None:
    row = trl()
    again = {"role": "assistant", "content": "", "tool_calls": [call("next_train", {"station": "GE-PIA"})]}
    row["messages"] += [{"role": "user", "content": "And the one after?"}, again]
    read = record_of("trl", row, tmp_path)
    assert [len(turn.steps) for turn in read.record.turns] == [2, 1]
    assert read.not_checkable["executed"] == "some calls have no result in the file"


@pytest.mark.parametrize(
    ("words", "schema"),
    [
        ("str", {"type": "string"}),
        ("int, optional", {"type": "integer"}),
        ("List[float]", {"type": "array", "items": {"type": "number"}}),
        ("Optional[Dict[str, int]], optional", {"type": "object"}),
        ("Callable[[float], float]", {}),
        ("Union[int, str]", {}),
        ("", {}),
    ],
)
def test_python_types_as_schemas(words: str, schema: Json) -> None:
    assert schema_of(words) == schema


ROWS = [{"a": 1}, {"b": "é ] , [ { 💡"}, [], 12]


@pytest.mark.parametrize("indent", [None, 2])
def test_an_array_is_read_row_by_row(tmp_path: Path, indent: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("toolgrad_data.verify.foreign.rows._BLOCK", 4)
    path = tmp_path / "rows.json"
    path.write_text("\ufeff" + json.dumps(ROWS, ensure_ascii=False, indent=indent) + "\n", encoding="utf-8")
    rows = list(read_rows(path))
    assert [json.loads(row.data or b"") for row in rows] == ROWS
    assert [row.number for row in rows] == [1, 2, 3, 4]


def test_a_broken_or_endless_array_ends_with_a_row_that_says_so(tmp_path: Path) -> None:
    path = tmp_path / "rows.json"
    path.write_text('[{"a": 1}, {"b": ')
    first, last = read_rows(path)
    assert (first.number, last.number, last.whole) == (1, 2, False)
    path.write_text('["' + "x" * 300_000 + '"]')
    [huge] = read_rows(path, row_max=1000)
    assert (huge.number, huge.data) == (1, None)


def test_one_value_on_several_lines_is_one_row(tmp_path: Path) -> None:
    path = tmp_path / "one.json"
    path.write_text(json.dumps(toolgrad(), indent=2))
    assert wrongs(verified(path, format="toolgrad")) == []
