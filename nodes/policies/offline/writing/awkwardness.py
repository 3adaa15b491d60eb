"""How hard a message is to read, to choose between drafts of it."""

import re

from nodes.policies.offline.asks import asks_of
from nodes.policies.offline.writing.marking import plain
from nodes.policies.offline.writing.message import MessageWriter

#: The awkwardness of a request that its tool's own phrases could not put into words.
_UNSAID = 20.0


def awkwardness_of(writer: MessageWriter) -> float:
    """Return how awkward the query is that the writer has written."""
    asked = writer.asked
    unsaid = sum(each.ask is None and bool(asks_of(each.step, writer.specs[each.step.tool])) for each in asked)
    return awkwardness(plain(writer.query)) + _UNSAID * unsaid


def awkwardness(query: str) -> float:
    """Return how hard a query is to read: long sentences, nested "of the … of the …", words said again and again."""
    words = query.lower().split()
    longest = max((len(sentence.split()) for sentence in re.split(r"[.?!]\s", query)), default=0)
    nested = len(re.findall(r"\b(of|to|from|at|in|between) (the|that)\b", query))
    stretches = [tuple(words[i : i + 4]) for i in range(len(words) - 3)]
    repeated = len(stretches) - len(set(stretches))
    return max(longest - 22, 0) * 0.3 + nested * 0.6 + repeated * 1.5 + len(words) * 0.05
