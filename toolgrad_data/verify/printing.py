"""Text out of a file that nobody vouches for, made fit for a terminal and for UTF-8."""

import re

# Control characters but for the space: a record must not move a terminal's cursor or colour its lines.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


def printable(text: str, longest: int = 400) -> str:
    """Return the text on one line, cut to a length, without control characters and lone surrogates."""
    if len(text) > longest:
        text = f"{text[: longest - 1]}…"
    return _CONTROL.sub(" ", text).encode("utf-8", "backslashreplace").decode()
