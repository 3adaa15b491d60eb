"""English: how numbers, days and measures are said in words. Months, weekdays and number signs come from CLDR."""

UNITS = {word: value for value, word in enumerate("zero one two three four five six seven eight nine".split())}
TEENS = {
    word: value
    for value, word in enumerate(
        "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(), start=10
    )
}
TENS = {
    word: 10 * value
    for value, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)
}
SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
#: Written behind digits: "250k".
SUFFIXES = {"k": 10**3, "m": 10**6, "mn": 10**6, "bn": 10**9}
GROUPS = {"dozen": 12, "couple": 2}
ORDINALS = {
    **{
        word: value
        for value, word in enumerate("first second third fourth fifth sixth seventh eighth ninth".split(), start=1)
    },
    **{word: value for value, word in enumerate("tenth eleventh twelfth".split(), start=10)},
    **{word + "th": value for word, value in TEENS.items() if value > 12},
    **{word[:-1] + "ieth": value for word, value in TENS.items()},
}
FRACTIONS = {"half": (1, 2), "halves": (1, 2), "third": (1, 3), "quarter": (1, 4), "fifth": (1, 5), "tenth": (1, 10)}
AND, POINT, MINUS, PERCENT = "and", "point", ("minus", "negative"), ("%", "percent", "per cent")
ARTICLES = ("a", "an")
#: What may stand before a number and says how it is rounded.
NEAR = {
    "about": "about around roughly approximately approx approx. circa ca. ca some ~ ≈",
    "over": "over|just over|a little over|slightly over|a bit over|well over|more than|above|a little more than",
    "under": "under|just under|a little under|slightly under|a bit under|less than|below|nearly|almost|not quite",
}
#: Words that say that a list is told in part.
PARTS = (
    "among others|among them|amongst others|including|such as|for example|for instance|e.g.|like|some of|part of|"
    "and more|and others|and so on|etc|the first|the last|the top|the next|the nearest|the closest|one of"
).split("|")
MORE = ("more", "others", "other", "further")
#: Before what one of something is counted: "per 100 km".
PER = ("per", "every", "each", "a", "for every", "/")

CLOCK_WORDS = {"noon": (12, 0), "midday": (12, 0), "midnight": (0, 0)}
CLOCK_SHARES = {"half": 30, "quarter": 15}
PAST, TO, OCLOCK = "past", "to", "o'clock"
#: Words of the day that tell which half of it a bare hour is in.
MORNING, LATER = ("morning",), ("afternoon", "evening", "tonight", "night")

DAYS = {"today": 0, "tonight": 0, "tomorrow": 1, "yesterday": -1, "the day after tomorrow": 2}
NEXT, LAST, THIS = ("next", "the coming", "coming"), ("last", "the past"), ("this",)
IN, AGO, AHEAD = "in", "ago", ("from now", "from today")
#: Lengths of time in seconds; months and years in days of the calendar where a date is meant.
TIMES = {
    **dict.fromkeys("ms millisecond milliseconds".split(), "0.001"),
    **dict.fromkeys("s sec secs second seconds".split(), "1"),
    **dict.fromkeys("min mins minute minutes".split(), "60"),
    **dict.fromkeys("h hr hrs hour hours".split(), "3600"),
    **dict.fromkeys("d day days night nights".split(), "86400"),
    **dict.fromkeys("week weeks wk wks".split(), "604800"),
    **dict.fromkeys("fortnight fortnights".split(), "1209600"),
}
MONTHS_OF = {**dict.fromkeys("month months".split(), 1), **dict.fromkeys("year years".split(), 12)}
