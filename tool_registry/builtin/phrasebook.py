"""Phrases written as plain lines, so that a toolkit's wording reads like a page and not like nested JSON."""

import inspect
from typing import Any

from tool_registry.builtin.kinds import output


def phrases(text: str) -> dict[str, Any]:
    """Return the `x-phrases` of a parameters object.

    A line that starts with `?` asks, one with `=` answers, one with `~` is a situation; an indented line
    continues the one above. A blank line ends an intent. The text may be indented as a whole.

    Raises ValueError, quoting the line, for one that is none of these, and for an intent that lacks asks or
    answers.
    """
    intents: list[dict[str, list[str]]] = []
    situations: list[str] = []
    intent: dict[str, list[str]] = {}
    for line in [*_joined(inspect.cleandoc(text)), ""]:
        mark, _, phrase = line.partition(" ")
        if mark in ("?", "=", "~") and not phrase.strip():
            raise ValueError(f"nothing stands after {mark!r}")
        match mark:
            case "?":
                intent.setdefault("ask", []).append(phrase)
            case "=":
                intent.setdefault("answer", []).append(phrase)
            case "~":
                situations.append(phrase)
            case "":
                if intent:
                    intents.append(_complete(intent))
                intent = {}
            case _:
                raise ValueError(f"begin a line with '? ', '= ' or '~ ', or indent it to go on: {line!r}")
    return {"intents": intents, "situations": situations}


def _joined(text: str) -> list[str]:
    """Return the lines, those that continue another put behind it."""
    lines: list[str] = []
    for line in text.splitlines():
        if line.startswith(" ") and lines and lines[-1]:
            lines[-1] += f" {line.strip()}"
        else:
            lines.append(line.strip())
    return lines


def _complete(intent: dict[str, list[str]]) -> dict[str, list[str]]:
    for name, mark in (("ask", "?"), ("answer", "=")):
        if name not in intent:
            there = next(iter(intent.values()))[0]
            raise ValueError(f"an intent needs lines with '?' and with '='; none with {mark!r} beside: {there!r}")
    return {"ask": intent["ask"], "answer": intent["answer"]}


def told(fragment: dict[str, Any], *refer: str, **members: Any) -> dict[str, Any]:
    """Return an output property made from a fragment, with the noun phrases that name its value unknown.

    The fragment's own `again` is kept unless `again` is given; other members are set as they are.
    """
    again = members.pop("again", None) or fragment.get("x-phrases", {}).get("again")
    spoken: dict[str, Any] = {"refer": list(refer)}
    if again:
        spoken["again"] = again
    return output(fragment, **members, x_phrases=spoken)
