"""How arguments are written: the tables are those of the OpenAPI specification (style values)."""

import json
import re
from urllib.parse import parse_qsl, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tool_registry.result import ToolFailure
from tool_registry.sources.openapi.operations import Body, Parameter, Signature
from tool_registry.sources.openapi.requests import Parts

LIST, OBJECT = ["blue", "black"], {"R": 100, "G": 200}
JSON_SCALARS = st.one_of(st.text(min_size=1), st.integers(), st.booleans())


def parts(parameter=None, value=None, path="/x", body=None, arguments=None):
    parameters = {"color": parameter} if parameter else {}
    given_ = {"color": value} if parameter else arguments
    return Parts(path, Signature({}, parameters, body), given_ or {})


def in_path(value, style="simple", explode=False):
    return parts(Parameter("color", "path", style, explode), value, "/x/{color}/y").path.split("/")[2]


def in_query(value, style="form", explode=True, **members):
    return "&".join(parts(Parameter("color", "query", style, explode, **members), value).query)


@pytest.mark.parametrize(
    ("style", "explode", "text", "items", "members"),
    [
        ("simple", False, "blue", "blue,black", "R,100,G,200"),
        ("simple", True, "blue", "blue,black", "R=100,G=200"),
        ("label", False, ".blue", ".blue,black", ".R,100,G,200"),
        ("label", True, ".blue", ".blue.black", ".R=100.G=200"),
        ("matrix", False, ";color=blue", ";color=blue,black", ";color=R,100,G,200"),
        ("matrix", True, ";color=blue", ";color=blue;color=black", ";R=100;G=200"),
    ],
)
def test_paths(style, explode, text, items, members):
    assert [in_path(value, style, explode) for value in ("blue", LIST, OBJECT)] == [text, items, members]


@pytest.mark.parametrize(
    ("style", "explode", "text", "items", "members"),
    [
        ("form", True, "color=blue", "color=blue&color=black", "R=100&G=200"),
        ("form", False, "color=blue", "color=blue,black", "color=R,100,G,200"),
        ("spaceDelimited", False, "color=blue", "color=blue%20black", "color=R%20100%20G%20200"),
        ("pipeDelimited", False, "color=blue", "color=blue%7Cblack", "color=R%7C100%7CG%7C200"),
        # What the specification leaves open: exploded they are as `form`, and an array of a deep object is numbered.
        ("pipeDelimited", True, "color=blue", "color=blue&color=black", "R=100&G=200"),
        ("deepObject", True, "color=blue", "color[0]=blue&color[1]=black", "color[R]=100&color[G]=200"),
    ],
)
def test_queries(style, explode, text, items, members):
    assert in_query("blue", style, explode) == text
    assert in_query(LIST, style, explode) == items
    assert in_query(OBJECT, style, explode) == members


def test_deep_objects_hold_objects_and_arrays():
    value = {"range": {"gte": 1, "lt": None}, "tags": ["a b", "c&d"], "items": [{"price": "p", "on": True}]}
    assert in_query(value, "deepObject").split("&") == [
        "color[range][gte]=1", "color[range][lt]=", "color[tags][0]=a%20b", "color[tags][1]=c%26d",
        "color[items][0][price]=p", "color[items][0][on]=true",
    ]  # fmt: skip
    assert in_query({}, "deepObject") == in_query([], "deepObject") == ""
    for inside in ({"tags": []}, {"range": {}}, {"items": [{}]}):
        # Nothing would be sent for it, and the service might need it.
        with pytest.raises(ToolFailure):
            in_query(inside, "deepObject")


@pytest.mark.parametrize(("style", "item"), [("pipeDelimited", "a|b"), ("spaceDelimited", "a b")])
def test_an_item_with_the_delimiter_is_refused(style, item):
    with pytest.raises(ToolFailure) as raised:
        in_query([item, "c"], style, False)
    assert raised.value.error.kind == "invalid_arguments"


def test_a_comma_in_an_item_is_none_between_items():
    assert in_query(["a,b", "c"], "form", False) == "color=a%2Cb,c"


def test_an_empty_list_is_sent_as_nothing_unless_one_is_needed():
    assert in_query([]) == in_query([], "form", False) == ""
    with pytest.raises(ToolFailure):
        in_query([], required=True)


def test_a_path_may_hold_a_fragment_and_a_part_of_the_query():
    made = Parts("/x#Action=List", Signature({}, {"a": Parameter("a", "query", "form", True)}, None), {"a": "?#"})
    assert (made.path, made.query) == ("/x", ["a=%3F%23"])
    made = parts(Parameter("color", "query", "form", True), "blue", "/x?version=2")
    assert (made.path, made.query) == ("/x", ["version=2", "color=blue"])


def test_headers_cookies_and_json():
    made = parts(Parameter("X-Color", "header", "simple", False), LIST)
    assert made.headers == {"X-Color": "blue,black"}
    assert parts(Parameter("color", "cookie", "form", True), "a b;c").cookies == ["color=a%20b%3Bc"]
    assert parts(Parameter("color", "cookie", "form", True), LIST).cookies == ["color=blue", "color=black"]
    assert parts(Parameter("color", "cookie", "form", False), LIST).cookies == ["color=blue%2Cblack"]
    assert parts(Parameter("color", "cookie", "form", True), OBJECT).cookies == ["R=100", "G=200"]
    assert in_query("a b", media_type="text/plain") == "color=a%20b"
    assert unquote(in_path({"a": 1})) == "a,1"
    path = parts(Parameter("color", "path", "simple", False, media_type="application/json"), {"a": 1}, "/{color}").path
    assert unquote(path) == '/{"a":1}'
    made = parts(Parameter("q", "query", "form", True, media_type="application/json"), {"a": [1, "é"]})
    assert [parse_qsl(each) for each in made.query] == [[("q", '{"a":[1,"é"]}')]]


@pytest.mark.parametrize(
    ("value", "text"),
    [(True, "true"), (False, "false"), (3, "3"), (3.0, "3"), (0.1, "0.1"), (1e300, "1e+300"), ("3.0", "3.0")],
)
def test_scalars_are_written_as_json_and_whole_numbers_without_a_point(value, text):
    assert unquote(in_query(value)) == f"color={text}"


@given(st.text(min_size=1).filter(lambda text: text not in (".", "..")))
def test_no_text_breaks_out_of_its_segment_of_the_path(text):
    path = parts(Parameter("color", "path", "simple", False), text, "/x/{color}/y").path
    before, segment, after = path[1:].split("/")
    assert (before, unquote(segment), after) == ("x", text, "y")
    assert re.fullmatch(r"[A-Za-z0-9_.~%-]+", segment)


@pytest.mark.parametrize("value", [".", "..", "", []])
def test_what_would_make_another_path_is_refused(value):
    with pytest.raises(ToolFailure) as raised:
        in_path(value)
    assert raised.value.error.kind == "invalid_arguments"


@given(st.text(), st.booleans())
def test_no_text_adds_to_the_query(text, allow_reserved):
    query = in_query(text, allow_reserved=allow_reserved)
    assert parse_qsl(query, keep_blank_values=True) == [("color", text)]


@given(st.lists(st.text(min_size=1), min_size=1))
def test_lists_come_back_from_a_query(items):
    assert parse_qsl(in_query(items), keep_blank_values=True) == [("color", item) for item in items]


@pytest.mark.parametrize("value", ["a\r\nX-Admin: yes", "café"])
def test_a_header_of_two_lines_or_of_no_ascii_is_refused(value):
    with pytest.raises(ToolFailure) as raised:
        parts(Parameter("X", "header", "simple", False), value)
    assert raised.value.error.kind == "invalid_arguments"


def body(media_type, value):
    return parts(body=Body(media_type, argument="body"), arguments={"body": value})


def test_bodies():
    made = parts(body=Body("application/json", {"a": "a", "id_body": "id"}), arguments={"a": 1, "id_body": 2, "id": 3})
    assert (json.loads(made.content), made.headers) == ({"a": 1, "id": 2}, {"content-type": "application/json"})
    assert json.loads(body("application/vnd.x+json", [1, None]).content) == [1, None]
    assert body("text/plain", "é").content == "é".encode()
    assert json.loads(body("text/plain", {"a": 1}).content) == {"a": 1}
    assert parse_qsl(body("application/x-www-form-urlencoded", {"a": ["x y", "&"], "b": True}).content.decode()) == [
        ("a", "x y"), ("a", "&"), ("b", "true"),
    ]  # fmt: skip
    made = body("multipart/form-data", {"name": "é", "n": 3})
    assert made.headers["content-type"].startswith("multipart/form-data; boundary=")
    assert b'name="name"\r\n\r\n\xc3\xa9\r\n' in made.content
    assert made.content.endswith(b"--\r\n")


def test_without_arguments_there_is_no_body():
    made = parts(body=Body("application/json", argument="body"), arguments={})
    assert (made.content, made.headers) == (None, {})
    made = parts(body=Body("application/json", {"a": "a"}), arguments={})
    assert made.content is None


def test_a_required_body_is_sent_with_its_content_type_when_it_holds_nothing():
    for media_type, content in (("application/json", b"{}"), ("application/x-www-form-urlencoded", b"")):
        made = parts(body=Body(media_type, {"a": "a"}, required=True), arguments={})
        assert (made.content, made.headers["content-type"]) == (content, media_type)
    made = parts(body=Body("multipart/form-data", {"a": "a"}, required=True), arguments={})
    assert made.content.startswith(b"--")
    assert made.content.endswith(b"--\r\n")


def form(value, media_type="application/x-www-form-urlencoded", **said):
    return parts(body=Body(media_type, argument="body", **said), arguments={"body": value}).content.decode()


def styled(name, style, explode=True, **more):
    return {"styled": {name: Parameter(name, "query", style, explode, **more)}}


def test_form_members_are_written_by_their_encoding():
    value = {"tax": {"enabled": True, "liability": {"type": "self"}}, "items": [{"price": "a b"}, {"price": "c"}]}
    deep = {"styled": {name: Parameter(name, "query", "deepObject", True) for name in value}}
    assert form(value, **deep).split("&") == [
        "tax[enabled]=true", "tax[liability][type]=self", "items[0][price]=a+b", "items[1][price]=c",
    ]  # fmt: skip
    assert form({"a": [1, 2], "b": "x"}, **styled("a", "form", False)) == "a=1,2&b=x"
    assert form({"a": ["x", "y"]}, **styled("a", "pipeDelimited", False)) == "a=x%7Cy"
    assert form({"a": {"R": 1, "G": 2}}, **styled("a", "form")) == "R=1&G=2"
    assert form({"a": [], "b": 1}, **styled("a", "deepObject")) == "b=1"


def test_form_members_without_an_encoding_are_texts_and_objects_json():
    assert parse_qsl(form({"a": {"b": [1]}, "c": [{"d": 1}, "e"], "f": 2.0})) == [
        ("a", '{"b":[1]}'), ("c", '{"d":1}'), ("c", "e"), ("f", "2"),
    ]  # fmt: skip
    assert parse_qsl(form({"a": "x"}, media_types={"a": "application/json"})) == [("a", '"x"')]


def test_parts_of_a_form_say_what_they_are():
    said = form({"a": {"b": 1}, "c": "d"}, "multipart/form-data", media_types={"c": "text/markdown"})
    assert 'name="a"\r\nContent-Type: application/json\r\n\r\n{"b":1}\r\n' in said
    assert 'name="c"\r\nContent-Type: text/markdown\r\n\r\nd\r\n' in said
    assert 'name="a[b]"\r\n\r\n1\r\n' in form({"a": {"b": 1}}, "multipart/form-data", **styled("a", "deepObject"))


def test_a_form_value_cannot_end_its_part():
    boundary = body("multipart/form-data", {"a": "x"}).headers["content-type"].partition("boundary=")[2]
    with pytest.raises(ToolFailure):
        body("multipart/form-data", {"a": f"x\r\n--{boundary}\r\n"})
