"""A turn of a dialogue in words, by its kind: the person's message, and what the assistant answers."""

import re
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from graph.record import RefusedCall, Step
from nodes.dialogues.plan import PlannedTurn
from nodes.policies.base import SynthesizeRequest
from nodes.policies.offline.asks import Ask
from nodes.policies.offline.writing.awkwardness import awkwardness_of
from nodes.policies.offline.writing.conversation import Conversation
from nodes.policies.offline.writing.correcting import answer_correction, correct
from nodes.policies.offline.writing.dialogue_speech import DialogueSpeaker
from nodes.policies.offline.writing.message import FRAMES, MessageWriter, join_sentences, write_answers
from nodes.policies.offline.writing.repeating import ask_the_same
from nodes.policies.offline.writing.sentences import render_ask
from nodes.policies.offline.writing.withholding import ask_back, give, leave_out, withheld_leaves

FORMS: dict[str, Any] = tomllib.loads(Path(__file__).with_name("turns.toml").read_text("utf-8"))
_FRAMES = {
    **FRAMES,
    "farewells": [],
    "clauses": {**FRAMES["clauses"], "turn": FORMS["clauses"], "declined": FORMS["declined"]},
    "leads": {
        form: {**FRAMES["leads"][form], "turn": FORMS["leads"][form], "declined": FORMS["leads"]["declined"][form]}
        for form in ("question", "request")
    },
}
_SHORTEST_TEXT, _SMALLEST_NUMBER = 3, 10


class TurnWriter(MessageWriter):
    """A message among others: it may leave out a value that is asked for then."""

    speaker: DialogueSpeaker

    def __init__(
        self, talk: Conversation, request: SynthesizeRequest, steps: Sequence[Step], *, cautious: bool
    ) -> None:
        super().__init__(
            request,
            talk.rng,
            talk.options,
            cautious=cautious,
            speaker=talk.speaker,
            answering=talk.answering,
            steps=steps,
            frames=_FRAMES,
        )
        self.talk = talk

    def goes_on(self, steps: Iterable[str]) -> bool:
        """Say whether any of the steps takes what was told or said in an earlier turn."""
        return _goes_on(self.talk, [self.steps[name] for name in steps])

    def first_run(self) -> list[str]:
        """Return the steps that the message begins with."""
        return next(iter(self._runs()), [])

    def _runs(self) -> list[list[str]]:
        """Return the chains, those first that go on from what was told, where no effect asks for an order."""
        runs = super()._runs()
        return runs if any(step.after for step in self.own) else sorted(runs, key=lambda run: not self.goes_on(run))

    def render(self, ask: Ask, step: Step) -> str:
        """Return the ask in words, perhaps without the words for what is left open."""
        shorter = leave_out(ask, step, self.speaker, self.rng)
        return render_ask(*shorter, self.speaker) if shorter is not None else render_ask(ask, step, self.speaker)


def write_turn(talk: Conversation, number: int, *, cautious: bool) -> None:
    """Write the next turn, which is that of the plan with this number."""
    turn = talk.request.plan.turns[number]
    known = len(talk.answering.marks)
    match turn.kind:
        case "chat":
            is_last = number == len(talk.request.plan.turns) - 1
            place = "declined" if _is_declined(talk, number) else "last" if is_last else "between"
            query = talk.rng.choice(FORMS["chats"][place])
            talk.end_turn(query, talk.rng.choice(FORMS["chats"][f"{place}_answers"]), [], known)
        case "refusal":
            if turn.refuses is None:
                raise ValueError("a refusal names the call that is refused")
            query = _wish(talk, number, turn.refuses, cautious=cautious)
            talk.end_turn(query, _decline(talk, turn, turn.refuses), [], known)
        case "correction":
            query = correct(talk, turn, FORMS["corrections"])
            response, answered = answer_correction(talk, turn, FORMS["corrections"])
            talk.end_turn(query, response, answered, known)
        case "clarification":
            query = give(talk, number, FORMS["answers"])
            if turn.awaits:
                more = _ask(talk, number, _steps(talk, number)[len(turn.steps) :], cautious=cautious)
                query = join_sentences([query, more])
            _answer(talk, number, query, known)
        case "request" | "follow_up":
            _answer(talk, number, _ask(talk, number, _steps(talk, number), cautious=cautious), known)


def recall_turn(talk: Conversation, number: int) -> None:
    """Take in a turn that is written already: what it found can be gone back to."""
    for name in talk.request.plan.turns[number].steps:
        talk.speaker.asked(talk.steps[name])


def _steps(talk: Conversation, number: int) -> list[Step]:
    """Return the steps that the turn's message asks for: where it is asked back, those of the next turn too."""
    turns = talk.request.plan.turns
    turn = turns[number]
    return [talk.steps[name] for name in [*turn.steps, *(turns[number + 1].steps if turn.awaits else ())]]


def _ask(talk: Conversation, number: int, steps: list[Step], *, cautious: bool) -> str:
    turn = talk.request.plan.turns[number]
    talk.speaker.withheld = withheld_leaves(talk, turn, steps) if turn.awaits else set()
    if number and len(steps) == 1 and not turn.awaits:
        same = ask_the_same(talk, steps[0], FORMS["same"])
        if same is not None:
            return same
    return _write_query(talk, number, talk.request, steps, cautious=cautious)


def _write_query(
    talk: Conversation, number: int, request: SynthesizeRequest, steps: list[Step], *, cautious: bool
) -> str:
    writer = TurnWriter(talk, request, steps, cautious=cautious)
    place = "turn" if writer.goes_on(writer.first_run()) else "new"
    writer.query = writer.write_query("open" if not number else "declined" if _is_declined(talk, number) else place)
    talk.awkwardness += awkwardness_of(writer)
    talk.asks |= {asked.step.id: asked for asked in writer.asked}
    return writer.query


def _is_declined(talk: Conversation, number: int) -> bool:
    return number > 0 and talk.request.plan.turns[number - 1].kind == "refusal"


def _answer(talk: Conversation, number: int, query: str, known: int) -> None:
    turn = talk.request.plan.turns[number]
    answered = [asked for asked in talk.asks.values() if asked.step.id in turn.steps]
    talk.answering.rng = talk.rng
    response = write_answers(answered, talk.answering, talk.rng) if answered else ""
    if turn.awaits:
        response = join_sentences([response, ask_back(talk, turn, FORMS["questions"])])
    talk.end_turn(query, response, answered, known)


def _goes_on(talk: Conversation, steps: Iterable[Step]) -> bool:
    earlier = {name for turn in talk.request.plan.turns[: talk.number] for name in turn.steps}
    values = [value for name in earlier for value in talk.steps[name].arguments.values() if _is_telling(value)]
    return any(
        earlier & {*step.uses(), *step.after} or any(value in values for value in step.arguments.values())
        for step in steps
    )


def _is_telling(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) >= _SHORTEST_TEXT
    return isinstance(value, float) or (isinstance(value, int) and abs(value) >= _SMALLEST_NUMBER)


def _wish(talk: Conversation, number: int, refused: RefusedCall, *, cautious: bool) -> str:
    """Return the message that asks for a call that is never made."""
    step = talk.steps[refused.id]
    steps = [*(talk.steps[name] for name in talk.request.plan.turns[number].steps), step]
    talk.speaker.withheld = set()
    more = {"chains": [*talk.request.chains, [step.id]], "steps": [*talk.request.steps, step]}
    query = _write_query(talk, number, talk.request.model_copy(update=more), steps, cautious=cautious)
    del talk.asks[step.id]
    talk.speaker.forget(step.id)
    return query


def _marked_as_declining(talk: Conversation, form: str, refused: RefusedCall) -> str:
    """Return the form with what it has between brackets marked as declining the call."""
    before, words, behind = re.split(r"[\[\]]", form)
    return before + talk.answering.marks.around(words, refused.id, "speech") + behind


def _decline(talk: Conversation, turn: PlannedTurn, refused: RefusedCall) -> str:
    """Return the answer to a wish that nobody fulfils, and why."""
    rules = talk.request.policy
    answered = [talk.asks[name] for name in turn.steps if name in talk.asks]
    told = write_answers(answered, talk.answering, talk.rng) if answered else ""
    if refused.rule is not None and rules is not None:
        form = _marked_as_declining(talk, talk.rng.choice(FORMS["refusals"]["rule"]), refused)
        words = form.replace("{number}", str(refused.rule + 1)).replace("{rule}", rules.rules[refused.rule].text)
    else:
        category = talk.request.tools[refused.tool].category
        form = _marked_as_declining(talk, talk.rng.choice(FORMS["refusals"]["tool"]), refused)
        words = form.replace("{category}", category)
    return join_sentences([told, words])
