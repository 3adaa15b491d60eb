"""What the tests of a model's decisions ask with: a policy at a model server, reports, critiques, a reserve."""

from typing import Any

from nodes.policies.base import (
    CallReport,
    CritiqueRequest,
    Proposal,
)
from nodes.policies.openai import OpenAIPolicy
from tests.model_server import ModelServer, answer
from tests.unit.nodes.policies.model.conftest import CURRENCY, QUICK, settings, view_members
from tool_registry.result import ToolError
from tool_registry.spec import Annotations

WAITING = CallReport(
    proposal=Proposal(
        id="r2", tool="sun_times", arguments={"lat": 35.5523, "lon": 1, "date": "2026-03-02"}, rationale="why"
    ),
    ok=True,
    result={"sunrise": "06:11", "minutes": 700.5},
)


BOOK = CURRENCY.model_copy(update={"name": "book", "annotations": Annotations(read_only=False)})


def policy(server: ModelServer) -> OpenAIPolicy:
    return OpenAIPolicy(settings(server.url), QUICK)


def report(id: str, ok: bool = True, **changes: Any) -> CallReport:
    members = {
        "proposal": Proposal(id=id, tool="sun_times", arguments={"date": "2026-01-01"}, rationale="for the trip"),
        "ok": ok,
        "result": {"sunrise": "06:11"} if ok else None,
        "error": None if ok else ToolError(kind="tool_error", message="polar night"),
    }
    return CallReport(**{**members, **changes})


def critique_request(*reports: CallReport, **changes: Any) -> CritiqueRequest:
    members = {"batch": ["sun_times"], "reports": list(reports), "accept": 2, "attempts": [], **changes}
    return CritiqueRequest(**view_members(**members))


def verdicts(*entries: dict[str, Any], gradient: str = "Use s1.") -> Any:
    return answer({"verdicts": [{"reason": "r", "chain": None, **entry} for entry in entries], "gradient": gradient})
