"""The policies by name: ours, and those of installed packages (entry points of `toolgrad.policies`)."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from tool_registry.extensions import ExtensionPoint

if TYPE_CHECKING:
    from graph.context import Context
    from graph.record import Role
    from nodes.policies.base import Policy
    from nodes.policies.model.settings import AskSettings


@dataclass(frozen=True)
class PolicyKind:
    """How a policy is made from a setting such as `openai:gpt-5-mini`.

    `make` takes what stands behind the colon (empty without one), the role that is to be decided, and the run's
    settings. It is asked at every decision: it keeps what is costly to make. It raises PolicySetupError, in words for
    the user, where something is missing.

    `detail` is what stands behind the colon, such as MODEL; where it is empty nothing may. `example` is one. `is_free`
    says that decisions cost nothing and may be made again, as is done to find out which tool one crashed on. `asked` is
    how a model is asked, where the policy asks one of an OpenAI-compatible endpoint.
    """

    make: "Callable[[str, Role, Context], Policy]"
    detail: str = ""
    example: str = ""
    is_free: bool = False
    asked: "Callable[[str, Role, Context], AskSettings] | None" = None

    def form(self, name: str) -> str:
        """Return how a setting names it, for lists of what is allowed."""
        such_as = f" such as {name}:{self.example}" if self.example else ""
        return f"{name}:{self.detail}{such_as}" if self.detail else name


def _check(value: Any, _: str) -> PolicyKind:
    if not isinstance(value, PolicyKind):
        raise ValueError(
            f"is of type {type(value).__name__}; it must be a PolicyKind of nodes.policies.kinds, such as "
            "PolicyKind(make=lambda detail, role, context: MyPolicy())"
        )
    if not callable(value.make):
        raise ValueError(f"has a `make` of type {type(value.make).__name__}, which cannot be called")
    return value


# Imported when they are made: each brings what the other does without.
@cache
def _offline() -> "Policy":
    from nodes.policies.offline.policy import OfflinePolicy

    return OfflinePolicy()


@cache
def _openai(settings: "AskSettings") -> "Policy":
    from nodes.policies.openai import OpenAIPolicy

    return OpenAIPolicy(settings)


def _ask_settings(model: str, role: "Role", context: "Context") -> "AskSettings":
    from nodes.policies.model.settings import settings_for

    return settings_for(model, role, context)


POLICIES: ExtensionPoint[PolicyKind] = ExtensionPoint(
    "toolgrad.policies",
    "policy",
    {
        "offline": PolicyKind(lambda *_: _offline(), is_free=True),
        "openai": PolicyKind(
            lambda model, role, context: _openai(_ask_settings(model, role, context)),
            detail="MODEL",
            example="gpt-5-mini",
            asked=_ask_settings,
        ),
    },
    _check,
)


def forms() -> str:
    """Return how settings name policies, for lists of what is allowed."""
    kinds, problems = POLICIES.everything()
    listed = [kind.form(name) for name, kind in kinds.items()]
    return "\n".join([f"{', '.join(listed[:-1])}, or {listed[-1]}", *problems])
