import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tool_registry.sources.environment import expand, names_variables, secrets_in
from tool_registry.tool import LoadError


def test_variables_everywhere_but_in_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN", "abc")
    monkeypatch.delenv("PORT", raising=False)
    given = {"${TOKEN}": ["Bearer ${TOKEN}", {"url": "http://h:${PORT:-80}/${TOKEN}"}], "n": 3, "raw": "$${TOKEN} $x"}
    assert expand(given, "x") == {
        "${TOKEN}": ["Bearer abc", {"url": "http://h:80/abc"}],
        "n": 3,
        "raw": "${TOKEN} $x",
    }
    assert given["n"] == 3


def test_unset_variables_are_all_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ONE", "TWO"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(LoadError) as caught:
        expand(["${TWO}", {"a": "${ONE}"}, "${THREE:-x}"], "source git")
    assert "source git: the environment has no ONE and TWO. Set it, for example: export ONE=" in str(caught.value)


def test_what_counts_as_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "ROOT_FOLDER": "/srv/data",
        "API_URL": "https://api.example.com/v1",
        "DB_URL": "https://me:hush@db.example.com",
        "API_KEY": "/starts/like/a/folder",
        "PLAIN": "correct-horse",
        "TINY_TOKEN": "abc",
    }.items():
        monkeypatch.setenv(name, value)
    asked = ["${ROOT_FOLDER}", "${API_URL}", {"a": "${DB_URL} ${API_KEY}"}, "${PLAIN}${TINY_TOKEN}", "${NOT_SET}"]
    found = secrets_in(asked)
    assert set(found) == {"https://me:hush@db.example.com", "/starts/like/a/folder", "correct-horse"}
    assert [len(each) for each in found] == sorted(map(len, found), reverse=True)


@settings(deadline=None)
@given(st.recursive(st.text("ab$}", max_size=8) | st.integers(), lambda v: st.lists(v) | st.dictionaries(st.text(), v)))
def test_without_a_variable_nothing_changes(value: object) -> None:
    assert not names_variables(value)
    assert expand(value, "x") == value
