"""What the writer is told: what the query has to say, what it must not give away, in which style."""

import json
import re
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any, NamedTuple

from graph.record import Step
from graph.sources import StepSource
from nodes.marks.called import names_of_code
from nodes.marks.find import said_anywhere
from nodes.marks.infer import setting_of
from nodes.marks.language import language_of
from nodes.marks.parse import Mark, Marked, Reference, render
from nodes.marks.says import says
from nodes.marks.wording import titles_of
from nodes.policies.base import SynthesizeRequest
from nodes.policies.model.sections import shortened
from nodes.policies.model.styles import manner
from nodes.policies.model.views import call_text, listed, view
from nodes.policies.spelling import spellings
from nodes.proofs.grounded import argument_leaves, list_around
from nodes.proofs.own_names import may_be_known
from nodes.proofs.schemas import default_of
from nodes.proofs.source_checks import Leaf
from tool_registry.drawing.value_words import first_sentence
from tool_registry.json.pointer import MISSING, equal, resolve, scalars
from tool_registry.language_names import language_name
from tool_registry.permissions import effective

_SPELLINGS = 3
_TOOL_CHARACTERS = 90
_CALL_CHARACTERS = 300
_HIDDEN = 12
_HIDDEN_MIN = 4
_LABEL_CHARACTERS = 60
_OFFSET = re.compile(r"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?)[+-](?!00:00)\d\d:\d\d")
#: What docstrings put into descriptions: "[Optional]", "[Enum]:".
_TAG = re.compile(r"\[\w+\]:?\s*")


def style(request: SynthesizeRequest) -> str:
    """Return the language to write in and the manner."""
    return f"{language(request)}; {manner(request)}"


def language(request: SynthesizeRequest) -> str:
    """Return the language to write in."""
    return f"in {language_name(request.context.locale, request.context.language)}"


class SaidValue(NamedTuple):
    """A value that only the person can give: where it goes and words that say it, the most usual first."""

    places: list[tuple[Step, Leaf]]
    ways: list[str]

    @property
    def references(self) -> tuple[Reference, ...]:
        """Return the arguments that it gives."""
        return tuple(Reference(step.id, leaf.pointer) for step, leaf in self.places)


def said_values(request: SynthesizeRequest) -> list[SaidValue]:
    """Return the arguments that neither a step gives nor the context nor a default: one value, one entry."""
    found: dict[Any, SaidValue] = {}
    seen: list[tuple[str, str | None, Any]] = []
    known = [value for _, value in scalars(request.context.model_dump()) if isinstance(value, str)]
    for step in request.steps:
        spec = request.tools.get(step.tool)
        for leaf in argument_leaves(step, spec.parameters if spec else {}):
            default = default_of(leaf.parameters, leaf.pointer)
            is_default = default is not MISSING and equal(default, leaf.value)  # unsaid is as good as said
            if leaf.pointer in step.sources or is_default or leaf.value in known:
                continue
            ways = _ways(leaf, request)
            # Two numbers that are alike are seldom one: said apart unless they are called alike.
            apart = "" if isinstance(leaf.value, str) else leaf.place.name
            # Nor is what a list has twice said once: "5, 4, 3 and 5".
            above = list_around(step.arguments, leaf.pointer)
            before = [each for each in seen if each[:2] == (step.id, above) and equal(each[2], leaf.value)]
            if above is not None:
                seen.append((step.id, above, leaf.value))
            key = (str(leaf.value), tuple(ways), apart, len(before))
            found.setdefault(key, SaidValue([], ways)).places.append((step, leaf))
    return list(found.values())


def must_say(request: SynthesizeRequest, values: Iterable[SaidValue]) -> str:
    """Return each value to be said, marked as it could stand in the query, and what it is for; then what may be."""
    known = [f"{said_line(value)}, only if the person knows it by name" for value in known_names(request)]
    return listed([*map(said_line, values), *known])


def known_names(request: SynthesizeRequest) -> list[SaidValue]:
    """Return the arguments that a result gives and that the person may say all the same: one value, one entry."""
    found: dict[str, SaidValue] = {}
    steps = {step.id: step for step in request.steps}
    for step in request.steps:
        spec = request.tools.get(step.tool)
        for leaf in argument_leaves(step, spec.parameters if spec else {}):
            if may_be_known(leaf.value, step.sources.get(leaf.pointer), steps, request.context):
                found.setdefault(leaf.value, SaidValue([], [leaf.value])).places.append((step, leaf))
    return list(found.values())


def said_line(value: SaidValue) -> str:
    """Return the value as it could stand in a query, marked, and what it is for."""
    about = "; ".join(dict.fromkeys(_label(leaf.place.schema, leaf.place.name) for _, leaf in value.places))
    targets = " ".join(map(str, value.references))
    if not value.ways or any(len(way.splitlines()) > 1 for way in value.ways):
        return f"{about}: {view(value.places[0][1].value, 160)}, in your words, linked ({targets})"
    first, *others = value.ways
    linked = render(Marked(first, (Mark(0, len(first), value.references),)))
    return f"{about}: {' or '.join([linked, *(f'“{other}”' for other in others)])}"


def _ways(leaf: Leaf, request: SynthesizeRequest) -> list[str]:
    spelt = spellings(leaf.value, leaf.place.schema, leaf.place.name)
    ways = [*_names(leaf.value, request), *_language(leaf, request), *_in_local_time(leaf), *spelt]
    ways = list(dict.fromkeys(ways))[:_SPELLINGS]
    if request.context.now and isinstance(leaf.value, str) and leaf.value == request.context.now[:10]:
        return ["today", *ways[:1]]
    return ways


def _language(leaf: Leaf, request: SynthesizeRequest) -> list[str]:
    """Return what a language is called whose code a parameter takes, where nothing else names it."""
    schema, value = leaf.place.schema, leaf.value
    about = f"{leaf.place.name} {schema.get('title', '')} {schema.get('description', '')}".casefold()
    if not isinstance(value, str) or "language" not in about or titles_of(schema, value):
        return []
    name = language_of(request.context.writing_locale).names.languages.get(value)
    return [name] if name and says(name, leaf.place).verdict == "said" else []


def _in_local_time(leaf: Leaf) -> list[str]:
    """Return a moment without its offset, which nobody types: two ways, so that the one with it is told too."""
    moment = _OFFSET.fullmatch(leaf.value) if isinstance(leaf.value, str) else None
    ways = spellings(moment[1], {}, leaf.place.name) if moment else []
    return [way for way in ways if says(way, leaf.place).verdict == "said"][: _SPELLINGS - 1]


def _names(value: Any, request: SynthesizeRequest) -> list[str]:
    """Return what results call a code ("Ljubljana" for LJU), but for what the person wants to find out."""
    names = names_of_code(value, [step.result for step in request.steps], request.context.writing_locale)
    if not names:
        return []
    asked = {found for step in _ends(request) for _, found in scalars(step.result) if isinstance(found, str)}
    return [name for name in names if name not in asked]


def _label(schema: dict[str, Any], name: str) -> str:
    """Return what an argument is called and, in a few words on one line, what it is."""
    about = first_sentence(_TAG.sub("", str(schema.get("title") or schema.get("description") or "")))
    words = name.replace("_", " ")
    return f"{words} ({shortened(about, _LABEL_CHARACTERS)})" if about and about.lower() != words else words


def must_hide(request: SynthesizeRequest, values: Iterable[SaidValue]) -> str:
    """Return what is found on the way and then used, first; of the other findings a few; none of `values`."""
    setting = setting_of(request.context)
    said = [(leaf, value.ways) for value in values for _, leaf in value.places]
    told = " · ".join(dict.fromkeys(way for leaf, ways in said for way in [*ways, str(leaf.value)]))
    places = [leaf.place for leaf, _ in said]
    used = [
        resolve(step.arguments, pointer)
        for step in request.steps
        for pointer, source in step.sources.items()
        if isinstance(source, StepSource)
    ]
    found = (value for step in request.steps for _, value in scalars(step.result))
    hidden: dict[str, None] = {}
    known = {way for value in known_names(request) for way in value.ways}
    for value in chain(used, found):
        text = str(value)
        if isinstance(value, bool) or value is None or value is MISSING or isinstance(value, dict | list):
            continue
        if not _HIDDEN_MIN <= len(text) <= 60 or text in hidden or text in known or said_anywhere(told, value, setting):
            continue
        if not any(says(text, place, setting, opening=True).verdict == "said" for place in places):
            hidden[text] = None
        if len(hidden) >= _HIDDEN:
            break
    shown = ", ".join(_on_one_line(text) for text in hidden)
    return f"{shown or '(nothing in particular)'} – and whatever else only RESULTS tell"


def _on_one_line(text: str) -> str:
    """Return the text as it is, or quoted where it would look like several."""
    return json.dumps(text, ensure_ascii=False) if "," in text or len(text.splitlines()) > 1 else text


def ends(request: SynthesizeRequest) -> str:
    """Return the steps that are to be asked for and told: whose results no other step uses, and all deeds."""
    used = _used(request)
    return ", ".join(
        f"{step.id} ({step.tool})" for step in request.steps if step.id not in used or is_deed(step, request)
    )


def _ends(request: SynthesizeRequest) -> list[Step]:
    used = _used(request)
    return [step for step in request.steps if step.id not in used]


def _used(request: SynthesizeRequest) -> set[str]:
    return {name for step in request.steps for name in step.uses()}


def is_deed(step: Step, request: SynthesizeRequest) -> bool:
    """Say whether the step changes something: nobody has that done for them who did not ask for it."""
    spec = request.tools.get(step.tool)
    return spec is not None and effective(spec).read_only is False


def calls(request: SynthesizeRequest) -> str:
    """Return the chain's calls in order, with where each argument comes from."""
    lines = []
    found = {step.id: step.result for step in request.steps}
    for number, ids in enumerate(request.chains):
        lines.append(f"chain {number}: {' → '.join(ids)}")
    lines += [step_line(step, request, found, _CALL_CHARACTERS) for step in request.steps]
    return "\n".join(lines)


def step_line(step: Step, request: SynthesizeRequest, found: Mapping[str, Any], characters: int) -> str:
    """Return a call with where its arguments come from and what its tool does; `found` are results by step."""
    spec = request.tools.get(step.tool)
    about = shortened(first_sentence(spec.description), _TOOL_CHARACTERS) if spec else ""
    return f"{step.id} {call_text(step.tool, step.arguments, step.sources, characters, found)} – {about}"
