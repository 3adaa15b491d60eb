"""Values that a person could name, made up from what a schema says: examples, labels, formats, bounds."""

import math
import random
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from nodes.policies.offline import weights
from nodes.policies.offline.reading.parameters import LOOKED_UP, Parameter, quoted_examples
from nodes.policies.offline.reading.templates import phrases_of
from nodes.policies.spelling import has_spelling
from tool_registry.drawing.made_words import make_words, unknown_lists
from tool_registry.drawing.tool_nouns import nouns_of_tool
from tool_registry.drawing.value_words import words_of
from tool_registry.json.pointer import MISSING, leaves
from tool_registry.json.resolved import NOTHING_FITS, items_of, properties_of, required_of, resolve_below
from tool_registry.json.schema import labels, schema_at
from tool_registry.spec import ToolSpec

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
#: Descriptions of numbers that count something, whatever type is declared.
_COUNTED = re.compile(r"\b(number of|how many|lines|count|[Ff]irst N|[Ll]ast N)\b")
#: Between larger ones floats lie too far apart.
_BETWEEN_MAX = 2**53
_WORDS = _EVERYDAY["word"]
#: Texts of formats that say how to write one; addresses are those that documentation may use.
_MADE_UP: dict[str, Callable[[random.Random], str]] = {
    "uuid": lambda rng: str(UUID(int=rng.getrandbits(128), version=4)),
    "uri": lambda rng: f"https://example.com/{rng.choice(_WORDS)}",
    "uri-reference": lambda rng: f"https://example.net/{rng.choice(_WORDS)}",
    "url": lambda rng: f"https://example.org/{rng.choice(_WORDS)}",
    "hostname": lambda rng: f"{rng.choice(_WORDS)}.example.com",
    "ipv4": lambda rng: f"192.0.2.{rng.randint(1, 254)}",
    "ipv6": lambda rng: f"2001:db8::{rng.randint(1, 0xFFFF):x}",
}
_DEFAULT_DATES = ("2024-01-01", "2027-06-30")
#: Nobody says more than this in one argument: values in all, levels, items of a list that asks for many.
_VALUES_MAX, _DEPTH_MAX, _ITEMS_MAX = 200, 8, 50
#: How often a whole value is drawn that the tool refuses; the second half without made words, which it may not take.
_DRAFTS = 6
#: How often an item is drawn that is none of those before it.
_TRIES = 8
#: Lists within this many levels have several items, deeper ones as few as they may.
_BROAD = 2


def draw(
    schema: dict[str, Any],
    name: str,
    rng: random.Random,
    is_valid: Callable[[Any], bool],
    root: dict[str, Any] | None = None,
) -> Any:
    """Return a value for the parameter that a user could say and `is_valid` admits, or MISSING.

    `root` is what the references of the schema lead into; without it the schema stands alone. Of a schema that holds
    itself the value is the shallowest: what is optional and would begin again is left out.
    """
    root = schema if root is None else root
    for number in range(_DRAFTS):
        value = _Draft(root, rng, makes_words=number < _DRAFTS // 2).value(schema, name)
        if value is MISSING:
            return MISSING
        if is_valid(value) and sayable(value, schema, root):
            return value
    return MISSING


def sayable(value: Any, schema: dict[str, Any], root: dict[str, Any] | None = None) -> bool:
    """Tell whether every leaf of the value is something a person would type."""
    for pointer, leaf in leaves(value):
        if isinstance(leaf, bool) or leaf is None or isinstance(leaf, dict | list):
            if leaf in ({}, []):
                return False
            continue
        if not has_spelling(leaf, schema_at(schema, pointer, root)):
            return False
    return True


def drawn(parameter: Parameter, rng: random.Random) -> Any:
    """Return a value for the parameter that a user could say, or MISSING."""
    return draw(parameter.stated, parameter.name, rng, parameter.is_valid, parameter.root)


def is_sayable(value: Any, parameter: Parameter) -> bool:
    """Tell whether every leaf of the parameter's value is something a person would type."""
    return sayable(value, parameter.stated, parameter.root)


def is_looked_up(parameter: Parameter, spec: ToolSpec) -> bool:
    """Tell whether a text is an id, a code or an address that nothing gives an example of: nobody makes one up.

    Nor does anybody make up the name of a thing, but for everyday ones and where the tool makes a new thing.
    """
    schema, keys = parameter.schema, parameter.identity.keys
    told = schema.keys() & {"examples", "enum", "const", "oneOf", "default", "format", "pattern"}
    if told or parameter.choices or "string" not in parameter.types or parameter.types & {"integer", "number"}:
        return False
    is_key = bool(keys & LOOKED_UP or parameter.words & {"link"})
    is_name = "name" in keys and not parameter.identity.is_bare and not nouns_of_tool(spec).are_new
    return (is_key or is_name) and not _everyday_values(parameter.name, schema) and not quoted_examples(schema)


class _Draft:
    """One value being made up: what its schema's references lead into, and how much of it there may still be."""

    def __init__(self, root: dict[str, Any], rng: random.Random, *, makes_words: bool = True) -> None:
        self._root, self._rng = root, rng
        self._makes_words = makes_words
        self._left = _VALUES_MAX

    def value(self, schema: Any, name: str, above: frozenset[str] = frozenset(), depth: int = 0) -> Any:
        """Return a value of the schema, or MISSING; `above` are the references that led there."""
        self._left -= 1
        schema, above = resolve_below(schema, self._root, above)
        if schema is NOTHING_FITS or self._left < 0 or depth > _DEPTH_MAX:
            return MISSING
        rng = self._rng
        if "const" in schema:
            return schema["const"]
        if self._makes_words and (forms := self._forms(schema)) and rng.random() < weights.MADE:
            return make_words(forms, rng)
        examples = [value for value in items_of(schema.get("examples")) if value is not None]
        if examples:
            return _between(examples, schema, rng) if rng.random() < weights.BETWEEN_EXAMPLES else rng.choice(examples)
        labelled = labels(schema)
        if labelled:
            return rng.choice(labelled)[0]
        told = quoted_examples(schema)
        if told and not schema.get("enum"):
            return rng.choice(told)
        if schema.get("enum"):
            return rng.choice(schema["enum"])
        for keyword in ("anyOf", "oneOf"):
            if schema.get(keyword):
                others = {word: value for word, value in schema.items() if word != keyword}
                return self.value({**others, "allOf": [rng.choice(schema[keyword])]}, name, above, depth)
        return self._of_type(schema, name, above, depth)

    def _forms(self, schema: dict[str, Any]) -> list[str]:
        """Return the forms of words that can be made: nobody has checked those of a schema that came from elsewhere."""
        return [form for form in phrases_of(schema).get("made") or () if not unknown_lists([form])]

    def _of_type(self, schema: dict[str, Any], name: str, above: frozenset[str], depth: int) -> Any:
        match schema.get("type"):
            case "integer" | "number" as kind:
                is_whole = kind == "integer" or bool(_COUNTED.search(str(schema.get("description"))))
                try:
                    return _number(schema, name, is_whole, self._rng)
                except (OverflowError, ValueError):
                    # Bounds between which no float lies.
                    return MISSING
            case "boolean":
                return self._rng.random() < 0.5
            case "array":
                return self._list(schema, name, above, depth)
            case "object":
                return self._object(schema, above, depth)
            case "string" | None:
                return _string(schema, name, self._rng)
        return MISSING

    def _list(self, schema: dict[str, Any], name: str, above: frozenset[str], depth: int) -> Any:
        items, first = schema.get("items"), schema.get("prefixItems") or []
        if isinstance(items, list):
            items, first = schema.get("additionalItems"), items
        needed = schema.get("minItems", 1)
        if (not isinstance(items, dict) and len(first) < needed) or not (first or items) or needed > _ITEMS_MAX:
            return MISSING
        drawn = [self.value(each, name.rstrip("s"), above, depth + 1) for each in first]
        if isinstance(items, dict) and not (first and len(first) >= needed):
            low = max(schema.get("minItems", 3), 1)
            most = min(schema.get("maxItems", 5), low + 3)
            count = self._rng.randint(low, max(low, most)) if depth < _BROAD else max(needed, 1)
            for _ in range(count - len(first)):
                drawn.append(self._another(items, name.rstrip("s"), drawn, above, depth + 1))
        if any(value is MISSING for value in drawn):
            return MISSING
        if all(isinstance(value, str) for value in drawn) and len(set(drawn)) >= needed:
            return list(dict.fromkeys(drawn))
        return drawn

    def _another(self, items: Any, name: str, drawn: list[Any], above: frozenset[str], depth: int) -> Any:
        """Return one more item of a list: not of the same name as those before it, by which people tell them apart."""
        called = {_name_of_item(each) for each in drawn} - {None}
        for _ in range(_TRIES):
            value = self.value(items, name, above, depth)
            if value is MISSING or _name_of_item(value) not in called:
                return value
        return value

    def _object(self, schema: dict[str, Any], above: frozenset[str], depth: int) -> Any:
        properties, required = properties_of(schema), required_of(schema)
        given = required or list(properties)[:3]
        optional = [member for member in properties if member not in given and required]
        given = [*given, *(each for each in optional if self._rng.random() < weights.OPTIONAL_SPOKEN_GIVEN)]
        made = {member: self.value(properties.get(member, {}), member, above, depth + 1) for member in given}
        if any(made[member] is MISSING for member in required):
            return MISSING
        return {member: value for member, value in made.items() if value is not MISSING} or MISSING


def _name_of_item(value: Any) -> str | None:
    """Return the text by which an item of a list is told from others, or None."""
    members = value.values() if isinstance(value, dict) else [value]
    return next((member for member in members if isinstance(member, str)), None)


def _between(examples: list[Any], schema: dict[str, Any], rng: random.Random) -> Any:
    """Return a number between the examples, rounded as they are; anything else from the examples themselves."""
    numbers = [
        value
        for value in examples
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _BETWEEN_MAX
    ]
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
    told = re.search(r"\b(?:from|between) (-?\d{1,9}) (?:to|and) (-?\d{1,9})\b", str(schema.get("description", "")))
    if told and int(told[1]) < int(told[2]):
        return int(told[1]), int(told[2])
    words = {name.lower(), *words_of(name), *words_of(str(schema.get("title", "")))}
    return next((bounds for word, bounds in _EVERYDAY_NUMBERS.items() if word in words), None)


def _number(schema: dict[str, Any], name: str, whole: bool, rng: random.Random) -> int | float | object:
    if not schema.keys() & {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}:
        bounds = _everyday_bounds(schema, name)
        if bounds:
            schema = {**schema, "minimum": bounds[0], "maximum": bounds[1]}
    low = max((schema[word] for word in ("minimum", "exclusiveMinimum") if word in schema), default=None)
    high = min((schema[word] for word in ("maximum", "exclusiveMaximum") if word in schema), default=None)
    low = (1 if high is None or high > 1 else high - 50) if low is None else low
    high = max(low + 1, low * 2, 50) if high is None else high
    if low == schema.get("exclusiveMinimum") and whole:
        low += 1
    if high == schema.get("exclusiveMaximum") and whole:
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
        # The format wants an offset.
        return (moment + timedelta(minutes=30 * rng.randrange(48))).isoformat() + "Z"
    if notation == "time" or (notation is None and "HH:MM" in str(schema.get("description"))):
        return f"{rng.randint(6, 22):02d}:{rng.choice((0, 15, 30, 45)):02d}" + (":00Z" if notation else "")
    if "pattern" not in schema and notation in _MADE_UP:
        return _MADE_UP[notation](rng)
    if "pattern" in schema or notation not in (None, "email"):
        return MISSING
    return rng.choice(_everyday_values(name, schema) or _PHRASES)


def _everyday_values(name: str, schema: dict[str, Any]) -> tuple[str, ...]:
    meaning = words_of(name) | words_of(str(schema.get("title", ""))) | {name.lower()}
    meaning |= {"email"} if schema.get("format") == "email" else set()
    about = words_of(str(schema.get("description", "")))
    return next((choices for words in (meaning, about) for word, choices in _EVERYDAY.items() if word in words), ())


def _day(schema: dict[str, Any], rng: random.Random) -> date:
    first, last = (
        _date(schema.get(word)) or date.fromisoformat(usual)
        for word, usual in zip(("formatMinimum", "formatMaximum"), _DEFAULT_DATES, strict=True)
    )
    return first + timedelta(days=rng.randint(0, max((last - first).days, 0)))


def _date(written: Any) -> date | None:
    try:
        return date.fromisoformat(str(written)[:10])
    except ValueError:
        return None
