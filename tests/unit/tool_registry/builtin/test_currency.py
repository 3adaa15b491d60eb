"""Facts from the European Central Bank's published reference rates."""

from datetime import date

import pytest

from tool_registry.builtin import currency
from tool_registry.builtin.currency import (
    convert_currency,
    currency_ranking,
    exchange_rate_change,
    exchange_rate_extremes,
    exchange_rate_on_date,
)
from tool_registry.builtin.declare import ToolkitError
from tool_registry.builtin.kinds import CURRENCIES


def test_euro_to_dollar_on_the_first_business_day_of_2024() -> None:
    assert exchange_rate_on_date("EUR", "USD", "2024-01-02") == {
        "rate": 1.0956,
        "inverse_rate": 0.912742,
        "days_old": 0,
    }


def test_conversion_uses_the_rate() -> None:
    assert convert_currency(100, "EUR", "USD", "2024-01-02") == {"converted": 109.56, "rate": 1.0956}
    # Neither side is the euro: 1.0956 dollars and 0.86645 pounds to the euro.
    assert convert_currency(100, "USD", "GBP", "2024-01-02")["converted"] == round(100 / 1.0956 * 0.86645, 2)


def test_yen_have_no_decimals() -> None:
    assert convert_currency(1.5, "EUR", "JPY", "2025-04-22")["converted"] % 1 == 0


def test_a_weekend_takes_the_rate_of_friday() -> None:
    friday, sunday = (exchange_rate_on_date("EUR", "USD", day) for day in ("2024-01-05", "2024-01-07"))
    assert (friday["days_old"], sunday["days_old"]) == (0, 2)
    assert friday["rate"] == sunday["rate"]


def test_easter_takes_the_rate_of_maundy_thursday() -> None:
    assert exchange_rate_on_date("EUR", "GBP", "2024-04-01")["days_old"] == 4


def test_the_swiss_franc_shock_of_january_2015() -> None:
    before, after = (exchange_rate_on_date("EUR", "CHF", day)["rate"] for day in ("2015-01-14", "2015-01-15"))
    assert before > 1.2 > 1.03 > after


def test_change_runs_from_the_start_of_the_period_to_its_end() -> None:
    change = exchange_rate_change("USD", "TRY", 60, "2024-06-28")
    assert change["start_rate"] == exchange_rate_on_date("USD", "TRY", "2019-06-28")["rate"]
    assert change["change_percent"] == pytest.approx(469.73)


def test_the_euro_fell_below_parity_in_2022() -> None:
    found = exchange_rate_extremes("EUR", "USD", 12, "2022-12-30")
    assert found["lowest"] == {"rate": 0.9565, "date": "2022-09-28"}
    assert found["lowest"]["rate"] < found["average"] < found["highest"]["rate"]


def test_the_lira_lost_most_in_2023() -> None:
    ranking = currency_ranking("EUR", 12, "2023-12-29")
    assert ranking["lost"][0]["currency"] == "TRY"
    assert ranking["gained"][0]["currency"] == "MXN"
    assert [len(entries) for entries in ranking.values()] == [5, 5]


def test_a_ranking_skips_a_currency_that_was_abolished() -> None:
    found = currency_ranking("EUR", 12, "2023-06-30")
    assert "HRK" not in {entry["currency"] for entries in found.values() for entry in entries}


@pytest.mark.parametrize(
    ("base", "target", "message"),
    [
        ("USD", "USD", "two different"),
        ("USD", "ARS", "publishes no rate of ARS"),
        ("EUR", "HRK", "no rate of EUR to HRK"),
    ],
)
def test_what_has_no_rate(base: str, target: str, message: str) -> None:
    with pytest.raises(ToolkitError, match=message):
        convert_currency(10, base, target, "2024-01-02")


def test_a_ranking_against_an_unknown_currency_fails() -> None:
    with pytest.raises(ToolkitError, match="publishes no rate of XXX"):
        currency_ranking("XXX", 12, "2023-06-30")


def test_the_bounds_of_the_schema_are_within_the_shipped_history() -> None:
    assert max(currency._history()[1]) >= date.fromisoformat(currency.LAST_DAY)
    for code in CURRENCIES:
        if code != "ISK":
            assert exchange_rate_on_date(code, "DKK" if code != "DKK" else "EUR", currency.FIRST_DAY)["rate"] > 0
