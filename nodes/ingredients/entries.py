"""A line of a file of ingredients: plain words, or a JSON object with members that belong together."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal, NamedTuple

from graph.record import Ingredients
from tool_registry.calling.secret_texts import KEY_FORMS
from tool_registry.json.plain_text import without_controls

#: The settings that name files.
Kind = Literal["personas", "topics", "places"]
#: Why a line is of no use.
Fault = Literal["not_utf8", "too_long", "no_json", "no_entry", "html", "secret"]

#: Longer texts are cut between words: they stand in every prompt of a sample.
TEXT_MAX = 300
_TEXTS_MAX = 3
_AMOUNT_MAX = 1e15
#: What members of an object may be called, by the ingredient that they are.
MEMBERS: Mapping[str, tuple[str, ...]] = {
    "who": ("who", "persona", "person"),
    "topic": ("topic", "situation", "subject"),
    "places": ("places", "place", "where", "city", "location"),
    "names": ("names", "name"),
    "when": ("when", "day", "date"),
    "amount": ("amount", "how_much"),
}
#: The ingredient that a file is of, and what its member may also be called there.
_OWN: Mapping[Kind, tuple[str, tuple[str, ...]]] = {
    "personas": ("who", ("text", "description", "name")),
    "topics": ("topic", ("text", "title", "name")),
    "places": ("places", ("text", "name")),
}
_TAG = re.compile(r"<(?:/?[a-z][a-z0-9-]*(?:\s[^<>]*)?/?|!(?:--|doctype)[^<>]*)>", re.IGNORECASE)
_SECRET = re.compile(KEY_FORMS)
#: No key has only shorter words. Quick, as a file may have millions of lines.
_MAY_BE_SECRET = re.compile(r"\S{11}|[Bb]earer |-----BEGIN")


def members_of(kind: Kind) -> tuple[str, ...]:
    """Return what the member may be called without which an object of such a file is no entry."""
    own, also = _OWN[kind]
    return (*MEMBERS[own], *also)


class Entry(NamedTuple):
    """What a line gives, and whether a text of it was cut."""

    given: Ingredients
    is_cut: bool


def read_entry(raw: bytes, kind: Kind, *, is_json: bool) -> Entry | Fault | None:
    """Return what a line gives, why it gives nothing, or None for an empty one."""
    try:
        text = raw.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        return "not_utf8"
    if not text:
        return None
    if _MAY_BE_SECRET.search(text) and _SECRET.search(text):
        return "secret"
    if not is_json:
        return _plain_entry(text, kind)
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return "no_json"
    return _entry(value if isinstance(value, dict) else {_OWN[kind][0]: value}, kind)


def _plain_entry(text: str, kind: Kind) -> Entry | Fault:
    cut: list[bool] = []
    texts = _texts(text, cut)
    if not texts:
        return "no_entry"
    if "<" in text and _TAG.search(texts[0]):
        return "html"
    own = _OWN[kind][0]
    return Entry(Ingredients.model_validate({own: texts if own == "places" else texts[0]}), bool(cut))


def _entry(members: Mapping[str, Any], kind: Kind) -> Entry | Fault:
    own = _OWN[kind][0]
    taken = next((name for name in members_of(kind) if members.get(name) not in (None, "", [])), None)
    cut: list[bool] = []
    texts = {own: _texts(members.get(taken or ""), cut)}
    for ingredient, called in MEMBERS.items():
        if ingredient not in (own, "amount"):
            texts[ingredient] = _texts(_member(members, called, taken), cut)
    if not texts[own]:
        return "no_entry"
    if any(_TAG.search(text) for found in texts.values() for text in found):
        return "html"
    country = _texts(members.get("country"), [])
    when = _first(texts["when"])
    is_day = when is not None and _is_day(when)
    given = Ingredients(
        who=_first(texts["who"]),
        topic=_first(texts["topic"]),
        places=[f"{place}, {country[0]}" if country and "," not in place else place for place in texts["places"]],
        names=texts["names"],
        day=when if is_day else None,
        when=None if is_day else when,
        amount=_amount(_member(members, MEMBERS["amount"], taken)),
    )
    return Entry(given, any(cut))


def _member(members: Mapping[str, Any], called: Sequence[str], taken: str | None) -> Any:
    return next((members[name] for name in called if name != taken and members.get(name) not in (None, "", [])), None)


def _texts(value: Any, cut: list[bool]) -> list[str]:
    """Return the texts of a member on one line each, at most three; `cut` gets whether one was shortened."""
    found = []
    for item in (value if isinstance(value, list) else [value])[:_TEXTS_MAX]:
        text = " ".join(without_controls(item).split()) if isinstance(item, str) else ""
        if len(text) > TEXT_MAX:
            text = f"{text[: TEXT_MAX - 1].rpartition(' ')[0] or text[: TEXT_MAX - 1]}…"
            cut.append(True)
        if text:
            found.append(text)
    return found


def _first(texts: list[str]) -> str | None:
    return texts[0] if texts else None


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _amount(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if abs(value) <= _AMOUNT_MAX else None  # what is no number is not either
