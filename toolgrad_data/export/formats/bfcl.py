"""BFCL v4: question files and their ground truths, as the leaderboard's own Python categories.

A folder with `BFCL_v4_CATEGORY.json` and `possible_answer/BFCL_v4_CATEGORY.json`, JSON Lines both; `irrelevance` has
no answers. Types are BFCL's (`number` is `float`, `object` is `dict`), `required` and an array's `items` are always
there, and each argument maps to its accepted values, `""` among them where it may be left out. An argument that is
the schema's default is accepted stated and left out. Each ground truth is checked by BFCL's rules before it is
written. Names that are no Python identifiers are replaced.

Calls of stateful classes are `multi_turn_base`, or `multi_turn_miss_param` where a turn asks for a value: the ground
truth is a list of calls a turn, which BFCL makes on objects of `involved_classes` and compares states and answers
(`datasets/episodes.py` has them). Source: https://github.com/ShishirPatil/gorilla
"""

import copy
from pathlib import Path
from typing import Any

from tool_registry.json.pointer import equal, resolve, tokens
from tool_registry.json.resolved import properties_of, required_of, resolve_schema
from tool_registry.json.schema import labels, types_of
from toolgrad_data.export.conversation import Call, Episode, Example, Tool, UnfitError, single_turn, to_json
from toolgrad_data.export.format import Format, NamedCall, Row
from toolgrad_data.export.formats.bfcl_rules import OMITTED, refusal
from toolgrad_data.export.formats.bfcl_sink import BfclSink, is_bfcl_folder
from toolgrad_data.export.formats.python_calls import read_python_calls
from toolgrad_data.export.from_record import without
from toolgrad_data.export.renaming import as_python
from toolgrad_data.export.sinks import Sink

#: Beginning of the categories of several turns.
MULTI_TURN = "multi_turn"
_TYPES = {
    "string": "string",
    "integer": "integer",
    "number": "float",
    "boolean": "boolean",
    "array": "array",
    "object": "dict",
}
_KEPT = ("default", "format", "pattern", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems")
#: Schemas may be recursive.
_DEPTH = 6


class Bfcl(Format):
    """A row is `{category, question, answer}`: a line of each of two files. The sink numbers the questions."""

    name = "bfcl"
    about = "BFCL v4: a folder of questions and possible answers by category"
    one_turn = True
    holds_history = False
    of_episodes = True
    writes_folder = True

    def rows(self, example: Example, number: int) -> list[Row]:  # noqa: ARG002 - numbered by category
        """Return one row. Raises UnfitError for what BFCL's types cannot say, or its rules would refuse."""
        if example.episode is not None:
            return [_multi_turn(example, example.episode)]
        example = as_python(example)
        query, calls, _ = single_turn(example)
        if not example.tools:
            raise UnfitError("offers no tools; BFCL has no category for it")
        messages = [{"role": "system", "content": example.system}] if example.system else []
        functions = [_function(tool) for tool in example.tools]
        question = {"question": [[*messages, {"role": "user", "content": query}]], "function": functions}
        if not calls:
            return [{"category": "irrelevance", "question": question, "answer": None}]
        tools = {tool.name: tool for tool in example.tools}
        if any(call.tool not in tools for call in calls):
            raise UnfitError("calls a tool that it does not offer")
        truth = [{call.tool: accepted_values(call, tools[call.tool])} for call in calls]
        for stated in (True, False):
            if refusal(functions, truth, [(call.tool, _arguments(call, stated=stated)) for call in calls]):
                raise UnfitError("BFCL's rules would refuse the true calls")
        several = "multiple" if len(functions) > 1 else ""
        parallel = "parallel" if len(calls) > 1 else ""
        category = "_".join(filter(None, (parallel, several))) or "simple_python"
        return [{"category": category, "question": question, "answer": {"ground_truth": truth}}]

    def calls(self, row: Row) -> list[list[NamedCall]]:
        """Return the calls of the ground truth, each argument with the first value that is accepted.

        An argument that may be left out is left out. Of several turns it returns the calls of each that makes some.
        """
        if row["answer"] is None:
            return []
        if row["category"].startswith(MULTI_TURN):
            turns = row["answer"]["ground_truth"]
            return [read_python_calls(f"[{', '.join(calls)}]") for calls in turns if calls]
        found: list[NamedCall] = []
        for wanted in row["answer"]["ground_truth"]:
            (name, accepted), *_ = wanted.items()
            found.append((name, {key: _first(values[0]) for key, values in accepted.items() if not _may_go(values)}))
        return [found]

    def sink(self, path: Path) -> Sink:
        """Return the folder to write rows to."""
        return BfclSink(path)

    def owns_folder(self, path: Path) -> bool:
        """Say whether the folder holds BFCL's files alone."""
        return is_bfcl_folder(path)


def _multi_turn(example: Example, episode: Episode) -> Row:
    """Return a line of BFCL's multi-turn categories; in one that calls nothing where a value is missing, it asks."""
    asked = [{"role": "user", "content": message.content} for message in example.messages if message.role == "user"]
    question: list[list[Row]] = [[message] for message in asked]
    if example.system:
        question[0].insert(0, {"role": "system", "content": example.system})
    asks = example.record is not None and any(turn.awaits for turn in example.record.turns)
    return {
        "category": f"{MULTI_TURN}_miss_param" if asks else f"{MULTI_TURN}_base",
        "question": {
            "question": question,
            "initial_config": episode.config,
            "path": list(episode.path),
            "involved_classes": list(episode.classes),
        },
        "answer": {"ground_truth": [list(calls) for calls in episode.turns]},
    }


def accepted_values(call: Call, tool: Tool) -> dict[str, list[Any]]:
    """Return the accepted values of each argument: stated as they are, and left out where that says the same."""
    full, lean = _arguments(call, stated=True), _arguments(call, stated=False)
    accepted = {}
    for name, value in full.items():
        accepted[name] = [_accepted_members(value, lean.get(name, value))]
        if name not in lean:
            accepted[name].append(OMITTED)
    for name, member in properties_of(tool.parameters).items():
        schema = resolve_schema(member, tool.parameters)
        if name not in accepted and "default" in schema:
            accepted[name] = [_accepted_members(schema["default"], schema["default"]), OMITTED]
    return accepted


def _arguments(call: Call, *, stated: bool) -> dict[str, Any]:
    if not stated:
        return without(call.arguments, call.defaults)
    full = copy.deepcopy(call.arguments)
    for pointer, value in call.defaults.items():
        above, name = pointer.rpartition("/")[0], tokens(pointer)[-1]
        holder = resolve(full, above)
        if isinstance(holder, dict):
            holder[name] = value
    return full


def _accepted_members(value: Any, lean: Any) -> Any:
    """Return an object, or those in a list, with its members' accepted values; BFCL looks no deeper."""
    if isinstance(value, list) and value and all(isinstance(element, dict) for element in value):
        return [_accepted_members(element, below) for element, below in zip(value, lean, strict=True)]
    if not isinstance(value, dict):
        return value
    accepted = {}
    for name, member in value.items():
        accepted[name] = [member]
        if name not in lean:
            accepted[name].append(OMITTED)
        elif not equal(lean[name], member):
            accepted[name].append(lean[name])
    return accepted


def _may_go(values: list[Any]) -> bool:
    return len(values) > 1 and values[-1] == OMITTED


def _first(value: Any) -> Any:
    if isinstance(value, list) and value and all(isinstance(element, dict) for element in value):
        return [_first(element) for element in value]
    if isinstance(value, dict):
        return {name: values[0] for name, values in value.items() if not _may_go(values)}
    return value


def _function(tool: Tool) -> dict[str, Any]:
    root = tool.parameters
    properties = {name: bfcl_schema(schema, root) for name, schema in properties_of(root).items()}
    parameters = {"type": "dict", "properties": properties, "required": required_of(root)}
    return {"name": tool.name, "description": tool.description, "parameters": parameters}


def bfcl_schema(schema: Any, root: dict[str, Any], depth: int = _DEPTH) -> dict[str, Any]:
    """Return a JSON Schema in BFCL's types; what admits several types, or says none, is `any`."""
    schema = resolve_schema(schema, root)
    types = types_of(schema, root) - {"null"}
    if types == {"integer", "number"}:
        types = {"number"}
    kind = _TYPES[types.pop()] if len(types) == 1 and depth else "any"
    shown: dict[str, Any] = {"type": kind, "description": _description(schema)}
    values = [value for value, _ in labels(schema)] or schema.get("enum")
    if isinstance(values, list):
        shown["enum"] = values
    shown |= {keyword: schema[keyword] for keyword in _KEPT if keyword in schema}
    if kind == "array":
        shown["items"] = bfcl_schema(schema.get("items"), root, depth - 1)
    elif kind == "dict":
        shown["properties"] = {
            name: bfcl_schema(below, root, depth - 1) for name, below in properties_of(schema).items()
        }
        shown["required"] = required_of(schema)
    return shown


def _description(schema: dict[str, Any]) -> str:
    words = str(schema.get("description") or schema.get("title") or "")
    named = ", ".join(f"{to_json(value)} ({label})" for value, label in labels(schema))
    return f"{words} One of: {named}.".strip() if named else words
