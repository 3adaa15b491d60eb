"""How a value is written in a sentence: a response tells results in words, not in notation."""

import json
import re
from decimal import Decimal
from typing import Any

from nodes.marks.moments import faces_of
from nodes.policies.offline.writing.marking import plain
from nodes.policies.spelling import written_moment
from tool_registry.json.schema import label_of

_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?")
#: Whole numbers are grouped from here on: a smaller one may be a year.
_GROUPED_FROM = 10_000
_SCIENTIFIC_FROM, _SCIENTIFIC_BELOW = 1e15, 1e-6


def tell(value: Any, schema: dict[str, Any] | None = None) -> str:
    """Return a scalar as people write it: by its label, dates in words, large numbers in groups.

    A string that its schema does not declare to be a date is left alone: its notation may be the answer.
    """
    schema = schema or {}
    label = label_of(schema, value)
    if label is not None:
        return label
    if isinstance(value, str):
        return _string(value) if not schema or "date" in str(schema.get("format")) else value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        is_money = "money" in str(schema.get("format")) and value != int(value)
        return f"{value:,.2f}" if is_money else _number(value)
    return json.dumps(value)


def moment_first(ways: list[str]) -> list[str]:
    """Return the spellings of a moment, those with the time before the date first.

    "At 6:55 am on 14 March" reads better than "at 14 March at 6:55 am", whatever stands before it. And twelve
    o'clock comes last, since few know whether it is noon.
    """
    return sorted(ways, key=lambda way: (" at " in way, bool(re.search(r"(?<![\d:])12 [ap]m\b", way))))


def _string(value: str) -> str:
    if _DATE.fullmatch(value):
        return (written_moment(value) or [value])[0]
    if _MOMENT.fullmatch(value):
        return moment_first(written_moment(value) or [value])[0]
    return value


def _number(value: float) -> str:
    if isinstance(value, int):
        return f"{value:,}" if abs(value) >= _GROUPED_FROM else str(value)
    size = abs(value)
    if not size < _SCIENTIFIC_FROM or 0 < size < _SCIENTIFIC_BELOW:
        return json.dumps(value)
    return f"{int(value):,}" if value.is_integer() else f"{Decimal(repr(value)):,f}"


def quoted(text: str) -> str:
    """Return the text in quotation marks, unless it is a name, a date or a code, which go without."""
    words = plain(text)
    bare = re.fullmatch(r"[A-Z][\w.'-]*(?: [A-Z][\w.'-]*)?|\S*[\d@]\S*", words) or faces_of(words, (), None).is_calendar
    return text if bare else f'"{text}"'
