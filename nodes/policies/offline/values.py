"""Values that a person could name, made up from what a schema says: examples, labels, formats, bounds."""

import math
import random
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from nodes.policies.offline.spelled import can_be_said
from tool_registry.json_pointer import leaves
from tool_registry.json_schema import dereferenced, labels, schema_at
from tool_registry.value_words import words_of

NOTHING: Final = object()

#: Everyday values for parameters without examples, by a word in the parameter's name or title.
_EVERYDAY: dict[str, tuple[str, ...]] = {
    "city": ("Lisbon", "Kyoto", "Oslo", "Toronto", "Nairobi", "Vienna", "Melbourne", "Porto"),
    "location": ("Lisbon", "Kyoto", "Oslo", "Toronto", "Nairobi", "Vienna", "Melbourne", "Porto"),
    "place": ("Lisbon", "Kyoto", "Oslo", "Toronto", "Nairobi", "Vienna", "Melbourne", "Porto"),
    "country": ("Japan", "Portugal", "Kenya", "Canada", "Norway", "Chile"),
    "person": ("Ada Lovelace", "Grace Hopper", "Alan Turing", "Marie Curie"),
    "author": ("Jane Austen", "Italo Calvino", "Toni Morrison", "Haruki Murakami"),
    "title": ("Summer reading", "Team lunch", "Quarterly review", "Garden party"),
    "phone": ("+44 20 7946 0018", "+1 202 555 0147", "+49 30 901820"),
    "email": ("mia@example.com", "jonas@example.org", "lee@example.net"),
    "word": ("lantern", "meadow", "granite", "harbour", "orchid", "violin", "compass", "saffron"),
    "language": ("French", "Japanese", "Swahili", "Portuguese"),
    "color": ("teal", "crimson", "olive", "navy"),
    "letter": tuple("BKQmsz"),
    "character": tuple("BKQmsz"),
    "animal": ("otter", "heron", "lynx", "hedgehog"),
    "query": (
        "solar panel efficiency",
        "history of the telescope",
        "best hiking trails",
        "sourdough starter",
    ),
    "topic": ("solar panels", "the history of the telescope", "hiking in autumn", "sourdough bread"),
    "pattern": ("*.md", "*.txt", "*.py", "*.json", "*.toml", "*.csv"),
    "text": (
        "The quick brown fox jumps over it",
        "A journey begins with one step",
        "Rain fell softly on the harbour",
        "Good coffee deserves good company",
        "The old clock struck twelve at noon",
    ),
}
#: Bounds of numbers whose schema tells none, by a word in the name or title.
_EVERYDAY_NUMBERS = {
    "year": (1950, 2030),
    "month": (1, 12),
    "day": (1, 28),
    "hour": (0, 23),
    "minute": (0, 59),
    "age": (18, 80),
    "percent": (1, 100),
    "percentage": (1, 100),
    "latitude": (-60, 65),
    "longitude": (-180, 180),
}
_PHRASES = ("silver lining", "morning coffee", "paper lantern", "river stone", "winter garden", "open window")
_QUOTED = re.compile(r"(?<!\w)['\"]([^'\"\n]{1,40})['\"](?!\w)")
#: Descriptions of numbers that count something, whatever type is declared.
_COUNTED = re.compile(r"\b(number of|how many|lines|count|[Ff]irst N|[Ll]ast N)\b")
#: How often a number is made up between the examples rather than one of them.
_BETWEEN_CHANCE = 0.6
_WORDS = _EVERYDAY["word"]
#: Texts of formats that say how to write one; addresses are those that documentation may use.
_MADE_UP: dict[str, Callable[[random.Random], str]] = {
    "uuid": lambda rng: str(UUID(int=rng.getrandbits(128), version=4)),
    "uri": lambda rng: f"https://example.com/{rng.choice(_WORDS)}",
    "url": lambda rng: f"https://example.org/{rng.choice(_WORDS)}",
    "hostname": lambda rng: f"{rng.choice(_WORDS)}.example.com",
    "ipv4": lambda rng: f"192.0.2.{rng.randint(1, 254)}",
    "ipv6": lambda rng: f"2001:db8::{rng.randint(1, 0xFFFF):x}",
}
_DEFAULT_DATES = ("2024-01-01", "2027-06-30")


def draw(schema: dict[str, Any], name: str, rng: random.Random, is_valid: Callable[[Any], bool]) -> Any:
    """Return a value for the parameter that a user could say and `is_valid` admits, or NOTHING.

    `schema` stands alone or carries the `$defs` that it refers to.
    """
    for _ in range(6):
        value = _draw(schema, schema, name, rng)
        if value is NOTHING:
            return NOTHING
        if is_valid(value) and sayable(value, schema):
            return value
    return NOTHING


def sayable(value: Any, schema: dict[str, Any]) -> bool:
    """Tell whether every leaf of the value is something a person would type."""
    for pointer, leaf in leaves(value):
        if isinstance(leaf, bool) or leaf is None or isinstance(leaf, dict | list):
            if leaf in ({}, []):
                return False
            continue
        if not can_be_said(leaf, schema_at(schema, pointer) if pointer else schema):
            return False
    return True


def _draw(schema: dict[str, Any], root: dict[str, Any], name: str, rng: random.Random) -> Any:
    if "const" in schema:
        return schema["const"]
    examples = schema.get("examples")
    if isinstance(examples, list) and examples:
        return _between(examples, schema, rng) if rng.random() < _BETWEEN_CHANCE else rng.choice(examples)
    labelled = labels(schema)
    if labelled:
        return rng.choice(labelled)[0]
    told = told_examples(schema)
    if told and not schema.get("enum"):
        return rng.choice(told)
    if schema.get("enum"):
        return rng.choice([value for value in schema["enum"] if value is not None] or schema["enum"])
    for keyword in ("anyOf", "oneOf"):
        members = [m for m in schema.get(keyword) or () if isinstance(m, dict) and m.get("type") != "null"]
        if members:
            return _draw(dereferenced(rng.choice(members), root), root, name, rng)
    return _draw_by_type(schema, root, name, rng)


def told_examples(schema: dict[str, Any]) -> list[str]:
    """Return the texts in quotation marks of a text's description: (e.g., 'Europe/London') or 'local', 'remote'."""
    kinds = {member.get("type") for member in (schema, *(schema.get("anyOf") or ())) if isinstance(member, dict)}
    if "string" not in kinds or "format" in schema or "pattern" in schema:
        return []
    return list(dict.fromkeys(_QUOTED.findall(str(schema.get("description") or ""))))


def _draw_by_type(schema: dict[str, Any], root: dict[str, Any], name: str, rng: random.Random) -> Any:
    declared = schema.get("type")
    kind = next((t for t in declared if t != "null"), "null") if isinstance(declared, list) else declared
    match kind:
        case "integer" | "number":
            is_whole = kind == "integer" or bool(_COUNTED.search(str(schema.get("description"))))
            return _number(schema, name, is_whole, rng)
        case "boolean":
            return rng.random() < 0.5
        case "array":
            items = schema.get("items")
            if not isinstance(items, dict):
                return NOTHING
            low = max(int(schema.get("minItems", 3)), 1)
            count = rng.randint(low, max(low, min(int(schema.get("maxItems", 5)), low + 3)))
            drawn = [_draw(dereferenced(items, root), root, name.rstrip("s"), rng) for _ in range(count)]
            if all(isinstance(value, str) for value in drawn) and len(set(drawn)) >= int(schema.get("minItems", 1)):
                drawn = list(dict.fromkeys(drawn))
            return NOTHING if any(value is NOTHING for value in drawn) else drawn
        case "object":
            properties = schema.get("properties") or {}
            required = schema.get("required") or list(properties)[:3]
            made = {
                member: _draw(dereferenced(properties.get(member, {}), root), root, member, rng) for member in required
            }
            return NOTHING if not made or any(value is NOTHING for value in made.values()) else made
        case "string" | None:
            return _string(schema, name, rng)
    return NOTHING


def _between(examples: list[Any], schema: dict[str, Any], rng: random.Random) -> Any:
    """Return a number between the examples, rounded as they are; anything else from the examples themselves."""
    numbers = [value for value in examples if isinstance(value, int | float) and not isinstance(value, bool)]
    if len(numbers) < 3 or len(numbers) < len(examples) or "multipleOf" in schema:
        return rng.choice(examples)
    low, high = sorted(rng.sample(numbers, 2))
    digits = max(len(str(value).partition(".")[2].rstrip("0")) for value in numbers)
    value = round(rng.uniform(low, high), min(digits, 2))
    if digits == 0 or all(isinstance(n, int) for n in numbers):
        step = 10 ** max(int(math.log10(max(abs(high - low), 1))) - 1, 0)
        return int(round(value / step) * step)
    return value


def _everyday_bounds(schema: dict[str, Any], name: str) -> tuple[float, float] | None:
    """Return the bounds that the description tells, "from 0 to 32", or that the name lets one expect."""
    told = re.search(r"\b(?:from|between) (-?\d+) (?:to|and) (-?\d+)\b", str(schema.get("description", "")))
    if told and int(told[1]) < int(told[2]):
        return int(told[1]), int(told[2])
    words = {name.lower(), *words_of(name), *words_of(str(schema.get("title", "")))}
    return next((bounds for word, bounds in _EVERYDAY_NUMBERS.items() if word in words), None)


def _number(schema: dict[str, Any], name: str, whole: bool, rng: random.Random) -> int | float | object:
    if not schema.keys() & {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}:
        bounds = _everyday_bounds(schema, name)
        if bounds:
            schema = {**schema, "minimum": bounds[0], "maximum": bounds[1]}
    low = schema.get("minimum", schema.get("exclusiveMinimum"))
    high = schema.get("maximum", schema.get("exclusiveMaximum"))
    low = (1 if high is None or high > 1 else high - 50) if low is None else low
    high = max(low + 1, low * 2, 50) if high is None else high
    if "exclusiveMinimum" in schema and whole:
        low += 1
    if "exclusiveMaximum" in schema and whole:
        high -= 1
    step = schema.get("multipleOf")
    if step:
        value = rng.randint(math.ceil(low / step), max(math.floor(high / step), math.ceil(low / step))) * step
        return int(value) if whole else value
    if whole:
        return rng.randint(math.ceil(low), max(math.floor(min(high, low + 1000)), math.ceil(low)))
    return round(rng.uniform(low, min(high, low + 1000)), rng.choice((0, 1, 1, 2)))


def _string(schema: dict[str, Any], name: str, rng: random.Random) -> str | object:
    notation = schema.get("format")
    if notation == "date":
        return _day(schema, rng).isoformat()
    if notation == "date-time":
        moment = datetime.combine(_day(schema, rng), datetime.min.time())
        return (moment + timedelta(minutes=30 * rng.randrange(48))).isoformat()
    if notation == "time" or (notation is None and "HH:MM" in str(schema.get("description"))):
        return f"{rng.randint(6, 22):02d}:{rng.choice((0, 15, 30, 45)):02d}"
    if "pattern" not in schema and notation in _MADE_UP:
        return _MADE_UP[notation](rng)
    if "pattern" in schema or notation not in (None, "email"):
        return NOTHING
    return rng.choice(_everyday_values(name, schema) or _PHRASES)


def has_everyday_values(name: str, schema: dict[str, Any]) -> bool:
    """Tell whether a text is of a kind that everybody knows some of, such as a city."""
    return bool(_everyday_values(name, schema))


def _everyday_values(name: str, schema: dict[str, Any]) -> tuple[str, ...]:
    meaning = words_of(name) | words_of(str(schema.get("title", ""))) | {name.lower()}
    meaning |= {"email"} if schema.get("format") == "email" else set()
    about = words_of(str(schema.get("description", "")))
    return next((choices for words in (meaning, about) for word, choices in _EVERYDAY.items() if word in words), ())


def _day(schema: dict[str, Any], rng: random.Random) -> date:
    first = date.fromisoformat(str(schema.get("formatMinimum", _DEFAULT_DATES[0]))[:10])
    last = date.fromisoformat(str(schema.get("formatMaximum", _DEFAULT_DATES[1]))[:10])
    return first + timedelta(days=rng.randint(0, max((last - first).days, 0)))
