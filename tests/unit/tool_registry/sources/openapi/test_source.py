"""The source against a real service that publishes its own document, and on documents of great size."""

import json
import subprocess
import sys

import pytest

from tests.services import atlas
from tests.services.http import Reply, serving
from tests.unit.tool_registry.making import run
from tests.unit.tool_registry.sources.openapi.documents import document, loaded
from tool_registry.permissions import Permissions
from tool_registry.registry import load_registry
from tool_registry.sources.config import SourceConfig
from tool_registry.tool import LoadError

WRITES = Permissions(allow_writes=True)


@pytest.fixture
def service():
    with serving(atlas.answer) as running:
        yield running


def registry(url, **config):
    return load_registry([SourceConfig(kind="openapi", target=f"{url}/openapi.json", **config).as_spec()])


async def test_the_operations_of_a_running_service_answer(service):
    tools = registry(service.url)
    assert tools.names == [
        "count_notes",
        "daylight",
        "describe_currency",
        "find_city",
        "get_countries_by_country_code",
        "write_note",
    ]
    result = await run(tools.get("find_city"), {"city": "Oslo"})
    assert result.content == atlas.CITIES["Oslo"]
    result = await run(tools.get("daylight"), {"latitude": 38.72, "longitude": -9.14})
    assert result.content == {"hours": 16.3}
    assert service.last.query == [("latitude", "38.72"), ("longitude", "-9.14")]
    missing = await run(tools.get("find_city"), {"city": "Atlantis/Nord"})
    assert (missing.error.kind, missing.error.message) == ("tool_error", "HTTP 404: nothing is known of Atlantis/Nord")
    assert service.last.target == "/v1/cities/Atlantis%2FNord"


async def test_arguments_are_checked_before_anything_is_sent(service):
    tools = registry(service.url)
    before = len(service.seen)
    for arguments in ({}, {"city": 3}, {"city": "Oslo", "more": 1}, {"city": ".."}):
        assert (await run(tools.get("find_city"), arguments)).error.kind == "invalid_arguments"
    assert len(service.seen) == before


async def test_writes_are_refused_unless_they_are_allowed(service, monkeypatch):
    monkeypatch.setenv("ATLAS_TOKEN", "s3cret-token")
    tools = registry(service.url, options={"auth": {"token": "${ATLAS_TOKEN}"}})
    before = len(service.seen)
    assert (await run(tools.get("write_note"), {"text": "hello"})).error.kind == "not_allowed"
    assert len(service.seen) == before
    result = await run(tools.get("write_note"), {"text": "hello"}, permissions=WRITES)
    assert result.content == {"id": 7, "text": "hello"}
    assert service.last.headers["authorization"] == "Bearer s3cret-token"
    assert tools.problems == []


async def test_a_key_that_is_wanted_and_not_given_is_a_problem(service):
    tools = registry(service.url)
    assert "1 operations want the security scheme 'token'" in tools.problems[0]
    assert (await run(tools.get("write_note"), {"text": "x"}, permissions=WRITES)).error.message == "HTTP 401: no token"


async def test_head_tells_what_the_headers_say(service):
    result = await run(registry(service.url).get("count_notes"))
    assert result.content["status"] == 200
    assert result.content["headers"]["etag"] == '"3"'
    assert "set-cookie" not in result.content["headers"]


def test_a_read_only_member_is_no_argument_and_a_model_of_itself_is(service):
    schema = registry(service.url).get("write_note").spec.parameters
    assert list(schema["properties"]) == ["text", "replies"]
    assert schema["required"] == ["text"]


SCHEMES = {
    "header": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "query": {"type": "apiKey", "in": "query", "name": "key"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "sid"},
    "basic": {"type": "http", "scheme": "basic"},
    "oauth": {"type": "oauth2", "flows": {}},
}


@pytest.mark.parametrize(
    ("scheme", "key", "seen"),
    [
        ("header", "k&1", ("x-key", "k&1")),
        ("query", "k&1", ("query", "key=k%261")),
        ("cookie", "k1", ("cookie", "sid=k1")),
        ("basic", "mia:pw", ("authorization", "Basic bWlhOnB3")),
        ("oauth", "t", ("authorization", "Bearer t")),
    ],
)
async def test_security_schemes(tmp_path, scheme, key, seen):
    def answer(request):
        return Reply({**request.headers, "query": request.target.partition("?")[2]})

    parameters = [{"name": "X-Key", "in": "header", "schema": {}}, {"name": "key", "in": "query", "schema": {}}]
    content = document(
        {"/x": {"get": {"parameters": parameters}}},
        security=[{"other": []}, {scheme: []}],
        components={"securitySchemes": {**SCHEMES, "other": SCHEMES["basic"]}},
    )
    with serving(answer) as service:
        [tool] = loaded(tmp_path, content, options={"server": service.url, "auth": {scheme: key}}).tools
        result = await run(tool)
    assert result.content[seen[0]] == seen[1]
    # What every call carries is no argument any more.
    assert {"header": "X-Key", "query": "key"}.get(scheme) not in tool.spec.parameters["properties"]
    assert f'"{key}"' not in tool.spec.model_dump_json()


async def test_a_password_is_cut_out_as_it_is_sent_too(tmp_path, monkeypatch):
    monkeypatch.setenv("SHOP_PASSWORD", "correct-horse")
    content = document({"/x": {"get": {}}}, security=[{"basic": []}], components={"securitySchemes": SCHEMES})
    (tmp_path / "openapi.json").write_text(json.dumps(content))
    with serving(lambda request: Reply({"you sent": request.headers["authorization"]})) as service:
        source = SourceConfig(
            kind="openapi",
            target=str(tmp_path / "openapi.json"),
            options={"server": service.url, "auth": {"basic": "mia:${SHOP_PASSWORD}"}},
        )
        result = await run(load_registry([source.as_spec()]).get("get_x"))
        assert service.last.headers["authorization"] == "Basic bWlhOmNvcnJlY3QtaG9yc2U="
    assert result.content == {"you sent": "Basic [redacted]"}


async def test_headers_and_query_of_each_request(tmp_path):
    content = document({"/x": {"get": {"parameters": [{"name": "appid", "in": "query", "schema": {}}]}}})
    with serving(lambda request: Reply([request.target, request.headers["x-app"]])) as service:
        options = {"server": f"{service.url}/base/", "headers": {"X-App": "a"}, "query": {"appid": "k y"}}
        [tool] = loaded(tmp_path, content, options=options).tools
        assert tool.spec.parameters["properties"] == {}
        assert (await run(tool)).content == ["/base/x?appid=k%20y", "a"]


@pytest.mark.parametrize(
    "server", ["http://127.0.0.1:9", "http://localhost/x", "http://169.254.169.254/latest", "http://[::1]:80"]
)
def test_a_document_cannot_lead_to_private_addresses(tmp_path, server):
    with pytest.raises(LoadError, match="set `server` in the source's options to allow it"):
        loaded(tmp_path, document({"/x": {"get": {}}}, servers=[{"url": server}]))


def test_a_service_that_was_named_cannot_lead_to_another_one_inside(service):
    content = document({"/x": {"get": {}}}, servers=[{"url": service.url}])
    with serving(lambda request: Reply(content)) as other, pytest.raises(LoadError, match="private address"):
        registry(other.url)
    assert service.seen == []


def test_a_document_without_a_server_wants_one(tmp_path):
    with pytest.raises(LoadError, match="names no absolute server URL: set `server`"):
        loaded(tmp_path, document({"/x": {"get": {}}}, servers=[]))


def test_secrets_are_in_no_problem_and_no_spec(service, monkeypatch):
    monkeypatch.setenv("ATLAS_TOKEN", "s3cret-token")
    source = SourceConfig(
        kind="openapi", target=f"{service.url}/openapi.json", options={"auth": {"token": "${ATLAS_TOKEN}"}}
    )
    assert "s3cret" not in source.as_spec()
    for tool in load_registry([source.as_spec()]).specs.values():
        assert "s3cret" not in tool.model_dump_json()


def large(operations: int, padding: int) -> str:
    """A document whose models all refer to each other in a ring."""
    models = {
        f"M{n}": {
            "type": "object",
            "properties": {"id": {"type": "integer"}, "next": {"$ref": f"#/components/schemas/M{(n + 1) % 200}"}},
            "x-notes": "x" * padding,
            "description": "y" * (padding // 10),
        }
        for n in range(200)
    }
    paths = {
        f"/r{n}/{{id}}": {
            "get": {
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
                "responses": {
                    "200": {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/M{n % 200}"}}}}
                },
            }
        }
        for n in range(operations)
    }
    return json.dumps(document(paths, components={"schemas": models}))


LOADER = """
import resource, sys, time
from tool_registry.registry import load_registry
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
started = time.process_time()
registry = load_registry(["openapi:" + sys.argv[1]])
largest = max(len(spec.model_dump_json()) for spec in registry.specs.values())
seconds = time.process_time() - started
print(len(registry), seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before, largest)
"""


@pytest.mark.parametrize(("operations", "padding"), [(1000, 0), (1000, 50_000)])
def test_a_thousand_operations_and_ten_megabytes_load_in_bounded_time_and_memory(tmp_path, operations, padding):
    text = large(operations, padding)
    assert len(text) > 10_000_000 or not padding
    (tmp_path / "large.json").write_text(text)
    done = subprocess.run(
        [sys.executable, "-c", LOADER, str(tmp_path / "large.json")], capture_output=True, text=True, check=True
    )
    count, seconds, memory, largest = map(float, done.stdout.split())
    assert count == operations
    assert seconds < 20
    # ru_maxrss is in KiB on Linux and in bytes on macOS.
    assert memory / (1024 if sys.platform == "darwin" else 1) < 300 * 1024
    assert largest < 40_000
