"""What `toolgrad probe` learned of tools: schemas of their results, and which of them do not work."""

import hashlib
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tool_registry.result import ErrorKind
from tool_registry.sessions.instance import Effect
from tool_registry.spec import ToolSpec
from tool_registry.tool import LoadError, Tool

#: How a profile is named among the tool specs.
PREFIX = "profile:"

#: `works`: a call gave a result. `dead`: each failed, and not for its arguments. `unknown`: nothing can be told.
#: `skipped`: not called, as it may not run or has no example arguments.
Status = Literal["works", "dead", "unknown", "skipped"]


class ToolProfile(BaseModel):
    """What is known of one tool. `spec` is the digest of what the tool was when it was probed.

    `effects` says of a stateful tool what its calls that worked did to their instances. It is for people, who may
    declare it: a tool does not become read-only by it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    spec: str
    status: Status
    calls: int = Field(default=0, ge=0)
    failures: dict[ErrorKind, int] = {}
    reason: str = ""
    output_schema: dict[str, Any] | None = None
    effects: dict[Effect, int] = {}


class Profile(BaseModel):
    """The file: tools by name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    profile_version: Literal[1] = 1
    tools: dict[str, ToolProfile]

    def apply_to(self, tool: Tool) -> Tool:
        """Return the tool with a learned result schema where it declares none; a dead one is denied.

        What was learned of a tool that has changed since, or of another one, says nothing.
        """
        known = self.tools.get(tool.spec.name)
        if known is None or known.spec != digest_of(tool.spec):
            return tool
        if known.status == "dead":
            if tool.treatment.denied is not None:
                return tool
            denied = f"{tool.spec.name} did not work when it was probed ({known.reason})"
            return replace(tool, treatment=replace(tool.treatment, denied=denied), origin=tool.origin or tool)
        if known.output_schema is None or tool.spec.output_schema is not None:
            return tool
        spec = tool.spec.model_copy(update={"output_schema": known.output_schema})
        return replace(tool, spec=spec, origin=tool.origin or tool)


def digest_of(spec: ToolSpec) -> str:
    """Return a digest of what the source says of the tool: name, description, parameters, declared result."""
    said = [spec.name, spec.description, spec.parameters, spec.output_schema]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]


def read_profile(path: str) -> Profile:
    """Return the profile in a file. Raises LoadError when there is none."""
    try:
        return Profile.model_validate_json(Path(path).expanduser().read_bytes())
    except OSError as error:
        raise LoadError(
            f"{PREFIX}{path}: cannot be read: {error.strerror}. Write one: toolgrad probe --out {path}"
        ) from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise LoadError(
            f"{PREFIX}{path}: not a profile ({place or 'the whole'}: {first['msg']}). "
            f"Write one: toolgrad probe --out {path}"
        ) from error


def write_profile(profile: Profile, path: Path) -> None:
    """Write the profile, whole or not at all. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.partial")
    partial.write_text(profile.model_dump_json(indent=1, exclude_defaults=False) + "\n", encoding="utf-8")
    os.replace(partial, path)
