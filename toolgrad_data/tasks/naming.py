"""Told values that changed places: a figure stands where a message names one member, and tells another one.

What a member is called is its tool's: its name and its title in the schema. A figure is named by the last such word
before it in its sentence, since the figure before; or, nearer, by the word right behind it ("248 days").
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from nodes.marks.says import Place
from tool_registry.drawing.value_words import split_words
from toolgrad_data.tasks.message import Message

_WORD = re.compile(r"[^\W\d_]+")
#: What a sentence ends with; a colon leads from a name to its figure.
_END = re.compile(r"[.!?;]\s|\n")
#: Shorter words of a name say nothing by themselves ("is", "at", "km").
_WORD_MIN = 3


def names_of(places: Sequence[Place]) -> frozenset[str]:
    """Return the words that a value is called by, each without a plural's s."""
    said = (
        word for place in places for text in (place.name, str(place.schema.get("title") or "")) for word in _of(text)
    )
    return frozenset(said)


def misnamed(
    message: Message, told: Mapping[int, Collection[int]], names: Mapping[int, frozenset[str]]
) -> Iterator[str]:
    """Yield a member's name with the figure that stands with it and tells another one, which has this one's figure.

    `told` has the figures by what they tell, `names` what each of those is called. One name alone proves nothing: a
    sentence has many words ("the airport, 2,605 km away"). That two have each other's figures is no chance.
    """
    owners: dict[str, set[int]] = {}
    for index, words in names.items():
        for word in words:
            owners.setdefault(word, set()).add(index)
    tells: dict[int, set[int]] = {}
    for index, figures in told.items():
        for figure in figures:
            tells.setdefault(figure, set()).add(index)
    strange: list[tuple[str, int, set[int], set[int]]] = []
    for figure, mine in tells.items():
        name = _name_at(message, figure, owners.keys())
        if name is not None and mine.isdisjoint(owners[name]):
            strange.append((name, figure, mine, owners[name]))
    for said, figure, mine, named in strange:
        if any(not named.isdisjoint(theirs) and not mine.isdisjoint(others) for _, _, theirs, others in strange):
            each = message.figures[figure]
            yield f"{said} {message.text[each.start : each.end]}"


def _name_at(message: Message, figure: int, words: Collection[str]) -> str | None:
    each, text = message.figures[figure], message.text
    behind = _WORD.match(text, each.end + (text[each.end : each.end + 1] == " "))
    if behind is not None and (name := _bare(behind.group())) in words:
        return name
    ends = [found.end() for found in _END.finditer(text, 0, each.start)]
    start = max([0, *ends, *(other.end for other in message.figures if other.end <= each.start)])
    said = [_bare(found.group()) for found in _WORD.finditer(text, start, each.start)]
    return next((word for word in reversed(said) if word in words), None)


def _of(text: str) -> Iterator[str]:
    return (_bare(word) for word in split_words(text) if len(word) >= _WORD_MIN)


def _bare(word: str) -> str:
    folded = word.casefold()
    return folded[:-1] if folded.endswith("s") and not folded.endswith("ss") and len(folded) > _WORD_MIN else folded
