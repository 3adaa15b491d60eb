"""Promise 6, cited: each figure, date and time that a response tells lies in a mark, and the mark holds.

A mark holds when each value that it names is said by its words, and each figure of its words by one of the values
(`nodes/marks/says.py` decides both). A figure needs no mark where it stands, with a word beside it, in the
queries so far or in the description of a tool that the turn calls. Each step whose result no other step uses is *told*:
a tell names something of its result, or, of a step that changes something, the deed. And it is *asked* for: words of a
query are marked for it, for several steps only of one tool. A read that is neither is needed by nobody, and leaves the
chain.

Written marks are proved here. What the program inferred exists in the record, no more: where that is wrong the finding
is of promise 8, faithful, and so is what is wrong with asking, for nothing decides whether the words do ask. Not proved
is that the sentence says the right thing of the value, nor what a paraphrase means.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from graph.marks import Ask, GivenSource, Tell
from graph.record import Finding, PolicyRules, Promise, Record, RecordContext, Step, Turn
from graph.sources import StepSource
from nodes.marks.apply import is_told, with_tells_around
from nodes.marks.figures import Figure, figures_of
from nodes.marks.find import said_anywhere
from nodes.marks.infer import setting_of
from nodes.marks.moments import faces_of
from nodes.marks.parse import parse
from nodes.marks.places import is_verbatim, places_of
from nodes.marks.readings import Number
from nodes.marks.says import Holding, Place, hold, is_harmless, says
from nodes.marks.turns import TurnRead, read_turns
from nodes.marks.wording import codes_in, fold_words, opens_sentence
from nodes.proofs.corrections import calls_made_again
from nodes.proofs.dialogue_reading import stands_at
from nodes.proofs.source_checks import show_value
from tool_registry.json.pointer import scalars
from tool_registry.permissions import effective
from tool_registry.spec import ToolSpec

Specs = Mapping[str, ToolSpec]


def check(
    turns: Sequence[Turn], context: RecordContext, specs: Specs, policy: PolicyRules | None = None
) -> list[Finding]:
    """Return marks that do not hold, figures without a mark, and results that no words tell."""
    findings: list[Finding] = []
    for index, read in enumerate(read_turns(turns, context, specs, policy)):
        response = _Response(read, f"/turns/{index}", specs, context)
        findings += [*response.marks(), *response.links(), *response.figures(), *response.untold(_used(turns, index))]
    return findings


def check_with_asks(
    turns: Sequence[Turn], context: RecordContext, specs: Specs, policy: PolicyRules | None = None
) -> list[Finding]:
    """Return the same, and what nobody asks for; a read that is neither asked for nor told is only `unneeded_step`."""
    told = check(turns, context, specs, policy)
    untold = {finding.where for finding in told if finding.code == "untold"}
    asked = list(_find_unasked(turns, specs, untold))
    unneeded = {f"{finding.where}/result" for finding in asked if finding.code == "unneeded_step"}
    return [*(finding for finding in told if finding.where not in unneeded), *asked]


def check_stored(record: Record) -> Iterator[Finding]:
    """Yield the turns of a record of version 2 of which no marks are stored: what would be proved of them is unproved.

    Version 1 has no marks, and foreign data is read as of version 1.
    """
    if record.schema_version == 1:
        return
    for index, turn in enumerate(record.turns):
        if turn.response and turn.tells is None:
            message = "no marks are stored of the response: tells is null, which it is in version 1 alone"
            yield Finding.of("cited", "no_marks", message, f"/turns/{index}/tells")
        if (turn.steps or turn.refuses) and turn.asks is None:
            message = "no marks are stored of the query: asks is null, which it is in version 1 alone"
            yield Finding.of("faithful", "no_marks", message, f"/turns/{index}/asks")


def _used(turns: Sequence[Turn], index: int) -> set[str]:
    """Return the steps that need not be told in a turn: those that another step of it uses, or its refused call.

    Where the assistant asks back, what it looked up for the next turn's calls is not told yet. Other people's data may
    find in one turn what only a later one needs.
    """
    turn = turns[index]
    if turn.tells is None:
        return {target for each in turns for step in each.steps for target in step.uses()}
    steps = [*turn.steps, *(turns[index + 1].steps if turn.awaits and index + 1 < len(turns) else ())]
    used = {target for step in steps for target in step.uses()}
    sources = turn.refuses.sources.values() if turn.refuses is not None else ()
    return used.union(target for source in sources for target in source.steps())


class _Response:
    """A turn's response, read against what is known by then."""

    def __init__(self, read: TurnRead, where: str, specs: Specs, context: RecordContext) -> None:
        self.read, self.where, self.specs, self.context = read, where, specs, context
        self.text = read.turn.response
        self.setting = setting_of(context)
        self.all_figures = {(each.start, each.end): each for each in figures_of(self.text, self.setting.locale)}
        self.inferred = {(tell.start, tell.end) for tell in read.turn.tells or () if tell.inferred}

    @property
    def _promise(self) -> Promise:
        return "faithful" if self.read.turn.tells is None else "cited"

    def marks(self) -> Iterator[Finding]:
        """Yield the tells that do not hold."""
        for index, tell in enumerate(self.read.turn.tells or ()):
            where = f"{self.where}/tells/{index}"
            if not stands_at(tell, self.text):
                yield Finding.of("cited", "bad_span", _moved_message(tell), where)
            elif problem := self._not_found(tell, where) if tell.inferred else self._not_said(tell, where):
                yield problem

    def _not_found(self, tell: Tell, where: str) -> Finding | None:
        figure = self.all_figures.get((tell.start, tell.end))
        either = [source for source in (tell.source, *tell.either) if source is not None]
        if figure is not None and any(self.read.values.has(figure, self.text, source) for source in either):
            return None
        message = f"the response says {tell.quote!r}, which does not stand where it was found"
        return Finding.of("faithful", "not_said", message, where)

    def _not_said(self, tell: Tell, where: str) -> Finding | None:
        step = self.read.steps.get(tell.did or "")
        if tell.source is None and tell.did is None:
            return Finding.of("cited", "no_source", f"the mark {tell.quote!r} names nothing", where)
        if step is not None and not self._is_deed(step.id):
            message = f"the response marks {tell.quote!r} as done by {step.id} {step.tool}, which only reads"
            return Finding.of("cited", "no_deed", message, where)
        if is_verbatim(tell, self.read.steps, self.setting.locale):
            return None
        try:
            places = self._places(tell)
        except LookupError as error:
            return Finding.of("cited", "dangling", f"the mark {tell.quote!r}: {error.args[0]}", where)
        texts = [place.value for place in places if isinstance(place.value, str)]
        is_calendar = any(faces_of(text, (), None).is_calendar for text in texts)

        def is_free(figure: Figure) -> bool:
            if is_calendar and not isinstance(figure.readings[0], Number):
                return False  # beside a date that is told another one that the query has would be a lie all the same
            start, end = tell.start + figure.start, tell.start + figure.end
            moved = Figure(start, end, figure.readings, figure.soft)
            is_known = (start, end) in self.inferred or self.read.free.has(moved, self.text)
            return is_known or (figure.soft and self._is_of_call(tell, figure))

        opening = tell.source is None or opens_sentence(self.text, tell.start)
        holding = hold(tell.quote, places, self.setting, opening=opening, is_free=is_free)
        if holding.problem and (year := self._year_beside(tell, texts)):
            dated = hold(f"{tell.quote} {year}", places, self.setting, opening=opening, is_free=is_free)
            holding = holding if dated.problem else dated
        if tell.source is None and not holding.problem and (code := self._other_code(tell)):
            holding = Holding(code)
        if not holding.problem and (tell.paraphrase or tell.source is None or not holding.paraphrase):
            return None
        names = ", ".join(f"{each.step}{each.pointer}" for each in tell.sources() if isinstance(each, StepSource))
        names = names or tell.did or "what was given"
        message = f"the words {tell.quote!r} do not say what {names} holds"
        if holding.problem:
            marked = f"the response marks {tell.quote!r} with {names}"
            message = f"{marked}, but {holding.problem!r} is not what stands there"
        has = ", ".join(f"{place.name or 'it'} is {show_value(place.value)}" for place in places[:3])
        return Finding.of("cited", "not_said", message, where, because=has)

    def _year_beside(self, tell: Tell, texts: Sequence[str]) -> str:
        """Return the year of the date that is told, where the sentence says it before the mark or its call took it."""
        if len(texts) != 1 or not faces_of(texts[0], (), None).is_calendar:
            return ""
        year = texts[0][:4]
        start = max((self.text.rfind(sign, 0, tell.start) for sign in ".?!\n"), default=-1) + 1
        beside = self.text[start : tell.start]
        steps = [self.read.steps[name] for each in tell.sources() for name in each.steps() if name in self.read.steps]
        took = any(str(value) == year for step in steps for _, value in scalars(step.arguments))
        return year if year.isdecimal() and (took or re.search(rf"(?<!\d){year}(?!\d)", beside)) else ""

    def _is_of_call(self, tell: Tell, figure: Figure) -> bool:
        """Say whether an argument of a call that is told says the day: "four Fridays" of how many there are."""
        if isinstance(figure.readings[0], Number):
            return False
        words = tell.quote[figure.start : figure.end]
        steps = [self.read.steps[name] for each in tell.sources() for name in each.steps() if name in self.read.steps]
        given = [Place(value) for step in steps for _, value in scalars(step.arguments) if isinstance(value, str)]
        return any(says(words, place, self.setting).figures for place in given)

    def _other_code(self, tell: Tell) -> str:
        """Return a code in the words of a deed, such as T-1001, that its step neither got nor gave; "" without one."""
        step = self.read.steps[tell.did or ""]
        text = fold_words(json.dumps([step.arguments, step.result], ensure_ascii=False))
        codes = (word.strip(".,;:!?()'\"") for word in codes_in(tell.quote))
        named = (code for code in codes if re.search(r"[A-Z]", code) and re.search(r"\d", code))
        return next((code for code in named if fold_words(code).strip() not in text), "")

    def _places(self, tell: Tell) -> list[Place]:
        """Return what the tell names: of a deed alone, all that its step got and gave. Raises LookupError."""
        if tell.did is not None and tell.did not in self.read.steps:
            raise LookupError(f"there is no step {tell.did!r} so far")
        if tell.source is None and tell.did is not None:
            step = self.read.steps[tell.did]
            return [Place({"arguments": step.arguments, "result": step.result})]
        found: list[Place] = []
        for source in tell.sources():
            steps = self.read.given_by if isinstance(source, GivenSource) else self.read.steps
            found += places_of(source, steps, self.specs, self.context)
        return found

    def links(self) -> Iterator[Finding]:
        """Yield marks that were left in the words, and are no text of what the assistant was given."""
        if "](" not in self.text:
            return
        links: list[str] = []

        def keep(link: str) -> bool:
            links.append(link)
            return True

        parse(self.text, keep)
        steps = self.read.steps.values()
        given = [self.context.model_dump(mode="json"), *(step.arguments for step in steps), *(s.result for s in steps)]
        for link in links:
            if not any(link in str(value) for document in given for _, value in scalars(document)):
                message = f"the response holds the mark {link!r} in its words"
                yield Finding.of("cited", "mark_in_words", message, f"{self.where}/response")

    def figures(self) -> Iterator[Finding]:
        """Yield figures that lie in no tell: findings of this promise where marks were stored, else of promise 8."""
        stored = self.read.turn.tells is not None
        last: Figure | None = None
        for figure, touching in with_tells_around(self.all_figures.values(), self.read.tells):
            is_marked = is_told(figure, self.text, touching, self.setting)
            if figure.soft or (stored and is_marked):
                continue
            if is_harmless(figure, self.text) or self.read.free.has(figure, self.text) or self._is_choice(figure):
                continue
            if not is_marked or (not stored and last is not None and self._is_repeated(last, figure)):
                words = self.text[max(0, figure.start - 24) : figure.end + 16].strip()
                spoken = self.text[figure.start : figure.end]
                message = f"the response says {spoken!r} (… {words} …), which no result gives"
                code = "no_mark" if stored else "untraced_figure"
                yield Finding.of(self._promise, code, message, f"{self.where}/response")
            last = figure

    def _is_choice(self, figure: Figure) -> bool:
        """Say whether the figure is of a choice that a question back lists, as the schema has it."""
        words = self.text[figure.start : figure.end]
        return any(says(words, place, self.setting).figures for place in self.read.choices)

    def _is_repeated(self, one: Figure, other: Figure) -> bool:
        """Say whether a figure stands twice with a word or sign between: a range from one to the same."""
        between = self.text[one.end : other.start]
        is_joined = len(between.split()) < 2 and not set(between) & set(".,;:!?\n")
        return one.readings == other.readings and not one.small and is_joined

    def untold(self, used: set[str]) -> Iterator[Finding]:
        """Yield the turn's results that no other step uses and no words tell."""
        stored = self.read.turn.tells is not None
        # A mark tells the places that it names, not those that it leaves open.
        told = [(tell, tell.sources() + (tell.either if tell.inferred else [])) for tell in self.read.tells]
        named = {name for _, sources in told for source in sources for name in source.steps()}
        named |= {tell.did for tell, _ in told if tell.did and self._is_deed(tell.did)}
        for index, step in enumerate(self.read.turn.steps):
            if step.id not in used | named and (stored or self._is_missed(step)):
                message = f"the response does not tell what {step.id} {step.tool} found"
                where = f"{self.where}/steps/{index}/result"
                yield Finding.of(self._promise, "untold", message, where, because=show_value(step.result))

    def _is_deed(self, name: str) -> bool:
        step = self.read.steps.get(name)
        spec = None if step is None else self.specs.get(step.tool)
        return spec is not None and effective(spec).read_only is not True

    def _is_missed(self, step: Step) -> bool:
        """Say whether unmarked words tell nothing of the result, though it has figures that are no id, and no flag."""
        has_figures = False
        for pointer, value in scalars(step.result):
            if isinstance(value, bool) or (value and said_anywhere(self.text, value, self.setting)):
                return False
            is_figure = faces_of(value, (), None).is_calendar if isinstance(value, str) else bool(value)
            has_figures = has_figures or (is_figure and not pointer.endswith(("/id", "_id", "Id")))
        return has_figures


def _find_unasked(turns: Sequence[Turn], specs: Specs, untold: set[str]) -> Iterator[Finding]:
    """Yield asks that lie, and steps that nobody asks for where asks are stored; `untold`: places of results."""
    tools = {step.id: step.tool for turn in turns for step in turn.steps}
    tools |= {turn.refuses.id: turn.refuses.tool for turn in turns if turn.refuses is not None}
    used_at_all = {target for turn in turns for step in turn.steps for target in step.uses()}
    again = calls_made_again(turns)
    asked: set[str] = set()
    for index, turn in enumerate(turns):
        for number, ask in enumerate(turn.asks or ()):
            asked.update(ask.steps)
            where = f"/turns/{index}/asks/{number}"
            if not stands_at(ask, turn.query):
                yield Finding.of("faithful", "bad_span", _moved_message(ask), where)
            if unknown := [step for step in ask.steps if step not in tools]:
                message = f"the words {ask.quote!r} ask for {unknown[0]}, which is no step"
                yield Finding.of("faithful", "dangling", message, where)
            if len({tools[step] for step in ask.steps if step in tools}) > 1:
                names = ", ".join(f"{step} ({tools.get(step, '?')})" for step in ask.steps)
                message = (
                    f"the words {ask.quote!r} are said to ask for {names}: mark for each the words that ask for it"
                )
                yield Finding.of("faithful", "asks_for_many", message, where)
        used = _used(turns, index)
        for position, step in enumerate(turn.steps if turn.asks is not None else ()):
            if again.get(step.id) in asked:
                asked.add(step.id)  # it is still wanted, with what was changed
            if step.id in used | asked:
                continue
            where = f"/turns/{index}/steps/{position}"
            is_read = step.tool in specs and effective(specs[step.tool]).read_only is True
            if is_read and f"{where}/result" in untold and step.id not in used_at_all:
                code = "unneeded_step"
                message = f"nothing needs {step.id} {step.tool}: no step uses it, no words ask for it or tell it"
            else:
                code, message = "not_asked", f"no words of the query are marked as asking for {step.id} ({step.tool})"
            yield Finding.of("faithful", code, message, where)


def _moved_message(mark: Ask | Tell) -> str:
    return f"the mark {mark.quote!r} is not what stands at {mark.start}"
