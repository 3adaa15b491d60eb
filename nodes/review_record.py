"""A person in the loop: hand the proved record over, wait for as long as it takes, and do what was decided.

The answer is whatever `graph/review.py` reads. What is none, or a mended draft that the proofs refuse, is told in the
next interrupt; the record that was proved stands until then.
"""

import json
from datetime import UTC, datetime
from typing import Any

from langgraph.runtime import Runtime
from langgraph.types import interrupt

from graph.context import Context
from graph.record import Finding, OriginalTurn, Record, RecordReview, Turn
from graph.review import ALLOWED, ReviewDecision, ReviewState, read_decision
from graph.state import Json, State
from nodes.drafts import as_marked, literals_of, read_draft
from nodes.marks.parse import render
from nodes.policies.base import Draft, DraftTurn, Written
from nodes.sample import Sample
from nodes.verify_record import as_json, prove_record

_SHOWN = 400


async def review_record(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Interrupt with the record; accept it, set `reasons`, or say in `review` what is wrong with the answer."""
    sample = await Sample.open(state, runtime)
    proved = Record.model_validate(state.get("record"))
    before = ReviewState.model_validate(state.get("review") or {})
    draft = Written.model_validate(before.draft or state.get("draft"))
    answer = interrupt(request_of(proved, draft, before), response_schema=ReviewDecision.model_json_schema())
    try:
        decision = read_decision(answer, len(proved.turns))
    except ValueError as error:
        refused = [*before.refused, *_id_of(answer)]
        return {"review": before.model_copy(update={"problem": str(error), "refused": refused}).model_dump()}
    match decision.decision:
        case "accept":
            return _accept(proved, _outcome(decision))
        case "reject":
            rejected = proved.model_copy(update={"review": _outcome(decision)})
            return {"record": rejected.model_dump(mode="json"), "reasons": [f"review: {decision.reason}"]}
        case "mend":
            return await _mend(sample, proved, draft, decision, before)


def _id_of(answer: Any) -> list[str]:
    """Return the id of the decision that is none: what was made by a program is not tried twice either."""
    id_ = answer.get("id") if isinstance(answer, dict) else None
    return [id_] if isinstance(id_, str) and id_ else []


def request_of(proved: Record, draft: Written, before: ReviewState) -> Json:
    """Return what a person is asked: what is wrong first, then the dialogue to read, the draft to mend, the record."""
    turns = [{half: render(as_marked(getattr(turn, half))) for half in ("query", "response")} for turn in draft.turns]
    return {
        "question": f"Does {proved.id} go into the data set: accept, reject or mend?",
        "id": proved.id,
        "problem": before.problem,
        "findings": before.findings,
        "warnings": as_json(proved.warnings),
        "dialogue": [_readable(turn) for turn in proved.turns],
        "draft": {"turns": turns},
        "answers": ALLOWED,
        "refused": before.refused,
        "record": proved.model_dump(mode="json"),
    }


def _readable(turn: Turn) -> Json:
    calls = [f"{step.id} {step.tool}({_short(step.arguments)}) → {_short(step.result)}" for step in turn.steps]
    return {"kind": turn.kind, "query": turn.query, "calls": calls, "response": turn.response}


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


async def _mend(
    sample: Sample, proved: Record, draft: Written, decision: ReviewDecision, before: ReviewState
) -> dict[str, Any]:
    """Accept the record with the mended words where they hold, else keep them with what was found."""
    given = decision.mended.turns if decision.mended else []
    turns = [DraftTurn(query=turn.query, response=turn.response) for turn in given]
    refused = [*before.refused, *([decision.id] if decision.id else [])]
    try:
        written = read_draft(Draft(turns=turns), draft, literals_of(sample.planned_steps, sample.setting))
        mended = Sample({**sample.state, "draft": written.model_dump()}, sample.context, sample.registry)
        record = await prove_record(mended.record(), sample.context.screens)
    except Exception as error:  # the boundary: no words of a person end the sample, whose record holds
        problem = f"the mended words could not be proved: {type(error).__name__}: {error}"
        return {"review": before.model_copy(update={"problem": problem, "refused": refused}).model_dump()}
    if found := record.verification.findings:
        return {"review": _refused(written, found, refused).model_dump()}
    same_queries = [turn.query for turn in record.turns] == [turn.query for turn in proved.turns]
    kept = {"judge": proved.judge, "trajectories": proved.trajectories} if same_queries else {}  # of other words
    original = [OriginalTurn(query=turn.query, response=turn.response) for turn in proved.turns]
    record = record.model_copy(update={**kept, "meta": proved.meta})
    return _accept(record, _outcome(decision, original)) | {"draft": written.model_dump()}


def _refused(written: Written, found: list[Finding], refused: list[str]) -> ReviewState:
    problem = "the mended words do not hold; the record as it was proved before stands until another answer"
    return ReviewState(problem=problem, draft=written.model_dump(), findings=as_json(found), refused=refused)


def _accept(record: Record, review: RecordReview) -> dict[str, Any]:
    accepted = record.model_copy(update={"review": review})
    return {"status": "accepted", "record": accepted.model_dump(mode="json"), "reasons": [], "review": None}


def _outcome(decision: ReviewDecision, original: list[OriginalTurn] | None = None) -> RecordReview:
    return RecordReview(
        decision=decision.decision,
        reviewer=decision.reviewer,
        note=decision.note,
        at=datetime.now(UTC).isoformat(),
        original=original,
    )
