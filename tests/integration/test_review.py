"""The review page's server as a process: who may ask, what bad requests come to, what lies on the disk."""

import http.client
import json
import signal
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.review_server import Served, reviews_of, run_of, served
from tests.unit.toolgrad_data.command import toolgrad


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run_of(tmp_path_factory.mktemp("review") / "run", 3)


@pytest.fixture(scope="module")
def server(run: Path) -> Iterator[Served]:
    with served(run) as running:
        yield running


class Answer:
    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status, self.headers, self.data = response.status, response.headers, response.read()

    @property
    def json(self) -> Any:
        return json.loads(self.data)


def token_of(server: Served) -> str:
    return parse_qs(urlsplit(server.address).query)["token"][0]


def ask(server: Served, path: str, body: Any = None, method: str = "POST", **headers: str | None) -> Answer:
    """Send a request as the page sends it; a header that is None is left out."""
    port = urlsplit(server.address).port
    assert port is not None
    usual = {"host": f"127.0.0.1:{port}", "content-type": "application/json", "x-toolgrad-token": token_of(server)}
    sent = usual | {name.replace("_", "-"): value for name, value in headers.items()}
    data = body if isinstance(body, bytes) else json.dumps(body or {}).encode()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in sent.items():
            if value is not None:
                connection.putheader(name, value)
        connection.putheader("content-length", str(len(data)))
        connection.endheaders(data)
        return Answer(connection.getresponse())
    finally:
        connection.close()


def decide(server: Served, record: str, decision: str = "accept", **members: Any) -> Answer:
    digest = ask(server, "/api/record", {"reviewer": "Ada", "record": record}).json["digest"]
    body = {"id": f"of-{record}", "record": record, "digest": digest, "reviewer": "Ada", "decision": decision}
    return ask(server, "/api/decide", {**body, "known": None, **members})


def test_the_page_needs_the_token_and_allows_no_more_than_itself(server: Served) -> None:
    page = ask(server, f"/?token={token_of(server)}", method="GET", x_toolgrad_token=None)
    assert page.status == 200
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "connect-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert page.headers["cache-control"] == "no-store"
    assert "access-control-allow-origin" not in page.headers
    assert token_of(server).encode() not in page.data
    for path in ("/", "/?token=", "/?token=wrong", "/?token=%ff%fe"):
        assert ask(server, path, method="GET").status == 403


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("x_toolgrad_token", None),
        ("x_toolgrad_token", "wrong"),
        ("host", "evil.example"),
        ("host", "evil.example:80"),
        ("host", "127.0.0.1"),
        ("host", None),
        ("origin", "http://evil.example"),
        ("origin", "http://127.0.0.1:1"),
        ("origin", "null"),
        ("sec_fetch_site", "cross-site"),
        ("sec_fetch_site", "same-site"),
    ],
)
def test_requests_of_others_are_refused(server: Served, header: str, value: str | None) -> None:
    answer = ask(server, "/api/queue", {"reviewer": "Ada"}, **{header: value})
    assert answer.status in (400, 403)
    assert b"s0-000000" not in answer.data


def test_the_page_s_own_requests_are_answered(server: Served) -> None:
    own = f"http://127.0.0.1:{urlsplit(server.address).port}"
    answer = ask(server, "/api/queue", {"reviewer": "Ada"}, origin=own, sec_fetch_site="same-origin")
    assert answer.status == 200
    assert len(answer.json["heads"]) == 17


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/api/queue", b"{", 400),
        ("/api/queue", b"[]", 400),
        ("/api/queue", b"\xff", 400),
        ("/api/queue", b"[" * 100_000, 400),
        ("/api/queue", {"reviewer": " "}, 400),
        ("/api/queue", {"reviewer": 7}, 400),
        ("/api/queue", {"reviewer": "x" * 81}, 400),
        ("/api/record", {"reviewer": "Ada", "record": "../run.json"}, 404),
        ("/api/prove", {"record": "s0-000003", "mended": {"turns": []}}, 400),
        ("/api/prove", {"record": "s0-000003", "mended": "x"}, 400),
        ("/api/decide", {}, 404),
        ("/api/none", {}, 404),
        ("/api/queue", b" " * (2 * 1024 * 1024 + 1), 413),
    ],
)
def test_a_bad_request_is_told_and_leaves_nothing(server: Served, run: Path, path: str, body: Any, status: int) -> None:
    before = reviews_of(run)
    assert ask(server, path, body).status == status
    assert ask(server, "/api/run", {}, content_type="text/plain").status == 415
    assert reviews_of(run) == before


@pytest.mark.parametrize(
    "members",
    [
        {"decision": "maybe"},
        {"decision": "reject"},
        {"decision": "mend"},
        {"decision": "undo", "undoes": "none"},
        {"digest": "another"},
        {"reviewer": ""},
        {"note": "x" * 10_001},
        {"tags": ["x"] * 51},
        {"extra": 1},
        {"known": "one that is not there"},
    ],
)
def test_a_decision_that_says_too_little_or_too_much_is_refused(
    server: Served, run: Path, members: dict[str, Any]
) -> None:
    before = reviews_of(run)
    answer = decide(server, "s0-000002", **members)
    assert answer.status in (400, 409)
    assert answer.json["message"]
    assert reviews_of(run) == before


def test_a_decision_is_on_the_disk_when_it_is_answered_and_there_once(server: Served, run: Path) -> None:
    assert decide(server, "s0-000001", at="1999-01-01T00:00:00Z").status == 200
    (made,) = [each for each in reviews_of(run) if each["record"] == "s0-000001"]
    assert made["at"] > "2020"
    assert decide(server, "s0-000001").status == 200  # sent again, as after a lost answer
    assert len([each for each in reviews_of(run) if each["record"] == "s0-000001"]) == 1
    assert decide(server, "s0-000001", reason="another").status == 409


def test_a_mend_is_proved_and_is_to_be_unlike_all_other_records(server: Served, run: Path) -> None:
    def draft(id: str) -> dict[str, str]:
        turn: dict[str, str] = ask(server, "/api/record", {"reviewer": "Ada", "record": id}).json["draft"]["turns"][0]
        return turn

    def found(turn: dict[str, str]) -> set[tuple[str, str]]:
        proved = ask(server, "/api/prove", {"record": "s1-000001", "mended": {"turns": [turn]}}).json
        return {(each["promise"], each["code"]) for each in proved["record"]["verification"]["findings"]}

    own = draft("s1-000001")
    assert found(own) == set()
    alike = {**own, "query": draft("s1-000000")["query"]}
    assert ("distinct", "similar_query") in found(alike)
    wrong = {**own, "response": own["response"] + " That is 77.5 in all."}
    assert {promise for promise, _ in found(wrong)} == {"cited"}
    before = reviews_of(run)
    for turn in (alike, wrong):
        assert decide(server, "s1-000001", "mend", mended={"turns": [turn]}).status == 422
    assert reviews_of(run) == before
    assert (
        decide(server, "s1-000001", "mend", mended={"turns": [{**own, "query": "Hello. " + own["query"]}]}).status
        == 200
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_session_is_for_this_user_alone_and_gone_after_a_clean_end(tmp_path: Path, number: signal.Signals) -> None:
    run = run_of(tmp_path / "run", 0)
    session = run / ".review-session.json"
    with served(run) as first:
        assert stat.S_IMODE(session.stat().st_mode) == 0o600
        first.process.send_signal(number)
        assert first.process.wait(20) == 0
        assert not session.exists()
    with served(run) as second:
        assert second.address != first.address


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--audit", "5", "--limit", "3"], "--audit draws its own records"),
        (["--order", "disagreement"], "no record was judged"),
        (["--port", "1"], "--port 1: cannot be used"),
    ],
)
def test_what_cannot_be_served_is_told(
    run: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], options: list[str], told: str
) -> None:
    if "--port" in options:
        monkeypatch.setattr("socket.socket.bind", refuse)
    assert toolgrad(monkeypatch, "review", run, *options) == 2
    assert told in capsys.readouterr().err


def refuse(*_: object) -> None:
    raise PermissionError(13, "Permission denied")


def test_what_serves_is_an_extra_and_said_to_be(
    run: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    assert toolgrad(monkeypatch, "review", run) == 2
    assert "pip install 'toolgrad-langgraph[serve]'" in capsys.readouterr().err


def test_a_run_without_records_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "records.jsonl").write_text("no record\n")
    assert toolgrad(monkeypatch, "review", tmp_path) == 2
    assert "has no records to review" in capsys.readouterr().err


def test_a_line_that_is_no_review_is_told_and_the_others_are_served(tmp_path: Path) -> None:
    run_of(tmp_path, 1)
    (tmp_path / "reviews.jsonl").write_text("{}\n")
    with served(tmp_path) as server:
        first = ask(server, "/api/queue", {"reviewer": "Ada"}).json["heads"][0]["id"]
        assert decide(server, first).status == 200
    assert (tmp_path / "reviews.jsonl").read_text().startswith("{}\n{")


def test_samples_that_wait_are_reviewed_and_the_run_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = tmp_path / "run"
    generate = ("generate", "--samples", 3, "--seed", 4, "--turns", "1:100", "--out", run, "--review")
    assert toolgrad(monkeypatch, *generate) == 0
    assert toolgrad(monkeypatch, "review", run) == 2
    assert f"toolgrad review {run} --waiting" in capsys.readouterr().err
    with served(run, "--waiting") as server:
        waiting = [head["id"] for head in ask(server, "/api/queue", {"reviewer": "Ada"}).json["heads"]]
        assert len(waiting) == 3
        assert decide(server, waiting[0]).status == 200
        assert decide(server, waiting[1], "reject", reason="odd").status == 200
        draft = ask(server, "/api/record", {"reviewer": "Ada", "record": waiting[2]}).json["draft"]
        draft["turns"][0]["query"] = "Hello. " + draft["turns"][0]["query"]
        assert decide(server, waiting[2], "mend", mended=draft).status == 200
    assert toolgrad(monkeypatch, *generate) == 0
    records = [json.loads(each) for each in (run / "records.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [record["id"] for record in records] == [waiting[0], waiting[2]]
    assert records[1]["turns"][0]["query"].startswith("Hello. ")
    capsys.readouterr()
    assert toolgrad(monkeypatch, "stats", run, "--reviewed", "accepted", "--json") == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["records"] == 2
    assert figures["reviews"]["stale"] == 0
    assert figures["reviews"]["reviewers"] == {"Ada": {"accept": 2, "reject": 1}}
