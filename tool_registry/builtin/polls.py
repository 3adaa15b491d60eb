"""Votes and opinions: tallies, shares, ratings, quorums, rankings of several people, favourite dates."""

from collections import Counter
from typing import Annotated, Literal

from tool_registry.builtin.declare import Result, ToolkitError, pure
from tool_registry.builtin.everyday import PersonName, PlainText
from tool_registry.declare import Kind

tool = pure(category="polls")

Option = Annotated[str, Kind("choice", "What is voted for.", minLength=1)]
Told = Annotated[str, Kind("choice", "What was voted for.", format="entry-told")]


class _Tally(Result):
    winner: Told
    votes: Annotated[int, Kind("votes", "Votes for it.", minimum=1)]
    share: Annotated[float, Kind("share", "Percent of the votes.", minimum=0, maximum=100)]


@tool
def tally_votes(
    votes: Annotated[list[Option], Kind("votes", "Each vote.", minItems=3, maxItems=30, again="those votes")],
    needs_majority: Annotated[bool, Kind("majority", "Whether more than half of the votes are needed.")] = False,
) -> _Tally:
    """Count votes and tell what wins with how many; with a majority needed, only more than half of them win."""
    (winner, most), *others = Counter(votes).most_common()
    if others and others[0][1] == most:
        raise ToolkitError(f"{winner} and {others[0][0]} have {most} votes each; nothing wins.")
    if needs_majority and 2 * most <= len(votes):
        raise ToolkitError(f"{winner} has {most} of {len(votes)} votes, which is no majority.")
    return {"winner": winner, "votes": most, "share": round(100 * most / len(votes), 1)}


class _Count(Result):
    choice: Option
    votes: Annotated[int, Kind("votes", "Votes for it.", minimum=0, maximum=100_000)]


class _Share(Result):
    choice: Told
    share: Annotated[float, Kind("share", "As wanted.")]


class _Shares(Result):
    question: Annotated[str, Kind("question", "As asked.", format="text-made")]
    shares: Annotated[list[_Share], Kind("shares", "Of each choice, the largest first.")]
    total: Annotated[int, Kind("votes in all", "All votes.", minimum=1)]


@tool
def poll_shares(
    question: Annotated[PlainText, Kind("question", "What was asked, word for word.", again="that poll")],
    counts: Annotated[list[_Count], Kind("counts", "Votes by choice.", minItems=2, maxItems=8, again="those counts")],
    shown_as: Annotated[Literal["percent", "fractions"], Kind("format", "How shares are given.")],
    without_last: Annotated[bool, Kind("last choice", "Leave the last choice out, such as those undecided.")] = False,
) -> _Shares:
    """Give the shares of a poll's choices in percent or as fractions, the largest first."""
    counted = counts[:-1] if without_last else counts
    total = sum(each["votes"] for each in counted)
    if not total:
        raise ToolkitError("Nobody has voted; give some votes.")
    whole, digits = (100, 1) if shown_as == "percent" else (1, 3)
    ordered = sorted(counted, key=lambda each: -each["votes"])
    shares: list[_Share] = []
    for each in ordered:
        shares.append({"choice": each["choice"], "share": round(whole * each["votes"] / total, digits)})
    return {"question": question, "shares": shares, "total": total}


class _Rating(Result):
    average: Annotated[float, Kind("average rating", "Of those that count.")]
    counted: Annotated[int, Kind("ratings", "How many count.", minimum=1)]


@tool
def average_rating(
    ratings: Annotated[
        list[Annotated[int, Kind("rating", "Stars.", minimum=1, maximum=10)]],
        Kind("ratings", "Stars of each rating.", minItems=3, maxItems=30, again="those ratings"),
    ],
    trimmed: Annotated[bool, Kind("extremes", "Leave the highest and the lowest out.")] = False,
    out_of: Annotated[int, Kind("scale", "Convert the average to that many stars.", minimum=3, maximum=100)] = 0,
    most: Annotated[int, Kind("most stars", "Stars that could be given at most.", minimum=3, maximum=10)] = 5,
) -> _Rating:
    """Average ratings in stars, without the highest and the lowest if wanted, on another scale if one is given."""
    if max(ratings) > most:
        raise ToolkitError(f"A rating of {max(ratings)} is above {most}; say how many stars there are at most.")
    kept = sorted(ratings)[1:-1] if trimmed else ratings
    average = sum(kept) / len(kept) * (out_of / most if out_of else 1)
    return {"average": round(average, 2), "counted": len(kept)}


class _Quorum(Result):
    needed: Annotated[int, Kind("needed", "How many have to be there.", minimum=1)]
    reached: Annotated[bool, Kind("quorum", "Whether it is reached.")]


@tool
def quorum_reached(
    present: Annotated[
        list[PersonName], Kind("present", "Who is there.", minItems=1, maxItems=30, again="those present")
    ],
    members: Annotated[int, Kind("members", "Members in all.", minimum=2, maximum=1000)],
    fraction: Annotated[
        float, Kind("quorum", "Fraction of the members needed, 0.5 for half.", exclusiveMinimum=0, maximum=1)
    ] = 0.5,
    by_proxy: Annotated[int, Kind("proxies", "Members who let others vote for them.", minimum=1, maximum=500)] = 0,
) -> _Quorum:
    """Tell whether enough members are present to decide, half of them unless another fraction is given."""
    needed = int(-(-members * fraction // 1))
    return {"needed": max(needed, 1), "reached": len(set(present)) + by_proxy >= needed}


class _Ranked(Result):
    winner: Told
    points: Annotated[int, Kind("points", "Of the winner.", minimum=0)]
    lead: Annotated[int, Kind("lead", "Over the next one.", minimum=0)]


@tool
def ranked_choice(
    ballots: Annotated[
        list[Annotated[list[Option], Kind("ballot", "Best first.", minItems=2, maxItems=6)]],
        Kind("ballots", "Each person's order, the best first.", minItems=2, maxItems=8, again="those ballots"),
    ],
    first_counts_double: Annotated[bool, Kind("first places", "Whether first places count double.")] = False,
) -> _Ranked:
    """Find the favourite from several people's orders: a choice gets a point for each that it is put before."""
    points: Counter[str] = Counter()
    for ballot in ballots:
        for place, choice in enumerate(ballot):
            points[choice] += (len(ballot) - 1 - place) * (2 if first_counts_double and not place else 1)
    (winner, most), *others = points.most_common()
    following = others[0][1] if others else 0
    if others and following == most:
        raise ToolkitError(f"{winner} and {others[0][0]} have {most} points each; nothing wins.")
    return {"winner": winner, "points": most, "lead": most - following}


class _Answer(Result):
    name: PersonName
    days: Annotated[
        list[
            Annotated[
                Literal["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
                Kind("day", "Day of the week."),
            ]
        ],
        Kind("days", "When the person can.", minItems=1, maxItems=7),
    ]


class _BestDay(Result):
    title: Annotated[str, Kind("title", "As given.", format="text-made")]
    day: Annotated[str, Kind("best day", "When most can.", format="weekday-told")]
    people: Annotated[int, Kind("people", "How many can then.", minimum=1)]
    missing: Annotated[
        list[Annotated[str, Kind("name", "Who cannot.", format="payer-name")]], Kind("missing", "Who cannot.")
    ]


_WEEK = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


@tool
def best_day(
    title: Annotated[PlainText, Kind("title", "What the day is for.", again="that event")],
    answers: Annotated[list[_Answer], Kind("answers", "Who can when.", minItems=2, maxItems=8, again="those answers")],
    weekdays_only: Annotated[bool, Kind("weekdays", "Leave Saturday and Sunday out.")] = False,
) -> _BestDay:
    """Find the day of the week on which most people can come to something."""
    days = _WEEK[:5] if weekdays_only else _WEEK
    able = {day: [each["name"] for each in answers if day in each["days"]] for day in days}
    best = max(days, key=lambda day: len(able[day]))
    if not able[best]:
        raise ToolkitError("Nobody can on any of those days; ask for more days.")
    missing = [each["name"] for each in answers if each["name"] not in able[best]]
    return {"title": title, "day": best, "people": len(able[best]), "missing": missing}


TOOLS = [tally_votes, poll_shares, average_rating, quorum_reached, ranked_choice, best_day]
