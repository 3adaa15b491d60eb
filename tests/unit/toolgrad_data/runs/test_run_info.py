"""A run goes on only with the plugins that decided its records; tools alone may be mended."""

from pathlib import Path

import pytest

from graph.context import Context
from nodes.plugins import plugin_versions
from tests.plugins import install
from tests.unit.toolgrad_data.runs.helpers import TOOLS, settings
from toolgrad_data.runs.run_info import RunInfo, differences, new_run_info, next_round

MODULE = """
from nodes.policies.kinds import PolicyKind
from nodes.policies.offline.policy import OfflinePolicy
POLICY = PolicyKind(lambda *_: OfflinePolicy())
def screen(dialogue): return []
def double(number: int) -> int: return 2 * number
"""
ENTRIES = {
    "toolgrad.policies": {"twin": "twin_things:POLICY"},
    "toolgrad.screens": {"twin": "twin_things:screen"},
    "toolgrad.toolkits": {"twin": "twin_things:double"},
}
NAMED = {"critic": "twin", "screens": ["twin"], "tools": ["toolkit:twin", "builtin:moon"]}


def info(tmp_path: Path, version: str, monkeypatch: pytest.MonkeyPatch, **context: object) -> RunInfo:
    folder = tmp_path / version
    if not folder.exists():
        install(folder, "twins", ENTRIES, version, twin_things=MODULE)
    monkeypatch.syspath_prepend(folder)
    return new_run_info(settings(tmp_path, **context), TOOLS)  # type: ignore[arg-type]


def test_ours_alone_name_no_plugin(tmp_path: Path) -> None:
    made = new_run_info(settings(tmp_path), TOOLS)
    assert set(made.versions) == {"toolgrad", "langgraph", "langchain-core"}
    before = made.settings.model_dump(mode="json")
    del before["screens"]
    assert Context.model_validate(before) == made.settings
    assert new_run_info(settings(tmp_path, screens=["x"]), TOOLS).fingerprint != made.fingerprint


def test_other_versions_of_what_decides_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = info(tmp_path, "1.0", monkeypatch, **NAMED)
    same = info(tmp_path, "1.0", monkeypatch, **NAMED)
    assert (run.fingerprint, differences(run, same)) == (same.fingerprint, [])
    assert plugin_versions(run.settings) == {
        f"toolgrad.{kind}:twin": "twins 1.0" for kind in ("policies", "screens", "toolkits")
    }
    yours = info(tmp_path, "2.0", monkeypatch, **NAMED)
    assert run.fingerprint != yours.fingerprint
    found = differences(run, yours)
    assert [tuple(one) for one in found] == [
        (f"toolgrad.{kind}:twin", "twins 1.0", "twins 2.0") for kind in ("policies", "screens", "toolkits")
    ]
    assert [one.setting for one in differences(run, yours, mended=True)] == [
        "toolgrad.policies:twin",
        "toolgrad.screens:twin",
    ]


def test_tools_that_were_mended_by_a_newer_plugin_are_the_runs_from_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_tools = {"tools": ["toolkit:twin", "builtin:moon"]}
    run = info(tmp_path, "1.0", monkeypatch, **of_tools)
    yours = info(tmp_path, "2.0", monkeypatch, **of_tools)
    assert [tuple(one) for one in differences(run, yours)] == [("toolgrad.toolkits:twin", "twins 1.0", "twins 2.0")]
    assert differences(next_round(run, yours, samples=1, earlier_bytes=0), yours) == []


@pytest.mark.parametrize("decider", ["proposer", "critic", "planner", "writer"])
def test_each_decider_is_part_of_the_fingerprint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, decider: str) -> None:
    run, yours = (info(tmp_path, version, monkeypatch, **{decider: "twin"}) for version in ("1.0", "2.0"))
    assert run.versions["toolgrad.policies:twin"] == "twins 1.0"
    assert run.fingerprint != yours.fingerprint


def test_a_package_that_is_not_named_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = new_run_info(settings(tmp_path), TOOLS)
    assert info(tmp_path, "1.0", monkeypatch).fingerprint == before.fingerprint
