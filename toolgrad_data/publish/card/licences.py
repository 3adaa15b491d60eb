"""Where each tool is from, and under which licence, as far as anybody says so.

A built-in tool's data come from packages: those that its module imports, directly or over this project's own modules;
their licences are what their metadata declare. Other tools have the licence that their source's table declares
(`licence = "MIT"`), where the run has one source of that kind. All else is not declared, and is said not to be.
"""

import ast
import json
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, metadata, packages_distributions
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from tool_registry.profiles.profile import PREFIX as PROFILE
from tool_registry.sources.config import SourceConfig
from tool_registry.sources.kinds import SOURCES
from tool_registry.sources.parse import parse_spec
from tool_registry.spec import ToolSpec
from tool_registry.tool import LoadError

NOT_DECLARED = "not declared"
_OWN = "this project"
_KITS = "tool_registry.builtin"
#: What modules import that gives no data: the language's and the project's own machinery.
#: A module of this package that all toolkits import; it has the names of these kinds of values.
_KINDS = "kinds"
_NAMED_KINDS = ("country-code", "currency-code", "language-code")
_MACHINERY = {"pydantic", "typing_extensions"}
_TEXT_MAX = 60


class Origin(NamedTuple):
    """Where a tool is from and its licence, in words."""

    source: str
    licence: str


def origins(specs: Iterable[ToolSpec], sources: Iterable[str]) -> dict[str, Origin]:
    """Return each tool's origin by name; `sources` are the run's tool specs."""
    configs = _configs(sources)
    kits = _modules_by_category() if any(spec.source == "builtin" for spec in specs) else {}
    found = {}
    for spec in specs:
        if spec.source == "builtin":
            named = _packages_of(_KINDS) if _names_countries(spec) else frozenset()
            found[spec.name] = _of_packages(
                named | (_packages_of(kits[spec.category]) if spec.category in kits else set())
            )
        else:
            found[spec.name] = _of_source(spec, configs)
    return found


def _names_countries(spec: ToolSpec) -> bool:
    """Say whether the tool takes or gives what the shared module of kinds has names for."""
    text = json.dumps([spec.parameters, spec.output_schema])
    return any(f'"format": "{kind}"' in text for kind in _NAMED_KINDS)


def licence_of_package(name: str) -> str:
    """Return what an installed package's metadata declare: the SPDX expression, the short text, or the classifiers."""
    try:
        about = metadata(name)
    except PackageNotFoundError:
        return NOT_DECLARED
    for member in ("License-Expression", "License"):
        said = str(about[member] or "") if member in about else ""
        if said and said != "UNKNOWN" and len(said) <= _TEXT_MAX and "\n" not in said:
            return said
    classified = [
        value.rpartition(" :: ")[2] for value in about.get_all("Classifier") or () if value.startswith("License ::")
    ]
    return ", ".join(classified) or NOT_DECLARED


def _of_packages(packages: Iterable[str]) -> Origin:
    listed = sorted(packages, key=str.lower)
    if not listed:
        return Origin(_OWN, licence_of_package("toolgrad-langgraph"))
    return Origin(", ".join(listed), "; ".join(f"{name}: {licence_of_package(name)}" for name in listed))


def _of_source(spec: ToolSpec, configs: Mapping[str, list[SourceConfig]]) -> Origin:
    same = configs.get(spec.source, [])
    labels = ", ".join(dict.fromkeys(config.label for config in same)) or spec.source
    declared = {config.licence for config in same}
    only = declared.pop() if len(declared) == 1 else None
    return Origin(labels, only or NOT_DECLARED)


def _configs(sources: Iterable[str]) -> dict[str, list[SourceConfig]]:
    found: dict[str, list[SourceConfig]] = {}
    for text in sources:
        if text.strip().startswith(PROFILE):
            continue
        try:
            config = parse_spec(text)
        except LoadError:
            continue
        # What is from our toolkits has the licences of its packages.
        for kind in SOURCES.get(config.kind).gives or (config.kind,):
            found.setdefault(kind, []).append(config)
    return found


@cache
def _modules_by_category() -> dict[str, str]:
    from tool_registry.builtin import TOOLKITS
    from tool_registry.sources.builtin import tools_of

    return {tool.spec.category: name for name in TOOLKITS.own_names for tool in tools_of(name)}


@cache
def _packages_of(module: str) -> frozenset[str]:
    """Return the distributions that a toolkit's module imports, over other modules of the toolkits too."""
    distributions = packages_distributions()
    names: set[str] = set()
    waiting, seen = [f"{_KITS}.{module}"], set()
    while waiting:
        current = waiting.pop()
        if current in seen:
            continue
        seen.add(current)
        for imported in _imports(current):
            top = imported.partition(".")[0]
            if imported.startswith(_KITS):
                waiting += [imported] if imported != f"{_KITS}.{_KINDS}" else []
            elif top in distributions and top not in _MACHINERY and top != "tool_registry":
                names.update(distributions[top][:1])
    return frozenset(names)


def _imports(module: str) -> set[str]:
    spec = find_spec(module)
    if spec is None or spec.origin is None:
        return set()
    found: set[str] = set()
    for node in ast.walk(ast.parse(Path(spec.origin).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            # `from tool_registry.builtin import kinds`
            found.update(f"{node.module}.{alias.name}" for alias in node.names if node.module == _KITS)
    return found
