"""Which tools may run: what a tool does not declare counts as what its source says it is.

| source | read_only when not declared | deterministic when not declared |
|---|---|---|
| builtin | true | true |
| mcp | null | false |
| openapi | from the HTTP method: GET, HEAD true; others false | false |
| toolbench | from the HTTP method: GET true; others null | false |
| python, langchain, kinds of installed packages | null | null |

A spec does not tell the HTTP method, so the openapi and toolbench sources declare `read_only` from it.
"""

from dataclasses import dataclass

from tool_registry.spec import Annotations, ToolSpec

_READ_ONLY: dict[str, bool | None] = {"builtin": True}
_DETERMINISTIC: dict[str, bool | None] = {
    "builtin": True,
    "mcp": False,
    "openapi": False,
    "toolbench": False,
}


@dataclass(frozen=True)
class Permissions:
    """What may run beside tools that are known to be read-only.

    `allow_unannotated`: tools that do not say. `allow_writes`: tools that say they are not.
    """

    allow_unannotated: bool = False
    allow_writes: bool = False

    def __or__(self, other: "Permissions") -> "Permissions":
        """Return what either allows."""
        return Permissions(self.allow_unannotated or other.allow_unannotated, self.allow_writes or other.allow_writes)


@dataclass(frozen=True)
class Verdict:
    """Whether a tool runs, and why or with which setting it would, in words."""

    runs: bool
    reason: str


def effective(spec: ToolSpec) -> Annotations:
    """Return the annotations with `read_only` and `deterministic` as they count when not declared.

    A tool that declares itself destructive and leaves `read_only` out counts as not read-only: MCP gives
    `destructive` a meaning only for tools that write.
    """
    declared = spec.annotations
    deterministic = declared.deterministic
    if deterministic is None:
        deterministic = _DETERMINISTIC.get(spec.source)
    return declared.model_copy(update={"read_only": _read_only(spec), "deterministic": deterministic})


def _read_only(spec: ToolSpec) -> bool | None:
    declared = spec.annotations
    if declared.read_only is not None:
        return declared.read_only
    return False if declared.destructive else _READ_ONLY.get(spec.source)


def verdict(spec: ToolSpec, permissions: Permissions) -> Verdict:
    """Return whether the tool may run under the permissions."""
    match _read_only(spec):
        case True:
            return Verdict(True, "read-only")
        case None if permissions.allow_unannotated:
            return Verdict(True, "does not say whether it is read-only; allow_unannotated is on")
        case None:
            return Verdict(
                False,
                f"{spec.name} does not say whether it is read-only: declare read_only on the tool, "
                "or turn on allow_unannotated",
            )
        case _ if permissions.allow_writes:
            return Verdict(True, "not read-only; allow_writes is on")
        case _:
            return Verdict(False, f"{spec.name} is not read-only: turn on allow_writes to let it run")
