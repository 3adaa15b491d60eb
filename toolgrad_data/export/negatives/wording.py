"""Answers in words, put together from parts so that hardly two are built alike.

A model that sees one sentence a thousand times learns the sentence. So each answer draws an opening, a body that
names what was asked, a reason and an offer, of many each.
"""

import random
import re
from collections.abc import Sequence
from typing import NamedTuple

from nodes.policies.offline.writing.fill import enumerate_words
from nodes.policies.offline.writing.grammar import upper_first
from toolgrad_data.export.negatives.naming import NegativeTask

#: Beginnings of a sentence that goes on with a small letter, or none.
_OPENINGS = (
    "", "", "", "Sorry, but ", "I'm sorry, ", "I'm afraid ", "Unfortunately, ", "Thanks for asking, but ",
    "Just so you know, ", "To be upfront, ", "Good question, but ", "I had a look, but ", "Honestly, ",
    "As it stands, ",
)  # fmt: skip
_CANNOT = (
    "none of the tools I have here can {do}",
    "I can't {do} with the tools available to me",
    "I have nothing that could {do}",
    "there is no tool here that would let me {do}",
    "I don't have a tool to {do}",
    "{doing} isn't something my current tools cover",
    "{doing} is beyond what I can do with the tools at hand",
    "I'm not able to {do} in this setup",
    "my tools don't reach that far: I can't {do}",
    "I lack the means to {do}",
    "what I have been given doesn't let me {do}",
    "no function I can call would {do}",
)
_REASONS = (
    "", "", "", " Anything I told you would be a guess.", " I'd rather say so than make something up.",
    " Anything else would be guesswork.", " I don't want to give you an answer I can't back up.",
    " So I'll leave that open rather than invent a result.",
    " And I won't answer that from memory, since it could be wrong.",
    " A made-up answer wouldn't help you.",
)  # fmt: skip
_OFFERS = (
    "", "", " If you can give me a tool for that, I'll gladly try again.",
    " Is there something else I can do for you?", " Another source will serve you better for this one.",
    " If you add something suitable, I can pick this up again.", " Let me know if you'd like help with anything else.",
    " You may want to look that up elsewhere.", " Once I have access to something suitable, just ask again.",
)  # fmt: skip
_COVERED = (
    " What I do have covers {}.",
    " I can help with {} instead.",
    " My tools here are about {}.",
    " If you have a question about {}, I'm happy to take that on.",
    " Should you need something on {}, I can do that.",
)
_LACKS = (
    "the tool I have for that takes no {noun}",
    "I can't tell the tool here which {noun} you mean",
    "my tools leave no room for the {noun}, and so I can't {do} the way you ask",
    "there is no way to give the {noun} to any of my tools",
    "the {noun} is nothing that I could set with the tools I have",
    "what I can call here doesn't take the {noun}, which your question depends on",
    "I could only {do} without regard to the {noun}, which isn't what you asked",
    "none of my tools lets me choose the {noun}",
    "without a place for the {noun} I can't {do}",
)
_IF_TOLD = (
    " If you tell me {the}, I can do the rest.",
    " Do you happen to know {the}? Then I can take it from there.",
    " If you have {the} at hand, I can work out everything else.",
    " Give me {the} and I'll carry on from there.",
    " With {the} from you, I could still do the remaining part.",
    " The rest works as soon as I have {the}: could you give me that?",
    " Could you look up {the} for me? I'll handle the rest.",
)
_ASK_OPENINGS = (
    "", "", "", "Sure. ", "Happy to. ", "Gladly. ", "Of course. ", "No problem. ", "Almost there. ", "Certainly. ",
    "One quick question first: ", "Before I start: ", "Just to be sure: ", "One thing is missing: ", "Let me check: ",
)  # fmt: skip
_ASK = (
    "{which} do you mean?",
    "{which} should I use?",
    "{which} should I go with?",
    "{which} is it?",
    "{which} do you have in mind?",
    "Could you tell me the {noun}?",
    "Can you give me the {noun}?",
    "Would you tell me the {noun}, please?",
    "What's the {noun}?",
    "Please tell me the {noun}.",
)
_ASK_FOR = (
    "To {do}, I need the {noun}: {which_low} do you mean?",
    "I can {do} once I know the {noun}. {which} should I take?",
    "I still need the {noun} to {do}. Could you add it?",
    "Your message doesn't say which {noun}. Could you tell me, so that I can {do}?",
    "The {noun} is missing from your message, and I can't {do} without it. What is it?",
    "{doing_up} takes the {noun}, which you haven't mentioned. Could you give it to me?",
    "I'm missing the {noun}. Once I have it, I'll {do}.",
    "I don't want to guess the {noun}. Could you tell me, so I can {do}?",
    "You didn't mention the {noun}, and I need it to {do}. {which} is it?",
)
_ANSWERS = (
    "{value}", "{value}.", "{value}, please.", "It's {value}.", "Sorry, {value}.", "{value}, sorry.",
    "Oh right, {value}.", "I mean {value}.", "Let's take {value}.", "{value}, thanks.", "Make it {value}.",
    "The {noun} is {value}.", "Ah, I forgot: {value}.",
)  # fmt: skip
_TOLD = (
    "{facts}.", "Yes: {facts}.", "Sure, {facts}.", "I looked it up: {facts}.", "{facts}. Can you go on from there?",
    "I found it: {facts}.", "OK, {facts}.", "As far as I know, {facts}.", "Here you go: {facts}.",
)  # fmt: skip


_SHORT_WORDS = 9


class Worded(NamedTuple):
    """An answer, and what it has in common with others: the same without values."""

    text: str
    skeleton: str


class Wording:
    """Writes answers from a generator of random numbers; the same generator, the same words."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng

    def decline(self, tasks: Sequence[NegativeTask], covered: Sequence[str] = ()) -> Worded:
        """Return that the tasks cannot be done here; `covered` is what the offered tools are about."""
        opening, body, reason = map(self._rng.choice, (_OPENINGS, _bodies(tasks), _REASONS))
        offers = [*_OFFERS, *(_COVERED if covered else ())]
        offer = self._rng.choice(offers).replace("{}", _slot("covered", enumerate_words(list(covered))))
        return _parse_wording(opening + _fit_body(opening, _with_tasks(body, tasks)) + "." + reason + offer)

    def lacks(self, noun: str, task: NegativeTask) -> Worded:
        """Return that the task cannot be done, as no tool takes a value of that name."""
        opening, body, reason, offer = map(self._rng.choice, (_OPENINGS, _LACKS, _REASONS, _OFFERS))
        body = _with_tasks(body.replace("{noun}", _slot("noun", noun)), [task])
        return _parse_wording(opening + _fit_body(opening, body) + "." + reason + offer)

    def ask_to_be_told(self, task: NegativeTask, nouns: Sequence[str]) -> Worded:
        """Return that the task cannot be done here, and which values the user could give in its stead."""
        opening, body, offer = map(self._rng.choice, (_OPENINGS, _bodies([task]), _IF_TOLD))
        the = _slot("nouns", enumerate_words([f"the {noun}" for noun in nouns]))
        return _parse_wording(
            opening + _fit_body(opening, _with_tasks(body, [task])) + "." + offer.replace("{the}", the)
        )

    def ask(self, noun: str, task: NegativeTask | None, *, number: bool) -> Worded:
        """Return the question for a missing value; `task` is what it is needed for."""
        opening = self._rng.choice(_ASK_OPENINGS)
        body = self._rng.choice([*_ASK, *(_ASK_FOR * 2 if task else ())])
        word = "What" if number else self._rng.choice(("Which", "Which", "What"))
        values = {
            "{which}": f"{word} {_slot('noun', noun)}",
            "{which_low}": f"{word.lower()} {_slot('noun', noun)}",
            "{noun}": _slot("noun", noun),
        }
        if task:
            values |= {"{doing_up}": _slot("NegativeTask", upper_first(task.doing)), "{do}": _slot("task", task.do)}
        for mark, value in values.items():
            body = body.replace(mark, value)
        body = _fit_body(opening, body) if opening.endswith(": ") else body
        return _parse_wording(opening + body)

    def answer(self, noun: str, value: str) -> str:
        """Return the user's answer to such a question."""
        said = self._rng.choice(_ANSWERS).replace("{noun}", noun).replace("{value}", value)
        return upper_first(said)

    def tell(self, facts: Sequence[tuple[str, str]]) -> str:
        """Return the user telling values by their nouns."""
        words = enumerate_words([f"the {noun} is {value}" for noun, value in facts])
        return upper_first(self._rng.choice(_TOLD).replace("{facts}", words))


_MARK = "\x00{}\x01{}\x02"


def _slot(name: str, value: str) -> str:
    """Return a value that `_parse_wording` knows again."""
    return _MARK.format(name, value)


def _parse_wording(marked: str) -> Worded:
    pattern = re.compile("\x00([^\x01]*)\x01([^\x02]*)\x02")
    return Worded(_sentence(pattern.sub(r"\2", marked)), _sentence(pattern.sub("…", marked)))


def _sentence(text: str) -> str:
    return upper_first(re.sub(r" {2,}", " ", text).strip())


def _with_tasks(body: str, tasks: Sequence[NegativeTask]) -> str:
    if "{doing}" in body:
        return body.replace("{doing}", _slot("task", enumerate_words([task.doing for task in tasks], "or")))
    return body.replace("{do}", _slot("task", enumerate_words([task.do for task in tasks], "or")))


def _bodies(tasks: Sequence[NegativeTask]) -> Sequence[str]:
    """Return the bodies that read well: a long task comes at the end of a sentence, not before its verb."""
    is_long = sum(len(task.do.split()) for task in tasks) > _SHORT_WORDS
    return [body for body in _CANNOT if not (is_long and body.startswith("{doing}"))]


def _fit_body(opening: str, body: str) -> str:
    """Return the body as it goes on after the opening: with a small letter, unless it begins with "I"."""
    start = body.index("\x01") + 1 if body.startswith("\x00") else 0
    if not opening or re.match(r"I(?:\b|')", body[start:]):
        return body
    return body[:start] + body[start : start + 1].lower() + body[start + 1 :]
