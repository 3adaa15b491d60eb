"""Small jobs on a person's own words: name tags, titles, short forms, replacements."""

import re
from typing import Annotated, Literal

from tool_registry.builtin.declare import Result, ToolkitError, pure
from tool_registry.builtin.everyday import PlainText
from tool_registry.declare import Kind

tool = pure(category="text tidying")

Sentence = Annotated[PlainText, Kind("text", "The text, in the person's own words.", again="that text")]
Made = Annotated[str, Kind("text", "What came out.", format="text-made")]
FullName = Annotated[
    str, Kind("full name", "First name and surname.", format="full-name", minLength=3, again="that person")
]


class _Changed(Result):
    text: Made
    letters: Annotated[int, Kind("length", "Characters of what came out.", minimum=0)]


def _changed(text: str) -> _Changed:
    return {"text": text, "letters": len(text)}


@tool
def change_case(
    text: Sentence,
    case: Annotated[
        Literal["capitals", "small letters", "title case", "sentence case"], Kind("case", "How it is written.")
    ],
    keep_short_words: Annotated[
        bool, Kind("short words", "Leave words of up to three letters small in title case.")
    ] = False,
) -> _Changed:
    """Write a text in capitals, small letters, title case or sentence case."""
    if case == "title case":
        words = text.split()
        small = [bool(keep_short_words and place and len(word) < 4) for place, word in enumerate(words)]
        made = " ".join(w.lower() if s else w[:1].upper() + w[1:].lower() for w, s in zip(words, small, strict=True))
    else:
        made = {"capitals": text.upper(), "small letters": text.lower()}.get(case, text[:1].upper() + text[1:].lower())
    return _changed(made)


@tool
def web_address_part(
    title: Annotated[PlainText, Kind("title", "The title.", again="that title")],
    joined_by: Annotated[Literal["hyphens", "underscores"], Kind("separator", "What stands between the words.")],
    longest: Annotated[int, Kind("longest", "Most characters; whole words are kept.", minimum=5, maximum=80)] = 80,
) -> _Changed:
    """Make of a title what can stand in a web address or a file name: small letters, digits and separators."""
    words = re.findall(r"[a-z0-9]+", re.sub(r"['’]", "", title.lower()))
    sign = "-" if joined_by == "hyphens" else "_"
    while words and len(sign.join(words)) > longest:
        words.pop()
    if not words:
        raise ToolkitError("Nothing is left of it; allow more characters.")
    return _changed(sign.join(words))


class _Initials(Result):
    initials: Annotated[str, Kind("initials", "The initials.", format="initials")]
    words: Annotated[int, Kind("number of names", "How many names it is made of.", minimum=1)]


@tool
def initials_of(
    name: FullName,
    with_dots: Annotated[bool, Kind("dots", "Put a dot behind each letter.")] = False,
    surname_first: Annotated[bool, Kind("order", "Put the surname's letter first.")] = False,
) -> _Initials:
    """Give the initials of a person's full name, with dots and the surname first if wanted."""
    parts = re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", name)
    letters = [each[0].upper() for each in parts]
    letters = [letters[-1], *letters[:-1]] if surname_first else letters
    return {"initials": "".join(f"{each}." if with_dots else each for each in letters), "words": len(parts)}


class _Tag(Result):
    lines: Annotated[
        list[Annotated[str, Kind("line", "A line.", format="text-made")]], Kind("lines", "The tag's lines.")
    ]
    width: Annotated[int, Kind("width", "Characters of the longest line.", minimum=1)]


@tool
def name_tag(
    name: FullName,
    organisation: Annotated[PlainText, Kind("organisation", "Where the person is from.")],
    role: Annotated[PlainText, Kind("role", "What the person does.")] = "",
    surname_in_capitals: Annotated[bool, Kind("capitals", "Write the surname in capitals.")] = False,
) -> _Tag:
    """Lay out a name tag for an event: the name, the role if given, and the organisation, a line each."""
    first, _, last = name.rpartition(" ")
    lines = [
        f"{first} {last.upper() if surname_in_capitals else last}".strip(),
        *([role] if role else []),
        organisation,
    ]
    return {"lines": lines, "width": max(map(len, lines))}


@tool
def shorten_text(
    text: Sentence,
    longest: Annotated[int, Kind("most characters", "Most characters that it may have.", minimum=5, maximum=100)],
    with_dots: Annotated[bool, Kind("dots", "End what was cut with three dots.")] = True,
) -> _Changed:
    """Shorten a text to a number of characters at the end of a word."""
    if len(text) <= longest:
        return _changed(text)
    room = longest - (3 if with_dots else 0)
    cut = text[: room + 1].rpartition(" ")[0].rstrip(",;: ") or text[:room]
    return _changed(f"{cut}..." if with_dots else cut)


class _Replaced(Result):
    text: Made
    times: Annotated[int, Kind("replacements", "How many were made.", minimum=0)]


@tool
def replace_word(
    text: Sentence,
    word: Annotated[str, Kind("word", "What is replaced.", format="word-to-find", minLength=1)],
    by: Annotated[str, Kind("replacement", "What stands there instead.", format="word-to-put", minLength=1)],
    whole_words: Annotated[bool, Kind("whole words", "Leave longer words that hold it alone.")] = False,
) -> _Replaced:
    """Replace a word by another everywhere in a text and count how often, capitals not counting."""
    pattern = rf"\b{re.escape(word)}\b" if whole_words else re.escape(word)
    made, times = re.subn(pattern, lambda _: by, text, flags=re.IGNORECASE)
    return {"text": made, "times": times}


class _Counted(Result):
    words: Annotated[int, Kind("words", "How many words it has.", format="word-count", minimum=0)]
    characters: Annotated[int, Kind("characters", "How many characters it has.", minimum=0)]


@tool
def count_characters(
    text: Sentence,
    without_spaces: Annotated[bool, Kind("spaces", "Leave spaces out of the count.")] = False,
) -> _Counted:
    """Count the words and characters of a text, spaces among them unless they are left out."""
    return {"words": len(text.split()), "characters": len(text.replace(" ", "") if without_spaces else text)}


TOOLS = [change_case, web_address_part, initials_of, name_tag, shorten_text, replace_word, count_characters]
