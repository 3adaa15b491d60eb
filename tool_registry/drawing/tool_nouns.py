"""What a tool's name speaks of: `list_user_orders` takes a user and gives orders."""

import re
from dataclasses import dataclass
from functools import lru_cache

from tool_registry.drawing.value_words import first_sentence, singular, split_words, words_of_thing
from tool_registry.spec import ToolSpec

#: What is done to any thing: the words of names of operations that are no thing's.
_DONE = frozenset(
    "get list find search fetch retrieve read show lookup look view query describe load check create add insert post "
    "put patch update edit modify set delete remove destroy upsert save make register count is has do up out "
    "return select pull browse".split()
)
_MADE_NEW = frozenset("create add insert post register make".split())
_EVERY = frozenset("all many one each every any new my the a an single multiple bulk batch current".split())
_BOUNDS = frozenset("by for of in from with to on at per via using near within and or as".split())
#: What is told of a thing and is none: the details of an order.
_OF_A_THING = frozenset("detail info information data result response summary profile overview content".split())
#: What a value identifies its thing by, as the last word of its name.
KEYS = {
    **dict.fromkeys("id identifier uuid guid uid pk oid ref reference".split(), "id"),
    **dict.fromkeys("number no num nr".split(), "number"),
    **dict.fromkeys("login username handle".split(), "login"),
    **dict.fromkeys("type kind".split(), "type"),
    **{key: key for key in "name code key slug title status".split()},
}


@dataclass(frozen=True)
class Nouns:
    """Things that a tool is about, each its words in the singular; () where its name does not tell.

    `given` is what its result is, `taken` what a bare `id` among its parameters identifies. `words` are all nouns of
    the name; `counts` tells that its result counts things, `are_new` that it makes them; `sentence` is the first of
    its description, in small letters.
    """

    given: tuple[str, ...]
    taken: tuple[str, ...]
    words: tuple[str, ...]
    counts: bool
    are_new: bool
    sentence: str


def nouns_of_tool(spec: ToolSpec) -> Nouns:
    """Return the things that the tool's name speaks of."""
    return _read(spec.original_name or spec.name, spec.description)


@lru_cache(maxsize=8192)
def _read(name: str, description: str) -> Nouns:
    sentence = first_sentence(description).lower()
    opening = re.match(r"[a-z]+", sentence)
    verbs = _DONE | ({opening[0], singular(opening[0])} if opening else set())
    raw = split_words(name)
    found = [position for position, word in enumerate(raw) if word in _DONE]
    verb = raw[found[0]] if found else raw[0] if len(raw) > 1 and raw[0] in verbs else ""
    before, after = (raw[: raw.index(verb)], raw[raw.index(verb) + 1 :]) if verb else ([], raw)
    nouns = _nouns(after) or _nouns(before)
    words = words_of_thing(" ".join(nouns))
    things = words
    while len(things) > 1 and (things[-1] in _OF_A_THING or things[-1] in KEYS):
        things = things[:-1]
    taken: tuple[str, ...] = things
    if len(things) > 1:
        # "user orders" are a user's; of a "pet owner" nobody knows whose id is meant.
        last = nouns[len(things) - 1]
        taken = things[:-1] if singular(last) != last else ()
    if verb in _MADE_NEW:
        taken = ()  # what is new has no id yet, and its name is nobody's
    counts = verb == "count" or bool({"count", "total", "sum", "average"} & set(split_words(name)))
    return Nouns(things, taken, words, counts, verb in _MADE_NEW, sentence)


def _nouns(words: list[str]) -> list[str]:
    """Return the nouns up to the first word such as "by"; "id" only behind another one."""
    end = next((position for position, word in enumerate(words) if word in _BOUNDS), len(words))
    nouns = [word for word in words[:end] if word not in _DONE and word not in _EVERY]
    return nouns if nouns[:1] not in (["id"], ["ids"]) else []
