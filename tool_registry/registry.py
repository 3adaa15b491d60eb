"""The tools of a run, by name, and the process-wide cache of registries."""

import asyncio
import os
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from difflib import get_close_matches
from itertools import chain, islice

from tool_registry.calling.threads import in_thread, start
from tool_registry.drawing.index import Catalogue, CataloguePool, catalogue_folder, open_catalogue
from tool_registry.drawing.search import SearchIndex, memory_index
from tool_registry.drawing.tool_graph import JoinedPool, MemoryPool, ToolPool
from tool_registry.permissions import Permissions, Verdict
from tool_registry.profiles.profile import PREFIX as PROFILE_PREFIX
from tool_registry.profiles.profile import Profile, read_profile
from tool_registry.profiles.profiled import ProfiledLibrary
from tool_registry.sessions.instance import StatefulSource
from tool_registry.sources.admission import check_spec, plain_spec
from tool_registry.sources.config import SourceConfig
from tool_registry.sources.configured import load_source
from tool_registry.sources.kinds import SOURCES
from tool_registry.sources.parse import context_values, parse_spec
from tool_registry.spec import ToolSpec, mapped_name
from tool_registry.tool import LoadError, Tool

__all__ = ["LoadError", "Tool", "ToolRegistry", "UnknownToolError", "get_registry", "load_registry"]


#: Pools that are kept: one for each set of tools that samples do without.
_POOLS_MAX = 32


class UnknownToolError(KeyError):
    """A registry has no tool of that name; the message names close ones."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        close = get_close_matches(name, known, n=3)
        meant = f" Did you mean {' or '.join(close)}?" if close else ""
        self.name = name
        self.message = f"there is no tool {name!r} among the {len(known)} loaded.{meant} Run: toolgrad tools"
        super().__init__(self.message)

    def __str__(self) -> str:
        # KeyError would show the message as a quoted string.
        return self.message


class ToolRegistry:
    """Tools by unique name. `problems` says what was skipped while loading, and why."""

    def __init__(self) -> None:
        self._tools: dict[str, Tool] = {}
        # As their source made them, and the name they have here; by identity, for two tools may be equal.
        self._added: dict[int, tuple[Tool, str]] = {}
        self.problems: list[str] = []
        #: Whether a tool of a stateful source is among them.
        self.has_stateful = False
        # With the names that some of its tools have here, by their names there.
        self._catalogues: list[tuple[Catalogue, dict[str, str]]] = []
        self._pools: dict[tuple[Permissions, frozenset[str]], ToolPool] = {}
        self._index: SearchIndex | None = None

    def add(self, tool: Tool) -> None:
        """Add a tool; the very same tool a second time (from overlapping specs) is ignored unless it is denied.

        A name that is taken is mapped by `mapped_name`, so that the result depends on the order of adding
        alone, and the tool's own name is kept as `original_name`. Raises LoadError for schemas that
        `check_spec` refuses.
        """
        spec = tool.spec
        origin = tool.origin or tool
        self._pools.clear()
        self._index = None
        if id(origin) in self._added:
            # Deny wins, whichever of the specs says so.
            name = self._added[id(origin)][1]
            if tool.treatment.denied is not None:
                self._tools[name] = replace(self._tools[name], treatment=tool.treatment)
            return
        spec = plain_spec(spec)
        check_spec(spec)
        if spec.name in self:
            original = spec.original_name or spec.name
            spec = spec.model_copy(update={"name": mapped_name(original, self), "original_name": original})
        self.has_stateful = self.has_stateful or tool.binding is not None
        self._tools[spec.name] = tool if spec is tool.spec else replace(tool, spec=spec)
        self._added[id(origin)] = (origin, spec.name)

    def attach(self, catalogue: Catalogue) -> None:
        """Add all tools of an index on disk, without reading them; names that are taken are mapped as in `add`."""
        taken = [name for name in (self._tools if not self._catalogues else catalogue) if name in self]
        aliases: dict[str, str] = {}
        for name in taken:
            if name in catalogue:
                aliases[name] = mapped_name(name, _Names(self, catalogue, aliases.values()))
        self._catalogues.append((catalogue, aliases))
        self._pools.clear()
        self.problems.extend(catalogue.problems)

    def learn(self, profile: Profile) -> None:
        """Take what a probe has learned into the tools in memory; a catalogue is written with it."""
        self._tools = {name: profile.apply_to(tool) for name, tool in self._tools.items()}
        self._pools.clear()
        self._index = None

    def get(self, name: str) -> Tool:
        """Return the tool. Raises UnknownToolError."""
        if name in self._tools:
            return self._tools[name]
        for catalogue, aliases in self._catalogues:
            if name in aliases.values():
                original = next(own for own, alias in aliases.items() if alias == name)
                tool = catalogue[original]
                spec = tool.spec.model_copy(update={"name": name, "original_name": tool.spec.original_name or original})
                return replace(tool, spec=spec)
            if name not in aliases and name in catalogue:
                return catalogue[name]
        raise UnknownToolError(name, self.names)

    def verdict(self, name: str, permissions: Permissions) -> Verdict:
        """Return whether the tool may run under the permissions. Raises UnknownToolError."""
        return self.get(name).verdict(permissions)

    def stateful_source(self, name: str) -> StatefulSource | None:
        """Return the source whose instances call the tool, or None where it has no state, or is not there."""
        binding = self.get(name).binding if name in self else None
        return binding.source if binding is not None else None

    def pool(self, permissions: Permissions, without: frozenset[str] = frozenset()) -> ToolPool:
        """Return the tools that may run under the permissions, to draw from.

        Those of `without` are not even looked at; but a catalogue's are in the pool, and whoever draws leaves them out.
        """
        key = (permissions, without.intersection(self._tools))
        if key not in self._pools:
            if len(self._pools) >= _POOLS_MAX:
                self._pools.clear()
            mine = {name: tool.spec for name, tool in self._tools.items() if name not in key[1]}
            mine = {name: spec for name, spec in mine.items() if self._tools[name].verdict(permissions).runs}
            pools = [CataloguePool(catalogue, permissions, aliases) for catalogue, aliases in self._catalogues]
            self._pools[key] = JoinedPool([MemoryPool(mine), *pools]) if pools else MemoryPool(mine)
        return self._pools[key]

    def search(self, text: str, pool: ToolPool, count: int) -> list[str]:
        """Return up to `count` names of the pool's tools that the words of the text find, the best first.

        Blocks: the first search makes the index of the tools in memory.
        """
        if self._index is None:
            self._index = memory_index({name: tool.spec for name, tool in self._tools.items()})
        indexes: list[tuple[SearchIndex, Mapping[str, str]]] = [(self._index, {})]
        indexes += [(catalogue.search, aliases) for catalogue, aliases in self._catalogues]
        # By place, for scores of two indexes do not compare: what is rare in one may be common in the other.
        best: list[tuple[int, float, str]] = []
        for index, aliases in indexes:
            names = ((hit.score, aliases.get(hit.name, hit.name)) for hit in index.hits(text))
            allowed = islice((each for each in names if each[1] in pool), count)
            best += [(place, -score, name) for place, (score, name) in enumerate(allowed)]
        return [name for *_, name in sorted(best)[:count]]

    @property
    def names(self) -> list[str]:
        """The names, sorted."""
        return sorted(self)

    @property
    def specs(self) -> Mapping[str, ToolSpec]:
        """The specs by name, sorted by name; those of a catalogue are read when they are asked for."""
        if self._catalogues:
            return _Specs(self)
        return {name: self._tools[name].spec for name in self.names}

    def __iter__(self) -> Iterator[str]:
        yield from self._tools
        for catalogue, aliases in self._catalogues:
            yield from (aliases.get(name, name) for name in catalogue)

    def __len__(self) -> int:
        return len(self._tools) + sum(len(catalogue) for catalogue, _ in self._catalogues)

    def __contains__(self, name: object) -> bool:
        return name in self._tools or any(
            name in aliases.values() or (name not in aliases and name in catalogue)
            for catalogue, aliases in self._catalogues
        )


class _Names(Collection[str]):
    """Names that are taken, in several places."""

    def __init__(self, *places: Collection[str]) -> None:
        self._places = places

    def __contains__(self, name: object) -> bool:
        return any(name in place for place in self._places)

    def __iter__(self) -> Iterator[str]:
        return chain(*self._places)

    def __len__(self) -> int:
        return sum(map(len, self._places))


class _Specs(Mapping[str, ToolSpec]):
    """The specs of a registry by name, each read when it is asked for."""

    def __init__(self, registry: ToolRegistry) -> None:
        self._registry = registry

    def __getitem__(self, name: str) -> ToolSpec:
        return self._registry.get(name).spec

    def __contains__(self, name: object) -> bool:
        return name in self._registry

    def __iter__(self) -> Iterator[str]:
        return iter(self._registry.names)

    def __len__(self) -> int:
        return len(self._registry)


def load_registry(specs: Sequence[str]) -> ToolRegistry:
    """Return a registry of the tools that the specs name, in their order; a repeated spec counts once.

    It imports modules, reads files and may start servers: on an event loop use `get_registry`. What cannot be
    loaded of a source, or none of it, is among `problems` and the other sources are loaded all the same. Raises
    LoadError for a spec that cannot be read, for a failure of a source that is `strict`, and when no tool is
    left. A profile (`profile:FILE`) brings no tools: it says what a probe learned of those of all other specs.
    """
    if isinstance(specs, str):
        raise TypeError(f"specs is a list of tool specs: write [{specs!r}]")
    registry = ToolRegistry()
    profiles = [text.strip() for text in dict.fromkeys(specs) if text.strip().startswith(PROFILE_PREFIX)]
    learned = [read_profile(text.removeprefix(PROFILE_PREFIX)) for text in profiles]
    specs = [text for text in specs if not text.strip().startswith(PROFILE_PREFIX)]
    # All of them before any is loaded: a mistake in the last one should not wait for the first one's server.
    configs = [parse_spec(text) for text in dict.fromkeys(specs)]
    context_values(tuple(specs))
    for config in configs:
        try:
            _load_into(registry, config, learned)
        except LoadError as error:
            if config.strict or len(set(specs)) == 1:
                raise
            registry.problems.append(f"{config.label} is left out: {error}")
    if not len(registry):
        if registry.problems:
            raise LoadError("there are no tools: " + "\n".join(registry.problems))
        named = ", ".join([*specs, *profiles]) or "an empty list of tool specs"
        raise LoadError(f"there are no tools in {named}. Name at least one: `--tools builtin` has all built-in tools.")
    for profile in learned:
        registry.learn(profile)
    return registry


def _load_into(registry: ToolRegistry, config: SourceConfig, learned: Sequence[Profile]) -> None:
    library = SOURCES.get(config.kind).library(config)
    if library is not None:
        library = ProfiledLibrary(library, learned) if learned else library
        try:
            catalogue = open_catalogue(library)
        except (OSError, sqlite3.Error) as error:
            raise LoadError(
                f"{config.label}: its index cannot be kept in {catalogue_folder()} ({error}). "
                "Name another folder: TOOLGRAD_CACHE=FOLDER"
            ) from error
        if not len(catalogue):
            raise LoadError("\n".join([f"{config.label}: no tool of the library can be used", *catalogue.problems[:5]]))
        registry.attach(catalogue)
        return
    loaded = load_source(config)
    problems = list(loaded.problems)
    for tool in loaded.tools:
        try:
            registry.add(tool)
        except LoadError as error:
            problems.append(f"{config.label}: {error}")
    if config.strict and problems:
        raise LoadError(f"{config.label} is strict: " + "\n".join(problems))
    registry.problems.extend(problems)


_cache: dict[tuple[str | None, tuple[str, ...]], "Future[ToolRegistry]"] = {}


async def get_registry(specs: Sequence[str]) -> ToolRegistry:
    """Return the process's registry for the specs, loaded in a thread and once, whichever loops await it.

    But for built-in tools it belongs to the working directory too, which files are relative to. A
    failed load is not kept: the next call tries again. Raises LoadError as `load_registry` does.
    """
    if isinstance(specs, str):
        raise TypeError(f"specs is a list of tool specs: write [{specs!r}]")
    here = None
    if any(text.strip().partition(":")[0] != "builtin" for text in specs):
        here = await _working_directory()
    key = (here, tuple(specs))
    mine: Future[ToolRegistry] = Future()
    # One atomic step instead of a lock, which an event loop should not wait for.
    loading = _cache.setdefault(key, mine)
    if loading is mine:
        mine.set_running_or_notify_cancel()
        start(_fill, key, mine)
    if loading.done():
        return loading.result()
    return await asyncio.wrap_future(loading)


async def _working_directory() -> str:
    """Return it; every node asks, so only where that counts as a blocking call (`langgraph dev`) in a thread."""
    try:
        return os.getcwd()
    except OSError:
        raise
    except Exception:
        return await in_thread(os.getcwd)


def _fill(key: tuple[str | None, tuple[str, ...]], future: "Future[ToolRegistry]") -> None:
    try:
        registry = load_registry(key[1])
    except BaseException as error:
        del _cache[key]
        future.set_exception(error)
    else:
        future.set_result(registry)
