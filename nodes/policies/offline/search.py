"""Query first without a model: a deterministic stand-in that plays the search's moves by rules.

It draws calls, says their arguments in the words of their tools' phrases, without any result, and keeps the calls in
mind. The search makes them one by one. Where one fails it gives up that way, and goes on with the others.
"""

from graph.record import Step
from nodes.marks.parse import parse
from nodes.policies.base import Draft, PolicyError, Proposal, ProposeRequest, SampleView, SynthesizeRequest
from nodes.policies.offline.proposing.propose import propose
from nodes.policies.offline.writing.synthesize import synthesize
from nodes.policies.search import (
    QueryRequest,
    RespondRequest,
    Response,
    SearchMove,
    SearchRequest,
    WrittenQuery,
)
from tool_registry.json.pointer import equal

#: More openings that have nothing to do with each other nobody asks for at once.
_OPENINGS_MAX = 3


class OfflineSearch:
    """Reads nothing but what it is asked with."""

    async def write_query(self, request: QueryRequest) -> WrittenQuery:
        """Return a query for calls that are drawn as for the opening of a chain."""
        return first_query(request)

    async def search(self, request: SearchRequest) -> SearchMove:
        """Return the next call that was meant and not made, else the end."""
        return next_move(request)

    async def respond(self, request: RespondRequest) -> Response:
        """Return what another draft would answer."""
        return other_response(request)


def first_query(request: QueryRequest) -> WrittenQuery:
    """Return a query and the calls that it is for. Raises PolicyError where none can be drawn."""
    meant = drawn_calls(request)
    if not meant:
        raise PolicyError("no tool of the batch can be called with values that a person would know")
    steps = [
        Step(id=f"s{number}", tool=call.tool, arguments=call.arguments, result=None)
        for number, call in enumerate(meant, start=1)
    ]
    query = _written(request, steps, request.style_seed).turns[0].query or ""
    return WrittenQuery(query=parse(query).text, meant=meant)


def other_response(request: RespondRequest) -> Response:
    """Return another draft's response."""
    return Response(response=_written(request, request.steps, request.seed).turns[0].response or "")


def drawn_calls(request: QueryRequest) -> list[Proposal]:
    """Return calls that need nothing but what a person knows."""
    count = min(request.target_calls, _OPENINGS_MAX)
    view = {name: getattr(request, name) for name in SampleView.model_fields}
    return propose(ProposeRequest(**view, batch=request.batch, count=count, attempts=[])).proposals


def next_move(request: SearchRequest) -> SearchMove:
    """Return the next call that was meant, not made on this way and not tried here; else `finish` or `give_up`.

    A way is given up where its call failed, and where nothing was found on it and nothing is left to call.
    """
    if request.failed:
        return SearchMove(action="give_up", why=f"{request.failed[-1].tool} failed")
    made = [(call.tool, call.arguments) for call in request.steps]
    made += [(call.tool, call.arguments) for call in [*request.failed, *request.tried]]
    left = [
        call
        for call in request.meant
        if call.tool in request.batch
        and not any(tool == call.tool and equal(arguments, call.arguments) for tool, arguments in made)
    ]
    if left and request.calls_left:
        return SearchMove(action="call", why="the request asks for it", proposal=left[0])
    if not request.steps:
        return SearchMove(action="give_up", why="nothing that was called has found anything")
    draft = _written(request, request.steps, request.style_seed)
    return SearchMove(action="finish", why="nothing is left to call", response=draft.turns[0].response or "")


def _written(request: SampleView, steps: list[Step], seed: int) -> Draft:
    """Return the offline writer's draft for the steps."""
    view = {name: getattr(request, name) for name in SampleView.model_fields}
    chains = request.chains or [[step.id] for step in steps]
    return synthesize(SynthesizeRequest(**{**view, "seed": seed, "steps": steps, "chains": chains}))
