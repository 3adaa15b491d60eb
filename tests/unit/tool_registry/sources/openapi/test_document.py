import json

import pytest

from tests.services.http import Reply, serving
from tests.unit.tool_registry.sources.openapi.documents import document
from tool_registry.sources.openapi.document import Document, UnusableError, read_document
from tool_registry.tool import LoadError

SIZE = 1_000_000


def read(folder, text):
    path = folder / "openapi.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_document(str(path), {}, SIZE).content


def test_yaml_is_read_as_json_has_it(tmp_path):
    content = read(
        tmp_path,
        """
openapi: 3.0.3
info: {title: T, version: 2024-01-02}
paths:
  /x:
    get:
      responses:
        200: {description: yes}
        default: {description: no}
x-values: [on, off, 12:30:45, 0o17, 010, 1_000, 1e3, 1.5, -2, true, null, ~, .inf, 2024-01-02T03:04:05Z]
""",
    )
    assert content["info"]["version"] == "2024-01-02"
    assert content["paths"]["/x"]["get"]["responses"] == {
        "200": {"description": "yes"},
        "default": {"description": "no"},
    }
    assert content["x-values"] == [
        "on", "off", "12:30:45", "0o17", 10, "1_000", 1000.0, 1.5, -2, True, None, None, ".inf", "2024-01-02T03:04:05Z",
    ]  # fmt: skip
    json.dumps(content, allow_nan=False)


def test_yaml_anchors_and_merges_are_followed(tmp_path):
    content = read(tmp_path, "openapi: 3.1.0\nx-a: &a {p: 1}\nx-b: {<<: *a, q: 2}\npaths: {}")
    assert content["x-b"] == {"p": 1, "q": 2}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"openapi": "3.1.0",', "not JSON"),
        ("[" * 200_000, "deeply"),
        ("a: [1", "neither JSON nor YAML"),
        ("a: &a\n  b: *a", "neither JSON nor YAML"),
        ("!!python/object/apply:os.system ['true']", "neither JSON nor YAML"),
        (b"\xc3\x28", "neither JSON nor YAML"),
        ("- " * 50_000 + "x", "deeply"),
        ("[]", "is an object, not list"),
        ("just text", "is an object, not str"),
        ("{}", '"openapi": "3.x.y"'),
        ('{"openapi": "4.0.0"}', "4.0.0"),
        ('{"swagger": "2.0"}', "Swagger 2.0"),
        ('{"openapi": "3.1.0", "paths": []}', "`paths` must be an object"),
        ('{"openapi": "3.1.0", "x": "' + "y" * SIZE + '"}', "larger than 1000000 bytes"),
    ],
)
def test_what_is_no_document_is_refused_in_words(tmp_path, text, said):
    with pytest.raises(LoadError, match="openapi") as raised:
        read(tmp_path, text)
    assert said in str(raised.value)


def test_a_file_that_is_not_there():
    with pytest.raises(LoadError, match="cannot read it: No such file"):
        read_document("/nowhere/openapi.json", {}, SIZE)


def test_a_url_is_read_with_its_headers():
    def answer(request):
        return Reply(document()) if request.headers.get("x-key") == "k" else Reply("no", 403)

    with serving(answer) as service:
        assert read_document(f"{service.url}/openapi.json", {"x-key": "k"}, SIZE).content == document()
        with pytest.raises(LoadError, match="HTTP 403"):
            read_document(f"{service.url}/openapi.json", {}, SIZE)
        with pytest.raises(LoadError, match="larger than 10 bytes"):
            read_document(f"{service.url}/openapi.json", {"x-key": "k"}, 10)


def test_references():
    here = Document(
        {
            "a": {"$ref": "#/b~1c/d%20e"},
            "b/c": {"d e": {"found": 1}},
            "loop": {"$ref": "#/loop2"},
            "loop2": {"$ref": "#/loop"},
        },
        None,
    )
    assert here.follow({"$ref": "#/a"}) == {"found": 1}
    assert here.follow({"no": "reference"}) == {"no": "reference"}
    for reference, said in [
        ("#/loop", "itself"),
        ("#/nothing", "leads to nothing"),
        ("#anchor", "no JSON Pointer"),
        ("other.json#/x", "out of the document"),
        ("https://evil.example.com/x", "out of the document"),
    ]:
        with pytest.raises(UnusableError, match=said):
            here.follow({"$ref": reference})


@pytest.mark.parametrize(
    ("servers", "url", "found"),
    [
        ([{"url": "https://a.example.com/v1/"}], None, "https://a.example.com/v1"),
        ([{"url": "/v2"}], "https://b.example.com/docs/openapi.json", "https://b.example.com/v2"),
        ([{"url": "v2"}], "https://b.example.com/docs/openapi.json", "https://b.example.com/docs/v2"),
        ([], "https://b.example.com/docs/openapi.json", "https://b.example.com"),
        ([{"url": "/v2"}], None, None),
        ([], None, None),
        ([{"url": "ftp://a"}], None, None),
        (
            [
                {
                    "url": "https://{region}.example.com/{v}",
                    "variables": {"region": {"default": "eu"}, "v": {"default": "1"}},
                }
            ],
            None,
            "https://eu.example.com/1",
        ),
    ],
)
def test_servers(servers, url, found):
    assert Document({"servers": servers}, url).server() == found


def test_the_innermost_server_wins():
    here = Document({"servers": [{"url": "https://outer.example.com"}]}, None)
    assert here.server({"servers": [{"url": "https://inner.example.com"}]}, {}) == "https://inner.example.com"
    assert here.server({}, {}) == "https://outer.example.com"
