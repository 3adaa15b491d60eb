"""Shapes at home: rooms to paint, floors to tile, boxes, triangles, plots, distances on a plan."""

import math
from typing import Annotated, Literal

from tool_registry.builtin.declare import Result, ToolkitError, pure
from tool_registry.declare import Kind

tool = pure(category="shapes")

Metres = Annotated[float, Kind("length", "In metres.", minimum=0.1, maximum=500)]
Centimetres = Annotated[float, Kind("length", "In centimetres.", minimum=1, maximum=1000)]
SquareMetres = Annotated[float, Kind("area", "In square metres.", format="area-m2", minimum=0)]


class _Wall(Result):
    width: Annotated[Metres, Kind("width")]
    height: Annotated[Metres, Kind("height")]


class _Paint(Result):
    area: SquareMetres
    litres: Annotated[
        float, Kind("paint", "Litres of paint, a tenth of a litre for a square metre.", format="paint-litres")
    ]


@tool
def paint_for_walls(
    walls: Annotated[list[_Wall], Kind("walls", "To be painted.", minItems=2, maxItems=8, again="those walls")],
    coats: Annotated[int, Kind("coats", "How often it is painted.", minimum=1, maximum=4)] = 1,
    openings: Annotated[
        list[Annotated[float, Kind("opening", "Square metres.", exclusiveMinimum=0, maximum=20)]],
        Kind("openings", "Areas of doors and windows to leave out.", minItems=1, maxItems=6, again="those openings"),
    ] = [],  # noqa: B006 - only read
) -> _Paint:
    """Tell how much paint some walls take, with several coats and without doors and windows if those are given."""
    area = sum(each["width"] * each["height"] for each in walls) - sum(openings)
    if area <= 0:
        raise ToolkitError("The openings are as large as the walls; check their areas.")
    return {"area": round(area, 2), "litres": round(area * coats / 10, 2)}


class _Floor(Result):
    length: Annotated[Metres, Kind("length")]
    width: Annotated[Metres, Kind("width")]


class _Tile(Result):
    length: Annotated[Centimetres, Kind("length")]
    width: Annotated[Centimetres, Kind("width")]


class _Tiles(Result):
    tiles: Annotated[int, Kind("tiles", "How many to buy.", minimum=1)]
    area: SquareMetres


@tool
def tiles_for_floor(
    floor: Annotated[_Floor, Kind("floor", "The floor, in metres.", again="that floor")],
    tile: Annotated[_Tile, Kind("tile", "One tile, in centimetres.", again="those tiles")],
    spare_percent: Annotated[float, Kind("spare", "Spare tiles in percent.", minimum=1, maximum=50)] = 0,
    whole_rows: Annotated[bool, Kind("whole rows", "Count each row and column up to a whole tile.")] = False,
) -> _Tiles:
    """Tell how many tiles a rectangular floor takes, with some percent to spare and in whole rows if wanted."""
    long, wide = 100 * floor["length"] / tile["length"], 100 * floor["width"] / tile["width"]
    count = math.ceil(round(long, 6)) * math.ceil(round(wide, 6)) if whole_rows else long * wide
    needed = math.ceil(round(count * (1 + spare_percent / 100), 6))
    return {"tiles": needed, "area": round(floor["length"] * floor["width"], 2)}


class _Box(Result):
    length: Annotated[Centimetres, Kind("length")]
    width: Annotated[Centimetres, Kind("width")]
    height: Annotated[Centimetres, Kind("height")]


class _BoxMeasures(Result):
    litres: Annotated[float, Kind("volume", "In litres.", format="volume-l", minimum=0)]
    surface: Annotated[float, Kind("surface", "In square centimetres.", minimum=0)]


@tool
def box_measures(
    box: Annotated[_Box, Kind("box", "Its edges, in centimetres.", again="that box")],
    open_top: Annotated[bool, Kind("lid", "Whether it has no lid.")] = False,
    wall: Annotated[float, Kind("wall", "Thickness of its walls in centimetres.", minimum=0.1, maximum=10)] = 0,
) -> _BoxMeasures:
    """Give the volume of a box in litres, inside its walls, and its outer surface, with or without a lid."""
    long, wide, high = box["length"], box["width"], box["height"]
    inside = (long - 2 * wall) * (wide - 2 * wall) * (high - wall * (1 if open_top else 2))
    if min(long, wide, high) <= 2 * wall:
        raise ToolkitError("The walls are as thick as the box; give thinner ones.")
    surface = 2 * (long * high + wide * high) + long * wide * (1 if open_top else 2)
    return {"litres": round(inside / 1000, 2), "surface": round(surface, 1)}


class _Triangle(Result):
    area: Annotated[float, Kind("area", "In the square of the unit of the sides.", minimum=0)]
    largest_angle: Annotated[float, Kind("largest angle", "In the unit wanted.")]


@tool
def triangle_from_sides(
    sides: Annotated[
        list[Annotated[float, Kind("side", "Length.", exclusiveMinimum=0, maximum=10_000)]],
        Kind("sides", "The three sides, in one unit.", minItems=3, maxItems=3, again="those sides"),
    ],
    angle_unit: Annotated[Literal["degrees", "radians"], Kind("angle unit", "What the angle is given in.")] = "degrees",
) -> _Triangle:
    """Give the area and the largest angle of a triangle from its three sides."""
    short, middle, long = sorted(sides)
    if short + middle <= long:
        raise ToolkitError(f"No triangle has the sides {short:g}, {middle:g} and {long:g}: the longest is too long.")
    half = (short + middle + long) / 2
    angle = math.acos((short**2 + middle**2 - long**2) / (2 * short * middle))
    shown = round(math.degrees(angle), 2) if angle_unit == "degrees" else round(angle, 4)
    return {
        "area": round(math.sqrt(half * (half - short) * (half - middle) * (half - long)), 3),
        "largest_angle": shown,
    }


class _Point(Result):
    x: Annotated[float, Kind("x", "To the right.", minimum=-1000, maximum=1000)]
    y: Annotated[float, Kind("y", "Upwards.", minimum=-1000, maximum=1000)]


class _Plot(Result):
    area: Annotated[float, Kind("area", "In the square of the unit.", minimum=0)]
    perimeter: Annotated[float, Kind("perimeter", "All sides together.", minimum=0)]


@tool
def plot_area(
    corners: Annotated[list[_Point], Kind("corners", "In order.", minItems=3, maxItems=12, again="those corners")],
    scale: Annotated[float, Kind("scale", "Metres for one step of the plan.", exclusiveMinimum=0, maximum=100)] = 1,
) -> _Plot:
    """Give the area and the perimeter of a plot of land from its corners on a plan, in order."""
    after = [*corners[1:], corners[0]]
    area = sum(one["x"] * other["y"] - other["x"] * one["y"] for one, other in zip(corners, after, strict=True))
    around = sum(
        math.hypot(one["x"] - other["x"], one["y"] - other["y"]) for one, other in zip(corners, after, strict=True)
    )
    return {"area": round(abs(area) / 2 * scale**2, 2), "perimeter": round(around * scale, 2)}


class _Distance(Result):
    distance: Annotated[float, Kind("distance", "In the unit of the plan.", minimum=0)]


@tool
def distance_on_plan(
    start: Annotated[_Point, Kind("start", "Where it begins.", again="that start")],
    end: Annotated[_Point, Kind("end", "Where it ends.", again="that end")],
    way: Annotated[Literal["straight line", "along streets"], Kind("way", "How it is measured.")],
    there_and_back: Annotated[bool, Kind("return", "Whether the way back counts as well.")] = False,
) -> _Distance:
    """Give the distance between two points of a plan in a straight line or along streets at right angles."""
    aside, up = abs(start["x"] - end["x"]), abs(start["y"] - end["y"])
    distance = math.hypot(aside, up) if way == "straight line" else aside + up
    return {"distance": round(distance * (2 if there_and_back else 1), 3)}


TOOLS = [paint_for_walls, tiles_for_floor, box_measures, triangle_from_sides, plot_area, distance_on_plan]
