"""Clarifications: the assistant asks for a value that a call needs, and the next message gives it.

Only what nobody could know may be asked for: an argument that the call cannot do without, that no default, context,
result or earlier message gives, by whatever words. The call is made when its value is there; it was wished for before,
or is with the answer. The question asks, and does not give the value away, unless it names other choices beside.

Words of it are marked for each value that is awaited, and for nothing else; a question mark stands behind them. They
name no other argument of the call instead, as names and titles of the schema have it. That words which name none ask
for this one only a reader sees. Older files have no such marks (`questions` is null): of them no more is proved.

A number of one or two digits is known where a query says it, unless there it gives an argument of another name.
"""

import re
from collections.abc import Callable, Iterator
from itertools import chain

from graph.marks import Question
from graph.record import Awaited, Finding, Step, Turn
from graph.spans import stands_whole
from nodes.marks.apply import FreeFigures
from nodes.marks.figures import Ahead, Figure, Month, Number, figures_of
from nodes.marks.find import find_all, words_like
from nodes.marks.moments import faces_of
from nodes.marks.quantities import says_number
from nodes.marks.says import Place
from nodes.marks.wording import titles_of
from nodes.proofs.dialogue_reading import (
    DialogueReading,
    cited_finding,
    executed_finding,
    faithful_finding,
    grounded_finding,
    is_said_in,
    stands_at,
)
from nodes.proofs.schemas import default_of, leaf_schema
from nodes.proofs.source_checks import Leaf, show_value
from nodes.references import is_distinct
from tool_registry.drawing.value_words import singular
from tool_registry.json.pointer import MISSING, equal, escape, leaf_name, scalars, tokens
from tool_registry.json.schema import closed_values

#: Shorter names of choices are words of any sentence.
_NAME_MIN = 3
#: Signs that end a question, in whatever script.
_QUESTION = "?\uff1f\u061f\u037e\u2e2e\u055e\u1367"


def check(dialogue: DialogueReading) -> Iterator[Finding]:
    """Yield what is asked for without need, not given, or not asked."""
    for index, turn in enumerate(dialogue.turns):
        if not turn.awaits:
            continue
        if not any(sign in turn.response for sign in _QUESTION):
            message = "a value is awaited, and the response holds no question"
            yield faithful_finding("not_a_question", message, f"/turns/{index}/response")
        yield from _marked(dialogue, index)
        for number, awaited in enumerate(turn.awaits):
            yield from _Waiting(dialogue, index, awaited, f"/turns/{index}/awaits/{number}").findings()


def _marked(dialogue: DialogueReading, index: int) -> Iterator[Finding]:
    """Yield what is wrong with the marks of the words that ask, where marks are stored."""
    turn, where = dialogue.turns[index], f"/turns/{index}"
    if turn.questions is None:
        return
    marked: set[tuple[str, str]] = set()
    for number, question in enumerate(turn.questions):
        place = f"{where}/questions/{number}"
        if not stands_at(question, turn.response):
            message = f"the mark {question.quote!r} is not what stands at {question.start}"
            yield cited_finding("bad_span", message, place)
            continue
        if not any(sign in turn.response[question.start :] for sign in _QUESTION):
            message = f"the words {question.quote!r} are marked as asking, and no question follows"
            yield cited_finding("not_asked_for", message, place)
        for awaited in question.awaits:
            marked.add((awaited.step, awaited.pointer))
            called = f"{awaited.step}{awaited.pointer}"
            if awaited not in turn.awaits:
                message = f"the words {question.quote!r} ask for {called}, which is not awaited"
                yield cited_finding("asks_for_another", message, place)
            elif other := _named_instead(dialogue, question, awaited):
                message = f"the words {question.quote!r} are marked as asking for {called}, and name {other!r}"
                yield cited_finding("asks_for_another", message, place)
    for awaited in turn.awaits:
        if (awaited.step, awaited.pointer) not in marked:
            step = dialogue.steps.get(awaited.step)
            called = f"{awaited.step}{awaited.pointer}" + (f" ({step.tool})" if step is not None else "")
            message = f"no words of the response are marked as asking for {called}"
            yield cited_finding("not_asked_for", message, f"{where}/response")


def _named_instead(dialogue: DialogueReading, question: Question, awaited: Awaited) -> str:
    """Return the name of another argument of the call that the words hold, where they hold nothing of this one's."""
    step = dialogue.steps.get(awaited.step)
    leaves = dialogue.leaves(step) if step is not None else {}
    if awaited.pointer not in leaves:
        return ""
    said = _content(question.quote)
    own = _schema_words(leaves[awaited.pointer].place, "title", "description") | _content(
        " ".join(tokens(awaited.pointer))
    )
    beside = {(each.step, each.pointer) for each in question.awaits}
    if said & own:
        return ""
    for pointer, leaf in leaves.items():
        if (awaited.step, pointer) not in beside and (_schema_words(leaf.place, "title") - own) & said:
            return leaf.place.name
    return ""


def _schema_words(place: Place, *members: str) -> set[str]:
    return _content(" ".join([place.name, *(str(place.schema.get(member, "")) for member in members)]))


def _content(text: str) -> set[str]:
    """Return the words of three letters and more, a plural as its singular."""
    return {
        singular(word) for word in re.findall(r"[^\W\d_]{3,}", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text).casefold())
    }


class _Waiting:
    """A turn that asks for an argument of a call."""

    def __init__(self, dialogue: DialogueReading, index: int, awaited: Awaited, where: str) -> None:
        self.dialogue, self.index, self.awaited, self.where = dialogue, index, awaited, where
        self.turn = dialogue.turns[index]

    def findings(self) -> Iterator[Finding]:
        """Yield what is wrong with asking for it."""
        name, pointer = self.awaited.step, self.awaited.pointer
        made = self.dialogue.made_in.get(name)
        if made != self.index + 1:
            when = "no turn" if made is None else f"turn {made}"
            message = f"{name} waits for a value that turn {self.index + 1} gives, but is made in {when}"
            yield executed_finding("awaited_elsewhere", message, self.where)
        if made is None:
            return
        step = self.dialogue.steps[name]
        leaf = self.dialogue.leaves(step).get(pointer)
        called = f"{pointer} of {name} {step.tool}"
        if leaf is None:
            yield grounded_finding("no_such_leaf", f"{called} is no leaf of its arguments", self.where)
            return
        if not is_said_in(step.sources.get(pointer), self.index + 1):
            message = f"{called} is asked for, but no words of turn {self.index + 1} are its source"
            yield grounded_finding("awaited_not_given", message, self.where)
        if not _is_required(leaf.parameters, pointer):
            yield grounded_finding(
                "awaited_optional", f"{called} is asked for, but the call can do without", self.where
            )
        if whence := self._known(leaf):
            message = f"{called} is asked for, but {whence} gives it"
            yield grounded_finding("awaited_known", message, self.where, because=show_value(leaf.value))
        if not self._is_wished(step):
            message = f"no words of turn {self.index} or {self.index + 1} ask for {name} or for what uses it"
            yield faithful_finding("awaited_not_asked", message, self.where)
        if self._is_given_away(leaf.place):
            message = f"the question for {called} says the value {show_value(leaf.value)} itself"
            yield grounded_finding("given_away", message, f"/turns/{self.index}/response")

    def _is_wished(self, step: Step) -> bool:
        asked = [turn.asks for turn in self.dialogue.turns[self.index : self.index + 2]]
        if None in asked:
            return True  # nothing is stored of it, which is a finding of its own
        names = {name for asks in asked for ask in asks or () for name in ask.steps}
        steps = (self.dialogue.steps[name] for name in names if name in self.dialogue.steps)
        return any(each.id == step.id or step.id in self.dialogue.rests_on(each) for each in steps)

    def _known(self, leaf: Leaf) -> str:
        """Return what gives the value before it is asked for, or ""."""
        if default_of(leaf.parameters, leaf.pointer) is not MISSING:
            return "a default of the schema"
        turns, place = self.dialogue.turns, leaf.place
        for index, turn in enumerate(turns[: self.index + 1]):
            if self._says(turn.query, place, self._gives_another(index, place.name)):
                return f"the query of turn {index}"
            # A response tells small numbers of many things.
            if index < self.index and self._says(turn.response, place, lambda _: True):
                return f"the response of turn {index}"
        for pointer, value in scalars(self.dialogue.record.context.model_dump(mode="python")):
            is_named = tokens(pointer)[-1:] == [place.name]
            if equal(value, leaf.value) and (is_named or isinstance(value, str)):
                return "the context"
        for step in chain(self.dialogue.steps_before(self.index), self.turn.steps):
            for document in (step.arguments, step.result):
                for pointer, value in scalars(document):
                    is_same = is_distinct(value) or leaf_name(pointer) == place.name
                    if is_same and equal(value, leaf.value):
                        return f"{step.id}"
        return ""

    def _says(self, text: str, place: Place, is_another: Callable[[Figure], bool]) -> bool:
        """Say whether some words say the value; `is_another` tells the small numbers that say something else."""
        setting = self.dialogue.setting
        if isinstance(place.value, bool) or not isinstance(place.value, int | float | str):
            return False
        if isinstance(place.value, str):
            found = (text[start:end] for start, end in find_all(text, place, setting))
            return any(
                not (_is_small_word(words, place.value) or _is_year(words, place.value, setting.locale))
                for words in found
            )
        return any(
            says_number(figure, place.value, place.name, setting.locale)
            and not _is_word(figure)
            and not (figure.small and is_another(figure))
            for figure in figures_of(text, setting.locale)
        )

    def _gives_another(self, turn: int, name: str) -> Callable[[Figure], bool]:
        """Return a function that says whether a figure of that query gives arguments of other names alone."""
        sources = [(other, each) for other, _, each in self.dialogue.user_sources() if each.turn == turn]

        def gives(figure: Figure) -> bool:
            names = [other for other, each in sources if each.start <= figure.start and figure.end <= each.end]
            return bool(names) and name not in names

        return gives

    def _is_given_away(self, place: Place) -> bool:
        setting, words = self.dialogue.setting, _without_tells(self.turn)
        heard = FreeFigures([turn.query for turn in self.dialogue.turns[: self.index + 1]], setting)
        if not self._says(words, place, lambda figure: heard.has(figure, words)):
            return False
        others = (value for value in closed_values(place.schema) if not equal(value, place.value))
        return not any(self._is_named(words, value, place) for value in others)

    def _is_named(self, words: str, value: object, place: Place) -> bool:
        """Say whether the words name a choice of the schema, by its title or itself."""
        if isinstance(value, int | float) and not isinstance(value, bool) and not titles_of(place.schema, value):
            locale = self.dialogue.setting.locale
            return any(says_number(figure, value, place.name, locale) for figure in figures_of(words, locale))
        called = titles_of(place.schema, value) or [str(value)]
        return any(any(words_like(words, name)) for name in called if len(name) >= _NAME_MIN)


def _is_small_word(words: str, value: str) -> bool:
    """Say whether the words are no code: "at", where the value is the country AT."""
    is_code = value.isupper() and len(value) < _NAME_MIN + 1
    return is_code and words.casefold() == value.casefold() and words != value


def _is_year(words: str, value: str, locale: str) -> bool:
    """Say whether the words are a number or a month, such as the year, of a date that has more."""
    read = [each.readings[0] for each in figures_of(words, locale)]
    return (
        faces_of(value, (), None).is_calendar and bool(read) and all(isinstance(each, Number | Month) for each in read)
    )


def _is_word(figure: Figure) -> bool:
    """Say whether the figure is a "one", a "first" or "the last day" in running prose."""
    read = figure.readings[0]
    is_next = isinstance(read, Ahead) and abs(read.days) + abs(read.months) == 1
    return figure.soft and (is_next or (isinstance(read, Number) and (read.ordinal or read.value == 1)))


def _without_tells(turn: Turn) -> str:
    """Return the response with what it tells of results blanked."""
    text = turn.response
    for tell in turn.tells or ():
        if stands_whole(text, tell.start, tell.end) and not any(sign in tell.quote for sign in _QUESTION):
            text = text[: tell.start] + " " * (tell.end - tell.start) + text[tell.end :]
    return text


def _is_required(parameters: dict[str, object], pointer: str) -> bool:
    """Say whether the arguments cannot do without the leaf: each object on the way wants the next one."""
    where = ""
    for token in tokens(pointer):
        schema = leaf_schema(parameters, where)
        named = schema.get("properties")
        if isinstance(named, dict) and token in named:
            required = schema.get("required")
            if not isinstance(required, list) or token not in required:
                return False
        elif not token.isdecimal():
            return False
        where = f"{where}/{escape(token)}"
    return True
