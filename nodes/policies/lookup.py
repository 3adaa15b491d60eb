"""Which policy makes which decision: a process-wide cache keyed by the settings' names."""

from functools import cache
from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, Literal, cast

from graph.context import Context
from graph.record import Role
from nodes.policies.base import Policy, PolicySetupError
from nodes.policies.judge import Judge
from nodes.policies.kinds import POLICIES, PolicyKind, forms
from nodes.policies.search import SearchPolicy
from tool_registry.extensions import ExtensionError, Plugin

if TYPE_CHECKING:
    from nodes.policies.model.settings import AskSettings


class UnknownPolicyError(ValueError):
    """A setting names a policy that does not exist."""


#: The decisions that a sample takes whether it is judged or not.
DECISIONS: tuple[Role, ...] = ("propose", "repair", "critique", "plan", "synthesize")

_SEARCH = ("write_query", "search", "respond")
_SETTING_OF: dict[Role, Literal["proposer", "critic", "planner", "writer", "judge"]] = {
    "propose": "proposer",
    "repair": "proposer",
    "critique": "critic",
    "plan": "planner",
    "synthesize": "writer",
    "solve": "judge",
    "judge": "judge",
}


def policy_names(context: Context) -> dict[str, str]:
    """Return the policy's name for each role that the record reports, without the model."""
    return {role: _parts(name)[0] for role, name in _policies_by_role(context)}


def model_names(context: Context) -> dict[str, str]:
    """Return the model's name for each role that asks one."""
    return {role: model for role, name in _policies_by_role(context) if (model := _parts(name)[1])}


def policy_for(role: Role, context: Context) -> Policy:
    """Return the policy that makes one of the `DECISIONS`.

    Raises UnknownPolicyError, and PolicySetupError when the environment of a model's endpoint is wrong.
    """
    setting = _SETTING_OF[role]
    name = getattr(context, setting)
    kind, detail = _parts(name)
    try:
        made_by = POLICIES.get(kind)
    except ExtensionError as error:
        given = POLICIES.plugin(kind) is not None
        said = str(error) if given else f"unknown policy {name!r} for {setting}; allowed: {forms()}"
        raise UnknownPolicyError(said) from error
    if detail and not made_by.detail:
        raise UnknownPolicyError(f"unknown policy {name!r} for {setting}; allowed: {forms()}")
    if made_by.detail and not detail:
        raise UnknownPolicyError(f"{setting} {name!r} names no {made_by.detail.lower()}; write {forms()}")
    plugin = POLICIES.plugin(kind)
    return made_by.make(detail, role, context) if plugin is None else _make(plugin, made_by, detail, role, context)


def _make(plugin: Plugin, kind: PolicyKind, detail: str, role: Role, context: Context) -> Policy:
    try:
        policy = kind.make(detail, role, context)
    except PolicySetupError:
        raise
    except (Exception, SystemExit) as error:
        raise PolicySetupError(f"{plugin} cannot make a policy: {type(error).__name__}: {error}") from error
    # The methods are called as the decisions. Who is not asked for a plan need not know how to make one.
    for method in DECISIONS if role == "plan" else [each for each in DECISIONS if each != "plan"]:
        if not iscoroutinefunction(getattr(policy, method, None)):
            raise PolicySetupError(
                f"{plugin} makes a {type(policy).__name__}, which is no policy: it has no `async def {method}` "
                "(nodes/policies/base.py has all)"
            )
    return policy


def search_policy_for(role: Literal["propose", "synthesize"], context: Context) -> SearchPolicy:
    """Return who decides query first: that of the role, by its setting.

    Raises as `policy_for` does, and PolicySetupError for a package's policy that only decides answer first.
    """
    policy = policy_for(role, context)
    kind, model = _parts(getattr(context, _SETTING_OF[role]))
    if POLICIES.plugin(kind) is None:
        asked = POLICIES.get(kind).asked
        return _offline_search() if asked is None else _openai_search(asked(model, role, context), role)
    if missing := [name for name in _SEARCH if not iscoroutinefunction(getattr(policy, name, None))]:
        raise PolicySetupError(
            f"the policy {kind!r} does not decide query first: it has no `async def {missing[0]}` "
            "(nodes/policies/search.py has all)"
        )
    return cast(SearchPolicy, policy)


def is_free(role: Role, context: Context) -> bool:
    """Say whether the decision costs nothing and may be made again."""
    try:
        return POLICIES.get(_parts(getattr(context, _SETTING_OF[role]) or "")[0]).is_free
    except ExtensionError:
        return False


def judge_for(context: Context) -> Judge:
    """Return who judges, where the settings name a judge. Raises PolicySetupError as `policy_for` does."""
    from nodes.policies.model.settings import settings_for

    model = judge_model(context)
    return _openai_judge(settings_for(model, "solve", context), settings_for(model, "judge", context))


def judge_model(context: Context) -> str:
    """Return the name of the judge's model, empty without one."""
    return _parts(context.judge or "")[1]


def asked_models(context: Context) -> list["AskSettings"]:
    """Return how each decision that a model makes is asked for, those alike once.

    Raises PolicySetupError when the environment of an endpoint is wrong.
    """
    asked: dict[AskSettings, None] = {}
    for role, setting in _SETTING_OF.items():
        kind, model = _parts(getattr(context, setting) or "")
        settings_of = POLICIES.get(kind).asked if model else None
        if settings_of is not None:
            asked[settings_of(model, role, context)] = None
    return list(asked)


def _policies_by_role(context: Context) -> list[tuple[Role, str]]:
    named: list[tuple[Role, str]] = [
        ("propose", context.proposer),
        ("critique", context.critic),
        ("synthesize", context.writer),
    ]
    if context.planner != "offline":
        named.append(("plan", context.planner))
    return [*named, ("judge", context.judge)] if context.judge is not None else named


def _parts(name: str) -> tuple[str, str]:
    kind, _, model = name.partition(":")
    return kind.strip(), model.strip()


@cache
def _offline_search() -> SearchPolicy:
    from nodes.policies.offline.search import OfflineSearch

    return OfflineSearch()


@cache
def _openai_search(settings: "AskSettings", role: Role) -> SearchPolicy:
    from nodes.policies.openai_search import OpenAISearch

    return OpenAISearch(settings, role)


@cache
def _openai_judge(solver: "AskSettings", rater: "AskSettings") -> Judge:
    from nodes.policies.openai_judge import OpenAIJudge

    return OpenAIJudge(solver, rater)
