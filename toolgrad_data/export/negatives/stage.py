"""Negatives made of records: each is labelled, has its right answer in words, and is checked to be a negative."""

import random
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any

from graph.record import Record, Turn
from nodes.proofs.executed import steps_needed
from tool_registry.spec import ToolSpec
from toolgrad_data.export.conversation import (
    Example,
    Message,
    Tool,
    UnfitError,
    says,
    user,
)
from toolgrad_data.export.datasets.candidates import Candidates
from toolgrad_data.export.datasets.lacking import would_grant
from toolgrad_data.export.datasets.likeness import ToolIndex, content_words
from toolgrad_data.export.datasets.trials import Trials, answers_for_any
from toolgrad_data.export.from_record import answer_messages, system_words
from toolgrad_data.export.negative_kinds import NegativeKind, Quota
from toolgrad_data.export.negatives.chit_chat import ChitChat
from toolgrad_data.export.negatives.missing_argument import find_gap
from toolgrad_data.export.negatives.missing_tool import Withheld, withheld_tools
from toolgrad_data.export.negatives.naming import NegativeTask, task_of
from toolgrad_data.export.negatives.near_tools import kinds_asked, lacking_forms
from toolgrad_data.export.negatives.scene import Scene, scenes
from toolgrad_data.export.negatives.withholding import Helpers
from toolgrad_data.export.negatives.wording import Wording
from toolgrad_data.export.offered import offered_tool
from toolgrad_data.export.report import ExportReport
from toolgrad_data.export.seeded import rng_for

_TASKS_NAMED = 2
_CATEGORIES_NAMED = 3
_LEAST_OFFERED = 2
#: Of the likest tools that cannot help, as many are drawn from.
_NEAR = 15
#: Tools that are looked at for small talk.
_DRAWS = 200
_OFFERED = (3, 4, 5, 6, 8)


@dataclass(frozen=True)
class _Place:
    """Where a negative goes: behind which example, into which split, without which tools; and its draws."""

    id: str
    split: str | None
    without: frozenset[str]
    rng: random.Random


class Negatives:
    """Makes negatives of the records that it is given in their order; the same records and seed, the same negatives.

    `share` of all examples are negatives, of the kinds in `mix`. `offered` is how many tools one offers at most, None
    for a few. Of those that can go on, `dialogues` do. Of a dialogue a turn is drawn; without `with_history` it is the
    first. `fitting` tells how many rows a format makes of an example: the share is of those. `without` has the tools
    that are never offered in a split.
    `counts` tells what was made (`made: KIND`) and what could not be (`not made: KIND: why`).
    """

    def __init__(
        self,
        index: ToolIndex,
        families: Mapping[str, str],
        share: float,
        mix: Mapping[NegativeKind, float],
        seed: int,
        *,
        offered: int | None = None,
        dialogues: float = 0.5,
        fitting: Callable[[Example], int] | None = None,
        with_history: bool = True,
        trials: Trials | None = None,
        without: Mapping[str | None, Collection[str]] | None = None,
    ) -> None:
        self._index = index
        self._helpers = Helpers(index, families)
        self._quota = Quota(share, mix)
        self._seed = seed
        self._offered = offered
        self._dialogues = dialogues
        self._fitting = fitting or _whole
        self._with_history = with_history
        self._trials = trials
        self._without = without or {}
        self._pool = Candidates(index, 0, seed)
        self._chat = ChitChat()
        self._makers: dict[NegativeKind, Callable[[Record, _Place], Example]] = {
            "irrelevant": partial(self._anywhere, self._irrelevant),
            "missing_tool": partial(self._anywhere, self._missing_tool),
            "missing_argument": partial(self._anywhere, self._missing_argument),
            "chit_chat": self._chit_chat,
            "near_tool": partial(self._anywhere, self._near_tool),
            "lacking_parameter": partial(self._anywhere, self._lacking_parameter),
        }
        self.counts: Counter[str] = Counter()
        self.skeletons: Counter[str] = Counter()

    def stage(self, examples: Iterator[Example], report: ExportReport) -> Iterator[Example]:
        """Yield the examples, with a negative behind one where one is due."""
        for example in examples:
            yield example
            if example.kind == "positive" and example.record is not None:
                yield from self.after(example)
        report.notes["negatives"] = dict(sorted(self.counts.items()))
        made = sum(self.skeletons.values())
        most = max(self.skeletons.values(), default=0)
        report.notes["commonest_wording"] = {"answers": most, "of": made, "share": round(most / made, 4) if made else 0}

    def after(self, example: Example) -> Iterator[Example]:
        """Yield the negative that is due after a positive example, if one is; several when many are due."""
        record = example.record
        if record is None:
            return
        for _ in range(self._fitting(example)):
            self._quota.count_positive()
        due = self._quota.due()
        most = max(1, len(due) - 1)
        for kind in due:
            if not most:
                return
            rng = rng_for(self._seed, "negative", kind, example.id)
            place = _Place(example.id, example.split, frozenset(self._without.get(example.split, ())), rng)
            try:
                negative = self._makers[kind](record, place)
            except UnfitError as error:
                # It stays due: the next record may do.
                self.counts[f"not made: {kind}: {error}"] += 1
                continue
            self._quota.count_negative(kind)
            most -= 1
            self.counts[f"made: {kind}"] += 1
            yield negative

    def _anywhere(self, make: Callable[[Scene, _Place], Example], record: Record, place: _Place) -> Example:
        """Return the negative of the first turn, in a drawn order, that gives one. Raises UnfitError: why none does."""
        options = list(scenes(record, with_history=self._with_history))
        if len(options) > 1:
            place.rng.shuffle(options)
        why = UnfitError("no turn of it asks for a call by itself")
        for scene in options:
            try:
                return make(scene, place)
            except UnfitError as error:
                why = error
        raise why

    def _irrelevant(self, scene: Scene, place: _Place) -> Example:
        turn, needed = scene.turn, scene.needed
        if scene.is_offered:
            raise UnfitError("the assistant has just asked what it may do")
        if any(self._helpers.could_help(name, needed) for name in scene.kept):
            raise UnfitError("what an earlier turn calls may help")
        tools = self._harmless(scene.record, needed, frozenset(), place, offered=scene.kept)
        answer = Wording(place.rng).decline(_tasks_asked(turn, scene.record.tools), _about(tools))
        messages = [user(turn.query), says(answer.text)]
        tools += [offered_tool(scene.specs[name]) for name in scene.kept if name in scene.specs]
        return self._example(scene, "irrelevant", messages, tools, answer.skeleton, place)

    def _missing_tool(self, scene: Scene, place: _Place) -> Example:
        own = list(dict.fromkeys([*scene.kept, *(step.tool for step in scene.turn.steps)]))
        options = [
            withheld for withheld in withheld_tools(scene.record, scene.number) if withheld.tool not in scene.kept
        ]
        if scene.is_offered:
            raise UnfitError("the assistant has just asked what it may do")
        if not options or scene.turn.awaits:
            raise UnfitError("a part of the query needs no one tool")
        dialogue = place.rng.random() < self._dialogues
        place.rng.shuffle(options)
        options.sort(key=lambda withheld: bool(withheld.facts) != dialogue)
        for withheld in options:
            kept = [name for name in own if name != withheld.tool]
            if any(self._helpers.same_job(name, withheld.tool) for name in kept):
                continue
            return self._without_tool(scene, withheld, kept, dialogue and bool(withheld.facts), place)
        raise UnfitError("another tool of the chain may do the withheld one's job")

    def _without_tool(
        self, scene: Scene, withheld: Withheld, kept: list[str], dialogue: bool, place: _Place
    ) -> Example:
        turn, specs = scene.turn, scene.specs
        task = task_of(withheld.steps[0], specs[withheld.tool]) or NegativeTask("answer", "that")
        own = scene.tools(but=withheld.tool)
        tools = [*own, *self._harmless(scene.record, [withheld.tool, *kept], withheld.kinds, place, offered=kept)]
        wording = Wording(place.rng)
        labels: dict[str, Any] = {"withheld": withheld.tool}
        if not dialogue:
            answer = wording.decline([task])
            messages = [user(turn.query), says(answer.text)]
            return self._example(scene, "missing_tool", messages, tools, answer.skeleton, place, labels)
        answer = wording.ask_to_be_told(task, [noun for noun, _ in withheld.facts])
        messages = [user(turn.query), says(answer.text), user(wording.tell(withheld.facts))]
        messages += answer_messages(withheld.rest, specs, scene.calls_before)
        labels["goes_on"] = True
        return self._example(scene, "missing_tool", messages, tools, answer.skeleton, place, labels)

    def _near_tool(self, scene: Scene, place: _Place) -> Example:
        kept = list(scene.kept)
        for withheld, kinds in self._replaceable(scene):
            known = self._permitted(self._helpers.neighbours(withheld.tool, kinds), scene.record, place, offered=kept)
            room = max(self._room(place.rng) - len(kept), 1)
            names = list(islice(self._that_fail(known, scene.record), room))
            if not names:
                continue
            tools = [*scene.tools(but=withheld.tool), *map(self._pool.tool, names)]
            if len(tools) < _LEAST_OFFERED:
                offered = [*kept, *names]
                tools += self._harmless(scene.record, [withheld.tool], kinds, place, offered=offered, least=0)[:1]
            task = task_of(withheld.steps[0], scene.specs[withheld.tool]) or NegativeTask("answer", "that")
            answer = Wording(place.rng).decline([task])
            messages = [user(scene.turn.query), says(answer.text)]
            labels = {"withheld": withheld.tool, "near": sorted(names)}
            return self._example(scene, "near_tool", messages, tools, answer.skeleton, place, labels)
        raise UnfitError("no tool of the topic is sure not to answer")

    def _lacking_parameter(self, scene: Scene, place: _Place) -> Example:
        for withheld, kinds in self._replaceable(scene):
            spec = scene.specs[withheld.tool]
            forms = list(lacking_forms(withheld, scene.turn, spec, self._trials))
            if not forms:
                continue
            form = place.rng.choice(forms)
            task = task_of(withheld.steps[0], spec) or NegativeTask("answer", "that")
            answer = Wording(place.rng).lacks(form.noun, task)
            needed = [withheld.tool, *scene.kept]
            others = self._harmless(scene.record, needed, kinds, place, offered=needed, least=0)
            tools = [form.tool, *scene.tools(but=withheld.tool), *others]
            messages = [user(scene.turn.query), says(answer.text)]
            labels = {"lacks": f"{withheld.tool}/{form.name}"}
            return self._example(scene, "lacking_parameter", messages, tools, answer.skeleton, place, labels)
        raise UnfitError("no parameter can go without a word of the tool promising it")

    def _replaceable(self, scene: Scene) -> Iterator[tuple[Withheld, frozenset[str]]]:
        """Yield the one tool that the turn calls, with the kinds of the values that are asked of it.

        Nothing where it calls several (what one gives may be known, such as a time zone), or where an earlier turn's
        tool gives values of these kinds. Raises UnfitError after a question of the assistant.
        """
        if scene.is_offered or scene.turn.awaits:
            raise UnfitError("the assistant has just asked what it may do, or asks now")
        for withheld in withheld_tools(scene.record, scene.number):
            kinds = kinds_asked(withheld, scene.turn, scene.specs[withheld.tool])
            alone = not withheld.rest.steps and withheld.tool not in scene.kept and withheld.tool in self._index
            if alone and kinds and all(self._helpers.gives_other(name, kinds) for name in scene.kept):
                yield withheld, kinds

    def _permitted(self, names: list[str], record: Record, place: _Place, *, offered: Collection[str]) -> Iterator[str]:
        would_help = would_grant(record, self._index)
        return (n for n in names if n not in place.without and n not in offered and not would_help(n))

    def _that_fail(self, names: Iterable[str], record: Record) -> Iterator[str]:
        """Yield the tools that were not found to answer a call of the record when they were tried."""
        for name in names:
            if answers_for_any(self._trials, name, record):
                self.counts["tools left out: tried, and they answer"] += 1
            else:
                yield name

    def _missing_argument(self, scene: Scene, place: _Place) -> Example:
        record, specs = scene.record, scene.specs
        gap = None if scene.turn.awaits else find_gap(record, place.rng, scene.number)
        if gap is None:
            raise UnfitError("no value can be taken out of the query cleanly")
        value = gap.step.arguments[gap.pointer.removeprefix("/")] if gap.pointer.count("/") == 1 else None
        task = task_of(gap.step, specs[gap.step.tool], but={gap.pointer})
        wording = Wording(place.rng)
        number = isinstance(value, int | float)
        answer = wording.ask(gap.noun, task, number=number)
        messages = [user(gap.edited.query), says(answer.text)]
        own = scene.tools()
        called = [tool.name for tool in own]
        tools = [*own, *self._harmless(record, called, frozenset(), place, offered=called, least=0)]
        labels: dict[str, Any] = {"missing": f"{gap.step.tool}{gap.pointer}", "way": gap.edited.way}
        if place.rng.random() < self._dialogues:
            messages.append(user(wording.answer(gap.noun, gap.edited.taken)))
            messages += answer_messages(scene.turn, specs, scene.calls_before)
            labels["goes_on"] = True
        return self._example(scene, "missing_argument", messages, tools, answer.skeleton, place, labels)

    def _chit_chat(self, record: Record, place: _Place) -> Example:
        chat = self._chat.draw(place.rng)
        about = content_words(chat.query)
        room = self._room(place.rng)
        tools: list[Tool] = []
        names = self._index.names
        for name in place.rng.sample(names, min(_DRAWS, len(names))):
            spec = self._index.specs[name]
            if len(tools) < room and name not in place.without:
                tools += [] if about & content_words(f"{name} {spec.description}") else [self._pool.tool(name)]
        if len(tools) < _LEAST_OFFERED:
            raise UnfitError("too few tools have nothing to do with it")
        messages = [user(chat.query), says(chat.reply)]
        return self._example(Scene(record, 0), "chit_chat", messages, tools, chat.skeleton, place)

    def _room(self, rng: random.Random) -> int:
        return self._offered or rng.choice(_OFFERED)

    def _harmless(
        self,
        record: Record,
        needed: list[str],
        kinds: frozenset[str],
        place: _Place,
        *,
        offered: Collection[str] = (),
        least: int = _LEAST_OFFERED,
    ) -> list[Tool]:
        """Return tools that cannot help, the likest and any by turns, beside those `offered` already.

        Raises UnfitError when there are too few, for an empty list of tools teaches nothing.
        """
        rng = place.rng
        would_help = would_grant(record, self._index)
        names = [name for name in self._helpers.harmless(needed, kinds, rng) if name not in place.without]
        names = [name for name in names if not would_help(name) and name not in offered]
        rng.shuffle(names)
        near = sorted(names, key=lambda name: -max(self._likeness(own, name) for own in needed))[:_NEAR]
        rng.shuffle(near)
        room = len(offered)
        wanted = max(self._room(rng) - room, least if room == 0 else 0)
        chosen: list[str] = []
        for position in range(2 * len(names)):
            if len(chosen) >= wanted:
                break
            name = next(iter((near if position % 2 else names)[position // 2 :]), None)
            if name is None or name in chosen:
                continue
            if answers_for_any(self._trials, name, record):
                self.counts["tools left out: tried, and they answer"] += 1
                continue
            chosen.append(name)
        if len(chosen) + room < _LEAST_OFFERED:
            raise UnfitError("too few tools could not help")
        return [self._pool.tool(name) for name in chosen]

    def _likeness(self, own: str, name: str) -> float:
        return self._index.likeness(own, name) if own in self._index else 0.0

    def _example(
        self,
        scene: Scene,
        kind: NegativeKind,
        messages: list[Message],
        tools: list[Tool],
        skeleton: str,
        place: _Place,
        labels: Mapping[str, Any] | None = None,
    ) -> Example:
        place.rng.shuffle(tools)
        record = scene.record
        words = system_words(record)
        placed = {"turn": scene.number + 1} if scene.number else {}
        self.skeletons[skeleton] += 1
        return Example(
            id=f"{place.id}-{kind.replace('_', '-')}",
            messages=(*([Message("system", words)] if words else []), *scene.before, *messages),
            tools=tuple(tools),
            kind=kind,
            labels={"record": record.id, "negative": kind, **placed, **(labels or {})},
            since=scene.number,
            split=place.split,
            record=record,
        )


def _whole(_: Example) -> int:
    return 1


def _tasks_asked(turn: Turn, tools: list[ToolSpec]) -> list[NegativeTask]:
    """Return what the query asks for, as far as it can be named: the calls whose results no other call uses."""
    specs = {spec.name: spec for spec in tools}
    used = {id for step in turn.steps for id in steps_needed(step)}
    ends = [step for step in turn.steps if step.id not in used]
    tasks = [task for step in ends if step.tool in specs and (task := task_of(step, specs[step.tool]))]
    distinct = list({task.do: task for task in tasks}.values())
    if not distinct or len(ends) > _TASKS_NAMED or len(distinct) < len(ends):
        return [NegativeTask("answer", "any of these questions" if len(ends) > 1 else "that")]
    return distinct


def _about(tools: list[Tool]) -> list[str]:
    """Return what the tools are about, by their categories; nothing where those are no words."""
    categories = list(dict.fromkeys(tool.category for tool in tools))
    named = [category for category in categories if category.replace(" ", "").isalpha() and category != "general"]
    return named if 1 < len(named) == len(categories) <= _CATEGORIES_NAMED else []
