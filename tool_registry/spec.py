"""What a tool is: its name, schemas, category and annotations, as plain data."""

import hashlib
import re
from collections.abc import Collection
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from tool_registry.extensions import NAME

NAME_PATTERN = r"^[A-Za-z0-9_-]{1,64}$"
NAME_MAX = 64
#: Names of kinds of sources: ours, and those that installed packages add.
SOURCE_PATTERN = f"^{NAME}$"


class Annotations(BaseModel):
    """What a tool declares of its behaviour, with MCP's meaning; None is "not declared"."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    read_only: bool | None = None
    destructive: bool | None = None
    idempotent: bool | None = None
    open_world: bool | None = None
    deterministic: bool | None = None


class ToolSpec(BaseModel):
    """A tool as data: JSON-serialisable, with nothing live in it.

    `parameters` is a JSON Schema of type object; `output_schema` is a JSON Schema of the result or None
    when the source declares none. `original_name` is set when the source's own name had to be mapped to
    the pattern of `name`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(pattern=NAME_PATTERN)]
    description: str
    parameters: dict[str, Any]
    output_schema: dict[str, Any] | None = None
    category: str = "general"
    source: Annotated[str, Field(pattern=SOURCE_PATTERN, description="The kind of source that it is from.")]
    annotations: Annotations = Annotations()
    original_name: str | None = None


def mapped_name(original: str, taken: Collection[str] = ()) -> str:
    """Return a name that fits `NAME_PATTERN` and is not in `taken`, the same for the same inputs.

    A name that fits is kept. Other characters become `_`; a name that is cut or clashes ends in a hash of
    the original (and, for the same original twice, of its ordinal), so that mapping loses no distinction.
    """
    name = re.sub(r"[^A-Za-z0-9_-]+", "_", original).strip("_") or "tool"
    if len(name) <= NAME_MAX and name not in taken:
        return name
    ordinal = 0
    while True:
        digest = hashlib.sha256(f"{original}\0{ordinal}".encode()).hexdigest()[:8]
        candidate = f"{name[: NAME_MAX - 9]}_{digest}"
        if candidate not in taken:
            return candidate
        ordinal += 1
