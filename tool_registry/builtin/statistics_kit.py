"""Descriptive statistics of short lists of numbers, and the textbook formulas that build on them."""

import statistics
from typing import Any

from tool_registry.builtin.declare import Toolkit, ToolkitError, labelled, obj
from tool_registry.builtin.kinds import WHOLE_NUMBER, kind
from tool_registry.builtin.phrasebook import phrases, told

KIT = Toolkit("statistics")

#: Lists as people have them at hand: temperatures, times, marks, prices, weights, counts.
LISTS: list[list[int | float]] = [
    [12, 15, 11, 18, 14],
    [7.2, 6.8, 7.9, 8.1, 6.5, 7.4],
    [88, 92, 75, 64, 97, 81],
    [23, 19, 31, 27, 25, 22, 30],
    [152, 167, 171, 158, 180],
    [3.4, 2.9, 4.1, 3.8, 3.3],
    [1200, 1350, 990, 1480, 1125],
    [45, 52, 38, 61, 49, 55],
    [5, 8, 13, 21, 34],
    [64.5, 66, 63.8, 65.2, 64.1],
    [110, 125, 98, 140, 132, 117],
    [2, 4, 4, 4, 5, 5, 7, 9],
    [29.9, 34.5, 31.2, 27.8, 40],
    [17, 17, 18, 20, 22, 25, 31],
    [410, 385, 402, 377, 428, 399],
    [72, 68, 75, 71, 69, 80],
]
#: Lists of one length, so that any two of them can be paired.
SIX_LONG = [values for values in LISTS if len(values) == 6]
VALUES: dict[str, Any] = {
    "type": "array",
    "format": "number-list",
    "title": "list of numbers",
    "description": "The numbers, in order where order matters.",
    "items": {"type": "number", "minimum": -1_000_000_000, "maximum": 1_000_000_000},
    "minItems": 3,
    "maxItems": 30,
    "examples": LISTS,
    "x-phrases": {"again": "those numbers"},
}
MEAN: dict[str, Any] = {
    "type": "number",
    "format": "mean",
    "title": "mean",
    "description": "Arithmetic mean.",
    "examples": [5, 7.4, 12, 20, 25, 36.6, 50, 68, 72, 85, 100, 120, 170, 250, 500, 1200],
    "x-phrases": {"mention": ["a mean of {}"], "again": "that mean"},
}
DEVIATION: dict[str, Any] = {
    "type": "number",
    "format": "standard-deviation",
    "title": "standard deviation",
    "description": "Standard deviation of the sample.",
    "exclusiveMinimum": 0,
    "examples": [0.4, 0.8, 1.2, 2, 2.5, 3, 4.5, 5, 6, 7.5, 8, 10, 12, 15, 20, 25],
    "x-phrases": {"mention": ["a standard deviation of {}"], "again": "that standard deviation"},
}
Z_SCORE: dict[str, Any] = {
    "type": "number",
    "format": "z-score",
    "title": "z-score",
    "description": "Distance from the mean in standard deviations.",
    "minimum": -6,
    "maximum": 6,
    "examples": [-2.5, -2, -1.65, -1.5, -1, -0.75, -0.5, 1.28, 1.5, 1.96, 2, 2.33, 2.58, 3],
    "x-phrases": {"mention": ["a z-score of {}"], "again": "that z-score"},
}
CONFIDENCE = labelled(
    {90: "90 % confidence", 95: "95 % confidence", 99: "99 % confidence"},
    type="integer",
    title="confidence level",
    description="Confidence level in percent.",
)


def _number(title: str, description: str, **members: Any) -> dict[str, Any]:
    return {"type": "number", "title": title, "description": description, **members}


def _critical(confidence: int) -> float:
    return statistics.NormalDist().inv_cdf(0.5 + confidence / 200)


@KIT.tool(
    parameters=obj(
        {"values": VALUES},
        examples=[{"values": LISTS[0]}, {"values": LISTS[2]}, {"values": LISTS[11]}],
        x_phrases=phrases("""
? the mean and the median of {values}
? What are the mean and the median of {values}?
? Average {values} for me and give me the median too.
? both the average and the middle value of {values}
= The mean of {values} is {/mean} and the median is {/median}.
= On average it is {/mean}; the median is {/median}.

? how much {values} vary around their average, as a standard deviation
? What is the sample standard deviation of {values}?
? How widely are {values} spread, measured as a standard deviation?
? Calculate the standard deviation of {values}.
= The sample standard deviation of {values} is {/standard_deviation}.

? the smallest and the largest of {values}
? What are the minimum and maximum of {values}?
? What is the range that {values} span, from lowest to highest?
? Pick out the lowest and the highest of {values}.
= The figures {values} range from {/smallest} to {/largest}.

~ I measured something a few times and want to summarise it.
~ I'm writing up a lab report.
~ I'm looking at the marks of my class.
~ I've been keeping a log and want to make sense of it.
~ My boss wants a quick summary of the figures.
"""),
    ),
    output=obj(
        {
            "count": told(
                WHOLE_NUMBER,
                "how many values there are in {values}",
                title="number of values",
                description="How many numbers there are.",
                format="sample-size",
            ),
            "mean": told(MEAN, "the mean of {values}", "the average of {values}"),
            "median": _number("median", "Middle value."),
            "standard_deviation": told(DEVIATION, "the standard deviation of {values}", exclusiveMinimum=-1),
            "smallest": _number("minimum", "Smallest value."),
            "largest": _number("maximum", "Largest value."),
        }
    ),
)
def describe_numbers(values: list[float]) -> dict[str, Any]:
    """Summarise a list of numbers: count, mean, median, sample standard deviation, smallest and largest."""
    return {
        "count": len(values),
        "mean": round(statistics.fmean(values), 4),
        "median": round(statistics.median(values), 4),
        "standard_deviation": round(statistics.stdev(values), 4),
        "smallest": min(values),
        "largest": max(values),
    }


@KIT.tool(
    parameters=obj(
        {
            "value": {
                "type": "number",
                "format": "observation",
                "title": "value",
                "description": "The single value to place.",
                "minimum": -1_000_000,
                "maximum": 1_000_000,
                "examples": [4, 9, 11, 16, 23, 30, 42, 55, 61, 74, 88, 95, 110, 130, 145, 185, 260, 520],
                "x-phrases": {"mention": ["a value of {}"], "again": "that value"},
            },
            # Of a scale that the value is on, which no list of other numbers tells.
            "mean": kind(MEAN, format="mean-of-a-scale"),
            "standard_deviation": kind(DEVIATION, format="deviation-of-a-scale"),
        },
        examples=[
            {"value": 130, "mean": 100, "standard_deviation": 15},
            {"value": 61, "mean": 50, "standard_deviation": 8},
            {"value": 16, "mean": 20, "standard_deviation": 2.5},
        ],
        x_phrases=phrases("""
? the z-score of {value}, given {mean} and {standard_deviation}
? how many standard deviations {value} lies from the mean, given {mean} and {standard_deviation}
? With {mean} and {standard_deviation}, what's the z-score of {value}?
? How unusual is {value} as a z-score, given {mean} and {standard_deviation}?
? Standardise {value} using {mean} and {standard_deviation}.
= The z-score of {value} is {/z_score}.
= With a z-score of {/z_score}, {value} is that many standard deviations from the mean.

~ I want to know how my test result compares.
~ I'm checking a measurement for outliers.
~ I'm doing an exercise on the normal distribution.
~ We're comparing results from two different exams.
"""),
    ),
    output=obj(
        {
            "z_score": told(
                Z_SCORE,
                "the z-score of {value}, given {mean} and {standard_deviation}",
                minimum=-1e12,
                maximum=1e12,
            )
        }
    ),
)
def z_score(value: float, mean: float, standard_deviation: float) -> dict[str, Any]:
    """Tell how many standard deviations a value lies above (positive) or below (negative) the mean."""
    return {"z_score": round((value - mean) / standard_deviation, 4) + 0.0}


@KIT.tool(
    parameters=obj(
        {"z": Z_SCORE},
        examples=[{"z": 1.96}, {"z": 1}, {"z": -0.5}],
        x_phrases=phrases("""
? which percentile of a normal distribution goes with {z}
? what share of a normal distribution lies below {z}
? What percentile does {z} correspond to in a normal distribution?
? How many percent of a normal population fall below {z}?
? Convert {z} to a percentile of the normal distribution.
= For {z} it is percentile {/percent_below}: {/percent_above} % lie above.
= {/percent_below} % of a normal population lie below it.

~ I'm interpreting a test result.
~ My statistics table is missing that page.
~ The paediatrician mentioned a growth chart.
~ I'm explaining the bell curve to a colleague.
"""),
    ),
    output=obj(
        {
            "percent_below": _number("percentile", "Percent of a normal population below.", format="percentile"),
            "percent_above": _number("share above", "Percent of a normal population above."),
        }
    ),
)
def normal_percentile(z: float) -> dict[str, Any]:
    """Give the percentage of a normal distribution that lies below and above a z-score."""
    below = statistics.NormalDist().cdf(z) * 100
    return {"percent_below": round(below, 3), "percent_above": round(100 - below, 3)}


@KIT.tool(
    parameters=obj(
        {
            "mean": MEAN,
            "standard_deviation": DEVIATION,
            "sample_size": kind(
                WHOLE_NUMBER,
                format="sample-size",
                title="sample size",
                description="How many values the sample has.",
                minimum=2,
                maximum=10_000_000,
                examples=[5, 8, 10, 12, 20, 25, 30, 36, 50, 64, 80, 100, 150, 200, 250, 400, 500, 1000],
                x_phrases={"mention": ["a sample size of {}"], "again": "that sample size"},
            ),
            "confidence": CONFIDENCE,
        },
        examples=[
            {"mean": 100, "standard_deviation": 15, "sample_size": 36, "confidence": 95},
            {"mean": 7.4, "standard_deviation": 0.8, "sample_size": 64, "confidence": 99},
            {"mean": 250, "standard_deviation": 25, "sample_size": 100, "confidence": 90},
        ],
        x_phrases=phrases("""
? the confidence interval for {mean} at {confidence}, given {standard_deviation} and {sample_size}
? within which bounds the true mean lies at {confidence}, given {mean}, {standard_deviation} and \
{sample_size}
? At {confidence}, what interval goes with {mean}, {standard_deviation} and {sample_size}?
? How precise is {mean} at {confidence}, given {standard_deviation} and {sample_size}?
? Work out the interval at {confidence} from {mean}, {standard_deviation} and {sample_size}.
= At {confidence} the interval runs from {/low} to {/high}, a margin of {/margin} either way.
= The interval for {mean} goes from {/low} to {/high}, with a margin of {/margin}.

~ I need error bars for a chart.
~ A reviewer asked for confidence intervals.
~ We're testing whether a machine fills the bags properly.
~ I'm reporting the result of a small study.
"""),
    ),
    output=obj(
        {
            "low": _number("lower bound", "Lower end of the interval."),
            "high": _number("upper bound", "Upper end of the interval."),
            "margin": _number("margin of error", "Half the width of the interval."),
        }
    ),
)
def confidence_interval(mean: float, standard_deviation: float, sample_size: int, confidence: int) -> dict[str, Any]:
    """Give the confidence interval of a mean from a sample, by the normal approximation."""
    margin = _critical(confidence) * standard_deviation / sample_size**0.5
    return {"low": round(mean - margin, 4), "high": round(mean + margin, 4), "margin": round(margin, 4)}


@KIT.tool(
    parameters=obj(
        {
            "margin": {
                "type": "number",
                "format": "margin-percent",
                "title": "margin of error",
                "description": "Margin of error wanted, in percentage points.",
                "minimum": 0.1,
                "maximum": 25,
                "examples": [1, 1.5, 2, 2.5, 3, 3.5, 4, 5, 6, 7, 8, 10],
                "x-phrases": {"mention": ["a margin of error of {} %"], "again": "that margin"},
            },
            "confidence": CONFIDENCE,
        },
        examples=[
            {"margin": 3, "confidence": 95},
            {"margin": 5, "confidence": 90},
            {"margin": 1, "confidence": 99},
        ],
        x_phrases=phrases("""
? how many people I have to survey for {margin} at {confidence}
? what sample size a poll needs for {margin} at {confidence}
? How many answers does a survey need for {margin} at {confidence}?
? What's the minimum sample for {margin} at {confidence}?
? Compute the sample size for {margin} at {confidence}.
= For {margin} at {confidence} you need at least {/sample_size} answers.
= For {margin} a sample of {/sample_size} people is enough.

~ I'm setting up an online survey.
~ Our club wants to poll its members.
~ I'm writing the methods section of my thesis.
~ The marketing team asked what the study would cost.
"""),
    ),
    output=obj(
        {
            "sample_size": told(
                WHOLE_NUMBER,
                "the sample size needed for {margin} at {confidence}",
                title="sample size",
                description="Fewest answers that suffice for a share near one half.",
                format="sample-size",
                again="that sample size",
            )
        }
    ),
)
def survey_sample_size(margin: float, confidence: int) -> dict[str, Any]:
    """Give the number of answers that a survey of a large population needs for a margin of error."""
    exact = (_critical(confidence) / (margin / 100)) ** 2 / 4
    # Whole answers: anything above a whole number takes one more.
    return {"sample_size": int(-(-exact // 1))}


@KIT.tool(
    parameters=obj(
        {"values": VALUES},
        examples=[{"values": LISTS[6]}, {"values": LISTS[8]}, {"values": LISTS[1]}],
        x_phrases=phrases("""
? the linear trend through {values}, taken as one value a period
? How fast do {values} rise or fall per step, going by a straight-line fit?
? What slope does a straight line fitted through {values} in that order have?
? Fit a trend line through {values} and give me its slope.
= The line fitted to {values} changes by {/slope} a step (R² {/r_squared}).
= Going by the trend line, it is {/slope} a step, with an R² of {/r_squared}.

? what a straight-line trend through {values} predicts as the next value
? If {values} continue along a straight line, what comes next?
? Which value should follow {values} if the linear trend holds?
? Extrapolate {values} by one step with a linear trend.
= For {values} the trend line gives {/next_value} as the next value.

~ I'm watching how our monthly numbers develop.
~ I weigh myself once a week.
~ I'm forecasting next month's demand.
~ I'm preparing a chart for the meeting.
"""),
    ),
    output=obj(
        {
            "slope": _number("slope", "Change per step of the fitted line."),
            "next_value": _number(
                "next value",
                "Value of the line one step after the last.",
                format="observation",
                **{
                    "x-phrases": {
                        "refer": ["the next value that a straight-line trend through {values} predicts"],
                        "again": "that prediction",
                    }
                },
            ),
            "r_squared": _number("coefficient of determination", "Share of the variance explained."),
        }
    ),
)
def linear_trend(values: list[float]) -> dict[str, Any]:
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


@KIT.tool(
    parameters=obj(
        {
            "first": kind(VALUES, title="first list", examples=SIX_LONG[:3]),
            "second": kind(VALUES, title="second list", examples=SIX_LONG[3:]),
        },
        examples=[
            {"first": LISTS[0], "second": LISTS[4]},
            {"first": LISTS[1], "second": LISTS[2]},
            {"first": LISTS[3], "second": LISTS[13]},
        ],
        x_phrases=phrases("""
? how strongly {first} are correlated with {second}, pair by pair
? the correlation between {first} on one side and {second} on the other
? What is Pearson's correlation of {first} with {second}?
? Do {first} go up together with {second}, measured as a correlation?
? Compute the correlation coefficient of {first} against {second}.
= Pearson's correlation of {first} with {second} is {/correlation}.
= The correlation coefficient comes to {/correlation}.

~ I want to see whether more practice goes with better scores.
~ I'm comparing two sets of measurements.
~ I'm exploring data for a school project.
~ A colleague claims that the two are related.
"""),
    ),
    output=obj({"correlation": _number("correlation", "Pearson's r, from -1 to 1.", minimum=-1, maximum=1)}),
)
def correlation_of_lists(first: list[float], second: list[float]) -> dict[str, Any]:
    """Give Pearson's correlation coefficient of two lists of equal length, paired in order."""
    if len(first) != len(second):
        raise ToolkitError(f"The lists have {len(first)} and {len(second)} values; give two lists of the same length.")
    if len(set(first)) == 1 or len(set(second)) == 1:
        raise ToolkitError("A list of equal values has no correlation with anything; give varying values.")
    return {"correlation": round(statistics.correlation(first, second), 4) + 0.0}
