"""Policies of installed packages: made by name, checked before a run begins, told where they cannot be used."""

from pathlib import Path

import pytest

from graph.context import Context
from nodes.policies.base import PolicySetupError
from nodes.policies.lookup import (
    UnknownPolicyError,
    asked_models,
    is_free,
    policy_for,
    policy_names,
    search_policy_for,
)
from nodes.policies.offline.policy import OfflinePolicy
from tests.plugins import install
from toolgrad_data.errors import UsageError
from toolgrad_data.runs.deciders import expand_shorthands

MODULE = """
from nodes.policies.kinds import PolicyKind
from nodes.policies.offline.policy import OfflinePolicy

class Half:
    async def propose(self, request): ...
    def repair(self, request): ...

def fails(detail, role, context):
    raise KeyError("DICE_KEY")

class Named(OfflinePolicy):
    def __init__(self, detail, role):
        self.detail, self.role = detail, role

NAMED = PolicyKind(lambda detail, role, context: Named(detail, role), detail="LEVEL", example="low", is_free=True)
HALF = PolicyKind(lambda *_: Half())
FAILS = PolicyKind(fails)
CLASS = Half
"""


@pytest.fixture(autouse=True)
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entries = {name: f"dice_policies:{name.upper()}" for name in ("named", "half", "fails", "class")}
    install(tmp_path, "dice", {"toolgrad.policies": entries}, dice_policies=MODULE)
    monkeypatch.syspath_prepend(tmp_path)


def test_a_packages_policy_decides() -> None:
    context = Context(critic="named:high")
    policy = policy_for("critique", context)
    assert isinstance(policy, OfflinePolicy)
    assert (policy.detail, policy.role) == ("high", "critique")  # type: ignore[attr-defined]
    assert is_free("critique", context)
    assert policy_names(context)["critique"] == "named"
    assert asked_models(context) == []


@pytest.mark.parametrize(
    ("name", "error", "said"),
    [
        ("named", UnknownPolicyError, "names no level; write offline, openai:MODEL such as openai:gpt-5-mini, "),
        ("half:x", UnknownPolicyError, "unknown policy 'half:x' for critic; allowed: "),
        ("half", PolicySetupError, "entry point `half = dice_policies:HALF` .* has no `async def repair`"),
        ("fails", PolicySetupError, "dice 1.0, .*cannot make a policy: KeyError: 'DICE_KEY'"),
        ("class", UnknownPolicyError, "dice 1.0, .*it is of type type; it must be a PolicyKind"),
        ("nambed:x", UnknownPolicyError, "allowed: offline, .*, half, or named:LEVEL such as named:low"),
    ],
)
def test_what_cannot_decide_is_told(name: str, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        policy_for("critique", Context(critic=name))
    assert not is_free("critique", Context(critic=name)) or name == "named"


def test_a_model_goes_to_the_policy_that_asks_for_one() -> None:
    assert expand_shorthands({}, {"policy": "named", "model": "low"})["writer"] == "named:low"
    assert expand_shorthands({}, {"policy": "half"})["writer"] == "half"
    with pytest.raises(UsageError, match="--critic named: which level"):
        expand_shorthands({}, {"critic": "named"})


def test_a_packages_policy_that_does_not_decide_query_first_is_told() -> None:
    with pytest.raises(
        PolicySetupError, match="'named' does not decide query first: it has no `async def write_query`"
    ):
        search_policy_for("propose", Context(proposer="named:low"))
