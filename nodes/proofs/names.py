"""Proper names in a response: each has to stand somewhere in what the assistant was given.

A name is a word with a capital that does not open a sentence. It is known when the word stands in the context,
the queries, the arguments or the results; as the inflected form of such a word ("Germany" and "German"); as the
initials of such words; or in what the record's tools say of themselves. The examples and the lists of allowed
values in a schema are no origin: of those only the label of a value that was used is. Addresses (URL, e-mail) have
to stand there whole.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from graph.record import Record
from nodes.proofs.dates import MONTHS, WEEKDAYS
from nodes.proofs.origins import Origins
from nodes.proofs.schemas import labels_of
from nodes.proofs.spec_words import spec_texts
from nodes.proofs.text import folded_words
from nodes.proofs.units import UNITS
from tool_registry.json_pointer import comparable, scalars

_TOKEN = re.compile(r"(?<![\w@/])[^\W_][\w'’.&/@-]*[^\W_]|(?<![\w@/])[^\W\d_](?!\w)")
_ADDRESS = re.compile(
    r"\b(?:https?://|www\.)[^\s<>\"'“”|]*[\w/]|(?<![\w.+-])[\w.+-]+@\w[\w-]*(?:\.\w[\w-]*)+", re.IGNORECASE
)
_ABBREVIATION = re.compile(r"(?<!\w)(?:dr|mr|mrs|ms|st|prof|no|vs|mt|ft|jr|sr|e\.g|i\.e)\.\s*\Z", re.IGNORECASE)
_OPENING = re.compile(r"(?:\A|[.!?:;…]|\n|[•*–—-]\s|\d[.)]\s)[\s\"'“”‘’«»()\[\]*_#>•-]*\Z")
_NO_NAMES = frozenset(
    "i im ive id ill ok okay yes no mr mrs ms dr prof am pm utc gmt z today tomorrow yesterday the a an and or "
    "but".split()
)
_WEEKDAY = {name.lower(): number for number, name in enumerate(WEEKDAYS)}
_MONTH = {name.lower() for name in MONTHS} | {name.lower()[:3] for name in MONTHS} | {"sept"}
_STEM_MIN = 4


def unknown_names(response: str, origins: Origins, record: Record) -> Iterator[str]:
    """Yield the names that nothing in the record gives, each once."""
    for address in dict.fromkeys(match.group() for match in _ADDRESS.finditer(response)):
        if not any(address.casefold() in text.casefold() for text in (*origins.texts, *_texts_of_tools(record))):
            yield address
    vocabulary: set[str] | None = None
    reported: set[str] = set()
    for match in _TOKEN.finditer(response):
        token = match.group().rstrip(".'’-")
        if not _is_name(token, response, match.start()):
            continue
        for word in _parts(token):
            if word in reported or _is_known(word, origins):
                continue
            if vocabulary is None:
                vocabulary = _told_by_tools(record) | _labels_used(record)
                initials = _initials(origins.texts)
            if word in vocabulary or (token.isupper() and token.lower() in initials) or _inflected(word, vocabulary):
                continue
            reported.add(word)
            yield token
            break


def _is_name(token: str, text: str, start: int) -> bool:
    if any(character.isdecimal() for character in token):
        return False  # a code: see told.py
    if not any(part[:1].isupper() for part in re.split(r"[-/'’.&@]", token)):
        return False
    before = text[max(0, start - 24) : start]
    if re.search(r"\d[\s\u00a0]?°?\Z", before) and token.lower() in UNITS:
        return False
    opens = _OPENING.search(before if start > 24 or before else "") or start == 0
    return not opens or _ABBREVIATION.search(before) is not None


def _parts(token: str) -> list[str]:
    """Return the folded words of a name without its genitive: of "Le Guin's" le and guin."""
    return [word for word in folded_words(re.sub(r"['’]s?\Z|['’]s(?=\W)", "", token)) if not word.isdigit()]


def _is_known(word: str, origins: Origins) -> bool:
    if word in origins.words or word in _NO_NAMES or word in _MONTH:
        return True
    if word in _WEEKDAY:
        known = (day for day in origins.calendar if isinstance(day, date))
        return any(day.weekday() == _WEEKDAY[word] for day in known)
    return _inflected(word, origins.words)


def _inflected(word: str, words: Iterable[str]) -> bool:
    """Say whether a word begins alike and differs in at most three letters at its end: German and Germany."""
    if len(word) < _STEM_MIN:
        return False
    return any(
        min(len(word), len(other)) - _shared(word, other) <= 2 and abs(len(word) - len(other)) <= 3
        for other in words
        if other[:_STEM_MIN] == word[:_STEM_MIN] and _shared(word, other) >= min(5, len(other), len(word))
    )


def _shared(one: str, other: str) -> int:
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count


def _initials(texts: Iterable[str]) -> set[str]:
    found = set()
    for text in texts:
        for run in re.findall(r"[A-Z][\w.-]*(?:\s+(?:(?:of|the|and|for)\s+)?[A-Z][\w.-]*)+", text[:5000]):
            found.add("".join(word[0] for word in run.split() if word[0].isupper()).lower())
    return found


def _told_by_tools(record: Record) -> set[str]:
    return {word for text in _texts_of_tools(record) for word in folded_words(text)}


def _texts_of_tools(record: Record) -> Iterator[str]:
    return (text for spec in record.tools for text in spec_texts(spec))


def _labels_used(record: Record) -> set[str]:
    """Return the words of the labels whose values stand in an argument or a result."""
    used: set[Any] = set()
    for turn in record.turns:
        for step in turn.steps:
            used.update(comparable(value) for part in (step.arguments, step.result) for _, value in scalars(part))
    words: set[str] = set()
    for spec in record.tools:
        for const, title in (*_labels(spec.parameters), *_labels(spec.output_schema or {})):
            if not isinstance(const, dict | list) and comparable(const) in used:
                words.update(folded_words(title))
    return words


def _labels(schema: Any) -> Iterator[tuple[Any, str]]:
    if isinstance(schema, dict):
        yield from labels_of(schema)
        for member in schema.values():
            yield from _labels(member)
    elif isinstance(schema, list):
        for member in schema:
            yield from _labels(member)
