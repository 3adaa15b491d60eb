"""Definitions and well-known equivalents of units."""

import pytest

from tool_registry.builtin.declare import ToolkitError
from tool_registry.builtin.units import (
    TOOLS,
    convert_length,
    convert_mass,
    convert_speed,
    convert_temperature,
    convert_volume,
    distance_in_miles,
    height_in_feet,
    temperature_in_fahrenheit,
    volume_in_gallons,
)
from tool_registry.sources.builtin import tools_of


def test_lengths() -> None:
    assert convert_length(1, "mi", "km") == {"converted": 1.60934, "kilometres": 1.60934}
    assert convert_length(1, "nmi", "m") == {"converted": 1852.0, "kilometres": 1.852}
    assert convert_length(3, "ft", "in")["converted"] == 36
    assert convert_length(1, "yd", "ft")["converted"] == 3


def test_masses() -> None:
    assert convert_mass(1, "lb", "g") == {"converted": 453.592, "grams": 453.592}
    assert convert_mass(1, "st", "lb")["converted"] == 14
    assert convert_mass(1, "t", "kg")["converted"] == 1000


def test_volumes() -> None:
    assert convert_volume(1, "US_gal", "l") == {"converted": 3.78541, "litres": 3.78541}
    assert convert_volume(1, "imp_gal", "imp_pt")["converted"] == 8
    assert convert_volume(1, "US_gal", "US_cup")["converted"] == 16
    assert convert_volume(1, "tbsp", "tsp")["converted"] == 3
    assert convert_volume(1, "US_cup", "US_fl_oz")["converted"] == 8


def test_speeds() -> None:
    assert convert_speed(1, "kn", "kmh") == {"converted": 1.852, "kilometres_per_hour": 1.852}
    assert convert_speed(10, "mps", "kmh")["converted"] == 36
    assert convert_speed(60, "mph", "ftps")["converted"] == 88


def test_temperatures() -> None:
    assert convert_temperature(212, "F", "C") == {"converted": 100.0, "celsius": 100.0}
    assert convert_temperature(0, "C", "K")["converted"] == 273.15
    assert temperature_in_fahrenheit(-40) == {"fahrenheit": -40.0}
    assert temperature_in_fahrenheit(0) == {"fahrenheit": 32.0}


def test_nothing_is_colder_than_absolute_zero() -> None:
    with pytest.raises(ToolkitError, match="absolute zero"):
        convert_temperature(-300, "C", "F")


def test_the_same_unit_twice() -> None:
    with pytest.raises(ToolkitError, match="two different"):
        convert_length(5, "km", "km")


def test_a_marathon_in_miles() -> None:
    assert distance_in_miles(42.195) == {"miles": 26.2188, "nautical_miles": 22.7835}


def test_heights_in_feet_and_inches() -> None:
    assert height_in_feet(8848.86)["feet"] == 29031.7  # Mount Everest
    assert height_in_feet(1.8288) == {"feet": 6.0, "whole_feet": 6, "inches": 0.0}
    assert height_in_feet(1.753) == {"feet": 5.75131, "whole_feet": 5, "inches": 9.0}
    assert height_in_feet(-430)["feet"] == -1410.76  # the Dead Sea


def test_a_british_gallon_is_the_larger_one() -> None:
    gallons = volume_in_gallons(4.54609)
    assert gallons["imperial_gallons"] == 1
    assert gallons["us_gallons"] == 1.20095


@pytest.mark.parametrize("function", TOOLS[:5])
def test_every_pair_of_units_converts_there_and_back(function) -> None:
    tool = next(each for each in tools_of("units") if each.spec.name == function.__name__)
    units = [choice["const"] for choice in tool.spec.parameters["properties"]["unit"]["oneOf"]]
    for unit in units:
        for target in units:
            if unit != target:
                there = function(50, unit, target)["converted"]
                assert function(there, target, unit)["converted"] == pytest.approx(50, rel=1e-4)
