import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from tool_registry.sources.config import SourceConfig, config_of_text, problems_of
from tool_registry.sources.parse import context_values, parse_spec
from tool_registry.tool import LoadError

FULL = {
    "kind": "mcp",
    "name": "git",
    "target": "servers.json",
    "options": {"servers": ["git"], "headers": {"Authorization": "Bearer ${GIT_TOKEN}"}},
    "allow": ["git_*"],
    "deny": ["git_reset"],
    "annotations": {"git_log": {"read_only": True}},
    "allow_writes": True,
    "category": "version control",
    "timeout_s": 3.5,
    "concurrency": 2,
    "requests_per_minute": 90,
    "stateful": True,
    "context": {"repo_path": "/srv/repo", "depth": 3},
    "strict": True,
    "redact": ["secret-\\d+", "field:password"],
    "pseudonymize": ["email", "field:owner"],
    "pseudonym_key": "${KEY}",
}


def test_a_configuration_survives_as_a_spec(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_TOKEN", "hush-hush")
    config = SourceConfig.model_validate(FULL)
    text = config.as_spec()
    assert parse_spec(text) == config
    assert "hush-hush" not in text
    assert "${GIT_TOKEN}" in text
    assert json.loads(text.removeprefix("config:"))["allow"] == ["git_*"]


def test_the_same_settings_are_the_same_text() -> None:
    turned = dict(reversed(FULL.items()))
    assert SourceConfig.model_validate(FULL).as_spec() == SourceConfig.model_validate(turned).as_spec()


@pytest.mark.parametrize("spec", ["builtin", "builtin:air travel", "mcp:a.json", "python:a.py:B", "toolbench:x"])
def test_a_plain_source_is_a_plain_spec(spec: str) -> None:
    assert parse_spec(spec).as_spec() == spec


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"kind": "mcp"}, "kind 'mcp' needs a target, such as 'servers.json'"),
        ({"kind": "magic", "target": "x"}, "no kind of source 'magic'. Allowed: builtin, python"),
        ({"kind": "builtin", "options": {"a": 1}}, "kind 'builtin' has no options; given: a"),
        ({"kind": "builtin", "stateful": True}, "have no session that a sample could own"),
        ({"kind": "builtin", "allow": ["a*"], "deny": ["a*"]}, "'a*' stands in allow and in deny"),
        ({"kind": "builtin", "deny": ["*"]}, "leaves no tool"),
        ({"kind": "builtin", "deny": [" "]}, "a pattern is empty"),
        ({"kind": "builtin", "annotations": {"x": {"read_only": True, "destructive": True}}}, "read_only and destr"),
        ({"kind": "builtin", "annotations": {"x": {"readonly": True}}}, "Allowed: destructive, deterministic"),
        ({"kind": "builtin", "pseudonym_key": "${K}"}, "there is nothing in pseudonymize"),
        ({"kind": "builtin", "pseudonymize": ["email"], "pseudonym_key": "plain"}, "pattern"),
        ({"kind": "builtin", "pseudonymize": ["mail"]}, "Allowed: email, phone, ip, card, iban, field:PATTERN"),
        ({"kind": "builtin", "redact": ["a", "("]}, "expression 2 is not regular"),
        ({"kind": "builtin", "redact": ["x*"]}, "expression 1 matches the empty text"),
        ({"kind": "builtin", "context": {"repo": "${HOME}"}}, "never taken from the environment"),
        ({"kind": "builtin", "context": {"a-b": 1}}, "'a-b' is no name of a parameter"),
        ({"kind": "builtin", "timeout_s": 0}, "greater than 0"),
        ({"kind": "builtin", "concurrency": 0}, "greater than or equal to 1"),
        ({"kind": "builtin", "denny": []}, "unknown. Allowed: allow, "),
    ],
)
def test_what_contradicts_or_is_unknown_is_refused(settings: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError) as caught:
        SourceConfig.model_validate(settings)
    assert said in "; ".join(message for _, message in problems_of(caught.value))
    with pytest.raises(LoadError) as refused:
        config_of_text("config:" + json.dumps(settings))
    assert said in str(refused.value)


def test_a_mistake_does_not_show_the_value() -> None:
    with pytest.raises(LoadError) as caught:
        config_of_text('config:{"kind":"mcp","target":"x","pseudonymize":["email"],"pseudonym_key":"s3cr3t-value"}')
    assert "pseudonym_key" in str(caught.value)
    assert "s3cr3t" not in str(caught.value)


@settings(deadline=None)
@given(st.text(max_size=40))
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(LoadError, match="config:…"):
        config_of_text("config:" + text)


def test_contexts_of_several_sources() -> None:
    one = SourceConfig(kind="builtin", name="one", context={"repo": "/a", "n": 1}).as_spec()
    two = SourceConfig(kind="builtin", name="two", context={"n": 1.0, "user": "mia"}).as_spec()
    assert context_values(("builtin", one, two)) == {"repo": "/a", "n": 1, "user": "mia"}
    other = SourceConfig(kind="builtin", name="other", context={"repo": "/b"}).as_spec()
    with pytest.raises(LoadError, match="context 'repo' is one value for one and another for other"):
        context_values((one, other))
