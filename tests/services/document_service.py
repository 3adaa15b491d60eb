"""A service that answers as an OpenAPI document says, and refuses with 400 what the document does not allow."""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from email import message_from_bytes
from typing import Any
from urllib.parse import quote, unquote, unquote_plus

from tests.services.document_reading import Pairs, Shapes, deep, pairs_of, scalars, simple, written
from tests.services.document_schemas import DocumentSchemas, escaped
from tests.services.http import Reply, Seen
from tests.services.instances import Instances

_METHODS = ("get", "head", "post", "put", "patch", "delete", "options", "trace")
#: Headers that the specification leaves to other parts of the document, and one that each client sends by itself.
_NO_PARAMETERS = ("accept", "content-type", "authorization", "accept-encoding")
_SOMETHING = {
    "type": "object",
    "properties": {"id": {"type": "string"}, "title": {"type": "string"}, "count": {"type": "integer"}},
}
_DELIMITERS = {"spaceDelimited": "%20", "pipeDelimited": "%7C"}


class RefusedError(Exception):
    """A request is not as the document says."""


@dataclass(frozen=True)
class Route:
    """An operation: its place in the document, and what its path looks like."""

    method: str
    template: str
    place: str
    shared: str
    pattern: re.Pattern[str]
    names: tuple[str, ...]
    #: Literal paths go before templates.
    literal: int


class DocumentService:
    """Answers `Seen` requests. `refused` says what was wrong with those that it did not take."""

    def __init__(self, content: dict[str, Any], seed: int = 0, base: str = "") -> None:
        self._schemas = DocumentSchemas(content)
        self._shapes = Shapes(self._schemas.at)
        self._old = str(content.get("openapi", "")).startswith("3.0")
        #: Where keys are sent: this service asks for none.
        self._keys = {
            (scheme.get("in"), scheme.get("name"))
            for scheme in (content.get("components") or {}).get("securitySchemes", {}).values()
        }
        self._seed = seed
        self.refused: list[tuple[str, str, Seen]] = []
        self.answered: list[str] = []
        self._routes = sorted(self._found_routes(content, base), key=lambda route: -route.literal)

    def answer(self, request: Seen) -> Reply:
        """Return what the document says that the operation gives, or 400, 404 or 405 with the reason."""
        route = None
        try:
            route, values = self._route(request)
            self._check(route, values, request)
        except RefusedError as error:
            self.refused.append((f"{request.method} {route.template if route else '?'}", str(error), request))
            return Reply({"message": str(error)}, 400)
        except Exception as error:
            # No fault of the request's, and nothing that may go unseen in a thread.
            self.refused.append((f"{request.method} {request.target}", f"the service crashed: {error!r}", request))
            raise
        self.answered.append(f"{route.method.upper()} {route.template}")
        return self._reply(route, request)

    def _found_routes(self, content: dict[str, Any], base: str) -> Iterator[Route]:
        for template in content.get("paths") or {}:
            item, shared = self._schemas.followed(f"#/paths/{escaped(template)}")
            for method in _METHODS:
                if isinstance(item, dict) and isinstance(item.get(method), dict):
                    plain = base + re.sub(r"[?#].*", "", template)
                    names = tuple(re.findall(r"\{([^{}]+)\}", plain))
                    # A label or a matrix may be all of its segment, an empty text may not.
                    parts = re.split(r"\{[^{}]+\}", plain)
                    pattern = re.compile("([^/]+?)".join(re.escape(unquote(part)) for part in parts))
                    yield Route(method, template, f"{shared}/{method}", shared, pattern, names, len("".join(parts)))

    def _route(self, request: Seen) -> tuple[Route, dict[str, str]]:
        found = None
        for route in self._routes:
            if route.method != request.method.lower():
                continue
            match = route.pattern.fullmatch(request.path)
            if match:
                values = dict(zip(route.names, match.groups(), strict=True))
                found = found or (route, values)
                # Where several templates look alike, the one that takes the values.
                try:
                    self._check(route, values, request)
                    return route, values
                except RefusedError:
                    continue
        if found is None:
            raise RefusedError(f"there is no {request.method} {request.path}")
        return found

    def _check(self, route: Route, values: dict[str, str], request: Seen) -> None:
        query = pairs_of(request.target.partition("?")[2])
        known: set[str] = set()
        for place, parameter in self._parameters(route):
            readings = list(self._readings(route, parameter, values, query, request, known))
            where = f"{parameter['in']} parameter {parameter['name']!r}"
            if not readings:
                if parameter.get("required") and (parameter["in"], parameter["name"]) not in self._keys:
                    raise RefusedError(f"the {where} is missing")
                continue
            self._fits(readings, self._schema_place(place, parameter), where)
        unknown = [name for name, _ in query if name not in known]
        if unknown and not any(self._is_open(route)):
            raise RefusedError(f"there is no query parameter {unknown[0]!r}")
        self._check_body(route, request)

    def _is_open(self, route: Route) -> Iterator[bool]:
        """Say whether any name may stand in the query: of an exploded object with any members."""
        for _, parameter in self._parameters(route):
            shape = self._shapes.of(parameter.get("schema"))
            yield parameter["in"] == "query" and "object" in shape["types"] and not shape["members"]

    def _parameters(self, route: Route) -> list[tuple[str, dict[str, Any]]]:
        found: dict[tuple[str, str], tuple[str, dict[str, Any]]] = {}
        for scope in (route.shared, route.place):
            declared = self._schemas.at(scope).get("parameters") or []
            for position in range(len(declared)):
                parameter, place = self._schemas.followed(f"{scope}/parameters/{position}")
                found[parameter["in"], parameter["name"]] = (place, parameter)
        return [
            (place, parameter)
            for place, parameter in found.values()
            if not (parameter["in"] == "header" and parameter["name"].lower() in _NO_PARAMETERS)
        ]

    def _schema_place(self, place: str, parameter: dict[str, Any]) -> str | None:
        if "schema" in parameter:
            return f"{place}/schema"
        for media_type in parameter.get("content") or ():
            return f"{place}/content/{escaped(media_type)}/schema"
        return None

    def _readings(
        self,
        route: Route,
        parameter: dict[str, Any],
        values: dict[str, str],
        query: Pairs,
        request: Seen,
        known: set[str],
    ) -> Iterator[Any]:
        name, schema = parameter["name"], parameter.get("schema")
        style = parameter.get("style") or ("form" if parameter["in"] in ("query", "cookie") else "simple")
        explode = parameter.get("explode", style == "form")
        match parameter["in"]:
            case "path":
                text = values.get(name)
                if text is None and f"{{{name}}}" in route.template:
                    # A part of the path that stands in its query: `/forecast?city={city}`.
                    inside = re.search(r"[?&]([^=&]+)=" + re.escape(f"{{{name}}}"), route.template)
                    text = next((value for key, value in query if inside and key == inside[1]), None)
                    known.update([inside[1]] if inside else [])
                if text is not None:
                    yield from self._in_path(name, text, style, explode, schema, "content" in parameter)
            case "query":
                yield from self._in_query(name, style, explode, schema, query, known, "content" in parameter)
            case "header":
                text = request.headers.get(name.lower())
                if text is not None:
                    yield from written(text) if "content" in parameter else scalars(text)
                    yield from simple(text, ",", explode, schema, self._shapes)
            case "cookie":
                for part in request.headers.get("cookie", "").split(";"):
                    key, _, text = part.strip().partition("=")
                    if key == name:
                        yield from simple(text, "%2C", explode, schema, self._shapes)

    def _in_path(self, name: str, text: str, style: str, explode: bool, schema: Any, as_text: bool) -> Iterator[Any]:
        if as_text:
            yield from written(unquote(text))
        elif style == "label" and text[0] == ".":
            yield from simple(text[1:], "." if explode else ",", explode, schema, self._shapes)
        elif style == "matrix" and text[0] == ";":
            pairs = [part.partition("=") for part in text[1:].split(";")]
            if all(key == name for key, _, _ in pairs):
                yield from simple(",".join(value for _, _, value in pairs), ",", False, schema, self._shapes)
            elif explode:
                yield self._shapes.members({unquote(key): unquote(value) for key, _, value in pairs}, schema)
        elif style == "simple":
            yield from simple(text, ",", explode, schema, self._shapes)

    def _in_query(
        self, name: str, style: str, explode: bool, schema: Any, query: Pairs, known: set[str], as_text: bool
    ) -> Iterator[Any]:
        if style == "deepObject":
            keys = deep(name, query)
            known.update(key for key, _ in query if re.match(re.escape(name) + r"\[", key))
            if keys:
                yield self._shapes.tree(keys, schema)
        raw = [value for key, value in query if key == name]
        shape = self._shapes.of(schema)
        if raw:
            known.add(name)
        if as_text:
            for text in raw:
                yield from written(unquote_plus(text))
            return
        if style == "form" and explode:
            names = set(shape["members"])
            found = {key: unquote_plus(value) for key, value in query if key in names}
            if "object" in shape["types"] and found:
                known.update(found)
                yield self._shapes.members(found, schema)
            if raw:
                yield self._shapes.items([unquote_plus(each) for each in raw], schema)
        if len(raw) == 1:
            delimiter = _DELIMITERS.get(style, ",")
            yield from simple(raw[0].replace("+", "%20"), delimiter, False, schema, self._shapes)
        elif raw:
            yield self._shapes.items([unquote_plus(each) for each in raw], schema)

    def _fits(self, readings: list[Any], place: str | None, where: str) -> None:
        if place is None:
            return
        types = self._shapes.of({"$ref": place})["types"]
        # A text that might be a list is none where none is wanted.
        readings = [
            each
            for each in readings
            if not types
            or (isinstance(each, list) <= ("array" in types) and isinstance(each, dict) <= ("object" in types))
        ] or readings[:1]
        errors = [self._schemas.error(reading, place) for reading in readings]
        if all(errors):
            raise RefusedError(f"the {where} is {str(readings[-1])[:300]}: {errors[-1]}")

    def _check_body(self, route: Route, request: Seen) -> None:
        declared, place = None, f"{route.place}/requestBody"
        if "requestBody" in self._schemas.at(route.place):
            declared, place = self._schemas.followed(place)
        said = request.headers.get("content-type")
        if declared is None:
            if request.body or said:
                raise RefusedError("there is a body, and the operation takes none")
            return
        if said is None:
            if declared.get("required") or request.body:
                raise RefusedError("the body is required and has no content type")
            return
        plain = said.partition(";")[0].strip().lower()
        media_type = next(
            (
                each
                for each in declared["content"]
                if re.fullmatch(re.escape(each.partition(";")[0].strip().lower()).replace(r"\*", ".*"), plain)
            ),
            None,
        )
        if media_type is None:
            raise RefusedError(f"the body is {plain}: {', '.join(declared['content'])}")
        described = declared["content"][media_type] or {}
        if "schema" not in described:
            return
        schema_place = f"{place}/content/{escaped(media_type)}/schema"
        self._fits(self._bodies(plain, said, described, request.body), schema_place, "body")

    def _bodies(self, plain: str, said: str, described: dict[str, Any], body: bytes) -> list[Any]:
        if plain.endswith(("/json", "+json")):
            try:
                return [json.loads(body)]
            except ValueError as error:
                raise RefusedError(f"the body is no JSON: {error}") from error
        encoding = described.get("encoding") or {}
        if plain == "application/x-www-form-urlencoded":
            return [self._form(pairs_of(body.decode()), encoding, described["schema"], styled=True)]
        if plain == "multipart/form-data":
            parts = message_from_bytes(b"content-type: " + said.encode() + b"\r\n\r\n" + body)
            if not parts.is_multipart():
                return [{}]
            found = []
            for part in parts.get_payload():
                assert not isinstance(part, str)
                text = part.get_payload(decode=True)
                found.append((str(part.get_param("name", header="content-disposition")), text.decode()))  # type: ignore[union-attr]
            quoted = [(name, quote(text, safe=",")) for name, text in found]
            return [self._form(quoted, encoding, described["schema"], styled=not self._old)]
        # Where a text is asked for an object, its JSON is the only text there is.
        return list(written(body.decode()))

    def _form(self, pairs: Pairs, encoding: dict[str, Any], schema: Any, *, styled: bool) -> dict[str, Any]:
        shape = self._shapes.of(schema)
        made: dict[str, Any] = {}
        known: set[str] = set()
        for name, member in shape["members"].items():
            said = (encoding.get(name) or {}) if styled else {}
            style = said.get("style", "form")
            readings: list[Any]
            if style == "form" and not {"style", "explode"} & set(said):
                texts = [unquote_plus(value) for key, value in pairs if key == name]
                if not texts:
                    continue
                known.add(name)
                types = self._shapes.of(member)["types"]
                # JSON text stands for an object, and a pair for each item.
                is_list = "array" in types and not ("string" in types and len(texts) == 1)
                made[name] = self._shapes.items(texts, member) if is_list else self._shapes.typed(texts[0], member)
                if isinstance(made[name], list) and len(texts) == 1 and texts[0] == "" and not types - {"array"}:
                    made[name] = []
                continue
            readings = list(
                self._in_query(name, style, said.get("explode", style == "form"), member, pairs, known, False)
            )
            if readings:
                types = self._shapes.of(member)["types"]
                structured = [
                    each
                    for each in readings
                    if (isinstance(each, list) and "array" in types) or (isinstance(each, dict) and "object" in types)
                ]
                plain = [each for each in readings if not isinstance(each, list | dict)]
                fitting = [each for each in plain if types & _kinds_of(each)]
                made[name] = [*plain, *fitting, *structured][-1] if structured or fitting else readings[0]
        for name, value in pairs:
            if name not in known:
                if shape["others"] is False or "[" in name:
                    raise RefusedError(f"the form has no member {name!r}")
                made[name] = self._shapes.typed(unquote_plus(value), shape["others"])
        return made

    def _reply(self, route: Route, request: Seen) -> Reply:
        body, status, media_type = self._answered(route, request)
        return Reply(None if status in (204, 205) else body, status, {"content-type": media_type} if media_type else {})

    def _answered(self, route: Route, request: Seen) -> tuple[bytes | None, int, str | None]:
        responses = self._schemas.at(route.place).get("responses") or {}
        codes = sorted(code for code in map(str, responses) if re.fullmatch(r"2(\d\d|XX)", code)) or (
            ["default"] if "default" in responses else []
        )
        if not codes:
            return self._something(request), 200, "application/json"
        response, place = self._schemas.followed(f"{route.place}/responses/{codes[0]}")
        status = int(codes[0].replace("XX", "00")) if codes[0] != "default" else 200
        content = response.get("content") or {}
        media_type = next((each for each in content if each.partition(";")[0].lower().endswith("json")), None)
        if media_type is None:
            if content:
                return b"done", status, "text/plain"
            return (
                (self._something(request), status, "application/json") if status in (200, 201) else (None, status, None)
            )
        described = content[media_type] or {}
        examples = described.get("examples") or {}
        if "example" in described:
            value = described["example"]
        elif examples:
            example, _ = self._schemas.followed(
                f"{place}/content/{escaped(media_type)}/examples/{escaped(next(iter(examples)))}"
            )
            value = example.get("value")
        else:
            seed = f"{self._seed} {request.method} {request.target} {request.body!r}"
            value = Instances(seed, self._schemas.at, answers=True).value(described.get("schema") or {})
        if isinstance(value, str) and value[:1] in "{[":
            # An example of JSON is often written as its text.
            with suppress(ValueError):
                value = json.loads(value)
        return json.dumps(value).encode(), status, "application/json"

    def _something(self, request: Seen) -> bytes:
        """Many a document does not say what comes, and something comes all the same."""
        return json.dumps(Instances(request.target, self._schemas.at).value(_SOMETHING)).encode()


def _kinds_of(value: Any) -> set[str]:
    """The types of JSON Schema that a value without members has."""
    match value:
        case bool():
            return {"boolean"}
        case int():
            return {"integer", "number"}
        case float():
            return {"number"}
        case str():
            return {"string"}
        case _:
            return {"null"}
