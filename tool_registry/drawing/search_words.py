"""The words of a text for the search: the same of a tool's schema and of a wish, in any script.

Letters of any case, accents left out (`Zürich` is `zurich`), names taken apart (`cityName` is `city name`). What is
written without spaces becomes pairs of neighbouring characters. Nothing but letters, marks and digits is left, so a
word is never a piece of a query's syntax.
"""

import unicodedata
from collections.abc import Iterator
from typing import Any

import regex

from tool_registry.json.resolved import properties_of, resolve_below
from tool_registry.spec import ToolSpec

#: What a tool says of itself, in the order of the index's columns.
COLUMNS = ("name", "title", "about", "takes", "gives")

_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")
_WITHOUT_SPACES = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}ー々〆]+"
)
_HUMPS = regex.compile(r"(?<=[\p{Ll}\p{N}])(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})")
_ACCENTS = regex.compile(r"[\u0300-\u036f]+")
_WORD_CHARACTERS = 40
_COLUMN_CHARACTERS = 4_000
_DEPTH = 3
_MEMBERS = 60


def words_in(text: str) -> list[str]:
    """Return the text's words in order, small and without accents."""
    if not text.isascii():
        plain = unicodedata.normalize("NFKD", text)
        text = unicodedata.normalize("NFC", _ACCENTS.sub("", plain))
    found = _WORD.findall(_HUMPS.sub(" ", text).casefold())
    return [part[:_WORD_CHARACTERS] for word in found for part in _parts(word)]


def _parts(word: str) -> Iterator[str]:
    if word.isascii():
        yield word
        return
    end = 0
    for run in _WITHOUT_SPACES.finditer(word):
        if run.start() > end:
            yield word[end : run.start()]
        characters, end = run[0], run.end()
        if len(characters) == 1:
            yield characters
        yield from (characters[at : at + 2] for at in range(len(characters) - 1))
    if end < len(word):
        yield word[end:]


def columns_of(spec: ToolSpec) -> tuple[str, ...]:
    """Return what the tool says of itself as words with spaces between, one text for each of the `COLUMNS`."""
    output = spec.output_schema or {}
    titles = [str(schema.get("title") or "") for schema in (spec.parameters, output)]
    texts = (
        " ".join([spec.name, spec.original_name or ""]),
        " ".join([spec.category, *titles]),
        spec.description,
        _schema_words(spec.parameters),
        _schema_words(output),
    )
    return tuple(" ".join(words_in(text[:_COLUMN_CHARACTERS])) for text in texts)


def _schema_words(schema: dict[str, Any]) -> str:
    try:
        return " ".join(_words_below(schema, schema))
    except Exception:
        # An index is of all tools: one that is this odd is found by its name and description.
        return ""


def _words_below(
    schema: Any, root: dict[str, Any], above: frozenset[str] = frozenset(), depth: int = 0
) -> Iterator[str]:
    """Yield names, titles and descriptions of an object's members, of a list those of its items."""
    if depth > _DEPTH:
        return
    schema, above = resolve_below(schema, root, above)
    for name, member in list(properties_of(schema).items())[:_MEMBERS]:
        yield name
        if isinstance(member, dict):
            said = resolve_below(member, root, above)[0]
            yield from (said[word] for word in ("title", "description", "format") if isinstance(said.get(word), str))
            yield from _words_below(member, root, above, depth + 1)
    if isinstance(schema.get("items"), dict):
        yield from _words_below(schema["items"], root, above, depth + 1)
