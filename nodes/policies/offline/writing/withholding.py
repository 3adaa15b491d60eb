"""A value that the person leaves out, the question for it, and the short answer."""

import re
from collections.abc import Iterable, Mapping, Sequence
from random import Random

from graph.record import Awaited, Step
from graph.sources import StepSource
from nodes.dialogues.plan import PlannedTurn
from nodes.policies.offline.asks import Ask
from nodes.policies.offline.reading.templates import phrases_of
from nodes.policies.offline.writing.conversation import Conversation
from nodes.policies.offline.writing.dialogue_speech import DialogueSpeaker, noun_for, some
from nodes.policies.offline.writing.fill import enumerate_words
from nodes.policies.offline.writing.grammar import upper_first, with_article
from nodes.policies.offline.writing.marking import SIGNS
from nodes.policies.offline.writing.repeating import preposition_of
from nodes.policies.offline.writing.telling import tell
from tool_registry.drawing.things import identity_of_parameter
from tool_registry.drawing.value_words import singular
from tool_registry.json.pointer import equal, escape, leaf_name, leaves, resolve
from tool_registry.json.schema import closed_values, schema_at

_WORDS_LEFT = 4
#: What names a thing is no quantity, though it is a number.
_KEYS = frozenset(("id", "number", "code", "key"))
#: Choices that a question names.
_CHOICES_MAX = 4
#: What a sentence can do without, when its value is asked for then.
_TAIL = "in|at|on|for|from|until|into|near|with"


def withheld_leaves(talk: Conversation, turn: PlannedTurn, steps: Iterable[Step]) -> set[tuple[str, str]]:
    """Return the arguments of the steps, as (step, pointer), that the person does not say in the turn that awaits them.

    What has the same value and is called alike is the same thing.
    """
    awaited = [(_noun(talk, each), resolve(talk.steps[each.step].arguments, each.pointer)) for each in turn.awaits]
    found = {(each.step, each.pointer) for each in turn.awaits}
    for step in steps:
        for pointer, value in leaves(step.arguments):
            if isinstance(step.sources.get(pointer), StepSource):
                continue
            noun = _noun(talk, Awaited(step=step.id, pointer=pointer))
            if any(noun == other and equal(value, known) for other, known in awaited):
                found.add((step.id, pointer))
    return found


def leave_out(ask: Ask, step: Step, speaker: DialogueSpeaker, rng: Random) -> tuple[Ask, Step] | None:
    """Return the ask and the step without what is withheld, in words that do without it or leave it open.

    None where the words for something that is not told can stand in its place.
    """
    names = [name for name in step.arguments if (step.id, f"/{escape(name)}") in speaker.withheld]
    if len(names) != 1:
        return None
    template = _without_words(ask.template, names[0]) or _with_open_words(ask.template, names[0], step, speaker, rng)
    if template is None:
        return None
    arguments = {name: value for name, value in step.arguments.items() if name != names[0]}
    return Ask(template, ask.answers), step.model_copy(update={"arguments": arguments})


def _without_words(template: str, name: str) -> str | None:
    """Return the template without the argument and the word before it, where a sentence is left."""
    # "How far is it from Oslo?", but not "Give the ticket."
    tail = f"{_TAIL}|to" if " from {" in template else _TAIL
    slot = rf" (?:{tail}) \{{{re.escape(name)}\}}"
    # "the countries that pay" lacks more than a value.
    if re.search(rf"\b(?:that|which|who) \w+{slot}", template):
        return None
    shorter, count = re.subn(rf"{slot}(?=[?.]?$| (?:to|from) \{{)", "", template)
    if not count:
        shorter, count = re.subn(rf": \{{{re.escape(name)}\}}(?=[?.]?$)", "", template)
    words = re.sub(r"\{[^{}]*\}|\[[^\[\]]*\]", "", shorter).split()
    return shorter if count == 1 and len(words) >= _WORDS_LEFT else None


def _with_open_words(template: str, name: str, step: Step, speaker: DialogueSpeaker, rng: Random) -> str | None:
    """Return the template with words of its own for the argument where a noun phrase would not fit."""
    slot = rf"\{{{re.escape(name)}\}}"
    schema = schema_at(speaker.specs[step.tool].parameters, f"/{escape(name)}")
    noun = noun_for(schema, name)
    is_bare = (phrases_of(schema).get("mention") or ["{}"]) == ["{}"]
    for before, after in (
        # "so many protons", "how much of a substance", "the comment" that is none yet, no "discount of a discount".
        (rf"{slot}(?= [a-z]+[^s]s\b)", "a certain number of" if is_bare and schema.get("type") != "string" else ""),
        (rf"\b(much|many) {slot}", rf"\1 of {some(noun, name, schema, rng)}"),
        (rf"\b(?:the|a|an) (?:{re.escape(noun)}|{noun.split()[-1]}) (?:of )?{slot}", some(noun, name, schema, rng)),
    ):
        if after and re.search(before, template):
            return re.sub(before, after, template)
    return None


def ask_back(talk: Conversation, turn: PlannedTurn, forms: Mapping[str, Sequence[str]]) -> str:
    """Return the assistant's question for what the turn awaits."""
    things = _things(talk, turn.awaits)
    if len(things) > 1:
        nouns = enumerate_words([f"the {_asked_for(talk, each, _noun(talk, each[0]))}" for each in things])
        return str(talk.rng.choice(forms["several"])).replace("{nouns}", nouns)
    first = things[0][0]
    step = talk.steps[first.step]
    schema = schema_at(talk.request.tools[step.tool].parameters, first.pointer)
    value, noun = resolve(step.arguments, first.pointer), _noun(talk, first)
    is_key = bool(identity_of_parameter(talk.request.tools[step.tool], leaf_name(first.pointer)).keys & _KEYS)
    choices = closed_values(schema)
    asked = talk.asks.get(step.id)
    preposition = preposition_of(asked.ask.template, leaf_name(first.pointer)) if asked and asked.ask else ""
    if 1 < len(choices) <= _CHOICES_MAX:
        form = talk.rng.choice(forms["choices"])
        form = form.replace("{choices}", enumerate_words([tell(each, schema) for each in choices], "or"))
    elif isinstance(value, int | float) and (counted := _counted(noun, schema)):
        form, noun = talk.rng.choice(forms["many"]), counted
    elif isinstance(value, int | float) and not is_key:
        form = talk.rng.choice(forms["number"])
    elif preposition and talk.rng.random() < 0.4:
        form = say_value(talk.rng.choice(forms["placed"]).replace("{in}", "{}"), preposition)
    else:
        form = talk.rng.choice(forms["one"])
    article = with_article(noun).removesuffix(noun)
    words = _asked_for(talk, things[0], noun)
    return upper_first(form.replace("{noun}", words).replace("{a}", f"{article}{words}"))


def _asked_for(talk: Conversation, thing: Iterable[Awaited], words: str) -> str:
    """Return the words, marked as asking for all arguments that are the one thing."""
    for each in thing:
        words = talk.answering.marks.around(words, each.step, "speech", pointer=each.pointer)
    return words


def give(talk: Conversation, number: int, forms: Mapping[str, Sequence[str]]) -> str:
    """Return the person's answer to the question of the turn before."""
    spoken = [_given(talk, awaited) for awaited in _things(talk, talk.request.plan.turns[number - 1].awaits)]
    talk.speaker.withheld = set()
    return say_value(str(talk.rng.choice(forms["value"])), enumerate_words(spoken))


def say_value(form: str, words: str) -> str:
    """Return the form with the words in it, with a capital where they open a sentence, one stop behind a quotation."""
    if re.search(r"(?:^|[.!?] )\{\}", form):
        words = upper_first(words)
    return re.sub(rf"([.!?][\"”]?{SIGNS})\.(?=$|\s)", r"\1", form.replace("{}", words))


def _given(talk: Conversation, thing: Sequence[Awaited]) -> str:
    """Return the words for one thing, marked for all arguments that it is."""
    words = talk.speaker.name_in_full(talk.steps[thing[0].step], thing[0].pointer)
    value = resolve(talk.steps[thing[0].step].arguments, thing[0].pointer)
    noun = _noun(talk, thing[0])
    others = {(each.step, each.pointer) for each in thing[1:]}
    for step, pointer in talk.speaker.withheld:
        awaited = Awaited(step=step, pointer=pointer)
        if _noun(talk, awaited) == noun and equal(resolve(talk.steps[step].arguments, pointer), value):
            others.add((step, pointer))
    for step, pointer in sorted(others - {(thing[0].step, thing[0].pointer)}):
        words = talk.speaker.marks.again(
            words, step, pointer, talk.speaker.thing_at(talk.steps[thing[0].step], thing[0].pointer)
        )
    return words


def _things(talk: Conversation, awaits: Sequence[Awaited]) -> list[list[Awaited]]:
    """Return the awaited leaves, those together that are one thing."""
    found: list[list[Awaited]] = []
    for each in awaits:
        value = resolve(talk.steps[each.step].arguments, each.pointer)
        for thing in found:
            other = resolve(talk.steps[thing[0].step].arguments, thing[0].pointer)
            if equal(value, other):
                thing.append(each)
                break
        else:
            found.append([each])
    return found


def _noun(talk: Conversation, awaited: Awaited) -> str:
    spec = talk.request.tools[talk.steps[awaited.step].tool]
    return noun_for(schema_at(spec.parameters, awaited.pointer), leaf_name(awaited.pointer))


def _counted(noun: str, schema: Mapping[str, object]) -> str:
    """Return what is counted: "days" of a number of days, "people" that are written "{} people"; "" of a measure."""
    if found := re.fullmatch(r"number of (.+s|people)", noun):
        return found[1]
    return (
        noun
        if re.search(r"[^su]s$", noun) and singular(noun) != noun and not phrases_of(dict(schema)).get("unit")
        else ""
    )
