"""A record's turns as the proofs of their kinds read them: where each step stands, and what was known when."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from graph.marks import Ask, Decline, Question, Tell
from graph.record import Finding, Promise, Record, RefusedCall, Step, Turn
from graph.sources import Source, UserSource
from graph.spans import stands_whole
from nodes.marks.infer import setting_of
from nodes.marks.says import Setting
from nodes.proofs.grounded import argument_leaves
from nodes.proofs.schemas import specs_of
from nodes.proofs.source_checks import Leaf
from tool_registry.permissions import effective
from tool_registry.spec import ToolSpec


class DialogueReading:
    """The turns of a record, and its steps by id with the turn in which each is made."""

    def __init__(self, record: Record) -> None:
        self.record = record
        self.turns: Sequence[Turn] = record.turns
        self.steps: dict[str, Step] = {}
        self.made_in: dict[str, int] = {}
        for index, turn in enumerate(record.turns):
            for step in turn.steps:
                self.steps.setdefault(step.id, step)
                self.made_in.setdefault(step.id, index)

    @cached_property
    def specs(self) -> Mapping[str, ToolSpec]:
        """The record's tool specs, by name."""
        return specs_of(self.record)

    @cached_property
    def setting(self) -> Setting:
        """What words are read against."""
        return setting_of(self.record.context)

    def leaves(self, call: Step | RefusedCall) -> dict[str, Leaf]:
        """Return the leaves of the call's arguments, by pointer."""
        spec = self.specs.get(call.tool)
        return {leaf.pointer: leaf for leaf in argument_leaves(call, spec.parameters if spec else {})}

    def only_reads(self, step: Step) -> bool:
        """Say whether the step is known to change nothing."""
        return step.tool in self.specs and effective(self.specs[step.tool]).read_only is True

    def steps_before(self, turn: int) -> Iterator[Step]:
        """Yield the steps of the turns before."""
        for each in self.turns[:turn]:
            yield from each.steps

    def rests_on(self, step: Step) -> frozenset[str]:
        """Return the ids of the steps whose results the step uses, and those that these use."""
        found: set[str] = set()
        left = [step]
        while left:
            new = left.pop().uses() - found
            found |= new
            left += [self.steps[name] for name in new if name in self.steps]
        return frozenset(found)

    def user_sources(self) -> Iterator[tuple[str, Any, UserSource]]:
        """Yield what the queries say of arguments: the argument's name, its value, and the words."""
        calls: list[Step | RefusedCall] = [*self.steps.values()]
        calls += [turn.refuses for turn in self.turns if turn.refuses is not None]
        for call in calls:
            leaves = self.leaves(call)
            for pointer, source in call.sources.items():
                if pointer in leaves:
                    yield from ((leaves[pointer].place.name, leaves[pointer].value, each) for each in source.quotes())


def is_said_in(source: Source | None, turn: int) -> bool:
    """Say whether the source is words of that turn's query."""
    return isinstance(source, UserSource) and source.turn == turn


def stands_at(mark: Ask | Tell | Decline | Question, text: str) -> bool:
    """Say whether the mark's words stand where it says, as whole words."""
    return text[mark.start : mark.end] == mark.quote and stands_whole(text, mark.start, mark.end)


def executed_finding(code: str, message: str, where: str) -> Finding:
    """Return a finding of what no dialogue of that order can have done."""
    return _of("executed", code, message, where)


def grounded_finding(code: str, message: str, where: str, because: str = "") -> Finding:
    """Return a finding of what a value cannot have come from."""
    return _of("grounded", code, message, where, because)


def cited_finding(code: str, message: str, where: str, because: str = "") -> Finding:
    """Return a finding of what a response tells."""
    return _of("cited", code, message, where, because)


def faithful_finding(code: str, message: str, where: str) -> Finding:
    """Return a finding of what is screened."""
    return _of("faithful", code, message, where)


def _of(promise: Promise, code: str, message: str, where: str, because: str = "") -> Finding:
    return Finding(promise=promise, code=code, message=message, where=where, because=because)
