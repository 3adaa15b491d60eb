"""Units of measurement: lengths, masses, volumes, speeds and temperatures, converted with pint."""

from functools import cache
from typing import Any

from tool_registry.builtin.declare import Toolkit, ToolkitError, labelled, obj
from tool_registry.builtin.kinds import DISTANCE_KM, MASS_G, ROUTE_KM, SPEED_KMH, TEMPERATURE_C, kind
from tool_registry.builtin.phrasebook import phrases, told

KIT = Toolkit("units")

_LENGTHS = {
    "km": "kilometres",
    "mi": "miles",
    "m": "metres",
    "ft": "feet",
    "in": "inches",
    "cm": "centimetres",
    "yd": "yards",
    "nmi": "nautical miles",
}
_MASSES = {"kg": "kilograms", "lb": "pounds", "oz": "ounces", "g": "grams", "st": "stone", "t": "metric tons"}
_VOLUMES = {
    "l": "litres",
    "ml": "millilitres",
    "dl": "decilitres",
    "US_cup": "US cups",
    "tbsp": "tablespoons",
    "tsp": "teaspoons",
    "US_fl_oz": "US fluid ounces",
    "US_gal": "US gallons",
    "imp_gal": "imperial gallons",
    "imp_pt": "imperial pints",
}
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
    "nmi": "nautical_mile",
    "st": "stone",
    "US_cup": "cup",
    "US_fl_oz": "fluid_ounce",
    "US_gal": "gallon",
    "imp_gal": "imperial_gallon",
    "imp_pt": "imperial_pint",
    "kmh": "km/h",
    "kn": "knot",
    "mps": "m/s",
    "ftps": "ft/s",
    "C": "degC",
    "F": "degF",
    "K": "kelvin",
}

VOLUME_L: dict[str, Any] = {
    "type": "number",
    "format": "volume-l",
    "title": "volume",
    "description": "Volume in litres.",
    "minimum": 0,
    "x-phrases": {"mention": ["{} litres", "{} l"], "again": "that volume"},
}
HEIGHT_M: dict[str, Any] = {
    "type": "number",
    "format": "elevation-m",
    "title": "height",
    "description": "Height or elevation in metres.",
    "minimum": -500,
    "maximum": 100_000,
    "x-phrases": {"mention": ["{} metres", "{} m"], "again": "that height"},
}


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


def _conversion(
    choices: dict[str, str], noun: str, values: list[float], examples: list[tuple[float, str, str]], text: str
) -> dict[str, Any]:
    value = {
        "type": "number",
        "title": noun,
        "description": f"The {noun} to convert, in the first unit.",
        "minimum": 0.01,
        "maximum": 1_000_000,
        "examples": values,
    }
    if noun == "temperature":
        value.update(minimum=-459.67, maximum=10_000)
    return obj(
        {
            "value": value,
            "unit": labelled(choices, type="string", title="unit", description=f"Unit of the {noun}."),
            "target_unit": labelled(choices, type="string", title="target unit", description="Unit to convert into."),
        },
        examples=[{"value": number, "unit": unit, "target_unit": target} for number, unit, target in examples],
        x_phrases=phrases(text),
    )


def _both(noun: str, member: str, fragment: dict[str, Any], title: str) -> dict[str, Any]:
    return obj(
        {
            "converted": {
                "type": "number",
                "format": f"converted-{noun}",
                "title": f"converted {noun}",
                "description": f"The {noun} in the target unit, to six significant digits.",
                "x-phrases": {"refer": [f"the {noun} of {{value}} {{unit}} in {{target_unit}}"]},
            },
            member: told(
                fragment,
                f"the {noun} of {{value}} {{unit}}",
                f"a {noun} of {{value}} {{unit}}",
                title=title,
                description=f"The same in {fragment['description'].split(' in ')[1]}",
            ),
        }
    )


@KIT.tool(
    parameters=_conversion(
        _LENGTHS,
        "length",
        [0.5, 1.75, 3, 5, 6, 10, 12, 18, 26.2, 30, 42, 65, 72, 100, 150, 300, 500, 1500],
        [(26.2, "mi", "km"), (72, "in", "cm"), (5, "km", "mi"), (30000, "ft", "m")],
        """
        ? how long {value} {unit} is in {target_unit}
        ? what {value} {unit} comes to in {target_unit}
        ? What is {value} {unit} in {target_unit}?
        ? How many {target_unit} are there in {value} {unit}?
        ? Convert {value} {unit} to {target_unit}.
        ? Give me {value} {unit} in {target_unit}.
        = {value} {unit} is {/converted} {target_unit}.
        = That makes {/converted} {target_unit}.

        ~ The sign only shows {unit} and I can't picture it.
        ~ I'm following instructions that were written abroad.
        ~ We are measuring up for new furniture.
        ~ My American cousin and I never use the same units.
        """,
    ),
    output=_both("length", "kilometres", ROUTE_KM, "length in kilometres"),
)
def convert_length(value: float, unit: str, target_unit: str) -> dict[str, Any]:
    """Convert a length or distance between metric, imperial and nautical units."""
    return {"converted": _converted(value, unit, target_unit), "kilometres": _in(value, unit, "km")}


@KIT.tool(
    parameters=_conversion(
        _MASSES,
        "weight",
        [0.5, 1, 1.5, 2.2, 4, 6, 8, 11, 12, 16, 23, 50, 68, 75, 150, 180, 250],
        [(150, "lb", "kg"), (8, "oz", "g"), (75, "kg", "st"), (23, "kg", "lb")],
        """
        ? what {value} {unit} is in {target_unit}
        ? how heavy {value} {unit} is when put in {target_unit}
        ? How many {target_unit} is {value} {unit}?
        ? What does {value} {unit} weigh in {target_unit}?
        ? Turn {value} {unit} into {target_unit}.
        ? Express a weight of {value} {unit} in {target_unit}.
        = {value} {unit} is {/converted} {target_unit}.
        = It weighs {/converted} {target_unit}.

        ~ My scales only show {target_unit}.
        ~ I'm packing and the limit is given in {unit}.
        ~ There's a recipe from abroad that I want to try.
        ~ I am posting a parcel overseas.
        """,
    ),
    output=_both("weight", "grams", MASS_G, "weight in grams"),
)
def convert_mass(value: float, unit: str, target_unit: str) -> dict[str, Any]:
    """Convert a mass or weight between metric and imperial units."""
    return {"converted": _converted(value, unit, target_unit), "grams": _in(value, unit, "g")}


@KIT.tool(
    parameters=_conversion(
        _VOLUMES,
        "volume",
        [0.5, 0.75, 1, 1.5, 2, 3, 4, 5, 8, 10, 12, 16, 20, 50, 100, 250, 330, 500],
        [(2, "US_cup", "ml"), (12, "US_gal", "l"), (500, "ml", "US_fl_oz"), (4, "imp_pt", "l")],
        """
        ? what {value} {unit} is in {target_unit}
        ? how much {value} {unit} is when measured in {target_unit}
        ? How many {target_unit} make {value} {unit}?
        ? If a recipe says {value} {unit}, how much is that in {target_unit}?
        ? Convert {value} {unit} into {target_unit}.
        ? Measure out {value} {unit} in {target_unit} for me.
        = {value} {unit} is {/converted} {target_unit}.
        = That is {/converted} {target_unit}.

        ~ I'm in the middle of cooking.
        ~ The bottle is labelled in {unit}.
        ~ We are filling the tank of a hire car.
        ~ I brew my own beer and the kit is foreign.
        """,
    ),
    output=_both("volume", "litres", VOLUME_L, "volume in litres"),
)
def convert_volume(value: float, unit: str, target_unit: str) -> dict[str, Any]:
    """Convert a volume between metric, US and imperial units, kitchen measures included."""
    return {"converted": _converted(value, unit, target_unit), "litres": _in(value, unit, "l")}


@KIT.tool(
    parameters=_conversion(
        _SPEEDS,
        "speed",
        [3, 5, 8, 10, 12, 15, 20, 25, 30, 40, 55, 65, 70, 90, 120, 340, 480],
        [(65, "mph", "kmh"), (20, "kn", "kmh"), (10, "mps", "mph"), (130, "kmh", "mph")],
        """
        ? how fast {value} {unit} is in {target_unit}
        ? what a speed of {value} {unit} amounts to in {target_unit}
        ? What is {value} {unit} in {target_unit}?
        ? How fast is {value} {unit}, put in {target_unit}?
        ? Convert a speed of {value} {unit} to {target_unit}.
        ? Put {value} {unit} into {target_unit}.
        = {value} {unit} is {/converted} {target_unit}.
        = It is {/converted} {target_unit}.

        ~ I'm driving abroad with a speedometer in {target_unit}.
        ~ The wind forecast uses {unit}.
        ~ My boat's plotter shows {unit}.
        ~ We were arguing about how fast that is.
        """,
    ),
    output=_both("speed", "kilometres_per_hour", SPEED_KMH, "speed in kilometres per hour"),
)
def convert_speed(value: float, unit: str, target_unit: str) -> dict[str, Any]:
    """Convert a speed between kilometres per hour, miles per hour, knots, metres and feet per second."""
    return {
        "converted": _converted(value, unit, target_unit),
        "kilometres_per_hour": _in(value, unit, "kmh"),
    }


@KIT.tool(
    parameters=_conversion(
        _TEMPERATURES,
        "temperature",
        [-20, -5, 4, 20, 25, 37, 68, 75, 98.6, 100, 101, 180, 200, 350, 375, 425],
        [(350, "F", "C"), (37, "C", "F"), (-20, "C", "K"), (98.6, "F", "C")],
        """
        ? what {value} {unit} is in {target_unit}
        ? how hot or cold {value} {unit} is in {target_unit}
        ? What is {value} {unit} in {target_unit}?
        ? How much is {value} {unit} on a scale of {target_unit}?
        ? Convert {value} {unit} to {target_unit}.
        ? Tell me the equivalent in {target_unit} of {value} {unit}.
        = {value} {unit} is {/converted} {target_unit}.
        = That is {/converted} {target_unit}.

        ~ The oven at our holiday flat is marked in {target_unit}.
        ~ I'm reading a forecast from another country.
        ~ My thermometer shows {unit}.
        ~ I am typing up a lab report.
        """,
    ),
    output=_both("temperature", "celsius", TEMPERATURE_C, "temperature in degrees Celsius"),
)
def convert_temperature(value: float, unit: str, target_unit: str) -> dict[str, Any]:
    """Convert a temperature between degrees Celsius, degrees Fahrenheit and kelvins."""
    if _in(value, unit, "K") < 0:
        raise ToolkitError("The temperature is below absolute zero (-273.15 degrees Celsius).")
    return {"converted": _converted(value, unit, target_unit), "celsius": _in(value, unit, "C")}


def _plain(title: str, description: str, *refer: str) -> dict[str, Any]:
    """Return a result in a unit that no other tool takes; the kind keeps it from being taken without its unit."""
    kind_of_its_own = "-".join(title.lower().split())
    phrases = {"refer": list(refer)}
    return {
        "type": "number",
        "format": kind_of_its_own,
        "title": title,
        "description": description,
        "x-phrases": phrases,
    }


@KIT.tool(
    parameters=obj(
        {
            "distance_km": kind(
                DISTANCE_KM,
                minimum=0.1,
                maximum=1_000_000,
                examples=[3, 5, 10, 15, 21.1, 42.2, 80, 120, 350, 900, 5500, 40075, 384400],
            )
        },
        examples=[{"distance_km": 42.195}, {"distance_km": 350}, {"distance_km": 5500}],
        x_phrases=phrases("""
            ? how many miles {distance_km} is
            ? what {distance_km} is in miles
            ? What is {distance_km} in miles?
            ? In miles, how far is {distance_km}?
            ? Put {distance_km} into miles for me.
            = {distance_km} is {/miles} miles.
            = That makes {/miles} miles for {distance_km}.

            ? how many nautical miles {distance_km} is
            ? what {distance_km} is in nautical miles
            ? What would {distance_km} be in nautical miles?
            ? Express {distance_km} in nautical miles.
            = {distance_km} is {/nautical_miles} nautical miles.
            = That makes {/nautical_miles} nautical miles for {distance_km}.

            ~ I grew up with miles.
            ~ My grandparents in Ohio will want to know.
            ~ I'm plotting a route on an old chart.
            ~ The mileage form has to be filled in.
            """),
    ),
    output=obj(
        {
            "miles": _plain("distance in miles", "Distance in statute miles.", "the number of miles in {distance_km}"),
            "nautical_miles": _plain(
                "distance in nautical miles",
                "Distance in nautical miles.",
                "the number of nautical miles in {distance_km}",
            ),
        }
    ),
)
def distance_in_miles(distance_km: float) -> dict[str, Any]:
    """Give a distance in kilometres in statute miles and in nautical miles."""
    return {"miles": _in(distance_km, "km", "mi"), "nautical_miles": _in(distance_km, "km", "nmi")}


@KIT.tool(
    parameters=obj(
        {"height_m": kind(HEIGHT_M, examples=[1.62, 1.75, 1.83, 3.5, 12, 55, 120, 330, 828, 1850, 4810, 8849])},
        examples=[{"height_m": 1.83}, {"height_m": 330}, {"height_m": 8849}],
        x_phrases=phrases("""
            ? how many feet {height_m} is
            ? what {height_m} is in feet
            ? What is {height_m} in feet?
            ? How high is {height_m} in feet?
            ? Convert {height_m} to feet.
            = {height_m} is {/feet} feet.
            = That comes to {/feet} feet for {height_m}.

            ? what {height_m} is in feet and inches
            ? how {height_m} is written in feet and inches
            ? What is {height_m} in feet and inches?
            ? Give me {height_m} in feet and inches.
            = {height_m} is {/whole_feet} feet and {/inches} inches.
            = In feet and inches, that is {/whole_feet} feet and {/inches} inches for {height_m}.

            ~ My pilot friends count everything in feet.
            ~ I'm translating a guidebook for American readers.
            ~ The form wants feet, not metres.
            ~ We are settling a quiz question.
            """),
    ),
    output=obj(
        {
            "feet": _plain("height in feet", "Height in feet.", "the number of feet in {height_m}"),
            "whole_feet": {
                "type": "integer",
                "title": "whole feet",
                "description": "Height in whole feet, the rest being given in inches.",
            },
            "inches": {
                "type": "number",
                "title": "inches left over",
                "description": "Inches beyond the whole feet, to one decimal.",
            },
        }
    ),
)
def height_in_feet(height_m: float) -> dict[str, Any]:
    """Give a height or elevation in metres in feet, and in feet and inches."""
    tenths = round(abs(height_m) / 0.0254 * 10)
    feet, rest = divmod(tenths, 120)
    sign = -1 if height_m < 0 else 1
    return {"feet": _in(height_m, "m", "ft"), "whole_feet": sign * feet, "inches": sign * rest / 10}


@KIT.tool(
    parameters=obj(
        {
            "temperature_c": kind(
                TEMPERATURE_C,
                maximum=10_000,
                examples=[-40, -18, -5, 0, 4, 18, 21, 28, 36.6, 40, 100, 180, 220],
            )
        },
        examples=[{"temperature_c": 36.6}, {"temperature_c": -40}, {"temperature_c": 180}],
        x_phrases=phrases("""
            ? how many degrees Fahrenheit {temperature_c} is
            ? what {temperature_c} is in Fahrenheit
            ? What is {temperature_c} in Fahrenheit?
            ? How would an American thermometer show {temperature_c}?
            ? Convert {temperature_c} to Fahrenheit.
            = {temperature_c} is {/fahrenheit} degrees Fahrenheit.
            = In Fahrenheit, {temperature_c} is {/fahrenheit} °F.

            ~ I'm on the phone with my aunt in Texas.
            ~ The data sheet is for American customers.
            ~ My new oven came without a Celsius scale.
            ~ I only think in Fahrenheit.
            """),
    ),
    output=obj(
        {
            "fahrenheit": _plain(
                "temperature in Fahrenheit",
                "Temperature in degrees Fahrenheit.",
                "{temperature_c} on the Fahrenheit scale",
            )
        }
    ),
)
def temperature_in_fahrenheit(temperature_c: float) -> dict[str, Any]:
    """Give a temperature in degrees Celsius in degrees Fahrenheit."""
    return {"fahrenheit": _in(temperature_c, "C", "F")}


@KIT.tool(
    parameters=obj(
        {"volume_l": kind(VOLUME_L, maximum=1_000_000, examples=[1, 1.5, 5, 8, 20, 40, 45, 55, 60, 80, 200])},
        examples=[{"volume_l": 45}, {"volume_l": 5}, {"volume_l": 1.5}],
        x_phrases=phrases("""
            ? how many US gallons {volume_l} is
            ? what {volume_l} is in American gallons
            ? What is {volume_l} in US gallons?
            ? How many American gallons would {volume_l} be?
            ? Convert {volume_l} to US gallons.
            = {volume_l} is {/us_gallons} US gallons.
            = That makes {/us_gallons} American gallons for {volume_l}.

            ? how many British gallons {volume_l} is
            ? what {volume_l} is in imperial gallons
            ? What is {volume_l} in imperial gallons?
            ? Convert {volume_l} to UK gallons.
            = {volume_l} is {/imperial_gallons} imperial gallons.
            = That makes {/imperial_gallons} British gallons for {volume_l}.

            ~ I'm used to buying petrol by the gallon.
            ~ My aquarium manual counts in gallons.
            ~ We are shipping an old American car home.
            ~ The rain barrel has to be ordered by size.
            """),
    ),
    output=obj(
        {
            "us_gallons": _plain(
                "volume in US gallons",
                "Volume in US liquid gallons.",
                "the number of US gallons in {volume_l}",
            ),
            "imperial_gallons": _plain(
                "volume in imperial gallons",
                "Volume in imperial gallons.",
                "the number of imperial gallons in {volume_l}",
            ),
        }
    ),
)
def volume_in_gallons(volume_l: float) -> dict[str, Any]:
    """Give a volume in litres in US gallons and in imperial gallons."""
    return {"us_gallons": _in(volume_l, "l", "US_gal"), "imperial_gallons": _in(volume_l, "l", "imp_gal")}
