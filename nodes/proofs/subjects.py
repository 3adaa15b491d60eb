"""What a clause of a response is about: which steps, and which of their figures."""

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

from nodes.proofs.clauses import Clause, clauses
from nodes.proofs.places import Kind, Place, Topic, Words, anchor_words
from nodes.proofs.shown import Shown
from tool_registry.json_pointer import scalars

Figure = tuple[Shown, list[Place]]
#: A step that all other figures of a clause belong to is as much its subject as one with this share of its words.
MUCH = 0.6
_LITTLE = 0.2
_FIGURES_MAX = 60


class Evidence(NamedTuple):
    """A figure or date at `start` of the response: the steps that it can belong to, and those that found it."""

    start: int
    steps: frozenset[str]
    found_by: frozenset[str]


class Subjects:
    """The clauses of one response; `figures` are its numbers with their places, `moments` its dates and times."""

    def __init__(self, response: str, topics: list[Topic], figures: list[Figure], moments: list[Evidence]) -> None:
        self.response = response
        self.figures = figures
        self._clauses = clauses(response)
        self._topics = topics
        self._known_by = Counter(word for topic in topics for word in topic.words)
        self._evidence = [*moments, *(_evidence(shown, places) for shown, places in figures)]
        self._by_words: dict[int, dict[str, float]] = {}
        self._figures_of: dict[str, list[Place]] = {}
        self._own: dict[tuple[int, str], Words] = {}
        self._close: dict[tuple[Any, ...], Words] = {}

    def clause(self, shown: Shown) -> Clause | None:
        """Return the clause that the number stands in."""
        return next((clause for clause in self._clauses if clause.start <= shown.start < clause.end), None)

    def share(self, clause: Clause, place: Place, shown: Shown) -> float:
        """Return how much the clause, the number left out, is about the place's steps, from 0 to 1 for most of all."""
        about = dict(self._words_about(clause))
        others = [each for each in self._others(clause, shown) if each.steps]
        for each in others:
            for step in each.steps:
                about[step] += 1 / len(each.steps)
        most = max(about.values(), default=0.0)
        shares = [0.0]
        for topic in place.topics:
            share = about[topic.step.id] / most if most else 0.0
            if others and (share >= _LITTLE or len(others) > 1) and all(topic.step.id in each.steps for each in others):
                share = max(share, MUCH)
            shares.append(share)
        return max(shares)

    def is_about_others(self, clause: Clause, place: Place, shown: Shown) -> bool:
        """Say whether the clause speaks of other steps and hardly of the place's."""
        if self.share(clause, place, shown) >= _LITTLE:
            return False
        return any(self._words_about(clause).values()) or any(each.steps for each in self._others(clause, shown))

    def _words_about(self, clause: Clause) -> dict[str, float]:
        """Return by step the words of the clause that it knows; one that several know counts for less."""
        found = self._by_words.get(clause.start)
        if found is None:
            found = self._by_words[clause.start] = {
                topic.step.id: sum(1 / self._known_by[word] for word in clause.stems & topic.words)
                for topic in self._topics
            }
        return found

    def _others(self, clause: Clause, shown: Shown) -> Iterator[Evidence]:
        return (
            each for each in self._evidence if clause.start <= each.start < clause.end and each.start != shown.start
        )

    def tells_result(self, topic: Topic, clause: Clause, shown: Shown) -> bool:
        """Say whether the clause tells something else that the step found, where that can be seen."""
        found = [value for _, value in islice(scalars(topic.step.result), _FIGURES_MAX)]
        visible = [value for value in found if value is not None and not isinstance(value, bool)]
        if not visible or any(topic.step.id in each.found_by for each in self._others(clause, shown)):
            return True
        text = self.response[clause.start : clause.end].casefold()
        return any(isinstance(value, str) and value and value.casefold() in text for value in visible)

    def has_rival(self, place: Place, clause: Clause, shown: Shown, beside: str) -> bool:
        """Say whether the words beside the number are those of another figure, and that one is not told there."""
        words = anchor_words(beside) - self.close_words(place)
        return bool(words) and any(
            rival.pointer != place.pointer
            and self._words_against(rival, place) & words
            and not self._is_told(rival, clause, shown)
            for topic in place.topics
            for rival in self._figures(topic)
        )

    def is_documented(self, clause: Clause, shown: Shown) -> bool:
        """Say whether the schema names the number where it describes a figure that the clause tells."""
        return any(
            shown.value in figure.constants() and self._is_told(figure, clause, shown)
            for topic in self._topics
            for figure in self._figures(topic)
        )

    def _words_against(self, rival: Place, place: Place) -> Words:
        """Return the words of the rival that are not those of all that stands in one object with it."""
        same = rival.document is not place.document or _parent(rival) == _parent(place)
        return self.own_words(rival) if same else self.close_words(rival)

    def own_words(self, place: Place) -> Words:
        """Return the words that belong to this very number, without the labels beside it."""
        at = (id(place.document), place.pointer)
        found = self._own.get(at)
        if found is None:
            found = self._own[at] = frozenset(word for text in place.texts(labels=False) for word in anchor_words(text))
        return found

    def _figures(self, topic: Topic) -> list[Place]:
        """Return the places of the numbers that the step took and gave."""
        found = self._figures_of.get(topic.step.id)
        if found is None:
            parts: tuple[tuple[Kind, Any], ...] = (("result", topic.step.result), ("argument", topic.step.arguments))
            found = self._figures_of[topic.step.id] = [
                Place(kind, frozenset(), document, pointer, topic)
                for kind, document in parts
                for pointer, value in islice(scalars(document), _FIGURES_MAX)
                if isinstance(value, int | float) and not isinstance(value, bool)
            ]
        return found

    def _is_told(self, figure: Place, clause: Clause, shown: Shown) -> bool:
        return any(
            clause.start <= other.start < clause.end
            and other.start != shown.start
            and any(place.pointer == figure.pointer and place.document is figure.document for place in places)
            for other, places in self.figures
        )

    def close_words(self, place: Place) -> Words:
        """Return the words that belong to this very number."""
        if place.of:
            return frozenset().union(*map(self.close_words, place.of))
        at = (id(place.document), place.pointer, place.at)
        found = self._close.get(at)
        if found is None:
            found = self._close[at] = frozenset(word for text in place.texts() for word in anchor_words(text))
        return found


def _parent(place: Place) -> str:
    return place.pointer.rpartition("/")[0]


def _evidence(shown: Shown, places: list[Place]) -> Evidence:
    steps = frozenset(topic.step.id for place in places for topic in place.topics)
    found = (place.steps for place in places if place.kind in ("result", "count"))
    return Evidence(shown.start, steps, frozenset().union(*found))
