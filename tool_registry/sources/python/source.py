"""Tools from Python: functions, LangChain tools, lists of either, and objects with their public methods."""

import inspect
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from langchain_core.tools import BaseTool

from tool_registry.declare import Declared, declaration_of
from tool_registry.sources.config import SourceConfig
from tool_registry.sources.langchain import langchain_tool
from tool_registry.sources.parse import python_source
from tool_registry.sources.python.function import function_tool
from tool_registry.sources.python.importing import import_source, user_line
from tool_registry.sources.python.instances import stateful_tools
from tool_registry.sources.python.phrases import unknown_sections
from tool_registry.sources.python.toolkit import is_toolkit, tools_in
from tool_registry.sources.python.words import in_words
from tool_registry.tool import Loaded, LoadError, Tool

_ALLOWED = "a function with type hints, a LangChain tool, a list of either, or an object with public methods"
#: Packages whose base classes bring public methods that are no tools.
_FRAMEWORKS = frozenset({"builtins", "abc", "typing", "typing_extensions", "pydantic", "enum", "collections"})


def load(config: SourceConfig) -> Loaded:
    """Return the tools that the target's attribute stands for; in `problems` what of it cannot be a tool.

    Raises LoadError as `import_source` does, where nothing of it can be a tool and, with `stateful`, as
    `stateful_tools` does.
    """
    source = python_source(config.target)
    module, value = import_source(source)
    last = Path(source.module).stem if source.is_file else source.module.rpartition(".")[2]
    loaded = tools_of(value, f"{source.module}:{source.attribute}", in_words(last), config)
    return Loaded(loaded.tools, [*loaded.problems, *unknown_sections(module)], loaded.secrets)


def tools_of(value: Any, where: str, category: str, config: SourceConfig) -> Loaded:
    """Return the tools that the value stands for, as `load` does; `where` is what messages call it."""

    def collect(value: Any) -> Loaded:
        loaded = Loaded([])
        _collect(value, where, category, loaded)
        if loaded.problems and not loaded.tools:
            raise LoadError("\n".join(loaded.problems))
        return loaded

    return stateful_tools(value, where, config.label, collect) if config.stateful else collect(value)


def _collect(value: Any, where: str, category: str, into: Loaded) -> None:
    if isinstance(value, BaseTool):
        into.tools.append(langchain_tool(value, category))
    elif is_toolkit(value):
        _collect(tools_in(value, {}, where), where, category, into)
    elif isinstance(value, list | tuple):
        for position, item in enumerate(value):
            _collect_item(item, f"{where}[{position}]", category, into)
    elif inspect.isroutine(value) or (callable(value) and hasattr(value, "__wrapped__")):
        into.tools.append(function_tool(value, declaration_of(value), category))
    elif isinstance(value, type):
        _collect(_instance(value, where), where, category, into)
    elif isinstance(value, ModuleType) or type(value).__module__ == "builtins":
        raise LoadError(f"{where} is a {type(value).__name__}: it must be {_ALLOWED}")
    else:
        _collect_methods(value, where, into)


def _collect_item(item: Any, where: str, category: str, into: Loaded) -> None:
    """Add the tools of one item among others: what is wrong with it costs itself."""
    try:
        _collect(item, where, category, into)
    except LoadError as error:
        said = str(error)
        into.problems.append(said if said.startswith(where) else f"{where} is skipped: {said}")
    except Exception as error:
        # Reading it runs code of its own: properties, descriptors, schemas that it makes itself.
        name = item.name if isinstance(item, BaseTool) else type(item).__name__
        into.problems.append(f"{where} ({name}) is skipped: {type(error).__name__}: {error}{user_line(error)}")


def _instance(kind: type, where: str) -> Any:
    if kind.__module__ == "builtins":
        raise LoadError(f"{where} is the class {kind.__name__}: it must be {_ALLOWED}")
    try:
        return kind()
    except Exception as error:
        raise LoadError(
            f"{where}: the class {kind.__name__} cannot be made without arguments "
            f"({type(error).__name__}: {error}){user_line(error)}. Name an instance of it instead."
        ) from error


def _collect_methods(value: Any, where: str, into: Loaded) -> None:
    kind = type(value)
    category = in_words(kind.__name__)
    tools: list[Tool] = []
    problems: list[str] = []
    for name in _public_methods(kind):
        method = getattr(value, name)
        try:
            tools.append(function_tool(method, _declaration(method, value), category))
        except LoadError as error:
            problems.append(f"{kind.__name__}.{name} is skipped: {error}")
        except Exception as error:
            problems.append(f"{kind.__name__}.{name} is skipped: {type(error).__name__}: {error}")
    if not tools:
        why = "; ".join(problems) or f"it must be {_ALLOWED}"
        raise LoadError(f"{where} is a {kind.__name__} without a public method that can be a tool: {why}")
    into.tools.extend(tools)
    into.problems.extend(problems)


def _declaration(method: Any, owner: Any) -> Declared:
    return declaration_of(method).over(declaration_of(owner))


def _public_methods(kind: type) -> Iterator[str]:
    """Yield names in order of definition, base classes first; properties are not touched."""
    seen: set[str] = set()
    for each in reversed(kind.__mro__):
        if each.__module__.partition(".")[0] in _FRAMEWORKS:
            continue
        for name in vars(each):
            if name.startswith("_") or name in seen:
                continue
            if isinstance(inspect.getattr_static(kind, name), FunctionType | staticmethod | classmethod):
                seen.add(name)
                yield name
