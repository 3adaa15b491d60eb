"""What tests against simulated endpoints share: a fresh process memory, and no key of the developer's."""

from collections.abc import AsyncIterator

import pytest


@pytest.fixture
async def fresh_process(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    from tests.integration import simulated  # loads the client of the models, which most tests here do without

    simulated.forget_endpoints(monkeypatch)
    yield
    await simulated.close()
