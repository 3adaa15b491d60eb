"""Operations of an OpenAPI document: which there are, what they are called, which arguments they take."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from tool_registry.drawing.things import HINT, is_bare
from tool_registry.sources.openapi.document import Document, UnusableError
from tool_registry.sources.openapi.schemas import Schemas
from tool_registry.sources.python.words import in_words

Place = Literal["path", "query", "header", "cookie"]

METHODS = ("get", "head", "post", "put", "patch", "delete", "options", "trace")
_DESCRIPTION_MAX = 1000
#: Headers that the specification leaves to other parts of the document.
_NO_PARAMETERS = frozenset({"accept", "content-type", "authorization"})
_BODY_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data", "text/plain")
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,64}")


@dataclass(frozen=True)
class Operation:
    """An operation as it stands in the document. `shared` is its path's object, for parameters and servers."""

    method: str
    path: str
    content: dict[str, Any]
    shared: dict[str, Any]

    @property
    def title(self) -> str:
        """What messages call it."""
        return f"{self.method.upper()} {self.path}"

    @property
    def name(self) -> str:
        """Its operationId, or a name made of method and path: `get_users_by_id_orders`."""
        declared = self.content.get("operationId")
        if isinstance(declared, str) and declared.strip():
            return declared.strip()
        words = [self.method]
        for part in self.path.strip("/").split("/"):
            inside = re.fullmatch(r"\{(.+)\}", part)
            words.append(f"by_{inside[1]}" if inside else part)
        return re.sub(r"[^A-Za-z0-9]+", "_", "_".join(words)).strip("_")

    @property
    def tags(self) -> list[str]:
        """Its tags."""
        tags = self.content.get("tags")
        return [tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else []

    @property
    def description(self) -> str:
        """Summary and description, or words made of its name."""
        said = [self.content.get(name) or self.shared.get(name) for name in ("summary", "description")]
        texts = [" ".join(text.split()) for text in said if isinstance(text, str) and text.strip()]
        if len(texts) == 2 and texts[1].startswith(texts[0].rstrip(".")):
            texts = texts[1:]
        text = " ".join(text if text[-1] in ".!?" else f"{text}." for text in texts)
        if not text:
            text = f"{in_words(self.name).capitalize()}."
        return text if len(text) <= _DESCRIPTION_MAX else text[: _DESCRIPTION_MAX - 1].rstrip() + "…"


@dataclass(frozen=True)
class Parameter:
    """Where an argument goes. `media_type` is set where the parameter is written in one instead of a style."""

    name: str
    place: Place
    style: str
    explode: bool
    allow_reserved: bool = False
    media_type: str | None = None
    required: bool = False


@dataclass(frozen=True)
class Body:
    """How arguments make the body. `members` maps arguments to members; without it `argument` is the body.

    Members of a form that are written by a style stand in `styled`, those whose media type is told in `media_types`.
    A `required` body is sent when it holds nothing, too.
    """

    media_type: str
    members: dict[str, str] = field(default_factory=dict)
    argument: str | None = None
    required: bool = False
    styled: dict[str, Parameter] = field(default_factory=dict)
    media_types: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Signature:
    """The arguments of an operation: their JSON Schema, and where each goes.

    `left_out` says why optional parameters are no arguments.
    """

    schema: dict[str, Any]
    parameters: dict[str, Parameter]
    body: Body | None
    left_out: tuple[str, ...] = ()


def operations(document: Document, problems: list[str]) -> Iterator[Operation]:
    """Yield the document's operations in its order; what cannot be read is a problem."""
    for path, item in (document.content.get("paths") or {}).items():
        if str(path).startswith("x-"):
            continue
        try:
            item = document.follow(item)
        except UnusableError as error:
            problems.append(f"{path} is skipped: {error}")
            continue
        if not isinstance(item, dict):
            problems.append(f"{path} is skipped: a path is an object, not {type(item).__name__}")
            continue
        for method in METHODS:
            content = item.get(method)
            if isinstance(content, dict):
                yield Operation(method, str(path), content, item)
            elif content is not None:
                problems.append(f"{method.upper()} {path} is skipped: an operation is an object")


def signature(operation: Operation, document: Document, schemas: Schemas, hidden: set[tuple[str, str]]) -> Signature:
    """Return the operation's arguments, without the (place, name in lower case) that are set for every call.

    Raises UnusableError for what no tool can be made of.
    """
    properties: dict[str, Any] = {}
    required: list[str] = []
    parameters: dict[str, Parameter] = {}
    left_out: list[str] = []
    for declared in _declared_parameters(operation, document):
        place, name = declared["in"], declared["name"]
        if (place, name.lower()) in hidden:
            continue
        try:
            parameter, schema = _parameter(declared, document, schemas)
        except UnusableError as error:
            if declared.get("required") is True or place == "path":
                raise
            left_out.append(str(error))
            continue
        argument = _argument_name(name, place, properties)
        parameters[argument] = parameter
        if place == "path" and is_bare(name) and (thing := _thing_before(operation.path, name)):
            schema = {HINT: thing, **schema}
        properties[argument] = schema
        if declared.get("required") is True or place == "path":
            required.append(argument)
    missing = set(re.findall(r"\{([^{}]+)\}", operation.path)) - {
        parameter.name for parameter in parameters.values() if parameter.place == "path"
    }
    missing -= {name for place, name in hidden if place == "path"}
    if missing:
        raise UnusableError(f"its path has {{{sorted(missing)[0]}}}, and no parameter says what that is")
    body = _body(operation, document, schemas, properties, required)
    schema = {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
    return Signature(schemas.bundle(schema, "request"), parameters, body, tuple(left_out))


def _thing_before(path: str, name: str) -> str:
    """Return what a path parameter identifies: the segment before it, `pets` in `/pets/{id}`; "" without one."""
    segments = [segment for segment in path.partition(f"{{{name}}}")[0].split("/") if segment]
    while segments and is_bare(segments[-1]):
        segments.pop()  # `/pets/id/{id}`
    return segments[-1] if segments and re.fullmatch(r"[\w.-]+", segments[-1]) else ""


def output_schema(operation: Operation, document: Document, schemas: Schemas) -> dict[str, Any] | None:
    """Return the schema of the JSON that a call gives when it succeeds, or None when the document has none."""
    responses = operation.content.get("responses")
    if not isinstance(responses, dict):
        return None
    codes = sorted(code for code in map(str, responses) if re.fullmatch(r"2(\d\d|XX)", code, re.IGNORECASE))
    for code in codes:
        response = document.follow(responses.get(code))
        content = response.get("content") if isinstance(response, dict) else None
        for media_type, described in (content if isinstance(content, dict) else {}).items():
            if is_json(str(media_type)) and isinstance(described, dict) and described.get("schema"):
                converted = schemas.convert(described["schema"], "response")
                if "$ref" in converted:
                    # The name goes with the reference, and says what the result's own `id` identifies.
                    name = str(converted["$ref"]).rpartition("/")[2]
                    converted = {"title": name, **schemas.resolve(converted, "response")}
                return schemas.bundle(converted, "response")
    return None


def is_json(media_type: str) -> bool:
    """Return whether a media type is JSON."""
    plain = media_type.partition(";")[0].strip().lower()
    return plain in ("application/json", "text/json", "*/*", "application/*") or plain.endswith("+json")


def _declared_parameters(operation: Operation, document: Document) -> list[dict[str, Any]]:
    """Return the parameters of path and operation; the operation's win."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for scope in (operation.shared, operation.content):
        declared = scope.get("parameters") or []
        if not isinstance(declared, list):
            raise UnusableError("its parameters are no list")
        for each in declared:
            parameter = document.follow(each)
            if not isinstance(parameter, dict) or not isinstance(parameter.get("name"), str):
                raise UnusableError("a parameter has no name")
            place, name = parameter.get("in"), parameter["name"]
            if place not in ("path", "query", "header", "cookie"):
                raise UnusableError(f"the parameter {name!r} is in {place!r}: path, query, header or cookie")
            if place == "header" and name.lower() in _NO_PARAMETERS:
                continue
            found[place, name] = parameter
    return list(found.values())


def _parameter(declared: dict[str, Any], document: Document, schemas: Schemas) -> tuple[Parameter, dict[str, Any]]:
    place = declared["in"]
    style = declared.get("style") or ("form" if place in ("query", "cookie") else "simple")
    explode = declared.get("explode")
    media_type = None
    described: Any = declared
    content = declared.get("content")
    if isinstance(content, dict) and content:
        media_type, described = next(iter(content.items()))
        described = document.follow(described)
        if not is_json(str(media_type)) and not str(media_type).lower().startswith("text/plain"):
            raise UnusableError(f"the parameter {declared['name']!r} is written as {media_type}")
    known = described.get("schema") if isinstance(described, dict) else None
    # Everything in a URL or a header is text until a schema says otherwise.
    schema = schemas.convert({"type": "string"} if known is None and media_type is None else known, "request")
    text = declared.get("description")
    if isinstance(text, str) and text.strip():
        schema = {**schema, "description": " ".join(text.split())[:_DESCRIPTION_MAX]}
    examples = _examples(declared, document) or _examples(described, document)
    if examples and "examples" not in schema:
        schema = {**schema, "examples": examples}
    return (
        Parameter(
            declared["name"],
            place,
            str(style),
            style in ("form", "deepObject") if explode is None else explode is True,
            declared.get("allowReserved") is True,
            media_type and str(media_type),
            declared.get("required") is True,
        ),
        schema,
    )


def _examples(declared: Any, document: Document) -> list[Any]:
    if not isinstance(declared, dict):
        return []
    if "example" in declared:
        return [declared["example"]]
    examples = declared.get("examples")
    found = []
    for each in examples.values() if isinstance(examples, dict) else ():
        example = document.follow(each)
        if isinstance(example, dict) and "value" in example:
            found.append(example["value"])
    return found


def _argument_name(name: str, place: str, taken: dict[str, Any]) -> str:
    """Return a name that model providers allow for an argument, and that no other argument has."""
    plain = name if _NAME.fullmatch(name) else re.sub(r"[^A-Za-z0-9_.-]+", "_", name).strip("_")[:64] or place
    if plain not in taken:
        return plain
    numbered = (f"{plain[:50]}_{place}" + (f"_{count}" if count > 1 else "") for count in range(1, len(taken) + 3))
    return next(each for each in numbered if each not in taken)


def _body(
    operation: Operation, document: Document, schemas: Schemas, properties: dict[str, Any], required: list[str]
) -> Body | None:
    """Add the body's arguments to `properties` and `required`; return how they make the body."""
    declared = document.follow(operation.content.get("requestBody"))
    content = declared.get("content") if isinstance(declared, dict) else None
    if not isinstance(content, dict) or not content:
        return None
    media_type = next((each for each in content if is_json(str(each))), None) or next(
        (each for known in _BODY_TYPES for each in content if str(each).partition(";")[0].strip().lower() == known),
        None,
    )
    needed = declared.get("required") is True
    if media_type is None:
        if needed:
            raise UnusableError(f"its body is {next(iter(content))}, which no arguments can make")
        return None
    described = content[media_type] if isinstance(content[media_type], dict) else {}
    schema = schemas.convert(described.get("schema"), "request")
    whole = schemas.resolve(schema, "request")
    files = _files(whole) if str(media_type).lower().startswith("multipart/") else set()
    if files & set(whole.get("required") or ()):
        raise UnusableError(f"its body needs the file {min(files)!r}, which no arguments can make")
    sent = "application/json" if "*" in str(media_type) else str(media_type)
    encoding = _encoding(described.get("encoding"), sent, document)
    if _can_be_spread(whole, needed):
        members: dict[str, str] = {}
        for name, member in whole["properties"].items():
            if name in files:
                continue
            argument = _argument_name(name, "body", properties)
            members[argument] = name
            properties[argument] = member
            if name in (whole.get("required") or ()):
                required.append(argument)
        return Body(sent, members, None, needed, *encoding)
    examples = _examples(described, document)
    argument = _argument_name("body", "content", properties)
    properties[argument] = {**schema, "examples": examples} if examples and "examples" not in schema else schema
    if needed:
        required.append(argument)
    return Body(sent, {}, argument, needed, *encoding)


def _encoding(declared: Any, media_type: str, document: Document) -> tuple[dict[str, Parameter], dict[str, str]]:
    """Return how a form's members are written where the document says so: by a style, or in a media type.

    A style, where one of its three members stands, goes before a media type. OpenAPI 3.0 has styles in URL-encoded
    forms alone, 3.1 in multipart too.
    """
    plain = media_type.partition(";")[0].strip().lower()
    has_styles = plain == "application/x-www-form-urlencoded" or (
        plain == "multipart/form-data" and not document.before_3_1
    )
    styled: dict[str, Parameter] = {}
    media_types: dict[str, str] = {}
    for name, said in (declared if isinstance(declared, dict) else {}).items():
        if not isinstance(said, dict):
            continue
        if has_styles and {"style", "explode", "allowReserved"} & set(said):
            style = str(said.get("style") or "form")
            explode = said["explode"] is True if "explode" in said else style in ("form", "deepObject")
            styled[str(name)] = Parameter(str(name), "query", style, explode, said.get("allowReserved") is True)
        elif isinstance(said.get("contentType"), str):
            first = said["contentType"].partition(",")[0].strip()
            if "*" not in first:
                media_types[str(name)] = first
    return styled, media_types


def _files(schema: dict[str, Any]) -> set[str]:
    """Return the members of a form that are files, or lists of files."""
    properties = schema.get("properties")
    return {
        name
        for name, member in (properties if isinstance(properties, dict) else {}).items()
        if isinstance(member, dict) and (_is_file(member) or _is_file(member.get("items")))
    }


def _is_file(schema: Any) -> bool:
    return isinstance(schema, dict) and (schema.get("format") == "binary" or "contentMediaType" in schema)


def _can_be_spread(schema: dict[str, Any], needed: bool) -> bool:
    """Return whether a body's members can be arguments of their own without changing what is allowed."""
    if not isinstance(schema.get("properties"), dict) or not schema["properties"]:
        return False
    if any(name in schema for name in ("allOf", "anyOf", "oneOf", "not", "if", "patternProperties", "minProperties")):
        return False
    if isinstance(schema.get("additionalProperties"), dict) or schema.get("additionalProperties") is True:
        return False
    required = schema.get("required") or []
    # An optional body with required members is all or nothing, which separate arguments cannot say.
    return (
        schema.get("type", "object") == "object"
        and set(required) <= set(schema["properties"])
        and (needed or not required)
    )
