"""Small numbers are anchored: a number of one or two digits comes from a place of the record that its clause speaks of.

Any record has so many small numbers that having one says little. So one of its places must be what the clause tells:

| the place is | and the number |
|---|---|
| part of a text | stands among the same words as there |
| in an argument or a result | counts its noun or stands beside its name ("6 floors", "floor 3"), or has its unit |
| | stands where numbers stand, in a clause with a word of the place that is also about its step |
| | stands where numbers stand, in a clause that is mainly about its step |
| the length of a list | counts the list's noun, or is said to be a count ("there are 3") |
| a number in the query | stands beside the same word as there |

A word of the place is one of its name, unit, labels or description. What a clause is about is in `subjects.py`, where
numbers stand in `slots.py`. Not taken is a number whose unit is another than the place's, or beside the noun of
another figure of the step that is not told there. One place is not told twice in a clause. A result that nothing else
in the response tells may also be told with no anchor at all ("There are 12."), in a clause that is not about others.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable
from decimal import Decimal

from nodes.proofs.clauses import Clause
from nodes.proofs.places import ANYWHERE, Place, anchor_words
from nodes.proofs.polarity import stems, words
from nodes.proofs.shown import Shown
from nodes.proofs.slots import opens_phrase, slot
from nodes.proofs.subjects import MUCH, Figure, Subjects
from nodes.proofs.units import UNITS, converted, spellings_of

_SOME, _LITTLE, _HARDLY = 0.34, 0.15, 0.1
_ASKED_WORDS = 3
_SHORT_TEXT = 60
_COMBINING = re.compile(
    r"\b(?:differen\w+|apart|more|less|fewer|together|sum\w*|total\w*|in all|altogether|combined|overall|between|"
    r"by|lead\w*|led|add\w*|plus|minus|gap|margin|up|down|rise\w*|rose|fall\w*|fell|drop\w*|gain\w*|los[est]\w*|increas\w*|decreas\w*|"
    r"change\w*|[a-z]{2,}er than|later|after|before|left|remain\w*|short|ahead|behind|"
    r"(?:warm|cold|cool|hott|high|low|long|short|bigg|larg|small|cheap|old|young|fast|slow|tall|wid|heavi|light|clos|"
    r"furth|farth|earli|great|bett)er)\b",
    re.IGNORECASE,
)
_COUNTING = re.compile(
    r"(?:there (?:are|is|were|was|will be)|\b(?:lists?|found|finds?|has|have|returns?|shows?)) "
    r"(?:only |just |exactly |about )?\Z|\b(?:count|number|total)\b[^,;.]* (?:is|are|was|were|of|at) \Z",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"\s(?:of (?:them|these|those|which|the|all|your|our|its|his|her|their|[0-9]+)|"
    r"in (?:all|total)|altogether|results?|items?|entries|matches|options?|hits?)\b",
    re.IGNORECASE,
)
_ASKED = re.compile(
    r"\byou(?:r|['’]ve)?\s(?:[\w'’]+\s){0,2}?(?:ask|said|say|gave|want|request|mention|enter|specif|provid|chose|set)",
    re.IGNORECASE,
)
_LABEL = re.compile(r"([^\W\d_]+)(?:\s+(?:is|are|was|were|of|at|to|by|=|about|only|just))*[:=]?\s*[-+€$£~≈(*]*\Z")
_NOUN = re.compile(r"[\s%°*)-]*([^\W\d_]+(?:\s[^\W\d_]+)?)")
_UNIT = re.compile(r"[\s\u00a0-]?([a-zA-Zµ/°]{2,14})(?![\w/])(?!\s(?:per|an?)\b)")
_NO_UNIT = frozenset("in min mins sec nm mi second seconds pound pounds stone ounce degrees".split())
_WORDS_BEFORE = re.compile(r"(\S+)\s+(\S+)\s+\S*\Z")
_WORDS_AFTER = re.compile(r"\S*\s+(\S+)\s+(\S+)")
#: "4 for 16", "the price of 22": what something was asked for.
_REFERRING = re.compile(r"(?:\b(?:for|of) |#)\Z")
_WORD_BEFORE = re.compile(r"([^\W\d_]+)[ #]+\Z")
_WORD_AFTER = re.compile(r"[ -]([^\W\d_]+)")
_NAMED_UNITS = frozenset({"Celsius", "Fahrenheit", "Kelvin"})
_SINGULARS = frozenset(word for word in UNITS if len(word) > 2 and f"{word}s" in UNITS)
_ARTICLES = frozenset("a an the every your this that".split())
_GLUED = re.compile(r"[a-z]+-\Z")
_SAYS = frozenset("is are was were of at about only just".split())
_ALL = frozenset("the all these those of".split())
_THAT = frozenset("that which who are were is of".split())


def anchored(
    subjects: Subjects, heard: set[str], is_open: Callable[[str], bool]
) -> tuple[list[list[Place]], list[Shown]]:
    """Return the places of each small number that has one, and the numbers that have none.

    `heard` are the steps that other parts of the response tell; `is_open` says of a step whether nothing but a bare
    number may tell its result.
    """
    taken: list[list[Place]] = []
    loose: list[tuple[Figure, Clause | None]] = []
    repeated: dict[tuple[int, Decimal], int] = defaultdict(int)
    meant: dict[tuple[int, Decimal], list[Place]] = defaultdict(list)
    heard = set(heard)
    for shown, places in subjects.figures:
        if not shown.is_small or shown.is_part_of_word(subjects.response) or places[0] is ANYWHERE:
            continue
        clause = subjects.clause(shown)
        near = _Number(subjects, clause, shown).near(places) if clause is not None else []
        telling = (clause.start if clause is not None else -1, abs(shown.value))
        meant[telling] += [place for place in near if place not in meant[telling]]
        if near and repeated[telling] < _tellings(meant[telling]):
            repeated[telling] += 1
            heard.update(*(place.steps for place in near))
            taken.append(near)
        else:
            loose.append(((shown, places), clause))
    adrift: list[Shown] = []
    said = {value for (_, value), times in repeated.items() if times}
    for (shown, places), clause in loose:
        bare = [place for place in places if place.steps and not place.steps & heard and all(map(is_open, place.steps))]
        bare = [] if abs(shown.value) in said else bare
        near = _Number(subjects, clause, shown).possible(bare) if clause is not None else []
        if near:
            heard.update(*(place.steps for place in near))
            taken.append(near)
        else:
            adrift.append(shown)
    return taken, adrift


def _tellings(places: list[Place]) -> int:
    """Return how often the value may be told in one clause: what was asked and passed on is one thing."""
    kinds = Counter(place.kind for place in places)
    asked = kinds["said"] + kinds["context"]
    return len(places) - asked - kinds["argument"] + max(asked, kinds["argument"])


class _Number:
    """A small number in its clause."""

    def __init__(self, subjects: Subjects, clause: Clause, shown: Shown) -> None:
        self.subjects = subjects
        self.clause = clause
        self.shown = shown
        self.text = subjects.response
        self.slot = slot(self.text, shown.start, shown.end)
        self.has_measure = shown.percent or (shown.unit is not None and self._has_proper_unit())
        self.is_fit = self.slot.is_fit or self.has_measure

    def _has_proper_unit(self) -> bool:
        """Say whether what looks like a unit is one: in "2 Christmas Day" and "working 6 day" it is a noun."""
        right = self.slot.right
        if right.istitle() and len(right) > 1 and right not in _NAMED_UNITS:
            return False
        one = right not in _SINGULARS or abs(self.shown.value) == 1 or self.slot.right_mark == "-"
        return one or self.slot.left.lower() in _ARTICLES

    def near(self, places: list[Place]) -> list[Place]:
        """Return the places that the clause speaks of."""
        return [place for place in places if self._is_near(place)]

    def possible(self, places: list[Place]) -> list[Place]:
        """Return the places that nothing beside the number speaks against."""
        if self.slot.is_between_numbers:
            return []
        return [place for place in places if not self._speaks_against(place)]

    def _speaks_against(self, place: Place) -> bool:
        is_elsewhere = self.subjects.is_about_others(self.clause, place, self.shown)
        return is_elsewhere or self._has_other_unit(place) or self._has_rival(place)

    def _is_near(self, place: Place) -> bool:
        if place.kind == "ordinal" or self._has_other_unit(place):
            return False
        if _is_verbatim(self.text, self.shown, place):
            return True
        if place.kind == "argument" and _REFERRING.search(self.text, self.clause.start, self.shown.start):
            return True
        if self.slot.is_between_numbers or (place.at is not None and _is_part_of_code(place)):
            return False
        if place.kind in ("said", "context"):
            return self._is_as_asked(place)
        if place.kind == "derived" and not (place.steps and self._matches(_COMBINING)):
            return False
        share = self.subjects.share(self.clause, place, self.shown)
        if self._is_count(place, share):
            return True
        if place.kind == "count":
            return False
        if share >= _HARDLY and (self._shares_unit(place) or self._is_beside(place)):
            return True
        if place.kind == "argument" and self.is_fit and self._matches(_ASKED):
            return True
        if not self.is_fit or self._has_rival(place):
            return False
        if share >= _SOME and self.subjects.close_words(place) & self.clause.words:
            return True
        if share < MUCH or place.is_passage:
            return False
        return place.topic is None or place.kind != "argument" or self._tells_result(place)

    def _matches(self, pattern: re.Pattern[str]) -> bool:
        return pattern.search(self.text, self.clause.start, self.clause.end) is not None

    def _tells_result(self, place: Place) -> bool:
        return place.topic is not None and self.subjects.tells_result(place.topic, self.clause, self.shown)

    def _shares_unit(self, place: Place) -> bool:
        return self.shown.unit is not None and place.unit == self.shown.unit

    def _is_count(self, place: Place, share: float) -> bool:
        close = self.subjects.close_words(place)
        if place.topic is None or not (place.kind == "count" or (place.kind == "result" and "count" in close)):
            return False
        if share >= _LITTLE and self.slot.left.lower() in _ALL and self.slot.right.lower() in _THAT:
            return True
        if place.kind == "result":
            return False
        said = _COUNTING.search(self.text, self.clause.start, self.shown.start)
        if share >= _LITTLE and (said or _COUNTED.match(self.text, self.shown.end)):
            return True
        counts = self.slot.heads_noun or self.shown.value == 1
        return share >= _SOME and counts and bool(anchor_words(self.slot.noun) & (close | place.topic.tool_words))

    def _is_beside(self, place: Place) -> bool:
        """Say whether the noun that it counts, or the label that it stands after, is the place's own."""
        if self._is_beside_name(place):
            return True
        close = self.subjects.close_words(place)
        names = {_form(word) for word in words(place.name)}
        if place.unit:
            names.update(map(_form, spellings_of(place.unit)))
        where = self.slot
        right, following = where.right.lower(), where.following.lower()
        counts = where.heads_noun or self.has_measure
        if counts and (anchor_words(where.noun) & close or not names.isdisjoint({_form(right), _form(following)})):
            return True
        if where.is_led and not right.endswith("ed") and anchor_words(right) & close and opens_phrase(where.following):
            return True
        if not where.label:
            return False
        names.update(_form(word) for token in place.pointer.split("/") for word in words(token))
        own = close if where.right_mark or not where.right else self.subjects.own_words(place)
        return bool(anchor_words(where.label) & own) or _form(where.label.lower()) in names

    def _is_beside_name(self, place: Place) -> bool:
        """Say whether the member's name or title is right beside the number, word for word: "weight kg 29.5"."""
        start, end = self.shown.start, self.shown.end
        before = words(self.text[max(self.clause.start, start - _SHORT_TEXT) : start])
        while before and before[-1] in _SAYS:
            before.pop()
        after = words(self.text[end : min(self.clause.end, end + _SHORT_TEXT)])
        names = (words(name) for name in (place.name, place.title))
        return any(name and name in (before[-len(name) :], after[: len(name)]) for name in names)

    def _is_as_asked(self, place: Place) -> bool:
        """Say whether a number of the query or the context stands beside the same word as there."""
        if place.at is None:
            return self._is_beside(place)
        if _neighbours(self.text, self.shown.start, self.shown.end) & _neighbours(place.text, *place.at):
            return True
        there = slot(place.text, *place.at)
        if self.slot.label and anchor_words(self.slot.left) & anchor_words(there.left):
            return True
        if self.slot.heads_noun and anchor_words(self.slot.noun) & anchor_words(there.noun):
            return True
        if not self.slot.is_fit:
            return False
        asked = self.clause.words & anchor_words(place.sentence)
        return len(asked) >= _ASKED_WORDS or self.subjects.is_documented(self.clause, self.shown)

    def _has_rival(self, place: Place) -> bool:
        before = _LABEL.search(self.text, self.clause.start, self.shown.start)
        after = _NOUN.match(self.text, self.shown.end, self.clause.end)
        beside = f"{before[1] if before else ''} {after[1] if after else ''}"
        return self.subjects.has_rival(place, self.clause, self.shown, beside)

    def _has_other_unit(self, place: Place) -> bool:
        """Say whether the number has a unit that is not the one in the member's name."""
        if place.kind in ("converted", "span", "derived"):
            return False
        match = _UNIT.match(self.text, self.shown.end)
        said = match[1].lower() if match else ""
        own = (words(place.name) or [""])[-1]
        if {said, own} & _NO_UNIT or len(own) < 2 or said not in UNITS or own not in UNITS:
            return False
        return UNITS[said] != UNITS[own] and converted(Decimal(1), UNITS[own], UNITS[said]) != 1


def _is_verbatim(response: str, shown: Shown, place: Place) -> bool:
    """Say whether the number stands among the same words as in the text that it comes from."""
    if place.at is None:
        return False
    text = place.text.casefold()
    start, end = place.at
    before = response[max(0, shown.start - _SHORT_TEXT) : shown.start].casefold()
    glued = _GLUED.search(before)
    if glued and text[:start].endswith(glued.group()):
        return True
    if len(text) <= _SHORT_TEXT:
        at = shown.start - start
        return len(text) > end - start and response[max(0, at) : at + len(text)].casefold() == text
    after = response[shown.end : shown.end + _SHORT_TEXT].casefold()
    pairs = (
        (_WORDS_BEFORE.search(before), _WORDS_BEFORE.search(text[max(0, start - _SHORT_TEXT) : start])),
        (_WORDS_AFTER.match(after), _WORDS_AFTER.match(text[end : end + _SHORT_TEXT])),
    )
    return any(here and there and here.groups() == there.groups() for here, there in pairs)


def _neighbours(text: str, start: int, end: int) -> set[tuple[str, str]]:
    """Return the content words right before and right after a number: "number 22", "7 factorial"."""
    before = _WORD_BEFORE.search(text, max(0, start - _SHORT_TEXT), start)
    after = _WORD_AFTER.match(text, end)
    found = (("before", before), ("after", after))
    return {(side, match[1].casefold()) for side, match in found if match and stems(match[1])}


def _is_part_of_code(place: Place) -> bool:
    start, end = place.at or (0, 0)
    text = place.text
    return bool(re.search(r"\w[-/.]?\Z", text[:start]) or re.match(r"[-/.]?\w", text[end:]))


def _form(word: str) -> str:
    return word.removesuffix("s")
