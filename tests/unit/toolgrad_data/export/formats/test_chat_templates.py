"""The TRL file through the chat templates that TRL's wheel ships: what comes out holds the same calls."""

import ast
import importlib.util
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graph.record import Record
from tests.unit.toolgrad_data.export.records import dependent, parallel
from toolgrad_data.export.conversation import Example
from toolgrad_data.export.format import NamedCall
from toolgrad_data.export.formats.sequential import sequential
from toolgrad_data.export.formats.trl import Trl
from toolgrad_data.export.from_record import example_of

if importlib.util.find_spec("transformers") is None:
    pytest.skip("needs transformers (the extra dev)", allow_module_level=True)
_TRL = importlib.util.find_spec("trl")
if _TRL is None:
    pytest.skip("needs TRL's wheel for its templates: pip install --no-deps trl", allow_module_level=True)
TEMPLATES = Path(str(_TRL.origin)).parent / "chat_templates"


def rendered(example: Example, template: str) -> str:
    from transformers.utils.chat_template_utils import render_jinja_template

    (row,) = json.loads(json.dumps(Trl().rows(example, 0)))
    text = (TEMPLATES / template).read_text(encoding="utf-8")
    out, _ = render_jinja_template(
        [row["messages"]], tools=row["tools"], chat_template=text, bos_token="<s>", eos_token="</s>"
    )
    return str(out[0])


def after_the_query(text: str, example: Example) -> str:
    """The part after the user's words: before it the template explains the form of a call."""
    return text[text.rindex(example.dialogue[0].content) :]


def as_texts(calls: list[NamedCall]) -> list[tuple[str, dict[str, str]]]:
    return [
        (
            name,
            {
                key: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
                for key, value in given.items()
            },
        )
        for name, given in calls
    ]


def hermes_calls(text: str) -> list[Any]:
    found = [json.loads(call) for call in re.findall(r"<tool_call>\n(.*?)\n</tool_call>(?=\n|<)", text)]
    return [(call["name"], call["arguments"]) for call in found]


def llama_calls(text: str) -> list[Any]:
    found = re.findall(r"assistant<\|end_header_id\|>\n\n(\{\"name\".*?\})<\|eot_id\|>", text, re.DOTALL)
    return [(call["name"], call["parameters"]) for call in map(json.loads, found)]


def gptoss_calls(text: str) -> list[Any]:
    found = re.findall(r"to=functions\.(\S+?)<\|channel\|>commentary json<\|message\|>(.*?)<\|call\|>", text, re.DOTALL)
    return [(name, json.loads(arguments)) for name, arguments in found]


def glm_calls(text: str) -> list[Any]:
    found = re.findall(r"\n<tool_call>([\w-]+)\n(.*?)</tool_call>(?=\n|<|$)", text, re.DOTALL)
    pair = re.compile(r"<arg_key>(.*?)</arg_key>\n<arg_value>(.*?)</arg_value>\n", re.DOTALL)
    return [(name, dict(pair.findall(arguments))) for name, arguments in found]


def xml_calls(text: str) -> list[Any]:
    found = re.findall(r"<tool_call>\n<function=([\w-]+)>\n(.*?)</function>\n</tool_call>", text, re.DOTALL)
    pair = re.compile(r"<parameter=(.*?)>\n(.*?)\n</parameter>\n", re.DOTALL)
    return [(name, dict(pair.findall(arguments))) for name, arguments in found]


def python_list_calls(text: str) -> list[Any]:
    calls: list[Any] = []
    for body in re.findall(r"<\|tool_call_start\|>(.*?)<\|tool_call_end\|>", text, re.DOTALL):
        for call in ast.parse(body, mode="eval").body.elts:  # type: ignore[attr-defined]
            calls.append((call.func.id, {word.arg: ast.unparse(word.value) for word in call.keywords}))
    return calls


#: Template, how its calls are read, whether it takes several at once, whether it writes values as bare text.
CASES: list[tuple[str, Callable[[str], list[Any]], bool, bool]] = [
    ("qwen2_5.jinja", hermes_calls, True, False),
    ("qwen3_training.jinja", hermes_calls, True, False),
    ("glm4moe.jinja", glm_calls, True, True),
    ("qwen3_6.jinja", xml_calls, True, True),
    ("llama3_1.jinja", llama_calls, False, False),
    ("gptoss.jinja", gptoss_calls, False, False),
]


@pytest.mark.parametrize(("template", "read", "several", "bare"), CASES, ids=[case[0] for case in CASES])
def test_calls_are_read_back_from_what_a_template_renders(
    template: str, read: Callable[[str], list[Any]], several: bool, bare: bool, real_records: list[Record]
) -> None:
    if not (TEMPLATES / template).exists():
        pytest.skip(f"this TRL ships no {template}")
    for record in [parallel(), dependent(), *real_records]:
        example = example_of(record) if several else sequential(example_of(record))
        text = after_the_query(rendered(example, template), example)
        expected: list[Any] = [(call.tool, call.arguments) for call in example.calls()]
        assert read(text) == (as_texts(expected) if bare else expected)
        assert example.messages[-1].content in text


def test_every_template_with_tools_renders_a_real_record(real_records: list[Record]) -> None:
    example = sequential(example_of(real_records[0]))
    with_tools = [path.name for path in TEMPLATES.glob("*.jinja") if "tools" in path.read_text(encoding="utf-8")]
    assert len(with_tools) > 10
    for template in with_tools:
        text = rendered(example, template)
        assert all(call.tool in text for call in example.calls()), template


def test_a_system_message_and_results_are_rendered() -> None:
    example = example_of(dependent())
    text = rendered(example, "qwen2_5.jinja")
    assert "Current date and time: 2026-03-01T10:00:00+01:00" in text
    assert '<tool_response>\n{"city": {"id": 7}}\n</tool_response>\n<tool_response>\nsunny\n</tool_response>' in text
