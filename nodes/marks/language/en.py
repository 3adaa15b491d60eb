"""English: how numbers, days and measures are said in words. Months, weekdays, units and signs come from CLDR."""

from nodes.marks.language.words import Words


def _number_words(words: str, start: int, step: int = 1) -> dict[str, int]:
    return {word: start + step * index for index, word in enumerate(words.split())}


def _with_hedges(words: str) -> list[str]:
    each = [words] if "than" in words else words.split()
    return [f"{hedge}{word}" for hedge in ("", "just ", "a little ", "slightly ", "a bit ", "well ") for word in each]


_NEARLY = ("nearly", "almost", "not quite", "shortly before")
_TEENS = _number_words("ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen", 10)
_TENS = _number_words("twenty thirty forty fifty sixty seventy eighty ninety", 20, 10)
_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}

ENGLISH = Words(
    numbers=_number_words("zero one two three four five six seven eight nine", 0)
    | _TEENS
    | _TENS
    | {"hundred": 100}
    | _SCALES,
    ordinals=_number_words("first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth", 1)
    | {word + "th": value for word, value in _TEENS.items() if value > 12}
    | {word[:-1] + "ieth": value for word, value in _TENS.items()},
    fractions={"half": 2, "halve": 2, "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "eighth": 8, "tenth": 10},
    groups={"dozen": 12, "couple": 2},
    multiples={"once": 1, "twice": 2},
    none=("no", "none", "nil", "nothing"),
    suffixes={"k": 10**3, "m": 10**6, "mn": 10**6, "bn": 10**9},
    articles=("a", "an"),
    minus=("minus", "negative"),
    percent=("%", "percent", "per cent"),
    conjunction="and",
    point="point",
    half="half",
    near={
        "about": tuple("about around roughly approximately approx approx. circa ca. ca some ~ ≈".split()),
        "over": (*_with_hedges("over above after past"), *_with_hedges("more than"), "shortly after"),
        "under": (*_with_hedges("under below before"), *_with_hedges("less than"), *_NEARLY),
    },
    denials=("not", "never", "neither", "nor", "cannot"),
    denial_endings=("n't", "n’t"),
    bounds=("until", "till", "by", "than", "only", "just", "but", "every"),
    parts=(
        *("among others", "among them", "amongst others", "including", "such as", "for example", "for instance"),
        *("e.g.", "like", "some of", "part of", "one of", "and more", "and others", "and so on", "etc"),
        *("the first", "the last", "the top", "the next", "the nearest", "the closest"),
    ),
    more=("more", "others", "other", "further"),
    per=("per", "every", "each", "a", "for every"),
    out_of=("of", "out of"),
    clock_words={"noon": (12, 0), "midday": (12, 0), "midnight": (0, 0)},
    clock_shares={"half": 30, "quarter": 15},
    past="past",
    to="to",
    oclock="o'clock",
    day_parts={"morning": "am", "afternoon": "pm", "evening": "pm", "night": "night", "tonight": "night"},
    days={"today": 0, "tonight": 0, "tomorrow": 1, "yesterday": -1, "the day after tomorrow": 2},
    which={"next": 1, "the coming": 1, "coming": 1, "last": -1, "the past": -1, "this": 0},
    within="in",
    ago="ago",
    ahead=("from now", "from today"),
)
