"""Public holidays that are on every calendar."""

import pytest

from tool_registry.builtin.declare import ToolkitError
from tool_registry.builtin.holidays_kit import (
    REGIONS,
    check_public_holiday,
    count_public_holidays,
    next_public_holiday,
    public_holidays_in_month,
    regional_public_holidays,
    shared_public_holidays,
)
from tool_registry.builtin.kinds import COMMON_COUNTRIES


def test_golden_week_of_2025():
    result = public_holidays_in_month("JP", 5, 2025)
    assert result["count"] == 4
    assert result["holidays"][0] == {"date": "2025-05-03", "name": "Constitution Day"}
    assert [holiday["date"][-2:] for holiday in result["holidays"]] == ["03", "04", "05", "06"]


def test_a_month_without_holidays():
    assert public_holidays_in_month("DE", 2, 2025) == {"count": 0, "holidays": []}


def test_germany_has_nine_nationwide_holidays():
    # In 2026 German Unity Day and the Second Day of Christmas are on Saturdays.
    assert count_public_holidays("DE", 2026) == {"count": 9, "on_weekends": 2}


def test_the_weekend_is_the_countrys_own():
    # 2 May 2025 is a Friday and no holiday; Egypt works on Sundays.
    result = check_public_holiday("EG", "2025-05-02")
    assert result == {"is_public_holiday": False, "is_working_day": False, "names": []}
    assert check_public_holiday("EG", "2025-05-04")["is_working_day"] is True


@pytest.mark.parametrize(
    ("country", "date", "name"),
    [
        ("FR", "2025-07-14", "National Day"),
        ("US", "2026-11-26", "Thanksgiving Day"),
        ("GB", "2025-12-26", "Boxing Day"),
        ("NL", "2025-12-26", "Second Day of Christmas"),
    ],
)
def test_days_that_are_holidays(country, date, name):
    result = check_public_holiday(country, date)
    assert result == {"is_public_holiday": True, "is_working_day": False, "names": [name]}


def test_days_that_are_not():
    assert check_public_holiday("DE", "2024-10-04") == {
        "is_public_holiday": False,
        "is_working_day": True,
        "names": [],
    }


def test_the_next_holiday_is_after_the_date_and_may_be_next_year():
    assert next_public_holiday("IT", "2025-12-25") == {
        "date": "2025-12-26",
        "name": "Saint Stephen's Day",
        "days_away": 1,
    }
    assert next_public_holiday("US", "2025-12-25")["date"] == "2026-01-01"


def test_france_and_germany_share_six_days():
    result = shared_public_holidays("FR", "DE", 2025)
    assert result["count"] == 6
    assert {"date": "2025-04-21", "name": "Easter Monday"} in result["holidays"]


@pytest.mark.parametrize("country", COMMON_COUNTRIES)
def test_every_common_country_is_known(country):
    # Switzerland has the fewest: the others of its holidays are the cantons'.
    assert count_public_holidays(country, 2025)["count"] >= 4


def test_an_unknown_country_is_named():
    with pytest.raises(ToolkitError, match="QZ"):
        public_holidays_in_month("QZ", 1, 2025)


def test_holidays_of_a_region_say_whether_they_are_nationwide():
    found = regional_public_holidays("DE-BY", 11, 2026)
    assert found["holidays"] == [{"date": "2026-11-01", "name": "All Saints' Day", "nationwide": False}]
    new_year = regional_public_holidays("GB-SCT", 1, 2025)
    assert (new_year["count"], new_year["regional_count"]) == (2, 1)
    assert [day["nationwide"] for day in new_year["holidays"]] == [True, False]
    # The nationwide tool does not know them, and says so.
    assert public_holidays_in_month("DE", 11, 2026)["count"] == 0
    assert "nationwide" in (public_holidays_in_month.__doc__ or "")


@pytest.mark.parametrize("region", REGIONS)
def test_every_region_that_has_a_name_is_known(region):
    assert sum(regional_public_holidays(region, month, 2026)["count"] for month in range(1, 13)) >= 6


def test_an_unknown_region_is_told_which_there_are():
    with pytest.raises(ToolkitError, match="DE-BY"):
        regional_public_holidays("DE-XX", 1, 2026)
    with pytest.raises(ToolkitError, match="none"):
        regional_public_holidays("XX-1", 1, 2026)
