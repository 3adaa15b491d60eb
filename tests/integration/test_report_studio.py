"""A report beside a real `langgraph dev`: records lead to their threads, with their history."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from langgraph_sdk import get_client

from graph.context import Context
from tests.integration.command import lines
from tests.integration.dev_server import DevServer, project
from tests.unit.toolgrad_data.report.reading import lines_of, overview_of, page_at
from toolgrad_data.errors import UsageError
from toolgrad_data.report.build import write_report
from toolgrad_data.runs.runner import generate
from toolgrad_data.runs.settings import RunSettings
from toolgrad_data.verify.verification import find_target

pytestmark = pytest.mark.studio


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DevServer]:
    server = DevServer(project(tmp_path_factory.mktemp("report") / "project"))
    try:
        server.start()
        yield server
    finally:
        server.stop()


async def made(out: Path, **more: Any) -> Path:
    settings: dict[str, Any] = {"samples": 2, "seed": 7, "out": out, "context": Context(), **more}
    await generate(RunSettings(**settings))
    return out


async def test_a_record_leads_to_its_thread_with_its_history(server: DevServer, tmp_path: Path) -> None:
    run = await made(tmp_path / "run", keep_checkpoints="all", workers=2)
    page = tmp_path / "report.html"
    written = write_report([find_target(run)], page, studio=server.url)
    records = lines(run / "records.jsonl")
    assert written.linked == written.records + written.rejected == 2
    text = page_at(page)
    before, after = overview_of(text)["studio"]
    assert before == "https://smith.langchain.com/studio/thread/"
    assert after == f"?baseUrl={server.url.replace(':', '%3A').replace('/', '%2F')}"
    async with get_client(url=server.url, timeout=120) as client:
        for head, record in zip(lines_of(text, "heads"), records, strict=True):
            thread = await client.threads.get(head["thread"])
            assert (thread["status"], thread["metadata"]["record_id"]) == ("idle", record["id"])
            history = await client.threads.get_history(head["thread"], limit=500)
            values = [dict(state["values"]) for state in history]
            assert values[0]["record"]["turns"] == record["turns"]
            assert len(values[0]["steps"]) >= len(values[-2].get("steps", []))
            assert {"sample_tools", "critique_calls", "verify_record"} <= {name for s in history for name in s["next"]}
            # From a checkpoint of the copy the sample goes on as it did.
            middle = next(state for state in history if state["next"] == ["check_stop"])
            again = await client.runs.wait(head["thread"], "toolgrad", checkpoint=middle["checkpoint"], input=None)
            assert isinstance(again, dict)
            assert again["record"]["turns"][0]["query"] == record["turns"][0]["query"]
    # A second report leaves what is there.
    assert write_report([find_target(run)], page, studio=server.url).linked == 2


async def test_a_last_state_is_enough_and_none_is_no_link(server: DevServer, tmp_path: Path) -> None:
    last = await made(tmp_path / "last", keep_checkpoints="last")
    page = tmp_path / "report.html"
    assert write_report([find_target(last)], page, studio=server.url).linked == 2
    async with get_client(url=server.url, timeout=120) as client:
        state = await client.threads.get_state(lines_of(page_at(page), "heads")[0]["thread"])
        assert state["values"]["status"] == "accepted"  # type: ignore[call-overload]
        assert not state["next"]
    none = await made(tmp_path / "none")
    assert write_report([find_target(none)], page, studio=server.url).linked == 0
    assert "thread" not in lines_of(page_at(page), "heads")[0]


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://127.0.0.1:9", "no LangGraph server answers"),
        ("localhost", "http"),
        ("http://u:p@127.0.0.1:1", "password"),
    ],
)
async def test_no_server_is_told(tmp_path: Path, url: str, words: str) -> None:
    run = await made(tmp_path / "run")
    with pytest.raises(UsageError, match=words):
        write_report([find_target(run)], tmp_path / "report.html", studio=url)
    assert not (tmp_path / "report.html").exists()
