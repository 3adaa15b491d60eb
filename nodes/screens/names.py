"""Screen of responses: a proper name that stands nowhere in the record.

A name is a word with a capital that opens no sentence, in English and wherever else a capital makes a name. It is
known when it stands in what the assistant was given (context, queries, arguments, results, what the tools say of
themselves), as it is, in another form ("German" for Germany, "St" for Street), as initials, as what CLDR calls a code
that is a value ("FR", "France"), or as a language or people of a land that is named. Figures, units, months, weekdays
and time zones are no names. Headings and labels are not read, nor names that open a sentence.

Measured: on the 55 honest drafts of a strong model wrong on none; an invented name put into 44 of them is found in all.
To read first words too, where they stand nowhere else and in small letters nowhere, is wrong on a third of the drafts.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import chain, islice
from typing import Any

from babel.languages import get_official_languages

from graph.record import Finding
from nodes.marks.figures import figures_of
from nodes.marks.language import language_of
from nodes.marks.units import unit_named
from nodes.marks.wording import fold_words, names_of
from nodes.screens.kinds import Dialogue
from tool_registry.json.pointer import scalars

_TOKEN = re.compile(r"(?<![\w@/°])(?<!°\s)[^\W_][\w'’&/-]*")
_OPENING = re.compile(r"(?:\A|[.!?:;…]|\n|[•*–—-]\s|\d[.)]\s)[^\w|]*\Z")
_TITLE = re.compile(r"(?<!\w)[A-Z][a-z]{0,2}\.\s\Z")
_IS_TITLE = re.compile(r"\.\s[A-Z]")
_LABEL = re.compile(r"^[ \t>]*(?:#.*|\|.*|(?:[-*•]|\d+[.)])?[ \t]*[A-Z][^:.!?\n]{0,40}:)|\*\*[^*\n]+\*\*", re.MULTILINE)
_CODE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z]{2})?")
_RUN = re.compile(r"[A-Z][\w.-]*(?:\s+(?:[a-z]{2,3}\s+){0,2}[A-Z][\w.-]*)+")
#: Two words are forms of one where they share so many letters, and differ in at most three at the end.
_STEM = 4
_TEXT_MAX = 5000
_SHORT = 60


def check(dialogue: Dialogue) -> list[Finding]:
    """Return the names that nothing gives, each once a response; none where the locale's capitals make no names."""
    return [
        Finding(
            promise="faithful",
            code="untraced_name",
            message=f"the response names {token!r}, which nothing in the record gives",
            where=f"/turns/{index}/response",
        )
        for index, token in untraced_names(dialogue)
    ]


def untraced_names(dialogue: Dialogue) -> Iterator[tuple[int, str]]:
    """Yield the number of a turn and a name that its response has and nothing gives up to then."""
    turns, locale = dialogue.turns, dialogue.context.writing_locale
    if not language_of(locale).has_words:
        return
    texts = dict.fromkeys(_texts(dialogue.context.model_dump(mode="json")))
    if dialogue.policy is not None:
        texts |= dict.fromkeys([dialogue.policy.text, *(rule.text for rule in dialogue.policy.rules)])
    words: set[str] = set()
    read = 0
    for index, turn in enumerate(turns):
        documents = [document for step in turn.steps for document in (step.arguments, step.result)]
        texts |= dict.fromkeys(_texts([turn.query, turns[index - 1].response if index else "", *documents]))
        named = list(possible_names(turn.response, locale))
        if not named:
            continue
        # The texts of earlier turns are in it already.
        words.update(*(fold_words(text).split() for text in islice(texts, read, None)))
        read = len(texts)
        left = [(token, before) for token, before in named if not words.issuperset(_parts(token))]
        if not left:
            continue
        # The rest is looked at where it matters: few names are not simply there.
        tools = dialogue.specs.values()
        said = [_texts([spec.name, spec.description, spec.parameters, spec.output_schema]) for spec in tools]
        known = _Known(list(dict.fromkeys(chain(texts, *said))), locale)
        yield from ((index, token) for token in dict.fromkeys(t for t, before in left if not known.has(t, before)))


def _texts(document: Any) -> Iterator[str]:
    for pointer, value in scalars(document):
        yield pointer
        yield str(value)[:_TEXT_MAX]


def possible_names(response: str, locale: str) -> Iterator[tuple[str, str]]:
    """Yield the words that may be names, each with what stands before it."""
    skipped = [match.span() for match in _LABEL.finditer(response)]
    skipped += [(figure.start, figure.end) for figure in figures_of(response, locale)]  # months and weekdays
    skipped.sort(reverse=True)
    until = 0
    for match in _TOKEN.finditer(response):
        token, start = match.group().rstrip("'’-/&"), match.start()
        if token.islower() or not any(part[:1].isupper() for part in re.split(r"[-/'’&]", token)):
            continue
        while skipped and skipped[-1][0] <= start:
            until = max(until, skipped.pop()[1])
        before = response[max(0, start - 24) : start]
        opens = not before or (_OPENING.search(before) and not _TITLE.search(before))
        is_title = len(token) <= 3 and _IS_TITLE.match(response, match.end())  # "Mr. Smith"
        if not (opens or is_title or start < until):
            yield token, before


def _parts(token: str) -> Iterable[str]:
    """Return the folded parts of a token that are written as names: of "Anna-Lena's" two."""
    parts = re.findall(r"[^\W_]+", re.sub(r"['’]s?\Z", "", token))
    return (fold_words(part).strip() for part in parts if not part[0].islower())


class _Known:
    """The words that texts hold, and their other forms."""

    def __init__(self, texts: Sequence[str], locale: str) -> None:
        called = [name for text in texts if _CODE.fullmatch(text) for name in names_of(text, locale)]
        short = [text for text in (*texts, *called) if len(text) < _SHORT]
        tongues = [tongue for text in short for tongue in _languages_of(fold_words(text), locale)]
        self.texts = [fold_words(text) for text in (*texts, *called, *tongues)]
        self.words = {word for text in self.texts for word in text.split()}
        self._as_written = texts

    @cached_property
    def initials(self) -> set[str]:
        """The initials of names of several words."""
        runs = (run.split() for text in self._as_written for run in _RUN.findall(text))
        return {"".join(word[0] for word in run if word[0].isupper()).lower() for run in runs}

    def has(self, token: str, before: str) -> bool:
        """Say whether the token is known in some form, or begins a word that stands behind the same word."""
        if all(self._has(part) or (token.isupper() and part in self.initials) for part in _parts(token)):
            return True
        last = fold_words(before).split()[-1:]
        return bool(last) and any(f" {last[0]}{fold_words(token).rstrip()}" in text for text in self.texts)

    def _has(self, part: str) -> bool:
        if part in self.words or len(part) == 1 or any(map(str.isdigit, part)) or part in ("ok", "utc", "gmt"):
            return True
        is_form = any(_is_form(part, word) for word in self.words if word[:_STEM] == part[:_STEM])
        return is_form or unit_named(part) is not None


def _is_form(word: str, other: str) -> bool:
    if word.startswith(other) or other.startswith(word):
        return True
    shared = next((i for i, (a, b) in enumerate(zip(word, other, strict=False)) if a != b), min(len(word), len(other)))
    return max(len(word), len(other)) - shared <= 3


@lru_cache(maxsize=4096)
def _languages_of(land: str, locale: str) -> tuple[str, ...]:
    """Return what the official languages of a land are called, given its folded name."""
    code = _lands(locale).get(land)
    names = language_of(locale).names
    return tuple(names.languages.get(each, "") for each in get_official_languages(code, de_facto=True)) if code else ()


@lru_cache(maxsize=64)
def _lands(locale: str) -> dict[str, str]:
    return {fold_words(name): code for code, name in language_of(locale).names.territories.items() if len(code) == 2}
