"""From the context to what is asked of whom; nothing secret on the way."""

import pytest
from pydantic import ValidationError

from graph.context import Context, ModelSettings
from nodes.policies.base import PolicySetupError
from nodes.policies.lookup import UnknownPolicyError, model_names, policy_for, policy_names
from nodes.policies.model.settings import OPENAI_URL, scrubbed, settings_for
from nodes.policies.openai import OpenAIPolicy
from tests.unit.nodes.policies.model.conftest import settings


def test_a_role_takes_its_own_settings_first() -> None:
    context = Context(
        base_url="http://localhost:1/v1/",
        temperature=0.7,
        max_answer_tokens=1000,
        extra_body={"a": 1, "b": 1},
        model_settings={
            "propose": ModelSettings(temperature=0.0, extra_body={"b": 2}),
            "critique": ModelSettings(base_url="http://localhost:2/v1", reasoning_effort="high"),
        },
    )
    propose, repair = settings_for("m", "propose", context), settings_for("m", "repair", context)
    assert (propose.temperature, propose.base_url) == (0.0, "http://localhost:1/v1")
    assert propose.extra_body == '{"a": 1, "b": 2}'
    assert repair == propose
    critique = settings_for("m", "critique", context)
    assert (critique.base_url, critique.reasoning_effort, critique.temperature) == (
        "http://localhost:2/v1",
        "high",
        0.7,
    )
    assert settings_for("m", "synthesize", context).max_answer_tokens == 1000


def test_the_environments_url_comes_last(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings_for("m", "propose", Context()).base_url == OPENAI_URL
    monkeypatch.setenv("OPENAI_BASE_URL", "http://localhost:3/v1")
    assert settings_for("m", "propose", Context()).base_url == "http://localhost:3/v1"
    assert settings_for("m", "propose", Context(base_url="http://x/v1")).base_url == "http://x/v1"
    monkeypatch.setenv("OPENAI_BASE_URL", "localhost")
    with pytest.raises(PolicySetupError, match="OPENAI_BASE_URL in the environment"):
        settings_for("m", "propose", Context())


@pytest.mark.parametrize("url", ["https://me:hunter2@host/v1", "https://host/v1?key=hunter2", "host", "ftp://host"])
def test_a_url_without_credentials(url: str) -> None:
    for make in (lambda: Context(base_url=url), lambda: ModelSettings(base_url=url)):
        with pytest.raises(ValidationError) as caught:
            make()
        assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["http://h:99999/v1", "http://h:0", "http://h:x/v1", "http://[::1/v1", "http://a b/v1", "“http://h”"]
)
def test_a_url_that_nothing_can_answer_at(url: str) -> None:
    with pytest.raises(ValidationError, match=r"base_url|Invalid IPv6 URL"):
        Context(base_url=url)


def test_a_context_is_json_and_holds_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "very-secret-0123456789")
    context = Context(proposer="openai:m", model_settings={"propose": ModelSettings(temperature=1)})
    assert Context.model_validate_json(context.model_dump_json()) == context
    assert "very-secret" not in context.model_dump_json()
    assert "very-secret" not in repr(settings_for("m", "propose", context))


def test_policies_by_name() -> None:
    context = Context(proposer="openai:gpt-5-mini", writer="openai:org/model:free")
    assert policy_names(context) == {"propose": "openai", "critique": "offline", "synthesize": "openai"}
    assert model_names(context) == {"propose": "gpt-5-mini", "synthesize": "org/model:free"}
    assert isinstance(policy_for("propose", context), OpenAIPolicy)
    assert policy_for("propose", context) is policy_for("propose", Context(proposer="openai:gpt-5-mini"))
    assert policy_for("propose", context) is not policy_for("propose", context.model_copy(update={"temperature": 1}))


@pytest.mark.parametrize("name", ["gpt-5", "openai", "openai:", "offline:x", "", "anthropic:claude"])
def test_an_unknown_policy_is_refused_with_what_is_allowed(name: str) -> None:
    with pytest.raises(UnknownPolicyError, match=r"critic.*openai:MODEL"):
        policy_for("critique", Context(critic=name))


def test_what_looks_like_a_key_is_scrubbed() -> None:
    text = "Bearer abcdefghij and sk-proj-abcdefghijklmnop and lsv2_pt_0123456789abcdef, not a skating risk"
    clean = scrubbed(text, settings("http://x/v1"))
    assert clean == "Bearer [key] and [key] and [key], not a skating risk"
