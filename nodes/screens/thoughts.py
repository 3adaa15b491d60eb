"""Thoughts are no response: what a model thinks before it answers, in whatever marks its template puts around it.

Nor is a response that is empty without them.
"""

import re
from collections.abc import Sequence

from graph.record import Finding, Turn

_NAMES = r"(?:think|thinking|thoughts?|reasoning|reflection|scratchpad|analysis)"
_MARK = re.compile(
    rf"(?P<open><{_NAMES}>|(?-i:\[THINK(?:ING)?\])|◁{_NAMES}▷|<\|begin_of_{_NAMES}\|>"
    rf"|<\|channel\|>(?:analysis|commentary)(?:<\|message\|>)?)"
    rf"|</{_NAMES}>|(?-i:\[/THINK(?:ING)?\])|◁/{_NAMES}▷|<\|end_of_{_NAMES}\|>"
    r"|(?:<\|end\|>|<\|start\|>assistant)*<\|channel\|>final(?:<\|message\|>)?",
    re.IGNORECASE,
)
_END_OF_TURN = re.compile(r"<\|(?:return|end|im_end|endoftext)\|>\s*\Z")


def without_thoughts(text: str) -> str:
    """Return the text without thoughts: what stands between marks, before a lone end, and after a lone beginning."""
    kept: list[str] = []
    position, is_open, found = 0, False, False
    for match in _MARK.finditer(text):
        found = True
        if match["open"] is None:
            if not is_open:
                kept.clear()  # many templates write the beginning into the prompt
            is_open = False
        elif not is_open:
            kept.append(text[position : match.start()])
            is_open = True
        position = match.end()
    if not found:
        return text
    if not is_open:
        kept.append(text[position:])
    return _END_OF_TURN.sub("", "".join(kept)).strip()


def check(turns: Sequence[Turn]) -> list[Finding]:
    """Return where a response is empty, or holds marks of thoughts that no result and no query has."""
    findings: list[Finding] = []
    for index, turn in enumerate(turns):
        where = f"/turns/{index}/response"
        if not any(map(str.isalnum, turn.response)):
            message = "the response is empty"
            findings.append(Finding(promise="faithful", code="no_response", message=message, where=where))
        spoken_of = (turn.query, *(str(step.result) for step in turn.steps))
        marks = (match.group() for match in _MARK.finditer(turn.response))
        mark = next((mark for mark in marks if not any(mark in text for text in spoken_of)), None)
        if mark is not None:
            message = f"the response holds thoughts, marked by {mark!r}; tell what was found alone"
            findings.append(Finding(promise="faithful", code="thoughts", message=message, where=where))
    return findings
