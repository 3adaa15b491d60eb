"""Values of schemas, drawn with a seed: what a service might answer, and what a person might ask with."""

import random
from collections.abc import Callable
from typing import Any

Follow = Callable[[str], Any]

_DEPTH_MAX = 7
_VALUES_MAX = 400
_FAILURES = frozenset(("error", "errors"))
_SUCCESSES = frozenset(("ok", "success", "succeeded"))
_WORDS = (
    "amber basalt cedar delta ember fjord garnet harbour indigo juniper kestrel lagoon meadow nectar onyx pebble "
    "quartz river saffron timber umber valley willow yarrow zephyr"
).split()
_FORMATS: dict[str, Callable[[random.Random], str]] = {
    "date": lambda draw: f"20{draw.randint(20, 29)}-0{draw.randint(1, 9)}-{draw.randint(10, 28)}",
    "date-time": lambda draw: (
        f"20{draw.randint(20, 29)}-0{draw.randint(1, 9)}-{draw.randint(10, 28)}T10:{draw.randint(10, 59)}:00Z"
    ),
    "time": lambda draw: f"10:{draw.randint(10, 59)}:00Z",
    "email": lambda draw: f"{draw.choice(_WORDS)}@{draw.choice(_WORDS)}.example",
    "uuid": lambda draw: "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}".format(
        *(draw.getrandbits(b) for b in (32, 16, 12, 12, 48))
    ),
    "uri": lambda draw: f"https://{draw.choice(_WORDS)}.example/{draw.choice(_WORDS)}",
    "url": lambda draw: f"https://{draw.choice(_WORDS)}.example/{draw.choice(_WORDS)}",
    "ipv4": lambda draw: f"192.0.2.{draw.randint(1, 254)}",
    "ipv6": lambda draw: f"2001:db8::{draw.randint(1, 999)}",
    "hostname": lambda draw: f"{draw.choice(_WORDS)}.example",
}


class Instances:
    """Draws values. `follow` says what a `$ref` leads to; with `answers` nothing says that a call failed."""

    def __init__(self, seed: str, follow: Follow, *, with_optional: float = 1.0, answers: bool = False) -> None:
        self._draw = random.Random(seed)
        self._follow = follow
        self._with_optional = with_optional
        self._answers = answers
        self._left = _VALUES_MAX

    def value(self, schema: Any, depth: int = 0) -> Any:
        """A value of the schema, with the examples and defaults that it names."""
        self._left -= 1
        schema = self._whole(schema)
        if "const" in schema:
            return schema["const"]
        if isinstance(schema.get("enum"), list) and schema["enum"]:
            return self._draw.choice([each for each in schema["enum"] if each is not None] or [None])
        for name in ("example", "default"):
            if schema.get(name) is not None:
                return schema[name]
        if isinstance(schema.get("examples"), list) and schema["examples"]:
            return self._draw.choice(schema["examples"])
        match _kind(schema):
            case "object":
                return self._members(schema, depth)
            case "array":
                return self._items(schema, depth)
            case "integer":
                return int(self._number(schema))
            case "number":
                return round(self._number(schema) + 0.25, 2) if "maximum" not in schema else self._number(schema)
            case "boolean":
                return self._draw.random() < 0.5
            case "null":
                return None
            case _:
                return self._text(schema)

    def _whole(self, schema: Any) -> dict[str, Any]:
        """The schema with what it refers to and the parts that it is made of."""
        made: dict[str, Any] = {}
        waiting = [schema]
        for _ in range(64):
            if not waiting:
                break
            part = waiting.pop()
            if not isinstance(part, dict):
                continue
            if isinstance(part.get("$ref"), str):
                waiting.append(self._follow(part["$ref"]))
            waiting.extend(part.get("allOf") or ())
            for name in ("oneOf", "anyOf"):
                if part.get(name):
                    waiting.append(part[name][0])
            for name, said in part.items():
                if name == "properties" and isinstance(said, dict):
                    made["properties"] = {**said, **made.get("properties", {})}
                elif name == "required" and isinstance(said, list):
                    made["required"] = [*made.get("required", []), *said]
                elif name not in ("$ref", "allOf", "oneOf", "anyOf"):
                    made.setdefault(name, said)
        return made

    def _members(self, schema: dict[str, Any], depth: int) -> dict[str, Any]:
        required = schema.get("required") or []
        made: dict[str, Any] = {}
        properties = schema.get("properties") or {}
        for name, member in {**properties, **{each: {} for each in required if each not in properties}}.items():
            if self._answers and name.lower() in _FAILURES:
                if name in required:
                    made[name] = None
            elif self._answers and name.lower() in _SUCCESSES:
                made[name] = True if _kind(self._whole(member)) == "boolean" else self.value(member, depth + 1)
            elif name in required or (
                depth < _DEPTH_MAX and self._left > 0 and self._draw.random() < self._with_optional / (depth + 1)
            ):
                made[name] = self.value(member, depth + 1) if depth < 3 * _DEPTH_MAX else None
        return made

    def _items(self, schema: dict[str, Any], depth: int) -> list[Any]:
        least = schema.get("minItems") or 0
        count = max(least, self._draw.randint(1, 3)) if depth < _DEPTH_MAX and self._left > 0 else least
        count = min(count, schema.get("maxItems", count))
        items = [self.value(schema.get("items", {}), depth + 1) for _ in range(count)]
        if schema.get("uniqueItems"):
            items = [each for position, each in enumerate(items) if each not in items[:position]]
        return items

    def _number(self, schema: dict[str, Any]) -> float:
        low = schema.get("minimum", 1)
        if isinstance(schema.get("exclusiveMinimum"), int | float):
            low = schema["exclusiveMinimum"] + 1
        high = schema.get("maximum", max(low, 1) + 5000)
        return float(self._draw.randint(int(low), max(int(high), int(low))))

    def _text(self, schema: dict[str, Any]) -> str:
        made = _FORMATS.get(str(schema.get("format")))
        if made is not None:
            return made(self._draw)
        text = f"{self._draw.choice(_WORDS)}-{self._draw.randint(10, 99)}"
        least, most = schema.get("minLength") or 0, schema.get("maxLength")
        text = text + "x" * max(least - len(text), 0)
        return text[:most] if most is not None else text


def _kind(schema: dict[str, Any]) -> str:
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next((each for each in kind if each != "null"), "null")
    if isinstance(kind, str):
        return kind
    return "object" if "properties" in schema else "array" if "items" in schema else "string"
