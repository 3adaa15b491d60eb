import re

import pytest

from tests.unit.tool_registry.sources.openapi.documents import document, loaded, only_tool
from tool_registry.json.schema import validation_errors
from tool_registry.spec import NAME_PATTERN
from tool_registry.tool import LoadError


def specs(folder, paths, **config):
    members = config.pop("members", {})
    return {
        tool.spec.original_name or tool.spec.name: tool.spec
        for tool in loaded(folder, document(paths, **members), **config).tools
    }


@pytest.mark.parametrize(
    ("method", "path", "name", "description"),
    [
        ("get", "/users", "get_users", "Get users."),
        ("get", "/users/{id}/orders", "get_users_by_id_orders", "Get users by id orders."),
        ("get", "/", "get", "Get."),
        ("head", "/a-b/{c.d}", "head_a_b_by_c_d", "Head a b by c d."),
        ("get", "/日本", "get", "Get."),
    ],
)
def test_operations_without_ids_and_words_get_sensible_ones(tmp_path, method, path, name, description):
    parameters = [{"name": part, "in": "path", "required": True} for part in ("id", "c.d") if f"{{{part}}}" in path]
    [spec] = specs(tmp_path, {path: {method: {"parameters": parameters}}}).values()
    assert (spec.name, spec.description) == (name, description)


@pytest.mark.parametrize(
    ("said", "description"),
    [
        ({"summary": "List  all"}, "List all."),
        ({"description": "All of\n\nthem!"}, "All of them!"),
        ({"summary": "List all", "description": "Page by page."}, "List all. Page by page."),
        ({"summary": "List all", "description": "List all users."}, "List all users."),
        ({"summary": "", "description": None}, "Get things."),
    ],
)
def test_descriptions(tmp_path, said, description):
    assert only_tool(tmp_path, said).spec.description == description


def test_a_long_description_is_cut(tmp_path):
    assert len(only_tool(tmp_path, {"description": "word " * 5000}).spec.description) <= 1000


def test_names_fit_the_pattern_and_keep_the_original(tmp_path):
    spec = only_tool(tmp_path, {"operationId": "Users.List all/" + "x" * 80}).spec
    assert len(spec.name) <= 64
    assert spec.original_name == "Users.List all/" + "x" * 80
    assert re.fullmatch(NAME_PATTERN, spec.name)


def test_a_name_that_stands_twice_is_a_problem_and_both_are_kept(tmp_path):
    found = loaded(tmp_path, document({"/a": {"get": {"operationId": "x"}}, "/b": {"get": {"operationId": "x"}}}))
    assert len(found.tools) == 2
    assert "2 operations are called 'x'" in found.problems[0]


def test_parameters_of_path_and_operation(tmp_path):
    shared = [
        {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}},
        {"name": "lang", "in": "query", "schema": {"type": "string"}, "description": "shared"},
        {"name": "X-Trace", "in": "header", "schema": {"type": "string"}},
    ]
    own = [
        {"name": "lang", "in": "query", "required": True, "schema": {"type": "string"}, "description": "own"},
        {"name": "Authorization", "in": "header", "schema": {"type": "string"}},
        {"$ref": "#/components/parameters/Page"},
        {"name": "filter[name]", "in": "query", "schema": {"type": "string"}, "example": "mia"},
        {"name": "where", "in": "query", "content": {"application/json": {"schema": {"type": "object"}}}},
    ]
    page = {"name": "page", "in": "query", "schema": {"type": "integer", "minimum": 1}, "examples": {"a": {"value": 2}}}
    content = document(
        {"/t/{id}": {"parameters": shared, "get": {"parameters": own}}}, components={"parameters": {"Page": page}}
    )
    [tool] = loaded(tmp_path, content).tools
    schema = tool.spec.parameters
    assert list(schema["properties"]) == ["id", "lang", "X-Trace", "page", "filter_name", "where"]
    assert schema["required"] == ["id", "lang"]
    assert schema["properties"]["lang"]["description"] == "own"
    assert schema["properties"]["page"]["examples"] == [2]
    assert schema["properties"]["filter_name"]["examples"] == ["mia"]
    assert not validation_errors(schema, {"id": 1, "lang": "en", "where": {"a": 1}})
    for wrong in (
        {"id": 1},
        {"id": "1", "lang": "en"},
        {"id": 1, "lang": "en", "page": 0},
        {"id": 1, "lang": "en", "x": 1},
    ):
        assert validation_errors(schema, wrong), wrong


def test_arguments_of_one_name_are_kept_apart(tmp_path):
    parameters = [
        {"name": "id", "in": place, "required": True, "schema": {"type": "string"}}
        for place in ("path", "query", "header")
    ]
    operation = {
        "parameters": parameters,
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}}
                }
            },
        },
    }
    [spec] = specs(tmp_path, {"/x/{id}": {"post": operation}}).values()
    assert spec.parameters["required"] == ["id", "id_query", "id_header", "id_body"]


BODY = {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}, "b": {"type": "string"}}}


@pytest.mark.parametrize(
    ("body", "required", "properties", "needed"),
    [
        (BODY, True, ["a", "b"], ["a"]),
        # Left out as a whole or given with its required members: arguments of their own could not say that.
        (BODY, False, ["body"], []),
        ({**BODY, "required": []}, False, ["a", "b"], []),
        ({"type": "array", "items": {"type": "integer"}}, True, ["body"], ["body"]),
        ({**BODY, "oneOf": [{"required": ["b"]}]}, True, ["body"], ["body"]),
        ({**BODY, "additionalProperties": {"type": "string"}}, True, ["body"], ["body"]),
        ({"$ref": "#/components/schemas/Body"}, True, ["a", "b"], ["a"]),
    ],
)
def test_bodies(tmp_path, body, required, properties, needed):
    operation = {"requestBody": {"required": required, "content": {"application/json": {"schema": body}}}}
    [spec] = specs(tmp_path, {"/x": {"post": operation}}, members={"components": {"schemas": {"Body": BODY}}}).values()
    assert list(spec.parameters["properties"]) == properties
    assert spec.parameters["required"] == needed


def test_forms_with_files(tmp_path):
    def form(*required):
        members = {"title": {"type": "string"}, "photo": {"type": "string", "format": "binary"}}
        schema = {"type": "object", "properties": members, "required": list(required)}
        return {"post": {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": schema}}}}}

    found = loaded(tmp_path, document({"/a": form("title"), "/b": form("photo")}))
    assert [list(tool.spec.parameters["properties"]) for tool in found.tools] == [["title"]]
    assert "POST /b is skipped: its body needs the file 'photo'" in found.problems[0]


def test_annotations_come_from_the_method(tmp_path):
    paths = {"/x": {method: {"operationId": method} for method in ("get", "head", "post", "put", "patch", "delete")}}
    found = specs(tmp_path, paths)
    said = {
        name: (spec.annotations.read_only, spec.annotations.destructive, spec.annotations.idempotent)
        for name, spec in found.items()
    }
    assert said == {
        "get": (True, False, True),
        "head": (True, False, True),
        "post": (False, None, False),
        "put": (False, None, True),
        "patch": (False, None, False),
        "delete": (False, True, True),
    }
    assert {spec.source for spec in found.values()} == {"openapi"}


def test_categories_are_tags_or_the_title(tmp_path):
    found = specs(tmp_path, {"/a": {"get": {"tags": ["BillingAccounts", "x"]}}, "/b": {"get": {}}})
    assert {name: spec.category for name, spec in found.items()} == {
        "get_a": "billing accounts",
        "get_b": "test service",
    }


def test_output_schemas_are_those_of_success(tmp_path):
    def responses(**content):
        return {"responses": {"default": {"content": {"application/json": {"schema": {"type": "null"}}}}, **content}}

    def json_of(kind):
        return {"description": "", "content": {"application/json; charset=utf-8": {"schema": {"type": kind}}}}

    found = specs(
        tmp_path,
        {
            "/a": {"get": responses(**{"200": json_of("object"), "404": json_of("array")})},
            "/b": {"get": responses(**{"2XX": json_of("array")})},
            "/c": {"get": responses(**{"204": {"description": "nothing"}})},
            "/d": {"get": responses(**{"200": {"content": {"text/plain": {"schema": {"type": "string"}}}}})},
            "/e": {"get": {}},
        },
    )
    outputs = {name: spec.output_schema for name, spec in found.items()}
    assert outputs == {
        "get_a": {"type": "object"},
        "get_b": {"type": "array"},
        "get_c": None,
        "get_d": None,
        "get_e": None,
    }


def test_a_response_schema_that_is_broken_costs_only_itself(tmp_path):
    broken = [{"$ref": "#/nowhere"}, {"type": "file"}, {"enum": ["x" * 100_000]}, {"minimum": "x"}]
    paths = {
        f"/{n}": {"get": {"responses": {"200": {"content": {"application/json": {"schema": schema}}}}}}
        for n, schema in enumerate(broken)
    }
    found = loaded(tmp_path, document(paths))
    assert [tool.spec.output_schema for tool in found.tools] == [None] * 4
    assert len(found.problems) == 1
    assert "get_0, get_1, get_2, get_3" in found.problems[0]


def test_what_cannot_be_a_tool_is_named_and_the_rest_works(tmp_path):
    def taking(**parameter):
        return {"get": {"parameters": [{"name": "p", "in": "query", "required": True, **parameter}]}}

    paths = {
        "/good": {"get": {}},
        "/reference": taking(schema={"$ref": "#/nowhere"}),
        "/type": taking(schema={"type": "file"}),
        "/place": taking(**{"in": "body"}),
        "/nameless": {"get": {"parameters": [{"in": "query"}]}},
        "/{undeclared}": {"get": {}},
        "/xml": {"post": {"requestBody": {"required": True, "content": {"application/xml": {}}}}},
        "/item": {"$ref": "other.yaml"},
        "/list": [],
        "/text": {"get": "x"},
        "x-extension": {"get": {}},
    }
    found = loaded(tmp_path, document(paths))
    assert [tool.spec.name for tool in found.tools] == ["get_good"]
    for title in (
        "GET /reference",
        "GET /type",
        "GET /place",
        "GET /nameless",
        "GET /{undeclared}",
        "POST /xml",
        "/item",
        "/list",
        "GET /text",
    ):
        assert any(f": {title} is skipped: " in problem for problem in found.problems), title
    assert len(found.problems) == 9


@pytest.mark.parametrize(
    ("options", "names"),
    [
        ({}, ["listUsers", "delete_users_by_id", "health"]),
        ({"tags": ["users"]}, ["listUsers", "delete_users_by_id"]),
        ({"methods": ["get"]}, ["listUsers", "health"]),
        ({"methods": ["GET"], "tags": ["users"]}, ["listUsers"]),
        ({"operations": ["list*"]}, ["listUsers"]),
        ({"operations": ["* /users*"]}, ["listUsers", "delete_users_by_id"]),
        ({"operations": ["DELETE *", "health"]}, ["delete_users_by_id", "health"]),
    ],
)
def test_selection(tmp_path, options, names):
    paths = {
        "/users": {"get": {"operationId": "listUsers", "tags": ["users"]}},
        "/users/{id}": {"delete": {"tags": ["users"], "parameters": [{"name": "id", "in": "path", "required": True}]}},
        "/health": {"get": {"operationId": "health"}},
    }
    assert [tool.spec.name for tool in loaded(tmp_path, document(paths), options=options).tools] == names


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"tags": ["nobody"]}, "Tags: users. Operations: get_users. Methods: GET."),
        ({"methods": ["FETCH"]}, "unknown method 'FETCH'. Allowed: GET"),
        ({"metods": ["GET"]}, "options.metods: unknown. Allowed: auth"),
        ({"server": "example.com"}, "server must be an http"),
        ({"headers": {"x": "${NOT_SET_ANYWHERE}"}}, "the environment has no NOT_SET_ANYWHERE"),
        ({"auth": {"nobody": "k"}}, "no security scheme 'nobody'. Known: none"),
    ],
)
def test_options_that_select_nothing_or_say_nothing(tmp_path, options, said):
    with pytest.raises(LoadError) as raised:
        loaded(tmp_path, document({"/users": {"get": {"tags": ["users"]}}}), options=options)
    assert said in str(raised.value)


def test_a_document_without_operations(tmp_path):
    with pytest.raises(LoadError, match="has no operations"):
        loaded(tmp_path, document())


@pytest.mark.parametrize(
    ("path", "name", "thing"),
    [
        ("/pets/{id}", "id", "pets"),
        ("/pets/id/{id}", "id", "pets"),
        ("/pets/{petId}", "petId", None),
        ("/{id}", "id", None),
    ],
)
def test_a_bare_id_in_a_path_is_of_what_stands_before_it(tmp_path, path, name, thing):
    parameters = [{"name": name, "in": "path", "required": True}]
    [spec] = specs(tmp_path, {path: {"get": {"operationId": "look", "parameters": parameters}}}).values()
    assert spec.parameters["properties"][name].get("x-thing") == thing
