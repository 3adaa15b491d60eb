import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.context import Context
from nodes.sample import record_context
from tool_registry.sources.parse import parse_spec
from toolgrad_data.errors import UsageError
from toolgrad_data.runs.run_info import new_run_info
from toolgrad_data.runs.settings import context_settings, read_config, run_settings
from toolgrad_data.runs.toml_lines import line_of

FULL = """\
samples = 3
out = "runs/x"
[[tools]]
spec = "builtin:air travel"

[[tools]]
name = "git"            # [[tools]] in a comment
kind = "mcp"
target = "servers.json"
allow = [
  "git_*",
  "timeout_s = 3",
]
deny = ["git_reset"]
timeout-s = 2.5
context = { repo_path = "/srv/repo" }
[tools.options]
token = "${GIT_TOKEN}"
[tools.annotations."git_l*"]
read_only = true

[[tools]]
spec = "openapi:http://127.0.0.1:1/openapi.json"
requests_per_minute = 30
"""


def config(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "run.toml"
    path.write_text(text)
    return path


def test_tables_become_specs_without_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_TOKEN", "hush-hush")
    settings = run_settings({}, config(tmp_path, FULL))
    plain, git, api = settings.context.tools
    assert plain == "builtin:air travel"
    made = parse_spec(git)
    assert (made.kind, made.name, made.target, made.timeout_s) == ("mcp", "git", "servers.json", 2.5)
    assert made.allow == ["git_*", "timeout_s = 3"]
    assert made.annotations["git_l*"].read_only is True
    assert made.options == {"token": "${GIT_TOKEN}"}
    assert parse_spec(api).requests_per_minute == 30
    assert "hush" not in new_run_info(settings, {}).model_dump_json()
    assert record_context(settings.context).vars == {"repo_path": "/srv/repo"}
    assert Context.model_validate_json(settings.context.model_dump_json()) == settings.context


@pytest.mark.parametrize(
    ("line", "text", "said"),
    [
        (4, FULL.replace("builtin:air travel", "bultin"), "unknown tool spec 'bultin'. Did you mean builtin?"),
        (9, FULL.replace("target =", "targets ="), "unknown setting 'targets'. Did you mean 'target'?"),
        (6, FULL.replace('target = "servers.json"\n', ""), "kind 'mcp' needs a target, such as 'servers.json'"),
        (6, FULL.replace('"timeout_s = 3"', '"git_reset"'), "'git_reset' stands in allow and in deny"),
        (15, FULL.replace("2.5", "-2"), "[[tools]] number 2: timeout_s: Input should be greater than 0"),
        (16, FULL.replace("/srv/repo", "${REPO}"), "never taken from the environment"),
        (20, FULL.replace("read_only", "readonly"), "unknown setting 'readonly'. Allowed: destructive"),
        (
            24,
            FULL.replace('[[tools]]\nspec = "openapi', '[[tools]]\nkind = "mcp"\nspec = "openapi'),
            "kind cannot stand",
        ),
        (25, FULL + 'name = "git"\n', "number 3: name: 'git' is number 2's already"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, line: int, text: str, said: str) -> None:
    path = config(tmp_path, text)
    with pytest.raises(UsageError) as caught:
        read_config(path)
    assert said in str(caught.value)
    assert str(caught.value).startswith(f"--config {path}, line {line}: [[tools]] number ")
    assert str(caught.value).endswith("See: docs/tools.md")


def test_every_mistake_of_a_file_is_told(tmp_path: Path) -> None:
    text = '[[tools]]\nspecs = "x"\n[[tools]]\nspec = "builtin"\nkind = "mcp"\n[[tools]]\nspec = "bultin"\n'
    with pytest.raises(UsageError) as caught:
        read_config(config(tmp_path, text))
    said = str(caught.value).splitlines()
    assert [each.split("line ")[1][0] for each in said[:-1]] == ["1", "2", "4", "7"]
    assert "spec 'builtin' says kind and target already" in said[2]


def test_tables_and_plain_specs_cannot_be_mixed_in_one_list(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="'builtin' stands among tables"):
        read_config(config(tmp_path, 'tools = ["builtin", {spec = "builtin:moon"}]'))


def test_the_command_line_replaces_the_tables(tmp_path: Path) -> None:
    path = config(tmp_path, '[[tools]]\nspec = "builtin:moon"\ntimeout_s = 1\n')
    assert context_settings({"tools": ["builtin:sun"]}, path).tools == ["builtin:sun"]


LINES = '''\
a = 1
text = """
[[tools]]
b = 2
"""
[[tools]]
x = 1
[[tools]]
x = [
  1,
  2,
]
"y.z" = 3
[tools.sub."q*"]
deep.er = { x = 1 }
[other]
x = 1
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("a",), 1),
        (("text",), 2),
        (("tools", 0), 6),
        (("tools", 0, "x"), 7),
        (("tools", 1), 8),
        (("tools", 1, "x", 1), 9),
        (("tools", 1, "y.z"), 13),
        (("tools", 1, "sub", "q*", "deep", "er", "x"), 15),
        (("tools", 1, "nothing"), 8),
        (("other", "x"), 17),
        (("nowhere",), 1),
    ],
)
def test_lines(path: tuple[str | int, ...], line: int) -> None:
    assert tomllib.loads(LINES)["tools"][1]["y.z"] == 3
    assert line_of(LINES, path) == line


@settings(deadline=None)
@given(st.lists(st.sampled_from(["[[tools]]", "x = 1", '"a b" = 2', "[t.u]", "", "# c", 'm = """', '"""', "[", "]"])))
def test_any_text_has_lines(lines: list[str]) -> None:
    assert 1 <= line_of("\n".join(lines), ("tools", 1, "x")) <= max(len(lines), 1)
