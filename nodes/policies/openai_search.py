"""Query first by any OpenAI-compatible endpoint: the request, the search's moves, the response."""

from graph.record import Attempt, Role
from nodes.marks.parse import parse
from nodes.policies.base import ProposeRequest, SampleView, SynthesizeRequest
from nodes.policies.model import sections, writing
from nodes.policies.model.answers import CallAnswer, ProposeAnswer, QueryAnswer, ResponseAnswer, SearchAnswer
from nodes.policies.model.limits import RetryLimits
from nodes.policies.model.proposals import read_proposals
from nodes.policies.model.results_text import results_text
from nodes.policies.model.settings import AskSettings
from nodes.policies.model.structured import Asker
from nodes.policies.model.tools_text import tools_text
from nodes.policies.model.views import call_text, listed
from nodes.policies.rendering import render_prompt
from nodes.policies.search import (
    QueryRequest,
    RespondRequest,
    Response,
    SearchMove,
    SearchRequest,
    WrittenQuery,
)

_QUERY_MAX, _RESPONSE_MAX = 6_000, 16_000
_CALL_CHARACTERS = 300
_WHY_MAX = 300
_NOTHING = "(none)"


class OpenAISearch:
    """Asks a model for each decision. Every method may raise PolicyError and PolicySetupError."""

    def __init__(self, settings: AskSettings, role: Role, limits: RetryLimits | None = None) -> None:
        self._asker = Asker(settings, role, limits)

    async def write_query(self, request: QueryRequest) -> WrittenQuery:
        """Return the query as plain text."""
        calls = "one call" if request.target_calls == 1 else f"{request.target_calls} calls"
        prompt = await render_prompt(
            "baseline_query",
            tools=tools_text((request.tools[name] for name in request.batch), seed=request.seed),
            setting=sections.setting(request.context, request.policy),
            ingredients=sections.ingredients(request.ingredients),
            style=writing.style(SynthesizeRequest(**_view(request), style_seed=request.style_seed)),
            count=calls,
        )

        def check(answer: QueryAnswer) -> list[str]:
            return _wrong_text("query", answer.query, _QUERY_MAX)

        answer, usage = await self._asker.ask(prompt, QueryAnswer, check, request.seed)
        return WrittenQuery(query=parse(answer.query.strip()).text, usage=usage)

    async def search(self, request: SearchRequest) -> SearchMove:
        """Return the next call, its references filled in, or the end of the search."""
        prompt = await render_prompt(
            "baseline_search",
            tools=tools_text((request.tools[name] for name in request.batch), seed=request.style_seed),
            setting=sections.setting(request.context, request.policy),
            query=request.query,
            chain=writing.calls(SynthesizeRequest(**_view(request))) if request.steps else _NOTHING,
            results=results_text(request.steps) if request.steps else _NOTHING,
            failed=listed([_failed(attempt) for attempt in request.failed]),
            tried=listed([call_text(each.tool, each.arguments, None, _CALL_CHARACTERS) for each in request.tried]),
            notes=sections.told_notes(request.notes),
            aim=_aim(request),
        )
        asked = ProposeRequest(
            **_view(request), batch=request.batch, count=1, attempts=[*request.failed, *request.tried]
        )

        def check(answer: SearchAnswer) -> list[str]:
            if answer.action == "finish":
                none_made = [] if request.steps else ["/action: nothing has been found yet that could answer it"]
                return [*none_made, *_wrong_text("response", answer.response or "", _RESPONSE_MAX)]
            if answer.action == "call":
                read = read_proposals(_as_calls(answer), asked)
                return [] if read.is_usable else read.problems
            return []

        answer, usage = await self._asker.ask(prompt, SearchAnswer, check, request.seed)
        why = " ".join(answer.why.split())[:_WHY_MAX]
        if answer.action == "call":
            read = read_proposals(_as_calls(answer), asked)
            return SearchMove(action="call", why=why, proposal=read.proposals[0], dropped=read.dropped, usage=usage)
        return SearchMove(action=answer.action, why=why, response=(answer.response or "").strip(), usage=usage)

    async def respond(self, request: RespondRequest) -> Response:
        """Return the response written anew."""
        prompt = await render_prompt(
            "baseline_answer",
            setting=sections.setting(request.context, request.policy),
            query=request.query,
            chain=writing.calls(SynthesizeRequest(**_view(request))),
            results=results_text(request.steps),
            response=request.response,
            findings=listed([finding.message for finding in request.findings]),
        )

        def check(answer: ResponseAnswer) -> list[str]:
            return _wrong_text("response", answer.response, _RESPONSE_MAX)

        answer, usage = await self._asker.ask(prompt, ResponseAnswer, check, request.seed)
        return Response(response=answer.response.strip(), usage=usage)


def _view(request: SampleView) -> dict[str, object]:
    return {name: getattr(request, name) for name in SampleView.model_fields}


def _as_calls(answer: SearchAnswer) -> ProposeAnswer:
    return ProposeAnswer(calls=[CallAnswer(why=answer.why, tool=answer.tool or "", arguments=answer.arguments)])


def _failed(attempt: Attempt) -> str:
    call = call_text(attempt.tool, attempt.arguments, None, _CALL_CHARACTERS)
    return f"{call}: {sections.failure(attempt.error) if attempt.error is not None else 'was not kept'}"


def _aim(request: SearchRequest) -> str:
    if not request.calls_left:
        return "No further call can be made on this way: finish or give up."
    calls = "one call" if request.calls_left == 1 else f"{request.calls_left} calls"
    return f"At most {calls} can still be made on this way."


def _wrong_text(name: str, text: str, most: int) -> list[str]:
    if not text.strip():
        return [f"/{name}: it holds no text"]
    return [f"/{name}: {len(text)} characters; wanted are a few sentences"] if len(text) > most else []
