import asyncio
import os
import shlex
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.mcp.files import called, loaded_tools, servers_file
from tool_registry.result import ToolError
from tool_registry.sources.config import SourceConfig
from tool_registry.sources.mcp.source import load
from tool_registry.tool import LoadError, Tool

SERVER = str(Path(__file__).with_name("misbehaving.py"))


def entry(modes: str = "well", memory: Path | None = None, **members: Any) -> dict[str, Any]:
    return {"command": sys.executable, "args": [SERVER, modes, str(memory or "")], **members}


def tools_of(folder: Path, modes: str = "well", **options: Any) -> dict[str, Tool]:
    return loaded_tools(servers_file(folder, shop=entry(modes, folder / "died")), **options)


async def failure(tool: Tool, timeout_s: float = 20) -> ToolError:
    result = await called(tool, timeout_s)
    assert not result.ok, result.content
    assert result.error is not None
    return result.error


async def test_a_text_is_a_string_several_are_a_list_and_json_is_read(tmp_path: Path) -> None:
    tools = tools_of(tmp_path)
    assert (await called(tools["status"])).content == "order 7 is on its way"
    assert (await called(tools["two_texts"])).content == ["one", "two"]
    assert tools["two_texts"].spec.original_name == "two texts"
    assert (await called(tools["json_text"])).content == {"order": {"number": 7}}
    kept = tools_of(tmp_path, parse_json=False)
    assert (await called(kept["json_text"])).content == '{"order": {"number": 7}}'


async def test_an_integer_over_64_bits_is_kept_as_text_or_a_failure(tmp_path: Path) -> None:
    tools = tools_of(tmp_path)
    assert (await called(tools["large_text"])).content == f'{{"balance": {2**80}}}'
    large = await failure(tools["large_number"])
    assert large.kind == "malformed_output"
    assert "over 64 bits" in large.message


async def test_json_in_a_text_is_read_whoever_wrapped_it(tmp_path: Path) -> None:
    tools = tools_of(tmp_path)
    for name in ("wrapped", "wrapped_plainly"):
        assert (await called(tools[name])).content == {"order": {"number": 7}}
    assert (await called(tools["several_texts"])).content == [{"order": 7}, "on its way\n"]
    kept = tools_of(tmp_path, parse_json=False)
    assert (await called(kept["wrapped"])).content == '{"order": {"number": 7}}'
    assert (await called(kept["several_texts"])).content == ['{"order": 7}', "on its way\n"]


async def test_odd_bytes_beside_messages_are_skipped(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    tools = tools_of(tmp_path, "bytes")
    assert (await called(tools["status"])).content == "order 7 is on its way"
    assert (await failure(tools["fails"])).message == "no such order"
    assert (await called(tools["long_text"])).truncated
    assert capfd.readouterr() == ("", "")


async def test_a_start_is_no_part_of_a_call(tmp_path: Path) -> None:
    tools = tools_of(tmp_path, "late")
    # It dies, is started again, which takes 2.5 s, and answers.
    again = await called(tools["dies"], timeout_s=2)
    assert again.content == "back again"
    assert again.elapsed_ms < 2000


async def test_failures_have_their_kinds(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    tools = tools_of(tmp_path)
    fails = await failure(tools["fails"])
    assert (fails.kind, fails.message) == ("tool_error", "no such order")
    refuses = await failure(tools["refuses"])
    assert (refuses.kind, refuses.message) == ("invalid_arguments", "order must be a number")
    picture = await failure(tools["picture"])
    assert picture.kind == "malformed_output"
    assert "image/png" in picture.message
    shape = await failure(tools["wrong_shape"])
    assert shape.kind == "malformed_output"
    assert capfd.readouterr() == ("", "")
    # None of them ended the session.
    assert (await called(tools["status"])).ok


async def test_a_tool_whose_schema_cannot_be_used_is_skipped_and_said(tmp_path: Path) -> None:
    loaded = load(SourceConfig(kind="mcp", target=servers_file(tmp_path, shop=entry())))
    assert "far_away" not in {tool.spec.name for tool in loaded.tools}
    assert any("far_away" in problem for problem in loaded.problems)


async def test_a_tool_that_breaks_the_protocol_costs_itself_alone(tmp_path: Path) -> None:
    loaded = load(SourceConfig(kind="mcp", target=servers_file(tmp_path, shop=entry("wrong_list"))))
    tools = {tool.spec.name: tool for tool in loaded.tools}
    usable = {"well", "untyped", "referring", "gives_a_list", "gives_a_hole", "gives_a_word", "with_odd_hints"}
    assert tools.keys() - tools_of(tmp_path).keys() == {*usable, "with_an_odd_title"}
    for name, reason in [
        ("no_type", "it has no type"),
        ("an_array", 'it has "type": "array"'),
        ("a_union", "it has anyOf"),
        ("no_schema", "it has null"),
        ("a_text", "it has str"),
        ("***", "no letter"),
        ("gives_nothing_local", "/$defs/none"),
        ("at place", "no name"),
        ("well", "an earlier one has the same name"),
        ("gives_a_list", "output"),
        ("gives_a_hole", "kept without it"),
        ("gives_a_word", "not str"),
        ("with_odd_hints", "readOnlyHint"),
        ("with_an_odd_title", "title"),
    ]:
        assert any(name in problem and reason in problem for problem in loaded.problems), name
    order = {"type": "object", "properties": {"order": {"type": "integer"}}}
    assert tools["well"].spec.parameters == tools["untyped"].spec.parameters == order
    assert tools["referring"].spec.parameters["properties"] == order["properties"]
    # The client as well has left out what it would fail on.
    for name in ("gives_a_list", "gives_a_hole", "referring", "with_an_odd_title"):
        assert tools[name].spec.output_schema is None
        assert (await called(tools[name])).ok
    assert tools["with_odd_hints"].spec.annotations.read_only is None


def test_strict_makes_a_tool_that_breaks_the_protocol_an_error(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="a_union"):
        load(SourceConfig(kind="mcp", target=servers_file(tmp_path, shop=entry("wrong_list")), strict=True))


async def test_a_dead_server_comes_back_for_a_call_that_only_reads(tmp_path: Path) -> None:
    tools = tools_of(tmp_path)
    assert (await called(tools["dies"])).content == "back again"
    assert (await called(tools["status"])).ok


async def test_a_write_whose_server_died_is_not_sent_twice(tmp_path: Path) -> None:
    tools = tools_of(tmp_path)
    died = await failure(tools["dies_writing"])
    assert (died.kind, died.retryable) == ("unavailable", True)
    assert "shop" in died.message
    # Only the next call, which somebody decided to make, reaches the new server.
    assert (await called(tools["dies_writing"])).content == "back again"


def test_a_server_that_stays_away_is_unavailable(tmp_path: Path) -> None:
    script = tmp_path / "server.py"
    script.write_text(Path(SERVER).read_text())
    target = servers_file(
        tmp_path, shop={"command": sys.executable, "args": [str(script), "well", str(tmp_path / "died")]}
    )
    tools = loaded_tools(target)
    script.write_text("raise SystemExit('no licence')")
    gone = asyncio.run(failure(tools["dies"]))
    assert (gone.kind, gone.retryable) == ("unavailable", True)
    assert "no licence" in gone.message


async def test_pages_are_all_listed(tmp_path: Path) -> None:
    assert set(tools_of(tmp_path, "pages")) == set(tools_of(tmp_path))


@pytest.mark.parametrize("mode", ["noise", "flood"])
async def test_noise_on_standard_output_is_skipped_and_said(
    tmp_path: Path, mode: str, capfd: pytest.CaptureFixture[str]
) -> None:
    loaded = load(SourceConfig(kind="mcp", target=servers_file(tmp_path, shop=entry(mode))))
    tools = {tool.spec.name: tool for tool in loaded.tools}
    assert (await called(tools["status"])).content == "order 7 is on its way"
    assert any("prints to its standard output" in problem for problem in loaded.problems)
    assert capfd.readouterr() == ("", "")


async def test_a_server_that_does_not_answer_is_given_up_and_others_are_loaded(tmp_path: Path) -> None:
    target = servers_file(tmp_path, slow=entry("slow"), broken=entry("broken"), shop=entry())
    loaded = load(SourceConfig(kind="mcp", target=target, options={"start_timeout_s": 6}))
    assert {tool.spec.category for tool in loaded.tools} == {"shop"}
    said = "\n".join(loaded.problems)
    assert "'slow' does not start" in said
    assert "'broken' does not start" in said
    assert "cannot read settings.toml" in said


def test_strict_makes_a_missing_server_an_error(tmp_path: Path) -> None:
    target = servers_file(tmp_path, broken=entry("broken"), shop=entry())
    with pytest.raises(LoadError, match="'broken' does not start"):
        load(SourceConfig(kind="mcp", target=target, strict=True))


def test_no_server_at_all_is_an_error(tmp_path: Path) -> None:
    target = servers_file(tmp_path, gone={"command": "/no/such/program"})
    with pytest.raises(LoadError, match="'gone' does not start"):
        load(SourceConfig(kind="mcp", target=target))


async def test_a_tool_that_is_announced_to_be_gone_is_not_called(tmp_path: Path) -> None:
    tools = tools_of(tmp_path)
    assert (await called(tools["changes"])).ok
    gone = await failure(tools["status"])
    assert (gone.kind, gone.retryable) == ("unavailable", False)
    assert "no tool 'status' any more" in gone.message


async def test_a_tool_that_vanished_quietly_is_told_from_one_that_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tool_registry.sources.mcp import session as mcp_session

    monkeypatch.setattr(mcp_session, "_LOOK_EVERY_S", 0.0)
    tools = tools_of(tmp_path)
    assert (await failure(tools["fails"])).kind == "tool_error"
    assert (await called(tools["vanishes_quietly"])).ok
    assert (await failure(tools["fails"])).kind == "unavailable"


async def test_a_hung_server_is_started_again(tmp_path: Path) -> None:
    tools = tools_of(tmp_path)
    for _ in range(3):
        assert (await failure(tools["hangs"], timeout_s=0.2)).kind == "timeout"
    # The cancellation of the last one travels to the background loop.
    await asyncio.sleep(0.5)
    async with asyncio.timeout(60):
        while not (await called(tools["status"])).ok:  # noqa: ASYNC110 - the loop that it travels to is another
            await asyncio.sleep(0.1)


async def test_secrets_stand_in_no_result_and_no_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_SECRET", "hunter2-and-more")
    target = servers_file(tmp_path, shop=entry(env={"SHOP_KEY": "${SHOP_SECRET}"}))
    tools = loaded_tools(target)
    assert (await called(tools["tells_secret"])).content == "the key is [redacted]"


def test_one_session_serves_calls_from_many_loops(tmp_path: Path) -> None:
    tools = tools_of(tmp_path)
    before = _children()
    for _ in range(3):
        assert asyncio.run(called(tools["status"])).ok
    assert _children() == before


def test_a_server_is_started_once_and_kept(tmp_path: Path) -> None:
    starts = tmp_path / "starts"
    script = (
        f"echo started >> {shlex.quote(str(starts))}; exec {shlex.quote(sys.executable)} {shlex.quote(SERVER)} well"
    )
    tools = loaded_tools(servers_file(tmp_path, shop={"command": "sh", "args": ["-c", script]}))
    for _ in range(5):
        assert asyncio.run(called(tools["status"])).ok
    assert starts.read_text().split() == ["started"]


def _children() -> set[str]:
    path = Path(f"/proc/{os.getpid()}/task")
    if not path.exists():
        pytest.skip("needs /proc")
    found: set[str] = set()
    for task in path.iterdir():
        found.update((task / "children").read_text().split())
    return found
