"""The tools of a run, by name, and the process-wide cache of registries."""

import asyncio
import os
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import replace
from difflib import get_close_matches

from tool_registry.admission import check_spec
from tool_registry.sources.parse import BuiltinSource, parse_spec
from tool_registry.spec import ToolSpec, mapped_name
from tool_registry.threads import in_thread, start
from tool_registry.tool import Loaded, LoadError, Tool

__all__ = ["LoadError", "Tool", "ToolRegistry", "UnknownToolError", "get_registry", "load_registry"]


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
        # As they were given, under another name or not; by identity, for two tools may be equal.
        self._added: dict[int, Tool] = {}
        self.problems: list[str] = []

    def add(self, tool: Tool) -> None:
        """Add a tool; the very same tool a second time (from overlapping specs) is ignored.

        A name that is taken is mapped by `mapped_name`, so that the result depends on the order of adding
        alone, and the tool's own name is kept as `original_name`. Raises LoadError for schemas that
        `check_spec` refuses.
        """
        spec = tool.spec
        if id(tool) in self._added:
            return
        check_spec(spec)
        if spec.name in self._tools:
            original = spec.original_name or spec.name
            spec = spec.model_copy(
                update={"name": mapped_name(original, self._tools.keys()), "original_name": original}
            )
        self._tools[spec.name] = tool if spec is tool.spec else replace(tool, spec=spec)
        self._added[id(tool)] = tool

    def get(self, name: str) -> Tool:
        """Return the tool. Raises UnknownToolError."""
        try:
            return self._tools[name]
        except KeyError:
            raise UnknownToolError(name, self.names) from None

    @property
    def names(self) -> list[str]:
        """The names, sorted."""
        return sorted(self._tools)

    @property
    def specs(self) -> dict[str, ToolSpec]:
        """The specs by name, sorted by name."""
        return {name: self._tools[name].spec for name in self.names}

    def __len__(self) -> int:
        return len(self._tools)

    def __contains__(self, name: object) -> bool:
        return name in self._tools


def load_registry(specs: Sequence[str]) -> ToolRegistry:
    """Return a registry of the tools that the specs name, in their order; a repeated spec counts once.

    It imports modules and reads files: on an event loop use `get_registry`. Raises LoadError for a spec that
    cannot be read or loaded, a tool that is refused, and when no tool is left.
    """
    if isinstance(specs, str):
        raise TypeError(f"specs is a list of tool specs: write [{specs!r}]")
    registry = ToolRegistry()
    for text in dict.fromkeys(specs):
        loaded = _load(text)
        registry.problems.extend(loaded.problems)
        for tool in loaded.tools:
            registry.add(tool)
    if not len(registry):
        named = ", ".join(specs) or "an empty list of tool specs"
        raise LoadError(f"there are no tools in {named}. Name at least one: `--tools builtin` has all built-in tools.")
    return registry


def _load(text: str) -> Loaded:
    # Sources are imported when they are asked for: each brings packages that the others do not need.
    source = parse_spec(text)
    if isinstance(source, BuiltinSource):
        from tool_registry.sources import builtin

        return builtin.load(source)
    from tool_registry.sources import python

    return python.load(source)


_cache: dict[tuple[str | None, tuple[str, ...]], "Future[ToolRegistry]"] = {}


async def get_registry(specs: Sequence[str]) -> ToolRegistry:
    """Return the process's registry for the specs, loaded in a thread and once, whichever loops await it.

    For specs of Python tools it belongs to the working directory too, which their names are relative to. A
    failed load is not kept: the next call tries again. Raises LoadError as `load_registry` does.
    """
    if isinstance(specs, str):
        raise TypeError(f"specs is a list of tool specs: write [{specs!r}]")
    here = None
    if any(text.strip().startswith("python:") for text in specs):
        # In a thread because `langgraph dev` counts it as a blocking call.
        here = await in_thread(os.getcwd)
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


def _fill(key: tuple[str | None, tuple[str, ...]], future: "Future[ToolRegistry]") -> None:
    try:
        registry = load_registry(key[1])
    except BaseException as error:
        del _cache[key]
        future.set_exception(error)
    else:
        future.set_result(registry)
