"""Whether a value is a place, a person's name, a day or an amount: what people vary when they ask for other things."""

import re
from collections.abc import Mapping
from typing import Any, Literal

from tool_registry.drawing.value_words import split_words, words_of

ValueClass = Literal["place", "person", "day", "amount"]

_PLACES = frozenset(
    "address airport borough city country destination district island location municipality neighbourhood origin place "
    "province region station street suburb town venue village".split()
)
_PEOPLE = frozenset(
    "applicant assignee author beneficiary candidate client colleague contact customer driver employee guest host "
    "lastname friend manager member organizer owner passenger patient person recipient speaker student surname teacher "
    "tenant traveler traveller visitor".split()
)
#: Keys of people and places are no names.
_KEYS = frozenset("code email identifier phone postcode timezone zip".split())
#: Numbers that are no amounts: where and when something is.
_POSITIONS = frozenset("latitude longitude year month weekday hour minute week".split())
_DAYS = frozenset({"date", "date-time"})
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d(?:[T ][\d:.,]+(?:Z|[+-][\d:]+)?)?")


def class_of(name: str, schema: Mapping[str, Any], value: Any) -> ValueClass | None:
    """Return the class of a value of that name and schema (`resolved`), or None for one of no class.

    Names, titles and formats say which texts are places and people, the value itself what is a day or an amount.
    """
    format_ = str(schema.get("format") or "")
    if isinstance(value, str) and (format_ in _DAYS or _ISO_DAY.fullmatch(value)):
        return "day"
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    words = words_of(name) | words_of(str(schema.get("title") or "")) | words_of(format_.replace("-", " "))
    if not isinstance(value, str):
        return None if words & _POSITIONS else "amount"
    if words & _PLACES:
        return "place"
    if words & _KEYS:
        return None
    is_full = {"full", "name"} <= set(split_words(name)) or {"first", "name"} <= set(split_words(name))
    return "person" if words & _PEOPLE or is_full else None
