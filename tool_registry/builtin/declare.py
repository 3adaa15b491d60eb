"""What the built-in toolkits declare alike."""

from functools import partial

from pydantic import ConfigDict, with_config
from typing_extensions import TypedDict

from tool_registry.declare import annotate


class ToolkitError(ValueError):
    """A built-in tool cannot answer: raised with words that a person can act on."""


@with_config(ConfigDict(extra="forbid"))
class Result(TypedDict):
    """The members that a result has, and no other."""


#: `annotate` for a pure computation: `tool = pure(category="units")`.
pure = partial(annotate, read_only=True, destructive=False, idempotent=True, open_world=False, deterministic=True)
