"""Under a policy each call that was made breaks no rule, and each that is refused breaks the one it names."""

from typing import Any

import pytest

from graph.record import Record, Rule
from nodes.proofs import prove, rules
from tests.fixtures.mutations import MUTATIONS
from tests.fixtures.ruled import ruled_records

KEPT, REFUSED = ruled_records()


def codes(record: Record) -> list[str]:
    return [finding.code for finding in rules.check(record)]


def test_records_that_keep_their_rules_hold() -> None:
    for record in (KEPT, REFUSED):
        assert prove(record).findings == []
        assert prove(record).executed


def test_what_breaks_a_rule_says_which() -> None:
    forbidding = Rule(text="Close nothing.", forbids={"tool": "close_ticket"})
    assert KEPT.policy is not None
    policy = KEPT.policy.model_copy(update={"rules": [*KEPT.policy.rules, forbidding]})
    (found,) = rules.check(KEPT.model_copy(update={"policy": policy}))
    assert (found.promise, found.code, found.where) == ("executed", "breaks_rule", "/turns/0/steps/2")
    assert found.message == "s3 close_ticket breaks rule 6: the rule forbids it: Close nothing."


def test_a_rule_is_asked_after_the_steps_before_the_call_only() -> None:
    document = KEPT.model_dump(mode="json")
    steps = document["turns"][0]["steps"]
    steps.append(steps.pop(0))  # looked up when it was closed
    assert codes(Record.model_validate(document)) == ["breaks_rule"]


@pytest.mark.parametrize("forbids", [{}, {"tool": "close_ticket", "when": {"eval": "1"}}, {"tool": 3}])
def test_a_rule_that_cannot_be_read_is_a_finding(forbids: Any) -> None:
    for record in (KEPT, REFUSED):
        document = record.model_dump(mode="json")
        document["policy"]["rules"][3]["forbids"] = forbids
        assert set(codes(Record.model_validate(document))) == {"bad_rule"}


def test_each_mutation_applies_to_these_records() -> None:
    for mutation in (each for each in MUTATIONS if each.area == "rule"):
        documents = [record.model_dump(mode="json") for record in (KEPT, REFUSED)]
        changed = [Record.model_validate(each) for each in documents if mutation.change(each)]
        assert changed, mutation.name
        for record in changed:
            assert mutation.promise in {finding.promise for finding in rules.check(record)}, mutation.name
