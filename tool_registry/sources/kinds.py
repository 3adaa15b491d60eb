"""The kinds of sources by name: ours, and those of installed packages (entry points of `toolgrad.sources`)."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from tool_registry.extensions import ExtensionPoint

if TYPE_CHECKING:
    from tool_registry.drawing.index import Library
    from tool_registry.tool import Loaded


@dataclass(frozen=True)
class SourceKind:
    """A kind of source: how its tools are loaded, and what may be said of one.

    `load` takes the configuration (`SourceConfig`), whose target has its `${NAME}` filled in, and returns the tools;
    it may block, and raises LoadError, in words for the user, where there are none. What it gives is brought under the
    configuration (allowed, denied, limited, redacted) by who calls it.

    `example` is a target, such as `servers.json`; empty where none is needed. `options` says whether it reads the
    configuration's `options`, `examples` whether users may give examples of its tools, `sessions` whether it gives a
    sample a session of its own under `stateful`. `forms` are its tool specs as lists of what is allowed show them
    (default: `NAME:EXAMPLE`); `check_target` raises LoadError for a target that cannot be one.
    """

    load: "Callable[..., Loaded]"
    example: str = ""
    options: bool = True
    examples: bool = True
    sessions: bool = False
    forms: tuple[str, ...] = ()
    check_target: Callable[[str], object] = str
    #: What the tools' specs have as `source`, where it is not the kind's name.
    gives: tuple[str, ...] = ()
    #: Whether `NAME:TARGET` is a tool spec, not only a table of a configuration file.
    has_short_form: bool = True
    #: The source as a library to be indexed on disk, or None for one that is read into memory.
    library: "Callable[..., Library | None]" = lambda _: None


def _in_module(module: str, function: str) -> Callable[..., Any]:
    """Return the module's function. It is imported when called: each kind brings packages that others do without."""

    def call(given: Any) -> Any:
        return getattr(import_module(f"tool_registry.sources.{module}"), function)(given)

    return call


def _load(module: str) -> "Callable[..., Loaded]":
    return _in_module(module, "load")


def _check(value: Any, name: str) -> SourceKind:
    if not isinstance(value, SourceKind):
        raise ValueError(
            f"is of type {type(value).__name__}; it must be a SourceKind of tool_registry.sources.kinds, such as "
            f"{name.upper().replace('-', '_')} = SourceKind(load=load)"
        )
    if not callable(value.load):
        raise ValueError(f"has a `load` of type {type(value.load).__name__}, which cannot be called")
    return value


SOURCES: ExtensionPoint[SourceKind] = ExtensionPoint(
    "toolgrad.sources",
    "kind of source",
    {
        "builtin": SourceKind(_load("builtin"), options=False, forms=("builtin", "builtin:CATEGORY")),
        "python": SourceKind(
            _load("python.source"),
            example="my_tools.py:TOOLS",
            options=False,
            sessions=True,
            forms=("python:package.module:attribute", "python:file.py:attribute"),
            check_target=_in_module("parse", "python_source"),
            gives=("python", "langchain"),
        ),
        "langchain": SourceKind(
            _load("langchain"),
            example="my_tools.py:TOOLKIT",
            sessions=True,
            check_target=_in_module("parse", "python_source"),
            gives=("python", "langchain"),
            has_short_form=False,
        ),
        "mcp": SourceKind(_load("mcp.source"), example="servers.json", sessions=True, forms=("mcp:FILE",)),
        "openapi": SourceKind(_load("openapi.source"), example="openapi.json", forms=("openapi:FILE", "openapi:URL")),
        "toolbench": SourceKind(
            _load("toolbench.source"),
            example="data/toolenv/tools",
            examples=False,
            forms=("toolbench:FOLDER",),
            library=_in_module("toolbench.libraries", "library_of"),
        ),
        "toolkit": SourceKind(
            _load("named_toolkit"),
            example="airports",
            options=False,
            sessions=True,
            forms=("toolkit:NAME",),
            gives=("builtin", "python", "langchain"),
        ),
    },
    _check,
    reserved=("config", "profile"),
)


def spec_forms() -> str:
    """Return how tool specs are written, and what is wrong with the plugins that are left out."""
    kinds, problems = SOURCES.everything()
    found = [
        form
        for name, kind in kinds.items()
        if kind.has_short_form
        for form in kind.forms or ((f"{name}:{kind.example}",) if kind.example else (name,))
    ]
    return "\n".join([f"Allowed: {', '.join([*found, 'profile:FILE'])}.", *problems])
