"""Cutting what must not be kept out of results, before anything reads them: prompts, state or disk."""

import re
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from typing import Any, Final

from tool_registry.calling.pseudonyms import Pseudonyms

REDACTED: Final = "[redacted]"
_FIELD = "field:"


class Redaction:
    """What one source's results go through. The same instance for all tools of the source.

    `redact` holds regular expressions (what they find becomes `[redacted]`) and `field:PATTERN` (every value
    below such a member does). `pseudonymize` holds kinds and `field:PATTERN` as `Pseudonyms` knows them.
    `secrets` are texts that never pass, such as a token that a server echoes.
    """

    def __init__(
        self,
        redact: Sequence[str] = (),
        pseudonymize: Sequence[str] = (),
        key: str = "",
        secrets: Iterable[str] = (),
    ) -> None:
        self._secrets = tuple(secrets)
        self._expressions = [re.compile(text) for text in redact if not text.startswith(_FIELD)]
        self._cut_fields = _fields(redact)
        self._renamed_fields = _fields(pseudonymize)
        self._pseudonyms = Pseudonyms([kind for kind in pseudonymize if not kind.startswith(_FIELD)], key)

    def clean(self, value: Any) -> Any:
        """Return a JSON-native value without what must not be kept: in texts, names of members and numbers.

        A number that an expression matches whole becomes the text `[redacted]`.
        """
        return self._clean(value, renamed=False)

    def clean_text(self, text: str) -> str:
        """Return a text, such as a failure's message, without what must not be kept."""
        for secret in self._secrets:
            text = text.replace(secret, REDACTED)
        for expression in self._expressions:
            text = expression.sub(REDACTED, text)
        return self._pseudonyms.in_text(text)

    def restore(self, arguments: Any) -> Any:
        """Return a copy of a call's arguments with the stand-ins that this source's results held as they were.

        A chain can go on from a result only so; what a source gets back it has told itself.
        """
        if isinstance(arguments, dict):
            return {name: self.restore(value) for name, value in arguments.items()}
        if isinstance(arguments, list):
            return [self.restore(value) for value in arguments]
        if isinstance(arguments, bool) or not isinstance(arguments, str | int):
            return arguments
        return self._pseudonyms.original(arguments)

    def _clean(self, value: Any, *, renamed: bool) -> Any:
        if isinstance(value, dict):
            return {
                self.clean_text(name): REDACTED
                if _matches(name, self._cut_fields) and member is not None
                else self._clean(member, renamed=renamed or _matches(name, self._renamed_fields))
                for name, member in value.items()
            }
        if isinstance(value, list):
            return [self._clean(item, renamed=renamed) for item in value]
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, str):
            return self._pseudonyms.of_whole(value) if renamed else self.clean_text(value)
        if renamed and isinstance(value, int):
            return self._pseudonyms.of_number(value)
        if any(expression.fullmatch(str(value)) for expression in self._expressions):
            return REDACTED
        return value


def _fields(rules: Sequence[str]) -> tuple[str, ...]:
    return tuple(rule.removeprefix(_FIELD).casefold() for rule in rules if rule.startswith(_FIELD))


def _matches(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name.casefold(), pattern) for pattern in patterns)
