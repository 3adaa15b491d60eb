"""LangChain toolkits with state: a class or function that makes one is called for each session."""

import pytest
from langchain_core.tools import BaseTool, BaseToolkit, StructuredTool, tool

from tests.unit.tool_registry.sessions.making import LIMITS
from tool_registry.registry import ToolRegistry, load_registry
from tool_registry.sessions.session import open_session
from tool_registry.sources.config import SourceConfig
from tool_registry.tool import LoadError


class Till:
    def __init__(self, start: int) -> None:
        self.money = start

    def pay_in(self, amount: int) -> dict[str, int]:
        """Put money into the till."""
        self.money += amount
        return {"money": self.money}


class TillKit(BaseToolkit):
    start: int = 0

    def get_tools(self) -> list[BaseTool]:
        return [StructuredTool.from_function(Till(self.start).pay_in)]


def make_tools(start: int) -> list[BaseTool]:
    return TillKit(start=start).get_tools()


MADE = TillKit()


@tool
def shared(amount: int) -> int:
    """Be one for all."""
    return amount


class SharedKit(BaseToolkit):
    def get_tools(self) -> list[BaseTool]:
        return [shared]


def tills(attribute: str, **options: object) -> ToolRegistry:
    config = SourceConfig(kind="langchain", target=f"{__name__}:{attribute}", stateful=True, options=dict(options))
    return load_registry([config.as_spec()])


@pytest.mark.parametrize("attribute", ["TillKit", "make_tools"])
async def test_each_session_has_a_kit_of_its_own(attribute: str) -> None:
    registry = tills(attribute, start=10)
    for _ in range(2):
        async with await open_session(registry) as session:
            for expected in (15, 20):
                result = await session.execute("pay_in", {"amount": 5}, **LIMITS)
                assert result.content == {"money": expected}


@pytest.mark.parametrize(("attribute", "says"), [("MADE", "made already"), ("SharedKit", "the same object each time")])
def test_what_all_samples_would_share_is_refused(attribute: str, says: str) -> None:
    with pytest.raises(LoadError, match=says):
        tills(attribute)


async def test_what_a_kit_s_tools_change_is_measured() -> None:
    async with await open_session(tills("TillKit", start=10)) as session:
        for amount, effect in ((5, "changed"), (0, "unchanged")):
            assert (await session.measure("pay_in", {"amount": amount}, **LIMITS))[1] == effect
