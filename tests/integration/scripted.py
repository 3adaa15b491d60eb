"""Samples whose proposals and critiques a test writes, an entry an iteration; all else is as it is."""

from typing import Any

import pytest

from graph.context import Context
from nodes.policies.base import Critique, CritiqueRequest, Proposal, Proposals, ProposeRequest, Selection
from nodes.policies.lookup import policy_for
from nodes.policies.offline.policy import OfflinePolicy
from tests.integration.desk_samples import DESK, settings
from tests.integration.workflow import Json, sample

#: What an iteration proposes, and what its critique says: a critique, or the ids of the calls to keep.
Entry = tuple[list[Proposal], Critique | list[str]]


class Scripted(OfflinePolicy):
    """Proposes and selects by script; remembers what it was asked."""

    def __init__(self, *script: Entry) -> None:
        self.script = script
        self.proposing: list[ProposeRequest] = []
        self.judging: list[CritiqueRequest] = []

    async def propose(self, request: ProposeRequest) -> Proposals:
        self.proposing.append(request)
        return Proposals(proposals=self.script[request.iteration - 1][0] if self._goes_on(request.iteration) else [])

    async def critique(self, request: CritiqueRequest) -> Critique:
        self.judging.append(request)
        said = self.script[request.iteration - 1][1] if self._goes_on(request.iteration) else []
        return said if isinstance(said, Critique) else keeping(*said)

    def _goes_on(self, iteration: int) -> bool:
        return iteration <= len(self.script)


def keeping(*names: str, gradient: str = "kept what was asked for", **more: Any) -> Critique:
    """Keep calls, each `p1` or with its chain `p1@0`."""
    selected = []
    for name in names:
        id, _, chain = name.partition("@")
        selected.append(Selection(proposal=id, chain=int(chain) if chain else None))
    return Critique(selected=selected, gradient=gradient, **more)


def call(id: str, tool: str, /, **arguments: Any) -> Proposal:
    """A proposal; `{"$from": "p1", …}` refers to another one."""
    references = {
        f"/{name}": {"step": value["$from"], "pointer": value["pointer"]}
        for name, value in arguments.items()
        if isinstance(value, dict)
    }
    return Proposal.model_validate({"id": id, "tool": tool, "arguments": arguments, "references": references})


def using(proposal: Proposal, **places: str) -> Proposal:
    """The proposal with the places that its arguments were taken from, as `r1/ticket`."""
    sources = {f"/{name}": place.partition("/") for name, place in places.items()}
    return proposal.model_copy(
        update=Proposal.model_validate(
            {
                **proposal.model_dump(),
                "sources": {at: {"step": step, "pointer": f"/{rest}"} for at, (step, _, rest) in sources.items()},
            }
        ).__dict__
    )


def deciding(monkeypatch: pytest.MonkeyPatch, policy: OfflinePolicy) -> None:
    """Let the policy propose and judge."""
    monkeypatch.setattr(
        "nodes.sample.policy_for",
        lambda role, context: policy if role in ("propose", "critique") else policy_for(role, context),
    )


async def scripted(
    monkeypatch: pytest.MonkeyPatch, *script: Entry, target: str = DESK, context: Context | None = None, **more: Any
) -> Json:
    """Return the record of a sample of a desk."""
    deciding(monkeypatch, Scripted(*script))
    context = context or settings(target, **{"accept_per_iteration": 3, "patience": 1, **more})
    record: Json = (await sample(context, target_calls=8))["record"]
    return record
