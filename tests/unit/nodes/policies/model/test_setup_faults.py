"""What keeps a client from being built, or a request from being made, ends the run with what to change."""

from pathlib import Path

import pytest

from graph.record import RoleUsage
from nodes.policies.base import PolicySetupError
from nodes.policies.model.transport import Transport
from tests.model_server import ModelServer, answer
from tests.unit.nodes.policies.model.conftest import QUICK, settings

URL = "http://127.0.0.1:9/v1"


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


async def fault(url: str = URL) -> str:
    with pytest.raises(PolicySetupError) as caught:
        await Transport(settings(url), "propose", QUICK).send([("user", "u")], {}, RoleUsage())
    assert caught.value.__context__ is None, "a traceback would print what the libraries say"
    return str(caught.value)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("ALL_PROXY", "socks5://me:hunter2@127.0.0.1:9", ["ALL_PROXY", "socksio", "NO_PROXY=127.0.0.1"]),
        ("https_proxy", "socks5h://127.0.0.1:9", ["https_proxy", "socksio"]),
        ("ALL_PROXY", "socks4://me:hunter2@127.0.0.1:9", ["ALL_PROXY", "cannot be used"]),
        ("HTTP_PROXY", "gopher://me:hunter2@127.0.0.1", ["HTTP_PROXY", "cannot be used"]),
        ("HTTP_PROXY", "http://me:hunter2@127.0.0.1:99999", ["HTTP_PROXY", "port"]),
        ("HTTP_PROXY", "http://[::1", ["HTTP_PROXY", "cannot be used"]),
        ("HTTP_PROXY", "http://127.0.0.1:9", ["HTTP_PROXY", "connection refused"]),
        ("SSL_CERT_FILE", "/nonexistent.pem", ["SSL_CERT_FILE=/nonexistent.pem"]),
        ("SSL_CERT_FILE", "/", ["SSL_CERT_FILE=/"]),
        ("OPENAI_API_KEY", "sk-“hunter2”", ["OPENAI_API_KEY", "left double quotation mark", "character 4 of 12"]),
        ("OPENAI_API_KEY", "sk-hunter2\nhunter2", ["OPENAI_API_KEY", "a line break"]),
        ("OPENAI_API_KEY", "sk-hunter2\u200bx", ["OPENAI_API_KEY", "zero width space"]),
        ("OPENAI_ORG_ID", "org-hunter2–x", ["OPENAI_ORG_ID"]),
    ],
)
async def test_what_the_environment_says_wrong_is_named(
    name: str, value: str, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    told = await fault()
    assert not [word for word in words if word not in told], told
    assert "hunter2" not in told


async def test_certificates_that_are_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "own.pem").write_text("no certificate")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "own.pem"))
    assert "own.pem" in await fault()


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:99999/v1", "http://127.0.0.1:x/v1", "127.0.0.1:9/v1", "http://xn--☃/v1", "http://[::1/v1"]
)
async def test_a_url_that_is_none(url: str) -> None:
    assert "base_url" in await fault(url)


async def test_a_client_is_built_once_the_environment_is_right(monkeypatch: pytest.MonkeyPatch) -> None:
    async with ModelServer([answer({"fine": True})]) as server:
        monkeypatch.setenv("SSL_CERT_FILE", "/nonexistent.pem")
        await fault(server.url)
        monkeypatch.delenv("SSL_CERT_FILE")
        transport = Transport(settings(server.url), "propose", QUICK)
        assert (await transport.send([("user", "u")], {}, RoleUsage())).text == '{"fine": true}'
