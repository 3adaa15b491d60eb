"""What traces must not hold: keys, secrets and a user's patterns, replaced wherever they stand."""

import os
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from tool_registry.calling.secret_texts import KEY_FORMS, secrets_in

REDACTED = "[redacted]"

#: Environment variable with a regular expression of what must not be sent, for scripts and the server.
REDACT_VARIABLE = "TOOLGRAD_REDACT"

#: Longer texts are cleaned each time, so that memory stays small.
_REMEMBERED = 500

# Settings of tracing itself, which its client adds to the metadata: hosts, projects, switches.
_OF_TRACING = ("LANGSMITH_", "LANGCHAIN_")


class Redactor:
    """Replaces secrets in texts and in JSON values of any depth, in members' names too.

    Secrets of the environment are those at the time of making. `names` are further variables that hold keys.
    Raises re.error for a pattern that is no regular expression.
    """

    def __init__(self, patterns: Sequence[str] = (), names: Iterable[str] = ()) -> None:
        secrets = [re.escape(secret) for secret in secrets_in(os.environ, names)]
        self._patterns = [re.compile("|".join([*secrets, KEY_FORMS])), *map(re.compile, patterns)]

        # A sample's nodes are given the same names and values again and again.
        self._remembered = lru_cache(maxsize=16_384)(self._clean)

    def text(self, text: str) -> str:
        """Return the text without secrets."""
        return self._remembered(text) if len(text) < _REMEMBERED else self._clean(text)

    def _clean(self, text: str) -> str:
        for pattern in self._patterns:
            text = pattern.sub(REDACTED, text)
        return text

    def value(self, value: Any) -> Any:
        """Return the JSON value without secrets; the value itself is not changed."""
        match value:
            case str():
                return self.text(value)
            case dict():
                return {
                    self.text(str(name)): self.value(member)
                    for name, member in value.items()
                    if not str(name).startswith(_OF_TRACING)
                }
            case list() | tuple():
                return [self.value(item) for item in value]
        return value


def trace_redactor(patterns: Sequence[str], key_names: Iterable[str]) -> Redactor:
    """Return what cleans all that leaves as a trace, whoever receives it: with the patterns of the environment too."""
    extra = os.environ.get(REDACT_VARIABLE)
    return Redactor([*patterns, *([extra] if extra else [])], key_names)
