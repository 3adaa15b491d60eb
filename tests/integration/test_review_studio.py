"""A person in the loop of a real `langgraph dev`: interrupted, resumed by the SDK, and over a restart of the server."""

import asyncio
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from langgraph_sdk import get_client
from langgraph_sdk.client import LangGraphClient

from tests.integration.command import without_times
from tests.integration.dev_server import ROOT, DevServer, project
from tests.integration.workflow import sample, settings

pytestmark = pytest.mark.studio

Json = dict[str, Any]
INPUT = {"seed": 7, "index": 1, "target_calls": 3}
REVIEWED = {"review": True, "turns": "1:100"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DevServer]:
    server = DevServer(project(tmp_path_factory.mktemp("review") / "project"))
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture
async def client(server: DevServer) -> AsyncIterator[LangGraphClient]:
    async with get_client(url=server.url, timeout=120) as client:
        yield client


async def begin(client: LangGraphClient) -> str:
    thread = str((await client.threads.create())["thread_id"])
    await client.runs.wait(thread, "toolgrad", input=INPUT, context=REVIEWED)
    return thread


async def asked(client: LangGraphClient, thread: str) -> Json:
    found = await client.threads.get(thread)
    assert found["status"] == "interrupted"
    [interrupt] = [one for of_task in found["interrupts"].values() for one in of_task]
    assert isinstance(interrupt["value"], dict)
    return interrupt["value"]


async def resume(client: LangGraphClient, thread: str, answer: Any) -> Json:
    output = await client.runs.wait(thread, "toolgrad", command={"resume": answer}, context=REVIEWED)
    assert isinstance(output, dict)
    return output


async def test_it_waits_over_a_restart_and_every_answer_is_taken(client: LangGraphClient, server: DevServer) -> None:
    thread = await begin(client)
    request = await asked(client, thread)
    assert [name for name in request if request[name]][:3] == ["question", "id", "dialogue"]
    await resume(client, thread, "perhaps")
    assert "Allowed: " in (await asked(client, thread))["problem"]
    wrong = {"decision": "mend", "mended": {"turns": [{"response": "It is 987654."}]}}
    await resume(client, thread, wrong)
    again = await asked(client, thread)
    assert any("987654" in finding["message"] for finding in again["findings"])
    assert again["record"] == request["record"]

    server.stop()
    server.start()
    async with get_client(url=server.url, timeout=120) as later:
        assert await asked(later, thread) == again
        mended = {"query": f"Good morning. {request['draft']['turns'][0]['query']}"}
        mended["response"] = request["draft"]["turns"][0]["response"]
        output = await resume(later, thread, {"decision": "mend", "reviewer": "Bo", "mended": {"turns": [mended]}})
        assert output["status"] == "accepted"
        assert output["record"]["turns"][0]["query"].startswith("Good morning. ")
        assert output["record"]["review"]["original"][0]["query"] == request["record"]["turns"][0]["query"]
        assert (await later.threads.get(thread))["status"] == "idle"

        other = await begin(later)
        output = await resume(later, other, {"decision": "reject", "reason": "too long"})
        assert (output["status"], output["reasons"]) == ("rejected", ["review: too long"])
    assert "Traceback" not in server.log


async def test_without_the_setting_nobody_is_asked(server: DevServer) -> None:
    async with get_client(url=server.url, timeout=120) as client:
        thread = str((await client.threads.create())["thread_id"])
        output = await client.runs.wait(thread, "toolgrad", input=INPUT, context={"turns": "1:100"})
        assert isinstance(output, dict)
        assert output["status"] == "accepted"
        reviewed = await begin(client)
        accepted = await resume(client, reviewed, "accept")
        assert accepted["record"].pop("review")["decision"] == "accept"
        assert without_times(accepted["record"]) == without_times(output["record"])
    in_a_script = await sample(settings(tools=["builtin"]), **INPUT)
    assert without_times(in_a_script["record"]) == without_times(output["record"])


@pytest.mark.parametrize("number", [0, 1], ids=["script", "sdk"])
async def test_the_scripts_of_the_page_work(server: DevServer, number: int) -> None:
    page = (ROOT / "docs" / "person_in_the_loop.md").read_text()
    script = re.findall(r"```python\n(.*?)```", page, re.DOTALL)[number]
    script = script.replace("http://127.0.0.1:2024", server.url)
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", script],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    accepted = [line for line in done.stdout.splitlines() if line.startswith("accepted")]
    assert len(accepted) == number + 1
