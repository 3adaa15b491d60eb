"""The operations of an OpenAPI document as tools.

Read by a thin layer of our own and not through `FastMCP.from_openapi`, which was measured first: 1,000 operations
over 200 models that refer to each other took it 34 s and 570 MB; it does not tell the HTTP method (read-only or
not) or the status (typed failures) of a call, follows the document to any address, and one operation that it
cannot read loses the document.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from tool_registry.calling.addresses import is_private_name
from tool_registry.calling.web import WebRequest, content_of, origin_of, send
from tool_registry.sources.admission import admit_spec
from tool_registry.sources.config import SourceConfig
from tool_registry.sources.openapi.document import Document, UnusableError, read_document
from tool_registry.sources.openapi.operations import Operation, Signature, operations, output_schema, signature
from tool_registry.sources.openapi.options import OpenAPIOptions, options_of
from tool_registry.sources.openapi.requests import Parts
from tool_registry.sources.openapi.schemas import Schemas
from tool_registry.sources.openapi.security import Credentials, Security
from tool_registry.sources.python.words import in_words
from tool_registry.spec import Annotations, ToolSpec, mapped_name
from tool_registry.tool import Loaded, LoadError, Tool

_READ_ONLY = frozenset({"get", "head"})
_IDEMPOTENT = frozenset({"get", "head", "put", "delete", "options", "trace"})
#: Headers that tell about what a HEAD request asks after, and not about the connection.
_ABOUT = ("content-type", "content-length", "last-modified", "etag", "expires", "content-language", "location")
_DEFAULT_TIMEOUT_S = 60.0


def load(config: SourceConfig) -> Loaded:
    """Return the selected operations as tools; `problems` names those that no tool can be made of.

    The target is a file or a URL, the options are `OpenAPIOptions`. Blocks: call it in a thread. Raises
    LoadError when the document cannot be read, nothing is selected or nothing selected can be used.
    """
    options = options_of(config)
    document = read_document(config.target, options.document_headers, options.max_document_bytes)
    problems: list[str] = []
    found = list(operations(document, problems))
    selected = [each for each in found if _is_selected(each, options)]
    if not selected:
        raise LoadError(_nothing_selected(config.label, found, problems))
    source = _Source(config, options, document)
    tools = []
    skipped: dict[str, list[str]] = {}
    for operation in selected:
        try:
            tools.append(source.tool(operation))
        except (UnusableError, LoadError) as error:
            skipped.setdefault(str(error), []).append(operation.title)
    problems += [_skip_message(titles, why) for why, titles in skipped.items()]
    problems += source.problems()
    for name, count in Counter(tool.spec.name for tool in tools).items():
        if count > 1:
            problems.append(f"{count} operations are called {name!r}; all but the first get another name")
    problems = [f"{config.label}: {problem}" for problem in problems]
    if not tools:
        shown = "\n".join(problems[:5])
        raise LoadError(f"{config.label}: none of the {len(selected)} selected operations can be used:\n{shown}")
    return Loaded(tools, problems, sorted(source.security.encoded))


def _is_selected(operation: Operation, options: OpenAPIOptions) -> bool:
    if options.methods and operation.method not in options.methods:
        return False
    if options.tags and not set(options.tags) & set(operation.tags):
        return False
    names = (operation.name, operation.title)
    return not options.operations or any(fnmatchcase(name, pattern) for pattern in options.operations for name in names)


def _nothing_selected(label: str, found: list[Operation], problems: list[str]) -> str:
    if not found:
        return "\n".join([f"{label}: the document has no operations", *problems[:5]])
    tags = sorted({tag for operation in found for tag in operation.tags})
    names = [operation.name for operation in found]
    return (
        f"{label}: none of the {len(found)} operations is selected. Tags: {_some(tags) or 'none'}. Operations: "
        f"{_some(names)}. Methods: {', '.join(sorted({operation.method.upper() for operation in found}))}."
    )


def _skip_message(titles: list[str], why: str) -> str:
    if len(titles) == 1:
        return f"{titles[0]} is skipped: {why}"
    return f"{len(titles)} operations are skipped ({_some(titles, 3)}): {why}"


def _some(names: Iterable[str], most: int = 10) -> str:
    names = list(names)
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


class _Source:
    """Makes the tools of one document."""

    def __init__(self, config: SourceConfig, options: OpenAPIOptions, document: Document) -> None:
        self._options, self._document = options, document
        self._schemas = Schemas(document)
        self.security = Security(document, options.auth, config.label)
        self._timeout_s = config.timeout_s or _DEFAULT_TIMEOUT_S
        self._trusted = {origin_of(url) for url in (options.server, document.url) if url is not None}
        info = document.content.get("info")
        title = info.get("title") if isinstance(info, dict) else None
        self._title = in_words(title) if isinstance(title, str) and title.strip() else "openapi"
        self._lacking: Counter[str] = Counter()
        self._without_output: list[str] = []
        self._left_out: dict[str, list[str]] = {}

    def tool(self, operation: Operation) -> Tool:
        """Return the operation as a tool. Raises UnusableError and LoadError."""
        base = self._options.server or self._document.server(operation.content, operation.shared)
        if base is None:
            raise UnusableError("the document names no absolute server URL: set `server` in the source's options")
        trusted = origin_of(base) in self._trusted
        if not trusted and is_private_name(origin_of(base)[1]):
            raise UnusableError(
                f"its server {base} is a private address that only the document names: "
                f"set `server` in the source's options to allow it"
            )
        credentials = self.security.of(operation.content, self._options.headers, self._options.query)
        hidden = credentials.hidden | self.security.places(operation.content)
        taken = signature(operation, self._document, self._schemas, hidden)
        spec = self._spec(operation, taken)
        for why in taken.left_out:
            self._left_out.setdefault(why, []).append(operation.title)
        lacking = self.security.lacking(operation.content)
        if lacking is not None:
            self._lacking[lacking] += 1
        call = _Call(operation.method.upper(), base, operation.path, taken, credentials, trusted, self._limits)
        return Tool(spec, call.answer)

    @property
    def _limits(self) -> tuple[float, int]:
        return self._timeout_s, self._options.max_response_bytes

    def problems(self) -> list[str]:
        """Return what is worth telling about tools that were made all the same."""
        said = [
            f"{count} operations want the security scheme {name!r}: give its key in options.auth"
            for name, count in self._lacking.items()
        ]
        said += [f"{why}, so {_some(titles, 3)} does without it" for why, titles in self._left_out.items()]
        if self._without_output:
            said.append(f"the response schemas of {_some(self._without_output)} cannot be used and are left out")
        return said

    def _spec(self, operation: Operation, taken: Signature) -> ToolSpec:
        name = mapped_name(operation.name)
        method = operation.method
        spec = ToolSpec(
            name=name,
            original_name=operation.name if operation.name != name else None,
            description=operation.description,
            parameters=taken.schema,
            category=in_words(operation.tags[0]) if operation.tags and in_words(operation.tags[0]) else self._title,
            source="openapi",
            annotations=Annotations(
                read_only=method in _READ_ONLY,
                destructive=False if method in _READ_ONLY else True if method == "delete" else None,
                idempotent=method in _IDEMPOTENT,
                open_world=True,
            ),
        )
        spec, _ = admit_spec(spec)
        try:
            output = output_schema(operation, self._document, self._schemas)
            described, _ = admit_spec(spec.model_copy(update={"output_schema": output}))
        except (UnusableError, LoadError):
            self._without_output.append(name)
            return spec
        if output is not None and described.output_schema is None:
            self._without_output.append(name)
        return described


@dataclass(frozen=True)
class _Call:
    """Answers the calls of one operation. It holds no part of the document but the schemas."""

    method: str
    base: str
    path: str
    signature: Signature
    credentials: Credentials
    trusted: bool
    limits: tuple[float, int]

    async def answer(self, arguments: dict[str, Any]) -> Any:
        """Return what the service answers: JSON, text or None; of HEAD its status and headers."""
        parts = Parts(self.path, self.signature, arguments)
        query = "&".join(parts.query + self.credentials.query_pairs())
        headers = {**parts.headers, **self.credentials.headers}
        cookies = parts.cookies + [f"{name}={value}" for name, value in self.credentials.cookies.items()]
        if cookies:
            headers["cookie"] = "; ".join(cookies)
        answer = await send(
            WebRequest(
                self.method,
                self.base + parts.path + (f"?{query}" if query else ""),
                headers,
                parts.content,
                trusted=self.trusted,
                timeout_s=self.limits[0],
                max_bytes=self.limits[1],
            )
        )
        content = await content_of(answer)
        if self.method != "HEAD":
            return content
        about = {name: answer.headers[name] for name in _ABOUT if name in answer.headers}
        return {"status": answer.status, "headers": about}
