"""The port to who works query first: writes a query for a batch of tools, then searches for the calls that answer it.

Holds no state of a sample. A policy of a package can decide so too when it has these three methods.
"""

from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict

from graph.record import Attempt, Finding, Note, RoleUsage
from nodes.policies.base import Proposal, SampleView


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid")


class QueryRequest(SampleView):
    """Write a query that about `target_calls` calls of the tools in `batch` may answer; nothing has been called."""

    batch: list[str]
    style_seed: int = 0


class WrittenQuery(_Answer):
    """The query. `meant` are calls that its writer has in mind, where it says so; a search may try them."""

    query: str
    meant: list[Proposal] = []
    usage: RoleUsage = RoleUsage()


class SearchRequest(SampleView):
    """Make the next call for the query, finish, or give up.

    `steps` are the calls on the way here that worked, `failed` those that did not, `tried` those that were made from
    here and undone. `calls_left` may still be made on this way. `notes` tell what of the last answer was not done.
    """

    query: str
    batch: list[str]
    meant: list[Proposal]
    failed: list[Attempt]
    tried: list[Attempt]
    notes: list[Note]
    calls_left: int
    style_seed: int = 0


class SearchMove(_Answer):
    """What is done next: `call` has a proposal, `finish` a response, marked as in a draft. `dropped`: see Proposals."""

    action: Literal["call", "finish", "give_up"]
    why: str = ""
    proposal: Proposal | None = None
    response: str = ""
    dropped: list[Note] = []
    usage: RoleUsage = RoleUsage()


class RespondRequest(SampleView):
    """Write the response anew: the query stands, `findings` say what is wrong with the last one, `response`."""

    query: str
    response: str
    findings: list[Finding]


class Response(_Answer):
    """The response, marked as in a draft."""

    response: str
    usage: RoleUsage = RoleUsage()


class SearchPolicy(Protocol):
    """Who decides query first. Each may raise PolicyError."""

    async def write_query(self, request: QueryRequest) -> WrittenQuery:
        """Return the query."""

    async def search(self, request: SearchRequest) -> SearchMove:
        """Return what is done next."""

    async def respond(self, request: RespondRequest) -> Response:
        """Return the response written anew."""
