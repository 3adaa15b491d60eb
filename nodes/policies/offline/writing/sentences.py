"""What a step asks for and how that is answered, in sentences."""

import random

from graph.record import Step
from nodes.policies.offline.asks import Ask
from nodes.policies.offline.reading.templates import PhraseError, all_slots, parse
from nodes.policies.offline.writing.describing import plain_answer
from nodes.policies.offline.writing.fill import fill
from nodes.policies.offline.writing.speech import Speaker
from nodes.policies.offline.writing.spoken_arguments import spoken_arguments, tail_of


def render_ask(ask: Ask, step: Step, speaker: Speaker) -> str:
    """Return the ask in words, with a tail for arguments that its template does not mention."""
    given = set(step.arguments)
    spec = speaker.specs[step.tool]
    mentioned = all_slots(parse(ask.template))
    text = fill(ask.template, lambda names: speaker.argument(step, names), given)
    rest = [name for name in step.arguments if name not in mentioned]
    if not rest:
        return text
    mark = text[-1] if ask.form != "clause" else ""
    body = text[:-1] if mark else text
    return f"{body}{tail_of(spoken_arguments(step, spec, rest, speaker))}{mark}"


def _mentions(template: str, given: set[str]) -> int:
    """Return how many of the call's arguments the answer speaks of."""
    try:
        return len(all_slots(parse(template)) & given)
    except PhraseError:
        return 0


def render_answer(ask: Ask | None, step: Step, speaker: Speaker, rng: random.Random, *, alone: bool) -> str:
    """Return sentences that answer the ask; without a fitting template the result's values by their titles."""
    given = set(step.arguments)
    spec = speaker.specs[step.tool]
    answers = list(ask.answers) if ask else []
    rng.shuffle(answers)
    if not alone:
        # Among other answers a sentence has to say what it is about: "that" and "it" could be anything's.
        answers = [template for template in answers if _mentions(template, given) or not given]
        answers.sort(key=lambda template: -_mentions(template, given))
    for template in answers:
        try:
            mark = speaker.marks.of_result(step.id)
            return fill(
                template, lambda names: speaker.argument(step, names), given, step.result, spec.output_schema, mark
            )
        except PhraseError:
            continue
    return plain_answer(step, spec, speaker)
