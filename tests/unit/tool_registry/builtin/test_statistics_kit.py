"""Statistics of lists that can be worked out by hand, and values of the usual tables."""

import pytest

from tool_registry.builtin.declare import ToolkitError
from tool_registry.builtin.statistics_kit import (
    confidence_interval,
    correlation_of_lists,
    describe_numbers,
    linear_trend,
    normal_percentile,
    survey_sample_size,
    z_score,
)


def test_a_list_summarised() -> None:
    # Squared deviations from 5 add up to 32; 32 / 7 has the root 2.1381.
    assert describe_numbers([2, 4, 4, 4, 5, 5, 7, 9]) == {
        "count": 8,
        "mean": 5.0,
        "median": 4.5,
        "standard_deviation": 2.1381,
        "smallest": 2,
        "largest": 9,
    }


def test_equal_numbers_do_not_vary() -> None:
    assert describe_numbers([7, 7, 7])["standard_deviation"] == 0


def test_an_iq_of_130_is_two_deviations_up() -> None:
    assert z_score(130, 100, 15) == {"z_score": 2.0}
    assert z_score(85, 100, 15) == {"z_score": -1.0}


@pytest.mark.parametrize(("z", "below"), [(0, 50), (1, 84.134), (1.96, 97.5), (-1.96, 2.5), (2.33, 99.01)])
def test_the_table_of_the_normal_distribution(z: float, below: float) -> None:
    result = normal_percentile(z)
    assert result["percent_below"] == pytest.approx(below, abs=0.005)
    assert result["percent_below"] + result["percent_above"] == pytest.approx(100)


def test_a_confidence_interval() -> None:
    # 1.96 × 15 / √36 = 4.9
    assert confidence_interval(100, 15, 36, 95) == {"low": 95.1001, "high": 104.8999, "margin": 4.8999}


def test_more_confidence_takes_a_wider_interval() -> None:
    margins = [confidence_interval(100, 15, 36, c)["margin"] for c in (90, 95, 99)]
    assert margins == sorted(margins)


@pytest.mark.parametrize(("margin", "confidence", "size"), [(3, 95, 1068), (5, 95, 385), (1, 99, 16588)])
def test_the_usual_sample_sizes(margin: float, confidence: int, size: int) -> None:
    assert survey_sample_size(margin, confidence) == {"sample_size": size}


def test_a_straight_line_goes_on() -> None:
    assert linear_trend([2, 4, 6, 8]) == {"slope": 2.0, "next_value": 10.0, "r_squared": 1.0}


def test_no_trend_in_equal_values() -> None:
    with pytest.raises(ToolkitError, match="same"):
        linear_trend([5, 5, 5])


def test_perfect_correlation_either_way() -> None:
    assert correlation_of_lists([1, 2, 3], [10, 20, 30]) == {"correlation": 1.0}
    assert correlation_of_lists([1, 2, 3], [9, 7, 5]) == {"correlation": -1.0}


def test_lists_that_cannot_be_paired() -> None:
    with pytest.raises(ToolkitError, match="3 and 4"):
        correlation_of_lists([1, 2, 3], [1, 2, 3, 4])
    with pytest.raises(ToolkitError, match="varying"):
        correlation_of_lists([1, 1, 1], [1, 2, 3])
