"""A document with anything in any place: tools or a LoadError, never another error."""

import copy
import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.services.atlas import DOCUMENT
from tool_registry.json.pointer import tokens
from tool_registry.sources.config import SourceConfig
from tool_registry.sources.openapi.source import load
from tool_registry.tool import Loaded, LoadError

BASE = {**DOCUMENT, "servers": [{"url": "https://atlas.example.com/v1"}]}
STRANGE = st.sampled_from(
    json.loads("""
    [null, true, false, 0, -1, 1.5, "", "x", "#", "#/", "http://[", "http://h:port", "//", "{", [], [null], [[]], {},
     {"": {}}, {"$ref": "#"}, {"$ref": "#/paths"}, {"$ref": "#/components/schemas/Note"}, {"$ref": 3}, {"type": 3},
     {"type": "x"}, {"schema": 1}, {"name": 1, "in": "query"}, {"name": "", "in": "path"}, {"required": "a"},
     {"name": "p", "in": "query", "schema": [1]}, {"properties": {"a": 1}}, {"required": [[]]}, {"enum": 3}, {"in": []},
     {"allOf": {}}, {"content": {"application/json": null}}, {"url": "http://["}, {"url": 3, "variables": {"x": 1}},
     {"example": {"$ref": "x"}}, {"examples": {"a": {"$ref": "#/x"}}}]
    """)
)


def places(value, at=""):
    yield at
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, member in members:
        yield from places(member, f"{at}/{str(name).replace('~', '~0').replace('/', '~1')}")


PLACES = [place for place in places(BASE) if place]


def put(document, pointer, value):
    *above, last = tokens(pointer)
    for token in above:
        document = document[int(token) if isinstance(document, list) else token]
    document[int(last) if isinstance(document, list) else last] = value


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.sampled_from(PLACES), value=STRANGE, version=st.sampled_from(["3.0.3", "3.1.0"]))
def test_anything_in_any_place(tmp_path, place, value, version):
    document = {**copy.deepcopy(BASE), "openapi": version}
    put(document, place, value)
    path = tmp_path / "openapi.json"
    path.write_text(json.dumps(document))
    try:
        found = load(SourceConfig(kind="openapi", target=str(path)))
    except LoadError:
        return
    assert isinstance(found, Loaded)
    assert found.tools
