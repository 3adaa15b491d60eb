from collections.abc import Iterator

import pytest

from tool_registry.calling import background
from tool_registry.sources.mcp.source import close_sessions


@pytest.fixture(autouse=True)
def _no_server_outlives_its_test() -> Iterator[None]:
    yield
    background.submit(close_sessions()).result(20)
