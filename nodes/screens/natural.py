"""Screen of words that no person writes: a query that names code or gives a result away, a response that is no answer.

A query holds no *code*: names of tools with an underscore, a dot, inner capitals or digits, the id of a step, other
words with an underscore or in camelCase, calls, and placeholders. Ordinary words may be said whatever is called so, and
so may names of the field, which stand in prose of a tool's description ("SHA-256"). It *leaks* nothing that only a
result could know: a number, date or time, or a text that has a name or code in it, or that an argument takes from the
result. Known are the context, earlier turns, and what the person says as a value, which is the person's own; but not a
schema's identifier for one ("round_trip").

A response says something, and holds no thoughts, known by the signs that templates put around them.

Measured: on the 55 honest drafts of a strong model wrong on none.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, time
from decimal import Decimal
from typing import Any

from graph.record import Finding, RefusedCall, Step, Turn
from graph.sources import Source, StepSource
from graph.spans import occurrences
from nodes.marks.figures import Clock, Day, Figure, Number, figures_of
from nodes.marks.find import words_like
from nodes.marks.moments import Face, faces_of
from nodes.marks.quantities import exact
from nodes.marks.wording import fold_words, opens_sentence
from nodes.screens.kinds import Dialogue
from tool_registry.json.pointer import MISSING, resolve, scalars
from tool_registry.json.schema import schema_at
from tool_registry.spec import ToolSpec

#: Shorter texts and numbers stand in any query by chance.
LEAK_MIN = 4

_NAME = re.compile(r"\w+(?:[.-]\w+)*")
_CODE = re.compile(
    r"(?<![\w@])\w*[^\W_]_+\w*|(?<!\w)_+[^\W_]\w*"  # an underscore
    r"|(?<!\w)[A-Za-z]\w*(?:\[\d+\]|\(\))"  # items[0], refresh()
    r"|(?<!\d )\b[a-z]{2,}(?:[A-Z]+[a-z0-9]+)+\b"  # timeZone, but not 120 mmHg
)
_PLACEHOLDER = re.compile(
    r"\{\{?\s*[A-Za-z_][\w ./+-]*\s*\}?\}|<[A-Za-z_][\w -]*>|\[[a-z_][\w ./-]*\](?!\()|_{3,}", re.ASCII
)
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_OF_MACHINES = re.compile(r"\d|_|@|://|\w[./]\w")
_THOUGHTS = re.compile(
    r"</?(?:\w+:)?(?:think|thought|reason|reflect|analy|scratch)\w*>|(?-i:\[/?THINK\w*\])|◁/?\w+▷|<\|[^<>|\s]+\|>",
    re.IGNORECASE,
)
_Part = Decimal | date | time


def check(dialogue: Dialogue) -> list[Finding]:
    """Return what no person would write."""
    turns, specs = dialogue.turns, dialogue.specs
    described = " ".join(spec.description for spec in specs.values())
    field = frozenset(word.replace("-", "").casefold() for word in _NAME.findall(described))
    originals = [spec.original_name for spec in specs.values() if spec.original_name]
    tools = frozenset(name for name in (*specs, *originals, *dialogue.offered) if _is_code(name, field))
    known = _Known(dialogue, field)
    findings: list[Finding] = []
    for index, turn in enumerate(turns):
        known.learn_said(index)
        left = known.without_own(turn.query)
        spoken = known.without_told(left, turns[:index])
        problems = [*_code(spoken, tools, field, turns), *_leaks(turn.query, left, turns, known)]
        if not re.search(r"\w", turn.query):
            problems = [("no_query", "the query is empty")]
        findings += [Finding.of("natural", *problem, f"/turns/{index}/query") for problem in dict.fromkeys(problems)]
        findings += [Finding.of("faithful", *problem, f"/turns/{index}/response") for problem in _no_answer(turn)]
        known.texts += [turn.query, turn.response]
    return findings


def _is_code(name: str, field: frozenset[str]) -> bool:
    if "_" in name or "." in name:
        return True
    has_inner_capital = name != name.upper() and name[1:] != name[1:].lower()
    return (has_inner_capital or any(map(str.isdecimal, name))) and name.replace("-", "").casefold() not in field


def _code(left: str, tools: frozenset[str], field: frozenset[str], turns: Sequence[Turn]) -> Iterator[tuple[str, str]]:
    snakes = {name.casefold(): name for name in tools if "_" in name or "." in name}
    steps = {step.id for turn in turns for step in turn.steps if step.id.casefold() not in field}
    for step in sorted(steps.intersection(re.findall(r"\w+", left))):
        yield "step_id", f"the query names the step {step!r}; a person does not know it"
    for word in _NAME.findall(left):
        name = word if word in tools else snakes.get(word.casefold())
        if name is not None:
            yield "tool_name", f"the query names the tool {name!r}; a person does not know it"
    for match in _PLACEHOLDER.finditer(left):
        yield "placeholder", f"the query holds the placeholder {match.group()!r}"
    left = _PLACEHOLDER.sub(" ", left)
    for code in _CODE.findall(left):
        if "_" in code or code[-1] in ")]" or code.casefold() not in field:
            yield "identifier", f"the query holds the identifier {code!r}; say it in everyday words"


class _Known:
    """What the person knows by a turn: `own` words, which say values, and `texts` that were read or written before."""

    def __init__(self, dialogue: Dialogue, field: frozenset[str]) -> None:
        self.locale, self.field = dialogue.context.locale, field
        context = dialogue.context.model_dump(mode="json")
        self.texts = [str(value) for _, value in scalars(context) if value is not None]
        self.own: set[str] = set()
        #: Texts with a capital that arguments take from results: the person is to have them found, however spelt.
        self.hidden: set[str] = set()
        self._said: dict[int, list[tuple[str, bool]]] = defaultdict(list)
        calls: list[Step | RefusedCall] = [step for turn in dialogue.turns for step in turn.steps]
        calls += [turn.refuses for turn in dialogue.turns if turn.refuses is not None]
        for call in calls:
            for pointer, source in call.sources.items():
                self._read(source, _at(call.arguments, pointer), pointer, dialogue.specs.get(call.tool))

    def _read(self, source: Source, value: Any, pointer: str, spec: ToolSpec | None) -> None:
        if isinstance(source, StepSource) and isinstance(value, str) and value != value.lower():
            self.hidden.add(value)
        for said in source.quotes():
            # Other wordings may hold anything beside the value.
            if said.paraphrase or (said is source and (isinstance(value, bool) or value is None)):
                continue
            schema = schema_at(spec.parameters, pointer) if spec and "_" in said.quote and value is not MISSING else {}
            is_own = schema.keys().isdisjoint(("enum", "const", "oneOf", "anyOf"))
            self._said[said.turn].append((said.quote, is_own))

    def learn_said(self, turn: int) -> None:
        """Take in what arguments quote of the turn's query."""
        self.texts += (quote for quote, _ in self._said[turn])
        self.own.update(quote for quote, is_own in self._said[turn] if is_own)

    def without_own(self, query: str) -> str:
        """Return the query with the person's own words blanked."""
        for start, end in {span for quote in self.own for span in occurrences(quote, query)}:
            query = query[:start] + " " * (end - start) + query[end:]
        return query

    def without_told(self, query: str, before: Sequence[Turn]) -> str:
        """Return the query with identifiers blanked that earlier responses told: whoever read them may copy them."""
        for code in {match.group() for match in _CODE.finditer(query)} if before else ():
            if any(any(occurrences(code, turn.response)) for turn in before):
                query = re.sub(rf"(?<!\w){re.escape(code)}(?!\w)", " " * len(code), query)
        return query

    def has(self, value: Any) -> bool:
        """Say whether a known text spells the value."""
        if isinstance(value, str) and any(fold_words(value) in fold_words(text) for text in self.texts):
            return True
        spelt = {part for text in self.texts for each in figures_of(text, self.locale) for part in _parts(each)}
        return bool(wanted := _parts_of(value)) and wanted <= spelt


def _at(document: Any, pointer: str) -> Any:
    try:
        return resolve(document, pointer)
    except ValueError:
        return MISSING


def _leaks(query: str, left: str, turns: Sequence[Turn], known: _Known) -> Iterator[tuple[str, str]]:
    """Yield what the query spells and only results of the turns know; `left` is the query without the own words."""
    whole = [each for each in figures_of(query, known.locale) if not left[each.start : each.end].isspace()]
    figures = {part: each for each in whole for part in _parts(each)}
    special = list(_special(query, left, known))
    results = [step.result for turn in turns for step in turn.steps] if figures or special else []
    values = [*sorted(known.hidden), *(value for result in results for _, value in scalars(result))]
    for value in dict.fromkeys(value for value in values if len(str(value)) >= LEAK_MIN):
        parts = _parts_of(value) if figures else set()
        spans = [(figures[part].start, figures[part].end) for part in parts if part in figures]
        spans = spans if len(spans) == len(parts) else []
        if isinstance(value, str) and fold_words(value).strip() and fold_words(value) in fold_words(query):
            spelt = [span for span in words_like(query, value) if not left[slice(*span)].isspace()]
            is_hidden = value in known.hidden
            spans += [(start, end) for start, end in spelt if is_hidden or any(start <= at < end for at in special)]
        if spans and not known.has(value):
            words = query[slice(*spans[0])]
            yield "leak", f"the query holds {words!r}, which only a result knows and no user source says"


def _special(query: str, left: str, known: _Known) -> Iterator[int]:
    """Yield where a name begins or a sign of an address or code stands: no everyday word, no weekday or month."""
    yield from (match.start() for match in _OF_MACHINES.finditer(left))
    calendar = [(each.start, each.end) for each in figures_of(query, known.locale)]
    for match in _WORD.finditer(left):
        word, at = match.group(), match.start()
        is_everyday = word == word.lower() or word.replace("-", "").casefold() in known.field
        if not is_everyday and not opens_sentence(query, at) and not any(a <= at < b for a, b in calendar):
            yield at


def _parts(figure: Figure) -> Iterator[_Part]:
    """Yield what a figure says in full: a number, a day of a year, a time of which half of the day is told."""
    match figure.readings[0]:
        case Number(value=value, ordinal=False):
            yield value
        case Day(year=int(year), month=month, day=day):
            yield date(year, month, day)
        case Clock(hour=hour, minute=minute, loose=False) if hour < 24:
            yield time(hour, minute)


def _parts_of(value: Any) -> set[_Part]:
    """Return what words say that tell a result's value in full: the number, or the day and the time."""
    if isinstance(value, str):
        face = next(iter(faces_of(value, (), None).faces), Face())
        return {part for part in (face.day, face.clock and face.clock.replace(second=0, microsecond=0)) if part}
    return {exact(value)} if isinstance(value, int | float) and not isinstance(value, bool) else set()


def _no_answer(turn: Turn) -> Iterator[tuple[str, str]]:
    if not any(map(str.isalnum, turn.response)):
        yield "no_response", "the response is empty"
    spoken_of = (turn.query, *(str(step.result) for step in turn.steps))
    for sign in _THOUGHTS.findall(turn.response):
        if not any(sign in text for text in spoken_of):
            yield "thoughts", f"the response holds thoughts, marked by {sign!r}; tell what was found alone"
            return
