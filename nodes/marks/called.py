"""What results call a code: "Ljubljana" for LJU, where an object holds both and no other object is called so."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Literal

from nodes.marks.wording import names_of, says_text

_CODE = re.compile(r"[A-Z][A-Z0-9]{1,5}")
_NAME = re.compile(r"[^\W\d_][^\d_/:@]{1,59}")
_OBJECTS_MAX = 2000

#: A code, a name beside it, and the members that hold the two.
_Called = tuple[str, str, tuple[str, str]]


def names_of_code(code: Any, documents: Iterable[Any], locale: str = "en") -> list[str]:
    """Return the names beside the code that name no other code of the same member."""
    known = _coded_objects(code, documents)
    names = dict.fromkeys(name for other, name, _ in known if other == code)
    return [name for name in names if _is_named(name, code, known, locale)]


def says_code(words: str, code: str, documents: Iterable[Any], locale: str) -> Literal["said", "could", "no", ""]:
    """Say whether the words name the code; "could" where nothing tells what it is called, "" where it is none."""
    if not _CODE.fullmatch(code) or names_of(code, locale) or any(map(str.isdigit, code)) or words.upper() == words:
        return ""
    known = _coded_objects(code, documents)
    if not any(other == code for other, _, _ in known):
        return "could"
    return "said" if _is_named(words, code, known, locale) else "no"


def _is_named(words: str, code: Any, known: list[_Called], locale: str) -> bool:
    named: dict[tuple[str, str], set[str]] = {}
    for other, name, members in known:
        if words.strip() and says_text(words, name, {}, locale):
            named.setdefault(members, set()).add(other)
    return any(codes == {code} for codes in named.values())


def _coded_objects(code: Any, documents: Iterable[Any]) -> list[_Called]:
    """Return the codes and names of objects that have the code's member."""
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        return []
    objects = list(islice((each for document in documents for each in _objects(document)), _OBJECTS_MAX))
    members = {name for each in objects for name, value in each.items() if value == code}
    texts = [{name: text for name, text in each.items() if isinstance(text, str)} for each in objects]
    return [
        (each[member], text, (member, name))
        for each in texts
        for member in members & each.keys()
        for name, text in each.items()
        if _CODE.fullmatch(each[member]) and _NAME.fullmatch(text) and not _CODE.fullmatch(text)
    ]


def _objects(document: Any) -> Iterator[dict[str, Any]]:
    if isinstance(document, dict):
        yield document
    for each in document.values() if isinstance(document, dict) else document if isinstance(document, list) else ():
        yield from _objects(each)
