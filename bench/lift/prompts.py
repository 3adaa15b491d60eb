"""The one form of prompt that training and test share."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bench.lift.forms import PYTHON, Form

#: BFCL's names of types, as JSON Schema has them.
TYPES = {"dict": "object", "float": "number", "double": "number", "tuple": "array", "list": "array"}
_KEPT = ("description", "enum", "default")


@dataclass(frozen=True)
class Example:
    """A question, the functions that are offered, and the right answer, its calls in Python's notation."""

    id: str
    kind: str
    query: str
    functions: tuple[dict[str, Any], ...]
    answer: str
    context: str = ""
    thought: str = ""

    @property
    def is_call(self) -> bool:
        """Whether the right answer calls."""
        return self.kind == "positive"


def slim(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema as short as BFCL's: type, description, enum, default, items, properties."""
    out: dict[str, Any] = {}
    if isinstance(schema.get("type"), str):
        out["type"] = TYPES.get(schema["type"], schema["type"])
    out |= {key: schema[key] for key in _KEPT if key in schema}
    if isinstance(schema.get("items"), dict):
        out["items"] = slim(schema["items"])
    if isinstance(schema.get("properties"), dict):
        out["properties"] = {name: slim(part) for name, part in schema["properties"].items()}
        out["required"] = list(schema.get("required", []))
    return out


def question_text(functions: Sequence[dict[str, Any]], query: str, context: str = "") -> str:
    """Return what the user's message says: a function a line, what is told of the context, the question."""
    lines = []
    for function in functions:
        schema = slim(function["parameters"])
        short = {
            "name": function["name"],
            "description": function["description"],
            "parameters": schema.get("properties", {}),
            "required": schema.get("required", []),
        }
        lines.append(json.dumps(short, ensure_ascii=False, separators=(",", ":")))
    told = f"\n\n{context}" if context else ""
    return "Functions:\n" + "\n".join(lines) + f"{told}\n\nQuestion: {query}"


def messages(
    functions: Sequence[dict[str, Any]],
    query: str,
    context: str = "",
    demos: Sequence[Example] = (),
    form: Form = PYTHON,
) -> list[dict[str, str]]:
    """Return the conversation up to the question, solved examples, which are Python calls, first."""
    said = [{"role": "system", "content": form.system}]
    for demo in demos:
        said.append({"role": "user", "content": question_text(demo.functions, demo.query)})
        said.append({"role": "assistant", "content": demo.answer})
    return [*said, {"role": "user", "content": question_text(functions, query, context)}]


def _function(name: str, description: str, required: list[str], **properties: tuple[str, str]) -> dict[str, Any]:
    members = {key: {"type": kind, "description": words} for key, (kind, words) in properties.items()}
    return {
        "name": name,
        "description": description,
        "parameters": {"type": "object", "properties": members, "required": required},
    }


#: The two solved examples of the untuned model, written for it alone: neither from BFCL nor from the generator. Of
#: three pairs that were tried (the others: a call and a refusal, in either order) this one was the best by far.
DEMOS = (
    Example(
        "demo-1",
        "positive",
        "How will the weather in Oslo be for the next 4 days?",
        (
            _function(
                "weather.forecast",
                "Tell the weather of the coming days in a city.",
                ["city", "days"],
                city=("string", "Name of the city."),
                days=("integer", "How many days."),
                metric=("boolean", "Use metric units. Default is true."),
            ),
            _function(
                "translate_text",
                "Translate a text.",
                ["text", "to"],
                text=("string", "The text."),
                to=("string", "Language to translate into."),
            ),
        ),
        "[weather.forecast(city='Oslo', days=4)]",
    ),
    Example(
        "demo-2",
        "positive",
        "Wake me at half past six, but only on weekdays.",
        (
            _function(
                "set_alarm",
                "Set an alarm.",
                ["time"],
                time=("string", "Time of day, HH:MM."),
                weekdays=("boolean", "Ring on weekdays only."),
            ),
        ),
        "[set_alarm(time='06:30', weekdays=True)]",
    ),
)
