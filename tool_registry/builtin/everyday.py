"""What the toolkits of everyday things share: people's names, amounts of money, shares, clock times."""

from typing import Annotated

from tool_registry.builtin.declare import ToolkitError
from tool_registry.declare import Kind
from tool_registry.kind import OWN_WORDS

_NAMES = (
    "Anna Ben Cleo Dario Emma Farid Greta Hugo Ines Jonas Katya Liam Mira Noah Olga Pavel Quinn Rosa Sami Tess Umar "
    "Vera Will Xenia Yusuf Zoe Maeve Siobhan Aiko Mateo Priya Lucía Björn Amara Tomasz Nadia"
).split()

PersonName = Annotated[
    str, Kind("name", "First name, or how the person is called.", minLength=1, examples=_NAMES, made=["{given-name}"])
]
Names = Annotated[
    list[PersonName],
    Kind("names", "Names of the people, each once.", minItems=2, maxItems=12, uniqueItems=True, again="those people"),
]
#: An amount in whatever currency: what is reckoned with it has the same.
Amount = Annotated[
    float,
    Kind(
        "amount",
        "Amount of money, in any one currency.",
        minimum=0,
        maximum=1_000_000,
        examples=[4.5, 7.9, 9, 12, 14.8, 18, 21.5, 26, 30, 34.4, 42, 48.6, 55, 63, 75.2, 88, 96],
    ),
]
#: What comes out, and can be converted or put into another language.
Money = Annotated[float, Kind("amount", "Amount of money, rounded to cents.", format="money-amount", minimum=0)]
TipPercent = Annotated[
    float,
    Kind(
        "tip",
        "Tip in percent of the bill, such as 10.",
        minimum=0,
        maximum=100,
        examples=[5, 7.5, 8, 10, 12, 12.5, 15, 18, 20],
        mention=["{} percent"],
    ),
]
ClockTime = Annotated[
    str,
    Kind(
        "time",
        "Time of the day, HH:MM in 24 hours.",
        format="clock-time-of-day",
        pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$",
        examples="08:00 08:30 09:00 09:15 10:00 11:30 13:00 14:15 15:30 17:00 18:30 19:45".split(),
    ),
]
PlainText = Annotated[str, Kind(format=OWN_WORDS, minLength=1, maxLength=120)]


def minutes_of(time: str) -> int:
    """Return the minutes since midnight of HH:MM."""
    hours, _, minutes = time.partition(":")
    return 60 * int(hours) + int(minutes)


def clock_of(minutes: int) -> str:
    """Return HH:MM for minutes since midnight. Raises ToolkitError past the end of the day."""
    if not 0 <= minutes < 24 * 60:
        raise ToolkitError("That goes past midnight; begin earlier or plan less.")
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def different(names: list[str]) -> None:
    """Raise ToolkitError where a name comes twice."""
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ToolkitError(f"{', '.join(twice)} comes twice; name each once.")
