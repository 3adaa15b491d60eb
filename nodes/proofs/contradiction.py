"""Does a response say yes where the result says no?

Looked at are flags with a telling name: where clauses of the response speak of all that the name says and say
yes or no, one of them has to say what the flag does.
"""

import re
from collections.abc import Iterator

from graph.record import Turn
from nodes.proofs.polarity import negations, stems
from tool_registry.json_pointer import scalars

_VERDICT = re.compile(r"\W*(yes|no)\b(?! \w)", re.IGNORECASE)
_CLAUSE = re.compile(r"[.!?;\n]+(?=\s|\Z)|,\s(?=but\b|while\b|whereas\b|and\b)|\bbut\b")


def contradictions(turn: Turn) -> Iterator[str]:
    """Yield, in words, the flags that every clause about them denies."""
    clauses = [clause for clause in _CLAUSE.split(turn.response) if clause.strip()]
    flags: dict[str, set[bool]] = {}
    owner: dict[str, str] = {}
    for step in turn.steps:
        for pointer, value in scalars(step.result):
            name = pointer.rpartition("/")[2]
            if isinstance(value, bool) and name and not name.isdecimal():
                flags.setdefault(name, set()).add(value)
                owner[name] = step.id
    for name, values in flags.items():
        about = stems(name)
        if len(values) != 1 or not about:
            continue
        value = next(iter(values))
        turned = negations(name) % 2 == 1
        claims = [_claim(clause, len(about)) for clause in clauses if about <= stems(clause)]
        said = [claim is not turned for claim in claims if claim is not None]
        if said and value not in said:
            yield (
                f"the response says {'yes' if not value else 'no'} to {name}, which {owner[name]} found to be "
                f"{'true' if value else 'false'}"
            )


def _claim(clause: str, words: int) -> bool | None:
    """Return what the clause says: its "yes" or "no" in front, or, to a name of several words, a negation.

    A clause that merely speaks of the same things ("13 public holidays") claims nothing.
    """
    verdict = _VERDICT.match(clause)
    if verdict:
        return verdict[1].lower() == "yes"
    return False if words > 1 and negations(clause) % 2 == 1 else None
