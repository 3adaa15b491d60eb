"""What a language's own file says of figures in words. A language without one has none: the defaults."""

from collections.abc import Mapping
from dataclasses import dataclass, field


def _none() -> Mapping[str, int]:
    return {}


@dataclass(frozen=True, eq=False)
class Words:
    """The number words, days, measures and phrases of one language; all of them in lower case."""

    #: Number words by how they combine: one to nine, ten to nineteen, twenty to ninety, thousand and more.
    units: Mapping[str, int] = field(default_factory=_none)
    teens: Mapping[str, int] = field(default_factory=_none)
    tens: Mapping[str, int] = field(default_factory=_none)
    scales: Mapping[str, int] = field(default_factory=_none)
    hundred: str = "\0"
    #: Dozens and the like, which end a number.
    groups: Mapping[str, int] = field(default_factory=_none)
    #: "Twice"; and what says that there is none.
    multiples: Mapping[str, int] = field(default_factory=_none)
    none: tuple[str, ...] = ()
    ordinals: Mapping[str, int] = field(default_factory=_none)
    fractions: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    #: Written behind digits: "250k".
    suffixes: Mapping[str, int] = field(default_factory=_none)
    conjunction: str = "\0"
    point: str = "\0"
    half: str = "\0"
    minus: tuple[str, ...] = ()
    percent: tuple[str, ...] = ("%",)
    articles: tuple[str, ...] = ()
    #: What may stand before a number and says how it is rounded, by `Near`.
    near: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: That a list is told in part; what is left of it.
    parts: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    #: Before what one of something is counted: "per 100 km".
    per: tuple[str, ...] = ()
    #: Before the most that there can be: "4 out of 5".
    out_of: tuple[str, ...] = ()

    clock_words: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    #: Minutes of "half past", "quarter to".
    clock_shares: Mapping[str, int] = field(default_factory=_none)
    past: str = "\0"
    to: str = "\0"
    oclock: str = "\0"
    #: Words of the day that tell which half of it a bare hour is in.
    morning: tuple[str, ...] = ()
    later: tuple[str, ...] = ()
    night: tuple[str, ...] = ()

    #: Days from today.
    days: Mapping[str, int] = field(default_factory=_none)
    next: tuple[str, ...] = ()
    last: tuple[str, ...] = ()
    this: tuple[str, ...] = ()
    within: str = "\0"
    ago: str = "\0"
    ahead: tuple[str, ...] = ()
    #: Lengths of time in seconds; those in months, which are longer or shorter.
    times: Mapping[str, str] = field(default_factory=dict)
    months: Mapping[str, int] = field(default_factory=_none)
