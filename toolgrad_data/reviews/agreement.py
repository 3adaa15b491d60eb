"""How far reviewers agree: for each pair, over the records that both decided, whether they keep or reject them.

A mend keeps its record, as an accept does. Cohen's kappa (1960) is agreement beyond what two reviewers reach who keep
and reject as often as these do, but by chance; it has no value where chance alone would give full agreement.
"""

from collections.abc import Mapping
from itertools import combinations
from typing import NamedTuple


class PairAgreement(NamedTuple):
    """Two reviewers, the records that both decided, how often they agree (0 to 1), and kappa where it has a value."""

    first: str
    second: str
    of: int
    agreement: float
    kappa: float | None


def agreements(answers: Mapping[str, Mapping[str, object]]) -> list[PairAgreement]:
    """Return a figure for each pair of reviewers that have anything in common; `answers`: reviewer, record, answer."""
    found = []
    for first, second in combinations(sorted(answers), 2):
        mine, theirs = answers[first], answers[second]
        pairs = [(mine[record], theirs[record]) for record in mine if record in theirs]
        if pairs:
            agreement = sum(one == other for one, other in pairs) / len(pairs)
            found.append(PairAgreement(first, second, len(pairs), agreement, cohens_kappa(pairs)))
    return found


def cohens_kappa(pairs: list[tuple[object, object]]) -> float | None:
    """Return Cohen's kappa of pairs of answers; None where chance alone gives full agreement."""
    count = len(pairs)
    observed = sum(one == other for one, other in pairs)
    chance = sum(
        sum(one == answer for one, _ in pairs) * sum(other == answer for _, other in pairs)
        for answer in {answer for pair in pairs for answer in pair}
    )
    # In whole numbers up to here: two who always say the same have exactly no value.
    if chance == count * count:
        return None
    return (observed * count - chance) / (count * count - chance)
