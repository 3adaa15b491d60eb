"""Failures that say what to do instead: "there is no agent 'Ruben'; there are Amina, Bruno and Chiara"."""

import re
from typing import Any

from nodes.policies.base import Proposal
from tool_registry.json.pointer import scalars

_QUOTED = re.compile(r"(?<!\w)(['\"`‘“])(?P<text>[^'\"`‘’“”\n]{1,60})['\"`’”](?!\w)")
#: After a word that opens a choice, two names and more.
_LISTED = re.compile(
    r"(?::|;|\b(?:are|is|of|be|between|among|from|try|use|allowed|available|valid|known|expected|have|mean))\s*[\[({]?\s*"
    r"(?P<texts>[\w.@/+-]+(?: [\w.@/+-]+){0,3}(?:, (?:or |and )?| or | and )[\w.@/+-]+)",
    re.IGNORECASE,
)


def names_alternative(message: str, proposal: Proposal) -> bool:
    """Say whether the message names an argument that was typed, no result's, and something else in its place."""
    given = {*proposal.sources, *proposal.references}
    typed = [
        value
        for pointer, value in scalars(proposal.arguments)
        if isinstance(value, str) and value.strip() and pointer not in given and _stands(value, message)
    ]
    return any(_has_other(message, value, proposal.arguments) for value in typed)


def _stands(value: str, message: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(value)}(?!\w)", message, re.IGNORECASE) is not None


def _has_other(message: str, value: str, arguments: dict[str, Any]) -> bool:
    own = {str(each).casefold() for _, each in scalars(arguments)} | {name.casefold() for name in arguments}
    quoted = [match["text"].casefold() for match in _QUOTED.finditer(message)]
    after = message[message.casefold().index(value.casefold()) + len(value) :]
    listed = [match["texts"] for match in _LISTED.finditer(after)]
    return any(text not in own for text in quoted) or bool(listed)
