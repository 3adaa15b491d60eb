"""Promise 7, natural: the query is one that a person without sight of tools and results could write.

These are rules that can err. Not allowed in a query: identifiers (`identifiers.py`), unfilled placeholders, talk
about the assistant's tools and calls, a script of many steps, and what only a result could know (`leaks.py`).
Stretches that the user says as a value are the user's own and are skipped, except a tool's identifier for an enum
member (`round_trip`).
"""

import re
from collections.abc import Iterator

from graph.record import Finding, Record
from nodes.screens import identifiers
from nodes.screens.leaks import Known, leaks, passed_on
from nodes.screens.spoken import Span, covered, is_inside, said_in, words_of_field

_PLACEHOLDER = re.compile(
    r"\{\{?\s*[A-Za-z_][\w ./+-]*\s*\}?\}|<[A-Za-z_][\w -]*>|\[[A-Za-z_][\w ./-]*\](?!\()|_{3,}", re.ASCII
)
#: "[Urgent] The printer is down": a mark of what follows, no blank to be filled.
_OPENS_LINE = re.compile(r"(?:\A|\n)\s*(?:\[[^\]\n]*\]\s*)*\Z")
_NOUNS = r"(?:tools?|functions?|(?:apis?|endpoints?)(?!\s+(?:keys?|tokens?|docs?|documentation)\b))"
_MACHINERY = re.compile(
    rf"\b(?:use|using|call|calling|invoke|invoking|run|running|execute|executing)\s+"
    rf"(?:(?:the|this|that|these|those|your|an?|any|available|provided|given|right|appropriate|following)\s+){{0,3}}"
    rf"{_NOUNS}\b"
    r"|\b(?:tool|function)[- ]calls?\b|\bavailable (?:tools|functions)\b"
    r"|\b(?:make|making|do|doing|perform|performing|issue|issuing) (?:an?|the|two|three|several) api[- ]calls?\b"
    r"|\b(?:previous|preceding) (?:tool|function|call|step)s?\b"
    r"|\bas an? (?:ai|llm|(?:large )?language model|chat ?bot)\b|\byou are an? (?:ai|assistant|helpful)\b"
    r"|\b(?:function|tool) (?:schema|arguments?|parameters?|outputs?)\b",
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


def check(record: Record) -> list[Finding]:
    """Return what no person would write in the queries."""
    field = words_of_field(record)
    known = Known.of(record, field)
    hidden = passed_on(record)
    ids = [step.id for turn in record.turns for step in turn.steps]
    originals = (spec.original_name for spec in record.tools if spec.original_name)
    names = [*dict.fromkeys([*(spec.name for spec in record.tools), *originals, *record.offered])]
    findings: list[Finding] = []
    for index, turn in enumerate(record.turns):
        query = turn.query
        known.said.extend(said_in(record, turn))
        own = covered(query, known.said)
        results = [step.result for later in record.turns[index:] for step in later.steps]
        problems = [
            *_names(query, names, ids, field, own),
            *_identifiers(query, record, field, own),
            *_manner(query, record),
            *(
                ("leak", f"the query holds {spelt!r}, which only a result knows and no user source says")
                for spelt in leaks(query, results, hidden, known, own)
            ),
        ]
        if not re.search(r"\w", query):
            problems = [("no_query", "the query is empty")]
        where = f"/turns/{index}/query"
        findings += [Finding(promise="natural", code=code, message=message, where=where) for code, message in problems]
        known.texts.extend((query, turn.response))
    return findings


def _names(
    query: str, names: list[str], ids: list[str], field: frozenset[str], own: list[Span]
) -> Iterator[tuple[str, str]]:
    for name in identifiers.tool_names(query, names, field, own):
        yield "tool_name", f"the query names the tool {name!r}; a person does not know it"
    for step in identifiers.step_ids(query, ids, field, own):
        yield "step_id", f"the query names the step {step!r}; a person does not know it"


def _identifiers(query: str, record: Record, field: frozenset[str], own: list[Span]) -> Iterator[tuple[str, str]]:
    blanks = [match.span() for match in _PLACEHOLDER.finditer(query) if not is_inside(match.span(), own)]
    for start, end in blanks:
        if query[start] != "[" or not _OPENS_LINE.search(query, 0, start):
            yield "placeholder", f"the query holds the placeholder {query[start:end]!r}"
    for text in identifiers.identifiers(query, record, field, [*own, *blanks]):
        yield "identifier", f"the query holds the identifier {text!r}; say it in everyday words"


def _manner(query: str, record: Record) -> Iterator[tuple[str, str]]:
    about = _matter(record)
    for match in _MACHINERY.finditer(query):
        if about.isdisjoint(re.findall(r"[a-z]+", match.group().casefold())):
            yield "machinery", f"the query speaks of the assistant's machinery: {match.group()!r}"
    ordered = len(_SEQUENCE.findall(query))
    if ordered > SEQUENCED_MAX:
        yield (
            "over_long_list",
            f"the query dictates {ordered} things in order (first, then, finally); ask for what is wanted in the end, "
            "and join what belongs together",
        )


def _matter(record: Record) -> frozenset[str]:
    """Return which of the machinery's nouns the tools themselves deal with, such as a `function_name` to run."""
    nouns = {"tool", "function", "api", "endpoint"}
    names = (name for spec in record.tools for name in _parameters(spec.parameters))
    words = {word for name in names for word in re.findall(r"[a-z]+", name.casefold())}
    found = nouns & words
    return frozenset(found | {f"{noun}s" for noun in found})


def _parameters(schema: dict[str, object]) -> list[str]:
    properties = schema.get("properties")
    return list(properties) if isinstance(properties, dict) else []
