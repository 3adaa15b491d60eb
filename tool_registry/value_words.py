"""The content words of names and sentences: what two values have in common when no format tells."""

import re
from functools import lru_cache

_SAME_WORD = {
    "lat": "latitude", "lon": "longitude", "lng": "longitude", "tz": "timezone", "qty": "quantity",
    "num": "number", "temp": "temperature", "addr": "address", "id": "identifier", "sha": "commit",
    "filename": "file", "filepath": "path", "directory": "folder", "dir": "folder", "url": "link", "uri": "link",
    "str": "text", "string": "text", "content": "text", "sentence": "text",
}  # fmt: skip
_WEAK_WORDS = set(
    "a an the of in on at to for from by with and or is as code name value result output input data given number "
    "text list item first second string integer float which that this be it its used use such".split()
)


@lru_cache(maxsize=8192)
def words_of(text: str) -> frozenset[str]:
    """Return the content words of a name or sentence, with common abbreviations spelled out."""
    spaced = re.sub(r"([a-z])([A-Z])", r"\1 \2", text)
    found = re.findall(r"[A-Za-z]+", spaced)
    return frozenset(_SAME_WORD.get(word.lower(), word.lower()) for word in found) - _WEAK_WORDS
