"""Who decides, in short: `--policy`, `--model` and values for one decider, spelled out as settings."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, Field

from graph.context import Context
from graph.option import Option, Panel, option_of
from nodes.policies.kinds import POLICIES, PolicyKind
from tool_registry.extensions import ExtensionError
from toolgrad_data.errors import UsageError


class Shorthands(BaseModel):
    """Names that stand for several settings."""

    policy: Annotated[
        str | None,
        Field(description="offline or openai, for all decisions that are not given below."),
        Option(panel=Panel.DECIDERS, metavar="POLICY"),
    ] = None
    model: Annotated[
        str | None,
        Field(description="Model of the openai policy, such as gpt-5-mini; alone it means --policy openai."),
        Option(metavar="M"),
    ] = None


#: The state's names of roles, by what people call them.
ROLES = {
    "proposer": "propose",
    "repairer": "repair",
    "critic": "critique",
    "planner": "plan",
    "writer": "synthesize",
    "solver": "solve",
    "judge": "judge",
}
_DECIDERS = ("proposer", "critic", "writer", "planner")
#: Those that `policy` and `model` set; plans cost no model call unless one is asked for by name.
_BY_SHORTHAND = ("proposer", "critic", "writer")
#: Settings that the command line takes for one role, too.
BY_ROLE = [name for name, field in Context.model_fields.items() if option_of(field).by_role]


def expand_shorthands(file: Mapping[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of both, the options' winning, without shorthands.

    `policy` and `model` set the deciders that the same source does not name; a policy that asks a model and names none
    takes it from `model`; lists of `temperature` and `reasoning_effort` (`0.2`, `writer=0.9`) go to all or to one role.
    Raises UsageError.
    """
    model = options.get("model", file.get("model"))
    values: dict[str, Any] = {}
    for source in (file, options):
        given = _with_deciders(source, model)
        for name in BY_ROLE:
            if isinstance(given.get(name), list):
                given = _by_role(given, name, values.get("model_settings"))
        values.update(given)
    return values


def _with_deciders(given: Mapping[str, Any], model: Any) -> dict[str, Any]:
    values = {name: value for name, value in given.items() if name not in Shorthands.model_fields}
    policy = given.get("policy", "openai" if "model" in given else None)
    if policy is not None:
        for name in _BY_SHORTHAND:
            values.setdefault(name, policy)
    for name in _DECIDERS:
        policy = values.get(name)
        if isinstance(policy, str) and (kind := _kind(policy)) is not None and kind.detail:
            if not model:
                shown = "policy" if name not in given else name
                raise UsageError(
                    f"--{shown} {policy}: which {kind.detail.lower()}? Add --model NAME, such as --model "
                    f"{kind.example or 'NAME'}, or write --{shown} {policy}:NAME"
                )
            values[name] = f"{policy}:{model}"
    return values


def _kind(name: str) -> PolicyKind | None:
    """Return the policy of a setting that names nothing but it; None where the workflow is to say what is wrong."""
    try:
        return POLICIES.get(name) if ":" not in name else None
    except ExtensionError:
        return None


def _by_role(given: dict[str, Any], name: str, roles_before: Any) -> dict[str, Any]:
    """Return the settings with the values of single roles in `model_settings`, over those of `roles_before`."""
    option = "--" + name.replace("_", "-")
    rest = {other: value for other, value in given.items() if other != name}
    roles = {role: dict(own) for role, own in (rest.get("model_settings") or roles_before or {}).items()}
    for item in given[name]:
        who, equals, value = str(item).rpartition("=")
        if not equals:
            rest[name] = value
            continue
        role = ROLES.get(who.strip())
        if role is None:
            raise UsageError(f"{option} {item}: nobody is called {who!r}; allowed: {', '.join(ROLES)}")
        roles.setdefault(role, {})[name] = value.strip()
    return {**rest, "model_settings": roles} if roles else rest
