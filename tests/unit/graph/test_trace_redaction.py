import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.trace_redaction import REDACTED, Redactor
from tool_registry.calling.secret_texts import secrets_in

SECRET = "correct-horse-battery"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just(f"a {SECRET} b") | st.just(SECRET),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5) | st.just(SECRET), inner, max_size=4)
    ),
    max_leaves=40,
)


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_API_KEY", SECRET)


@given(JSON)
def test_a_secret_is_nowhere_and_nothing_else_is_touched(value: object) -> None:
    before = copy.deepcopy(value)
    redacted = Redactor().value(value)
    assert value == before
    assert SECRET not in repr(redacted)
    assert repr(redacted).count(REDACTED) <= repr(value).count(SECRET)
    assert Redactor().value(redacted) == redacted


def test_depth_is_no_hiding_place() -> None:
    value: object = SECRET
    for _ in range(200):
        value = {"in": [value]}
    assert SECRET not in repr(Redactor().value(value))


@pytest.mark.parametrize(
    "text",
    [
        "sk-proj-abcdefghij0123456789",
        "sk-ant-api03-abcdefghij0123456789",
        "lsv2_pt_0123456789abcdef0123456789abcdef_0123456789",
        "AIzaSyA0123456789abcdefghijklmnopqrstuv",
        "ghp_0123456789abcdefghij0123456789",
        "hf_0123456789abcdefghijklm",
        "AKIAIOSFODNN7EXAMPLE",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-_def",
    ],
)
def test_keys_are_known_by_their_form(text: str) -> None:
    assert Redactor().text(f"say {text}, please") == f"say {REDACTED}, please"


def test_a_bearer_token_and_a_private_key() -> None:
    assert Redactor().text("Authorization: Bearer abc.def-123456") == f"Authorization: Bearer {REDACTED}"
    block = "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----"
    assert "MIIE" not in Redactor().text(f"x {block} y")


@pytest.mark.parametrize("text", ["risk-free", "a task-oriented-assistant-of-note", "Bearer of news", "sk-1"])
def test_ordinary_words_stay(text: str) -> None:
    assert Redactor().text(text) == text


def test_patterns_of_the_user_and_named_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAIN", "value-of-plain")
    redactor = Redactor([r"\b\d{4}\b", "(?i)acme"], names={"PLAIN"})
    assert redactor.value({"ACME": ["pin 1234", "12345", "value-of-plain"]}) == {
        REDACTED: [f"pin {REDACTED}", "12345", REDACTED]
    }


def test_secrets_of_the_environment_are_known_by_name_and_length() -> None:
    environment = {
        "OPENAI_API_KEY": "abcdefgh1",
        "APIKEY": "abcdefgh2",
        "DB_PASSWORD": "abcdefgh3",
        "GITHUB_TOKEN": "abcdefgh4 ",
        "AWS_SECRET_ACCESS_KEY": "abcdefgh5",
        "SHORT_KEY": "abc",
        "KEYBOARD": "no-secret-at-all",
        "MONKEY": "no-secret-either",
        "TOKENIZERS_PARALLELISM": "false-false",
        "PATH": "/usr/bin:/bin",
    }
    assert sorted(secrets_in(environment)) == [f"abcdefgh{number}" for number in range(1, 6)]
    assert "/usr/bin:/bin" in secrets_in(environment, {"PATH"})


def test_settings_of_tracing_are_dropped() -> None:
    assert Redactor().value({"LANGSMITH_PROJECT": "p", "kept": 1}) == {"kept": 1}


def test_what_exporters_send_as_headers_is_secret() -> None:
    environment = {
        "OTEL_EXPORTER_OTLP_HEADERS": "authorization=Bearer%20token-of-mine,x-short=abc, x-key = another-key-of-mine ",
        "OTEL_EXPORTER_OTLP_TRACES_HEADERS": "x-traces=the-traces-key",
        "OTEL_EXPORTER_OTLP_ENDPOINT": "https://me:pass%20word-9@collector.example:4318",
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "https://[",
        "OTEL_SERVICE_NAME": "no-secret-at-all",
    }
    assert (
        sorted(secrets_in(environment))
        == [
            "Bearer token-of-mine",
            "Bearer%20token-of-mine",
            "another-key-of-mine",
            "pass word-9",
            "pass%20word-9",
            "the-traces-key",
            "token-of-mine",
            "word-9",
        ][:7]
    )
