"""How arguments are written: the tables are those of the OpenAPI specification (style values)."""

import json
import re
from urllib.parse import parse_qsl, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tool_registry.openapi.operations import Body, Parameter, Signature
from tool_registry.openapi.requests import Parts
from tool_registry.result import ToolFailure

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
        ("form", False, "color=blue", "color=blue%2Cblack", "color=R%2C100%2CG%2C200"),
        ("spaceDelimited", False, "color=blue", "color=blue%20black", None),
        ("pipeDelimited", False, "color=blue", "color=blue%7Cblack", None),
        ("deepObject", True, "color=blue", "color=blue&color=black", "color[R]=100&color[G]=200"),
    ],
)
def test_queries(style, explode, text, items, members):
    assert in_query("blue", style, explode) == text
    assert in_query(LIST, style, explode) == items
    if members is not None:
        assert in_query(OBJECT, style, explode) == members


def test_headers_cookies_and_json():
    made = parts(Parameter("X-Color", "header", "simple", False), LIST)
    assert made.headers == {"X-Color": "blue,black"}
    assert parts(Parameter("color", "cookie", "form", True), "a b;c").cookies == ["color=a%20b%3Bc"]
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


def test_a_header_of_two_lines_is_refused():
    with pytest.raises(ToolFailure) as raised:
        parts(Parameter("X", "header", "simple", False), "a\r\nX-Admin: yes")
    assert raised.value.error.kind == "invalid_arguments"


def body(media_type, value):
    return parts(body=Body(media_type, argument="body"), arguments={"body": value})


def test_bodies():
    made = parts(body=Body("application/json", {"a": "a", "id_body": "id"}), arguments={"a": 1, "id_body": 2, "id": 3})
    assert (json.loads(made.content), made.headers) == ({"a": 1, "id": 2}, {"content-type": "application/json"})
    assert json.loads(body("application/vnd.x+json", [1, None]).content) == [1, None]
    assert body("text/plain", "é").content == "é".encode()
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


def test_a_form_value_cannot_end_its_part():
    boundary = body("multipart/form-data", {"a": "x"}).headers["content-type"].partition("boundary=")[2]
    with pytest.raises(ToolFailure):
        body("multipart/form-data", {"a": f"x\r\n--{boundary}\r\n"})
