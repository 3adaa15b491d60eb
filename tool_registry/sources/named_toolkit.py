"""A toolkit by its name: one of ours alone, or one that an installed package gives."""

from tool_registry.builtin import TOOLKITS
from tool_registry.extensions import ExtensionError
from tool_registry.sources import builtin
from tool_registry.sources.config import SourceConfig
from tool_registry.sources.python import source as python
from tool_registry.sources.python.words import in_words
from tool_registry.tool import Loaded, LoadError


def load(config: SourceConfig) -> Loaded:
    """Return the toolkit's tools. Raises LoadError for a name that no toolkit has, and as the Python source does."""
    name = config.target
    if name in TOOLKITS.own_names:
        return Loaded(list(builtin.tools_of(name)))
    try:
        kit = TOOLKITS.get(name)
    except ExtensionError as error:
        raise LoadError(str(error)) from error
    try:
        return python.tools_of(kit, f"toolkit:{name}", in_words(name), config)
    except LoadError as error:
        raise LoadError(f"{error}\nIt is of {TOOLKITS.plugin(name)}.") from error
