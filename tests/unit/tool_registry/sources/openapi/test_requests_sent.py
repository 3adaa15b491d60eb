"""What reaches a service, from the document to the wire: bodies, forms, styles."""

import json

import pytest

from tests.services.http import Reply, serving
from tests.unit.tool_registry.making import run as call
from tests.unit.tool_registry.sources.openapi.documents import document, loaded
from tool_registry.permissions import Permissions


async def sent(folder, operation, arguments, version="3.0.3", path="/things", method="post"):
    """The request that a call of the one operation makes."""
    with serving(lambda _: Reply({})) as service:
        content = document({path: {method: operation}}, version)
        [tool] = loaded(folder, content, options={"server": service.url}).tools
        result = await call(tool, arguments, permissions=Permissions(allow_writes=True))
        assert result.ok, result.error
        return service.last


def body(media_type, required=True, encoding=None, **properties):
    schema = {"type": "object", "properties": properties}
    described = {"schema": schema, **({"encoding": encoding} if encoding else {})}
    return {"requestBody": {"required": required, "content": {media_type: described}}}


TEXT, ITEMS = {"type": "string"}, {"type": "array", "items": {"type": "string"}}
OBJECT = {"type": "object", "properties": {"enabled": {"type": "boolean"}, "tags": ITEMS}}
FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("media_type", "content"), [("application/json", b"{}"), ("application/merge-patch+json", b"{}"), (FORM, b"")]
)
async def test_a_required_body_without_members_has_its_content_type(tmp_path, media_type, content):
    seen = await sent(tmp_path, body(media_type, note=TEXT), {})
    assert (seen.headers["content-type"], seen.body) == (media_type, content)
    assert "content-type" not in (await sent(tmp_path, body(media_type, required=False, note=TEXT), {})).headers


@pytest.mark.parametrize(
    ("said", "query"),
    [
        ({"style": "deepObject", "explode": True}, "tax[enabled]=true&tax[tags][0]=a&tax[tags][1]=b"),
        ({"style": "deepObject"}, "tax[enabled]=true&tax[tags][0]=a&tax[tags][1]=b"),
        ({"explode": False}, "tax=enabled,true,tags,%5B%22a%22%2C%22b%22%5D"),
        ({"style": "form"}, "enabled=true&tags=%5B%22a%22%2C%22b%22%5D"),
        ({"contentType": "application/json"}, "tax=%7B%22enabled%22%3Atrue%2C%22tags%22%3A%5B%22a%22%2C%22b%22%5D%7D"),
        ({}, "tax=%7B%22enabled%22%3Atrue%2C%22tags%22%3A%5B%22a%22%2C%22b%22%5D%7D"),
    ],
)
async def test_a_form_is_written_by_its_encoding(tmp_path, said, query):
    given = {"tax": {"enabled": True, "tags": ["a", "b"]}}
    seen = await sent(tmp_path, body(FORM, encoding={"tax": said}, tax=OBJECT), given)
    assert seen.body.decode() == query


async def test_a_multipart_form_has_styles_since_3_1(tmp_path):
    operation = body("multipart/form-data", encoding={"tax": {"style": "deepObject"}}, tax=OBJECT)
    old = await sent(tmp_path, operation, {"tax": {"enabled": True}})
    assert b'name="tax"\r\nContent-Type: application/json\r\n\r\n{"enabled":true}\r\n' in old.body
    new = await sent(tmp_path, operation, {"tax": {"enabled": True}}, "3.1.0")
    assert b'name="tax[enabled]"\r\n\r\ntrue\r\n' in new.body


def parameter(place="query", **members):
    return {"parameters": [{"name": "color", "in": place, "required": place == "path", "schema": OBJECT, **members}]}


@pytest.mark.parametrize(
    ("style", "explode", "query"),
    [
        ("deepObject", True, "color[enabled]=true&color[tags][0]=a%20b"),
        ("pipeDelimited", False, "color=enabled%7Ctrue%7Ctags%7C%5B%22a%20b%22%5D"),
    ],
)
async def test_objects_in_a_query(tmp_path, style, explode, query):
    operation = parameter(style=style, explode=explode)
    seen = await sent(tmp_path, operation, {"color": {"enabled": True, "tags": ["a b"]}}, method="get")
    assert seen.target == f"/things?{query}"


@pytest.mark.parametrize(
    ("style", "explode", "path"),
    [
        ("label", False, ".enabled,true"),
        ("label", True, ".enabled=true"),
        ("matrix", False, ";color=enabled,true"),
        ("matrix", True, ";enabled=true"),
    ],
)
async def test_objects_in_a_path(tmp_path, style, explode, path):
    operation = parameter("path", style=style, explode=explode)
    seen = await sent(tmp_path, operation, {"color": {"enabled": True}}, path="/x/{color}/y", method="get")
    assert seen.target == f"/x/{path}/y"


async def test_parameters_in_a_media_type(tmp_path):
    operation = {
        "parameters": [
            {"name": "filter", "in": "query", "content": {"application/json": {"schema": OBJECT}}},
            {"name": "note", "in": "query", "content": {"text/plain": {"schema": TEXT}}},
        ]
    }
    seen = await sent(tmp_path, operation, {"filter": {"enabled": True}, "note": "a b"}, method="get")
    assert seen.query == [("filter", '{"enabled":true}'), ("note", "a b")]


def test_one_reason_is_told_once(tmp_path):
    paths = {f"/{name}": {"get": {}} for name in ("roses", "beds", "pots", "trees")}
    paths["/private"] = {"servers": [{"url": "http://10.0.0.1"}], "get": {}, "put": {}}
    content = {
        **document({**paths, "/good": {"servers": [{"url": "https://api.example.com"}], "get": {}}}),
        "servers": [],
    }
    found = loaded(tmp_path, content)
    assert [tool.spec.name for tool in found.tools] == ["get_good"]
    [nowhere, private] = found.problems
    assert "4 operations are skipped (GET /roses, GET /beds, GET /pots and 1 more)" in nowhere
    assert "set `server`" in nowhere
    assert "2 operations are skipped (GET /private, PUT /private)" in private


def test_an_optional_parameter_that_cannot_be_written_costs_itself(tmp_path):
    xml = {"name": "filter", "in": "query", "content": {"application/xml": {}}}
    paths = {"/a": {"get": {"parameters": [xml]}}, "/b": {"get": {"parameters": [{**xml, "required": True}]}}}
    found = loaded(tmp_path, document(paths))
    [tool] = found.tools
    assert (tool.spec.name, tool.spec.parameters["properties"]) == ("get_a", {})
    assert [("GET /a does without it" in each, "GET /b is skipped" in each) for each in found.problems] == [
        (False, True),
        (True, False),
    ]


def test_a_key_is_no_argument_whether_it_is_given_or_not(tmp_path):
    parameters = [
        {"name": "X-Key", "in": "header", "required": True, "schema": TEXT},
        {"name": "q", "in": "query", "schema": TEXT},
    ]
    schemes = {"securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "x-key"}}}
    content = document({"/a": {"get": {"parameters": parameters, "security": [{"key": []}]}}}, components=schemes)
    found = loaded(tmp_path, content)
    assert set(found.tools[0].spec.parameters["properties"]) == {"q"}
    assert "key" in json.dumps(found.problems)
