"""What a language's own file says of figures in words. A language without one has none: the defaults."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, eq=False)
class Words:
    """The number words, days, measures and phrases of one language; all of them in lower case."""

    numbers: Mapping[str, int] = field(default_factory=dict)
    ordinals: Mapping[str, int] = field(default_factory=dict)
    #: By what one is divided: 4 for "quarter".
    fractions: Mapping[str, int] = field(default_factory=dict)
    #: "Dozen" ends a number, "twice" is one; what says that there is none; "k" is written behind digits.
    groups: Mapping[str, int] = field(default_factory=dict)
    multiples: Mapping[str, int] = field(default_factory=dict)
    none: tuple[str, ...] = ()
    suffixes: Mapping[str, int] = field(default_factory=dict)
    articles: tuple[str, ...] = ()
    minus: tuple[str, ...] = ()
    percent: tuple[str, ...] = ("%",)
    conjunction: str = "\0"
    point: str = "\0"
    half: str = "\0"
    #: What stands before a number and says how it is rounded: about, over, under.
    near: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: What denies, as a word or at the end of one; what makes of a denied value a bound: "not until".
    denials: tuple[str, ...] = ()
    denial_endings: tuple[str, ...] = ()
    bounds: tuple[str, ...] = ()
    #: That a list is told in part; what is left of it; what something is counted per; out of how many.
    parts: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    per: tuple[str, ...] = ()
    out_of: tuple[str, ...] = ()
    #: Times, and the minutes of "half past", "quarter to"; the half of the day that a word tells.
    clock_words: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    clock_shares: Mapping[str, int] = field(default_factory=dict)
    past: str = "\0"
    to: str = "\0"
    oclock: str = "\0"
    day_parts: Mapping[str, str] = field(default_factory=dict)
    #: Days from today; of "next Friday" in which direction; "in three weeks", "two days ago", "a week from now".
    days: Mapping[str, int] = field(default_factory=dict)
    which: Mapping[str, int] = field(default_factory=dict)
    within: str = "\0"
    ago: str = "\0"
    ahead: tuple[str, ...] = ()
