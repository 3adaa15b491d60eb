"""Proper names in a response: each has to stand somewhere in what the assistant was given.

A name is a word with a capital that does not open a sentence. It is known when the word stands in the context,
the queries, the arguments or the results; as another form of such a word ("Germany" and "German", "Street" and "St");
as the initials of such words, or they as its; as what a code stands for that is a value ("FR" and "France"); or in what
the record's tools say of themselves. The examples and the lists of allowed values in a schema are no origin: of those
only the label of a value that was used is. Headings, bold labels and tables may have ordinary words with a capital
(`common_names.py`). Addresses (URL, e-mail) have to stand there whole. A name that is written small is not seen.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from graph.record import Record
from nodes.proofs.common_names import GENERAL, LABEL, named_by_code, same_name
from nodes.proofs.dates import MONTHS, WEEKDAYS
from nodes.proofs.origins import Origins
from nodes.proofs.polarity import stems
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
_OPENING = re.compile(r"(?:\A|[.!?:;…]|\n|[•*–—-]\s|\d[.)]\s)[^\w|]*\Z")
_BRACKET = re.compile(r"[(\"“‘«]\Z")
_GOES_ON_SMALL = re.compile(r"[\w'’-]*\s+[a-z]")
_LABEL_LINE = re.compile(
    r"^[ \t>]*(?:#.*|\|.*|(?:[-*•]|\d+[.)])?[ \t]*[A-Z][^:.!?\n]{0,40}:)|\*\*[^*\n]+\*\*|__[^_\n]+__", re.MULTILINE
)
_DOTTED = re.compile(r"(?:[A-Z]\.){1,5}[A-Z]")
_RUN = re.compile(r"[A-Z][\w.-]*(?:\s+(?:(?:of|the|and|for)\s+)?[A-Z][\w.-]*)+")
_CODE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z]{2})?")
_ACRONYM = re.compile(r"\b(?:[A-Z]{3,6}|UK|US|EU|UN)\b")
_WEEKDAY = {
    form: number
    for number, name in enumerate(WEEKDAYS)
    for form in (name.lower(), f"{name.lower()}s", name.lower()[:3], name.lower()[:4], name.lower()[:5])
}
_MONTH = {name.lower() for name in MONTHS} | {name.lower()[:3] for name in MONTHS} | {"sept"}
_STEM_MIN = 4


def unknown_names(response: str, origins: Origins, record: Record) -> Iterator[str]:
    """Yield the names that nothing in the record gives, each once."""
    for address in dict.fromkeys(match.group() for match in _ADDRESS.finditer(response)):
        if not any(address.casefold() in text.casefold() for text in (*origins.texts, *_texts_of_tools(record))):
            yield address
    labels = [match.span() for match in _LABEL_LINE.finditer(response)]
    rest: _Rest | None = None
    reported: set[str] = set()
    for match in _TOKEN.finditer(response):
        token = match.group().rstrip(".'’-")
        if not _is_name(token, response, match.start()):
            continue
        in_label = any(start <= match.start() < end for start, end in labels)
        for word in _parts(token):
            if word in reported or word in GENERAL or _is_known(word, origins):
                continue
            if in_label and (word in LABEL or not stems(word)):
                continue
            rest = rest or _Rest(response, origins, record)
            if rest.knows(word, token):
                continue
            reported.add(word)
            yield token
            break


class _Rest:
    """What else makes a name known; looked up for the few that stand nowhere as they are."""

    def __init__(self, response: str, origins: Origins, record: Record) -> None:
        texts = [text[:5000] for text in origins.texts]
        self.initials = {_initials(run) for text in texts for run in _RUN.findall(text)}
        codes = {text for text in texts if _CODE.fullmatch(text)}
        self.words = _told_by_tools(record) | _labels_used(record)
        self.words.update(word for code in codes for word in folded_words(named_by_code(code)))
        acronyms = {acronym.lower() for text in texts for acronym in _ACRONYM.findall(text)}
        written_out = (run for run in _RUN.findall(response) if {_initials(run), _initials(run)[1:]} & acronyms)
        self.words.update(word for run in written_out for word in folded_words(run))
        self.origins = origins

    def knows(self, word: str, token: str) -> bool:
        """Say whether the folded word of the token is another form of what the record has."""
        compact = token.replace(".", "").lower()
        return (
            word in self.words
            or (token.isupper() and compact in self.initials)
            or (_DOTTED.fullmatch(token) is not None and compact in self.origins.words)
            or same_name(word, self.origins.words)
            or same_name(word, self.words)
            or _inflected(word, self.words)
        )


def _is_name(token: str, text: str, start: int) -> bool:
    if any(character.isdecimal() for character in token):
        return False  # a code: see told.py
    if not any(part[:1].isupper() for part in re.split(r"[-/'’.&@]", token)):
        return False
    before = text[max(0, start - 24) : start]
    if re.search(r"\d[\s\u00a0]?°?\Z", before) and token.lower() in UNITS:
        return False
    if not before or _OPENING.search(before):
        return _ABBREVIATION.search(before) is not None
    return not (_BRACKET.search(before) and _GOES_ON_SMALL.match(text, start))


def _parts(token: str) -> list[str]:
    """Return the folded words with a capital of a name without its genitive: of "Le Guin's" le and guin."""
    if token.casefold() in GENERAL:
        return []
    bare = re.sub(r"['’]s?\Z|['’]s(?=\W)", "", token)
    pieces = (piece for piece in re.findall(r"[^\W_]+", bare) if not piece[0].islower())
    return [word for piece in pieces for word in folded_words(piece) if not word.isdigit()]


def _is_known(word: str, origins: Origins) -> bool:
    if word in origins.words or word in _MONTH:
        return True
    if word in _WEEKDAY:
        known = (day for day in origins.calendar if isinstance(day, date))
        if any(day.weekday() == _WEEKDAY[word] for day in known):
            return True
        return any(number == _WEEKDAY[word] for form, number in _WEEKDAY.items() if form in origins.words)
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


def _initials(run: str) -> str:
    return "".join(word[0] for word in run.split() if word[0].isupper()).lower()


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
