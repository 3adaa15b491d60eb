"""Spellings under the tools' own schemas, each made once: a value is spelt in many drafts and tried in many calls."""

import re
from typing import Any

from nodes.marks.moments import faces_of
from nodes.policies.offline.writing.marking import plain
from nodes.policies.spelling import has_spelling, spellings

_CACHE_MAX = 4096
# By the identity of the schema, which the entry keeps alive, and the value's type: 1.0 is spelt as 1 is not.
_Key = tuple[int, str, type, Any]
_ways: dict[_Key, tuple[dict[str, Any], list[str]]] = {}
_sayable: dict[_Key, tuple[dict[str, Any], bool]] = {}


def ways_to_say(value: Any, schema: dict[str, Any], name: str = "") -> list[str]:
    """Return `spellings` of a value; not to be changed."""
    if isinstance(value, dict | list):
        return []
    key = (id(schema), name, type(value), value)
    known = _ways.get(key)
    if known is None:
        if len(_ways) >= _CACHE_MAX:
            _ways.clear()
        known = _ways[key] = (schema, spellings(value, schema, name))
    return known[1]


def can_be_said(value: Any, schema: dict[str, Any]) -> bool:
    """Tell what `has_spelling` tells."""
    if isinstance(value, dict | list):
        return has_spelling(value, schema)
    key = (id(schema), "", type(value), value)
    known = _sayable.get(key)
    if known is None:
        if len(_sayable) >= _CACHE_MAX:
            _sayable.clear()
        known = _sayable[key] = (schema, has_spelling(value, schema))
    return known[1]


def quoted(text: str) -> str:
    """Return the text in quotation marks, unless it is a name, a date or a code, which go without."""
    words = plain(text)
    bare = re.fullmatch(r"[A-Z][\w.'-]*(?: [A-Z][\w.'-]*)?|\S*[\d@]\S*", words) or faces_of(words, (), None).is_calendar
    return text if bare else f'"{text}"'
