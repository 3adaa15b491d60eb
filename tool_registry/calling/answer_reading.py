"""What an answer of a source is read as: plain text, the JSON in a text, and whether it is a failure."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import regex

from tool_registry.calling import failure_envelope as envelope
from tool_registry.calling.failures import from_content, from_words, tool_error
from tool_registry.json.plain_text import clean_texts
from tool_registry.json.text import unwrap_result
from tool_registry.result import ToolError

#: An expression looks at the beginning of a text, and for no longer than this.
MATCHED_MAX = 4_000
MATCHING_S = 0.5


@dataclass(frozen=True)
class AnswerReading:
    """How one source's answers are read.

    `failures` are regular expressions of texts that are failures. With `errors_are_answers` a text that only reads as
    a failure is an answer: what these expressions or a protocol call a failure is one all the same.
    """

    reads_json: bool = True
    failures: tuple[str, ...] = ()
    errors_are_answers: bool = False

    def content(self, native: Any) -> Any:
        """Return what a JSON-native answer holds: without control characters, a JSON text as its object or array.

        Raises NotJSONError as `clean_texts` does.
        """
        native = clean_texts(native)
        # Once more: a JSON text holds its control characters escaped.
        return clean_texts(unwrap_result(native)) if self.reads_json else native

    def failure(self, content: Any) -> ToolError | None:
        """Return the failure that the content is."""
        found = from_content(content) or self._by_expression(content)
        return found or (None if self.errors_are_answers else from_words(content))

    def _by_expression(self, content: Any) -> ToolError | None:
        if not self.failures:
            return None
        for text in envelope.sayings(content):
            for position, expression in enumerate(self.failures, start=1):
                try:
                    if _compile(expression).search(text, endpos=MATCHED_MAX, timeout=MATCHING_S):
                        return tool_error("tool_error", text)
                except TimeoutError:
                    message = f"expression {position} of `failures` takes too long over this answer: write it simpler"
                    return tool_error("malformed_output", message)
        return None


def check_expression(expression: str) -> None:
    """Raise ValueError, without the expression, unless it is regular and says something."""
    try:
        found = _compile(expression)
    except regex.error as error:
        raise ValueError(f"is not regular: {error}") from None
    if found.search("", timeout=MATCHING_S):
        raise ValueError("matches the empty text: every answer would be a failure")


@lru_cache(maxsize=256)
def _compile(expression: str) -> "regex.Pattern[str]":
    return regex.compile(expression)
