"""`--schema short`: of a tool's schema what a small model can afford, and all that its calls need.

Type, description, enum, default, items, properties and required stay; references are followed. Of a list of more
choices than a few some are kept: those that the example's calls take, and drawn others, so that the list does not tell
the answer. Titles of choices (`JP` is "Japan") stay where the user says one of them, or an argument that the user does
not say as it stands. A tool that its own calls would not fit any more is left as it is.
"""

import json
import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from nodes.marks.wording import fold_words
from tool_registry.json.pointer import scalars
from tool_registry.json.resolved import NOTHING_FITS, items_of, properties_of, required_of, resolve_below
from tool_registry.json.schema import closed_values, compile_schema, labels, types_of
from toolgrad_data.export.conversation import Example, Tool
from toolgrad_data.export.report import ExportReport
from toolgrad_data.export.seeded import rng_for

#: So many choices of a closed list, and of a list of examples (`anyOf` with a pattern for all others), are shown.
_CHOICES, _EXAMPLES = 8, 4
_UNIONS = ("anyOf", "oneOf")
#: What a format asks for, where the description does not say it.
_NOTATIONS = {"date": "YYYY-MM-DD", "time": "HH:MM", "date-time": "YYYY-MM-DDTHH:MM"}


@dataclass(frozen=True)
class _Shown:
    """What decides what is shown of one tool: the user's words, and the values that the calls take, as JSON."""

    said: str
    called: frozenset[str]
    rng: random.Random

    def says(self, text: object) -> bool:
        """Whether the words stand in what the user said."""
        words = _words(str(text))
        return bool(words) and f" {words} " in self.said


class ShortSchemas:
    """Shortens the schemas of each example; which choices of long lists are shown is drawn with the seed and its id."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self.counts: Counter[str] = Counter()

    def stage(self, examples: Iterator[Example], report: ExportReport) -> Iterator[Example]:
        """Shorten in every example."""
        for example in examples:
            yield self.shorten(example)
        report.notes["short_schemas"] = dict(sorted(self.counts.items()))

    def shorten(self, example: Example) -> Example:
        """Return the example with short schemas."""
        said = " ".join(_words(message.content) for message in example.messages if message.role == "user")
        wrong = example.preference.rejected if example.preference else ()
        calls = [call for message in (*example.messages, *wrong) for call in message.calls]
        values = [value for call in calls for part in (call.arguments, call.defaults) for _, value in scalars(part)]
        # Of all calls, whichever tool they are of: what is shown of a tool does not tell whether it is called.
        called = frozenset(map(json.dumps, values))
        tools = []
        for tool in example.tools:
            shown = _Shown(f" {said} ", called, rng_for(self._seed, "schema", example.id, tool.name))
            tools.append(self._short(tool, [call.arguments for call in calls if call.tool == tool.name], shown))
        return replace(example, tools=tuple(tools))

    def _short(self, tool: Tool, calls: Sequence[dict[str, Any]], shown: _Shown) -> Tool:
        parameters = {
            "type": "object",
            "properties": {},
            **_schema(tool.parameters, tool.parameters, frozenset(), shown),
        }
        before, after = compile_schema(tool.parameters), compile_schema(parameters)
        if any(before.is_valid(arguments) and not after.is_valid(arguments) for arguments in calls):
            self.counts["left whole: a call would not fit"] += 1
            return tool
        self.counts["shortened"] += 1
        return replace(tool, parameters=parameters)


def _words(text: str) -> str:
    """Return the words of a text as they are compared, a space between them."""
    return " ".join(re.findall(r"\w+", fold_words(text)))


def _schema(schema: Any, root: dict[str, Any], above: frozenset[str], shown: _Shown) -> dict[str, Any]:
    read, above = resolve_below(schema, root, above)
    if read is NOTHING_FITS:
        return {}
    short: dict[str, Any] = {}
    values = [] if _is_open(read) else closed_values(read)
    kinds = types_of(read, root) - {"null"}
    if isinstance(read.get("type"), str):
        short["type"] = read["type"]
    elif len(kinds) == 1:
        short["type"] = kinds.pop()
    elif kinds == {"integer", "number"}:
        short["type"] = "number"
    elif not values:
        short |= _union(read, root, above, shown)
    if words := _description(read, shown):
        short["description"] = words
    if values:
        short["enum"] = _some(values, _CHOICES, shown)
        short["description"] = _with_titles(short.get("description", ""), short["enum"], read, shown)
    if "default" in read:
        short["default"] = read["default"]
    return {name: value for name, value in (short | _inside(read, root, above, shown)).items() if value != ""}


def _inside(read: dict[str, Any], root: dict[str, Any], above: frozenset[str], shown: _Shown) -> dict[str, Any]:
    """Return what is said of items and members."""
    inside: dict[str, Any] = {}
    if isinstance(read.get("items"), dict):
        inside["items"] = _schema(read["items"], root, above, shown)
    elif items := [_schema(item, root, above, shown) for item in items_of(read.get("prefixItems"))]:
        distinct = [item for place, item in enumerate(items) if item not in items[:place]]
        inside["items"] = distinct[0] if len(distinct) == 1 else {"anyOf": distinct}
    if members := properties_of(read):
        inside["properties"] = {name: _schema(member, root, above, shown) for name, member in members.items()}
    if required := required_of(read):
        inside["required"] = required
    if isinstance(read.get("additionalProperties"), dict):
        inside["additionalProperties"] = _schema(read["additionalProperties"], root, above, shown)
    return inside


def _union(read: dict[str, Any], root: dict[str, Any], above: frozenset[str], shown: _Shown) -> dict[str, Any]:
    """Return alternatives of several types, each short and none twice."""
    found = [_schema(one, root, above, shown) for keyword in _UNIONS for one in items_of(read.get(keyword))]
    distinct = [one for place, one in enumerate(found) if one not in found[:place]]
    return distinct[0] if len(distinct) == 1 else {"anyOf": distinct} if distinct else {}


def _is_open(read: dict[str, Any]) -> bool:
    """Whether the schema takes other values beside those that it names: an alternative names none."""
    branches = [one for keyword in _UNIONS for one in items_of(read.get(keyword))]
    return any(not (isinstance(one, dict) and one.keys() & {"const", "enum"}) for one in branches)


def _description(read: dict[str, Any], shown: _Shown) -> str:
    words = str(read.get("description") or read.get("title") or "")
    notation = _NOTATIONS.get(str(read.get("format")))
    if notation and notation[:5] not in words:
        words = f"{words.rstrip('. ')}, {notation}." if words else notation
    if _is_open(read):
        values = _some([value for value, _ in labels(read)], _EXAMPLES, shown)
        return _with_titles(words, values, read, shown)
    return words


def _with_titles(words: str, values: Sequence[Any], read: dict[str, Any], shown: _Shown) -> str:
    """Return the description with the values' titles, where the user says one of them or none of what is called."""
    titles: Mapping[str, str] = {json.dumps(value): title for value, title in labels(read)}
    distinct = [(value, titles[json.dumps(value)]) for value in values if json.dumps(value) in titles]
    if not any(str(value).casefold() != title.casefold() for value, title in distinct):
        return words
    unsaid = any(json.dumps(value) in shown.called and not shown.says(value) for value, _ in distinct)
    if not unsaid and not any(shown.says(title) for title in titles.values()):
        return words
    named = ", ".join(f"{value} ({title})" for value, title in distinct)
    return f"{words} {'For example' if _is_open(read) else 'One of'}: {named}.".strip()


def _some(values: Sequence[Any], most: int, shown: _Shown) -> list[Any]:
    """Return at most so many of the values, in their order: those that are called, and drawn others."""
    distinct = list({json.dumps(value): value for value in values}.values())
    if len(distinct) <= most:
        return distinct
    needed = [json.dumps(value) for value in distinct if json.dumps(value) in shown.called]
    others = [key for key in map(json.dumps, distinct) if key not in needed]
    kept = {*needed, *shown.rng.sample(others, max(0, most - len(needed)))}
    return [value for value in distinct if json.dumps(value) in kept]
