"""Intervals and tests: Wilson, McNemar's exact one, and a mean over seeds."""

import math
from collections.abc import Sequence

_Z = 1.959964
#: Student's t, 97.5 %, by degrees of freedom.
_T = {1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 6: 2.447, 7: 2.365, 8: 2.306, 9: 2.262}


def wilson(right: int, of: int) -> tuple[float, float]:
    """Return the 95 % interval of a share, 0 to 1."""
    if not of:
        return 0.0, 1.0
    share = right / of
    middle = share + _Z * _Z / 2 / of
    half = _Z * math.sqrt(share * (1 - share) / of + _Z * _Z / 4 / of / of)
    low, high = ((middle + sign * half) / (1 + _Z * _Z / of) for sign in (-1, 1))
    return max(0.0, low), min(1.0, high)


def mcnemar(gained: int, lost: int) -> float:
    """Return the exact two-sided p of pairs that changed either way."""
    changed = gained + lost
    if not changed:
        return 1.0
    tail = sum(math.comb(changed, k) for k in range(min(gained, lost) + 1)) / float(2**changed)
    return min(1.0, 2 * tail)


def mean_interval(values: Sequence[float]) -> tuple[float, float]:
    """Return the mean and half of its 95 % interval over seeds; infinity for a single one."""
    mean = sum(values) / len(values)
    free = len(values) - 1
    if not free:
        return mean, math.inf
    spread = math.sqrt(sum((value - mean) ** 2 for value in values) / free)
    return mean, _T.get(free, _Z) * spread / math.sqrt(len(values))


def share_text(right: int, of: int) -> str:
    """Return `49/200, 24 % [19–31]`."""
    if not of:
        return ""
    low, high = wilson(right, of)
    return f"{right}/{of}, {100 * right / of:.0f} % [{100 * low:.0f}–{100 * high:.0f}]"
