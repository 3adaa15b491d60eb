"""Descriptive statistics of short lists of numbers, and the textbook formulas that build on them."""

import statistics
from typing import Annotated

from tool_registry.builtin.declare import Result, ToolkitError, pure
from tool_registry.declare import Kind

tool = pure(category="statistics")

#: Lists as people have them at hand: temperatures, times, marks, prices, weights, counts.
LISTS: list[list[int | float]] = [
    [12, 15, 11, 18, 14], [7.2, 6.8, 7.9, 8.1, 6.5, 7.4], [88, 92, 75, 64, 97, 81], [23, 19, 31, 27, 25, 22, 30],
    [152, 167, 171, 158, 180], [3.4, 2.9, 4.1, 3.8, 3.3], [1200, 1350, 990, 1480, 1125], [45, 52, 38, 61, 49, 55],
    [5, 8, 13, 21, 34], [64.5, 66, 63.8, 65.2, 64.1], [110, 125, 98, 140, 132, 117], [2, 4, 4, 4, 5, 5, 7, 9],
    [29.9, 34.5, 31.2, 27.8, 40], [17, 17, 18, 20, 22, 25, 31], [410, 385, 402, 377, 428, 399],
    [72, 68, 75, 71, 69, 80],
]  # fmt: skip
Values = Annotated[
    list[Annotated[float, Kind(minimum=-1_000_000_000, maximum=1_000_000_000)]],
    Kind(
        "list of numbers",
        "The numbers, in order where order matters.",
        format="number-list",
        minItems=3,
        maxItems=30,
        examples=LISTS,
        again="those numbers",
    ),
]
Mean = Annotated[
    float,
    Kind(
        "mean",
        "Arithmetic mean.",
        format="mean",
        examples=[5, 7.4, 12, 20, 25, 36.6, 50, 68, 72, 85, 100, 120, 170, 250, 500, 1200],
        mention=["a mean of {}"],
        again="that mean",
    ),
]
Deviation = Annotated[
    float,
    Kind(
        "standard deviation",
        "Standard deviation of the sample.",
        format="standard-deviation",
        exclusiveMinimum=0,
        examples=[0.4, 0.8, 1.2, 2, 2.5, 3, 4.5, 5, 6, 7.5, 8, 10, 12, 15, 20, 25],
        mention=["a standard deviation of {}"],
        again="that standard deviation",
    ),
]
ZScore = Annotated[
    float,
    Kind(
        "z-score",
        "Distance from the mean in standard deviations.",
        format="z-score",
        minimum=-6,
        maximum=6,
        examples=[-2.5, -2, -1.65, -1.5, -1, -0.75, -0.5, 1.28, 1.5, 1.96, 2, 2.33, 2.58, 3],
        mention=["a z-score of {}"],
        again="that z-score",
    ),
]
Confidence = Annotated[
    int,
    Kind(
        "confidence level",
        "Confidence level in percent.",
        labels={90: "90 % confidence", 95: "95 % confidence", 99: "99 % confidence"},
    ),
]


def _critical(confidence: int) -> float:
    return statistics.NormalDist().inv_cdf(0.5 + confidence / 200)


class _DescribeNumbers(Result):
    count: Annotated[int, Kind("number of values", "How many numbers there are.", format="sample-size", minimum=1)]
    mean: Mean
    median: Annotated[float, Kind("median", "Middle value.")]
    standard_deviation: Annotated[Deviation, Kind(exclusiveMinimum=-1)]
    smallest: Annotated[float, Kind("minimum", "Smallest value.")]
    largest: Annotated[float, Kind("maximum", "Largest value.")]


@tool
def describe_numbers(values: Values) -> _DescribeNumbers:
    """Summarise a list of numbers: count, mean, median, sample standard deviation, smallest and largest."""
    return {
        "count": len(values),
        "mean": round(statistics.fmean(values), 4),
        "median": round(statistics.median(values), 4),
        "standard_deviation": round(statistics.stdev(values), 4),
        "smallest": min(values),
        "largest": max(values),
    }


class _ZScore(Result):
    z_score: Annotated[ZScore, Kind(minimum=-1000000000000.0, maximum=1000000000000.0)]


@tool
def z_score(
    # Of a scale that the value is on, which no list of other numbers tells.
    value: Annotated[
        float, Kind("value", "The single value to place.", format="observation", minimum=-1_000_000, maximum=1_000_000)
    ],
    mean: Annotated[Mean, Kind(format="mean-of-a-scale")],
    standard_deviation: Annotated[Deviation, Kind(format="deviation-of-a-scale")],
) -> _ZScore:
    """Tell how many standard deviations a value lies above (positive) or below (negative) the mean."""
    return {"z_score": round((value - mean) / standard_deviation, 4) + 0.0}


class _NormalPercentile(Result):
    percent_below: Annotated[float, Kind("percentile", "Percent of a normal population below.", format="percentile")]
    percent_above: Annotated[float, Kind("share above", "Percent of a normal population above.")]


@tool
def normal_percentile(z: ZScore) -> _NormalPercentile:
    """Give the percentage of a normal distribution that lies below and above a z-score."""
    below = statistics.NormalDist().cdf(z) * 100
    return {"percent_below": round(below, 3), "percent_above": round(100 - below, 3)}


class _ConfidenceInterval(Result):
    low: Annotated[float, Kind("lower bound", "Lower end of the interval.")]
    high: Annotated[float, Kind("upper bound", "Upper end of the interval.")]
    margin: Annotated[float, Kind("margin of error", "Half the width of the interval.")]


@tool
def confidence_interval(
    mean: Mean,
    standard_deviation: Deviation,
    sample_size: Annotated[
        int, Kind("sample size", "How many values the sample has.", format="sample-size", minimum=2, maximum=10_000_000)
    ],
    confidence: Confidence,
) -> _ConfidenceInterval:
    """Give the confidence interval of a mean from a sample, by the normal approximation."""
    margin = _critical(confidence) * standard_deviation / sample_size**0.5
    return {"low": round(mean - margin, 4), "high": round(mean + margin, 4), "margin": round(margin, 4)}


class _SurveySampleSize(Result):
    sample_size: Annotated[
        int,
        Kind("sample size", "Fewest answers that suffice for a share near one half.", format="sample-size", minimum=1),
    ]


@tool
def survey_sample_size(
    margin: Annotated[
        float,
        Kind(
            "margin of error",
            "Margin of error wanted, in percentage points.",
            format="margin-percent",
            minimum=0.1,
            maximum=25,
        ),
    ],
    confidence: Confidence,
) -> _SurveySampleSize:
    """Give the number of answers that a survey of a large population needs for a margin of error."""
    exact = (_critical(confidence) / (margin / 100)) ** 2 / 4
    # Whole answers: anything above a whole number takes one more.
    return {"sample_size": int(-(-exact // 1))}


class _LinearTrend(Result):
    slope: Annotated[float, Kind("slope", "Change per step of the fitted line.")]
    next_value: Annotated[float, Kind("next value", "Value of the line one step after the last.", format="observation")]
    r_squared: Annotated[float, Kind("coefficient of determination", "Share of the variance explained.")]


@tool
def linear_trend(values: Values) -> _LinearTrend:
    """Fit a straight line through equally spaced values and predict the next one."""
    if len(set(values)) == 1:
        raise ToolkitError("All the values are the same, so there is no trend to fit.")
    steps = range(len(values))
    slope, intercept = statistics.linear_regression(steps, values)
    return {
        "slope": round(slope, 4) + 0.0,
        "next_value": round(intercept + slope * len(values), 4) + 0.0,
        "r_squared": round(statistics.correlation(steps, values) ** 2, 4),
    }


class _CorrelationOfLists(Result):
    correlation: Annotated[float, Kind("correlation", "Pearson's r, from -1 to 1.", minimum=-1, maximum=1)]


@tool
def correlation_of_lists(
    first: Annotated[Values, Kind("first list")], second: Annotated[Values, Kind("second list")]
) -> _CorrelationOfLists:
    """Give Pearson's correlation coefficient of two lists of equal length, paired in order."""
    if len(first) != len(second):
        raise ToolkitError(f"The lists have {len(first)} and {len(second)} values; give two lists of the same length.")
    if len(set(first)) == 1 or len(set(second)) == 1:
        raise ToolkitError("A list of equal values has no correlation with anything; give varying values.")
    return {"correlation": round(statistics.correlation(first, second), 4) + 0.0}


TOOLS = [
    describe_numbers, z_score, normal_percentile, confidence_interval, survey_sample_size, linear_trend,
    correlation_of_lists,
]  # fmt: skip
