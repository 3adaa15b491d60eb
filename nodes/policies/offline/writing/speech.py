"""Speaking of arguments: by the value a user says, or by what a later-known value is."""

import random
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from graph.record import Step
from graph.sources import StepSource
from nodes.marks.parse import GIVEN
from nodes.marks.wording import switch_words
from nodes.policies.offline.reading.best_item import Best, best_at
from nodes.policies.offline.reading.parameters import CODE
from nodes.policies.offline.reading.templates import PhraseError, phrases_of
from nodes.policies.offline.reading.text_values import values_in
from nodes.policies.offline.writing.antecedents import Antecedents
from nodes.policies.offline.writing.containers import container_words
from nodes.policies.offline.writing.fill import enumerate_words, fill, ordinal
from nodes.policies.offline.writing.marking import Marks
from nodes.policies.offline.writing.naming import noun_of, outcome_noun
from nodes.policies.offline.writing.telling import moment_first, tell
from nodes.policies.spelling import spellings
from tool_registry.drawing.things import identity_in_result, identity_of_parameter
from tool_registry.drawing.value_words import singular
from tool_registry.json.pointer import escape, last_position, leaf_name, leaves, resolve
from tool_registry.json.schema import label_of, schema_at
from tool_registry.spec import ToolSpec

_DEPTH_MAX = 3
#: Nouns of results that say nothing of what stands in them.
_NAMELESS = frozenset({"result", "content", "output", "text"})
_WAYS_USED = 5
#: Short names that a reader may take for a value of the format.
TAKEN_FOR = {"date": "that day", "date-time": "that moment", "clock-time": "that time"}
_FIRST_OF_ALL = re.compile(r"\bfirst (?=(?:[a-z]+ ){0,2}(?:most|least|best|[a-z]+(?:est|most))\b)")
#: "{} hours", "{} working days".
_PLURAL = re.compile(r"(\{\} (?:[a-z]+ )?[a-z]+[^s])s\b")
#: A unit in short, such as km, km/h or °C: it goes with digits.
_SYMBOL = re.compile(r"\{\} ?(?!(?:a|an|per|of|in)\b)(?:[^\W\d_]{1,3}\b|[^\w\s]|\w*[A-Z])")


#: The last word of a name of what identifies a thing: "country code".
KEY_NOUN = r"(?:code|id|identifier|number|key|name|login|slug)"


def without_key(spoken: str, noun: str) -> str:
    """Return a reference without the key of a thing that is asked for itself: "that user login" is "that user"."""
    return re.sub(rf"^((?:that|the) (?:[a-z]+ )?{re.escape(noun)}) {KEY_NOUN}\b", r"\1", spoken) if noun else spoken


@dataclass
class Speaker:
    """Renders arguments of one text. `knows_results` is false in a query: nothing a call finds out may show.

    A thing is called by a short name ("that day") only where that can mean nothing else, see `antecedents.py`.

    `withheld` are arguments, as (step, pointer), that the person leaves open.
    """

    steps: dict[str, Step]
    specs: dict[str, ToolSpec]
    rng: random.Random
    knows_results: bool = False
    antecedents: Antecedents = field(default_factory=Antecedents)
    marks: Marks = field(default_factory=Marks)
    withheld: set[tuple[str, str]] = field(default_factory=set)

    def argument(self, step: Step, names: tuple[str, ...], depth: int = 0) -> str:
        """Return the words for one or several arguments of a step. Raises PhraseError when there are none."""
        sources = {
            name: source for name in names if isinstance(source := step.sources.get(f"/{escape(name)}"), StepSource)
        }
        if len(sources) == len(names):
            return self._from_step(step, names, next(iter(sources.values())), depth)
        if not sources and len(names) > 1:
            return self._together(step, names, depth)
        return enumerate_words([self._one(step, name, sources.get(name), depth) for name in names])

    def is_open(self, step: Step, name: str) -> bool:
        """Say whether the argument is one that the person does not tell yet."""
        return (step.id, f"/{escape(name)}") in self.withheld

    def _together(self, step: Step, names: tuple[str, ...], depth: int) -> str:
        """Name several values the user gives for one thing; from the second mention on as "that spot"."""
        schemas = [schema_at(self.specs[step.tool].parameters, f"/{escape(name)}") for name in names]
        if {schema.get("format") for schema in schemas} != {"latitude", "longitude"}:
            return enumerate_words([self._one(step, name, None, depth) for name in names])
        identity = f"user|place|{[step.arguments[name] for name in names]}"
        if self.antecedents.can_be_called(identity, "that spot"):
            spot = "that spot"
            for name, schema in zip(names, schemas, strict=True):
                spot = self.marks.again(spot, step.id, f"/{escape(name)}", half_of(identity, schema))
            return spot
        spoken = [
            self._mention(
                step, name, schema, self.spell(step.arguments[name], schema, name), [half_of(identity, schema)]
            )
            for name, schema in zip(names, schemas, strict=True)
        ]
        return self.antecedents.named(identity, "that spot", enumerate_words(spoken))

    def _one(self, step: Step, name: str, source: StepSource | None, depth: int) -> str:
        if source is not None:
            return self._from_step(step, (name,), source, depth)
        spec = self.specs[step.tool]
        value = step.arguments.get(name)
        schema = schema_at(spec.parameters, f"/{escape(name)}")
        if isinstance(value, bool) or value is None:
            return self.given(self.switch(schema, name, value), step, f"/{escape(name)}")
        if isinstance(value, list | dict):
            return container_words(self, step, name, depth)
        # "Order 3", never "order three".
        identity = identity_of_parameter(spec, name)
        plain = bool(identity.things and identity.keys & {"id", "number", "code", "key"}) and not schema.get("format")
        thing = thing_of(schema, name, value)
        again = phrases_of(schema).get("again")
        things = [thing]
        if _names_a_day(value):
            # Any date names a year, which "that year" could then mean.
            things.append(f"user|year|{value[:4]}")
            self.antecedents.named(things[-1], "that year", "")
        if schema.get("format") == "country-code":
            # A country has a currency, which "that currency" could then mean.
            self.antecedents.named(f"currency of {thing}", "that currency", "")
        if _names_a_day(value) and schema.get("format") != "date":
            # "2 pm on 24 December" names a day as well, which "that day" could then mean.
            self.antecedents.named(f"day of {thing}", "that day", "")
        if again is None or self.knows_results:
            # The sentences of a response stand for themselves: "in that country" would leave open which.
            full = self._mention(step, name, schema, self.spell(value, schema, name, plain=plain))
            # What has no short name of its own can still be what another's is taken for.
            return self.antecedents.named(thing, TAKEN_FOR.get(str(schema.get("format")), f"that {thing}"), full)
        if self.antecedents.can_be_called(thing, str(again)):
            return self.marks.again(str(again), step.id, f"/{escape(name)}", thing)
        full = self._mention(step, name, schema, self.spell(value, schema, name, plain=plain), things)
        return self.antecedents.named(thing, str(again), full)

    def leaf_inside(
        self, step: Step, name: str, pointer: str, leaf: Any, depth: int, things: Sequence[str] = ()
    ) -> str:
        """Return the words for a value inside the list or object that an argument is, which stands at the pointer."""
        source = step.sources.get(pointer)
        if isinstance(source, StepSource):
            return self._from_step(step, (name,), source, depth)
        schema = schema_at(self.specs[step.tool].parameters, pointer)
        if isinstance(leaf, bool) or leaf is None:
            return self.given(self.switch(schema, leaf_name(pointer), leaf), step, pointer, things)
        if isinstance(leaf, dict | list):
            raise PhraseError(f"nothing to say for an empty {name}")
        plain = bool(identity_of_parameter(self.specs[step.tool], name).keys)
        spoken = self.spell(leaf, schema, plain=plain)
        return self._template(schema, leaf, spoken).replace("{}", self.given(spoken, step, pointer, things))

    def switch(self, schema: dict[str, Any], name: str, value: bool | None) -> str:
        """Return what is said of a switch: in its author's words, else by what it is called."""
        words = switch_words(schema, value) if value is not None else []
        return self.rng.choice(words) if words else flag_words(noun_of(schema, name), value)

    def given(self, words: str, step: Step, pointer: str, things: Sequence[str] = ()) -> str:
        """Return the words, marked as saying an argument of the step, in a response as saying it again."""
        return self.marks.tell(words, step.id, pointer, GIVEN if self.knows_results else "", things=things)

    def _mention(self, step: Step, name: str, schema: dict[str, Any], spoken: str, things: Sequence[str] = ()) -> str:
        """Return the spoken argument in one of the author's templates, marked."""
        template = self._template(schema, step.arguments[name], spoken)
        return template.replace("{}", self.given(spoken, step, f"/{escape(name)}", things))

    def _template(self, schema: dict[str, Any], value: Any, spoken: str) -> str:
        """Return one of the author's templates for the spoken value; "ten kilometres" but never "ten km"."""
        templates = [str(template) for template in phrases_of(schema).get("mention") or ["{}"]]
        if not isinstance(value, str) and spoken.isalpha():
            templates = [template for template in templates if not _SYMBOL.search(template)] or templates
        template = self.rng.choice(templates)
        if value == 1 and not isinstance(value, str):
            template = _PLURAL.sub(r"\1", template)
        return template

    def spell(self, value: Any, schema: dict[str, Any], name: str = "", *, plain: bool = False) -> str:
        """Return an everyday spelling of the value, mostly the usual one and always where it is to be `plain`.

        Raises PhraseError when there is none.
        """
        ways = spellings(value, schema, name)
        if not ways:
            raise PhraseError(f"nobody would say {value!r}")
        if schema.get("format") == "date-time":
            ways = moment_first(ways)
        if plain or self.knows_results or label_of(schema, value) is not None or self.rng.random() < 0.6:
            return ways[0]
        return self.rng.choice(ways[:_WAYS_USED])

    def _from_step(self, step: Step, names: tuple[str, ...], source: StepSource, depth: int) -> str:
        if depth >= _DEPTH_MAX:
            raise PhraseError("the reference goes too deep to be said")
        if self.knows_results:
            known = self._name_beside(step, names, source) or self._known_value(step, names, source)
            if known is not None:
                return known
        return self.refer(source.step, source.pointer, depth, source.span)

    def _name_beside(self, step: Step, names: tuple[str, ...], source: StepSource) -> str | None:
        """Return the name that stands beside a code in a result: people know Kiribati better than KI."""
        if len(names) != 1 or source.span is not None or step.sources.get(f"/{escape(names[0])}") != source:
            return None
        value = step.arguments.get(names[0])
        schema = schema_at(self.specs[step.tool].parameters, f"/{escape(names[0])}")
        if not isinstance(value, str) or not CODE.fullmatch(value) or label_of(schema, value) is not None:
            return None
        beside = resolve(self.steps[source.step].result, f"{source.pointer.rpartition('/')[0]}/name")
        if not isinstance(beside, str) or any(value == beside for _, value in leaves(step.result)):
            return None  # an answer that tells the name says whose it is by the code
        if not beside:
            return None
        return self.marks.tell(beside, source.step, f"{source.pointer.rpartition('/')[0]}/name", of=step.id)

    def _known_value(self, step: Step, names: tuple[str, ...], source: StepSource) -> str | None:
        """Return the value in words for a response, where a person would rather read it than a description."""
        if len(names) != 1:
            return None
        value = step.arguments.get(names[0])
        schema = schema_at(self.specs[step.tool].parameters, f"/{escape(names[0])}")
        if (
            not isinstance(value, str | int | float)
            or isinstance(value, bool)
            or not spellings(value, schema, names[0])
        ):
            return None
        label = label_of(schema, value)
        if label is not None or source.span is not None:
            # What the argument is called, and what stands among others in a text, the result's own place does not say.
            return self._mention(step, names[0], schema, label or tell(value, schema))
        spoken = tell(value, schema)
        told = self.marks.tell(spoken, source.step, source.pointer, of=step.id)
        return self._template(schema, value, spoken).replace("{}", told)

    def refer(self, step_id: str, pointer: str, depth: int = 0, span: str | None = None) -> str:
        """Return a noun phrase for a value of a result, or for one in its text, without the value itself."""
        step = self.steps[step_id]
        spec = self.specs[step.tool]
        text = resolve(step.result, pointer)
        if span is None and isinstance(text, str) and self._noun_at(step, pointer) in _NAMELESS:
            span = next((inside.span for inside in values_in(text) if inside.span == text), None)
        if span is not None:
            return self._refer_inside(step, pointer, span, depth)
        schema = schema_at(spec.output_schema or {}, pointer)
        noun = self._noun_at(step, pointer)
        position = last_position(pointer)
        again = str(phrases_of(schema).get("again") or f"that {noun}")
        templates = phrases_of(schema).get("refer")
        identity = identity_of(step_id, pointer, templates)
        if self.antecedents.can_be_called(identity, again):
            return again
        givers = self._givers.get(noun, [])
        if not templates and position is None and (step_id in givers or self.knows_results):
            # "that result" is the last one spoken of; one before it is "the first result".
            is_last = self.knows_results or step_id == givers[-1]
            return again if is_last else f"the {ordinal(givers.index(step_id))} {noun}"
        best = best_at(step.result, pointer) if not templates else None
        if best is not None:
            full = self._best_reference(step, noun, pointer, best, depth)
        elif position is not None and self._is_on_last_list(step_id, pointer):
            # "the second city on that list", where the list was asked for.
            listed = str(phrases_of(schema).get("listed") or f"the {{#}} {noun} on that list")
            full = _FIRST_OF_ALL.sub("", listed.replace("{#}", ordinal(position)))
        elif templates:
            # One thing is described in one way: other words could be taken for another thing.
            template = self._templates.setdefault(identity, str(self.rng.choice(templates)))
            full = self._fill_reference(template, step, position, depth)
        else:
            full = self._default_reference(step, noun, position, depth)
        taken_for = TAKEN_FOR.get(str(schema.get("format")), again)
        return self.antecedents.named(identity, again, full, taken_for)

    def _is_on_last_list(self, step_id: str, pointer: str) -> bool:
        if self.knows_results or not self._lists or self._lists[-1][0] != step_id:
            return False
        starred = "/".join("*" if token.isdecimal() else token for token in pointer.split("/"))
        return f"{starred}/".startswith(f"{self._lists[-1][1].partition('/*')[0]}/*/")

    def _refer_inside(self, step: Step, pointer: str, span: str, depth: int) -> str:
        """Name a value of a text by what it is and where it comes: "the second commit listed"."""
        text = resolve(step.result, pointer)
        inside = next((value for value in values_in(str(text)) if value.span == span), None)
        noun = inside.noun if inside else "value"
        if noun == "entry":
            noun = singular(outcome_noun(self.specs[step.tool]))
            noun = "entry" if noun == "result" else noun
        identity = f"step|{step.id}|{pointer}|{span}"
        if self.antecedents.can_be_called(identity, f"that {noun}"):
            return f"that {noun}"
        position = None if inside is None or inside.is_only else inside.position
        full = self._default_reference(step, f"{noun} listed" if position is not None else noun, position, depth)
        return self.antecedents.named(identity, f"that {noun}", full)

    def _fill_reference(self, template: str, step: Step, position: int | None, depth: int) -> str:
        def argument(names: tuple[str, ...]) -> str:
            if names == ("#",):
                return ordinal(position or 0)
            return self.argument(step, names, depth + 1)

        text = fill(template, argument, set(step.arguments))
        # "the first nearest airport" is the nearest airport.
        return _FIRST_OF_ALL.sub("", text)

    def _best_reference(self, step: Step, noun: str, pointer: str, best: Best, depth: int) -> str:
        """Name a value of the item that a number singles out: "the hotel with the lowest price for Oslo"."""
        schema = schema_at(self.specs[step.tool].output_schema or {}, f"{pointer.rpartition('/')[0]}/{best.member}")
        words = f"{noun} with the {best.end} {noun_of(schema, best.member)}"
        return self._default_reference(step, words, None, depth)

    def _default_reference(self, step: Step, noun: str, position: int | None, depth: int) -> str:
        number = f"{ordinal(position)} " if position is not None else ""
        spoken = []
        for name in step.arguments:
            try:
                words = self.argument(step, (name,), depth + 1)
            except PhraseError:
                continue
            identity = identity_of_parameter(self.specs[step.tool], name)
            words = without_key(words, identity.called)
            is_id = bool(identity.keys & {"id", "number", "code", "key"}) and identity.called
            # "The first product for the order 3", not "for 3".
            spoken.append(
                f"the {identity.called} {words}" if is_id and not words.startswith(("the ", "that ")) else words
            )
            if len(spoken) == 2:
                break
        return f"the {number}{noun}" + (f" for {enumerate_words(spoken)}" if spoken else "")

    def _noun_at(self, step: Step, pointer: str) -> str:
        """Return what the value at the pointer of the step's result is called."""
        spec = self.specs[step.tool]
        schema = schema_at(spec.output_schema or {}, pointer)
        name = leaf_name(pointer)
        identity = identity_in_result(spec, pointer, step.result)
        if identity is not None and identity.called and identity.keys and (identity.is_bare or not name):
            # "that customer id": of a customer's own, and of one in a list of ids.
            return f"{identity.called} {noun_of(schema, name) if name else min(identity.keys)}"
        if not name and not schema.get("title"):
            return outcome_noun(spec)
        noun = noun_of(schema, name or "result")
        return singular(noun) if pointer.rpartition("/")[2].isdecimal() else noun

    def asked(self, step: Step, told: Collection[str] | None = None) -> None:
        """Remember that a request has asked for the step's outcome: its values can be called by their short names.

        `told` holds the pointers of what the request asks for, None for the whole result. What else a call gives
        the request has not spoken of: "that date" is no date that nobody has asked for.
        """
        spec = self.specs[step.tool]
        spoken: dict[str, str] = {}
        taken_for: dict[str, str] = {}
        self._lists += [(step.id, pointer) for pointer in sorted(told or ()) if "/*" in pointer]
        for pointer, value in leaves(step.result):
            is_asked_for = told is None or pointer in told
            is_a_day = _names_a_day(value) and value not in step.arguments.values()
            if not is_asked_for and not is_a_day:
                continue
            schema = schema_at(spec.output_schema or {}, pointer)
            phrases = phrases_of(schema)
            if is_a_day and not (is_asked_for and phrases.get("refer")):
                # Nothing calls it so, but "that day" could mean it: after "the next holiday" its day.
                self.antecedents.named(identity_of(step.id, pointer, None), "that day", "")
            if not is_asked_for or any(token.isdecimal() for token in pointer.split("/")):
                continue
            noun = self._noun_at(step, pointer)
            if phrases.get("refer"):
                again = str(phrases.get("again") or f"that {noun}")
                identity = identity_of(step.id, pointer, phrases["refer"])
                spoken[identity] = again
                taken_for[identity] = TAKEN_FOR.get(str(schema.get("format")), again)
            else:
                givers = self._givers.setdefault(noun, [])
                if step.id not in givers:
                    givers.append(step.id)
        self.antecedents.asked(spoken, taken_for)

    def __post_init__(self) -> None:
        self._templates: dict[str, str] = {}
        #: The lists asked for so far, as (step, pointer with a star), in order.
        self._lists: list[tuple[str, str]] = []
        #: The steps asked for so far whose results hold a value of that name, in order.
        self._givers: dict[str, list[str]] = {}


def thing_of(schema: dict[str, Any], name: str, value: Any) -> str:
    """Return the identity of what the user gives for an argument."""
    return f"user|{schema.get('format') or noun_of(schema, name)}|{value}"


def half_of(place: str, schema: dict[str, Any]) -> str:
    """Return the identity of a place's latitude or longitude."""
    return f"{place}|{schema['format']}"


def flag_words(noun: str, value: bool | None) -> str:
    """Return what is said of a switch that has no words of its own."""
    return f"with {noun}" if value else f"without {noun}"


def _names_a_day(value: Any) -> bool:
    return isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\d(?!\d)", value) is not None


def identity_of(step: str, pointer: str, templates: list[str] | None) -> str:
    """Return what tells a thing of a result from others; what is spoken of alike (a latitude, a longitude) is one."""
    return f"step|{step}|{(templates or [pointer])[0]}|{last_position(pointer)}"
