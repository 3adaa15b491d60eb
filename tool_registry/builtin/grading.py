"""Marks and results: weighted grades, quizzes, averages, rankings, what is still needed."""

from typing import Annotated, Literal

from tool_registry.builtin.declare import Result, ToolkitError, pure
from tool_registry.builtin.everyday import PersonName
from tool_registry.declare import Kind

tool = pure(category="grading")

Score = Annotated[float, Kind("score", "Points of 100.", minimum=0, maximum=100)]
Scores = Annotated[list[Score], Kind("scores", "Points of 100 each.", minItems=2, maxItems=20, again="those scores")]
Letter = Annotated[str, Kind("answer", "One letter, A to E.", pattern="^[A-E]$")]


class _Part(Result):
    part: Annotated[str, Kind("part", "What was marked.", minLength=1)]
    score: Score
    weight: Annotated[float, Kind("weight", "What it counts, in percent.", exclusiveMinimum=0, maximum=100)]


class _Weighted(Result):
    score: Annotated[float, Kind("final score", "Of 100.", format="final-score", minimum=0, maximum=100)]
    passed: Annotated[bool, Kind("pass", "Whether it reaches what is needed.")]


@tool
def weighted_grade(
    parts: Annotated[list[_Part], Kind("parts", "What counts how much.", minItems=2, maxItems=8, again="those parts")],
    pass_mark: Annotated[Score, Kind("pass mark", "Points needed, 50 unless said otherwise.")] = 50,
    each_must_pass: Annotated[bool, Kind("each part", "Whether each part has to reach it too.")] = False,
) -> _Weighted:
    """Work out a final score from parts of different weight and tell whether it is a pass."""
    weight = sum(each["weight"] for each in parts)
    score = sum(each["score"] * each["weight"] for each in parts) / weight
    every = all(each["score"] >= pass_mark for each in parts)
    return {"score": round(score, 2), "passed": score >= pass_mark and (every or not each_must_pass)}


class _Average(Result):
    average: Annotated[float, Kind("average", "Of the scores that count.", format="final-score")]
    counted: Annotated[int, Kind("counted", "How many count.", minimum=1)]


@tool
def average_score(
    scores: Scores,
    drop_lowest: Annotated[bool, Kind("lowest", "Leave the lowest score out.")] = False,
    extra_credit: Annotated[float, Kind("extra credit", "Points added to the average.", minimum=0.5, maximum=20)] = 0,
) -> _Average:
    """Average scores, without the lowest if wanted, with extra credit on top if there is some."""
    kept = sorted(scores)[1:] if drop_lowest else list(scores)
    return {"average": round(min(sum(kept) / len(kept) + extra_credit, 100), 2), "counted": len(kept)}


class _Grade(Result):
    grade: Annotated[str, Kind("grade", "On the scale.", format="grade-told")]
    share: Annotated[float, Kind("percentage", "Percent of the points.", minimum=0, maximum=100)]


@tool
def grade_on_scale(
    points: Annotated[float, Kind("points", "Points reached.", minimum=0, maximum=1000)],
    of: Annotated[int, Kind("most points", "Points that there were.", minimum=1, maximum=1000)],
    scale: Annotated[Literal["letters", "German marks", "Swiss marks"], Kind("scale", "What the grade is in.")],
    with_signs: Annotated[bool, Kind("signs", "Give plus and minus on letters.")] = False,
) -> _Grade:
    """Turn points into a grade: letters from A to F, German marks from 1 to 6 or Swiss marks from 6 to 1."""
    if points > of:
        raise ToolkitError(f"There are only {of:g} points; give fewer.")
    share = 100 * points / of
    if scale == "German marks":
        grade = str(
            next((mark for mark, low in zip(range(1, 6), (92, 81, 67, 50, 30), strict=True) if share >= low), 6)
        )
    elif scale == "Swiss marks":
        grade = f"{round(1 + share / 20, 1):g}"
    else:
        letter = next((name for name, low in zip("ABCD", (90, 80, 70, 60), strict=True) if share >= low), "F")
        within = share % 10
        sign = "+" if within >= 7 else "-" if within < 3 else ""
        grade = letter + (sign if with_signs and letter != "F" and share < 100 else "")
    return {"grade": grade, "share": round(share, 1)}


class _Needed(Result):
    needed: Annotated[float, Kind("score needed", "Points of 100 needed in the rest.", format="score-needed")]
    possible: Annotated[bool, Kind("possibility", "Whether that can be reached.")]


@tool
def score_needed(
    scores: Scores,
    target: Annotated[Score, Kind("target", "The average that is wanted.")],
    final_weight: Annotated[
        float, Kind("weight of the final", "As a fraction, 0.4 for 40 percent.", exclusiveMinimum=0, maximum=1)
    ],
    drop_lowest: Annotated[bool, Kind("lowest", "Leave the lowest score out.")] = False,
) -> _Needed:
    """Tell what score a final exam needs for a target, from the scores so far and the final's weight as a fraction."""
    kept = sorted(scores)[1:] if drop_lowest else scores
    needed = (target - (1 - final_weight) * sum(kept) / len(kept)) / final_weight
    return {"needed": round(max(needed, 0), 1), "possible": needed <= 100}


class _Quiz(Result):
    right: Annotated[int, Kind("right answers", "How many are right.", minimum=0)]
    points: Annotated[float, Kind("points", "With what wrong ones cost.")]


@tool
def mark_quiz(
    answers: Annotated[list[Letter], Kind("answers", "In order.", minItems=3, maxItems=30, again="those answers")],
    key: Annotated[list[Letter], Kind("key", "The right answers in order.", minItems=3, maxItems=30, again="that key")],
    wrong_costs: Annotated[float, Kind("cost", "Points off for a wrong answer.", minimum=0.1, maximum=1)] = 0,
) -> _Quiz:
    """Mark a quiz of letters against its key, a point for each right answer, less for wrong ones if said so."""
    if len(answers) != len(key):
        raise ToolkitError(f"There are {len(answers)} answers and {len(key)} in the key; give as many.")
    right = sum(one == other for one, other in zip(answers, key, strict=True))
    return {"right": right, "points": round(right - wrong_costs * (len(key) - right), 2) + 0.0}


class _Pupil(Result):
    name: PersonName
    points: Annotated[float, Kind("points", "What was reached.", minimum=0, maximum=1000)]


class _Rank(Result):
    rank: Annotated[int, Kind("rank", "From 1.", minimum=1)]
    name: Annotated[str, Kind("name", "Whose it is.", format="payer-name")]


class _Ranking(Result):
    ranking: Annotated[list[_Rank], Kind("ranking", "The best first.")]
    gap: Annotated[float, Kind("lead", "By how much the first leads.", minimum=0)]


@tool
def rank_results(
    results: Annotated[
        list[_Pupil], Kind("results", "Who reached what.", minItems=2, maxItems=12, again="those results")
    ],
    lowest_wins: Annotated[bool, Kind("direction", "Whether fewer points are better, as with times.")] = False,
) -> _Ranking:
    """Rank people by their points, the most first or, as with times, the fewest; equal points share a rank."""
    ordered = sorted(results, key=lambda each: each["points"] * (1 if lowest_wins else -1))
    points = [each["points"] for each in ordered]
    ranking: list[_Rank] = [{"rank": points.index(each["points"]) + 1, "name": each["name"]} for each in ordered]
    return {"ranking": ranking, "gap": round(abs(points[0] - points[1]), 2)}


TOOLS = [weighted_grade, average_score, grade_on_scale, score_needed, mark_quiz, rank_results]
