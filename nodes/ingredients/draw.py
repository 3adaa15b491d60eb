"""The ingredients of one sample, from the run seed and its index alone."""

from datetime import date, datetime, timedelta

from graph.context import Context
from graph.record import Ingredients
from nodes.ingredients import usual
from nodes.ingredients.even import place_among, share_of
from nodes.ingredients.files import IngredientFile, files_of
from tool_registry.calling.threads import in_thread

#: Another prime for each purpose: draws whose strides differ by an irrational are not tied to each other.
_PRIMES = {"who": 2, "topic": 3, "places": 5, "names": 7, "day": 11, "amount": 13}
_PLACES, _NAMES = 2, 2
#: Days before and after `now`; without it, days that are known to be in range of what tools know.
_DAYS_BEFORE, _DAYS_AFTER = 180, 540
_FIRST_DAY, _LAST_DAY = date(2024, 1, 1), date(2027, 6, 30)
#: Amounts go from 10 to the power of one to that of the other, on a logarithmic scale.
_LEAST, _MOST = 1.0, 4.7


async def ingredients_for(context: Context, run_seed: int, index: int) -> Ingredients | None:
    """Return a sample's ingredients, None where they are off. Raises IngredientFileError."""
    if not context.ingredients:
        return None
    # In a thread: files are read, of users or of packages.
    return await in_thread(lambda: draw(context, run_seed, index))


def draw(context: Context, run_seed: int, index: int) -> Ingredients:
    """Return a sample's ingredients. Raises IngredientFileError.

    What a line of a file has beside its own kind goes with it: a persona's town before one of the places. A personas'
    file brings its people with their situations, so that no situation of ours is put beside.
    """
    files = files_of(context)
    drawn = {kind: _from_file(file, run_seed, index, kind) for kind, file in files.items()}
    persona, topic, place = (drawn.get(kind) or Ingredients() for kind in ("personas", "topics", "places"))
    first = persona, topic, place
    about = None if "personas" in files else _of(usual.situations(), run_seed, index, "topic")
    places = [name for each in first for name in each.places]
    if "places" not in files:
        places += _several(usual.cities(), _PLACES, run_seed, index, "places")
    elif len(places) < _PLACES and files["places"].count > 1:
        second = files["places"].entry(_position(files["places"], run_seed, 2 * index + 1, "places"))
        places += second.places
    day = next((each.day for each in first if each.day), None)
    when = next((each.when for each in first if each.when), None)
    amount = next((each.amount for each in first if each.amount is not None), None)
    if day is None and when is None:
        day = _day(context.now, share_of(index, run_seed, "day", _PRIMES["day"]))
    if when is None and day is not None and context.now:
        when = _as_against(day, context.now)
    return Ingredients(
        who=persona.who or topic.who or _of(usual.people(), run_seed, index, "who"),
        topic=topic.topic or persona.topic or about,
        places=list(dict.fromkeys(places))[:_PLACES],
        names=list(dict.fromkeys([*(name for each in first for name in each.names), *_names(run_seed, index)]))[
            :_NAMES
        ],
        day=day,
        when=when,
        amount=_amount(share_of(index, run_seed, "amount", _PRIMES["amount"])) if amount is None else amount,
    )


def _from_file(file: IngredientFile, run_seed: int, index: int, kind: str) -> Ingredients:
    # Of places a sample takes two, so that a file of them is gone through once in half as many samples.
    number = _PLACES * index if kind == "places" else index
    return file.entry(_position(file, run_seed, number, kind))


def _position(file: IngredientFile, run_seed: int, number: int, kind: str) -> int:
    purpose = {"personas": "who", "topics": "topic"}.get(kind, kind)
    return place_among(file.count, number, run_seed, purpose, _PRIMES[purpose])


def _of(entries: tuple[str, ...], run_seed: int, number: int, purpose: str) -> str:
    return entries[place_among(len(entries), number, run_seed, purpose, _PRIMES[purpose])]


def _several(entries: tuple[str, ...], count: int, run_seed: int, index: int, purpose: str) -> list[str]:
    return [_of(entries, run_seed, count * index + slot, purpose) for slot in range(count)]


def _names(run_seed: int, index: int) -> list[str]:
    """Return names of which each part comes as often as any other, and all pairs before one comes again."""
    given, family = usual.given_names(), usual.family_names()
    pairs = [
        place_among(len(given) * len(family), _NAMES * index + slot, run_seed, "names", _PRIMES["names"])
        for slot in range(_NAMES)
    ]
    return [f"{given[pair % len(given)]} {family[pair // len(given)]}" for pair in pairs]


def _day(now: str | None, share: float) -> str:
    today = _today(now)
    first = today - timedelta(days=_DAYS_BEFORE) if today else _FIRST_DAY
    last = today + timedelta(days=_DAYS_AFTER) if today else _LAST_DAY
    return (first + timedelta(days=int(share * ((last - first).days + 1)))).isoformat()


def _as_against(day: str, now: str) -> str | None:
    """Return how far the day is from the present, as people say it."""
    today = _today(now)
    if today is None:
        return None
    days = (date.fromisoformat(day) - today).days
    if abs(days) < 2:
        return {0: "today", 1: "tomorrow", -1: "yesterday"}[days]
    length, unit = (30.44, "months") if abs(days) >= 60 else (7, "weeks") if abs(days) >= 14 else (1, "days")
    how_long = f"{'about ' if length > 1 else ''}{round(abs(days) / length)} {unit}"
    return f"in {how_long}" if days > 0 else f"{how_long} ago"


def _today(now: str | None) -> date | None:
    try:
        return datetime.fromisoformat(now).date() if now else None
    except ValueError:
        return None


def _amount(share: float) -> float:
    """Return an amount of two digits that count, 10 to 50,000, as many of each size."""
    return float(f"{10 ** (_LEAST + share * (_MOST - _LEAST)):.2g}")
