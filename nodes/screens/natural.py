"""Promise 7, natural: the query is one that a person without sight of tools and results could write.

These are rules that can err. Not allowed in a query: identifiers (`identifiers.py`), unfilled placeholders, talk
about the assistant's tools and calls, a script of many steps, and what only a result could know (`leaks.py`).
Stretches that the user says as a value are the user's own and are skipped, except a tool's identifier for an enum
member (`round_trip`).
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from graph.record import Finding, RecordContext, Turn
from nodes.marks.find import Span
from nodes.marks.infer import setting_of
from nodes.screens import identifiers
from nodes.screens.leaks import Known, is_inside, leaks, own_spans, passed_on, said_in
from tool_registry.json_pointer import scalars
from tool_registry.spec import ToolSpec

_FIELD_WORD = re.compile(r"\w+(?:[-.]\w+)*")
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


def check(
    turns: Sequence[Turn], context: RecordContext, specs: Mapping[str, ToolSpec], offered: Sequence[str] = ()
) -> list[Finding]:
    """Return what no person would write in the queries. `offered`: names of tools, beside those of `specs`."""
    described = " ".join(spec.description for spec in specs.values())
    # What stands in prose there ("GitHub", "SHA-256") a person of that field says as well.
    field = frozenset(word.replace("-", "").casefold() for word in _FIELD_WORD.findall(described))
    known = Known(setting_of(context), field)
    known.learn(*(str(value) for _, value in scalars(context.model_dump(mode="json")) if value is not None))
    said, hidden = list(said_in(turns, specs)), passed_on(turns)
    members, about = identifiers.member_names(turns, specs), _matter(specs)
    ids = [step.id for turn in turns for step in turn.steps]
    names = dict.fromkeys([*specs, *(spec.original_name for spec in specs.values() if spec.original_name), *offered])
    findings: list[Finding] = []
    for index, turn in enumerate(turns):
        query = turn.query
        known.learn_said(each for each in said if each.turn == index)
        own = own_spans(query, (each for each in said if each.turn <= index))
        results = (step.result for later in turns[index:] for step in later.steps)
        problems = [
            *_identifiers(query, members, field, own),
            *_manner(query, about),
            *(
                ("tool_name", f"the query names the tool {name!r}; a person does not know it")
                for name in identifiers.tool_names(query, names, field, own)
            ),
            *(
                ("step_id", f"the query names the step {step!r}; a person does not know it")
                for step in identifiers.step_ids(query, ids, field, own)
            ),
            *(
                ("leak", f"the query holds {spelt!r}, which only a result knows and no user source says")
                for spelt in leaks(query, results, hidden, known, own)
            ),
        ]
        if not re.search(r"\w", query):
            problems = [("no_query", "the query is empty")]
        where = f"/turns/{index}/query"
        findings += [Finding(promise="natural", code=code, message=message, where=where) for code, message in problems]
        known.learn(query, turn.response)
    return findings


def _identifiers(
    query: str, members: frozenset[str], field: frozenset[str], own: list[Span]
) -> Iterator[tuple[str, str]]:
    blanks = [match.span() for match in _PLACEHOLDER.finditer(query) if not is_inside(match.span(), own)]
    for start, end in blanks:
        if query[start] != "[" or not _OPENS_LINE.search(query, 0, start):
            yield "placeholder", f"the query holds the placeholder {query[start:end]!r}"
    for text in identifiers.identifiers(query, members, field, [*own, *blanks]):
        yield "identifier", f"the query holds the identifier {text!r}; say it in everyday words"


def _manner(query: str, about: frozenset[str]) -> Iterator[tuple[str, str]]:
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


def _matter(specs: Mapping[str, ToolSpec]) -> frozenset[str]:
    """Return which of the machinery's nouns the tools themselves deal with, such as a `function_name` to run."""
    schemas = (spec.parameters.get("properties") for spec in specs.values())
    names = " ".join(name for schema in schemas if isinstance(schema, dict) for name in schema)
    found = {"tool", "function", "api", "endpoint"}.intersection(re.findall(r"[a-z]+", names.casefold()))
    return frozenset(found | {f"{noun}s" for noun in found})
