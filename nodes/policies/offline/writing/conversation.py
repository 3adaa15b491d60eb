"""What has been written of a dialogue so far."""

import random
from dataclasses import dataclass, field

from graph.record import Step
from nodes.marks.parse import Marked, render
from nodes.policies.base import Draft, DraftTurn, SynthesizeRequest
from nodes.policies.offline.asks import Ask
from nodes.policies.offline.writing.dialogue_speech import DialogueSpeaker
from nodes.policies.offline.writing.marking import Marks
from nodes.policies.offline.writing.message import WrittenAsk


@dataclass
class Conversation:
    """The turns from `first` on, with the signs of marks in their words, and what can be gone back to.

    `asks` are the requests so far by step, `last` those that the last turn with a call answered. `answering` tells.
    """

    request: SynthesizeRequest
    rng: random.Random
    options: dict[str, list[Ask]]
    speaker: DialogueSpeaker
    answering: DialogueSpeaker
    first: int = 0
    queries: list[str] = field(default_factory=list)
    responses: list[str] = field(default_factory=list)
    asks: dict[str, WrittenAsk] = field(default_factory=dict)
    last: list[WrittenAsk] = field(default_factory=list)
    #: How hard the messages of the last turns are to read.
    awkwardness: float = 0.0

    @classmethod
    def begin(cls, request: SynthesizeRequest) -> "Conversation":
        """Return a conversation of which nothing is written but what the request has."""
        rng = random.Random(request.seed)
        steps = {step.id: step for step in request.steps}
        for turn in request.plan.turns:
            if (refused := turn.refuses) is not None:
                steps[refused.id] = Step(
                    id=refused.id, tool=refused.tool, arguments=refused.arguments, sources=refused.sources, result=None
                )
        speaker = DialogueSpeaker(steps, request.tools, rng)
        answering = DialogueSpeaker(steps, request.tools, rng, knows_results=True)
        return cls(request, rng, {}, speaker, answering, request.first)

    def fork(self, rng: random.Random) -> "Conversation":
        """Return a copy that may be thrown away."""
        return Conversation(
            self.request,
            rng,
            self.options,
            self.speaker.fork(rng),
            self.answering.fork(rng),
            self.first,
            list(self.queries),
            list(self.responses),
            dict(self.asks),
            self.last,
        )

    @property
    def number(self) -> int:
        """The number of the turn that is to be written, as the plan counts."""
        return self.first + len(self.queries)

    @property
    def steps(self) -> dict[str, Step]:
        """The steps by id, refused calls among them."""
        return self.speaker.steps

    def end_turn(self, query: str, response: str, answered: list[WrittenAsk], known: int) -> None:
        """Add a turn; `known` is how many marks there were before its response."""
        self.queries.append(query)
        self.responses.append(response)
        self.speaker.end_message(goes_on=not answered)
        self.speaker.hear(self.answering.marks.told_since(known))
        if answered:
            self.last = answered

    def draft(self) -> Draft:
        """Return what is written, marked."""
        locale = self.request.context.locale

        def rendered(marks: Marks, texts: list[str]) -> list[str]:
            found: list[Marked] = marks.all_marked(texts, locale)
            return [render(each) for each in found]

        queries = rendered(self.speaker.marks, self.queries)
        responses = rendered(self.answering.marks, self.responses)
        turns = [DraftTurn(query=query, response=answer) for query, answer in zip(queries, responses, strict=True)]
        return Draft(turns=turns)
