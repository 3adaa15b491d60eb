"""Chats: thanks, a remark. Nothing is called, so the response has nothing to tell but what was told or said before."""

from collections.abc import Iterator

from graph.marks import Tell
from graph.record import Finding
from nodes.marks.figures import Number, figures_of
from nodes.marks.operations import json_number
from nodes.marks.quantities import says_number
from nodes.marks.says import is_harmless
from nodes.marks.wording import fold_words
from nodes.proofs.dialogue_reading import DialogueReading, cited_finding


def check(dialogue: DialogueReading) -> Iterator[Finding]:
    """Yield what the response of a chat tells for the first time."""
    told: set[str] = set()
    for index, turn in enumerate(dialogue.turns):
        if turn.kind == "chat":
            known = [each for before in dialogue.turns[:index] for each in (before.query, before.response)]
            yield from _new(dialogue, index, [*known, turn.query], told)
        told.update(each.model_dump_json() for tell in turn.tells or () for each in tell.sources())


def _new(dialogue: DialogueReading, index: int, known: list[str], told: set[str]) -> Iterator[Finding]:
    locale, response = dialogue.setting.locale, dialogue.turns[index].response
    readings = [each for text in known for figure in figures_of(text, locale) for each in figure.readings]
    numbers = {each.value for each in readings if isinstance(each, Number)}
    for figure in figures_of(response, locale):
        is_known = any(each in readings for each in figure.readings)
        is_known = is_known or any(says_number(figure, json_number(each), "", locale) for each in numbers)
        if figure.soft or is_harmless(figure, response) or is_known:
            continue
        quote = response[figure.start : figure.end]
        message = f"a chat calls nothing, and the response tells {quote!r}, which was neither told nor said before"
        yield cited_finding("news_in_chat", message, f"/turns/{index}/response")
    heard = [fold_words(text) for text in known]
    for number, tell in enumerate(dialogue.turns[index].tells or ()):
        if _is_new(tell, told) and not any(fold_words(tell.quote) in text for text in heard):
            message = f"a chat calls nothing, and the response tells {tell.quote!r}, which was not told before"
            yield cited_finding("news_in_chat", message, f"/turns/{index}/tells/{number}")


def _is_new(tell: Tell, told: set[str]) -> bool:
    return not tell.inferred and any(each.model_dump_json() not in told for each in tell.sources())
