"""One message of the person and what answers it.

Steps whose results nobody uses are asked for; steps in between are asked for or only referred to ("the country
where HND is").
"""

import random
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import Path
from typing import Any

from graph.record import Step
from graph.sources import StepSource
from nodes.policies.base import SynthesizeRequest
from nodes.policies.offline.asks import Ask, Form, asks_of, can_be_told, pointers_spoken_of
from nodes.policies.offline.known_values import KnownValues
from nodes.policies.offline.reading.templates import PhraseError, Text, all_slots, parse, phrases_of, required_slots
from nodes.policies.offline.writing.alike import alike, render_for_all
from nodes.policies.offline.writing.describing import plain_ask
from nodes.policies.offline.writing.fill import fill
from nodes.policies.offline.writing.marking import SIGNS
from nodes.policies.offline.writing.sentences import render_answer, render_ask
from nodes.policies.offline.writing.speech import Speaker
from tool_registry.calling.crashes import attributed_to
from tool_registry.json.pointer import escape
from tool_registry.json.schema import schema_at
from tool_registry.permissions import effective

FRAMES: dict[str, Any] = tomllib.loads(Path(__file__).with_name("frames.toml").read_text("utf-8"))
_IMPLICIT_CHANCE = 0.65
_SITUATION_CHANCE = 0.6
#: A reference with several arguments that comes more than once is mostly asked for first, to be called "that".
_REPEATED_FACTOR = 0.25
_GREETING_CHANCE = 0.18
_CLOSING_CHANCE = 0.15
_JOIN_CHANCE = 0.5
_LEADING_CHANCE = 0.85
#: "the next holiday in that country after the deadline in that country in that country".
_SAID_TWICE = re.compile(rf"\b((?:in|at|of|for|on) that (?:\w+ ){{0,2}}\w+)({SIGNS}) \1\b")
_FIRST_LETTER = re.compile(rf"({SIGNS})(.)")


@dataclass
class WrittenAsk:
    """A step's request in words and what answers it."""

    step: Step
    ask: Ask | None
    form: Form
    text: str
    starts_with_slot: bool
    frame: str = "{}"


class MessageWriter:
    """One draft of a message; `options` are the asks that fit each step, found once for all drafts of a request.

    `steps` are those that it asks for, by default all of the request's. The speakers go on from what was said before,
    and `frames` has the turns of speech for each place that the message may have.
    """

    def __init__(
        self,
        request: SynthesizeRequest,
        rng: random.Random,
        options: dict[str, list[Ask]],
        *,
        cautious: bool,
        speaker: Speaker | None = None,
        answering: Speaker | None = None,
        steps: Sequence[Step] | None = None,
        frames: dict[str, Any] = FRAMES,
    ) -> None:
        self.request = request
        self.rng = rng
        self.options = options
        self.cautious = cautious
        self.frames = frames
        self.steps = {step.id: step for step in request.steps}
        self.own = request.steps if steps is None else steps
        self.specs = request.tools
        self.speaker = speaker or Speaker(self.steps, self.specs, rng)
        self.answering = answering or Speaker(self.steps, self.specs, rng, knows_results=True)
        self.asked: list[WrittenAsk] = []
        #: What is written, with the signs of marks in it.
        self.query, self.response = "", ""

    def write(self) -> None:
        """Write the query and the response."""
        self.query = self.write_query()
        self.response = write_answers(self.asked, self.answering, self.rng)

    def write_query(self, place: str = "open") -> str:
        """Return the query; `place` says what stands before it: nothing ("open"), or a message ("turn", "new")."""
        explicit = self._explicit_steps()
        sentences: list[str] = []
        together = {group[0].id: group for group in alike(self.own) if len(group) > 1} if place == "open" else {}
        if place == "open" and self.rng.random() < _GREETING_CHANCE:
            sentences.append(self.rng.choice(self.frames["greetings"]))
        written: set[str] = set()
        for number, chain in enumerate(self._runs()):
            if written.issuperset(chain):
                continue
            if chain[0] in together and (said := self._for_all(together[chain[0]], "open" if number == 0 else "new")):
                written |= {step.id for step in together[chain[0]]}
                sentences += said
                continue
            steps = [self.steps[step_id] for step_id in chain if step_id in explicit]
            situation = self._situation(chain, steps, first=number == 0) if place != "turn" else None
            if situation:
                sentences.append(situation)
            sentences += self._chain_sentences(steps, "open" if situation else place if number == 0 else "new")
        if self.rng.random() < _CLOSING_CHANCE and place == "open":
            sentences.append(self.rng.choice([*self.frames["closings"], *self.frames["farewells"]]))
        return join_sentences([_SAID_TWICE.sub(r"\1\2", sentence) for sentence in sentences])

    def _runs(self) -> list[list[str]]:
        """Return the chains; where effects matter, the stretches of them that keep the order of the calls."""
        own = {step.id for step in self.own}
        if not any(step.after for step in self.own):
            return [left for chain in self.request.chains if (left := [name for name in chain if name in own])]
        chain_of = {step_id: number for number, chain in enumerate(self.request.chains) for step_id in chain}
        runs: list[list[str]] = []
        for step in self.own:
            if runs and chain_of.get(runs[-1][-1]) == chain_of.get(step.id):
                runs[-1].append(step.id)
            else:
                runs.append([step.id])
        return runs

    # What is asked for

    def _explicit_steps(self) -> set[str]:
        """Return the steps to ask for: those that nothing uses, and those that cannot be said in passing."""
        own = {step.id for step in self.own}
        used = {id for step in self.own for id in step.uses()}
        told = {id for step in self.request.steps if step.id not in own for id in step.uses()}
        depth: dict[str, int] = {}
        explicit: set[str] = set()
        for step in self.own:
            level = 1 + max((depth.get(id, 0) for id in step.uses()), default=0)
            chance = 0.0 if self.cautious else _IMPLICIT_CHANCE if level == 1 else 0.25 if level == 2 else 0.0
            if self._uses(step) > 1 and self._is_long(step):
                chance *= _REPEATED_FACTOR
            if step.id in used - told and self._can_be_implicit(step) and self.rng.random() < chance:
                depth[step.id] = level
            else:
                explicit.add(step.id)
        return explicit

    def _uses(self, step: Step) -> int:
        """Return how many later steps take something from the step's result."""
        return sum(step.id in user.uses() for user in self.request.steps)

    def _is_long(self, step: Step) -> bool:
        """Tell whether the step's result takes many words to be spoken of: it has to name several arguments."""
        return len(step.arguments) > 1

    def _can_be_implicit(self, step: Step) -> bool:
        """Tell whether every reference to the step names all that the user has to say for it.

        What a write does has to be asked for, and what a write may have changed cannot be said in passing later.
        """
        if self._writes(step) or self._is_overtaken(step):
            return False
        schema = self.specs[step.tool].output_schema or {}
        must_say = {name for name in set(step.arguments) if f"/{escape(name)}" not in step.sources}
        uses = [
            source
            for user in self.request.steps
            for source in user.sources.values()
            if isinstance(source, StepSource) and source.step == step.id
        ]
        for source in uses:
            templates = phrases_of(schema_at(schema, source.pointer)).get("refer")
            if not templates:
                return False
            try:
                if any(not must_say <= all_slots(parse(str(template))) for template in templates):
                    return False
            except PhraseError:
                return False
        return True

    def _writes(self, step: Step) -> bool:
        return effective(self.specs[step.tool]).read_only is not True

    def _is_overtaken(self, step: Step) -> bool:
        """Tell whether a write comes between the step and what uses its result."""
        later = self.request.steps[[each.id for each in self.request.steps].index(step.id) + 1 :]
        users = [position for position, user in enumerate(later) if step.id in user.uses()]
        return bool(users) and any(self._writes(between) for between in later[: users[-1]])

    def _situation(self, chain: list[str], explicit: list[Step], *, first: bool) -> str | None:
        """Return a sentence that says why somebody asks for the chain; it leads to the first request."""
        if not explicit or self.rng.random() > (_SITUATION_CHANCE if first else _SITUATION_CHANCE / 2):
            return None
        step = explicit[0] if self.rng.random() < 0.7 else self.steps[chain[0]]
        domains = [self.specs[self.steps[step_id].tool].category for step_id in chain]
        if 2 * domains.count(self.specs[step.tool].category) < len(domains):
            return None  # the reason for one request, and the rest is about something else
        situations = list(phrases_of(self.specs[step.tool].parameters).get("situations") or ())
        self.rng.shuffle(situations)
        said = {name for name in set(step.arguments) if f"/{escape(name)}" not in step.sources}
        for template in map(str, situations):
            before = self.speaker.antecedents.copy()
            try:
                if required_slots(parse(template)) <= said:
                    return fill(template, lambda names: self.speaker.argument(step, names), said)
            except PhraseError:
                self.speaker.antecedents = before
        return None

    # How it is asked

    def _chain_sentences(self, steps: list[Step], place: str) -> list[str]:
        sentences: list[str] = []
        position = 0
        while position < len(steps):
            asked = self._ask(steps[position])
            place = "on" if position else place
            position += 1
            if asked.form == "clause":
                clauses = [self._marked(asked)]
                while position < len(steps) and len(clauses) < 2 and self.rng.random() < _JOIN_CHANCE:
                    with attributed_to(steps[position].tool):
                        clause = self._clause(steps[position])
                    if clause is None:
                        break
                    clauses.append(self._marked(clause))
                    position += 1
                sentences.append(self._in_frame(self.rng.choice(self.frames["joints"]).join(clauses), place))
            else:
                sentences.append(self._with_lead(asked, place))
        return sentences

    def _for_all(self, group: list[Step], place: str) -> list[str]:
        """Return sentences that ask for several calls of one tool at once; none where no ask can say all of them."""
        for ask in self._in_order(group[0], self._options(group[0])):
            before = self.speaker.antecedents.copy()
            try:
                text, same = render_for_all(ask, group, self.speaker, self.rng)
            except PhraseError:
                self.speaker.antecedents = before
                continue
            is_one = not same
            asked, *_ = [self._note(step, ask, text) for step in group]
            for step in group[1:] if is_one else ():
                asked = replace(asked, text=self.speaker.marks.around(asked.text, step.id))
            for step in group[1:] if not is_one else ():
                same = self.speaker.marks.around(same, step.id)
            if asked.form == "clause":
                said = self._in_frame(self._marked(asked), place)
            else:
                said = self._with_lead(asked, place)
            return [said, same] if same else [said]
        return []

    def _ask(self, step: Step) -> WrittenAsk:
        with attributed_to(step.tool):
            return self._first_written(step, self._options(step)) or self._plain(step)

    def _clause(self, step: Step) -> WrittenAsk | None:
        return self._first_written(step, [ask for ask in self._options(step) if ask.form == "clause"])

    def _first_written(self, step: Step, options: list[Ask]) -> WrittenAsk | None:
        """Return the first of the asks, in an order by chance, that can be put into words."""
        for ask in self._in_order(step, options):
            before = self.speaker.antecedents.copy()
            try:
                return self._note(step, ask, self.render(ask, step))
            except PhraseError:
                self.speaker.antecedents = before
        return None

    def render(self, ask: Ask, step: Step) -> str:
        """Return the ask in words. Raises PhraseError."""
        return render_ask(ask, step, self.speaker)

    def _options(self, step: Step) -> list[Ask]:
        """Return the asks that fit the step, without those whose answer earlier steps tell where others are left."""
        if step.id not in self.options:
            spec = self.specs[step.tool]
            fitting = asks_of(step, spec)
            fitting = [ask for ask in fitting if can_be_told(ask, step, spec.output_schema or {})] or fitting
            earlier = list(takewhile(lambda other: other.id != step.id, self.request.steps))
            told = KnownValues(earlier, self.specs)
            self.options[step.id] = [ask for ask in fitting if told.has_news(ask, step, spec)] or fitting
        return list(self.options[step.id])

    def _in_order(self, step: Step, options: list[Ask]) -> list[Ask]:
        """Return the asks in a random order, mostly with those first that ask for what later steps use.

        So the later ones can say "that number" where a description of the number would be long.
        """
        self.rng.shuffle(options)
        if self.rng.random() > _LEADING_CHANCE:
            return options
        schema = self.specs[step.tool].output_schema or {}
        used = {
            pointer
            for user in self.request.steps
            for source in user.sources.values()
            if isinstance(source, StepSource) and source.step == step.id
            for pointer in (source.pointer, *_lists_above(source.pointer))
        }
        return sorted(options, key=lambda ask: -len(used & pointers_spoken_of(ask, schema)))

    def _note(self, step: Step, ask: Ask, text: str) -> WrittenAsk:
        starts_with_slot = not isinstance(parse(ask.template)[0], Text)
        asked = WrittenAsk(step, ask, ask.form, text, starts_with_slot)
        self.asked.append(asked)
        self.speaker.asked(step, pointers_spoken_of(ask, self.specs[step.tool].output_schema or {}))
        return asked

    def _plain(self, step: Step) -> WrittenAsk:
        try:
            form, text = plain_ask(step, self.specs[step.tool], self.speaker)
        except PhraseError:
            form, text = "clause", "the result"
        asked = WrittenAsk(step, None, form, text, False)
        if form == "request":
            asked.frame = self.rng.choice(self.frames["requests"])
        self.asked.append(asked)
        self.speaker.asked(step)
        return asked

    def _in_frame(self, clause: str, place: str) -> str:
        return str(self.rng.choice(self.frames["clauses"][place])).replace("{}", clause)

    def _with_lead(self, asked: WrittenAsk, place: str) -> str:
        if place == "open" or (place == "on" and self.rng.random() < 0.4):
            return self._marked(asked)
        leads = self.frames["leads"][asked.form][place]
        lead = self.rng.choice(leads)
        first = asked.text if asked.frame == "{}" else asked.frame
        if not asked.starts_with_slot and not first.startswith(("I ", "I'")) and not lead.endswith((".", "!")):
            first = first[0].lower() + first[1:]
        asked = replace(asked, text=first) if asked.frame == "{}" else replace(asked, frame=first)
        return f"{lead} {self._marked(asked)}"

    def _marked(self, asked: WrittenAsk) -> str:
        """Return the request in its frame, marked as asking for its step."""
        return asked.frame.replace("{}", self.speaker.marks.around(asked.text, asked.step.id))


def write_answers(
    asked: Sequence[WrittenAsk], speaker: Speaker, rng: random.Random, *, alone: bool | None = None
) -> str:
    """Return what answers the requests; `alone`: each sentence is about what nobody can mistake, by default of one."""
    alone = len(asked) == 1 if alone is None else alone
    answers = []
    for each in asked:
        with attributed_to(each.step.tool):
            answer = render_answer(each.ask, each.step, speaker, rng, alone=alone)
        if effective(speaker.specs[each.step.tool]).read_only is not True and each.ask is not None:
            answer = speaker.marks.around(answer, each.step.id, "deed")
        answers.append(answer)
        # What it has told is what "that point" means from here on.
        speaker.asked(each.step, each.ask.told if each.ask is not None else None)
    return join_sentences(answers)


def _lists_above(pointer: str) -> Iterator[str]:
    """Yield what an ask for the lists that the value stands in tells: "/cities/*" of "/cities/0/city"."""
    tokens = pointer.split("/")
    for place, token in enumerate(tokens):
        if token.isdecimal():
            starred = [*tokens[:place], "*"]
            yield "/".join(starred)
            yield "/".join([*starred, *tokens[place + 1 :]])


def join_sentences(sentences: list[str]) -> str:
    """Return the sentences as one text, each with a capital; one of several lines stands for itself."""
    text = ""
    for sentence in filter(None, sentences):
        lines = [line.rstrip() for line in sentence.splitlines() if line.strip()]
        lines = lines if len(lines) > 1 else [" ".join(line.split()) for line in lines]
        gap = "\n\n" if len(lines) > 1 or "\n" in text else " "
        first = _FIRST_LETTER.sub(lambda found: found[1] + found[2].upper(), lines[0], count=1)
        text += f"{gap if text else ''}{first}" + "".join(f"\n{line}" for line in lines[1:])
    return text
