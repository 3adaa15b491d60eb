import json
from pathlib import Path
from typing import Any

import pytest

from tests.mcp.files import servers_file
from tool_registry.sources.config import SourceConfig
from tool_registry.sources.mcp.servers import Server, read_servers, server_of
from tool_registry.sources.mcp.source import load
from tool_registry.tool import LoadError


def server(**entry: Any) -> Server | None:
    return server_of("shop", entry, "servers.json")


def test_comments_and_trailing_commas_are_skipped(tmp_path: Path) -> None:
    path = tmp_path / "servers.json"
    path.write_bytes(
        b"""\xef\xbb\xbf{ // mine, "really"\r
          /* two
             lines, */ "mcpServers": {"a": {"command": "x", "args": ["//no", "a,]", "/* no */", "\\\\",],
          "env": {"URL": "http://b/,}"}, /* last */ },}, // end
        }"""
    )
    servers, problems = read_servers(str(path))
    assert servers == {"a": {"command": "x", "args": ["//no", "a,]", "/* no */", "\\"], "env": {"URL": "http://b/,}"}}}
    assert problems == []


def test_an_error_behind_a_comment_has_its_place(tmp_path: Path) -> None:
    path = tmp_path / "servers.json"
    path.write_text('{ /* one\n two */\n "mcpServers" {} }')
    with pytest.raises(LoadError, match="line 3, column 15"):
        read_servers(str(path))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"mcpServers": {\n  "a": {"command" "x"}\n}}', "line 2, column"),
        ('{"mcpServers": {}}', "names no MCP servers"),
        ("[]", "names no MCP servers"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_a_file_that_cannot_be_read_is_an_error_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "servers.json"
    path.write_text(text)
    with pytest.raises(LoadError, match=said):
        read_servers(str(path))


def test_a_missing_file_says_what_to_write(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="mcpServers"):
        read_servers(str(tmp_path / "none.json"))


@pytest.mark.parametrize("shape", ["mcpServers", "servers", None])
def test_the_shapes_of_other_clients_are_read(tmp_path: Path, shape: str | None) -> None:
    entries = {"time": {"command": "uvx", "args": ["mcp-server-time"]}}
    path = tmp_path / "servers.json"
    path.write_text(json.dumps({shape: entries} if shape else entries))
    assert read_servers(str(path)) == (entries, [])


def test_members_of_other_clients_are_left_alone() -> None:
    found = server(command="uvx", icon="shop.png", autoApprove=["x"], type="stdio")
    assert found is not None
    assert found.command == "uvx"
    assert server(command="uvx", disabled=True) is None


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({}, "needs `command`"),
        ({"command": "a", "url": "http://localhost"}, "not both"),
        ({"url": "ftp://localhost"}, "url"),
        ({"command": "a", "args": "b"}, "args"),
        ({"url": "http://localhost", "auth": "oauth"}, "a person at a browser"),
        ({"command": "${NOWHERE_SET}"}, "NOWHERE_SET"),
    ],
)
def test_a_wrong_entry_is_named(entry: dict[str, Any], said: str) -> None:
    with pytest.raises(LoadError, match=said) as raised:
        server(**entry)
    assert "server 'shop'" in str(raised.value)


def test_variables_are_filled_in_and_remembered_as_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_TOKEN", "abc-def-ghi")
    found = server(url="https://shop.example/mcp", auth="Bearer ${SHOP_TOKEN}", headers={"X-Shop": "${SHOP_ID:-7}"})
    assert found is not None
    assert (found.token, found.headers) == ("abc-def-ghi", {"X-Shop": "7"})
    assert found.clean_value({"a": ["say abc-def-ghi"]}) == {"a": ["say [redacted]"]}
    assert "abc-def-ghi" not in repr(found)


def test_options_and_server_names_are_checked(tmp_path: Path) -> None:
    target = servers_file(tmp_path, shop={"command": "x"})
    with pytest.raises(LoadError, match="start_timeout_s"):
        load(SourceConfig(kind="mcp", target=target, options={"timeout": 3}))
    with pytest.raises(LoadError, match=r"no server 'desk'\. It has: shop"):
        load(SourceConfig(kind="mcp", target=target, options={"servers": ["desk"]}))


def test_without_the_extra_the_message_says_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(LoadError, match=r"toolgrad-langgraph\[mcp\]"):
        load(SourceConfig(kind="mcp", target=servers_file(tmp_path, shop={"command": "x"})))
