"""Kinds of sources and toolkits: ours, and those of installed packages, trusted in nothing but what they declare."""

from pathlib import Path

import pytest

from tests.plugins import install
from tool_registry.permissions import Permissions
from tool_registry.registry import load_registry
from tool_registry.sources.config import SourceConfig
from tool_registry.sources.parse import parse_spec
from tool_registry.tool import LoadError

MODULE = """
from tool_registry.sources.python.function import function_tool
from tool_registry.declare import Declared, annotate
from tool_registry.sources.kinds import SourceKind
from tool_registry.tool import Loaded, Tool

def greet(name: str) -> str:
    "Return a greeting."
    return f"Hello {name}"

@annotate(read_only=True)
def part(name: str) -> str:
    "Return a goodbye."
    return f"Goodbye {name}"

class Counter:
    def __init__(self):
        self.count = 0
    @annotate(read_only=False)
    def add(self, number: int) -> int:
        "Add a number."
        self.count += number
        return self.count

def load(config):
    made = function_tool(greet, Declared(), "talk")
    spec = made.spec.model_copy(update={"source": "builtin", "name": config.options.get("called", "greet")})
    return Loaded([Tool(spec, made.call)], ["one is skipped: it says so"])

def leaves(config):
    raise SystemExit(3)

TALK = SourceKind(load=load)
PLAIN = SourceKind(load=load, example="a.txt", options=False, examples=False, forms=("plain:FILE",))
LIST = SourceKind(load=lambda config: [greet])
LEAVES = SourceKind(load=leaves)
TOOLS = [greet, part, 3]
"""


@pytest.fixture(autouse=True)
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sources = {name: f"talk_tools:{name.upper()}" for name in ("talk", "plain", "list", "leaves")}
    toolkits = {"talking": "talk_tools:TOOLS", "counting": "talk_tools:Counter"}
    entries = {"toolgrad.sources": sources, "toolgrad.toolkits": toolkits}
    install(tmp_path / "site", "talk-tools", entries, talk_tools=MODULE)
    monkeypatch.syspath_prepend(tmp_path / "site")


def test_a_packages_source_is_under_its_configuration() -> None:
    config = SourceConfig(kind="talk", options={"called": "hail"}, category="chat", deny=["nothing*"])
    assert parse_spec(config.as_spec()) == config
    registry = load_registry([config.as_spec()])
    spec = registry.get("hail").spec
    assert (spec.category, spec.source) == ("chat", "talk")
    assert registry.problems == ["one is skipped: it says so", "talk: deny 'nothing*' matches none of its 1 tools"]
    # It calls its tool a built-in one, which we would know to be read-only.
    assert not registry.verdict("hail", Permissions()).runs
    assert registry.verdict("hail", Permissions(allow_unannotated=True)).runs


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("plain", "names nothing after the colon: write plain:a.txt"),
        ("talks", r"Did you mean talk\? Allowed: builtin, .*plain:FILE, talk, profile:FILE"),
        ("list", "list: talk-tools 1.0, entry point .list = talk_tools:LIST. .* gives no Loaded"),
        ("leaves", "leaves: talk-tools 1.0, .* broke off with SystemExit: 3"),
        ("toolkit", "write toolkit:airports"),
        ("toolkit:talk", "there is no toolkit 'talk'. Did you mean 'talking'"),
        ('config:{"kind":"plain","target":"x","options":{"a":1}}', "kind 'plain' has no options; given: a"),
        ('config:{"kind":"plain","target":"x","examples":{"t":{"p":[1]}}}', "examples: tools of kind 'plain'"),
        ('config:{"kind":"talk","stateful":true}', "tools of kind 'talk' have no session"),
    ],
)
def test_what_cannot_be_loaded_is_told(spec: str, said: str) -> None:
    with pytest.raises(LoadError, match=f"(?s){said}"):
        load_registry([spec])


def test_a_packages_toolkit_is_what_python_takes() -> None:
    registry = load_registry(["toolkit:talking"])
    assert registry.names == ["greet", "part"]
    (problem,) = registry.problems
    assert problem.startswith("toolkit:talking[2] is a int: it must be a function with type hints")
    assert [registry.verdict(name, Permissions()).runs for name in registry.names] == [False, True]
    counting = SourceConfig(kind="toolkit", target="counting", stateful=True).as_spec()
    assert load_registry([counting]).has_stateful


def test_our_toolkits_have_names_too() -> None:
    moon = load_registry(["toolkit:moon"])
    assert moon.names == load_registry(["builtin:moon"]).names
    assert load_registry(["builtin:moon", "toolkit:moon"]).names == moon.names
    with pytest.raises(LoadError, match=r"there is no toolkit 'mon'\. Did you mean 'moon'"):
        load_registry(["toolkit:mon"])
