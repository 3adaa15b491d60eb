"""Mend the response; the query was there first and stands."""

from typing import Any

from langgraph.runtime import Runtime

from graph.context import Context
from graph.record import Finding, Verification
from graph.state import SearchState
from nodes.policies.lookup import search_policy_for
from nodes.policies.search import RespondRequest
from nodes.sample import Sample
from nodes.search.close_search import as_draft
from nodes.verify_record import reasons_of

_OF_CALLS = ("executed", "typed", "grounded", "replayed", "judged")
_OF_QUERY = ("/turns/0/query", "/turns/0/asks")


async def mend_response(state: SearchState, runtime: Runtime[Context]) -> dict[str, Any]:
    """Ask the policy for another response. What other words of it cannot mend is why the sample is rejected."""
    sample = await Sample.open(state, runtime)
    findings = sample.findings
    if any(not is_about_response(finding) for finding in findings):
        verification = Verification(findings=findings)
        return reasons_of(sample.record().model_copy(update={"verification": verification}), findings)
    repairs = sample.repairs + 1
    request = RespondRequest(
        **sample.view("respond", repairs),
        query=(state.get("query") or {}).get("text", ""),
        response=state.get("answer", ""),
        findings=findings,
    )

    def about(tool: str | None) -> RespondRequest:
        own = [step for step in request.steps if step.tool == tool]
        return request.model_copy(update={"steps": own, "chains": [[step.id for step in own]], "findings": []})

    decision = sample.decision("synthesize", str(repairs))
    searcher = search_policy_for("synthesize", sample.context)
    answer = await decision.ask(searcher.respond, request, ([step.tool for step in request.steps], about))
    response = state.get("answer", "") if answer is None else answer.response
    return {
        "repairs": repairs,
        "answer": response,
        "draft": as_draft(sample, state, response, sample.plan).model_dump(),
        **decision.entries,
    }


def is_about_response(finding: Finding) -> bool:
    """Say whether other words of the response may mend it."""
    is_ask = finding.code == "not_asked"
    return finding.promise not in _OF_CALLS and not is_ask and not finding.where.startswith(_OF_QUERY)
