"""What can be added by name: our own kinds, and those that installed packages give by entry points of the same form.

    FORMATS = ExtensionPoint("toolgrad.formats", "export format", OURS, checked)
    FORMATS.get("trl")      # ours: imported now, no entry point is read
    FORMATS.get("mine")     # a package's, or an ExtensionError that says what there is
    FORMATS.names()         # ours in their order, then the packages'

Entry points are read (some 40 ms) only where a name is not ours or a list is shown. A plugin whose name is taken, that
cannot be imported or is not what its group holds is left out, and said to be where a list is shown: it is an error only
for who asks for it by name. docs/extending.md has what each group holds.
"""

import re
import sys
import traceback
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from importlib import import_module
from importlib.metadata import Distribution, distributions
from typing import Any, Generic, TypeVar

T = TypeVar("T")

#: What names look like: they stand before a colon (`openai:MODEL`) and in lists of names.
NAME = r"[a-z][a-z0-9_.-]{0,63}"
_PREFIX = "toolgrad."
_VALUE = re.compile(r"[A-Za-z_][\w.]*\s*:\s*[A-Za-z_][\w.]*\s*(?:\[.*\])?")
#: Folders that were put on sys.path for a user's modules: nothing in them is installed, whatever it calls itself.
not_installed: set[str] = set()


class ExtensionError(ValueError):
    """A name stands for nothing that can be used; the message says why and what is allowed."""


@dataclass(frozen=True)
class Plugin:
    """An entry point of an installed package."""

    group: str
    name: str
    value: str
    distribution: str
    version: str

    @property
    def package(self) -> str:
        """The distribution and its version, such as `toolgrad-shop 1.2`."""
        return f"{self.distribution} {self.version}"

    def __str__(self) -> str:
        return f"{self.package}, entry point `{self.name} = {self.value}` of {self.group}"


class ExtensionPoint(Generic[T]):
    """The things of one kind by name.

    `own` are ours: as they are, or where they stand (`package.module:attribute`), to be imported when asked for.
    `checked` takes what an entry point stands for and its name, and returns what is used; it raises ValueError, in
    words that go on from "it", for anything else. `reserved` are names that mean something already.
    """

    def __init__(
        self,
        group: str,
        noun: str,
        own: Mapping[str, T | str],
        checked: Callable[[Any, str], T],
        reserved: Collection[str] = (),
    ) -> None:
        self.group = group
        self.noun = noun
        self.own_names = tuple(own)
        self._own = own
        self._checked = checked
        self._reserved = frozenset(reserved)
        self._loaded: dict[str | Plugin, T] = {}

    def get(self, name: str) -> T:
        """Return what the name stands for. Raises ExtensionError: no such name, or a plugin that cannot be used."""
        if name in self._own:
            if name not in self._loaded:
                value = self._own[name]
                self._loaded[name] = self._checked(_at(value), name) if isinstance(value, str) else value
            return self._loaded[name]
        plugin = self.plugin(name)
        if plugin is None:
            raise ExtensionError(self._unknown(name))
        return self._load(plugin)

    def plugin(self, name: str) -> Plugin | None:
        """Return who gives the name; None for ours and for what nobody gives, or several do."""
        return None if name in self._own else self._usable()[0].get(name)

    def names(self) -> list[str]:
        """Return the names, ours in their order and then the plugins'; what a plugin stands for is not imported."""
        return [*self._own, *sorted(self._usable()[0])]

    def own(self) -> dict[str, T]:
        """Return ours, imported."""
        return {name: self.get(name) for name in self._own}

    def everything(self) -> tuple[dict[str, T], list[str]]:
        """Return all that can be used, imported, and what is wrong with the plugins that cannot, in words."""
        plugins, problems = self._usable()
        found = self.own()
        for name in sorted(plugins):
            try:
                found[name] = self._load(plugins[name])
            except ExtensionError as error:
                problems = [*problems, str(error)]
        return found, problems

    def problems(self) -> list[str]:
        """Return what is wrong with plugins that need not be imported to say so, in words."""
        return self._usable()[1]

    def _usable(self) -> tuple[dict[str, Plugin], list[str]]:
        by_name: dict[str, list[Plugin]] = {}
        problems = []
        for plugin in installed_plugins(self.group):
            why = None
            if plugin.name in self._own:
                why = f"{plugin.name} is toolgrad's own {self.noun}"
            elif plugin.name in self._reserved:
                why = f"{plugin.name} means something else already"
            elif not re.fullmatch(NAME, plugin.name):
                why = "a name is lower-case letters, digits, `-`, `_` and `.`, a letter first"
            if why is None:
                by_name.setdefault(plugin.name, []).append(plugin)
            else:
                problems.append(f"{plugin} is left out: {why}. Its author must give it another name.")
        for name, given in by_name.items():
            if len(given) > 1:
                problems.append(
                    f"the {self.noun} {name} is left out: {len(given)} packages give it "
                    f"({'; '.join(map(str, given))}). Uninstall all but one."
                )
        return {name: given[0] for name, given in by_name.items() if len(given) == 1}, problems

    def _load(self, plugin: Plugin) -> T:
        if plugin not in self._loaded:
            if not _VALUE.fullmatch(plugin.value):
                raise ExtensionError(f"{plugin} cannot be used: {plugin.value!r} is not MODULE:ATTRIBUTE")
            try:
                value = _at(plugin.value)
            except (Exception, SystemExit) as error:
                raise ExtensionError(f"{plugin} cannot be imported: {_in_words(error)}") from error
            try:
                self._loaded[plugin] = self._checked(value, plugin.name)
            except Exception as error:
                said = str(error) if type(error) is ValueError else _in_words(error)
                raise ExtensionError(f"{plugin} cannot be used: it {said}") from error
        return self._loaded[plugin]

    def _unknown(self, name: str) -> str:
        names = self.names()
        close = get_close_matches(name, names, n=1)
        meant = f" Did you mean {close[0]!r}?" if close else ""
        said = f"there is no {self.noun} {name!r}.{meant} Allowed: {', '.join(names)}"
        return "\n".join([said, *self.problems()])


def installed_plugins(group: str) -> list[Plugin]:
    """Return the entry points of the group in the installed packages, by package and name."""
    found = _read_installed(tuple(each for each in sys.path if each not in not_installed))
    return [plugin for plugin in found if plugin.group == group]


@lru_cache(maxsize=4)
def _read_installed(path: tuple[str, ...]) -> tuple[Plugin, ...]:
    seen: set[str] = set()
    found: dict[Plugin, None] = {}
    for distribution in distributions(path=list(path)):
        try:
            name, plugins = _of(distribution)
        except Exception:  # noqa: S112 - a folder that is damaged gives nothing; nobody asked for it
            continue
        # As in importing: what stands first on the path goes before.
        if name not in seen:
            seen.add(name)
            found.update(dict.fromkeys(plugins))
    return tuple(sorted(found, key=lambda each: (each.distribution.lower(), each.group, each.name, each.value)))


def _of(distribution: Distribution) -> tuple[str, list[Plugin]]:
    """Return the distribution's name as packaging compares it, and what it gives."""
    name = str(distribution.metadata["Name"])
    plugins = [
        Plugin(each.group, each.name, each.value, name, str(distribution.version))
        for each in distribution.entry_points
        if each.group.startswith(_PREFIX)
    ]
    return re.sub(r"[-_.]+", "-", name).lower(), plugins


def _at(place: str) -> Any:
    module, _, attribute = place.partition(":")
    value: Any = import_module(module.strip())
    for part in attribute.partition("[")[0].strip().split("."):
        value = getattr(value, part)
    return value


def _in_words(error: BaseException) -> str:
    last = "".join(traceback.format_exception_only(error)).strip().splitlines()[-1]
    return f"{last}{next(_places(error), '')}"


def _places(error: BaseException) -> Iterator[str]:
    if isinstance(error, SyntaxError):
        yield f" ({error.filename}, line {error.lineno})"
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if not frame.filename.startswith("<") and frame.filename != __file__ and "importlib" not in frame.filename:
            yield f" ({frame.filename}, line {frame.lineno})"
