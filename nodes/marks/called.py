"""What results call a code: "Ljubljana" for LJU, where an object holds both and no other object is called so."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from nodes.marks.wording import says_text

_CODE = re.compile(r"[A-Z][A-Z0-9]{1,5}")
_NAME = re.compile(r"[^\W\d_][^\d_/:@]{1,59}")
_OBJECTS_MAX = 2000


class _Called(NamedTuple):
    code: str
    name: str
    member: str  # the code's, then the name's


def names_of_code(code: Any, documents: Iterable[Any], locale: str = "en") -> list[str]:
    """Return the names beside the code that name no other code of the same member."""
    known = _known(code, documents)
    names = dict.fromkeys(each.name for each in known if each.code == code)
    return [name for name in names if _is_named(name, code, known, locale)]


def names_code(words: str, code: Any, documents: Iterable[Any], locale: str = "en") -> bool:
    """Say whether the words name the code, whole or in part, and no other one."""
    return _is_named(words, code, _known(code, documents), locale)


def _is_named(words: str, code: Any, known: list[_Called], locale: str) -> bool:
    said = [each for each in known if words.strip() and says_text(words, each.name, {}, locale)]
    return any({each.code for each in said if each.member == member} == {code} for member in {m.member for m in said})


def _known(code: Any, documents: Iterable[Any]) -> list[_Called]:
    """Return the codes and names of objects that have the code's member."""
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        return []
    objects = [each for document in documents for each in _objects(document)][:_OBJECTS_MAX]
    members = {name for each in objects for name, value in each.items() if value == code}
    return [
        _Called(each[member], name, f"{member} {named}")
        for each in objects
        for member in members
        if isinstance(each.get(member), str) and _CODE.fullmatch(each[member])
        for named, name in each.items()
        if isinstance(name, str) and _NAME.fullmatch(name) and not _CODE.fullmatch(name)
    ]


def _objects(document: Any) -> Iterator[dict[str, Any]]:
    if isinstance(document, dict):
        yield document
    inner = document.values() if isinstance(document, dict) else document if isinstance(document, list) else ()
    for each in inner:
        yield from _objects(each)
