"""What a machine may lack: a test is then skipped with the reason, and fails where nothing may be skipped."""

import os

import pytest


def need(there: object, reason: str) -> None:
    """Skip the test, or its module, unless it is there. CI sets TOOLGRAD_SKIP_NOTHING."""
    if not there:
        if os.environ.get("TOOLGRAD_SKIP_NOTHING"):
            pytest.fail(f"must not be skipped here: {reason}", pytrace=False)
        pytest.skip(reason)
