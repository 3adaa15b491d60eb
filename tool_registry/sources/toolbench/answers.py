"""What ToolBench's server answers: `{"error": …, "response": …}`, the response often as Python prints it."""

import ast
import json
from typing import Any

from tool_registry.calling.failures import tool_error
from tool_registry.json.native import MAX_DEPTH
from tool_registry.result import ErrorKind, ToolFailure

#: Longer text stays text: reading Python's notation takes memory of many times its length.
_LITERAL_MAX = 500_000
_OPENING, _CLOSING = "([{", ")]}"
#: The server's own words in `error`, which are all it says of the kind of failure.
_KINDS: tuple[tuple[str, ErrorKind], ...] = (
    ("too many requests", "rate_limited"),
    ("rate limit", "rate_limited"),
    ("timeout", "timeout"),
    ("api temporarily not working", "unavailable"),
    ("gateway error", "unavailable"),
    ("tool input parse error", "invalid_arguments"),
)


def content_of_answer(answer: Any) -> Any:
    """Return the response that the server's answer holds.

    Raises ToolFailure for a filled `error` (its kind after the server's own words) and `malformed_output` for
    what is no answer of this protocol.
    """
    if not isinstance(answer, dict) or not ({"error", "response"} & set(answer)):
        raise ToolFailure(tool_error("malformed_output", 'the server\'s answer is not {"error": …, "response": …}'))
    error = answer.get("error")
    if error:
        said = error if isinstance(error, str) else json.dumps(error, ensure_ascii=False, default=str)
        response = answer.get("response")
        about = f" {response}" if response else ""
        raise ToolFailure(tool_error(_kind(said), f"{said.strip()}{about}"))
    response = answer.get("response")
    return parse_text(response) if isinstance(response, str) else response


def _kind(said: str) -> ErrorKind:
    # At the beginning: what follows may be anything, an API's own words among it.
    return next((kind for words, kind in _KINDS if said.strip().lower().startswith(words)), "tool_error")


def parse_text(text: str) -> Any:
    """Return what the text stands for when it is JSON or a Python literal of a container, else the text.

    Nothing is evaluated: `ast.literal_eval` knows literals only, and is asked only about text that it can read
    in bounded depth. A number alone stays text, for nobody said that it is one.
    """
    stripped = text.strip()
    if stripped == "None":
        return None
    if stripped[:1] not in ("{", "[", "("):
        return text
    try:
        return json.loads(stripped)
    except (ValueError, RecursionError):
        pass
    if len(stripped) > _LITERAL_MAX or _depth(stripped) > MAX_DEPTH:
        return text
    try:
        value = ast.literal_eval(stripped)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return text
    return value if isinstance(value, dict | list | tuple | set) else text


def _depth(text: str) -> int:
    """Return how deep brackets and signs nest at most, those inside strings counted too."""
    depth = deepest = signs = 0
    for character in text:
        if character in _OPENING:
            depth += 1
        elif character in _CLOSING:
            depth -= 1
        # `------1` is as deep as it is long to a parser.
        signs = signs + 1 if character in "+-~" else 0
        deepest = max(deepest, depth + signs)
    return deepest
