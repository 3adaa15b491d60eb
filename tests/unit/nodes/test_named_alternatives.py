"""A repair is worth asking for where a failure names what was typed and what there is instead."""

import pytest

from graph.sources import StepSource
from nodes.named_alternatives import names_alternative
from nodes.policies.base import Proposal

NAMED = [
    "there is no agent 'Ruben'; there are Amina, Bruno, Chiara, Dmitri",
    "ValueError: Ruben is not one of Amina or Bruno",
    'unknown agent "ruben", did you mean "Rubens"?',
    "No agent Ruben. Available agents: [Amina, Bruno]",
    "agent Ruben not found, use 'Amina'",
]
NOT_NAMED = [
    "there is no agent 'Ruben'",
    "agent 'Ruben' not found on ticket 'T-1'",
    "the service is down; try Amina, Bruno or Chiara",  # not about what was typed
    "KeyError: 'Ruben'",
    "the 'agent' Ruben is away",
    "",
]


def proposal(**changes: object) -> Proposal:
    return Proposal(id="p1", tool="assign", arguments={"agent": "Ruben", "ticket": "T-1"}).model_copy(update=changes)


@pytest.mark.parametrize("message", NAMED)
def test_a_message_names_an_alternative(message: str) -> None:
    assert names_alternative(message, proposal())
    from_a_result = {"/agent": StepSource(step="s1", pointer="/name")}
    assert not names_alternative(message, proposal(sources=from_a_result)), "what a result gave was not typed"


@pytest.mark.parametrize("message", NOT_NAMED)
def test_other_messages_name_none(message: str) -> None:
    assert not names_alternative(message, proposal())
