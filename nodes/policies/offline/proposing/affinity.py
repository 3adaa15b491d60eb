"""Whether a person would go on from one tool to another: what two tools are about, beyond values that fit."""

from functools import lru_cache

from nodes.policies.offline.proposing.filling import Plan
from nodes.policies.offline.reading.parameters import parameters_of
from tool_registry.drawing.value_words import words_of
from tool_registry.spec import ToolSpec

#: Formats that say how a time is written: any tool's date fits any other's, whatever both are about.
_TIMES = frozenset({"date", "date-time", "time"})
#: Words of parameters that tools about time itself take.
_OF_TIME = frozenset("date time day days hours minutes weeks moment timezone zone month year weekday duration".split())
#: Words that say nothing of what a tool is about.
_COMMON = _OF_TIME | frozenset(
    "find give tell look up compute count list get return returns check whether how when where what who many much long "
    "far after before between during its it them they other another whose than then each every all any some two three "
    "one both next last first at into onto out not no also only more most number amount start end begin beginning "
    "works used uses using given utc local place places".split()
)


def is_unrelated(plan: Plan, producers: dict[str, ToolSpec]) -> bool:
    """Tell whether nothing but a date or a moment leads from the results to the tool, which is about something else.

    `producers` has the tools of the steps whose results the plan takes.
    """
    spec = plan.spec
    if not plan.from_results:
        return False
    offers = [offer for chosen in plan.from_results.values() for offer in chosen.values()]
    if any(offer.format not in _TIMES for offer in offers) or _is_about_time(spec):
        return False
    return not any(
        producer.category == spec.category or _subject(producer) & _subject(spec)
        for offer in offers
        if (producer := producers.get(offer.step)) is not None
    )


def takes_the_same(plan: Plan, producers: dict[str, ToolSpec]) -> bool:
    """Tell whether a result goes into a tool that takes just what its own took: tax on, and tax off again."""
    if not plan.from_results:
        return False
    kinds = _kinds(plan.spec)
    return len(kinds) > 1 and any(_kinds(producers[step]) == kinds for step in plan.steps() if step in producers)


def _kinds(spec: ToolSpec) -> frozenset[str]:
    return frozenset(parameter.kind for parameter in parameters_of(spec).by_name.values() if parameter.required)


def _is_about_time(spec: ToolSpec) -> bool:
    needed = [parameter for parameter in parameters_of(spec).by_name.values() if parameter.required]
    return all(parameter.format in _TIMES or parameter.words & _OF_TIME for parameter in needed)


def _subject(spec: ToolSpec) -> frozenset[str]:
    return _subject_of(f"{spec.name.replace('_', ' ')} {spec.description}")


@lru_cache(maxsize=8192)
def _subject_of(text: str) -> frozenset[str]:
    words = {word.removesuffix("s") if len(word) > 3 else word for word in words_of(text)}
    return frozenset(words - _COMMON)
