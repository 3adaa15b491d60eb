"""A person who changes their mind, and the answer that has the new results."""

from collections.abc import Mapping, Sequence

from graph.record import Step
from graph.sources import UserSource
from nodes.dialogues.holds import changed_leaves
from nodes.dialogues.plan import PlannedTurn
from nodes.policies.offline.asks import asks_of, pointers_spoken_of
from nodes.policies.offline.reading.templates import phrases_of
from nodes.policies.offline.writing.conversation import Conversation
from nodes.policies.offline.writing.fill import enumerate_words
from nodes.policies.offline.writing.message import WrittenAsk, join_sentences, write_answers
from nodes.policies.offline.writing.withholding import say_value
from tool_registry.json.pointer import MISSING, last_position, leaves, resolve
from tool_registry.json.schema import schema_at

_NAMES_OLD_CHANCE = 0.4
_LEAD_CHANCE = 0.5


def correct(talk: Conversation, turn: PlannedTurn, forms: Mapping[str, Sequence[str]]) -> str:
    """Return the message that changes a value, marked as asking for the call that is made instead."""
    old, new = _calls(talk, turn)
    talk.speaker.withheld = set()
    news, olds = [], []
    changed = changed_leaves(old.arguments, new.arguments)
    for pointer in changed:
        before = resolve(old.arguments, pointer)
        words, was = talk.speaker.name_instead(new, pointer, before if before is not MISSING else None)
        news.append(words)
        olds.append(was)
    is_item = any(last_position(pointer) is not None for pointer in changed)
    is_open = is_item or len(talk.last) != 1 or talk.last[0].step.id != old.id or _is_one_of_two(talk, old, changed)
    names_old = all(olds) and (is_open or talk.rng.random() < _NAMES_OLD_CHANCE)
    form = str(talk.rng.choice(forms["instead" if names_old else "new"])).replace("{old}", enumerate_words(olds))
    return talk.speaker.marks.around(say_value(form, enumerate_words(news)), new.id)


def answer_correction(
    talk: Conversation, turn: PlannedTurn, forms: Mapping[str, Sequence[str]]
) -> tuple[str, list[WrittenAsk]]:
    """Return the response and what it answers: what was asked for and found with the old value."""
    old, new = _calls(talk, turn)
    steps = [talk.steps[name] for name in turn.steps]
    used = {name for step in steps for name in step.uses()}
    answered: list[WrittenAsk] = []
    for step in steps:
        before = old if step is new else _before(talk, step)
        asked = talk.asks.get(before.id) if before is not None else None
        if asked is None and step.id in used:
            continue
        ask = asked.ask if asked is not None else next(iter(asks_of(step, talk.request.tools[step.tool])), None)
        written = WrittenAsk(step, ask, "clause", "", False)
        answered.append(written)
        talk.asks[step.id] = written
        schema = talk.request.tools[step.tool].output_schema or {}
        talk.speaker.asked(step, pointers_spoken_of(ask, schema) if ask is not None else None)
    lead = talk.rng.choice(forms["leads"]) if talk.rng.random() < _LEAD_CHANCE else ""
    response = write_answers(answered, talk.answering, talk.rng, alone=False)
    return join_sentences([lead, response]), answered


def _is_one_of_two(talk: Conversation, step: Step, changed: Sequence[str]) -> bool:
    """Tell whether a new value, said alone, could as well be meant for another argument that the person gave."""
    parameters = talk.request.tools[step.tool].parameters
    given = [
        pointer for pointer, _ in leaves(step.arguments) if isinstance(step.sources.get(pointer), UserSource | None)
    ]

    def look(pointer: str) -> tuple[object, ...]:
        schema, value = schema_at(parameters, pointer), resolve(step.arguments, pointer)
        kind = "number" if isinstance(value, int | float) else schema.get("format")
        return isinstance(value, str), kind, phrases_of(schema).get("mention")

    return any(look(pointer) == look(other) for pointer in changed for other in given if other not in changed)


def _calls(talk: Conversation, turn: PlannedTurn) -> tuple[Step, Step]:
    if turn.replaces is None:
        raise ValueError("a correction is written when its calls are made")
    return talk.steps[turn.replaces.step], talk.steps[turn.replaces.by]


def _before(talk: Conversation, step: Step) -> Step | None:
    """Return the step that was asked for and that this one makes again."""
    known = [talk.steps[name] for name in talk.asks if name in talk.steps]
    return next((each for each in known if each.tool == step.tool and each.sources.keys() == step.sources.keys()), None)
