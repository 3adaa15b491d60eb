"""What ends a run in a worker ends it in the command as what it is."""

import sqlite3

import pytest

from nodes.policies.base import EndpointLimitError, PolicySetupError
from toolgrad_data.errors import RunFailedError
from toolgrad_data.runs.engines.messages import failure_from_json, failure_to_json


@pytest.mark.parametrize("kind", [EndpointLimitError, PolicySetupError, RunFailedError, sqlite3.OperationalError])
def test_a_failure_comes_out_as_it_went_in(kind: type[Exception]) -> None:
    wrapped = ExceptionGroup("a branch", [kind("until 14:05")])
    found = failure_from_json(failure_to_json(wrapped))
    assert type(found) is kind
    assert str(found) == "until 14:05"
