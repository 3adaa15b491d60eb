"""Kinds of arguments: what the calls of a data set take, and how what the person says is said."""

from collections import Counter
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from graph.record import Record, Step
from graph.sources import UserSource
from tool_registry.drawing.argument_kinds import kind_of_argument, kind_of_parameter
from tool_registry.json.pointer import leaves
from tool_registry.json.resolved import properties_of, required_of
from tool_registry.spec import ToolSpec


class KindFigures(BaseModel):
    """Figures of kinds of arguments; shares are from 0 to 1, null where there is nothing to count."""

    model_config = ConfigDict(extra="forbid")

    parameters: Annotated[dict[str, int], Field(description="Parameters of the tools that are called, by kind.")] = {}
    arguments: Annotated[dict[str, int], Field(description="Arguments of the calls, by kind.")] = {}
    by_count: Annotated[dict[int, int], Field(description="Calls by how many arguments they have.")] = {}
    optional: Annotated[int, Field(description="Optional parameters of the called tools, a call each.")] = 0
    optional_given: Annotated[int, Field(description="Those that the call gives.")] = 0
    optional_share: float | None = None
    texts: Annotated[int, Field(description="Texts among the arguments that the person says.")] = 0
    verbatim: Annotated[int, Field(description="Those that stand in the query as they are.")] = 0
    verbatim_share: float | None = None
    several_words: Annotated[int, Field(description="Texts that the person says in several words.")] = 0
    several_words_share: float | None = None


class KindCounter:
    """Counts the kinds of arguments of records."""

    def __init__(self) -> None:
        self._tools: dict[str, Counter[str]] = {}
        self._arguments: Counter[str] = Counter()
        self._by_count: Counter[int] = Counter()
        self._figures = KindFigures()

    def add(self, record: Record) -> None:
        """Count the calls of one record."""
        specs = {spec.name: spec for spec in record.tools}
        for turn in record.turns:
            for step in turn.steps:
                self._by_count[len(step.arguments)] += 1
                if step.tool in specs:
                    self._add_call(step, specs[step.tool])
                self._add_texts(step)

    def _add_call(self, step: Step, spec: ToolSpec) -> None:
        root = spec.parameters
        properties, required = properties_of(root), required_of(root)
        if step.tool not in self._tools:
            self._tools[step.tool] = Counter(kind_of_parameter(each, root) for each in properties.values())
        for name, value in step.arguments.items():
            self._arguments[kind_of_argument(value, properties.get(name, {}), root)] += 1
        optional = [name for name in properties if name not in required]
        self._figures.optional += len(optional)
        self._figures.optional_given += sum(name in step.arguments for name in optional)

    def _add_texts(self, step: Step) -> None:
        for pointer, value in leaves(step.arguments):
            source = step.sources.get(pointer)
            if isinstance(value, str) and isinstance(source, UserSource):
                self._figures.texts += 1
                self._figures.verbatim += value.casefold() in source.quote.casefold()
                self._figures.several_words += len(value.split()) > 1

    def figures(self) -> KindFigures:
        """Return the figures."""
        made = self._figures
        parameters: Counter[str] = Counter()
        for counts in self._tools.values():
            parameters.update(counts)
        made.parameters, made.arguments = dict(parameters.most_common()), dict(self._arguments.most_common())
        made.by_count = dict(sorted(self._by_count.items()))
        made.optional_share = _share(made.optional_given, made.optional)
        made.verbatim_share = _share(made.verbatim, made.texts)
        made.several_words_share = _share(made.several_words, made.texts)
        return made


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
