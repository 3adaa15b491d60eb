"""How alike tools are, by what their specs say: cosine of TF-IDF weighted words and character n-grams.

Words tell what a tool is about, character 4-grams bridge inflections and compounds (`geocode`, `geocoding`). A term
weighs sqrt(count) * ln(1 + N / tools that have it), as usual; no model is needed.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from tool_registry.drawing.tool_graph import traits_of
from tool_registry.drawing.value_words import words_of
from tool_registry.spec import ToolSpec

#: From this cosine on, two tools may do the same job; measured on tools that do (`price_with_tax`,
#: `price_before_tax`: 0.8) and tools that do not (`sun_times`, `moon_rise_and_set`: 0.29).
ALIKE = 0.3
#: Two tools this alike are the same tool twice.
SAME_TOOL = 0.9
_GRAM = 4
_NAME_WEIGHT, _DESCRIPTION_WEIGHT, _PARAMETER_WEIGHT = 3.0, 1.0, 1.0
#: In a pool of more tools than these, a term that one tool in fifty has is left out of comparisons: it weighs next to
#: nothing, and takes most of the time.
_LARGE, _COMMON = 2000, 50
#: Cosines that are kept in memory.
_SCORES_KEPT = 2_000_000
_WORD = re.compile(r"[a-z]+|[0-9]+")
_SPLIT = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[_\W]+")
_STOP = frozenset(
    "a an and are as at be by for from given how in is it its of on one or other that the their them this to two what "
    "when where which who with get give find return returns tool function api using use list "
    "look up compute tell".split()
)


class ToolIndex:
    """Tools that can be asked which others are like them. Built once from all of a run's specs."""

    def __init__(self, specs: Mapping[str, ToolSpec]) -> None:
        self.specs = dict(sorted(specs.items()))
        self.names = list(self.specs)
        counts = {name: _terms(spec) for name, spec in self.specs.items()}
        having = Counter(term for terms in counts.values() for term in terms)
        rarity = {term: math.log(1 + len(counts) / tools) for term, tools in having.items()}
        self._vectors = {name: _unit(terms, rarity) for name, terms in counts.items()}
        self._rarity = rarity
        self._postings: defaultdict[str, list[tuple[str, float]]] = defaultdict(list)
        for name, vector in self._vectors.items():
            for term, weight in vector.items():
                self._postings[term].append((name, weight))
        self._alike: dict[str, dict[str, float]] = {}
        self._kept = 0
        self._kinds: dict[str, frozenset[str]] = {}
        self._by_category: defaultdict[str, list[str]] = defaultdict(list)
        for name, spec in self.specs.items():
            self._by_category[spec.category].append(name)

    def __contains__(self, name: object) -> bool:
        return name in self.specs

    def likeness(self, first: str, second: str) -> float:
        """Return the cosine of two tools of the index, 0 to 1."""
        return self._scores(first).get(second, 0.0)

    def most_alike(self, name: str) -> Iterator[tuple[str, float]]:
        """Yield the other tools, the most alike first, then by name."""
        ranked = sorted(self._scores(name).items(), key=lambda entry: (-entry[1], entry[0]))
        return ((other, score) for other, score in ranked if other != name)

    def nearest(self, spec: ToolSpec) -> tuple[str, float]:
        """Return the tool that is most like a spec from elsewhere, and the cosine; ("", 0) when none is."""
        scores = self._dot(_unit(_terms(spec), self._rarity))
        return max(scores.items(), key=lambda entry: (entry[1], entry[0]), default=("", 0.0))

    def of_category(self, category: str) -> list[str]:
        """Return the names of the category's tools, sorted."""
        return self._by_category.get(category, [])

    def kinds_given(self, name: str) -> frozenset[str]:
        """Return what kinds of values a tool's result holds, as keys of the tool graph that say a kind surely."""
        if name not in self._kinds:
            gives = traits_of(self.specs[name]).gives
            self._kinds[name] = frozenset(key for key in gives if key.startswith(("format:", "name:")))
        return self._kinds[name]

    def _scores(self, name: str) -> dict[str, float]:
        if name not in self._alike:
            if self._kept > _SCORES_KEPT:
                self._alike.clear()
                self._kept = 0
            self._alike[name] = self._dot(self._vectors[name])
            self._kept += len(self._alike[name])
        return self._alike[name]

    def _dot(self, vector: Mapping[str, float]) -> dict[str, float]:
        scores: defaultdict[str, float] = defaultdict(float)
        tools = len(self.specs)
        most = tools // _COMMON if tools > _LARGE else tools
        for term, weight in vector.items():
            having = self._postings.get(term, ())
            for other, other_weight in having if len(having) <= most else ():
                scores[other] += weight * other_weight
        return dict(scores)


def families(index: ToolIndex, alike: float = 0.45) -> dict[str, str]:
    """Return each tool's family, named by its first member: tools that are alike or take the same arguments.

    Two tools are related when their cosine is at least `alike`, or when they are of one category, take exactly the
    same parameters and their cosine is at least half of that; a family is what such relations connect.
    """
    parent = {name: name for name in index.specs}

    def root(name: str) -> str:
        while parent[name] != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    for name, spec in index.specs.items():
        for other, score in index.most_alike(name):
            if score < alike / 2:
                break
            if other < name:
                continue
            twin = index.specs[other]
            same = spec.category == twin.category and _properties(spec) == _properties(twin)
            if score >= alike or same:
                first, second = sorted((root(name), root(other)))
                parent[second] = first
    return {name: root(name) for name in index.specs}


def content_words(text: str) -> frozenset[str]:
    """Return the words of a text that say what it is about, in small letters and without a plural s."""
    return frozenset(words_of(text)) - _STOP


def _properties(spec: ToolSpec) -> frozenset[str]:
    properties = spec.parameters.get("properties")
    return frozenset(properties) if isinstance(properties, dict) else frozenset()


def _terms(spec: ToolSpec) -> dict[str, float]:
    terms: defaultdict[str, float] = defaultdict(float)
    _add(terms, spec.original_name or spec.name, _NAME_WEIGHT)
    _add(terms, spec.description, _DESCRIPTION_WEIGHT)
    properties = spec.parameters.get("properties")
    for name, schema in properties.items() if isinstance(properties, dict) else ():
        _add(terms, f"{name} {_description_text(schema)}", _PARAMETER_WEIGHT)
    return terms


def _description_text(schema: Any) -> str:
    return str(schema.get("title") or "") if isinstance(schema, dict) else ""


def _add(terms: defaultdict[str, float], text: str, weight: float) -> None:
    for word in _WORD.findall(" ".join(_SPLIT.split(text)).lower()):
        if word in _STOP:
            continue
        terms[word] += weight
        if len(word) > _GRAM:
            share = weight / (len(word) - _GRAM + 1)
            for start in range(len(word) - _GRAM + 1):
                terms[f"#{word[start : start + _GRAM]}"] += share


def _unit(terms: Mapping[str, float], rarity: Mapping[str, float]) -> dict[str, float]:
    # A term that no tool of the index has counts as the rarest: it tells the spec from all of them.
    unknown = max(rarity.values(), default=0.0)
    vector = {term: math.sqrt(count) * rarity.get(term, unknown) for term, count in terms.items()}
    length = math.sqrt(sum(weight * weight for weight in vector.values()))
    return {term: weight / length for term, weight in vector.items()} if length else {}
