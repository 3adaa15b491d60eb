"""What traces must not hold: keys, secrets and a user's patterns, replaced wherever they stand."""

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

REDACTED = "[redacted]"

# Names of environment variables whose values are secrets.
_SECRET_NAME = re.compile(r"(^|_)(API_?KEY|KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS?)(_|\d|$)", re.IGNORECASE)
#: A shorter value is no secret worth the name, and would be found in ordinary words.
_SHORTEST = 8
#: Longer texts are cleaned each time, so that memory stays small.
_REMEMBERED = 500

# Keys by their form, whoever they belong to; each part begins with something rare, so that a scan is quick.
_KEY_FORMS = (
    r"\bsk-[\w-]{16,}|\bsk_(?:live|test)_\w{16,}|\blsv2_\w{16,}|\bls__\w{16,}|\bgsk_\w{16,}|\bxai-[\w-]{16,}|"
    r"\bAIza[\w-]{30,}|\bgh[pousr]_\w{20,}|\bgithub_pat_\w{20,}|\bglpat-[\w-]{16,}|\bhf_\w{20,}|"
    r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bxox[abprs]-[\w-]{10,}|\beyJ[\w-]+\.eyJ[\w-]+\.[\w-]+|"
    r"(?<=[Bb]earer )[\w.~+/=-]{8,}|-----BEGIN [A-Z0-9 ]*PRIVATE KEY[\s\S]*?PRIVATE KEY-----"
)

# Settings of tracing itself, which its client adds to the metadata: hosts, projects, switches.
_OF_TRACING = ("LANGSMITH_", "LANGCHAIN_")


def secrets_in(environment: Mapping[str, str], names: Iterable[str] = ()) -> list[str]:
    """Return the values of variables that are secrets by their name, and of those named."""
    named = set(names)
    found = {
        value.strip() for name, value in environment.items() if name in named or _SECRET_NAME.search(name) is not None
    }
    return sorted((value for value in found if len(value) >= _SHORTEST), key=len, reverse=True)


class Redactor:
    """Replaces secrets in texts and in JSON values of any depth, in members' names too.

    Secrets of the environment are those at the time of making. `names` are further variables that hold keys.
    Raises re.error for a pattern that is no regular expression.
    """

    def __init__(self, patterns: Sequence[str] = (), names: Iterable[str] = ()) -> None:
        secrets = [re.escape(secret) for secret in secrets_in(os.environ, names)]
        self._patterns = [re.compile("|".join([*secrets, _KEY_FORMS])), *map(re.compile, patterns)]

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
