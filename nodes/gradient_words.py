"""Reading a gradient: what its words say about tools, results and domains. What it looks for is in `steering.py`."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field

_BAD = re.compile(
    r"\b(fail(s|ed|ing|ure)?|avoid|error|errors|broke|broken|useless|reject(ed)?|drop|skip|do not|don't|stop using|"
    r"timed out|dead)\b",
    re.IGNORECASE,
)
_GOOD = re.compile(
    r"\b(unused|not (yet )?used|use|using|pursue|build on|follow up|continue|explore|try|propose|again|next|promising|"
    r"worth)\b",
    re.IGNORECASE,
)
_STEP = re.compile(r"\bs\d+\b")
_POINTER = re.compile(r"(?<![\w/])/[\w~/-]+")


@dataclass
class Advice:
    """What to avoid and what to pursue. A pursued result is a step id with the pointers named beside it."""

    avoid_tools: set[str] = field(default_factory=set)
    try_tools: set[str] = field(default_factory=set)
    use_results: dict[str, set[str]] = field(default_factory=dict)
    try_categories: set[str] = field(default_factory=set)
    avoid_categories: set[str] = field(default_factory=set)


def read_gradient(text: str, tools: Collection[str], categories: Collection[str], steps: Collection[str]) -> Advice:
    """Return the advice in the text, read clause by clause; a clause that is both praises nothing."""
    advice = Advice()
    for clause in re.split(r"(?<=[.;!?])\s+|\n+", text):
        bad, good = bool(_BAD.search(clause)), bool(_GOOD.search(clause))
        if not bad and not good:
            continue
        named = {tool for tool in tools if _names(clause, tool)}
        domains = {category for category in categories if _names(clause, category)}
        if bad:
            advice.avoid_tools |= named
            advice.avoid_categories |= domains
            continue
        advice.try_tools |= named
        advice.try_categories |= domains
        pointers = set(_POINTER.findall(clause))
        for step in set(_STEP.findall(clause)) & set(steps):
            advice.use_results.setdefault(step, set()).update(pointers)
    advice.try_tools -= advice.avoid_tools
    return advice


def _names(clause: str, name: str) -> bool:
    # Most clauses name few of the tools, and a pattern for each of them takes long to make.
    return (
        name.lower() in clause.lower()
        and re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", clause, re.IGNORECASE) is not None
    )
