"""Countries: facts that an atlas confirms."""

import pytest

from tool_registry.builtin.countries import (
    TOOLS,
    countries_using_currency,
    country_capital,
    country_details,
    country_subdivisions,
    currency_of_country,
    official_languages_of_country,
    week_customs_of_country,
)
from tool_registry.builtin.declare import ToolkitError
from tool_registry.builtin.kinds import COMMON_COUNTRIES
from tool_registry.sources.builtin import tools_of


def test_names_and_codes() -> None:
    greece = country_details("GR")
    assert greece["official_name"] == "Hellenic Republic"
    assert (greece["alpha_3"], greece["numeric"], greece["flag"]) == ("GRC", "300", "🇬🇷")
    with pytest.raises(ToolkitError, match="two-letter code"):
        country_details("ZZ")


@pytest.mark.parametrize(
    ("country", "capital"),
    [
        ("AU", "Canberra"),
        ("CA", "Ottawa"),
        ("BR", "Brasilia"),
        ("TR", "Ankara"),
        ("CH", "Bern"),
        ("BO", "Sucre"),
    ],
)
def test_capitals_that_are_not_the_largest_city(country: str, capital: str) -> None:
    assert country_capital(country)["city"] == capital


def test_the_capital_keeps_its_own_time() -> None:
    assert country_capital("CA")["timezone"] == "America/Toronto"
    with pytest.raises(ToolkitError, match="not on record"):
        country_capital("AQ")


@pytest.mark.parametrize(
    ("country", "currency"),
    [("HR", "EUR"), ("BG", "EUR"), ("CZ", "CZK"), ("LI", "CHF"), ("EC", "USD"), ("NA", "NAD"), ("BT", "BTN")],
)
def test_currencies(country: str, currency: str) -> None:
    assert currency_of_country(country)["currency"] == currency
    assert currency_of_country(country)["is_euro"] == (currency == "EUR")


def test_countries_of_a_currency() -> None:
    franc = countries_using_currency("CHF")
    assert [c["country"] for c in franc["countries"]] == ["LI", "CH"]
    assert franc["count"] == 2
    euro = countries_using_currency("EUR")
    assert len(euro["countries"]) == 12 < euro["count"]
    with pytest.raises(ToolkitError, match="No country"):
        countries_using_currency("DEM")


def test_official_languages() -> None:
    swiss = official_languages_of_country("CH")["languages"]
    assert [row["language"] for row in swiss] == ["de", "fr", "it"]
    assert [row["name"] for row in official_languages_of_country("BE")["languages"]] == [
        "Dutch",
        "French",
        "German",
    ]
    assert "tl" in [row["language"] for row in official_languages_of_country("PH")["languages"]]


@pytest.mark.parametrize(("country", "count"), [("DE", 16), ("CA", 13), ("JP", 47), ("CH", 26), ("AT", 9)])
def test_states_and_provinces(country: str, count: int) -> None:
    found = country_subdivisions(country)
    assert found["count"] == count
    assert len(found["regions"]) == min(count, 12)


def test_weeks() -> None:
    assert week_customs_of_country("US")["week_starts_on"] == "Sunday"
    assert week_customs_of_country("FR")["week_starts_on"] == "Monday"
    assert week_customs_of_country("EG") == {
        "week_starts_on": "Saturday",
        "weekend_starts_on": "Friday",
        "weekend_ends_on": "Saturday",
    }


@pytest.mark.parametrize("country", COMMON_COUNTRIES)
def test_every_common_country_is_answered(country: str) -> None:
    for tool, function in zip(tools_of("countries"), TOOLS, strict=True):
        if list(tool.spec.parameters["properties"]) == ["country"]:
            assert function(country)


def test_whole_argument_examples_run() -> None:
    for tool, function in zip(tools_of("countries"), TOOLS, strict=True):
        for arguments in tool.spec.parameters["examples"]:
            assert function(**arguments)
