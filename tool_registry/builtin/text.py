"""Words and letters: counts, wordplay and reading."""

import re
import unicodedata
from collections import Counter
from typing import Any

from tool_registry.builtin.declare import Toolkit, ToolkitError, labelled, obj
from tool_registry.builtin.kinds import CITY, DURATION_HOURS, WHOLE_NUMBER, kind
from tool_registry.builtin.phrasebook import phrases, told

KIT = Toolkit("text")

_WORDS = (
    "Eureka;Marathon;Brooklyn;Lighthouse;Treasure island;Meet me at noon;Follow the river;"
    "Under the old oak;Happy birthday;Never look back;Carpe diem;Northern lights;Save the date;"
    "The cake is a lie;Look behind you;Midnight train;Blue lagoon;Open sesame;Hidden garden;Silver moon;"
    "Red sails in the sunset;Ask the librarian;Paper boats;The tower bell;Winter is near;Room nineteen;Old harbour;"
    "Count to seven;Behind the mirror;Golden compass;Platform nine;Rosebud;Wednesday;Snowdrop;Paradise;Watermelon;"
    "Bring a torch;Start at the fountain;Dance at dawn;Turn left twice;Wait for the signal;Half past four"
)
_NAMES = (
    "Smith;Johnson;Robert;Rupert;Ashcraft;Tymczak;Pfister;Jackson;Meyer;Schmidt;Miller;Mueller;Thompson;Clark;"
    "Nguyen;Garcia;Fernandez;Kowalski;Novak;Petrov;Hansen;Andersson;Rossi;O'Brien;Macdonald;Fitzgerald;Baker;"
    "Williams;Brown;Davies;Taylor;Evans;Wright;Walker;Hughes;Edwards;Robinson;Harrison;Campbell;Stewart;Murphy;"
    "Dubois;Lefebvre;Moreau;Weber;Wagner;Becker;Hoffmann;Bianchi;Ferrari;Costa;Silva;Pereira;Lopez;Sanchez;Jansen;"
    "De Vries;Peeters;Nilsson;Larsen;Virtanen;Horvat;Papadopoulos;Yilmaz;Tanaka;Suzuki;Watanabe;Kim;Singh;Sharma"
)
_SCRABBLE_WORDS = (
    "quartz;jazz;zephyr;puzzle;oxygen;queen;whisky;kayak;rhythm;galaxy;banjo;cabbage;fjord;pixel;voyage;breeze;"
    "muzjiks;quiz;lynx;cheese;garden;oyster;bicycle;zebra;mango;squeeze;harvest;lantern;marble;velvet;thunder;"
    "cactus;pyramid;walnut;jigsaw;hammock;violin;pepper;saffron;glacier;raccoon;wizard;yogurt;anchor;bamboo;cherry;"
    "dolphin;eclipse;feather;giraffe;horizon;island;jungle;kitten;lagoon;nectar;orchid;parrot;quilt;ribbon;sphinx;"
    "tulip;umbrella;vortex;wombat;xylem;yacht;zodiac;hexagon;monkey;napkin"
)
_ANAGRAMS = (
    "listen,silent;night,thing;dusty,study;elbow,below;cider,cried;brag,grab;state,taste;angel,glean;"
    "heart,earth;stressed,desserts;dormitory,dirty room;astronomer,moon starer;The eyes,They see;"
    "Clint Eastwood,Old West action;inch,chin;save,vase;peach,cheap;garden,danger;teacher,hectare;"
    "cinema,iceman;funeral,real fun;bored,robed;arc,cat;apple,papal;stone,notes;lemon,melon"
)


def _listed(values: str) -> list[str]:
    return values.split(";")


SHORT_TEXT: dict[str, Any] = {
    "type": "string",
    "format": "short-text",
    "title": "text",
    "description": "A word or a short phrase in Latin letters.",
    "minLength": 1,
    "maxLength": 200,
    "pattern": "[A-Za-z0-9]",
    "examples": _listed(_WORDS),
    "x-phrases": {"mention": ['"{}"', "the text “{}”"], "again": "that text"},
}
#: Words that somebody plays with: nobody wants to know what a cipher text scores in Scrabble.
PLAYED = kind(SHORT_TEXT, format="word-to-play")
_TILES = {1: "AEIOULNSTR", 2: "DG", 3: "BCMP", 4: "FHVWY", 5: "K", 8: "JX", 10: "QZ"}
#: A kind of its own: how many letters something has is no number to calculate with.
LETTER_COUNT = kind(WHOLE_NUMBER, format="letter-count")
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


@KIT.tool(
    parameters=obj(
        {"name": kind(CITY, title="place name", description="A word or a name, such as that of a city.")},
        examples=[{"name": "Reykjavik"}, {"name": "Los Angeles"}, {"name": "Kathmandu"}],
        x_phrases=phrases("""
? how many letters the name {name} has and how many of them are vowels
? How many letters are there in the name {name}, and how many are vowels?
? Count the letters and vowels in the name {name}.
? the letter count and the vowel count of the name {name}
= The name {name} has {/letters} letters, {/vowels} of them {/vowels?a vowel:vowels}.

? what the letters of the name {name} add up to if A is 1 and Z is 26
? What is the letter sum of the name {name}, with A as 1 and Z as 26?
? If A counts 1, B counts 2 and so on up to 26, what does the name {name} add up to?
? Add up the letters of the name {name}, counting A as 1 up to Z as 26.
= With A as 1 and Z as 26, the letters of {name} add up to {/letter_sum}.

? how many different letters the name {name} uses
? How many distinct letters are in the name {name}?
? What is the number of different letters that the name {name} needs?
? Count the different letters in the name {name}.
= The name {name} uses {/different_letters} different letters.

~ I'm cutting letters for a banner.
~ I'm solving a multi-stage geocache.
~ I'm painting a sign and pay by the letter.
~ We're playing a word game on a long drive.
"""),
    ),
    output=obj(
        {
            "letters": told(
                LETTER_COUNT,
                "the number of letters in the name {name}",
                title="number of letters",
                description="Letters, repeated ones counted each time.",
            ),
            "vowels": told(
                LETTER_COUNT,
                "the number of vowels in the name {name}",
                title="number of vowels",
                description="How many of them are A, E, I, O or U.",
                minimum=0,
            ),
            "different_letters": told(
                LETTER_COUNT,
                "the number of different letters in the name {name}",
                title="number of different letters",
                description="Letters, repeated ones counted once.",
            ),
            "letter_sum": told(
                WHOLE_NUMBER,
                "the letter sum of the name {name}",
                title="letter sum",
                description="Sum of the letters' places in the alphabet, A = 1 to Z = 26.",
            ),
        }
    ),
)
def letter_statistics(name: str) -> dict[str, Any]:
    """Count the letters, vowels and different letters of a name, and add up the letters' alphabet places."""
    letters = _letters(name)
    return {
        "letters": len(letters),
        "vowels": sum(letter in "AEIOU" for letter in letters),
        "different_letters": len(set(letters)),
        "letter_sum": sum(ord(letter) - 64 for letter in letters),
    }


@KIT.tool(
    parameters=obj(
        {
            "first": kind(PLAYED, title="first text", examples=[p.split(",")[0] for p in _listed(_ANAGRAMS)]),
            "second": kind(PLAYED, title="second text", examples=[p.split(",")[1] for p in _listed(_ANAGRAMS)]),
        },
        examples=[dict(zip(("first", "second"), p.split(","), strict=True)) for p in _listed(_ANAGRAMS)],
        x_phrases=phrases("""
? whether {first} and {second} are anagrams of each other
? if {second} uses exactly the same letters as {first}
? Are {first} and {second} anagrams?
? Can the letters of {first} be rearranged into {second}?
? Check whether {first} is an anagram of {second}.
= {first} and {second} {/is_anagram?are:are not} anagrams.
= The letters of {first} and {second} {/is_anagram?match exactly:do not match}.

~ I'm writing a cryptic crossword.
~ I'm arguing with a friend about wordplay.
~ We're stuck in a word game.
~ I'm looking for a pen name.
"""),
    ),
    output=obj(
        {
            "is_anagram": {
                "type": "boolean",
                "title": "anagrams",
                "description": "Whether both use the same letters equally often.",
            },
            "letters_in_common": told(
                LETTER_COUNT,
                "the number of letters that {first} and {second} share",
                title="letters in common",
                description="How many letters can be paired off between them.",
                minimum=0,
            ),
        }
    ),
)
def anagram_check(first: str, second: str) -> dict[str, Any]:
    """Tell whether two texts are anagrams; case, accents, spaces and punctuation do not count."""
    one, other = Counter(_letters(first)), Counter(_letters(second))
    return {"is_anagram": one == other, "letters_in_common": (one & other).total()}


@KIT.tool(
    parameters=obj(
        {
            "word": kind(
                PLAYED,
                title="word",
                description="The word to score.",
                maxLength=15,
                pattern="^[A-Za-z]+$",
                examples=_listed(_SCRABBLE_WORDS),
            )
        },
        examples=[{"word": "quartz"}, {"word": "rhythm"}, {"word": "muzjiks"}],
        x_phrases=phrases("""
? how many points {word} scores in Scrabble
? what {word} is worth in Scrabble without bonus squares
? How many Scrabble points do I get for {word}?
? What's the plain Scrabble value of {word}?
? Add up the Scrabble tiles for {word}.
= In Scrabble, {word} scores {/points} points.
= Without bonus squares, {word} is worth {/points} points.

~ We're in the middle of a Scrabble game.
~ My grandmother doesn't trust my arithmetic.
~ I'm picking words for a game night.
~ I'm studying for a Scrabble tournament.
"""),
    ),
    output=obj(
        {
            "points": told(
                kind(WHOLE_NUMBER, format="game-points"),
                "the Scrabble score of {word}",
                title="points",
                description="Sum of the tile values of the English edition.",
                again="that score",
            )
        }
    ),
)
def scrabble_score(word: str) -> dict[str, Any]:
    """Give the tile value of a word in English Scrabble, without bonus squares; spelling is not checked."""
    return {"points": sum(_TILE_VALUES[letter] for letter in word.upper())}


@KIT.tool(
    parameters=obj(
        {
            "surname": {
                "type": "string",
                "format": "surname",
                "title": "surname",
                "description": "Family name in Latin letters.",
                "minLength": 1,
                "maxLength": 40,
                "examples": _listed(_NAMES),
                "x-phrases": {"mention": ["the surname {}"], "again": "that surname"},
            }
        },
        examples=[{"surname": "Robert"}, {"surname": "Tymczak"}, {"surname": "O'Brien"}],
        x_phrases=phrases("""
? the Soundex code of {surname}
? under which Soundex code the archives file {surname}
? What is the Soundex code for {surname}?
? How is {surname} coded in Soundex?
? Give me the American Soundex code of {surname}.
= The Soundex code of {surname} is {/soundex}.
= {surname} is filed under {/soundex}.

~ I'm tracing my family tree through old census records.
~ I'm removing duplicates from a list of customers.
~ The archive asks for a code instead of a name.
~ My ancestors changed the spelling of their name.
"""),
    ),
    output=obj(
        {
            "soundex": {
                "type": "string",
                "format": "soundex-code",
                "title": "Soundex code",
                "description": "American Soundex code, a letter and three digits.",
            }
        }
    ),
)
def soundex_code(surname: str) -> dict[str, Any]:
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


@KIT.tool(
    parameters=obj(
        {
            "pages": {
                "type": "integer",
                "format": "page-count",
                "title": "number of pages",
                "description": "Pages of the text.",
                "minimum": 1,
                "maximum": 5000,
                "examples": [5, 8, 12, 20, 35, 48, 64, 90, 120, 180, 224, 256, 320, 400, 480, 608, 750],
                "x-phrases": {"mention": ["{} pages"], "again": "that many pages"},
            },
            "words_per_page": labelled(
                {
                    250: "double-spaced manuscript pages",
                    300: "paperback pages",
                    500: "single-spaced A4 pages",
                },
                type="integer",
                title="page layout",
                description="Words on one page, by the usual layouts.",
            ),
        },
        examples=[
            {"pages": 320, "words_per_page": 300},
            {"pages": 12, "words_per_page": 500},
            {"pages": 64, "words_per_page": 250},
        ],
        x_phrases=phrases("""
? how long reading {pages} takes if they are {words_per_page}
? how many hours to set aside for reading {pages}, counted as {words_per_page}
? How long does it take to read {pages} if they're {words_per_page}?
? If I read {pages} and they are {words_per_page}, how many hours is that?
? Estimate the reading time for {pages}, counted as {words_per_page}.
= Reading {pages} takes about {/hours} hours.
= At an average adult's pace, {pages} take about {/hours} hours.

? how many words {pages} hold if they are {words_per_page}
? About how many words are on {pages} if they're {words_per_page}?
? What word count do {pages} come to when they are {words_per_page}?
? Estimate the word count of {pages}, counted as {words_per_page}.
= With {pages} that is about {/words} words.

~ My book club meets soon.
~ I'm editing a manuscript.
~ I have a stack of reading for the seminar.
~ I want something to read on the train.
"""),
    ),
    output=obj(
        {
            "words": {
                "type": "integer",
                "format": "word-count",
                "title": "number of words",
                "description": "Estimated number of words.",
            },
            "hours": told(
                DURATION_HOURS,
                "the time it takes to read {pages}, counted as {words_per_page}",
                title="reading time",
                description="Silent reading time in hours at 238 words a minute.",
            ),
        }
    ),
)
def reading_time(pages: int, words_per_page: int) -> dict[str, Any]:
    """Estimate the words on a number of pages and the hours it takes to read them silently."""
    # 238 words a minute: the mean for English prose in Brysbaert's review of 190 studies (2019).
    words = pages * words_per_page
    return {"words": words, "hours": round(words / 238 / 60, 2)}
