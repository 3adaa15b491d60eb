import json
import sys
from pathlib import Path

import pytest

from tests.unit.tool_registry.making import returning, run, spec
from tool_registry.permissions import Permissions
from tool_registry.registry import LoadError, ToolRegistry, load_registry
from tool_registry.sources import configured as configured_module
from tool_registry.sources.config import SourceConfig
from tool_registry.sources.configured import apply_config, load_source
from tool_registry.spec import Annotations
from tool_registry.tool import Loaded, Tool

EVERYTHING = Permissions(allow_unannotated=True, allow_writes=True)


def config(**members: object) -> SourceConfig:
    return SourceConfig.model_validate({"kind": "python", "target": "m:T", "name": "shop", **members})


def shop() -> Loaded:
    unknown = Annotations()
    return Loaded(
        [
            returning({"n": 1}, name="get_stock"),
            returning({"n": 2}, name="get_price", annotations=unknown),
            returning({"n": 3}, name="delete_all", annotations=Annotations(read_only=False)),
            Tool(spec(name="Next_train_please", original_name="Next train, please"), returning(1).call),
        ],
        ["shop.broken is skipped"],
    )


def names(loaded: Loaded) -> list[str]:
    return [tool.spec.name for tool in loaded.tools]


def test_allow_by_pattern_on_either_name() -> None:
    assert names(apply_config(config(allow=["get_*"]), shop())) == ["get_stock", "get_price"]
    assert names(apply_config(config(allow=["Next train, *"]), shop())) == ["Next_train_please"]
    assert names(apply_config(config(), shop())) == names(shop())


async def test_deny_wins_over_every_permission() -> None:
    loaded = apply_config(
        config(
            deny=["delete_*", "get_stock"],
            allow=["*"],
            allow_writes=True,
            allow_unannotated=True,
            annotations={"delete_all": {"read_only": True}},
        ),
        shop(),
    )
    tools = {tool.spec.name: tool for tool in loaded.tools}
    for name in ("delete_all", "get_stock"):
        result = await run(tools[name], permissions=EVERYTHING)
        assert result.error is not None
        assert result.error.kind == "not_allowed"
        assert f"{name} is denied by the configuration of shop" in result.error.message
        assert not tools[name].verdict(EVERYTHING).runs
    assert (await run(tools["get_price"])).ok


async def test_grants_are_the_sources_own() -> None:
    tools = {tool.spec.name: tool for tool in apply_config(config(allow_unannotated=True), shop()).tools}
    assert (await run(tools["get_price"])).content == {"n": 2}
    assert not (await run(tools["delete_all"])).ok
    assert not (await run(shop().tools[1])).ok


async def test_what_is_declared_by_pattern() -> None:
    loaded = apply_config(
        config(
            category="the shop",
            annotations={"*": {"deterministic": True}, "get_price": {"read_only": True, "deterministic": False}},
        ),
        shop(),
    )
    by_name = {tool.spec.name: tool.spec for tool in loaded.tools}
    assert by_name["get_price"].annotations == Annotations(read_only=True, deterministic=False)
    assert by_name["get_stock"].annotations == Annotations(read_only=True, deterministic=True)
    assert {each.category for each in by_name.values()} == {"the shop"}
    assert (await run(loaded.tools[1])).ok


def test_patterns_that_match_nothing_are_told() -> None:
    loaded = apply_config(
        config(allow=["get_*", "gte_*"], deny=["del"], annotations={"x": {"read_only": True}}), shop()
    )
    assert loaded.problems == [
        "shop.broken is skipped",
        "shop: allow 'gte_*' matches none of its 4 tools",
        "shop: deny 'del' matches none of its 4 tools",
        "shop: annotations 'x' matches none of its 4 tools",
    ]


async def test_secrets_stay_out_of_specs_problems_and_results(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_TOKEN", 'hush-"hush"-hush')
    asked = SourceConfig(kind="mcp", target="x.json", options={"headers": {"Authorization": "Bearer ${API_TOKEN}"}})
    leaky = returning(
        {"echo": 'Bearer hush-"hush"-hush', "file": "from-a-file"},
        name="leaky",
        description='Calls with hush-"hush"-hush.',
        parameters={"type": "object", "properties": {"a": {"default": 'hush-"hush"-hush'}}},
    )
    loaded = apply_config(asked, Loaded([leaky], ['no answer for hush-"hush"-hush'], ["from-a-file"]))
    tool = loaded.tools[0]
    result = await run(tool)
    for text in (json.dumps(tool.spec.model_dump()), str(loaded.problems), json.dumps(result.content)):
        assert "hush" not in text
    assert result.content == {"echo": "Bearer [redacted]", "file": "[redacted]"}


def test_a_failure_to_load_shows_no_secret(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("API_TOKEN", "hush-hush-hush")
    (tmp_path / "kit.py").write_text("class Kit:\n    def __init__(self, key): raise ValueError('bad key ' + key)\n")
    asked = SourceConfig(kind="langchain", target=f"{tmp_path}/kit.py:Kit", options={"key": "${API_TOKEN}"})
    with pytest.raises(LoadError) as caught:
        load_source(asked)
    assert "bad key [redacted]" in str(caught.value)
    assert caught.value.__cause__ is None


def test_an_unset_variable_is_told_before_the_source_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_SUCH", raising=False)
    with pytest.raises(LoadError, match="shop: the environment has no NO_SUCH"):
        load_source(SourceConfig(kind="openapi", target="http://x/${NO_SUCH}", name="shop"))


def good(tmp_path: Path) -> str:
    (tmp_path / "good.py").write_text("def f(n: int) -> int: return n\ndef g(n: int) -> int: return n\n")
    return f"python:{tmp_path}/good.py:f"


def test_one_bad_source_never_stops_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_SUCH", raising=False)
    (tmp_path / "bad.py").write_text("1/0\n")
    bad = f"python:{tmp_path}/bad.py:x"
    unset = SourceConfig(kind="langchain", target="a:b", options={"x": "${NO_SUCH}"}, name="unset").as_spec()
    registry = load_registry([bad, good(tmp_path), unset])
    assert registry.names == ["f"]
    assert len(registry.problems) == 2
    assert "bad.py:x is left out: cannot import" in registry.problems[0]
    assert registry.problems[1].startswith("unset is left out: unset: the environment has no NO_SUCH")


def test_whatever_a_source_raises_is_its_own_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def explode(config: SourceConfig) -> Loaded:
        raise RecursionError("too deep")

    monkeypatch.setattr("tool_registry.sources.builtin.load", explode)
    registry = load_registry(["builtin", good(tmp_path)])
    assert registry.names == ["f"]
    assert registry.problems == ["builtin is left out: builtin cannot be loaded: RecursionError: too deep"]
    assert configured_module.__name__ in sys.modules


def test_a_strict_source_stops_the_run(tmp_path: Path) -> None:
    strict = SourceConfig(kind="python", target=f"{tmp_path}/bad.py:x", strict=True)
    with pytest.raises(LoadError, match=r"bad\.py"):
        load_registry([good(tmp_path), strict.as_spec()])
    picky = SourceConfig(kind="python", target=f"{tmp_path}/good.py:f", strict=True, deny=["h"], name="picky")
    with pytest.raises(LoadError, match=r"picky is strict: picky: deny 'h' matches none"):
        load_registry(["builtin:moon", picky.as_spec()])


def test_a_spec_that_cannot_be_read_stops_before_anything_is_loaded(tmp_path: Path) -> None:
    (tmp_path / "counted.py").write_text(f"open({str(tmp_path / 'log')!r}, 'w').close()\nTOOLS = []\n")
    with pytest.raises(LoadError, match="unknown tool spec 'bultin'"):
        load_registry([f"python:{tmp_path}/counted.py:TOOLS", "bultin"])
    assert not (tmp_path / "log").exists()


def test_nothing_left_says_why(tmp_path: Path) -> None:
    with pytest.raises(LoadError) as caught:
        load_registry([f"python:{tmp_path}/no.py:a", f"python:{tmp_path}/neither.py:b"])
    assert "no.py" in str(caught.value)
    assert "neither.py" in str(caught.value)


@pytest.mark.parametrize("turned", [False, True])
def test_deny_wins_over_an_overlapping_source(turned: bool) -> None:
    specs = ["builtin:air travel", SourceConfig(kind="builtin", deny=["airport_*"]).as_spec()]
    registry = load_registry(specs[::-1] if turned else specs)
    assert registry.names == load_registry(["builtin"]).names
    refused = [name for name in registry.names if not registry.verdict(name, EVERYTHING).runs]
    assert refused
    assert all(name.startswith("airport_") for name in refused)


def test_a_configured_tool_keeps_its_treatment_under_another_name() -> None:
    registry = ToolRegistry()
    registry.add(returning(1, name="get_stock"))
    for tool in apply_config(config(deny=["get_stock"]), shop()).tools:
        registry.add(tool)
    mapped = next(name for name in registry.names if name.startswith("get_stock_"))
    assert not registry.verdict(mapped, EVERYTHING).runs
    assert registry.verdict("get_stock", Permissions()).runs


def test_a_source_s_own_timeout_holds_where_the_user_sets_none() -> None:
    def timeouts(**members: object) -> set[float | None]:
        source = SourceConfig.model_validate({"kind": "builtin", "target": "mathematics", "name": "b", **members})
        return {tool.treatment.timeout_s for tool in load_source(source).tools}

    # How busy the machine is decides nothing about built-in tools: they are computations that end.
    (own,) = timeouts()
    assert own is not None
    assert own >= 600
    assert timeouts(timeout_s=3) == {3.0}
