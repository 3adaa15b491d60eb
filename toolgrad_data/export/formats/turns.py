"""A dialogue as a row a turn, for formats whose rows end with one query and its answer."""

from collections.abc import Iterator
from dataclasses import replace

from toolgrad_data.export.conversation import Example, UnfitError, last_turn
from toolgrad_data.export.report import ExportReport


def turn_by_turn(examples: Iterator[Example], report: ExportReport) -> Iterator[Example]:
    """Yield each turn of a dialogue with what was said before it: a stage of the pipeline.

    What has one query stays as it is, and so does what goes to its reader as a whole (`Example.episode`).
    """
    dialogues = turns = 0
    for example in examples:
        if example.queries < 2 or example.episode is not None:
            yield example
            continue
        dialogues += 1
        for turn in prefixes(example):
            turns += 1
            yield turn
    if dialogues:
        report.notes["dialogues_by_turn"] = {"dialogues": dialogues, "turns": turns}


def round_by_round(examples: Iterator[Example], report: ExportReport) -> Iterator[Example]:
    """Yield each round of calls of a last turn that has several, with all that was done before it: a stage.

    What has one round, or none, stays as it is, and so does what holds a message that is not to be learned. The ids of
    rounds end in their number from 1; each ends with its calls, which are what is learned of it.
    """
    linked = rounds = 0
    for example in examples:
        last = max((place for place, each in enumerate(example.messages) if each.role == "user"), default=0)
        calls = [place for place, each in enumerate(example.messages) if place > last and each.calls]
        if len(calls) < 2 or example.episode is not None or not all(each.train for each in example.messages):
            yield example
            continue
        linked += 1
        for number, place in enumerate(calls, start=1):
            rounds += 1
            labels = {**example.labels, "round": number}
            cut = example.messages[: place + 1]
            yield replace(example, id=f"{example.id}-round-{number}", messages=cut, labels=labels)
    if linked:
        report.notes["turns_by_round"] = {"turns": linked, "rounds": rounds}


def prefixes(example: Example) -> Iterator[Example]:
    """Yield the example up to the end of each turn that it teaches; ids end in the turn's number from 1.

    One that was already cut after a turn, or was made for it, keeps its id.
    """
    starts = [place for place, message in enumerate(example.messages) if message.role == "user"]
    if len(starts) < 2:
        yield example
        return
    # After the turn in which a call failed there is nothing new.
    last = example.since + 1 if example.kind == "recovery" else None
    for number, end in list(enumerate([*starts[1:], len(example.messages)], start=1))[example.since : last]:
        yield replace(
            example,
            id=example.id if example.labels.get("turn") == number else f"{example.id}-turn-{number}",
            messages=example.messages[:end],
            labels={**example.labels, "turn": number},
            since=number - 1,
        )


def turns_that_fit(example: Example, *, at_once: bool, with_history: bool) -> int:
    """Return how many turns fit a format of a turn a row.

    `at_once`: those whose calls are made at once; without `with_history` the first turn alone.
    """
    if example.episode is not None:
        return 1
    turns = list(prefixes(example))
    return sum(not at_once or _is_at_once(turn) for turn in (turns if with_history else turns[:1]))


def _is_at_once(example: Example) -> bool:
    try:
        last_turn(example)
    except UnfitError:
        return False
    return True
