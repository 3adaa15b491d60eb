"""From a prompt back to the request that it was written for: what a model can know, and no more.

The prompts' own templates are turned round, so that their wording may change freely. Specs come from the
registry by the tools' names, as a model knows a tool by more than its line; values come from the views.
"""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, cast

from bench.endpoint.views import CallRead, UnreadableViewError, read_call, read_value, read_view
from graph.record import Attempt, Finding, Gradient, Ingredients, RecordContext, Role, Step
from graph.sources import StepSource
from nodes.marks.parse import parse
from nodes.policies.base import (
    CallReport,
    CritiqueRequest,
    MarkedText,
    Proposal,
    ProposeRequest,
    RepairRequest,
    SynthesizeRequest,
    Written,
    WrittenTurn,
)
from prompts import load
from tool_registry.json.pointer import MISSING, escape, leaves, resolve, tokens
from tool_registry.result import ToolError
from tool_registry.spec import ToolSpec

Specs = Mapping[str, ToolSpec]

#: Those of query first: what they decide is no role of its own.
QUERY_FIRST = ("baseline_query", "baseline_search", "baseline_answer")
_PROMPTS = ("propose", "repair", "critique", "plan", "synthesize", "dialogue", "solve", "judge", *QUERY_FIRST)
_TOOL = re.compile(r"[\w-]{1,64}(?=\()")
_STEP = re.compile(r"(s\d+) (?=[\w-]+)")
_CHAIN = re.compile(r"chain (\d+): ([s\d →]+)")
_LENGTHS = re.compile(r"has (\d+) of (\d+) calls")
_KEPT = re.compile(r"^(s\d+): .*\bkept\b(?!.*adds less)", re.MULTILINE)
_CONCLUDES = re.compile(r"\((\d+) calls at least\)")
_WHOLE_RESULT = re.compile(r"(s\d+): (.*)")
_AT = r"(?:=|(?P<left_out>…\+\d+ items))"
_PART_OF_RESULT = re.compile(rf"(s\d+)(?P<pointer>(?:/[^=/…]*)*){_AT}")
_ROW_OF_RESULT = re.compile(r"(s\d+)((?:/[^=/:]*)+): ")
_MEMBER = re.compile(rf"(?P<pointer>[^=/…]*){_AT}")
_HALF = re.compile(r"^(Query|Response): (.*?)(?=^Response: |^Found wrong|^Words without|\Z)", re.DOTALL | re.MULTILINE)
_WHICH = re.compile(r"^- Which words of the (query|response) .*target (.*)$", re.MULTILINE)
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_REPORT = re.compile(r"\{([pr]\d+)\} (?=[\w-]+\()")
_RESERVED = re.compile(r"- (r\d+) (?=[\w-]+\()")


class UnreadableRequestError(ValueError):
    """The messages are not those of a prompt that is known here."""


def prompt_of(messages: list[dict[str, Any]]) -> str:
    """Return the name of the prompt that the messages were rendered from. Raises UnreadableRequestError."""
    system = str(messages[0].get("content") or "") if messages else ""
    for name in _PROMPTS:
        if system.startswith(load(name).system):
            return name
    raise UnreadableRequestError("the system message is of no prompt in prompts/")


def role_of(messages: list[dict[str, Any]]) -> Role:
    """Return which decision the messages ask for. Raises UnreadableRequestError."""
    name = prompt_of(messages)
    if name in QUERY_FIRST:
        return "propose" if name == "baseline_search" else "synthesize"
    return "synthesize" if name == "dialogue" else cast(Role, name)


def variables_of(name: str, messages: list[dict[str, Any]]) -> dict[str, str]:
    """Return what the user message was rendered with. Raises UnreadableRequestError."""
    found = _pattern(name).fullmatch(str(messages[1].get("content") or "") if len(messages) > 1 else "")
    if found is None:
        raise UnreadableRequestError(f"the user message was not rendered from prompts/{name}.md")
    return found.groupdict()


@cache
def _pattern(name: str) -> re.Pattern[str]:
    parts = re.split(r"\{\{\s*(\w+)\s*\}\}", load(name).user)
    texts = [re.escape(part) if index % 2 == 0 else f"(?P<{part}>.*?)" for index, part in enumerate(parts)]
    if not parts[-1]:
        texts[-2] = f"(?P<{parts[-2]}>[^\n]*)"  # how to answer is said in one line, whatever stands before it
    return re.compile("".join(texts), re.DOTALL)


def propose_request(told: dict[str, str], specs: Specs, seed: int) -> ProposeRequest:
    """Return the request of a propose prompt."""
    batch = [name for name in tool_names(told["tools"]) if name in specs]
    steps, chains = chain_of(told["chain"])
    known, target = _lengths(told["aim"])
    return ProposeRequest(
        seed=seed,
        iteration=known + 1,
        target_calls=target,
        context=context_of(told["setting"]),
        ingredients=ingredients_of(told["ingredients"]),
        tools=specs_named(specs, [*batch, *(step.tool for step in steps)]),
        steps=steps,
        chains=chains,
        gradients=_gradients(told["critique"]),
        batch=batch,
        count=int(re.sub(r"\D", "", told["count"]) or 1),
        attempts=list(attempts_of(told["attempts"])),
        reserve=list(_reserve(told["attempts"], _RESERVED)),
    )


def critique_request(told: dict[str, str], specs: Specs, seed: int) -> CritiqueRequest:
    """Return the request of a critique prompt; sources of reports may name other proposals as steps."""
    steps, chains = chain_of(told["chain"])
    known, target = _lengths(told["aim"])
    reports = list(_reports(told["reports"]))
    names = list(dict.fromkeys(report.proposal.tool for report in reports))
    reserve = list(_reserve(told["reserve"], _REPORT))
    keep, concludes = re.search(r"at most (\d+)", told["aim"]), _CONCLUDES.search(told["aim"])
    batch = [name for name in _names(told["batch"]) if name in specs]
    known_tools = [*names, *batch, *(each.proposal.tool for each in reserve), *(step.tool for step in steps)]
    return CritiqueRequest(
        seed=seed,
        iteration=known + 1,
        target_calls=target,
        context=context_of(told["setting"]),
        tools=specs_named(specs, known_tools),
        steps=steps,
        chains=chains,
        gradients=_gradients(told["critique"]),
        batch=batch,
        categories=_names(told["library"]),
        reports=reports,
        accept=int(keep[1]) if keep else len(reports),
        attempts=[],
        reserve=reserve,
        conclude_from=int(concludes[1]) if concludes else None,
    )


def repair_request(told: dict[str, str], specs: Specs, seed: int) -> RepairRequest:
    """Return the request of a repair prompt. Raises UnreadableRequestError for a tool that is not known."""
    names = list(tool_names(told["tool"]))
    if not names or names[0] not in specs:
        raise UnreadableRequestError("the tool to repair a call of is not known here")
    tried = [value for line in told["arguments"].splitlines() if isinstance(value := _json(line), dict)]
    kind, _, message = told["error"].partition(": ")
    return RepairRequest(
        seed=seed,
        context=context_of(told["setting"]),
        spec=specs[names[0]],
        proposal=Proposal(id="p1", tool=names[0], arguments=tried[-1] if tried else {}),
        error=ToolError(kind="invalid_arguments", message=message or kind),
        tried=tried,
    )


def synthesize_request(told: dict[str, str], specs: Specs, seed: int) -> SynthesizeRequest:
    """Return the request of a synthesize prompt."""
    results = dict(results_of(told["results"]))
    steps, chains = chain_of(told["chain"], results)
    last = {half: parse(text) for half, text in last_halves(told["rewrite"])}
    found = [Finding(promise="natural", code="told", message=told["rewrite"][-500:])] if last else []
    empty = parse("")
    return SynthesizeRequest(
        seed=seed,
        iteration=len(steps),
        target_calls=max(len(steps), 1),
        context=context_of(told["setting"]),
        tools=specs_named(specs, [step.tool for step in steps]),
        steps=[step for step in steps if step.tool in specs],
        chains=chains,
        gradients=[],
        findings=found,
        previous=Written(
            turns=[
                WrittenTurn(
                    query=MarkedText(text=last.get("query", empty).text),
                    response=MarkedText(text=last.get("response", empty).text),
                )
            ]
        )
        if last
        else None,
    )


def last_halves(text: str) -> list[tuple[str, str]]:
    """Return the halves of the last draft that a rewrite shows, with their marks."""
    return [(found[1].lower(), found[2].strip()) for found in _HALF.finditer(text)]


def asked_halves(answer: str) -> list[str]:
    """Return the halves that the prompt asks for anew."""
    return [half for half in ("query", "response") if f'"{half}": "…"' in answer]


def asked_words(text: str) -> list[tuple[str, list[str]]]:
    """Return what a rewrite asks the words of: the half, and the references that they may have."""
    return [(found[1], re.findall(r"s\d+(?:/[^\s]*)?", found[2])) for found in _WHICH.finditer(text)]


def results_of(text: str) -> Iterator[tuple[str, Any]]:
    """Yield each step's result: as a view, or value by value behind its reference."""
    documents: dict[str, Any] = {}
    for line in text.splitlines():
        if whole := _WHOLE_RESULT.match(line):
            documents[whole[1]] = _view_or_none(whole[2])
        elif row := _ROW_OF_RESULT.match(line):
            _assemble(documents, row[1], row[2], line, row.end(), _MEMBER)
        elif named := _PART_OF_RESULT.match(line):
            _assemble(documents, named[1], "", line, 0, _PART_OF_RESULT)
    for step, document in documents.items():
        yield step, _with_lists(document)


def _assemble(
    documents: dict[str, Any], step: str, shared: str, line: str, position: int, part: re.Pattern[str]
) -> None:
    """Put the line's values into the step's document; how many are left out is not read."""
    while found := part.match(line, position):
        position = found.end()
        if not found["left_out"]:
            try:
                value, position = read_value(line, position)
            except UnreadableViewError:
                return
            place = tokens(f"{shared}/{found['pointer']}" if shared else found["pointer"])
            if not place:
                documents[step] = value
                return
            inner = documents.setdefault(step, {})
            for name in place[:-1]:
                inner = inner.setdefault(name, {})
            inner[place[-1]] = value
        position += 1


def _with_lists(document: Any) -> Any:
    if not isinstance(document, dict):
        return document
    members = {name: _with_lists(member) for name, member in document.items()}
    is_list = members and list(members) == [str(position) for position in range(len(members))]
    return list(members.values()) if is_list else members


def specs_named(specs: Specs, names: list[str]) -> dict[str, ToolSpec]:
    return {name: specs[name] for name in dict.fromkeys(names) if name in specs}


def _names(text: str) -> list[str]:
    return [] if text.startswith("(") else re.sub(r" and \d+ more$", "", text.strip()).split(", ")


def tool_names(text: str) -> Iterator[str]:
    """Yield the names of the tools that a prompt lists."""
    for line in text.splitlines():
        found = _TOOL.match(line)
        if found:
            yield found[0]


def chain_of(text: str, results: dict[str, Any] | None = None) -> tuple[list[Step], list[list[str]]]:
    """Return steps and chains; the results stand behind ` = ` on each step's line, or in `results`."""
    chains = [found[2].split(" → ") for found in _CHAIN.finditer("\n".join(text.splitlines()))]
    chains = [[step.strip() for step in chain if step.strip()] for chain in chains]
    steps: list[Step] = []
    for line in text.splitlines():
        found = _STEP.match(line)
        if not found:
            continue
        call = _call(line, found.end())
        result = (results or {}).get(found[1])
        if results is None and line.startswith(" = ", call.end):
            result = _view_or_none(line[call.end + 3 :])
        steps.append(
            Step(id=found[1], tool=call.tool, arguments=_arguments(call), sources=dict(_sources(call)), result=result)
        )
    held = {step.id: step.result for step in steps}
    for step in steps:
        _fill_in(step.arguments, step.sources, held)
    return steps, chains


def _call(text: str, start: int) -> CallRead:
    try:
        return read_call(text, start)
    except UnreadableViewError:
        name = re.match(r"[\w-]+", text[start:])
        return CallRead(name[0] if name else "", {}, {}, len(text))


def _arguments(call: CallRead) -> dict[str, Any]:
    return {**call.arguments, **dict.fromkeys(call.places)}


def _sources(call: CallRead) -> dict[str, StepSource]:
    return {f"/{escape(name)}": StepSource(step=step, pointer=at) for name, (step, at) in call.places.items()}


def _fill_in(arguments: dict[str, Any], sources: dict[str, Any], held: Mapping[str, Any]) -> None:
    """Put the values of results where the prompt shows only their places; what is not shown is left out."""
    for pointer, source in list(sources.items()):
        name = pointer[1:].replace("~1", "/").replace("~0", "~")
        value = resolve(held[source.step], source.pointer) if source.step in held else MISSING
        # A place holder of its own: nothing that the user has said, and equal to no other value.
        arguments[name] = f"({source.step}{source.pointer})" if value is MISSING else value
        below = dict(leaves(arguments[name]))
        if "" not in below:  # a list or an object by reference
            del sources[pointer]
            sources |= {pointer + leaf: source.model_copy(update={"pointer": source.pointer + leaf}) for leaf in below}


def _view_or_none(text: str) -> Any:
    try:
        return read_view(text.strip())
    except UnreadableViewError:
        return None


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return _view_or_none(text)


def _lengths(text: str) -> tuple[int, int]:
    found = _LENGTHS.search(text)
    return (int(found[1]), max(int(found[2]), 1)) if found else (0, 1)


def _gradients(text: str) -> list[Gradient]:
    if text.strip() in ("", "(none)"):
        return []
    return [Gradient(iteration=1, selected=_KEPT.findall(text), text=text)]


def _reserve(text: str, name: re.Pattern[str]) -> Iterator[CallReport]:
    """Yield the calls that can still be kept, with their results as far as they are shown."""
    for line in text.splitlines():
        found = name.match(line)
        if found is None:
            continue
        call = _call(line, found.end())
        shown = line[call.end :].removesuffix(": worked, can still be kept")
        result = _view_or_none(shown[3:]) if shown.startswith(" = ") else None
        proposal = Proposal(id=found[1], tool=call.tool, arguments=_arguments(call), sources=_sources(call))
        yield CallReport(proposal=proposal, ok=True, result=result)


def attempts_of(text: str) -> Iterator[Attempt]:
    """Yield the calls of a list of lines."""
    for number, line in enumerate(text.splitlines()):
        if not line.startswith("- "):
            continue
        waits = _RESERVED.match(line)
        call = _call(line, waits.end() if waits else 2)
        worked = waits is not None or line[call.end :].startswith(": worked")
        error = None if worked else ToolError(kind="tool_error", message=line[call.end :].strip(": "))
        yield Attempt(iteration=0, id=f"a{number}", tool=call.tool, arguments=_arguments(call), ok=worked, error=error)


def _reports(text: str) -> Iterator[CallReport]:
    blocks: list[list[str]] = []
    for line in text.splitlines():
        if _REPORT.match(line):
            blocks.append([line])
        elif blocks:
            blocks[-1].append(line.strip())
    for first, *rest in blocks:
        found = _REPORT.match(first)
        assert found is not None
        call = _call(first, found.end())
        proposal = Proposal(id=found[1], tool=call.tool, arguments=_arguments(call), sources=_sources(call))
        failed = next((line for line in rest if line.startswith("FAILED")), None)
        if failed is not None:
            yield CallReport(proposal=proposal, ok=False, error=ToolError(kind="tool_error", message=failed[8:]))
            continue
        shown = next((line for line in rest if line.startswith("result")), "result: null")
        marks, _, view = shown.partition(": ")
        yield CallReport(
            proposal=proposal,
            ok=True,
            result=_view_or_none(view),
            empty="(empty)" in marks,
            truncated="(cut to size)" in marks,
        )


def ingredients_of(text: str) -> Ingredients | None:
    """Return what a prompt says that the sample may be made of."""
    told = dict(line.partition(": ")[::2] for line in text.splitlines() if ": " in line)
    if not told:
        return None
    day = _DAY.search(told.get("time", ""))
    amount = re.search(r"[\d.]+(?:e[+-]?\d+)?$", told.get("amounts", ""))
    return Ingredients(
        who=told.get("asked by"),
        topic=told.get("about"),
        places=told["places"].split("; ") if "places" in told else [],
        names=told["people"].split("; ") if "people" in told else [],
        day=day[0] if day else None,
        amount=float(amount[0]) if amount else None,
    )


def context_of(text: str) -> RecordContext:
    members: dict[str, Any] = {}
    for line in text.splitlines():
        name, _, value = line.partition(": ")
        match name:
            case "now" | "the date and time are not known":
                members["now"] = value if name == "now" else None
            case "time zone":
                members["timezone"] = value
            case "language":
                members["language"], _, locale = value.removesuffix(")").partition(" (locale ")
                members["locale"] = locale or "en"
            case "the user":
                members["user"] = _view_or_none(value) or {}
            case "also":
                members["vars"] = _view_or_none(value) or {}
    return RecordContext(**members)
