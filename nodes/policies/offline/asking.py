"""What a step asks for and how that is answered: the author's intents, or phrases made from descriptions."""

import random
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from graph.record import Step
from nodes.policies.offline.phrases import PhraseError, all_slots, fill, parse, required_slots
from nodes.policies.offline.speech import Speaker, given_arguments, noun_of, phrases_of
from nodes.policies.offline.telling import tell
from tool_registry.json_pointer import scalars
from tool_registry.json_schema import schema_at
from tool_registry.spec import ToolSpec

Form = Literal["clause", "question", "request"]

_REPORTING = re.compile(
    r"^(returns?|gets?|gives?|computes?|calculates?|fetch(es)?|retrieves?|looks? up|look up|finds?( out)?|shows?|"
    r"tells?( me)?|determines?|reports?|checks?|reads?|provides?|lists?)\s+",
    re.IGNORECASE,
)
_IMPERATIVE = re.compile(r"^[A-Z]?[a-z]+(?:e?s)?\b")
_LEAVES_SAID = 6
_TEXT_MAX = 400


@dataclass(frozen=True)
class Ask:
    """One way to ask for a step's outcome, still with slots, and the answers that go with it."""

    template: str
    answers: tuple[str, ...]

    @property
    def form(self) -> Form:
        """Return which of the three forms the template has."""
        return "question" if self.template.endswith("?") else "request" if self.template.endswith(".") else "clause"


def asks_of(step: Step, spec: ToolSpec) -> list[Ask]:
    """Return the author's asks that fit the step's arguments, those that mention most of them first."""
    given = given_arguments(step)
    found: list[tuple[int, Ask]] = []
    for intent in phrases_of(spec.parameters).get("intents") or ():
        answers = tuple(map(str, intent.get("answer") or ()))
        for template in intent.get("ask") or ():
            try:
                nodes = parse(str(template))
            except PhraseError:
                continue
            if answers and required_slots(nodes) <= given:
                found.append((len(given - all_slots(nodes)), Ask(str(template), answers)))
    fewest = min((missing for missing, _ in found), default=0)
    return [ask for missing, ask in found if missing == fewest]


def render_ask(ask: Ask, step: Step, speaker: Speaker) -> str:
    """Return the ask in words, with a tail for arguments that its template does not mention."""
    given = given_arguments(step)
    spec = speaker.specs[step.tool]
    mentioned = all_slots(parse(ask.template))
    text = fill(ask.template, lambda names: speaker.argument(step, names), given)
    rest = [name for name in step.arguments if name not in mentioned]
    if not rest:
        return text
    mark = text[-1] if ask.form != "clause" else ""
    body = text[:-1] if mark else text
    return f"{body}, {argument_list(step, spec, rest, speaker)}{mark}"


def argument_list(step: Step, spec: ToolSpec, names: Iterable[str], speaker: Speaker) -> str:
    """Return "with amount 20 and rate 3": arguments named by their titles."""
    parts = []
    for name in names:
        schema = schema_at(spec.parameters, f"/{name}")
        spoken = speaker.argument(step, (name,))
        if spoken.startswith(("with ", "without ")):
            parts.append(spoken)
            continue
        noun = noun_of(schema, name)
        noun = "value" if len(noun) < 2 else noun
        parts.append(f"with the {noun} {spoken}" if not parts else f"the {noun} {spoken}")
    return " and ".join(parts) if len(parts) < 3 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def plain_ask(step: Step, spec: ToolSpec, speaker: Speaker, avoid: set[str]) -> tuple[Form, str]:
    """Return an ask made from the tool's description, for tools without phrases; it holds no name in `avoid`."""
    sentence = re.split(r"(?<=[.!?])\s|\n", spec.description.strip() or "the result")[0].rstrip(".!?: ")
    sentence = re.sub(r"`[^`]*`|\([^)]*\)|\"[^\"]*\"", "", sentence)
    sentence = " ".join(word for word in sentence.split() if not re.search(r"[_{}<>\[\]]|[a-z][A-Z]|\w\.\w", word))
    rest = _REPORTING.sub("", sentence)
    form: Form = "clause"
    if rest == sentence and _is_imperative(sentence):
        form, rest = "request", sentence
    rest = _lower_first(rest)
    if form == "request":
        rest = _without_names(rest, avoid)
    if _holds_name(rest, avoid) or not rest:
        form, rest = "clause", f"the {_outcome_noun(spec)}"
        if _holds_name(rest, avoid):
            rest = "the result"
    details = argument_list(step, spec, step.arguments, speaker) if step.arguments else ""
    body = f"{rest} {details}".strip()
    return form, body


def _outcome_noun(spec: ToolSpec) -> str:
    title = (spec.output_schema or {}).get("title")
    return noun_of({"title": title} if title else {}, "result")


def _is_imperative(sentence: str) -> bool:
    first = sentence.split(maxsplit=1)[0].lower() if sentence else ""
    return first not in {
        "the",
        "a",
        "an",
        "this",
        "whether",
        "how",
        "what",
        "which",
        "when",
        "where",
    } and bool(_IMPERATIVE.match(sentence))


def _without_names(sentence: str, avoid: set[str]) -> str:
    """Return the request as "help … -ing" where its verb is a tool's name."""
    verb, _, rest = sentence.partition(" ")
    if verb.lower() not in avoid and verb.lower().rstrip("s") not in avoid:
        return sentence
    stem = verb.lower()
    stem = stem[:-1] if stem.endswith("s") and stem[:-1] in avoid else stem
    gerund = (stem[:-1] if stem.endswith("e") and not stem.endswith("ee") else stem) + "ing"
    return f"help me with {gerund} {rest}".strip()


def _holds_name(text: str, avoid: set[str]) -> bool:
    return any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE) for name in avoid)


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:] if not text[1:2].isupper() else text


def render_answer(ask: Ask | None, step: Step, speaker: Speaker, rng: random.Random, *, alone: bool) -> str:
    """Return sentences that answer the ask; without a fitting template the result's values by their titles."""
    given = given_arguments(step)
    spec = speaker.specs[step.tool]
    answers = list(ask.answers) if ask else []
    rng.shuffle(answers)
    if not alone:
        # Among other answers a sentence has to say what it is about.
        answers.sort(key=lambda template: not required_slots(parse(template)))
    for template in answers:
        try:
            return fill(template, lambda names: speaker.argument(step, names), given, step.result, spec.output_schema)
        except PhraseError:
            continue
    return plain_answer(step, spec)


def plain_answer(step: Step, spec: ToolSpec) -> str:
    """Return the result in words: a scalar as it is, of a structure the first few values with their titles."""
    schema = spec.output_schema or {}
    found = [(pointer, value) for pointer, value in scalars(step.result) if value is not None]
    if not found:
        return "There is nothing to report."
    if found[0][0] == "":
        text = tell(found[0][1], schema)
        if len(text) > _TEXT_MAX:
            text = text[:_TEXT_MAX].rsplit(" ", 1)[0]
        noun = noun_of({"title": schema["title"]}, "result") if schema.get("title") else "result"
        return f"The {noun} is {text}." if "\n" not in text and len(text) < 80 else f"Here is the {noun}: {text}"
    said = [_leaf_words(pointer, value, schema) for pointer, value in found[:_LEAVES_SAID]]
    return f"{'; '.join(said)}."[:1].upper() + f"{'; '.join(said)}."[1:]


def _leaf_words(pointer: str, value: Any, schema: dict[str, Any]) -> str:
    path = pointer.split("/")[1:]
    name = next((token for token in reversed(path) if not token.isdecimal()), "value")
    text = tell(value, schema_at(schema, pointer))
    if len(text) > 120:
        text = text[:120].rsplit(" ", 1)[0]
    return f"{noun_of(schema_at(schema, pointer), name)}: {text}"
