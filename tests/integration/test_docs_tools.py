"""docs/tools.md: every key is there, and its example of every source works as it is written."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.command import lines
from tests.mcp.repositories import FILESYSTEM, needs_node, planted
from tests.services.http import Reply, Seen, serving
from tool_registry.registry import get_registry
from tool_registry.sources.config import SourceConfig
from tool_registry.sources.kinds import SOURCES
from tool_registry.sources.mcp.source import McpOptions
from tool_registry.sources.openapi.options import OpenAPIOptions
from tool_registry.sources.toolbench.source import ToolBenchOptions
from tool_registry.spec import Annotations

DOC = (Path(__file__).parents[2] / "docs" / "tools.md").read_text()
#: Those with a section and an example of their own.
KINDS = [name for name in SOURCES.own_names if name != "toolkit"]
GIT_AND_FILES = "Real MCP servers: Git and files"


def section(title: str) -> str:
    found = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", DOC, re.MULTILINE | re.DOTALL)
    assert found, f"docs/tools.md has no section {title}"
    return found[1]


def files(kind: str) -> dict[str, str]:
    return dict(re.findall(r"^`([^`\n]+)`:\n\n```\w+\n(.*?)^```$", section(kind), re.MULTILINE | re.DOTALL))


def keys(text: str) -> set[str]:
    rows = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \|", text, re.MULTILINE)
    return {key for row in rows for key in re.findall(r"\w+", row)}


def test_every_key_is_listed() -> None:
    assert keys(section("The keys of a table").split("###")[0]) == {"spec", *SourceConfig.model_fields}
    for name in Annotations.model_fields:
        assert f"`{name}`" in section("The keys of a table")


async def test_named_categories_exist() -> None:
    named = set(re.findall(r"builtin:([a-z]+(?: [a-z]+)*)", DOC))
    assert named
    assert named <= {spec.category for spec in (await get_registry(["builtin"])).specs.values()}


@pytest.mark.parametrize(
    ("kind", "options"), [("mcp", McpOptions), ("openapi", OpenAPIOptions), ("toolbench", ToolBenchOptions)]
)
def test_every_option_is_listed(kind: str, options: Any) -> None:
    assert keys(section(kind)) == set(options.model_fields)


def answer(seen: Seen) -> Reply:
    """As a shop that publishes its OpenAPI document, and as a server of ToolBench's protocol."""
    if seen.method == "POST":
        given = seen.json()
        known = (given["category"], given["tool_name"]) == ("Quotes", "fine_quotes") and given["toolbench_key"]
        author = json.loads(given["tool_input"])["author"] if known else ""
        quote = repr({"author": author, "quote": "Quite so."})
        return Reply({"error": "" if known else "Unauthorized", "response": quote})
    if seen.path == "/openapi.json":
        return Reply(DOCUMENT)
    if seen.headers.get("authorization") != "Bearer shop-token-123":
        return Reply({"detail": "who are you?"}, 401)
    return Reply({"article": seen.path.rpartition("/")[2], "pieces": 12})


DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "Shop", "version": "1"},
    "servers": [{"url": "/"}],
    "paths": {
        "/articles/{name}": {
            "get": {
                "operationId": "articleByName",
                "summary": "Find an article.",
                "tags": ["articles"],
                "parameters": [
                    {
                        "name": "name",
                        "in": "path",
                        "required": True,
                        "schema": {"type": "string", "examples": ["lamp", "chair", "table", "desk"]},
                    }
                ],
                "responses": {"200": {"description": "It."}},
            },
            "delete": {"operationId": "removeArticle", "tags": ["articles"], "responses": {}},
        }
    },
}


@pytest.fixture(scope="module")
def services() -> Iterator[str]:
    with serving(answer) as service:
        yield service.url


#: Tools that a run of the example uses, and some that it must not.
USES = {
    "builtin": (set(), {"convert_speed", "moon_phase"}),
    "python": ({"status"}, {"cancel"}),
    "langchain": ({"forecast"}, set()),
    "mcp": ({"articles"}, set()),
    "openapi": ({"articleByName"}, {"removeArticle"}),
    "toolbench": ({"quote_of_an_author_for_fine_quotes"}, set()),
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_example_of_a_source(kind: str, tmp_path: Path, services: str) -> None:
    run = run_of_the_example(kind, tmp_path, services)
    records = lines(run / "records.jsonl")
    assert records
    assert {tool["source"] for record in records for tool in record["tools"]} == {kind}
    used = {step["tool"] for record in records for turn in record["turns"] for step in turn["steps"]}
    offered = {tool["name"] for tool in lines(run / "tools.jsonl")}
    expected, never = USES[kind]
    assert expected <= used
    assert not never & offered
    kept = "".join(path.read_text(errors="replace") for path in run.iterdir())
    for secret in ("shop-token-123", "bench-key-123", "weather-key-123", "mia.berg"):
        assert secret not in kept


def test_the_example_of_stateful_tools(tmp_path: Path, services: str) -> None:
    records = lines(run_of_the_example("Stateful tools", tmp_path, services) / "records.jsonl")
    assert len(records) >= 3
    pieces, depends = 0, 0
    for record in records:
        pieces = 0
        for step in record["turns"][0]["steps"]:
            # Each sample begins with an empty basket and sees what it has put in, in order.
            pieces += {"put_in": 1, "take_out": -1}.get(step["tool"], 0)
            assert step["tool"] == "total_price" or step["result"] == {"pieces": pieces}
            depends += bool(step["after"])
    assert depends >= 2


def test_the_example_of_a_git_server(tmp_path: Path) -> None:
    planted(tmp_path / "garden", "garden")
    run = run_of_the_example(GIT_AND_FILES, tmp_path, "", config="git.toml")
    assert_chains_over_text(lines(run / "records.jsonl"), tmp_path)


@needs_node
def test_the_example_of_a_file_server(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    (notes / "drafts").mkdir(parents=True)
    for name in ("plan.md", "list.md", "a.txt", "b.txt", "drafts/c.py", "data.json", "set.toml", "sums.csv"):
        (notes / name).write_text(f"about {name}\n")
    (tmp_path / ".node").symlink_to(FILESYSTEM.parents[4])
    run = run_of_the_example(GIT_AND_FILES, tmp_path, "", config="files.toml", replaced={"/srv/notes": str(notes)})
    assert_chains_over_text(lines(run / "records.jsonl"), tmp_path)


def assert_chains_over_text(records: list[dict[str, Any]], folder: Path) -> None:
    """Records over plain text: something in it is cited, and the query says neither it nor the folder."""
    assert len(records) >= 5
    cited = 0
    for record in records:
        turn = record["turns"][0]
        assert str(folder) not in turn["query"]
        for step in turn["steps"]:
            for source in step["sources"].values():
                if source["kind"] == "step":
                    cited += 1
                    assert not source.get("span") or source["span"] not in turn["query"]
    assert cited >= 3


def run_of_the_example(
    title: str, tmp_path: Path, services: str, *, config: str = "run.toml", replaced: dict[str, str] | None = None
) -> Path:
    """The folder of the run that the example's files of a section make as written, but for what is replaced."""
    written = files(title)
    assert config in written
    for old, new in (replaced or {}).items():
        written = {name: text.replace(old, new) for name, text in written.items()}
    for name, text in written.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "SHOP_API": services,
        "SHOP_TOKEN": "shop-token-123",
        "TOOLBENCH_URL": f"{services}/virtual",
        "TOOLBENCH_KEY": "bench-key-123",
        "WEATHER_KEY": "weather-key-123",
    }
    done = subprocess.run(
        [sys.executable, "-m", "toolgrad_data", "generate", "--config", config],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=180,
    )
    assert done.returncode == 0, done.stderr
    return next((tmp_path / "runs").iterdir())
