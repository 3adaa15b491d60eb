"""Estimates with their intervals: pass@1, pass@k, pass^k, and the pass rate of one task.

Of a task that passed c of n trials

- pass@k, that one of k trials passes, is estimated without bias as 1 - C(n-c, k) / C(n, k)
  (Chen et al. 2021, arXiv 2107.03374, section 2.1);
- pass^k, that all of k trials pass, as C(c, k) / C(n, k) (Yao et al. 2024, arXiv 2406.12045, section 4).

Over tasks it is their mean. Trials of one task are alike, so tasks and not trials are what is independent: the standard
error is the tasks' own deviation over the root of their number (Miller 2024, arXiv 2411.00640, sections 2.1 and 2.2).
A normal interval leaves 0 to 1 and shrinks to nothing where all pass. So the interval is Wilson's (1927) score interval
of as many independent trials as would have that standard error, the effective sample size of Korn and Graubard (1998,
Survey Methodology 24, 193-201); where the tasks do not differ, of as many as there are tasks.
"""

from collections.abc import Sequence
from math import comb, sqrt
from statistics import NormalDist, fmean, stdev
from typing import NamedTuple

#: Of all intervals here.
CONFIDENCE = 0.95

_Z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)


class Estimate(NamedTuple):
    """A share from 0 to 1 with its interval, and of how many it is."""

    value: float
    low: float
    high: float
    of: int

    def as_json(self) -> dict[str, float | int]:
        """Return the members, rounded to what means something."""
        return {name: round(value, 4) for name, value in self._asdict().items()}

    def __str__(self) -> str:
        return f"{100 * self.value:.1f} % ({100 * self.low:.1f} to {100 * self.high:.1f})"


def pass_at(k: int, passed: int, trials: int) -> float:
    """Return the estimate that one of k trials passes. Raises ValueError for more than there were."""
    _check(k, passed, trials)
    return 1 - comb(trials - passed, k) / comb(trials, k)


def pass_all(k: int, passed: int, trials: int) -> float:
    """Return the estimate that all of k trials pass. Raises ValueError for more than there were."""
    _check(k, passed, trials)
    return comb(passed, k) / comb(trials, k)


def wilson(share: float, trials: float) -> tuple[float, float]:
    """Return Wilson's interval of a share that so many independent trials gave."""
    squared = _Z * _Z
    middle = (share + squared / (2 * trials)) / (1 + squared / trials)
    half = _Z / (1 + squared / trials) * sqrt(share * (1 - share) / trials + squared / (4 * trials * trials))
    return max(0.0, middle - half), min(1.0, middle + half)


def rate(passed: int, trials: int) -> Estimate:
    """Return the share that passed of trials that are independent, such as those of one task."""
    return Estimate(passed / trials, *wilson(passed / trials, trials), trials)


def mean(values: Sequence[float]) -> Estimate | None:
    """Return the mean of the tasks' values, each from 0 to 1; None of none."""
    if not values:
        return None
    share, tasks = min(max(fmean(values), 0.0), 1.0), len(values)
    error = stdev(values) / sqrt(tasks) if tasks > 1 else 0.0
    effective = share * (1 - share) / error**2 if error > 1e-9 else float(tasks)
    # Values between 0 and 1 vary less than what is 0 or 1 only; no task stands for more trials than it can have had.
    return Estimate(share, *wilson(share, max(effective, 1.0)), tasks)


def _check(k: int, passed: int, trials: int) -> None:
    if not 1 <= k <= trials or not 0 <= passed <= trials:
        raise ValueError(f"{passed} of {trials} trials passed: k must be from 1 to {trials}, not {k}")
