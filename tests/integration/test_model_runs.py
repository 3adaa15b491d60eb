"""`toolgrad generate` with a model: what it costs, where it ends, and what a person is told when it cannot."""

import json
import socket
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.doubling import SPEC, Doubling, role, served
from tests.integration.command import lines
from tests.model_server import Asked, Reply, answer, failing, hanging, html, text, truncated
from toolgrad_data import cli

KEY = "sk-test-0123456789abcdefghij"
ONE = ["--calls", "1:100", "--max-iterations", "1", "--max-repairs", "0"]


# What is searched for the key has to be there: all checkpoints too.
KEPT = ("--keep-checkpoints", "all")


class Generate:
    """`toolgrad generate` with the model `m`, in this process: (exit code, stdout, stderr)."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch, self._capsys = monkeypatch, capsys

    def __call__(self, url: str | None, *arguments: str, samples: int = 4) -> tuple[int, str, str]:
        where = ["--base-url", url] if url else []
        command = ["generate", "--samples", str(samples), "--out", "run", "--tools", SPEC, "--model", "m", *KEPT]
        command += ["--turns", "1:100"]
        self._monkeypatch.setattr(sys, "argv", ["toolgrad", *command, *where, *ONE, *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        told = self._capsys.readouterr()
        assert "Traceback" not in told.err
        return int(ended.value.code or 0), told.out, told.err


@pytest.fixture
def generate(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Generate:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    return Generate(monkeypatch, capsys)


def leaks(folder: Path, *told: str, secret: str = KEY) -> list[str]:
    """Where the key, or a good part of it, is found."""
    part = secret[8:20].encode()
    files = [str(path) for path in folder.rglob("*") if path.is_file() and part in path.read_bytes()]
    return files + [words for words in told if part.decode() in words]


def test_a_run_with_a_model_tells_what_it_took(generate: Generate, tmp_path: Path) -> None:
    (tmp_path / "prices.toml").write_text('["*"]\n"m" = { input = 10.0, output = 50.0 }\n')
    with served(Doubling()) as server:
        code, out, err = generate(server.url, "--prices", "prices.toml", "--temperature", "writer=0.9")
        asked = list(server.asked)
    assert code == 0, err
    summary = json.loads((tmp_path / "run" / "summary.json").read_text())
    usage = summary["usage"]
    # 100 tokens in and 20 out a call: 0.002 USD.
    assert (usage["llm_calls"], usage["input_tokens"], usage["output_tokens"]) == (12, 1200, 240)
    assert usage["cost_usd"] == pytest.approx(0.024)
    assert summary["cost_per_accepted_usd"] == pytest.approx(0.006)
    assert {name: part["llm_calls"] for name, part in usage["by_role"].items()} == {
        "propose": 4,
        "critique": 4,
        "synthesize": 4,
    }
    assert "12 model calls, 1.2k tokens in, 240 out, 0.0240 USD, 0.0060 USD an accepted record" in err
    assert "0.0240 USD, 0.0060 USD an accepted record" in out
    records = lines(tmp_path / "run" / "records.jsonl")
    assert [record["meta"]["usage"]["cost_usd"] for record in records] == [pytest.approx(0.006)] * 4
    assert {one.body.get("temperature") for one in asked if role(one) == "synthesize"} == {0.9}
    assert {one.body.get("temperature") for one in asked if role(one) != "synthesize"} == {None}
    assert all(one.headers["authorization"] == f"Bearer {KEY}" for one in asked)
    assert leaks(tmp_path, out, err) == []


def test_a_price_that_is_unknown_is_null_and_called_so(generate: Generate, tmp_path: Path) -> None:
    with served(Doubling()) as server:
        code, out, err = generate(server.url, samples=1)
    summary = json.loads((tmp_path / "run" / "summary.json").read_text())
    assert code == 0
    assert (summary["usage"]["cost_usd"], summary["cost_per_accepted_usd"]) == (None, None)
    assert "cost unknown" in err
    assert "cost            unknown; give prices with --prices FILE" in out
    assert lines(tmp_path / "run" / "records.jsonl")[0]["meta"]["usage"]["cost_usd"] is None


def test_a_limit_ends_the_run_and_a_higher_one_goes_on(generate: Generate, tmp_path: Path) -> None:
    with served(Doubling()) as server:
        code, out, err = generate(server.url, "--max-tokens", "900", "--concurrency", "1")
        assert code == 3
        assert "Stopped by --max-tokens 900: 960 tokens used. 2 samples are missing" in err
        assert "To go on: the same command with a higher --max-tokens." in err
        assert "missing         2 of 4" in out
        assert "unfinished      2, 200 tokens in, 40 out" in out
        assert len(server.asked) == 8
        kept = (tmp_path / "run" / "records.jsonl").read_bytes()
        code, out, err = generate(server.url, "--max-tokens", "90000", "--concurrency", "1")
        assert (code, len(server.asked)) == (0, 12), "no request is repeated"
    assert (tmp_path / "run" / "records.jsonl").read_bytes().startswith(kept)
    assert len(lines(tmp_path / "run" / "records.jsonl")) == 4


def test_a_response_cache_makes_a_second_run_free(generate: Generate, tmp_path: Path) -> None:
    with served(Doubling()) as server:
        assert generate(server.url, "--response-cache", "cache.sqlite")[0] == 0
        asked = len(server.asked)
        (tmp_path / "run").rename(tmp_path / "first")
        code, out, _ = generate(server.url, "--response-cache", "cache.sqlite")
        assert (code, len(server.asked)) == (0, asked)
    assert "model calls" not in out
    first, second = (lines(tmp_path / name / "records.jsonl") for name in ("first", "run"))
    assert [record["turns"][0]["query"] for record in first] == [record["turns"][0]["query"] for record in second]
    assert leaks(tmp_path) == []


def test_an_endpoints_limit_of_a_day_ends_the_run_and_nothing_is_lost(generate: Generate, tmp_path: Path) -> None:
    daily = failing(429, "Rate limit exceeded: free requests per day", headers={"retry-after": "3600"})
    with served(Doubling(lambda _, before: daily if before == 4 else None)) as server:
        code, _, err = generate(server.url, "--concurrency", "1", samples=2)
        assert code == 3
        assert "It asks to wait until" in err
        assert not (tmp_path / "run" / "rejected.jsonl").exists() or not lines(tmp_path / "run" / "rejected.jsonl")
        asked = len(server.asked)
        code, _, err = generate(server.url, "--concurrency", "1", samples=2)
        assert code == 0, err
        assert len(server.asked) == asked + 2, "what was paid for is not asked again"
    assert len(lines(tmp_path / "run" / "records.jsonl")) == 2


def echoing(asked: Asked, before: int) -> Reply:
    return failing(401, f"Incorrect API key provided: {asked.headers['authorization']}")


def too_long(asked: Asked, before: int) -> Reply:
    return failing(400, "This model's maximum context length is 512 tokens.", code="context_length_exceeded")


@pytest.mark.parametrize(
    ("instead", "code", "words"),
    [
        (echoing, 2, ["refused the key (HTTP 401", "Set OPENAI_API_KEY to a key of this endpoint"]),
        (lambda *_: failing(404, "The model `m` does not exist"), 2, ["no such model", "/models lists them"]),
        (lambda *_: html(), 2, ["answered with a web page instead of JSON", "usually ends in /v1"]),
        (lambda *_: failing(402, "no credit"), 2, ["no credit left", "Add credit"]),
        (too_long, 1, ["propose: context_exceeded: the prompt is too long", "Lower tools_per_batch"]),
        (
            lambda *_: truncated(),
            2,
            ["something that is no chat completion", "Is base_url an OpenAI-compatible endpoint?"],
        ),
        (lambda *_: failing(500, "no"), 2, ["failed (HTTP 500: no)", "Every way of asking was refused"]),
        (lambda *_: hanging(), 1, ["propose: timeout: no answer from", "within 0.3 s", "Raise request_timeout_s"]),
        (lambda *_: text("I would rather not."), 1, ["propose: invalid_answer: m: "]),
    ],
    ids=[
        "wrong key",
        "unknown model",
        "html",
        "no credit",
        "too long",
        "half an answer",
        "no way",
        "no answer",
        "no schema",
    ],
)
def test_an_endpoint_of_no_use_is_named_and_the_key_stays_secret(
    generate: Generate, tmp_path: Path, instead: Any, code: int, words: list[str]
) -> None:
    # On a busy machine an answer may take longer than that: only where there is none may it be waited for so shortly.
    seconds = "0.3" if "within 0.3 s" in words else "30"
    with served(Doubling(instead)) as server:
        ended, out, err = generate(server.url, "--request-timeout", seconds, samples=2)
    assert ended == code, err
    for word in words:
        assert word in err
    # What could not be begun leaves nothing; what failed sample by sample is told in each record.
    assert (tmp_path / "run" / "run.json").exists() == (code == 1)
    assert leaks(tmp_path, out, err) == []
    if code == 1:
        assert "no sample was accepted" in err
        assert err.count(words[0]) == 1, "told once, not for each sample"
        reasons = " ".join(lines(tmp_path / "run" / "rejected.jsonl")[1]["reasons"])
        assert words[0].removeprefix("propose: ") in reasons


def test_without_a_key_for_openai_nothing_is_asked(
    generate: Generate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    code, out, err = generate(None)
    assert (code, out) == (2, "")
    assert "no key for https://api.openai.com/v1: set OPENAI_API_KEY" in err
    assert list(tmp_path.iterdir()) == []


def test_an_endpoint_that_is_down_is_named(generate: Generate, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # not listening: refused
        code, _, err = generate(f"http://127.0.0.1:{taken.getsockname()[1]}/v1")
    assert code == 2
    assert "nothing answers there (connection refused). Start the server or check base_url." in err
    assert not (tmp_path / "run").exists() or not list((tmp_path / "run").glob("*.json*"))


def test_a_key_that_is_revoked_on_the_way_ends_the_run_and_keeps_what_is_done(
    generate: Generate, tmp_path: Path
) -> None:
    valid = {"key": True}

    def revoked(asked: Asked, before: int) -> Reply | None:
        valid["key"] = valid["key"] and before != 6
        return None if valid["key"] else echoing(asked, before)

    with served(Doubling(revoked)) as server:
        code, out, err = generate(server.url, "--concurrency", "1")
        assert code == 1
        assert "refused the key" in err
        assert "what was accepted is kept, and the same command goes on" in err
        assert len(lines(tmp_path / "run" / "records.jsonl")) == 2
        assert leaks(tmp_path, out, err) == []
        valid["key"] = True
        assert generate(server.url, "--concurrency", "1")[0] == 0
    assert len(lines(tmp_path / "run" / "records.jsonl")) == 4


def test_only_the_writer_asks_a_model(generate: Generate, tmp_path: Path) -> None:
    def write(asked: Asked, before: int) -> Reply | None:
        return answer({"query": f"Question {before}?", "response": "No."}) if role(asked) == "synthesize" else None

    with served(Doubling(write)) as server:
        code, _, err = generate(server.url, "--policy", "offline", "--writer", "openai")
        assert {role(asked) for asked in server.asked} == {"synthesize"}, err
    run = json.loads((tmp_path / "run" / "run.json").read_text())["settings"]
    assert (run["proposer"], run["critic"], run["writer"]) == ("offline", "offline", "openai:m")
    assert code in (0, 1)
