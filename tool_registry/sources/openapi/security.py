"""How a call proves who it is: the security schemes of a document with the keys that the user gave."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from tool_registry.sources.openapi.document import Document, UnusableError
from tool_registry.tool import LoadError


@dataclass
class Credentials:
    """What is added to each request of an operation. It holds secrets: never shown, never kept."""

    headers: dict[str, str] = field(default_factory=dict, repr=False)
    query: dict[str, str] = field(default_factory=dict, repr=False)
    cookies: dict[str, str] = field(default_factory=dict, repr=False)

    @property
    def hidden(self) -> set[tuple[str, str]]:
        """(Place, name in lower case) of the parameters that are thereby no arguments any more."""
        return {
            (place, name.lower())
            for place, names in (("header", self.headers), ("query", self.query), ("cookie", self.cookies))
            for name in names
        }

    def query_pairs(self) -> list[str]:
        """Return the query's part, percent-encoded."""
        return [f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in self.query.items()]


class Security:
    """The schemes of a document and the keys given for them, by scheme name."""

    def __init__(self, document: Document, keys: Mapping[str, str], label: str) -> None:
        self._document = document
        self._keys = keys
        #: Keys as they are sent where that is not as they were given: secrets as well.
        self.encoded: set[str] = set()
        components = document.content.get("components")
        schemes = components.get("securitySchemes") if isinstance(components, dict) else None
        self._schemes: dict[str, Any] = schemes if isinstance(schemes, dict) else {}
        for name in keys:
            if name not in self._schemes:
                known = ", ".join(self._schemes) or "none; use `headers` or `query` instead"
                raise LoadError(f"{label}: options.auth: the document has no security scheme {name!r}. Known: {known}.")

    def of(self, operation: dict[str, Any], headers: Mapping[str, str], query: Mapping[str, str]) -> Credentials:
        """Return what the operation's requests carry: the given headers and query, and the schemes' keys.

        Raises UnusableError for a scheme that cannot be read.
        """
        made = Credentials(dict(headers), dict(query))
        for requirement in self._requirements(operation):
            if requirement and all(name in self._keys for name in requirement):
                for name in requirement:
                    self._add(name, made)
                break
        return made

    def places(self, operation: dict[str, Any]) -> set[tuple[str, str]]:
        """Return (place, name in lower case) of the keys that the operation wants, whether they were given or not.

        Many a document declares them as parameters too. A key is no argument: a policy would make one up.
        """
        found = set()
        for name in {name for requirement in self._requirements(operation) for name in requirement}:
            try:
                scheme = self._document.follow(self._schemes.get(name))
            except UnusableError:
                continue
            match scheme:
                case {"type": "apiKey", "in": "header" | "query" | "cookie" as place, "name": str(key)}:
                    found.add((place, key.lower()))
        return found

    def lacking(self, operation: dict[str, Any]) -> str | None:
        """Return the scheme that the operation wants and nobody gave a key for, or None."""
        requirements = self._requirements(operation)
        if not requirements or any(all(name in self._keys for name in each) for each in requirements):
            return None
        return next(name for name in requirements[0] if name not in self._keys)

    def _requirements(self, operation: dict[str, Any]) -> list[dict[str, Any]]:
        declared = operation.get("security", self._document.content.get("security"))
        return [each for each in declared if isinstance(each, dict)] if isinstance(declared, list) else []

    def _add(self, name: str, made: Credentials) -> None:
        scheme, key = self._document.follow(self._schemes[name]), self._keys[name]
        kind = scheme.get("type") if isinstance(scheme, dict) else None
        where = scheme.get("name") if isinstance(scheme, dict) else None
        if kind == "apiKey" and isinstance(where, str) and scheme.get("in") in ("header", "query", "cookie"):
            {"header": made.headers, "query": made.query, "cookie": made.cookies}[scheme["in"]][where] = key
        elif kind == "http" and str(scheme.get("scheme")).lower() == "basic":
            encoded = base64.b64encode(key.encode()).decode()
            made.headers["Authorization"] = f"Basic {encoded}"
            self.encoded.add(encoded)
        elif kind in ("http", "oauth2", "openIdConnect"):
            made.headers["Authorization"] = f"Bearer {key}"
        else:
            raise UnusableError(f"its security scheme {name!r} is of a kind that no key can be sent for: {kind!r}")
