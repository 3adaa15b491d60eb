"""Promise 7, faithful: the response tells what was found, all that was asked, and nothing else.

Screened, by rules that can err. Numbers, dates and times (`told.py`) and proper names (`names.py`) come from the
results, the arguments, the queries or the context, or are one of the derivations listed in `origins.py`. What each
step found that no later step uses is told (`needed.py`), and nothing is asked besides (`surplus.py`) or said to be
done that was not (`claims.py`). A yes or no is that of the result (`contradiction.py`). Numbers of one or two digits
stand beside what they count or measure (`anchoring.py`); whether larger ones do is not looked at.
"""

from collections.abc import Callable, Iterator

from graph.record import Finding, Record, Turn
from nodes.proofs.claims import unfounded_claims
from nodes.proofs.contradiction import contradictions
from nodes.proofs.executed import steps_used
from nodes.proofs.names import unknown_names
from nodes.proofs.needed import Heard, Needs, needs_of
from nodes.proofs.origins import Origins
from nodes.proofs.places import Topic
from nodes.proofs.schemas import specs_of
from nodes.proofs.surplus import surplus_requests
from nodes.proofs.told import Told, told


def check(record: Record) -> list[Finding]:
    """Return what the responses say without ground, leave out or deny, and steps that nothing needs."""
    findings: list[Finding] = []
    for index, turn, origins in _turns(record):
        findings.extend(_turn(record, turn, origins, f"/turns/{index}"))
    return findings


def needs(record: Record) -> list[Needs]:
    """Return, turn by turn, which steps are needed."""
    return [needs_of(record, turn, _told(turn, origins).steps) for _, turn, origins in _turns(record)]


def traced_in_last_turn(record: Record) -> Callable[[str], bool]:
    """Return a function that says whether all figures of another last response have their origin in the record."""
    _, turn, origins = list(_turns(record))[-1]
    return lambda response: not _told(turn.model_copy(update={"response": response}), origins).unfounded


def _told(turn: Turn, origins: Origins) -> Told:
    """Trace the response; results that no later step uses and that no words report may be what a bare number tells."""
    used = {target for step in turn.steps for target in steps_used(step)}
    ends = {step.id: step for step in turn.steps if step.id not in used}
    heard = Heard(turn)

    def is_open(name: str) -> bool:
        return name in ends and not heard.reports(ends[name], origins.topics[name].spec)

    return told(turn.response, origins, is_open)


def _turns(record: Record) -> Iterator[tuple[int, Turn, Origins]]:
    origins = Origins()
    origins.learn(record.context.model_dump(mode="python"), "context")
    specs = specs_of(record)
    for index, turn in enumerate(record.turns):
        if index:
            origins.learn(record.turns[index - 1].response, "said")
        origins.learn(turn.query, "said")
        for step in turn.steps:
            topic = Topic(step, specs.get(step.tool), turn.query)
            origins.learn(step.arguments, "argument", topic)
            origins.learn(step.result, "result", topic)
        yield index, turn, origins


def _turn(record: Record, turn: Turn, origins: Origins, where: str) -> Iterator[Finding]:
    response = f"{where}/response"
    if not any(character.isalnum() for character in turn.response):
        yield _finding("no_response", "the response is empty", response)
        return
    found = _told(turn, origins)
    for code, text, reason in found.unfounded:
        yield _finding(code, f"the response says {text!r}, {reason}", response)
    for name in unknown_names(turn.response, origins, record):
        yield _finding("untraced_name", f"the response names {name!r}, which nothing in the record gives", response)
    for claim in unfounded_claims(turn.response, record):
        yield _finding("claimed_action", f"the response says {claim!r}, which no step did", response)
    yield from (_finding("contradicts", message, response) for message in contradictions(turn))
    needs = needs_of(record, turn, found.steps)
    for request in surplus_requests(record, turn):
        message = f"the query asks {request[:120]!r}, which no step answers"
        yield _finding("asked_in_vain", message, f"{where}/query")
    place = {step.id: (index, step) for index, step in enumerate(turn.steps)}
    for name in needs.unanswered:
        index, step = place[name]
        message = f"the query asks for what {name} {step.tool} found, but the response does not tell it"
        yield _finding("unanswered", message, f"{where}/steps/{index}/result")
    for name in needs.unneeded:
        index, step = place[name]
        message = (
            f"nothing needs {name} {step.tool}: no later step uses it, the query does not ask for it and the "
            "response does not tell it"
        )
        yield _finding("unneeded_step", message, f"{where}/steps/{index}")


def _finding(code: str, message: str, where: str) -> Finding:
    return Finding(promise="faithful", code=code, message=message, where=where)
