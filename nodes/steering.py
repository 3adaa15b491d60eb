"""What a gradient looks for, and which tools the library has for it.

A gradient names tools and has wishes, short words to search with. They are read the same way where a critique answers
and where the next batch is drawn, so that an edit in Studio counts as an answer does. What is not there, may not run
or is not found is told in the gradient's notes, which the next prompt shows.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import zip_longest

from graph.record import Gradient, Note
from nodes.gradient_words import read_gradient
from tool_registry.drawing.search_words import words_in
from tool_registry.drawing.tool_graph import ToolPool
from tool_registry.json.plain_text import without_controls
from tool_registry.permissions import Permissions
from tool_registry.registry import ToolRegistry

#: Names and wishes of a gradient that are read.
TOOLS_MAX, WISHES_MAX = 8, 6
WISH_CHARACTERS = 160
#: What is beyond is not even looked at.
_READ_MAX = 32
#: Tools that a wish may bring, those searched for one that the batch lacks, and names offered for one that is wrong.
_PER_WISH, _SEARCHED, _NEAREST = 3, 12, 3
#: Names so alike are spellings of each other; of a larger library they are not compared one by one.
_ALIKE, _COMPARED_MAX = 0.75, 2_000
_SHOWN = 60
_WORDS_LOOKED_AT = 200
#: A name in running words: no part of a pointer, and not the verb "find" unless something marks it.
_NAME = re.compile(r"(?<![\w/.-])[A-Za-z0-9_-]{2,64}(?![\w-])")
_MARKED = re.compile(r"(?:[`'\"]|\btool )([A-Za-z0-9_-]{1,64})\b|\b([A-Za-z0-9_-]{1,64})\(")
_LIKE_A_NAME = re.compile(r"[_\d]|[a-z][A-Z]|\w-\w")
#: How a model may write a name that is right: quoted, called, behind a namespace.
_AROUND_NAME = re.compile(r"^[\s`'\"]*(?:functions?[./])?([A-Za-z0-9_-]+)(?:\(.*|[\s`'\",;.:]*)$", re.DOTALL)


@dataclass(frozen=True)
class SampleLibrary:
    """The tools that a sample may use, and how to find them."""

    registry: ToolRegistry
    permissions: Permissions
    without: frozenset[str] = frozenset()

    @property
    def pool(self) -> ToolPool:
        """The tools that may run; a catalogue's are in it though the sample does without them."""
        return self.registry.pool(self.permissions, self.without)

    def holds(self, name: str) -> bool:
        """Say whether the sample may use the tool."""
        return name not in self.without and name in self.pool

    def search(self, text: str, count: int) -> list[str]:
        """Return up to `count` tools that the words of the text find, the best first."""
        found = self.registry.search(text, self.pool, count + len(self.without))
        return [name for name in found if name not in self.without][:count]

    def nearest(self, name: str) -> list[str]:
        """Return the tools whose names are most like one that does not exist."""
        found = self.search(name, _SEARCHED)
        # A slip of the pen may leave no word to search with.
        spelled = found or [each for each in self.registry.names if self.holds(each)] if self._is_small else found
        return list(dict.fromkeys([*get_close_matches(name, spelled, _NEAREST, _ALIKE), *found]))[:_NEAREST]

    @property
    def _is_small(self) -> bool:
        return len(self.registry) <= _COMPARED_MAX


@dataclass
class Sought:
    """What a gradient looks for, as far as it can be: `found` has the tools of each wish, the best first."""

    tools: list[str] = field(default_factory=list)
    found: dict[str, list[str]] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)

    @property
    def wishes(self) -> list[str]:
        """The wishes."""
        return list(self.found)


def seek(library: SampleLibrary, tools: Iterable[str], wishes: Iterable[str]) -> Sought:
    """Return what of the names and wishes there is, and notes on what is not. Blocks while it searches.

    A name that does not exist is a wish as well: what it says finds the tools that come nearest.
    """
    sought = Sought()
    given, wanted = list(tools), list(wishes)
    names = list(dict.fromkeys(name for name in map(_clean, given[:_READ_MAX]) if name))
    also = list(_sort_names(library, names[:TOOLS_MAX], sought))
    kept: dict[str, str] = {}
    empty = cut = 0
    too_many = len(names) > TOOLS_MAX or max(len(given), len(wanted)) > _READ_MAX
    for wish in wanted[:_READ_MAX]:
        text = _clean(wish)
        said = _wish_key(text)
        if not said:
            empty += 1
        elif said not in kept and len(kept) == WISHES_MAX:
            too_many = True
        elif said not in kept:
            kept[said] = text
            cut += len(wish.strip()) > WISH_CHARACTERS
    for name in also:
        if len(kept) < WISHES_MAX:
            kept.setdefault(_wish_key(name), name)
    for wish in kept.values():
        sought.found[wish] = library.search(wish, _SEARCHED)
        if not sought.found[wish]:
            said = _short(wish)
            sought.notes.append(
                Note(kind="nothing_found", call=said, message=f"no tool was found for the wish {said!r}")
            )
    if empty:
        sought.notes.append(
            Note(kind="empty_wish", message=f"{_count_in_words(empty, 'wish', 'wishes')} held no word to search with")
        )
    if cut:
        message = f"{_count_in_words(cut, 'wish was', 'wishes were')} read to the {WISH_CHARACTERS}th character"
        sought.notes.append(Note(kind="cut_wish", message=message))
    if too_many:
        message = f"of {len(given)} tools and {len(wanted)} wishes the first {TOOLS_MAX} and {WISHES_MAX} were read"
        sought.notes.append(Note(kind="too_many_wishes", message=message))
    return sought


def _sort_names(library: SampleLibrary, names: Iterable[str], sought: Sought) -> Iterator[str]:
    """Put names that may be used into what is sought, notes for others; yield wishes for what comes near to one."""
    for given in names:
        bare = _AROUND_NAME.match(given)
        name = given if given in library.registry or bare is None else bare[1]
        if library.holds(name):
            if name not in sought.tools:
                sought.tools.append(name)
        elif name in library.without:
            message = f"{name} failed in an earlier attempt; this sample does without it"
            sought.notes.append(Note(kind="left_out", call=name, message=message))
        elif name in library.registry:
            why = library.registry.verdict(name, library.permissions).reason
            sought.notes.append(Note(kind="not_allowed", call=name, message=f"{name} may not run here ({why})"))
        else:
            near = library.nearest(name)
            offered = f"; nearest are {', '.join(near)}" if near else " and none like it"
            said = _short(name)
            sought.notes.append(Note(kind="unknown_tool", call=said, message=f"there is no tool {said!r}{offered}"))
            if near:
                # A slip of the pen is that tool; else what the name says is a wish.
                yield next(iter(get_close_matches(name, near, 1, _ALIKE)), name)


def tools_in_words(text: str, library: SampleLibrary, called: Collection[str]) -> list[str]:
    """Return the tools that the words want: those they praise, and those that nobody has called yet."""
    marked = {name for pair in _MARKED.findall(text) for name in pair}
    said = list(dict.fromkeys(_NAME.findall(text)))[:_WORDS_LOOKED_AT]
    names = [name for name in said if (name in marked or _LIKE_A_NAME.search(name)) and library.holds(name)]
    advice = read_gradient(text, names, (), ())
    return [
        name for name in names if name in advice.try_tools or (name not in called and name not in advice.avoid_tools)
    ]


def steer(
    gradient: Gradient, library: SampleLibrary, batch: Collection[str], called: Collection[str], size: int
) -> tuple[list[str], Gradient]:
    """Return the tools that the next batch of `size` begins with, at most half of it, and the gradient with notes.

    `batch` are the tools of the batch that the gradient was written for, `called` those called so far. Blocks.
    """
    sought = seek(library, gradient.tools, gradient.wishes)
    named = [*sought.tools, *tools_in_words(gradient.text, library, called)]
    brought = zip_longest(*(_brought(found, batch) for found in sought.found.values()))
    first = dict.fromkeys([*named, *(name for row in brought for name in row if name is not None)])
    return list(first)[: max(size // 2, 1)], with_notes(gradient, sought.notes)


def _brought(found: list[str], batch: Collection[str]) -> list[str]:
    """Return what a wish brings: the best, at least one of them a tool that the last batch had not, where there is."""
    new = [name for name in found if name not in batch]
    best = found[:_PER_WISH]
    if not new or new[0] in best:
        return best
    return [*best[:-1], new[0]]


def with_notes(gradient: Gradient, notes: Iterable[Note]) -> Gradient:
    """Return the gradient with those notes that it does not have yet; the same where there is none."""
    fresh = [note for note in notes if note not in gradient.notes]
    return gradient.model_copy(update={"notes": [*gradient.notes, *fresh]}) if fresh else gradient


def _clean(text: str) -> str:
    return " ".join(without_controls(text[: 4 * WISH_CHARACTERS]).split())[:WISH_CHARACTERS].strip()


def _wish_key(text: str) -> str:
    """Return what two wishes have in common that are one."""
    return " ".join(dict.fromkeys(words_in(text)))


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def _count_in_words(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"
