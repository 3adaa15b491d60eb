"""The words of names and sentences: what two values have in common when no format tells."""

import re
from functools import lru_cache

_SAME_WORD = {
    "lat": "latitude", "lon": "longitude", "lng": "longitude", "tz": "timezone", "qty": "quantity",
    "num": "number", "temp": "temperature", "addr": "address", "id": "identifier", "sha": "commit",
    "rev": "commit", "revision": "commit", "filename": "file", "filepath": "path", "directory": "folder",
    "dir": "folder", "url": "link", "uri": "link", "str": "text", "string": "text", "content": "text",
    "sentence": "text",
}  # fmt: skip
_WEAK_WORDS = set(
    "a an the of in on at to for from by with and or is as code name value result output input data given number "
    "text list item first second string integer float which that this be it its used use such".split()
)


_IRREGULAR = {
    "people": "person", "children": "child", "men": "man", "women": "woman", "indices": "index", "movies": "movie",
    "cookies": "cookie", "series": "series", "species": "species", "statuses": "status", "aliases": "alias",
}  # fmt: skip


def singular(noun: str) -> str:
    """Return one of what a plural noun names: "branch", "city", "file"."""
    if noun in _IRREGULAR:
        return _IRREGULAR[noun]
    if noun.endswith("ies") and len(noun) > 4:
        return f"{noun[:-3]}y"
    if noun.endswith(("ches", "shes", "xes", "sses", "buses")):
        return noun[:-2]
    return noun[:-1] if noun.endswith("s") and not noun.endswith(("ss", "us", "is", "as")) else noun


_SAME_THING = {
    "repo": "repository", "org": "organization", "organisation": "organization", "dir": "folder", "directory": "folder",
    "doc": "document", "dept": "department", "acct": "account",
}  # fmt: skip


def words_of_thing(name: str) -> tuple[str, ...]:
    """Return the words of a thing's name in the singular, abbreviations spelled out; () where it has none."""
    return tuple(_SAME_THING.get(word, word) for word in map(singular, split_words(name)))


def split_words(name: str) -> list[str]:
    """Return the words of a name in small letters, however they are joined: snake, camel, kebab, dots, spaces."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name.replace("IDs", "Ids"))
    return [word.lower() for word in re.findall(r"[^\W\d_]+", spaced)]


@lru_cache(maxsize=8192)
def words_of(text: str) -> frozenset[str]:
    """Return the content words of a name or sentence, with common abbreviations spelled out."""
    spaced = re.sub(r"([a-z])([A-Z])", r"\1 \2", text)
    found = re.findall(r"[A-Za-z]+", spaced)
    return frozenset(_SAME_WORD.get(word.lower(), word.lower()) for word in found) - _WEAK_WORDS


_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")
_ABBREVIATION = re.compile(r"\b(e\.g|i\.e|etc|vs|approx|no)\.$", re.IGNORECASE)
_PARAGRAPH_END = re.compile(r"\n\s*\n|\n(?=\s*[-*])")


def first_sentence(text: str) -> str:
    """Return the first sentence of a description, however its lines are broken, without its full stop."""
    flat = " ".join(_PARAGRAPH_END.split(text.strip(), maxsplit=1)[0].split())
    for end in _SENTENCE_END.finditer(flat):
        if not _ABBREVIATION.search(flat[: end.start()]):
            return flat[: end.start()].rstrip(".")
    return flat.rstrip(".")
