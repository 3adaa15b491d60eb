"""Thoughts: why a call is made, told by what is known just before it is made.

Known are the messages up to the turn's query, the setting and the rules, the results of earlier turns and of the calls
that this one needs, and what the person said for calls of the turn. A thought tells no figure, date or time that none
of these has, no name that none of them has, and no text that only a result has that is still to come: such findings are
of promise 6, cited. A thought needs no marks. Where a turn has thoughts at all, each of its calls has one.

Not proved is that the thought is a reason, nor that a word in small letters or a yes-or-no is not guessed ahead.
"""

from collections.abc import Iterator, Mapping, Sequence

from graph.record import Finding, PolicyRules, Record, RecordContext, Step, Turn
from graph.sources import UserSource
from nodes.marks.apply import FreeFigures, infer_tells, is_told, with_tells_around
from nodes.marks.figures import figures_of
from nodes.marks.infer import Values, setting_of
from nodes.marks.says import is_harmless
from nodes.proofs.executed import steps_needed
from nodes.proofs.schemas import specs_of
from nodes.screens.kinds import Dialogue
from nodes.screens.names import possible_names, untraced_names
from tool_registry.json.pointer import resolve, scalars
from tool_registry.spec import ToolSpec

#: Characters of a thought: longer ones are no thought before a call.
MAX_CHARACTERS = 1200
#: Shorter texts of results are everyday words.
_TEXT_MIN, _TEXT_MAX = 4, 120


def check(record: Record) -> list[Finding]:
    """Return what is wrong with the record's thoughts; nothing where it has none."""
    if all(turn.thoughts is None for turn in record.turns):
        return []
    specs = specs_of(record)
    return [
        finding
        for index, turn in enumerate(record.turns)
        if turn.thoughts is not None
        for finding in _check_turn(record, index, turn, specs)
    ]


def _check_turn(record: Record, index: int, turn: Turn, specs: Mapping[str, ToolSpec]) -> Iterator[Finding]:
    where = f"/turns/{index}/thoughts"
    thoughts = turn.thoughts or {}
    steps = {step.id: step for step in turn.steps}
    for name in thoughts.keys() - steps.keys():
        yield Finding.of(
            "cited", "thought_of_nothing", f"a thought is of {name!r}, which is no call of the turn", where
        )
    for step in turn.steps:
        text = thoughts.get(step.id, "")
        if not text.strip():
            yield Finding.of("cited", "no_thought", f"{step.id} {step.tool} has no thought", f"{where}/{step.id}")
        elif len(text) > MAX_CHARACTERS:
            message = f"the thought before {step.id} has {len(text)} characters; {MAX_CHARACTERS} at most"
            yield Finding.of("cited", "long_thought", message, f"{where}/{step.id}")
        else:
            known = Known(record.turns, index, step, record.context, specs, record.policy)
            for word in known.told_ahead(text):
                message = f"the thought before {step.id} says {word!r}, which is not known before {step.id} is made"
                yield Finding.of("cited", "told_ahead", message, f"{where}/{step.id}")


class Known:
    """What is known before the `step` of turn `index` is made."""

    def __init__(
        self,
        turns: Sequence[Turn],
        index: int,
        step: Step,
        context: RecordContext,
        specs: Mapping[str, ToolSpec],
        policy: PolicyRules | None = None,
    ) -> None:
        self.context, self.specs, self.policy = context, specs, policy
        self.setting = setting_of(context)
        here = {each.id: each for each in turns[index].steps}
        needed = _needed(step, here)
        self.earlier = turns[:index]
        self.query = turns[index].query
        made = [*(each for turn in self.earlier for each in turn.steps), *(here[name] for name in needed)]
        waiting = [each for each in here.values() if each.id not in needed]
        self.steps = [*made, *(_as_given(each, whole=each.id == step.id) for each in waiting)]
        self.ahead = [each for turn in turns[index:] for each in turn.steps if each.id not in needed]

    def told_ahead(self, text: str) -> list[str]:
        """Return the words of a thought that tell what is not known yet, each once."""
        found = list(dict.fromkeys([*self._figures(text), *self._names(text), *self._texts(text)]))
        return [word for word in found if not any(word != other and word in other for other in found)]

    def _figures(self, text: str) -> Iterator[str]:
        figures = [each for each in figures_of(text, self.setting.locale) if not each.soft]
        if not figures:
            return  # nothing has to be read for a thought in words
        values = Values(self.context, self.setting)
        for step in self.steps:
            values.learn_step(step)
        rules = [] if self.policy is None else [self.policy.text, *(rule.text for rule in self.policy.rules)]
        messages = [*(each for turn in self.earlier for each in (turn.query, turn.response)), self.query]
        said = [word for spec in self.specs.values() for word in (spec.name, spec.description)]
        free = FreeFigures([*messages, *rules, *said], self.setting)
        tells = infer_tells(text, [], values, self.setting, free=free)
        for figure, touching in with_tells_around(figures, tells):
            if is_harmless(figure, text) or free.has(figure, text):
                continue
            if not is_told(figure, text, touching, self.setting):
                yield text[figure.start : figure.end]

    def _names(self, text: str) -> Iterator[str]:
        if not any(possible_names(text, self.context.writing_locale)):
            return  # what is known need not be read
        spoken = Turn(query=self.query, steps=self.steps, chains=[], response=text)
        # As the screen knows the last response alone, all are read as one with this turn's message.
        said = [text for turn in self.earlier for text in (turn.query, turn.response)]
        spoken = spoken.model_copy(update={"query": "\n".join([*said, self.query])})
        yield from (
            name for _, name in untraced_names(Dialogue([spoken], self.context, self.specs, policy=self.policy))
        )

    def _texts(self, text: str) -> Iterator[str]:
        """Yield texts of results to come that stand in the thought and in nothing that is known."""
        candidates = dict.fromkeys(
            value
            for step in self.ahead
            for _, value in scalars(step.result)
            if isinstance(value, str) and _TEXT_MIN <= len(value) <= _TEXT_MAX and value.casefold() in text.casefold()
        )
        if not candidates:
            return
        documents = [document for step in self.steps for document in (step.arguments, step.result)]
        spoken = [*(each for turn in self.earlier for each in (turn.query, turn.response)), self.query]
        specs = [[spec.name, spec.description, spec.parameters] for spec in self.specs.values()]
        known = " · ".join(
            str(word)
            for document in [*documents, spoken, specs, self.context.model_dump(mode="json")]
            for pointer, value in scalars(document)
            for word in (pointer, value)
        ).casefold()
        yield from (value for value in candidates if value.casefold() not in known)


def _needed(step: Step, here: Mapping[str, Step]) -> list[str]:
    """Return the steps of the turn that the step needs, directly or by others, in their order."""
    needed: set[str] = set()
    waiting = [step]
    while waiting:
        for name in steps_needed(waiting.pop()) & here.keys() - needed:
            needed.add(name)
            waiting.append(here[name])
    return [name for name in here if name in needed]


def _as_given(step: Step, *, whole: bool) -> Step:
    """Return the step before it is made: its arguments, of another one those that the person said."""
    said = [pointer for pointer, source in step.sources.items() if isinstance(source, UserSource)]
    arguments = step.arguments if whole else {pointer: resolve(step.arguments, pointer) for pointer in said}
    return Step(id=step.id, tool=step.tool, arguments=arguments, result=None)
