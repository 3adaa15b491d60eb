import random

from graph.record import RecordContext, Step
from graph.sources import StepSource
from nodes.policies.base import Proposal, ProposeRequest, RepairRequest
from nodes.policies.offline.proposing.filling import Filler, Plan
from nodes.policies.offline.proposing.propose import propose
from nodes.policies.offline.proposing.repair import repair
from nodes.policies.offline.reading.context_values import context_value, without_context
from nodes.policies.offline.reading.offers import Offer
from tool_registry.json.pointer import MISSING
from tool_registry.result import ToolError
from tool_registry.spec import ToolSpec

VALUES = {"repo_path": "/srv/aurora", "depth": 3}


def spec(**properties: object) -> ToolSpec:
    return ToolSpec(
        name="log",
        description="Show the log.",
        parameters={"type": "object", "properties": properties, "required": list(properties)},
        source="python",
    )


LOG = spec(
    repo_path={"type": "string"}, depth={"type": "integer"}, branch={"type": "string", "examples": ["main", "next"]}
)


def test_a_variable_is_found_by_the_parameters_name() -> None:
    assert context_value("repo_path", VALUES) == "/srv/aurora"
    assert context_value("repoPath", VALUES) == "/srv/aurora"
    assert context_value("Depth", VALUES) is MISSING, "a number is traced under its own name only"
    assert context_value("path", VALUES) is MISSING
    assert context_value("x", {}) is MISSING


def test_what_the_context_gives_is_not_put_into_words() -> None:
    steps = [
        Step(id="s1", tool="log", arguments={"repo_path": "/srv/aurora", "branch": "main"}, result=1),
        Step(id="s2", tool="log", arguments={"repo_path": "/elsewhere", "depth": 3}, result=1),
    ]
    assert [step.arguments for step in without_context(steps, VALUES)] == [
        {"branch": "main"},
        {"repo_path": "/elsewhere"},
    ]
    assert without_context(steps, {}) is steps
    assert steps[0].arguments == {"repo_path": "/srv/aurora", "branch": "main"}


def test_the_context_goes_before_results_and_made_up_values() -> None:
    offer = Offer("s1", "/repo_path", "/tmp/x", "", "repo_path", None, frozenset({"repo", "path"}))
    for seed in range(20):
        filler = Filler([offer], [], random.Random(seed), VALUES)
        plan = filler.plan(LOG, {})
        assert plan is None or ("repo_path",) not in plan.from_results
        arguments = filler.fill(Plan(LOG))
        assert arguments is not None
        assert (arguments["repo_path"], arguments["depth"]) == ("/srv/aurora", 3)
        assert arguments["branch"] in ("main", "next")


def test_a_value_that_the_schema_refuses_is_not_given() -> None:
    filler = Filler([], [], random.Random(1), {"depth": "deep"})
    arguments = filler.fill(Plan(spec(depth={"type": "integer", "examples": [4]})))
    assert arguments == {"depth": 4}


def test_it_is_not_said_again_for_another_parameter() -> None:
    chain = [
        Step(id="s1", tool="log", arguments={"repo_path": "/srv/aurora", "depth": 3, "branch": "main"}, result={"n": 1})
    ]
    request = ProposeRequest(
        seed=1,
        iteration=2,
        target_calls=3,
        context=RecordContext(vars=VALUES),
        tools={"log": LOG},
        steps=chain,
        chains=[["s1"]],
        gradients=[],
        batch=["log"],
        count=3,
        attempts=[],
    )
    (proposal,) = propose(request).proposals
    assert (proposal.arguments["repo_path"], proposal.arguments["depth"]) == ("/srv/aurora", 3)
    assert not any(isinstance(source, StepSource) for source in proposal.sources.values())


def test_a_repair_fills_in_what_was_left_out() -> None:
    request = RepairRequest(
        seed=1,
        context=RecordContext(vars=VALUES),
        spec=LOG,
        proposal=Proposal(id="p1", tool="log", arguments={"branch": "main"}),
        error=ToolError(kind="invalid_arguments", message="arguments: 'repo_path' is a required property"),
        tried=[],
    )
    repaired = repair(request).proposal
    assert repaired is not None
    assert repaired.arguments == {"branch": "main", **VALUES}
