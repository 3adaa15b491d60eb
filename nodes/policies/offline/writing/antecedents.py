"""What a short name ("that day", "that city") can mean in a query, by what has been spoken of before it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

#: Names that a reader takes for the same kind of thing: "that date" after two days could be either.
_ALIKE = (
    ("day", "date"),
    ("time", "moment"),
    ("location", "point", "spot", "place", "midpoint"),
    ("amount", "sum"),
    ("number", "count", "value"),
)
_GROUPS = {noun: names[0] for names in _ALIKE for noun in names}


@dataclass
class Antecedents:
    """The things that a text has spoken of, in order, each by an identity of the caller's.

    A thing has its short name where it is what was spoken of last among those that the name could mean, and either
    the only one of them or what a request asked for: "the date 28 days before 22 September" is the date that
    "that date" means after a request for it, but not after a mere mention, where it could be either.
    """

    spoken: dict[str, list[str]] = field(default_factory=dict)
    requested: set[str] = field(default_factory=set)
    #: The short names used so far, with what each means.
    used: list[tuple[str, str]] = field(default_factory=list)

    def copy(self) -> "Antecedents":
        """Return a copy to go back to when a sentence could not be finished."""
        spoken = {kind: list(things) for kind, things in self.spoken.items()}
        return Antecedents(spoken, set(self.requested), list(self.used))

    def can_be_called(self, identity: str, again: str) -> bool:
        """Tell whether the short name `again` means this thing and nothing else, and take it for used if so."""
        spoken = self.spoken.get(kind_of_name(again), [])
        if not spoken or spoken[-1] != identity:
            return False
        if identity not in self.requested and len(set(spoken)) > 1:
            return False
        self.used.append((again, identity))
        return True

    def named(self, identity: str, again: str, full: str, *taken_for: str) -> str:
        """Remember that the thing was named in full, and return that name.

        `taken_for` are further short names that a reader may take for it: a deadline is a day as well.
        """
        for kind in _kinds_of_name(again, *taken_for):
            self.spoken.setdefault(kind, []).append(identity)
        return full

    def asked(self, things: Mapping[str, str], taken_for: Mapping[str, str] | None = None) -> None:
        """Remember that a request has asked for things, by identity their short names; `taken_for` as in `named`.

        Two of one name, such as a start and an end, are both spoken of, and neither has the name to itself.
        """
        kinds = [kind_of_name(again) for again in things.values()]
        for identity, again in things.items():
            for kind in _kinds_of_name(again, *filter(None, [(taken_for or {}).get(identity)])):
                self.spoken.setdefault(kind, []).append(identity)
            if kinds.count(kind_of_name(again)) == 1:
                self.requested.add(identity)


def kind_of_name(again: str) -> str:
    """Return what is alike for short names that could mean the same thing: "day" for "that day" and "that date"."""
    noun = re.sub(r"^(?:that|those|the) ", "", again)
    return _GROUPS.get(noun, noun)


def _kinds_of_name(*names: str) -> list[str]:
    """Return the kinds of short names, and those of their last words: "that foreign city" is a city as well."""
    kinds = [kind_of_name(name) for name in names]
    return list(dict.fromkeys([*kinds, *(_GROUPS.get(word, word) for word in (kind.split()[-1] for kind in kinds))]))
