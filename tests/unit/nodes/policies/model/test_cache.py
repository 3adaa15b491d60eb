"""The response cache: a repeated run asks nothing, and nothing else is taken for the same question."""

import asyncio
import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from graph.record import RoleUsage
from nodes.policies.base import PolicyError, PolicySetupError
from nodes.policies.model.answers import DraftAnswer
from nodes.policies.model.cache import ResponseCache
from nodes.policies.model.structured import Asker
from prompts import Prompt
from tests.model_server import ModelServer, answer, failing, text
from tests.unit.nodes.policies.model.conftest import QUICK, settings

PROMPT = Prompt("You write.", "Write.")
GOOD = answer({"query": "When?", "response": "Now."})


async def ask(url: str, seed: int = 1, prompt: Prompt = PROMPT, **changes: Any) -> tuple[DraftAnswer, RoleUsage]:
    asker = Asker(settings(url, **changes), "synthesize", QUICK)
    return await asker.ask(prompt, DraftAnswer, lambda _: [], seed)


async def test_the_same_question_costs_nothing_again(tmp_path: Path) -> None:
    path = str(tmp_path / "deep" / "answers.sqlite")
    async with ModelServer([text("hm"), GOOD]) as server:
        first, paid = await ask(server.url, response_cache=path)
        again, free = await ask(server.url, response_cache=path)
        assert paid.llm_calls == 2
        assert len(server.asked) == 2, "also the answer that was mended comes from the cache"
    assert again == first
    assert free == RoleUsage()


@pytest.mark.parametrize(
    "change",
    [
        {"seed": 2},
        {"model": "other"},
        {"temperature": 0.5},
        {"reasoning_effort": "low"},
        {"max_answer_tokens": 100},
        {"extra_body": '{"x": 1}'},
        {"prompt": Prompt("You write.", "Write more.")},
        {"prompt": Prompt("You draw.", "Write.")},
    ],
)
async def test_everything_that_shapes_an_answer_is_in_the_key(tmp_path: Path, change: dict[str, Any]) -> None:
    path = str(tmp_path / "answers.sqlite")
    async with ModelServer([GOOD]) as server:
        await ask(server.url, response_cache=path)
        await ask(server.url, response_cache=path, **change)
        assert len(server.asked) == 2


async def test_the_way_of_asking_is_not_in_the_key(tmp_path: Path) -> None:
    path = str(tmp_path / "answers.sqlite")
    refused = failing(400, "response_format is not supported")
    async with ModelServer([refused, GOOD]) as server:
        await ask(server.url, response_cache=path)
        from nodes.policies.model.endpoint import endpoint

        endpoint.cache_clear()  # as in another process, which does not know the endpoint yet
        await ask(server.url, response_cache=path)
        assert len(server.asked) == 2


async def test_failures_are_not_kept(tmp_path: Path) -> None:
    path = str(tmp_path / "answers.sqlite")
    async with ModelServer([text("hm"), text("hm"), GOOD]) as server:
        with pytest.raises(PolicyError):
            await ask(server.url, response_cache=path)
        value, _ = await ask(server.url, response_cache=path)
        assert value.query == "When?"


async def test_no_key_in_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "very-secret-0123456789")
    path = tmp_path / "answers.sqlite"
    async with ModelServer([GOOD]) as server:
        await ask(server.url, response_cache=str(path))
    with sqlite3.connect(path) as connection:
        rows = connection.execute("SELECT * FROM answers").fetchall()
    connection.close()
    assert len(rows) == 1
    assert json.loads(rows[0][1])["text"]
    files = list(tmp_path.iterdir())  # noqa: ASYNC240 - nothing else runs on this loop
    assert b"very-secret" not in b"".join(file.read_bytes() for file in files)


async def test_a_file_that_is_no_cache(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("not a database, " * 100)
    async with ModelServer([GOOD]) as server:
        with pytest.raises(PolicySetupError, match=r"notes\.txt cannot be used.*response_cache"):
            await ask(server.url, response_cache=str(path))
        with pytest.raises(PolicySetupError, match="cannot be used"):
            await ask(server.url, response_cache=str(tmp_path))
    assert path.read_text().startswith("not a database")


async def test_many_that_open_a_new_file_at_once_wait_for_each_other(tmp_path: Path) -> None:
    for attempt in range(5):
        caches = [ResponseCache(str(tmp_path / f"{attempt}.sqlite")) for _ in range(16)]
        await asyncio.gather(*(cache.put([(str(number), {"text": "x"})]) for number, cache in enumerate(caches)))
        assert await asyncio.gather(*(caches[0].get(str(number)) for number in range(16))) == [{"text": "x"}] * 16
