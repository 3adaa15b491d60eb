"""Text as the proofs compare it: normalisation, and where a stretch stands on word boundaries."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

# Typography that a keyboard, an editor or a model may choose without meaning anything by it.
_TYPOGRAPHY = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′ʼ", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—−", "-"),
        "…": "...",
        "\u00ad": "",
        "\u200b": "",
    }
)


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_" or unicodedata.category(character).startswith("M")


def _is_unspaced(character: str) -> bool:
    """Say whether the script writes no spaces, so that every character may begin or end a word."""
    code = ord(character)
    return 0x3040 <= code <= 0x30FF or 0x3400 <= code <= 0x9FFF or 0xF900 <= code <= 0xFAFF or 0x0E00 <= code <= 0x0E7F


@lru_cache(maxsize=256)
def normalised_with_offsets(text: str) -> tuple[str, tuple[int, ...]]:
    """Return the normalised text and, for each of its characters, the offset in `text` it came from.

    Case is folded, runs of white space become one space, the ends are stripped, typographic quotes and
    dashes become plain ones, canonically equivalent characters become the same. Diacritics stay: they are
    spelling, not notation. One last offset marks the end of the last character.
    """
    characters: list[str] = []
    offsets: list[int] = []
    position, end = 0, 0
    while position < len(text):
        start = position
        position += 1
        while position < len(text) and unicodedata.combining(text[position]):
            position += 1
        cluster = unicodedata.normalize("NFC", text[start:position])
        folded = cluster.translate(_TYPOGRAPHY).casefold()
        if folded.isspace():
            folded = " "
            if not characters or characters[-1] == " ":
                continue
        characters.extend(folded)
        offsets.extend([start] * len(folded))
        if folded != " " and folded:
            end = position
    if characters and characters[-1] == " ":
        characters.pop()
        offsets.pop()
    return "".join(characters), (*offsets, end)


def normalised(text: str) -> str:
    """Return the text as `normalised_with_offsets` has it."""
    if text.isascii():
        return " ".join(text.casefold().split())  # the same, without a look at each character
    return normalised_with_offsets(text)[0]


def is_boundary(text: str, position: int) -> bool:
    """Say whether a word may begin or end at `position`, that is, before the character there.

    The inside of a number is no boundary: neither around a decimal point, a thousands comma or a clock's
    colon, nor between a minus sign and its digits.
    """
    if position <= 0 or position >= len(text):
        return True
    before, after = text[position - 1], text[position]
    if _is_word(before) and _is_word(after):
        return _is_unspaced(before) or _is_unspaced(after)
    further = text[position + 1 : position + 2]
    earlier = text[position - 2 : position - 1] if position >= 2 else ""
    if before.isdigit() and after in ".,:" and further.isdigit():
        return False
    if after.isdigit() and before in ".,:" and earlier.isdigit():
        return False
    is_minus = before in "-−" and not (earlier and (_is_word(earlier) or earlier in ")]"))
    return not (after.isdigit() and is_minus)


def occurrences(stretch: str, text: str) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of each place where `stretch` stands in `text`, verbatim, on word boundaries."""
    if not stretch:
        return
    start = text.find(stretch)
    while start >= 0:
        end = start + len(stretch)
        if is_boundary(text, start) and is_boundary(text, end):
            yield start, end
        start = text.find(stretch, start + 1)


def normalised_occurrences(stretch: str, text: str) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of each place in `text` that equals `stretch` after normalisation."""
    haystack, offsets = normalised_with_offsets(text)
    for start, end in occurrences(normalised(stretch), haystack):
        last = offsets[end - 1]
        first_after = end
        while first_after < len(haystack) and offsets[first_after] == last:
            first_after += 1
        begin = offsets[start]
        finish = offsets[first_after] if first_after < len(haystack) else offsets[-1]
        while finish > begin and text[finish - 1].isspace():
            finish -= 1
        if is_boundary(text, begin) and is_boundary(text, finish):
            yield begin, finish


_WORD = re.compile(r"[^\W_]+")


def folded_words(text: str) -> list[str]:
    """Return the words without case and accents, as names are compared: "Inês" as "ines"."""
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text)
        text = "".join(character for character in decomposed if not unicodedata.combining(character))
    return _WORD.findall(text.casefold())
