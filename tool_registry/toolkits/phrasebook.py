"""Phrases written as plain lines, so that a toolkit's wording reads like a page and not like nested JSON."""

from typing import Any

from tool_registry.toolkits.kinds import output


def phrases(text: str) -> dict[str, Any]:
    """Return the `x-phrases` of a parameters object.

    A line that starts with `?` asks, one with `=` answers, one with `~` is a situation; an indented line
    continues the one above. A blank line ends an intent.
    """
    intents: list[dict[str, list[str]]] = []
    situations: list[str] = []
    for block in text.strip().replace("\n    ", " ").split("\n\n"):
        intent: dict[str, list[str]] = {"ask": [], "answer": []}
        for line in block.splitlines():
            mark, _, phrase = line.strip().partition(" ")
            {"?": intent["ask"], "=": intent["answer"], "~": situations}[mark].append(phrase)
        if intent["ask"]:
            intents.append(intent)
    return {"intents": intents, "situations": situations}


def told(fragment: dict[str, Any], *refer: str, **members: Any) -> dict[str, Any]:
    """Return an output property made from a fragment, with the noun phrases that name its value unknown.

    The fragment's own `again` is kept unless `again` is given; other members are set as they are.
    """
    again = members.pop("again", None) or fragment.get("x-phrases", {}).get("again")
    spoken: dict[str, Any] = {"refer": list(refer)}
    if again:
        spoken["again"] = again
    return output(fragment, **members, x_phrases=spoken)
