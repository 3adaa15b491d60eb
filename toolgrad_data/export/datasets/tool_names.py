"""`--names`: the tools of a data set named in several styles, as libraries of many makers name theirs.

A tool has one name in all examples, which depends on its own name and the seed alone. A model that has only seen
`snake_case` cuts `math.factorial` short: of a small one's calls of BFCL, 14 more of 200 were right after half of the
tools had dotted names.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from tool_registry.spec import ToolSpec
from toolgrad_data.export.conversation import Example
from toolgrad_data.export.datasets.obfuscation import NewNames, property_names, rename
from toolgrad_data.export.name_styles import KEPT, STYLES, NameStyle
from toolgrad_data.export.renaming import unlike
from toolgrad_data.export.report import ExportReport
from toolgrad_data.export.seeded import rng_for

#: OpenAI's API refuses longer names.
_LONGEST = 64
_WORD = re.compile(r"[A-Z]+(?![a-z])[0-9]*|[A-Z]?[a-z]+[0-9]*|[0-9]+|[^\W_A-Za-z0-9]+")


def words_of_name(name: str) -> list[str]:
    """Return the words that a name is made of, in small letters: `getHTTPCode2`, `get_http_code2`, `get-http.code2`."""
    return [word.lower() for word in _WORD.findall(name)]


def _snake(words: list[str], _: str) -> str:
    return "_".join(words)


def _camel(words: list[str], _: str) -> str:
    return words[0] + "".join(map(_upper, words[1:]))


def _pascal(words: list[str], _: str) -> str:
    return "".join(map(_upper, words))


def _dotted(words: list[str], category: str) -> str:
    """Return the name behind its first word, or a name of one word behind its category's."""
    above = words_of_name(category) if len(words) == 1 and category != "general" else words[:1]
    below = words if len(words) == 1 else words[1:]
    return ".".join(filter(None, ("_".join(above) if above != below else "", "_".join(below))))


def _upper(word: str) -> str:
    return word[:1].upper() + word[1:]


_WRITERS: Mapping[NameStyle, Callable[[list[str], str], str]] = {
    "snake": _snake,
    "camel": _camel,
    "pascal": _pascal,
    "dotted": _dotted,
}


class ToolNames:
    """Names the tools of all examples anew; no two that differ become the same.

    `mix` has each style's share of the tools, the others keep their names. In `camel` parameters are named so, too.
    """

    def __init__(self, mix: Mapping[NameStyle, float], seed: int, specs: Mapping[str, ToolSpec]) -> None:
        self._mix = mix
        self._seed = seed
        self._given: dict[str, str] = {}
        # What keeps its name comes first, so that no new name takes it.
        self._taken = {name for name in specs if self.style_of(name) is None}
        for name in sorted(specs):
            self.name_of(name, specs[name].category)

    def style_of(self, name: str) -> NameStyle | None:
        """Return the style that a tool's name is drawn to have, or None where it is kept."""
        drawn = rng_for(self._seed, "names", name).random()
        for style in STYLES:
            drawn -= self._mix.get(style, 0.0)
            if drawn < 0:
                return style
        return None

    def name_of(self, name: str, category: str = "general") -> str:
        """Return the tool's new name."""
        if name not in self._given:
            style, words = self.style_of(name), words_of_name(name)
            new = unlike(_WRITERS[style](words, category), name, self._taken) if style and words else name
            self._given[name] = new if len(new) <= _LONGEST else name
            self._taken.add(self._given[name])
        return self._given[name]

    def stage(self, examples: Iterator[Example], report: ExportReport) -> Iterator[Example]:
        """Rename in every example; the report tells how many tools were given names of each style."""
        used: dict[str, str] = {}
        for example in examples:
            names = self._names_of(example)
            used.update((old, self.style_of(old) or KEPT) for old in names.tools)
            yield _renamed(example, names)
        report.notes["names"] = dict(sorted(Counter(used.values()).items()))

    def _names_of(self, example: Example) -> NewNames:
        wrong = example.preference.rejected if example.preference else ()
        called = {call.tool for message in (*example.messages, *wrong) for call in message.calls}
        tools = {tool.name: self.name_of(tool.name, tool.category) for tool in example.tools}
        tools |= {name: self.name_of(name) for name in sorted(called - tools.keys())}
        parameters = {
            tool.name: _parameter_names(property_names(tool.parameters))
            for tool in example.tools
            if self.style_of(tool.name) == "camel"
        }
        return NewNames(tools, parameters)


def _parameter_names(names: set[str]) -> dict[str, str]:
    """Return the names in `camelCase`, no two the same."""
    given: dict[str, str] = {}
    for name in sorted(names):
        words = words_of_name(name)
        given[name] = unlike(_camel(words, ""), name, set(given.values())) if words else name
    return given


def _renamed(example: Example, names: NewNames) -> Example:
    """Return the example under its new names; `labels` has the old name of each that has changed."""
    old = {new: old for old, new in names.tools.items() if new != old}
    if not old and not names.parameters:
        return example
    renamed = rename(example, names)
    return replace(renamed, labels={**renamed.labels, "names": old}) if old else renamed
