"""Where a model thinks aloud in what it says, and what is left without: the answer, never its drafts.

A mark is a word of thinking in brackets of any kind (`<think>`, `[THINK]`, `◁think▷`, `<seed:think>`,
`<|begin_of_thought|>`), its end the same with a slash or `end`. Channels (`<|channel|>analysis<|message|>`) are
named by what they are for: thinking, or not.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

_STEM = r"(?:think|thought|reason|reflect|analy[sz]|scratch|ponder|monolog|deliberat|ruminat|contemplat|planning)\w*"
_NAME = rf"(?:[A-Za-z]+[:._▁-])*{_STEM}(?:[:._▁-][A-Za-z]+)*"
_MARK = re.compile(
    r"<[|｜]channel[|｜]>\s*(?P<channel>\w*)[^<]*?<[|｜]message[|｜]>"
    rf"|(?P<bracket>[<\[◁⟨【《«{{])[|｜]?\s*(?P<end>/|end[:._▁-](?:of[:._▁-])?)?\s*(?P<name>{_NAME})"
    r"(?:\s[^<>\[\]\n]{0,80})?\s*(?P<selfclosing>/?)[|｜]?[>\]▷⟩】》»}]",
    re.IGNORECASE,
)
_THINKING = re.compile(_STEM, re.IGNORECASE)
#: Tokens that steer a template; no text holds one.
_CONTROL = re.compile(r"<[|｜][^<>|｜\s]{1,40}[|｜]>|</?s>|◁[^◁▷\s]{1,40}▷", re.IGNORECASE)
_START = re.compile(r"<[|｜]start[|｜]>\s*assistant", re.IGNORECASE)
#: Control characters beside line breaks and tabs, what turns the direction of writing, codes that colour a terminal.
_UNPRINTABLE = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


class Thought(NamedTuple):
    """A stretch of thinking, with its marks; `closed` says that it was ended."""

    start: int
    end: int
    closed: bool


def thoughts(text: str, whole: Iterable[tuple[int, int]] = ()) -> list[Thought]:
    """Return the stretches of thinking in order; a mark inside of a stretch of `whole` (start, end) is none."""
    found: list[Thought] = []
    opened: int | None = None
    spared = sorted(whole, reverse=True)
    marks = list(_MARK.finditer(text))
    ends = {mark["name"].lower() for mark in marks if mark["end"]}
    for mark in marks:
        while spared and spared[-1][1] <= mark.start():
            spared.pop()
        if (spared and spared[-1][0] <= mark.start()) or mark["selfclosing"]:
            continue
        channel = mark["channel"]
        if _THINKING.match(channel) if channel is not None else not mark["end"]:
            # In square and curly brackets stand words of a text too: a mark is in capitals there, or has an end.
            if mark["bracket"] in ("[", "{") and not mark["name"].isupper() and mark["name"].lower() not in ends:
                continue
            opened = mark.start() if opened is None else opened
            continue
        # An end without a beginning: the template wrote the beginning into the prompt.
        found.append(Thought(0 if opened is None else opened, mark.end(), closed=True))
        opened = None
    if opened is not None:
        found.append(Thought(opened, len(text), closed=False))
    return found


def without_thoughts(text: str) -> str:
    """Return what the text says: without thinking, tokens of a template, and characters that nobody can see."""
    kept: list[str] = []
    position = 0
    for thought in thoughts(text):
        if thought.start <= position and not thought.start:
            kept = []
        else:
            kept.append(text[position : thought.start])
        position = max(position, thought.end)
    kept.append(text[position:])
    said = _CONTROL.sub("", _START.sub("", "".join(kept)))
    return _UNPRINTABLE.sub("", said.replace("\r\n", "\n").replace("\r", "\n")).strip()
