"""Promise 6, natural: the query is one that a person without sight of tools and results could write.

These are rules that can err. Not allowed in a query: tool names, step ids, identifiers, unfilled
placeholders, talk about tools and calls, and what only a result knows. Stretches that the user says as a
value are the user's own and are skipped, except a tool's identifier for an enum member (`round_trip`).
"""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from graph.record import DerivedSource, Finding, Record, Source, Turn, UserSource
from nodes.proofs.dates import calendar_value, scan_calendar
from nodes.proofs.numbers import exact, scan_numbers
from nodes.proofs.schemas import closed_values, leaf_schema, specs_of
from nodes.proofs.text import normalised, normalised_occurrences, occurrences
from tool_registry.json_pointer import MISSING, equal, resolve, scalars

#: Shorter scalars stand in any text by chance.
LEAK_MIN = 4

_IDENTIFIERS = (
    re.compile(r"(?<![\w@])\w*[^\W_]_+\w*|(?<!\w)_+[^\W_]\w*"),
    re.compile(r"\b[a-z]{2,}[A-Z]\w*"),
    re.compile(r"(?<![\w@./])[A-Za-z]\w+(?:\.[A-Za-z]\w+)+(?![\w@])"),
    re.compile(r"(?<![\w/:.])(?:[\w.-]+/)+[\w-]+\.[A-Za-z]\w*"),
    re.compile(r"(?<!\S)/[A-Za-z]\w*(?:/\w+)*"),
    re.compile(r"(?<!\w)[A-Za-z]\w*(?:\[\d+\]|\(\)|\((?!(?:e?s|[IVX]+)\))(?=[\w'\"{\[]))"),
)
_DOMAIN = re.compile(r"(?:[\w-]+\.)+(?:com|org|net|edu|gov)\Z", re.IGNORECASE)
_PLACEHOLDER = re.compile(
    r"\{\{?\s*[A-Za-z_][\w ./+-]*\s*\}?\}|<[A-Za-z_][\w -]*>|\[[A-Za-z_][\w ./-]*\]|_{3,}", re.ASCII
)
_MACHINERY = re.compile(
    r"\b(?:use|using|call|calling|invoke|invoking|run|running|execute|executing)\s+"
    r"(?:(?:the|this|that|these|those|your|an?|any|available|provided|given|right|appropriate|following)\s+){0,3}"
    r"(?:tools?|functions?|apis?|endpoints?)\b"
    r"|\b(?:tool|function|api)[- ]calls?\b|\bavailable (?:tools|functions)\b"
    r"|\b(?:previous|preceding) (?:tool|function|call|step)s?\b"
    r"|\bas an? (?:ai|llm|(?:large )?language model|assistant|chat ?bot)\b|\byou are an? (?:ai|assistant|helpful)\b"
    r"|\b(?:function|tool|api) (?:schema|arguments?|parameters?|outputs?)\b",
    re.IGNORECASE,
)
_SEQUENCE = re.compile(
    r"(?:\A|(?<=[.!?:;,])\s+|\n\s*)(?:and |but )?"
    r"(?:first(?:ly)?|second(?:ly)?|third(?:ly)?|fourth(?:ly)?|then|next|after (?:that|this|which)|afterwards?|"
    r"subsequently|finally|lastly|step [0-9]+|[0-9]{1,2}[.)])(?=[\s,:])"
    r"|\b(?:and|&) then\b",
    re.IGNORECASE,
)
#: More clauses than this in a given order are a script for the assistant, not a wish.
SEQUENCED_MAX = 4


class Said(NamedTuple):
    """A quote, the value it says (MISSING in a derivation), and whether the schema lists that value."""

    quote: str
    value: Any
    member: bool


def check(record: Record) -> list[Finding]:
    """Return what no person would write in the queries."""
    said: list[Said] = []
    known: list[str] = []
    findings: list[Finding] = []
    ids = [step.id for turn in record.turns for step in turn.steps]
    names = [*dict.fromkeys([*(spec.name for spec in record.tools), *record.offered])]
    for index, turn in enumerate(record.turns):
        said.extend(_said(record, turn))
        later = record.turns[index:]
        for code, message in _problems(turn.query, names, ids, said, _results(later), known):
            findings.append(Finding(promise="natural", code=code, message=message, where=f"/turns/{index}/query"))
        known.extend((turn.query, turn.response))
    return findings


def _problems(
    query: str, names: list[str], ids: list[str], said: list[Said], results: list[Any], known: list[str]
) -> Iterator[tuple[str, str]]:
    if not re.search(r"\w", query):
        yield "no_query", "the query is empty"
        return
    covered = _covered(query, said)
    for name in names:
        if any(not _is_inside(span, covered) for span in normalised_occurrences(name, query)):
            yield "tool_name", f"the query names the tool {name!r}; a person does not know it"
    for step in dict.fromkeys(ids):
        if any(not _is_inside(span, covered) for span in occurrences(step, query)):
            yield "step_id", f"the query names the step {step!r}; a person does not know it"
    yield from _identifiers(query, covered)
    for match in _MACHINERY.finditer(query):
        yield "machinery", f"the query speaks of the assistant's machinery: {match.group()!r}"
    ordered = len(_SEQUENCE.findall(query))
    if ordered > SEQUENCED_MAX:
        yield (
            "over_long_list",
            f"the query dictates {ordered} things in order (first, then, finally); ask for what is wanted in the end, "
            "and join what belongs together",
        )
    for spelt in _leaks(query, results, said, known, covered):
        yield "leak", f"the query holds {spelt!r}, which only a result knows and no user source says"


def _identifiers(query: str, covered: list[tuple[int, int]]) -> Iterator[tuple[str, str]]:
    placeholders = [match.span() for match in _PLACEHOLDER.finditer(query) if not _is_inside(match.span(), covered)]
    for start, end in placeholders:
        yield "placeholder", f"the query holds the placeholder {query[start:end]!r}"
    seen = set()
    for pattern in _IDENTIFIERS:
        for match in pattern.finditer(query):
            span, text = match.span(), match.group()
            if text in seen or _is_inside(span, covered) or _is_inside(span, placeholders) or _DOMAIN.fullmatch(text):
                continue
            seen.add(text)
            yield "identifier", f"the query holds the identifier {text!r}; say it in everyday words"


def _said(record: Record, turn: Turn) -> Iterator[Said]:
    specs = specs_of(record)
    for step in turn.steps:
        for pointer, source in step.sources.items():
            try:
                value = resolve(step.arguments, pointer)
            except ValueError:
                continue
            spec = specs.get(step.tool)
            schema = leaf_schema(spec.parameters, pointer) if spec and value is not MISSING else {}
            if isinstance(source, UserSource):
                member = any(equal(value, member) for member in closed_values(schema))
                yield Said(source.quote, value, member)
            else:
                yield from (Said(quote, MISSING, False) for quote in _quotes(source))


def _quotes(source: Source) -> Iterator[str]:
    if isinstance(source, UserSource):
        yield source.quote
    elif isinstance(source, DerivedSource):
        for part in source.of:
            yield from _quotes(part)


def _covered(query: str, said: list[Said]) -> list[tuple[int, int]]:
    """Return the stretches that are values in the user's words."""
    spans: list[tuple[int, int]] = []
    for quote, value, member in said:
        is_flag = isinstance(value, bool) or value is None
        if not is_flag and not (member and "_" in quote):
            spans.extend(occurrences(quote, query))
    return spans


def _is_inside(span: tuple[int, int], spans: list[tuple[int, int]]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in spans)


def _results(turns: list[Turn]) -> list[Any]:
    return [step.result for turn in turns for step in turn.steps]


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    try:
        return repr(value)
    except ValueError:  # an integer of thousands of digits
        return ""


def _leaks(
    query: str, results: list[Any], said: list[Said], known: list[str], covered: list[tuple[int, int]]
) -> Iterator[str]:
    free_numbers = {
        span.value: query[span.start : span.end]
        for span in scan_numbers(query)
        if not _is_inside((span.start, span.end), covered) and not span.ordinal
    }
    free_calendar = {
        span.value: query[span.start : span.end]
        for span in scan_calendar(query)
        if not _is_inside((span.start, span.end), covered)
    }
    haystack = normalised(query)
    reported = set()
    for result in results:
        for _, value in scalars(result):
            if isinstance(value, bool) or value is None:
                continue
            text = _text(value)
            if len(text) < LEAK_MIN or text in reported:
                continue
            spelt = _leak(query, haystack, value, text, free_numbers, free_calendar, covered)
            if spelt and not _is_known(value, text, said, known):
                reported.add(text)
                yield spelt


def _leak(
    query: str,
    haystack: str,
    value: Any,
    text: str,
    free_numbers: dict[Any, str],
    free_calendar: dict[Any, str],
    covered: list[tuple[int, int]],
) -> str | None:
    """Return how the query spells the value outside of what the user says, or None."""
    if not isinstance(value, str):
        return free_numbers.get(exact(value)) if free_numbers else None
    meaning = calendar_value(text) if free_calendar else None
    if meaning is not None and meaning in free_calendar:
        return free_calendar[meaning]
    wanted = normalised(text) if len(text) <= len(query) else ""
    if len(wanted) < LEAK_MIN or wanted not in haystack:
        return None
    for start, end in normalised_occurrences(text, query):
        if not _is_inside((start, end), covered):
            return query[start:end]
    return None


def _is_known(value: Any, text: str, said: list[Said], known: list[str]) -> bool:
    """Say whether the user says the value, or knew it from an earlier turn."""
    if any(equal(value, entry.value) for entry in said if entry.value is not MISSING):
        return True
    texts = [*(entry.quote for entry in said if not isinstance(entry.value, bool | None)), *known]
    if any(any(normalised_occurrences(text, where)) for where in texts):
        return True
    if isinstance(value, str):
        return False
    return any(span.value == exact(value) for where in texts for span in scan_numbers(where))
