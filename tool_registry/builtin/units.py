"""Units of measurement: lengths, masses, volumes, speeds and temperatures, converted with pint."""

from functools import cache
from typing import Annotated, Any

from tool_registry.builtin.declare import Result, ToolkitError, pure
from tool_registry.builtin.kinds import DistanceKm, MassG, RouteKm, SpeedKmh, TemperatureC
from tool_registry.declare import Kind

tool = pure(category="units")

_LENGTHS = {
    "km": "kilometres", "mi": "miles", "m": "metres", "ft": "feet", "in": "inches", "cm": "centimetres", "yd": "yards",
    "nmi": "nautical miles",
}  # fmt: skip
_MASSES = {"kg": "kilograms", "lb": "pounds", "oz": "ounces", "g": "grams", "st": "stone", "t": "metric tons"}
_VOLUMES = {
    "l": "litres", "ml": "millilitres", "dl": "decilitres", "US_cup": "US cups", "tbsp": "tablespoons",
    "tsp": "teaspoons", "US_fl_oz": "US fluid ounces", "US_gal": "US gallons", "imp_gal": "imperial gallons",
    "imp_pt": "imperial pints",
}  # fmt: skip
_SPEEDS = {
    "kmh": "kilometres per hour",
    "mph": "miles per hour",
    "kn": "knots",
    "mps": "metres per second",
    "ftps": "feet per second",
}
_TEMPERATURES = {"C": "degrees Celsius", "F": "degrees Fahrenheit", "K": "kelvins"}

#: Codes that pint knows by another name, or by another unit's name.
_PINT_NAMES = {
    "nmi": "nautical_mile", "st": "stone", "US_cup": "cup", "US_fl_oz": "fluid_ounce", "US_gal": "gallon",
    "imp_gal": "imperial_gallon", "imp_pt": "imperial_pint", "kmh": "km/h", "kn": "knot", "mps": "m/s", "ftps": "ft/s",
    "C": "degC", "F": "degF", "K": "kelvin",
}  # fmt: skip

VolumeL = Annotated[
    float,
    Kind(
        "volume", "Volume in litres.", format="volume-l", minimum=0, mention=["{} litres", "{} l"], again="that volume"
    ),
]
HeightM = Annotated[
    float,
    Kind(
        "height",
        "Height or elevation in metres.",
        format="elevation-m",
        minimum=-500,
        maximum=100_000,
        mention=["{} metres", "{} m"],
        again="that height",
    ),
]


@cache
def _units() -> Any:
    import pint

    return pint.UnitRegistry(cache_folder=None)


def _in(value: float, unit: str, target: str) -> float:
    """Return a quantity in another unit, to six significant digits."""
    quantity = _units().Quantity(value, _PINT_NAMES.get(unit, unit)).to(_PINT_NAMES.get(target, target))
    return float(f"{quantity.magnitude:.6g}")


def _converted(value: float, unit: str, target: str) -> float:
    if unit == target:
        raise ToolkitError("Both units are the same; give two different ones.")
    return _in(value, unit, target)


class _ConvertLength(Result):
    converted: Annotated[
        float,
        Kind(
            "converted length", "The length in the target unit, to six significant digits.", format="converted-length"
        ),
    ]
    kilometres: Annotated[RouteKm, Kind("length in kilometres", "The same in kilometres, not the straight line.")]


@tool
def convert_length(
    value: Annotated[
        float, Kind("length", "The length to convert, in the first unit.", minimum=0.01, maximum=1_000_000)
    ],
    unit: Annotated[str, Kind("unit", "Unit of the length.", labels=_LENGTHS)],
    target_unit: Annotated[str, Kind("target unit", "Unit to convert into.", labels=_LENGTHS)],
) -> _ConvertLength:
    """Convert a length or distance between metric, imperial and nautical units."""
    return {"converted": _converted(value, unit, target_unit), "kilometres": _in(value, unit, "km")}


class _ConvertMass(Result):
    converted: Annotated[
        float,
        Kind(
            "converted weight", "The weight in the target unit, to six significant digits.", format="converted-weight"
        ),
    ]
    grams: Annotated[MassG, Kind("weight in grams", "The same in grams.")]


@tool
def convert_mass(
    value: Annotated[
        float, Kind("weight", "The weight to convert, in the first unit.", minimum=0.01, maximum=1_000_000)
    ],
    unit: Annotated[str, Kind("unit", "Unit of the weight.", labels=_MASSES)],
    target_unit: Annotated[str, Kind("target unit", "Unit to convert into.", labels=_MASSES)],
) -> _ConvertMass:
    """Convert a mass or weight between metric and imperial units."""
    return {"converted": _converted(value, unit, target_unit), "grams": _in(value, unit, "g")}


class _ConvertVolume(Result):
    converted: Annotated[
        float,
        Kind(
            "converted volume", "The volume in the target unit, to six significant digits.", format="converted-volume"
        ),
    ]
    litres: Annotated[VolumeL, Kind("volume in litres", "The same in litres.")]


@tool
def convert_volume(
    value: Annotated[
        float, Kind("volume", "The volume to convert, in the first unit.", minimum=0.01, maximum=1_000_000)
    ],
    unit: Annotated[str, Kind("unit", "Unit of the volume.", labels=_VOLUMES)],
    target_unit: Annotated[str, Kind("target unit", "Unit to convert into.", labels=_VOLUMES)],
) -> _ConvertVolume:
    """Convert a volume between metric, US and imperial units, kitchen measures included."""
    return {"converted": _converted(value, unit, target_unit), "litres": _in(value, unit, "l")}


class _ConvertSpeed(Result):
    converted: Annotated[
        float,
        Kind("converted speed", "The speed in the target unit, to six significant digits.", format="converted-speed"),
    ]
    kilometres_per_hour: Annotated[SpeedKmh, Kind("speed in kilometres per hour", "The same in kilometres per hour.")]


@tool
def convert_speed(
    value: Annotated[float, Kind("speed", "The speed to convert, in the first unit.", minimum=0.01, maximum=1_000_000)],
    unit: Annotated[str, Kind("unit", "Unit of the speed.", labels=_SPEEDS)],
    target_unit: Annotated[str, Kind("target unit", "Unit to convert into.", labels=_SPEEDS)],
) -> _ConvertSpeed:
    """Convert a speed between kilometres per hour, miles per hour, knots, metres and feet per second."""
    return {"converted": _converted(value, unit, target_unit), "kilometres_per_hour": _in(value, unit, "kmh")}


class _ConvertTemperature(Result):
    converted: Annotated[
        float,
        Kind(
            "converted temperature",
            "The temperature in the target unit, to six significant digits.",
            format="converted-temperature",
        ),
    ]
    celsius: Annotated[TemperatureC, Kind("temperature in degrees Celsius", "The same in degrees Celsius.")]


@tool
def convert_temperature(
    value: Annotated[
        float, Kind("temperature", "The temperature to convert, in the first unit.", minimum=-459.67, maximum=10_000)
    ],
    unit: Annotated[str, Kind("unit", "Unit of the temperature.", labels=_TEMPERATURES)],
    target_unit: Annotated[str, Kind("target unit", "Unit to convert into.", labels=_TEMPERATURES)],
) -> _ConvertTemperature:
    """Convert a temperature between degrees Celsius, degrees Fahrenheit and kelvins."""
    if _in(value, unit, "K") < 0:
        raise ToolkitError("The temperature is below absolute zero (-273.15 degrees Celsius).")
    return {"converted": _converted(value, unit, target_unit), "celsius": _in(value, unit, "C")}


class _DistanceInMiles(Result):
    miles: Annotated[float, Kind("distance in miles", "Distance in statute miles.", format="distance-in-miles")]
    nautical_miles: Annotated[
        float, Kind("distance in nautical miles", "Distance in nautical miles.", format="distance-in-nautical-miles")
    ]


@tool
def distance_in_miles(distance_km: Annotated[DistanceKm, Kind(minimum=0.1, maximum=1_000_000)]) -> _DistanceInMiles:
    """Give a distance in kilometres in statute miles and in nautical miles."""
    return {"miles": _in(distance_km, "km", "mi"), "nautical_miles": _in(distance_km, "km", "nmi")}


class _HeightInFeet(Result):
    feet: Annotated[float, Kind("height in feet", "Height in feet.", format="height-in-feet")]
    whole_feet: Annotated[int, Kind("whole feet", "Height in whole feet, the rest being given in inches.")]
    inches: Annotated[float, Kind("inches left over", "Inches beyond the whole feet, to one decimal.")]


@tool
def height_in_feet(height_m: HeightM) -> _HeightInFeet:
    """Give a height or elevation in metres in feet, and in feet and inches."""
    tenths = round(abs(height_m) / 0.0254 * 10)
    feet, rest = divmod(tenths, 120)
    sign = -1 if height_m < 0 else 1
    return {"feet": _in(height_m, "m", "ft"), "whole_feet": sign * feet, "inches": sign * rest / 10}


class _TemperatureInFahrenheit(Result):
    fahrenheit: Annotated[
        float,
        Kind("temperature in Fahrenheit", "Temperature in degrees Fahrenheit.", format="temperature-in-fahrenheit"),
    ]


@tool
def temperature_in_fahrenheit(temperature_c: Annotated[TemperatureC, Kind(maximum=10_000)]) -> _TemperatureInFahrenheit:
    """Give a temperature in degrees Celsius in degrees Fahrenheit."""
    return {"fahrenheit": _in(temperature_c, "C", "F")}


class _VolumeInGallons(Result):
    us_gallons: Annotated[
        float, Kind("volume in US gallons", "Volume in US liquid gallons.", format="volume-in-us-gallons")
    ]
    imperial_gallons: Annotated[
        float, Kind("volume in imperial gallons", "Volume in imperial gallons.", format="volume-in-imperial-gallons")
    ]


@tool
def volume_in_gallons(volume_l: Annotated[VolumeL, Kind(maximum=1_000_000)]) -> _VolumeInGallons:
    """Give a volume in litres in US gallons and in imperial gallons."""
    return {"us_gallons": _in(volume_l, "l", "US_gal"), "imperial_gallons": _in(volume_l, "l", "imp_gal")}


TOOLS = [
    convert_length, convert_mass, convert_volume, convert_speed, convert_temperature, distance_in_miles,
    height_in_feet, temperature_in_fahrenheit, volume_in_gallons,
]  # fmt: skip
