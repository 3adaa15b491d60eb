"""The `mcpServers` file that MCP clients share: which servers there are and how to reach them."""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from tool_registry.sources.environment import expand, secrets_in
from tool_registry.tool import LoadError

_EXAMPLE = '{"mcpServers": {"time": {"command": "uvx", "args": ["mcp-server-time"]}}}'
_SIZE_MAX = 1024 * 1024
# Texts first, so that what stands inside one is left alone.
_TEXT = r'"(?:[^"\\\n]|\\.)*"'
_COMMENT = re.compile(rf"{_TEXT}|//[^\n]*|/\*.*?\*/", re.DOTALL)
_TRAILING = re.compile(rf"{_TEXT}|,(?=\s*[}}\]])")


class _Entry(BaseModel):
    """A server's entry. Members that other clients keep there (icons, approvals) are left alone."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    command: Annotated[str, Field(min_length=1)] | None = None
    args: list[str] = []
    env: dict[str, str] = {}
    cwd: str | None = None
    url: Annotated[str, Field(pattern=r"^https?://")] | None = None
    headers: dict[str, str] = {}
    auth: str | None = None
    transport: Literal["stdio", "http", "streamable-http", "streamableHttp", "sse"] | None = None
    type: Literal["stdio", "http", "streamable-http", "streamableHttp", "sse"] | None = None
    disabled: bool = False

    @model_validator(mode="after")
    def _either_or(self) -> "_Entry":
        if (self.command is None) == (self.url is None):
            raise ValueError("it needs `command` (a server to start) or `url` (one that runs), and not both")
        return self


@dataclass(frozen=True)
class Server:
    """How to reach one server: by starting `command`, or at `url`. Filled in from the environment.

    `secrets` are the values that came from there: they stand in no message and no result.
    """

    name: str
    command: str | None = None
    args: list[str] = field(default_factory=list)
    env: dict[str, str] = field(default_factory=dict, repr=False)
    cwd: str | None = None
    url: str | None = None
    headers: dict[str, str] = field(default_factory=dict, repr=False)
    token: str | None = field(default=None, repr=False)
    is_sse: bool = False
    secrets: list[str] = field(default_factory=list, repr=False)

    @property
    def key(self) -> str:
        """What tells this server from another one, for a cache in memory: it holds secrets."""
        return json.dumps([self.name, self.command, self.args, self.env, self.cwd, self.url, self.headers, self.token])

    def clean(self, text: str) -> str:
        """Return the text without the server's secrets."""
        for secret in self.secrets:
            text = text.replace(secret, "[redacted]")
        return text

    def clean_value(self, value: Any) -> Any:
        """Return the JSON value without the server's secrets, which it may repeat in an answer."""
        if not self.secrets:
            return value
        if isinstance(value, str):
            return self.clean(value)
        if isinstance(value, dict):
            return {self.clean(name): self.clean_value(member) for name, member in value.items()}
        return [self.clean_value(item) for item in value] if isinstance(value, list) else value


def read_servers(target: str) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """Return the entries of the file by server name, and what was left out and why.

    The members of an entry are still as they are written. Comments and trailing commas are skipped, as the editors do
    that share these files. Raises LoadError for a file that cannot be read, is
    no JSON (with the line) or names no servers.
    """
    path = Path(target).expanduser()
    try:
        if path.stat().st_size > _SIZE_MAX:
            raise LoadError(f"{target} is larger than {_SIZE_MAX // 1024} KiB: it is no file of MCP servers")
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise LoadError(
            f"cannot read the MCP servers in {target}: {error.strerror or error}. Name a file such as {_EXAMPLE}"
        ) from error
    except UnicodeDecodeError as error:
        raise LoadError(f"{target} is no UTF-8 text (at byte {error.start})") from error
    try:
        document = json.loads(_without_comments(text))
    except json.JSONDecodeError as error:
        raise LoadError(f"{target}, line {error.lineno}, column {error.colno}: no JSON: {error.msg}") from error
    except RecursionError as error:
        raise LoadError(f"{target} is nested too deeply") from error
    servers = _servers_in(document)
    if not servers:
        raise LoadError(f"{target} names no MCP servers. Write, for example: {_EXAMPLE}")
    problems = [f"{target}: server {name!r} is no object" for name, entry in servers.items() if type(entry) is not dict]
    return {name: entry for name, entry in servers.items() if isinstance(entry, dict)}, problems


def _without_comments(text: str) -> str:
    """Return the text with blanks for comments and trailing commas: errors keep their line and column."""
    bare = _COMMENT.sub(_blank, text)
    return _TRAILING.sub(_blank, bare)


def _blank(found: re.Match[str]) -> str:
    return found[0] if found[0].startswith('"') else re.sub(r"[^\n]", " ", found[0])


def _servers_in(document: Any) -> dict[str, Any]:
    if not isinstance(document, dict):
        return {}
    for member in ("mcpServers", "servers"):
        if isinstance(document.get(member), dict):
            return dict(document[member])
    return {
        name: entry for name, entry in document.items() if isinstance(entry, dict) and {"command", "url"} & {*entry}
    }


def server_of(name: str, entry: dict[str, Any], target: str) -> Server | None:
    """Return the server of an entry, with `${NAME}` filled in, or None when it is switched off.

    Raises LoadError naming the member that is wrong, or the variables that are not set.
    """
    where = f"{target}, server {name!r}"
    if entry.get("disabled") is True:
        return None
    try:
        read = _Entry.model_validate(expand(entry, where))
    except ValidationError as error:
        said = "; ".join(
            ": ".join(filter(None, (".".join(map(str, each["loc"])), each["msg"].removeprefix("Value error, "))))
            for each in error.errors(include_url=False, include_input=False)
        )
        raise LoadError(f"{where}: {said}") from error
    token = (read.auth or "").removeprefix("Bearer ").strip() or None
    if token == "oauth":  # noqa: S105 - the word that other clients write there
        raise LoadError(f"{where}: auth `oauth` needs a person at a browser; give a bearer token as ${{NAME}}")
    kind = read.transport or read.type
    return Server(
        name=name,
        command=read.command,
        args=read.args,
        env=read.env,
        cwd=read.cwd,
        url=read.url,
        headers=read.headers,
        token=token,
        is_sse=kind == "sse" or (kind is None and (read.url or "").rstrip("/").endswith("/sse")),
        secrets=secrets_in(entry),
    )
