"""Words and letters: counts, wordplay and reading."""

import re
import unicodedata
from collections import Counter
from typing import Annotated

from tool_registry.builtin.declare import Result, ToolkitError, pure
from tool_registry.builtin.kinds import CityName, DurationHours, WholeNumber
from tool_registry.declare import Kind

tool = pure(category="text")

_WORDS = (
    "Eureka;Marathon;Brooklyn;Lighthouse;Treasure island;Meet me at noon;Follow the river;"
    "Under the old oak;Happy birthday;Never look back;Carpe diem;Northern lights;Save the date;"
    "The cake is a lie;Look behind you;Midnight train;Blue lagoon;Open sesame;Hidden garden;Silver moon;"
    "Red sails in the sunset;Ask the librarian;Paper boats;The tower bell;Winter is near;Room nineteen;Old harbour;"
    "Count to seven;Behind the mirror;Golden compass;Platform nine;Rosebud;Wednesday;Snowdrop;Paradise;Watermelon;"
    "Bring a torch;Start at the fountain;Dance at dawn;Turn left twice;Wait for the signal;Half past four"
).split(";")


ShortText = Annotated[
    str,
    Kind(
        "text",
        "A word or a short phrase in Latin letters.",
        format="short-text",
        minLength=1,
        maxLength=200,
        pattern="[A-Za-z0-9]",
        examples=_WORDS,
        mention=['"{}"', "the text “{}”"],
        again="that text",
    ),
]
#: Words that somebody plays with: nobody wants to know what a cipher text scores in Scrabble.
Played = Annotated[ShortText, Kind(format="word-to-play")]
_TILES = {1: "AEIOULNSTR", 2: "DG", 3: "BCMP", 4: "FHVWY", 5: "K", 8: "JX", 10: "QZ"}
#: A kind of its own: how many letters something has is no number to calculate with.
LetterCount = Annotated[WholeNumber, Kind(format="letter-count")]
_TILE_VALUES = {letter: value for value, letters in _TILES.items() for letter in letters}
_SOUNDEX = {
    letter: digit for digit, letters in enumerate(("BFPV", "CGJKQSXZ", "DT", "L", "MN", "R"), 1) for letter in letters
}


def plain_capitals(text: str) -> str:
    """Return the text in capitals without accents."""
    expanded = text.upper().replace("ß", "SS").replace("Ø", "O").replace("Æ", "AE").replace("Ł", "L")
    return "".join(c for c in unicodedata.normalize("NFKD", expanded) if not unicodedata.combining(c))


def _letters(text: str) -> str:
    letters = re.sub("[^A-Z]", "", plain_capitals(text))
    if not letters:
        raise ToolkitError("There is no Latin letter in it; give a word in Latin letters.")
    return letters


class _LetterStatistics(Result):
    letters: Annotated[LetterCount, Kind("number of letters", "Letters, repeated ones counted each time.")]
    vowels: Annotated[LetterCount, Kind("number of vowels", "How many of them are A, E, I, O or U.", minimum=0)]
    different_letters: Annotated[
        LetterCount, Kind("number of different letters", "Letters, repeated ones counted once.")
    ]
    letter_sum: Annotated[
        WholeNumber, Kind("letter sum", "Sum of the letters' places in the alphabet, A = 1 to Z = 26.")
    ]


@tool
def letter_statistics(
    name: Annotated[CityName, Kind("place name", "A word or a name, such as that of a city.")],
) -> _LetterStatistics:
    """Count the letters, vowels and different letters of a name, and add up the letters' alphabet places."""
    letters = _letters(name)
    return {
        "letters": len(letters),
        "vowels": sum(letter in "AEIOU" for letter in letters),
        "different_letters": len(set(letters)),
        "letter_sum": sum(ord(letter) - 64 for letter in letters),
    }


class _AnagramCheck(Result):
    is_anagram: Annotated[bool, Kind("anagrams", "Whether both use the same letters equally often.")]
    letters_in_common: Annotated[
        LetterCount, Kind("letters in common", "How many letters can be paired off between them.", minimum=0)
    ]


@tool
def anagram_check(
    first: Annotated[Played, Kind("first text")], second: Annotated[Played, Kind("second text")]
) -> _AnagramCheck:
    """Tell whether two texts are anagrams; case, accents, spaces and punctuation do not count."""
    one, other = Counter(_letters(first)), Counter(_letters(second))
    return {"is_anagram": one == other, "letters_in_common": (one & other).total()}


class _ScrabbleScore(Result):
    points: Annotated[
        int, Kind("points", "Sum of the tile values of the English edition.", format="game-points", minimum=1)
    ]


@tool
def scrabble_score(
    word: Annotated[Played, Kind("word", "The word to score.", maxLength=15, pattern="^[A-Za-z]+$")],
) -> _ScrabbleScore:
    """Give the tile value of a word in English Scrabble, without bonus squares; spelling is not checked."""
    return {"points": sum(_TILE_VALUES[letter] for letter in word.upper())}


class _SoundexCode(Result):
    soundex: Annotated[
        str, Kind("Soundex code", "American Soundex code, a letter and three digits.", format="soundex-code")
    ]


@tool
def soundex_code(
    surname: Annotated[
        str, Kind("surname", "Family name in Latin letters.", format="surname", minLength=1, maxLength=40)
    ],
) -> _SoundexCode:
    """Give the American Soundex code of a surname, by which census indexes group names that sound alike."""
    letters = _letters(surname)
    digits, last = "", _SOUNDEX.get(letters[0])
    for letter in letters[1:]:
        digit = _SOUNDEX.get(letter)
        if digit and digit != last:
            digits += str(digit)
        # H and W do not part letters of one class, vowels do.
        if letter not in "HW":
            last = digit
    return {"soundex": f"{letters[0]}{digits[:3]:0<3}"}


class _ReadingTime(Result):
    words: Annotated[int, Kind("number of words", "Estimated number of words.", format="word-count")]
    hours: Annotated[DurationHours, Kind("reading time", "Silent reading time in hours at 238 words a minute.")]


@tool
def reading_time(
    pages: Annotated[int, Kind("number of pages", "Pages of the text.", format="page-count", minimum=1, maximum=5000)],
    words_per_page: Annotated[
        int,
        Kind(
            "page layout",
            "Words on one page, by the usual layouts.",
            labels={250: "double-spaced manuscript pages", 300: "paperback pages", 500: "single-spaced A4 pages"},
        ),
    ],
) -> _ReadingTime:
    """Estimate the words on a number of pages and the hours it takes to read them silently."""
    # 238 words a minute: the mean for English prose in Brysbaert's review of 190 studies (2019).
    words = pages * words_per_page
    return {"words": words, "hours": round(words / 238 / 60, 2)}


TOOLS = [letter_statistics, anagram_check, scrabble_score, soundex_code, reading_time]
