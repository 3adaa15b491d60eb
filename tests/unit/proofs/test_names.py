"""Proper names in a response: natural prose passes, what nothing gives is found."""

from ast import literal_eval
from typing import Any

import pytest

from nodes.proofs import faithful
from tests.unit.proofs.test_replayed_and_faithful import answering

PARIS: dict[str, Any] = {"city": "Paris", "country": "France", "day": "2026-03-02", "river": "Seine"}


def untraced(response: str, result: Any, query: str = "Tell me") -> list[str]:
    found = faithful.check(answering(response, result, query))
    messages = (finding.message for finding in found if finding.code == "untraced_name")
    return [literal_eval(message.removeprefix("the response names ").partition(", which")[0]) for message in messages]


@pytest.mark.parametrize(
    ("response", "result"),
    [
        ("## Overview\nParis lies on the Seine.", PARIS),
        ("## Travel Details For Paris\nIt lies on the Seine.", PARIS),
        ("# The Answer\n\nParis, France.", PARIS),
        ("**Local Time:** none\n**City Name:** Paris", PARIS),
        ("- **Departure City**: Paris\n- **Country**: France", PARIS),
        ("City Name: Paris\nCountry Name: France", PARIS),
        ("1. City: Paris\n2. River: Seine", PARIS),
        ("| City Name | Country |\n|---|---|\n| Paris | France |", PARIS),
        ("✅ Done: it is Paris.", PARIS),
        ("👉 Take the train to Paris.", PARIS),
        ("It is Paris. (See the map for more.)", PARIS),
        ("It is Paris (Take the train to get there).", PARIS),
        ("You asked for the city — Paris it is.", PARIS),
        ("It is NOT Lyon, it is Paris.", {**PARIS, "other": "Lyon"}),
        ("PLEASE NOTE: it is in Paris.", PARIS),
        ("The French capital lies on the Seine.", PARIS),
        ("Parisian cafés open on Monday.", PARIS),
        ("It is open on Mondays, in Paris.", PARIS),
        ("It opens on Mon, in Paris.", PARIS),
        ("It opens on Monday.", {"opens": "Mon 9-17"}),
        ("Paris's river is the Seine.", PARIS),
        ("The Paris-based team meets there.", PARIS),
        ("It is a mid-March trip to Paris.", PARIS),
        ("The UN says so.", {"by": "United Nations"}),
        ("The U.N. says so.", {"by": "United Nations"}),
        ("It flies to the U.S. today.", {"to": "United States"}),
        ("It flies to the USA today.", {"to": "United States of America"}),
        ("The European Central Bank sets it.", {"by": "ECB"}),
        ("The country is France.", {"country": "FR"}),
        ("They speak French there.", {"language": "fr-FR"}),
        ("It is priced in Swiss francs, or Swiss Francs.", {"currency": "CHF"}),
        ("The Dutch pay less.", {"country": "Netherlands"}),
        ("The British pay more.", {"country": "United Kingdom"}),
        ("Polish is spoken there.", {"country": "Poland"}),
        ("It is said in Polish there.", {"country": "Poland"}),
        ("An American invented it.", {"country": "United States"}),
        ("They are Germans.", {"country": "Germany"}),
        ("It is on Harbour Street.", {"address": "12 Harbour St"}),
        ("It is near Saint Anne.", {"address": "St Anne"}),
        ("It is 20 degrees Celsius in Paris.", {**PARIS, "t": 20}),
        ("It is 12 °C, or 54 °F, in Paris.", {**PARIS, "t_celsius": 12, "f": 54}),
        ("It lies at 12 degrees N of it.", {"latitude": 12}),
        ("It is in the Northern Hemisphere.", {"latitude": 12}),
        ("At 06:11 JST it is light.", {"at": "06:11"}),
        ("Dr. Keller and Mrs. Keller live in Paris.", {**PARIS, "who": "Keller"}),
        ("The GPS position is N/A on your TV.", PARIS),
        ("I'm glad, and I've found it: Paris.", PARIS),
        ("It costs 5 EUR, that is 5 euros, or 5 Euros.", {"price": 5, "currency": "EUR"}),
        ("Zurich is called Zürich there.", {"city": "Zürich"}),
        ("Ask the O'Briens about it.", {"who": "O'Brien"}),
        ("> The Seine flows there.\n\n---\n\n*Source*: the map of Paris", PARIS),
    ],
)
def test_natural_prose_names_nothing_new(response: str, result: Any) -> None:
    assert untraced(response, result) == []


@pytest.mark.parametrize(
    ("response", "names"),
    [
        ("It lies near Lyon.", ["Lyon"]),
        ("## Travel Details For Lyon\nIt is Paris.", ["Lyon"]),
        ("**City Name:** Paris, near **Lyon**", ["Lyon"]),
        ("| City Name | Country |\n|---|---|\n| Lyon | France |", ["Lyon"]),
        ("Paris (Lyon) is meant.", ["Lyon"]),
        ("It is Paris, says Ruth Keller.", ["Ruth", "Keller"]),
        ("The German capital is Paris.", ["German"]),
        ("They speak Spanish in Paris.", ["Spanish"]),
        ("The country is Belgium.", ["Belgium"]),
        ("It opens on Tuesday, in Paris.", ["Tuesday"]),
        ("It opens on Fridays, in Paris.", ["Fridays"]),
        ("It opens on Tue, in Paris.", ["Tue"]),
        ("The UN says so, of Paris.", ["UN"]),
        ("The U.S. says so, of Paris.", ["U.S"]),
        ("NASA says so, and NASA is right about Paris.", ["NASA"]),
        ("The World Bank says so, of Paris.", ["World", "Bank"]),
        ("The Lyon-based team is in Paris.", ["Lyon-based"]),
        ("It is on Harbour Street, in Paris.", ["Harbour", "Street"]),
        ("It costs less in Euros, in Paris.", ["Euros"]),
        ("Take the Eurostar to Paris.", ["Eurostar"]),
        ("Paris's mayor is Anne's friend.", ["Anne's"]),
        ("City Name: Old Lyon", ["Lyon"]),
        ("1. City: Lyon\n2. River: Seine", []),
        ("It is Paris, by gate B.", ["B"]),
        ("The flight is with Lufthansa, to Paris.", ["Lufthansa"]),
        ("In Paris you should see the Eiffel Tower.", ["Eiffel", "Tower"]),
    ],
)
def test_a_name_that_nothing_gives_is_found(response: str, names: list[str]) -> None:
    assert untraced(response, PARIS) == names
