"""English: how numbers, days and measures are said in words. Months, weekdays and number signs come from CLDR."""

from collections.abc import Iterable

from nodes.marks.language.words import Words


def _numbered(words: str, start: int, step: int = 1) -> dict[str, int]:
    return {word: start + step * index for index, word in enumerate(words.split())}


def _lengths(seconds: str, words: Iterable[str]) -> dict[str, str]:
    return dict.fromkeys(words, seconds)


_TEENS = _numbered("ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen", 10)
_TENS = _numbered("twenty thirty forty fifty sixty seventy eighty ninety", 20, 10)

ENGLISH = Words(
    units=_numbered("zero one two three four five six seven eight nine", 0),
    teens=_TEENS,
    tens=_TENS,
    scales={"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12},
    hundred="hundred",
    groups={"dozen": 12, "couple": 2},
    multiples={"once": 1, "twice": 2},
    none=("no", "none", "nil", "nothing"),
    ordinals={
        **_numbered("first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth", 1),
        **{word + "th": value for word, value in _TEENS.items() if value > 12},
        **{word[:-1] + "ieth": value for word, value in _TENS.items()},
    },
    fractions={"half": (1, 2), "halve": (1, 2), "third": (1, 3), "quarter": (1, 4), "fifth": (1, 5), "tenth": (1, 10)},
    suffixes={"k": 10**3, "m": 10**6, "mn": 10**6, "bn": 10**9},
    conjunction="and",
    point="point",
    half="half",
    minus=("minus", "negative"),
    percent=("%", "percent", "per cent"),
    articles=("a", "an"),
    near={
        "about": tuple("about around roughly approximately approx approx. circa ca. ca some ~ ≈".split()),
        "over": (
            *("over", "just over", "a little over", "slightly over", "a bit over", "well over"),
            *("more than", "a little more than", "above"),
        ),
        "under": (
            *("under", "just under", "a little under", "slightly under", "a bit under"),
            *("less than", "below", "nearly", "almost", "not quite"),
        ),
    },
    parts=(
        *("among others", "among them", "amongst others", "including", "such as", "for example", "for instance"),
        *("e.g.", "like", "some of", "part of", "one of", "and more", "and others", "and so on", "etc"),
        *("the first", "the last", "the top", "the next", "the nearest", "the closest"),
    ),
    more=("more", "others", "other", "further"),
    per=("per", "every", "each", "a", "for every", "/"),
    out_of=("of", "out of"),
    clock_words={"noon": (12, 0), "midday": (12, 0), "midnight": (0, 0)},
    clock_shares={"half": 30, "quarter": 15},
    past="past",
    to="to",
    oclock="o'clock",
    morning=("morning",),
    later=("afternoon", "evening"),
    night=("tonight", "night"),
    days={"today": 0, "tonight": 0, "tomorrow": 1, "yesterday": -1, "the day after tomorrow": 2},
    next=("next", "the coming", "coming"),
    last=("last", "the past"),
    this=("this",),
    within="in",
    ago="ago",
    ahead=("from now", "from today"),
    times={
        **_lengths("0.001", ("ms", "millisecond", "milliseconds")),
        **_lengths("1", ("s", "sec", "secs", "second", "seconds")),
        **_lengths("60", ("min", "mins", "minute", "minutes")),
        **_lengths("3600", ("h", "hr", "hrs", "hour", "hours")),
        **_lengths("86400", ("d", "day", "days", "night", "nights")),
        **_lengths("604800", ("week", "weeks", "wk", "wks")),
        **_lengths("1209600", ("fortnight", "fortnights")),
    },
    months={"month": 1, "months": 1, "year": 12, "years": 12},
)
