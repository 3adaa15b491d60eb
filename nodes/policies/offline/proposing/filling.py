"""Filling a tool's arguments: from the chain's results, from what the user has said, from made-up values.

It goes in two steps, because most of a batch is not worth the second: `plan` finds which parameters the chain's
results can fill, `fill` makes up the rest.
"""

import random
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from graph.sources import StepSource
from nodes.policies.offline import weights
from nodes.policies.offline.proposing.date_order import runs_backwards, sort_ranges
from nodes.policies.offline.proposing.ingredient_values import IngredientValues
from nodes.policies.offline.proposing.matching import match
from nodes.policies.offline.proposing.qualifiers import Known, Qualifiers
from nodes.policies.offline.proposing.values import drawn, is_looked_up, is_sayable
from nodes.policies.offline.reading.context_values import context_place, context_value
from nodes.policies.offline.reading.effects import changes_nothing, members_to_change
from nodes.policies.offline.reading.offers import Offer
from nodes.policies.offline.reading.parameters import Parameter, Parameters, parameters_of
from tool_registry.drawing.argument_kinds import is_default, parameters_of_kind
from tool_registry.drawing.value_words import first_sentence
from tool_registry.json.pointer import MISSING, escape
from tool_registry.kind import OWN_WORDS
from tool_registry.spec import ToolSpec

#: From here on there are enough whole examples to be used often: of three each is soon in every fifth record.
_WHOLE_EXAMPLES_MANY = 8
#: So many optional arguments at most are given because their kind is wanted.
_WANTED_MAX = 2
#: With more values samples hardly draw the same one.
_FEW = 8
_FOLDERS = re.compile(r"\b(director(?:y|ies)|folders?|tree|search|repositor(?:y|ies))\b", re.IGNORECASE)
_FILE_OR_FOLDER = re.compile(r"\bfile or (?:director|folder)|\b(?:directory|folder) or file\b", re.IGNORECASE)
#: Keywords of schemas that give values also of what is found rather than made up.
_CHOICES = frozenset({"examples", "enum", "const", "oneOf", "anyOf", "default"})
#: From here on one value of a text is as far as another.
_POSITIONS_FAR = 3


@dataclass
class Plan:
    """Which groups of parameters results can fill, and how well: the mean match, 0 to 1.

    `settled` are the arguments that qualify others and what they have to be, once the rest is filled; `left_out`
    those that may be left out and are.
    """

    spec: ToolSpec
    from_results: dict[tuple[str, ...], dict[str, Offer]] = field(default_factory=dict)
    fit: float = 0.0
    wanted: bool = False
    settled: dict[str, Known] = field(default_factory=dict)
    left_out: set[str] = field(default_factory=set)

    def steps(self) -> set[str]:
        """Return the ids of the steps whose results are used."""
        return {source.step for source in self.sources().values()}

    def sources(self) -> dict[str, StepSource]:
        """Return the source of each argument that comes from a result, by JSON Pointer."""
        sources = {
            f"/{escape(name)}": StepSource(step=offer.step, pointer=offer.pointer, span=offer.span)
            for chosen in self.from_results.values()
            for name, offer in chosen.items()
        }
        for name, known in self.settled.items():
            sources.pop(f"/{escape(name)}", None)
            if known.source is not None:
                sources[f"/{escape(name)}"] = known.source
        return sources


@dataclass(frozen=True)
class UserValue:
    """A value that the user says in an earlier step of the chain, and what kind of thing it is."""

    kind: str
    value: Any
    step: str = ""


class Filler:
    """Fills calls of one iteration: knows the chain's offers and what the user has said so far."""

    def __init__(
        self,
        offers: Iterable[Offer],
        said: Iterable[UserValue],
        rng: random.Random,
        context: Mapping[str, Any] | None = None,
        qualifiers: Qualifiers | None = None,
        turn: float = 0.0,
        given: IngredientValues | None = None,
    ) -> None:
        self.offers = list(offers)
        self.said = list(said)
        self.rng = rng
        self.context = context or {}
        self.qualifiers = qualifiers or Qualifiers([], {})
        #: Required parameters that no value was found for, by tool.
        self.unfilled: dict[str, str] = {}
        self.turn = turn
        self.given = given
        #: What kind of argument is given wherever a tool takes it, though it may be left out.
        self.wants = "any"

    def plan(self, spec: ToolSpec, wanted: dict[str, set[str]]) -> Plan | None:
        """Return how the chain's results can feed the tool, or None when they cannot.

        `wanted` names results to use, as step id to pointers; they are preferred among equals.
        """
        parameters = parameters_of(spec)
        plan = Plan(spec)
        used: set[tuple[str, str, str | None]] = set()
        taken: set[tuple[str, Any]] = set()
        items: dict[str, str] = {}
        scores: list[float] = []
        for names in parameters.groups:
            group = [parameters.by_name[name] for name in names]
            if any(self._in_context(parameter) is not MISSING for parameter in group):
                continue
            best = self._from_results(group, wanted, used, taken, items, without_files=_takes_no_file(spec))
            if best is None:
                continue
            score, chosen = best
            if not any(parameter.required for parameter in group):
                # What may be left out is given where it fits: the time zone of a place with that place.
                elsewhere = plan.from_results and not plan.steps() & {offer.step for offer in chosen.values()}
                if score < weights.STRONG or elsewhere or self.rng.random() < weights.OPTIONAL_LEFT_OUT:
                    # Nor made up: a place's times are asked for in its own zone or in none.
                    plan.left_out |= set() if elsewhere or score < weights.STRONG else set(names)
                    continue
            plan.from_results[names] = chosen
            used |= {offer.place for offer in chosen.values()}
            items.update({offer.step: offer.item for offer in chosen.values() if offer.item is not None})
            taken |= {(parameters.by_name[name].kind, offer.value) for name, offer in chosen.items()}
            scores.append(score)
            plan.wanted |= any(_is_wanted(offer, wanted) for offer in chosen.values())
        if not scores:
            return None
        plan.fit = sum(scores) / len(scores)
        return plan

    def fill(self, plan: Plan) -> dict[str, Any] | None:
        """Return the arguments: those of the plan and made-up ones; None when a required one cannot be made up."""
        parameters = parameters_of(plan.spec)
        example = self.rng.choice(parameters.examples) if parameters.examples else {}
        keep_whole = bool(example) and self.rng.random() < _whole_chance(parameters)
        arguments: dict[str, Any] = {}
        kinds_reused: set[str] = set()
        to_change = self._to_change(plan, parameters)
        wanted = set(parameters_of_kind(plan.spec, self.wants)[:_WANTED_MAX]) if self.wants != "any" else set()
        to_change = to_change | wanted
        for names in parameters.groups:
            if names in plan.from_results:
                arguments.update({name: offer.value for name, offer in plan.from_results[names].items()})
                continue
            group = [parameters.by_name[name] for name in names]
            known = {parameter.name: self._in_context(parameter) for parameter in group}
            arguments.update({name: value for name, value in known.items() if value is not MISSING})
            group = [parameter for parameter in group if known[parameter.name] is MISSING]
            if not group:
                continue
            needed = any(parameter.required for parameter in group) or bool(to_change.intersection(names))
            if plan.left_out.issuperset(names):
                continue
            if not needed and not self._gives_optional(group, example if keep_whole else {}, parameters.spoken):
                continue
            made = self._made_up(group, plan, example, keep_whole, kinds_reused, arguments)
            if made is None and needed:
                missing = [parameter for parameter in group if parameter.required] or group
                self.unfilled[plan.spec.name] = missing[0].name
                return None
            arguments.update(made or {})
            # A switch that stands as it would anyway is said by nobody.
            for name in wanted.intersection(made or {}):
                if isinstance(arguments[name], bool) and is_default(arguments[name], plan.spec, name):
                    arguments[name] = not arguments[name]
        sort_ranges(arguments, parameters, {name for names in plan.from_results for name in names}, self.rng)
        settled = self.qualifiers.settle(plan.spec, arguments, plan.sources())
        if settled is None or changes_nothing(plan.spec, arguments):
            return None
        plan.settled = settled
        arguments.update({name: known.value for name, known in settled.items()})
        return arguments if parameters.is_valid(arguments) and not runs_backwards(arguments, parameters) else None

    def _to_change(self, plan: Plan, parameters: Parameters) -> set[str]:
        """Return an optional parameter of a write that changes nothing without one, or none."""
        required = {name for name, parameter in parameters.by_name.items() if parameter.required}
        if not changes_nothing(plan.spec, dict.fromkeys(required)):
            return set()
        return {self.rng.choice(sorted(members_to_change(plan.spec) - plan.left_out) or [""])}

    def _in_context(self, parameter: Parameter) -> Any:
        """Return the context's value for a parameter of that name, or MISSING."""
        value = context_value(parameter.name, self.context)
        return value if value is not MISSING and parameter.is_valid(value) else MISSING

    def _from_results(
        self,
        group: list[Parameter],
        wanted: dict[str, set[str]],
        used: set[tuple[str, str, str | None]],
        taken: set[tuple[str, Any]],
        items: dict[str, str],
        *,
        without_files: bool = False,
    ) -> tuple[float, dict[str, Offer]] | None:
        """Return the best (score, offer by name) in which all members come from one container of one result.

        Places in `used` and pairs of a kind and a value in `taken` are those of other parameters: nobody asks for
        the way from a city to itself. Nor do they ask for the way from the second to the third of a list: `items`
        has the one item of each step's lists that others take.
        """
        by_parent: dict[tuple[str, str], dict[str, tuple[float, Offer]]] = {}
        for offer in self.offers:
            if offer.place in used or (without_files and offer.name == "file"):
                continue
            if offer.name == "folder" and any(map(_takes_no_folder, group)):
                continue
            if offer.item is not None and items.get(offer.step, offer.item) != offer.item:
                continue
            for parameter in group:
                score = match(offer, parameter)
                if score < weights.MATCH_MIN or (parameter.kind, offer.value) in taken:
                    continue
                place = by_parent.setdefault((offer.step, offer.parent), {})
                if parameter.name not in place or score > place[parameter.name][0]:
                    place[parameter.name] = (score, offer)
        best: tuple[float, float, dict[str, Offer]] | None = None
        for place in by_parent.values():
            offers = {name: offer for name, (_, offer) in place.items()}
            if len(place) < len(group) or len({offer.place for offer in offers.values()}) < len(group):
                continue
            score = sum(score for score, _ in place.values()) / len(place)
            first = next(iter(offers.values()))
            # People ask for the first of a list far more often than for the third, and most for the best.
            depth = sum(int(token) for token in first.pointer.split("/") if token.isdecimal())
            depth = -1 if first.is_best else depth
            depth += min(first.position, _POSITIONS_FAR)
            liking = score + self.rng.random() * weights.FIT_CHANCE - weights.LATER_ITEM * depth
            if first.step in wanted:
                is_named = any(_is_wanted(offer, wanted) for offer in offers.values())
                liking += weights.WANTED_VALUE if is_named else weights.WANTED_RESULT
            if best is None or liking > best[0]:
                best = (liking, score, offers)
        return best and (best[1], best[2])

    def _gives_optional(self, group: list[Parameter], example: dict[str, Any], spoken: frozenset[str]) -> bool:
        if all(parameter.name in example for parameter in group):
            return True
        if spoken.issuperset(parameter.name for parameter in group):
            return self.rng.random() < weights.OPTIONAL_SPOKEN_GIVEN
        hidden = any(p.schema.get("type") == "boolean" or "default" in p.schema for p in group)
        return self.rng.random() < (weights.OPTIONAL_HIDDEN_GIVEN if hidden else weights.OPTIONAL_GIVEN)

    def _made_up(
        self,
        group: list[Parameter],
        plan: Plan,
        example: dict[str, Any],
        keep_whole: bool,
        kinds_reused: set[str],
        arguments: dict[str, Any],
    ) -> dict[str, Any] | None:
        spec = plan.spec
        if len(group) > 1:
            return self._together(group, parameters_of(spec))
        parameter = group[0]
        if parameter.found and not parameter.schema.keys() & _CHOICES and parameter.name not in example:
            return self._beginning(parameter, spec)
        if is_looked_up(parameter, spec) and parameter.name not in example and not self._was_said(parameter):
            return None
        few = _few_values(parameters_of(spec))
        if few and not self.said:
            # All calls that there are: samples take turns, or the run would have the same one again and again.
            return {parameter.name: few[int(self.turn * len(few))]}
        value = self._from_user(parameter, example, keep_whole, kinds_reused, arguments, plan.steps())
        return None if value is MISSING else {parameter.name: value}

    def _was_said(self, parameter: Parameter) -> bool:
        return any(said.kind == parameter.kind for said in self.said)

    def _beginning(self, parameter: Parameter, spec: ToolSpec) -> dict[str, Any] | None:
        """Return a place of the context: nobody types what only a listing tells, but a search begins somewhere."""
        places = [value for value in context_place(self.context) if parameter.is_valid(value)]
        if not places or not parameter.words & {"path", "folder"} or not _works_on_folders(spec):
            return None
        return {parameter.name: self.rng.choice(places)}

    def _together(self, group: list[Parameter], parameters: Parameters) -> dict[str, Any] | None:
        """Return values that belong together: one example's, never a latitude here and a longitude there."""
        names = [parameter.name for parameter in group]
        rows = [[example[name] for name in names] for example in parameters.examples if set(names) <= set(example)]
        columns = [parameter.schema.get("examples") or [] for parameter in group]
        if len(set(map(len, columns))) == 1:
            rows += [list(row) for row in zip(*columns, strict=True)]
        if not rows and all(parameter.types == {"string"} for parameter in group):
            rows = [[drawn(p, self.rng) for p in group]]
        if not rows:
            return None
        row = self.rng.choice(rows)
        if any(value is MISSING or not is_sayable(value, p) for value, p in zip(row, group, strict=True)):
            return None
        return dict(zip(names, row, strict=True))

    def _from_user(
        self,
        parameter: Parameter,
        example: dict[str, Any],
        keep_whole: bool,
        kinds_reused: set[str],
        arguments: dict[str, Any],
        steps: set[str],
    ) -> Any:
        """Return a value the user can say: one said before of the same kind, the whole example's, or a new one.

        A number is not said again of what has come out of it: nobody adds 8 hours, and then the same 8 hours. Nor are
        words of one's own: a list's title is no meeting's.
        """
        taken = [value for value in arguments.values() if not isinstance(value, dict | list)]
        same_kind = [
            said.value
            for said in self.said
            if said.kind == parameter.kind
            and not (said.step in steps and isinstance(said.value, int | float))
            and said.kind != OWN_WORDS
        ]
        if same_kind and parameter.kind not in kinds_reused and self.rng.random() < weights.SAID_AGAIN:
            value = self.rng.choice(same_kind)
            if value not in taken and parameter.is_usual(value) and parameter.is_valid(value):
                kinds_reused.add(parameter.kind)
                return value
        if keep_whole and (spare := _example_value(parameter, example)) is not MISSING:
            return spare
        if self.given is not None and self.rng.random() < weights.INGREDIENT:
            value = self.given.value(parameter, taken)
            if value is not MISSING:
                return value
        for _ in range(4):
            value = drawn(parameter, self.rng)
            if value is MISSING or value not in taken:
                break
        return _example_value(parameter, example) if value is MISSING else value


def _few_values(parameters: Parameters) -> list[Any]:
    """Return the values of a tool's one parameter where its schema names all that are known of, and these are few."""
    if len(parameters.by_name) != 1:
        return []
    parameter = next(iter(parameters.by_name.values()))
    schema = parameter.schema
    values = schema.get("enum") or schema.get("examples") or []
    usable = [value for value in values if isinstance(value, str) and is_sayable(value, parameter)]
    return usable if len(usable) == len(values) <= _FEW else []


def _whole_chance(parameters: Parameters) -> float:
    """Return how often a whole example is used: never where it is a single value, which its own examples widen."""
    if len(parameters.by_name) < 2 and all("examples" in each.schema for each in parameters.by_name.values()):
        return 0.0
    return weights.WHOLE_EXAMPLE * min(1.0, len(parameters.examples) / _WHOLE_EXAMPLES_MANY)


def _example_value(parameter: Parameter, example: dict[str, Any]) -> Any:
    """Return the whole example's value if a user can say it, or MISSING."""
    value = example.get(parameter.name, MISSING)
    return value if value is not MISSING and is_sayable(value, parameter) else MISSING


def _works_on_folders(spec: ToolSpec) -> bool:
    """Tell whether the tool lists or searches: the context's folder is a place to begin for it, but no file to read."""
    return _FOLDERS.search(f"{spec.name.replace('_', ' ')} {first_sentence(spec.description)}") is not None


def _takes_no_file(spec: ToolSpec) -> bool:
    """Tell whether a path that the tool takes is a folder's: it works on folders and does not say "or file"."""
    return _works_on_folders(spec) and not _FILE_OR_FOLDER.search(first_sentence(spec.description).partition(" in ")[0])


def _takes_no_folder(parameter: Parameter) -> bool:
    """Tell whether a path is a file's, as far as its description says: "Path of the file"."""
    described = str(parameter.schema.get("description") or parameter.name).lower()
    return "file" in described and not re.search(r"folder|director", described)


def _is_wanted(offer: Offer, wanted: dict[str, set[str]]) -> bool:
    pointers = wanted.get(offer.step)
    return pointers is not None and (not pointers or offer.pointer in pointers)
