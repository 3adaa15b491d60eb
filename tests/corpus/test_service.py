"""The service that judges requests by a document: it takes what is right and refuses each kind of mistake."""

import pytest

from tests.services.document_service import DocumentService
from tests.services.http import Seen

DEEP = {
    "type": "object",
    "properties": {"on": {"type": "boolean"}, "tags": {"type": "array", "items": {"type": "string"}}},
}
FORM = {"tax": {"style": "deepObject", "explode": True}}
DOCUMENT = {
    "openapi": "3.0.3",
    "paths": {
        "/things/{id}": {
            "get": {
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}},
                    {"name": "sort", "in": "query", "required": True, "schema": {"enum": ["up", "down"]}},
                    {"name": "day", "in": "query", "schema": {"type": "string", "format": "date", "nullable": True}},
                    {"name": "deep", "in": "query", "style": "deepObject", "explode": True, "schema": DEEP},
                    {
                        "name": "ids",
                        "in": "query",
                        "explode": False,
                        "schema": {"type": "array", "items": {"type": "integer"}},
                    },
                    {"name": "X-Size", "in": "header", "schema": {"type": "integer", "maximum": 9}},
                ],
                "responses": {"200": {"content": {"application/json": {"schema": DEEP}}}},
            },
            "put": {
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {"schema": {"type": "object", "required": ["a"], "properties": {"a": {}}}},
                        "application/x-www-form-urlencoded": {
                            "schema": {"type": "object", "properties": {"tax": DEEP, "a": {"type": "integer"}}},
                            "encoding": FORM,
                        },
                    },
                }
            },
            "patch": {"requestBody": {"content": {"text/plain": {"schema": DEEP}}}},
        }
    },
}
PLAIN, JSON, URLENCODED = (
    {},
    {"content-type": "application/json"},
    {"content-type": "application/x-www-form-urlencoded"},
)


def status(method, target, headers=PLAIN, body=b""):
    return DocumentService(DOCUMENT).answer(Seen(method, target, headers, body)).status


@pytest.mark.parametrize(
    "target",
    [
        "/things/3?sort=up",
        "/things/3?sort=up&day=2026-01-31",
        "/things/3?sort=up&deep[on]=true&deep[tags][0]=a",
        "/things/3?sort=up&ids=1,2",
    ],
)
def test_right_queries_are_answered(target):
    assert status("GET", target, {"x-size": "9"}) == 200


@pytest.mark.parametrize(
    ("target", "headers"),
    [
        ("/things/three?sort=up", {}),
        ("/things/3", {}),
        ("/things/3?sort=sideways", {}),
        ("/things/3?sort=up&day=tomorrow", {}),
        ("/things/3?sort=up&other=1", {}),
        ("/things/3?sort=up&deep[on]=perhaps", {}),
        ("/things/3?sort=up&ids=1&ids=x", {}),
        ("/things/3?sort=up&ids=1%7C2", {}),
        ("/things/3?sort=up", {"x-size": "10"}),
        ("/other?sort=up", {}),
    ],
)
def test_wrong_queries_are_refused(target, headers):
    assert status("GET", target, headers) == 400


@pytest.mark.parametrize(
    ("headers", "body", "expected"),
    [
        (JSON, b'{"a": 1}', 200),
        (URLENCODED, b"tax[on]=true&tax[tags][0]=x&a=1", 200),
        (PLAIN, b"", 400),
        (JSON, b"{}", 400),
        (JSON, b"{", 400),
        ({"content-type": "text/plain"}, b"a", 400),
        (URLENCODED, b"tax=%7B%22on%22%3Atrue%7D", 400),
        (URLENCODED, b"a=one", 400),
        (URLENCODED, b"tax[on]=1.5", 400),
    ],
)
def test_bodies(headers, body, expected):
    assert status("PUT", "/things/3", headers, body) == expected


@pytest.mark.parametrize(("body", "expected"), [(b'{"on": true}', 200), (b'{"on": 1}', 400), (b"on", 400)])
def test_an_object_in_a_text_is_its_json(body, expected):
    assert status("PATCH", "/things/3", {"content-type": "text/plain"}, body) == expected


def test_the_same_request_has_the_same_answer_and_another_another():
    service = DocumentService(DOCUMENT)
    answers = [service.answer(Seen("GET", f"/things/{id}?sort=up", {}, b"")).body for id in (1, 1, 2, 3, 4)]
    assert answers[0] == answers[1]
    assert len(set(answers)) > 1
