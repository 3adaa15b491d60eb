"""Distances and directions against published values and cases that can be worked out by hand."""

import pytest

from tool_registry.builtin.declare import ToolkitError
from tool_registry.builtin.geodesy import (
    area_within_radius,
    bounding_box,
    compass_bearing,
    destination_point,
    great_circle_distance,
    halfway_point,
    map_grid_codes,
)

LONDON = (51.5074, -0.1278)
PARIS = (48.8566, 2.3522)
NEW_YORK = (40.7128, -74.006)


def test_london_to_paris_is_some_344_km() -> None:
    assert great_circle_distance(*LONDON, *PARIS)["distance_km"] == pytest.approx(343.6, abs=0.5)


def test_new_york_to_london_is_some_5570_km() -> None:
    assert great_circle_distance(*NEW_YORK, *LONDON)["distance_km"] == pytest.approx(5570, abs=5)


def test_a_degree_along_the_equator_is_111_km() -> None:
    assert great_circle_distance(0, 0, 0, 1) == {"distance_km": 111.2}


def test_the_way_is_as_long_back_and_nothing_to_itself() -> None:
    assert great_circle_distance(*LONDON, *PARIS) == great_circle_distance(*PARIS, *LONDON)
    assert great_circle_distance(*LONDON, *LONDON) == {"distance_km": 0.0}


def test_half_way_round_the_globe() -> None:
    assert great_circle_distance(0, 0, 0, 180)["distance_km"] == pytest.approx(20015.1, abs=0.1)


@pytest.mark.parametrize(
    ("to", "bearing", "back", "point"),
    [
        ((1, 0), 0, 180, "N"),
        ((0, 1), 90, 270, "E"),
        ((-1, 0), 180, 0, "S"),
        ((0, -1), 270, 90, "W"),
    ],
)
def test_the_four_directions(to: tuple[float, float], bearing: float, back: float, point: str) -> None:
    assert compass_bearing(0, 0, *to) == {
        "bearing": bearing,
        "return_bearing": back,
        "compass_point": point,
    }


def test_the_course_from_london_to_new_york_starts_to_the_northwest() -> None:
    course = compass_bearing(*LONDON, *NEW_YORK)
    assert course["bearing"] == pytest.approx(288.3, abs=0.2)
    assert course["compass_point"] == "WNW"


def test_a_place_has_no_bearing_to_itself() -> None:
    with pytest.raises(ToolkitError, match="same"):
        compass_bearing(*PARIS, *PARIS)


def test_halfway_on_the_equator() -> None:
    assert halfway_point(0, 10, 0, 30) == {"latitude": 0.0, "longitude": 20.0}


def test_halfway_across_the_date_line() -> None:
    assert abs(halfway_point(0, 170, 0, -170)["longitude"]) == 180


def test_halfway_is_equally_far_from_both() -> None:
    middle = halfway_point(*LONDON, *NEW_YORK)
    point = (middle["latitude"], middle["longitude"])
    there = great_circle_distance(*LONDON, *point)["distance_km"]
    assert there == pytest.approx(great_circle_distance(*NEW_YORK, *point)["distance_km"], abs=0.1)


def test_opposite_places_have_no_midpoint() -> None:
    with pytest.raises(ToolkitError, match="opposite"):
        halfway_point(0, 0, 0, 180)


def test_a_quarter_of_the_way_round_to_the_north_reaches_the_pole() -> None:
    assert destination_point(0, 0, 0, 10007.557)["latitude"] == pytest.approx(90, abs=0.001)


def test_a_destination_is_as_far_as_asked() -> None:
    end = destination_point(*PARIS, 225, 500)
    distance = great_circle_distance(*PARIS, end["latitude"], end["longitude"])
    assert distance["distance_km"] == pytest.approx(500, abs=0.1)
    assert end["latitude"] < PARIS[0]
    assert end["longitude"] < PARIS[1]


def test_a_box_on_the_equator_is_as_wide_as_high() -> None:
    box = bounding_box(0, 0, 111.195)
    assert box == {"north": 1.0, "south": -1.0, "east": 1.0, "west": -1.0}


def test_a_box_at_60_degrees_is_about_twice_as_wide_in_degrees() -> None:
    box = bounding_box(60, 10, 50)
    assert (box["east"] - box["west"]) / (box["north"] - box["south"]) == pytest.approx(2, abs=0.01)


def test_no_box_around_a_pole() -> None:
    with pytest.raises(ToolkitError, match="pole"):
        bounding_box(89.9, 0, 100)


def test_known_grid_codes() -> None:
    # Munich is JN58td in the article that introduced the locator; u4pruyd is the geohash article's example.
    assert map_grid_codes(48.14666, 11.60833)["maidenhead"] == "JN58td"
    assert map_grid_codes(57.64911, 10.40744)["geohash"] == "u4pruyd"
    assert map_grid_codes(*NEW_YORK)["utm_zone"] == 18


def test_grid_codes_at_the_corner_of_the_map() -> None:
    assert map_grid_codes(90, 180) == {"maidenhead": "RR99xx", "geohash": "zzzzzzz", "utm_zone": 60}


def test_a_small_circle_is_nearly_flat() -> None:
    assert area_within_radius(10) == {"area_km2": 314.2}


def test_a_wide_circle_is_smaller_than_a_flat_one() -> None:
    assert area_within_radius(5000)["area_km2"] < 3.14159 * 5000**2
